"""The Lab: private, repeatable, and with a clock of its own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from stssim import Lab
from stssim.lab.handles import Account
from stssim.policy.explain import Explanation

ASSUME = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}}
READ = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}


def trusts(principal: str, **condition: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": principal}, "Condition": condition}
    return {"Version": "2012-10-17", "Statement": statement}


def furnished(seed: int = 7) -> tuple[Lab, Any, Any, Any]:
    lab = Lab(seed=seed)
    vendor, customer = lab.account("vendor"), lab.account("customer")
    alice = vendor.user("alice", ASSUME)
    role = customer.role("Audit", trusts(vendor.number, StringEquals={"sts:ExternalId": "cust-42"}), READ)
    customer.bucket("reports", {"q3.csv": "quarter,revenue\n"})
    return lab, alice, role, customer


def assume(alice: Any, role: Any, **more: str) -> Any:
    return alice.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="audit", **more)


def test_temporary_credentials_of_a_role_read_what_the_role_may_read() -> None:
    lab, alice, role, _ = furnished()
    session = lab.session(assume(alice, role, ExternalId="cust-42"))
    assert session.client("s3").get_object(Bucket="reports", Key="q3.csv")["Body"].read() == b"quarter,revenue\n"


@pytest.mark.parametrize("given", [{}, {"ExternalId": "cust-43"}, {"ExternalId": "CUST-42"}])
def test_a_missing_or_wrong_external_id_is_refused_without_a_reason(given: dict[str, str]) -> None:
    _, alice, role, _ = furnished()
    with pytest.raises(ClientError) as refused:
        assume(alice, role, **given)
    error = refused.value.response["Error"]
    assert error["Code"] == "AccessDenied"
    assert error["Message"] == f"User: {alice.arn} is not authorized to perform: sts:AssumeRole on resource: {role.arn}"


def test_the_trace_of_a_refusal_says_what_the_answer_does_not() -> None:
    lab, alice, role, _ = furnished()
    with lab.recording("refused") as trace, pytest.raises(ClientError):
        assume(alice, role, ExternalId="cust-43")
    denied = trace.denied
    assert denied is not None
    assert denied.decision is not None
    assert "sts:ExternalId = cust-42" in Explanation(denied.decision).sentence
    assert "sts:ExternalId = cust-43" in Explanation(denied.decision).sentence


def test_a_surplus_external_id_is_ignored() -> None:
    lab, alice, _, customer = furnished()
    open_role = customer.role("Open", trusts(lab.account("vendor").number))
    assert assume(alice, open_role, ExternalId="whatever")["Credentials"]


def test_credentials_expire_on_the_labs_clock_to_the_second() -> None:
    lab, alice, role, _ = furnished()
    s3 = lab.session(assume(alice, role, ExternalId="cust-42")).client("s3")
    lab.clock.advance(seconds=3599)
    s3.get_object(Bucket="reports", Key="q3.csv")
    lab.clock.advance(seconds=1)
    with pytest.raises(ClientError, match="ExpiredToken"):
        s3.get_object(Bucket="reports", Key="q3.csv")


def test_equal_seeds_make_equal_ids_keys_and_tokens() -> None:
    first, second = furnished(), furnished()
    assert first[1].access_key_id == second[1].access_key_id
    assert first[2].unique_id == second[2].unique_id
    issued = [assume(alice, role, ExternalId="cust-42")["Credentials"] for _, alice, role, _ in (first, second)]
    assert issued[0] == issued[1]


def test_other_seeds_make_other_keys() -> None:
    assert furnished(1)[1].access_key_id != furnished(2)[1].access_key_id


def test_a_token_of_one_lab_opens_nothing_in_another() -> None:
    lab, alice, role, _ = furnished(1)
    other = furnished(2)[0]
    stranger = other.session(assume(alice, role, ExternalId="cust-42"))
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        stranger.client("sts").get_caller_identity()
    assert lab.account("vendor").client("sts").get_caller_identity()


def test_a_reset_brings_the_set_up_back_and_forgets_the_rest() -> None:
    lab, alice, role, customer = furnished()
    with lab.recording("scenario"):
        customer.client("iam").create_user(UserName="of-the-story")
    lab.clock.advance(hours=5)
    lab.reset()
    assert [user["UserName"] for user in customer.client("iam").list_users()["Users"]] == []
    assert customer.client("iam").get_role(RoleName="Audit")["Role"]["RoleId"] == role.unique_id
    assert assume(alice, role, ExternalId="cust-42")["AssumedRoleUser"]["AssumedRoleId"] == f"{role.unique_id}:audit"
    assert lab.traces == {}


def made(home: Account) -> dict[str, str]:
    """Whatever is drawn for a user, a key and a session of one name, and for an object's version."""
    user = home.user("carol", ASSUME)
    s3 = home.client("s3")
    s3.create_bucket(Bucket="notes")
    s3.put_bucket_versioning(Bucket="notes", VersioningConfiguration={"Status": "Enabled"})
    put = s3.put_object(Bucket="notes", Key="note", Body=b"x")
    session = user.client("sts").get_session_token()
    issued = session["Credentials"]
    ids = {
        "user": user.unique_id,
        "key": user.access_key_id,
        "secret": user._keys[1],
        "version": put["VersionId"],
        "session key": issued["AccessKeyId"],
        "session secret": issued["SecretAccessKey"],
        "session token": issued["SessionToken"],
        "request to S3": put["ResponseMetadata"]["RequestId"],
        "request to STS": session["ResponseMetadata"]["RequestId"],
    }
    s3.delete_object(Bucket="notes", Key="note", VersionId=put["VersionId"])
    s3.delete_bucket(Bucket="notes")
    iam = home.client("iam")
    iam.delete_access_key(UserName="carol", AccessKeyId=user.access_key_id)
    iam.delete_user_policy(UserName="carol", PolicyName="carol-policy")
    iam.delete_user(UserName="carol")
    return ids


