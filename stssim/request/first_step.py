"""The first step of every call: who asks whom for what, read off the request and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stssim.arn import Arn
from stssim.call import NOTHING, Actor, Call
from stssim.trace import Step

_WHAT = (
    "Key",
    "Bucket",
    "RoleName",
    "UserName",
    "PolicyName",
    "GroupName",
    "QueueUrl",
    "SecretId",
    "KeyId",
    "TableName",
    "FunctionName",
    "VirtualMFADeviceName",
    "Url",
)
_LABEL_CHARACTERS = 28
_TAGS_TOLD = 3
_WORDS_TOLD = 5
_WORD_CHARACTERS = 60


def asked(call: Call, who: Actor, home: str) -> Step:
    """Arrow 1 where temporary credentials are asked for, arrow 5 where they are used, else none. `home` is the account
    of the credentials that it is asked with.
    """
    arrow: Any = 1 if call.issues else 5 if call.temporary and call.service != "sts" else None
    words = _WORDS.get(call.name, _any_call)
    label, wish = words(call.parameters, replace(who, account=home), call)
    says = f"{who.name} {wish}{_where(call)}."
    found = {"Not known to the operation": _listed(call.ignored)} if call.ignored else NOTHING
    return Step("request", who, call.target, label, says, arrow=arrow, at=call.at, call=call, found=found)


def _listed(ignored: tuple[str, ...]) -> str:
    """What the request has and the operation does not know; of much, the first ones. It is left out."""
    told = [
        word if len(word) <= _WORD_CHARACTERS else f"{word[: _WORD_CHARACTERS - 1]}…" for word in ignored[:_WORDS_TOLD]
    ]
    more = len(ignored) - len(told)
    return f"{', '.join(told)}{f' and {more} more' if more else ''}; left out"


def _assume_role(asked_for: Mapping[str, Any], who: Actor, _: Call) -> tuple[str, str]:
    arn = str(asked_for.get("RoleArn", ""))
    named = Arn.of(arn)
    role, account = (named.name, named.account) if named is not None else (arn.rpartition("/")[2], "")
    wish = f"asks STS for temporary credentials of role {role or '(none named)'}"
    external_id = asked_for.get("ExternalId")
    if account and account != who.account:
        wish += f" in account {account}"
    if external_id is not None:
        wish += f", with External ID {external_id}"
    elif account != who.account and who.kind != "service":
        wish += ", with no External ID"
    return _short(f"assume {role}"), wish + _tagged(asked_for.get("Tags"))


def _tagged(given: Any) -> str:
    """The session tags that are asked for; of many, the first ones."""
    pairs = [tag for tag in given if isinstance(tag, Mapping)] if isinstance(given, list | tuple) else []
    told = [f"{tag.get('Key')} = {tag.get('Value')}" for tag in pairs[:_TAGS_TOLD]]
    if len(pairs) > _TAGS_TOLD:
        told.append(f"{len(pairs) - _TAGS_TOLD} more")
    return f", with session tag{'s' if len(pairs) > 1 else ''} {' and '.join(told)}" if told else ""


def _session_token(asked_for: Mapping[str, Any], _: Actor, __: Call) -> tuple[str, str]:
    mfa = " with an MFA code" if "TokenCode" in asked_for else ""
    return "session token", f"asks STS for temporary credentials of their own{mfa}"


def _federation_token(asked_for: Mapping[str, Any], _: Actor, __: Call) -> tuple[str, str]:
    name = asked_for.get("Name", "(none named)")
    return _short(f"federate {name}"), f"asks STS for temporary credentials of federated user {name}"


def _token_sign_in(asked_for: Mapping[str, Any], _: Actor, call: Call) -> tuple[str, str]:
    role = str(asked_for.get("RoleArn", "")).rpartition("/")[2]
    token = "a SAML assertion" if call.operation.endswith("SAML") else "a web identity token"
    return _short(f"assume {role}"), f"shows STS {token} and asks for temporary credentials of role {role}"


def _who_am_i(_: Mapping[str, Any], __: Actor, ___: Call) -> tuple[str, str]:
    return "who am I?", "asks STS who these credentials make them"


def _any_call(asked_for: Mapping[str, Any], _: Actor, call: Call) -> tuple[str, str]:
    what = next((str(asked_for[name]) for name in _WHAT if asked_for.get(name)), "")
    whose = f" of bucket {asked_for['Bucket']}" if "Key" in asked_for and "Bucket" in asked_for else ""
    label = f"{call.operation} {what}".strip()
    if len(label) > _LABEL_CHARACTERS:
        label = f"{call.operation} {what.rpartition('/')[2]}".strip()
    return _short(label), f"calls {call.target.name}'s {call.operation}" + (f" for {what}{whose}" if what else "")


def _where(call: Call) -> str:
    """Where it is asked: at STS's global endpoint, or in another Region than us-east-1."""
    if call.endpoint == "sts.amazonaws.com":
        return ", at the global endpoint"
    return "" if call.region == "us-east-1" else f", in {call.region}"


def _short(label: str) -> str:
    return label if len(label) <= _LABEL_CHARACTERS else label[: _LABEL_CHARACTERS - 1] + "…"


_WORDS = {
    "sts:AssumeRole": _assume_role,
    "sts:GetSessionToken": _session_token,
    "sts:GetFederationToken": _federation_token,
    "sts:AssumeRoleWithSAML": _token_sign_in,
    "sts:AssumeRoleWithWebIdentity": _token_sign_in,
    "sts:GetCallerIdentity": _who_am_i,
}
