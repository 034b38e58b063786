"""The settings that STS goes by: the global endpoint's session tokens, and centralized root access."""

from __future__ import annotations

from typing import Any

from tests.access.given import a_lab, allow, deny, document, refused, text

UNLOCK = "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"


def test_the_global_endpoints_tokens_are_of_the_version_that_the_account_prefers() -> None:
    lab, vendor, _ = a_lab()
    eve, iam = vendor.user("eve", policy=document(allow("*"))), vendor.client("iam")
    assert iam.get_account_summary()["SummaryMap"]["GlobalEndpointTokenVersion"] == 1
    versions = []
    for version in (1, 2):
        if version == 2:
            iam.set_security_token_service_preferences(GlobalEndpointTokenVersion="v2Token")
            assert iam.get_account_summary()["SummaryMap"]["GlobalEndpointTokenVersion"] == 2
        with lab.recording("token") as trace:
            eve.client("sts", region="aws-global").get_session_token()
        versions += [step.session.token_version for step in trace if step.session and step.arrow == 3]
    assert versions == [1, 2]


def test_there_are_two_versions_of_session_tokens() -> None:
    """Recorded in September 2026: radkawar/stackd, testdata/aws/iam/sts_preferences.json."""
    _, vendor, _ = a_lab()
    says = (
        "1 validation error detected: Value at 'globalEndpointTokenVersion' failed to satisfy constraint: "
        "Member must satisfy enum value set: [v2Token, v1Token]"
    )
    for wanted in ("v3Token", "V1Token", "1", ""):
        with refused("ValidationError", says):
            vendor.client("iam").set_security_token_service_preferences(GlobalEndpointTokenVersion=wanted)


def an_organization() -> tuple[Any, Any, Any]:
    lab, vendor, customer = a_lab()
    organizations = vendor.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    invited = organizations.invite_account_to_organization(Target={"Type": "ACCOUNT", "Id": customer.number})
    customer.client("organizations").accept_handshake(HandshakeId=invited["Handshake"]["Id"])
    return lab, vendor, customer


def test_root_sessions_need_trusted_access_and_the_management_account() -> None:
    _, vendor, customer = an_organization()
    iam = vendor.client("iam")
    with refused(
        "ServiceAccessNotEnabledException",
        f"Trusted Access for IAM not enabled by organization of input account {vendor.number}.",
    ):
        iam.enable_organizations_root_sessions()
    vendor.client("organizations").enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    assert iam.list_organizations_features()["EnabledFeatures"] == []
    assert iam.enable_organizations_root_sessions()["EnabledFeatures"] == ["RootSessions"]
    with refused(
        "AccountNotManagementOrDelegatedAdministratorException",
        f"Input account {customer.number} is neither management account nor delegated admin.",
    ):
        customer.client("iam").list_organizations_features()
    assert iam.disable_organizations_root_sessions()["EnabledFeatures"] == []


def test_the_two_features_of_centralized_root_access_are_enabled_one_by_one() -> None:
    """Recorded in September 2026: radkawar/stackd, testdata/aws/iam/root_sessions.json."""
    _, vendor, customer = an_organization()
    organizations, iam = vendor.client("organizations"), vendor.client("iam")
    organizations.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    credentials, sessions = "RootCredentialsManagement", "RootSessions"
    assert iam.enable_organizations_root_credentials_management()["EnabledFeatures"] == [credentials]
    assert iam.enable_organizations_root_sessions()["EnabledFeatures"] == [sessions, credentials]
    organizations.register_delegated_administrator(AccountId=customer.number, ServicePrincipal="iam.amazonaws.com")
    delegate = customer.client("iam")
    assert delegate.list_organizations_features()["EnabledFeatures"] == [sessions, credentials]
    for enable in (
        delegate.enable_organizations_root_sessions,
        delegate.enable_organizations_root_credentials_management,
    ):
        with refused(
            "CallerIsNotManagementAccountException",
            f"Caller account {customer.number} is not management account of the organization and cannot enable IAM "
            "features.",
        ):
            enable()
    assert delegate.disable_organizations_root_sessions()["EnabledFeatures"] == [credentials]


def test_a_root_session_unlocks_a_bucket_that_nobody_else_can() -> None:
    lab, vendor, customer = an_organization()
    vendor.client("organizations").enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    vendor.client("iam").enable_organizations_root_sessions()
    s3 = customer.client("s3")
    s3.create_bucket(Bucket="locked")
    s3.put_bucket_policy(Bucket="locked", Policy=text(deny("s3:*", "arn:aws:s3:::locked", Principal="*")))
    dora = vendor.user("dora", policy=document(allow("sts:AssumeRoot")))
    sts = dora.client("sts", region="us-east-1")
    opened = sts.assume_root(TargetPrincipal=customer.number, TaskPolicyArn={"arn": UNLOCK})
    root = lab.session(opened).client("s3")
    root.delete_bucket_policy(Bucket="locked")
    with refused("AccessDenied", "with an explicit deny in a session policy"):
        root.delete_bucket(Bucket="locked")


def test_the_role_of_an_account_that_was_created_may_do_everything_there() -> None:
    lab, vendor, _ = a_lab()
    organizations = vendor.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(AccountName="team", Email="team@example.com")["CreateAccountStatus"]
    dora = vendor.user("dora", policy=document(allow("sts:AssumeRole")))
    arn = f"arn:aws:iam::{made['AccountId']}:role/OrganizationAccountAccessRole"
    admin = lab.session(dora.client("sts").assume_role(RoleArn=arn, RoleSessionName="setup"))
    admin.client("s3").create_bucket(Bucket="teams")
