"""Every name that a scenario uses must be defined in it: accounts, actors, roles, activities, marks in texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from stssim.lab.vendor import Settings
from stssim.scenarios.scenario import Activity, Edit, Scenario
from stssim.scenarios.shape import ScenarioError, fits, suggest

MARK = re.compile(r"\{\{([^{}]+)\}\}")


def check_names(scenario: Scenario) -> None:
    """Raises `ScenarioError`, with the table and the key, for the first name that is not defined."""
    _actors(scenario)
    kept = _activities(scenario, "tasks", scenario.tasks, {})
    kept = _activities(scenario, "attack", scenario.attack, kept)
    _activities(scenario, "variants", scenario.variants, kept)
    _variants(scenario)
    _goal(scenario)
    _means(scenario)
    _known("the scenario: solution", scenario.solution, scenario.fixes, "fix")
    for part, edits in (("fixes", scenario.fixes), ("wrong_answers", scenario.wrong_answers)):
        for name, edit in edits.items():
            _edit(scenario, f"{part}.{name}", edit)
    for name, edit in scenario.wrong_answers.items():
        if edit.fails is None:
            raise ScenarioError(f"wrong_answers.{name} lacks the key 'fails'.")
        if edit.at is not None:
            known = {activity.name: activity for activity in scenario.activities if activity.expect}
            _known(f"wrong_answers.{name}: at", edit.at, known, "legitimate task")
    for where, text in _texts(scenario, ""):
        for mark in MARK.findall(text):
            _mark(scenario, where, mark)


def _actors(scenario: Scenario) -> None:
    parts = ("people", "applications", "roles", "policies", "buckets")
    for part in parts:
        for name, entry in getattr(scenario, part).items():
            _known(f"{part}.{name}: account", entry.account, scenario.accounts, "account")
    for name, application in scenario.applications.items():
        for tenant, speaker in application.tenants.items():
            _known(f"applications.{name}: tenants.{tenant}", speaker, scenario.people, "person")
        _settings(f"applications.{name}", application.settings)
    for name, issuer in scenario.issuers.items():
        for account in issuer.registered:
            _known(f"issuers.{name}: registered", account, scenario.accounts, "account")


def _activities(
    scenario: Scenario, part: str, activities: tuple[Activity, ...], kept: Mapping[str, Activity]
) -> dict[str, Activity]:
    kept = dict(kept)
    people = {**scenario.people, **scenario.applications}
    named: set[str] = set()
    for number, activity in enumerate(activities, 1):
        where = f"{part}[{number}]"
        if activity.name in named:
            raise ScenarioError(f"{where}: name {activity.name!r} is already another activity's.")
        named.add(activity.name)
        _known(f"{where}: by", activity.by, {**people, **kept}, "actor")
        if (
            sum(
                (
                    activity.message is not None,
                    activity.call is not None,
                    activity.steals is not None,
                    activity.wait is not None,
                )
            )
            != 1
        ):
            raise ScenarioError(f"{where} must have exactly one of the keys message, call, steals and wait.")
        if activity.message is not None:
            _message(scenario, where, activity)
        elif activity.call is not None:
            _call(scenario, where, activity)
        if activity.steals is not None:
            _known(f"{where}: steals", activity.steals, {**people, **kept}, "actor")
        if (activity.steals is not None or activity.message == "sign in") and activity.keep is None:
            raise ScenarioError(f"{where} lacks the key 'keep'.")
        if activity.keep is not None:
            kept[activity.keep] = activity
    return kept


def _message(scenario: Scenario, where: str, activity: Activity) -> None:
    signs_in = activity.message == "sign in"
    _known(
        f"{where}: to",
        activity.to or "",
        scenario.issuers if signs_in else scenario.applications,
        "issuer or application",
    )
    if not signs_in and activity.tenant is None:
        raise ScenarioError(f"{where} lacks the key 'tenant'.")
    if activity.message == "onboard":
        _known(f"{where}: role", activity.role or "", scenario.roles, "role")


def _call(scenario: Scenario, where: str, activity: Activity) -> None:
    if activity.to is not None:
        _known(f"{where}: to", activity.to, scenario.services, "service")
        _known(f"{where}: by", activity.by, scenario.people, "person")
    elif activity.for_ is not None:
        raise ScenarioError(f"{where}: 'for' needs the service that makes the call, as 'to'.")
    _operation(where, activity.call)


def _variants(scenario: Scenario) -> None:
    """A variant comes after an activity of somebody else's than the attacker, or after an earlier variant."""
    before = {each.name: each for each in (*scenario.tasks, *scenario.attack)}
    for number, variant in enumerate(scenario.variants, 1):
        if variant.after is None:
            raise ScenarioError(f"variants[{number}] lacks the key 'after'.")
        _known(f"variants[{number}]: after", variant.after, before, "task or earlier variant")
        before[variant.name] = variant
    for part, activities in (("tasks", scenario.tasks), ("attack", scenario.attack)):
        for number, activity in enumerate(activities, 1):
            if activity.after is not None:
                raise ScenarioError(f"{part}[{number}]: only a variant has the key 'after'.")


