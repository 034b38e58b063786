"""Names are not distinguished by case: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.access.given import a_lab, allow, refused, text, to

POLICY = text(allow("s3:GetObject"))
TRUST = text(allow("sts:AssumeRole", None, Principal=to("111122223333")))
MADE: list[tuple[Callable[[Any, str], object], str]] = [
    (
        lambda iam, name: iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST),
        "Role with name AUDIT already exists.",
    ),
    (lambda iam, name: iam.create_user(UserName=name), "User with name AUDIT already exists."),
    (lambda iam, name: iam.create_group(GroupName=name), "Group with name AUDIT already exists."),
    (
        lambda iam, name: iam.create_policy(PolicyName=name, PolicyDocument=POLICY),
        "A policy called AUDIT already exists. Duplicate names are not allowed.",
    ),
    (
        lambda iam, name: iam.create_instance_profile(InstanceProfileName=name),
        "Instance Profile AUDIT already exists.",
    ),
]


@pytest.mark.parametrize(("make", "says"), MADE)
def test_a_name_that_differs_only_in_case_is_taken(make: Callable[[Any, str], object], says: str) -> None:
    _, vendor, customer = a_lab()
    make(vendor.client("iam"), "Audit")
    with refused("EntityAlreadyExists", says):
        make(vendor.client("iam"), "AUDIT")
    make(vendor.client("iam"), "Auditor")
    make(customer.client("iam"), "AUDIT")