def all_differ(*those: Mapping[str, str]) -> bool:
    return all(len({each[name] for each in those}) == len(those) for name in those[0])


def test_nothing_that_one_recording_drew_is_drawn_again_in_the_set_up_or_another_recording() -> None:
    lab = Lab(seed=7)
    home = lab.account("home")
    before = made(home)
    with lab.recording("first"):
        first = made(home)
    with lab.recording("second"):
        second = made(home)
    assert all_differ(before, first, second)


def test_a_user_made_in_a_second_recording_is_not_taken_for_the_first_ones() -> None:
    lab = Lab(seed=7)
    home = lab.account("home")
    with lab.recording("first"):
        alice = home.user("alice")
    with lab.recording("second"):
        bob = home.user("bob")
    assert alice.client("sts").get_caller_identity()["Arn"] == alice.arn
    assert bob.client("sts").get_caller_identity()["Arn"] == bob.arn


def test_after_a_reset_nothing_is_drawn_that_was_drawn_before() -> None:
    lab = Lab(seed=7)
    home = lab.account("home")
    with lab.recording("http"):
        before = made(home)
        lab.reset()
        after = made(home)
        lab.reset()
        assert all_differ(before, after, made(home))


def test_equal_seeds_and_calls_draw_the_same_in_every_recording_and_after_a_reset() -> None:
    def drawn() -> list[dict[str, str]]:
        lab = Lab(seed=7)
        home = lab.account("home")
        with lab.recording("first"):
            told = [made(home)]
        with lab.recording("second"):
            told += [made(home)]
        lab.reset()
        return [*told, made(home)]

    assert drawn() == drawn()


def test_an_id_hangs_on_what_it_is_of_and_not_on_what_else_there_is() -> None:
    """So two runs of a scenario that differ in one call have the same ids in all others."""
    alone, among = Lab(seed=7).account("home"), Lab(seed=7).account("home")
    among.role("Other", trusts("111111111111"))
    among.bucket("reports", {"q3.csv": "1"})
    one, other = alone.role("Audit", trusts("111111111111")), among.role("Audit", trusts("222222222222"))
    assert one.unique_id == other.unique_id


def test_equal_requests_to_s3_and_sts_have_request_ids_of_their_own() -> None:
    home = Lab(seed=7).account("home")
    home.bucket("reports", {"q3.csv": "1"})
    s3, sts = home.client("s3"), home.client("sts")
    got = [s3.get_object(Bucket="reports", Key="q3.csv")["ResponseMetadata"] for _ in range(3)]
    assert len({each["RequestId"] for each in got}) == 3
    assert len({sts.get_caller_identity()["ResponseMetadata"]["RequestId"] for _ in range(3)}) == 3
    refusals = []
    for _ in range(3):
        with pytest.raises(ClientError) as refused:
            s3.get_object(Bucket="nowhere", Key="x")
        refusals.append(refused.value.response["ResponseMetadata"]["RequestId"])
    assert len(set(refusals)) == 3


def test_a_set_up_that_a_recording_came_between_is_brought_back_with_its_own_ids() -> None:
    lab = Lab(seed=7)
    home = lab.account("home")
    with lab.recording("first"):
        home.user("alice")
        home.client("iam").delete_access_key(
            UserName="alice",
            AccessKeyId=home.client("iam").list_access_keys(UserName="alice")["AccessKeyMetadata"][0]["AccessKeyId"],
        )
        home.client("iam").delete_user(UserName="alice")
    alice = home.user("alice")
    lab.reset()
    assert home.client("iam").get_user(UserName="alice")["User"]["UserId"] == alice.unique_id
    assert alice.client("sts").get_caller_identity()["UserId"] == alice.unique_id


def test_two_labs_have_a_bucket_of_the_same_name() -> None:
    _, _, _, first = furnished(1)
    _, _, _, second = furnished(2)
    first.client("s3").put_object(Bucket="reports", Key="only-here", Body=b"x")
    keys = [item["Key"] for item in second.client("s3").list_objects_v2(Bucket="reports")["Contents"]]
    assert keys == ["q3.csv"]


