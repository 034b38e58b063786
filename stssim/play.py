"""Plays a story in a fresh Lab, and judges a defence: the honest moves must all work, and the attack must not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from stssim.call import NOTHING, Trace
from stssim.deputy import Settings, Vendor
from stssim.handles import Handle
from stssim.handles import Role as RoleHandle
from stssim.lab import Alter, Lab
from stssim.scenarios import Edit, Move, Scenario

_MARK = re.compile(r"\{\{([^{}]+)\}\}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a move came to (`accepted`, `turned down`, `report`, `no report`, `allowed`, or AWS's error code), and
    whether it should.
    """

    move: Move
    came_to: str
    as_expected: bool


@dataclass(frozen=True, slots=True)
class Playing:
    """One telling of a story: the outcomes and traces of its honest moves and of its attack."""

    scenario: Scenario
    edits: tuple[Edit, ...]
    moves: tuple[Outcome, ...]
    attack: tuple[Outcome, ...]
    reached: bool
    honest_trace: Trace
    attack_trace: Trace

    @property
    def honest(self) -> bool:
        """Whether every honest move came to what it should."""
        return all(outcome.as_expected for outcome in self.moves)

    @property
    def defended(self) -> bool:
        """The verdict on the edits: all honest moves work, and the attacker does not reach the goal."""
        return self.honest and not self.reached


def play(scenario: Scenario, edits: Iterable[Edit] = (), *, altered: Mapping[str, Alter] = NOTHING) -> Playing:
    """Tells a story in a Lab of its own, with these edits made to its world first.

    `altered` changes what is sent in the `honest` moves or in the `attack` (`Lab.altering`).
    Raises `botocore.exceptions.ClientError` where AWS would not take an edited policy.
    """
    edits = tuple(edits)
    stage = Stage(scenario, edits)
    lab, cast = stage.lab, {part: name for name, part in scenario.parts.items()}
    with lab.recording("honest", cast=cast) as honest_trace, lab.altering(altered.get("honest")):
        moves = tuple(stage.make(move) for move in scenario.moves)
    with lab.recording("attack", cast=cast) as attack_trace, lab.altering(altered.get("attack")):
        attack = tuple(stage.make(move) for move in scenario.attack)
    return Playing(scenario, edits, moves, attack, stage.reached(attack), honest_trace, attack_trace)


class Stage:
    """A Lab with the story's world built in it, ready for its moves."""

    def __init__(self, scenario: Scenario, edits: Iterable[Edit] = ()) -> None:
        self.scenario = scenario
        self.lab = Lab(seed=scenario.seed)
        self.people: dict[str, Handle] = {}
        self.vendors: dict[str, Vendor] = {}
        self.roles: dict[str, RoleHandle] = {}
        self.sessions: dict[str, Handle] = {}
        self._edits = tuple(edits)
        for account in scenario.accounts:
            self.lab.account(account)
        self._build()

    def text(self, template: str) -> str:
        """A text with its `{{...}}` filled in. Raises `LookupError` for one that names nothing."""
        return _MARK.sub(lambda mark: self._named(mark[1]), template)

    def make(self, move: Move) -> Outcome:
        """Makes one move, and says what it came to."""
        came_to = self._message(move) if move.to else self._call(move)
        return Outcome(move, came_to, move.expect is None or came_to == move.expect)

    def reached(self, attack: tuple[Outcome, ...]) -> bool:
        """Whether the attacker has what they were after, judged by the state of the world."""
        goal = self.scenario.goal
        if goal.allowed is not None:
            return any(outcome.move.name == goal.allowed and outcome.came_to == "allowed" for outcome in attack)
        row = self.vendors[goal.of or ""].tenants.get(goal.dashboard or "")
        return row is not None and any(goal.shows in text for text in row.dashboard.values() if goal.shows)

    def _build(self) -> None:
        story = self.scenario
        for name, person in story.people.items():
            policy = self._edited("policy", name, person.policy)
            self.people[name] = self.lab.account(person.account).user(name, policy)
        for name, application in story.applications.items():
            settings = Settings(**application.settings)
            for edit in self._edits:
                settings = replace(settings, **edit.settings.get(name, {}))
            policy = self._edited("policy", name, application.policy) or application.policy
            vendor = self.lab.vendor(self.lab.account(application.account), name, policy, settings)
            self.vendors[name], self.people[name] = vendor, vendor.user
            for tenant, speaker in application.tenants.items():
                vendor.sign_up(tenant, by=self.people[speaker])
        for name, role in story.roles.items():
            trust = self._edited("trust", name, role.trust) or ""
            policy = self._edited("policy", name, role.policy)
            self.roles[name] = self.lab.account(role.account).role(name, trust, policy)
        for name, bucket in story.buckets.items():
            policy = self._edited("bucket_policy", name, bucket.policy)
            self.lab.account(bucket.account).bucket(self.text(name), bucket.objects, policy)

    def _edited(self, what: str, name: str, original: str | None) -> str | None:
        for edit in self._edits:
            original = getattr(edit, what).get(name, original)
        return None if original is None else self.text(original)

    def _named(self, mark: str) -> str:
        kind, _, name = mark.partition(":")
        match kind:
            case "account" if name in self.scenario.accounts:
                return self.lab.account(name).number
            case "role" if name in self.scenario.roles:
                return f"arn:aws:iam::{self.lab.account(self.scenario.roles[name].account).number}:role/{name}"
            case "external-id":
                application, _, tenant = name.partition(":")
                if application in self.vendors:
                    return self.vendors[application].external_id(tenant) or ""
        raise LookupError(f"{self.scenario.name}: {{{{{mark}}}}} names nothing in this story.")

    def _message(self, move: Move) -> str:
        vendor, speaker, tenant = self.vendors[move.to or ""], self.people[move.by], move.tenant or ""
        if move.message == "onboard":
            role_arn = self._named(f"role:{move.role}")
            accepted = vendor.onboard(tenant, role_arn, move.external_id and self.text(move.external_id), by=speaker)
            return "accepted" if accepted else "turned down"
        row = vendor.tenants.get(tenant)
        if row is None or row.role_arn is None:
            return "no report"
        before = dict(row.dashboard)
        return "report" if vendor.audit(tenant, by=speaker).dashboard != before else "no report"

    def _call(self, move: Move) -> str:
        service, _, operation = (move.call or "").partition(":")
        caller = self.sessions.get(move.by) or self.people[move.by]
        client = caller.client(service)
        methods: Mapping[str, str] = {
            operation: method for method, operation in client.meta.method_to_api_mapping.items()
        }
        parameters = {name: self._filled(value) for name, value in move.with_.items()}
        try:
            reply = getattr(client, methods[operation])(**parameters)
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        except BotoCoreError as error:
            return type(error).__name__
        if move.keep:
            self.sessions[move.keep] = self.lab.session(reply)
        return "allowed"

    def _filled(self, value: Any) -> Any:
        return self.text(value) if isinstance(value, str) else value
