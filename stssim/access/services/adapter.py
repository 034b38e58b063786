"""The interface of an adapter: all that is true of one service and stands in its own file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from stssim.access.core.lab_state import LabState
from stssim.access.core.moto_backends import GLOBAL, backend
from stssim.access.core.stored_policies import Change
from stssim.arn import Arn
from stssim.call import NOTHING, Call, Caller, HttpReply
from stssim.cloud import Directory, NamedKind
from stssim.policy import Policy
from stssim.policy.policies import PolicyKind


class Forward(Protocol):
    """Hands a call to moto, whose answer it returns: the call that was let through, or the one that is given."""

    def __call__(self, other: Call | None = None) -> HttpReply: ...


@dataclass(frozen=True, slots=True)
class Permitted:
    """A call that was let through, and whose it is.

    `forward` hands it to moto. `replace_principal` says in all stored policies that a user or
    role has another ARN from now on, or is gone and leaves its unique id. `as_sent` is the call with its names as the
    client spelled them.
    """

    call: Call
    as_sent: Call
    caller: Caller
    kept: LabState
    directory: Directory
    forward: Forward
    replace_principal: Callable[[str, str], None]


Answer = Callable[[Permitted], HttpReply]


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource by its ARN. `name` is all that comes after the account: `role/Audit`, `reports/q3.csv`."""

    arn: str
    service: str
    region: str
    account: str
    name: str

    @classmethod
    def of(cls, arn: str) -> Resource:
        """The resource of an ARN. A text that is none has no parts."""
        parts = Arn.of(arn) or _NONE
        return cls(arn, parts.service, parts.region, parts.account, parts.resource)


_NONE = Arn("", "", "", "", "")


@dataclass(frozen=True, slots=True)
class Reference:
    """A name, an alias or an id, as a call in this account and Region gives it."""

    name: str
    account: str
    region: str


@dataclass(frozen=True, slots=True)
class WrittenPolicy:
    """Where a call has a policy document (None: nowhere in this one), what kind it is, and how a bad one is refused.

    `stranger` is what is said of a principal that does not exist.
    """

    document: Callable[[Mapping[str, Any]], Any]
    kind: PolicyKind
    code: str
    says: str = "{reason}"
    stranger: str = "Invalid principal in policy"


def parameter(name: str, within: str = "") -> Callable[[Mapping[str, Any]], Any]:
    """A policy document that is a parameter, or a member of the parameter `within`."""
    return lambda asked: (asked.get(within) or {}).get(name) if within else asked.get(name)


def named_in_arn(resource: Resource) -> str | None:
    """The account that the ARN names, or None."""
    return resource.account or None


def stored(resource: Resource) -> Any:
    """What moto keeps of the service in the resource's account and Region, or None."""
    return backend(resource.service, resource.account, resource.region or GLOBAL)


def as_asked(call: Call, _: Caller) -> Call:
    """Of a service that keeps names as they are written."""
    return call


def plainly(asked: Permitted, answer: Answer) -> HttpReply:
    """Of a service with nothing that goes for all of its operations."""
    return answer(asked)


@dataclass(frozen=True, slots=True)
class Adapter:
    """One service. Each part says nothing special where it is left out.

    `owner` is the account that a resource belongs to. `store` is where moto keeps the resource, or None; `tags` and
    `resource_policy` are given that place and the resource. `rewrite_principals` changes every AWS principal in the
    policies that moto stores at such a place. `names` finds the ARNs of what goes by a name. `written` are the
    operations that store a policy document, `answers` those that moto does not answer alone, and `every` goes around
    all of them. `spelled` gives the names in a call the spelling under which they are kept.
    """

    owner: Callable[[Resource], str | None] = named_in_arn
    store: Callable[[Resource], Any] = stored
    tags: Callable[[Any, Resource], Mapping[str, str]] | None = None
    resource_policy: Callable[[Any, Resource], Policy | None] | None = None
    rewrite_principals: Callable[[Any, Change], None] | None = None
    names: Mapping[NamedKind, Callable[[Reference], Iterable[str]]] = field(default_factory=dict)
    written: Mapping[str, WrittenPolicy] = field(default_factory=lambda: NOTHING)
    answers: Mapping[str, Answer] = field(default_factory=lambda: NOTHING)
    every: Callable[[Permitted, Answer], HttpReply] = plainly
    spelled: Callable[[Call, Caller], Call] = as_asked
