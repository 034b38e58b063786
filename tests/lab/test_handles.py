"""Handles: credentials of a role that refresh themselves, by the Lab's clock."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim import Lab
from stssim.trace import Trace
from tests.access.given import allow, document, refused, to


def furnished() -> tuple[Lab, Any, Any]:
    lab = Lab(seed=7)
    vendor, customer = lab.account("vendor"), lab.account("customer")
    alice = vendor.user("alice", document(allow("sts:AssumeRole")))
    trust = document(allow("sts:AssumeRole", None, Principal=to(vendor.arn)))
    role = customer.role("Audit", trust, document(allow("s3:ListAllMyBuckets")), max_session_duration=7200)
    return lab, alice, role


def issued(trace: Trace) -> list[str]:
    """The keys that were issued."""
    return [step.session.access_key_id for step in trace if step.arrow == 3 and step.session]


def test_a_roles_credentials_are_asked_for_when_they_are_first_needed() -> None:
    lab, alice, role = furnished()
    with lab.recording("first") as trace:
        s3 = role.credentials(by=alice).client("s3")
        assert len(trace) == 0
        s3.list_buckets()
    assert len(issued(trace)) == 1


@pytest.mark.parametrize(("minutes", "keys"), [(44, 1), (46, 2), (61, 2), (60 * 24, 2)])
def test_they_are_refreshed_by_the_labs_clock_from_a_quarter_of_an_hour_before_they_expire(
    minutes: int, keys: int
) -> None:
    lab, alice, role = furnished()
    with lab.recording("refresh") as trace:
        s3 = role.credentials(by=alice).client("s3")
        s3.list_buckets()
        lab.clock.advance(minutes=minutes)
        s3.list_buckets()
    assert len(set(issued(trace))) == keys


def test_one_set_of_credentials_serves_clients_of_several_services() -> None:
    lab, alice, role = furnished()
    credentials = role.credentials(by=alice, session_name="nightly", DurationSeconds=7200)
    with lab.recording("shared") as trace:
        credentials.client("s3").list_buckets()
        told = credentials.client("sts").get_caller_identity()
    assert told["Arn"] == "arn:aws:sts::222222222222:assumed-role/Audit/nightly"
    assert len(issued(trace)) == 1


def test_a_refusal_comes_with_the_call_that_needed_them() -> None:
    _, alice, role = furnished()
    s3 = role.credentials(by=alice).client("s3")
    s3.list_buckets()
    role.trust(document(allow("sts:AssumeRole", None, Principal=to("arn:aws:iam::333333333333:root"))))
    s3.list_buckets()
    late = role.credentials(by=alice).client("s3")
    with refused("AccessDenied", "sts:AssumeRole"):
        late.list_buckets()


def test_a_role_that_is_trusted_no_more_cannot_be_refreshed_and_ends_with_its_hour() -> None:
    lab, alice, role = furnished()
    s3 = role.credentials(by=alice).client("s3")
    s3.list_buckets()
    role.trust(document(allow("sts:AssumeRole", None, Principal=to("arn:aws:iam::333333333333:root"))))
    lab.clock.advance(minutes=59)
    with pytest.raises(ClientError, match="AssumeRole operation"):
        s3.list_buckets()


def test_their_repr_is_stable_and_tells_no_secret() -> None:
    _, alice, role = furnished()
    assert repr(role.credentials(by=alice)) == "Credentials of role Audit, refreshed by alice"


def test_a_session_is_drawn_as_the_one_who_asked_for_it_whatever_its_name() -> None:
    lab, alice, role = furnished()
    reply = alice.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="nightly")
    assert lab.session(reply).actor == alice.actor
    foreign = {"Credentials": {**reply["Credentials"], "SessionToken": "of another Lab"}}
    assert lab.session(foreign).actor.name == "session"


@pytest.mark.parametrize("nonsense", [None, "ASIA", 5, [], {}, {"Credentials": None}, {"Credentials": "ASIA"}])
def test_what_carries_no_credentials_is_no_session(nonsense: Any) -> None:
    with pytest.raises(ValueError, match="This reply carries no credentials; pass what AssumeRole"):
        furnished()[0].session(nonsense)
