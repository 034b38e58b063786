"""Who sets each condition key, and which values an outsider can bring about: the table in `condition_keys.csv`.

One row a key, with the page that documents it. Rows whose `evidence` is `inferred` follow from what the key is and are
not stated by AWS. A `*` in a key stands for any text: a tag's key, an issuer's path.

An outsider is whoever has an AWS account of their own and none of the owner's, or is a stranger at the identity
provider. What they can bring about is written as values with placeholders:

- `{any}`: any text
- `{own}`: a name or number that is theirs: never one that the policy spells out, for that one is taken
- `{name}`: a name within what is theirs, such as that of a repository; `{path}`: the same with slashes and more, but no
  colon
- `{account}`, `{organization}`, `{vpc}`, `{vpce}`, `{address}`, `{id}`: their own number, id or address, which they
  have and cannot choose
- `{service}`: the service principal, where a service calls
- `{owner}`, `{owner-organization}`: those of the owner of the resource, whoever calls
- `{now}`: the time of the call; `{fixed}`: a value that nobody chooses; `{tail}`: the rest of a name, as its issuer
  writes it

`|` separates alternatives. No values: the outsider cannot bring the key about at all.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources

from stssim.policy.match import Matcher, glob, tokens

__all__ = ["KeyRule", "Reach", "Source", "rules", "set_by"]


class Source(StrEnum):
    """Who sets the value of a condition key."""

    CALLER_CHOICE = "caller-choice"
    """Whoever writes the request: a parameter or a header."""
    CALLER_IDENTITY = "caller-identity"
    """AWS, from who calls: names and tags are the caller's own choice in an account of theirs, numbers are not."""
    NETWORK = "network"
    """The way that the request takes: an address, a VPC endpoint, TLS."""
    AWS = "aws"
    """AWS alone: the time, or whether a service calls."""
    SERVICE = "service"
    """A service that calls for a customer, from what that customer configured."""
    IDENTITY_PROVIDER = "identity-provider"
    """The issuer of a token, assertion or certificate."""
    RESOURCE_OWNER = "resource-owner"
    """The owner of the resource, or AWS from whose resource it is."""


class Reach(StrEnum):
    """Which values of a key an outsider can bring about."""

    ANY_VALUE = "any value"
    OWN_VALUES = "values of their own"
    NOTHING = "no value"


@dataclass(frozen=True, slots=True)
class KeyRule:
    """One row: `key` may hold `*`, `type` is AWS's data type (String, ARN, Bool, Date, IPAddress, Numeric).

    `many` says that the key is multivalued. `values` are the alternatives that an outsider can bring about, with
    placeholders. `may_be_absent` says that an outsider's request can go without the key. `inferred` marks a row that
    no page states; `page` is then the page that lists the key.
    """

    key: str
    type: str
    many: bool
    source: Source
    values: tuple[str, ...]
    may_be_absent: bool
    inferred: bool
    page: str

    @property
    def reach(self) -> Reach:
        """Which values an outsider (for a claim: a stranger at that issuer) can bring about."""
        if not self.values or all(value in _NOT_THEIRS for value in self.values):
            return Reach.NOTHING
        return Reach.ANY_VALUE if "{any}" in self.values else Reach.OWN_VALUES


_NOT_THEIRS = frozenset({"{owner}", "{owner-organization}", "{owner-organization}/{fixed}", "{now}", "{fixed}"})


@cache
def rules() -> tuple[KeyRule, ...]:
    """The whole table, in the order of the file."""
    text = (resources.files("stssim.policy") / "condition_keys.csv").read_text(encoding="utf-8")
    return tuple(_rule(row) for row in csv.DictReader(text.splitlines()))


def _rule(row: Mapping[str, str]) -> KeyRule:
    return KeyRule(
        row["key"],
        row["type"],
        row["many"] == "yes",
        Source(row["source"]),
        tuple(row["values"].split("|")) if row["values"] else (),
        row["absent"] == "yes",
        row["evidence"] == "inferred",
        row["page"],
    )


@lru_cache(maxsize=4096)
def set_by(key: str) -> KeyRule | None:
    """The row of a condition key, in any case; None for a key that the table does not have.

    Where several rows match, the one that spells out the most decides: `token.actions.githubusercontent.com:sub`
    before `*.*:sub`.
    """
    found = _exact().get(key.lower())
    if found is not None:
        return found
    matching = [rule for rule, matches in _patterns() if matches(key.lower())]
    return max(matching, key=lambda rule: len(rule.key.replace("*", "")), default=None)


@cache
def _exact() -> dict[str, KeyRule]:
    return {rule.key.lower(): rule for rule in rules() if "*" not in rule.key}


@cache
def _patterns() -> tuple[tuple[KeyRule, Matcher], ...]:
    return tuple((rule, glob(tokens(rule.key.lower()))) for rule in rules() if "*" in rule.key)
