"""Hints that are opened one at a time, and after the last of them the solution."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import ipywidgets as widgets
import traitlets


class Hints(widgets.VBox):  # type: ignore[misc]  # ipywidgets ships no types
    """One button for all of them. `opened` counts the hints that are open; `solve` is what the button does at last."""

    opened = traitlets.Int(0)

    def __init__(self, hints: Sequence[str], solve: Callable[[], None], opened: int = 0) -> None:
        self._hints = tuple(hints)
        self._solve = solve
        self.button = widgets.Button()
        self.button.on_click(lambda _: self.more())
        self.shown = widgets.HTML()
        super().__init__([self.button, self.shown], opened=min(opened, len(self._hints)))
        self._paint()

    def more(self) -> None:
        """Opens the next hint, or shows the solution when all are open: what a click on the button does."""
        if self.opened < len(self._hints):
            self.opened += 1
        else:
            self._solve()

    @traitlets.observe("opened")
    def _paint(self, _: Any = None) -> None:
        left = self.opened < len(self._hints)
        self.button.description = f"Hint {self.opened + 1} of {len(self._hints)}" if left else "Show the solution"
        told = "".join(f"<li>{marked(hint)}</li>" for hint in self._hints[: self.opened])
        self.shown.value = f"<ol>{told}</ol>" if told else ""


def marked(text: str) -> str:
    """A text as HTML, escaped, with what stands in backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
