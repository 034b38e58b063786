"""The last lesson: a company to attack and to fix. Each flaw is proved by an attack that works, and fixed when no way
in is left and every legitimate task goes on working.
"""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as widgets
import traitlets

from stssim.adversary import Blocked, StillOpen, TooTight
from stssim.lessons.company import Attempt, Company, company
from stssim.lessons.editable import Editable, editable
from stssim.lessons.editor import ScenarioEditor
from stssim.lessons.hints import Hints
from stssim.lessons.lesson import Lesson
from stssim.lessons.look import look
from stssim.lessons.page_behavior import OnPage
from stssim.lessons.progress_store import Progress, ours
from stssim.lessons.verdict import CannotPlay, Judged, judge, reason
from stssim.scenarios import Edit
from stssim.show.player import Player, player, stills_show_outcome

_WIDE = widgets.Layout(width="auto")
_LABEL = {"description_width": "8em"}
_PROVED = "proved "
_FIRST_HINT = "Not every suspect is flawed, and no two flaws are of the same kind."


class Capstone(traitlets.HasTraits):
    """The company, and what the learner has reached there: `proved` and `fixed` name suspects, and `tasks_work` says
    whether every legitimate task still works with the last fix.
    """

    proved = traitlets.List(traitlets.Unicode())
    fixed = traitlets.List(traitlets.Unicode())
    tasks_work = traitlets.Bool(True)

    def __init__(self, kept: Progress | None = None) -> None:
        super().__init__()
        self.company: Company = company()
        self.lesson = Lesson(self.company.scenario)
        self.kept = kept or ours()
        tried = self.kept.of("scenario", self.company.scenario.name).tried
        self.proved = [name for name in self.company.flaws if _PROVED + name in tried]

    def tasks(self) -> Player:
        """The legitimate tasks of a day."""
        return self.lesson.tasks()

    def prove(self) -> Prove:
        """Where attacks are tried."""
        return Prove(self)

    def fix(self) -> FixCompany:
        """Where policies are fixed, and judged by all that was proved."""
        return FixCompany(self)

    def attempt(self, suspect: str, way: str) -> Attempt:
        """Tries one way in, and keeps what it proves."""
        (attempt,) = self.company.day(tried=[(suspect, way)]).attempts
        if attempt.worked and suspect not in self.proved:
            self.proved = [*self.proved, suspect]
            self.kept.tried("scenario", self.company.scenario.name, _PROVED + suspect, held=False)
        return attempt

    @property
    def done(self) -> bool:
        """All flaws are proved and fixed, and every legitimate task works."""
        flaws = self.company.flaws.keys()
        return self.tasks_work and flaws == {*self.proved} and flaws == {*self.fixed}

    @property
    def score(self) -> str:
        """What was reached, in one sentence."""
        of, proved, fixed = len(self.company.flaws), len(self.proved), len(self.fixed)
        broken = "" if self.tasks_work else " A legitimate task fails, so none of them counts as fixed."
        return f"Flaws proved: {proved} of {of}. Of those, fixed: {fixed}.{broken}"

    def __repr__(self) -> str:
        scenario = self.company.scenario
        return f"{scenario.title}: {len(self.company.suspects)} suspects, {len(self.company.ways)} ways to try"

    def _repr_html_(self) -> str:
        return self.lesson._repr_html_()


