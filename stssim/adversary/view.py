"""What one round of the search sees: the world as it would be, and how candidates are put to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from stssim.adversary.means import Goal, Means
from stssim.adversary.moves import Move
from stssim.adversary.reading import Reading
from stssim.adversary.rehearsal import Answered, Rehearsal
from stssim.adversary.solving import Slot, Solver
from stssim.adversary.stage import Stage
from stssim.call import Caller
from stssim.policy.explain import Explanation
from stssim.policy.results import Results
from stssim.validate.authentication.authenticate import title

_MOST_ALLOWED = 16


@dataclass(frozen=True, slots=True)
class Holding:
    """Somebody whom the attacker can be: who that is to AWS, under which name a `Performer` has the credentials, and
    the moves by which they were got. `device` is the attacker's MFA device for this user, if there is one.
    """

    label: str
    caller: Caller
    moves: frozenset[Move]
    device: str = ""

    @property
    def key(self) -> object:
        session = self.caller.session
        kept = (session.tags, session.source_identity, session.provider, session.kind) if session else ()
        return self.caller.arn, self.caller.principal_id, kept, bool(self.device)

    @property
    def until(self) -> int:
        """When the credentials end, in epoch seconds."""
        return self.caller.session.expires_at if self.caller.session else 2**62


@dataclass(frozen=True, slots=True)
class Missed:
    """A candidate that the policies do not allow, to be tried for real. `would_do` says that it would be the goal.

    `near`: a clause of some policy decided, and not the lack of any.
    """

    says: str
    because: str
    moves: frozenset[Move]
    would_do: bool = False
    near: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of caller, some of whose attributes can be chosen.

    `title` is who that is, in words that follow *as*. `become` gives, for what was chosen, the world with that caller
    in it, and the caller; `moves` the moves to become it for real, and the name of the credentials.
    """

    name: str
    title: str
    slots: tuple[Slot, ...]
    become: Callable[[Rehearsal, Mapping[str, Any]], tuple[Rehearsal, Caller]]
    moves: Callable[[Mapping[str, Any]], tuple[frozenset[Move], str]]
    source: Callable[[Mapping[str, Any]], tuple[str, str]] | None = None
    device: str = ""


@dataclass(frozen=True, slots=True)
class Allowed:
    """A candidate that the policies allow: what was chosen, the caller, and the policies' answer."""

    chosen: Mapping[str, Any]
    answered: Answered
    rehearsal: Rehearsal


@dataclass(slots=True)
class View:
    """One round of the search. `complete` is False once something was given up at a bound."""

    means: Means
    goal: Goal
    stage: Stage
    rehearsal: Rehearsal
    phase: int
    missed: dict[object, Missed]
    reading: Reading = field(default_factory=Reading)
    moves: frozenset[Move] = frozenset()
    root: View | None = None
    _complete: bool = True

    def within(self, rehearsal: Rehearsal, moves: frozenset[Move]) -> View:
        """The same round in another course of things."""
        return replace(self, rehearsal=rehearsal, moves=moves, root=self.root or self)

    @property
    def complete(self) -> bool:
        return self._complete

    def gave_up(self) -> None:
        self._complete = False
        if self.root is not None:
            self.root.gave_up()

    @property
    def own(self) -> tuple[str, ...]:
        """The numbers of the attacker's accounts, and one more: whoever has one can open another."""
        numbers = tuple(self.stage.lab.account(name).number for name in self.means.accounts)
        if not numbers:
            return ()
        taken = {*self.rehearsal.directory.accounts(), *numbers}
        return (*numbers, next(n for n in ("707070707070", "808080808080", "909090909090") if n not in taken))

    def held(self) -> dict[str, Holding]:
        """Whose credentials the attacker has from the beginning, as far as they still work."""
        found = {}
        for name in self.means.holds:
            caller = self.rehearsal.holder(self.stage.holder(name))
            if caller is not None:
                found[name] = Holding(name, caller, frozenset())
        return found

    def allowed(
        self,
        family: Family,
        call: str,
        parameters: Callable[[Mapping[str, Any]], Mapping[str, Any]],
        slots: Sequence[Slot] = (),
        *,
        acts: Sequence[str] = (),
        final: Callable[[Mapping[str, Any]], Move] | None = None,
        target: object = None,
        says: str = "",
        would_do: bool = False,
        most: int = _MOST_ALLOWED,
    ) -> Iterator[Allowed]:
        """The choices with which the policies allow a call; what comes nearest is noted where none do."""
        service, _, operation = call.partition(":")
        every = (*family.slots, *slots)
        plain = {slot.name: _plain(slot) for slot in every}
        first = self._put(family, service, operation, parameters, plain)
        if first is None:
            return
        found = 0
        nearest = first
        if first.answered.allowed:
            found += 1
            yield first
        if not every or not first.answered.decisions:
            if not found:
                self._miss(family, nearest, final, target, says, would_do=would_do)
            return
        decision = first.answered.denied or first.answered.decisions[0]
        needed = [each.request.action for each in first.answered.decisions]
        solver = Solver(decision.request, decision.policies, needed, every, acts)
        for chosen in solver.choices():
            if chosen == plain:
                continue
            candidate = self._put(family, service, operation, parameters, chosen)
            if candidate is None:
                continue
            if candidate.answered.allowed:
                found += 1
                yield candidate
                if found >= most:
                    break
            else:
                nearest = candidate
        if not solver.complete:
            self.gave_up()
        if not found:
            self._miss(family, nearest, final, target, says, would_do=would_do)

    def _put(
        self,
        family: Family,
        service: str,
        operation: str,
        parameters: Callable[[Mapping[str, Any]], Mapping[str, Any]],
        chosen: Mapping[str, Any],
    ) -> Allowed | None:
        if self.means.secret and any(secret in str(value) for secret in self.means.secret for value in chosen.values()):
            return None
        rehearsal, caller = family.become(self.rehearsal, chosen)
        return Allowed(chosen, rehearsal.put(caller, service, operation, parameters(chosen)), rehearsal)

    def _miss(
        self,
        family: Family,
        nearest: Allowed,
        final: Callable[[Mapping[str, Any]], Move] | None,
        target: object,
        says: str,
        *,
        would_do: bool,
    ) -> None:
        key = (family.name, target)
        if final is None or key in self.missed:
            return
        moves, _ = family.moves(nearest.chosen)
        denied = nearest.answered.denied
        because = Explanation(denied).sentence if denied is not None else nearest.answered.refused
        every = self.moves | moves | {final(nearest.chosen)}
        if len(every) <= 6:
            near = denied is not None and bool(Results(denied).deciding)
            who = self.stage.attacker.name
            told = f"{who[:1].upper()}{who[1:]} {says}, as {family.title}."
            self.missed[key] = Missed(told, because, every, would_do, near)


def _plain(slot: Slot) -> Any:
    if slot.own is not None:
        return slot.own
    if slot.fixed:
        return slot.fixed[0]
    return None


def of_holding(holding: Holding) -> Family:
    """Somebody who is held: nothing about them can be chosen."""
    caller = holding.caller
    return Family(
        caller.arn,
        title(caller) if caller.session is None or caller.session.kind != "user" else f"a session of {title(caller)}",
        (),
        lambda rehearsal, _: (rehearsal, caller),
        lambda _: (holding.moves, holding.label),
        device=holding.device,
    )