def _means(scenario: Scenario) -> None:
    means, kept = scenario.means, {activity.keep: activity for activity in scenario.tasks if activity.keep}
    for account in means.accounts:
        _known("means: accounts", account, scenario.accounts, "account")
    for holder in means.holds:
        _known("means: holds", holder, {**scenario.people, **kept}, "person or kept session")
    for name, customer in means.customer_of.items():
        _known("means: customer_of", name, scenario.applications, "application")
        for tenant in customer.tenants:
            known = scenario.applications[name].tenants
            _known(f"means: customer_of.{name}: tenants", tenant, known, "tenant")
    for name in means.tokens:
        _known("means: tokens", name, scenario.issuers, "issuer")
    attack = {activity.name: activity for activity in scenario.attack}
    for part in ("begins_after", "meanwhile"):
        for name in getattr(means, part):
            _known(f"means: {part}", name, attack, "activity of the attack")
    for number, want in enumerate(scenario.goal.wants, 1):
        where = f"goal.wants[{number}]"
        if want.application is not None:
            _known(f"{where}: application", want.application, scenario.applications, "application")
        if want.call is not None:
            _operation(where, want.call)


def _goal(scenario: Scenario) -> None:
    goal = scenario.goal
    if goal.allowed is not None:
        _known(
            "goal: allowed",
            goal.allowed,
            {activity.name: activity for activity in scenario.attack},
            "activity of the attack",
        )
    elif goal.of is None or goal.dashboard is None or goal.shows is None:
        raise ScenarioError("goal must have the key 'allowed', or the keys 'of', 'dashboard' and 'shows'.")
    else:
        _known("goal: of", goal.of, scenario.applications, "application")


def _edit(scenario: Scenario, where: str, edit: Edit) -> None:
    holders = {**scenario.roles, **scenario.people, **scenario.applications}
    for key, known, kind in (
        ("trust", scenario.roles, "role"),
        ("policy", holders, "role, person or application"),
        ("bucket_policy", scenario.buckets, "bucket"),
        ("settings", scenario.applications, "application"),
        ("renames", scenario.roles, "role"),
        ("does", {activity.name: activity for activity in (*scenario.tasks, *scenario.attack)}, "activity"),
    ):
        for name in getattr(edit, key):
            _known(f"{where}: {key}", name, known, kind)
    for name, settings in edit.settings.items():
        _settings(f"{where}: settings.{name}", settings)
    for name, done in edit.does.items():
        _done(scenario, f"{where}: does.{name}", name, done)


def _done(scenario: Scenario, where: str, name: str, done: Mapping[str, Any]) -> None:
    activity = next(activity for activity in (*scenario.tasks, *scenario.attack) if activity.name == name)
    if activity.by in scenario.people and scenario.people[activity.by].part == "attacker":
        raise ScenarioError(f"{where} is the attacker's activity, and a fix cannot change it.")
    if not done:
        raise ScenarioError(f"{where} must have the key 'call' or the key 'with'.")
    for key in done:
        if key not in ("call", "with"):
            raise ScenarioError(f"{where} has an unknown key {key!r}. {suggest(key, ('call', 'with'))}")
    if not isinstance(done.get("with", {}), Mapping):
        raise ScenarioError(f"{where}: with must be a table, not {done['with']!r}.")
    if "call" in done:
        _operation(where, done["call"])


def _operation(where: str, call: object) -> None:
    if not isinstance(call, str) or call.count(":") != 1:
        raise ScenarioError(f"{where}: call must be service:Operation, e.g. sts:AssumeRole, not {call!r}.")


def _settings(where: str, settings: Mapping[str, Any]) -> None:
    known = {field.name: field for field in fields(Settings)}
    for name, value in settings.items():
        _known(f"{where}: settings", name, known, "setting")
        if wanted := fits(value, Settings, name):
            raise ScenarioError(f"{where}: settings: {name} must be {wanted}, not {value!r}.")


def _mark(scenario: Scenario, where: str, mark: str) -> None:
    kind, _, name = mark.partition(":")
    first, _, second = name.partition(":")
    if mark == "now":
        return
    kept = {activity.keep: activity for activity in scenario.activities if activity.keep}
    users = {**scenario.people, **scenario.applications}
    known: dict[str, tuple[Mapping[str, Any] | tuple[str, ...], str]] = {
        "account": (scenario.accounts, "account"),
        "role": (scenario.roles, "role"),
        "policy": (scenario.policies, "policy"),
        "provider": (scenario.issuers, "issuer"),
        "external-id": (scenario.applications, "application"),
        "key": (users, "person or application"),
        "mfa": (scenario.people, "person"),
        "mfa-code": (scenario.people, "person"),
        **dict.fromkeys(("token", "kept", "code", "code-before"), (kept, "activity's keep")),
    }
    where = f"{where}: {{{{{mark}}}}}"
    _known(where, kind, (*known, "now"), "kind of mark")
    _known(where, first, *known[kind])
    if kind == "provider":
        _known(where, second, scenario.issuers[first].registered, "account that knows the issuer")


def _texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts(key, where)
            yield from _texts(each, f"{where}.{key}" if where else str(key))
    elif isinstance(value, tuple | list):
        for number, each in enumerate(value, 1):
            yield from _texts(each, f"{where}[{number}]")
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name), f"{where}.{field.name.rstrip('_')}".lstrip("."))


def _known(where: str, name: str, known: Mapping[str, Any] | tuple[str, ...], kind: str) -> None:
    if name not in known:
        raise ScenarioError(f"{where}: {name!r} is no {kind} of this scenario. {suggest(name, known)}")