class Prove(widgets.VBox):  # type: ignore[misc]  # ipywidgets ships no types
    """A suspect, a way, and a button that tries it."""

    def __init__(self, capstone: Capstone) -> None:
        self.capstone = capstone
        here = capstone.company
        suspects = [(f"{kind} {name}", name) for name, kind in here.suspects.items()]
        ways = [(f"Mallory {way.says}", name) for name, way in here.ways.items()]
        self.suspect = widgets.Dropdown(options=suspects, description="The target", style=_LABEL, layout=_WIDE)
        self.way = widgets.Dropdown(options=ways, description="The attack", style=_LABEL, layout=_WIDE)
        self.policy = widgets.HTML()
        self.said = widgets.HTML()
        self.tally = widgets.HTML()
        self.shown = widgets.VBox()
        self._editable = _editable(here)
        self.hints = Hints((_FIRST_HINT, *(flaw.hint for flaw in here.flaws.values())), self._tell)
        go = widgets.Button(description="Try it", button_style="primary")
        go.on_click(lambda _: self.try_it())
        self.suspect.observe(lambda _: self._show_policy(), "value")
        capstone.observe(lambda _: self._count(), ["proved", "fixed", "tasks_work"])
        parts = [self.suspect, self.policy, self.way, go, self.said, self.tally, self.hints, self.shown]
        super().__init__([widgets.HTML(look(".stssim-fix")), *parts, OnPage(self.said)])
        self.add_class("stssim-fix")
        self._show_policy()
        self._count()

    def try_it(self) -> None:
        """Tries the chosen way against the chosen suspect: what a click on the button does."""
        suspect, way = self.suspect.value, self.capstone.company.ways[self.way.value]
        kind = self.capstone.company.suspects[suspect]
        if kind not in way.told:
            self._say(f"That is no way to a {kind}; choose another.", worked=False)
            self.shown.children = []
            return
        attempt = self.capstone.attempt(suspect, way.name)
        if attempt.worked:
            flaw = self.capstone.company.flaws[suspect]
            self._say(f"Mallory has it. Proved: {flaw.title}. {flaw.because}", worked=True)
        else:
            denied = attempt.trace.denied
            self._say(f"Mallory does not get it. {reason(denied) if denied else ''}", worked=False)
        self.shown.children = [player(attempt.trace, reveal=True)]

    def _say(self, text: str, *, worked: bool) -> None:
        mark = '<span class="yes">✓</span>' if worked else '<span class="no">✗</span>'
        state = "solved" if worked else "open"
        self.said.value = f'<div class="verdict {state}" role="status"><p>{mark} {escape(text)}</p></div>'

    def _show_policy(self) -> None:
        policy = self._editable.policies[_policy_name(self.capstone.company, self.suspect.value)]
        self.policy.value = f"<p>{escape(policy.title)}</p><pre>{escape(policy.text)}</pre>"

    def _count(self) -> None:
        self.tally.value = f'<p role="status"><b>{escape(self.capstone.score)}</b></p>'

    def _tell(self) -> None:
        self.said.value = _answers(self.capstone.company)

    def __repr__(self) -> str:
        return f"Attacks on {self.capstone!r}"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return _stored(self, super()._repr_mimebundle_(**kwargs), self._still())

    def _still(self) -> str:
        here = self.capstone.company
        policies = "".join(
            f"<p>{escape(policy.title)}</p><pre>{escape(policy.text)}</pre>"
            for policy in self._editable.policies.values()
        )
        ways = "".join(f"<li>Mallory {escape(way.says)}</li>" for way in here.ways.values())
        answers = _answers(here) if stills_show_outcome() else ""
        return f"{policies}<p>What Mallory can try; run the notebook to try it:</p><ul>{ways}</ul>{answers}"


