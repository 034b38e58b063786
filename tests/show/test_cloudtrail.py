"""CloudTrail's events, against AWS's examples in the IAM User Guide (cloudtrail-integration.html)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

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
    assert by(who)["type"] == "WebIdentityUser"
    assert by(who)["userName"] == "repo:acme"


def test_no_secret_is_logged() -> None:
    text = json.dumps([written(), written(name="s3:GetObject")])
    assert SECRET not in text
    assert TOKEN not in text
