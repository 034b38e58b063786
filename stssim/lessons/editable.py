"""What of a scenario's world can be edited, as a reader finds it there: policies, and the settings of applications."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from stssim.lessons.settings import settings_of
from stssim.policy.acceptance import SHARED_ISSUER, refusal
from stssim.policy.policies import PolicyKind
from stssim.scenarios import Edit, Scenario
from stssim.scenarios.scenario import NONE
from stssim.scenarios.world import World

Part = Literal["trust", "policy", "bucket_policy"]
"""The part of an Edit that a document belongs to."""
Settings = Mapping[str, Mapping[str, Any]]
Ids = Mapping[str, Mapping[str, str | None]]


@dataclass(frozen=True, slots=True)
class EditablePolicy:
    """A policy of a scenario: whose it is, its title to a reader, its kind, its text with every name filled in.

    The text is empty where there is no policy yet, and one of the scenario's fixes gives one.
    """

    part: Part
    owner: str
    title: str
    kind: PolicyKind
    text: str

    @property
    def name(self) -> str:
        return f"{self.part}:{self.owner}"

    def objection(self, text: str) -> str | None:
        """Why AWS would not take a text as this policy, in one sentence with its line and column, or None."""
        if not text.strip() and not self.text:
            return None
        refused = refusal(text, self.kind)
        if refused is None or refused.name == SHARED_ISSUER:  # some scenarios are older than that rule
            return None
        return f"{self.title}, line {refused.line}, column {refused.column}: {refused.sentence}"


@dataclass(frozen=True, slots=True)
class Editable:
    """Everything that can be edited: `policies` by name, `settings` by application. `base` is what else a fix changes:
    what is done, and what roles are named. `ids` are the External IDs that applications send, by tenant.
    """

    policies: Mapping[str, EditablePolicy] = field(default_factory=lambda: NONE)
    settings: Settings = field(default_factory=lambda: NONE)
    base: Edit = field(default_factory=lambda: Edit("as it is"))
    ids: Ids = field(default_factory=lambda: NONE)


def editable(scenario: Scenario, edits: Iterable[Edit] = ()) -> Editable:
    """The scenario's world with these edits made to it. An attacker's own policy is left out, unless it is what a fix
    of the scenario changes.
    """
    edits = tuple(edits)
    world = World(scenario, edits)
    policies, wanted = {}, touched(scenario)
    for part, owner, title, kind, text in _policies(scenario):
        for edit in edits:
            text = getattr(edit, part).get(owner, text)
        policy = EditablePolicy(part, owner, world.text(title), kind, world.text(text or "").strip())
        if policy.text or policy.name in wanted:
            policies[policy.name] = policy
    settings = {}
    for name, application in scenario.applications.items():
        settings[name] = settings_of(application.settings)
        for edit in edits:
            settings[name] |= edit.settings.get(name, {})
    does = {activity: done for edit in edits for activity, done in edit.does.items()}
    renames = {role: name for edit in edits for role, name in edit.renames.items()}
    return Editable(policies, settings, Edit("as it is", does=does, renames=renames), _ids(world))


def touched(scenario: Scenario) -> frozenset[str]:
    """The names of the policies that one of the scenario's own fixes edits."""
    parts: tuple[Part, ...] = ("trust", "policy", "bucket_policy")
    return frozenset(
        f"{part}:{owner}" for fix in scenario.proposed_fixes.values() for part in parts for owner in getattr(fix, part)
    )


def as_edit(texts: Mapping[str, str], settings: Settings = NONE, base: Edit | None = None) -> Edit:
    """The edit that gives policies, by name, these texts, and applications these settings; the rest is as in `base`.
    An empty text edits nothing.
    """
    parts: dict[str, dict[str, str]] = {"trust": {}, "policy": {}, "bucket_policy": {}}
    for name, text in texts.items():
        part, _, owner = name.partition(":")
        if text.strip():
            parts[part][owner] = text
    trust, policy, bucket_policy = parts["trust"], parts["policy"], parts["bucket_policy"]
    edit = base or Edit("")
    return replace(edit, name="your own", trust=trust, policy=policy, bucket_policy=bucket_policy, settings=settings)


def _policies(scenario: Scenario) -> Iterator[tuple[Part, str, str, PolicyKind, str | None]]:
    for name, role in scenario.roles.items():
        yield "trust", name, f"Trust policy of role {name}", "trust", role.trust
    for name, bucket in scenario.buckets.items():
        yield "bucket_policy", name, f"Bucket policy of {name}", "resource", bucket.policy
    for name, role in scenario.roles.items():
        yield "policy", name, f"Policy of role {name}", "identity", role.policy
    for name, application in scenario.applications.items():
        yield "policy", name, f"Policy of user {name}", "identity", application.policy
    for name, person in scenario.people.items():
        if person.part != "attacker" or f"policy:{name}" in touched(scenario):
            yield "policy", name, f"Policy of user {name}", "identity", person.policy


def external_ids(scenario: Scenario, settings: Settings) -> Ids:
    """The External ID that each application sends for each of its tenants, with these settings; None where it sends
    none.
    """
    return _ids(World(scenario, [Edit("settings", settings=settings)]))


def _ids(world: World) -> Ids:
    return {
        name: {tenant: vendor.external_id(tenant) for tenant in vendor.tenants}
        for name, vendor in world.vendors.items()
    }
