"""AssumeRoot: a short session as the root user of a member account, for one of five privileged tasks.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from stssim.call import Call, Caller, Refusal, Session
from stssim.cloud import Cloud
from stssim.issue.credentials import issue_credentials, now, require_active, require_regional
from stssim.refused import refused
from stssim.trace import Step

_TASKS = {
    "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials": "RootCredentialsManagement",
    "arn:aws:iam::aws:policy/root-task/IAMCreateRootUserPassword": "RootCredentialsManagement",
    "arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials": "RootCredentialsManagement",
    "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy": "RootSessions",
    "arn:aws:iam::aws:policy/root-task/SQSUnlockQueuePolicy": "RootSessions",
}
"""The managed policies that a root session may have, and the feature of centralized root access that each belongs
to.
"""

_FEATURES = {"RootCredentialsManagement": "Root credentials management", "RootSessions": "Root sessions"}
_ACCOUNT = re.compile(r"([0-9]{12})|arn:aws:iam::([0-9]{12}):root")
_DEFAULT = 900


def require_valid(call: Call, caller: Caller) -> None:
    """Regional endpoints only, an account, one of the five tasks, and no root user who calls.

    The wording of every refusal here was recorded in September 2026, but for the last: that a root user's credentials
    cannot be used is in the API reference, and denied it is as anybody else is.
    """
    require_regional(call, caller, "Unknown Operation")
    target, task = call.parameters["TargetPrincipal"], call.parameters["TaskPolicyArn"].get("arn", "")
    if _ACCOUNT.fullmatch(target) is None:
        refusal = Refusal("ValidationError", "Request must contain a valid target principal", 400)
        raise refused(call, caller, refusal, f"{target} is neither an account nor the ARN of its root.", "no account")
    if task not in _TASKS:
        refusal = Refusal("ValidationError", "Request must contain valid AWS managed task policy ARN", 400)
        raise refused(call, caller, refusal, f"{task} is none of the five root tasks.", "no root task")
    if caller.kind == "root":
        raise _denied(call, caller, "A root user cannot call AssumeRoot; a user or a role of the account can.")


def perform(call: Call, caller: Caller, cloud: Cloud) -> tuple[Mapping[str, Any], tuple[Step, ...]]:
    """Root's credentials, which allow what the task's policy allows.

    Raises `Refused` unless the caller's account manages root access in the organization that the target is a member
    of, and the feature that the task is for is enabled there.
    """
    account = member(call)
    arn = f"arn:aws:iam::{account}:root"
    _require_access(call, caller, account, cloud)
    require_active(call, caller, account, cloud)
    issued, task = now(cloud), call.parameters["TaskPolicyArn"]["arn"]
    held = caller.session.source_identity if caller.session else None
    session = Session(
        kind="root",
        account=account,
        principal=arn,
        principal_id=account,
        name="root",
        access_key_id=cloud.seal.access_key_id("ASIA", account, arn),
        issued_at=issued,
        expires_at=issued + call.parameters.get("DurationSeconds", _DEFAULT),
        policies=(),
        policy_arns=(task,),
        source_identity=held,
        origin=caller.actor.mark,
        task_policy=task,
    )
    whose = f"the root user of account {account}, for {task.rpartition('/')[2]}"
    result, steps = issue_credentials(call, caller, session, whose, cloud)
    return result if held is None else {**result, "SourceIdentity": held}, steps


def member(call: Call) -> str:
    """The account number in TargetPrincipal."""
    found = _ACCOUNT.fullmatch(call.parameters["TargetPrincipal"])
    assert found is not None, "require_valid() was not called"
    return found[1] or found[2]


def _require_access(call: Call, caller: Caller, account: str, cloud: Cloud) -> None:
    access, task = cloud.directory.root_access(account), call.parameters["TaskPolicyArn"]["arn"]
    if access is None or caller.account not in access.administrators:
        raise _denied(call, caller, f"Account {caller.account} does not manage root access in account {account}.")
    if account == access.management_account:
        raise _denied(call, caller, f"Account {account} manages the organization; only its members' root can be had.")
    feature = _TASKS[task]
    if not access.trusted:
        says = "Service not enabled for AWS Organizations."
        why = "IAM has no trusted access to the organization."
    elif feature not in access.features:
        says = f"{_FEATURES[feature]} feature is not enabled for your AWS Organization."
        why = f"{task.rpartition('/')[2]} belongs to {feature}, which is not enabled in the organization."
    else:
        return
    raise refused(call, caller, Refusal("AccessDenied", says), why, "no root access")


def _denied(call: Call, caller: Caller, why: str) -> Exception:
    says = (
        f"User: {caller.arn} is not authorized to perform: sts:AssumeRoot on resource: arn:aws:iam::{member(call)}:root"
    )
    return refused(call, caller, Refusal("AccessDenied", says), why, "no root access")
