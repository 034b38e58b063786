"""Plays a scenario in a fresh Lab, and judges a fix: the legitimate tasks must all work, and the attack must not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from stssim.call import NOTHING
from stssim.lab.lab import Alter
from stssim.scenarios import Edit, Scenario
from stssim.scenarios.perform import Outcome, make
from stssim.scenarios.world import World
from stssim.trace import Trace


@dataclass(frozen=True, slots=True)
class Playing:
    """One telling of a scenario: the outcomes and traces of its legitimate tasks and of its attack."""

    scenario: Scenario
    edits: tuple[Edit, ...]
    tasks: tuple[Outcome, ...]
    attack: tuple[Outcome, ...]
    reached: bool
    honest_trace: Trace
    attack_trace: Trace

    @property
    def failed(self) -> Outcome | None:
        """The first move that did not come to what it should: an honest one, or one of somebody else's during the
        attack.
        """
        return next((outcome for outcome in (*self.tasks, *self.attack) if not outcome.as_expected), None)

    @property
    def failed_trace(self) -> Trace | None:
        """The Trace in which that move is."""
        if self.failed is None:
            return None
        return self.honest_trace if self.failed in self.tasks else self.attack_trace

    @property
    def honest(self) -> bool:
        """Whether every legitimate task came to what it should."""
        return self.failed is None

    @property
    def defended(self) -> bool:
        """The verdict on the edits: all legitimate tasks work, and the attacker does not reach the goal."""
        return self.honest and not self.reached


def play(scenario: Scenario, edits: Iterable[Edit] = (), *, altered: Mapping[str, Alter] = NOTHING) -> Playing:
    """Tells a scenario in a Lab of its own, with these edits made to its world first.

    `altered` changes what is sent in the `honest` moves or in the `attack` (`Lab.altering`).
    Raises `botocore.exceptions.ClientError` where AWS would not take an edited policy, and `LookupError` for a mark
    that names nothing.
    """
    edits = tuple(edits)
    world = World(scenario, edits)
    lab, cast = world.lab, scenario.cast
    with lab.recording("honest", cast=cast) as honest_trace, lab.altering(altered.get("honest")):
        tasks = tuple(make(world, activity) for activity in scenario.tasks)
    with lab.recording("attack", cast=cast) as attack_trace, lab.altering(altered.get("attack")):
        attack = tuple(make(world, activity) for activity in scenario.attack)
    reached = _reached(world, attack)
    return Playing(scenario, edits, tasks, attack, reached, honest_trace, attack_trace)


def _reached(world: World, attack: tuple[Outcome, ...]) -> bool:
    """Whether the attacker has what they were after, judged by the state of the world."""
    goal = world.scenario.goal
    if goal.allowed is not None:
        return any(outcome.activity.name == goal.allowed and outcome.came_to == "allowed" for outcome in attack)
    row = world.vendors[goal.of or ""].tenants.get(goal.dashboard or "")
    return row is not None and any(goal.shows in text for text in row.dashboard.values() if goal.shows)
