"""What would exist if the attacker had made some changes: a Directory that nothing was done to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from stssim.cloud import AccessKey, Census, Membership, OidcProvider, Role, User
from stssim.policy import Policy

_NONE: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of what exists, by ARN: new users and roles, tags, further policies, other trust and resource policies,
    OIDC providers by account and issuer, memberships by account.
    """

    users: Mapping[str, User] = field(default_factory=lambda: _NONE)
    roles: Mapping[str, Role] = field(default_factory=lambda: _NONE)
    tags: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: _NONE)
    policies: Mapping[str, tuple[Policy, ...]] = field(default_factory=lambda: _NONE)
    trust: Mapping[str, Policy] = field(default_factory=lambda: _NONE)
    resources: Mapping[str, Policy] = field(default_factory=lambda: _NONE)
    versions: Mapping[str, Policy] = field(default_factory=lambda: _NONE)
    providers: Mapping[tuple[str, str], OidcProvider] = field(default_factory=lambda: _NONE)
    homes: Mapping[str, Membership] = field(default_factory=lambda: _NONE)

    def with_(self, what: str, key: Any, value: Any) -> Changes:
        """One change more, of the field `what`."""
        return replace(self, **{what: {**getattr(self, what), key: value}})


class Supposed:
    """A Directory: `base` as it would be with `changes`. What is read of `base` is remembered, so it must not change
    meanwhile; `seen` shares what is remembered among several of the same base.
    """

    def __init__(self, base: Census, changes: Changes, seen: dict[Any, Any]) -> None:
        self.base = base
        self.changes = changes
        self._seen = seen

    def changed(self, changes: Changes) -> Supposed:
        return Supposed(self.base, changes, self._seen)

    def _of_base(self, method: str, *asked: Any) -> Any:
        key = (method, *asked)
        if key not in self._seen:
            self._seen[key] = getattr(self.base, method)(*asked)
        return self._seen[key]

    def __getattr__(self, name: str) -> Any:
        return lambda *asked: self._of_base(name, *asked)

    def accounts(self) -> tuple[str, ...]:
        found: tuple[str, ...] = self._of_base("accounts")
        return found

    def access_key(self, access_key_id: str) -> AccessKey | None:
        return self.base.access_key(access_key_id)

    def users(self, account: str) -> tuple[User, ...]:
        made = (each for each in self.changes.users.values() if each.account == account)
        return (*(self._tagged(each) for each in self._of_base("users", account)), *made)

    def roles(self, account: str) -> tuple[Role, ...]:
        made = (each for each in self.changes.roles.values() if each.account == account)
        return (*(self._as_changed(each) for each in self._of_base("roles", account)), *made)

    def user(self, account: str, name: str) -> User | None:
        for made in self.changes.users.values():
            if made.account == account and made.name.lower() == name.lower():
                return self._tagged(made)
        found = self._of_base("user", account, name)
        return None if found is None else self._tagged(found)

    def role(self, account: str, name: str) -> Role | None:
        for made in self.changes.roles.values():
            if made.account == account and made.name.lower() == name.lower():
                return self._as_changed(made)
        found = self._of_base("role", account, name)
        return None if found is None else self._as_changed(found)

    def _tagged(self, user: User) -> User:
        tags = self.changes.tags.get(user.arn)
        return user if tags is None else replace(user, tags=tags)

    def _as_changed(self, role: Role) -> Role:
        trust, tags = self.changes.trust.get(role.arn), self.changes.tags.get(role.arn)
        if trust is None and tags is None:
            return role
        return replace(role, trust=trust or role.trust, tags=role.tags if tags is None else tags)

    def principal_arn(self, unique_id: str) -> str | None:
        everyone: tuple[User | Role, ...] = (*self.changes.users.values(), *self.changes.roles.values())
        for made in everyone:
            if made.unique_id == unique_id:
                return made.arn
        found: str | None = self._of_base("principal_arn", unique_id)
        return found

    def identity_policies(self, principal_arn: str) -> tuple[Policy, ...]:
        made = principal_arn in self.changes.users or principal_arn in self.changes.roles
        found = () if made else self._of_base("identity_policies", principal_arn)
        if self.changes.versions:
            found = tuple(self.changes.versions.get(each.arn or "", each) for each in found)
        return (*found, *self.changes.policies.get(principal_arn, ()))

    def permissions_boundary_arn(self, principal_arn: str) -> str | None:
        if principal_arn in self.changes.users or principal_arn in self.changes.roles:
            return None
        found: str | None = self._of_base("permissions_boundary_arn", principal_arn)
        return found

    def managed_policy(self, arn: str) -> Policy | None:
        found: Policy | None = self.changes.versions.get(arn) or self._of_base("managed_policy", arn)
        return found

    def resource_policy(self, resource_arn: str) -> Policy | None:
        if resource_arn.startswith("arn:aws:iam::") and ":role/" in resource_arn:
            if resource_arn in self.changes.trust:
                return self.changes.trust[resource_arn]
            if resource_arn in self.changes.roles:
                return self.changes.roles[resource_arn].trust
        for arn, policy in self.changes.resources.items():
            if resource_arn == arn or resource_arn.startswith(f"{arn}/"):
                return policy
        found: Policy | None = self._of_base("resource_policy", resource_arn)
        return found

    def tags(self, resource_arn: str) -> Mapping[str, str]:
        changed = self.changes.tags.get(resource_arn)
        if changed is not None:
            return changed
        made = self.changes.users.get(resource_arn)
        if made is not None:
            return made.tags
        found: Mapping[str, str] = self._of_base("tags", resource_arn)
        return found

    def oidc_provider(self, account: str, issuer: str) -> OidcProvider | None:
        made = self.changes.providers.get((account, issuer))
        found: OidcProvider | None = made or self._of_base("oidc_provider", account, issuer)
        return found

    def membership(self, account: str) -> Membership | None:
        if account in self.changes.homes:
            return self.changes.homes[account]
        found: Membership | None = self._of_base("membership", account)
        return found
