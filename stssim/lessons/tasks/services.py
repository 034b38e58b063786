"""The task of lesson 07, services as deputies: a bucket for the trails of an organization, whoever joins it."""

from __future__ import annotations

from dataclasses import replace

from stssim.lessons.task_checks import RecordedCall, Task, recorded_calls
from stssim.policy import Decision, decide
from stssim.trace import Trace

_NEWCOMER = "555566667777"


def _for_the_organization(trace: Trace) -> str | None:
    files = [call for call in recorded_calls(trace, "s3:PutObject") if _told(call, "aws:SourceAccount")]
    inside = [call for call in files if _told(call, "aws:SourceOrgID")]
    outside = [call for call in files if not _told(call, "aws:SourceOrgID")]
    if not outside:
        return "no trail from outside the organization has tried to deliver a file."
    if any(call.allowed for call in outside):
        return "the bucket takes a file of a trail from outside the organization."
    let_in = [call for call in inside if call.allowed]
    if len({_told(call, "aws:SourceAccount") for call in let_in}) < 2:
        return "no two accounts of the organization have delivered a file."
    if not all(call.decision and _takes_a_newcomer(call.decision) for call in let_in):
        return "an account that joins the organization tomorrow could not deliver a file."
    return None


def _told(call: RecordedCall, key: str) -> str:
    """What the service said under this key of whom it works for; empty if it said nothing, or no policy was asked."""
    return "" if call.decision is None else str(call.decision.request.context.get(key, ""))


def _takes_a_newcomer(decision: Decision) -> bool:
    """Whether the same policies would let in the same for another account of the organization."""
    request = decision.request
    number = str(request.context["aws:SourceAccount"])
    context = {
        key: value.replace(number, _NEWCOMER) if isinstance(value, str) else value
        for key, value in request.context.items()
    }
    newcomer = replace(request, context=context, resource=request.resource.replace(number, _NEWCOMER))
    return decide(newcomer, decision.policies).allowed


TASKS = (
    Task(
        "07-organization",
        "Write a bucket policy for `all-logs` that takes the files of every account of the organization, also of those "
        "that join it next year, and of nobody else. Then deliver a file for each of the three accounts.",
        (
            "The output above has all that the service says. What does it say when it works for `shop`, and not when "
            "it works for `stranger`?",
            "It is `aws:SourceOrgID`. `put_bucket_policy` of an `s3` client of `logs` replaces the policy.",
            "`policy` is JSON text: add a condition `StringEquals` on `aws:SourceOrgID` with the value of `org` to its "
            "statement, and call `deliver(...)` inside the recording, three times.",
        ),
        """\
import json

with lab.recording("mine") as mine:
    document = json.loads(policy)
    document["Statement"]["Condition"] = {"StringEquals": {"aws:SourceOrgID": org}}
    logs.client("s3").put_bucket_policy(Bucket="all-logs", Policy=json.dumps(document))
    for account in logs, shop, stranger:
        deliver(account)
""",
        _for_the_organization,
    ),
)
