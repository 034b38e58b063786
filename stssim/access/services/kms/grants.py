"""Grants on KMS keys: created, listed and retired, and read as the policies that they amount to.

A grant is bound to the unique id of the user or role that it names, with the session's name for a role session. A role
that is created again under the old name doesn't get the old grant. Recorded on 2026-09-12 (radkawar/stackd,
testdata/aws/kms/grants.json).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from stssim.access.core import answer as moto
from stssim.access.core.compiled_policies import compiled
from stssim.access.core.lab_state import GrantOrigin, LabState
from stssim.access.core.moto_backends import backends
from stssim.access.services.adapter import Permitted, Reference
from stssim.access.services.iam.entities import held
from stssim.access.services.kms import keys
from stssim.call import HttpReply, Refusal
from stssim.policy.policies import Grant
from stssim.trace import Refused

_SHOWN_AS = (("content-type", "application/x-amz-json-1.1"),)
_WITH_CONTEXT = (
    "CreateGrant",
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
)
"""The operations that a grant's encryption context constraint limits.

https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html
"""


def grants(key_arn: str, kept: LabState, named: str = "") -> tuple[Grant, ...]:
    """The grants on a key, as policies of the key; of a name, the grant that has it as its id or token."""
    key = keys.stored(key_arn)
    if key is None:
        return ()
    found = (each for each in key.grants.values() if named in ("", each.id, each.token))
    return tuple(_read(each, key, kept) for each in found)


def by_token(asked: Reference) -> Iterator[str]:
    """The ARN of the key whose grant has this token, whichever account the key is in."""
    yield from (key.arn for key, grant in _all(asked.region) if grant.token == asked.name)


def create(asked: Permitted) -> HttpReply:
    """CreateGrant. Raises `Refused` (`InvalidArnException`, 400) for a principal that doesn't exist.

    A grant of the same name, to the same principals and for the same operations, is the one that there is.
    """
    call, kept = asked.call, asked.kept
    bound = {name: _bound(call.parameters[name], name) for name in _PRINCIPALS if name in call.parameters}
    key = keys.named(asked)
    there = key.grants.values() if key is not None else ()
    same = next((each for each in there if _is_same(each, {**call.parameters, **bound})), None)
    if same is not None:
        return _reply({"GrantId": same.id, "GrantToken": same.token})
    reply = moto.answer(replace(call, parameters={**call.parameters, **bound}), asked.caller, keys.owner(asked))
    if reply.status < 300 and call.at is not None:
        kept.grants[json.loads(reply.body)["GrantId"]] = GrantOrigin(asked.caller.account, call.at)
    return reply


def list_grants(asked: Permitted) -> HttpReply:
    """ListGrants. Raises `Refused` (`InvalidArnException`, 400) for a `GranteePrincipal` that doesn't exist."""
    wanted = asked.call.parameters
    grantee = _bound(wanted["GranteePrincipal"], "Input") if "GranteePrincipal" in wanted else None
    key = keys.named(asked)
    if key is None:
        return asked.forward()
    listed = (
        _told(each, key, asked.kept)
        for each in key.grants.values()
        if grantee in (None, each.grantee_principal) and wanted.get("GrantId") in (None, each.id)
    )
    return _reply({"Grants": list(listed), "Truncated": False})


def list_retirable(asked: Permitted) -> HttpReply:
    """ListRetirableGrants. Raises `Refused` for a principal that doesn't exist."""
    named = asked.call.parameters["RetiringPrincipal"]
    if not named.startswith("arn:") and _shown(named) is None:
        raise Refused(Refusal("NotFoundException", f"Retiring principal {named} could not be found", 400))
    retiring = _bound(named, "RetiringPrincipal")
    listed = (
        _told(grant, key, asked.kept) for key, grant in _all(asked.call.region) if grant.retiring_principal == retiring
    )
    return _reply({"Grants": list(listed), "Truncated": False})


def retire(asked: Permitted) -> HttpReply:
    """RetireGrant, by the token or by the key's ARN and the grant's id. Raises `Refused` for a key that is no ARN."""
    key_id = asked.call.parameters.get("KeyId")
    if key_id is not None and not key_id.startswith("arn:"):
        raise Refused(Refusal("NotFoundException", f"Invalid arn {key_id}", 400))
    return asked.forward()


_PRINCIPALS = ("GranteePrincipal", "RetiringPrincipal")
_ID = re.compile(r"(A(?:IDA|ROA)[A-Z0-9]{12,124})(:[\w+=,.@-]+)?")
_ENTITY = re.compile(r"arn:aws:iam::([0-9]{12}):(user|role)/.+")
_SESSION = re.compile(r"arn:aws:sts::([0-9]{12}):assumed-role/([^/]+)/([^/]+)")
_ACCOUNT = re.compile(r"arn:aws:iam::[0-9]{12}:root|[0-9]{12}")
_FEDERATED = re.compile(r"arn:aws:sts::([0-9]{12}):federated-user/[^/]+")


