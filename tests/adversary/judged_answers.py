"""The files of `judged`, and what the slow evaluator says of each answer in them."""

import tomllib
from pathlib import Path
from typing import Any

from tests.adversary.exhaustive import narrowed, way_in
from tests.adversary.scenario_world import NOTICED, World

HERE = Path(__file__).parent / "judged"
SCENARIOS = Path(__file__).parents[2] / "stssim" / "scenarios"
COMPANY = Path(__file__).parents[2] / "stssim" / "lessons" / "company.toml"
FILES = sorted(HERE.glob("*.toml"))
EDITS = ("trust", "policy", "bucket_policy", "settings", "does")
Told = dict[str, Any]


def read(file: Path) -> Told:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def scenario_of(file: Path) -> Told:
    return read(COMPANY if file.stem.startswith("company") else SCENARIOS / file.name)


def tasks_that_fail(world: World, tasks: Told) -> list[str]:
    return [name for name, task in tasks.items() if not _works(world, task)]


def _works(world: World, task: Told) -> bool:
    if "application" in task:
        return _brings_a_report(world, task)
    begun = {"aws:TokenIssueTime": NOTICED} if ":assumed-role/" in task["principal"] else {}
    caller = world.caller(task["principal"], begun | task.get("keys", {}))
    if task["action"].startswith("sts:AssumeRole"):
        role = world.fill(task["resource"]).rpartition("/")[2]
        return world.assumes(caller, role, world.filled(task.get("context", {})), task["action"])
    requests, now = [task, *task.get("and", [])], world.policies
    world.policies = world.policies_at_first if task.get("before_the_attack", False) else now
    works = all(world.allows(caller, each["action"], each["resource"], each.get("context")) for each in requests)
    world.policies = now
    return works


def _brings_a_report(world: World, task: Told) -> bool:
    name, role = task["application"], task["role"]
    customer = world.settings[name].get("chosen_by", "nobody") == "customer"
    sent = task.get("id") if customer else world.external_id(name, task["tenant"])
    accepted = world.accepts(name, role, sent)
    if task["message"] == "onboard":
        return accepted
    context = world.sent_by(name, sent)
    report = f"arn:aws:s3:::{name}-{world.numbers[world.roles[role]['account']]}/report.csv"
    entered = accepted and world.assumes(world.user(name), role, context)
    return entered and world.allows(world.session(role, context), "s3:GetObject", report)


def mistakes(scenario: Told, judged: Told, name: str) -> list[str]:
    """What the slow evaluator has against the verdict that is written down; empty where they agree."""
    answer = judged["answers"][name]
    means = judged["world"] | judged.get("goals", {}).get(answer.get("flaw", ""), {})
    tasks, variants = judged["tasks"], judged.get("variants", {})
    try:
        world = World(scenario, answer)
    except (AssertionError, KeyError, ValueError) as error:
        return [f"cannot be played: {error!r}"]
    if "no-id-of-" in world.texts:
        return ["an External ID is asked for that the application does not give"]
    failing, walk = tasks_that_fail(world, tasks), way_in(World(scenario, answer), means)
    found = []
    if answer["kind"] == "loose":
        used: set[str] = set()
        only = narrowed(means, answer["chooses"], used)
        chosen = way_in(World(scenario, answer), only)
        found += [f"the world lacks the choice {each!r}" for each in answer["chooses"] if each not in used]
        found += [] if chosen else ["nobody gets in with these choices"]
        if chosen and list(chosen) != answer.get("attack"):
            found.append(f"the walk is another one: {list(chosen)}")
        if failing != answer.get("also_fails", []):
            found.append(f"tasks fail: {failing}")
    elif bool(walk) != answer.get("also_open", False):
        found.append(f"somebody gets in: {list(walk)}" if walk else "nobody gets in")
    if answer["kind"] == "right" and (failing or tasks_that_fail(world, variants)):
        found.append(f"tasks fail: {failing}; variants fail: {tasks_that_fail(world, variants)}")
    if answer["kind"] == "tight" and failing[:1] != [answer["task"]]:
        found.append(f"the first task to fail is {failing[:1]}")
    if answer["kind"] == "tight-variant":
        broken = tasks_that_fail(world, variants)
        if failing or answer["variant"] not in broken:
            found.append(f"tasks fail: {failing}; variants fail: {broken}")
    return found


__all__ = ["COMPANY", "EDITS", "FILES", "SCENARIOS", "mistakes", "read", "scenario_of"]
