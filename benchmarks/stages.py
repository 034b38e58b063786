"""Where the time of one call goes, stage by stage: `python benchmarks/stages.py`.

The gate's own steps are timed in place while boto3 calls AssumeRole and GetObject in process; what is left of the whole
is boto3's share and that of the Lab around the gate. Below stands what a new interpreter spends before its first
AssumeRole has been answered, by the package whose modules it loads.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from benchmarks.against_moto import assume, read, stssim_clients
from stssim import gate

STEPS = (
    ("read", "request: the operation and its parameters, read by the service's model"),
    ("claim", "request: who says that they call"),
    ("authenticate", "validate: key, session token, signature, time"),
    ("check", "validate: the parameters' constraints"),
    ("verify", "issue: tokens and MFA codes that are shown"),
    ("needs", "validate: which permissions it takes"),
    ("authorize", "validate: every policy that has a say"),
    ("issue", "issue: credentials"),
    ("serve", "access: the mock cloud, moto"),
    ("reply", "request: the reply as XML"),
)
ROUNDS = 1500


def timed(call: Callable[[], Any]) -> tuple[dict[str, float], float]:
    """The median milliseconds of each step of a call, and of the whole of it."""
    took: dict[str, list[float]] = defaultdict(list)
    plain = {name: getattr(gate, name) for name, _ in STEPS}

    def timing(name: str) -> Callable[..., Any]:
        def step(*args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            try:
                return plain[name](*args, **kwargs)
            finally:
                took[name].append((time.perf_counter() - began) * 1000)

        return step

    for name in plain:
        setattr(gate, name, timing(name))
    try:
        for _ in range(ROUNDS):
            began = time.perf_counter()
            call()
            took["whole"].append((time.perf_counter() - began) * 1000)
    finally:
        for name, function in plain.items():
            setattr(gate, name, function)
    medians = {name: statistics.median(times[len(times) // 10 :]) for name, times in took.items()}
    return medians, medians.pop("whole")


def calls() -> None:
    """The table of AssumeRole's and GetObject's steps."""
    lab, (sts, s3), _ = stssim_clients()
    with lab.recording("benchmark", keep=1000):
        columns = [timed(lambda: assume(sts)), timed(lambda: read(s3))]
    print(f"{'milliseconds, medians':68}{'AssumeRole':>12}{'GetObject':>12}")
    for name, says in STEPS:
        print(f"{says:68}" + "".join(f"{steps.get(name, 0):12.3f}" for steps, _ in columns))
    rest = [whole - sum(steps.values()) for steps, whole in columns]
    print(f"{'boto3, the door, the Lab around the gate':68}" + "".join(f"{each:12.3f}" for each in rest))
    print(f"{'the whole':68}" + "".join(f"{whole:12.3f}" for _, whole in columns))


def cold() -> None:
    """The milliseconds that loading modules takes until the first AssumeRole, by package (`python -X importtime`)."""
    code = "from benchmarks.against_moto import first_of_stssim as first; first()"
    done = subprocess.run([sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True, check=True)
    spent: dict[str, float] = defaultdict(float)
    for line in done.stderr.splitlines()[1:]:
        own, _, module = line.removeprefix("import time:").split("|")
        spent[module.strip().partition(".")[0]] += int(own) / 1000
    known = ["stssim", "moto", "botocore", "boto3", "cryptography", "werkzeug", "requests", "responses", "urllib3"]
    print(f"\n{'milliseconds of loading before the first AssumeRole is answered':68}")
    for package in known:
        print(f"{package:68}{spent.pop(package, 0):12.1f}")
    print(f"{'everything else, the standard library above all':68}{sum(spent.values()):12.1f}")


if __name__ == "__main__":
    calls()
    cold()
