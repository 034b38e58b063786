"""What IAM answers a root user about itself. Recorded in September 2026: radkawar/stackd, root_sessions.json."""

from __future__ import annotations

from tests.access.given import a_lab, allow, document, refused


def test_a_root_user_is_shown_as_one_and_has_no_keys_devices_or_certificates() -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    user = iam.get_user()["User"]
    assert (user["UserId"], user["Arn"]) == (vendor.number, f"arn:aws:iam::{vendor.number}:root")
    assert iam.list_access_keys()["AccessKeyMetadata"] == []
    assert iam.list_mfa_devices()["MFADevices"] == []
    assert iam.list_signing_certificates()["Certificates"] == []


def test_it_is_let_set_a_password_once_and_the_summary_tells_it() -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    with refused("NoSuchEntity", "Login Profile for User null cannot be found."):
        iam.get_login_profile()
    assert iam.get_account_summary()["SummaryMap"]["AccountPasswordPresent"] == 0
    iam.create_login_profile()
    with refused("EntityAlreadyExists", f"Login Profile for account {vendor.number} already exists."):
        iam.create_login_profile()
    assert "CreateDate" in iam.get_login_profile()["LoginProfile"]
    assert iam.get_account_summary()["SummaryMap"]["AccountPasswordPresent"] == 1
    iam.delete_login_profile()
    with refused("NoSuchEntity", "Login Profile for User null cannot be found."):
        iam.delete_login_profile()


def test_what_names_a_user_is_about_that_user() -> None:
    _, vendor, _ = a_lab()
    bob = vendor.user("bob")
    assert vendor.client("iam").get_user(UserName="bob")["User"]["Arn"] == bob.arn


def test_a_policy_may_name_a_root_user_as_its_resource() -> None:
    """Recorded in September 2026: radkawar/stackd, root_access.json."""
    _, vendor, _ = a_lab()
    vendor.user("bob", document(allow("iam:GetAccountProperties", f"arn:aws:iam::{vendor.number}:root")))


def test_an_accounts_properties_are_shown_as_they_were_put() -> None:
    """Recorded in September 2026: radkawar/stackd, account_properties_toggle.json."""
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    assert iam.get_account_properties()["Properties"] == {"RoleManager/Enabled": "false"}
    iam.put_account_properties(Properties={"RoleManager/Enabled": "true"})
    assert iam.get_account_properties()["Properties"] == {"RoleManager/Enabled": "true"}
    with refused("InvalidInput"):
        iam.put_account_properties(Properties={"RoleManager/Enabled": "perhaps"})


def test_iams_access_to_an_organization_stays_while_it_has_a_delegated_administrator() -> None:
    """The code was recorded in September 2026: radkawar/stackd, root_sessions.json."""
    _, vendor, customer = a_lab()
    organizations = vendor.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    target = {"Type": "ACCOUNT", "Id": customer.number}
    invitation = organizations.invite_account_to_organization(Target=target)["Handshake"]["Id"]
    customer.client("organizations").accept_handshake(HandshakeId=invitation)
    organizations.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    delegate = {"AccountId": customer.number, "ServicePrincipal": "iam.amazonaws.com"}
    organizations.register_delegated_administrator(**delegate)
    with refused("ConstraintViolationException"):
        organizations.disable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    organizations.deregister_delegated_administrator(**delegate)
    organizations.disable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
