"""What a scenario is made of. Texts may hold marks that are filled in when it is played:

- `{{account:NAME}}` an account's number, `{{role:NAME}}` and `{{policy:NAME}}` an ARN,
- `{{provider:ISSUER:ACCOUNT}}` the ARN of an issuer in that account's IAM,
- `{{external-id:APPLICATION:TENANT}}` the External ID that an application gives a tenant,
- `{{key:PERSON}}` an access key id, `{{mfa:PERSON}}` a device's serial number, `{{mfa-code:PERSON}}` what it shows,
- `{{token:NAME}}` a web identity token that an activity kept, `{{kept:NAME:Path.To.Value}}` a part of a kept reply,
- `{{code:NAME}}` and `{{code-before:NAME}}` what an MFA device that an activity made shows, now and half a minute ago,
- `{{now}}` the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from stssim.adversary.means import Means, Want
from stssim.scenarios.question import Question

NONE: Mapping[str, Any] = MappingProxyType({})
NO_MEANS = Means()
Part = Literal["attacker", "deputy", "victim"]


@dataclass(frozen=True, slots=True)
class Person:
    """An IAM user of an account, with a policy (JSON text) if there is one, tags, and an MFA device if `mfa`."""

    account: str
    policy: str | None = None
    part: Part | None = None
    tags: Mapping[str, str] = field(default_factory=lambda: NONE)
    mfa: bool = False


@dataclass(frozen=True, slots=True)
class Application:
    """A deputy application (`stssim.lab.vendor`), run as an IAM user of the same name.

    `tenants` maps each tenant that has signed up to the person who speaks for it. `settings` are `Settings`' fields.
    """

    account: str
    policy: str
    tenants: Mapping[str, str] = field(default_factory=lambda: NONE)
    settings: Mapping[str, Any] = field(default_factory=lambda: NONE)
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """An AWS service that calls as itself for whoever configures it, e.g. `cloudtrail.amazonaws.com`."""

    principal: str
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Issuer:
    """An OpenID Connect issuer that signs tokens for whoever uses it, and the accounts whose IAM knows it."""

    url: str
    registered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role of the scenario, under its name: whose it is, whom it trusts, what it may.

    `older_rules` lets its trust policy be one that IAM took in earlier years and would refuse today.
    """

    account: str
    trust: str
    policy: str | None = None
    older_rules: bool = False


