"""One judge of documents: the Lab refuses to store what `policy.check` says that AWS refuses, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim.policy import check
from tests.access.given import a_lab, allow, text, to
from tests.policy.practice import documents

Write = Callable[[str], object]
S3 = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::larch-media/*"}
BROKEN: tuple[Any, ...] = (
    {"Effect": "Permit"},
    {"Effect": "allow"},
    {"Action": None},
    {"Action": "everything"},
    {"Action": "s3:Get:Object"},
    {"Action": "s 3:GetObject"},
    {"Action": []},
    {"Condition": {"StringEqualz": {"aws:username": "a"}}},
    {"Condition": {"StringEquals": "aws:username"}},
    {"Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "an hour"}}},
    {"Condition": {"DateLessThan": {"aws:CurrentTime": "tomorrow"}}},
    {"Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/99"}}},
    {"Condition": {"ArnLike": {"aws:SourceArn": "logs"}}},
    {"Condition": {"StringEquals": {"aws:PrincipalTag/team": ["red", "blue"]}, "Bool": {"aws:SecureTransport": True}}},
    {"Sid": "not allowed!"},
    {"Sid": "Fine1"},
    {"Effect": "Deny"},
    {"Effekt": "Deny"},
)


def whole(statement: dict[str, Any], **more: Any) -> str:
    written = {name: value for name, value in statement.items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": [written]} | more)


def broken(base: dict[str, Any]) -> Iterator[str]:
    """The same mistakes in a statement that is right, and in the document around it."""
    yield whole(base)
    for each in BROKEN:
        yield whole(base | each)
    yield whole(base, Version="2012-10-18")
    yield whole(base, Id="an id")
    yield whole(base, Extra="x")
    yield whole(base, Statement=[])
    yield whole(base, Statement=[base | {"Sid": "a"}, base | {"Sid": "a"}])
    yield whole(base, Statement=base)
    yield "{}"
    yield "[]"
    yield "no JSON"
    yield json.dumps({"Version": "2012-10-17", "Statement": [base]})[:-1]


def practised(kind: str, account: str, service: str = "") -> Iterator[str]:
    """Documents as people write them, with this account for every user and role, which would have to exist.

    With a service, only those on its actions, and none for an access point; and none for an identity of CloudFront's,
    of which the Lab has none.
    """
    for each in documents():
        statement = each.document["Statement"][0]
        actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        if each.policy != kind or (service and not all(action.startswith(f"{service}:") for action in actions)):
            continue
        if not re.search(":accesspoint/team|iam::cloudfront:", str(statement)):
            written = json.dumps(each.document)
            yield re.sub(r'"arn:aws:iam::\d{12}:(?:role|user)/[^"*]*"', f'"{account}"', written)


class Writers:
    """A Lab, and how a document of each kind is written there."""

    def __init__(self) -> None:
        self.lab, _, self.customer = a_lab()
        self.account = self.customer.number
        self.iam = self.customer.client("iam")
        trust = text(allow("sts:AssumeRole", None, Principal=to(self.account)))
        self.iam.create_role(RoleName="Audit", AssumeRolePolicyDocument=trust)
        self.s3 = self.customer.client("s3")
        for bucket in ("larch-media", "larch-logs", "larch-trail", "larch-config"):
            self.s3.create_bucket(Bucket=bucket)
            self.s3.delete_public_access_block(Bucket=bucket)
        self.alice = self.customer.user("alice", text(allow("sts:AssumeRole")))

    def identity(self, document: str) -> None:
        self.iam.put_role_policy(RoleName="Audit", PolicyName="p", PolicyDocument=document)

    def trust(self, document: str) -> None:
        self.iam.update_assume_role_policy(RoleName="Audit", PolicyDocument=document)

    def resource(self, document: str) -> None:
        name = re.search(r"arn:aws:s3:::(larch-\w+)", document)
        self.s3.put_bucket_policy(Bucket=name[1] if name else "larch-media", Policy=document)

    def session(self, document: str) -> None:
        role = f"arn:aws:iam::{self.account}:role/Audit"
        self.alice.client("sts").assume_role(RoleArn=role, RoleSessionName="audit", Policy=document)


def accepts(write: Write, document: str) -> bool:
    try:
        write(document)
    except ClientError:
        return False
    return True


@pytest.fixture(scope="module")
def writers() -> Writers:
    return Writers()


def compare(write: Write, kind: Any, corpus: Iterator[str], account: str) -> None:
    differ, refused = [], 0
    for document in corpus:
        found = [each for each in check(document, kind, account=account) if each.refused]
        refused += bool(found)
        if accepts(write, document) is bool(found):
            differ.append((document, [str(each) for each in found]))
    assert differ == []
    assert refused


def test_of_identity_based_policies(writers: Writers) -> None:
    resources = (
        "*", "arn:aws:s3:::", "arn:aws:s3:::larch-media", "arn:aws:s3::larch", "arn:aws", "arn:nowhere:s3:::x",
        "arn:aws:s3:eu-west-1::x", "arn:aws:iam::111122223333:role/x", "arn:aws:iam::111122223333:x", "arn:", "arn",
        "arn:aws:iam:eu-west-1:111122223333:role/x", "arn:aws:ec2:*:*:instance/*", "larch-media", "", "arn:*:s3:::*",
        ["arn:aws:s3:::a", "b"], "arn:aws:s3:::a:b", "arn:aws:iam::*:role/x", "arn:aws:*:::x", "arn:aws::::x",
        "arn:aws:iam::*:*", "arn:aws:s3:*:*:x", "arn:aws:iam::aws:policy/x", "arn:aws:s3:::${aws:username}/*",
        "arn:aws-cn:s3:::x", "arn:aws-*:s3:::x", "arn:aws:s3", "arn:aws:iam::${aws:PrincipalAccount}:role/x",
        "arn:aws:iam::111122223333:rol*", "arn:aws:iam::111122223333:root",
        "arn:aws:s3:eu-west-1:111122223333:accesspoint/x",
    )  # fmt: skip
    several = [whole(S3 | {"Resource": each}) for each in resources]
    corpus = (*broken(S3), *several, *practised("identity", writers.account))
    compare(writers.identity, "identity", iter(corpus), writers.account)


def test_of_session_policies(writers: Writers) -> None:
    compare(writers.session, "session", iter((*broken(S3), *practised("identity", writers.account))), writers.account)


def test_of_trust_policies(writers: Writers) -> None:
    base = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": writers.account}}
    principals: tuple[Any, ...] = (
        "*",
        {"AWS": "*"},
        {"AWS": "larch"},
        {"AWS": "arn:aws:iam::*:root"},
        {"Service": "ec2.amazonaws.com"},
        {"Service": "EC2"},
        {"Federated": "accounts.google.com"},
        {"Federated": "not a host"},
        {"Federated": f"arn:aws:iam::{writers.account}:saml-provider/Larch"},
        {"CanonicalUser": "79a5"},
        {"Everyone": "*"},
        {},
        None,
    )
    named = [whole(base | {"Principal": each}) for each in principals]
    others = [whole(base | each) for each in ({"Action": "sts:*"}, {"Action": "s3:GetObject"}, {"Resource": "*"})]
    corpus = (*broken(base), *named, *others, *practised("trust", writers.account))
    compare(writers.trust, "trust", iter(corpus), writers.account)


def test_of_bucket_policies(writers: Writers) -> None:
    base = S3 | {"Principal": {"AWS": writers.account}}
    named = [
        whole(base | {"Principal": each})
        for each in ("*", {"AWS": "larch"}, {"Service": "ec2.amazonaws.com"}, {"Service": "EC2"}, {}, None)
    ]
    corpus = (*broken(base), *named, *practised("resource", writers.account, "s3"))
    compare(writers.resource, "resource", iter(corpus), writers.account)
