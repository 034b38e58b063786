"""What the gate keeps beside moto, because moto lacks it or would judge by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from stssim.cloud import Denial, OutboundIssuer

MOST_DENIALS = 1_000
"""How many denials are kept for GetRequestAuthorizationDetails. AWS keeps each for 24 hours at least."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation (a "handshake") of an account, the target, into an organization of the management account's."""

    id: str
    organization: str
    management: str
    target: str
    state: str
    requested: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class GrantOrigin:
    """Whose principal created a grant on a KMS key, and when."""

    account: str
    created: datetime


def _no_issuer(account: str) -> OutboundIssuer:
    raise LookupError(f"account {account} has no issuer here")


@dataclass(slots=True)
class MfaUse:
    """What was done with an MFA device: how many periods its clock is ahead, the period of the last code that enabled
    or resynchronized it, the periods whose codes were spent, and how often a code was given in which three minutes.
    """

    ahead: int = 0
    synchronized: int | None = None
    spent: set[int] = field(default_factory=set)
    tries: tuple[int, int] = (0, 0)

    def count(self, window: int) -> None:
        """One more code was given in this window."""
        before, tries = self.tries
        self.tries = window, (tries if before == window else 0) + 1


@dataclass(slots=True)
class LabState:
    """The gate's own share of one Lab's cloud.

    Bucket policies (by bucket) never reach moto, whose S3 would judge by them, and wrongly. Trust policies (by the
    role's unique id) are kept as AWS stores them, with unique ids in place of the users and roles they name. Users'
    permissions boundaries (by the user's unique id) moto does not have, nor the version of the global endpoint's
    session tokens (by account), nor which Regions were opted into and where STS is deactivated (account and Region),
    nor the features of centralized root access that an organization (by its id) has, nor since when an account's root
    user may set a password, nor an account's properties, nor the accounts' own issuers of web identity tokens, nor the
    invitations into an organization (by the id of the handshake), nor what was done
    with an MFA device (by its serial number), nor who created a grant on a KMS key (by the grant's id), nor the
    revision ids of function policies (by the ARN of the function, version or alias), nor the denials that carry an
    authorization id (by that id; of many, the last `MOST_DENIALS`).

    `account_issuer` makes an account's own issuer. `guards_shared_issuers` is off while trust policies are taken as IAM
    took them in earlier years.
    """

    bucket_policies: dict[str, str] = field(default_factory=dict)
    trust_policies: dict[str, str] = field(default_factory=dict)
    user_boundaries: dict[str, str] = field(default_factory=dict)
    global_token_versions: dict[str, Literal[1, 2]] = field(default_factory=dict)
    opted_in: set[tuple[str, str]] = field(default_factory=set)
    sts_inactive: set[tuple[str, str]] = field(default_factory=set)
    root_features: dict[str, set[str]] = field(default_factory=dict)
    root_passwords: dict[str, str] = field(default_factory=dict)
    account_properties: dict[str, dict[str, str]] = field(default_factory=dict)
    outbound_issuers: dict[str, OutboundIssuer] = field(default_factory=dict)
    invitations: dict[str, Invitation] = field(default_factory=dict)
    mfa: dict[str, MfaUse] = field(default_factory=dict)
    grants: dict[str, GrantOrigin] = field(default_factory=dict)
    denials: dict[str, Denial] = field(default_factory=dict)
    function_policy_revisions: dict[str, str] = field(default_factory=dict)
    account_issuer: Callable[[str], OutboundIssuer] = _no_issuer
    guards_shared_issuers: bool = True

    def clear(self) -> None:
        """Forgets everything."""
        for store in (self.bucket_policies, self.trust_policies, self.user_boundaries):
            store.clear()
        self.global_token_versions.clear()
        self.opted_in.clear()
        self.sts_inactive.clear()
        self.root_features.clear()
        self.root_passwords.clear()
        self.account_properties.clear()
        self.outbound_issuers.clear()
        self.invitations.clear()
        self.mfa.clear()
        self.grants.clear()
        self.function_policy_revisions.clear()
        self.denials.clear()

    def keep_denial(self, denial: Denial) -> None:
        """Keeps a denial, and forgets the oldest of too many."""
        self.denials[denial.id] = denial
        if len(self.denials) > MOST_DENIALS:
            del self.denials[next(iter(self.denials))]

    def mfa_use(self, serial: str) -> MfaUse:
        """What was done with the device of this serial number, from now on kept."""
        return self.mfa.setdefault(serial, MfaUse())
