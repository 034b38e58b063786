"""Who calls, and whether a Principal element names them: directly, through their role or user, or only their account.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from functools import lru_cache

__all__ = ["Caller", "Kind", "Named", "Principals", "caller"]


class Kind(Enum):
    """What sort of principal calls."""

    ANONYMOUS = "anonymous"
    SERVICE = "service"
    FEDERATED = "identity provider"
    ROOT = "root user"
    USER = "user"
    ROLE = "role"
    ROLE_SESSION = "role session"
    FEDERATED_USER = "federated user"


class Named(IntEnum):
    """How closely a Principal element names the caller; the more closely, the less can limit what it grants.

    `ISSUER` is the role of a session, or the user behind a federated user. `DIRECTLY` is the caller itself, or
    everyone.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
    """

    NOT = 0
    ACCOUNT = 1
    ISSUER = 2
    DIRECTLY = 3


@dataclass(frozen=True, slots=True)
class Caller:
    """A principal, taken apart.

    `name` is the ARN, service principal or provider (None: anonymous), `account` the twelve digits it belongs to ("":
    none), `unique_id` its `AIDA...` or `AROA...` ("": unknown). `issuer` is the ARN of the role or user behind a
    session, or "". `has_identity` says whether identity-based policies, boundaries and session policies can apply,
    `service_linked` whether it is a service-linked role.
    """

    kind: Kind
    name: str | None
    account: str = ""
    unique_id: str = ""
    issuer: str = ""

    has_identity: bool = field(init=False, repr=False, compare=False)
    service_linked: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "has_identity", self.kind in _WITH_IDENTITY)
        object.__setattr__(self, "service_linked", ":role/aws-service-role/" in self.issuer)


_WITH_IDENTITY = frozenset({Kind.USER, Kind.ROLE, Kind.ROLE_SESSION, Kind.FEDERATED_USER})
_ARN = re.compile(
    r"arn:[\w-]+:(iam|sts)::([0-9]{12}):"
    r"(root|user|role|assumed-role|federated-user|oidc-provider|saml-provider)(?:/(\S+))?"
)
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+(:[0-9]+)?(/\S*)?")
_SERVICE = re.compile(r"[\w.-]+\.amazonaws\.com(\.cn)?|[\w.-]+\.(internal|aws)", re.IGNORECASE)
_FEDERATING = frozenset({"sts:assumerolewithwebidentity", "sts:assumerolewithsaml"})
_KINDS = {
    ("iam", "root"): Kind.ROOT,
    ("iam", "user"): Kind.USER,
    ("iam", "role"): Kind.ROLE,
    ("sts", "assumed-role"): Kind.ROLE_SESSION,
    ("sts", "federated-user"): Kind.FEDERATED_USER,
    ("iam", "oidc-provider"): Kind.FEDERATED,
    ("iam", "saml-provider"): Kind.FEDERATED,
}


@lru_cache(maxsize=4096)
def caller(principal: str | None, principal_id: str | None, issuer: str | None, action: str) -> Caller:
    """Takes a principal apart. `action` tells an identity provider from a service where the name alone does not.

    Raises `ValueError` for what is neither an ARN of a principal nor the name of a service or identity provider.
    """
    if principal is None:
        return Caller(Kind.ANONYMOUS, None)
    arn = _ARN.fullmatch(principal)
    if arn:
        service, account, resource, rest = arn.groups()
        kind = _KINDS.get((service, resource))
        if kind and (resource == "root") is (rest is None) and (resource != "assumed-role" or "/" in rest):
            account = "" if kind is Kind.FEDERATED else account
            return Caller(kind, principal, account, (principal_id or "").partition(":")[0], issuer or "")
    elif _HOST.fullmatch(principal):
        federated = action.lower() in _FEDERATING or not _SERVICE.fullmatch(principal)
        return Caller(Kind.FEDERATED if federated else Kind.SERVICE, principal)
    raise ValueError(
        f"Not a principal: {principal!r}. It is the ARN of a user, role session, federated user or account root, "
        "a service principal such as cloudtrail.amazonaws.com, an identity provider, or None for an anonymous caller"
    )


_ACCOUNT = re.compile(r"([0-9]{12})|arn:[\w-]+:iam::([0-9]{12}):root")
_UNIQUE_ID = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,124}")
_NAMED_ROLE = re.compile(r"arn:[\w-]+:iam::([0-9]{12}):role/(?:\S*/)?([^/\s]+)")
_OWNER = re.compile(r"arn:[\w-]+:(?:iam|sts)::([0-9]{12}):")
_SESSION_ROLE = re.compile(r"arn:[\w-]+:sts::([0-9]{12}):assumed-role/([^/]+)/.+")


@dataclass(frozen=True, slots=True)
class Principals:
    """A Principal or NotPrincipal element, sorted by what its entries are."""

    everyone: bool
    everyone_of_aws: bool
    accounts: frozenset[str]
    arns: frozenset[str]
    unique_ids: frozenset[str]
    services: frozenset[str]
    federated: frozenset[str]
    canonical_users: frozenset[str]

    @classmethod
    def of(cls, entries: dict[str, tuple[str, ...]] | None) -> Principals:
        """Sorts the entries by their type (`AWS`, `Service`, `Federated`, `CanonicalUser`); None is the scalar `*`."""
        if entries is None:
            nothing: frozenset[str] = frozenset()
            return cls(True, True, nothing, nothing, nothing, nothing, nothing, nothing)
        accounts, arns, unique_ids = set(), set(), set()
        for entry in entries.get("AWS", ()):
            account = _ACCOUNT.fullmatch(entry)
            if account:
                accounts.add(account[1] or account[2])
            elif _UNIQUE_ID.fullmatch(entry):
                unique_ids.add(entry)
            else:
                arns.add(entry)
        return cls(
            False,
            "*" in arns,
            frozenset(accounts),
            frozenset(arns),
            frozenset(unique_ids),
            frozenset(name.lower() for name in entries.get("Service", ())),
            frozenset(entries.get("Federated", ())),
            frozenset(entries.get("CanonicalUser", ())),
        )

    def name(self, who: Caller, canonical_id: str | None = None) -> Named:
        """How closely the entries name the caller. `canonical_id` is S3's id of the caller's account."""
        kind = who.kind
        if self.everyone:
            return Named.DIRECTLY
        if kind is Kind.FEDERATED:
            return Named.DIRECTLY if who.name in self.federated else Named.NOT
        if self.everyone_of_aws:
            return Named.DIRECTLY
        if kind is Kind.ANONYMOUS:
            return Named.NOT
        if kind is Kind.SERVICE:
            return Named.DIRECTLY if who.name is not None and who.name.lower() in self.services else Named.NOT
        if kind is not Kind.ROLE and who.name in self.arns:
            return Named.DIRECTLY
        if kind is Kind.USER and who.unique_id in self.unique_ids:
            return Named.DIRECTLY
        if self._issuer(who):
            return Named.ISSUER
        if who.account in self.accounts or (canonical_id is not None and canonical_id in self.canonical_users):
            return Named.DIRECTLY if kind is Kind.ROOT else Named.ACCOUNT
        return Named.NOT

    def _issuer(self, who: Caller) -> bool:
        if who.kind is Kind.ROLE:
            return who.name in self.arns or who.unique_id in self.unique_ids
        if who.kind is Kind.FEDERATED_USER:
            return bool(who.issuer) and who.issuer in self.arns
        if who.kind is not Kind.ROLE_SESSION:
            return False
        if who.unique_id and who.unique_id in self.unique_ids:
            return True
        if who.issuer:
            return who.issuer in self.arns
        return _role_of(who.name or "") in _roles(self.arns)

    def spares(self, who: Caller, canonical_id: str | None = None) -> bool:
        """Whether a NotPrincipal with these entries leaves the caller out.

        The account must be named, and if the element names principals inside that account, the caller among them: the
        role, and if sessions of the role are named, the session.
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
        """
        named = self.name(who, canonical_id)
        if not who.account or self.everyone or self.everyone_of_aws or named is Named.NOT:
            return named is not Named.NOT
        if who.account not in self.accounts and canonical_id not in self.canonical_users:
            return False
        if who.kind is Kind.ROOT:
            return True
        owners = {owner[1] for arn in self.arns if (owner := _OWNER.match(arn))}
        if who.account not in owners and not self.unique_ids:
            return True
        if who.kind is Kind.ROLE_SESSION:
            of_the_role = {arn for arn in self.arns if _role_of(arn) == _role_of(who.name or "")}
            return self._issuer(who) and (not of_the_role or who.name in of_the_role)
        return named >= Named.ISSUER


def _role_of(session: str) -> tuple[str, str] | None:
    """Account and name of the role of a role session."""
    parts = _SESSION_ROLE.fullmatch(session)
    return (parts[1], parts[2]) if parts else None


@lru_cache(maxsize=4096)
def _roles(arns: frozenset[str]) -> frozenset[tuple[str, str]]:
    """Account and name of each role; a role's name is unique in its account whatever its path."""
    return frozenset((role[1], role[2]) for arn in arns if (role := _NAMED_ROLE.fullmatch(arn)))
