"""What if: a scenario runs again with one policy, one parameter or one setting changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from stssim.call import NOTHING
from stssim.lab.lab import Alter
from stssim.lessons.editable import EditablePolicy, as_edit, editable
from stssim.lessons.settings import Switch, switches
from stssim.lessons.task_checks import RecordedCall, recorded_calls
from stssim.lessons.verdict import CannotPlay, replay
from stssim.scenarios import Edit
from stssim.scenarios.play import Run
from stssim.service_models import operation_model
from stssim.show.redaction import is_secret
from stssim.show.what_if import Branching, Draft
from stssim.trace import Trace

Part = Literal["tasks", "attack"]
_LONGEST = 2000
_WORDS = {"integer": "a whole number", "long": "a whole number", "boolean": "true or false", "float": "a number"}
_JSON = {"integer", "long", "boolean", "float", "double", "list", "structure", "map"}


@dataclass(frozen=True, slots=True)
class _Parameter:
    """A parameter of a call of the scenario. `of_type` is botocore's word for what it must be."""

    call: int
    of: str
    name: str
    of_type: str

    def altered(self, text: str) -> Alter:
        """What sends this instead. Raises `CannotPlay` for a text that is not of the parameter's type."""
        change = {self.name: self._value(text)} if text.strip() else {}

        def alter(nth: int, name: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
            if (nth, name) != (self.call, self.of):
                return parameters
            return {key: value for key, value in parameters.items() if key != self.name} | change

        return alter

    def _value(self, text: str) -> Any:
        if self.of_type not in _JSON:
            return text
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            wanted = _WORDS.get(self.of_type, f"a {self.of_type}, written as JSON")
            raise CannotPlay(f"{self.name} is {wanted}, and this is not: {text.strip()[:40]}") from None


def branching(run: Run, part: Part) -> Branching:
    """What can be changed in a run: its policies, the parameters of its calls, the settings of its applications.

    The new run has the same edits as `run` and the one change; `part` says which Trace is shown.
    """
    now = editable(run.scenario, run.edits)
    trace = run.tasks_trace if part == "tasks" else run.attack_trace
    changes: dict[str, tuple[Draft, EditablePolicy | _Parameter | tuple[str, Switch]]] = {}
    for policy in now.policies.values():
        if policy.text:
            changes[policy.name] = Draft(policy.name, policy.title, policy.kind, policy.text), policy
    for parameter, text in _parameters(trace):
        name = f"parameter:{parameter.call}:{parameter.name}"
        group = f"Call {parameter.call + 1}, {parameter.of}"
        changes[name] = Draft(name, parameter.name, "parameter", text, group, parameter.call), parameter
    for application, settings in now.settings.items():
        for switch in switches():
            name, text = f"setting:{application}:{switch.name}", switch.text(settings[switch.name])
            choices = tuple((switch.text(value), words) for value, words in switch.choices)
            draft = Draft(name, switch.title, "setting", text, f"Settings of {application}", choices=choices)
            changes[name] = draft, (application, switch)

    def replay(name: str, text: str) -> Trace:
        match changes[name][1]:
            case EditablePolicy() as policy:
                return _replayed(run, part, _edit(policy, text))
            case _Parameter() as parameter:
                return _replayed(run, part, Edit("as it is"), parameter.altered(text))
            case application, switch:
                settings = {application: {switch.name: switch.value(text)}}
                return _replayed(run, part, Edit("your own", settings=settings))

    return Branching(tuple(draft for draft, _ in changes.values()), replay)


def _edit(policy: EditablePolicy, text: str) -> Edit:
    wrong = policy.objection(text)
    if wrong:
        raise CannotPlay(wrong)
    return as_edit({policy.name: text})


def _replayed(run: Run, part: Part, edit: Edit, alter: Alter | None = None) -> Trace:
    again = replay(run.scenario, [*run.edits, edit], {part: alter} if alter else NOTHING)
    return again.tasks_trace if part == "tasks" else again.attack_trace


def _parameters(trace: Trace) -> Iterator[tuple[_Parameter, str]]:
    """What each call sent, and what else STS would have taken, with the text of each; secrets and bodies left out."""
    for nth, call in enumerate(recorded_calls(trace)):
        members = operation_model(call.call.service, call.call.operation).input_shape
        types = {name: shape.type_name for name, shape in members.members.items()} if members else {}
        names = [name for name in types if name in call.parameters]
        if call.call.service == "sts":
            names += [name for name in types if name not in call.parameters]
        for name in names:
            text = _text(call, name)
            if not is_secret(members, name) and types[name] != "blob" and len(text) <= _LONGEST:
                yield _Parameter(nth, call.name, name, types[name]), text


def _text(call: RecordedCall, name: str) -> str:
    value = call.parameters.get(name)
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, default=str)