def _bound(principal: str, parameter: str) -> str:
    """The principal as a grant keeps it: a user, role or role session by unique id."""
    if _ID.fullmatch(principal):
        if _shown(principal) is None:
            raise _no_principal(f"{parameter} does not refer to a valid principal{'' if parameter == 'Input' else '.'}")
        return principal
    if _ACCOUNT.fullmatch(principal):
        return principal
    if entity := _ENTITY.fullmatch(principal):
        found = held("users" if entity[2] == "user" else "roles", entity[1]).named(principal.rpartition("/")[2])
        if found is not None and found.arn == principal:
            return str(found.id)
    elif session := _SESSION.fullmatch(principal):
        found = held("roles", session[1]).named(session[2])
        if found is not None:
            return f"{found.id}:{session[3]}"
    elif federated := _FEDERATED.fullmatch(principal):
        if federated[1] in backends("iam"):
            return principal
    else:
        raise _no_principal(f"ARN is not valid: {principal}")
    raise _no_principal(f"ARN does not refer to a valid principal: {principal}")


def _no_principal(says: str) -> Refused:
    return Refused(Refusal("InvalidArnException", says, 400))


def _shown(bound: str | None) -> str | None:
    """The ARN of a principal as a grant keeps it; None if the user or role is gone."""
    if bound is None:
        return None
    named = _ID.fullmatch(bound)
    if named is None:
        return bound
    for account in backends("iam"):
        role, user = held("roles", account).of_id(named[1]), held("users", account).of_id(named[1])
        if role is not None and named[2]:
            return f"arn:aws:sts::{account}:assumed-role/{role.name}/{named[2][1:]}"
        if role is not None or user is not None:
            return str((role or user).arn)
    return None


def _read(grant: Any, key: Any, kept: LabState) -> Grant:
    """What a grant allows: its operations to the grantee, and to retire it to those who may.

    https://docs.aws.amazon.com/kms/latest/developerguide/grant-delete.html
    """
    issuing = kept.grants[grant.id].account if grant.id in kept.grants else key.account_id
    grantee = _shown(grant.grantee_principal)
    retiring = [_shown(grant.retiring_principal), grantee if "RetireGrant" in grant.operations else None]
    statements = [
        _statement(["RetireGrant"], [*filter(None, retiring), f"arn:aws:iam::{issuing}:root"], key.arn, {}),
    ]
    if grantee is not None:
        statements += _permitted(grant, grantee, key.arn)
    text = json.dumps({"Version": "2008-10-17", "Statement": statements})
    return Grant(compiled(f"the grant {grant.id} on key {key.id}", "kms-key", text), issuing)


def _permitted(grant: Any, grantee: str, key_arn: str) -> Iterator[dict[str, Any]]:
    """A grantee who creates grants passes on what this grant allows at most, under the same constraint or a narrower
    one. https://docs.aws.amazon.com/kms/latest/developerguide/create-grant-overview.html
    """
    for operation in grant.operations:
        condition = _constraint(grant.constraints or {}) if operation in _WITH_CONTEXT else {}
        if operation == "CreateGrant":
            condition.setdefault("ForAllValues:StringEquals", {})["kms:GrantOperations"] = list(grant.operations)
            if (grant.constraints or {}).get("EncryptionContextEquals"):
                condition["StringEquals"]["kms:GrantConstraintType"] = "EncryptionContextEquals"
        if operation != "RetireGrant":
            yield _statement([operation], [grantee], key_arn, condition)


def _constraint(constraints: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    exactly = constraints.get("EncryptionContextEquals")
    pairs = exactly or constraints.get("EncryptionContextSubset") or {}
    found: dict[str, Any] = {}
    if pairs:
        found["StringEquals"] = {f"kms:EncryptionContext:{name}": value for name, value in pairs.items()}
    if exactly:
        found["ForAllValues:StringEquals"] = {"kms:EncryptionContextKeys": list(exactly)}
    return found


def _statement(
    operations: list[str], principals: list[str], key_arn: str, condition: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"AWS": principals},
        "Action": [f"kms:{operation}" for operation in operations],
        "Resource": key_arn,
        **({"Condition": condition} if condition else {}),
    }


def _told(grant: Any, key: Any, kept: LabState) -> dict[str, Any]:
    """A grant as ListGrants tells it. Who is gone is shown by unique id."""
    origin = kept.grants.get(grant.id)
    told = {
        "KeyId": key.arn,
        "GrantId": grant.id,
        "Name": grant.name,
        "CreationDate": origin.created.timestamp() if origin else None,
        "GranteePrincipal": _shown(grant.grantee_principal) or grant.grantee_principal,
        "RetiringPrincipal": _shown(grant.retiring_principal) or grant.retiring_principal,
        "IssuingAccount": f"arn:aws:iam::{origin.account if origin else key.account_id}:root",
        "Operations": grant.operations,
        "Constraints": grant.constraints,
    }
    return {name: value for name, value in told.items() if value is not None}


def _is_same(grant: Any, asked: Mapping[str, Any]) -> bool:
    return bool(
        asked.get("Name")
        and grant.name == asked["Name"]
        and grant.grantee_principal == asked["GranteePrincipal"]
        and grant.retiring_principal == asked.get("RetiringPrincipal")
        and sorted(grant.operations) == sorted(asked["Operations"])
        and (grant.constraints or {}) == (asked.get("Constraints") or {})
    )


def _all(region: str) -> Iterator[tuple[Any, Any]]:
    """Every key in a Region that has grants, with each of them."""
    for regions in backends("kms").values():
        kms = regions.get(region)
        for key in tuple(kms.keys.values()) if kms is not None else ():
            yield from ((key, grant) for grant in key.grants.values())


def _reply(content: Mapping[str, Any]) -> HttpReply:
    return HttpReply(200, _SHOWN_AS, json.dumps(content).encode())
