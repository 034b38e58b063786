"""GetWebIdentityToken: tokens of the account's own issuer, which anybody can verify, AWS itself included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.access.given import allow, document, refused
from tests.sts.scene import Scene, a_scene
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
    assert claims[NAMESPACE]["aws_account"] == "111111111111"


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
    with refused("OutboundWebIdentityFederationDisabledException"):
        asked(scene)
    iam = door(scene.vendor, "iam")
    with refused("FeatureDisabled"):
        iam.get_outbound_web_identity_federation_info()
    issuer = iam.enable_outbound_web_identity_federation()["IssuerIdentifier"]
    with refused("FeatureEnabled"):
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
    with refused("SessionDurationEscalationException"):
        asked(scene, session, DurationSeconds=901)


def test_an_algorithm_that_sts_does_not_sign_with_is_refused(door: Door) -> None:
    scene, _ = outbound(door)
    with refused("ValidationError", "Member must satisfy enum value set"):
        asked(scene, SigningAlgorithm="HS256")


def test_equal_labs_have_equal_issuers_and_each_account_its_own(door: Door) -> None:
    scene, issuer = outbound(door)
    assert outbound(door)[1] == issuer
    assert door(scene.customer, "iam").enable_outbound_web_identity_federation()["IssuerIdentifier"] != issuer
