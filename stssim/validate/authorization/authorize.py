"""May the caller do this? Each permission that the call needs is put to all the policies that bear on it."""

from __future__ import annotations

from dataclasses import replace

from stssim.arn import account_named
from stssim.call import Call, Caller, Refusal, RequiredPermission
from stssim.cloud import Cloud, Directory
from stssim.policy import Decision, Policies, Policy, Request, decide
from stssim.policy.control_policies import RESOURCE_CONTROLLED
from stssim.policy.policies import Grant
from stssim.trace import Refused, Step
from stssim.validate.authentication.authenticate import title
from stssim.validate.authorization.context_keys import context
from stssim.validate.authorization.denial import denial


def authorize(
    call: Call, caller: Caller, required_permissions: tuple[RequiredPermission, ...], cloud: Cloud
) -> tuple[tuple[Step, ...], tuple[tuple[RequiredPermission, Refusal], ...]]:
    """A step for every permission needed, each with its Decision; and those that are not had, each with its refusal.

    So it is for a call that is done in part. Any other is refused at the first: `Refused` is raised.
    """
    steps: list[Step] = []
    withheld: list[tuple[RequiredPermission, Refusal]] = []
    for need in required_permissions:
        owner = need.account or cloud.directory.owner(need.resource) or caller.account
        decision = decision_on(call, caller, need, owner, cloud)
        steps.append(_step(call, caller, need, owner, decision))
        if not decision.allowed:
            refusal = denial(call, caller, need, decision, cloud.seal)
            if call.name not in _DONE_IN_PART:
                raise Refused(refusal, *steps)
            withheld.append((need, refusal))
    return tuple(steps), tuple(withheld)


def would_allow(call: Call, caller: Caller, need: RequiredPermission, policy: Policy, cloud: Cloud) -> bool:
    """Whether the caller would have a permission if this were the resource's policy."""
    owner = need.account or cloud.directory.owner(need.resource) or caller.account
    request, policies = _question(call, caller, need, owner, cloud)
    return decide(request, replace(policies, resource=policy)).allowed


def decision_on(call: Call, caller: Caller, need: RequiredPermission, owner: str, cloud: Cloud) -> Decision:
    """The decision on one permission, by all the policies that bear on it. `owner` is the resource's account."""
    return decide(*_question(call, caller, need, owner, cloud))


def _question(
    call: Call, caller: Caller, need: RequiredPermission, owner: str, cloud: Cloud
) -> tuple[Request, Policies]:
    session, directory = caller.session, cloud.directory
    holder = session.principal if session else caller.arn
    at_home, at_resource = directory.membership(caller.account), directory.membership(owner)
    request = Request(
        principal=None if caller.kind == "anonymous" else caller.arn,
        action=need.action,
        resource=need.resource,
        resource_account=owner or None,
        context=context(call, caller, need, cloud),
        principal_id=caller.principal_id or None,
        issuer=session.principal if session and session.kind in ("role", "federated-user") else None,
    )
    grants = _grants(call, need, directory)
    resource = None if grants and need.action == _RETIRE else _resource_policy(caller, need, owner, cloud)
    policies = Policies(
        identity=directory.identity_policies(holder) if caller.kind in _WITH_IDENTITY else (),
        resource=resource,
        grants=grants,
        session=_session_policies(caller, cloud),
        scope_down=_scope_down_policies(caller),
        boundaries=_boundaries(holder, cloud) if caller.kind in _WITH_IDENTITY else (),
        service_control=at_home.service_control_policies if at_home else (),
        resource_control=at_resource.resource_control_policies if at_resource and _under_rcps(need) else (),
        no_resource=_no_role(need, directory) if resource is None else "",
    )
    return request, policies


def _boundaries(holder: str, cloud: Cloud) -> tuple[Policy, ...]:
    """The permissions boundary of a user or role, if it has one. One that is not there any more allows nothing."""
    arn = cloud.directory.permissions_boundary_arn(holder)
    if arn is None:
        return ()
    found = cloud.directory.managed_policy(arn)
    if found is None:
        return (Policy(f"the permissions boundary {arn}, which does not exist", "boundary", _NOTHING, arn),)
    return (Policy(found.name, "boundary", found.document, found.arn),)


