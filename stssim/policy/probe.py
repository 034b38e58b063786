"""Requests that put a policy to the test, and the one policy's answer, all else allowing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stssim.arn import Arn
from stssim.policy import vocabulary as catalogue
from stssim.policy.candidates import contexts
from stssim.policy.evaluate import Decision, decide
from stssim.policy.grammar import Statement
from stssim.policy.policies import RESOURCE_KINDS, Policies, Policy
from stssim.policy.request import Request, normalized
from stssim.policy.sample_requests import sample

__all__ = ["MALLORY", "Question", "caller_of"]

_EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
_ACCOUNTS = ("999900001111", "111122223333", "444455556666", "777788889999", "222233334444", "555566667777")
MALLORY = "mallory"
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

    def action(self) -> str | None:
        """An action that the statement takes."""
        return next(iter(self.actions()), None)

    def actions(self) -> list[str]:
        """Actions that the statement takes: of each pattern one, those first that matter most."""
        element = self.statement.action
        found = [action for action in _PREFERRED if element.takes(action.lower(), {})]
        if not element.negated:
            found += [known[0] for pattern in element.values if (known := catalogue.actions(pattern))]
        return list(dict.fromkeys(found))

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
        context: Mapping[str, Any],
        *,
        action: str | None = None,
        principal_id: str | None = None,
        issuer: str | None = None,
    ) -> Decision | None:
        """The policy's answer to a request with this context. None: no such request can be made up."""
        action = action or self.action()
        if action is None:
            return None
        context = {name: value for name, value in context.items() if value is not None}
        resource = self.resource(action, context)
        try:
            request = Request(principal, action, resource, self.owner, context, principal_id, issuer)
        except ValueError:
            return None
        return decide(request, self.policies(action))

    def carrying(self, *without: str) -> dict[str, Any] | None:
        """A context that satisfies the statement, whoever could have it, without these keys; None if there is none."""
        return next(contexts([self.statement], [], _Anybody(frozenset(each.lower() for each in without))), None)

    def policies(self, action: str) -> Policies:
        """For this action: this policy and, wherever AWS wants another to allow, one that allows everything."""
        policy, kind, allows = self.policy, self.policy.kind, self.statement.allows
        rest = Policy("everything else", "identity", _EVERYTHING)
        if kind in RESOURCE_KINDS:
            return Policies(identity=(rest,), resource=policy, resource_kind=kind)
        trusts = self._trust() if action.lower() == "sts:assumerole" else None
        if kind == "identity":
            return Policies(identity=(policy,) if allows else (policy, rest), resource=trusts)
        limits = (policy,) if allows else (policy, Policy("everything else", kind, _EVERYTHING))
        if kind == "service-control":
            return Policies(identity=(rest,), service_control=(limits,))
        if kind == "resource-control":
            return Policies(identity=(rest,), resource_control=(limits,))
        if kind == "boundary" and allows:
            return Policies(identity=(rest,), boundaries=limits)
        return Policies(identity=(rest,), session=limits)

    def _trust(self) -> Policy:
        """A trust policy that leaves it to the policies of the owner's account who may assume the role."""
        statement = {"Effect": "Allow", "Principal": {"AWS": self.owner}, "Action": "sts:AssumeRole"}
        return Policy("the trust policy", "trust", {"Version": "2012-10-17", "Statement": statement})

    def anyone(self) -> str:
        """A caller of the owner's own account."""
        return f"arn:aws:iam::{self.owner}:user/alice"


@dataclass(frozen=True, slots=True)
class _Anybody:
    """A caller who can have any value of any key but these."""

    without: frozenset[str]
    names: Mapping[str, str] = field(default_factory=dict)

    def values(self, key: str) -> tuple[str, ...]:
        return () if key.lower() in self.without else ("{any}",)

    def may_lack(self, key: str) -> bool:  # noqa: ARG002 (the name is that of `Holder`)
        return True


def _owner_of_a_provider(statement: Statement) -> str | None:
    """A role trusts the identity providers of its own account."""
    values = statement.principal.values if statement.principal is not None else ()
    providers = (Arn.of(entry) for kind, entry in values if kind == "Federated")
    return next((arn.account for arn in providers if arn is not None), None)


def caller_of(entry: str) -> tuple[str, str, str] | None:
    """Somebody whom an entry of a Principal element names: account, ARN, and the ARN of the user or role behind it."""
    if len(entry) == 12 and entry.isdigit():
        entry = f"arn:aws:iam::{entry}:root"
    arn = Arn.of(entry)
    if arn is None or not arn.account.isdigit():
        return None
    account, (sort, _, name) = arn.account, arn.resource.partition("/")
    principal, role = entry, entry
    if sort == "root":
        principal = role = f"arn:aws:iam::{account}:user/vendor"
    elif sort == "role":
        principal = f"arn:aws:sts::{account}:assumed-role/{name.rpartition('/')[2]}/vendor"
    elif sort == "assumed-role":
        role = f"arn:aws:iam::{account}:role/{name.partition('/')[0]}"
    return account, principal, role
