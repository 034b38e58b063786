"""Every refusal that was recorded or observed of the real service, or that AWS documents, as boto3 shows it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore import auth
from botocore.exceptions import ClientError

from stssim.lab.handles import Handle
from tests.access.given import allow, deny, document, text, to
from tests.fakes import refusals
from tests.sts.scene import UNCHECKED, Scene, a_scene, trusting
from tests.through import Door

FACTS = {**refusals("sts_errors"), **refusals("wire_errors")}
Case = Callable[[Scene], Any]

BULKY = [hashlib.sha512(bytes([number])).hexdigest() * 2 for number in range(50)]
"""Fifty texts of 256 characters that cannot be packed much smaller."""


def call(operation: str, **parameters: Any) -> Case:
    """alice calls this operation of STS."""
    return lambda scene: getattr(scene.sts(config=UNCHECKED), operation)(**parameters)


def assume(**parameters: Any) -> Case:
    """alice assumes the role; with None, a parameter is left out."""

    def ask(scene: Scene) -> Any:
        asked = {"RoleArn": scene.role.arn, "RoleSessionName": "audit", **parameters}
        given = {name: value for name, value in asked.items() if value is not None}
        return scene.sts(config=UNCHECKED).assume_role(**given)

    return ask


def chain(first: Mapping[str, Any], **then: Any) -> Case:
    """A session of the role, asked for with `first`, goes on to assume another role."""

    def go_on(scene: Scene) -> Any:
        further = scene.customer.role("Next", trusting(scene.customer.arn), max_session_duration=43200)
        return scene.assumed(further, scene.assume(**first), **then)

    return go_on


def as_session(operation: str, **parameters: Any) -> Case:
    return lambda scene: getattr(scene.sts(scene.assume()), operation)(**parameters)


def trust(document: str) -> Case:
    """The customer's root user makes a role with this trust policy."""
    return lambda scene: scene.door(scene.customer, "iam").create_role(
        RoleName="New", AssumeRolePolicyDocument=document
    )


def trusted_only_to(*actions: str, **parameters: Any) -> Case:
    def ask(scene: Scene) -> Any:
        scene.role.trust(trusting(scene.vendor.arn, actions=list(actions)))
        return scene.assumed(**parameters)

    return ask


def denied_by_a_policy_of_ones_own(scene: Scene) -> Any:
    bob = scene.vendor.user("bob", document(allow("*"), deny("iam:ListRoles")))
    return scene.door(bob, "iam").list_roles()


def denied_by_a_managed_policy(scene: Scene) -> Any:
    bob, iam = scene.vendor.user("bob", document(allow("*"))), scene.vendor.client("iam")
    made = iam.create_policy(PolicyName="NoListing", PolicyDocument=text(deny("iam:ListRoles")))["Policy"]
    iam.attach_user_policy(UserName="bob", PolicyArn=made["Arn"])
    return scene.door(bob, "iam").list_roles()


def without_mfa(scene: Scene) -> Any:
    return scene.door(scene.lab.session(scene.sts().get_session_token()), "iam").list_roles()


def with_secret(secret: str) -> Case:
    def ask(scene: Scene) -> Any:
        scene.alice._keys = (scene.alice.access_key_id, secret, None)
        return scene.sts().get_caller_identity()

    return ask


def unknown_key(service: str, operation: str) -> Case:
    def ask(scene: Scene) -> Any:
        scene.vendor.client("iam").delete_access_key(UserName="alice", AccessKeyId=scene.alice.access_key_id)
        return getattr(scene.door(scene.alice, service), operation)()

    return ask


def expired(service: str, operation: str) -> Case:
    def ask(scene: Scene) -> Any:
        session = scene.assume()
        scene.lab.clock.advance(hours=1)
        return getattr(scene.door(session, service), operation)()

    return ask


def malformed_token(scene: Scene) -> Any:
    session = scene.assume()
    key_id, secret, _ = session._keys
    session._keys = (key_id, secret, "no token")
    return scene.door(session, "s3").list_buckets()


def slow_clock(scene: Scene) -> Any:
    def behind(*_: Any, **__: Any) -> datetime:
        moment: datetime = now()
        return moment - timedelta(hours=1)

    now = auth.get_current_datetime
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auth, "get_current_datetime", behind)
        return scene.sts().get_caller_identity()


def region_elsewhere(scene: Scene) -> Any:
    def resign(request: Any, **_: Any) -> None:
        request.context["signing"] = {"region": "mars-north-1"}

    sts = scene.sts()
    sts.meta.events.register("before-sign.sts", resign)
    return sts.get_caller_identity()


