"""GetWebIdentityToken: tokens of the account's own issuer, which anybody can verify, AWS itself included."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.access.given import allow, deny, document, refused, text
from tests.sts.scene import UNCHECKED, Scene, a_scene
from tests.through import Door

NAMESPACE = "https://sts.amazonaws.com/"


def outbound(door: Door) -> tuple[Scene, str]:
    """The vendor's account has an issuer, at this address."""
    scene = a_scene(door)
    made = door(scene.vendor, "iam").enable_outbound_web_identity_federation()
    return scene, str(made["IssuerIdentifier"])


def read(scene: Scene, issuer: str, token: str, algorithm: str = "ES384") -> Mapping[str, Any]:
    """The claims, once the signature is verified with the keys that the issuer publishes."""
    keys = KeySet.import_key_set(dict(scene.lab.jwks(issuer)))  # type: ignore[arg-type]
    return jwt.decode(token, keys, algorithms=[algorithm]).claims


def asked(scene: Scene, who: Any = None, **more: Any) -> dict[str, Any]:
    parameters = {"Audience": ["https://api.example.com"], "SigningAlgorithm": "ES384", **more}
    reply: dict[str, Any] = scene.sts(who).get_web_identity_token(**parameters)
    return reply


@pytest.mark.parametrize("algorithm", ["ES384", "RS256"])
def test_the_token_verifies_with_the_issuers_published_keys(algorithm: str, door: Door) -> None:
    scene, issuer = outbound(door)
    reply = asked(scene, SigningAlgorithm=algorithm)
    claims = read(scene, issuer, reply["WebIdentityToken"], algorithm)
    now = int(scene.lab.clock.now().timestamp())
    assert (claims["iss"], claims["sub"], claims["aud"]) == (issuer, scene.alice.arn, "https://api.example.com")
    assert (claims["iat"], claims["exp"]) == (now, now + 300)
    assert claims["exp"] == reply["Expiration"].timestamp()
    assert claims[NAMESPACE] == {
        "aws_account": "111111111111",
        "principal_id": scene.alice.arn,
        "source_region": "us-east-1",
    }
    assert UUID(claims["jti"]).version == 4
    again = read(scene, issuer, asked(scene)["WebIdentityToken"])
    assert again["jti"] != claims["jti"]


def test_a_role_session_is_the_role_with_its_tags_and_source_identity(door: Door) -> None:
    scene, issuer = outbound(door)
    own = scene.vendor.role(
        "Own",
        document(
            allow(
                ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"], None, Principal={"AWS": scene.alice.arn}
            )
        ),
        document(allow("sts:*")),
    )
    session = scene.assume(own, Tags=[{"Key": "team", "Value": "red"}], SourceIdentity="alice")
    reply = asked(scene, session, Tags=[{"Key": "build", "Value": "42"}])
    claims = read(scene, issuer, reply["WebIdentityToken"])
    assert claims["sub"] == own.arn
    told = claims[NAMESPACE]
    assert (told["principal_tags"], told["request_tags"]) == ({"team": "red"}, {"build": "42"})
    assert told["source_identity"] == "alice"
    assert told["principal_id"] == own.arn
    assert told["original_session_exp"] == session.expiration.strftime("%Y-%m-%dT%H:%M:%SZ")


# What follows was recorded in September 2026: radkawar/stackd, testdata/aws/iam/outbound_identity.json and
# outbound_issuance.json.


def test_a_token_says_where_in_its_organization_the_account_is(door: Door) -> None:
    scene, issuer = outbound(door)
    organizations = scene.vendor.client("organizations")
    made = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    root = organizations.list_roots()["Roots"][0]["Id"]
    told = read(scene, issuer, asked(scene)["WebIdentityToken"])[NAMESPACE]
    assert (told["org_id"], told["ou_path"]) == (made, [f"{made}/{root}/"])


def test_a_tokens_tags_are_no_session_tags(door: Door) -> None:
    scene, issuer = outbound(door)
    given = {"aws:test": "reserved", "Team": "request"}
    tags = [{"Key": key, "Value": value} for key, value in given.items()]
    assert read(scene, issuer, asked(scene, Tags=tags)["WebIdentityToken"])[NAMESPACE]["request_tags"] == given
    with refused("InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive."):
        asked(scene, Tags=[*tags, {"Key": "team", "Value": "again"}])


