"""A document judged before it is used: what AWS would refuse, and what it would accept and an auditor would not."""

from __future__ import annotations

from dataclasses import replace

from stssim.policy.acceptance import SHARED_ISSUER, refusals, refused
from stssim.policy.document import PolicyError
from stssim.policy.findings import Finding
from stssim.policy.policies import KINDS, Policy, PolicyKind

__all__ = ["check"]


def check(document: object, kind: PolicyKind, *, account: str | None = None) -> tuple[Finding, ...]:
    """What is amiss in a document of this kind, in the order of the text; nothing: ().

    `account` is the number of the account that the policy belongs to. Where it is not known, every account that a
    trust policy names is taken for another's. Every finding that is no refusal was tried: its `shown` is a request and
    what this policy decides of it, all other policies allowing. What AWS refuses, the Lab refuses when it is written.

    Raises `ValueError` for a kind that there is none of; never for a document.
    """
    from stssim.policy.exposure import exposures
    from stssim.policy.unreachable import dead_clauses

    try:
        policy = Policy(f"the {KINDS.get(kind, kind)}", kind, document)
    except PolicyError as error:
        return (refused(error, kind),)
    found = [*dead_clauses(policy, account), *exposures(policy, account)]
    for refusal in refusals(policy):
        same = _same(refusal, found)
        found = [replace(each, error=refusal.error) if each is same else each for each in found]
        found += [] if same is not None else [refusal]
    once = {(finding.name, finding.pointer, finding.sentence): finding for finding in found}
    return tuple(sorted(once.values(), key=lambda finding: (finding.line, finding.column, finding.name)))


def _same(refusal: Finding, found: list[Finding]) -> Finding | None:
    """The finding for which AWS refuses the document as well: a condition that does not say whose a shared issuer's
    token is, told better by what the condition lacks.
    """
    if refusal.name != SHARED_ISSUER:
        return None
    statement = "/".join(refusal.pointer.split("/")[:3])
    return next((each for each in found if each.pointer.startswith(statement) and each.name in _OF_A_SUBJECT), None)


_OF_A_SUBJECT = frozenset({"no-subject", "loose-subject", "key-never-there"})
