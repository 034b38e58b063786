"""AssumeRoleWithSAML from end to end: what the signature covers decides, through the trust policy."""

from __future__ import annotations

import hashlib
import json
import time
from base64 import b64decode, b64encode
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim.lab.identity import forged_tokens as attacks
from tests.federation.given import READ, SIGN_IN, Saml, a_shop_with_sign_in, refused, trusting
from tests.through import Door

_EDU = "urn:oid:1.3.6.1.4.1.5923.1.1.1.1"


def test_who_signed_in_gets_the_role_and_reads_what_it_may(door: Door) -> None:
    shop = a_shop_with_sign_in()
    shop.account.bucket("plans", {"plan.txt": "secret"})
    reply = door(shop.lab, "sts").assume_role_with_saml(
        RoleArn=shop.role.arn, PrincipalArn=shop.arn, SAMLAssertion=shop.assertion("bob@example.com")
    )
    assert reply["Subject"] == "bob@example.com"
    assert reply["SubjectType"] == "persistent"
    assert reply["Issuer"] == "https://login.example.com/saml"
    assert reply["Audience"] == SIGN_IN
    assert reply["PackedPolicySize"] > 0
    assert reply["AssumedRoleUser"]["Arn"].endswith(":assumed-role/Staff/bob@example.com")
    session = shop.lab.session(reply)
    assert door(session, "s3").get_object(Bucket="plans", Key="plan.txt")["Body"].read() == b"secret"


def test_an_assertion_that_proves_nothing_is_refused_at_both_doors(door: Door) -> None:
    shop = a_shop_with_sign_in()
    forged = attacks.subject_changed(shop.assertion("mallory"), "bob")
    with refused("SAML signature wrong"):
        door(shop.lab, "sts").assume_role_with_saml(RoleArn=shop.role.arn, PrincipalArn=shop.arn, SAMLAssertion=forged)


def test_the_name_qualifier_is_that_of_the_api_reference() -> None:
    """base64 of SHA-1 of issuer, account and friendly name, as AssumeRoleWithSAML's reference gives the formula."""
    shop = a_shop_with_sign_in()
    text = f"https://login.example.com/saml{shop.account.number}/ExampleLogin"
    wanted = b64encode(hashlib.sha1(text.encode()).digest()).decode()
    assert shop.assume(shop.assertion())["NameQualifier"] == wanted


def test_the_recipient_is_the_audience_and_the_trust_policy_judges_it() -> None:
    shop = a_shop_with_sign_in()
    with refused("SAML not trusted"):
        shop.assume(shop.assertion(recipient="https://elsewhere.example.com/saml"))


def test_the_audience_restriction_is_not_judged() -> None:
    shop = a_shop_with_sign_in()
    shop.assume(shop.assertion(audience="urn:somebody:else"))


def test_the_same_assertion_may_be_used_again() -> None:
    shop = a_shop_with_sign_in()
    assertion = shop.assertion()
    shop.assume(assertion)
    shop.assume(assertion)


def test_an_assertion_has_to_be_used_within_five_minutes() -> None:
    shop = a_shop_with_sign_in()
    assertion = shop.assertion(lifetime=timedelta(hours=1))
    shop.lab.clock.advance(seconds=300)
    shop.assume(assertion)
    shop.lab.clock.advance(seconds=1)
    with refused("SAML redeemed late"):
        shop.assume(assertion)


def test_an_assertion_expires_when_it_says() -> None:
    shop = a_shop_with_sign_in()
    assertion = shop.assertion(lifetime=timedelta(minutes=1))
    shop.lab.clock.advance(seconds=59)
    shop.assume(assertion)
    shop.lab.clock.advance(seconds=1)
    with refused("SAML expired"):
        shop.assume(assertion)


def test_an_assertion_for_another_role_is_refused() -> None:
    shop = a_shop_with_sign_in()
    other = shop.account.role("Admins", trusting(shop.arn, "AssumeRoleWithSAML"))
    with refused("SAML role not in the assertion"):
        shop.assume(shop.assertion(), RoleArn=other.arn)


def test_the_pair_of_role_and_provider_may_come_in_either_order() -> None:
    shop = a_shop_with_sign_in()
    shop.assume(shop.idp.assertion("bob", [(shop.arn, shop.role.arn)]))


def test_one_assertion_may_name_several_roles() -> None:
    shop = a_shop_with_sign_in()
    other = shop.account.role("Admins", trusting(shop.arn, "AssumeRoleWithSAML"))
    both = shop.idp.assertion("bob", [(other.arn, shop.arn), (shop.role.arn, shop.arn)])
    shop.assume(both)
    shop.assume(both, RoleArn=other.arn)


