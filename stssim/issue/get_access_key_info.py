"""GetAccessKeyInfo: the account that an access key id belongs to, in use or not.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stssim.call import Call, Caller, Refusal
from stssim.cloud import Cloud
from stssim.issue.answered import answered
from stssim.issue.token_codec import account_of
from stssim.refused import refused
from stssim.trace import Step


def perform(call: Call, caller: Caller, _: Cloud) -> tuple[Mapping[str, Any], tuple[Step, ...]]:
    """Raises `Refused` for what is no access key id; in which words STS does is not documented."""
    key_id = call.parameters["AccessKeyId"]
    try:
        account = account_of(key_id)
    except ValueError as error:
        refusal = Refusal("ValidationError", f"{key_id} is invalid", 400)
        raise refused(call, caller, refusal, f"STS reads no account in the key: {error}.", "no key id") from None
    result = {"Account": account}
    return result, answered(
        call, caller, f"STS answers that key {key_id} belongs to account {account}.", "account", result
    )
