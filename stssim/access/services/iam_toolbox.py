"""IAM Toolbox: how a request was decided whose denial carries an authorization id. moto does not have it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied-authorization-id.html

The structure is that of the service model of November 2026. Documented besides: the two permissions, that policies are
told as they were then, and that whoever asks must be of the organization, else of the account, of the principal that
was denied. The wording of the errors is not verified. AWS writes a denial down a moment later; here it is there at
once.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from stssim.access.services.adapter import Adapter, Permitted
from stssim.call import HttpReply, Refusal
from stssim.cloud import Denial, Membership
from stssim.policy import Decision, Policy
from stssim.policy.authorization_checks import POLICY_TYPES, Check, checks
from stssim.policy.policies import RESOURCE_KINDS
from stssim.policy.results import PolicyResult
from stssim.trace import Refused

_ID = re.compile("[0-9a-z]{24,25}")
_EFFECTS = {"Allow": "ALLOW", "ImplicitDeny": "IMPLICIT_DENY", "ExplicitDeny": "EXPLICIT_DENY"}
_STATEMENTS = {"Allow": "ALLOW", "Deny": "DENY"}


def details(asked: Permitted) -> HttpReply:
    """GetRequestAuthorizationDetails, in one page."""
    if asked.call.parameters.get("nextToken") is not None:
        raise _refused("ValidationException", "The pagination token is not valid.", 400)
    denial = _denial(asked)
    contexts = [_context(decision) for decision in denial.decisions]
    shared = {key: value for key, value in contexts[0].items() if all(each.get(key) == value for each in contexts)}
    return _answer(
        {
            "requestContext": shared,
            "evaluations": [
                _evaluation(denial, decision, {key: value for key, value in own.items() if key not in shared})
                for decision, own in zip(denial.decisions, contexts, strict=True)
            ],
            "policies": [_policy(*found) for found in _policies(denial).values()],
        }
    )


def policy(asked: Permitted) -> HttpReply:
    """GetRequestAuthorizationPolicy: a policy as it was when the request was decided."""
    uri = asked.call.parameters["policyUri"]
    found = _policies(_denial(asked)).get(uri)
    if found is None:
        raise _refused("ResourceNotFoundException", f"No policy {uri} was evaluated for this authorization id.", 404)
    return _answer({"policyDocument": json.loads(found[0].document.source.raw)})


def _denial(asked: Permitted) -> Denial:
    """The denial of the authorization id. Raises `Refused` for one that there is not, or that is not for the caller."""
    given = asked.call.parameters["authorizationId"]
    if not _ID.fullmatch(given):
        raise _refused("ValidationException", f"{given!r} is not an authorization id.", 400)
    denial = asked.kept.denials.get(given)
    if denial is None or denial.region != asked.call.region:
        raise _refused("ResourceNotFoundException", f"There are no authorization details of {given}.", 404)
    here = asked.directory.membership(asked.caller.account)
    if denial.at_home is not None:
        may = here is not None and here.organization_id == denial.at_home.organization_id
    else:
        may = asked.caller.account == denial.caller.account
    if not may:
        says = f"User: {asked.caller.arn} is not authorized to perform: iam:{asked.call.operation}"
        raise _refused("AccessDeniedException", says, 403)
    return denial


def _context(decision: Decision) -> dict[str, Any]:
    """The condition keys: text, or a list of texts where a key has several values."""
    return {key: _value(value) for key, value in sorted(decision.request.context.items())}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, bool):
        return str(value).lower()
    return [_value(each) for each in value] if isinstance(value, list | tuple) else str(value)


def _evaluation(denial: Denial, decision: Decision, context: Mapping[str, Any]) -> dict[str, Any]:
    found = checks(decision)
    return {
        "action": decision.request.action,
        "resource": decision.request.resource,
        "context": context,
        "evaluatedEffect": _EFFECTS[decision.effect],
        "matchedPolicies": [_matched(denial, decision, each) for check in found for each in check.matched],
        "checks": [_check(denial, decision, each) for each in found],
    }


def _check(denial: Denial, decision: Decision, check: Check) -> dict[str, Any]:
    told: dict[str, Any] = {"checkType": check.type, "evaluatedEffect": check.effect}
    if check.level is not None:
        at_resource = check.type == "RESOURCE_CONTROL_POLICY"
        told["targetArn"] = _levels(denial, at_resource=at_resource)[check.level - 1]
    told["relevantPolicyTypes"] = list(check.types)
    told["matchedPolicies"] = [_matched(denial, decision, each) for each in check.matched]
    return told


def _matched(denial: Denial, decision: Decision, result: PolicyResult) -> dict[str, Any]:
    return {
        "uri": _uri(result.policy, _attached_to(denial, decision, result.policy)),
        "matchedStatements": [
            {
                "sid": each.statement.sid or f"Statement{each.statement.index + 1}",
                "evaluatedEffect": _STATEMENTS[each.statement.effect],
            }
            for each in result.statements
            if each.matched
        ],
    }


def _policies(denial: Denial) -> dict[str, tuple[Policy, list[str]]]:
    """Every policy that was looked at, and what it is attached to, by the URI by which it is told."""
    found: dict[str, tuple[Policy, list[str]]] = {}
    for decision in denial.decisions:
        for each in decision.policies:
            targets = _attached_to(denial, decision, each)
            _, known = found.setdefault(_uri(each, targets), (each, []))
            known += [target for target in targets if target not in known]
    return found


def _policy(each: Policy, targets: Sequence[str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": POLICY_TYPES[each.kind],
        "inline": each.arn is None,
        "uri": _uri(each, targets),
        "attachedTo": [{"arn": target} for target in targets],
    }
    if each.kind == "kms-key":
        told["policySource"] = {"type": "KEY_POLICY", "typeName": "KMS key policy"}
    return told


def _uri(each: Policy, targets: Sequence[str]) -> str:
    """A managed policy's ARN; for an inline one 32 hexadecimal digits that tell nothing."""
    if each.arn is not None:
        return each.arn
    told = json.dumps([each.kind, each.name, list(targets)])
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _attached_to(denial: Denial, decision: Decision, each: Policy) -> list[str]:
    if each.kind in RESOURCE_KINDS:
        return [decision.request.resource]
    if each.kind in ("service-control", "resource-control"):
        at_resource = each.kind == "resource-control"
        levels = decision.policies.resource_control if at_resource else decision.policies.service_control
        arns = _levels(denial, at_resource=at_resource)
        return [arn for arn, level in zip(arns, levels, strict=True) if any(one is each for one in level)]
    session = denial.caller.session
    return [session.principal if session else denial.caller.principal_arn]


def _levels(denial: Denial, *, at_resource: bool) -> list[str]:
    """The ARNs of the root, the units and the account, in the order of the levels of control policies."""
    home = denial.at_resource if at_resource else denial.at_home
    account = denial.owner if at_resource else denial.caller.account
    return list(_targets(home, account)) if home is not None else []


def _targets(home: Membership, account: str) -> Iterator[str]:
    organization, *parts = home.path.strip("/").split("/")
    prefix = f"arn:aws:organizations::{home.management_account}"
    for part in parts:
        yield f"{prefix}:{'root' if part.startswith('r-') else 'ou'}/{organization}/{part}"
    yield f"{prefix}:account/{organization}/{account}"


def _refused(code: str, says: str, status: int) -> Refused:
    return Refused(Refusal(code, says, status))


def _answer(content: Mapping[str, Any]) -> HttpReply:
    return HttpReply(200, (("content-type", "application/json"),), json.dumps(content).encode())


ADAPTER = Adapter(answers={"GetRequestAuthorizationDetails": details, "GetRequestAuthorizationPolicy": policy})
