"""Two companies in a Lab, and the few words in which these tests speak of policies and refusals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim import Lab


def a_lab() -> tuple[Lab, Any, Any]:
    """A Lab with a vendor's account and a customer's."""
    lab = Lab(seed=7)
    return lab, lab.account("vendor"), lab.account("customer")


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def text(*statements: dict[str, Any]) -> str:
    return json.dumps(document(*statements))


def allow(action: str | list[str], resource: str | None = "*", **elements: Any) -> dict[str, Any]:
    where = {} if resource is None else {"Resource": resource}
    return {"Effect": "Allow", "Action": action, **where, **elements}


def deny(action: str | list[str], resource: str | None = "*", **elements: Any) -> dict[str, Any]:
    return {**allow(action, resource, **elements), "Effect": "Deny"}


def to(*arns: str) -> dict[str, Any]:
    """A Principal."""
    return {"AWS": list(arns)}


@contextmanager
def refused(code: str, says: str = "") -> Iterator[None]:
    """The call inside is refused with this error code, and its message says this."""
    with pytest.raises(ClientError) as caught:
        yield
    assert caught.value.response["Error"]["Code"] == code
    assert says in caught.value.response["Error"]["Message"]
