"""DecodeAuthorizationMessage: what an encoded message of a refused call says.

https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stssim.arn import Arn
from stssim.call import Call, Caller, Refusal
from stssim.cloud import Cloud
from stssim.issue.answered import answered
from stssim.refused import refused
from stssim.trace import Step


def perform(call: Call, caller: Caller, cloud: Cloud) -> tuple[Mapping[str, Any], tuple[Step, ...]]:
    """The decoded message, for a caller of the account whose principal was refused.

    Raises `Refused` for any other. That it must be the same account, and the wording, are not documented.
    """
    try:
        text = cloud.seal.decode(call.parameters["EncodedMessage"])
    except ValueError as error:
        raise _invalid(call, caller, f"The message is not decoded: {error}.") from None
    asked = json.loads(text)["context"]
    principal = Arn.of(asked["principal"]["arn"])
    if principal is None or principal.account != caller.account:
        raise _invalid(call, caller, "The message tells of another account's principal.")
    sentence = f"STS decodes why {asked['action']} was refused."
    return {"DecodedMessage": text}, answered(call, caller, sentence, "decoded message", {"DecodedMessage": text})


def _invalid(call: Call, caller: Caller, why: str) -> Exception:
    refusal = Refusal("InvalidAuthorizationMessageException", "Message is not valid", 400)
    return refused(call, caller, refusal, why, "message not valid")
