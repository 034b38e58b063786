"""Pictures of the global and the regional endpoints of STS, and of the two versions of their session tokens."""

from __future__ import annotations

import json
from dataclasses import replace

from diagrams.given import SESSION, Picture, a_firm, allow, document, in_short, tried
from stssim.call import Actor
from stssim.trace import Step, Trace

HONG_KONG = "ap-east-1"


def _used_in_hong_kong(endpoint: str, *, prefers: str = "v1Token") -> Trace:
    """Credentials from this endpoint, used in a Region that the role's account has opted into."""
    firm = a_firm()
    firm.customer.client("account").enable_region(RegionName=HONG_KONG)
    iam = firm.customer.client("iam")
    iam.set_security_token_service_preferences(GlobalEndpointTokenVersion=prefers)
    may_look = document(allow("ec2:DescribeInstances"))
    iam.put_role_policy(RoleName="Audit", PolicyName="look", PolicyDocument=json.dumps(may_look))
    with firm.lab.recording(endpoint) as trace:
        reply = firm.alice.client("sts", region=endpoint).assume_role(RoleArn=firm.audit.arn, **SESSION)
        tried(firm.lab.session(reply).client("ec2", region=HONG_KONG).describe_instances)
    return _by_endpoint(in_short(trace))


def _by_endpoint(trace: Trace) -> Trace:
    """The trace with the endpoints that were called, each by its name, in place of their services."""
    return Trace(trace.name, map(_named, trace), accounts=trace.accounts)


def _named(step: Step) -> Step:
    if step.call is None:
        return step
    service, endpoint = step.call.target, Actor(step.call.endpoint)
    ends = (endpoint if actor == service else actor for actor in (step.source, step.target))
    return replace(step, source=next(ends), target=next(ends))


def global_token() -> Trace:
    """The global endpoint's token, of version 1, is not valid in a Region that was opted into."""
    return _used_in_hong_kong("aws-global")


def regional_token() -> Trace:
    """A regional endpoint's token, of version 2, is valid there."""
    return _used_in_hong_kong("eu-west-1")


def global_token_of_version_2() -> Trace:
    """Once the role's account prefers version 2, so is the global endpoint's."""
    return _used_in_hong_kong("aws-global", prefers="v2Token")


PICTURES = (
    Picture("global-token", "The global endpoint's token: refused in a Region that was opted into", global_token),
    Picture("regional-token", "A regional endpoint's token: good in every Region that is on", regional_token),
    Picture(
        "global-token-v2", "The global endpoint's token, once the account prefers version 2", global_token_of_version_2
    ),
)