@pytest.mark.parametrize(
    ("told", "case"),
    [
        ({"session_name": None}, "SAML session name missing"),
        ({"session_name": "b"}, "SAML session name unfit"),
        ({"session_name": "bob the builder"}, "SAML session name unfit"),
        ({"source_identity": "aws:bob"}, "SAML source identity unfit"),
        ({"source_identity": "b"}, "SAML source identity unfit"),
    ],
)
def test_unfit_attributes_are_refused(told: dict[str, Any], case: str) -> None:
    shop = a_shop_with_sign_in()
    with refused(case):
        shop.assume(shop.assertion(**told))


def test_an_assertion_about_nobody_is_not_authorized() -> None:
    shop = a_shop_with_sign_in()
    with refused("SAML not trusted"):
        shop.assume(shop.assertion(None, session_name="bob"))


def test_a_sign_in_that_failed_is_refused() -> None:
    shop = a_shop_with_sign_in()
    with pytest.raises(ClientError, match="IDPRejectedClaim"):
        shop.assume(shop.assertion(status="urn:oasis:names:tc:SAML:2.0:status:Responder"))


@pytest.mark.parametrize(
    ("asked", "told", "seconds"),
    [
        ({}, {}, 3600),
        ({"DurationSeconds": 7200}, {}, 7200),
        ({"DurationSeconds": 7200}, {"session_duration": 1800}, 1800),
        ({}, {"session_duration": 7200}, 3600),
        ({"DurationSeconds": 900}, {"session_duration": 7200}, 900),
    ],
)
def test_the_session_duration_shortens_and_never_extends(
    asked: dict[str, Any], told: dict[str, Any], seconds: int
) -> None:
    shop = a_shop_with_sign_in()
    expires = shop.assume(shop.assertion(**told), **asked)["Credentials"]["Expiration"]
    assert (expires - shop.lab.clock.now()).total_seconds() == seconds


@pytest.mark.parametrize("seconds", [60, 1800])
def test_the_end_of_the_sign_in_caps_the_credentials_below_fifteen_minutes_too(seconds: int) -> None:
    shop = a_shop_with_sign_in()
    ends = shop.lab.clock.now() + timedelta(seconds=seconds)
    reply = shop.assume(shop.assertion(session_not_on_or_after=ends))
    assert reply["Credentials"]["Expiration"] == ends
    session = shop.lab.session(reply).client("sts")
    session.get_caller_identity()
    shop.lab.clock.advance(seconds=seconds)
    with pytest.raises(ClientError, match="ExpiredToken"):
        session.get_caller_identity()


def test_a_session_longer_than_the_role_allows_is_refused() -> None:
    shop = a_shop_with_sign_in()
    shop.account.client("iam").update_role(RoleName="Staff", MaxSessionDuration=3600)
    with refused("longer than the role allows"):
        shop.assume(shop.assertion(), DurationSeconds=7200)


def test_tags_and_source_identity_in_the_assertion_become_the_sessions() -> None:
    shop = a_shop_with_sign_in()
    bucket = shop.account.bucket("plans", {"web/plan": "1", "ops/plan": "2"})
    own = "arn:aws:s3:::plans/${aws:PrincipalTag/team}/*"
    policy = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": own}}
    shop.account.client("iam").put_role_policy(
        RoleName="Staff", PolicyName="Staff-policy", PolicyDocument=json.dumps(policy)
    )
    reply = shop.assume(shop.assertion(tags={"team": "web"}, transitive_tag_keys=["team"], source_identity="bob"))
    assert reply["SourceIdentity"] == "bob"
    s3 = shop.lab.session(reply).client("s3")
    s3.get_object(Bucket=bucket, Key="web/plan")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.get_object(Bucket=bucket, Key="ops/plan")
    shop.role.trust(trusting(shop.arn, "AssumeRoleWithSAML"))
    shop.assume(shop.assertion())
    with pytest.raises(ClientError, match="Not authorized to perform sts:TagSession"):
        shop.assume(shop.assertion(tags={"team": "web"}))
    with pytest.raises(ClientError, match="Not authorized to perform sts:SetSourceIdentity"):
        shop.assume(shop.assertion(source_identity="bob"))


