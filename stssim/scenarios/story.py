"""What a story is made of. Texts may hold `{{account:NAME}}`, `{{role:NAME}}` (its ARN) and
`{{external-id:APPLICATION:TENANT}}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

NONE: Mapping[str, Any] = MappingProxyType({})
Part = Literal["attacker", "deputy", "victim"]


@dataclass(frozen=True, slots=True)
class Person:
    """An IAM user of an account, with a policy (JSON text) if there is one."""

    account: str
    policy: str | None = None
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """A deputy application (`stssim.deputy`), run as an IAM user of the same name.

    `tenants` maps each tenant that has signed up to the person who speaks for it. `settings` are `Settings`' fields.
    """

    account: str
    policy: str
    tenants: Mapping[str, str] = field(default_factory=lambda: NONE)
    settings: Mapping[str, Any] = field(default_factory=lambda: NONE)
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role of the story, under its name: whose it is, whom it trusts, what it may."""

    account: str
    trust: str
    policy: str | None = None


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket of the story, under its name: whose it is, and what lies in it."""

    account: str
    objects: Mapping[str, str] = field(default_factory=lambda: NONE)
    policy: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """Something that somebody does: a `message` to an application, or an AWS `call`.

    A message is `onboard` (a `role` for a `tenant`, with an `external_id` where customers choose it) or `audit`. A
    call is `service:Operation` `with_` parameters, by a person or by the temporary credentials that an earlier move
    kept as `keep`. `expect` is what an honest move must come to: `accepted`, `report`, `allowed`, or the code of AWS's
    error.
    """

    name: str
    by: str
    to: str | None = None
    message: Literal["onboard", "audit"] | None = None
    tenant: str | None = None
    role: str | None = None
    external_id: str | None = None
    call: str | None = None
    with_: Mapping[str, Any] = field(default_factory=lambda: NONE)
    keep: str | None = None
    expect: str | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """What the attacker is after: a text in a tenant's dashboard, or a move of the attack that is allowed."""

    says: str
    of: str | None = None
    dashboard: str | None = None
    shows: str | None = None
    allowed: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of the story's world: trust policies by role, policies by role or person, settings by application.

    A wrong answer also says what it `fails`, the honest `moves` or to stop the `attack`, and why.
    """

    name: str
    says: str = ""
    trust: Mapping[str, str] = field(default_factory=lambda: NONE)
    policy: Mapping[str, str] = field(default_factory=lambda: NONE)
    bucket_policy: Mapping[str, str] = field(default_factory=lambda: NONE)
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: NONE)
    fails: Literal["attack", "moves"] | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story as data. `seed` makes its ids the same in every telling."""

    name: str
    title: str
    lesson: str
    source: str
    stake: str
    solution: str
    accounts: tuple[str, ...]
    people: Mapping[str, Person]
    roles: Mapping[str, Role]
    buckets: Mapping[str, Bucket]
    applications: Mapping[str, Application]
    moves: tuple[Move, ...]
    attack: tuple[Move, ...]
    goal: Goal
    defences: Mapping[str, Edit]
    wrong_answers: Mapping[str, Edit] = field(default_factory=lambda: NONE)
    hints: tuple[str, ...] = ()
    seed: int = 7

    @property
    def parts(self) -> Mapping[str, str]:
        """The part that each actor plays, by name."""
        cast: dict[str, Person | Application] = {**self.people, **self.applications}
        return {name: actor.part for name, actor in cast.items() if actor.part}
