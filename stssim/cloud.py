"""What the gate asks of the cloud behind it: what exists there, and who answers.

The gate and its stages know moto only through these Protocols; `stssim.access` implements them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

from stssim.call import NOTHING, Actor, Call, Caller, HttpReply, Session
from stssim.policy import Decision, Policy
from stssim.policy.policies import Grant

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate

RegionStatus = Literal["ENABLED_BY_DEFAULT", "ENABLED", "DISABLED"]
NamedKind = Literal[
    "group",
    "instance-profile",
    "key-of-secret",
    "kms-ciphertext",
    "kms-grant",
    "kms-key",
    "organizations",
    "role-of-instance-profile",
    "secret",
    "security-group",
    "server-certificate",
]


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A long-term key. `user` is the IAM user's name, or None: the account's root user."""

    access_key_id: str
    secret: str
    account: str
    user: str | None
    active: bool = True


@dataclass(frozen=True, slots=True)
class User:
    """An IAM user as the directory has it."""

    arn: str
    name: str
    account: str
    unique_id: str
    tags: Mapping[str, str] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Role:
    """`trust` is the trust policy as it is stored: users and roles in it stand by their unique ids."""

    arn: str
    name: str
    account: str
    unique_id: str
    trust: Policy
    max_session_duration: int = 3600
    tags: Mapping[str, str] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Membership:
    """An account's place in an organization. `path` is `aws:PrincipalOrgPaths`' form: `o-.../r-.../ou-.../`.

    The control policies are one tuple a level, root first, the account's own last.
    """

    organization_id: str
    path: str
    management_account: str
    service_control_policies: tuple[tuple[Policy, ...], ...] = ()
    resource_control_policies: tuple[tuple[Policy, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class RootAccess:
    """Centralized root access in an organization, as it stands.

    `administrators` are the accounts that may open root sessions of members: the management account and the delegated
    administrators of IAM. `trusted` is whether IAM has trusted access to the organization, `features` which of
    `RootCredentialsManagement` and `RootSessions` are enabled.
    """

    management_account: str
    administrators: tuple[str, ...]
    trusted: bool
    features: frozenset[str]


@dataclass(frozen=True, slots=True)
class OidcProvider:
    """An OIDC provider as IAM holds it: `url` without `https://`, and the audiences (client ids) that it takes."""

    arn: str
    url: str
    client_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SamlProvider:
    """A SAML provider as IAM holds it: what its metadata document names as entity id and as signing certificates, the
    private keys that open encrypted assertions, and whether only encrypted ones are taken.
    """

    arn: str
    entity_id: str
    certificates: tuple[Certificate, ...]
    private_keys: tuple[RSAPrivateKey, ...] = ()
    encryption_required: bool = False


@dataclass(frozen=True, slots=True)
class MfaDevice:
    """A virtual MFA device enabled for a user.

    `ahead` is how many periods its clock is ahead of the Lab's, by its last two codes in a row. `spent` are the periods
    whose codes were taken. `tries` are the codes that were given in a window of three minutes: its number, how many.
    """

    serial: str
    seed: str
    ahead: int = 0
    spent: frozenset[int] = frozenset()
    tries: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Denial:
    """A denial that carries an authorization id, as it was decided, at a moment of the Lab's clock.

    `decisions` are those of the permissions that were asked for, the denied one last. `at_home` and `at_resource` are
    the places of the caller's account and of the resource's `owner` in their organizations, as they were then.
    """

    id: str
    region: str
    at: datetime | None
    caller: Caller
    decisions: tuple[Decision, ...]
    at_home: Membership | None
    at_resource: Membership | None
    owner: str


class KeysWanted(Exception):
    """Raised by a source of keys at hand: the keys of this issuer have to be fetched first, which may take a while."""

    def __init__(self, issuer: str, *, fresh: bool) -> None:
        super().__init__(issuer)
        self.issuer = issuer
        self.fresh = fresh


class KeySource(Protocol):
    """Where the public keys of OIDC issuers come from."""

    def jwks(self, issuer: str, *, fresh: bool = False) -> Mapping[str, Any]:
        """The JSON Web Key Set of an issuer (with `https://`), not from a cache if `fresh`.

        Raises `ConnectionError`, which says why, when there is none to be had.
        """
        ...


class OutboundIssuer(Protocol):
    """An account's own issuer of web identity tokens, for services outside AWS."""

    @property
    def url(self) -> str: ...
    def sign(self, claims: Mapping[str, Any], algorithm: Literal["ES384", "RS256"]) -> str:
        """A JSON Web Token of these claims, signed with the issuer's key for `ES384` or `RS256`."""
        ...


class Directory(Protocol):
    """What exists. Every method answers for this moment, and a change counts at once."""

    def access_key(self, access_key_id: str) -> AccessKey | None: ...
    def user(self, account: str, name: str) -> User | None: ...
    def role(self, account: str, name: str) -> Role | None: ...
    def role_like(self, arn: str) -> str | None:
        """The ARN of the role, in the account of this ARN, whose ARN is most like it; None: no role's is."""
        ...

    def principal_arn(self, unique_id: str) -> str | None:
        """The ARN of the user or role with this unique id, if it exists."""
        ...

    def arns(self, kind: NamedKind, name: str, account: str, region: str = "") -> tuple[str, ...]:
        """The whole ARNs of what goes by a name, an alias or an id in this account and Region, if there is any."""
        ...

    def partition_key(self, table_arn: str) -> str | None:
        """The attribute that a DynamoDB table is partitioned by."""
        ...

    def identity_policies(self, principal_arn: str) -> tuple[Policy, ...]:
        """All of a user's (groups included) or a role's: inline and attached."""
        ...

    def permissions_boundary_arn(self, principal_arn: str) -> str | None: ...
    def managed_policy(self, arn: str) -> Policy | None:
        """The default version of a customer's or AWS's managed policy."""
        ...

    def owner(self, resource_arn: str) -> str | None:
        """The account that owns a resource whose ARN does not say so (a bucket, an object), or None: there is none."""
        ...

    def resource_policy(self, resource_arn: str) -> Policy | None:
        """The resource-based policy that speaks for this resource (an object's is its bucket's)."""
        ...

    def grants(self, resource_arn: str, named: str = "") -> tuple[Grant, ...]:
        """What is granted beside a resource's policy: the grants on a KMS key, the ACLs of a bucket and object.

        With a name, the grant on a key that has it as its id or token.
        """
        ...

    def tags(self, resource_arn: str) -> Mapping[str, str]: ...
    def membership(self, account: str) -> Membership | None: ...
    def global_token_version(self, account: str) -> Literal[1, 2]:
        """The version of the session tokens that this account gets from the global endpoint."""
        ...

    def region_status(self, account: str, region: str) -> RegionStatus:
        """Whether the account may use this Region, and whether it had to opt in for that."""
        ...

    def sts_active(self, account: str, region: str) -> bool:
        """Whether STS is activated in this Region for this account."""
        ...

    def root_access(self, account: str) -> RootAccess | None:
        """Centralized root access in the account's organization, or None: it belongs to none."""
        ...

    def outbound_issuer(self, account: str) -> OutboundIssuer | None:
        """The account's issuer, or None: outbound web identity federation is not enabled."""
        ...

    def oidc_provider(self, account: str, issuer: str) -> OidcProvider | None:
        """The account's OIDC provider for this issuer (without `https://`)."""
        ...

    def saml_provider(self, arn: str) -> SamlProvider | None: ...
    def has_object(self, arn: str) -> bool:
        """Whether S3 has the object of this ARN: one that is hidden by a delete marker is not there."""
        ...

    def mfa_device(self, user_arn: str, serial: str) -> MfaDevice | None:
        """The device of this serial number, if it is enabled for this user."""
        ...

    def count_mfa_try(self, serial: str, window: int) -> None:
        """Notes that a code was given for this device in this window of three minutes, good or not."""
        ...

    def spend_mfa_code(self, serial: str, period: int) -> None:
        """Notes that the code of this period was taken: it is not good any more."""
        ...


class Census(Directory, Protocol):
    """A Directory that can also be read from end to end."""

    def accounts(self) -> tuple[str, ...]:
        """The accounts that have anything in IAM."""
        ...

    def users(self, account: str) -> tuple[User, ...]: ...
    def roles(self, account: str) -> tuple[Role, ...]: ...
    def managed_policies(self, account: str) -> tuple[Policy, ...]:
        """The customer managed policies of an account."""
        ...


class Upstream(Protocol):
    """Who answers what the gate let through."""

    def answer(self, call: Call, caller: Caller, resource_account: str) -> HttpReply: ...


class TokenCodec(Protocol):
    """Makes key ids, secrets, session tokens and encoded messages, and opens them again. Nothing is stored."""

    def access_key_id(self, prefix: Literal["AKIA", "ASIA"], account: str, name: str) -> str:
        """A key id of this account that was not given out before. `name` says what it is for."""
        ...

    def secret(self, access_key_id: str) -> str: ...
    def seal(self, session: Session, at_least: int = 0) -> str:
        """The session's token, no shorter than `at_least` characters."""
        ...

    def open(self, token: str) -> Session:
        """Raises `ValueError` for a token that this cloud did not seal, or that was changed since."""
        ...

    def encode(self, message: str) -> str:
        """An encoded authorization message."""
        ...

    def decode(self, encoded: str) -> str:
        """Raises `ValueError` for a message that this cloud did not encode, or that was changed since."""
        ...


@dataclass(frozen=True, slots=True)
class Cloud:
    """All that the gate needs to answer one call. `now` is the Lab's clock, `wall` the time that clients sign with.

    `hands` are those who sign with a key that is not theirs, by its id. No decision asks for them, only pictures do.
    """

    directory: Directory
    upstream: Upstream
    seal: TokenCodec
    keys: KeySource
    now: datetime
    wall: datetime
    hands: Mapping[str, Actor] = field(default_factory=lambda: NOTHING)
