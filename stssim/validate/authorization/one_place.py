"""A call is carried out in one account and one Region, so what it names has to lie there.

An ARN may name any. DynamoDB's batches are the calls that reach several accounts; `stssim.access` carries them out in
each. What else names several is refused here, after it has been judged.
"""

from __future__ import annotations

from collections.abc import Mapping

from stssim.arn import Arn
from stssim.call import Call, Caller, Refusal, RequiredPermission
from stssim.cloud import Directory
from stssim.refused import refused

IN_EACH_ACCOUNT = frozenset({"dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"})
"""The calls that are carried out in every account that they name."""
_OF_ALL_REGIONS = frozenset({"iam", "organizations", "s3", "sts"})
"""Services whose ARNs name no Region, or whose names are known in all of them."""
_TRAILS_ARE_SHOWN_EVERYWHERE = ("Describe", "Get", "List")


def require_one_place(
    call: Call, caller: Caller, required: tuple[RequiredPermission, ...], directory: Directory
) -> None:
    """Raises `Refused` for a call about resources of several accounts (`NotImplemented`, 501, for AWS takes some of
    them) or of a Region that it was not sent to (400).

    DynamoDB's transactions cannot be of several accounts at AWS either, say the pages of TransactGetItems and
    TransactWriteItems.
    """
    own = [need for need in required if _is_own(need, call)]
    if call.service in _OF_ALL_REGIONS:
        return
    elsewhere = next((need.resource for need in own if _region(need) not in ("", "*", call.region)), None)
    if elsewhere is not None and not _is_shown_everywhere(call):
        why = f"{elsewhere} is not in {call.region}, to which the request was sent."
        raise refused(call, caller, _of_another_region(call, elsewhere), why, "another Region")
    accounts = {need.account or directory.owner(need.resource) or caller.account for need in own}
    if len(accounts) > 1 and call.name not in IN_EACH_ACCOUNT:
        why = f"{call.operation} names resources of the accounts {', '.join(sorted(accounts))}."
        raise refused(call, caller, _of_several_accounts(call), why, "several accounts")


def _is_own(need: RequiredPermission, call: Call) -> bool:
    """Whether it is a resource of the service that was called; a role that is passed, say, is not."""
    arn = Arn.of(need.resource)
    return arn is not None and arn.service == _IN_ARNS.get(call.service, call.service)


def _region(need: RequiredPermission) -> str:
    return Arn.parse(need.resource).region


def _is_shown_everywhere(call: Call) -> bool:
    """A trail of all Regions is shown in each of them."""
    return call.service == "cloudtrail" and call.operation.startswith(_TRAILS_ARE_SHOWN_EVERYWHERE)


def _of_several_accounts(call: Call) -> Refusal:
    if call.name in ("dynamodb:TransactGetItems", "dynamodb:TransactWriteItems"):
        says = "The tables of a transaction must reside in the same account and Region."
        return Refusal("ValidationException", says, 400)
    says = f"stssim carries out {call.name} in one account, and the resources that it names are of several."
    return Refusal("NotImplemented", says, 501)


def _of_another_region(call: Call, arn: str) -> Refusal:
    if call.service == "dynamodb":
        return Refusal("ValidationException", f"1 validation error detected: {_of_table(call, arn)}", 400)
    code, says = _ERRORS.get(call.service, ("ValidationException", "The resource {arn} is not in the Region {here}."))
    return Refusal(code, says.format(arn=arn, there=Arn.parse(arn).region, here=call.region), 400)


def _of_table(call: Call, arn: str) -> str:
    """Recorded of DescribeTable and GetItem on 2026-09-17: radkawar/stackd, testdata/aws/dynamodb/policies.json."""
    if call.operation in _ON_ITEMS:
        return f"Value '{arn}' at 'tableName' failed to satisfy constraint: Invalid AWS region"
    return f"Invalid AWS region in '{arn}'"


_ON_ITEMS = ("DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem")
_IN_ARNS: Mapping[str, str] = {"monitoring": "cloudwatch"}
_ERRORS: Mapping[str, tuple[str, str]] = {
    "cloudtrail": ("InvalidHomeRegionException", "The trail {arn} can be changed in its home Region alone, {there}."),
    "kms": ("NotFoundException", "Invalid arn {there}"),
    "lambda": (
        "ResourceNotFoundException",
        "Functions from '{there}' are not reachable in this region ('{here}')",
    ),
    "secretsmanager": ("ResourceNotFoundException", "Secrets Manager can't find the specified secret."),
    "sns": ("InvalidParameter", "Invalid parameter: TopicArn"),
}
"""Error code and message for a resource of another Region. The codes are in botocore's models of the services; those of
the others are not recorded.
"""
