"""The policy engine beside others, in one run on one machine: `python benchmarks/policy.py --peers FOLDER`.

Every engine decides the requests of policy_cases.py one after the other, half of them denials. Requests are made anew
for each decision. The peers are installed for this alone, and looked for in FOLDER:

    npm install --prefix FOLDER @cloud-copilot/iam-simulate
    pip install --no-deps --target FOLDER/python ministack

Printed are decisions a second, the best of several rounds, and ratios. ministack knows no organizations; it is
measured, and stssim beside it, with the requests that have none.
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.policy_cases import CASES, length, long_policy
from stssim.policy import Decision, Policies, Request, decide, evaluate, grammar
from stssim.policy.explain import Explanation
from stssim.policy.policies import kind_of, named, policy

Case = dict[str, Any]
ROUNDS = 10
DECIDING, EXPLAINING, PARSING, THE_SAME = (
    "stssim, deciding only",
    "stssim, with explanation",
    "stssim, parsing each time",
    "stssim, deciding only, without organizations",
)
MINISTACK, PREPARSED, WHOLE = (
    "ministack, without organizations",
    "iam-simulate, pre-parsed authorize()",
    "iam-simulate, runSimulation",
)


def rates(engines: Mapping[str, Sequence[Callable[[], object]]], seconds: float) -> dict[str, float]:
    """Calls a second of each engine, all its calls in turn: the best of several rounds, engine after engine in each."""
    best = dict.fromkeys(engines, 0.0)
    for _ in range(ROUNDS):
        for name, calls in engines.items():
            done, begin = 0, time.perf_counter()
            while time.perf_counter() - begin < seconds / ROUNDS:
                for call in calls:
                    call()
                done += len(calls)
            best[name] = max(best[name], done / (time.perf_counter() - begin))
    return best


def compiled(case: Case) -> Policies:
    """The case's policies, compiled."""
    resource = case.get("resource_policy")
    kind = kind_of(case["resource"], case["action"], None)
    levels = case.get("service_control_policies", ())
    return Policies(
        identity=named(case["identity_policies"], "identity", "identity policy"),
        resource=None if resource is None else policy(resource, kind, "the resource's policy"),
        boundaries=named(case.get("permissions_boundaries", ()), "boundary", "boundary"),
        service_control=tuple(named(level, "service-control", "scp") for level in levels),
        resource_kind=kind,
    )


def request(case: Case) -> Request:
    """The case's request."""
    return Request(
        case["principal"], case["action"], case["resource"], case["resource_account"], case.get("context", {})
    )


def deciding(case: Case) -> Callable[[], Decision]:
    """Decides, from compiled policies."""
    policies = compiled(case)
    return lambda: decide(request(case), policies)


def explaining(case: Case) -> Callable[[], object]:
    """Decides and explains: every statement and element, the clauses that decided, the sentence."""
    policies = compiled(case)

    def call() -> object:
        explanation = Explanation(decide(request(case), policies))
        return explanation.policies, explanation.deciding, explanation.sentence

    return call


def parsing(case: Case) -> Callable[[], Decision]:
    """Decides from JSON text, compiled anew every time."""
    texts = {
        name: json.loads(
            json.dumps(value), object_hook=lambda found: json.dumps(found) if "Statement" in found else found
        )
        for name, value in case.items()
    }

    def call() -> Decision:
        grammar._compiled.cache_clear()
        return evaluate(**texts)

    return call


def ministack(case: Case, evaluator: Any) -> Callable[[], bool]:
    """ministack's evaluator, its policies parsed beforehand where it can."""
    identity = [evaluator.parse_policy_document(each) for each in case["identity_policies"]]
    limits = [[evaluator.parse_policy_document(each)] for each in case.get("permissions_boundaries", ())]
    resource, trust = case.get("resource_policy"), case["action"] == "sts:AssumeRole"
    keys = {name.lower(): value for name, value in case.get("context", {}).items()}
    account = case["principal"].split(":")[4]

    def call() -> bool:
        context = evaluator.EvalContext(
            case["principal"],
            "User",
            account,
            case["action"],
            case["resource"],
            "eu-west-1",
            source_ip=keys.get("aws:sourceip", ""),
            secure_transport=keys.get("aws:securetransport") == "true",
            tag_keys=keys.get("aws:tagkeys", []),
            service_context=keys,
        )
        found = evaluator.evaluate(context, identity, *limits)
        if trust:
            trusted: bool = evaluator.evaluate_trust_policy(resource, case["principal"], context)
            return trusted and found.decision == "Allow"
        if resource is not None:
            found = evaluator.combine_resource_policy(found, context, resource, case["resource_account"])
        return bool(found.decision == "Allow")

    return call


