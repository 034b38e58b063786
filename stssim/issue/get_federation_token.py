"""GetFederationToken: credentials for a federated user, who may do what both the caller and the passed policies may.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stssim.call import Call, Caller, Session
from stssim.cloud import Cloud
from stssim.issue.credentials import issue_credentials, now, packed_policy_size, require_active, token_version
from stssim.issue.get_session_token import long_term_duration
from stssim.issue.session_policies import inline_policies, policy_arns, require_managed, require_policies
from stssim.issue.session_tags import passed, require_tags
from stssim.trace import Step


def require_valid(call: Call, caller: Caller) -> None:
    """What is wrong with the session policies and the tags."""
    require_policies(call, caller)
    require_tags(call, caller)


def perform(call: Call, caller: Caller, cloud: Cloud) -> tuple[Mapping[str, Any], tuple[Step, ...]]:
    """The federated user's credentials, which live and die with the user who asked for them."""
    account, name = caller.account, call.parameters["Name"]
    require_active(call, caller, account, cloud)
    require_managed(call, caller, account, cloud)
    issued = now(cloud)
    session = Session(
        kind="federated-user",
        account=account,
        principal=caller.principal_arn,
        principal_id=caller.principal_id,
        name=name,
        access_key_id=cloud.seal.access_key_id("ASIA", account, f"federated-user/{name}"),
        issued_at=issued,
        expires_at=issued + long_term_duration(call, caller),
        policies=inline_policies(call),
        policy_arns=policy_arns(call),
        tags=passed(call),
        token_version=token_version(call, account, cloud),
        origin=caller.actor.mark,
    )
    result, steps = issue_credentials(call, caller, session, f"federated user {name}", cloud)
    result["FederatedUser"] = {
        "FederatedUserId": f"{account}:{name}",
        "Arn": f"arn:aws:sts::{account}:federated-user/{name}",
    }
    return packed_policy_size(result, session, otherwise=0), steps
