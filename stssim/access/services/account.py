"""Which Regions an account may use: those that are on by default, and those that it has opted into.

Account Management switches them, which moto does not have. On AWS that takes minutes; here it is done at once.
https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from stssim.access.core.lab_state import LabState
from stssim.access.services.adapter import Adapter, Answer, Permitted
from stssim.call import Call, Caller, HttpReply, Refusal
from stssim.cloud import RegionStatus
from stssim.trace import Refused

_BY_DEFAULT = frozenset(
    (
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ca-central-1",
        "eu-central-1",
        "eu-north-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    )
)
"""A closed list: every Region opened since March 2019 has to be opted into."""
_OTHER_PARTITIONS = ("cn-", "eusc-", "us-gov-", "us-iso")
_STATUS = "RegionOptStatus"


def status(account: str, region: str, kept: LabState) -> RegionStatus:
    """The Region's status for this account, in Account Management's words."""
    if region in _BY_DEFAULT or region.startswith(_OTHER_PARTITIONS):
        return "ENABLED_BY_DEFAULT"
    return "ENABLED" if (account, region) in kept.opted_in else "DISABLED"


def switch(asked: Permitted) -> HttpReply:
    """EnableRegion and DisableRegion. Raises `Refused` (`ValidationException`, 400) for a Region that is always on."""
    region = _asked(asked.call)
    if status(asked.caller.account, region, asked.kept) == "ENABLED_BY_DEFAULT":
        raise _invalid(f"{region} is enabled by default and cannot be switched on or off.")
    (asked.kept.opted_in.add if asked.call.operation == "EnableRegion" else asked.kept.opted_in.discard)(
        (asked.caller.account, region)
    )
    return HttpReply(200, (("content-type", "application/json"),), b"")


def show(asked: Permitted) -> HttpReply:
    """GetRegionOptStatus."""
    return _answer(_told(_asked(asked.call), asked.caller, asked.kept))


def show_all(asked: Permitted) -> HttpReply:
    """ListRegions, in one page."""
    wanted = asked.call.parameters.get(f"{_STATUS}Contains")
    told = (_told(region, asked.caller, asked.kept) for region in _regions())
    return _answer({"Regions": [each for each in told if not wanted or each[_STATUS] in wanted]})


def _told(region: str, caller: Caller, kept: LabState) -> dict[str, str]:
    return {"RegionName": region, _STATUS: status(caller.account, region, kept)}


def _asked(call: Call) -> str:
    account, region = call.parameters.get("AccountId"), str(call.parameters.get("RegionName"))
    if account is not None:
        raise _invalid("Only an account's own Regions are switched and shown here; leave AccountId out.")
    if region not in _regions():
        raise _invalid(f"{region} is not a Region.")
    return region


@cache
def _regions() -> list[str]:
    import botocore.session

    return sorted(botocore.session.get_session().get_available_regions("sts"))


def _invalid(says: str) -> Refused:
    return Refused(Refusal("ValidationException", says, 400))


def _answer(content: Mapping[str, Any]) -> HttpReply:
    return HttpReply(200, (("content-type", "application/json"),), json.dumps(content).encode())


def of_members_only(asked: Permitted, answer: Answer) -> HttpReply:
    """An account may be named by the management account of its organization alone, and not the caller's own.

    Delegated administrators of Account Management are not known here. The wording is not verified.
    https://docs.aws.amazon.com/accounts/latest/reference/API_PutAlternateContact.html
    """
    named = asked.call.parameters.get("AccountId")
    if named is not None:
        home = asked.directory.membership(named)
        managed = home is not None and home.management_account == asked.caller.account != named
        if not managed:
            says = f"User: {asked.caller.arn} is not authorized to perform: {asked.call.name} on account {named}"
            raise Refused(Refusal("AccessDeniedException", says))
    return answer(asked)


ADAPTER = Adapter(
    every=of_members_only,
    answers={
        "DisableRegion": switch,
        "EnableRegion": switch,
        "GetRegionOptStatus": show,
        "ListRegions": show_all,
    },
)
