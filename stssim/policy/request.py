"""What is asked: a principal, an action, a resource, and the condition keys that the call has."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from stssim.arn import account_named
from stssim.policy.principals import Caller, Kind, caller

__all__ = ["Request"]

_ACTION = re.compile(r"[a-zA-Z0-9-]+:[a-zA-Z0-9]+")


@dataclass(frozen=True, slots=True)
class Request:
    """One question to the policies, frozen.

    `principal` is the ARN of a user, role, role session (`arn:aws:sts::...:assumed-role/role/session`), federated user
    or account root; a service principal; an identity provider (its ARN or host) for AssumeRoleWithWebIdentity and
    -WithSAML; or None for an anonymous caller. `principal_id` is its unique id (`AIDA...`, `AROA...`, with or without
    `:session`), and `issuer` the ARN of the role behind a role session (with its path), or of the user or root behind
    a federated user.

    `resource` is an ARN or `*`. `resource_account` owns it; None: as the ARN says, and where it does not, the caller's
    own.

    `context` maps condition keys to a string, number, boolean, datetime, bytes, or a list of those; a key that the
    call does not have is not in it (or None). Key names are not case-sensitive. `canonical_id` is the canonical user
    id of the caller's account, which only S3 knows.

    Derived: `caller` is the principal taken apart, `owner` the resource's account, `keys` the context as policies see
    it, `act` the action in lower case, `target` the resource as Resource elements are matched with it.

    Raises `ValueError` for a principal, action or context that is none.
    """

    principal: str | None
    action: str
    resource: str
    resource_account: str | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    principal_id: str | None = None
    issuer: str | None = None
    canonical_id: str | None = None
    caller: Caller = field(init=False, repr=False, compare=False)
    owner: str = field(init=False, repr=False, compare=False)
    keys: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    act: str = field(init=False, repr=False, compare=False)
    target: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        act = _lowered(self.action)
        resource: object = self.resource
        if not isinstance(resource, str) or not resource:
            raise ValueError(f"Not a resource: {resource!r}. It is an ARN or *")
        keys = normalized(self.context)
        issuer = self.issuer or _issuer(keys)
        who = caller(self.principal, self.principal_id, issuer, self.action)
        put = object.__setattr__
        put(self, "context", MappingProxyType(dict(self.context)))
        put(self, "keys", keys)
        put(self, "caller", who)
        put(self, "act", act)
        put(self, "owner", self.resource_account or _account(self.resource) or who.account)
        # S3 tells its account-wide actions by this ARN: `arn:aws:s3:::*` in a policy allows s3:ListAllMyBuckets.
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
        put(self, "target", "arn:aws:s3:::*" if self.resource == "*" and act.startswith("s3:") else self.resource)

    @property
    def cross_account(self) -> bool:
        """Whether the caller belongs to another account than the resource."""
        return bool(self.caller.account) and self.caller.account != self.owner

    @property
    def anonymous(self) -> bool:
        return self.caller.kind is Kind.ANONYMOUS


@lru_cache(maxsize=4096)
def _lowered(action: object) -> str:
    """The action in lower case. Raises `ValueError` for what is none."""
    if not isinstance(action, str) or not _ACTION.fullmatch(action):
        raise ValueError(f"Not an action: {action!r}. It is a service and an operation, such as s3:GetObject")
    return action.lower()


def normalized(context: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    """The context as policies see it: names in lower case, values as text, a key without a value left out."""
    keys: dict[str, tuple[str, ...]] = {}
    for name, value in context.items():
        if type(value) is str:
            keys[name.lower()] = (value,)
        elif value is not None:
            values = value if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping) else (value,)
            keys[name.lower()] = tuple(_text(name, each) for each in values)
    return keys


def _text(name: str, value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, datetime):
        moment = value.astimezone(UTC) if value.tzinfo else value
        return moment.replace(tzinfo=None).isoformat(timespec="auto") + "Z"
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise ValueError(
        f"The context key {name} cannot hold {type(value).__name__}; "
        "it holds a string, number, boolean, datetime, bytes, or a list of those"
    )


def _account(arn: str) -> str:
    account = account_named(arn, "")
    return account if len(account) == 12 and account.isdigit() else ""


def _issuer(keys: Mapping[str, tuple[str, ...]]) -> str | None:
    """`aws:PrincipalArn` of a role session is the ARN of its role, path and all."""
    found = keys.get("aws:principalarn")
    return found[0] if found and len(found) == 1 and ":role/" in found[0] else None