def test_the_claims_have_14984_bytes_at_most(door: Door) -> None:
    scene, _ = outbound(door)
    tags = [{"Key": f"é{number:02}", "Value": "v" * 256} for number in range(20)]

    def size(length: int) -> int:
        token = asked(scene, Audience=["a" * 1000] * 9 + ["a" * length], Tags=tags)["WebIdentityToken"]
        claims = json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))
        return len(json.dumps(claims, separators=(",", ":"), ensure_ascii=False).encode())

    most = 14_984 - size(1) + 1
    assert size(most) == 14_984
    with refused("JWTPayloadSizeExceededException", "JWT payload exceeds maximum allowed size"):
        size(most + 1)


def test_another_account_takes_it_as_a_web_identity(door: Door) -> None:
    scene, issuer = outbound(door)
    name = issuer.removeprefix("https://")
    iam = door(scene.customer, "iam")
    arn = iam.create_open_id_connect_provider(Url=issuer, ClientIDList=["https://api.example.com"])[
        "OpenIDConnectProviderArn"
    ]
    only_alice = {"StringEquals": {f"{name}:sub": scene.alice.arn}}
    trust = document(allow("sts:AssumeRoleWithWebIdentity", None, Principal={"Federated": arn}, Condition=only_alice))
    role = scene.customer.role("FromVendor", trust)
    nobody = door(scene.lab, "sts")
    token = asked(scene)["WebIdentityToken"]
    entered = nobody.assume_role_with_web_identity(RoleArn=role.arn, RoleSessionName="alice", WebIdentityToken=token)
    assert entered["SubjectFromWebIdentityToken"] == scene.alice.arn
    bob = scene.vendor.user("bob", document(allow("sts:*")))
    token = asked(scene, bob)["WebIdentityToken"]
    with refused("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"):
        nobody.assume_role_with_web_identity(RoleArn=role.arn, RoleSessionName="bob", WebIdentityToken=token)


def test_without_an_issuer_there_is_no_token(door: Door) -> None:
    scene = a_scene(door)
    with refused("OutboundWebIdentityFederationDisabledException", "OutboundWebIdentityFederation is disabled."):
        asked(scene)
    iam = door(scene.vendor, "iam")
    with refused("FeatureDisabled", "Outbound identity federation is disabled for account 111111111111"):
        iam.get_outbound_web_identity_federation_info()
    issuer = iam.enable_outbound_web_identity_federation()["IssuerIdentifier"]
    with refused("FeatureEnabled", "Outbound identity federation is already enabled for account 111111111111"):
        iam.enable_outbound_web_identity_federation()
    told = iam.get_outbound_web_identity_federation_info()
    assert (told["IssuerIdentifier"], told["JwtVendingEnabled"]) == (issuer, True)
    iam.disable_outbound_web_identity_federation()
    with refused("OutboundWebIdentityFederationDisabledException"):
        asked(scene)


def test_a_policy_may_limit_the_audience_the_algorithm_and_the_lifetime(door: Door) -> None:
    scene, _ = outbound(door)
    limits = {
        "ForAllValues:StringEquals": {"sts:IdentityTokenAudience": "https://api.example.com"},
        "StringEquals": {"sts:SigningAlgorithm": "ES384"},
        "NumericLessThanEquals": {"sts:DurationSeconds": "300"},
    }
    bob = scene.vendor.user("bob", document(allow("sts:GetWebIdentityToken", Condition=limits)))
    assert asked(scene, bob)
    for more in ({"Audience": ["https://else.example.com"]}, {"SigningAlgorithm": "RS256"}, {"DurationSeconds": 301}):
        with refused("AccessDenied", "sts:GetWebIdentityToken"):
            asked(scene, bob, **more)


def test_a_token_does_not_outlive_the_session_that_asks_for_it(door: Door) -> None:
    scene, _ = outbound(door)
    own = scene.vendor.role(
        "Own", document(allow("sts:AssumeRole", None, Principal={"AWS": scene.alice.arn})), document(allow("sts:*"))
    )
    session = scene.assume(own, DurationSeconds=900)
    assert asked(scene, session, DurationSeconds=900)
    says = "Requested token expiry time must be before the original session's expiry time."
    with refused("SessionDurationEscalationException", says):
        asked(scene, session, DurationSeconds=901)
    scene.vendor.client("iam").disable_outbound_web_identity_federation()
    with refused("SessionDurationEscalationException", says):
        asked(scene, session, DurationSeconds=901)


