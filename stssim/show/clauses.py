"""Why a decision is what it is, as plain data: every policy's own text with the clauses marked that decided, and every
element and condition with what was wanted and what was found.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from stssim.policy.document import Source, read
from stssim.policy.explain import Explanation

if TYPE_CHECKING:
    from stssim.policy import Decision
    from stssim.policy.results import ConditionResult as Condition
    from stssim.policy.results import ElementResult, PolicyResult, StatementResult

Segment = tuple[str, str]
"""A run of a policy's text and how it is marked: `decided`, `failed` or not at all ("")."""
Mark = tuple[int, int, str]

WIDEST = 72


def explained(decision: Decision) -> dict[str, Any]:
    """A decision as the Policy tab shows it: its sentence, and the policies, those that settled it first."""
    explanation = Explanation(decision)
    deciding = {(id(clause.policy), clause.pointer) for clause in explanation.deciding}
    settled = {policy for policy, _ in deciding}
    results = sorted(explanation.policies, key=lambda result: id(result.policy) not in settled)
    return {
        "sentence": explanation.sentence,
        "effect": decision.effect,
        "documents": [_document(result, deciding) for result in results],
    }


def _document(result: PolicyResult, deciding: set[tuple[int, str]]) -> dict[str, Any]:
    source = _readable(result.policy.document.source)
    pointers = [(pointer, "decided") for policy, pointer in sorted(deciding) if policy == id(result.policy)]
    pointers += [(each.failed.pointer, "failed") for each in result.statements if each.failed is not None]
    places = [(source.place(pointer), kind) for pointer, kind in pointers]
    return {
        "title": result.policy.name,
        "ignored": result.ignored,
        "segments": segments(source.text, [(place.start, place.end, kind) for place, kind in places if place]),
        "statements": [_statement(each) for each in result.statements],
    }


def _readable(source: Source) -> Source:
    """The text as its author wrote it, or written out anew where it is all on one long line."""
    if all(len(line) <= WIDEST for line in source.text.splitlines()):
        return source
    return read(json.loads(source.text))


def segments(text: str, marks: Iterable[Mark]) -> list[Segment]:
    """The text in runs, each with its mark. Of marks that overlap, the first that is given is seen.

    >>> segments("to be or not", [(3, 5, "decided")])
    [('', 'to '), ('decided', 'be'), ('', ' or not')]
    """
    runs: list[Segment] = []
    done = 0
    kept: list[Mark] = []
    for mark in marks:
        if all(mark[1] <= start or end <= mark[0] for start, end, _ in kept):
            kept.append(mark)
    for start, end, kind in sorted(kept):
        if start > done:
            runs.append(("", text[done:start]))
        runs.append((kind, text[start:end]))
        done = end
    if done < len(text):
        runs.append(("", text[done:]))
    return runs


def _statement(result: StatementResult) -> dict[str, Any]:
    statement = result.statement
    name = statement.sid or f"Statement {statement.index}"
    return {
        "title": f"{name}: {'Allow' if statement.allows else 'Deny'}",
        "matched": result.matched,
        "rows": [*map(_element, result.elements), *map(_condition, result.conditions)],
    }


def _element(result: ElementResult) -> dict[str, Any]:
    return {
        "what": result.element,
        "operator": "",
        "wanted": list(result.wanted),
        "found": [result.found],
        "met": result.matched,
    }


def _condition(result: Condition) -> dict[str, Any]:
    return {
        "what": result.key,
        "operator": result.operator,
        "wanted": list(result.wanted),
        "found": None if result.found is None else list(result.found),
        "met": result.matched,
    }
