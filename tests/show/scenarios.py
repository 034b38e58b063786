"""A Trace made by hand: a vendor audits a customer's bucket, with and without the External ID that the role wants."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from stssim.call import Actor, Call, Caller, HttpReply, HttpRequest, Refusal, Session, Signature
from stssim.policy import evaluate
from stssim.trace import Step, Trace

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
VENDOR, CUSTOMER = "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{CUSTOMER}:role/Audit"
WORKER = f"arn:aws:iam::{VENDOR}:user/worker"
SECRET = "wJalrSECRETSECRETSECRETSECRETSECRETSECRE"
TOKEN = "FwoGTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKEN"
TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Sid": "TheVendor",
        "Effect": "Allow",
        "Principal": {"AWS": WORKER},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "cust-42"}},
    },
}
MAY_ASSUME = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}}

worker = Actor("worker", "user", VENDOR)
vendor = Actor("Acme Audits", "application", VENDOR)
sts = Actor("STS", "service")
s3 = Actor("S3", "service")
caller = Caller(
    "user", VENDOR, WORKER, "AIDAEXAMPLEWORKER", WORKER, "AIDAEXAMPLEWORKER", worker, "AKIAEXAMPLEWORKER000"
)
session = Session(
    "role",
    CUSTOMER,
    ROLE,
    "AROAEXAMPLEAUDIT",
    "audit",
    "ASIAEXAMPLEAUDIT0000",
    int(NOON.timestamp()),
    int(NOON.timestamp()) + 3600,
)


def call(service: str, operation: str, parameters: dict[str, Any], **http: Any) -> Call:
    form = urlencode({"Action": operation, "Version": "2011-06-15", **parameters}).encode()
    request = HttpRequest(
        http.get("method", "POST"),
        f"{service}.us-east-1.amazonaws.com",
        http.get("target", "/"),
        (
            ("host", f"{service}.us-east-1.amazonaws.com"),
            ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
            ("user-agent", "Boto3/1.44.5"),
            ("x-amz-date", "20300101T000000Z"),
            *http.get("headers", ()),
        ),
        http.get("body", form),
    )
    signature = Signature(
        "header",
        "AKIAEXAMPLEWORKER000",
        "5a" * 32,
        "20300101T000000Z",
        "us-east-1",
        service,
        "20300101",
        ("host", "x-amz-date"),
    )
    endpoint = f"{service}.us-east-1.amazonaws.com"
    return Call(request, service, operation, "us-east-1", endpoint, parameters, signature, NOON)


def audit(external_id: str | None = "cust-42", *, name: str = "audit") -> Trace:
    """The vendor assumes the customer's role and reads the report, if STS lets it."""
    parameters = {"RoleArn": ROLE, "RoleSessionName": "audit"}
    context = {}
    if external_id is not None:
        parameters["ExternalId"] = external_id
        context["sts:ExternalId"] = external_id
    asks = call("sts", "AssumeRole", parameters)
    decision = evaluate(
        principal=WORKER,
        action="sts:AssumeRole",
        resource=ROLE,
        resource_account=CUSTOMER,
        context=context,
        identity_policies=[MAY_ASSUME],
        resource_policy=TRUST,
    )
    of: dict[str, Any] = {"call": asks, "caller": caller, "resource": ROLE, "resource_account": CUSTOMER}
    steps = [
        Step(
            "message",
            vendor,
            worker,
            "asks for an audit",
            "Acme Audits tells its worker to audit this tenant.",
            found={"tenant": "Globex", "role": ROLE},
        ),
        Step(
            "request",
            worker,
            sts,
            "request credentials",
            "worker asks STS for the credentials of role Audit.",
            arrow=1,
            **of,
        ),
        Step(
            "validate", sts, sts, "check signature", "The signature is the one that worker's key makes.", arrow=2, **of
        ),
    ]
    if not decision.allowed:
        refusal = Refusal(
            "AccessDenied", f"User: {WORKER} is not authorized to perform: sts:AssumeRole on resource: {ROLE}"
        )
        reply = HttpReply(403, (("content-type", "text/xml"),), _error(refusal))
        steps += [
            Step(
                "validate",
                sts,
                sts,
                "trust policy",
                "The trust policy of role Audit does not allow it.",
                "denied",
                2,
                decision=decision,
                **of,
            ),
            Step(
                "validate",
                sts,
                worker,
                "AccessDenied",
                "STS refuses, and does not say why.",
                "denied",
                refusal=refusal,
                reply=reply,
                **of,
            ),
        ]
    else:
        reads = call(
            "s3",
            "GetObject",
            {"Bucket": "globex-reports", "Key": "q3.csv"},
            method="GET",
            target="/globex-reports/q3.csv",
            headers=(("x-amz-security-token", TOKEN),),
            body=b"",
        )
        as_role = Caller(
            "role",
            CUSTOMER,
            f"arn:aws:sts::{CUSTOMER}:assumed-role/Audit/audit",
            "AROAEXAMPLEAUDIT:audit",
            ROLE,
            "AROAEXAMPLEAUDIT",
            worker,
            session.access_key_id,
            session,
        )
        steps += [
            Step(
                "validate",
                sts,
                sts,
                "trust policy",
                "The trust policy of role Audit allows it.",
                "allowed",
                2,
                decision=decision,
                **of,
            ),
            Step(
                "issue",
                sts,
                sts,
                "generate credentials",
                "STS makes credentials that live for an hour.",
                arrow=3,
                session=session,
                **of,
            ),
            Step(
                "issue",
                sts,
                worker,
                "receive credentials",
                "worker receives them.",
                arrow=4,
                session=session,
                reply=HttpReply(200, (("content-type", "text/xml"),), _credentials()),
                **of,
            ),
            Step(
                "access",
                worker,
                s3,
                "access resource",
                "worker asks S3 for the report.",
                arrow=5,
                call=reads,
                caller=as_role,
            ),
            Step(
                "access",
                s3,
                worker,
                "report",
                "S3 hands the report over.",
                "allowed",
                7,
                call=reads,
                caller=as_role,
                reply=HttpReply(200, (("content-type", "text/csv"),), b"quarter,revenue\nq3,1200\n"),
            ),
        ]
    return Trace(
        name,
        [_placed(step, index) for index, step in enumerate(steps)],
        accounts={VENDOR: "vendor", CUSTOMER: "customer"},
        parts={"Acme Audits": "deputy"},
    )


