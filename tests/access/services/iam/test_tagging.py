"""Tags on all that IAM holds.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from stssim import Lab
from stssim.lab.identity.keys import Keyring
from stssim.lab.identity.saml import SamlProvider
from tests.access.given import a_lab, allow, document, refused, text

IDP = SamlProvider("https://login.example.com/saml", Keyring(b"7"), Lab().clock.now)
TEAM, JOB = {"Key": "Team", "Value": "a + b = c"}, {"Key": "job", "Value": ""}


class Kind(NamedTuple):
    """What makes one and with what, how its reply and the others name it, and the name of one that is not there."""

    make: str
    given: dict[str, Any]
    parameter: str
    operations: str
    arn: str
    missing: str

    def made(self, iam: Any, *tags: dict[str, str]) -> dict[str, str]:
        getattr(iam, self.make)(**self.given, Tags=list(tags))
        name = self.given.get(self.parameter, self.arn)
        return {self.parameter: name}

    def tag(self, iam: Any, **asked: Any) -> None:
        getattr(iam, f"tag_{self.operations}")(**asked)

    def untag(self, iam: Any, **asked: Any) -> None:
        getattr(iam, f"untag_{self.operations}")(**asked)

    def tags(self, iam: Any, **asked: Any) -> Any:
        return getattr(iam, f"list_{self.operations}_tags")(**asked)


PREFIX = "arn:aws:iam::111111111111"
KINDS = {
    "InstanceProfile": Kind(
        "create_instance_profile", {"InstanceProfileName": "web"}, "InstanceProfileName", "instance_profile",
        f"{PREFIX}:instance-profile/web", "other",
    ),
    "OpenIDConnectProvider": Kind(
        "create_open_id_connect_provider", {"Url": "https://login.example.com"}, "OpenIDConnectProviderArn",
        "open_id_connect_provider", f"{PREFIX}:oidc-provider/login.example.com", f"{PREFIX}:oidc-provider/other",
    ),
    "Policy": Kind(
        "create_policy", {"PolicyName": "shelf", "PolicyDocument": text(allow("s3:*"))}, "PolicyArn", "policy",
        f"{PREFIX}:policy/shelf", f"{PREFIX}:policy/other",
    ),
    "Role": Kind(
        "create_role", {"RoleName": "shelf", "AssumeRolePolicyDocument": text(
            allow("sts:AssumeRole", None, Principal={"Service": "ec2.amazonaws.com"}))}, "RoleName", "role",
        f"{PREFIX}:role/shelf", "other",
    ),
    "User": Kind("create_user", {"UserName": "bob"}, "UserName", "user", f"{PREFIX}:user/bob", "other"),
    "MFADevice": Kind(
        "create_virtual_mfa_device", {"VirtualMFADeviceName": "phone"}, "SerialNumber", "mfa_device",
        f"{PREFIX}:mfa/phone", f"{PREFIX}:mfa/other",
    ),
    "SAMLProvider": Kind(
        "create_saml_provider", {"Name": "idp", "SAMLMetadataDocument": IDP.metadata()}, "SAMLProviderArn",
        "saml_provider", f"{PREFIX}:saml-provider/idp", f"{PREFIX}:saml-provider/other",
    ),
    "ServerCertificate": Kind(
        "upload_server_certificate", {"ServerCertificateName": "web", "CertificateBody": "c", "PrivateKey": "k"},
        "ServerCertificateName", "server_certificate", f"{PREFIX}:server-certificate/web", "other",
    ),
}  # fmt: skip


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


def test_it_has_the_tags_that_it_was_made_with_sorted_by_key(kind: Kind) -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    named = kind.made(iam, JOB, TEAM)
    assert kind.tags(iam, **named)["Tags"] == [TEAM, JOB]


def test_tags_are_set_changed_and_removed(kind: Kind) -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    named = kind.made(iam)
    kind.tag(iam, **named, Tags=[TEAM, JOB])
    kind.tag(iam, **named, Tags=[{"Key": "Team", "Value": "b"}])
    assert kind.tags(iam, **named)["Tags"] == [{"Key": "Team", "Value": "b"}, JOB]
    kind.untag(iam, **named, TagKeys=["Team", "unknown"])
    assert kind.tags(iam, **named)["Tags"] == [JOB]


def test_keys_that_differ_in_case_are_one_key_of_a_user_or_role_and_two_of_all_else(kind: Kind) -> None:
    """Recorded in September 2026: radkawar/stackd, internal/services/iam/testdata/tags_aws.json."""
    _, vendor, _ = a_lab()
    iam, other = vendor.client("iam"), {"Key": "team", "Value": "b"}
    folds = kind.parameter in ("UserName", "RoleName")
    named = kind.made(iam, TEAM)
    kind.tag(iam, **named, Tags=[other])
    assert kind.tags(iam, **named)["Tags"] == ([other] if folds else [TEAM, other])
    if folds:
        with refused("InvalidInput", "Duplicate tag keys found."):
            kind.tag(iam, **named, Tags=[TEAM, other])
    else:
        kind.tag(iam, **named, Tags=[TEAM, other])
    kind.untag(iam, **named, TagKeys=["TEAM"])
    assert len(kind.tags(iam, **named)["Tags"]) == (0 if folds else 2)


def test_keys_of_awss_own_and_no_tags_at_all_are_refused(kind: Kind) -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    with refused("InvalidInput", "Tag keys beginning with aws: are reserved for system use."):
        kind.made(iam, {"Key": "AWS:team", "Value": "b"})
    named = kind.made(iam)
    with refused("InvalidInput", "Tag keys beginning with aws: are reserved for system use."):
        kind.tag(iam, **named, Tags=[{"Key": "aws:team", "Value": "b"}])
    with refused("InvalidInput", "Error occurred while validating input. "):
        kind.tag(iam, **named, Tags=[])
    kind.tag(iam, **named, Tags=[{"Key": "team", "Value": "aws:b"}])
    kind.untag(iam, **named, TagKeys=["aws:team"])
    kind.untag(iam, **named, TagKeys=[])


def test_tags_are_refused_only_to_a_caller_who_may_set_them() -> None:
    """What is given twice is judged by its last value: radkawar/stackd, testdata/aws/iam/tag_inputs.json."""
    _, vendor, _ = a_lab()
    KINDS["User"].made(vendor.client("iam"))
    approved = {"StringEquals": {"aws:RequestTag/Team": "yes"}}
    alice = vendor.user("alice", document(allow("iam:TagUser", Condition=approved))).client("iam")
    yes, no = {"Key": "Team", "Value": "yes"}, {"Key": "Team", "Value": "no"}
    with refused("InvalidInput", "Duplicate tag keys found."):
        alice.tag_user(UserName="bob", Tags=[no, yes])
    with refused("AccessDenied"):
        alice.tag_user(UserName="bob", Tags=[yes, no])


def test_a_key_may_be_given_once(kind: Kind) -> None:
    _, vendor, _ = a_lab()
    iam, twice = vendor.client("iam"), [TEAM, {"Key": "Team", "Value": "b"}]
    with refused("InvalidInput", "Duplicate tag keys found."):
        kind.made(iam, *twice)
    named = kind.made(iam)
    with refused("InvalidInput", "Duplicate tag keys found."):
        kind.tag(iam, **named, Tags=twice)


def test_fifty_tags_are_the_most(kind: Kind) -> None:
    """IAM User Guide, "IAM and AWS STS quotas"."""
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    named = kind.made(iam, JOB)
    kind.tag(iam, **named, Tags=[{"Key": f"k{number}", "Value": "v"} for number in range(49)])
    kind.tag(iam, **named, Tags=[{"Key": "job", "Value": "v"}])
    with refused("LimitExceeded"):
        kind.tag(iam, **named, Tags=[TEAM])


def test_a_long_list_comes_in_pages(kind: Kind) -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    named = kind.made(iam, *({"Key": key, "Value": "v"} for key in "abc"))
    first = kind.tags(iam, **named, MaxItems=2)
    assert ([each["Key"] for each in first["Tags"]], first["IsTruncated"]) == (["a", "b"], True)
    second = kind.tags(iam, **named, MaxItems=2, Marker=first["Marker"])
    assert ([each["Key"] for each in second["Tags"]], second["IsTruncated"]) == (["c"], False)
    with refused("ValidationError"):
        kind.tags(iam, **named, Marker="x")


def test_what_is_not_there_has_no_tags(kind: Kind) -> None:
    _, vendor, _ = a_lab()
    iam, other = vendor.client("iam"), {kind.parameter: kind.missing}
    kind.made(iam)
    with refused("NoSuchEntity"):
        kind.tags(iam, **other)
    with refused("NoSuchEntity"):
        kind.tag(iam, **other, Tags=[TEAM])
    with refused("NoSuchEntity"):
        kind.untag(iam, **other, TagKeys=["team"])


def test_a_policy_can_go_by_the_tags(kind: Kind) -> None:
    _, vendor, _ = a_lab()
    named = kind.made(vendor.client("iam"), JOB)
    tagged = {"Null": {"aws:ResourceTag/Team": "false"}}
    alice = vendor.user("alice", document(allow("iam:*", kind.arn, Condition=tagged))).client("iam")
    with refused("AccessDenied"):
        kind.tags(alice, **named)
    kind.tag(vendor.client("iam"), **named, Tags=[TEAM])
    assert kind.tags(alice, **named)["Tags"] == [TEAM, JOB]


def test_one_that_is_made_again_has_none_of_the_old_ones_tags() -> None:
    _, vendor, _ = a_lab()
    iam, kind = vendor.client("iam"), KINDS["SAMLProvider"]
    named = kind.made(iam, TEAM)
    iam.delete_saml_provider(**named)
    kind.made(iam)
    assert kind.tags(iam, **named)["Tags"] == []


def test_what_shows_one_shows_its_tags() -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    saml, certificate = (KINDS[name].made(iam, TEAM) for name in ("SAMLProvider", "ServerCertificate"))
    assert iam.get_saml_provider(**saml)["Tags"] == [TEAM]
    assert iam.get_server_certificate(**certificate)["ServerCertificate"]["Tags"] == [TEAM]
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone", Tags=[TEAM])
    assert made["VirtualMFADevice"]["Tags"] == [TEAM]


def test_the_tags_of_an_instance_profile_are_listed() -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    iam.create_instance_profile(InstanceProfileName="web", Tags=[JOB, TEAM])
    assert iam.list_instance_profile_tags(InstanceProfileName="web")["Tags"] == [TEAM, JOB]
    with refused("NoSuchEntity"):
        iam.list_instance_profile_tags(InstanceProfileName="other")


def test_nobody_has_credentials_for_one_service_alone() -> None:
    """Terraform asks for them before it deletes a user."""
    _, vendor, _ = a_lab()
    vendor.user("alice")
    iam = vendor.client("iam")
    assert iam.list_service_specific_credentials(UserName="alice")["ServiceSpecificCredentials"] == []
    with refused("NoSuchEntity"):
        iam.list_service_specific_credentials(UserName="bob")
