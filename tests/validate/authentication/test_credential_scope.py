"""How far credentials reach, by what the user guide compares: Regions, token versions, and IAM."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from stssim.call import Session
from stssim.cloud import RegionStatus
from stssim.validate.authentication.credential_scope import out_of_reach
from tests.fakes import HOME, FakeDirectory, a_call, a_root, a_user, using

ROLE = Session(
    "role",
    HOME,
    f"arn:aws:iam::{HOME}:role/Audit",
    "AROAAUDIT",
    "audit",
    "ASIAAUDIT",
    0,
    3600,
    origin=f"user:{HOME}:alice",
)
ROOT = replace(ROLE, kind="root", principal=f"arn:aws:iam::{HOME}:root", principal_id=HOME)
USER = replace(ROLE, kind="user", principal=f"arn:aws:iam::{HOME}:user/alice", principal_id="AIDAALICE")
TASK = "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"


@dataclass
class Regions(FakeDirectory):
    status: RegionStatus = "ENABLED_BY_DEFAULT"

    def region_status(self, account: str, region: str) -> RegionStatus:
        return self.status


def fault(who: Any, status: RegionStatus, service: str = "sts") -> str | None:
    call = replace(a_call("GetCallerIdentity"), service=service)
    found = out_of_reach(call, who, Regions(status=status))
    return found[0] if found else None


# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
@pytest.mark.parametrize(
    ("version", "status", "expected"),
    [
        (1, "ENABLED_BY_DEFAULT", None),
        (1, "ENABLED", "bad token"),
        (1, "DISABLED", "bad token"),
        (2, "ENABLED_BY_DEFAULT", None),
        (2, "ENABLED", None),
        (2, "DISABLED", "bad token"),
    ],
)
def test_version_1_is_good_where_regions_are_on_by_default_and_version_2_where_they_are_on(
    version: Any, status: RegionStatus, expected: str | None
) -> None:
    assert fault(using(replace(ROLE, token_version=version)), status) == expected


@pytest.mark.parametrize(
    ("status", "expected"), [("ENABLED_BY_DEFAULT", None), ("ENABLED", None), ("DISABLED", "unknown key")]
)
def test_a_long_term_key_is_known_where_the_region_is_on(status: RegionStatus, expected: str | None) -> None:
    assert fault(a_user(), status) == fault(a_root(), status) == expected


# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
@pytest.mark.parametrize(
    ("session", "expected"),
    [
        (ROLE, None),
        (USER, "bad token"),
        (replace(USER, mfa_at=0), None),
        (ROOT, "bad token"),
        (replace(ROOT, mfa_at=0), None),
        (replace(ROOT, task_policy=TASK), None),
        (replace(USER, kind="federated-user"), "bad token"),
        (replace(USER, kind="federated-user", mfa_at=0), "bad token"),
    ],
)
def test_which_sessions_reach_iam(session: Session, expected: str | None) -> None:
    assert fault(using(session), "ENABLED_BY_DEFAULT", "iam") == expected
    assert fault(using(session), "ENABLED_BY_DEFAULT", "s3") is None


@pytest.mark.parametrize(
    "region", ["cn-north-1", "us-gov-west-1", "eusc-de-east-1", "us-isob-east-1", "eu-isoe-west-1"]
)
def test_credentials_are_unknown_in_another_partition(region: str) -> None:
    """AWS whitepaper "AWS Fault Isolation Boundaries": IAM's credentials are those of one partition."""
    call = replace(a_call("GetCallerIdentity"), region=region)
    found = out_of_reach(call, a_root(), Regions())
    assert found is not None
    assert found[0] == "unknown key"
    there = out_of_reach(call, using(ROLE), Regions())
    assert there is not None
    assert there[0] == "bad token"


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "ap-southeast-2", "mx-central-1"])
def test_they_are_good_throughout_their_own(region: str) -> None:
    assert out_of_reach(replace(a_call("GetCallerIdentity"), region=region), a_root(), Regions()) is None
