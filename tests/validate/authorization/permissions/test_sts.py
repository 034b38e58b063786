"""STS's calls and the permissions they need, tags and source identities included."""

from __future__ import annotations

import pytest

from stssim.call import Caller, RequiredPermission, Session, Verified
from tests.fakes import AWAY, HOME, a_user, using
from tests.request.asked import ROLE, needed


def test_assuming_a_role_needs_just_that() -> None:
    (need,) = needed("sts", "AssumeRole", RoleArn=ROLE, RoleSessionName="s", ExternalId="42")
    assert need == RequiredPermission(
        "sts:AssumeRole", ROLE, AWAY, {"sts:ExternalId": "42", "sts:RoleSessionName": "s"}
    )


def test_a_missing_external_id_is_an_absent_key() -> None:
    (need,) = needed("sts", "AssumeRole", RoleArn=ROLE, RoleSessionName="s")
    assert "sts:ExternalId" not in need.context


def test_session_tags_need_tag_session_and_a_source_identity_its_own_permission() -> None:
    found = needed(
        "sts",
        "AssumeRole",
        RoleArn=ROLE,
        RoleSessionName="s",
        Tags=[{"Key": "team", "Value": "blue"}],
        TransitiveTagKeys=["team"],
        SourceIdentity="dora",
    )
    assert [need.action for need in found] == ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    assert {need.resource for need in found} == {ROLE}
    assert found[1].context["aws:RequestTag/team"] == "blue"
    assert found[1].context["aws:TagKeys"] == ("team",)
    assert found[1].context["sts:TransitiveTagKeys"] == ("team",)
    assert found[2].context["sts:SourceIdentity"] == "dora"


def test_what_a_chain_passes_on_needs_the_same_permissions() -> None:
    session = Session(
        "role",
        HOME,
        f"arn:aws:iam::{HOME}:role/first",
        "AROAFIRST",
        "one",
        "ASIA1",
        0,
        1,
        tags=(("team", "blue"),),
        transitive_tag_keys=("team",),
        source_identity="dora",
        origin=f"user:{HOME}:dora",
    )
    found = needed("sts", "AssumeRole", by=using(session), RoleArn=ROLE, RoleSessionName="s")
    assert [need.action for need in found] == ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]


def test_an_assertion_tags_the_session_and_names_it() -> None:
    anyone = a_user()
    verified = Verified(
        "saml", f"arn:aws:iam::{AWAY}:saml-provider/idp", "i", "s", "a", session_name="dora", tags=(("team", "blue"),)
    )
    caller = Caller("saml", "", verified.provider, "", "", "", anyone.actor, verified=verified)
    found = needed(
        "sts", "AssumeRoleWithSAML", by=caller, RoleArn=ROLE, PrincipalArn=verified.provider, SAMLAssertion="x"
    )
    assert [need.action for need in found] == ["sts:AssumeRoleWithSAML", "sts:TagSession"]
    assert found[0].context["sts:RoleSessionName"] == "dora"


@pytest.mark.parametrize("operation", ["GetCallerIdentity", "GetSessionToken"])
def test_some_operations_need_no_permission_at_all(operation: str) -> None:
    assert needed("sts", operation) == ()


def test_a_federated_user_is_named_by_its_arn() -> None:
    (need,) = needed("sts", "GetFederationToken", Name="dora")
    assert (need.action, need.resource) == ("sts:GetFederationToken", f"arn:aws:sts::{HOME}:federated-user/dora")


def test_a_root_session_is_judged_in_the_callers_account() -> None:
    task = "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"
    (need,) = needed("sts", "AssumeRoot", TargetPrincipal=AWAY, TaskPolicyArn={"arn": task})
    assert need == RequiredPermission("sts:AssumeRoot", f"arn:aws:iam::{AWAY}:root", HOME, {"sts:TaskPolicyArn": task})
