"""Names of IAM that differ only in upper and lower case are the same, as was recorded of AWS in September 2026."""

from __future__ import annotations

from typing import Any

import pytest

from stssim import Lab
from tests.access.given import allow, deny, document, refused, text


@pytest.fixture
def home() -> Any:
    return Lab(seed=1).account("home")


def test_what_iam_holds_is_found_in_any_case_and_shown_as_it_was_made(home: Any) -> None:
    iam = home.client("iam")
    user, group, profile = (
        iam.create_user(UserName="Dora", Path="/team/"),
        iam.create_group(GroupName="Makers"),
        iam.create_instance_profile(InstanceProfileName="Web"),
    )
    role = iam.create_role(
        RoleName="Reader", AssumeRolePolicyDocument=text(allow("sts:AssumeRole", None, Principal={"AWS": home.number}))
    )
    arns = [user["User"]["Arn"], group["Group"]["Arn"], profile["InstanceProfile"]["Arn"], role["Role"]["Arn"]]
    reader = home.user("reader", document(*(allow("iam:Get*", arn) for arn in arns))).client("iam")
    assert reader.get_user(UserName="DORA")["User"]["Arn"] == arns[0]
    assert reader.get_group(GroupName="makers")["Group"]["Arn"] == arns[1]
    assert reader.get_instance_profile(InstanceProfileName="WEB")["InstanceProfile"]["Arn"] == arns[2]
    assert reader.get_role(RoleName="reader")["Role"]["Arn"] == arns[3]
    with refused("AccessDenied"):
        reader.get_user(UserName="READER")


@pytest.mark.parametrize("kind", ["user", "role", "group"])
def test_an_inline_policy_is_one_in_any_case(home: Any, kind: str) -> None:
    iam = home.client("iam")
    more = {"AssumeRolePolicyDocument": text(allow("sts:AssumeRole", None, Principal={"AWS": home.number}))}
    named = {f"{kind.capitalize()}Name": "Holder"}
    getattr(iam, f"create_{kind}")(**named, **(more if kind == "role" else {}))
    named = {f"{kind.capitalize()}Name": "holder"}

    def call(verb: str, **given: Any) -> Any:
        return getattr(iam, f"{verb}_{kind}_policy")(**named, **given)

    call("put", PolicyName="MixedName", PolicyDocument=text(allow("s3:GetObject")))
    call("put", PolicyName="mixedname", PolicyDocument=text(deny("s3:GetObject")))
    assert getattr(iam, f"list_{kind}_policies")(**named)["PolicyNames"] == ["MixedName"]
    found = call("get", PolicyName="MIXEDNAME")
    assert (found["PolicyName"], found["PolicyDocument"]["Statement"][0]["Effect"]) == ("MIXEDNAME", "Deny")
    call("delete", PolicyName="MiXeDnAmE")
    assert getattr(iam, f"list_{kind}_policies")(**named)["PolicyNames"] == []


def test_no_name_is_free_that_differs_in_case_alone(home: Any) -> None:
    iam = home.client("iam")
    iam.create_user(UserName="Dora")
    with refused("EntityAlreadyExists", "User with name dora already exists."):
        iam.create_user(UserName="dora")
