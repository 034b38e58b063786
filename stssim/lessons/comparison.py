"""The operations of STS side by side: what is read off recorded calls, and how long credentials may last off botocore's
model.
"""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from html import escape

from stssim.lessons.look import dressed
from stssim.lessons.task_checks import RecordedCall, recorded_calls
from stssim.policy.explain import Explanation
from stssim.service_models import operation_model
from stssim.trace import Trace
from stssim.validate.authentication.claimed_identity import session_caller

NOTHING = "–"
_EXPIRATION = re.compile(rb"<Expiration>([^<]+)</Expiration>")
_POLICIES = {"trust": "trust policy", "identity": "identity policy"}


@dataclass(frozen=True, slots=True)
class Row:
    """One operation, as one call of it went."""

    operation: str
    the_caller_shows: str
    who_decided: str
    and_is_then: str
    it_lasts: str
    it_may_last: str

    def __repr__(self) -> str:
        return ", ".join(astuple(self))


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rows, as a notebook shows them."""

    rows: tuple[Row, ...]

    def __repr__(self) -> str:
        return "\n".join(map(repr, self.rows))

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{field.name.replace('_', ' ')}</th>" for field in fields(Row))
        body = "".join(
            f"<tr>{''.join(f'<td>{_breakable(text)}</td>' for text in astuple(row))}</tr>" for row in self.rows
        )
        return dressed("table", f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")


def compared(*traces: Trace) -> Comparison:
    """The operations of STS that were called in these Traces, each once: as its first call went."""
    first: dict[str, RecordedCall] = {}
    for trace in traces:
        for call in recorded_calls(trace):
            if call.call.service == "sts":
                first.setdefault(call.call.operation, call)
    return Comparison(tuple(_row(call) for call in first.values()))


def _row(call: RecordedCall) -> Row:
    least, longest = _limits(call.call.operation)
    may_last = (
        NOTHING if not longest else f"up to {_long(longest)}" if not least else f"{_long(least)} to {_long(longest)}"
    )
    return Row(call.call.operation, _shows(call), _decided(call), _is_then(call), _lasts(call), may_last)


def _shows(call: RecordedCall) -> str:
    caller = next((step.caller for step in reversed(call.steps) if step.caller is not None), None)
    if caller is not None and caller.verified is not None:
        return {"web-identity": "a web identity token", "saml": "a SAML assertion"}[caller.verified.kind]
    key = "temporary credentials" if call.call.temporary else "a long-term key"
    return f"{key} and an MFA code" if caller is not None and caller.mfa_at is not None else key


def _decided(call: RecordedCall) -> str:
    if call.decision is None:
        return NOTHING
    kinds = dict.fromkeys(clause.policy.kind for clause in Explanation(call.decision).deciding)
    return " and ".join(_POLICIES.get(kind, kind) for kind in kinds)


def _is_then(call: RecordedCall) -> str:
    if call.code:
        return f"refused: {call.code}"
    return session_caller(call.issued).arn if call.issued else NOTHING


def _lasts(call: RecordedCall) -> str:
    for step in call.steps:
        found = _EXPIRATION.search(step.reply.body) if step.reply else None
        if found and step.at:
            return _long(int((datetime.fromisoformat(found[1].decode()) - step.at).total_seconds()))
    return NOTHING


def _limits(operation: str) -> tuple[int, int]:
    shape = operation_model("sts", operation).input_shape
    limits = shape.members["DurationSeconds"].metadata if "DurationSeconds" in shape.members else {}
    return limits.get("min", 0), limits.get("max", 0)


def _long(seconds: int) -> str:
    if seconds % 3600 == 0:
        return f"{seconds // 3600} h"
    return f"{seconds // 60} min" if seconds % 60 == 0 else f"{seconds} s"


def _breakable(text: str) -> str:
    return re.sub(r"([:/])", r"\1<wbr>", escape(text))