def _under_rcps(need: RequiredPermission) -> bool:
    """Whether resource control policies bear on an action.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
    return need.action.partition(":")[0] in RESOURCE_CONTROLLED and need.action != _RETIRE


_RETIRE = "kms:RetireGrant"
_NOTHING = '{"Version": "2012-10-17", "Statement": []}'
_UNLOCKING = frozenset(
    {
        "s3:DeleteBucketPolicy",
        "s3:GetBucketPolicy",
        "s3:PutBucketPolicy",
        "sqs:GetQueueAttributes",
        "sqs:SetQueueAttributes",
    }
)
_DONE_IN_PART = ("s3:DeleteObjects",)
_WITH_IDENTITY = ("user", "role", "federated-user")


def _resource_policy(caller: Caller, need: RequiredPermission, owner: str, cloud: Cloud) -> Policy | None:
    """A role's trust policy speaks only of `sts:` actions; what else is done to a role is IAM's own affair.

    And no bucket or queue can be locked so that its owner's root user could not take the policy off again.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html
    """
    if caller.kind == "root" and caller.account == owner and need.action in _UNLOCKING:
        return None
    if need.resource.startswith("arn:aws:iam:") and not need.action.startswith("sts:"):
        return None
    return cloud.directory.resource_policy(need.resource)


def _no_role(need: RequiredPermission, directory: Directory) -> str:
    """That there is no such role, for the Trace; STS tells nobody. A role's name, path and case have to be right."""
    name = need.resource.partition(":role/")[2]
    if not name or not need.action.startswith("sts:"):
        return ""
    nearest = directory.role_like(need.resource)
    if nearest == need.resource:
        return ""
    account = account_named(need.resource, "")
    return f"account {account} has no role {name}" + (f"; the nearest is {nearest}" if nearest else "")


def _grants(call: Call, need: RequiredPermission, directory: Directory) -> tuple[Grant, ...]:
    """The grants on a KMS key, and S3's ACLs. Who may retire a grant, that grant alone says, and not the key policy.

    https://docs.aws.amazon.com/kms/latest/developerguide/grant-delete.html
    """
    if not need.resource.startswith(("arn:aws:kms:", "arn:aws:s3:::")):
        return ()
    named = call.parameters.get("GrantId") or call.parameters.get("GrantToken") or ""
    return directory.grants(need.resource, named if need.action == _RETIRE else "")


def _session_policies(caller: Caller, cloud: Cloud) -> tuple[Policy, ...] | None:
    session = caller.session
    if session is None or (session.policies is None and not session.policy_arns):
        return None
    inline = [
        Policy(f"the session policy of session {session.name}", "session", text) for text in session.policies or ()
    ]
    managed = [cloud.directory.managed_policy(arn) for arn in session.policy_arns]
    return (*inline, *(Policy(found.name, "session", found.document, found.arn) for found in managed if found))


def _scope_down_policies(caller: Caller) -> tuple[Policy, ...]:
    """What GetScopedCredentials narrowed the session to, one policy a call."""
    session = caller.session
    if session is None or not session.scope_down:
        return ()
    several = len(session.scope_down) > 1
    return tuple(
        Policy(f"scope-down policy {number}" if several else "the scope-down policy", "scope-down", text)
        for number, text in enumerate(session.scope_down, 1)
    )


def _step(call: Call, caller: Caller, need: RequiredPermission, owner: str, decision: Decision) -> Step:
    verdict = "may" if decision.allowed else "may not"
    where = "" if need.resource == "*" else f" on {need.resource}"
    where += f": {decision.policies.no_resource}" if decision.policies.no_resource else ""
    return Step(
        "validate",
        call.target,
        call.target,
        need.action.partition(":")[2],
        f"{title(caller)[:1].upper()}{title(caller)[1:]} {verdict} do {need.action}{where}.",
        "allowed" if decision.allowed else "denied",
        call.judged,
        at=call.at,
        call=call,
        caller=caller,
        resource=need.resource,
        resource_account=owner,
        decision=decision,
    )