@pytest.mark.parametrize(
    ("condition", "granted"),
    [
        ({"StringEquals": {"saml:iss": "https://login.example.com/saml"}}, True),
        ({"StringEquals": {"saml:sub": "bob"}}, True),
        ({"StringEquals": {"saml:sub": "alice"}}, False),
        ({"StringEquals": {"saml:sub_type": "persistent"}}, True),
        ({"StringEquals": {"saml:doc": "111111111111/ExampleLogin"}}, True),
        ({"StringEquals": {"saml:doc": "111111111111/Another"}}, False),
        ({"ForAnyValue:StringEquals": {"saml:edupersonaffiliation": ["staff"]}}, True),
        ({"ForAllValues:StringEquals": {"saml:edupersonaffiliation": ["staff"]}}, False),
        ({"StringEquals": {"sts:RoleSessionName": "bob"}}, True),
        ({"StringEquals": {"aws:userid": "arn:aws:iam::111111111111:saml-provider/ExampleLogin"}}, True),
        ({"StringEquals": {"aws:PrincipalType": "User"}}, True),
        ({"StringEquals": {"aws:PrincipalAccount": "111111111111"}}, True),
        ({"Null": {"aws:PrincipalArn": "false"}}, False),
    ],
)
def test_the_assertion_fills_the_condition_keys_of_the_trust_policy(condition: dict[str, Any], granted: bool) -> None:
    shop = a_shop_with_sign_in(**condition)
    assertion = shop.assertion(attributes={_EDU: ["staff", "member"]})
    if granted:
        shop.assume(assertion)
    else:
        with refused("SAML not trusted"):
            shop.assume(assertion)


def test_the_subject_stays_a_condition_key_and_the_audience_does_not() -> None:
    shop = a_shop_with_sign_in()
    bucket = shop.account.bucket("plans", {"plan": "1"})
    s3 = shop.session(shop.assertion()).client("s3")
    for key, denied in {"saml:sub": True, "saml:sub_type": True, "saml:namequalifier": True, "saml:aud": False}.items():
        deny = {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"Null": {key: "false"}}}
        document = json.dumps({"Version": "2012-10-17", "Statement": [READ["Statement"], deny]})
        shop.account.client("iam").put_role_policy(RoleName="Staff", PolicyName="Staff-policy", PolicyDocument=document)
        if denied:
            with pytest.raises(ClientError, match="explicit deny"):
                s3.get_object(Bucket=bucket, Key="plan")
        else:
            s3.get_object(Bucket=bucket, Key="plan")


def test_a_signed_response_around_an_unsigned_assertion_is_refused() -> None:
    shop = a_shop_with_sign_in()
    shop.assume(shop.assertion(signed="both"))
    for signed in ("response", "nothing"):
        with pytest.raises(ClientError, match="must contain an assertion with a mandatory signature"):
            shop.assume(shop.assertion(signed=signed))


def built(attack: str, shop: Saml) -> str:
    """What mallory, who may sign in as herself, makes of her own assertion to be bob."""
    own = shop.assertion("mallory", session_name="mallory")
    if attack.startswith("wrapping"):
        return attacks.wrapped(own, "bob", int(attack[-1]))
    match attack:
        case "two of the same id":
            return attacks.same_id(own, "bob")
        case "a second, unsigned":
            return attacks.second_assertion(own, "bob")
        case "a comment in the subject":
            return attacks.comment_in_subject(shop.assertion("bob.example.net", session_name="mallory"), 3)
        case "no signature":
            return attacks.signature_removed(own, "bob")
        case "another subject":
            return attacks.subject_changed(own, "bob")
        case "an entity":
            return attacks.with_document_type(own, '<!DOCTYPE r [<!ENTITY who "bob">]>', "&who;")
        case "a file":
            return attacks.with_document_type(
                own, '<!DOCTYPE r [<!ENTITY who SYSTEM "file:///etc/hostname">]>', "&who;"
            )
        case "a billion laughs":
            return attacks.with_document_type(own, attacks.many_entities(), "&l9;")
        case _:
            impostor = shop.lab.saml_provider("https://mallory.example.net/saml").posing_as(shop.idp.entity_id)
            return impostor.assertion("bob", [(shop.role.arn, shop.arn)])


@pytest.mark.parametrize(
    "attack",
    [
        *(f"wrapping, variant {number}" for number in range(1, 7)),
        "two of the same id",
        "a second, unsigned",
        "a comment in the subject",
        "no signature",
        "another subject",
        "an entity",
        "a file",
        "a billion laughs",
        "another's certificate",
    ],
)
def test_no_forged_assertion_gets_in(attack: str) -> None:
    shop = a_shop_with_sign_in()
    shop.assume(shop.assertion("mallory"))
    with pytest.raises(ClientError) as told:
        shop.assume(built(attack, shop))
    assert told.value.response["Error"]["Code"] == "InvalidIdentityToken"
    assert told.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_an_assertion_of_another_provider_is_refused() -> None:
    shop = a_shop_with_sign_in()
    other = shop.lab.saml_provider("https://other.example.org/saml")
    with pytest.raises(ClientError, match="Issuer not present in specified provider"):
        shop.assume(other.assertion("bob", [(shop.role.arn, shop.arn)]))


