"""AWS's managed policies: there in every account, without being made."""

from __future__ import annotations

from stssim.access.services.iam.aws_managed_policies import policy
from tests.access.given import a_lab, refused

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def test_a_policy_of_awss_is_known_by_its_arn_path_included() -> None:
    found = policy("arn:aws:iam::aws:policy/AdministratorAccess")
    assert found is not None
    assert found.name == "the AWS managed policy AdministratorAccess"
    assert policy("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole") is not None
    assert policy("arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole") is None
    assert policy("arn:aws:iam::aws:policy/NoSuchPolicy") is None


def test_attached_it_grants_what_it_says() -> None:
    _, vendor, _ = a_lab()
    eve, iam = vendor.user("eve"), vendor.client("iam")
    with refused("AccessDenied"):
        eve.client("s3").list_buckets()
    iam.attach_user_policy(UserName="eve", PolicyArn=READ_ONLY)
    eve.client("s3").list_buckets()
    with refused("AccessDenied"):
        eve.client("s3").create_bucket(Bucket="mine")
    iam.detach_user_policy(UserName="eve", PolicyArn=READ_ONLY)
    with refused("AccessDenied"):
        eve.client("s3").list_buckets()


def test_iam_shows_it_and_lists_all_of_them() -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    assert iam.get_policy(PolicyArn=READ_ONLY)["Policy"]["PolicyName"] == "ReadOnlyAccess"
    pages = iam.get_paginator("list_policies").paginate(Scope="AWS", PaginationConfig={"PageSize": 1000})
    arns = [each["Arn"] for page in pages for each in page["Policies"]]
    assert len(arns) > 1000
    assert READ_ONLY in arns
    with refused("NoSuchEntity"):
        iam.attach_user_policy(UserName="nobody", PolicyArn=READ_ONLY)
