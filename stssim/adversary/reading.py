"""What policies read of callers: values that are of use later, if a session or a user is made with them now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from stssim.adversary.means import Goal
from stssim.adversary.solving import matching, patterns_of
from stssim.adversary.stage import Stage
from stssim.adversary.supposed import Supposed
from stssim.adversary.words import TooMany, Wanted, find, shape, takes
from stssim.policy import Policy
from stssim.policy.conditions import Condition
from stssim.policy.grammar import Statement

_TAG = "aws:principaltag/"
_REQUEST_TAG = "aws:requesttag/"
_RESOURCE_TAGS = ("aws:resourcetag/", "iam:resourcetag/")
_MOST = 8


@dataclass(slots=True)
class Reading:
    """By what it is for: tag keys with values that some policy asks for, session names, source identities, names of
    users. `keys` are all condition keys that any policy reads, in lower case.
    """

    tags: dict[str, list[str]] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    resource_tags: dict[str, list[str]] = field(default_factory=dict)
    tag_conditions: dict[str, list[Condition]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    identities: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    variables: set[str] = field(default_factory=set)
    arns: list[Condition] = field(default_factory=list)
    usernames: list[Condition] = field(default_factory=list)
    federated: list[Condition] = field(default_factory=list)

    @classmethod
    def of(cls, directory: Supposed, resources: tuple[str, ...]) -> Reading:
        """What all policies read; `resources` are those that the goal is about."""
        reading = cls()
        for policy in _policies(directory, resources):
            for statement in policy.document.statements:
                reading._read(statement, resources)
        return reading

    def _read(self, statement: Statement, resources: tuple[str, ...]) -> None:
        for condition in statement.conditions:
            self.keys.add(condition.name)
            self._condition(condition)
            for each in condition.templates:
                for piece in each.pieces:
                    key = getattr(piece, "key", "")
                    self.keys.add(key)
                    self.variables.add(key)
                    if key.startswith(_TAG):
                        self._tag(key.removeprefix(_TAG), "", key.removeprefix(_TAG))
        if statement.resource is not None and statement.resource.templates:
            for each in statement.resource.templates:
                for piece in each.pieces:
                    key = getattr(piece, "key", "")
                    self.keys.add(key)
                    self.variables.add(key)
                    if key.startswith(_TAG):
                        self._tag(key.removeprefix(_TAG), "", key.removeprefix(_TAG))
            for resource in resources:
                for key, value in matching(statement.resource, resource):
                    if key.startswith(_TAG):
                        self._tag(key.removeprefix(_TAG), value, key.removeprefix(_TAG))
                    elif key == "aws:userid":
                        _once(self.names, value.partition(":")[2])
                    elif key == "aws:sourceidentity":
                        _once(self.identities, value)
        if statement.principal is not None:
            for _, entry in statement.principal.values:
                if ":assumed-role/" in entry:
                    _once(self.names, entry.rpartition("/")[2])

    def _condition(self, condition: Condition) -> None:
        name = condition.name
        if name.startswith((_TAG, *_RESOURCE_TAGS)):
            self.tag_conditions.setdefault(name.partition("/")[2], []).append(condition)
        if name.startswith(_TAG):
            key = condition.key[len(_TAG) :]
            for value in _values(condition, "{tag}"):
                self._tag(key.lower(), value, key)
        elif name.startswith(_REQUEST_TAG):
            key = condition.key[len(_REQUEST_TAG) :]
            self._tag(key.lower(), "", key)
        elif name == "aws:tagkeys":
            for value in condition.values:
                if "*" not in value and "?" not in value:
                    self._tag(value.lower(), "", value)
        elif name.startswith(_RESOURCE_TAGS):
            key = condition.key.partition("/")[2]
            values = self.resource_tags.setdefault(key, [])
            for value in _values(condition, "{tag}"):
                _once(values, value)
        elif name == "aws:userid":
            for value in _values(condition, "{name}:{session}{session}"):
                _once(self.names, value.partition(":")[2])
            for value in condition.values:
                tail = value.rpartition(":")[2]
                if ":" in value and tail and "*" not in tail:
                    _once(self.names, tail)
        elif name == "aws:sourceidentity":
            for value in _values(condition, "{session}{session}"):
                _once(self.identities, value)
        elif name == "aws:principalarn":
            self.arns.append(condition)
        elif name == "aws:username":
            self.usernames.append(condition)
        elif name == "aws:federatedprovider":
            self.federated.append(condition)

    def _tag(self, key: str, value: str, written: str) -> None:
        self.written.setdefault(key, written)
        if self.written[key] == key:
            self.written[key] = written
        values = self.tags.setdefault(key, [])
        if value:
            _once(values, value)

    def tells_apart(self, key: str, before: str | None, after: str) -> bool:
        """Whether any policy tells two values of a tag apart."""
        conditions = self.tag_conditions.get(key.lower(), ())
        told = ({each.name: (value,)} if value is not None else {} for each in conditions for value in (before, after))
        answers = [
            each.holds(context) for each, context in zip((c for c in conditions for _ in "ab"), told, strict=True)
        ]
        variable = any(f"{prefix}{key.lower()}" in self.variables for prefix in (_TAG, *_RESOURCE_TAGS))
        return variable or answers[::2] != answers[1::2] or any(each.templates for each in conditions)

    def providers(self, can_be: str) -> Iterator[str]:
        """Names of issuers of this shape that some policy asks for."""
        for condition in self.federated:
            yield from _values(condition, can_be)

    def user_names(self, account: str) -> list[str]:
        """Names (with paths) of users of this account that some policy asks for."""
        found: list[str] = []
        for condition in self.arns:
            for value in _values(condition, f"arn:aws:iam::{account}:user/{{path}}"):
                _once(found, value.partition(":user/")[2])
        for condition in self.usernames:
            for value in _values(condition, "{session}"):
                _once(found, value)
        return found


def _values(condition: Condition, can_be: str) -> Iterator[str]:
    """A text for each of the values that a condition names, which is of this shape."""
    patterns = patterns_of(condition, {})
    for each in patterns or ():
        try:
            found = find(shape(can_be), [Wanted((each,))])
        except TooMany:
            continue
        if found is not None and takes(each, found):
            yield found


def _once(values: list[str], value: str) -> None:
    if value and value not in values and len(values) < _MOST:
        values.append(value)


def _policies(directory: Supposed, resources: tuple[str, ...]) -> Iterator[Policy]:
    for account in directory.accounts():
        for role in directory.roles(account):
            yield role.trust
            yield from directory.identity_policies(role.arn)
        for user in directory.users(account):
            yield from directory.identity_policies(user.arn)
    for resource in resources:
        policy = directory.resource_policy(resource)
        if policy is not None:
            yield policy


def resources_of(goal: Goal, stage: Stage) -> tuple[str, ...]:
    """The resources that the goal is about."""
    found = []
    for want in goal.wants:
        if want.call is not None and want.call.startswith("s3:") and "Bucket" in want.with_:
            bucket, key = (stage.text(str(want.with_.get(name, ""))) for name in ("Bucket", "Key"))
            found.append(f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}")
    return tuple(found)
