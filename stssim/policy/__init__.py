"""AWS's policy evaluation: documents and a request in, a decision and its reasons out. Pure."""

from stssim.policy.acceptance import refusal
from stssim.policy.check import check
from stssim.policy.document import Place, PolicyError
from stssim.policy.evaluate import Decision, decide, evaluate
from stssim.policy.explain import Explanation
from stssim.policy.findings import Finding
from stssim.policy.grammar import Document, parse
from stssim.policy.policies import Policies, Policy
from stssim.policy.request import Request

__all__ = [
    "Decision",
    "Document",
    "Explanation",
    "Finding",
    "Place",
    "Policies",
    "Policy",
    "PolicyError",
    "Request",
    "check",
    "decide",
    "evaluate",
    "parse",
    "refusal",
]
