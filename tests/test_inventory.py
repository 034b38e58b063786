"""A new release of AWS's models is noticed: the test that fails names what is new."""

from __future__ import annotations

import copy
import json

import pytest

from tools.inventory import FILE, Inventory, differences, inventory

HOW = (
    "The installed botocore knows another AWS than this version of stssim was made for. Decide on each of these as "
    "docs/UPGRADING.md says, then run `python -m tools.inventory`:\n"
)


@pytest.fixture(scope="module")
def now() -> Inventory:
    return inventory()


def test_the_models_of_aws_identity_are_those_that_stssim_was_made_for(now: Inventory) -> None:
    found = differences(json.loads(FILE.read_text()), now)
    assert not found, HOW + "\n".join(found)


def test_sts_has_twelve_operations(now: Inventory) -> None:
    assert sum(name.startswith("sts:") for name in now) == 12


def test_whatever_a_release_could_bring_is_named(now: Inventory) -> None:
    stored = copy.deepcopy(now)
    del stored["sts:GetScopedCredentials"]
    stored["sts:AssumeRole"]["request"].remove("ExternalId")
    stored["sts:AssumeRole"]["response"].remove("Credentials.SessionToken")
    stored["sts:AssumeRole"]["errors"].append("Gone")
    assert differences(stored, now) == [
        "AWS added sts:GetScopedCredentials.",
        "sts:AssumeRole now takes ExternalId.",
        "sts:AssumeRole now returns Credentials.SessionToken.",
        "sts:AssumeRole no longer fails with Gone.",
    ]
