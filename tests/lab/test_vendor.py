"""The deputy application: what its settings decide, and what its messages leave in the Trace."""

from __future__ import annotations

from typing import Any

import pytest

from stssim import Lab
from stssim.lab.handles import Role, User
from stssim.lab.vendor import Settings, Vendor


def policy(**statement: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": {"Effect": "Allow", **statement}}


MAY_ASSUME = policy(Action="sts:AssumeRole", Resource="*")
MAY_READ = policy(Action="s3:GetObject", Resource="*")


class World:
    """Beacon, a vendor, and Carol, who has a report and a role for Beacon."""

    def __init__(self, **settings: Any) -> None:
        self.lab = Lab(seed=7)
        self.vendor: Vendor = self.lab.vendor(self.lab.account("vendor"), "beacon", MAY_ASSUME, Settings(**settings))
        self.customer = self.lab.account("customer")
        self.carol: User = self.customer.user("carol")
        self.mallory: User = self.lab.account("mallory-inc").user("mallory")
        self.customer.bucket(f"beacon-{self.customer.number}", {"report.csv": "turnover"})

    def role(self, condition: dict[str, Any] | None = None) -> Role:
        conditions = {"Condition": condition} if condition else {}
        trust = policy(Principal={"AWS": self.vendor.account.number}, Action="sts:AssumeRole", **conditions)
        return self.customer.role("Audit", trust, MAY_READ)


def asks_for(external_id: str | None, operator: str = "StringEquals") -> dict[str, Any]:
    return {operator: {"sts:ExternalId": external_id}}


def test_a_vendor_that_chooses_gives_each_tenant_a_random_id_of_its_own() -> None:
    vendor = World(chosen_by="vendor").vendor
    ids = [vendor.external_id(tenant) for tenant in ("customer", "mallory-inc")]
    assert ids[0] != ids[1]
    assert ids == [World(chosen_by="vendor").vendor.external_id(tenant) for tenant in ("customer", "mallory-inc")]


def test_a_vendor_without_unique_ids_gives_everybody_the_same() -> None:
    vendor = World(chosen_by="vendor", unique=False).vendor
    assert vendor.external_id("customer") == vendor.external_id("mallory-inc")


@pytest.mark.parametrize("chosen_by", ["nobody", "customer"])
def test_a_vendor_that_does_not_choose_gives_no_id(chosen_by: str) -> None:
    assert World(chosen_by=chosen_by).vendor.external_id("customer") is None


def test_a_counter_gives_the_number_of_a_tenant_who_has_left_again() -> None:
    world = World(chosen_by="vendor", guessable=True)
    world.vendor.sign_up("mallory-inc", by=world.mallory)
    hers = world.vendor.sign_up("customer", by=world.carol).external_id
    assert world.vendor.leave("customer", by=world.carol)
    assert world.vendor.sign_up("mallory-too", by=world.mallory).external_id == hers == "beacon-0002"


def test_a_random_id_is_not_given_twice_even_under_the_same_name() -> None:
    world = World(chosen_by="vendor")
    hers = world.vendor.sign_up("customer", by=world.carol).external_id
    world.vendor.leave("customer", by=world.carol)
    assert world.vendor.sign_up("customer", by=world.mallory).external_id != hers


def test_a_tenant_that_never_signed_up_cannot_leave() -> None:
    world = World()
    assert not world.vendor.leave("customer", by=world.carol)


def test_a_typed_id_counts_only_where_customers_choose() -> None:
    for chosen_by, sent in (("customer", "carol-books"), ("nobody", None)):
        world = World(chosen_by=chosen_by)
        assert world.vendor.onboard("customer", world.role().arn, "carol-books", by=world.carol)
        assert world.vendor.tenants["customer"].external_id == sent


@pytest.mark.parametrize(("unique", "accepted"), [(True, False), (False, True)])
def test_where_ids_are_unique_a_chosen_one_that_is_taken_is_turned_down(unique: bool, accepted: bool) -> None:
    world = World(chosen_by="customer", unique=unique)
    arn = world.role(asks_for("carol-books")).arn
    world.vendor.onboard("customer", arn, "carol-books", by=world.carol)
    assert world.vendor.onboard("mallory-inc", arn, "carol-books", by=world.mallory) is accepted


@pytest.mark.parametrize(
    ("condition", "accepted"),
    [
        (asks_for("{hers}"), True),
        (None, False),
        (asks_for("{hers}", "StringEqualsIfExists"), False),
        (asks_for("*", "StringLike"), False),
        (asks_for("somebody-else"), False),
    ],
)
def test_a_vendor_that_tests_takes_only_a_role_that_asks_for_this_tenants_id(
    condition: dict[str, Any] | None, accepted: bool
) -> None:
    world = World(chosen_by="vendor", tested=True)
    hers = world.vendor.sign_up("customer", by=world.carol).external_id
    if condition and "{hers}" in str(condition):
        condition = asks_for(hers, next(iter(condition)))
    assert world.vendor.onboard("customer", world.role(condition).arn, by=world.carol) is accepted


def test_a_vendor_that_tests_takes_no_empty_id_where_customers_choose() -> None:
    world = World(chosen_by="customer", tested=True)
    arn = world.role(asks_for("carol-books", "StringEqualsIfExists")).arn
    assert not world.vendor.onboard("mallory-inc", arn, by=world.mallory)


def test_where_no_ids_are_sent_there_is_nothing_to_test() -> None:
    world = World(tested=True)
    assert world.vendor.onboard("customer", world.role().arn, by=world.carol)


def test_testing_a_role_makes_real_calls_that_the_trace_shows() -> None:
    world = World(chosen_by="vendor", tested=True)
    role = world.role()
    with world.lab.recording("onboarding") as trace:
        world.vendor.onboard("customer", role.arn, by=world.carol)
    assert [step.label for step in trace if step.stage == "message"][-1] == "turned down"
    assert any(step.call and step.call.operation == "AssumeRole" for step in trace)


def test_an_audit_brings_the_report_into_the_dashboard_of_whoever_gave_the_role() -> None:
    world = World()
    world.vendor.onboard("mallory-inc", world.role().arn, by=world.mallory)
    row = world.vendor.audit("mallory-inc", by=world.mallory)
    assert row.dashboard == {f"beacon-{world.customer.number}/report.csv": "turnover"}


def test_a_refused_audit_leaves_the_dashboard_as_it_is() -> None:
    world = World()
    world.vendor.onboard("customer", world.role(asks_for("carol-books")).arn, by=world.carol)
    assert world.vendor.audit("customer", by=world.carol).dashboard == {}


def test_an_audit_without_an_accepted_role_says_whose_is_missing() -> None:
    with pytest.raises(LookupError, match="no accepted role of a tenant 'customer'"):
        World().vendor.audit("customer")


def test_nobody_signs_up_under_a_name_that_is_taken() -> None:
    world = World()
    world.vendor.sign_up("customer", by=world.carol)
    with pytest.raises(ValueError, match="has a tenant 'customer' already"):
        world.vendor.sign_up("customer", by=world.mallory)
