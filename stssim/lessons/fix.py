"""The fix: ideas to try with one click, an editor for one's own, and the verdict of a replay. State lives in traits."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as widgets
import traitlets

from stssim.lessons.workbench import NotPlayable, Verdict, World, as_edit, judge, objection, world
from stssim.scenarios import Edit, Scenario
from stssim.show.player import player, stills_tell
from stssim.show.style import FONT, palette

_WIDE = widgets.Layout(width="auto")
_CSS = """
.stssim-fix{font-family:var(--stssim-font);color:var(--stssim-ink)}
.stssim-fix .widget-html-content,.stssim-fix .jupyter-widgets label{font-size:15px;line-height:1.45;
  font-family:var(--stssim-font)}
.stssim-fix h4{margin:.8em 0 .2em;font-size:16px}
.stssim-fix .jupyter-button{height:auto;min-height:34px;padding:6px 12px;font-size:15px;line-height:1.35;
  white-space:normal;text-align:left;font-family:var(--stssim-font)}
.stssim-fix .jupyter-button:focus-visible{outline:3px solid var(--stssim-now);outline-offset:1px}
.stssim-fix textarea{font-family:var(--jp-code-font-family,monospace);font-size:14px;line-height:1.4}
.stssim-fix .verdict{border-left:5px solid var(--stssim-line);padding:2px 12px;margin:8px 0}
.stssim-fix .verdict.solved{border-color:var(--stssim-allowed)}
.stssim-fix .verdict.open{border-color:var(--stssim-denied)}
.stssim-fix .verdict p{margin:.25em 0}
.stssim-fix .yes{color:var(--stssim-allowed-text);font-weight:bold}
.stssim-fix .no{color:var(--stssim-denied-text);font-weight:bold}
.stssim-fix .wrong{color:var(--stssim-denied-text)}
"""


class Fix(widgets.VBox):  # type: ignore[misc]  # ipywidgets ships no types
    """The workbench of one story. `tried` holds the names of the ideas tried so far, `solved` is true once one held."""

    tried = traitlets.List(traitlets.Unicode())
    solved = traitlets.Bool(False)

    def __init__(self, story: Scenario) -> None:
        self.story = story
        self.verdict: Verdict | None = None
        self._hints = 0
        self._ideas = {**story.defences, **story.wrong_answers}
        self._editors: dict[str, widgets.Textarea] = {}
        self._buckets: dict[str, widgets.Textarea] = {}
        self._settings: dict[str, dict[str, Any]] = {}
        self._chip_of: dict[str, widgets.Button] = {}
        self._said = widgets.HTML()
        self._hint = widgets.HTML()
        self._shown = widgets.VBox()
        style = widgets.HTML(f"<style>{palette('.stssim-fix')}.stssim-fix{{font-family:{FONT}}}{_CSS}</style>")
        super().__init__([style, *self._chips(), self._bench(), self._said, *self._help(), self._shown])
        self.add_class("stssim-fix")

    def try_idea(self, name: str) -> None:
        """Tries one of the story's ideas: what a click on its chip does. Raises `KeyError` for a name that is none."""
        idea = self._ideas[name]
        self._fill(world(self.story, idea))
        self._judge(idea)
        mark = "✓" if self.verdict and self.verdict.solved else "✗"
        self._chip_of[name].description = f"{mark} {idea.says}"

    def try_own(self) -> None:
        """Tries what stands in the editors: what a click on `Try it` does."""
        own = as_edit(self._edited())
        self._judge(own)

    def _chips(self) -> list[widgets.Widget]:
        chips = []
        for name in sorted(self._ideas):
            chip = widgets.Button(description=self._ideas[name].says, layout=_WIDE)
            chip.on_click(self._does(self.try_idea, name))
            self._chip_of[name] = chip
            chips.append(chip)
        return [widgets.HTML("<h4>Ideas: click one, and the story is told again with it</h4>"), *chips]

    def _bench(self) -> widgets.Widget:
        now = world(self.story)
        parts: list[widgets.Widget] = []
        for role, text in now.trust.items():
            self._editors[role] = self._editor(f"Trust policy of role {role}", text, parts, trust=True)
        for bucket, text in now.bucket_policy.items():
            self._buckets[bucket] = self._editor(f"Bucket policy of {bucket}", text, parts, trust=False)
        for application, settings in now.settings.items():
            self._settings[application] = self._switches(application, settings, parts)
        go = widgets.Button(description="Try it", button_style="primary")
        go.on_click(self._does(self.try_own))
        return widgets.Accordion([widgets.VBox([*parts, go])], titles=["Write your own"])

    def _editor(self, title: str, text: str, parts: list[widgets.Widget], *, trust: bool) -> widgets.Textarea:
        editor = widgets.Textarea(text, rows=text.count("\n") + 3, layout=_WIDE, continuous_update=True)
        wrong = widgets.HTML()

        def look(change: dict[str, Any]) -> None:
            says = objection(title, change["new"], trust=trust)
            wrong.value = f'<span class="wrong" role="alert">{escape(says)}</span>' if says else ""

        editor.observe(look, "value")
        parts += [widgets.HTML(f"<h4>{escape(title)}</h4>"), editor, wrong]
        return editor

    def _switches(self, application: str, settings: Any, parts: list[widgets.Widget]) -> dict[str, Any]:
        switches: dict[str, Any] = {
            "chosen_by": widgets.Dropdown(
                options=[("nobody: none is sent", "nobody"), ("the vendor", "vendor"), ("the customer", "customer")],
                value=settings["chosen_by"],
                description="External ID chosen by",
                style={"description_width": "initial"},
                layout=widgets.Layout(width="24em"),
            )
        }
        for name, says in _SWITCHES.items():
            switches[name] = widgets.Checkbox(settings[name], description=says, indent=False, layout=_WIDE)
        parts += [widgets.HTML(f"<h4>Settings of {escape(application)}</h4>"), *switches.values()]
        return switches

    def _help(self) -> list[widgets.Widget]:
        hint = widgets.Button(description="Hint")
        hint.on_click(self._does(self._next_hint))
        solution = widgets.Button(description="Show the solution")
        solution.on_click(self._does(self.try_idea, self.story.solution))
        return [widgets.HBox([hint, solution]), self._hint]

    def _next_hint(self) -> None:
        hints = self.story.hints
        self._hints = min(self._hints + 1, len(hints))
        shown = "".join(f"<li>{escape(text)}</li>" for text in hints[: self._hints])
        more = "" if self._hints < len(hints) else "<p>That was the last; the solution is one click away.</p>"
        self._hint.value = f"<ol>{shown}</ol>{more}"

    def _judge(self, edit: Edit) -> None:
        if edit.name not in self.tried:
            self.tried = [*self.tried, edit.name]
        try:
            self.verdict = judge(self.story, edit)
        except NotPlayable as refused:
            self._said.value = f'<div class="verdict open" role="status"><p class="no">{escape(str(refused))}</p></div>'
            return
        self._said.value = _told(self.verdict)
        self._shown.children = [player(self.verdict.trace, reveal=True)]
        self.solved = self.solved or self.verdict.solved

    def _fill(self, made: World) -> None:
        for role, text in made.trust.items():
            self._editors[role].value = text
        for bucket, text in made.bucket_policy.items():
            if bucket in self._buckets:
                self._buckets[bucket].value = text
        for application, settings in made.settings.items():
            for name, switch in self._settings[application].items():
                switch.value = settings[name]

    def _edited(self) -> World:
        return World(
            {role: editor.value for role, editor in self._editors.items()},
            {bucket: editor.value for bucket, editor in self._buckets.items()},
            {
                application: {name: switch.value for name, switch in switches.items()}
                for application, switches in self._settings.items()
            },
        )

    def _does(self, do: Callable[..., None], *arguments: Any) -> Callable[[Any], None]:
        return lambda _: do(*arguments)

    def __repr__(self) -> str:
        state = "solved" if self.solved else "open"
        return f"Fix of {self.story.name}: {len(self._ideas)} ideas, {len(self.tried)} tried, {state}"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        live = super()._repr_mimebundle_(**kwargs)
        data, metadata = live if isinstance(live, tuple) else (live, {})
        return {**(data or {}), "text/plain": repr(self), "text/html": self._still()}, metadata

    def _still(self) -> str:
        ideas = "".join(f"<li>{escape(idea.says)}{self._end_of(idea)}</li>" for _, idea in sorted(self._ideas.items()))
        return f"<p>Ideas, of which at least one holds; run the notebook to try them:</p><ul>{ideas}</ul>"

    def _end_of(self, idea: Edit) -> str:
        return _told(judge(self.story, idea)) if stills_tell() else ""


_SWITCHES = {
    "unique": "no two tenants have the same one",
    "guessable": "the vendor's ids are a counter",
    "tested": "a role is tried with a missing and a wrong one before it is accepted",
}


def _told(verdict: Verdict) -> str:
    def line(what: str, good: bool, says: str) -> str:
        mark = '<span class="yes">✓</span>' if good else '<span class="no">✗</span>'
        return f"<p>{mark} <b>{what}</b> {escape(says)}</p>"

    head = "It holds." if verdict.solved else "Not yet."
    return (
        f'<div class="verdict {"solved" if verdict.solved else "open"}" role="status"><p><b>{head}</b></p>'
        f"{line('The honest moves.', verdict.honest, verdict.says_honest)}"
        f"{line('The attack.', verdict.blocked, verdict.says_attack)}<p>{escape(verdict.why)}</p></div>"
    )
