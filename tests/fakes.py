"""A cloud made of dictionaries, for tests of what stands behind the gate's Protocols."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast

from stssim.call import NOTHING, Actor, Call, Caller, HttpRequest, Session
from stssim.cloud import (
    AccessKey,
    Cloud,
    KeySource,
    Membership,
    MfaDevice,
    NamedKind,
    OidcProvider,
    OutboundIssuer,
    RegionStatus,
    Role,
    RootAccess,
    SamlProvider,
    Upstream,
    User,
)
from stssim.issue import require_valid
from stssim.issue.token_codec import SealedTokens
from stssim.policy import Policy
from stssim.policy.policies import Grant
from stssim.trace import Refused
from stssim.validate import prove, require_eligible

HOME, AWAY = "111122223333", "444455556666"
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
TRUST = Policy(
    "the trust policy",
    "trust",
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:*"}]},
)


def refusals(name: str) -> Mapping[str, Mapping[str, Any]]:
    """What the real service was seen to answer: code, status and message by case, from `tests/facts`."""
    facts: Mapping[str, Mapping[str, Any]] = json.loads((Path(__file__).parent / "facts" / f"{name}.json").read_text())
    return facts


def told(refused: Refused) -> dict[str, Any]:
    """A refusal in the shape of the recorded facts."""
    refusal = refused.refusal
    return {"code": refusal.code, "status": refusal.status, "message": refusal.message}


@dataclass
class FakeDirectory:
    roles: dict[tuple[str, str], Role] = field(default_factory=dict)
    users: dict[tuple[str, str], User] = field(default_factory=dict)
    keys: dict[str, AccessKey] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    memberships: dict[str, Membership] = field(default_factory=dict)
    versions: dict[str, Literal[1, 2]] = field(default_factory=dict)
    inactive: set[tuple[str, str]] = field(default_factory=set)
    named: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    tagged: dict[str, dict[str, str]] = field(default_factory=dict)
    boundaries: dict[str, str] = field(default_factory=dict)
    partition_keys: dict[str, str] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)

    def access_key(self, access_key_id: str) -> AccessKey | None:
        return self.keys.get(access_key_id)

    def user(self, account: str, name: str) -> User | None:
        return self.users.get((account, name))

    def role(self, account: str, name: str) -> Role | None:
        return self.roles.get((account, name))

    def principal_arn(self, unique_id: str) -> str | None:
        holders: list[User | Role] = [*self.users.values(), *self.roles.values()]
        return next((holder.arn for holder in holders if holder.unique_id == unique_id), None)

    def arns(self, kind: NamedKind, name: str, account: str, region: str = "") -> tuple[str, ...]:
        return self.named.get((kind, name), ())

    def partition_key(self, table_arn: str) -> str | None:
        return self.partition_keys.get(table_arn)

    def identity_policies(self, principal_arn: str) -> tuple[Policy, ...]:
        return ()

    def permissions_boundary_arn(self, principal_arn: str) -> str | None:
        return self.boundaries.get(principal_arn)

    def managed_policy(self, arn: str) -> Policy | None:
        return self.policies.get(arn)

    def owner(self, resource_arn: str) -> str | None:
        return self.owners.get(resource_arn)

    def role_like(self, arn: str) -> str | None:
        return None

    def resource_policy(self, resource_arn: str) -> Policy | None:
        return None

    def grants(self, resource_arn: str, named: str = "") -> tuple[Grant, ...]:
        return ()

    def tags(self, resource_arn: str) -> Mapping[str, str]:
        return self.tagged.get(resource_arn, NOTHING)

    def membership(self, account: str) -> Membership | None:
        return self.memberships.get(account)

    def global_token_version(self, account: str) -> Literal[1, 2]:
        return self.versions.get(account, 1)

    def region_status(self, account: str, region: str) -> RegionStatus:
        return "ENABLED_BY_DEFAULT"

    def sts_active(self, account: str, region: str) -> bool:
        return (account, region) not in self.inactive

    def root_access(self, account: str) -> RootAccess | None:
        return None

    def outbound_issuer(self, account: str) -> OutboundIssuer | None:
        return None

    def oidc_provider(self, account: str, issuer: str) -> OidcProvider | None:
        return None

    def saml_provider(self, arn: str) -> SamlProvider | None:
        return None

    def has_object(self, arn: str) -> bool:
        return arn not in self.missing

    def mfa_device(self, user_arn: str, serial: str) -> MfaDevice | None:
        return None

    def count_mfa_try(self, serial: str, window: int) -> None:
        raise LookupError(serial)

    def spend_mfa_code(self, serial: str, period: int) -> None:
        raise LookupError(serial)


def a_role(name: str = "Audit", *, path: str = "/", account: str = AWAY, maximum: int = 3600) -> Role:
    arn = f"arn:aws:iam::{account}:role{path}{name}"
    return Role(arn, name, account, f"AROA{name.upper():A<17}", TRUST, maximum)


def a_cloud(*roles: Role, directory: FakeDirectory | None = None, now: datetime = NOON, key: bytes = b"7") -> Cloud:
    """A cloud with these roles in it. What answers calls and reads requests is not there."""
    directory = directory or FakeDirectory()
    directory.roles.update({(role.account, role.name): role for role in roles})
    return Cloud(directory, cast(Upstream, None), SealedTokens(key), cast(KeySource, None), now, now)


def a_call(operation: str, /, *, region: str = "eu-central-1", endpoint: str | None = None, **parameters: Any) -> Call:
    host = endpoint or f"sts.{region}.amazonaws.com"
    return Call(HttpRequest("POST", host, "/", ()), "sts", operation, region, host, parameters, at=NOON)


def a_user(name: str = "alice", account: str = HOME) -> Caller:
    arn, unique_id = f"arn:aws:iam::{account}:user/{name}", f"AIDA{name.upper():A<17}"
    return Caller("user", account, arn, unique_id, arn, unique_id, Actor(name, "user", account), "AKIAALICE")


def a_root(account: str = HOME) -> Caller:
    arn = f"arn:aws:iam::{account}:root"
    return Caller("root", account, arn, account, arn, account, Actor("root", "root", account), "AKIAROOT")


def using(session: Session) -> Caller:
    """Whoever calls with the credentials of this session."""
    arn, user_id, principal = session.principal, session.principal_id, session.principal
    if session.kind == "role":
        arn = f"arn:aws:sts::{session.account}:assumed-role/{session.principal.rpartition('/')[2]}/{session.name}"
        user_id = f"{session.principal_id}:{session.name}"
    elif session.kind == "federated-user":
        arn = principal = f"arn:aws:sts::{session.account}:federated-user/{session.name}"
        user_id = f"{session.account}:{session.name}"
    actor = Actor.of_mark(session.origin)
    return Caller(
        session.kind,
        session.account,
        arn,
        user_id,
        principal,
        session.principal_id,
        actor,
        session.access_key_id,
        session,
    )


def verified(call: Call, caller: Caller, cloud: Cloud) -> Caller:
    """The caller of a call to STS with what the call proves beside its signature, judged as the gate does. Raises
    `Refused`.
    """
    require_eligible(call, caller)
    require_valid(call, caller)
    caller, _ = prove(call, caller, cloud)
    return caller
