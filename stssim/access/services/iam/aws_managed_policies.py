"""AWS's own managed policies. moto has the documents and makes none of them unasked, for there are over a thousand.

They are read when one is first named, and given to moto one by one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from stssim.access.services.adapter import Forward
from stssim.arn import account_named
from stssim.call import Call, Caller, HttpReply, Refusal
from stssim.policy import Policy
from stssim.trace import Refused

PREFIX = "arn:aws:iam::aws:policy/"
_NAMING = ("PolicyArn", "PermissionsBoundary")


@cache
def policy(arn: str) -> Policy | None:
    """The policy of this ARN, in its newest version, or None: AWS has no such policy."""
    found = _documents().get(arn)
    if found is None:
        return None
    name, data = found
    return Policy(f"the AWS managed policy {name}", "identity", json.dumps(data["Document"]), arn)


def protect(call: Call) -> None:
    """Raises `Refused` for a call that would change a policy of AWS's own (`AccessDenied`, 403), and for one that would
    tag it (`InvalidInput`, 400).

    Recorded in September 2026: radkawar/stackd, internal/iam/managed/testdata/immutability.json.
    """
    if account_named(str(call.parameters.get("PolicyArn")), "") != "aws":
        return
    if call.operation in _CHANGED:
        raise Refused(Refusal("AccessDenied", f"Cannot {_CHANGED[call.operation]} outside your own account."))
    if call.operation in _TAGGED:
        raise Refused(Refusal("InvalidInput", "Tags not supported for policies in this domain", 400))


_CHANGED: Mapping[str, str] = {
    "CreatePolicyVersion": "create versions for policies",
    "DeletePolicy": "delete policies",
    "DeletePolicyVersion": "delete policy versions for policies",
    "SetDefaultPolicyVersion": "update policies",
}
_TAGGED = ("TagPolicy", "UntagPolicy")


def provide(call: Call, caller: Caller, forward: Forward) -> HttpReply:
    """Any call to IAM: moto is given the AWS managed policies that it names, or all of them to list."""
    from moto.iam.models import AWSManagedPolicy, iam_backends

    asked = call.parameters
    if call.operation == "ListPolicies" and asked.get("Scope", "All") != "Local" and not asked.get("OnlyAttached"):
        wanted = list(_documents())
    else:
        wanted = [asked[name] for name in _NAMING if str(asked.get(name, "")).startswith(PREFIX)]
    if wanted:
        iam: Any = iam_backends[caller.account]["aws"]
        for arn in wanted:
            if arn in _documents() and arn not in iam.managed_policies:
                name, data = _documents()[arn]
                made = AWSManagedPolicy.from_data(name, caller.account, "aws", data)
                iam.managed_policies[arn] = made
                iam.aws_managed_policies.append(made)
    return forward(call)


@cache
def _documents() -> Mapping[str, tuple[str, Any]]:
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    named: dict[str, Any] = json.loads(aws_managed_policies_data)
    return {f"{PREFIX[:-1]}{data['Path']}{name}": (name, data) for name, data in named.items()}
