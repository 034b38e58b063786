"""AssumeRoleWithWebIdentity from end to end: what an issuer signed decides, through the trust policy."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim.lab.identity import forged_tokens as attacks
from stssim.lab.identity.provider_claims import COGNITO, GITHUB_ACTIONS, cognito, github_actions
from stssim.validate.authentication.token_claims import ROLES
from tests.federation.given import FACTS, ISSUER, READ, a_shop_with_ci, refused, trusting
from tests.through import Door

ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"]
WEB_IDENTITY = "AssumeRoleWithWebIdentity"


def test_a_web_identity_gets_the_role_and_reads_what_it_may(door: Door) -> None:
    shop = a_shop_with_ci()
    shop.account.bucket("site", {"index.html": "<p>open</p>"})
    reply = door(shop.lab, "sts").assume_role_with_web_identity(
        RoleArn=shop.role.arn, RoleSessionName="build", WebIdentityToken=shop.token()
    )
    assert reply["SubjectFromWebIdentityToken"] == "repo:shop/web"
    assert reply["Audience"] == "sts.amazonaws.com"
    assert reply["Provider"] == shop.arn
    assert reply["PackedPolicySize"] > 0
    session = shop.lab.session(reply)
    who = door(session, "sts").get_caller_identity()
    assert who["Arn"] == f"arn:aws:sts::{shop.account.number}:assumed-role/Deploy/build"
    assert who["UserId"] == f"{shop.role.unique_id}:build"
    assert door(session, "s3").get_object(Bucket="site", Key="index.html")["Body"].read() == b"<p>open</p>"


def test_a_token_that_proves_nothing_is_refused_at_both_doors(door: Door) -> None:
    shop = a_shop_with_ci()
    sts = door(shop.lab, "sts")
    mallory = shop.lab.oidc_provider("https://mallory.example.net")
    with refused("OIDC issuer unknown"):
        sts.assume_role_with_web_identity(
            RoleArn=shop.role.arn, RoleSessionName="build", WebIdentityToken=mallory.mint(sub="repo:shop/web")
        )


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_six_algorithms_that_aws_names_are_taken(algorithm: str) -> None:
    shop = a_shop_with_ci(algorithm)
    assert shop.assume(shop.token())["SubjectFromWebIdentityToken"] == "repo:shop/web"


def test_another_subject_is_not_trusted() -> None:
    shop = a_shop_with_ci()
    with refused("OIDC not trusted"):
        shop.assume(shop.token(sub="repo:mallory/web"))


def test_a_role_that_does_not_exist_is_refused_like_one_that_does_not_trust() -> None:
    shop = a_shop_with_ci()
    with refused("OIDC not trusted"):
        shop.assume(shop.token(), RoleArn=shop.role.arn.replace("Deploy", "Nobody"))


def test_the_provider_counts_in_the_account_of_the_role_alone() -> None:
    shop = a_shop_with_ci()
    other = shop.lab.account("other")
    role = other.role("Deploy", trusting(shop.arn, WEB_IDENTITY, StringEquals={"ci.example.com:sub": "repo:shop/web"}))
    with refused("OIDC issuer unknown"):
        shop.assume(shop.token(), role)


def test_a_provider_that_is_made_again_is_trusted_again() -> None:
    shop = a_shop_with_ci()
    iam = shop.account.client("iam")
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=shop.arn)
    with refused("OIDC issuer unknown"):
        shop.assume(shop.token())
    assert shop.issuer.register(shop.account) == shop.arn
    shop.assume(shop.token())


def test_an_audience_that_the_provider_does_not_take_is_refused() -> None:
    shop = a_shop_with_ci()
    with refused("OIDC audience unknown"):
        shop.assume(shop.token(aud="another.example.com"))
    shop.account.client("iam").add_client_id_to_open_id_connect_provider(
        OpenIDConnectProviderArn=shop.arn, ClientID="another.example.com"
    )
    assert shop.assume(shop.token(aud="another.example.com"))["Audience"] == "another.example.com"


def test_several_audiences_need_an_authorized_party_which_then_is_the_audience() -> None:
    shop = a_shop_with_ci()
    both = ["sts.amazonaws.com", "another.example.com"]
    with refused("OIDC audiences without azp"):
        shop.assume(shop.token(aud=both))
    assert shop.assume(shop.token(aud=both, azp="sts.amazonaws.com"))["Audience"] == "sts.amazonaws.com"
    with refused("OIDC audience unknown"):
        shop.assume(shop.token(aud=both, azp="another.example.com"))


@pytest.mark.parametrize("claim", ["iat", "exp"])
def test_a_token_without_its_times_is_refused(claim: str) -> None:
    shop = a_shop_with_ci()
    claims: dict[str, Any] = {claim: None}
    with refused("OIDC claim missing", claim=claim):
        shop.assume(shop.token(**claims))


def test_a_token_expires_five_minutes_after_it_says() -> None:
    shop = a_shop_with_ci()
    token = shop.token(lifetime=60)
    shop.lab.clock.advance(seconds=60 + 299)
    shop.assume(token)
    shop.lab.clock.advance(seconds=1)
    with refused("OIDC token expired"):
        shop.assume(token)


def test_a_token_may_be_up_to_five_minutes_early() -> None:
    shop = a_shop_with_ci()
    now = int(shop.lab.clock.now().timestamp())
    shop.assume(shop.token(iat=now + 300, nbf=now + 300))
    for early in ("iat", "nbf"):
        claims: dict[str, Any] = {early: now + 301}
        with refused("OIDC audience unknown"):
            shop.assume(shop.token(**claims))


def test_a_token_that_lives_long_grows_too_old() -> None:
    shop = a_shop_with_ci()
    token = shop.token(lifetime=30 * 86400)
    shop.lab.clock.advance(hours=24 * 20)
    with refused("OIDC token too old"):
        shop.assume(token)


def test_the_expiry_of_the_token_does_not_cap_the_session() -> None:
    shop = a_shop_with_ci()
    expires = shop.assume(shop.token(lifetime=60))["Credentials"]["Expiration"]
    assert expires - shop.lab.clock.now() == timedelta(hours=1)


def test_a_session_longer_than_the_role_allows_is_refused() -> None:
    shop = a_shop_with_ci()
    with refused("longer than the role allows"):
        shop.assume(shop.token(), DurationSeconds=7200)


def test_keys_that_cannot_be_fetched_are_said_to_be_so() -> None:
    shop = a_shop_with_ci()
    shop.issuer.online = False
    with refused("OIDC keys unreachable"):
        shop.assume(shop.token())


def test_after_a_rotation_of_keys_old_tokens_are_refused_and_new_ones_taken() -> None:
    shop = a_shop_with_ci()
    old = shop.token()
    shop.issuer.rotate()
    with refused("OIDC keys unreachable"):
        shop.assume(old)
    shop.assume(shop.token())


@pytest.mark.parametrize("provider", ["graph.facebook.com", "www.amazon.com"])
def test_an_access_token_is_refused_as_its_provider_refuses_a_bad_one(provider: str) -> None:
    shop = a_shop_with_ci()
    with pytest.raises(ClientError) as told:
        shop.assume("an-access-token", ProviderId=provider)
    assert told.value.response["Error"] == {
        "Type": "Sender",
        "Code": "IDPRejectedClaim",
        "Message": FACTS["access token rejected"]["message"].replace("graph.facebook.com", provider),
    }


def built(attack: str, shop: Any) -> str:
    """The attacker's token: everything in it as it should be, but not signed by the issuer."""
    victim, mallory = shop.issuer, shop.lab.oidc_provider("https://mallory.example.net", shop.issuer.algorithm)
    claims = victim.claims(sub="repo:shop/web")
    match attack:
        case "no signature":
            return attacks.without_signature(victim, claims)
        case "no signature, spelled oddly":
            return attacks.without_signature(victim, claims, "nOnE")
        case "a signature left out":
            return attacks.without_signature(victim, claims, "RS256")
        case "the public key as a secret":
            return attacks.hmac_with_public_key(victim, claims)
        case "a key in the token":
            return attacks.embedded_key(victim, claims, mallory)
        case "a key elsewhere":
            return attacks.key_elsewhere(victim, claims, mallory)
        case "another issuer's key":
            return attacks.foreign_key(victim, claims, mallory)
        case "a changed claim":
            return attacks.altered(victim.mint(sub="repo:mallory/web"), sub="repo:shop/web")
        case _:
            return attacks.empty_curve_point(victim, claims)


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
@pytest.mark.parametrize(
    "attack",
    [
        "no signature",
        "no signature, spelled oddly",
        "a signature left out",
        "the public key as a secret",
        "a key in the token",
        "a key elsewhere",
        "another issuer's key",
        "a changed claim",
        "a signature of zeros",
    ],
)
def test_no_forged_token_gets_in(attack: str, algorithm: str) -> None:
    shop = a_shop_with_ci(algorithm)
    shop.assume(shop.token())
    with pytest.raises(ClientError) as told:
        shop.assume(built(attack, shop))
    assert told.value.response["Error"]["Code"] == "InvalidIdentityToken"
    assert told.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.parametrize("token", ["xxxx", "a.b.c", "." * 10, "e30.e30.e30", "é" * 9, "A" * 20_000, '{"sub":"x"}'])
