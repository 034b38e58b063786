"""Where a learner writes a fix of their own: an editor for every policy, and the switches of every application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import ipywidgets as widgets

from stssim.lessons.editable import Editable, EditablePolicy, Ids, as_edit, editable, external_ids, touched
from stssim.lessons.settings import switches
from stssim.policy.check import check
from stssim.scenarios import Edit, Scenario

_WIDE = widgets.Layout(width="auto")
_SHORT = {"description_width": "initial"}
_TALLEST = 26


class ScenarioEditor(widgets.VBox):  # type: ignore[misc]  # ipywidgets ships no types
    """One policy in sight at a time, all of them kept; below them the settings; and the button that tries it all.

    `shown` is the part of the scenario's world that can be edited here: all of it, unless given.
    """

    def __init__(self, scenario: Scenario, try_it: Callable[[], None], shown: Editable | None = None) -> None:
        self.scenario = scenario
        self._world = shown or editable(scenario)
        self.editors = {name: PolicyEditor(policy) for name, policy in self._world.policies.items()}
        first = next(
            iter(sorted(touched(scenario) & self.editors.keys(), reverse=True)), next(iter(self.editors), None)
        )
        titles = [(policy.title, name) for name, policy in self._world.policies.items()]
        self.which = widgets.Dropdown(options=titles, value=first, description="Policy", style=_SHORT, layout=_WIDE)
        self._in_view = widgets.VBox()
        self.which.observe(lambda _: self._turn(), "value")
        self.switches = {name: _switches(settings) for name, settings in self._world.settings.items()}
        self._ids = widgets.HTML()
        self._filling = False
        self._base = self._world.base
        self._done = widgets.HTML()
        for each in self.switches.values():
            for switch in each.values():
                switch.observe(lambda _: self._ask_ids(), "value")
        go = widgets.Button(description="Try it", button_style="primary")
        go.on_click(lambda _: try_it())
        again = widgets.Button(description="Start over")
        again.on_click(lambda _: self.show(self._world))
        buttons = widgets.HBox([go, again])
        super().__init__([self.which, self._in_view, *self._settings(), self._ids, self._done, buttons])
        self._turn()
        self._tell(self._world.ids)

    def edit(self) -> Edit:
        """What stands here, as an edit of the scenario."""
        return as_edit({name: editor.text for name, editor in self.editors.items()}, self._set(), self._base)

    def objection(self) -> str | None:
        """Why AWS would not take a policy that stands here, in one sentence; that policy is put in sight."""
        for name, editor in self.editors.items():
            wrong = editor.policy.objection(editor.text)
            if wrong:
                self.which.value = name
                return wrong
        return None

    def show(self, made: Editable) -> None:
        """Puts these texts and settings here."""
        for name, policy in made.policies.items():
            self.editors[name].text = policy.text
        self._filling = True
        for application, settings in made.settings.items():
            for name, switch in self.switches[application].items():
                switch.value = settings[name]
        self._filling = False
        self._tell(made.ids)
        self._base = made.base
        lines = [f"{activity}: {done.get('call', 'the same call')}" for activity, done in made.base.does.items()]
        lines += [f"role {role} is named {name}" for role, name in made.base.renames.items()]
        listed = "".join(f"<li>{escape(line)}</li>" for line in lines)
        self._done.value = f"<p>Done differently:</p><ul>{listed}</ul>" if listed else ""

    def _turn(self) -> None:
        self._in_view.children = [self.editors[self.which.value]] if self.which.value else []

    def _set(self) -> Mapping[str, Mapping[str, Any]]:
        return {
            application: {name: switch.value for name, switch in each.items()}
            for application, each in self.switches.items()
        }

    def _settings(self) -> list[widgets.Widget]:
        parts: list[widgets.Widget] = []
        for application, each in self.switches.items():
            parts += [widgets.HTML(f"<h4>Settings of {escape(application)}</h4>"), *each.values()]
        return parts

    def _ask_ids(self) -> None:
        if not self._filling:
            self._tell(external_ids(self.scenario, self._set()))

    def _tell(self, sent_by: Ids) -> None:
        lines = []
        for application, ids in sent_by.items():
            for tenant, sent in ids.items():
                what = f"External ID <code>{escape(sent)}</code>" if sent else "no External ID of the vendor's"
                lines.append(f"<li>for {escape(tenant)}, {escape(application)} sends {what}</li>")
        self._ids.value = f"<ul>{''.join(lines)}</ul>" if lines else ""


class PolicyEditor(widgets.VBox):  # type: ignore[misc]  # ipywidgets ships no types
    """One policy: its text, and what is amiss in it while it is written.

    That is told of a changed text only: told of the scenario's own, it would give the flaw away.
    """

    def __init__(self, policy: EditablePolicy) -> None:
        self.policy = policy
        rows = min(_TALLEST, policy.text.count("\n") + 3)
        self._area = widgets.Textarea(policy.text, rows=rows, layout=_WIDE, description=policy.title)
        self.found = widgets.HTML()
        self._area.observe(lambda _: self._look(), "value")
        super().__init__([self._area, self.found])

    @property
    def text(self) -> str:
        return str(self._area.value)

    @text.setter
    def text(self, text: str) -> None:
        self._area.value = text

    def _look(self) -> None:
        changed = self.text != self.policy.text
        findings = check(self.text, self.policy.kind) if changed else ()
        lines = [
            f'<li><b class="{"no" if each.refused else "mind"}">{"AWS refuses it" if each.refused else "Warning"}</b>'
            f" line {each.line}, column {each.column}: {escape(each.sentence)}</li>"
            for each in findings
        ]
        self.found.value = f'<ul role="status">{"".join(lines)}</ul>' if lines else ""


def _switches(settings: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for switch in switches():
        value = settings[switch.name]
        if switch.yes_or_no:
            made[switch.name] = widgets.Checkbox(value, description=switch.title, indent=False, layout=_WIDE)
        else:
            options = [(words, each) for each, words in switch.choices]
            made[switch.name] = widgets.Dropdown(
                options=options,
                value=value,
                description=switch.title,
                style=_SHORT,
                layout=_WIDE,
            )
    return made
