"""The rows of a picture: the beats of a Trace, and the arrows of the classic picture that a refusal left out.

The classic picture of the service has seven arrows. A call that was refused at one of them never came to the next, and
a picture shows those in grey, as ghosts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from stssim.call import Actor, Beat, Outcome, Trace

CLASSIC = {
    1: "request credentials",
    2: "validate request",
    3: "generate credentials",
    4: "receive credentials",
    5: "access resource",
    6: "authorize access",
    7: "access granted",
}
_REPLIES = {4, 7}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a picture. `index` is that of its beat in the Trace; that of a ghost is its refusal's.

    `number` is the one written in front of the label: a ghost of a decided picture has none.
    """

    index: int
    source: Actor
    target: Actor
    label: str
    number: int | None = None
    arrow: int | None = None
    outcome: Outcome = "done"
    ghost: bool = False

    @property
    def alone(self) -> bool:
        """Whether one actor does this by itself."""
        return self.source == self.target


def rows(trace: Trace, *, decided: bool) -> tuple[Row, ...]:
    """Every beat in order, numbered from 1, each refused call with its ghosts.

    Undecided, the rows are those of the same calls before anybody knows: no outcomes, ghosts like every other row, and
    every answer simply a reply.
    """
    found = tuple(_decided(trace))
    return found if decided else tuple(_undecided(found))


def _undecided(found: tuple[Row, ...]) -> Iterator[Row]:
    asked: set[tuple[Actor, Actor]] = set()
    for at, row in enumerate(found):
        label = CLASSIC[3] if row.arrow == 3 else row.label
        if (row.target, row.source) in asked and not row.alone:
            asked.remove((row.target, row.source))
            label = "reply"
        else:
            asked.add((row.source, row.target))
        yield Row(at, row.source, row.target, label, at + 1, row.arrow)


def _decided(trace: Trace) -> Iterator[Row]:
    for call in _calls(trace):
        refusal = next((row for row in call if row.outcome == "denied"), None)
        ghosts = _ghosts(call, refusal) if refusal else []
        for row in call:
            # A refusal sent back to the client stands where the classic picture has its reply.
            if ghosts and (row.source, row.target) == (ghosts[-1].source, ghosts[-1].target) and not row.alone:
                yield from ghosts[:-1]
                yield replace(row, arrow=ghosts[-1].arrow)
                ghosts = []
            else:
                yield row
        yield from ghosts


def _calls(trace: Trace) -> Iterator[list[Row]]:
    """The stretches of a trace: a request with all that came of it, or what happened outside of any call."""
    call: list[Row] = []
    for index, beat in enumerate(trace):
        if call and _opens(beat):
            yield call
            call = []
        call.append(Row(index, beat.source, beat.target, beat.label, index + 1, beat.arrow, beat.outcome))
    if call:
        yield call


def _opens(beat: Beat) -> bool:
    asks = beat.stage == "request" and beat.refusal is None and beat.reply is None
    return beat.outcome != "denied" and (asks or beat.stage == "message" or beat.arrow in {1, 5})


def _ghosts(call: list[Row], refusal: Row) -> list[Row]:
    """The arrows that a refused call never came to, between the two that the call was between."""
    reached = max((row.arrow for row in call if row.arrow), default=0)
    request = next((row for row in call if not row.alone), None)
    if not reached or request is None:
        return []
    client, service = request.source, request.target
    return [
        Row(refusal.index, service, client if arrow in _REPLIES else service, CLASSIC[arrow], arrow=arrow, ghost=True)
        for arrow in range(reached + 1, 5 if reached < 5 else 8)
    ]
