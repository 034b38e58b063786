"""Session policies: one inline document and up to ten managed ones, passed when a session is asked for."""

from __future__ import annotations

import zlib

from stssim.arn import Arn
from stssim.call import Call, Caller, Refusal
from stssim.cloud import Cloud
from stssim.policy import Finding, refusal
from stssim.refused import refused

_MAX_MANAGED = 10
_BEGINS_A_VALUE = frozenset('{["-0123456789tfnNI')


def require_policies(call: Call, caller: Caller) -> None:
    """Raises `Refused` for an inline session policy that is malformed, and for more than ten managed ones."""
    text = call.parameters.get("Policy")
    if text is not None:
        finding = refusal(text, "session")
        if finding is not None and finding.name != "too-long":
            answer = Refusal("MalformedPolicyDocument", _malformed(text, finding), 400)
            why = f"The session policy is malformed: {finding.placed}"
            raise refused(call, caller, answer, why, "policy malformed")
    arns = policy_arns(call)
    if len(arns) > _MAX_MANAGED:
        says = (
            "1 validation error detected: Value at 'policyArns' failed to satisfy constraint: "
            f"Member must have length less than or equal to {_MAX_MANAGED}"
        )
        why = f"{len(arns)} managed session policies are passed; {_MAX_MANAGED} are allowed."
        raise refused(call, caller, Refusal("ValidationError", says, 400), why, "too many policies")


def require_managed(call: Call, caller: Caller, account: str, cloud: Cloud) -> None:
    """Raises `Refused` for a managed session policy that does not exist, or is another account's.

    Answered as IAM answers a policy that does not exist; what STS says is not documented.
    """
    for arn in policy_arns(call):
        named = Arn.of(arn)
        owner = named.account if named else ""
        if owner not in (account, "aws") or cloud.directory.managed_policy(arn) is None:
            says = f"Policy {arn} does not exist or is not attachable."
            why = f"Account {account} has no managed policy {arn.rpartition('/')[2]}."
            raise refused(call, caller, Refusal("NoSuchEntity", says, 404), why, "no such policy")


def policy_arns(call: Call) -> tuple[str, ...]:
    """The ARNs of the managed session policies that the call passes."""
    return tuple(descriptor["arn"] for descriptor in call.parameters.get("PolicyArns", ()) if "arn" in descriptor)


def inline_policies(call: Call) -> tuple[str, ...] | None:
    """The inline session policy as a session keeps it. None: the call passes no policy, no managed one either."""
    text = call.parameters.get("Policy")
    if text is not None:
        return (text,)
    return () if policy_arns(call) else None


def _malformed(text: str, finding: Finding) -> str:
    """STS's message: of text that begins no JSON value its JSON reader's own, else that of the kind of policy."""
    begun = text.lstrip(" \t\r\n")
    if begun and begun[0] not in _BEGINS_A_VALUE:
        before = text[: len(text) - len(begun)]
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 2
        return (
            f"Unexpected character ('{begun[0]}' (code {ord(begun[0])})): expected a valid value "
            "(number, String, array, object, 'true', 'false' or 'null')\n "
            f"at [Source: java.io.StringReader@{zlib.crc32(text.encode()):x}; line: {line}, column: {column}]"
        )
    return str(finding.error.message if finding.error is not None else finding.sentence)
