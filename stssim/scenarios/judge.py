"""The verdict on a fix of a scenario: legitimate use must go on, and then the adversary tries to get in."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass

from stssim.adversary import Blocked, Goal, StillOpen, TooTight, Undecided, Verdict
from stssim.adversary.search import BOUND, attack
from stssim.lab.handles import Handle
from stssim.lab.lab import Lab
from stssim.lab.oidc_issuer import OidcIssuer
from stssim.lab.vendor import Vendor
from stssim.policy.explain import Explanation
from stssim.policy.results import Clause, Results
from stssim.scenarios.perform import Outcome, perform
from stssim.scenarios.scenario import Activity, Edit, Scenario
from stssim.scenarios.world import World
from stssim.trace import Step, Trace


@dataclass(frozen=True, slots=True)
class Failed:
    """Legitimate use that fails, the Trace that has it, and the step that refused it, if AWS did."""

    outcome: Outcome
    variant: bool
    trace: Trace
    denied: Step | None


class ScenarioStage:
    """A scenario's world as an attacker meets it: with these edits, and after everybody has done their tasks.

    It is a `stssim.adversary.Stage`. `failed` is the first task or variant that did not have the expected result.
    Raises as `play` does.
    """

    def __init__(self, scenario: Scenario, edits: Iterable[Edit] = ()) -> None:
        self.scenario = scenario
        self.world = World(scenario, edits)
        self.failed: Failed | None = None
        self._later: dict[str, list[Activity]] = {}
        for variant in scenario.variants:
            self._later.setdefault(variant.after or "", []).append(variant)
        self._attack = {activity.name: activity for activity in scenario.attack}
        with self.lab.recording("legitimate use", cast=scenario.cast) as trace:
            for activity in scenario.tasks:
                self._do(activity, trace, variant=False)
            for name in scenario.means.begins_after:
                self.lab.clock.advance(seconds=1)
                self._do(self._attack[name], trace, variant=False)

    def _do(self, activity: Activity, trace: Trace, *, variant: bool) -> None:
        begun = len(trace)
        outcome = perform(self.world, activity)
        if not outcome.as_expected and (self.failed is None or (self.failed.variant and not variant)):
            denied = next((step for step in reversed(trace.steps[begun:]) if step.outcome == "denied"), None)
            self.failed = Failed(outcome, variant, trace, denied)
        for each in self._later.get(activity.name, ()):
            self._do(each, trace, variant=True)

    @property
    def lab(self) -> Lab:
        return self.world.lab

    @property
    def attacker(self) -> Handle:
        name = next(name for name, person in self.scenario.people.items() if person.part == "attacker")
        return self.world.people[name]

    def holder(self, name: str) -> Handle:
        """A copy of somebody's credentials, in the attacker's hands."""
        taken = copy(self.world.who(name))
        taken.actor = self.attacker.actor
        return taken

    def application(self, name: str) -> Vendor:
        return self.world.vendors[name]

    def issuer(self, name: str) -> OidcIssuer:
        return self.world.issuers[name]

    def text(self, template: str) -> str:
        return self.world.text(template)

    def meanwhile(self, name: str) -> None:
        """What others do, a second after whatever was before: nobody is quicker than the clock.

        In a walk it is part of the walk's own Trace, and variants are not done.
        """
        self.lab.clock.advance(seconds=1)
        if self.lab.is_recording:
            perform(self.world, self._attack[name])
            return
        with self.lab.recording("meanwhile", cast=self.scenario.cast) as trace:
            self._do(self._attack[name], trace, variant=False)


def judge(scenario: Scenario, edits: Iterable[Edit] = (), goal: Goal | None = None, *, bound: int = BOUND) -> Verdict:
    """The verdict on these edits: *Too tight* where legitimate use fails; else what the adversary comes to.

    Raises `botocore.exceptions.ClientError` where AWS refuses an edited policy, and `LookupError` for a mark that names
    nothing.
    """
    edits = tuple(edits)
    first = ScenarioStage(scenario, edits)
    if first.failed is not None and not first.failed.variant:
        return too_tight(first.failed)
    stages = [first]

    def stage() -> ScenarioStage:
        return stages.pop() if stages else ScenarioStage(scenario, edits)

    wanted = goal or Goal(scenario.goal.wants, scenario.goal.afterwards)
    found = attack(scenario.means, wanted, stage, bound=bound)
    if first.failed is not None and not first.failed.variant:
        return too_tight(first.failed)
    if found.walk is not None:
        return StillOpen(found.walk)
    if first.failed is not None:
        return too_tight(first.failed)
    if not found.complete or not found.attempts:
        return Undecided(found.attempts, found.evaluated)
    return Blocked(found.attempts, found.evaluated)


def too_tight(failed: Failed) -> TooTight:
    """The verdict on an edit with which legitimate use fails."""
    outcome, denied = failed.outcome, failed.denied
    because = "A legitimate task must go on working; look at where it stopped."
    clauses: tuple[Clause, ...] = ()
    if denied is not None:
        because = denied.sentence if denied.decision is None else Explanation(denied.decision).sentence
        clauses = Results(denied.decision).deciding if denied.decision is not None else ()
    return TooTight(outcome.activity.name, outcome.result, failed.variant, clauses, because, failed.trace)
