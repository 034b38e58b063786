"""Every judged answer of `judged` is what it says: right, too loose or too tight, by a second and slower evaluator."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from stssim.policy.acceptance import refusals
from stssim.policy.policies import Policy, PolicyKind
from stssim.scenarios.documents import check_documents
from stssim.scenarios.library import scenario_of as scenario_of_table
from stssim.scenarios.references import check_names
from tests.adversary.judged_answers import COMPANY, EDITS, FILES, SCENARIOS, mistakes, read, scenario_of
from tests.adversary.scenario_world import World

KINDS = {"right": {"reason"}, "loose": {"who", "how", "chooses", "attack"}, "tight": {"task", "reason"}}
KINDS["tight-variant"] = {"variant", "reason"}
MAY_HAVE = {"kind", "flaw", "also_open", "also_fails", *EDITS}
OF_SCENARIOS = [file for file in FILES if file.name != COMPANY.name]
ANSWERS = [pytest.param(file, name, id=f"{file.stem}-{name}") for file in FILES for name in read(file)["answers"]]


@cache
def told(file: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    return scenario_of(file), read(file)


def test_each_scenario_and_the_capstone_has_a_file() -> None:
    assert {file.name for file in FILES} == {file.name for file in SCENARIOS.glob("*.toml")} | {COMPANY.name}


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_a_file_has_answers_of_each_kind(file: Path) -> None:
    judged = read(file)
    groups = judged.get("goals", {"": {}})
    for flaw in groups:
        kinds = [each["kind"] for each in judged["answers"].values() if each.get("flaw", "") == flaw]
        assert len(kinds) >= 14
        assert kinds.count("right") >= 5
        assert kinds.count("loose") >= 5
        assert kinds.count("tight") >= 3


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_an_answer_says_what_its_kind_wants(file: Path) -> None:
    for name, answer in read(file)["answers"].items():
        wanted = KINDS[answer["kind"]]
        assert wanted <= answer.keys() <= wanted | MAY_HAVE, name
        assert answer.keys() & set(EDITS), f"{name} changes nothing"


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_aws_takes_the_policies_of_the_answers(file: Path) -> None:
    scenario, judged = told(file)
    kinds: dict[str, PolicyKind] = {"trust": "trust", "policy": "identity", "bucket_policy": "resource"}
    for name, answer in judged["answers"].items():
        world = World(scenario, answer)
        for part, kind in kinds.items():
            for text in answer.get(part, {}).values():
                found = next(iter(refusals(Policy("policy", kind, world.fill(text)))), None)
                assert found is None, f"{name}: {found}"


@pytest.mark.parametrize(("file", "name"), ANSWERS)
def test_the_slow_evaluator_agrees_with_an_answer(file: Path, name: str) -> None:
    scenario, judged = told(file)
    assert mistakes(scenario, judged, name) == []


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_the_tasks_are_the_scenarios(file: Path) -> None:
    scenario, judged = told(file)
    steps = [*scenario["tasks"], *scenario["attack"]] if "attack" in scenario else scenario["tasks"]
    assert judged["tasks"].keys() <= {step["name"] for step in steps if "expect" in step}


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_before_any_answer_the_tasks_work_and_somebody_gets_in(file: Path) -> None:
    scenario, judged = told(file)
    for flaw in judged.get("goals", {"": {}}):
        untouched = {"kind": "right", "flaw": flaw}
        (found,) = mistakes(scenario, {**judged, "variants": {}, "answers": {"none": untouched}}, "none")
        assert found.startswith("somebody gets in")


@pytest.mark.parametrize("file", OF_SCENARIOS, ids=[file.stem for file in OF_SCENARIOS])
def test_a_scenario_could_have_the_answers_among_its_own_fixes(file: Path) -> None:
    scenario, judged = told(file)
    edits = {name: {key: each[key] for key in EDITS if key in each} for name, each in judged["answers"].items()}
    loaded = scenario_of_table(file.stem, {**scenario, "fixes": {**edits, **scenario["fixes"]}})
    check_names(loaded)
    check_documents(loaded)


@pytest.mark.parametrize("file", OF_SCENARIOS, ids=[file.stem for file in OF_SCENARIOS])
def test_the_scenarios_own_fixes_and_wrong_answers_are_what_they_say(file: Path) -> None:
    scenario, judged = told(file)
    own = {**scenario["fixes"], **scenario["wrong_answers"]}
    for name, edit in own.items():
        answers = {name: {**edit, "kind": "right"}}
        variants = judged["variants"] if edit.get("fails") == "variants" else {}
        found = mistakes(scenario, {**judged, "variants": variants, "answers": answers}, name)
        is_fix = name in scenario["fixes"]
        assert bool(found) is not is_fix, f"{name}: {found}"
