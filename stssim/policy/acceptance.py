"""What AWS would refuse in a document, by the rules of its kind of policy, and in what words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from stssim.policy.control_policies import MALFORMED, control_policy_refusals
from stssim.policy.document import PolicyError, PolicyFault
from stssim.policy.findings import AwsError, Finding, found
from stssim.policy.grammar import Patterns, Statement
from stssim.policy.policies import KINDS, Policy, PolicyKind
from stssim.policy.resource_arns import arn_fault
from stssim.policy.shared_issuers import unscoped
from stssim.policy.unreadable import unreadable_values

__all__ = ["SHARED_ISSUER", "refusal", "refusals", "refused"]

SHARED_ISSUER = "shared-issuer"
"""The name of the finding that a trust policy lets in all customers of an issuer. IAM looks only when it is written."""

_CODES: dict[PolicyKind, str] = {
    "resource": "MalformedPolicy",
    "kms-key": "MalformedPolicyDocumentException",
    "service-control": "MalformedPolicyDocumentException",
    "resource-control": "MalformedPolicyDocumentException",
}
"""S3's code stands for all resource-based policies; IAM's and STS's is `MalformedPolicyDocument`."""
_OF_IAM: tuple[PolicyKind, ...] = ("identity", "boundary", "trust")
_WITH_PRINCIPAL: tuple[PolicyKind, ...] = ("trust", "resource")

_SYNTAX = "Syntax errors in policy."
_ROLE_ACTIONS_ONLY = "AssumeRole policy may only specify STS AssumeRole actions."
_UNREAD: tuple[PolicyFault, ...] = ("not-json", "empty", "not-an-object")
_IAM_SAYS: Mapping[PolicyFault, str] = {
    "version": "Policy document must be version 2012-10-17 or greater.",
    "no-action": "Policy statement must contain actions.",
    "no-resource": "Policy statement must contain resources.",
    "forbidden-principal": "Policy document should not specify a principal.",
    "bad-action": "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
}
"""What IAM says of a policy of a user, group or role, where it is not `Syntax errors in policy.` STS is taken to say
the same of a session policy that is JSON; no record of that was found.
"""
_WITH_PRINCIPAL_SAYS: Mapping[PolicyFault, str] = {
    **dict.fromkeys(_UNREAD, "This policy contains invalid Json"),
    "version": "The policy must contain a valid version string",
    "no-statement": "Missing required field Statement",
    "no-effect": "Missing required field Effect",
    "no-action": "Missing required field Action",
    "no-principal": "Missing required field Principal",
    "empty-aws-principal": "The passed in policy has a statement with no principals!",
    "empty-principal": "Missing required field Principal cannot be empty!",
}
"""The same of trust policies and of S3's bucket policies, which are read by another reader than IAM's own.

Recorded of AWS are the invalid Json, the missing `Statement` and `Principal`, the statement with no principals, what
both tables below have of `Resource`, `s3:` actions and syntax, and the first byte; the others are what another
implementation, held against AWS, answers.
"""
_TRUST_SAYS: Mapping[PolicyFault, str] = {
    "forbidden-resource": "Has prohibited field Resource",
    "forbidden-not-resource": "AssumeRole policy must not contain resources.",
    "bad-action": _ROLE_ACTIONS_ONLY,
}
_BAD_ACTION: dict[PolicyKind, str | None] = {
    "trust": _ROLE_ACTIONS_ONLY,
    "resource": "Policy has invalid action",
    "kms-key": None,
    "service-control": MALFORMED.message,
    "resource-control": MALFORMED.message,
}
"""What is said of an action that none can be, where it is not what IAM says."""
_BUCKET_SAYS: Mapping[PolicyFault, str] = {"bad-action": "Policy has invalid action"}

_WORD = KINDS | {"identity": "policy of a role"}
_MOST_CHARACTERS: dict[PolicyKind, int] = {
    "identity": 10_240,
    "boundary": 6_144,
    "trust": 2_048,
    "session": 2_048,
    "kms-key": 32_768,
}
_QUOTAS: dict[PolicyKind, str] = {"boundary": "PolicySize", "trust": "ACLSizePerRole"}
"""IAM does not count white space. The limit of identity-based policies is that of a role's inline ones.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
"""

