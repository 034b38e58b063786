"""The condition keys that policies ask for: GetContextKeysForCustomPolicy and GetContextKeysForPrincipalPolicy.

IAM reads these documents less strictly than those that it stores. Recorded on 2026-09-11 (radkawar/stackd,
context_keys).
https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForCustomPolicy.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape

from stssim.access.services.adapter import Permitted
from stssim.access.services.iam.replies import result
from stssim.call import HttpReply, Refusal
from stssim.policy.conditions import OPERATORS
from stssim.trace import Refused

_VARIABLE = re.compile(r"\$\{([^{},]+)[^{}]*\}")
_ELEMENTS = {"Version", "Id", "Statement"}
_WITH_VARIABLES = "2012-10-17"


def of_documents(asked: Permitted) -> HttpReply:
    """GetContextKeysForCustomPolicy. Raises `Refused` (`InvalidInput`, 400) for what IAM cannot read."""
    return _answer(asked, asked.call.parameters["PolicyInputList"])


def of_principal(asked: Permitted) -> HttpReply:
    """GetContextKeysForPrincipalPolicy: those of a user's or role's own policies and of the documents given besides.

    Raises `Refused` (`InvalidInput`, 400) for what IAM cannot read.
    """
    own = asked.directory.identity_policies(asked.call.parameters["PolicySourceArn"])
    given = asked.call.parameters.get("PolicyInputList") or ()
    return _answer(asked, [*(policy.document.source.raw for policy in own), *given])


def _answer(asked: Permitted, documents: Iterable[str]) -> HttpReply:
    members = "".join(f"<member>{escape(name)}</member>" for text in documents for name in sorted(_names(text)))
    return result(asked.call, f"<ContextKeyNames>{members}</ContextKeyNames>")


def _names(text: str) -> set[str]:
    """The keys of one document, each spelling once."""
    try:
        document = json.loads(text)
        if not isinstance(document, dict) or document.keys() - _ELEMENTS:
            raise ValueError("an element that no policy has")
        statements = document.get("Statement", [])
        return {key for each in _listed(statements) for key in _keys(each, document.get("Version"))}
    except (AttributeError, ValueError, TypeError, RecursionError):
        raise Refused(Refusal("InvalidInput", "Invalid policy", 400)) from None


def _keys(statement: Mapping[str, Any], version: Any) -> Iterator[str]:
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise ValueError("an effect that there is not")
    values = [*_listed(statement.get("Resource", [])), *_listed(statement.get("NotResource", []))]
    for operator, wanted in statement.get("Condition", {}).items():
        if operator.rpartition(":")[2].removesuffix("IfExists").lower() not in OPERATORS:
            raise ValueError("an operator that there is not")
        for key, each in wanted.items():
            yield key
            values += _listed(each)
    if version == _WITH_VARIABLES:
        for value in values:
            yield from (name.strip() for name in _VARIABLE.findall(str(value)))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
