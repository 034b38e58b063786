"""The search for a way in: breadth first over whom the attacker can become, in what others leave of the world.

Candidates come from the policies' own clauses (`solving`) and are put to the policies alone (`rehearsal`). What they
allow is then walked in a fresh Lab, call by call (`moves`): only that counts. `explore` says what is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from stssim.adversary.applications import through_applications
from stssim.adversary.escalation import becomes, changes
from stssim.adversary.findings import Attempt, Found, Walk
from stssim.adversary.goals import reached
from stssim.adversary.means import Goal, Means
from stssim.adversary.moves import Move, Performer
from stssim.adversary.reading import Reading, resources_of
from stssim.adversary.rehearsal import Count, OutOfBound, Rehearsal
from stssim.adversary.roles import from_nobody, roles_of
from stssim.adversary.stage import Stage
from stssim.adversary.supposed import Changes
from stssim.adversary.view import Holding, Missed, View
from stssim.policy.explain import Explanation
from stssim.policy.results import Results
from stssim.trace import Step, Trace

BOUND = 20_000
"""How many candidates may be put to the policies."""
_MOST_WORLDS = 200
_MOST_ATTEMPTS = 6
_MOST_WALKS = 6


def attack(means: Means, goal: Goal, stage: Callable[[], Stage], *, bound: int = BOUND) -> Found:
    """Looks for a way by which somebody with these means reaches this goal, and walks it.

    `stage` makes the Lab anew each time it is called, as it is when the attacker begins; equal each time. At most
    `bound` candidates are evaluated.

    What is tried: AssumeRole by everyone who is held and by any principal in an account of the attacker's; tokens of
    issuers; applications; services; and the calls to IAM in `escalation`. Within that, for conditions on texts and ARNs
    of single keys (each with any operator, set operator and `IfExists`), in any number of Allow and Deny statements in
    policies of all kinds, a way is found if there is one. It is not complete for Deny statements that combine several
    keys that can be chosen, for policy variables on both sides, and for numbers and dates.
    """
    return _Search(means, goal, stage, bound).found()


@dataclass(slots=True)
class _World:
    """A course that things can take: what the attacker has changed, and whom they can be.

    The last change was `about` something. Another change is worth trying about the same thing, or by somebody who was
    not `inherited`: whoever was there before could have made it without that last change.
    """

    changes: Changes
    moves: frozenset[Move]
    holdings: dict[object, Holding]
    seen: set[str] = field(default_factory=set)
    about: str = ""
    inherited: frozenset[object] = frozenset()


class _Search:
    def __init__(self, means: Means, goal: Goal, stage: Callable[[], Stage], bound: int) -> None:
        self.means = means
        self.goal = goal
        self.fresh = stage
        self.stage = stage()
        self.count = Count(bound)
        self.complete = True
        self.worlds: list[_World] = []
        self.known: set[frozenset[str]] = set()
        self.missed: dict[object, Missed] = {}
        self.attempts: list[Attempt] = []
        self.walks = 0

    def found(self) -> Found:
        events = (*self.means.meanwhile, None)
        for phase, event in enumerate(events):
            for plan in self._plans(phase, last=event is None):
                walk = self._walked(plan, phase)
                if walk is not None:
                    return Found(walk, tuple(self.attempts), self.count.evaluated, True)
                self.walks += 1
                if self.walks >= _MOST_WALKS:
                    self.complete = False
                    break
            if event is not None:
                self.stage.meanwhile(event)
        self._try_for_real()
        return Found(None, tuple(self.attempts), self.count.evaluated, self.complete)

    # Looking.

    def _plans(self, phase: int, *, last: bool) -> list[frozenset[Move]]:
        """The plans that would reach the goal now."""
        found: list[frozenset[Move]] = []
        with self.stage.lab.inspected() as cloud:
            base = Rehearsal.of(cloud, self.count)
            view = View(self.means, self.goal, self.stage, base, phase, self.missed)
            view.reading = Reading.of(base.directory, resources_of(self.goal, self.stage))
            if not self.worlds:
                held: dict[object, Holding] = {(each.key, "first"): each for each in view.held().values()}
                self.worlds.append(_World(Changes(), frozenset(), held))
            try:
                waiting = list(self.worlds)
                while waiting and not found:
                    world = waiting.pop(0)
                    seen = view.within(base.changed(world.changes), world.moves)
                    found += self._explore(seen, world, counts=last or not self.goal.afterwards)
                    if not found:
                        waiting += self._branches(seen, world)
            except OutOfBound:
                self.complete = False
            self.complete = self.complete and view.complete
        return found

    def _explore(self, view: View, world: _World, *, counts: bool) -> Iterator[frozenset[Move]]:
        """Everybody who can be become, and for each whether that is the goal."""
        held = view.held()
        world.holdings = {
            key: each
            for key, each in world.holdings.items()
            if (each.label in held if each.label in view.means.holds else view.rehearsal.works(each.caller))
        }
        waiting = list(world.holdings.values())
        if counts:
            yield from reached(view, None)
            yield from through_applications(view)
        for holding in from_nobody(view):
            self._add(world, holding, waiting)
        while waiting:
            holding = waiting.pop(0)
            if counts:
                yield from reached(view, holding)
            for gained in roles_of(view, holding):
                self._add(world, gained, waiting)
            for gained in becomes(view, holding):
                self._add(world, gained, waiting)

    @staticmethod
    def _add(world: _World, holding: Holding, waiting: list[Holding]) -> None:
        """Of sessions that differ in their time alone, the first and the last are kept: either may be wanted."""
        first, last = (holding.key, "first"), (holding.key, "last")
        if first not in world.holdings:
            world.holdings[first] = holding
            waiting.append(holding)
        elif world.holdings.get(last, world.holdings[first]).until < holding.until:
            world.holdings[last] = holding
            waiting.append(holding)

    def _branches(self, view: View, world: _World) -> Iterator[_World]:
        for holding in list(world.holdings.values()):
            for about, name, changed, moves in changes(view, holding):
                if world.about and about != world.about and (holding.key, "first") in world.inherited:
                    continue
                key = frozenset({*world.seen, name})
                if name in world.seen or key in self.known:
                    continue
                self.known.add(key)
                if len(self.worlds) >= _MOST_WORLDS:
                    self.complete = False
                    return
                made = _World(
                    changed, moves, dict(world.holdings), world.seen | {name}, about, frozenset(world.holdings)
                )
                self.worlds.append(made)
                yield made

    # Doing.

    def _walked(self, plan: frozenset[Move], phase: int) -> Walk | None:
        """The plan, done for real; None if that did not reach the goal."""
        stage = self.stage if phase == 0 and not self.walks else self.fresh()
        if phase == 0 and not self.walks:
            self.stage = stage
        moves = sorted(plan, key=lambda each: each.number)
        with stage.lab.recording("the walk", cast={"attacker": stage.attacker.name}) as trace:
            done = self._performed(stage, moves, phase)
        if phase == 0 and not self.walks:
            self.stage = self.fresh() if done is None else stage
        if done is None:
            return None
        chose = "; ".join(dict.fromkeys(move.chose for move in moves if move.chose))
        return Walk(f"{stage.attacker.name[:1].upper()}{stage.attacker.name[1:]} {chose}.", trace, _decided(trace))

    def _performed(self, stage: Stage, moves: list[Move], phase: int) -> Performer | None:
        performer = Performer(stage, self.means.holds)
        events = list(self.means.meanwhile)
        for now in range(phase + 1):
            for move in moves:
                if move.phase == now and performer.do(move) != "allowed":
                    return None
            if now < phase:
                stage.meanwhile(events[now])
        return performer

    def _try_for_real(self) -> None:
        """The nearest misses, really made: what AWS says, and not only what the policies would."""
        nearest = sorted(self.missed.values(), key=lambda each: not each.near)
        for missed in nearest[:_MOST_ATTEMPTS]:
            stage = self.stage
            performer = Performer(stage, self.means.holds)
            moves = sorted(missed.moves, key=lambda each: each.number)
            with stage.lab.recording(
                f"attempt {len(self.attempts) + 1}", cast={"attacker": stage.attacker.name}
            ) as trace:
                results = [performer.do(move) for move in moves]
            if all(result == "allowed" for result in results) and missed.would_do:
                self.complete = False
                continue
            denied = next((step for step in reversed(trace.steps) if step.outcome == "denied"), None)
            because = missed.because if denied is None else _why(denied)
            clauses = Results(denied.decision).deciding if denied is not None and denied.decision is not None else ()
            self.attempts.append(Attempt(missed.says, because, clauses, trace))


def _why(denied: Step) -> str:
    return denied.sentence if denied.decision is None else Explanation(denied.decision).sentence


def _decided(trace: Trace) -> int:
    """The first decision that a policy of somebody else's resource made in the attacker's favour; else the last one."""
    decisions = [step for step in trace if step.decision is not None and step.decision.allowed]
    by_resource = [each for each in decisions if each.decision is not None and each.decision.policies.resource]
    chosen = by_resource[-1:] or decisions[-1:]
    return chosen[0].position if chosen else len(trace)
