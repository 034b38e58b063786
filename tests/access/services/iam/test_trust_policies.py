"""Trust policies: users and roles in them stand by their unique ids, and what IAM does not store is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim import Lab
from stssim.lab.handles import Role, User
from stssim.policy.explain import Explanation
from tests.access.given import a_lab, allow, deny, document, refused, text, to

ASSUME = "sts:AssumeRole"
ROLE_ACTIONS_ONLY = "AssumeRole policy may only specify STS AssumeRole actions."


def trusting(principal: Any, action: Any = ASSUME, **elements: Any) -> str:
    return text(allow(action, None, Principal=principal, **elements))


def shown(role: Role) -> Any:
    """The Principal in the role's trust policy, as GetRole shows it."""
    got = role._account.client("iam").get_role(RoleName=role.name)["Role"]["AssumeRolePolicyDocument"]
    return got["Statement"][0]["Principal"]


def assume(lab: Lab, who: Any, role: Role) -> Any:
    return lab.session(who.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="audit"))


def delete_user(user: User) -> None:
    iam = user.account.client("iam")
    iam.delete_access_key(UserName=user.name, AccessKeyId=user.access_key_id)
    iam.delete_user_policy(UserName=user.name, PolicyName=f"{user.name}-policy")
    iam.delete_user(UserName=user.name)


def delete_role(role: Role) -> None:
    iam = role._account.client("iam")
    for name in iam.list_role_policies(RoleName=role.name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=role.name, PolicyName=name)
    iam.delete_role(RoleName=role.name)


# Bound to ids. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html


def test_a_user_who_was_created_anew_is_a_stranger_and_the_document_shows_the_lost_id() -> None:
    lab, vendor, customer = a_lab()
    alice = vendor.user("alice", document(allow(ASSUME)))
    role = customer.role("Audit", trusting(to(alice.arn)))
    assume(lab, alice, role)
    assert shown(role) == {"AWS": [alice.arn]}
    delete_user(alice)
    assert shown(role) == {"AWS": [alice.unique_id]}
    again = vendor.user("alice", document(allow(ASSUME)))
    assert again.arn == alice.arn
    assert shown(role) == {"AWS": [alice.unique_id]}
    with refused("AccessDenied"):
        assume(lab, again, role)
    role.trust(trusting(to(again.arn)))
    assume(lab, again, role)


def test_a_role_that_was_created_anew_is_a_stranger_too() -> None:
    lab, vendor, customer = a_lab()
    alice = vendor.user("alice", document(allow(ASSUME)))
    first = vendor.role("Deploy", trusting(to(vendor.arn)), document(allow(ASSUME)))
    role = customer.role("Audit", trusting(to(first.arn)))
    assume(lab, assume(lab, alice, first), role)
    delete_role(first)
    second = vendor.role("Deploy", trusting(to(vendor.arn)), document(allow(ASSUME)))
    assert shown(role) == {"AWS": [first.unique_id]}
    with refused("AccessDenied"):
        assume(lab, assume(lab, alice, second), role)