_AWS_PRINCIPAL = re.compile(
    r"\*|[0-9]{12}|A(IDA|ROA)[A-Z0-9]{12,124}|arn:[\w-]+:iam::[0-9]{12}:(root|user/\S+|role/\S+)"
    r"|arn:[\w-]+:sts::[0-9]{12}:(assumed-role/[^/\s*?]+|federated-user)/[^\s*?]+"
)
_ORIGIN_ACCESS_IDENTITY = re.compile(r"arn:[\w-]+:iam::cloudfront:user/CloudFront Origin Access Identity [A-Z0-9]+")
"""https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html"""
_SERVICE = re.compile(r"[\w.-]+\.(amazonaws\.com(\.cn)?|internal|aws)")
_FEDERATED = re.compile(r"arn:[\w-]+:iam::[0-9]{12}:(oidc|saml)-provider/.+|[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
_ROLE_ACTIONS = (
    "sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoot",
    "sts:SetContext", "sts:SetSourceIdentity", "sts:TagSession",
)  # fmt: skip
"""IAM takes them in a trust policy as they are written here: neither `sts:*` nor `STS:assumerolewithwebidentity`, both
recorded on 2026-09-11 (radkawar/stackd, oidc_trust_controls).
"""


def refusal(document: object, kind: PolicyKind) -> Finding | None:
    """The first thing in a document for which AWS would refuse it as a policy of this kind."""
    try:
        return next(refusals(Policy(f"the {KINDS[kind]}", kind, document)), None)
    except PolicyError as error:
        return refused(error, kind)


def refused(error: PolicyError, kind: PolicyKind) -> Finding:
    """A document that is no policy, as AWS would refuse it."""
    sentence = f"{error.reason}."
    return Finding(
        "no-policy", sentence, error.pointer, error.line or 1, error.column or 1, _error(kind, _message(error, kind))
    )


def _message(error: PolicyError, kind: PolicyKind) -> str | None:
    if kind == "session" and error.code == "not-json":
        return "The policy is not in the valid JSON format."
    if kind in ("identity", "boundary", "session"):
        return _IAM_SAYS.get(error.code, _SYNTAX)
    if kind in ("trust", "resource"):
        return _of_one_with_a_principal(error, kind)
    return MALFORMED.message if kind in ("service-control", "resource-control") else None


def _of_one_with_a_principal(error: PolicyError, kind: PolicyKind) -> str:
    if error.code == "bad-effect" and error.value:
        return f"Invalid effect: {error.value}"
    if error.code == "bad-operator":
        return f"Invalid Condition type : {error.value}"
    if kind == "trust":
        return {**_WITH_PRINCIPAL_SAYS, **_TRUST_SAYS}.get(error.code, _SYNTAX)
    if error.code in _UNREAD and (error.line, error.column) == (1, 1):
        return "Policies must be valid JSON and the first byte must be '{'"
    return {**_WITH_PRINCIPAL_SAYS, **_BUCKET_SAYS}.get(error.code, "Invalid policy syntax.")


def _error(kind: PolicyKind, message: str | None = None) -> AwsError:
    return AwsError(_CODES.get(kind, "MalformedPolicyDocument"), message)


def refusals(policy: Policy) -> Iterator[Finding]:
    """Everything in the policy for which AWS would refuse it."""
    kind = policy.kind
    yield from _of_the_whole(policy)
    if kind in ("service-control", "resource-control"):
        yield from control_policy_refusals(policy)
    for statement in policy.document.statements:
        yield from _of_actions(policy, statement.action)
        if kind == "trust":
            yield from _of_a_trust_policy(policy, statement)
        if kind in ("trust", "resource", "kms-key"):
            yield from _of_principals(policy, statement)
        if kind in ("identity", "boundary", "session") and statement.resource is not None:
            yield from _of_resources(policy, statement.resource)
        if kind in (*_OF_IAM, "session"):
            yield from _of_values(policy, statement)
    if kind == "trust":
        yield from _of_shared_issuers(policy)


def _of_shared_issuers(policy: Policy) -> Iterator[Finding]:
    for number, says in unscoped(policy.document.source.data):
        element = policy.document.statements[number].principal
        at = policy.document.statements[number].pointer if element is None else element.pointer
        sentence = "This issuer signs for all of its customers, and no condition says which of them is meant."
        yield found(policy, SHARED_ISSUER, sentence, at, error=_error("trust", says))


def _of_the_whole(policy: Policy) -> Iterator[Finding]:
    document, kind = policy.document, policy.kind
    if not document.statements and kind != "service-control":
        says = "Could not parse the policy: Statement is empty!" if kind in _WITH_PRINCIPAL else _SYNTAX
        error = _error(kind, says if kind in (*_OF_IAM, "session", "resource") else None)
        yield found(policy, "no-statement", "The policy has no statement; it needs one.", "/Statement", error=error)
    most = _MOST_CHARACTERS.get(kind)
    length = len(document.source.raw) if kind == "kms-key" else size(document.source.raw)
    if most is not None and length > most:
        sentence = f"{length:,} characters are too many; a {_WORD[kind]} may have {most:,}."
        code = "LimitExceeded" if kind in _OF_IAM else "PackedPolicyTooLarge" if kind == "session" else None
        quota = f"Cannot exceed quota for {_QUOTAS[kind]}: {most}" if kind in _QUOTAS else None
        error = AwsError(code or "LimitExceededException", quota)
        yield found(policy, "too-long", sentence, "", error=error)
    if kind in (*_OF_IAM, "resource"):
        yield from _of_ids(policy)


def size(text: str) -> int:
    """How long a policy is to IAM, which does not count white space.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    return sum(not character.isspace() for character in text)


def _of_ids(policy: Policy) -> Iterator[Finding]:
    times = Counter(statement.sid for statement in policy.document.statements if statement.sid)
    for statement in policy.document.statements:
        at = f"{statement.pointer}/Sid"
        if policy.kind not in _WITH_PRINCIPAL and not re.fullmatch("[0-9A-Za-z]*", statement.sid):
            says = (
                "Statement IDs (SID) must be alpha-numeric. "
                "Check that your input satisfies the regular expression [0-9A-Za-z]*"
            )
            sentence = f"The Sid {statement.sid!r} has other characters than letters and digits."
            yield found(policy, "bad-sid", sentence, at, error=_error(policy.kind, says))
        if times[statement.sid] > 1:
            says = "Statement IDs (SID) in a single policy must be unique."
            if policy.kind in _WITH_PRINCIPAL:
                says = "The Statement Ids in the policy are not unique"
            sentence = f"The Sid {statement.sid!r} is there {times[statement.sid]} times; each must be another."
            yield found(policy, "repeated-sid", sentence, at, error=_error(policy.kind, says))


def _of_actions(policy: Policy, action: Patterns) -> Iterator[Finding]:
    for number, value in enumerate(action.values):
        vendor, _, operation = value.partition(":")
        says = None
        if ":" in operation:
            says = "Actions/Condition can contain only one colon."
            sentence = f"{value!r} has a colon too many; an action is a service and an operation, such as s3:GetObject."
        elif not re.fullmatch(r"\*|[a-zA-Z0-9.-]+", vendor):
            says = f"Vendor {vendor} is not valid"
            sentence = f"{vendor!r} is no service; its name has letters, digits and hyphens, and no wildcard."
        if says is not None:
            at = _entry(policy, action.pointer, number)
            message = _BAD_ACTION.get(policy.kind, says)
            yield found(policy, "bad-action", sentence, at, error=_error(policy.kind, message))


def _of_a_trust_policy(policy: Policy, statement: Statement) -> Iterator[Finding]:
    element = statement.principal
    if element is not None and element.negated:
        sentence = "A trust policy names whom it trusts; NotPrincipal, which names all others, is not allowed in one."
        says = "Allow with NotPrincipal is not allowed."
        if not statement.allows:
            says = "AssumeRole policy must not contain NotPrincipal field."
        yield found(policy, "not-principal", sentence, element.pointer, error=_error("trust", says))
    elif element is not None and element.values == (("", "*"),):
        says = 'AssumeRolepolicy contained an invalid principal: "STAR":"*".'
        sentence = 'A trust policy does not take the Principal "*"; {"AWS": "*"} it does, and that trusts everyone.'
        yield found(policy, "star-principal", sentence, element.pointer, error=_error("trust", says))
    for number, value in enumerate(statement.action.values):
        if value in _ROLE_ACTIONS:
            continue
        at = _entry(policy, statement.action.pointer, number)
        sentence = f"{value!r} is no action on a role; a trust policy names sts:AssumeRole or its like, spelled so."
        yield found(policy, "no-role-action", sentence, at, error=_error("trust", _ROLE_ACTIONS_ONLY))


def _of_principals(policy: Policy, statement: Statement) -> Iterator[Finding]:
    element = statement.principal
    if element is None:
        return
    numbers: Counter[str] = Counter()
    for kind, entry in element.values:
        at = _entry(policy, f"{element.pointer}/{kind}", numbers[kind])
        numbers[kind] += 1
        if kind == "Federated" and policy.kind == "trust" and not _FEDERATED.fullmatch(entry):
            says = "Federated principals must be valid domain names or SAML metadata ARNs"
            sentence = (
                f"{entry!r} is no identity provider; it is the ARN of one, or a host such as accounts.google.com."
            )
            yield found(policy, "bad-principal", sentence, at, error=_error("trust", says))
        if policy.kind == "resource" and kind == "AWS" and _ORIGIN_ACCESS_IDENTITY.fullmatch(entry):
            continue
        if (kind == "AWS" and not _AWS_PRINCIPAL.fullmatch(entry)) or (
            kind == "Service" and not _SERVICE.fullmatch(entry)
        ):
            right = (
                "it is an account number, * alone, or the whole ARN of a root, user, role or session; no part of it "
                "may be a wildcard"
                if kind == "AWS"
                else "it is a service principal such as ec2.amazonaws.com"
            )
            says = f'Invalid principal in policy: "{kind.upper()}":"{entry}"'
            message = says if policy.kind == "trust" else "Invalid principal in policy"
            yield found(
                policy,
                "bad-principal",
                f"{entry!r} is nobody; {right}.",
                at,
                error=_error(policy.kind, message if policy.kind != "kms-key" else None),
            )


def _of_resources(policy: Policy, resource: Patterns) -> Iterator[Finding]:
    for number, value in enumerate(resource.values):
        if value != "*" and not value.startswith("arn:"):
            says = f'Resource {value} must be in ARN format or "*".'
            at = _entry(policy, resource.pointer, number)
            sentence = f"{value!r} is no resource; it is an ARN or *."
            yield found(policy, "no-arn", sentence, at, error=_error(policy.kind, says))
        elif policy.kind != "session" and value.startswith("arn:") and (fault := arn_fault(value)) is not None:
            at = _entry(policy, resource.pointer, number)
            yield found(policy, "bad-arn", fault[1], at, error=_error(policy.kind, fault[0]))


def _of_values(policy: Policy, statement: Statement) -> Iterator[Finding]:
    for condition in statement.conditions:
        for number, right in unreadable_values(condition, policy.kind):
            at = _entry(policy, condition.pointer, number)
            sentence = f"{condition.values[number]!r} is not {right}, which {condition.written} compares."
            yield found(policy, "unreadable-value", sentence, at, error=_error(policy.kind, _SYNTAX))


def _entry(policy: Policy, pointer: str, number: int) -> str:
    """The pointer of a value of an element, which may stand alone or in a list."""
    at = f"{pointer}/{number}"
    return at if policy.document.place(at) else pointer
