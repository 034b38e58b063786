"""The world of a scenario after somebody's answer: who may do what, by `tests.policy.oracle` alone.

Nothing of the engine or of a judge is in it. It knows a caller's keys by AWS's pages, and a vendor's settings by the
docstring of `stssim.lab.vendor.Settings`.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from tests.policy.oracle import as_list, oracle

ABSENT = "(absent)"
LEAKED = "2030-01-07T09:00:00Z"
NOTICED = "2030-01-07T09:10:00Z"
A_DAY_LATER = "2030-01-08T09:10:00Z"
WRONG_ID = "not-the-id-of-anybody"
EVERYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
AWS_MANAGED = {"AWSDenyAll": {"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}}

_DECIDED: dict[str, str] = {}
"""What the oracle has said already: it is slow, and most answers change one policy of many."""

Context = dict[str, Any]


@dataclass(frozen=True)
class Caller:
    """Who calls. `keys` are condition keys that go with the credentials; `of` is the user or role behind them."""

    arn: str
    of: str = ""
    keys: tuple[tuple[str, Any], ...] = ()
    new: bool = False
    attached: tuple[str, ...] = ()
    for_a_tenant: bool = False


class World:
    def __init__(self, scenario: dict[str, Any], answer: dict[str, Any]) -> None:
        self.scenario = scenario
        self.numbers = {name: str(nth) * 12 for nth, name in enumerate(scenario["accounts"], 1)}
        if "mallory-inc" in self.numbers:
            self.numbers["mallory-inc"] = "666666666666"
        self.roles: dict[str, Any] = scenario.get("roles", {})
        self.people: dict[str, Any] = scenario.get("people", {})
        self.applications: dict[str, Any] = scenario.get("applications", {})
        self.buckets = {self.fill(name): told for name, told in scenario.get("buckets", {}).items()}
        self.settings = {
            name: {**told.get("settings", {}), **answer.get("settings", {}).get(name, {})}
            for name, told in self.applications.items()
        }
        told_trust = {name: role["trust"] for name, role in self.roles.items()} | answer.get("trust", {})
        self.trust = {name: self._bound(self.document(text)) for name, text in told_trust.items()}
        holders = {**self.people, **self.applications, **self.roles}
        told_policy = {name: holder.get("policy") for name, holder in holders.items()} | answer.get("policy", {})
        self.policies = {name: [self.document(text)] if text else [] for name, text in told_policy.items()}
        told_bucket = {name: told.get("policy") for name, told in self.buckets.items()}
        told_bucket |= {self.fill(name): text for name, text in answer.get("bucket_policy", {}).items()}
        self.bucket_policies = {name: self.document(text) if text else None for name, text in told_bucket.items()}
        self.managed = {name: self.document(told["document"]) for name, told in scenario.get("policies", {}).items()}
        self.tags = {name: dict(person.get("tags", {})) for name, person in self.people.items()}
        self.keys_that_work = True
        self.policies_at_first = {name: list(documents) for name, documents in self.policies.items()}
        self._done(answer.get("does", {}))
        documents = [*self.trust.values(), *self.policies.values(), *self.bucket_policies.values()]
        self.texts = json.dumps(documents).lower()
        self._texts_of = {role: json.dumps([self.trust[role], *self.policies.values()]).lower() for role in self.roles}

    # Texts.

    def texts_of(self, role: str) -> str:
        """Everything that can be read when somebody assumes this role."""
        return self._texts_of[role]

    def fill(self, text: str) -> str:
        return re.sub(r"\{\{([^{}]+)\}\}", lambda mark: self._value(mark[1]), text)

    def filled(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.fill(value)
        if isinstance(value, list):
            return [self.filled(each) for each in value]
        return {self.fill(k): self.filled(v) for k, v in value.items()} if isinstance(value, dict) else value

    def document(self, text: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.fill(text))
        return found

    def _value(self, mark: str) -> str:
        kind, _, rest = mark.partition(":")
        name, _, second = rest.partition(":")
        if kind == "account":
            return self.numbers[name]
        if kind == "role":
            return f"arn:aws:iam::{self.numbers[self.roles[name]['account']]}:role/{name}"
        if kind == "policy":
            return f"arn:aws:iam::{self.numbers[self.scenario['policies'][name]['account']]}:policy/{name}"
        if kind == "provider":
            host = self.scenario["issuers"][name]["url"].removeprefix("https://")
            return f"arn:aws:iam::{self.numbers[second]}:oidc-provider/{host}"
        if kind == "external-id":
            return self.external_id(name, second) or f"no-id-of-{name}"
        assert kind == "now", mark
        return NOTICED

    # What an application sends.

    def external_id(self, application: str, tenant: str, *, gone: tuple[str, ...] = ()) -> str | None:
        settings = self.settings[application]
        if settings.get("chosen_by", "nobody") != "vendor":
            return None
        drawn = hashlib.sha256(application.encode()).hexdigest()
        if not settings.get("unique", True):
            return f"{application}-{drawn[:8]}"
        if settings.get("guessable", False):
            known = [each for each in self.applications[application].get("tenants", {}) if each not in gone]
            return f"{application}-{[*known, tenant].index(tenant) + 1:04}"
        again = " again" if tenant in gone else ""
        return f"{tenant}-{hashlib.sha256(f'{drawn} {tenant}{again}'.encode()).hexdigest()[:12]}"

    def accepts(self, application: str, role: str, external_id: str | None) -> bool:
        """Whether the application accepts a role that is typed into its form."""
        settings = self.settings[application]
        if not settings.get("tested", False) or settings.get("chosen_by", "nobody") == "nobody":
            return True
        caller = self.user(application)
        asked = [self.sent_by(application, each) for each in (None, WRONG_ID, external_id)]
        return [self.assumes(caller, role, context) for context in asked] == [False, False, True]

    @staticmethod
    def sent_by(application: str, external_id: str | None) -> Context:
        """What the application sends with AssumeRole."""
        named = {"sts:RoleSessionName": f"{application}-audit"}
        return {**named, "sts:ExternalId": external_id} if external_id else named

    # Callers.

    def user(self, name: str, **keys: Any) -> Caller:
        account = {**self.people, **self.applications}[name]["account"]
        return Caller(f"arn:aws:iam::{self.numbers[account]}:user/{name}", name, tuple(keys.items()))

    def session(self, role: str, context: Context, **more: Any) -> Caller:
        name = context.get("sts:RoleSessionName", "a-session")
        kept = {key.replace("aws:RequestTag/", "aws:PrincipalTag/"): value for key, value in context.items()}
        kept["aws:SourceIdentity"] = context.get("sts:SourceIdentity")
        tags = {
            key: value for key, value in kept.items() if value and key.startswith(("aws:PrincipalTag/", "aws:SourceI"))
        }
        account = self.numbers[self.roles[role]["account"]]
        keys = {"aws:TokenIssueTime": NOTICED, **tags, **more}
        for_a_tenant = bool(keys.pop("for_a_tenant", False))
        arn = f"arn:aws:sts::{account}:assumed-role/{role}/{name}"
        return Caller(arn, role, tuple(sorted(keys.items())), for_a_tenant=for_a_tenant)

    def caller(self, arn: str, keys: Context | None = None) -> Caller:
        """The caller of this ARN; somebody who is not of the scenario may do in their account what they like."""
        arn = self.fill(arn)
        known = {self._arn_of(name): name for name in (*self.people, *self.applications)}
        name = known.get(arn, "")
        if ":assumed-role/" in arn and arn.split("/")[1] in self.roles:
            role = arn.split("/")[1]
            name = role if arn.split(":")[4] == self.numbers[self.roles[role]["account"]] else ""
            keys = {"aws:TokenIssueTime": LEAKED, **(keys or {})}
        return Caller(arn, name, tuple(sorted(self.filled(keys or {}).items())))

    def keys_of(self, caller: Caller) -> Context:
        """The condition keys that AWS derives from the caller."""
        arn, found = caller.arn, dict(caller.keys)
        if not arn.startswith("arn:"):
            return {"aws:PrincipalIsAWSService": "true", "aws:PrincipalServiceName": arn, **found}
        if "-provider/" in arn:
            return found
        account, name = arn.split(":")[4], arn.rpartition("/")[2]
        common = {"aws:PrincipalAccount": account, "aws:PrincipalArn": arn, "aws:PrincipalIsAWSService": "false"}
        if ":assumed-role/" in arn:
            role = f"arn:aws:iam::{account}:role/{arn.split('/')[1]}"
            kind = {"aws:PrincipalArn": role, "aws:PrincipalType": "AssumedRole"}
            kind |= {"aws:userid": f"{self.id_of(caller)}:{name}", "aws:MultiFactorAuthPresent": "false"}
        elif ":federated-user/" in arn:
            kind = {"aws:PrincipalType": "FederatedUser", "aws:userid": f"{account}:{name}"}
        else:
            kind = {"aws:PrincipalType": "User", "aws:username": name, "aws:userid": self.id_of(caller)}
            tags = {} if caller.new else self.tags.get(caller.of, {})
            kind |= {f"aws:PrincipalTag/{key}": value for key, value in tags.items()}
        return {**common, **kind, **found}

    def id_of(self, caller: Caller) -> str:
        """The unique id: one for each ARN, and another one for a user who is made again."""
        account = caller.arn.split(":")[4] if caller.arn.startswith("arn:") else ""
        if ":assumed-role/" in caller.arn:
            return unique(f"arn:aws:iam::{account}:role/{caller.arn.split('/')[1]}")
        return unique(caller.arn + (" again" if caller.new else ""))

    # Decisions.

    def allows(self, caller: Caller, action: str, resource: str, context: Context | None = None) -> bool:
        context = {key: value for key, value in self.filled(context or {}).items() if value != ABSENT}
        resource = self.fill(resource)
        owner, policy = self._resource(resource)
        trust = policy if owner and ":role/" in resource and action.startswith("sts:") else None
        surroundings = {"aws:SourceIp": "203.0.113.10", "aws:SecureTransport": "true", "aws:CurrentTime": A_DAY_LATER}
        keys = {**surroundings, "aws:RequestedRegion": "us-east-1", **self.keys_of(caller), **context}
        keys |= {"aws:ResourceAccount": owner} if owner else {}
        federated = ":federated-user/" in caller.arn
        asked: dict[str, Any] = {
            "principal": caller.arn,
            "action": action,
            "resource": resource,
            "resource_account": owner,
            "context": keys,
            "identity_policies": self._identity_policies(caller),
            "resource_policy": trust if ":role/" in resource else policy,
            "resource_policy_kind": "trust" if trust else None,
            "session_policies": [EVERYTHING] if federated else None,
            "principal_id": self.id_of(caller),
            "issuer": self._arn_of(caller.of) if federated else None,
        }
        if (written := json.dumps(asked)) not in _DECIDED:
            _DECIDED[written] = oracle(**asked)
        return _DECIDED[written] == "Allow"

    def assumes(self, caller: Caller, role: str, context: Context, action: str = "sts:AssumeRole") -> bool:
        """Whether STS lets the caller assume the role, with the session tags and source identity in `context`."""
        tags = [key.partition("/")[2] for key, value in context.items() if key.startswith("aws:RequestTag/") and value]
        context = {**context, **({"aws:TagKeys": tags} if tags else {})}
        wanted = [action, *(["sts:TagSession"] if tags else [])]
        wanted += ["sts:SetSourceIdentity"] if "sts:SourceIdentity" in context else []
        resource = f"{{{{role:{role}}}}}"
        return all(self.allows(caller, each, resource, context) for each in wanted)

    def _identity_policies(self, caller: Caller) -> list[dict[str, Any]]:
        if not caller.arn.startswith("arn:") or "-provider/" in caller.arn:
            return []
        if caller.new:
            return [self.managed[name] for name in caller.attached]
        own_account = caller.arn.split(":")[4] == self.numbers.get("mallory-inc")
        return self.policies[caller.of] if caller.of and not own_account else [EVERYTHING]

    def _resource(self, resource: str) -> tuple[str | None, dict[str, Any] | None]:
        if resource.startswith("arn:aws:s3:::"):
            bucket = resource.removeprefix("arn:aws:s3:::").partition("/")[0]
            return self.numbers[self.buckets[bucket]["account"]], self.bucket_policies[bucket]
        if ":role/" in resource:
            return resource.split(":")[4], self.trust.get(resource.rpartition("/")[2])
        return None, None

    def _arn_of(self, name: str) -> str:
        if name in self.roles:
            return self._value(f"role:{name}")
        return self.user(name).arn if name in self.people or name in self.applications else ""

    def _bound(self, document: dict[str, Any]) -> dict[str, Any]:
        """IAM keeps a user or role that a trust policy names by its unique id."""
        known = {self._arn_of(name) for name in (*self.people, *self.applications, *self.roles)}
        for statement in as_list(document["Statement"]):
            principal = statement.get("Principal")
            if isinstance(principal, dict) and "AWS" in principal:
                principal["AWS"] = [self._kept(entry, known) for entry in as_list(principal["AWS"])]
        return document

    @staticmethod
    def _kept(entry: str, known: set[str]) -> str:
        if re.match(r"arn:aws:iam::\d{12}:(user|role)/", entry):
            assert entry in known, f"IAM refuses a principal that does not exist: {entry}"
            return unique(entry)
        return entry

    def _done(self, does: dict[str, Any]) -> None:
        """What somebody of the victim's account does differently while the attack goes on."""
        for step in self.scenario.get("attack", []):
            changed = {**step, **does.get(step["name"], {})}
            given = changed.get("with", {})
            if changed.get("call") == "iam:PutUserPolicy":
                self.policies[given["UserName"]].append(self.document(given["PolicyDocument"]))
            if changed.get("call") == "iam:PutRolePolicy":
                self.policies[given["RoleName"]].append(self.document(given["PolicyDocument"]))
            if changed.get("call") == "iam:AttachUserPolicy" and given["PolicyArn"].startswith("arn:aws:iam::aws:"):
                self.policies[given["UserName"]].append(AWS_MANAGED[given["PolicyArn"].rpartition("/")[2]])
            if changed.get("call") == "iam:DeleteUserPolicy":
                self.policies[given["UserName"]] = self.policies[given["UserName"]][1:]
            if changed.get("call") == "iam:DeleteAccessKey" or given.get("Status") == "Inactive":
                self.keys_that_work = False


def unique(arn: str) -> str:
    kind = "AROA" if ":role/" in arn else "AIDA"
    return kind + re.sub("[^A-Z0-9]", "X", hashlib.sha256(arn.encode()).hexdigest().upper())[:17]