def test_every_listing_of_roles_shows_the_lost_id() -> None:
    _, vendor, customer = a_lab()
    alice = vendor.user("alice", document(allow(ASSUME)))
    role, iam = customer.role("Audit", trusting(to(alice.arn))), customer.client("iam")
    delete_user(alice)
    (listed,) = iam.list_roles()["Roles"]
    (detail,) = iam.get_account_authorization_details(Filter=["Role"])["RoleDetailList"]
    for told in (listed, detail):
        assert told["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"AWS": [alice.unique_id]}
    assert role.arn == listed["Arn"]


def test_a_document_with_a_lost_id_is_not_taken_back() -> None:
    _, vendor, customer = a_lab()
    alice = vendor.user("alice", document(allow(ASSUME)))
    role = customer.role("Audit", trusting(to(alice.arn)))
    delete_user(alice)
    with refused("MalformedPolicyDocument", f'Invalid principal in policy: "AWS":"{alice.unique_id}"'):
        role.trust(trusting(to(alice.unique_id)))


def test_an_account_stays_trusted_whatever_happens_to_its_users() -> None:
    lab, vendor, customer = a_lab()
    alice = vendor.user("alice", document(allow(ASSUME)))
    role = customer.role("Audit", trusting(to(vendor.number)))
    delete_user(alice)
    assume(lab, vendor.user("alice", document(allow(ASSUME))), role)


def test_a_providers_arn_is_not_bound_to_an_id() -> None:
    lab, vendor, _ = a_lab()
    issuer = lab.oidc_provider("https://ci.example.com")
    arn = issuer.register(vendor)
    principal = {"Federated": arn}
    role = vendor.role("Deploy", trusting(principal, "sts:AssumeRoleWithWebIdentity"))
    iam = vendor.client("iam")
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert shown(role) == principal
    issuer.register(vendor)
    token = issuer.mint(sub="build")
    assert lab.client("sts").assume_role_with_web_identity(
        RoleArn=role.arn, RoleSessionName="build", WebIdentityToken=token
    )


# Who is enough alone


@pytest.mark.parametrize("principal", ["user", "star"])
def test_in_ones_own_account_being_named_is_enough(principal: str) -> None:
    lab, vendor, _ = a_lab()
    bare = vendor.user("bare")
    role = vendor.role("Own", trusting(to(bare.arn if principal == "user" else "*")))
    assume(lab, bare, role)


def test_in_ones_own_account_the_accounts_being_named_delegates_to_its_policies() -> None:
    lab, vendor, _ = a_lab()
    role = vendor.role("Own", trusting(to(vendor.arn)))
    with refused("AccessDenied"):
        assume(lab, vendor.user("bare"), role)
    assume(lab, vendor.user("allowed", document(allow(ASSUME, role.arn))), role)


@pytest.mark.parametrize("named", ["user", "account", "star"])
def test_across_accounts_both_must_allow_whoever_is_named(named: str) -> None:
    lab, vendor, customer = a_lab()
    bare, allowed = vendor.user("bare"), vendor.user("allowed", document(allow(ASSUME)))
    names = {"user": (bare.arn, allowed.arn), "account": (vendor.arn,), "star": ("*",)}
    role = customer.role("Audit", trusting(to(*names[named])))
    with refused("AccessDenied"):
        assume(lab, bare, role)
    assume(lab, allowed, role)


def test_an_own_account_must_be_trusted_too() -> None:
    lab, vendor, customer = a_lab()
    admin = vendor.user("admin", document(allow("*")))
    role = vendor.role("Own", trusting(to(customer.arn)))
    with refused("AccessDenied"):
        assume(lab, admin, role)


def test_a_deny_in_the_trust_policy_prevails() -> None:
    lab, vendor, customer = a_lab()
    alice = vendor.user("alice", document(allow(ASSUME)))
    both = document(
        allow(ASSUME, None, Principal=to(vendor.arn)),
        deny(ASSUME, None, Principal=to("*"), Condition={"StringNotEquals": {"sts:ExternalId": "cust-42"}}),
    )
    role = customer.role("Audit", both)
    with refused("AccessDenied"):
        assume(lab, alice, role)
    assert alice.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="audit", ExternalId="cust-42")


# What IAM does not store


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::111111111111:user/nobody",
        "arn:aws:iam::111111111111:role/nobody",
        "arn:aws:iam::111111111111:user/wrong/path/alice",
        "arn:aws:iam::111111111111:group/team",
        "arn:aws:iam::1111:root",
        "arn:aws:iam::111111111111:user/*",
        "AIDAQDPTTTTTTTTTTTTTT",
        "alice",
        "12345",
    ],
)
@pytest.mark.parametrize("operation", ["CreateRole", "UpdateAssumeRolePolicy"])
def test_a_principal_that_does_not_exist_is_refused(operation: str, arn: str) -> None:
    _, vendor, customer = a_lab()
    vendor.user("alice")
    vendor.client("iam").create_group(GroupName="team")
    role = customer.role("Audit", trusting(to(vendor.arn)))
    with refused("MalformedPolicyDocument", f'Invalid principal in policy: "AWS":"{arn}"'):
        if operation == "CreateRole":
            customer.role("New", trusting(to(arn)))
        else:
            role.trust(trusting(to(arn)))
    assert shown(role) == {"AWS": [vendor.arn]}
    assert [each["RoleName"] for each in customer.client("iam").list_roles()["Roles"]] == ["Audit"]


