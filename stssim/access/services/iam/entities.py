"""What IAM holds in an account, found by name and by unique id as fast among 5,000 as among ten.

moto keeps roles by unique id, and looks through all of them for a name. Here its dicts are ones that know their own
names and ids: each change passes through them, so there is no second truth.
"""

from __future__ import annotations

from collections import UserDict
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, Literal

from stssim.access.core.moto_backends import backend
from stssim.call import Call

Kind = Literal["groups", "instance_profiles", "managed_policies", "roles", "users"]
_OF_AWS = "arn:aws:iam::aws:"


class Entities(UserDict[str, Any]):
    """One of moto's dicts of users, groups, roles, policies or instance profiles.

    Names are those of the account's own: AWS's managed policies have them beside the account's.
    """

    def __init__(self, held: Mapping[str, Any]) -> None:
        self._marks: dict[str, tuple[str, str]] = {}
        self._names: dict[str, str] = {}
        self._folded: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._shown: Collection[Any] | None = None
        super().__init__(held)

    def named(self, name: str) -> Any:
        """What has this name, or None."""
        return self.data.get(self._names.get(name, ""))

    def like(self, name: str) -> Any:
        """What has this name, in whatever case of its letters, or None."""
        return self.data.get(self._folded.get(name.lower(), ""))

    def of_id(self, unique_id: str) -> Any:
        """What has this unique id, or None."""
        return self.data.get(self._ids.get(unique_id, ""))

    def identify(self, entity: Any, unique_id: str) -> None:
        """Gives what is held here another unique id."""
        key = self._ids[entity.id]
        entity.id = unique_id
        self[key] = entity

    @contextmanager
    def showing(self, entity: Any) -> Iterator[None]:
        """Inside, this one (or none) is all that is found by looking through the values."""
        before, self._shown = self._shown, () if entity is None else (entity,)
        try:
            yield
        finally:
            self._shown = before

    def __setitem__(self, key: str, entity: Any) -> None:
        self._forget(key)
        self.data[key] = entity
        self._ids[entity.id] = key
        if not str(getattr(entity, "arn", "")).startswith(_OF_AWS):
            self._names[entity.name] = self._folded[entity.name.lower()] = key
        self._marks[key] = entity.id, entity.name

    def __delitem__(self, key: str) -> None:
        del self.data[key]
        self._forget(key)

    def get(self, key: str, default: Any = None) -> Any:
        return self.data.get(key, default)

    def values(self) -> Any:
        return self.data.values() if self._shown is None else self._shown

    def _forget(self, key: str) -> None:
        unique_id, name = self._marks.pop(key, ("", ""))
        for index, mark in ((self._ids, unique_id), (self._names, name), (self._folded, name.lower())):
            if index.get(mark) == key:
                del index[mark]


def held(kind: Kind, account: str) -> Entities:
    """What an account has of a kind; to be read, and changed by moto alone."""
    iam = backend("iam", account)
    if iam is None:
        return _NONE
    found = getattr(iam, kind)
    if not isinstance(found, Entities):
        found = Entities(found)
        setattr(iam, kind, found)
    return found


_NONE = Entities({})


@contextmanager
def naming(call: Call, account: str) -> Iterator[None]:
    """Inside, moto finds the role and managed policy that a call to IAM names without looking through all others."""
    role, policy = call.parameters.get("RoleName"), call.parameters.get("PolicyArn")
    roles, policies = held("roles", account), held("managed_policies", account)
    with ExitStack() as shown:
        if role is not None:
            shown.enter_context(roles.showing(roles.named(role)))
        if isinstance(policy, str) and policy in policies:
            shown.enter_context(policies.showing(policies[policy]))
        yield
