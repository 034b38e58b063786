"""AssumeRoot: a short session as the root user of a member account, for one of five privileged tasks.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from stssim.call import Beat, Call, Caller, Refusal, Session
from stssim.cloud import Cloud
from stssim.issue.answers import refused
from stssim.issue.credentials import hand_over, now, require_active, require_regional

TASKS = (
    "IAMAuditRootUserCredentials",
    "IAMCreateRootUserPassword",
    "IAMDeleteRootUserCredentials",
    "S3UnlockBucketPolicy",
    "SQSUnlockQueuePolicy",
)
"""The managed policies of `arn:aws:iam::aws:policy/root-task/` that a root session may have."""

_TASK_ARNS = tuple(f"arn:aws:iam::aws:policy/root-task/{task}" for task in TASKS)
_ACCOUNT = re.compile(r"(?:arn:aws:iam::)?([0-9]{12})(?::.+)?")
_DEFAULT = 900


def judge(call: Call, caller: Caller) -> None:
    """Regional endpoints only, a member account, one of the five tasks. AWS's wording is not documented."""
    require_regional(call, caller)
    target, task = call.parameters["TargetPrincipal"], call.parameters["TaskPolicyArn"].get("arn", "")
    if _ACCOUNT.fullmatch(target) is None:
        refusal = Refusal("ValidationError", f"{target} is invalid", 400)
        raise refused(call, caller, refusal, f"{target} is neither an account nor an ARN of one.", "no account")
    if task not in _TASK_ARNS:
        refusal = Refusal("ValidationError", f"{task} is invalid", 400)
        raise refused(call, caller, refusal, f"{task} is none of the five root tasks.", "no root task")


def answer(call: Call, caller: Caller, cloud: Cloud) -> tuple[Mapping[str, Any], tuple[Beat, ...]]:
    """Root's credentials, which allow what the task's policy allows.

    Raises `Refused` unless the caller's account manages root sessions in the member's organization.
    """
    account = member(call)
    arn = f"arn:aws:iam::{account}:root"
    if caller.account not in cloud.directory.root_session_administrators(account):
        says = f"User: {caller.arn} is not authorized to perform: sts:AssumeRoot on resource: {arn}"
        why = f"Account {caller.account} does not manage root sessions in account {account}."
        raise refused(call, caller, Refusal("AccessDenied", says), why, "no root sessions")
    require_active(call, caller, account, cloud)
    issued, task = now(cloud), call.parameters["TaskPolicyArn"]["arn"]
    held = caller.session.source_identity if caller.session else None
    session = Session(
        kind="root",
        account=account,
        principal=arn,
        principal_id=account,
        name="root",
        access_key_id=cloud.seal.access_key_id("ASIA", account),
        issued_at=issued,
        expires_at=issued + call.parameters.get("DurationSeconds", _DEFAULT),
        policies=(),
        policy_arns=(task,),
        source_identity=held,
        origin=caller.actor.mark,
        task_policy=task,
    )
    whose = f"the root user of account {account}, for {task.rpartition('/')[2]}"
    result, beats = hand_over(call, caller, session, whose, cloud)
    return result if held is None else {**result, "SourceIdentity": held}, beats


def member(call: Call) -> str:
    """The account number in TargetPrincipal."""
    found = _ACCOUNT.fullmatch(call.parameters["TargetPrincipal"])
    assert found is not None, "judge() was not asked"
    return found[1]
