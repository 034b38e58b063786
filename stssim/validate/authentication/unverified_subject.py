"""Whom a web identity token or a SAML assertion names, read without proof: who the request says it comes from."""

from __future__ import annotations

import json
import re
from base64 import b64decode, urlsafe_b64decode
from typing import Literal

from stssim.call import Actor, Call

_NAME_ID = re.compile(r"<(?:[\w-]+:)?NameID[^<>]*>([^<]*)<")


def bearer(call: Call) -> Actor | None:
    """The subject that the token or assertion names, or None: there is none that can be read."""
    token, assertion = call.parameters.get("WebIdentityToken"), call.parameters.get("SAMLAssertion")
    try:
        if call.operation == "AssumeRoleWithWebIdentity" and isinstance(token, str):
            return _actor(_subject(token), "web-identity")
        if call.operation == "AssumeRoleWithSAML" and isinstance(assertion, str):
            return _actor(_name_id(assertion), "saml")
    except (ValueError, RecursionError):
        pass
    return None


def _subject(token: str) -> object:
    payload = token.split(".")[1] if token.count(".") == 2 else ""
    claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims.get("sub") if isinstance(claims, dict) else None


def _name_id(assertion: str) -> str | None:
    found = _NAME_ID.search(b64decode(assertion).decode("utf-8", "replace"))
    return found[1].strip() if found else None


def _actor(name: object, kind: Literal["web-identity", "saml"]) -> Actor | None:
    readable = isinstance(name, str) and name and name.isprintable()
    return Actor.vouched_for(str(name), kind) if readable else None