@pytest.mark.parametrize("principal", ["999988887777", "arn:aws:iam::999988887777:root"])
def test_every_account_exists_and_is_shown_by_the_arn_of_its_root_user(principal: str) -> None:
    _, _, customer = a_lab()
    assert shown(customer.role("Audit", trusting({"AWS": principal}))) == {"AWS": "arn:aws:iam::999988887777:root"}


def test_everybody_can_be_named() -> None:
    _, _, customer = a_lab()
    assert shown(customer.role("Audit", trusting({"AWS": "*"}))) == {"AWS": "*"}


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (allow(ASSUME, None, Principal="*"), 'AssumeRolepolicy contained an invalid principal: "STAR":"*".'),
        (allow(ASSUME, None, NotPrincipal=to("111111111111")), "Allow with NotPrincipal is not allowed."),
        (allow(ASSUME, "*", Principal=to("111111111111")), "Has prohibited field Resource"),
        (allow(ASSUME, None), "Missing required field Principal"),
        (allow(ASSUME, None, Principal={"AWS": []}), "The passed in policy has a statement with no principals!"),
        (allow("s3:GetObject", None, Principal=to("111111111111")), ROLE_ACTIONS_ONLY),
        (allow([ASSUME, "s3:GetObject"], None, Principal=to("111111111111")), ROLE_ACTIONS_ONLY),
        (allow("*", None, Principal=to("111111111111")), ROLE_ACTIONS_ONLY),
        (allow("sts:GetCallerIdentity", None, Principal=to("111111111111")), ROLE_ACTIONS_ONLY),
        (
            allow(ASSUME, None, Principal={"Service": "tagging.amazonaws.com"}),
            'Invalid principal in policy: "SERVICE":"tagging.amazonaws.com"',
        ),
        (
            allow(ASSUME, None, Principal={"AWS": "arn:aws:sts::111111111111:assumed-role/audit/*"}),
            'Invalid principal in policy: "AWS":"arn:aws:sts::111111111111:assumed-role/audit/*"',
        ),
        (
            allow(ASSUME, None, Principal={"AWS": "arn:aws:iam::111111111111:user/*"}),
            'Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:user/*"',
        ),
        (allow(ASSUME, None, Principal={"Service": "ec2"}), 'Invalid principal in policy: "SERVICE":"ec2"'),
        (
            allow(ASSUME, None, Principal={"Federated": "arn:aws:iam::1:user/alice"}),
            "Federated principals must be valid",
        ),
    ],
)
def test_a_trust_policy_that_aws_refuses_is_refused(statement: dict[str, Any], says: str) -> None:
    _, _, customer = a_lab()
    role = customer.role("Audit", trusting(to("111111111111")))
    with refused("MalformedPolicyDocument", says):
        customer.role("New", text(statement))
    with refused("MalformedPolicyDocument", says):
        role.trust(text(statement))


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ("invalid", "This policy contains invalid Json"),
        ("[]", "This policy contains invalid Json"),
        ('{"Version": "2012-10-17"}', "Missing required field Statement"),
        ('{"Version": "2012-10-17", "Statement": []}', "Could not parse the policy: Statement is empty!"),
        ('{"Statement": 1}', "Syntax errors in policy."),
    ],
)
def test_what_is_no_policy_is_no_trust_policy(document: str, says: str) -> None:
    _, _, customer = a_lab()
    role = customer.role("Audit", trusting(to("111111111111")))
    with refused("MalformedPolicyDocument", says):
        role.trust(document)
    with refused("MalformedPolicyDocument", says):
        customer.role("New", document)


def test_the_statements_of_a_trust_policy_have_names_of_their_own() -> None:
    _, _, customer = a_lab()
    same = allow(ASSUME, None, Principal=to("111111111111"), Sid="Twice")
    with refused("MalformedPolicyDocument", "The Statement Ids in the policy are not unique"):
        customer.role("Audit", text(same, same))


