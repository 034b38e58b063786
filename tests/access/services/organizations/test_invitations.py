"""Invitations into an organization: only the invited account accepts, once, and in time."""

from __future__ import annotations

from typing import Any

from tests.access.given import a_lab, refused


def invited(vendor: Any, customer: Any) -> str:
    organizations = vendor.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    made = organizations.invite_account_to_organization(Target={"Type": "ACCOUNT", "Id": customer.number})
    return str(made["Handshake"]["Id"])


def test_an_invited_account_becomes_a_member_under_the_root() -> None:
    _, vendor, customer = a_lab()
    handshake = invited(vendor, customer)
    accepted = customer.client("organizations").accept_handshake(HandshakeId=handshake)["Handshake"]
    assert (accepted["State"], accepted["Action"]) == ("ACCEPTED", "INVITE")
    organizations = vendor.client("organizations")
    assert {account["Id"] for account in organizations.list_accounts()["Accounts"]} == {vendor.number, customer.number}
    (parent,) = organizations.list_parents(ChildId=customer.number)["Parents"]
    assert parent["Type"] == "ROOT"
    own = customer.client("organizations").describe_organization()["Organization"]
    assert own["MasterAccountId"] == vendor.number


def test_nobody_else_can_accept_and_nobody_twice() -> None:
    lab, vendor, customer = a_lab()
    handshake = invited(vendor, customer)
    with refused("HandshakeNotFoundException"):
        lab.account("stranger").client("organizations").accept_handshake(HandshakeId=handshake)
    customer.client("organizations").accept_handshake(HandshakeId=handshake)
    with refused("InvalidHandshakeTransitionException"):
        customer.client("organizations").accept_handshake(HandshakeId=handshake)


def test_an_invitation_ends_after_fifteen_days() -> None:
    lab, vendor, customer = a_lab()
    handshake = invited(vendor, customer)
    lab.clock.advance(hours=15 * 24)
    with refused("InvalidHandshakeTransitionException", "EXPIRED"):
        customer.client("organizations").accept_handshake(HandshakeId=handshake)


def test_an_invitation_can_be_declined_or_taken_back() -> None:
    lab, vendor, customer = a_lab()
    first = invited(vendor, customer)
    customer.client("organizations").decline_handshake(HandshakeId=first)
    target = {"Type": "ACCOUNT", "Id": lab.account("other").number}
    organizations = vendor.client("organizations")
    second = organizations.invite_account_to_organization(Target=target)["Handshake"]["Id"]
    organizations.cancel_handshake(HandshakeId=second)
    states = {each["Id"]: each["State"] for each in organizations.list_handshakes_for_organization()["Handshakes"]}
    assert states == {first: "DECLINED", second: "CANCELED"}
    assert organizations.describe_handshake(HandshakeId=second)["Handshake"]["State"] == "CANCELED"


def test_a_member_cannot_be_invited_again_until_it_has_left() -> None:
    _, vendor, customer = a_lab()
    customer.client("organizations").accept_handshake(HandshakeId=invited(vendor, customer))
    target = {"Type": "ACCOUNT", "Id": customer.number}
    with refused("HandshakeConstraintViolationException"):
        vendor.client("organizations").invite_account_to_organization(Target=target)
    customer.client("organizations").leave_organization()
    vendor.client("organizations").invite_account_to_organization(Target=target)


def test_the_management_account_cannot_leave() -> None:
    _, vendor, customer = a_lab()
    invited(vendor, customer)
    with refused("MasterCannotLeaveOrganizationException"):
        vendor.client("organizations").leave_organization()
    with refused("AWSOrganizationsNotInUseException"):
        customer.client("organizations").leave_organization()