def test_a_users_own_session_gets_a_token_and_a_federated_user_does_not(door: Door) -> None:
    scene, issuer = outbound(door)
    session = scene.lab.session(scene.sts().get_session_token(DurationSeconds=900))
    claims = read(scene, issuer, asked(scene, session)["WebIdentityToken"])
    assert claims["sub"] == scene.alice.arn
    assert claims[NAMESPACE]["original_session_exp"] == session.expiration.strftime("%Y-%m-%dT%H:%M:%SZ")
    everything = text(allow("*"))
    federated = scene.lab.session(scene.sts().get_federation_token(Name="bob", Policy=everything))
    with refused("AccessDenied", "GetWebIdentityToken does not support federated user sessions"):
        asked(scene, federated)


def test_a_refusal_names_oneself_as_the_resource_and_says_why(door: Door) -> None:
    scene, _ = outbound(door)
    nobody = scene.vendor.user("nobody")
    myself = "arn:aws:sts::111111111111:self"
    untagged = scene.vendor.user("untagged", document(allow("sts:GetWebIdentityToken", myself)))
    elsewhere = scene.vendor.user("elsewhere", document(allow("sts:*", "arn:aws:iam::111111111111:user/elsewhere")))
    denied = scene.vendor.user("denied", document(allow("*"), deny("sts:GetWebIdentityToken")))
    why = "because no identity-based policy allows the sts:{0} action"
    tagging = {"Tags": [{"Key": "team", "Value": "red"}]}
    assert asked(scene, untagged)
    for who, action, reason, more in (
        (nobody, "GetWebIdentityToken", why, {}),
        (elsewhere, "GetWebIdentityToken", why, {}),
        (untagged, "TagGetWebIdentityToken", why, tagging),
        (denied, "GetWebIdentityToken", "with an explicit deny in an identity-based policy", {}),
    ):
        said = (
            f"User: {who.arn} is not authorized to perform: sts:{action} on resource: {myself} {reason.format(action)}"
        )
        with refused("AccessDenied", said):
            asked(scene, who, **more)


def test_an_algorithm_that_sts_does_not_sign_with_is_refused(door: Door) -> None:
    scene, _ = outbound(door)
    says = (
        "Requested SigningAlgorithm is not supported. "
        "See the GetWebIdentityToken documentation for supported algorithms"
    )
    for algorithm in ("HS256", "RS384", "rs256"):
        with refused("ValidationError", says):
            asked(scene, SigningAlgorithm=algorithm)
    with refused("ValidationError", "Member must have length greater than or equal to 5"):
        scene.sts(config=UNCHECKED).get_web_identity_token(Audience=["x"], SigningAlgorithm="none")


def test_a_token_is_about_the_caller_because_no_session_has_an_origin_identity(door: Door) -> None:
    """The model of botocore 1.44.7: the modes are AWSIdentity and OriginIdentity; without an origin identity the second
    is a validation error; a scope needs the second.
    """
    scene, issuer = outbound(door)
    claims = read(scene, issuer, asked(scene, SubjectMode="AWSIdentity")["WebIdentityToken"])
    assert claims["sub"] == scene.alice.arn
    for more in ({"SubjectMode": "OriginIdentity"}, {"SubjectMode": "OriginIdentity", "Scope": "read"}):
        with refused("ValidationError", "aws:OriginIdentity/Subject"):
            asked(scene, **more)
    with refused("ValidationError", "Scope can be specified only when SubjectMode is OriginIdentity"):
        asked(scene, Scope="read")
    with refused("ValidationError", "Member must satisfy enum value set: [AWSIdentity, OriginIdentity]"):
        asked(scene, SubjectMode="Own")


def test_equal_labs_have_equal_issuers_and_each_account_its_own(door: Door) -> None:
    scene, issuer = outbound(door)
    assert outbound(door)[1] == issuer
    assert door(scene.customer, "iam").enable_outbound_web_identity_federation()["IssuerIdentifier"] != issuer
