"""What IAM is told to do to a policy, provider, device... of another account or of AWS itself is not done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim.service_models import operation_model, service_model
from tests.access.given import a_lab, allow, refused, text, to
from tests.request.asked import all_parameters

AWS = "arn:aws:iam::aws:policy/ReadOnlyAccess"
EVERYTHING = text(allow("*"))
ONLY_TEXT = {
    "CreateOpenIDConnectProvider": {"IdentityCenterInstanceArn"},
    "CreateSAMLProvider": {"IdentityCenterInstanceArn"},
    "UpdateOpenIDConnectProvider": {"IdentityCenterInstanceArn"},
    "UpdateSAMLProvider": {"IdentityCenterInstanceArn"},
    "SimulateCustomPolicy": {"CallerArn", "PermissionsBoundaryPolicyInputList", "ResourceArns"},
    "SimulatePrincipalPolicy": {"CallerArn", "PermissionsBoundaryPolicyInputList", "ResourceArns"},
}
"""Members that name nothing that IAM would look up: they are what a simulation asks about, or no entity of IAM's."""


def method(operation: str) -> str:
    import botocore

    return str(botocore.xform_name(operation))


def naming_an_entity() -> Iterator[tuple[str, str]]:
    """Operation and member of all that botocore's model of IAM has named by ARN or serial number."""
    for operation in service_model("iam").operation_names:
        shape = operation_model("iam", operation).input_shape
        for member in shape.members if shape else ():
            named = member.endswith(("Arn", "ARN", "Arns", "SerialNumber")) or member.startswith("PermissionsBoundary")
            if named and member not in ONLY_TEXT.get(operation, ()):
                yield operation, member


NAMED = tuple(naming_an_entity())


class Two:
    """An attacker's account whose root user calls, and a customer's with one entity of every kind."""

    def __init__(self) -> None:
        _, self.attacker, self.customer = a_lab()
        theirs, mine = self.customer.client("iam"), self.attacker.client("iam")
        policy = theirs.create_policy(PolicyName="limit", PolicyDocument=text(allow("s3:GetObject")))["Policy"]["Arn"]
        theirs.create_policy_version(PolicyArn=policy, PolicyDocument=EVERYTHING)
        provider = theirs.create_open_id_connect_provider(Url="https://issuer.example.com", ClientIDList=["a"])
        device = theirs.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]["SerialNumber"]
        user = self.customer.user("carol", policy=json.loads(EVERYTHING)).arn
        for iam, of in (theirs, self.customer), (mine, self.attacker):
            trust = text(allow("sts:AssumeRole", None, Principal=to(of.arn)))
            iam.create_role(RoleName="Audit", AssumeRolePolicyDocument=trust)
            iam.create_group(GroupName="team")
        mine.create_user(UserName="mallory")
        self.entities = {
            "OpenIDConnectProviderArn": provider["OpenIDConnectProviderArn"],
            "PermissionsBoundary": policy,
            "PolicyArn": policy,
            "SerialNumber": device,
            "SAMLProviderArn": f"arn:aws:iam::{self.customer.number}:saml-provider/login",
        }
        self.fallback = user

    def state(self) -> Any:
        """All of the customer's IAM that AWS shows."""
        iam = self.customer.client("iam")
        shown = [
            iam.get_account_authorization_details(Filter=["User", "Role", "Group", "LocalManagedPolicy"]),
            iam.list_open_id_connect_providers(),
            iam.get_open_id_connect_provider(OpenIDConnectProviderArn=self.entities["OpenIDConnectProviderArn"]),
            iam.list_virtual_mfa_devices(),
            iam.list_policy_tags(PolicyArn=self.entities["PolicyArn"]),
        ]
        return [{name: value for name, value in each.items() if name != "ResponseMetadata"} for each in shown]


def asked_for(operation: str, member: str, value: str) -> dict[str, Any]:
    shape = operation_model("iam", operation).input_shape
    examples = {
        "UserName": "mallory", "RoleName": "Audit", "GroupName": "team", "VersionId": "v1",
        "PolicyDocument": EVERYTHING,
        "Tags": [{"Key": "team", "Value": "red"}], "TagKeys": ["team"], "AuthenticationCode1": "123456",
        "AuthenticationCode2": "654321", "ServiceNamespaces": ["s3"], "ThumbprintList": ["a" * 40],
        "AssumeRolePolicyDocument": EVERYTHING, "ClientID": "b",
    }  # fmt: skip
    if operation.startswith("Create") and member == "PermissionsBoundary":
        examples |= {"UserName": "new", "RoleName": "New"}
        examples["AssumeRolePolicyDocument"] = text(allow("sts:AssumeRole", None, Principal=to("111122223333")))
    every = all_parameters("iam", operation)
    required = {name: examples.get(name, every[name]) for name in shape.required_members}
    return {**required, member: value}