def mangled_header(scene: Scene) -> Any:
    def mangle(request: Any, **_: Any) -> None:
        request.headers["Authorization"] = "AWS4-HMAC-SHA256 mangled"

    sts = scene.sts()
    sts.meta.events.register_last("request-created.sts", mangle)
    return sts.get_caller_identity()


def not_active(scene: Scene) -> Any:
    scene.lab.deactivate_sts(scene.customer, "eu-west-1")
    return scene.sts(region="eu-west-1").assume_role(RoleArn=scene.role.arn, RoleSessionName="audit")


CASES: Mapping[str, Case] = {
    "clock skew": slow_clock,
    "expired": expired("sts", "get_caller_identity"),
    "explicit deny": denied_by_a_policy_of_ones_own,
    "explicit deny, with the policy's ARN": denied_by_a_managed_policy,
    "external id pattern": assume(ExternalId="%20"),
    "external id too short": assume(ExternalId=""),
    "federation token for a session": as_session("get_federation_token", Name="bob"),
    "foreign message": call("decode_authorization_message", EncodedMessage="no message"),
    "IAM with a session token without MFA": without_mfa,
    "inherited tag overridden": chain(
        {"Tags": [{"Key": "team", "Value": "red"}], "TransitiveTagKeys": ["team"]},
        Tags=[{"Key": "Team", "Value": "blue"}],
    ),
    "longer than a chained role may": chain({}, DurationSeconds=3601),
    "longer than the role allows": assume(DurationSeconds=7201),
    "malformed header": mangled_header,
    "no ARN": assume(RoleArn="a role that is not an ARN"),
    "not allowed": assume(RoleArn="arn:aws:iam::222222222222:role/Nowhere"),
    "parameter missing": assume(RoleSessionName=None),
    "pattern": assume(RoleSessionName="a session"),
    "policy broken JSON": assume(Policy='{"Version": "2012-10-17", "Statement": ['),
    "policy no JSON": assume(Policy="invalid"),
    "policy too large": assume(Policy=text(allow([f"s3:{text}" for text in BULKY]))),
    "Region not activated": not_active,
    "root": lambda scene: scene.assumed(who=scene.vendor),
    "S3 bad token": malformed_token,
    "S3 expired": expired("s3", "list_buckets"),
    "S3 unknown key": unknown_key("s3", "list_buckets"),
    "session token for a session": as_session("get_session_token"),
    "several violations": assume(RoleArn=""),
    "source identity changed": chain({"SourceIdentity": "alice"}, SourceIdentity="bob"),
    "source identity not allowed": trusted_only_to("sts:AssumeRole", SourceIdentity="alice"),
    "tag passed twice": assume(Tags=[{"Key": "team", "Value": "red"}, {"Key": "Team", "Value": "blue"}]),
    "tags not allowed": trusted_only_to("sts:AssumeRole", Tags=[{"Key": "team", "Value": "red"}]),
    "tags too large": assume(Tags=[{"Key": text[:20], "Value": text} for text in BULKY]),
    "transitive key without tag": assume(TransitiveTagKeys=["team"]),
    "trust policy names nobody": trust(
        text(allow("sts:AssumeRole", None, Principal=to("arn:aws:iam::111111111111:user/nobody")))
    ),
    "trust policy no JSON": trust("invalid"),
    "trust policy scalar star": trust(text(allow("sts:AssumeRole", None, Principal="*"))),
    "unknown key": unknown_key("sts", "get_caller_identity"),
    "unsigned": lambda scene: scene.door(scene.lab, "sts").get_caller_identity(),
    "wrong region in scope": region_elsewhere,
    "wrong secret": with_secret("wrong"),
}


