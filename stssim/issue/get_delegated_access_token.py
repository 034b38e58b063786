"""GetDelegatedAccessToken: credentials for the trade-in token of an AWS partner, which only AWS hands out.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetDelegatedAccessToken.html
"""

from __future__ import annotations

from stssim.call import Call, Caller, Refusal
from stssim.refused import refused


def require_valid(call: Call, caller: Caller) -> None:
    """Raises `Refused` for every token there can be here: none was handed out. The wording is not documented."""
    says = "The trade-in token provided could not be validated."
    why = "The trade-in token is none that AWS handed out to a partner."
    raise refused(call, caller, Refusal("ExpiredTradeInTokenException", says, 400), why, "token unproved")
