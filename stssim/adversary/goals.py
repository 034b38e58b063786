"""Whether somebody whom the attacker can be would reach the goal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stssim.adversary.callers import nobody, outsiders, services
from stssim.adversary.means import Want
from stssim.adversary.moves import Move
from stssim.adversary.rehearsal import Rehearsal
from stssim.adversary.solving import RESOURCE, Slot
from stssim.adversary.view import Family, Holding, View, of_holding
from stssim.adversary.words import CLASSES, find, shape

_OPEN = tuple(f"{{{name}}}" for name in CLASSES)


def reached(view: View, holding: Holding | None) -> Iterator[frozenset[Move]]:
    """The plans by which it is reached: by this holding, or by those who need to hold nothing."""
    for want in view.goal.wants:
        if want.session_of is not None:
            if holding is not None and _is_session_of(view, want, holding):
                yield holding.moves
        elif want.call is not None and holding is not None:
            yield from _by_call(view, want, of_holding(holding), _number(view))
        elif want.call is not None:
            for family in (*outsiders(view), nobody()):
                yield from _by_call(view, want, family, _number(view))
            for family in services(view):
                yield from _by_call(view, want, family, family.name.rpartition(" ")[2])


def _number(view: View) -> str:
    return view.own[0] if view.own else ""


def _is_session_of(view: View, want: Want, holding: Holding) -> bool:
    arn = view.stage.text(want.session_of or "")
    return holding.caller.kind == "role" and holding.caller.principal_arn == arn and bool(holding.moves)


def _by_call(view: View, want: Want, family: Family, account: str) -> Iterator[frozenset[Move]]:
    asked = {name: _text(view, value, account) for name, value in want.with_.items()}
    call = want.call or ""
    service, _, operation = call.partition(":")
    opened = {name: value for name, value in asked.items() if isinstance(value, str) and _is_open(value)}
    plain = {name: find(shape(value), ()) or "x" for name, value in opened.items()}
    slots = tuple(_slots(view, family, (service, operation), {**asked, **plain}, opened, plain))

    def parameters(chosen: Mapping[str, Any]) -> dict[str, Any]:
        return {**asked, **{name: chosen.get(name, plain[name]) for name in opened}}

    def move(chosen: Mapping[str, Any]) -> Move:
        _, by = family.moves(chosen)
        source = family.source(chosen) if family.source else None
        free = ", ".join(f"{name} {parameters(chosen)[name]}" for name in opened)
        says = f"calls {operation}" + (f" with {free}" if free else "")
        if source:
            says = f"has {family.name.partition(' ')[0]} do it for {source[0]}" + (f", with {free}" if free else "")
        return Move(view.phase, by, call, parameters(chosen), source=source, chose=says)

    target = str(sorted(asked.items(), key=str))
    says = f"calls {call}"
    for found in view.allowed(
        family, call, parameters, slots, final=move, target=target, says=says, would_do=True, most=1
    ):
        moves, _ = family.moves(found.chosen)
        yield view.moves | moves | {move(found.chosen)}


def _is_open(value: str) -> bool:
    return any(part in value for part in _OPEN)


def _text(view: View, value: Any, account: str) -> Any:
    if isinstance(value, str):
        return view.stage.text(value).replace("{account}", account)
    return value


def _slots(
    view: View,
    family: Family,
    call: tuple[str, str],
    asked: Mapping[str, Any],
    opened: Mapping[str, str],
    plain: Mapping[str, str],
) -> Iterator[Slot]:
    """A parameter that can be chosen is part of the resource, where that has it at its end."""
    if not opened:
        return
    first = _first(view.rehearsal, family, call, asked)
    for name, can_be in opened.items():
        value = plain[name]
        if first is not None and first.endswith(value):
            yield Slot(name, ((RESOURCE, first[: len(first) - len(value)], ""),), can_be, own=value, absent=False)


def _first(rehearsal: Rehearsal, family: Family, call: tuple[str, str], asked: Mapping[str, Any]) -> str | None:
    chosen = {s.name: s.own if s.own is not None else (s.fixed or (None,))[0] for s in family.slots}
    changed, caller = family.become(rehearsal, chosen)
    found = changed.first(caller, *call, asked)
    return found[0].resource if found else None