def test_a_provider_of_the_same_name_in_another_account_is_not_the_one_that_the_role_trusts() -> None:
    shop = a_shop_with_sign_in()
    rogue = shop.lab.saml_provider("https://mallory.example.net/saml").posing_as(shop.idp.entity_id)
    made = (
        shop.lab.account("mallory")
        .client("iam")
        .create_saml_provider(Name="ExampleLogin", SAMLMetadataDocument=rogue.metadata())
    )
    theirs = made["SAMLProviderArn"]
    with refused("SAML not trusted"):
        shop.assume(rogue.assertion("bob", [(shop.role.arn, theirs)]), PrincipalArn=theirs)
    with refused("SAML signature wrong"):
        shop.assume(rogue.assertion("bob", [(shop.role.arn, shop.arn)]))


def test_a_provider_that_is_not_there_is_said_to_be_so() -> None:
    shop = a_shop_with_sign_in()
    with pytest.raises(ClientError, match=r"InvalidIdentityToken.*Specified provider doesn't exist"):
        shop.assume(shop.assertion(), PrincipalArn=shop.arn + "-of-old")


@pytest.mark.parametrize(
    "text", [b"", b"no xml", b"<a/>", b"<", b"\xff\xfe", b"\0" * 9, b"<!DOCTYPE a><a/>", b"<a>" * 5000]
)
def test_anything_at_all_in_place_of_an_assertion_is_refused_in_milliseconds(text: bytes) -> None:
    shop = a_shop_with_sign_in()
    shop.assume(shop.assertion())
    for given in (b64encode(text).decode() or "====", text.decode("latin-1").replace("\0", "?") or "????"):
        start = time.perf_counter()
        with pytest.raises(ClientError) as told:
            shop.assume(given.ljust(4, "?"))
        assert time.perf_counter() - start < 0.5
        assert told.value.response["Error"]["Code"] in {"InvalidIdentityToken", "IDPRejectedClaim"}


def test_after_a_rotation_of_keys_the_new_metadata_has_to_be_uploaded() -> None:
    shop = a_shop_with_sign_in()
    old = shop.assertion()
    shop.idp.rotate()
    with refused("SAML signature wrong"):
        shop.assume(shop.assertion())
    shop.account.client("iam").update_saml_provider(SAMLProviderArn=shop.arn, SAMLMetadataDocument=shop.idp.metadata())
    shop.assume(shop.assertion())
    with refused("SAML signature wrong"):
        shop.assume(old)


def test_iam_takes_metadata_and_nothing_else(door: Door) -> None:
    shop = a_shop_with_sign_in()
    iam = door(shop.account, "iam")
    for document in ("x" * 1000, "<a/>" + " " * 1000, shop.idp.metadata().replace("EntityDescriptor", "Descriptor")):
        with pytest.raises(ClientError, match=r"InvalidInput.*Could not parse metadata"):
            iam.create_saml_provider(Name="Another", SAMLMetadataDocument=document)
        with pytest.raises(ClientError, match=r"InvalidInput.*Could not parse metadata"):
            iam.update_saml_provider(SAMLProviderArn=shop.arn, SAMLMetadataDocument=document)
    with pytest.raises(ClientError, match="EntityAlreadyExists"):
        iam.create_saml_provider(Name="ExampleLogin", SAMLMetadataDocument=shop.idp.metadata())
    assert iam.get_saml_provider(SAMLProviderArn=shop.arn)["SAMLMetadataDocument"] == shop.idp.metadata()
    iam.delete_saml_provider(SAMLProviderArn=shop.arn)
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.delete_saml_provider(SAMLProviderArn=shop.arn)


def test_the_trace_shows_the_assertions_anatomy_and_what_decided() -> None:
    shop = a_shop_with_sign_in()
    with shop.lab.recording("sign-in") as trace:
        assertion = shop.assertion()
        shop.assume(assertion)
        with pytest.raises(ClientError):
            shop.assume(attacks.subject_changed(assertion, "eve"))
    made, asked = trace[0], trace[1]
    assert (made.stage, made.arrow, made.source.name) == ("message", None, "login.example.com/saml")
    assert made.target == asked.source
    verified = next(step for step in trace if step.label == "assertion verified")
    assert verified.found["subject"] == "bob"
    assert verified.found["check 2"].startswith("the assertion itself is signed")
    assert trace.denied is not None
    assert "does not verify" in trace.denied.sentence
    signature = b64decode(assertion).decode().partition("SignatureValue>")[2][:60]
    assert all(signature not in f"{step.sentence}{dict(step.found)}" for step in trace)
