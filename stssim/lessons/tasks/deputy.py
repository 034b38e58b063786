"""The task of lesson 05, the confused deputy: try a customer's role before it is accepted."""

from __future__ import annotations

from collections import defaultdict

from stssim.lessons.task_checks import RecordedCall, Task, recorded_calls
from stssim.trace import Trace


def _onboarding(trace: Trace) -> str | None:
    tried: dict[tuple[str, str], list[RecordedCall]] = defaultdict(list)
    for call in recorded_calls(trace, "sts:AssumeRole"):
        if call.caller:
            tried[call.caller.arn, str(call.parameters.get("RoleArn"))].append(call)
    lacks = [_lacks(calls) for calls in tried.values()]
    return None if None in lacks else next(iter(lacks), "nobody asked for credentials of a role in this recording.")


def _lacks(calls: list[RecordedCall]) -> str | None:
    """What these calls of one caller for one role leave untried."""
    right = {call.parameters.get("ExternalId") for call in calls if call.allowed}
    refused = [call.parameters.get("ExternalId") for call in calls if call.code == "AccessDenied"]
    if None in right:
        return "this role lets the vendor in with no External ID at all."
    if not right:
        return "no call with the right External ID was let in."
    if None not in refused:
        return "nobody tried whether the role refuses a missing External ID."
    if not any(sent is not None for sent in refused):
        return "nobody tried whether the role refuses a wrong External ID."
    return None


TASKS = (
    Task(
        "05-onboarding",
        "Show with three calls of Beacon's that `role` may be accepted as Carol's: it lets Beacon in with Carol's id, "
        "and not in the two cases in which an attacker would like to be let in.",
        (
            "What could Beacon send that is not Carol's id? There are two kinds of that.",
            "A wrong id, and no id at all. A trust policy that never asks for one lets all three calls in.",
            "`assume_role` with `ExternalId` three times over: Carol's, another's, and left out. Two of them raise a "
            "`ClientError`; put each into a `with suppress(Exception):`, so that the cell goes on.",
        ),
        """\
from contextlib import suppress

with lab.recording("mine") as mine:
    for sent in {"ExternalId": "customer-5a5e"}, {}, {"ExternalId": "anything-else"}:
        with suppress(Exception):
            beacon.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="test", **sent)
""",
        _onboarding,
    ),
)