def test_anything_at_all_in_place_of_a_token_is_refused_in_milliseconds(token: str) -> None:
    shop = a_shop_with_ci()
    shop.assume(shop.token())
    start = time.perf_counter()
    with pytest.raises(ClientError, match="InvalidIdentityToken"):
        shop.assume(token)
    assert time.perf_counter() - start < 0.5


def test_tags_in_the_token_become_the_sessions_and_go_along_the_chain() -> None:
    shop = a_shop_with_ci()
    shop.account.client("iam").put_role_policy(
        RoleName="Deploy", PolicyName="next", PolicyDocument=_allow("sts:AssumeRole", "sts:TagSession")
    )
    next_role = shop.account.role(
        "Next",
        {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Principal": {"AWS": shop.role.arn},
                "Action": ["sts:AssumeRole", "sts:TagSession"],
                "Condition": {"StringEquals": {"aws:PrincipalTag/team": "web"}},
            },
        },
    )
    tagged = shop.session(shop.token(tags={"team": "web"}, transitive_tag_keys=["team"]))
    plain = shop.session(shop.token())
    tagged.client("sts").assume_role(RoleArn=next_role.arn, RoleSessionName="next")
    with pytest.raises(ClientError, match="AccessDenied"):
        plain.client("sts").assume_role(RoleArn=next_role.arn, RoleSessionName="next")


