"""A scenario's world, built in a fresh Lab, and what its texts' marks stand for there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from stssim.lab.handles import Handle, User
from stssim.lab.handles import Role as RoleHandle
from stssim.lab.identity.mfa import MfaDevice
from stssim.lab.lab import Lab
from stssim.lab.oidc_issuer import OidcIssuer
from stssim.lab.vendor import Settings, Vendor
from stssim.scenarios import Edit, Role, Scenario

_MARK = re.compile(r"\{\{([^{}]+)\}\}")
_NOBODY_YET = """{"Version": "2012-10-17",
  "Statement": {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}}"""


class NotKept(LookupError):
    """A mark or an activity needs something that an earlier activity should have brought, and did not."""


class World:
    """A Lab with the scenario's world built in it, these edits made to it first.

    `kept` are the replies that activities kept, `handles` the credentials among them, `tokens` the web identity tokens.
    """

    def __init__(self, scenario: Scenario, edits: Iterable[Edit] = ()) -> None:
        self.scenario = scenario
        self.lab = Lab(seed=scenario.seed)
        self.people: dict[str, User] = {}
        self.vendors: dict[str, Vendor] = {}
        self.issuers: dict[str, OidcIssuer] = {}
        self.roles: dict[str, RoleHandle] = {}
        self.handles: dict[str, Handle] = {}
        self.kept: dict[str, Mapping[str, Any]] = {}
        self.tokens: dict[str, str] = {}
        self.edits = tuple(edits)
        for account in scenario.accounts:
            self.lab.account(account)
        self._register_issuers()
        self._create_users()
        self._make_roles()
        for name, bucket in scenario.buckets.items():
            policy = self._edited("bucket_policy", name, bucket.policy)
            self.lab.account(bucket.account).bucket(self.text(name), bucket.objects, policy)

    def text(self, template: str) -> str:
        """A text with its marks filled in. Raises `LookupError` for one that names nothing."""
        return _MARK.sub(lambda mark: self._named(mark[1]), template)

    def filled(self, value: Any) -> Any:
        """A value with the marks of every text in it filled in. Raises as `text` does."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self.filled(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.filled(each) for each in value]
        return value

    def who(self, name: str) -> Handle:
        """The person, the application or the kept credentials of this name. Raises `NotKept`."""
        found = self.handles.get(name) or self.people.get(name)
        if found is None:
            raise NotKept(f"No activity has brought {name!r}.")
        return found

    def role_arn(self, name: str) -> str:
        """The ARN of a role of the scenario."""
        return f"arn:aws:iam::{self._number(self.scenario.roles[name].account)}:role/{self._role_name(name)}"

    def _register_issuers(self) -> None:
        for name, issuer in self.scenario.issuers.items():
            self.issuers[name] = self.lab.oidc_provider(issuer.url)
            for account in issuer.registered:
                self.issuers[name].register(self.lab.account(account))

    def _create_users(self) -> None:
        scenario = self.scenario
        for name, person in scenario.people.items():
            policy = self._edited("policy", name, person.policy)
            self.people[name] = self.lab.account(person.account).user(name, policy, tags=person.tags)
            if person.mfa:
                self.people[name].mfa_device()
        for name, application in scenario.applications.items():
            settings = Settings(**application.settings)
            for edit in self.edits:
                settings = replace(settings, **edit.settings.get(name, {}))
            account, given = self.lab.account(application.account), self._given(name, application.policy)
            late = f"{{{{external-id:{name}:" in given  # the vendor gives those, and is not there yet
            vendor = self.lab.vendor(account, name, application.policy if late else self.text(given), settings)
            self.vendors[name], self.people[name] = vendor, vendor.user
            for tenant, speaker in application.tenants.items():
                vendor.sign_up(tenant, by=self.people[speaker])
            if late:
                told = {"UserName": name, "PolicyName": f"{name}-policy", "PolicyDocument": self.text(given)}
                account.client("iam").put_user_policy(**told)
        for name, managed in scenario.policies.items():
            with self.lab.account(managed.account).calling("iam") as iam:
                iam.create_policy(PolicyName=name, PolicyDocument=self.text(managed.document))

    def _make_roles(self) -> None:
        """Creates the roles. A role that trusts another role which does not exist yet gets its trust policy last."""
        waiting = []
        for name, role in self.scenario.roles.items():
            account, trust = self.lab.account(role.account), self._edited("trust", name, role.trust) or ""
            policy = self._edited("policy", name, role.policy)
            with self._rules(role, trust):
                try:
                    self.roles[name] = account.role(self._role_name(name), trust, policy)
                except ClientError as refused:
                    if "Invalid principal" not in str(refused):
                        raise
                    self.roles[name] = account.role(self._role_name(name), _NOBODY_YET, policy)
                    waiting.append((name, role, trust))
        for name, role, trust in waiting:
            with self._rules(role, trust):
                self.roles[name].trust(trust)

    def _rules(self, role: Role, trust: str) -> Any:
        """Older rules are for what the scenario gives, not for what somebody writes today."""
        written_today = trust.strip() != self.text(role.trust).strip()
        return self.lab.older_rules() if role.older_rules and not written_today else nullcontext()

    def _edited(self, what: str, name: str, original: str | None) -> str | None:
        for edit in self.edits:
            original = getattr(edit, what).get(name, original)
        return None if original is None else self.text(original)

    def _given(self, name: str, original: str) -> str:
        """An application's policy as edited, its marks not filled in."""
        for edit in self.edits:
            original = edit.policy.get(name, original)
        return original

    def _role_name(self, role: str) -> str:
        return next((edit.renames[role] for edit in reversed(self.edits) if role in edit.renames), role)

    def _number(self, account: str) -> str:
        return self.lab.account(account).number

    def _named(self, mark: str) -> str:
        kind, _, name = mark.partition(":")
        first, _, second = name.partition(":")
        try:
            match kind:
                case "account" if name in self.scenario.accounts:
                    return self._number(name)
                case "role":
                    return self.role_arn(name)
                case "policy":
                    return f"arn:aws:iam::{self._number(self.scenario.policies[name].account)}:policy/{name}"
                case "provider" if second in self.scenario.accounts:
                    return self.issuers[first].arn(self._number(second))
                case "external-id":
                    return self.vendors[first].external_id(second) or ""
                case "key":
                    return self.people[name].access_key_id
                case "mfa":
                    return self.people[name].mfa_device().serial
                case "mfa-code":
                    return self.people[name].mfa_device().code()
                case "now":
                    return f"{self.lab.clock.now():%Y-%m-%dT%H:%M:%SZ}"
        except KeyError:
            pass
        return self._kept(mark, kind, first, second)

    def _kept(self, mark: str, kind: str, name: str, path: str) -> str:
        known = {activity.keep for activity in self.scenario.activities}
        if kind not in ("token", "kept", "code", "code-before") or name not in known:
            raise LookupError(f"{self.scenario.name}: {{{{{mark}}}}} names nothing in this scenario.")
        found: Any = self.tokens.get(name) if kind == "token" else self.kept.get(name)
        if found is None:
            raise NotKept(f"No activity has brought {name!r}.")
        match kind:
            case "token":
                return str(found)
            case "kept":
                for key in path.split("."):
                    found = found[key]
                return str(found)
        made = found["VirtualMFADevice"]
        device = MfaDevice(made["SerialNumber"], made["Base32StringSeed"].decode(), self.lab.clock.now)
        return device.code(-1 if kind == "code-before" else 0)
