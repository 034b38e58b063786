"""The fix: fixes to try with one click, an editor for one's own, and the adversary's verdict. State lives in traits."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as widgets
import traitlets

from stssim.lessons.editable import editable
from stssim.lessons.editor import ScenarioEditor
from stssim.lessons.hints import Hints
from stssim.lessons.look import look
from stssim.lessons.page_behavior import OnPage
from stssim.lessons.progress import news
from stssim.lessons.progress_store import Progress, ours
from stssim.lessons.verdict import CannotPlay, Judged, judge
from stssim.scenarios import Edit, Scenario
from stssim.show.player import player, stills_show_outcome

_WIDE = widgets.Layout(width="auto")
_COLUMNS = widgets.Layout(grid_template_columns="repeat(auto-fit, minmax(min(26em, 100%), 1fr))")


class Fix(widgets.VBox):  # type: ignore[misc]  # ipywidgets ships no types
    """The workbench of one scenario. `tried` holds the names of the fixes tried so far, `solved` is true once one held.

    What was tried on another day is shown where it runs, and never in what is stored.
    """

    tried = traitlets.List(traitlets.Unicode())
    solved = traitlets.Bool(False)

    def __init__(self, scenario: Scenario, kept: Progress | None = None) -> None:
        self.scenario = scenario
        self.verdict: Judged | None = None
        self._kept = kept or ours()
        self._fixes = scenario.proposed_fixes
        before = self._kept.of("scenario", scenario.name)
        self._chip_of = {name: self._chip(name) for name in sorted(self._fixes)}
        self.editor = ScenarioEditor(scenario, self.try_own)
        self.hints = Hints(scenario.hints, lambda: self.try_fix(scenario.solution), opened=before.hints)
        self.hints.observe(lambda change: self._kept.opened("scenario", scenario.name, change["new"]), "opened")
        self._said = widgets.HTML(_MENDED if before.solved else "")
        self._news = widgets.HTML()
        self._shown = widgets.VBox()
        for name, held in before.tried.items():
            self._mark(name, held=held)
        fixes = widgets.HTML(f"{look('.stssim-fix')}<h4>Ideas: click one, and the scenario is told again with it</h4>")
        own = widgets.Accordion([self.editor], titles=["Write your own"])
        chips = widgets.GridBox([*self._chip_of.values()], layout=_COLUMNS)
        super().__init__([fixes, chips, own, self._said, self._news, self.hints, self._shown, OnPage(self._said)])
        self.add_class("stssim-fix")

    def try_fix(self, name: str) -> None:
        """Tries one of the scenario's fixes, as a click on its chip does. Raises `KeyError` for an unknown name."""
        if name not in self._fixes:
            raise KeyError(f"{self.scenario.name} has no fix {name!r}; it has {', '.join(sorted(self._fixes))}.")
        fix = self._fixes[name]
        self.editor.show(editable(self.scenario, [fix]))
        self._judge(fix)

    def try_own(self) -> None:
        """Tries what is in the editor: what a click on `Try it` does."""
        wrong = self.editor.objection()
        if wrong:
            self._refuse(wrong)
        else:
            self._judge(self.editor.edit())

    def _chip(self, name: str) -> widgets.Button:
        chip = widgets.Button(description=self._fixes[name].says, layout=_WIDE)
        chip.on_click(lambda _: self.try_fix(name))
        return chip

    def _mark(self, name: str, *, held: bool) -> None:
        if name in self._chip_of:
            self._chip_of[name].description = f"{'✓' if held else '✗'} {self._fixes[name].says}"

    def _judge(self, edit: Edit) -> None:
        if edit.name not in self.tried:
            self.tried = [*self.tried, edit.name]
        try:
            self.verdict = judge(self.scenario, edit)
        except CannotPlay as refused:
            self._refuse(str(refused))
            return
        self._said.value = _told(self.verdict)
        trace, step = self.verdict.trace, self.verdict.step
        self._shown.children = [] if trace is None else [player(trace, reveal=True, step=step)]
        self.solved = self.solved or self.verdict.solved
        self._mark(edit.name, held=self.verdict.solved)
        self._kept.tried("scenario", self.scenario.name, edit.name, held=self.verdict.solved)
        self._news.value = news(self._kept) or self._news.value

    def _refuse(self, why: str) -> None:
        self.verdict = None
        self._said.value = f'<div class="verdict open" role="status"><p class="no">{escape(why)}</p></div>'
        self._shown.children = []

    def __repr__(self) -> str:
        state = "solved" if self.solved else "open"
        return f"Fix of {self.scenario.name}: {len(self._fixes)} fixes, {len(self.tried)} tried, {state}"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        live = super()._repr_mimebundle_(**kwargs)
        data, metadata = live if isinstance(live, tuple) else (live, {})
        return {**(data or {}), "text/plain": repr(self), "text/html": self._still()}, metadata

    def _still(self) -> str:
        fixes = "".join(f"<li>{escape(fix.says)}{self._end_of(fix)}</li>" for _, fix in sorted(self._fixes.items()))
        return f"<p>Ideas, of which at least one holds; run the notebook to try them:</p><ul>{fixes}</ul>"

    def _end_of(self, fix: Edit) -> str:
        return _told(judge(self.scenario, fix)) if stills_show_outcome() else ""


_MENDED = '<div class="verdict solved"><p><span class="yes">✓ Mended on another day.</span></p></div>'


def _told(verdict: Judged) -> str:
    mark = '<span class="yes">✓</span>' if verdict.solved else '<span class="no">✗</span>'
    return (
        f'<div class="verdict {"solved" if verdict.solved else "open"}" role="status">'
        f"<p>{mark} <b>{verdict.word}.</b> {escape(verdict.says)}</p><p>{escape(verdict.why)}</p></div>"
    )
