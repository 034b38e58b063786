"""What exists, read from moto's own objects and from what the gate keeps beside them. Nothing is copied, so a change
counts at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from stssim.access.kept import Kept
from stssim.call import NOTHING
from stssim.cloud import AccessKey, Membership, OutboundIssuer, Role, User
from stssim.policy import Policy

_ACCOUNT = re.compile(r"[0-9]{12}")
ROOT_SECRET = "test"


class MotoDirectory:
    """The Directory of one Lab. Its methods may be called only while that Lab's `World` is entered."""

    def __init__(self, kept: Kept, root_secret: str = ROOT_SECRET) -> None:
        self._kept = kept
        self._root_secret = root_secret

    def access_key(self, access_key_id: str) -> AccessKey | None:
        if _ACCOUNT.fullmatch(access_key_id):
            return AccessKey(access_key_id, self._root_secret, access_key_id, None)
        for account, iam in _all_iam():
            key = iam.access_keys.get(access_key_id)
            if key is not None and key.user_name in iam.users:
                return AccessKey(access_key_id, key.secret_access_key, account, key.user_name, key.status == "Active")
        return None

    def user(self, account: str, name: str) -> User | None:
        found = _iam(account).users.get(name)
        if found is None:
            return None
        tags = {tag["Key"]: tag["Value"] for tag in found.tags or ()}
        return User(found.arn, found.name, account, found.id, tags)

    def role(self, account: str, name: str) -> Role | None:
        found = _moto_role(account, name)
        if found is None:
            return None
        stored = self._kept.trust_policies.get(found.id, found.assume_role_policy_document)
        trust = _policy(f"the trust policy of role {name}", "trust", stored)
        tags = {tag["Key"]: tag["Value"] for tag in found.tags or ()}
        return Role(found.arn, found.name, account, found.id, trust, int(found.max_session_duration or 3600), tags)

    def principal_arn(self, unique_id: str) -> str | None:
        for _, iam in _all_iam():
            for holder in (*iam.users.values(), *iam.roles.values()):
                if holder.id == unique_id:
                    return str(holder.arn)
        return None

    def identity_policies(self, principal_arn: str) -> tuple[Policy, ...]:
        account, kind, name = _principal(principal_arn)
        if kind == "role":
            role = _moto_role(account, name)
            return tuple(_attached(role, f"role {name}")) if role else ()
        iam = _iam(account)
        user = iam.users.get(name) if kind == "user" else None
        if user is None:
            return ()
        groups = [group for group in iam.groups.values() if user in group.users]
        held = [*_attached(user, f"user {name}")]
        for group in groups:
            held += _attached(group, f"group {group.name}")
        return tuple(held)

    def permissions_boundary(self, principal_arn: str) -> Policy | None:
        account, kind, name = _principal(principal_arn)
        if kind == "role":
            role = _moto_role(account, name)
            arn = role.permissions_boundary_arn if role else None
        else:
            user = _iam(account).users.get(name) if kind == "user" else None
            arn = self._kept.user_boundaries.get(user.id) if user else None
        return self.managed_policy(arn) if arn else None

    def managed_policy(self, arn: str) -> Policy | None:
        account = arn.split(":")[4] if arn.count(":") >= 5 else ""
        found = _iam(account).managed_policies.get(arn) if _ACCOUNT.fullmatch(account) else None
        return _managed(found) if found else None

    def owner(self, resource_arn: str) -> str | None:
        from moto.s3.models import s3_backends

        account = resource_arn.split(":")[4] if resource_arn.count(":") >= 5 else ""
        if account:
            return account
        _, found = s3_backends.bucket_accounts.get(_bucket(resource_arn), ("aws", None))
        return found

    def resource_policy(self, resource_arn: str) -> Policy | None:
        service = resource_arn.split(":")[2] if resource_arn.count(":") >= 5 else ""
        if service == "s3":
            bucket = _bucket(resource_arn)
            text = self._kept.bucket_policies.get(bucket)
            return _policy(f"the bucket policy of {bucket}", "resource", text) if text else None
        if service == "iam" and ":role/" in resource_arn:
            account, _, name = _principal(resource_arn)
            role = self.role(account, name)
            return role.trust if role and role.arn == resource_arn else None
        return None

    def tags(self, resource_arn: str) -> Mapping[str, str]:
        return NOTHING

    def membership(self, account: str) -> Membership | None:
        return None

    def global_token_version(self, account: str) -> Literal[1, 2]:
        return self._kept.global_token_versions.get(account, 1)

    def sts_active(self, account: str, region: str) -> bool:
        return (account, region) not in self._kept.sts_inactive

    def root_session_administrators(self, account: str) -> tuple[str, ...]:
        home = self.membership(account)
        return (home.management_account,) if home and home.organization_id in self._kept.root_access else ()

    def outbound_issuer(self, account: str) -> OutboundIssuer | None:
        return self._kept.outbound_issuers.get(account)


def _iam(account: str) -> Any:
    from moto.iam.models import iam_backends

    return iam_backends[account]["aws"]


def _all_iam() -> Iterator[tuple[str, Any]]:
    from moto.iam.models import iam_backends

    for account, partitions in list(iam_backends.items()):
        yield account, partitions["aws"]


def _moto_role(account: str, name: str) -> Any:
    return next((role for role in _iam(account).roles.values() if role.name == name), None)


def _attached(holder: Any, whose: str) -> Iterator[Policy]:
    for name, text in holder.policies.items():
        yield _policy(f"the inline policy {name} of {whose}", "identity", text)
    for managed in holder.managed_policies.values():
        yield _managed(managed)


def _managed(managed: Any) -> Policy:
    document = next(version.document for version in managed.versions if version.is_default)
    return _policy(f"the managed policy {managed.name}", "identity", document)


def _principal(arn: str) -> tuple[str, str, str]:
    """The account, kind and name in a user's or role's ARN; a path is left out, for names are unique without it."""
    fields = arn.split(":", 5)
    kind, _, rest = fields[5].partition("/") if len(fields) == 6 else ("", "", "")
    return fields[4] if len(fields) == 6 else "", kind, rest.rpartition("/")[2]


def _bucket(arn: str) -> str:
    return arn.split(":", 5)[-1].partition("/")[0]


def _policy(name: str, kind: Any, text: str) -> Policy:
    return Policy(name, kind, text)
