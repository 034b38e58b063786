"""Trust policies as AWS stores them: a user or role that one names stands in it by unique id, and so does not come
back with its name.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any

from stssim.access import shared_issuers
from stssim.access.kept import Kept
from stssim.call import Call, Caller, HttpReply, Refusal, Refused
from stssim.cloud import Directory
from stssim.policy import Policy, PolicyError

_PRINCIPAL = re.compile(r"arn:aws:iam::([0-9]{12}):(user|role)/(.+)")
_ACCOUNT = re.compile(r"[0-9]{12}|arn:aws:iam::[0-9]{12}:root")
_SESSION = re.compile(r"arn:aws:sts::[0-9]{12}:(assumed-role/[^/]+/[^/]+|federated-user/[^/]+)")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?")
_FEDERATED = re.compile(r"arn:aws:iam::[0-9]{12}:(oidc|saml)-provider/.+|[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
_UNIQUE_ID = re.compile(r"A(IDA|ROA)[A-Z0-9]{12,124}")


def write(call: Call, caller: Caller, kept: Kept, directory: Directory, forward: Callable[[], HttpReply]) -> HttpReply:
    """CreateRole and UpdateAssumeRolePolicy. Raises `Refused` (`MalformedPolicyDocument`, 400) as IAM does."""
    name = str(call.parameters["RoleName"])
    text = str(call.parameters.get("AssumeRolePolicyDocument") or call.parameters.get("PolicyDocument"))
    bound = bind(text, directory)
    unscoped = shared_issuers.refuses(bound) if kept.guards_shared_issuers else None
    if unscoped is not None:
        raise _malformed(unscoped)
    reply = forward()
    role = directory.role(caller.account, name)
    if reply.status < 300 and role is not None:
        kept.trust_policies[role.unique_id] = bound
    return reply


def show(_: Call, caller: Caller, kept: Kept, directory: Directory, forward: Callable[[], HttpReply]) -> HttpReply:
    """Any call that shows roles: moto is given the documents as they read now, with ids for principals that are
    gone.
    """
    from moto.iam.models import iam_backends

    for role in iam_backends[caller.account]["aws"].roles.values():
        if role.id in kept.trust_policies:
            role.assume_role_policy_document = unbind(kept.trust_policies[role.id], directory)
    return forward()


def bind(text: str, directory: Directory) -> str:
    """The document with a unique id in place of every user's and role's ARN. Raises `Refused` for what IAM would not
    store.
    """
    try:
        Policy("the trust policy", "trust", text)
    except PolicyError as error:
        reason = "This policy contains invalid Json" if error.reason.startswith("Not JSON") else error.reason
        raise _malformed(reason) from None
    document: dict[str, Any] = json.loads(text)
    for statement in _statements(document):
        if "NotPrincipal" in statement:
            raise _malformed(
                "AssumeRolepolicy contained an invalid principal: NotPrincipal is not allowed in a trust policy."
            )
        principal = statement["Principal"]
        if principal == "*":
            raise _malformed('AssumeRolepolicy contained an invalid principal: "STAR":"*".')
        statement["Principal"] = {
            kind: _each(entries, partial(_bound, kind, directory)) for kind, entries in principal.items()
        }
    return json.dumps(document)


def unbind(text: str, directory: Directory) -> str:
    """The document as it is shown: ids read as ARNs again, as long as their users and roles exist."""
    document: dict[str, Any] = json.loads(text)
    for statement in _statements(document):
        principal = statement["Principal"]
        if "AWS" in principal:
            principal["AWS"] = _each(principal["AWS"], lambda entry: _shown(entry, directory))
    return json.dumps(document)


def _bound(kind: str, directory: Directory, entry: str) -> str:
    if kind == "Service" and not _SERVICE.fullmatch(entry):
        raise _malformed(f'Invalid principal in policy: "SERVICE":"{entry}"')
    if kind == "Federated" and not _FEDERATED.fullmatch(entry):
        raise _malformed("Federated principals must be valid domain names or SAML metadata ARNs")
    if kind != "AWS" or entry == "*" or _ACCOUNT.fullmatch(entry) or _SESSION.fullmatch(entry):
        return entry
    if _UNIQUE_ID.fullmatch(entry) and directory.principal_arn(entry):
        return entry
    named = _PRINCIPAL.fullmatch(entry)
    if named:
        account, sort, path = named.groups()
        name = path.rpartition("/")[2]
        found = directory.user(account, name) if sort == "user" else directory.role(account, name)
        if found is not None and found.arn == entry:
            return found.unique_id
    raise _malformed(f'Invalid principal in policy: "AWS":"{entry}"')


def _shown(entry: str, directory: Directory) -> str:
    return (directory.principal_arn(entry) or entry) if _UNIQUE_ID.fullmatch(entry) else entry


def _statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    statements = document["Statement"]
    return [statements] if isinstance(statements, dict) else statements


def _each(entries: str | list[str], change: Callable[[str], str]) -> str | list[str]:
    return change(entries) if isinstance(entries, str) else [change(entry) for entry in entries]


def _malformed(message: str) -> Refused:
    return Refused(Refusal("MalformedPolicyDocument", message, 400))