class FixCompany(widgets.VBox):  # type: ignore[misc]  # ipywidgets ships no types
    """Editors for the policies of the company, and the verdict of a whole day with every way in tried again."""

    def __init__(self, capstone: Capstone) -> None:
        self.capstone = capstone
        self._editable = _editable(capstone.company)
        self.editor = ScenarioEditor(capstone.company.scenario, self.judge, self._editable)
        self.said = widgets.HTML()
        self.shown = widgets.VBox()
        solution = widgets.Button(description="Show a solution")
        solution.on_click(lambda _: self.show_solution())
        super().__init__(
            [widgets.HTML(look(".stssim-fix")), self.editor, self.said, solution, self.shown, OnPage(self.said)]
        )
        self.add_class("stssim-fix")

    def judge(self) -> None:
        """Judges what stands in the editors: what a click on `Try it` does."""
        wrong = self.editor.objection()
        if wrong:
            self._refuse(wrong)
            return
        try:
            self._judge(self.editor.edit())
        except CannotPlay as refused:
            self._refuse(str(refused))

    def show_solution(self) -> None:
        """Puts a solution into the editors and judges it."""
        self.editor.show(_editable(self.capstone.company, self.capstone.company.fixed))
        self.judge()

    def _judge(self, edit: Edit) -> None:
        capstone, here = self.capstone, self.capstone.company
        verdicts = self._verdicts(edit)
        tight = next((each for each in verdicts.values() if isinstance(each.verdict, TooTight)), None)
        capstone.tasks_work = tight is None
        capstone.fixed = [name for name, each in verdicts.items() if tight is None and each.solved]
        lines = [_line("Legitimate use works.", good=True)]
        if tight is not None:
            lines = [_line(f"Too tight. {tight.says} {tight.why}", good=False)]
        else:
            lines += [_line(f"{name}: {each.word}. {_says(each)}", good=each.solved) for name, each in verdicts.items()]
        left = len(here.flaws) - len(capstone.proved)
        more = f"<p>{left} more to prove; of those, nothing is said.</p>" if left else ""
        head = "All proved, all fixed, nothing broken." if capstone.done else capstone.score
        state = "solved" if capstone.done else "open"
        self.said.value = (
            f'<div class="verdict {state}" role="status"><p><b>{escape(head)}</b></p>{"".join(lines)}{more}</div>'
        )
        shown = tight or next((each for each in verdicts.values() if not each.solved), None)
        trace = shown.trace if shown is not None else None
        self.shown.children = [] if shown is None or trace is None else [player(trace, reveal=True, step=shown.step)]
        capstone.kept.tried("scenario", here.scenario.name, "your own", held=capstone.done)

    def _verdicts(self, edit: Edit) -> dict[str, Judged]:
        """By suspect that was proved, the verdict; the first that is too tight is the last one that is looked for."""
        here, found = self.capstone.company, {}
        for name in self.capstone.proved or [next(iter(here.flaws))]:
            found[name] = judge(here.scenario, edit, here.goals[name])
            if isinstance(found[name].verdict, TooTight):
                break
        return (
            found if self.capstone.proved or any(isinstance(each.verdict, TooTight) for each in found.values()) else {}
        )

    def _refuse(self, why: str) -> None:
        self.said.value = f'<div class="verdict open" role="status"><p class="no">{escape(why)}</p></div>'
        self.shown.children = []

    def __repr__(self) -> str:
        return f"Policies to fix of {self.capstone!r}"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return _stored(self, super()._repr_mimebundle_(**kwargs), self._still())

    def _still(self) -> str:
        if not stills_show_outcome():
            return "<p>Editors for the policies of the company; run the notebook to use them.</p>"
        here = self.capstone.company
        policies = _editable(here, here.fixed).policies
        shown = [policies[_policy_name(here, name)] for name in here.flaws]
        return "".join(f"<p>{escape(policy.title)}, fixed:</p><pre>{escape(policy.text)}</pre>" for policy in shown)


def _editable(here: Company, *edits: Edit) -> Editable:
    """The policies of the suspects alone: the fix belongs there, whoever has leaked what."""
    everything = editable(here.scenario, edits)
    names = [_policy_name(here, suspect) for suspect in here.suspects]
    return Editable({name: everything.policies[name] for name in names})


def _policy_name(here: Company, suspect: str) -> str:
    return f"{'trust' if here.suspects[suspect] == 'role' else 'bucket_policy'}:{suspect}"


def _answers(here: Company) -> str:
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(flaw.title)}</td><td>{escape(flaw.because)}</td>"
        f'<td><a href="{escape(flaw.source)}">source</a></td></tr>'
        for name, flaw in here.flaws.items()
    )
    return f"<table><tbody>{rows}</tbody></table>"


def _says(judged: Judged) -> str:
    match judged.verdict:
        case StillOpen(walk):
            return walk.chose
        case Blocked(attempts):
            return f"None of {len(attempts)} attempts got in."
    return judged.says


def _line(text: str, *, good: bool) -> str:
    mark = '<span class="yes">✓</span>' if good else '<span class="no">✗</span>'
    return f"<p>{mark} {escape(text)}</p>"


def _stored(shown: object, live: Any, still: str) -> Any:
    data, metadata = live if isinstance(live, tuple) else (live, {})
    return {**(data or {}), "text/plain": repr(shown), "text/html": still}, metadata
