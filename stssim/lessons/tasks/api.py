"""The task of lesson 02, the API: for each need the operation that fits what the caller has."""

from __future__ import annotations

from stssim.lessons.task_checks import RecordedCall, Task, recorded_calls
from stssim.trace import Trace

_QUARTER_OF_AN_HOUR = 900


def _which_one(trace: Trace) -> str | None:
    issued = [call for call in recorded_calls(trace) if call.issued]
    if not any(call.issued and call.issued.kind == "user" and call.issued.mfa_at for call in issued):
        return "nobody holds credentials of Alice's own that say she gave an MFA code."
    if not any(_of_role(call, "Reports", "user") and _short(call) for call in issued):
        return "Alice holds no credentials of role `Reports` that end after a quarter of an hour."
    if not any(_of_role(call, "Deploy", "web-identity") for call in issued):
        return "the build job, which has no access key, holds no credentials of role `Deploy`."
    if not any(call.name == "sts:GetAccessKeyInfo" and call.allowed for call in recorded_calls(trace)):
        return "nobody asked STS which account the key belongs to."
    return None


def _of_role(call: RecordedCall, role: str, kind: str) -> bool:
    caller = next((step.caller for step in reversed(call.steps) if step.caller is not None), None)
    session = call.issued
    return (
        session is not None
        and session.principal.endswith(f"role/{role}")
        and caller is not None
        and caller.kind == kind
    )


def _short(call: RecordedCall) -> bool:
    return call.issued is not None and call.issued.expires_at - call.issued.issued_at == _QUARTER_OF_AN_HOUR


TASKS = (
    Task(
        "02-which-one",
        "Four things are wanted of STS. Alice: credentials as herself, with the word of her MFA device `phone` in "
        "them. Alice again: role `Reports` of the other account, for a quarter of an hour. The build job "
        "`repo:shop/web`, which has no access key: role `Deploy`. And somebody found the key id "
        "`bob.access_key_id` in a log and asks which account it is of.",
        (
            "What does each of them have to show: an access key, an identity provider's token, or only a key id?",
            "It takes `GetSessionToken`, `AssumeRole`, `AssumeRoleWithWebIdentity` and `GetAccessKeyInfo`, one each. "
            "The build job's client does not sign: `lab.client('sts')`.",
            "An MFA code is good once, and this one was used above: the next is there 30 seconds later, "
            "`lab.clock.advance(seconds=30)`. A quarter of an hour is `DurationSeconds=900`, and `ci.mint(...)` makes "
            "the job's token.",
        ),
        """\
with lab.recording("mine") as mine:
    lab.clock.advance(seconds=30)
    sts.get_session_token(SerialNumber=phone.serial, TokenCode=phone.code())
    sts.assume_role(RoleArn=reports.arn, RoleSessionName="alice", DurationSeconds=900)
    token = ci.mint(sub="repo:shop/web")
    lab.client("sts").assume_role_with_web_identity(
        RoleArn=deploy.arn, RoleSessionName="build", WebIdentityToken=token
    )
    sts.get_access_key_info(AccessKeyId=bob.access_key_id)
""",
        _which_one,
    ),
)
