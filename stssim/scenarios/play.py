"""Plays a scenario in a fresh Lab, and judges a fix: the legitimate tasks must all work, and the attack must not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from stssim.call import NOTHING
from stssim.lab.lab import Alter
from stssim.scenarios import Edit, Scenario
from stssim.scenarios.perform import Outcome, perform
from stssim.scenarios.world import World
from stssim.trace import Trace


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a scenario: the outcomes and traces of its legitimate tasks and of its attack."""

    scenario: Scenario
    edits: tuple[Edit, ...]
    tasks: tuple[Outcome, ...]
    attack: tuple[Outcome, ...]
    reached: bool
    tasks_trace: Trace
    attack_trace: Trace

    @property
    def failed(self) -> Outcome | None:
        """The first activity with an unexpected result: a legitimate task, or a bystander's during the attack."""
        return next((outcome for outcome in (*self.tasks, *self.attack) if not outcome.as_expected), None)

    @property
    def failed_trace(self) -> Trace | None:
        """The Trace that has that activity."""
        if self.failed is None:
            return None
        return self.tasks_trace if self.failed in self.tasks else self.attack_trace

    @property
    def tasks_work(self) -> bool:
        """Whether every legitimate task had the expected result."""
        return self.failed is None

    @property
    def fixed(self) -> bool:
        """The verdict on the edits: all legitimate tasks work, and the attacker does not reach the goal."""
        return self.tasks_work and not self.reached


def play(scenario: Scenario, edits: Iterable[Edit] = (), *, altered: Mapping[str, Alter] = NOTHING) -> Run:
    """Runs a scenario in a Lab of its own, with these edits made to its world first.

    `altered` changes what is sent in the `tasks` or in the `attack` (`Lab.altering`).
    Raises `botocore.exceptions.ClientError` where AWS refuses an edited policy, and `LookupError` for a mark that names
    nothing.
    """
    edits = tuple(edits)
    world = World(scenario, edits)
    lab, cast = world.lab, scenario.cast
    with lab.recording("legitimate tasks", cast=cast) as tasks_trace, lab.altering(altered.get("tasks")):
        tasks = tuple(perform(world, activity) for activity in scenario.tasks)
    with lab.recording("attack", cast=cast) as attack_trace, lab.altering(altered.get("attack")):
        attack = tuple(perform(world, activity) for activity in scenario.attack)
    reached = _reached(world, attack)
    return Run(scenario, edits, tasks, attack, reached, tasks_trace, attack_trace)


def _reached(world: World, attack: tuple[Outcome, ...]) -> bool:
    """Whether the attacker reached the goal, by the state of the world."""
    goal = world.scenario.goal
    if goal.allowed is not None:
        return any(outcome.activity.name == goal.allowed and outcome.result == "allowed" for outcome in attack)
    row = world.vendors[goal.of or ""].tenants.get(goal.dashboard or "")
    return row is not None and any(goal.shows in text for text in row.dashboard.values() if goal.shows)
