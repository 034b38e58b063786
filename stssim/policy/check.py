"""A document judged before it is used: what AWS would refuse, and what it would accept and an auditor would not."""

from __future__ import annotations

from stssim.policy.acceptance import refusals, refused
from stssim.policy.document import PolicyError
from stssim.policy.findings import Finding
from stssim.policy.policies import KINDS, Policy, PolicyKind

__all__ = ["check"]


def check(document: object, kind: PolicyKind, *, account: str | None = None) -> tuple[Finding, ...]:
    """What is amiss in a document of this kind, in the order of the text; nothing: ().

    `account` is the number of the account that the policy belongs to. Where it is not known, every account that a
    trust policy names is taken for another's. Every finding that is no refusal was tried: its `shown` is a request and
    what this policy decides of it, all other policies allowing.

    Raises `ValueError` for a kind that there is none of; never for a document.
    """
    from stssim.policy.exposure import exposures
    from stssim.policy.unreachable import dead_clauses

    try:
        policy = Policy(f"the {KINDS.get(kind, kind)}", kind, document)
    except PolicyError as error:
        return (refused(error, kind),)
    found = [*refusals(policy)]
    found += exposures(policy, account)
    found += dead_clauses(policy, account)
    once = {(finding.name, finding.pointer, finding.sentence): finding for finding in found}
    return tuple(sorted(once.values(), key=lambda finding: (finding.line, finding.column, finding.name)))
