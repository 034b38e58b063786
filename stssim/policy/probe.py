"""Requests that put a policy to the test, and the one policy's answer, all else allowing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stssim.policy import vocabulary as catalogue
from stssim.policy.evaluate import Decision, decide
from stssim.policy.grammar import Statement
from stssim.policy.policies import RESOURCE_KINDS, Policies, Policy
from stssim.policy.request import Request, normalized
from stssim.policy.sample_requests import sample, satisfying

__all__ = ["MALLORY", "Question", "caller_of"]

_EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
_ACCOUNTS = ("999900001111", "111122223333", "444455556666", "777788889999", "222233334444", "555566667777")
MALLORY = "mallory"
_ORGANIZATION = "o-mallory0000"
_PREFERRED = ("sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML", "s3:GetObject")


class Question:
    """One statement of a policy, put to the test. `owner` is the account that the policy belongs to, `stranger` one
    that the policy does not name.
    """

    def __init__(self, policy: Policy, statement: Statement, owner: str | None) -> None:
        free = [account for account in _ACCOUNTS if account not in policy.document.text and account != owner]
        self.policy = policy
        self.statement = statement
        self.owner = owner or _owner_of_a_provider(statement) or free[1]
        self.stranger = free[0]

    def action(self, *preferred: str) -> str | None:
        """An action that the statement takes: one of the preferred, or any."""
        element = self.statement.action
        for action in (*preferred, *_PREFERRED):
            if element.takes(action.lower(), {}):
                return action
        if element.negated:
            return None
        for pattern in element.values:
            found = catalogue.actions(pattern)
            if found:
                return found[0]
        return None

    def resource(self, action: str, context: Mapping[str, Any]) -> str:
        """A resource that the statement takes."""
        if self.policy.kind == "trust":
            return f"arn:aws:iam::{self.owner}:role/Audit"
        element = self.statement.resource
        if self.policy.kind == "kms-key":
            return f"arn:aws:kms:us-east-1:{self.owner}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
        if element is None or element.negated:
            return f"arn:aws:{action.partition(':')[0]}:::x"
        for template in element.templates:
            filled = template.tokens(normalized(context))
            if filled is not None:
                return "".join(token if isinstance(token, str) else "x" for token in filled)
        return "*" if "*" in element.values else sample(element.values[0])

    def ask(
        self,
        principal: str | None,
        given: Mapping[str, Any],
        *,
        action: str | None = None,
        unconditionally: bool = False,
    ) -> Decision | None:
        """The policy's answer to a request that carries what is given, and beside it whatever the statement wants.

        `unconditionally` says to carry nothing else. None: the statement takes no request that could be made up.
        """
        action = action or self.action()
        context: dict[str, Any] | None = dict(given)
        if not unconditionally:
            context = satisfying(self.statement.conditions, given)
        if action is None or context is None:
            return None
        context = {name: value for name, value in context.items() if value is not None}
        resource = self.resource(action, context)
        issuer = context.get("aws:PrincipalArn") if principal and ":assumed-role/" in principal else None
        try:
            request = Request(principal, action, resource, self.owner, context, None, issuer)
        except ValueError:
            return None
        return decide(request, self._policies())

    def _policies(self) -> Policies:
        """This policy and, wherever AWS wants another to allow, one that allows everything."""
        policy, kind, allows = self.policy, self.policy.kind, self.statement.allows
        rest = Policy("everything else", "identity", _EVERYTHING)
        if kind in RESOURCE_KINDS:
            return Policies(identity=(rest,), resource=policy, resource_kind=kind)
        if kind == "identity":
            return Policies(identity=(policy,) if allows else (policy, rest))
        limits = (policy,) if allows else (policy, Policy("everything else", kind, _EVERYTHING))
        if kind == "service-control":
            return Policies(identity=(rest,), service_control=(limits,))
        if kind == "resource-control":
            return Policies(identity=(rest,), resource_control=(limits,))
        if kind == "boundary" and allows:
            return Policies(identity=(rest,), boundaries=limits)
        return Policies(identity=(rest,), session=limits)

    def anyone(self) -> str:
        """A caller of the owner's own account."""
        return f"arn:aws:iam::{self.owner}:user/alice"

    def of_a_stranger(self) -> dict[str, Any]:
        """What a call of somebody outside carries and cannot choose. None: it has no such key."""
        arn = f"arn:aws:iam::{self.stranger}:user/{MALLORY}"
        return {
            "aws:PrincipalArn": arn,
            "aws:PrincipalAccount": self.stranger,
            "aws:PrincipalOrgID": _ORGANIZATION,
            "aws:PrincipalOrgPaths": [f"{_ORGANIZATION}/r-0000/"],
            "aws:PrincipalIsAWSService": False,
            "aws:PrincipalType": "User",
            "aws:userid": "AIDAEXAMPLEMALLORY001",
            "aws:username": MALLORY,
            "aws:SourceIp": "198.51.100.7",
            "kms:CallerAccount": self.stranger,
            **dict.fromkeys((*_OF_NETWORKS, *_OF_SERVICES, "sts:ExternalId")),
        }

    def for_a_stranger(self, service: str) -> dict[str, Any]:
        """What a service's call carries when it is made for somebody outside."""
        name = service.partition(".")[0]
        return {
            "aws:SourceAccount": self.stranger,
            "aws:SourceArn": f"arn:aws:{name}:us-east-1:{self.stranger}:{MALLORY}",
            "aws:SourceOrgID": _ORGANIZATION,
            "aws:SourceOrgPaths": [f"{_ORGANIZATION}/r-0000/"],
            "aws:SourceOwner": self.stranger,
            "aws:PrincipalIsAWSService": True,
            "aws:PrincipalServiceName": service,
            **dict.fromkeys((*_OF_NETWORKS, "aws:SourceIp", "sts:ExternalId")),
        }


_OF_NETWORKS = (
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:SourceVpcArn",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpcSourceIp",
)
_OF_SERVICES = ("aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths", "aws:CalledVia")


def _owner_of_a_provider(statement: Statement) -> str | None:
    """A role trusts the identity providers of its own account."""
    values = statement.principal.values if statement.principal is not None else ()
    providers = (entry.split(":", 5) for kind, entry in values if kind == "Federated" and entry.startswith("arn:"))
    return next((parts[4] for parts in providers if len(parts) == 6), None)


def caller_of(entry: str) -> tuple[str, str, dict[str, Any]] | None:
    """Somebody whom an entry of a Principal element names: account, ARN, and the keys that such a call carries."""
    if len(entry) == 12 and entry.isdigit():
        entry = f"arn:aws:iam::{entry}:root"
    parts = entry.split(":", 5)
    if len(parts) < 6 or not parts[4].isdigit():
        return None
    account, (sort, _, name) = parts[4], parts[5].partition("/")
    principal, role = entry, entry
    if sort == "root":
        principal = role = f"arn:aws:iam::{account}:user/vendor"
    elif sort == "role":
        principal = f"arn:aws:sts::{account}:assumed-role/{name.rpartition('/')[2]}/vendor"
    elif sort == "assumed-role":
        role = f"arn:aws:iam::{account}:role/{name.partition('/')[0]}"
    keys = {"aws:PrincipalArn": role, "aws:PrincipalAccount": account, "aws:PrincipalIsAWSService": False}
    return account, principal, keys
