"""The task of lesson 10, versions and endpoints: tokens of the global endpoint that are good in every Region."""

from __future__ import annotations

from stssim.lessons.task_checks import Task, recorded_calls
from stssim.trace import Trace

_GLOBAL, _HONG_KONG = "sts.amazonaws.com", "ap-east-1"


def _good_in_hong_kong(trace: Trace) -> str | None:
    issued = [call for call in recorded_calls(trace, "sts:AssumeRole") if call.issued]
    if not issued:
        return "nobody was given temporary credentials by `AssumeRole` in this recording."
    by_global = {call.issued.access_key_id for call in issued if call.issued and call.call.endpoint == _GLOBAL}
    if not by_global:
        return "these credentials are not from the global endpoint, and the program asks no other."
    used = [call for call in recorded_calls(trace, "ec2:DescribeInstances") if call.call.region == _HONG_KONG]
    if not any(call.access_key_id in by_global for call in used):
        return "nobody asked EC2 in Hong Kong for its instances with them."
    if not any(call.allowed for call in used if call.access_key_id in by_global):
        return "EC2 in Hong Kong refuses them as before: their tokens are still of version 1."
    return None


TASKS = (
    Task(
        "10-hong-kong",
        "The program cannot be changed: it asks the global endpoint for credentials of role `Stock`, and will go on "
        "doing so. Make what it gets there good for EC2 in Hong Kong (`ap-east-1`).",
        (
            "Nothing is wrong with the role or with the Region. What was wrong with the token, and who could want "
            "another kind?",
            "It is a setting of the account that the role is in. IAM has an operation for it, and one that shows it: "
            "`get_account_summary()`, under `GlobalEndpointTokenVersion`.",
            "`set_security_token_service_preferences(GlobalEndpointTokenVersion=...)` of an `iam` client, with "
            "`v2Token`. Tokens that were issued before stay as they are: ask for new ones.",
        ),
        """\
shop.client("iam").set_security_token_service_preferences(GlobalEndpointTokenVersion="v2Token")
with lab.recording("mine") as mine:
    look(assumed("aws-global"), "ap-east-1")
""",
        _good_in_hong_kong,
    ),
)