def test_nothing_of_the_process_is_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOFSOMEBODYELSE00")
    before = dict(os.environ)
    lab, alice, role, _ = furnished()
    assume(alice, role, ExternalId="cust-42")
    lab.reset()
    assert dict(os.environ) == before
    monkeypatch.delenv("AWS_PROFILE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of somebody else")
    assert boto3.client("sts", region_name="us-east-1").meta.endpoint_url == "http://127.0.0.1:9"


def test_every_twelve_digit_account_exists_and_no_other() -> None:
    lab = Lab()
    assert lab.account("first").number == "111111111111"
    assert lab.account("own", "010203040506").client("sts").get_caller_identity()["Account"] == "010203040506"
    with pytest.raises(ValueError, match="twelve digits"):
        lab.account("short", "12345")
    with pytest.raises(ValueError, match="already"):
        lab.account("again", "111111111111")


def test_several_may_play_one_part_in_a_recording() -> None:
    lab, alice, _, _ = furnished()
    with lab.recording("three", cast={"attacker": [alice, "mallory"], "victim": "carol"}) as trace:
        pass
    assert trace.parts == {"alice": "attacker", "mallory": "attacker", "carol": "victim"}


def test_a_recording_inside_another_is_refused() -> None:
    lab = Lab()
    with lab.recording("outer"), pytest.raises(RuntimeError, match="outer"), lab.recording("inner"):
        pass


def test_a_service_calls_as_itself_on_behalf_of_a_resource() -> None:
    lab = Lab()
    owner = lab.account("owner")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::logs/*",
        "Condition": {"StringEquals": {"aws:SourceAccount": owner.number}},
    }
    owner.bucket("logs", policy={"Version": "2012-10-17", "Statement": statement})
    mine = lab.service("cloudtrail.amazonaws.com", source_account=owner.number)
    mine.client("s3").put_object(Bucket="logs", Key="a", Body=b"")
    theirs = lab.service("cloudtrail.amazonaws.com", source_account="999999999999")
    with pytest.raises(ClientError, match="AccessDenied"):
        theirs.client("s3").put_object(Bucket="logs", Key="b", Body=b"")


def test_the_repr_of_everything_shown_is_stable() -> None:
    lab, alice, role, customer = furnished()
    session = lab.session(assume(alice, role, ExternalId="cust-42"))
    assert repr(lab) == "Lab(seed=7), accounts: vendor 111111111111, customer 222222222222"
    assert (repr(alice), repr(role)) == ("User alice of vendor", "Role Audit of customer")
    assert repr(customer) == "Account customer 222222222222"
    assert repr(session).endswith("good until 2027-01-04 10:00:00 UTC")


def test_a_mock_aws_beside_a_lab_neither_sees_it_nor_wipes_it() -> None:
    _, _, _, customer = furnished()
    s3 = customer.client("s3")
    with mock_aws():
        beside = boto3.client("s3", region_name="us-east-1")
        assert beside.list_buckets()["Buckets"] == []
        beside.create_bucket(Bucket="elsewhere")
        assert s3.get_object(Bucket="reports", Key="q3.csv")["Body"].read() == b"quarter,revenue\n"
        assert [bucket["Name"] for bucket in beside.list_buckets()["Buckets"]] == ["elsewhere"]
    assert s3.get_object(Bucket="reports", Key="q3.csv")["Body"].read() == b"quarter,revenue\n"


def test_one_call_is_altered_before_it_is_signed_whoever_makes_it() -> None:
    lab = Lab(seed=7)
    alice = lab.account("one").user("alice")
    seen: list[tuple[int, str]] = []

    def alter(nth: int, name: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        seen.append((nth, name))
        return {**parameters, "DurationSeconds": 1800} if nth == 1 else parameters

    with lab.recording("altered") as trace, lab.altering(alter):
        issued = [alice.client("sts").get_session_token(DurationSeconds=900)["Credentials"] for _ in range(3)]
    assert seen == [(nth, "sts:GetSessionToken") for nth in range(3)]
    assert [(each["Expiration"] - lab.clock.now()).seconds for each in issued] == [900, 1800, 900]
    assert trace.denied is None
    assert alice.client("sts").get_session_token()["Credentials"]["Expiration"] > issued[1]["Expiration"]


def test_whoever_got_hold_of_a_key_is_drawn_with_it_and_with_all_that_comes_of_it() -> None:
    lab, alice, role, _ = furnished()
    mallory = lab.account("mallory-inc").user("mallory")
    lab.stolen(alice, by=mallory)
    with lab.recording("theft") as trace:
        session = lab.session(assume(alice, role, ExternalId="cust-42"))
        session.client("s3").get_object(Bucket="reports", Key="q3.csv")
        renewed = alice.client("sts").get_session_token()
    assert {step.source for step in trace if step.stage == "request"} == {mallory.actor}
    assert next(step.caller.arn for step in trace if step.stage == "validate" and step.caller) == alice.arn
    assert session.actor == mallory.actor
    assert lab.session(renewed).client("sts").get_caller_identity()["Arn"] == alice.arn
    lab.reset()
    with lab.recording("afterwards") as trace:
        assume(alice, role, ExternalId="cust-42")
    assert trace[0].source == alice.actor
