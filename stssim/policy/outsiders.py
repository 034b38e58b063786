"""Who may come to a policy from outside, and which requests they can make: callers with the keys that are theirs.

What each can have of a condition key is told by the table of keys (`keys`), but for what follows from what sort of
caller it is: a user has a name, a role session the time at which it was issued, a token its issuer's claims.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from stssim.policy.keys import Source, rules, set_by

__all__ = [
    "ADDRESS",
    "ORGANIZATION",
    "Outsider",
    "anonymous",
    "of_an_account",
    "of_an_issuer",
    "service",
    "third_party",
]

ADDRESS = "198.51.100.7"
"""Where outsiders call from: an address of https://www.rfc-editor.org/rfc/rfc5737, which no policy means."""
ORGANIZATION = "o-mallory0000"
_EXTERNAL_ID = "sts:externalid"
_NOW = "2026-11-30T12:00:00Z"
_USER_ID, _ROLE_ID = "AIDAMALLORYMALLORYMA", "AROAMALLORYMALLORYMA"

Sort = Literal["user", "role", "root", "federated-user", "anonymous", "service", "issuer"]
_OF_A_SORT: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "user": {
        "aws:principalarn": ("arn:aws:iam::{account}:user/{any}",),
        "aws:userid": (_USER_ID,),
        "aws:principaltype": ("User",),
        "aws:tokenissuetime": (),
        "aws:sourceidentity": (),
    },
    "role": {
        "aws:principalarn": ("arn:aws:iam::{account}:role/{any}",),
        "aws:userid": (f"{_ROLE_ID}:{{any}}",),
        "aws:principaltype": ("AssumedRole",),
        "aws:username": (),
        "aws:multifactorauthpresent": ("false",),
        "aws:multifactorauthage": (),
    },
    "root": {
        "aws:principalarn": ("arn:aws:iam::{account}:root",),
        "aws:userid": ("{account}",),
        "aws:principaltype": ("Account",),
        "aws:username": (),
        "aws:principaltag/*": (),
        "aws:tokenissuetime": (),
        "aws:sourceidentity": (),
    },
    "federated-user": {
        "aws:principalarn": ("arn:aws:sts::{account}:federated-user/{any}",),
        "aws:userid": ("{account}:{any}",),
        "aws:principaltype": ("FederatedUser",),
        "aws:username": (),
    },
}
"""What a sort of caller has, where the table has it for callers of every sort.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
"""
_PRESENT_WITH_A_SERVICE = ("aws:principalisawsservice", "aws:principalservicename", "aws:principalservicenameslist")
_OF_ITS_CUSTOMER = (
    "arn:aws:{name}:{name}:{account}:{path}",
    "arn:aws:logs:{name}:{account}:log-group:{path}",
    "arn:aws:s3:::{own}",
)
"""A service puts into an encryption context the ARN of its customer's resource.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
"""
_OF_A_ROLE_SESSION = (
    "aws:chatbotsourcearn", "aws:ec2instancesourceprivateipv4", "aws:ec2instancesourcevpc", "ec2:sourceinstancearn",
    "ec2:roledelivery", "glue:credentialissuingservice", "glue:roleassumedby", "identitystore:userid",
    "lambda:sourcefunctionarn", "ssm:sourceinstancearn", "aws:federatedprovider",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outsider:
    """A caller from outside: what sort, the principal of a request of theirs, and what is theirs.

    `names` says what `{account}` and the other placeholders stand for. `keys` overrides the table. `issuer` is the
    host and path of the identity provider whose token they bring.
    """

    sort: Sort
    names: Mapping[str, str]
    principal: str | None = None
    issuer: str = ""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def values(self, key: str) -> tuple[str, ...]:
        """Templates of the values that they can have of a key."""
        name = key.lower()
        for own in (self.keys, _OF_A_SORT.get(self.sort, {})):
            if name in own or f"{name.partition('/')[0]}/*" in own:
                return own.get(name, own.get(f"{name.partition('/')[0]}/*", ()))
        rule = set_by(key)
        if rule is None:
            return ()
        if rule.source is Source.CALLER_IDENTITY and self._has_no_such_identity(name):
            return ()
        if rule.source is Source.IDENTITY_PROVIDER:
            if self.sort != "issuer" or (name.rpartition(":")[0] != self.issuer.lower()):
                return ()
        elif rule.source is Source.SERVICE:
            through_a_service = name.startswith(("aws:calledvia", "aws:via", "kms:viaservice", "kms:grantisfor"))
            if self.sort != "service" and not through_a_service:
                return ()
        elif self.sort == "service":
            return self._of_a_service(name, rule.source, rule.values)
        return rule.values

    def _has_no_such_identity(self, name: str) -> bool:
        return self.sort in ("anonymous", "service", "issuer") or (self.sort != "role" and name in _OF_A_ROLE_SESSION)

    def _of_a_service(self, name: str, source: Source, values: tuple[str, ...]) -> tuple[str, ...]:
        """A service writes its requests itself: what it was not told by its customer, nobody chooses."""
        if name in _PRESENT_WITH_A_SERVICE:
            return ("true",) if name.endswith("isawsservice") else ("{service}",)
        if source is Source.NETWORK:
            return ("true",) if name == "aws:securetransport" else ()
        return _OF_ITS_CUSTOMER if name.startswith("kms:encryptioncontext:aws:") else values

    def may_lack(self, key: str) -> bool:
        """Whether a request of theirs can go without the key."""
        if not self.values(key):
            return True
        if key.lower() in self.keys:
            return key.lower() == _EXTERNAL_ID
        rule = set_by(key)
        return rule is None or rule.may_be_absent

    def without(self, key: str) -> Outsider:
        """The same caller, whose requests go without this key."""
        return replace(self, keys={**self.keys, key.lower(): ()})


def of_an_account(account: str, owner: str, owner_organization: str) -> Iterator[Outsider]:
    """Somebody with an AWS account of their own: a user, a role, its root user, a federated user, as they like."""
    for sort in ("user", "role", "root", "federated-user"):
        yield Outsider(sort, _names(account, owner, owner_organization))


def anonymous(owner: str, owner_organization: str) -> Outsider:
    """Somebody who signs nothing."""
    names = {"owner": owner, "owner-organization": owner_organization, "address": ADDRESS, "now": _NOW, "fixed": "x"}
    keys = {"aws:userid": ("anonymous",), "aws:principaltype": ("Anonymous",)}
    return Outsider("anonymous", names, None, keys=keys)


def third_party(principal: str, role: str, account: str, owner: str, *, whole: bool) -> Outsider:
    """A principal of another account, acting for another of its customers: with no External ID, or with theirs.

    `whole` says that the principal is named itself; where only its account is, any of its principals may call. The
    addresses and networks that a policy wants are those of the third party. A program of theirs has no MFA.
    """
    keys: dict[str, tuple[str, ...]] = {
        _EXTERNAL_ID: ("{own-text}",),
        "aws:principaltag/*": (),
        "aws:multifactorauthpresent": (),
        "aws:multifactorauthage": (),
        **{rule.key.lower(): ("{any}",) for rule in rules() if rule.source is Source.NETWORK},
    }
    if whole:
        keys["aws:principalarn"] = (role,)
    sort: Sort = "role" if ":assumed-role/" in principal else "user"
    names = _names(account, owner, "o-owner00000")
    return Outsider(sort, names, principal if whole else None, keys=keys)


def service(principal: str, account: str, owner: str, owner_organization: str) -> Outsider:
    """An AWS service that calls for a resource of somebody outside."""
    names = {**_names(account, owner, owner_organization), "service": principal}
    return Outsider("service", names, principal)


def of_an_issuer(provider: str, issuer: str, owner: str) -> Outsider:
    """Somebody for whom an identity provider signs tokens, as it does for the owner."""
    names = {"owner": owner, "address": ADDRESS, "now": _NOW, "fixed": "x"}
    return Outsider("issuer", names, provider, issuer)


def _names(account: str, owner: str, owner_organization: str) -> dict[str, str]:
    return {
        "account": account,
        "organization": ORGANIZATION,
        "vpc": "vpc-0mallory",
        "vpce": "vpce-0mallory",
        "address": ADDRESS,
        "id": _USER_ID,
        "owner": owner,
        "owner-organization": owner_organization,
        "now": _NOW,
        "fixed": "x",
    }


def principal_of(outsider: Outsider, context: Mapping[str, Any]) -> tuple[str | None, str | None, str | None]:
    """The principal, its unique id, and the ARN of the role behind it, that a request with this context has."""
    if outsider.principal is not None or outsider.sort == "anonymous":
        role = outsider.keys.get("aws:principalarn", (None,))[0]
        return outsider.principal, None, role if role and ":role/" in role else None
    given = {name.lower(): value for name, value in context.items()}
    account = outsider.names["account"]
    arn = given.get("aws:principalarn")
    if outsider.sort == "role":
        role = arn or f"arn:aws:iam::{account}:role/mallory"
        session = str(given.get("aws:userid", f"{_ROLE_ID}:mallory")).partition(":")[2]
        name = role.rpartition("/")[2]
        return f"arn:aws:sts::{account}:assumed-role/{name}/{session}", _ROLE_ID, role
    if outsider.sort == "root":
        return f"arn:aws:iam::{account}:root", None, None
    if outsider.sort == "federated-user":
        name = str(given.get("aws:userid", f"{account}:mallory")).partition(":")[2]
        return arn or f"arn:aws:sts::{account}:federated-user/{name}", None, f"arn:aws:iam::{account}:root"
    return arn or f"arn:aws:iam::{account}:user/{given.get('aws:username', 'mallory')}", _USER_ID, None
