"""The Access Troubleshooter: a denial with an authorization id, and AWS's own account of how it was decided."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim.lab.handles import Handle
from tests.access.given import a_lab, allow, deny, document, refused, to
from tests.through import Door

SENTENCE = re.compile(
    r"User: \S+ is not authorized to perform: iam:GetRole on resource: role Audit because no identity-based policy "
    r"allows the iam:GetRole action\. Go to https://us-east-1\.console\.aws\.amazon\.com/iam/home\?region=us-east-1"
    r"#/authorization-details/([0-9a-z]{25}) for complete details, or call the GetRequestAuthorizationDetails API with "
    r"the following authorization id: ([0-9a-z]{25})"
)


def id_in(error: ClientError) -> str:
    return str(error.response["Error"]["Message"]).rpartition(" ")[2]


def denied(door: Door, who: Handle, operation: str = "get_role", **parameters: Any) -> str:
    """The authorization id of a call that is denied."""
    with pytest.raises(ClientError) as caught:
        getattr(door(who, "iam"), operation)(**(parameters or {"RoleName": "Audit"}))
    assert caught.value.response["Error"]["Code"] == "AccessDenied"
    return id_in(caught.value)


def details(door: Door, who: Handle, authorization_id: str) -> dict[str, Any]:
    told: dict[str, Any] = door(who, "iam-toolbox").get_request_authorization_details(authorizationId=authorization_id)
    return told


def test_the_sentence_is_as_it_was_recorded_and_the_id_is_each_requests_own(door: Door) -> None:
    _, vendor, _ = a_lab()
    bob = vendor.user("bob")
    found = set()
    for _ in range(2):
        with pytest.raises(ClientError) as caught:
            door(bob, "iam").get_role(RoleName="Audit")
        match = SENTENCE.fullmatch(caught.value.response["Error"]["Message"])
        assert match is not None
        assert match[1] == match[2]
        found.add(match[1])
    assert len(found) == 2


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("iam", "create_role", {"RoleName": "x", "AssumeRolePolicyDocument": "{}"}),
        ("iam", "list_users", {}),
        ("iam", "list_instance_profiles", {}),
        ("s3", "list_buckets", {}),
        ("kms", "list_keys", {}),
        ("sts", "assume_role", {"RoleArn": "arn:aws:iam::222222222222:role/Audit", "RoleSessionName": "s1"}),
    ],
)
def test_denials_that_were_recorded_without_an_id_have_none(
    door: Door, service: str, operation: str, parameters: dict[str, Any]
) -> None:
    _, vendor, _ = a_lab()
    with pytest.raises(ClientError) as caught:
        getattr(door(vendor.user("bob"), service), operation)(**parameters)
    assert "authorization id" not in caught.value.response["Error"]["Message"]


def test_it_tells_what_was_asked_and_each_check_in_awss_order(door: Door) -> None:
    _, vendor, _ = a_lab()
    bob = vendor.user("bob", document({**allow("s3:*"), "Sid": "Buckets"}))
    told = details(door, vendor, denied(door, bob))
    (evaluation,) = told["evaluations"]
    assert evaluation["action"] == "iam:GetRole"
    assert evaluation["resource"] == "arn:aws:iam::111111111111:role/Audit"
    assert evaluation["evaluatedEffect"] == "IMPLICIT_DENY"
    assert [(check["checkType"], check["evaluatedEffect"]) for check in evaluation["checks"]] == [
        ("PRINCIPAL", "IMPLICIT_DENY")
    ]
    assert evaluation["checks"][0]["matchedPolicies"] == []
    assert told["requestContext"]["aws:PrincipalArn"] == bob.arn
    assert told["requestContext"]["aws:SecureTransport"] in ("true", "false")
    (policy,) = told["policies"]
    assert (policy["type"], policy["inline"], policy["attachedTo"]) == (
        "IDENTITY_BASED_POLICY",
        True,
        [{"arn": bob.arn}],
    )


def test_an_explicit_deny_names_the_statement(door: Door) -> None:
    _, vendor, _ = a_lab()
    bob = vendor.user("bob", document(allow("iam:*"), {**deny("iam:GetRole"), "Sid": "NoRoles"}))
    told = details(door, vendor, denied(door, bob))
    (check,) = told["evaluations"][0]["checks"]
    assert (check["checkType"], check["evaluatedEffect"]) == ("PRINCIPAL", "EXPLICIT_DENY")
    (matched,) = check["matchedPolicies"]
    assert matched["matchedStatements"] == [
        {"sid": "Statement1", "evaluatedEffect": "ALLOW"},
        {"sid": "NoRoles", "evaluatedEffect": "DENY"},
    ]
    assert matched["uri"] == told["policies"][0]["uri"]


def test_a_boundary_and_a_session_policy_are_checks_of_their_own(door: Door) -> None:
    lab, vendor, _ = a_lab()
    iam = vendor.client("iam")
    boundary = iam.create_policy(PolicyName="edge", PolicyDocument=json.dumps(document(allow("s3:*"))))["Policy"]["Arn"]
    trust = document(allow("sts:AssumeRole", None, Principal=to(vendor.arn)))
    role = vendor.role("Worker", trust, document(allow("iam:*")))
    iam.put_role_permissions_boundary(RoleName="Worker", PermissionsBoundary=boundary)
    bob = vendor.user("bob", document(allow("sts:AssumeRole")))
    answer = bob.client("sts").assume_role(
        RoleArn=role.arn, RoleSessionName="s1", Policy=json.dumps(document(allow("iam:GetRole")))
    )
    told = details(door, vendor, denied(door, lab.session(answer)))
    assert [(each["checkType"], each["evaluatedEffect"]) for each in told["evaluations"][0]["checks"]] == [
        ("PRINCIPAL", "ALLOW"),
        ("PERMISSIONS_BOUNDARY", "IMPLICIT_DENY"),
        ("SESSION", "ALLOW"),
    ]
    assert {(each["type"], each["inline"]) for each in told["policies"]} == {
        ("IDENTITY_BASED_POLICY", True),
        ("PERMISSIONS_BOUNDARY", False),
        ("SESSION_POLICY", True),
    }
    assert boundary in [each["uri"] for each in told["policies"]]


def test_control_policies_are_told_by_what_they_are_attached_to(door: Door) -> None:
    _, vendor, customer = a_lab()
    organizations = vendor.client("organizations")
    made = organizations.create_organization(FeatureSet="ALL")["Organization"]
    invited = organizations.invite_account_to_organization(Target={"Type": "ACCOUNT", "Id": customer.number})
    customer.client("organizations").accept_handshake(HandshakeId=invited["Handshake"]["Id"])
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    scp = organizations.create_policy(
        Name="no-iam", Description="", Type="SERVICE_CONTROL_POLICY", Content=json.dumps(document(deny("iam:*")))
    )["Policy"]["PolicySummary"]
    carol = customer.user("carol", document(allow("*")))
    organizations.attach_policy(PolicyId=scp["Id"], TargetId=customer.number)
    told = details(door, vendor, denied(door, carol))
    found = [each for each in told["evaluations"][0]["checks"] if each["checkType"] == "SERVICE_CONTROL_POLICY"]
    account = f"arn:aws:organizations::111111111111:account/{made['Id']}/222222222222"
    assert [(each["targetArn"], each["evaluatedEffect"]) for each in found] == [
        (f"arn:aws:organizations::111111111111:root/{made['Id']}/{root}", "ALLOW"),
        (account, "EXPLICIT_DENY"),
    ]
    policy = next(each for each in told["policies"] if each["uri"] == scp["Arn"])
    assert (policy["type"], policy["inline"], policy["attachedTo"]) == (
        "SERVICE_CONTROL_POLICY", False, [{"arn": account}],
    )  # fmt: skip


def test_policies_are_told_as_they_were_then_even_if_the_user_is_gone(door: Door) -> None:
    _, vendor, _ = a_lab()
    before = document(allow("s3:GetObject"))
    bob = vendor.user("bob", before)
    found = denied(door, bob)
    iam = vendor.client("iam")
    iam.delete_user_policy(UserName="bob", PolicyName="bob-policy")
    iam.delete_access_key(UserName="bob", AccessKeyId=bob.access_key_id)
    iam.delete_user(UserName="bob")
    (policy,) = details(door, vendor, found)["policies"]
    toolbox = door(vendor, "iam-toolbox")
    told = toolbox.get_request_authorization_policy(authorizationId=found, policyUri=policy["uri"])
    assert told["policyDocument"] == before
    with refused("ResourceNotFoundException"):
        toolbox.get_request_authorization_policy(authorizationId=found, policyUri="arn:aws:iam::aws:policy/Other")


def test_both_permissions_are_asked_for(door: Door) -> None:
    _, vendor, _ = a_lab()
    bob = vendor.user("bob", document(allow("iam:GetRequestAuthorizationDetails")))
    found = denied(door, bob)
    (policy,) = details(door, bob, found)["policies"]
    with refused("AccessDeniedException", "iam:GetRequestAuthorizationPolicy"):
        door(bob, "iam-toolbox").get_request_authorization_policy(authorizationId=found, policyUri=policy["uri"])
    with refused("AccessDeniedException", "iam:GetRequestAuthorizationDetails"):
        details(door, vendor.user("eve"), found)


def test_another_account_is_told_nothing_unless_it_is_of_the_organization(door: Door) -> None:
    _, vendor, customer = a_lab()
    found = denied(door, vendor.user("bob"))
    with refused("AccessDeniedException"):
        details(door, customer, found)


@pytest.mark.parametrize(
    ("given", "code"), [("a" * 25, "ResourceNotFoundException"), ("a" * 20, "ValidationException")]
)
def test_an_id_that_there_is_not_and_one_that_is_none(door: Door, given: str, code: str) -> None:
    _, vendor, _ = a_lab()
    with refused(code):
        details(door, vendor, given)


def test_details_are_asked_for_where_the_denial_happened(door: Door) -> None:
    _, vendor, _ = a_lab()
    found = denied(door, vendor.user("bob"))
    with refused("ResourceNotFoundException"):
        door(vendor, "iam-toolbox", region="eu-west-1").get_request_authorization_details(authorizationId=found)
