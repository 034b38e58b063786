"""GetCallerIdentity: who the credentials of the call make the caller. Nothing can be denied it.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stssim.call import Call, Caller
from stssim.cloud import Cloud
from stssim.issue.answered import answered
from stssim.trace import Step


def perform(call: Call, caller: Caller, _: Cloud) -> tuple[Mapping[str, Any], tuple[Step, ...]]:
    """The caller's ARN, account and unique id."""
    result = {"UserId": caller.user_id, "Account": caller.account, "Arn": caller.arn}
    return result, answered(call, caller, f"STS answers that these credentials are {caller.arn}.", "identity", result)
