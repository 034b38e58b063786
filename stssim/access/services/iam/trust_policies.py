"""Trust policies as AWS stores them: a user or role that one names stands in it by unique id, and so does not come
back with its name.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any

from stssim.access.core import refusing
from stssim.access.core.stored_policies import changed, each, root_arn, statements
from stssim.access.services.adapter import Permitted
from stssim.access.services.iam.replies import done
from stssim.access.services.iam.service_principals import service_exists
from stssim.call import HttpReply, Refusal
from stssim.cloud import Directory
from stssim.policy import refusal
from stssim.policy.acceptance import SHARED_ISSUER
from stssim.trace import Refused

_PRINCIPAL = re.compile(r"arn:aws:iam::([0-9]{12}):(user|role)/(.+)")
_ACCOUNT = re.compile(r"[0-9]{12}|arn:aws:iam::[0-9]{12}:root")
_SESSION = re.compile(r"arn:aws:sts::[0-9]{12}:(assumed-role/[^/*?]+/[^/*?]+|federated-user/[^/*?]+)")
_UNIQUE_ID = re.compile(r"A(IDA|ROA)[A-Z0-9]{12,124}")


def create(asked: Permitted) -> HttpReply:
    """CreateRole. Raises `Refused` (`MalformedPolicyDocument`, 400; `LimitExceeded`, 409) as IAM does."""
    bound = _judged(asked, asked.call.parameters["AssumeRolePolicyDocument"])
    reply = asked.forward()
    role = asked.directory.role(asked.caller.account, asked.call.parameters["RoleName"])
    if reply.status < 300 and role is not None:
        asked.kept.trust_policies[role.unique_id] = bound
    return reply


def update(asked: Permitted) -> HttpReply:
    """UpdateAssumeRolePolicy, by the same rules. moto would judge by others.

    Raises `Refused` (`NoSuchEntity`, 404), too, without such a role.
    """
    name = asked.call.parameters["RoleName"]
    role = asked.directory.role(asked.caller.account, name)
    if role is None:
        raise Refused(Refusal("NoSuchEntity", f"The role with name {name} cannot be found.", 404))
    asked.kept.trust_policies[role.unique_id] = _judged(asked, asked.call.parameters["PolicyDocument"])
    return done(asked.call)


def show(asked: Permitted) -> HttpReply:
    """Any call that shows roles: moto is given the documents as they read now, with ids for principals that are
    gone.
    """
    from moto.iam.models import iam_backends

    for role in iam_backends[asked.caller.account]["aws"].roles.values():
        if role.id in asked.kept.trust_policies:
            role.assume_role_policy_document = unbind(asked.kept.trust_policies[role.id], asked.directory)
    return asked.forward()


def _judged(asked: Permitted, text: str) -> str:
    finding = refusal(text, "trust")
    if finding is not None and finding.name != SHARED_ISSUER:
        raise refusing.unfit(asked.call, asked.caller, finding)
    bound = bind(text, asked.directory)
    if finding is not None and asked.kept.guards_shared_issuers:
        raise refusing.unfit(asked.call, asked.caller, finding)
    return bound


def bind(text: str, directory: Directory) -> str:
    """The document with a unique id in place of every user's and role's ARN, and an ARN in place of every account's
    number. Raises `Refused` for whom it may not name.
    """
    document: dict[str, Any] = json.loads(text)
    for statement in statements(document):
        statement["Principal"] = {
            kind: each(entries, partial(_bound, kind, directory)) for kind, entries in statement["Principal"].items()
        }
    return json.dumps(document)


def unbind(text: str, directory: Directory) -> str:
    """The document as it is shown: ids read as ARNs again, as long as their users and roles exist."""
    return changed(text, partial(_shown, directory=directory))


def _bound(kind: str, directory: Directory, entry: str) -> str:
    if kind == "Service" and not service_exists(entry):
        raise _malformed(f'Invalid principal in policy: "SERVICE":"{entry}"')
    if kind != "AWS" or entry == "*" or _ACCOUNT.fullmatch(entry) or _SESSION.fullmatch(entry):
        return root_arn(entry) if kind == "AWS" else entry
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


def _malformed(message: str) -> Refused:
    return Refused(Refusal("MalformedPolicyDocument", message, 400))
