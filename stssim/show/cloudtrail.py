"""What CloudTrail would write of a call, and in whose log.

The fields that tell who did what to whom; ids of events and requests, user agents of people's clients and most of the
response are left out. Sources: docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html, and for times, the
response of AssumeRole and calls of services a recording of 2026-09-15 (radkawar/stackd, eventbridge/role_audit).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from stssim.arn import Arn
from stssim.call import Call, Caller, Session, Verified
from stssim.show.redaction import hidden, input_shape, is_secret
from stssim.trace import Step, Trace

DATA_EVENTS: Mapping[str, tuple[str, ...]] = {
    "s3": (
        "AbortMultipart", "CompleteMultipart", "CopyObject", "CreateMultipart", "DeleteObject", "GetObject",
        "HeadBucket", "HeadObject", "ListObject", "ListParts", "PutObject", "RestoreObject", "SelectObject",
        "UploadPart",
    ),
    "dynamodb": (
        "BatchGet", "BatchWrite", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "Transact", "UpdateItem",
    ),
    "lambda": ("Invoke",),
    "sqs": ("ChangeMessage", "DeleteMessage", "ReceiveMessage", "SendMessage"),
    "sns": ("Publish",),
}  # fmt: skip
"""Operations (their beginnings) that are written only by a trail that was told to."""
_S3_NAMES = {"Bucket": "bucketName"}
_TYPES = {
    "root": "Root",
    "user": "IAMUser",
    "role": "AssumedRole",
    "federated-user": "FederatedUser",
    "web-identity": "WebIdentityUser",
    "saml": "SAMLUser",
}
_READING = ("Describe", "Get", "Head", "List")
_ISSUERS = {"role": "Role", "user": "IAMUser", "root": "Root", "federated-user": "IAMUser"}


def events(trace: Trace, steps: Sequence[Step]) -> list[dict[str, Any]]:
    """The events of one call, of which these are the steps: the caller's account first, then the resource's.

    Each has a `title` (whose log), a `note` and a `text` (JSON). A caller who proved nothing leaves none. A call that
    was denied is not told to the other account.
    """
    last = steps[-1]
    caller = next((step.caller for step in reversed(steps) if step.caller is not None), None)
    if last.call is None or caller is None:
        return []
    return [
        {
            "title": f"In the log of {_account(trace, account)}",
            "note": _note(last.call),
            "text": json.dumps(_event(last.call, caller, steps, account), indent=2, ensure_ascii=False, default=str),
        }
        for account in _recipients(caller, steps)
    ]


def _account(trace: Trace, account: str) -> str:
    name = trace.accounts.get(account)
    return f"{name} ({account})" if name else f"account {account}"


def _note(call: Call) -> str:
    if call.operation.startswith(DATA_EVENTS.get(call.service, ())):
        return "A data event: only a trail that was told to writes it."
    return ""


def _recipients(caller: Caller, steps: Sequence[Step]) -> Iterator[str]:
    owner = next((step.resource_account for step in reversed(steps) if step.resource_account), None)
    if caller.account:
        yield caller.account
    if owner and owner != caller.account and _refusal(steps) is None:
        yield owner


def _refusal(steps: Sequence[Step]) -> Any:
    return next((step.refusal for step in reversed(steps) if step.refusal is not None), None)


def _event(call: Call, caller: Caller, steps: Sequence[Step], account: str) -> dict[str, Any]:
    event: dict[str, Any] = {"eventVersion": "1.11", "userIdentity": _identity(caller, account)}
    if call.at is not None:
        event["eventTime"] = _moment(call.at)
    event |= {
        "eventSource": f"{call.service}.amazonaws.com",
        "eventName": call.operation,
        "awsRegion": call.region,
        "sourceIPAddress": call.request.source_ip,
    }
    if caller.kind == "service":
        event |= {"sourceIPAddress": caller.arn, "userAgent": caller.arn}
    if (refusal := _refusal(steps)) is not None:
        event |= {"errorCode": refusal.code, "errorMessage": refusal.message}
    event["requestParameters"] = _parameters(call) or None
    session = next((step.session for step in steps if step.session is not None), None)
    if session is not None:
        event["responseElements"] = _issued(session, steps)
    if call.service == "sts" and caller.kind != "service":
        event["additionalEventData"] = {"RequestDetails": _served(call)}
    event["readOnly"] = call.service == "sts" or call.operation.startswith(_READING)
    role = next((step for step in reversed(steps) if step.resource is not None), None)
    if call.operation.startswith("AssumeRole") and role is not None:
        event["resources"] = [{"accountId": role.resource_account, "type": "AWS::IAM::Role", "ARN": role.resource}]
    if caller.kind == "service" or len({*_recipients(caller, steps)}) > 1:
        digest = hashlib.sha256(f"shared event {call.request.id}".encode()).digest()
        event["sharedEventID"] = str(UUID(bytes=digest[:16], version=4))
    is_data = call.operation.startswith(DATA_EVENTS.get(call.service, ()))
    return event | {
        "eventType": "AwsApiCall",
        "managementEvent": not is_data,
        "recipientAccountId": account,
        "eventCategory": "Data" if is_data else "Management",
    }


def _served(call: Call) -> dict[str, str]:
    """Which endpoint of STS answered, and where. The global one answers whoever asks from outside AWS in us-east-1.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_region-endpoints.html
    """
    return {
        "endpointType": "global" if call.endpoint == "sts.amazonaws.com" else "regional",
        "awsServingRegion": call.region,
    }


def _identity(caller: Caller, account: str) -> dict[str, Any]:
    if caller.kind == "service":
        return {"type": "AWSService", "invokedBy": caller.arn}
    if caller.kind == "anonymous":
        return {"type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL"}
    if caller.verified is not None and caller.session is None:
        return _signed_in(caller.verified)
    if caller.account != account:
        return {"type": "AWSAccount", "principalId": caller.user_id, "accountId": caller.account}
    identity: dict[str, Any] = {
        "type": _TYPES[caller.kind],
        "principalId": caller.user_id,
        "arn": caller.arn,
        "accountId": caller.account,
        "accessKeyId": caller.access_key_id,
    }
    if caller.kind == "user":
        identity["userName"] = Arn.parse(caller.arn).name
    if caller.session is not None:
        identity["sessionContext"] = _context(caller.session)
    return identity


def _signed_in(proved: Verified) -> dict[str, Any]:
    """Who came from an identity provider: by the provider and the application of a web identity, or by the assertion's
    name qualifier.
    """
    if proved.kind == "saml":
        provider, within = proved.name_qualifier, proved.name_qualifier
    else:
        provider, within = proved.provider, f"{proved.provider}:{proved.audience}"
    return {
        "type": _TYPES[proved.kind],
        "principalId": f"{within}:{proved.subject}",
        "userName": proved.subject,
        "identityProvider": provider,
    }


def _context(session: Session) -> dict[str, Any]:
    context: dict[str, Any] = {
        "sessionIssuer": {
            "type": _ISSUERS.get(session.kind, "Role"),
            "principalId": session.principal_id,
            "arn": session.principal,
            "accountId": session.account,
            "userName": Arn.parse(session.principal).name,
        },
        "attributes": {
            "creationDate": _moment(datetime.fromtimestamp(session.issued_at, UTC)),
            "mfaAuthenticated": "false" if session.mfa_at is None else "true",
        },
    }
    if session.source_identity is not None:
        context["sourceIdentity"] = session.source_identity
    return context


def _parameters(call: Call) -> dict[str, Any]:
    names, shape = _S3_NAMES if call.service == "s3" else {}, input_shape(call)
    return {
        names.get(name, name[:1].lower() + name[1:]): value
        for name, value in hidden(call.parameters, shape).items()
        if not is_secret(shape, name) and not isinstance(value, bytes)
    }


def _issued(session: Session, steps: Sequence[Step]) -> dict[str, Any]:
    issued: dict[str, Any] = {
        "credentials": {
            "accessKeyId": session.access_key_id,
            "expiration": _moment(datetime.fromtimestamp(session.expires_at, UTC)),
        }
    }
    if session.kind == "role":
        name = Arn.parse(session.principal).name
        issued["assumedRoleUser"] = {
            "assumedRoleId": f"{session.principal_id}:{session.name}",
            "arn": f"arn:aws:sts::{session.account}:assumed-role/{name}/{session.name}",
        }
    sizes = next((step.found for step in steps if "SessionTokenSize" in step.found), None)
    if sizes is not None:
        used = sizes["SessionTokenUtilization"]
        issued |= {
            "packedPolicySize": used,
            "sessionTokenUtilization": used,
            "sessionTokenSize": sizes["SessionTokenSize"],
        }
    return issued


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
