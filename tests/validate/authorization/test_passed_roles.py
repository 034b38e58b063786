"""Calls that hand a role to a service need `iam:PassRole` on it."""

from __future__ import annotations

from stssim.call import RequiredPermission
from tests.fakes import HOME
from tests.request.asked import needed


def test_a_function_is_handed_its_role() -> None:
    role = f"arn:aws:iam::{HOME}:role/worker"
    found = needed("lambda", "CreateFunction", FunctionName="f", Role=role, Code={"ZipFile": b""})
    assert found[1] == RequiredPermission("iam:PassRole", role, HOME, {"iam:PassedToService": "lambda.amazonaws.com"})
