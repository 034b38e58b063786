"""What the command prints and the page that it writes: the figures by source and kind, and every difference."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tools.conformance.facts import CONFORMANCE, WEIGHTS
from tools.conformance.replay import Result

PAGE = CONFORMANCE.parents[1] / "docs" / "conformance.md"
_RECORDINGS = CONFORMANCE / "recordings.json"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: what it is of, how many facts were replayed and how many agree."""

    name: str
    facts: int
    agreeing: int
    files: int = 0

    @property
    def differing(self) -> int:
        """How many differ."""
        return self.facts - self.agreeing

    @property
    def share(self) -> str:
        """The share of those that agree, rounded down."""
        return f"{100 * self.agreeing // self.facts} %" if self.facts else "-"


def recordings() -> Mapping[str, Any]:
    """What is known of the sources: how many recordings exist, which were read and not replayed, and why."""
    return dict(json.loads(_RECORDINGS.read_text("utf-8")))


def rows(results: Sequence[Result], of: Callable[[Result], str]) -> list[Row]:
    """The results, counted by what `of` says of each."""
    names = sorted({of(result) for result in results})
    return [_row(name, [result for result in results if of(result) == name]) for name in names]


def _row(name: str, results: Sequence[Result]) -> Row:
    files = {(each.group.source.repository, file) for each in results for file in each.group.source.files}
    return Row(name, len(results), sum(each.agrees for each in results), len(files))


def printed(results: Sequence[Result]) -> Iterator[str]:
    """The lines for the terminal."""
    for source in rows(results, lambda each: each.group.source.repository):
        read = source.files + len(_unreplayed(source.name))
        yield (
            f"{source.name}: {read} recordings read, {source.files} replayed, {source.facts} facts, "
            f"{source.agreeing} agree, {source.differing} differ"
        )
    for result in results:
        if not result.agrees:
            yield f"  {result.group.name} {result.fact.id}: {' '.join(result.differences)}"
    whole = _row("", results)
    yield f"{whole.agreeing} of {whole.facts} recorded facts agree ({whole.share})."


def page(results: Sequence[Result]) -> str:
    """The page, as Markdown."""
    return "\n".join(_page(results)) + "\n"


def _page(results: Sequence[Result]) -> Iterator[str]:
    whole = _row("", results)
    yield "# Conformance: stssim against recordings of AWS"
    yield ""
    yield (
        f"**{whole.agreeing} of {whole.facts} recorded facts agree ({whole.share}).** This page is written by "
        "`python -m tools.conformance`, which replays every fact on a Lab. Run it to check the figure."
    )
    yield ""
    yield (
        "A fact is one answer of the real AWS, recorded in public by others: what was sent, by whom, in which state, "
        "and which code, status, message and fields came back. An answer is one fact, however many of its fields are "
        "compared. Facts that stssim doesn't cover, and facts that other sources contradict, stay in the figures. The "
        "facts are restated in [`tests/conformance/facts`](../tests/conformance/facts), with their source and date. "
        "Names and account numbers are invented."
    )
    yield ""
    yield "## By source"
    yield ""
    yield from _sources(results)
    yield ""
    yield "## By kind"
    yield ""
    yield from _table("kind", rows(results, lambda each: each.group.kind))
    yield ""
    yield "## By weight"
    yield ""
    yield from _table("weight", rows(results, lambda each: f"{each.fact.weight}: {WEIGHTS[each.fact.weight]}"))
    yield ""
    yield "## What differs"
    yield ""
    yield from _differences(results)
    yield "## Recordings that were read and not replayed"
    yield ""
    for source in recordings()["sources"]:
        for file, why in source.get("read and not replayed", {}).items():
            yield f"- `{source['repository']}` `{file}`: {why}"


def _sources(results: Sequence[Result]) -> Iterator[str]:
    found = {row.name: row for row in rows(results, lambda each: each.group.source.repository)}
    yield "| source | recordings that exist | read | replayed | facts | agree | differ |"
    yield "|---|---|---|---|---|---|---|"
    for source in recordings()["sources"]:
        name = source["repository"]
        row = found.get(name, Row(name, 0, 0))
        read = row.files + len(source.get("read and not replayed", {}))
        yield (
            f"| `{name}` | {source['exist']} | {read} | {row.files} | {row.facts} | {row.agreeing} | {row.differing} |"
        )
    yield ""
    for source in recordings()["sources"]:
        yield f"- `{source['repository']}`: {source['what']}"


def _table(name: str, found: Sequence[Row]) -> Iterator[str]:
    yield f"| {name} | facts | agree | differ | |"
    yield "|---|---|---|---|---|"
    for row in found:
        yield f"| {row.name} | {row.facts} | {row.agreeing} | {row.differing} | {row.share} |"


def _differences(results: Sequence[Result]) -> Iterator[str]:
    differing = [each for each in results if not each.agrees]
    for kind in sorted({each.group.kind for each in differing}):
        yield f"### {kind}"
        yield ""
        for each in differing:
            if each.group.kind == kind:
                note = f" {each.fact.note}" if each.fact.note else ""
                told = _plain(" ".join(each.differences))
                yield f"- {each.fact.weight} `{each.group.name}` `{_plain(each.fact.id)}`: {told}{note}"
        yield ""


def _plain(text: str) -> str:
    return text.replace("<", "&lt;").replace("`", "'").replace("|", "\\|").replace("\n", " ").replace("\r", " ")


def _unreplayed(repository: str) -> Mapping[str, str]:
    for source in recordings()["sources"]:
        if source["repository"] == repository:
            return dict(source.get("read and not replayed", {}))
    return {}
