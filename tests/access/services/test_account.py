"""Account Management: an account is named by the management account of its organization alone."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from stssim import Lab

CONTACT = {
    "AlternateContactType": "BILLING",
    "EmailAddress": "bills@example.com",
    "Name": "Bill",
    "PhoneNumber": "1",
    "Title": "Clerk",
}


def test_nobody_writes_the_contacts_of_a_stranger() -> None:
    lab = Lab(seed=7)
    other = lab.account("other")
    with pytest.raises(ClientError, match="AccessDeniedException"):
        lab.account("mallory").client("account").put_alternate_contact(AccountId=other.number, **CONTACT)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        other.client("account").get_alternate_contact(AlternateContactType="BILLING")


def test_the_management_account_names_a_member_and_not_itself() -> None:
    lab = Lab(seed=7)
    management = lab.account("management")
    organizations = management.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(AccountName="member", Email="m@example.com")["CreateAccountStatus"]
    account = management.client("account")
    account.put_alternate_contact(AccountId=made["AccountId"], **CONTACT)
    with pytest.raises(ClientError, match="AccessDeniedException"):
        account.put_alternate_contact(AccountId=management.number, **CONTACT)
