"""Which AWS services there are, by the names under which trust policies have them.

AWS publishes no list of them, and IAM refuses one that it does not know: hashicorp/terraform#35086 met
`tagging.amazonaws.com`. A name is taken here if a part of it is the prefix of a service's actions, or is part of a
service principal in an AWS managed policy or in AWS's guides.
"""

from __future__ import annotations

import re
from functools import cache

from stssim.policy.service_authorization import data

_NAME = re.compile(r"(?<![a-z0-9.-])([a-z0-9-]+(?:\.[a-z0-9-]+)*)\.amazonaws\.com(?:\.cn)?")
_IN_GUIDES = frozenset(
    {
        "alexa-appkit", "alexa-connectedhome", "billingconsole", "costalerts", "edgelambda", "eks-fargate",
        "eks-fargate-pods", "eks-nodegroup", "importexport", "opsworks-cm", "serverlessrepo", "trustedadvisor",
        "vpc-flow-logs",
    }
)  # fmt: skip


def service_exists(entry: str) -> bool:
    """Whether a `Service` principal is one that IAM can be taken to know.

    >>> service_exists("ec2.amazonaws.com"), service_exists("tagging.amazonaws.com")
    (True, False)
    """
    named = _NAME.fullmatch(entry)
    if named is None:
        return False
    parts = named[1].split(".")
    return any(_has_actions(part) or part in _IN_GUIDES for part in parts) or not _in_policies().isdisjoint(parts)


@cache
def _has_actions(part: str) -> bool:
    return bool(data().services.service_exists(part))


@cache
def _in_policies() -> frozenset[str]:
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    return frozenset(part for name in _NAME.findall(aws_managed_policies_data) for part in name.split("."))
