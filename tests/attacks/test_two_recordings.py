"""Ids, keys and secrets are drawn once: two recordings, a reset and another account never draw the same."""

from __future__ import annotations

from typing import Any

from stssim import Lab
from tests.attacks.wire import Wire, lab_of, only, send, serialized, signed


def keys_of(account: Any, name: str, policy: Any = None) -> tuple[Any, str, str]:
    user = account.user(name, policy)
    return user, user.access_key_id, user._keys[1]


def test_two_recordings_make_users_with_different_keys() -> None:
    lab = Lab(seed=5)
    home = lab.account("home")
    with lab.recording("first"):
        first, *first_keys = keys_of(home, "first", only("s3:ListAllMyBuckets"))
    with lab.recording("second"):
        second, *second_keys = keys_of(home, "second")
    assert not set(first_keys) & set(second_keys)
    assert first.unique_id != second.unique_id
    assert first.client("sts").get_caller_identity()["Arn"] == first.arn
    assert second.client("sts").get_caller_identity()["Arn"] == second.arn


def test_the_user_of_a_later_recording_has_no_right_of_an_earlier_one() -> None:
    lab = Lab(seed=5)
    home = lab.account("home")
    for number in range(4):
        with lab.recording(f"number {number}"):
            keys_of(home, f"user-{number}", only("s3:ListAllMyBuckets") if number == 0 else None)
    with lab.recording("last"):
        nobody, *_ = keys_of(home, "nobody")
        assert send(nobody, Wire("s3", "GET", "/")).status == 403


def test_a_recording_and_the_set_up_draw_apart() -> None:
    lab = Lab(seed=5)
    home, other = lab.account("home"), lab.account("other")
    drawn: list[str] = []
    for number in range(3):
        for account in (home, other):
            _, *keys = keys_of(account, f"set-up-{number}")
            drawn += keys
            with lab.recording(f"{account.name} {number}"):
                for each in range(2):
                    _, *keys = keys_of(account, f"story-{number}-{each}")
                    drawn += keys
    assert len(drawn) == len(set(drawn))


def test_what_else_is_drawn_is_drawn_once() -> None:
    lab = Lab(seed=5)
    home = lab.account("home")
    drawn: list[str] = []

    def draw(name: str) -> None:
        drawn.append(home.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["RoleId"])
        drawn.append(home.client("iam").create_group(GroupName=name)["Group"]["GroupId"])
        policy = home.client("iam").create_policy(PolicyName=name, PolicyDocument=POLICY)["Policy"]
        drawn.append(policy["PolicyId"])
        drawn.append(home.client("kms").create_key()["KeyMetadata"]["KeyId"])
        drawn.append(home.client("secretsmanager").create_secret(Name=name, SecretString="x")["ARN"])
        drawn.append(home.client("ec2").create_security_group(GroupName=name, Description=name)["GroupId"])
        drawn.append(home.client("ec2").create_key_pair(KeyName=name)["KeyPairId"])
        sqs = home.client("sqs")
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        drawn.append(sqs.send_message(QueueUrl=url, MessageBody="x")["MessageId"])
        drawn.append(sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"])
        home.bucket(f"bucket-{name}")
        drawn.append(home.client("s3").create_multipart_upload(Bucket=f"bucket-{name}", Key="x")["UploadId"])
        for _ in range(2):
            session = home.client("sts").get_session_token()["Credentials"]
            drawn.extend((session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"]))

    draw("set-up")
    for number in range(3):
        with lab.recording(f"number {number}"):
            draw(f"number-{number}")
    draw("afterwards")
    assert len(drawn) == len(set(drawn)), sorted(each for each in set(drawn) if drawn.count(each) > 1)


def test_keys_of_a_recording_do_not_come_back_after_a_reset() -> None:
    """A key of before a reset must not be somebody else's afterwards."""
    lab = Lab(seed=5)
    home = lab.account("home")
    with lab.recording("first"):
        gone, *_ = keys_of(home, "gone")
    lab.reset()
    with lab.recording("second"):
        home.user("other", only("s3:ListAllMyBuckets"))
        reply = lab_of(home).handle(signed(serialized("sts", "GetCallerIdentity", {}), *gone._keys))
        assert reply.status == 403 or b":user/gone" in reply.body


def test_a_session_of_one_recording_is_not_one_of_another() -> None:
    lab = Lab(seed=5)
    home = lab.account("home")
    strong = home.user("strong", only("*"))
    weak = home.user("weak")
    made = []
    for name, who in (("first", strong), ("second", weak)):
        with lab.recording(name):
            made.append(lab.session(who.client("sts").get_session_token()))
    assert len({each.access_key_id for each in made}) == 2
    assert [each.client("sts").get_caller_identity()["Arn"] for each in made] == [strong.arn, weak.arn]


TRUST = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}'
POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}]}'