def _placed(step: Step, index: int) -> Step:
    return replace(step, position=index, at=NOON + timedelta(seconds=10 * index))


def _error(refusal: Refusal) -> bytes:
    return (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
        f"<Code>{refusal.code}</Code><Message>{refusal.message}</Message></Error></ErrorResponse>"
    ).encode()


def _credentials() -> bytes:
    return (
        '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>'
        f"<AccessKeyId>{session.access_key_id}</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey>"
        f"<SessionToken>{TOKEN}</SessionToken><Expiration>2026-03-02T13:00:00Z</Expiration>"
        "</Credentials></AssumeRoleResult></AssumeRoleResponse>"
    ).encode()


HOSTILE = """<script>alert('"&')</script>"""


def hostile() -> Trace:
    """A call in which every name is an attack on the page that shows it."""
    mallory = Actor(HOSTILE, "user", VENDOR)
    asks = call("sts", "AssumeRole", {"RoleArn": f"arn:aws:iam::{CUSTOMER}:role/{HOSTILE}", "RoleSessionName": HOSTILE})
    condition = {"StringEquals": {"sts:ExternalId": HOSTILE}}
    policy = {
        "Statement": {
            "Sid": HOSTILE,
            "Effect": "Allow",
            "Principal": "*",
            "Action": "sts:AssumeRole",
            "Condition": condition,
        }
    }
    decision = evaluate(principal=WORKER, action="sts:AssumeRole", resource=ROLE, resource_policy=policy)
    of: dict[str, Any] = {"call": asks, "caller": caller, "resource": f"arn:aws:iam::{CUSTOMER}:role/{HOSTILE}"}
    steps = [
        Step("request", mallory, sts, HOSTILE, HOSTILE, arrow=1, found={HOSTILE: HOSTILE}, **of),
        Step("validate", sts, sts, HOSTILE, HOSTILE, "denied", 2, decision=decision, **of),
        Step("validate", sts, mallory, HOSTILE, HOSTILE, "denied", refusal=Refusal(HOSTILE, HOSTILE), **of),
    ]
    placed = [_placed(step, index) for index, step in enumerate(steps)]
    return Trace(HOSTILE, placed, accounts={VENDOR: HOSTILE, CUSTOMER: HOSTILE}, parts={HOSTILE: "attacker"})


def long(steps: int) -> Trace:
    """The audit, over and over."""
    found = list(audit())
    again = [found[at % len(found)] for at in range(steps)]
    return Trace(f"{steps} steps", [_placed(step, index) for index, step in enumerate(again)])
