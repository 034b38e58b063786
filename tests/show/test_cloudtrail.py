"""CloudTrail's events, against AWS's examples in the IAM User Guide (cloudtrail-integration.html)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from stssim import Lab
from stssim.call import Call, Caller, Verified
from stssim.show.cloudtrail import events
from stssim.trace import Step, Trace
from tests.show.scenarios import CUSTOMER, ROLE, SECRET, TOKEN, VENDOR, WORKER, audit, call, caller, session, worker


def steps_of(trace: Trace, name: str) -> list[Step]:
    return [step for step in trace if step.call is not None and step.call.name == name]


def written(external_id: str | None = "cust-42", name: str = "sts:AssumeRole") -> list[dict[str, Any]]:
    trace = audit(external_id)
    return [json.loads(event["text"]) for event in events(trace, steps_of(trace, name))]


def by(who: Caller) -> dict[str, Any]:
    asks = call("sts", "GetCallerIdentity", {})
    trace = Trace("one", [Step("access", worker, worker, "asked", "Asked.", call=asks, caller=who)])
    identity: dict[str, Any] = json.loads(events(trace, list(trace))[0]["text"])["userIdentity"]
    return identity


def test_an_assumed_role_is_told_to_both_accounts() -> None:
    theirs, ours = written()
    assert (theirs["recipientAccountId"], ours["recipientAccountId"]) == (VENDOR, CUSTOMER)
    assert theirs["eventName"] == ours["eventName"] == "AssumeRole"
    assert theirs["eventSource"] == "sts.amazonaws.com"
    assert theirs["eventTime"] == "2026-03-02T12:00:00Z"


def test_the_callers_account_sees_the_user_and_the_roles_account_only_an_account_and_an_id() -> None:
    theirs, ours = written()
    assert theirs["userIdentity"] == {
        "type": "IAMUser",
        "principalId": "AIDAEXAMPLEWORKER",
        "arn": WORKER,
        "accountId": VENDOR,
        "accessKeyId": "AKIAEXAMPLEWORKER000",
        "userName": "worker",
    }
    assert ours["userIdentity"] == {"type": "AWSAccount", "principalId": "AIDAEXAMPLEWORKER", "accountId": VENDOR}


def test_the_two_accounts_can_tell_that_it_is_one_event() -> None:
    theirs, ours = written()
    assert theirs["sharedEventID"] == ours["sharedEventID"]


def test_what_was_asked_and_the_role_are_in_the_event() -> None:
    event = written()[0]
    assert event["requestParameters"] == {"roleArn": ROLE, "roleSessionName": "audit", "externalId": "cust-42"}
    assert event["resources"] == [{"accountId": CUSTOMER, "type": "AWS::IAM::Role", "ARN": ROLE}]
    assert event["responseElements"]["credentials"]["expiration"] == "2026-03-02T13:00:00Z"


@pytest.mark.parametrize(
    ("endpoint", "kind"), [("sts.amazonaws.com", "global"), ("sts.us-east-1.amazonaws.com", "regional")]
)
def test_the_event_says_which_endpoint_served_it_and_where(endpoint: str, kind: str) -> None:
    trace = Trace("one", [replace(step, call=_at(step.call, endpoint)) for step in audit()])
    event = json.loads(events(trace, steps_of(trace, "sts:AssumeRole"))[0]["text"])
    assert event["additionalEventData"] == {"RequestDetails": {"endpointType": kind, "awsServingRegion": "us-east-1"}}
    s3 = json.loads(events(trace, steps_of(trace, "s3:GetObject"))[0]["text"])
    assert "additionalEventData" not in s3


def _at(asked: Call | None, endpoint: str) -> Call | None:
    return replace(asked, endpoint=endpoint) if asked and asked.service == "sts" else asked


def test_a_denied_assume_role_is_not_told_to_the_roles_account() -> None:
    (event,) = written(external_id=None)
    assert event["recipientAccountId"] == VENDOR
    assert event["errorCode"] == "AccessDenied"
    assert "is not authorized to perform: sts:AssumeRole" in event["errorMessage"]


def test_reading_an_object_is_a_data_event_by_a_role_session() -> None:
    trace = audit()
    (told,) = events(trace, steps_of(trace, "s3:GetObject"))
    event = json.loads(told["text"])
    assert told["note"].startswith("A data event")
    assert event["requestParameters"] == {"bucketName": "globex-reports", "key": "q3.csv"}
    identity = event["userIdentity"]
    assert identity["type"] == "AssumedRole"
    assert identity["sessionContext"]["sessionIssuer"] == {
        "type": "Role",
        "principalId": "AROAEXAMPLEAUDIT",
        "arn": ROLE,
        "accountId": CUSTOMER,
        "userName": "Audit",
    }
    assert identity["sessionContext"]["attributes"]["mfaAuthenticated"] == "false"


def test_asking_sts_is_no_data_event() -> None:
    trace = audit()
    assert [event["note"] for event in events(trace, steps_of(trace, "sts:AssumeRole"))] == ["", ""]


def test_whoever_proved_nothing_is_not_logged() -> None:
    trace = audit(external_id=None)
    unproved = [replace(step, caller=None) for step in steps_of(trace, "sts:AssumeRole")]
    assert events(trace, unproved) == []


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        (replace(caller, kind="root", arn=f"arn:aws:iam::{VENDOR}:root"), "Root"),
        (replace(caller, kind="federated-user", session=replace(session, kind="federated-user")), "FederatedUser"),
        (replace(caller, kind="service", account="", arn="cloudtrail.amazonaws.com"), None),
    ],
)
def test_every_kind_of_caller_has_its_type(who: Caller, kind: str | None) -> None:
    if kind is None:
        trace = Trace("service", [Step("access", worker, worker, "x", "x.", call=call("sts", "X", {}), caller=who,
                                       resource_account=CUSTOMER)])  # fmt: skip
        identity = json.loads(events(trace, list(trace))[0]["text"])["userIdentity"]
        assert identity == {"type": "AWSService", "invokedBy": "cloudtrail.amazonaws.com"}
    else:
        assert by(who)["type"] == kind


def test_a_web_identity_is_called_by_what_its_provider_vouched_for() -> None:
    proved = Verified("web-identity", "ci.example.com", "https://ci.example.com", "repo:acme", "sts.amazonaws.com")
    who = replace(caller, kind="web-identity", verified=proved, account=CUSTOMER)
    assert by(who) == {
        "type": "WebIdentityUser",
        "principalId": "ci.example.com:sts.amazonaws.com:repo:acme",
        "userName": "repo:acme",
        "identityProvider": "ci.example.com",
    }


def test_a_saml_user_is_called_by_the_name_qualifier() -> None:
    proved = Verified(
        "saml", f"arn:aws:iam::{CUSTOMER}:saml-provider/idp", "https://idp.example.com", "alice", "urn:x",
        name_qualifier="bdGO+x=",
    )  # fmt: skip
    who = replace(caller, kind="saml", verified=proved, account=CUSTOMER)
    assert by(who) == {
        "type": "SAMLUser",
        "principalId": "bdGO+x=:alice",
        "userName": "alice",
        "identityProvider": "bdGO+x=",
    }


def test_a_service_assumes_a_role_from_its_own_address() -> None:
    """Recorded in September 2026: radkawar/stackd, testdata/aws/eventbridge/role_audit.json."""
    lab = Lab(seed=7)
    shop = lab.account("shop")
    trust = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = shop.role("Bus", {"Version": "2012-10-17", "Statement": [trust]})
    with lab.recording("one") as trace:
        lab.service("events.amazonaws.com").client("sts").assume_role(RoleArn=role.arn, RoleSessionName="run")
    (told,) = events(trace, list(trace))
    event = json.loads(told["text"])
    assert event["sourceIPAddress"] == event["userAgent"] == "events.amazonaws.com"
    assert event["resources"] == [{"accountId": shop.number, "type": "AWS::IAM::Role", "ARN": role.arn}]
    assert "additionalEventData" not in event
    issued = event["responseElements"]
    assert issued["assumedRoleUser"]["arn"] == f"arn:aws:sts::{shop.number}:assumed-role/Bus/run"
    assert issued["packedPolicySize"] == issued["sessionTokenUtilization"]
    assert "sharedEventID" in event


def test_what_only_reads_is_said_to_and_what_reads_data_is_no_management_event() -> None:
    """Recorded in September 2026 of IAM and STS: radkawar/stackd, testdata/aws/cloudtrail/iam_history.json."""
    assumed, read = written()[0], written(name="s3:GetObject")[0]
    assert (assumed["readOnly"], assumed["managementEvent"], assumed["eventCategory"]) == (True, True, "Management")
    assert (read["readOnly"], read["managementEvent"], read["eventCategory"]) == (True, False, "Data")
    lab = Lab(seed=7)
    with lab.recording("one") as trace:
        lab.account("shop").client("iam").create_user(UserName="bob")
    assert json.loads(events(trace, list(trace))[0]["text"])["readOnly"] is False


def test_an_event_for_two_accounts_has_an_id_that_they_share() -> None:
    theirs, ours = written()
    assert theirs["sharedEventID"] == ours["sharedEventID"]
    assert "sharedEventID" not in written(name="s3:GetObject")[0]


def test_no_secret_is_logged() -> None:
    text = json.dumps([written(), written(name="s3:GetObject")])
    assert SECRET not in text
    assert TOKEN not in text