@pytest.mark.parametrize("action", ["sts:*", "sts:Assume*", "sts:assumerole", "STS:AssumeRole", [ASSUME, "sts:*"]])
def test_an_action_on_a_role_is_spelled_out_as_aws_spells_it(action: Any) -> None:
    """`sts:*` and another case were recorded on 2026-09-11 (radkawar/stackd, oidc_trust_controls)."""
    _, vendor, customer = a_lab()
    role = customer.role("Audit", trusting(to(customer.arn)))
    with refused("MalformedPolicyDocument", "AssumeRole policy may only specify STS AssumeRole actions."):
        role.trust(trusting(to(vendor.arn), action))


def test_a_trust_policy_may_name_several_actions_on_a_role() -> None:
    lab, vendor, customer = a_lab()
    alice = vendor.user("alice", document(allow(ASSUME)))
    role = customer.role("Audit", trusting(to(customer.arn)))
    role.trust(trusting(to(vendor.arn), [ASSUME, "sts:SetContext"]))
    assume(lab, alice, role)


@pytest.mark.parametrize("version", [{}, {"Version": "2008-10-17"}])
def test_a_trust_policy_may_be_of_the_earlier_version(version: dict[str, str]) -> None:
    lab, vendor, customer = a_lab()
    alice = vendor.user("alice", document(allow(ASSUME)))
    role = customer.role("Audit", trusting(to(customer.arn)))
    role.trust(json.dumps(version | {"Statement": allow(ASSUME, None, Principal=to(vendor.arn))}))
    assume(lab, alice, role)


def test_a_trust_policy_has_2048_characters_at_most() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length"""
    _, _, customer = a_lab()
    role = customer.role("Audit", trusting(to("111111111111")))
    ids = {"StringEquals": {"sts:ExternalId": ["x" * 1000, "y" * 1000]}}
    with pytest.raises(ClientError, match="Cannot exceed quota for ACLSizePerRole: 2048") as caught:
        role.trust(trusting(to("111111111111"), Condition=ids))
    assert caught.value.response["Error"]["Code"] == "LimitExceeded"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409


def test_a_role_that_is_not_there_has_no_trust_policy_to_be_changed() -> None:
    _, _, customer = a_lab()
    with refused("NoSuchEntity", "The role with name Nobody cannot be found."):
        customer.client("iam").update_assume_role_policy(RoleName="Nobody", PolicyDocument="invalid")


def test_a_service_is_trusted_by_its_name_and_by_no_other() -> None:
    lab, vendor, _ = a_lab()
    role = vendor.role("Function", trusting({"Service": "lambda.amazonaws.com"}))
    assert lab.service("lambda.amazonaws.com").client("sts").assume_role(RoleArn=role.arn, RoleSessionName="function")
    with refused("AccessDenied"):
        lab.service("ec2.amazonaws.com").client("sts").assume_role(RoleArn=role.arn, RoleSessionName="function")


def test_a_refusal_is_explained_with_the_name_that_was_written_and_once_it_is_gone_with_its_id() -> None:
    lab, vendor, customer = a_lab()
    ada, eve = vendor.user("ada"), vendor.user("eve", text(allow(ASSUME)))
    role = customer.role("Audit", trusting(to(ada.arn)))

    def why() -> str:
        with lab.recording("refused") as trace, refused("AccessDenied"):
            eve.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="audit")
        decision = trace[-1].decision
        assert decision is not None
        return Explanation(decision).sentence

    assert "only to user ada" in why()
    iam = vendor.client("iam")
    iam.delete_access_key(UserName="ada", AccessKeyId=ada.access_key_id)
    iam.delete_user(UserName="ada")
    assert f"only to {ada.unique_id}" in why()


@pytest.mark.parametrize(
    "service",
    [
        "ec2.amazonaws.com", "ec2.amazonaws.com.cn", "ecs-tasks.amazonaws.com", "s3.us-east-1.amazonaws.com",
        "vpc-flow-logs.amazonaws.com", "edgelambda.amazonaws.com", "monitoring.rds.amazonaws.com",
        "spotfleet.amazonaws.com", "delivery.logs.amazonaws.com", "credentials.iot.amazonaws.com",
    ],
)  # fmt: skip
def test_every_service_that_awss_guides_trust_can_be_trusted(service: str) -> None:
    """Principals in the examples of the user guides of these services."""
    _, vendor, _ = a_lab()
    trust = text(allow(ASSUME, None, Principal={"Service": service}))
    vendor.client("iam").create_role(RoleName="served", AssumeRolePolicyDocument=trust)
