"""DeleteObjects deletes what the caller may delete, and says of the rest that it may not."""

from __future__ import annotations

from typing import Any

import pytest

from stssim import Lab
from stssim.call import HttpReply
from tests.access.given import allow, deny, document, refused
from tests.mutations import Keys, signed_again
from tests.signers import signed_by_botocore

BUCKET = "arn:aws:s3:::reports"


def a_bucket(*keys: str) -> tuple[Lab, Any, Any]:
    lab = Lab(seed=7)
    owner = lab.account("customer")
    s3 = owner.client("s3")
    s3.create_bucket(Bucket="reports")
    for key in keys:
        s3.put_object(Bucket="reports", Key=key, Body=b"x")
    return lab, owner, s3


def left(s3: Any) -> list[str]:
    return [each["Key"] for each in s3.list_objects_v2(Bucket="reports").get("Contents", [])]


def delete(s3: Any, *objects: str | dict[str, str], quiet: bool = False) -> dict[str, Any]:
    named = [{"Key": each} if isinstance(each, str) else each for each in objects]
    answer: dict[str, Any] = s3.delete_objects(Bucket="reports", Delete={"Objects": named, "Quiet": quiet})
    return answer


def told(answer: dict[str, Any]) -> dict[str, str]:
    return {error["Key"]: error["Code"] for error in answer.get("Errors", [])}


def test_one_object_is_kept_and_the_others_are_deleted() -> None:
    lab, owner, s3 = a_bucket("mine/1", "mine/2", "theirs & <hers>")
    bob = owner.user("bob", document(allow("s3:DeleteObject", f"{BUCKET}/mine/*"))).client("s3")
    with lab.recording("deleting") as trace:
        answer = delete(bob, "mine/1", "theirs & <hers>", "mine/2")
    assert [each["Key"] for each in answer["Deleted"]] == ["mine/1", "mine/2"]
    assert told(answer) == {"theirs & <hers>": "AccessDenied"}
    assert "is not authorized to perform: s3:DeleteObject" in answer["Errors"][0]["Message"]
    assert left(s3) == ["theirs & <hers>"]
    assert [step.outcome for step in trace if step.decision is not None] == ["allowed", "denied", "allowed"]


@pytest.mark.parametrize("quiet", [False, True])
def test_a_caller_who_may_delete_nothing_is_answered_with_errors_alone(quiet: bool) -> None:
    _, owner, s3 = a_bucket("1", "2")
    bob = owner.user("bob", document(deny("s3:DeleteObject"))).client("s3")
    answer = delete(bob, "1", "2", quiet=quiet)
    assert "Deleted" not in answer
    assert told(answer) == {"1": "AccessDenied", "2": "AccessDenied"}
    assert left(s3) == ["1", "2"]


def test_a_version_needs_another_permission_than_its_object() -> None:
    _, owner, s3 = a_bucket()
    s3.put_bucket_versioning(Bucket="reports", VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket="reports", Key="k", Body=b"x")["VersionId"]
    bob = owner.user("bob", document(allow("s3:DeleteObject", f"{BUCKET}/*"))).client("s3")
    answer = delete(bob, "k", {"Key": "k", "VersionId": version})
    assert [each["Key"] for each in answer["Deleted"]] == ["k"]
    assert [(error["Key"], error["VersionId"], error["Code"]) for error in answer["Errors"]] == [
        ("k", version, "AccessDenied")
    ]
    assert s3.get_object(Bucket="reports", Key="k", VersionId=version)["Body"].read() == b"x"


def test_what_was_kept_in_the_set_up_is_kept_after_a_reset() -> None:
    lab, owner, s3 = a_bucket("mine/1", "theirs")
    bob = owner.user("bob", document(allow("s3:DeleteObject", f"{BUCKET}/mine/*"))).client("s3")
    delete(bob, "mine/1", "theirs")
    lab.reset()
    assert left(s3) == ["theirs"]


def test_a_bucket_that_is_not_there_is_said_to_be_missing() -> None:
    _, owner, s3 = a_bucket()
    for client in (s3, owner.user("bob", document(deny("s3:*"))).client("s3")):
        with pytest.raises(s3.exceptions.NoSuchBucket):
            client.delete_objects(Bucket="nowhere", Delete={"Objects": [{"Key": "k"}]})


def test_a_request_that_names_no_object_is_malformed() -> None:
    _, _, s3 = a_bucket()
    with refused("MalformedXML"):
        delete(s3)


def sent(user: Any, body: bytes) -> HttpReply:
    """What is answered to a DeleteObjects with this body."""
    request = signed_by_botocore("s3v4", "s3", method="POST", url="https://s3.amazonaws.com/reports?delete", body=body)
    key_id, secret, _ = user._keys
    reply: HttpReply = user._lab.handle(signed_again(request, Keys(key_id, secret)))
    return reply


@pytest.mark.parametrize(
    "body",
    [
        b"<Delete><Object><Key>mine</Key><Key>theirs</Key></Object></Delete>",
        b"<Delete><Object><Key>theirs</Key><Key>mine</Key></Object></Delete>",
        b"<Delete><Object/></Delete>",
        b"<Delete><Quiet>true</Quiet></Delete>",
        b"",
    ],
)
def test_a_body_that_does_not_keep_to_the_schema_is_malformed_and_deletes_nothing(body: bytes) -> None:
    _, owner, s3 = a_bucket("mine", "theirs")
    bob = owner.user("bob", document(allow("s3:DeleteObject", f"{BUCKET}/mine")))
    reply = sent(bob, body)
    assert (reply.status, b"<Code>MalformedXML</Code>" in reply.body) == (400, True)
    assert left(s3) == ["mine", "theirs"]


def test_a_body_written_by_hand_deletes_what_it_names() -> None:
    _, owner, s3 = a_bucket("mine", "theirs")
    bob = owner.user("bob", document(allow("s3:DeleteObject", f"{BUCKET}/mine")))
    assert sent(bob, b"<Delete><Object><Key>mine</Key></Object></Delete>").status == 200
    assert left(s3) == ["theirs"]