def test_tags_in_the_token_need_permission_to_tag() -> None:
    shop = a_shop_with_ci()
    shop.role.trust(trusting(shop.arn, WEB_IDENTITY))
    shop.assume(shop.token())
    with pytest.raises(ClientError, match="Not authorized to perform sts:TagSession"):
        shop.assume(shop.token(tags={"team": "web"}))


def test_the_source_identity_in_the_token_is_told_and_kept() -> None:
    shop = a_shop_with_ci()
    assert shop.assume(shop.token(source_identity="dana"))["SourceIdentity"] == "dana"
    shop.role.trust(trusting(shop.arn, WEB_IDENTITY))
    with pytest.raises(ClientError, match="Not authorized to perform sts:SetSourceIdentity"):
        shop.assume(shop.token(source_identity="dana"))


def test_the_claims_of_the_token_are_condition_keys_of_the_sessions_calls() -> None:
    shop = a_shop_with_ci()
    bucket = shop.account.bucket("site", {"index.html": "open"})
    session = shop.session(shop.token())
    s3 = session.client("s3")
    s3.get_object(Bucket=bucket, Key="index.html")
    _put_policy(shop, _denying({"StringEquals": {"ci.example.com:sub": "repo:shop/web"}}))
    with pytest.raises(ClientError, match="explicit deny"):
        s3.get_object(Bucket=bucket, Key="index.html")
    _put_policy(shop, _denying({"StringEquals": {"aws:FederatedProvider": "ci.example.com"}}))
    with pytest.raises(ClientError, match="explicit deny"):
        s3.get_object(Bucket=bucket, Key="index.html")
    _put_policy(shop, _denying({"StringLike": {"ci.example.com:jti": "*"}}))
    s3.get_object(Bucket=bucket, Key="index.html")


