"""What an attacker has, and what they want. Frozen data; names are those of the stage on which it is tried.

A *shape* is a text in which the attacker may choose parts: `{name}` is letters, digits, `-`, `_` and `.` (at least one
character), `{any}` is any text without spaces, also none, and `{account}` is the number of an account of theirs.
`repo:{name}/{any}` are the subjects of every repository that somebody can have at such a build service.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

_NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Tokens:
    """The web identity tokens that an issuer signs for the attacker.

    `claims` gives, by claim, the shape of its value; or an array of alternatives, each a shape or an array of shapes (a
    claim with several values). A claim that is not there is the issuer's own affair. `others` are patterns, by claim,
    of values that belong to somebody else and that the issuer gives nobody but them: `{"sub": ["repo:wren/*"]}`.
    """

    claims: Mapping[str, Any]
    others: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NONE)


@dataclass(frozen=True, slots=True)
class Customer:
    """What an application lets the attacker do as its customer.

    `tenants` are those that are theirs already. `name` is the shape of the names under which they can sign up as one
    more; a name that somebody has is taken. What else a customer chooses is the application's own setting.
    """

    tenants: tuple[str, ...] = ()
    name: str = "{name}"


@dataclass(frozen=True, slots=True)
class Means:
    """What an attacker controls and knows. All names, ARNs and External IDs are known, but for what is `secret`.

    `accounts` are AWS accounts of theirs: any user, role, path, tag, session name and organization there is theirs to
    make, and whoever has one account can open another. `holds` are principals of others whose credentials they have: a
    user (their access key), or a session. `customer_of` are applications, `tokens` issuers that sign for them.
    `services` are AWS services that they can have work on a resource of theirs: the service principal, and the shape
    of that resource's ARN. `domains` are domain names of theirs, at which they can run an issuer of their own.

    `begins_after` is what others have done since the credentials were taken and before the attacker begins.
    `meanwhile` is what others do then, in this order; the attacker may act before, between and after. Credentials stop
    working when that makes them stop: a key is deleted, time passes.
    """

    accounts: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    customer_of: Mapping[str, Customer] = field(default_factory=lambda: _NONE)
    tokens: Mapping[str, Tokens] = field(default_factory=lambda: _NONE)
    services: Mapping[str, str] = field(default_factory=lambda: _NONE)
    domains: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    begins_after: tuple[str, ...] = ()
    meanwhile: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Want:
    """One thing that the attacker is content with. Exactly one of these:

    - `call`: a call (`service:Operation`) is allowed to the attacker; texts in its parameters `with_` may be shapes.
    - `application`: in a dashboard of theirs there, a report `shows` this text.
    - `session_of`: they hold a session of this role (an ARN), or an application that works for them does.

    Raises `ValueError` for none of them, or two.
    """

    call: str | None = None
    with_: Mapping[str, Any] = field(default_factory=lambda: _NONE)
    application: str | None = None
    shows: str = ""
    session_of: str | None = None

    def __post_init__(self) -> None:
        if sum(each is not None for each in (self.call, self.application, self.session_of)) != 1:
            raise ValueError("A want has the key 'call', 'application' or 'session_of', and one of them only.")


@dataclass(frozen=True, slots=True)
class Goal:
    """What the attacker wants: any of `wants`. `afterwards`: it counts only after all that others do meanwhile."""

    wants: tuple[Want, ...]
    afterwards: bool = False
