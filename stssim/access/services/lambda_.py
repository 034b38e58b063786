"""Lambda: functions, and their policies put together of what AddPermission was given.

moto keeps the statements, all of a function's on its latest version: those of a version or an alias have its ARN as
their Resource. Recorded on 2026-09-13 (radkawar/stackd, testdata/aws/lambda/event_policy.json, event_invocation.json).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stssim.access.core.compiled_policies import compiled
from stssim.access.core.moto_backends import backend
from stssim.access.core.stored_policies import Change, changed_element, root_arn
from stssim.access.services.adapter import Adapter, Permitted, Resource
from stssim.access.services.iam.principals import principal_exists
from stssim.call import NOTHING, HttpReply, Refusal
from stssim.policy import Policy
from stssim.trace import Refused


def _tags(awslambda: Any, resource: Resource) -> Mapping[str, str]:
    name = f"{resource.name}:".split(":")[1]
    held = awslambda._lambdas._functions.get(name)
    return dict(held["latest"].tags or {}) if held is not None and held["latest"] is not None else NOTHING


def _policy(awslambda: Any, resource: Resource) -> Policy | None:
    sort, name = f"{resource.name}:".split(":")[:2]
    held = awslambda._lambdas._functions.get(name) if sort == "function" else None
    latest = held["latest"] if held is not None else None
    if latest is None or not latest.policy.statements:
        return None
    return compiled(f"the function policy of {name}", "resource", _document(latest.policy.statements))


def _document(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Id": "default", "Statement": statements}, separators=(",", ":"))


def _rewrite(awslambda: Any, change: Change) -> None:
    for held in awslambda._lambdas._functions.values():
        for statement in held["latest"].policy.statements if held["latest"] is not None else ():
            statement["Principal"] = changed_element(statement["Principal"], change)


@dataclass(frozen=True, slots=True)
class _Holder:
    """The function, version or alias that a call names, by its ARN; and the function's policy as moto keeps it."""

    arn: str
    policy: Any

    @property
    def statements(self) -> list[dict[str, Any]]:
        """Its own statements alone."""
        return [each for each in self.policy.statements if each["Resource"] == self.arn]


def add_permission(asked: Permitted) -> HttpReply:
    """AddPermission. Raises `Refused` for another revision (412), a statement id that there is (409), a principal that
    does not exist, and `$LATEST` (400).
    """
    wanted = asked.call.parameters
    holder = _holder(asked)
    if holder is None:
        return asked.forward()
    if holder.arn.endswith(":$LATEST"):
        raise _refused(
            "InvalidParameterValueException", "We currently do not support adding policies for $LATEST.", 400
        )
    _require_revision(asked, holder)
    if any(each["Sid"] == wanted["StatementId"] for each in holder.statements):
        sid = wanted["StatementId"]
        says = (
            f"The statement id ({sid}) provided already exists. Please provide a new statement id, or remove the "
            "existing statement."
        )
        raise _refused("ResourceConflictException", says, 409)
    statement = _statement(wanted, holder.arn)
    holder.policy.statements.append(statement)
    _revise(asked, holder)
    return _reply(201, {"Statement": json.dumps(statement, separators=(",", ":"))})


def get_policy(asked: Permitted) -> HttpReply:
    """GetPolicy: the statements of the function, or of the version or alias that is named, and no others."""
    holder = _holder(asked)
    if holder is None:
        return asked.forward()
    if not holder.statements:
        raise _refused("ResourceNotFoundException", "The resource you requested does not exist.", 404)
    revision = asked.kept.function_policy_revisions[holder.arn]
    return _reply(200, {"Policy": _document(holder.statements), "RevisionId": revision})


