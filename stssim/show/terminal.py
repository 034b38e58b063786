"""A Trace as text for a terminal, paragraph by paragraph: colour where there is any, and always the word beside it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from stssim.call import Actor
from stssim.policy.explain import Explanation
from stssim.printable import printable
from stssim.show.rows import decided
from stssim.show.style import NOT_REACHED, NOTHING, WORDS
from stssim.show.text_metrics import tidy
from stssim.show.tokens import TERMINAL
from stssim.trace import Step, Trace

_NUMBER = 3


def text(trace: Trace, *, width: int = 80) -> str:
    """The whole Trace as plain text, the same wherever it is made. Lines are at most `width` characters wide."""
    paper = io.StringIO()
    console = Console(file=paper, width=width, color_system=None, legacy_windows=False, _environ={})
    for paragraph in paragraphs(trace):
        console.print(paragraph)
    return paper.getvalue() or f"{NOTHING}\n"


def paragraphs(trace: Trace) -> Iterator[Paragraph]:
    """The paragraphs of a Trace, one a step, for a rich console to print one after the other."""
    missing: dict[int, list[str]] = {}
    for row in decided(trace):
        if row.ghost:
            missing.setdefault(row.index, []).append(row.label)
    for index, step in enumerate(trace):
        yield Paragraph(trace, index, step, tuple(missing.get(index, ())))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One step: who did what and how it went; under a denial why, and what was not reached."""

    trace: Trace
    index: int
    step: Step
    missing: tuple[str, ...] = ()

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        """Rich's way of asking for what is printed."""
        grid = Table.grid(padding=(0, 1, 0, 0), expand=False)
        grid.add_column(justify="right", width=_NUMBER, no_wrap=True)
        grid.add_column(overflow="fold")
        grid.add_row(Text(str(self.index + 1), style="bold"), self._headline("->" if options.ascii_only else "→"))
        grid.add_row("", Text(tidy(self.step.sentence)))
        for line in self._reasons():
            grid.add_row("", line)
        yield Ragged(grid)

    def _headline(self, arrow: str) -> Text:
        line = self._name(self.step.source)
        if self.step.target != self.step.source:
            line.append(f" {arrow} ").append_text(self._name(self.step.target))
        line.append(f": {tidy(self.step.label)}")
        if word := WORDS[self.step.outcome]:
            line.append("  ").append(word, style=TERMINAL[word])
        return line

    def _name(self, actor: Actor) -> Text:
        if self.trace.parts.get(actor.name) != "attacker":
            return Text(tidy(actor.name), style="bold")
        return Text(f"{tidy(actor.name)} (attacker)", style=TERMINAL["attacker"])

    def _reasons(self) -> Iterator[Text]:
        if self.step.outcome != "denied":
            return
        if self.step.decision is not None:
            explanation = Explanation(self.step.decision)
            yield Text(tidy(explanation.sentence))
            for clause in explanation.deciding:
                yield Text(f"{clause.policy.name}: ").append(clause.pointer or "/", style=TERMINAL["denied"])
        if self.step.refusal is not None:
            yield Text(f"{self.step.refusal.code}: ", style="bold").append(
                tidy(self.step.refusal.message), style="not bold"
            )
        if self.missing:
            yield Text(f"{NOT_REACHED}: {', '.join(self.missing)}", style=TERMINAL["muted"])


@dataclass(frozen=True, slots=True)
class Ragged:
    """What is printed: without the blanks that fill its lines to the right, which wrap in a narrower window, and
    without anything that would steer the terminal.
    """

    filled: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Rich's way of asking for what is printed."""
        for line in console.render_lines(self.filled, options, pad=False):
            line = [Segment(printable(part.text), part.style) for part in line]
            while line and not line[-1].text.rstrip():
                line.pop()
            if line:
                line[-1] = Segment(line[-1].text.rstrip(), line[-1].style)
            yield from line
            yield Segment.line()