def test_every_operation_that_names_an_entity_by_its_arn_is_tried() -> None:
    assert {member for _, member in NAMED} == {
        *("Arn", "EntityArn", "OpenIDConnectProviderArn", "PermissionsBoundary", "PolicyArn", "PolicySourceArn"),
        *("SAMLProviderArn", "SerialNumber", "TemplateArn"),
    }
    assert len(NAMED) > 45


@pytest.mark.parametrize(("operation", "member"), NAMED)
def test_an_entity_of_another_account_is_neither_changed_nor_shown_nor_used(operation: str, member: str) -> None:
    two = Two()
    before = two.state()
    foreign = two.entities.get(member, two.fallback)
    asked = asked_for(operation, member, foreign)
    with pytest.raises(ClientError) as caught:
        getattr(two.attacker.client("iam"), method(operation))(**asked)
    error = caught.value.response
    assert error["Error"]["Code"] in ("AccessDenied", "NoSuchEntity", "NotImplemented", "ValidationError"), error
    assert two.state() == before
    assert "limit" not in json.dumps(two.attacker.client("iam").get_account_authorization_details(), default=str)


@pytest.mark.parametrize(
    ("operation", "says"),
    [
        ("CreatePolicyVersion", "Cannot create versions for policies outside your own account."),
        ("DeletePolicy", "Cannot delete policies outside your own account."),
        ("DeletePolicyVersion", "outside your own account."),
        ("SetDefaultPolicyVersion", "outside your own account."),
    ],
)
def test_a_policy_of_aws_is_not_changed(operation: str, says: str) -> None:
    """Not by its root user either, and not where it is in use."""
    _, vendor, _ = a_lab()
    iam, alice = vendor.client("iam"), vendor.user("alice")
    iam.attach_user_policy(UserName="alice", PolicyArn=AWS)
    before = iam.get_policy(PolicyArn=AWS)["Policy"]
    with pytest.raises(ClientError, match=says) as caught:
        getattr(iam, method(operation))(**asked_for(operation, "PolicyArn", AWS))
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert caught.value.response["Error"]["Code"] == "AccessDenied"
    assert iam.get_policy(PolicyArn=AWS)["Policy"] == before
    with refused("AccessDenied"):
        alice.client("iam").create_user(UserName="new")


def test_every_operation_on_a_policy_that_is_no_reading_is_refused_of_aws_own() -> None:
    on_policies = [
        name for name, member in NAMED if member == "PolicyArn" and not name.startswith(("Attach", "Detach"))
    ]
    changing = [name for name in on_policies if not name.startswith(("Get", "List"))]
    assert set(changing) == {
        *("CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "SetDefaultPolicyVersion"),
        *("TagPolicy", "UntagPolicy"),
    }
    _, vendor, _ = a_lab()
    for operation in changing:
        with pytest.raises(ClientError):
            getattr(vendor.client("iam"), method(operation))(**asked_for(operation, "PolicyArn", AWS))


@pytest.mark.parametrize("operation", ["TagPolicy", "UntagPolicy"])
def test_a_policy_of_aws_has_no_tags(operation: str) -> None:
    _, vendor, _ = a_lab()
    assert vendor.client("iam").list_policy_tags(PolicyArn=AWS)["Tags"] == []
    with refused("InvalidInput", "Tags not supported for policies in this domain"):
        getattr(vendor.client("iam"), method(operation))(**asked_for(operation, "PolicyArn", AWS))


def test_a_policy_of_aws_is_a_boundary_and_is_attached() -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    iam.create_user(UserName="bob", PermissionsBoundary=AWS)
    iam.attach_user_policy(UserName="bob", PolicyArn=AWS)
    assert iam.get_user(UserName="bob")["User"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == AWS


def test_a_boundary_of_another_account_is_said_not_to_be_attachable() -> None:
    two = Two()
    policy = two.entities["PolicyArn"]
    with refused("NoSuchEntity", f"Scope ARN: {policy} does not exist or is not attachable."):
        two.attacker.client("iam").put_user_permissions_boundary(UserName="mallory", PermissionsBoundary=policy)
