"""Time grows with the size of a request, and not faster: nothing that a client sends keeps the others waiting.

Each input is sent once at a size and once eight times as large. What takes longer per kilobyte than it took before,
beyond what a slow machine explains, is a way to stop a server.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from time import perf_counter
from urllib.parse import quote

import pytest

from stssim import Lab
from stssim.call import HttpRequest
from stssim.lab.handles import Account
from tests.attacks.wire import FORM, Wire, form, lab_of, only, send, serialized, signed

SMALL, LARGE = 2_000, 16_000
SLACK = 4.0
"""Eight times as large may take eight times as long, and this many times more."""
QUICK = 0.25
"""Seconds that anything of this size may take."""


@pytest.fixture(scope="module")
def home() -> Account:
    return Lab(seed=5).account("home", "111111111111")


def _with(wire: Wire) -> Callable[[Account], HttpRequest]:
    return lambda home: signed(wire, *home._keys)


def header(name: str, value: str) -> Callable[[Account], HttpRequest]:
    """An honest request, in which this header stands instead of its own."""

    def request(home: Account) -> HttpRequest:
        honest = signed(serialized("sts", "GetCallerIdentity", {}), *home._keys)
        kept = tuple(each for each in honest.headers if each[0] != name)
        host = value if name == "host" else honest.host
        return replace(honest, host=host, headers=(*kept, (name, value)))

    return request


def sts(operation: str, **parameters: str) -> Callable[[Account], HttpRequest]:
    def request(home: Account) -> HttpRequest:
        body = form({"Action": operation, "Version": "2011-06-15", **parameters}).encode()
        return signed(Wire("sts", "POST", "/", (("content-type", FORM),), body), *home._keys)

    return request


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


SIGNED = "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20270104/us-east-1/sts/aws4_request"
ROLE = "arn:aws:iam::111111111111:role/r"
SAML = ROLE.replace("role", "saml-provider")
INPUTS: dict[str, Callable[[int], Callable[[Account], HttpRequest]]] = {
    "host of labels": lambda n: header("host", "a." * (n // 2)),
    "host of letters": lambda n: header("host", "a" * n),
    "host of hyphens": lambda n: header("host", "s3-" * (n // 3) + ".amazonaws.com"),
    "host of buckets": lambda n: header("host", "s3." * (n // 3) + "amazonaws.com!"),
    "host of digits": lambda n: header("host", "1." * (n // 2) + "s3.amazonaws.com:"),
    "host of ports": lambda n: header("host", "s3.amazonaws.com" + ":443" * (n // 4)),
    "Credential repeated": lambda n: header("authorization", "AWS4-HMAC-SHA256 " + "Credential=" * (n // 11)),
    "Credential with slashes": lambda n: header("authorization", "AWS4-HMAC-SHA256 Credential=" + "/" * n),
    "Credential with spaces": lambda n: header("authorization", "AWS4-HMAC-SHA256 Credential=" + " " * n + "x"),
    "commas": lambda n: header("authorization", SIGNED + "," * n),
    "equals": lambda n: header("authorization", SIGNED + "=" * n),
    "blanks in Authorization": lambda n: header("authorization", "AWS4-HMAC-SHA256" + " " * n + "\t" * n + "x"),
    "SignedHeaders": lambda n: header("authorization", SIGNED + ", SignedHeaders=" + "a;" * (n // 2) + ", Signature=x"),
    "Signature": lambda n: header("authorization", SIGNED + ", SignedHeaders=host, Signature=" + "0" * n),
    "session token": lambda n: header("x-amz-security-token", "a" * n),
    "session token of marks": lambda n: header("x-amz-security-token", "=" * n),
    "date": lambda n: header("x-amz-date", "2" * n),
    "date of blanks": lambda n: header("date", " " * n + "x"),
    "content type": lambda n: header("content-type", "application/x-www-form-urlencoded" + ";a=" * (n // 3)),
    "content type of blanks": lambda n: header("content-type", "application/x-www-form-urlencoded;" + " " * n + "x"),
    "content type of quotes": lambda n: header("content-type", 'multipart/form-data; boundary="' + '\\"' * (n // 2)),
    "user agent": lambda n: header("user-agent", "region/" * (n // 7)),
    "user agent of slashes": lambda n: header("user-agent", "a/" * (n // 2)),
    "copy source": lambda n: _with(Wire("s3", "PUT", "/b/k", (("x-amz-copy-source", "/" * n),))),
    "copy source of marks": lambda n: _with(
        Wire("s3", "PUT", "/b/k", (("x-amz-copy-source", "b/k" + "?versionId=" * (n // 11)),))
    ),
    "range": lambda n: _with(Wire("s3", "GET", "/b/k", (("range", "bytes=" + "0-0," * (n // 4)),))),
    "tagging": lambda n: _with(Wire("s3", "PUT", "/b/k", (("x-amz-tagging", "a=b&" * (n // 4)),))),
    "grant": lambda n: _with(Wire("s3", "PUT", "/b/k", (("x-amz-grant-read", 'id="' + "a," * (n // 2)),))),
    "path of slashes": lambda n: _with(Wire("s3", "GET", "/b" + "/" * n)),
    "path of dots": lambda n: _with(Wire("s3", "GET", "/b" + "/.." * (n // 3))),
    "path of percents": lambda n: _with(Wire("s3", "GET", "/b/" + "%41" * (n // 3))),
    "path of functions": lambda n: _with(Wire("lambda", "GET", "/2015-03-31/functions" + "/a" * (n // 2))),
    "query of names": lambda n: _with(Wire("s3", "GET", "/b?" + "a&" * (n // 2))),
    "query of marks": lambda n: _with(Wire("s3", "GET", "/b?" + "=" * n)),
    "presigned": lambda n: _with(Wire("s3", "GET", "/b/k?" + "X-Amz-Signature=a&" * (n // 18))),
    "form of one name": lambda n: _with(
        Wire("iam", "POST", "/", (("content-type", FORM),), b"Action=ListUsers&Version=2010-05-08" + b"&a=b" * (n // 4))
    ),
    "form of members": lambda n: _with(
        Wire(
            "iam",
            "POST",
            "/",
            (("content-type", FORM),),
            b"Action=TagUser&Version=2010-05-08&UserName=a"
            + b"".join(b"&Tags.member.%d.Key=a" % each for each in range(n // 22)),
        )
    ),
    "form of dots": lambda n: _with(
        Wire(
            "iam",
            "POST",
            "/",
            (("content-type", FORM),),
            b"Action=TagUser&Version=2010-05-08&Tags" + b".member.1" * (n // 9) + b"=x",
        )
    ),
    "form of ever higher members": lambda n: _with(
        Wire(
            "ec2",
            "POST",
            "/",
            (("content-type", FORM),),
            b"Action=DescribeVpcs&Version=2016-11-15&Filter.%d.Name=x" % (10**9 * n),
        )
    ),
    "JSON of brackets": lambda n: _with(
        Wire(
            "sqs",
            "POST",
            "/",
            (("x-amz-target", "AmazonSQS.ListQueues"), ("content-type", "application/x-amz-json-1.0")),
            b'{"x":' + b"[" * n,
        )
    ),
    "JSON of objects": lambda n: _with(
        Wire(
            "sqs",
            "POST",
            "/",
            (("x-amz-target", "AmazonSQS.ListQueues"), ("content-type", "application/x-amz-json-1.0")),
            b'{"x":' * (n // 5) + b"1" + b"}" * (n // 5),
        )
    ),
    "JSON of digits": lambda n: _with(
        Wire(
            "sqs",
            "POST",
            "/",
            (("x-amz-target", "AmazonSQS.ListQueues"), ("content-type", "application/x-amz-json-1.0")),
            b'{"MaxResults":' + b"1" * n + b"}",
        )
    ),
    "JSON of one key": lambda n: _with(
        Wire(
            "sqs",
            "POST",
            "/",
            (("x-amz-target", "AmazonSQS.ListQueues"), ("content-type", "application/x-amz-json-1.0")),
            b"{" + b'"a":1,' * (n // 6) + b'"b":1}',
        )
    ),
    "DynamoDB nested": lambda n: _with(
        serialized("dynamodb", "PutItem", {"TableName": "t", "Item": {"id": {"S": "a" * n}}})
    ),
    "DynamoDB expression of parentheses": lambda n: _with(
        serialized("dynamodb", "Scan", {"TableName": "t", "FilterExpression": "(" * n})
    ),
    "DynamoDB expression of NOT": lambda n: _with(
        serialized("dynamodb", "Scan", {"TableName": "t", "FilterExpression": "NOT " * (n // 4) + "a = b"})
    ),
    "role ARN of colons": lambda n: sts("AssumeRole", RoleArn="arn:aws:iam::" + ":" * n, RoleSessionName="ss"),
    "role ARN of slashes": lambda n: sts("AssumeRole", RoleArn=ROLE + "/" * n, RoleSessionName="ss"),
    "role ARN of blanks": lambda n: sts("AssumeRole", RoleArn=ROLE + " " * n + "\n", RoleSessionName="ss"),
    "session name": lambda n: sts("AssumeRole", RoleArn=ROLE, RoleSessionName="a" * n + "!"),
    "session policy of blanks": lambda n: sts("AssumeRole", RoleArn=ROLE, RoleSessionName="ss", Policy=" " * n),
    "external id": lambda n: sts("AssumeRole", RoleArn=ROLE, RoleSessionName="ss", ExternalId="a" * n + "\u00e9"),
    "web identity of dots": lambda n: sts(
        "AssumeRoleWithWebIdentity", RoleArn=ROLE, RoleSessionName="ss", WebIdentityToken="." * n
    ),
    "web identity of letters": lambda n: sts(
        "AssumeRoleWithWebIdentity", RoleArn=ROLE, RoleSessionName="ss", WebIdentityToken="eyJ" * (n // 3)
    ),
    "SAML of NameIDs": lambda n: sts(
        "AssumeRoleWithSAML", RoleArn=ROLE, PrincipalArn=SAML, SAMLAssertion=encoded("<NameID" * (n // 7))
    ),
    "SAML of elements": lambda n: sts(
        "AssumeRoleWithSAML", RoleArn=ROLE, PrincipalArn=SAML, SAMLAssertion=encoded("<a>" * (n // 3))
    ),
    "SAML of attributes": lambda n: sts(
        "AssumeRoleWithSAML", RoleArn=ROLE, PrincipalArn=SAML, SAMLAssertion=encoded("<a " + "b='c' " * (n // 6) + "/>")
    ),
    "SAML of namespaces": lambda n: sts(
        "AssumeRoleWithSAML",
        RoleArn=ROLE,
        PrincipalArn=SAML,
        SAMLAssertion=encoded("<a " + " ".join(f"xmlns:a{i}='u'" for i in range(n // 14)) + "/>"),
    ),
    "SAML of issuers": lambda n: sts(
        "AssumeRoleWithSAML",
        RoleArn=ROLE,
        PrincipalArn=SAML,
        SAMLAssertion=encoded("<Response>" + "<Issuer" * (n // 7) + "<Subject" * (n // 8)),
    ),
    "SAML of entities": lambda n: sts(
        "AssumeRoleWithSAML",
        RoleArn=ROLE,
        PrincipalArn=SAML,
        SAMLAssertion=encoded("<!DOCTYPE a [<!ENTITY b '" + "c" * 100 + "'>" + "]><a>" + "&b;" * (n // 3) + "</a>"),
    ),
    "SAML of blanks": lambda n: sts("AssumeRoleWithSAML", RoleArn=ROLE, PrincipalArn=SAML, SAMLAssertion=" " * n),
    "message to decode": lambda n: sts("DecodeAuthorizationMessage", EncodedMessage="-" * n),
    "XML of elements": lambda n: _with(Wire("s3", "PUT", "/b?tagging", body=b"<Tagging>" + b"<a>" * (n // 3))),
    "XML of tags": lambda n: _with(
        Wire(
            "s3",
            "PUT",
            "/b?tagging",
            body=b"<Tagging><TagSet>" + b"<Tag><Key>a</Key></Tag>" * (n // 23) + b"</TagSet></Tagging>",
        )
    ),
    "XML of attributes": lambda n: _with(Wire("s3", "PUT", "/b?tagging", body=b"<Tagging " + b"a" * n)),
    "chunks": lambda n: _with(
        Wire(
            "s3",
            "PUT",
            "/b/k",
            (
                ("content-encoding", "aws-chunked"),
                ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
                ("x-amz-decoded-content-length", str(n // 6)),
            ),
            b"1\r\na\r\n" * (n // 6) + b"0\r\n\r\n",
        )
    ),
    "a chunk's extension": lambda n: _with(
        Wire(
            "s3",
            "PUT",
            "/b/k",
            (
                ("content-encoding", "aws-chunked"),
                ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
                ("x-amz-decoded-content-length", "1"),
            ),
            b"1" + b";chunk-signature=" * (n // 17) + b"\r\na\r\n0\r\n\r\n",
        )
    ),
    "headers": lambda n: _with(
        Wire(
            "sts",
            "POST",
            "/",
            (("content-type", FORM), *((f"x-a{i}", "b") for i in range(n // 8))),
            b"Action=GetCallerIdentity&Version=2011-06-15",
        )
    ),
    "one header often": lambda n: _with(
        Wire(
            "sts",
            "POST",
            "/",
            (("content-type", FORM), *(("x-a", "b") for _ in range(n // 8))),
            b"Action=GetCallerIdentity&Version=2011-06-15",
        )
    ),
    "policy of blanks": lambda n: _with(
        serialized("iam", "PutUserPolicy", {"UserName": "u", "PolicyName": "p", "PolicyDocument": " " * n + "{"})
    ),
    "policy of statements": lambda n: _with(
        serialized(
            "iam", "PutUserPolicy", {"UserName": "u", "PolicyName": "p", "PolicyDocument": '{"Statement":' + "[" * n}
        )
    ),
    "policy of variables": lambda n: _with(
        serialized(
            "iam",
            "PutUserPolicy",
            {
                "UserName": "u",
                "PolicyName": "p",
                "PolicyDocument": json.dumps(only("s3:*", resource="arn:aws:s3:::" + "${aws:" * (n // 6))),
            },
        )
    ),
    "policy of actions": lambda n: _with(
        serialized(
            "iam",
            "PutUserPolicy",
            {"UserName": "u", "PolicyName": "p", "PolicyDocument": json.dumps(only("s3:" + "*" * n))},
        )
    ),
    "escaped path": lambda n: _with(Wire("s3", "GET", "/b/" + quote("\u00e9" * (n // 6)))),
}


def seconds(home: Account, request: HttpRequest) -> float:
    """The best of three."""
    best = 9.9
    for _ in range(3):
        began = perf_counter()
        lab_of(home).handle(request)
        best = min(best, perf_counter() - began)
        if best > 5:
            break
    return best


@pytest.mark.parametrize("name", INPUTS)
def test_eight_times_as_much_takes_no_more_than_its_share(home: Account, name: str) -> None:
    small = seconds(home, INPUTS[name](SMALL)(home))
    assert small < 1
    large = seconds(home, INPUTS[name](LARGE)(home))
    assert large < max(QUICK, 8 * SLACK * small), f"{small:.4f} s, then {large:.4f} s"
    assert large < 2


STARS = {
    "stars between letters": ("a*" * 30 + "b", "a" * 1000),
    "question marks": ("?*" * 30 + "b", "a" * 1000),
    "stars alone": ("*" * 60 + "b", "a" * 1000),
    "stars and slashes": ("*/" * 30 + "b", "/" * 1000),
}


@pytest.mark.parametrize("name", STARS)
@pytest.mark.parametrize("where", ["Resource", "Action", "StringLike", "ArnLike"])
def test_a_pattern_of_many_stars_is_matched_at_once(name: str, where: str) -> None:
    pattern, text = STARS[name]
    home = Lab(seed=5).account("home", "111111111111")
    home.bucket("mine")
    policy = only("s3:GetObject")
    statement = policy["Statement"][0]
    if where == "Resource":
        statement["Resource"] = f"arn:aws:s3:::mine/{pattern}"
    elif where == "Action":
        statement["Action"] = f"s3:{pattern}"
    elif where == "StringLike":
        statement["Condition"] = {"StringLike": {"aws:UserAgent": pattern}}
    else:
        statement["Condition"] = {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::111111111111:user/{pattern}"}}
    made = send(home, serialized("iam", "CreateUser", {"UserName": "u"}))
    assert made.status == 200
    user = home.user("mallory", policy)
    wire = Wire("s3", "GET", f"/mine/{text[:900]}", (("user-agent", text),))
    began = perf_counter()
    send(user, wire)
    assert perf_counter() - began < QUICK * 4


@pytest.mark.parametrize("length", [100, 400])
def test_a_variable_in_a_pattern_of_many_stars_is_matched_at_once(length: int) -> None:
    home = Lab(seed=5).account("home", "111111111111")
    home.bucket("mine")
    policy = only("s3:GetObject", resource="arn:aws:s3:::mine/" + "*${aws:username}" * 20 + "!")
    user = home.user("a" * 60, policy)
    began = perf_counter()
    send(user, Wire("s3", "GET", "/mine/" + "a" * (length * 2)))
    assert perf_counter() - began < QUICK * 4