def remove_permission(asked: Permitted) -> HttpReply:
    """RemovePermission. Raises `Refused` (404) where there is no such statement, and for another revision (412)."""
    sid = asked.call.parameters["StatementId"]
    holder = _holder(asked)
    if holder is None:
        return asked.forward()
    if not holder.statements:
        raise _refused("ResourceNotFoundException", "No policy is associated with the given resource.", 404)
    _require_revision(asked, holder)
    found = next((each for each in holder.statements if each["Sid"] == sid), None)
    if found is None:
        raise _refused("ResourceNotFoundException", f"Statement {sid} is not found in resource policy.", 404)
    holder.policy.statements.remove(found)
    _revise(asked, holder)
    return HttpReply(204, (), b"")


def _holder(asked: Permitted) -> _Holder | None:
    """None: there is no such function, version or alias."""
    named = str(asked.call.parameters["FunctionName"])
    before, _, last = named.rpartition(":function:")
    name, _, suffix = last.partition(":")
    account = before.rpartition(":")[2] or asked.caller.account
    qualifier = suffix or asked.call.parameters.get("Qualifier")
    awslambda = backend("lambda", account, asked.call.region)
    held = awslambda._lambdas._functions.get(name) if awslambda is not None else None
    if held is None or held["latest"] is None:
        return None
    arn = f"arn:aws:lambda:{asked.call.region}:{account}:function:{name}"
    if qualifier is None:
        return _Holder(arn, held["latest"].policy)
    known = {"$LATEST", *(str(each.version) for each in held["versions"]), *awslambda._lambdas._aliases.get(arn, ())}
    if qualifier not in known:
        return None
    return _Holder(f"{arn}:{qualifier}", held["latest"].policy)


def _require_revision(asked: Permitted, holder: _Holder) -> None:
    wanted = asked.call.parameters.get("RevisionId")
    if wanted and wanted != asked.kept.function_policy_revisions.get(holder.arn):
        says = (
            "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the "
            "latest Revision Id"
        )
        raise _refused("PreconditionFailedException", says, 412)


def _revise(asked: Permitted, holder: _Holder) -> None:
    from moto.moto_api._internal import mock_random

    asked.kept.function_policy_revisions[holder.arn] = str(mock_random.uuid4())


def _statement(wanted: Mapping[str, Any], arn: str) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html"""
    condition: dict[str, dict[str, str]] = {}
    for parameter, (operator, key) in _CONDITIONS.items():
        if parameter in wanted:
            value = wanted[parameter]
            condition.setdefault(operator, {})[key] = str(value).lower() if isinstance(value, bool) else value
    return {
        "Sid": wanted["StatementId"],
        "Effect": "Allow",
        "Principal": _principal(wanted["Principal"]),
        "Action": wanted["Action"],
        "Resource": arn,
        **({"Condition": condition} if condition else {}),
    }


_CONDITIONS: Mapping[str, tuple[str, str]] = {
    "SourceAccount": ("StringEquals", "AWS:SourceAccount"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
    "EventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "InvokedViaFunctionUrl": ("Bool", "lambda:InvokedViaFunctionUrl"),
    "SourceArn": ("ArnLike", "AWS:SourceArn"),
}
"""By parameter: the operator and key of the condition that it becomes."""
_SERVICE = re.compile(r"[\w-]+(?:\.[\w-]+)+")


def _principal(named: str) -> str | dict[str, str]:
    """An account stands by the ARN of its root user."""
    if named == "*":
        return named
    if principal_exists(named):
        return {"AWS": root_arn(named)}
    if not _SERVICE.fullmatch(named):
        says = "The provided principal was invalid. Please check the principal and try again."
        raise _refused("InvalidParameterValueException", says, 400)
    return {"Service": named}


def _refused(code: str, says: str, status: int) -> Refused:
    return Refused(Refusal(code, says, status))


def _reply(status: int, content: Mapping[str, str]) -> HttpReply:
    return HttpReply(status, (("content-type", "application/json"),), json.dumps(content).encode())


ADAPTER = Adapter(
    tags=_tags,
    resource_policy=_policy,
    rewrite_principals=_rewrite,
    answers={"AddPermission": add_permission, "GetPolicy": get_policy, "RemovePermission": remove_permission},
)
