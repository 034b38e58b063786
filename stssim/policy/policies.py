"""The policies that bear on a request: each with its kind, a name to call it by, and its compiled document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from stssim.arn import Arn
from stssim.policy.document import PolicyError, PolicyFault
from stssim.policy.grammar import Document, Patterns, Statement, parse
from stssim.policy.request import Request

__all__ = ["KINDS", "Grant", "Policies", "Policy", "PolicyKind"]

PolicyKind = Literal[
    "identity",
    "resource",
    "trust",
    "kms-key",
    "session",
    "scope-down",
    "boundary",
    "service-control",
    "resource-control",
]

KINDS: dict[str, str] = {
    "identity": "identity-based policy",
    "resource": "resource-based policy",
    "trust": "role trust policy",
    "kms-key": "key policy",
    "session": "session policy",
    "scope-down": "scope-down policy",
    "boundary": "permissions boundary",
    "service-control": "service control policy",
    "resource-control": "resource control policy",
}
"""Every kind of policy, and AWS's word for it."""

RESOURCE_KINDS: tuple[PolicyKind, ...] = ("resource", "trust", "kms-key")
"""The kinds that are attached to a resource and say in a Principal element whom they are for."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as it is attached: `name` is what a sentence calls it, e.g. `the trust policy of role Audit`.

    `document` may be given as a dict, JSON text or a `Document`. Raises `PolicyError` for a document that is no
    policy, or none of this kind: a Principal where the kind has none, no Principal or Resource where it needs one.
    `arn` is that of a managed or an organization's policy; an inline one has none.
    """

    name: str
    kind: PolicyKind
    document: Document
    arn: str | None

    def __init__(self, name: str, kind: PolicyKind, document: object, arn: str | None = None) -> None:
        if kind not in KINDS:
            raise ValueError(f"Not a kind of policy: {kind!r}; these are: {', '.join(KINDS)}")
        put = object.__setattr__
        put(self, "name", name)
        put(self, "kind", kind)
        put(self, "document", parse(document))
        put(self, "arn", arn)
        _judge(self.document, kind)

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<Policy: {self.name} ({self.kind})>"


def _judge(document: Document, kind: PolicyKind) -> None:
    """Refuses what would leave a statement without a meaning, and what AWS never takes in this kind of policy.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    """
    for statement in document.statements:
        _judge_principal(document, kind, statement)
        if kind == "trust" and statement.resource is not None:
            reason = f"A {KINDS[kind]} has no {statement.resource.element}"
            code: PolicyFault = (
                "forbidden-resource" if statement.resource.element == "Resource" else "forbidden-not-resource"
            )
            raise document.source.error(reason, statement.resource.pointer, code)
        if kind not in RESOURCE_KINDS and statement.resource is None:
            says = "The statement has neither Resource nor NotResource"
            raise document.source.error(says, statement.pointer, "no-resource")
        if kind in ("session", "scope-down") and statement.resource is not None:
            _judge_arns(document, statement.resource)


def _judge_principal(document: Document, kind: PolicyKind, statement: Statement) -> None:
    word, element = KINDS[kind], statement.principal
    if kind in RESOURCE_KINDS:
        if element is None:
            reason = f"A {word} must say whom it is for; Principal is missing"
            raise document.source.error(reason, statement.pointer, "no-principal")
    elif element is not None and (kind != "resource-control" or element.negated):
        reason = f"{'An' if word[0] in 'aeiou' else 'A'} {word} has no {element.element}"
        code: PolicyFault = "forbidden-principal" if element.element == "Principal" else "syntax"
        raise document.source.error(reason, element.pointer, code)
    elif element is not None and element.values not in ((("", "*"),), (("AWS", "*"),)):
        # Both were recorded to be taken, in September 2026; the guide knows the first alone:
        # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
        raise document.source.error(f'The Principal of a {word} names somebody; it must be "*"', element.pointer)