def iam_simulate(folder: Path, cases: Sequence[Case], seconds: float) -> dict[str, Any]:
    """What iam_simulate.mjs measures."""
    script = Path(__file__).with_name("iam_simulate.mjs")
    command = ["node", str(script), str(folder.resolve()), str(seconds)]
    done = subprocess.run(command, input=json.dumps(cases), capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def disagreeing(name: str, asked_for: Mapping[str, tuple[bool, Case]], answers: Sequence[object]) -> list[str]:
    """A line for every answer that is not AWS's."""
    asked = zip(asked_for.items(), answers, strict=True)
    return [f"{name} answers {answer} to {case!r}" for (case, (right, _)), answer in asked if _yes(answer) is not right]


def _yes(answer: object) -> bool:
    return answer is True or answer == "Allowed"


def growth(seconds: float) -> list[tuple[int, float]]:
    """Microseconds a denial takes by the number of statements that have to be looked at."""
    found = []
    for statements in (10, 100, 1000):
        document = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": "s3:Get*", "Resource": f"arn:aws:s3:::bucket-{number}/*/report?.csv"}
                for number in range(statements)
            ],
        }
        policies = Policies(identity=named([document], "identity", "p"))
        asked = Request("arn:aws:iam::111122223333:user/alice", "s3:GetObject", "arn:aws:s3:::reports/a/report1.csv")
        found.append((statements, 1e6 / rates({"": [partial(decide, asked, policies)]}, seconds)[""]))
    return found


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="stssim's policy engine beside iam-simulate and ministack")
    parser.add_argument("--peers", type=Path, help="the folder in which the peers are installed")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each measurement takes")
    arguments = parser.parse_args()
    cases = [case for _, case in CASES.values()]
    seconds = arguments.seconds
    print(f"{len(cases)} requests, {sum(not right for right, _ in CASES.values())} of them denied;", end=" ")
    print(f"the longest policy has {length(long_policy()):,} characters. Decisions a second:\n")

    engines: dict[str, list[Callable[[], object]]] = {
        DECIDING: [deciding(case) for case in cases],
        EXPLAINING: [explaining(case) for case in cases],
        PARSING: [parsing(case) for case in cases],
    }
    wrong = disagreeing("stssim", CASES, [deciding(case)().allowed for case in cases])
    if arguments.peers is not None:
        sys.path.insert(0, str(arguments.peers / "python"))
        evaluator = importlib.import_module("ministack.core.iam_evaluator")
        known = {name: pair for name, pair in CASES.items() if "service_control_policies" not in pair[1]}
        engines[THE_SAME] = [deciding(case) for _, case in known.values()]
        calls = [ministack(case, evaluator) for _, case in known.values()]
        engines[MINISTACK] = [*calls]
        wrong += disagreeing("ministack", known, [call() for call in calls])
    found = rates(engines, seconds)
    ratios = []
    if arguments.peers is not None:
        peer = iam_simulate(arguments.peers, cases, seconds)
        found |= {PREPARSED: peer["preparsed"], WHOLE: peer["whole"]}
        wrong += disagreeing(PREPARSED, CASES, peer["answers"]["preparsed"])
        wrong += disagreeing(WHOLE, CASES, peer["answers"]["whole"])
        ratios = [(THE_SAME, MINISTACK, 2), (EXPLAINING, PREPARSED, 2), (PARSING, WHOLE, 5)]
    for name, each in found.items():
        print(f"{each:>12,.0f}  {name}")
    print()
    for one, other, least in ratios:
        print(f"{found[one] / found[other]:>12.1f}  times {other}: {one} (wanted: at least {least})")
    for statements, micros in growth(seconds / 3):
        print(f"{micros:>12.1f}  microseconds for a denial over {statements} statements")
    for line in wrong:
        print(f"Not AWS's answer: {line}")


if __name__ == "__main__":
    main()
