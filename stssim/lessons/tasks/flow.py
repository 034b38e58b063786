"""The tasks of lesson 01, the flow: credentials are asked for, used, and end by themselves."""

from __future__ import annotations

from stssim.lessons.task_checks import Task, recorded_calls
from stssim.trace import Trace

_SHORTEST = 900


def _expired(trace: Trace) -> str | None:
    issued = [call.issued for call in recorded_calls(trace, "sts:AssumeRole") if call.issued]
    if not issued:
        return "nobody was given temporary credentials by `AssumeRole` in this recording."
    short = {session.access_key_id for session in issued if session.expires_at - session.issued_at == _SHORTEST}
    if not short:
        return "these credentials are not the shortest that there are."
    used = [call for call in recorded_calls(trace) if call.access_key_id in short]
    if not any(call.allowed for call in used):
        return "nothing was allowed with these credentials while they were good."
    if not any(call.code.startswith("ExpiredToken") for call in used):
        return "nothing was refused because these credentials had expired."
    return None


TASKS = (
    Task(
        "01-expired",
        "Get credentials of role `Audit` that last as short as they can, read the report with them, and let them "
        "expire: the same call again must be refused with `ExpiredToken`.",
        (
            "A parameter of `AssumeRole` says how long the credentials last. What is the least that it takes?",
            "It is `DurationSeconds`, and the least is 900: a quarter of an hour. Nobody wants to wait that long; the "
            "Lab has a clock of its own.",
            "`lab.clock.advance(minutes=16)` between two calls of `get_object`. The second one raises a `ClientError`; "
            "let a `try` catch it, so that the cell goes on.",
        ),
        """\
with lab.recording("mine") as mine:
    short = alice.client("sts").assume_role(RoleArn=audit.arn, RoleSessionName="short", DurationSeconds=900)
    s3 = lab.session(short).client("s3")
    s3.get_object(Bucket="reports", Key="q3.csv")
    lab.clock.advance(minutes=16)
    try:
        s3.get_object(Bucket="reports", Key="q3.csv")
    except Exception as error:
        print(error)
""",
        _expired,
    ),
)