def test_a_roles_claim_names_the_only_roles_that_the_token_opens() -> None:
    shop = a_shop_with_ci()
    shop.assume(shop.token(roles=[shop.role.arn]))
    with pytest.raises(ClientError, match="not present in the roles claim"):
        shop.assume(shop.token(roles="arn:aws:iam::111111111111:role/Other"))
    assert ROLES.startswith("https://aws.amazon.com/")


def test_a_github_role_without_sub_opens_to_every_repository_where_it_is_older_than_the_guard() -> None:
    shop = a_shop_with_ci()
    github = shop.lab.oidc_provider(GITHUB_ACTIONS)
    arn = github.register(shop.account)
    open_to_all = trusting(arn, WEB_IDENTITY, StringEquals={f"{github.name}:aud": "sts.amazonaws.com"})
    with pytest.raises(ClientError, match="MalformedPolicyDocument") as told:
        shop.account.role("Release", open_to_all)
    assert f"{github.name}:sub" in told.value.response["Error"]["Message"]
    with shop.lab.older_rules():
        role = shop.account.role("Release", open_to_all)
    shop.assume(github.mint(**github_actions("mallory/anything")), role)
    with pytest.raises(ClientError, match="MalformedPolicyDocument"):
        role.trust(open_to_all)
    shop.lab.reset()
    shop.assume(github.mint(**github_actions("mallory/anything")), role)
    role.trust(trusting(arn, WEB_IDENTITY, StringEquals={f"{github.name}:sub": "repo:shop/web:ref:refs/heads/main"}))
    shop.assume(github.mint(**github_actions("shop/web")), role)
    with refused("OIDC not trusted"):
        shop.assume(github.mint(**github_actions("mallory/anything")), role)


def test_a_loose_wildcard_lets_an_organization_of_a_longer_name_in() -> None:
    shop = a_shop_with_ci()
    github = shop.lab.oidc_provider(GITHUB_ACTIONS)
    arn = github.register(shop.account)
    loose = trusting(arn, WEB_IDENTITY, StringLike={f"{github.name}:sub": "repo:shop*"})
    role = shop.account.role("Release", loose)
    stranger = github_actions("shop-of-mallory/anything")
    shop.assume(github.mint(**stranger), role)
    role.trust(trusting(arn, WEB_IDENTITY, StringLike={f"{github.name}:sub": "repo:shop/*"}))
    with refused("OIDC not trusted"):
        shop.assume(github.mint(**stranger), role)
    shop.assume(github.mint(**github_actions("shop/web")), role)


def test_cognito_without_aud_opens_to_everybodys_pool() -> None:
    shop = a_shop_with_ci()
    pools = shop.lab.oidc_provider(COGNITO)
    mine, theirs = (cognito(f"us-east-1:{digit * 8}-2222-4333-8444-555555555555") for digit in "19")
    guests = trusting(pools.name, WEB_IDENTITY, **{"ForAnyValue:StringLike": {f"{pools.name}:amr": "unauthenticated"}})
    with shop.lab.older_rules():
        role = shop.account.role("Guests", guests)
    shop.assume(pools.mint(**theirs), role)
    guests["Statement"][0]["Condition"]["StringEquals"] = {f"{pools.name}:aud": mine["aud"]}
    role.trust(guests)
    with refused("OIDC not trusted"):
        shop.assume(pools.mint(**theirs), role)
    assert shop.assume(pools.mint(**mine), role)["Provider"] == pools.name


