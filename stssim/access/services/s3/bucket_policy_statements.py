"""What S3 refuses in the statements of a bucket policy: what is not about this bucket, or not done to one.

The messages are S3's own, as people have met them; what the policy may say is their plain sense.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
"""

from __future__ import annotations

from functools import lru_cache

from stssim.policy import Finding, Policy
from stssim.policy.findings import AwsError, found
from stssim.policy.grammar import Patterns, Statement
from stssim.policy.match import glob, tokens
from stssim.policy.vocabulary import actions, resources_of_action

_KINDS = frozenset({"bucket", "object"})


def refusal(policy: Policy, bucket: str) -> Finding | None:
    """The first thing in the statements for which S3 would not take the policy for this bucket."""
    for statement in policy.document.statements:
        finding = _of_statement(policy, statement, bucket)
        if finding is not None:
            return finding
    return None


def _of_statement(policy: Policy, statement: Statement, bucket: str) -> Finding | None:
    action, resource = statement.action, statement.resource
    if resource is None:
        sentence = "The statement has no Resource; it must name the bucket, or objects in it."
        return _found(policy, "no-resource", sentence, statement.pointer, "Missing required field Resource")
    for number, value in enumerate(resource.values):
        if not _is_of(value, bucket):
            sentence = f"{value!r} is not this bucket's; it must be arn:aws:s3:::{bucket}, or that with a / and a key."
            return _found(policy, "foreign-resource", sentence, _at(policy, resource, number), _NO_RESOURCE)
    for number, value in enumerate(action.values):
        kinds = _kinds(value.lower())
        if not kinds:
            sentence = (
                f"{value!r} is not done to a bucket or an object; an action is one of S3's, such as s3:GetObject."
            )
            return _found(policy, "no-action", sentence, _at(policy, action, number), _NO_ACTION)
        if not action.negated and not resource.negated and not kinds & _named(resource):
            kind = next(iter(kinds))
            right = {"bucket": f"arn:aws:s3:::{bucket}", "object": f"arn:aws:s3:::{bucket}/*"}[kind]
            sentence = f"{value!r} is done to a{'n' if kind == 'object' else ''} {kind}; its Resource is {right}."
            return _found(policy, "no-match", sentence, _at(policy, action, number), _NO_MATCH)
    return None


_NO_RESOURCE = "Policy has invalid resource"
_NO_ACTION = "Policy has invalid action"
_NO_MATCH = "Action does not apply to any resource(s) in statement"


def _is_of(value: str, bucket: str) -> bool:
    """Whether a resource may be this bucket, or objects in it. A variable may be anything."""
    if not value.startswith("arn:aws:s3:::"):
        return False
    name = value.removeprefix("arn:aws:s3:::").partition("/")[0]
    return "${" in name or glob(tokens(name))(bucket)


def _named(resource: Patterns) -> frozenset[str]:
    """What kinds of things the values of a Resource element can name: the bucket, objects, or both."""
    kinds = {"object" for value in resource.values if "/" in value or "*" in value}
    return frozenset(kinds | {"bucket" for value in resource.values if "/" not in value})


@lru_cache(maxsize=512)
def _kinds(pattern: str) -> frozenset[str]:
    """What the actions of a pattern are done to, of buckets and objects. S3 is the only service that has them."""
    if pattern == "*":
        return _KINDS
    if not pattern.startswith("s3:"):
        return frozenset()
    return frozenset().union(*(resources_of_action(action) for action in actions(pattern))) & _KINDS


def _found(policy: Policy, name: str, sentence: str, at: str, says: str) -> Finding:
    return found(policy, name, sentence, at, error=AwsError("MalformedPolicy", says))


def _at(policy: Policy, element: Patterns, number: int) -> str:
    at = f"{element.pointer}/{number}"
    return at if policy.document.place(at) else element.pointer
