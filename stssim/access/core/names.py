"""The ARNs of what goes by a name, an alias or an id, in moto's objects."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from stssim.access.core.moto_backends import backend, backends
from stssim.access.services.iam.entities import Kind, held
from stssim.cloud import NamedKind

_KEY_ID_LENGTH = 36


def arns(kind: NamedKind, name: str, account: str, region: str) -> tuple[str, ...]:
    """None if nothing of this kind goes by this name in this account and Region."""
    return tuple(_FINDERS[kind](name, account, region))


def principal_exists(entry: str) -> bool:
    """Whether an AWS principal exists: a user or role by its ARN or unique id; accounts and sessions always do."""
    if _PRINCIPAL_ID.fullmatch(entry):
        return any(held(kind, account).of_id(entry) for account in backends("iam") for kind in _WITH_IDS)
    named = _PRINCIPAL.fullmatch(entry)
    if named is None:
        return entry == "*" or _ACCOUNT.fullmatch(entry) is not None or _SESSION.fullmatch(entry) is not None
    found = held("users" if named[2] == "user" else "roles", named[1]).named(entry.rpartition("/")[2])
    return found is not None and found.arn == entry


_WITH_IDS: tuple[Kind, ...] = ("roles", "users")
_PRINCIPAL = re.compile(r"arn:aws:iam::([0-9]{12}):(user|role)/.+")
_PRINCIPAL_ID = re.compile(r"A(IDA|ROA)[A-Z0-9]{12,124}")
_ACCOUNT = re.compile(r"[0-9]{12}|arn:aws:iam::[0-9]{12}:root")
_SESSION = re.compile(r"arn:aws:sts::[0-9]{12}:(assumed-role/[^/]+/[^/]+|federated-user/[^/]+)")


def partition_key(table_arn: str) -> str | None:
    """The attribute that a DynamoDB table, or the index in its ARN, is partitioned by."""
    fields = table_arn.split(":", 5)
    if len(fields) < 6 or not fields[5].startswith("table/"):
        return None
    _, name, *index = fields[5].split("/")
    kept = backend("dynamodb", fields[4], fields[3])
    table = kept.tables.get(name) if kept is not None else None
    if table is None:
        return None
    if index:
        return next((_hash(each.schema) for each in table.all_indexes() if each.name == index[-1]), None)
    return str(table.hash_key_attr)


def _hash(schema: list[dict[str, str]]) -> str:
    return next(key["AttributeName"] for key in schema if key["KeyType"] == "HASH")


def _group(name: str, account: str, _: str) -> Iterator[str]:
    yield from _arn_of("groups", name, account)


def _instance_profile(name: str, account: str, _: str) -> Iterator[str]:
    for profile in _profiles(name, account):
        yield profile.arn


def _role_of_profile(name: str, account: str, _: str) -> Iterator[str]:
    for profile in _profiles(name, account):
        yield from (role.arn for role in profile.roles)


def _profiles(name: str, account: str) -> Iterator[Any]:
    found = held("instance_profiles", account).named(name)
    if found is not None:
        yield found


def _certificate(name: str, account: str, _: str) -> Iterator[str]:
    iam = backend("iam", account)
    if iam is not None:
        yield from (each.arn for each in iam.certificates.values() if each.cert_name == name)


def _arn_of(where: str, name: str, account: str) -> Iterator[str]:
    iam = backend("iam", account)
    found = getattr(iam, where).get(name) if iam is not None else None
    if found is not None:
        yield found.arn


def _key(name: str, account: str, region: str) -> Iterator[str]:
    """By id, ARN, alias or an alias's ARN."""
    kms = backend("kms", account, region)
    if kms is None:
        return
    short = name.split(":", 5)[5] if name.startswith("arn:") and name.count(":") >= 5 else name
    if short.startswith("alias/"):
        yield from (key.arn for key in kms.keys.values() if short in key.aliases)
    else:
        found = kms.keys.get(short.removeprefix("key/"))
        if found is not None:
            yield found.arn


def _ciphertext(text: str, account: str, region: str) -> Iterator[str]:
    """moto's ciphertexts begin with the id of their key."""
    try:
        key_id = b64decode(text, validate=True)[:_KEY_ID_LENGTH].decode("ascii")
    except (Error, ValueError):
        return
    yield from _key(key_id, account, region)


def _secret(name: str, account: str, region: str) -> Iterator[str]:
    """By name, ARN, or an ARN without its last six characters."""
    kept = backend("secretsmanager", account, region)
    found = kept.secrets.get(name) if kept is not None else None
    if found is not None:
        yield found.arn


def _security_group(name: str, account: str, region: str) -> Iterator[str]:
    """By its name: a group of any VPC, for the name alone does not say of which."""
    ec2 = backend("ec2", account, region)
    held = [each for groups in ec2.groups.values() for each in groups.values()] if ec2 is not None else []
    for group in held:
        if group.name == name:
            yield f"arn:aws:ec2:{region}:{account}:security-group/{group.id}"


def _of_organization(name: str, account: str, _: str) -> Iterator[str]:
    """By the id of an account, unit, root or policy of the organization that the account belongs to."""
    organizations = backend("organizations", management_account(account))
    if organizations is not None and organizations.org is not None:
        held = (*organizations.accounts, *organizations.ou, *organizations.policies)
        yield from (each.arn for each in held if each.id == name)


def management_account(account: str) -> str:
    """The management account of the organization that this one is a member of, else itself."""
    from moto.organizations.models import organizations_backends

    return str(organizations_backends.master_accounts.get(account, (account, ""))[0])


_FINDERS: Mapping[NamedKind, Callable[[str, str, str], Iterator[str]]] = {
    "group": _group,
    "instance-profile": _instance_profile,
    "kms-ciphertext": _ciphertext,
    "kms-key": _key,
    "organizations": _of_organization,
    "role-of-instance-profile": _role_of_profile,
    "secret": _secret,
    "security-group": _security_group,
    "server-certificate": _certificate,
}
