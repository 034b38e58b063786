"""Valid requests of many services, and what becomes of them when somebody spoils them: one change, or several.

A spoiled request may be signed anew, so that it reaches the stages behind the signature.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from typing import Any

from botocore.exceptions import ClientError

from stssim import Lab
from stssim.call import HttpReply, HttpRequest, Signature
from stssim.request.authorization_header import signature_of
from stssim.trace import Refused
from stssim.transports.in_process import client
from stssim.validate.authentication.canonical_request import canonical_request, sign, string_to_sign

ALLOW_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
FEW = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": ["iam:Get*", "iam:List*", "kms:Describe*", "sqs:*"], "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::reports/q3.csv"},
        {
            "Effect": "Allow",
            "Action": "*",
            "Resource": ["arn:aws:iam::*:user/${aws:username}", "arn:aws:dynamodb:*:*:table/*"],
            "Condition": {"StringEquals": {"aws:ResourceTag/team": "blue"}, "Null": {"aws:TagKeys": "false"}},
        },
    ],
}
JUNK = (
    b"", b"\x00", b"\xff\xfe", b"%", b"%zz", b"%00", b"&", b"=", b"..", b"//", b"<", b"&lt;", b"]]>", b"{", b"[" * 500,
    b'"',
    b"\r\n", b"-1", b"999999999999999999999", b"1e309", b"NaN", b"null", b"true", "é".encode(), "\U0001f600".encode(),
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"${aws:username}", b"A" * 3000, b".member.999999999", b".member.-1", b".1.2.3",
    b"arn:aws:iam::111111111111:role/x", b"/", b"?", b"#", b"+", b"'", b"\\u0000", b"\\ud800", b"Version=2011-06-15",
)  # fmt: skip
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get")
HEADERS = (
    "authorization", "content-type", "content-encoding", "content-md5", "expect", "host", "range", "x-amz-acl",
    "x-amz-content-sha256", "x-amz-copy-source", "x-amz-date", "x-amz-decoded-content-length", "x-amz-security-token",
    "x-amz-target", "x-amz-trailer", "smithy-protocol", "x-moto-account-id", "x-amz-tagging", "x-amz-account-id",
)  # fmt: skip
UNSIGNABLE = {"authorization", "content-length", "transfer-encoding", "connection", "expect"}


@dataclass(frozen=True)
class Keys:
    """What a spoiled request is signed with anew."""

    access_key_id: str
    secret: str


def a_busy_lab() -> tuple[Lab, tuple[Keys, ...], list[HttpRequest]]:
    """A Lab with something in it, the keys of users who may do everything, some things and nothing, and a valid request
    of many kinds, all signed by the first of them.
    """
    lab = Lab(seed=11)
    home, away = lab.account("home"), lab.account("away")
    alice = home.user("alice", ALLOW_ALL)
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": home.arn}, "Action": ["sts:AssumeRole", "sts:TagSession"]}
        ],
    }
    others = [home.user("clerk", FEW), home.user("guest")]
    role = away.role("Audit", trust, ALLOW_ALL)
    home.bucket("reports", {"q3.csv": "1;2;3"}, policy=None)
    seen: list[HttpRequest] = []

    def watched(request: HttpRequest) -> HttpReply:
        seen.append(request)
        return lab.handle(request)

    key_id, secret, _ = alice._keys

    def of(service: str, **settings: Any) -> Any:
        return client(service, watched, access_key_id=key_id, secret=secret, **settings)

    sts, iam, s3 = of("sts"), of("iam"), of("s3")
    issued = sts.assume_role(
        RoleArn=role.arn, RoleSessionName="audit", ExternalId="cust-42", Policy=json.dumps(ALLOW_ALL),
        Tags=[{"Key": "team", "Value": "blue"}], DurationSeconds=900,
    )["Credentials"]  # fmt: skip
    token = issued["SessionToken"]
    session = client(
        "sts", watched, access_key_id=issued["AccessKeyId"], secret=issued["SecretAccessKey"], session_token=token
    )
    unsigned = client("sts", watched)
    calls: list[Callable[[], Any]] = [
        session.get_caller_identity,
        lambda: sts.get_federation_token(Name="bob", Policy=json.dumps(ALLOW_ALL)),
        lambda: sts.get_session_token(SerialNumber="arn:aws:iam::111111111111:mfa/alice", TokenCode="123456"),
        lambda: sts.decode_authorization_message(EncodedMessage="abc"),
        lambda: sts.get_access_key_info(AccessKeyId=key_id),
        lambda: unsigned.assume_role_with_saml(RoleArn=role.arn, PrincipalArn=role.arn, SAMLAssertion="PHNhbWw+"),
        lambda: unsigned.assume_role_with_web_identity(
            RoleArn=role.arn, RoleSessionName="audit", WebIdentityToken="eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0.c2ln"
        ),
        lambda: iam.create_role(RoleName="Other", AssumeRolePolicyDocument=json.dumps(trust)),
        lambda: iam.put_user_policy(UserName="alice", PolicyName="more", PolicyDocument=json.dumps(ALLOW_ALL)),
        iam.get_user,
        lambda: s3.put_object(Bucket="reports", Key="a b/ü+%", Body=b"hello", Metadata={"a": "b"}),
        lambda: s3.get_object(Bucket="reports", Key="q3.csv", Range="bytes=0-1"),
        lambda: s3.head_object(Bucket="reports", Key="q3.csv"),
        lambda: s3.list_objects_v2(Bucket="reports", Prefix="q"),
        lambda: s3.delete_objects(Bucket="reports", Delete={"Objects": [{"Key": "none"}]}),
        lambda: s3.put_bucket_policy(Bucket="reports", Policy=json.dumps(bucket_policy(role.arn))),
        lambda: s3.create_multipart_upload(Bucket="reports", Key="big"),
        lambda: s3.copy_object(Bucket="reports", Key="copy", CopySource="reports/q3.csv"),
        lambda: s3.delete_objects(Bucket="reports", Delete={"Objects": [{"Key": "q3.csv"}, {"Key": "none"}]}),
        lambda: iam.delete_policy(PolicyArn="arn:aws:iam::111111111111:policy/none"),
        lambda: iam.delete_virtual_mfa_device(SerialNumber="arn:aws:iam::111111111111:mfa/none"),
        lambda: of("dynamodb").put_item(TableName="t", Item={"id": {"S": "1"}}),
        lambda: of("sqs").create_queue(QueueName="jobs"),
        lambda: of("sns").create_topic(Name="news"),
        lambda: of("kms").create_key(),
        lambda: of("secretsmanager").create_secret(Name="pin", SecretString="1234"),
        lambda: of("lambda").list_functions(),
        lambda: of("ec2").describe_instances(),
        lambda: of("ssm").put_parameter(Name="p", Value="v", Type="String"),
        lambda: of("cloudwatch").list_metrics(),
        lambda: of("organizations").describe_organization(),
        lambda: of("route53").list_hosted_zones(),
    ]
    for call in calls:
        with suppress(ClientError):
            call()
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "reports", "Key": "q3.csv"})
    host, _, target = url.removeprefix("https://").partition("/")
    seen.append(HttpRequest("GET", host, f"/{target}", (("host", host),)))
    return lab, (Keys(key_id, secret), *(Keys(*other._keys[:2]) for other in others)), seen


def bucket_policy(principal: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "s3:GetObject"}
    return {"Version": "2012-10-17", "Statement": [{**statement, "Resource": "arn:aws:s3:::reports/*"}]}


def spoiled(request: HttpRequest, random: Random) -> HttpRequest:
    """The request with one to three changes made to it."""
    for _ in range(random.randint(1, 3)):
        request = random.choice(SPOILERS)(request, random)
    return request


def signed_again(request: HttpRequest, keys: Keys) -> HttpRequest:
    """Signed for the service that it was signed for, whatever has become of it; not at all, if that cannot be told."""
    try:
        before = signature_of(request)
    except Refused:
        return request
    if before is None or before.form != "header":
        return request
    now = datetime.now(UTC)
    said = request.header("x-amz-content-sha256") or ""
    digest = said if said.startswith(("UNSIGNED", "STREAMING-UNSIGNED")) else hashlib.sha256(request.body).hexdigest()
    kept = tuple(
        item for item in request.headers if item[0] not in ("authorization", "x-amz-date", "x-amz-content-sha256")
    )
    if before.service == "s3":
        kept = (*kept, ("x-amz-content-sha256", digest))
    request = replace(request, headers=(*kept, ("x-amz-date", f"{now:%Y%m%dT%H%M%SZ}")))
    names = tuple(sorted({name for name, _ in request.headers} - UNSIGNABLE | {"host"}))
    temporary = before.access_key_id.startswith("ASIA")
    signature = Signature(
        "header", before.access_key_id if temporary else keys.access_key_id, "", f"{now:%Y%m%dT%H%M%SZ}", before.region,
        before.service, f"{now:%Y%m%d}", names,
    )  # fmt: skip
    made = sign(keys.secret, signature, string_to_sign(signature, canonical_request(request, signature, digest)))
    scope = f"{signature.access_key_id}/{signature.scope_date}/{signature.region}/{signature.service}/aws4_request"
    header = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={';'.join(names)}, Signature={made}"
    return replace(request, headers=(*request.headers, ("authorization", header)))


def _method(request: HttpRequest, random: Random) -> HttpRequest:
    return replace(request, method=random.choice(METHODS))


def _target(request: HttpRequest, random: Random) -> HttpRequest:
    spoilt = _bytes(request.target.encode("utf-8", "surrogateescape"), random).decode("latin-1")
    return replace(request, target="/" + "".join(c for c in spoilt if "!" <= c <= "~" and c != "#").lstrip("/"))


def _body(request: HttpRequest, random: Random) -> HttpRequest:
    return replace(request, body=_bytes(request.body, random))


def _header(request: HttpRequest, random: Random) -> HttpRequest:
    headers = list(request.headers) or [("host", request.host)]
    at = random.randrange(len(headers))
    name, value = headers[at]
    match random.randrange(5):
        case 0:
            del headers[at]
        case 1:
            headers.insert(at, (name, value))
        case 2:
            headers[at] = (name, _text(value, random))
        case 3:
            headers.append((random.choice(HEADERS), _text("", random)))
        case _:
            headers[at] = (random.choice(HEADERS), value)
    return replace(request, headers=tuple(headers))


def _form(request: HttpRequest, random: Random) -> HttpRequest:
    """A parameter of the form twice, gone, or with another value."""
    parts = request.body.split(b"&")
    at = random.randrange(len(parts))
    name, _, value = parts[at].partition(b"=")
    match random.randrange(5):
        case 0:
            parts.insert(at, parts[at])
        case 1:
            del parts[at]
        case 2:
            parts[at] = name + random.choice(JUNK) + b"=" + value
        case 3:
            parts[at] = name + b"="
        case _:
            parts[at] = name + b"=" + random.choice(JUNK)
    return replace(request, body=b"&".join(parts))


def _xml(request: HttpRequest, random: Random) -> HttpRequest:
    """An element of the body twice, gone, or empty."""
    found = [*_ELEMENT.finditer(request.body)]
    if not found:
        return _body(request, random)
    element = random.choice(found)
    name = element[1]
    instead = random.choice(
        (element[0] * 2, b"", b"<" + name + b"/>", element[0] + b"<" + name + b">k</" + name + b">")
    )
    return replace(request, body=request.body[: element.start()] + instead + request.body[element.end() :])


_ELEMENT = re.compile(rb"<(\w+)>[^<]*</\1>")


def _json(request: HttpRequest, random: Random) -> HttpRequest:
    """A document in the body with another value somewhere."""
    try:
        document = json.loads(request.body)
    except ValueError:
        return _body(request, random)
    values: list[Any] = [None, True, -1, 1e300, 10**30, "", "x" * 3000, [], {}, [[]], {"S": 1}, "\ud800", {"": None}]
    if isinstance(document, dict) and document:
        document[random.choice([*document])] = random.choice(values)
    else:
        document = random.choice(values)
    return replace(request, body=json.dumps(document).encode())


def _bytes(text: bytes, random: Random) -> bytes:
    start = random.randint(0, len(text))
    end = min(len(text), start + random.choice((0, 0, 1, 3, 20, 1000)))
    return text[:start] + random.choice(JUNK) + text[end:]


def _text(text: str, random: Random) -> str:
    spoilt = _bytes(text.encode("utf-8", "surrogateescape"), random).decode("utf-8", "surrogateescape")
    return "".join(c for c in spoilt if c not in "\r\n\x00").strip()


SPOILERS = (_method, _target, _target, _header, _header, _body, _form, _form, _json, _xml)
