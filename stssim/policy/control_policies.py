"""What Organizations refuses in a service or resource control policy.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
"""

from __future__ import annotations

from collections.abc import Iterator

from stssim.policy.findings import AwsError, Finding, found
from stssim.policy.grammar import Statement
from stssim.policy.policies import KINDS, Policy

__all__ = ["MALFORMED", "RESOURCE_CONTROLLED", "control_policy_refusals"]

MALFORMED = AwsError(
    "MalformedPolicyDocumentException",
    "The provided policy document does not meet the requirements of the specified policy type.",
)
"""Recorded in September 2026 of all that is amiss in a resource control policy, its JSON or its rules."""

_TOO_LONG = AwsError("ConstraintViolationException", "You have exceeded the maximum policy size.")
_MOST_CHARACTERS = {"service-control": 10_240, "resource-control": 5_120}
"""White space counts. https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html, as of May
2026; the error as in hashicorp/terraform-provider-aws#12597.
"""

RESOURCE_CONTROLLED = frozenset(
    {
        "aoss", "appconfig", "appstream", "autoscaling", "autoscaling-plans", "budgets", "clouddirectory", "cloudfront",
        "cloudsearch", "cloudtrail-data", "codeartifact", "codebuild", "codecommit", "codepipeline", "cognito-identity",
        "cognito-idp", "comprehend", "comprehendmedical", "compute-optimizer", "cost-optimization-hub", "dax", "dsql",
        "dynamodb", "ecr", "ecr-public", "events", "firehose", "fis", "fms", "gamelift", "health", "inspector-scan",
        "kendra", "kinesisvideo", "kms", "logs", "memorydb", "networkmonitor", "notifications", "opensearch",
        "pca-connector-ad", "personalize", "polly", "pricing", "resource-groups", "rolesanywhere", "s3",
        "secretsmanager", "servicediscovery", "signin", "sqs", "sts", "support", "swf", "textract",
        "timestream-influxdb", "transcribe", "transfer", "translate", "wafv2", "workspaces", "xray",
    }
)  # fmt: skip
"""The services that a resource control policy can be about, by the prefixes of their actions, as of 2026-10-27.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services
"""


def control_policy_refusals(policy: Policy) -> Iterator[Finding]:
    """Everything in a control policy for which Organizations would refuse it. It takes one without a Version."""
    most = _MOST_CHARACTERS[policy.kind]
    length = len(policy.document.source.raw)
    if length > most:
        sentence = f"{length:,} characters are too many; a {KINDS[policy.kind]} may have {most:,}."
        yield found(policy, "too-long", sentence, "", error=_TOO_LONG)
    if policy.kind == "resource-control":
        for statement in policy.document.statements:
            yield from _of_a_resource_control_policy(policy, statement)


def _of_a_resource_control_policy(policy: Policy, statement: Statement) -> Iterator[Finding]:
    if statement.allows:
        sentence = "Only AWS's own RCPFullAWSAccess allows; a resource control policy that you write must deny."
        yield found(policy, "rcp-allows", sentence, f"{statement.pointer}/Effect", error=MALFORMED)
    if statement.principal is None:
        sentence = 'A resource control policy must have the Principal "*".'
        yield found(policy, "rcp-without-principal", sentence, statement.pointer, error=MALFORMED)
    if statement.action.negated:
        sentence = "A resource control policy has no NotAction; name what it denies under Action."
        yield found(policy, "rcp-not-action", sentence, statement.action.pointer, error=MALFORMED)
        return
    for number, value in enumerate(statement.action.values):
        service = value.partition(":")[0].lower()
        at = f"{statement.action.pointer}/{number}"
        at = at if policy.document.place(at) else statement.action.pointer
        if service == "*":
            sentence = "A resource control policy names services, such as s3:*; the Action * alone is AWS's own."
            yield found(policy, "rcp-every-action", sentence, at, error=MALFORMED)
        elif service not in RESOURCE_CONTROLLED:
            sentence = f"Resource control policies do not bear on {service!r}; they do on s3, sts, kms and others."
            yield found(policy, "rcp-other-service", sentence, at, error=MALFORMED)