BOB, LISTING = "arn:aws:iam::111111111111:user/bob", "arn:aws:iam::111111111111:role/"
MOMENT = r"\d{8}T\d{6}Z"
OPEN: Mapping[str, Mapping[str, str]] = {
    "clock skew": {"reqtime": MOMENT, "now-15m": MOMENT, "now": MOMENT},
    "explicit deny": {
        "caller_arn": BOB,
        "action": "iam:ListRoles",
        "resource": LISTING,
        "policy_type": "an identity-based policy",
    },
    "explicit deny, with the policy's ARN": {
        "caller_arn": BOB,
        "action": "iam:ListRoles",
        "resource": LISTING,
        "policy_type": "an identity-based policy",
        "policy_arn": "arn:aws:iam::111111111111:policy/NoListing",
    },
    "foreign message": {"text": ".+"},
    "malformed header": {"...": "mangled", "header": "AWS4-HMAC-SHA256 mangled"},
    "no ARN": {"RoleArn": "a role that is not an ARN"},
    "not allowed": {"role_arn": "arn:aws:iam::222222222222:role/Nowhere"},
    "pattern": {"v": "a session", "lowerCamelMember": "roleSessionName", "regex": re.escape("[\\w+=,.@-]*")},
    "policy no JSON": {"hash": "[0-9a-f]{1,8}"},
    "policy too large": {"n": r"\d{3}"},
    "Region not activated": {"account": "222222222222"},
    "tags too large": {"n": r"\d{3}"},
    "trust policy names nobody": {"arn": "arn:aws:iam::111111111111:user/nobody"},
}
"""What stands in the open places of a recorded message."""


def test_every_recorded_refusal_is_tried() -> None:
    assert FACTS.keys() == CASES.keys()


@pytest.mark.parametrize("case", CASES)
def test_the_refusal_is_the_recorded_one(case: str, door: Door) -> None:
    scene = a_scene(door)
    with pytest.raises(ClientError) as refused:
        CASES[case](scene)
    error, fact = refused.value.response, FACTS[case]
    assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == (fact["code"], fact["status"])
    assert matching(fact["message"], case, scene).fullmatch(error["Error"]["Message"]), error["Error"]["Message"]


def refusal(ask: Callable[[], Any]) -> tuple[str, int, str]:
    """Code, status and message of what this is refused with."""
    with pytest.raises(ClientError) as caught:
        ask()
    error = caught.value.response
    return error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Message"]


def recorded(case: str) -> tuple[str, int, str]:
    return FACTS[case]["code"], FACTS[case]["status"], FACTS[case]["message"]


def with_an_inactive_key(scene: Scene) -> Handle:
    scene.vendor.client("iam").update_access_key(
        UserName="alice", AccessKeyId=scene.alice.access_key_id, Status="Inactive"
    )
    return scene.alice


def with_an_unknown_key(scene: Scene) -> Handle:
    scene.alice._keys = ("AKIAIOSFODNN7EXAMPLE", scene.alice._keys[1], None)
    return scene.alice


def without_its_token(scene: Scene) -> Handle:
    session = scene.assume()
    session._keys = (*session._keys[:2], None)
    return session


def with_anothers_token(scene: Scene) -> Handle:
    session = scene.assume()
    session._keys = (*session._keys[:2], scene.assume(RoleSessionName="other")._keys[2])
    return session


@pytest.mark.parametrize("change", [with_an_inactive_key, with_an_unknown_key, without_its_token, with_anothers_token])
def test_a_key_or_a_token_that_is_no_good_is_strange(change: Callable[[Scene], Handle], door: Door) -> None:
    scene = a_scene(door)
    who = change(scene)
    assert refusal(door(who, "s3").list_buckets) == recorded("S3 unknown key")
    assert refusal(door(who, "sts").get_caller_identity) == recorded("unknown key")


@pytest.mark.parametrize("with_mfa", [False, True])
def test_a_role_that_credentials_of_get_session_token_assume_is_chained(with_mfa: bool, door: Door) -> None:
    """prowler-cloud/prowler#7721, 99designs/aws-vault#263: an hour at most, with MFA in them or without."""
    scene = a_scene(door)
    device = scene.alice.mfa_device()
    given = {"SerialNumber": device.serial, "TokenCode": device.code()} if with_mfa else {}
    own = scene.lab.session(scene.sts().get_session_token(**given))
    too_long = refusal(lambda: scene.assumed(who=own, DurationSeconds=3601))
    assert too_long == recorded("longer than a chained role may")
    for who, seconds in ((own, 3600), (scene.alice, 7200)):
        ends = scene.assumed(who=who, DurationSeconds=seconds)["Credentials"]["Expiration"]
        assert (ends - scene.lab.clock.now()).total_seconds() == seconds


def matching(recorded: str, case: str, scene: Scene) -> re.Pattern[str]:
    """The recorded message, with what it left open filled in."""
    known = {"caller_arn": scene.alice.arn, "role_arn": scene.role.arn, **OPEN.get(case, {})}
    parts = re.split(r"\{([^{}]+)\}", recorded.replace("@52b5743d", "@{hash}"))
    filled = (re.escape(part) if number % 2 == 0 else known.get(part) for number, part in enumerate(parts))
    return re.compile("".join(part for part in filled if part is not None))