def test_an_intruder_who_may_add_a_provider_comes_back_without_any_key() -> None:
    shop = a_shop_with_ci()
    intruder = shop.account.user(
        "intruder", _allow("iam:CreateOpenIDConnectProvider", "iam:UpdateAssumeRolePolicy", "iam:GetRole")
    )
    rogue = shop.lab.oidc_provider("https://rogue.example.net")
    iam = intruder.client("iam")
    made = iam.create_open_id_connect_provider(Url=rogue.url, ClientIDList=["sts.amazonaws.com"])
    arn = made["OpenIDConnectProviderArn"]
    iam.update_assume_role_policy(
        RoleName="Deploy",
        PolicyDocument=json.dumps(trusting(arn, WEB_IDENTITY, StringEquals={f"{rogue.name}:sub": "me"})),
    )
    shop.account.client("iam").update_access_key(
        UserName="intruder", AccessKeyId=intruder.access_key_id, Status="Inactive"
    )
    assert shop.assume(rogue.mint(sub="me"))["AssumedRoleUser"]


def test_the_trace_shows_the_tokens_anatomy_and_what_decided() -> None:
    shop = a_shop_with_ci()
    with shop.lab.recording("sign-in") as trace:
        token = shop.token()
        shop.assume(token)
        with pytest.raises(ClientError):
            shop.assume(attacks.altered(token, sub="repo:mallory/web"))
    minted, asked = trace[0], trace[1]
    assert (minted.stage, minted.arrow, minted.source.name) == ("message", None, "ci.example.com")
    assert minted.target == asked.source
    verified = next(step for step in trace if step.label == "token verified")
    assert verified.arrow == 2
    assert verified.found["header alg"] == "RS256"
    assert verified.found["claim sub"] == "repo:shop/web"
    assert any(str(fact).startswith("the signature was made with the issuer's key") for fact in verified.found.values())
    denied = trace.denied
    assert denied is not None
    *_, last = denied.found
    assert (last, denied.found[last]) == ("check 5", "it is neither expired nor from the future")
    assert "does not verify" in denied.sentence
    assert all(token.rpartition(".")[2] not in f"{step.sentence}{dict(step.found)}" for step in trace)


def test_equal_seeds_mint_equal_tokens() -> None:
    assert a_shop_with_ci().token() == a_shop_with_ci().token()
    shop = a_shop_with_ci()
    before = shop.token()
    with shop.lab.recording("scenario"):
        shop.issuer.rotate()
    shop.lab.reset()
    head, claims, _ = before.split(".")
    again_head, again_claims, _ = shop.token().split(".")
    assert again_head == head
    told, again = (json.loads(urlsafe_b64decode(f"{each}==")) for each in (claims, again_claims))
    assert told.pop("jti") != again.pop("jti")
    assert again == told


def test_the_issuers_url_must_be_one(door: Door) -> None:
    shop = a_shop_with_ci()
    iam = door(shop.account, "iam")
    for url in ("http://ci.example.com", f"{ISSUER}:8443", "https://"):
        with pytest.raises(ClientError, match="Invalid Open ID Connect Provider URL"):
            iam.create_open_id_connect_provider(Url=url)
    with pytest.raises(ClientError, match=r"InvalidInput.*Unknown"):
        iam.create_open_id_connect_provider(Url=f"{ISSUER}?x=1")
    with pytest.raises(ClientError, match="EntityAlreadyExists"):
        iam.create_open_id_connect_provider(Url=ISSUER)


def _allow(*actions: str) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}})


def _denying(condition: dict[str, Any]) -> str:
    deny = {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": condition}
    return json.dumps({"Version": "2012-10-17", "Statement": [READ["Statement"], deny]})


def _put_policy(shop: Any, document: str) -> None:
    shop.account.client("iam").put_role_policy(RoleName="Deploy", PolicyName="Deploy-policy", PolicyDocument=document)
