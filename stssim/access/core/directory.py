"""What exists, read from moto's own objects and from what the gate keeps beside them. Nothing is copied, so a change
counts at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Literal

from stssim.access.core.adapters import ADAPTERS
from stssim.access.core.compiled_policies import compiled
from stssim.access.core.lab_state import LabState
from stssim.access.core.moto_backends import backend, backends, s3_object
from stssim.access.services import account as regions
from stssim.access.services import dynamodb
from stssim.access.services.adapter import Adapter, Reference, Resource
from stssim.access.services.iam import aws_managed_policies as aws_policies
from stssim.access.services.iam import identity_providers, mfa_devices, trust_policies
from stssim.access.services.iam.entities import held
from stssim.access.services.kms import grants as kms_grants
from stssim.access.services.organizations import organizations
from stssim.access.services.s3 import acls, public_access
from stssim.arn import Arn, account_named
from stssim.call import NOTHING
from stssim.cloud import (
    AccessKey,
    Membership,
    MfaDevice,
    NamedKind,
    OidcProvider,
    OutboundIssuer,
    RegionStatus,
    Role,
    RootAccess,
    SamlProvider,
    User,
)
from stssim.policy import Policy, PolicyError
from stssim.policy.policies import Grant

_ACCOUNT = re.compile(r"[0-9]{12}")
ROOT_SECRET = "test"
_NO_ADAPTER = Adapter()
_FINDERS = {kind: find for adapter in ADAPTERS.values() for kind, find in adapter.names.items()}


class MotoDirectory:
    """The Directory of one Lab. Its methods may be called only while that Lab's `MotoState` is entered."""

    def __init__(self, kept: LabState, root_secret: str = ROOT_SECRET) -> None:
        self._kept = kept
        self._root_secret = root_secret

    def access_key(self, access_key_id: str) -> AccessKey | None:
        if _ACCOUNT.fullmatch(access_key_id):
            return AccessKey(access_key_id, self._root_secret, access_key_id, None)
        for account in backends("iam"):
            iam = backend("iam", account)
            key = iam.access_keys.get(access_key_id) if iam is not None else None
            if key is not None and key.user_name in iam.users:
                return AccessKey(access_key_id, key.secret_access_key, account, key.user_name, key.status == "Active")
        return None

    def user(self, account: str, name: str) -> User | None:
        found = held("users", account).like(name)
        if found is None:
            return None
        return User(found.arn, found.name, account, found.id, self.tags(found.arn))

    def role(self, account: str, name: str) -> Role | None:
        found = held("roles", account).like(name)
        if found is None:
            return None
        stored = self._kept.trust_policies.get(found.id, found.assume_role_policy_document)
        trust = compiled(f"the trust policy of role {found.name}", "trust", stored)
        longest = int(found.max_session_duration or 3600)
        return Role(found.arn, found.name, account, found.id, trust, longest, self.tags(found.arn))

    def role_like(self, arn: str) -> str | None:
        account, _, name = _principal(arn)
        arns = [str(role.arn) for role in held("roles", account).values()]
        same = [each for each in arns if each.rpartition("/")[2].lower() == name.rpartition("/")[2].lower()]
        return next(iter([*same, *get_close_matches(arn, arns, 1, 0.7)]), None)

    def accounts(self) -> tuple[str, ...]:
        return tuple(backends("iam"))

    def users(self, account: str) -> tuple[User, ...]:
        named = (self.user(account, each.name) for each in list(held("users", account).values()))
        return tuple(user for user in named if user is not None)

    def roles(self, account: str) -> tuple[Role, ...]:
        named = (self.role(account, each.name) for each in list(held("roles", account).values()))
        return tuple(role for role in named if role is not None)

    def managed_policies(self, account: str) -> tuple[Policy, ...]:
        found = list(held("managed_policies", account).values())
        return tuple(_managed(each) for each in found if not each.arn.startswith(aws_policies.PREFIX))

    def principal_arn(self, unique_id: str) -> str | None:
        for account in backends("iam"):
            holder = held("roles", account).of_id(unique_id) or held("users", account).of_id(unique_id)
            if holder is not None:
                return str(holder.arn)
        return None

    def identity_policies(self, principal_arn: str) -> tuple[Policy, ...]:
        account, kind, name = _principal(principal_arn)
        if kind == "role":
            role = _moto_role(account, name)
            return tuple(_attached(role, f"role {name}")) if role else ()
        user = held("users", account).get(name) if kind == "user" else None
        if user is None:
            return ()
        policies = [*_attached(user, f"user {name}")]
        for group in held("groups", account).values():
            if user in group.users:
                policies += _attached(group, f"group {group.name}")
        return tuple(policies)

    def permissions_boundary_arn(self, principal_arn: str) -> str | None:
        account, kind, name = _principal(principal_arn)
        if kind == "role":
            role = _moto_role(account, name)
            return role.permissions_boundary_arn or None if role else None
        user = held("users", account).get(name) if kind == "user" else None
        return self._kept.user_boundaries.get(user.id) if user else None

    def managed_policy(self, arn: str) -> Policy | None:
        if arn.startswith(aws_policies.PREFIX):
            return aws_policies.policy(arn)
        found = held("managed_policies", account_named(arn, "")).get(arn)
        return _managed(found) if found else None

    def owner(self, resource_arn: str) -> str | None:
        resource, adapter = _found(resource_arn)
        return adapter.owner(resource)

    def resource_policy(self, resource_arn: str) -> Policy | None:
        if resource_arn.startswith("arn:aws:iam::"):
            account, kind, name = _principal(resource_arn)
            role = self.role(account, name) if kind == "role" else None
            return self._trust_as_shown(role) if role and role.arn == resource_arn else None
        if resource_arn.startswith("arn:aws:s3:::"):
            bucket = _bucket(resource_arn)
            text = self._kept.bucket_policies.get(bucket)
            return public_access.bucket_policy(bucket, text) if text else None
        resource, adapter = _found(resource_arn)
        store = adapter.store(resource) if adapter.resource_policy is not None else None
        if adapter.resource_policy is None or store is None:
            return None
        try:
            return adapter.resource_policy(store, resource)
        except PolicyError:  # what AddPermission puts together of senseless parts can only allow, and so allows nothing
            return None

    def grants(self, resource_arn: str, named: str = "") -> tuple[Grant, ...]:
        if resource_arn.startswith("arn:aws:s3:::"):
            return acls.grants(resource_arn)
        return kms_grants.grants(resource_arn, self._kept, named)

    def _trust_as_shown(self, role: Role) -> Policy:
        """The trust policy with names instead of unique ids. An id that has a name now is nobody else's, so both decide
        the same.
        """
        stored = self._kept.trust_policies.get(role.unique_id)
        return compiled(role.trust.name, "trust", trust_policies.unbind(stored, self)) if stored else role.trust

    def tags(self, resource_arn: str) -> Mapping[str, str]:
        resource, adapter = _found(resource_arn)
        store = adapter.store(resource) if adapter.tags is not None else None
        return adapter.tags(store, resource) if adapter.tags is not None and store is not None else NOTHING

    def arns(self, kind: NamedKind, name: str, account: str, region: str = "") -> tuple[str, ...]:
        return tuple(_FINDERS[kind](Reference(name, account, region)))

    def partition_key(self, table_arn: str) -> str | None:
        return dynamodb.partition_key(table_arn)

    def membership(self, account: str) -> Membership | None:
        return organizations.membership(account)

    def global_token_version(self, account: str) -> Literal[1, 2]:
        return self._kept.global_token_versions.get(account, 1)

    def region_status(self, account: str, region: str) -> RegionStatus:
        return regions.status(account, region, self._kept)

    def sts_active(self, account: str, region: str) -> bool:
        return (account, region) not in self._kept.sts_inactive

    def root_access(self, account: str) -> RootAccess | None:
        return organizations.root_access(account, self._kept)

    def outbound_issuer(self, account: str) -> OutboundIssuer | None:
        return self._kept.outbound_issuers.get(account)

    def oidc_provider(self, account: str, issuer: str) -> OidcProvider | None:
        return identity_providers.oidc_provider(account, issuer)

    def saml_provider(self, arn: str) -> SamlProvider | None:
        return identity_providers.saml_provider(arn)

    def has_object(self, arn: str) -> bool:
        return s3_object(arn) is not None

    def mfa_device(self, user_arn: str, serial: str) -> MfaDevice | None:
        return mfa_devices.mfa_device(user_arn, serial, self._kept)

    def count_mfa_try(self, serial: str, window: int) -> None:
        self._kept.mfa_use(serial).count(window)

    def spend_mfa_code(self, serial: str, period: int) -> None:
        self._kept.mfa_use(serial).spent.add(period)


def _found(arn: str) -> tuple[Resource, Adapter]:
    resource = Resource.of(arn)
    return resource, ADAPTERS.get(resource.service, _NO_ADAPTER)


def _moto_role(account: str, name: str) -> Any:
    return held("roles", account).named(name)


def _attached(holder: Any, whose: str) -> Iterator[Policy]:
    for name, text in holder.policies.items():
        yield compiled(f"the inline policy {name} of {whose}", "identity", text)
    for managed in holder.managed_policies.values():
        yield _managed(managed)


def _managed(managed: Any) -> Policy:
    document = next(version.document for version in managed.versions if version.is_default)
    return compiled(f"the managed policy {managed.name}", "identity", document, managed.arn)


def _principal(arn: str) -> tuple[str, str, str]:
    """The account, kind and name in a user's or role's ARN; a path is left out, for names are unique without it."""
    principal = Arn.of(arn)
    return (principal.account, principal.resource_type, principal.name) if principal is not None else ("", "", "")


def _bucket(arn: str) -> str:
    return Arn.parse(arn).resource.partition("/")[0]
