"""Handing a call to moto. What moto is handed is built, not forwarded: moto must not judge, only answer."""

from __future__ import annotations

import logging

from stssim.access.core.build_request import build_request
from stssim.access.core.dispatch import MotoFault, dispatch
from stssim.access.core.faults import foreseen, refusal_for, unanswered
from stssim.access.core.gaps import LACKING
from stssim.call import Call, Caller, HttpReply
from stssim.error_log import described
from stssim.trace import Refused

_LOG = logging.getLogger("stssim")


def answer(call: Call, caller: Caller, resource_account: str) -> HttpReply:
    """moto's answer to a call that was let through, in the account whose resource it is about.

    Raises `Refused` where moto has no answer of its own (`NotImplemented`, 501), or stumbles over a mistake of the
    caller's. What moto raised is then logged at the level of debugging. An exception of ours is raised as it is.
    """
    if call.name in LACKING:
        raise Refused(unanswered(call))
    mistake = foreseen(call)
    if mistake is not None:
        raise Refused(mistake)
    given = build_request(call, caller, resource_account)
    try:
        replied = dispatch(given)
    except MotoFault as fault:
        if _LOG.isEnabledFor(logging.DEBUG):
            _LOG.debug("moto raised an exception for %s:\n%s", call.name, described(fault.error, call.request))
        raise Refused(refusal_for(call, fault.error)) from fault.error
    if replied is None:
        raise Refused(unanswered(call))
    status, reply_headers, text = replied
    content = text.encode() if isinstance(text, str) else text
    told = {str(name).lower(): str(value) for name, value in reply_headers.items()}
    if given.headers.get("x-amz-target") and "content-type" in given.headers:
        told.setdefault("content-type", given.headers["content-type"])
    return HttpReply(status, tuple(told.items()), content)
