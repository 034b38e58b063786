"""The requests that policy.py measures with: half of them are denied, and every engine gets the same."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["CASES", "LONGEST", "length", "long_policy"]

LONGEST = 6144
"""The characters that a managed policy may have."""
ALICE, ALICE_ACCOUNT = "arn:aws:iam::111122223333:user/alice", "111122223333"
VENDOR = "arn:aws:iam::444455556666:user/vendor"
AUDIT = "arn:aws:iam::111122223333:role/Audit"
SESSION = "arn:aws:sts::111122223333:assumed-role/Audit/nightly"


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource} | more


def _deny(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return _allow(action, resource, **more) | {"Effect": "Deny"}


ALL = _policy(_allow("*", "*"))
ALL_OF_RESOURCES = _policy(_allow("*", "*", Principal="*"))


def long_policy(characters: int = LONGEST) -> dict[str, Any]:
    """A policy as long as a managed policy may be, to the character; the statement on S3 comes last."""
    last = _allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::reports/${aws:username}/*", Sid="Reports")
    statements: list[dict[str, Any]] = []
    services = ("dynamodb", "ec2", "kms", "lambda", "logs", "secretsmanager", "sns", "sqs", "ssm")
    while True:
        number = len(statements)
        service = services[number % len(services)]
        statement = _allow(
            [f"{service}:Get*", f"{service}:Describe*", f"{service}:List*"],
            f"arn:aws:{service}:*:111122223333:*team-{number}*",
            Sid=f"Read{number}",
            Condition={"StringEquals": {"aws:PrincipalTag/team": f"team-{number}"}},
        )
        if length(_policy(*statements, statement, last)) > characters:
            last["Sid"] += "x" * (characters - length(_policy(*statements, last)))
            return _policy(*statements, last)
        statements.append(statement)


def length(policy: dict[str, Any]) -> int:
    """The characters of a policy as IAM counts them, without white space."""
    return len(json.dumps(policy, separators=(",", ":")))


def _five_levels(middle: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """An organization: the root, three units one in another, and the account."""
    regions = _deny(
        "ec2:*", "*", Sid="Regions", Condition={"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-north-1"]}}
    )
    return [[ALL, _policy(regions)], [ALL], [ALL, middle], [ALL], [ALL]]


_TRUST = _policy(
    {
        "Effect": "Allow",
        "Principal": {"AWS": "444455556666"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "cust-42"}},
    }
)
_BUCKET = _policy(
    _deny("s3:*", ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"], Principal="*")
    | {"Condition": {"Bool": {"aws:SecureTransport": "false"}}},
    _allow("s3:GetObject", "arn:aws:s3:::reports/*", Principal={"AWS": "arn:aws:iam::444455556666:root"})
    | {"Condition": {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]}}},
)
_FOREIGN = {
    "principal": VENDOR,
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::reports/q3.csv",
    "resource_account": ALICE_ACCOUNT,
    "identity_policies": [ALL],
    "resource_policy": _BUCKET,
}
_ASSUME = {
    "principal": VENDOR,
    "action": "sts:AssumeRole",
    "resource": AUDIT,
    "resource_account": ALICE_ACCOUNT,
    "identity_policies": [_policy(_allow("sts:AssumeRole", "arn:aws:iam::*:role/Audit"))],
    "resource_policy": _TRUST,
}
_LONG = {"principal": ALICE, "resource_account": ALICE_ACCOUNT, "identity_policies": [long_policy()]}
_TAGS = {
    "principal": ALICE,
    "action": "ec2:CreateTags",
    "resource": "arn:aws:ec2:eu-west-1:111122223333:instance/i-1",
    "resource_account": ALICE_ACCOUNT,
    "identity_policies": [
        _policy(
            _allow("ec2:CreateTags", "*", Condition={"ForAllValues:StringEquals": {"aws:TagKeys": ["team", "cost"]}})
        )
    ],
}
_BOUND = {
    "principal": ALICE,
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::reports/alice/q3.csv",
    "resource_account": ALICE_ACCOUNT,
    "identity_policies": [ALL],
}
_ORGANIZED = {
    "principal": ALICE,
    "action": "ec2:DescribeInstances",
    "resource": "*",
    "resource_account": ALICE_ACCOUNT,
    "identity_policies": [ALL],
    "context": {"aws:RequestedRegion": "eu-west-1"},
}

CASES: dict[str, tuple[bool, dict[str, Any]]] = {
    "assume a role with its External ID": (True, _ASSUME | {"context": {"sts:ExternalId": "cust-42"}}),
    "assume a role with another External ID": (False, _ASSUME | {"context": {"sts:ExternalId": "cust-13"}}),
    "a managed policy of full length, the last statement": (
        True,
        _LONG
        | {
            "action": "s3:GetObject",
            "resource": "arn:aws:s3:::reports/alice/q3.csv",
            "context": {"aws:username": "alice"},
        },
    ),
    "a managed policy of full length, no statement": (
        False,
        _LONG
        | {
            "action": "sqs:GetQueueUrl",
            "resource": "arn:aws:sqs:eu-west-1:111122223333:team-7-jobs",
            "context": {"aws:username": "alice", "aws:PrincipalTag/team": "team-9"},
        },
    ),
    "a bucket of another account, from the right address": (
        True,
        _FOREIGN | {"context": {"aws:SourceIp": "203.0.113.7", "aws:SecureTransport": "true"}},
    ),
    "a bucket of another account, from a wrong address": (
        False,
        _FOREIGN | {"context": {"aws:SourceIp": "198.51.100.7", "aws:SecureTransport": "true"}},
    ),
    "a boundary that allows": (
        True,
        _BOUND | {"permissions_boundaries": [_policy(_allow(["s3:Get*", "s3:List*"], "arn:aws:s3:::reports/*"))]},
    ),
    "a boundary that does not": (
        False,
        _BOUND | {"permissions_boundaries": [_policy(_allow("ec2:*", "*"), _allow("s3:Get*", "arn:aws:s3:::other/*"))]},
    ),
    "tags that may be set": (True, _TAGS | {"context": {"aws:TagKeys": ["team", "cost"]}}),
    "tags that may not": (False, _TAGS | {"context": {"aws:TagKeys": ["team", "owner"]}}),
    "an organization of five levels that allows": (
        True,
        _ORGANIZED | {"service_control_policies": _five_levels(_policy(_deny("iam:*", "*")))},
    ),
    "an organization of five levels that denies in the middle": (
        False,
        _ORGANIZED | {"service_control_policies": _five_levels(_policy(_deny("ec2:*", "*")))},
    ),
}
"""By name: whether AWS allows it, and the arguments of `evaluate`."""