def _judge_arns(document: Document, resource: Patterns) -> None:
    """AWS completes an ARN that has too few parts with `*`, but not in a session policy.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
    """
    for number, value in enumerate(resource.values):
        if value.startswith("arn:") and value.count(":") < 5:
            at = f"{resource.pointer}/{number}"
            place = at if document.place(at) else resource.pointer
            reason = f"{value!r} has too few parts; an ARN is arn:partition:service:region:account:resource"
            raise document.source.error(reason, place)


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant on a KMS key, or an ACL of S3: what it allows, as a policy of the resource, and the account that granted
    it.

    It can't deny. https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
    """

    policy: Policy
    issuing_account: str


@dataclass(frozen=True, slots=True)
class Policies:
    """All policies that bear on one request.

    `session` is None where no session policy was passed. `scope_down` has the policies of each call of
    GetScopedCredentials that the credentials come from, the first call's first; each must allow. `service_control` and
    `resource_control` have one tuple a level of the organization; each level must allow. `resource_kind` tells the kind
    of a resource's policy where there is none and the resource's ARN does not tell either. `grants` are those on a KMS
    key, and S3's ACLs. `no_resource` says that the resource does not exist, as a clause; "": it does, or nobody looked.
    """

    identity: tuple[Policy, ...] = ()
    resource: Policy | None = None
    session: tuple[Policy, ...] | None = None
    scope_down: tuple[Policy, ...] = ()
    boundaries: tuple[Policy, ...] = ()
    service_control: tuple[tuple[Policy, ...], ...] = ()
    resource_control: tuple[tuple[Policy, ...], ...] = ()
    resource_kind: PolicyKind | None = None
    grants: tuple[Grant, ...] = ()
    no_resource: str = ""

    def kind_of_resource(self, request: Request) -> PolicyKind:
        """`trust` and `kms-key` resources must be opened by their own policy; others may be by an identity's."""
        if self.resource is not None:
            return self.resource.kind
        return self.resource_kind or kind_of(request.resource, request.act, None)

    def __iter__(self) -> Iterator[Policy]:
        """Every policy, in the order in which AWS looks at them."""
        for level in self.resource_control:
            yield from level
        for level in self.service_control:
            yield from level
        if self.resource is not None:
            yield self.resource
        yield from (grant.policy for grant in self.grants)
        yield from self.identity
        yield from self.boundaries
        yield from self.session or ()
        yield from self.scope_down


def named(documents: Iterable[object], kind: PolicyKind, name: str, of: str = "") -> tuple[Policy, ...]:
    """Policies of one kind, those without a name of their own named and numbered (`of` says of what, behind that).

    Raises `PolicyError` as `Policy` does, saying which of the documents it was.
    """
    if isinstance(documents, str | bytes | dict | Document | Policy):
        raise PolicyError(f"The {KINDS[kind]} documents are a list; this is one document")
    documents = list(documents)
    return tuple(
        policy(document, kind, f"the {name}{of}" if len(documents) == 1 else f"{name} {number}{of}")
        for number, document in enumerate(documents, 1)
    )


def policy(document: object, kind: PolicyKind, name: str) -> Policy:
    """The document as a policy of this kind; a `Policy` keeps its own name."""
    if isinstance(document, Policy):
        return document if document.kind == kind else Policy(document.name, kind, document.document)
    try:
        return Policy(name, kind, document)
    except PolicyError as error:
        reason = f"{name}: {error.reason}"
        raise PolicyError(reason, error.pointer, error.line, error.column, code=error.code, value=error.value) from None


def kind_of(resource: str, action: str, told: str | None) -> PolicyKind:
    """The kind of a resource's policy: as told, or a role's is its trust policy and a KMS key's its key policy."""
    if told is not None:
        if told not in RESOURCE_KINDS:
            raise ValueError(f"Not a kind of resource policy: {told!r}; it is None, trust or kms-key")
        return told
    arn = Arn.of(resource)
    if arn is not None:
        if arn.service == "iam" and arn.resource.startswith("role/") and action.lower().startswith("sts:"):
            return "trust"
        if arn.service == "kms" and arn.resource.startswith("key/"):
            return "kms-key"
    return "resource"