@dataclass(frozen=True, slots=True)
class ManagedPolicy:
    """A customer managed policy of the scenario, under its name."""

    account: str
    document: str


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket of the scenario, under its name: whose it is, and what lies in it."""

    account: str
    objects: Mapping[str, str] = field(default_factory=lambda: NONE)
    policy: str | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """Something that somebody does: a legitimate task, or a part of the attack. Exactly one of these kinds:

    - A `message` `to` an application: `onboard` (a `role` for a `tenant`, with an `external_id` where customers choose
      it), `audit` or `leave`. To an issuer: `sign in`, which brings a token with these `claims`, kept as `keep`.
    - A `call`: `service:Operation` `with_` parameters, by a person or with the credentials that an earlier activity
      kept. Its reply is kept as `keep`. Sent `to` a service, that service makes the call, on behalf of resource `for_`
      (an ARN) in the account of whoever configured it.
    - `steals`: `by` gets a copy of the credentials of a person or of an earlier activity, and uses them as `keep`.
    - `wait`: minutes that pass.

    `tenant`, `role` and `external_id` are what is typed into an application's form. `session` is the name of the
    session in which the application makes an audit, unless it is its usual one. `address` is an IP address from which
    it is all sent, instead of the usual one.

    `expect` is the result that a legitimate task must have: `accepted`, `turned down`, `report`, `no report`, `left`,
    `no such tenant`, `signed in`, `taken`, `waited`, `allowed`, or the code of AWS's error; `not made` is an activity
    that uses what an earlier one did not bring. In an attack, only bystanders' activities have one.

    A variant of a legitimate task is done `after` that task, or after another variant, when a fix is judged.
    """

    name: str
    by: str
    to: str | None = None
    message: Literal["onboard", "audit", "leave", "sign in"] | None = None
    tenant: str | None = None
    role: str | None = None
    external_id: str | None = None
    claims: Mapping[str, Any] = field(default_factory=lambda: NONE)
    call: str | None = None
    with_: Mapping[str, Any] = field(default_factory=lambda: NONE)
    for_: str | None = None
    steals: str | None = None
    wait: int | None = None
    session: str | None = None
    address: str | None = None
    keep: str | None = None
    expect: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """What the attacker wants. `says` that it was reached; `fails` says that it was not.

    The attack that is told reaches it with a text in a tenant's dashboard, or when an activity is allowed. `wants`
    are what any attack is after (`stssim.adversary.Goal`), and `afterwards` says that it counts only after all that
    others do meanwhile.
    """

    says: str
    fails: str
    of: str | None = None
    dashboard: str | None = None
    shows: str | None = None
    allowed: str | None = None
    wants: tuple[Want, ...] = ()
    afterwards: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of the scenario's world: trust policies by role, policies by role, person or application, bucket
    policies by bucket, settings by application, new names by role, and by activity what is done differently.

    `does` gives an activity another `call` and the parameters `with` it, or more parameters `with` the same call.

    A wrong answer also says where it `fails`: it breaks the legitimate `tasks` (`at` names the first that fails), lets
    the `attack` through, or `both`; or all tasks work, and one of the `variants` fails, or
    there is `another-way` in than the attack that is told. And why.
    """

    name: str
    says: str = ""
    trust: Mapping[str, str] = field(default_factory=lambda: NONE)
    policy: Mapping[str, str] = field(default_factory=lambda: NONE)
    bucket_policy: Mapping[str, str] = field(default_factory=lambda: NONE)
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: NONE)
    renames: Mapping[str, str] = field(default_factory=lambda: NONE)
    does: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: NONE)
    fails: Literal["attack", "tasks", "both", "variants", "another-way"] | None = None
    at: str | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario as data. With the same `seed`, every run has the same ids.

    `variants` are activities as legitimate as the tasks: what a fix must let through as well. `means` are the
    attacker's, whatever the attack that is told makes of them.
    """

    name: str
    title: str
    lesson: str
    source: str
    stake: str
    solution: str
    accounts: tuple[str, ...]
    tasks: tuple[Activity, ...]
    attack: tuple[Activity, ...]
    goal: Goal
    fixes: Mapping[str, Edit]
    people: Mapping[str, Person] = field(default_factory=lambda: NONE)
    roles: Mapping[str, Role] = field(default_factory=lambda: NONE)
    policies: Mapping[str, ManagedPolicy] = field(default_factory=lambda: NONE)
    buckets: Mapping[str, Bucket] = field(default_factory=lambda: NONE)
    applications: Mapping[str, Application] = field(default_factory=lambda: NONE)
    services: Mapping[str, Service] = field(default_factory=lambda: NONE)
    issuers: Mapping[str, Issuer] = field(default_factory=lambda: NONE)
    wrong_answers: Mapping[str, Edit] = field(default_factory=lambda: NONE)
    variants: tuple[Activity, ...] = ()
    means: Means = NO_MEANS
    hints: tuple[str, ...] = ()
    question: Question | None = None
    seed: int = 7

    @property
    def activities(self) -> tuple[Activity, ...]:
        """Everything that anybody does: tasks, attack, variants."""
        return (*self.tasks, *self.attack, *self.variants)

    @property
    def proposed_fixes(self) -> Mapping[str, Edit]:
        """Everything that is offered as a fix, by name: the fixes that work, and the wrong answers."""
        return {**self.fixes, **self.wrong_answers}

    @property
    def parts(self) -> Mapping[str, str]:
        """The part that each actor plays, by the name that it has in a Trace.

        Whoever signs in is drawn as the subject of the token, and plays the same part.
        """
        named: dict[str, Person | Application] = {**self.people, **self.applications}
        parts = {name: actor.part for name, actor in named.items() if actor.part}
        tokens = [
            activity
            for activity in (*self.tasks, *self.attack)
            if activity.message == "sign in" and activity.by in parts
        ]
        subjects = {str(activity.claims["sub"]): parts[activity.by] for activity in tokens if "sub" in activity.claims}
        return subjects | parts | {each.principal: each.part for each in self.services.values() if each.part}

    @property
    def cast(self) -> Mapping[str, tuple[str, ...]]:
        """Who plays each part, by the names that they have in a Trace."""
        parts = self.parts
        return {part: tuple(name for name in parts if parts[name] == part) for part in dict.fromkeys(parts.values())}
