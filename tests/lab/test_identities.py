"""The Lab's own identity providers and devices, as a notebook spells them."""

from __future__ import annotations

import pytest

from stssim import Lab
from stssim.call import Actor
from stssim.show import map_of, sequence


def test_a_provider_is_the_same_however_often_it_is_asked_for() -> None:
    lab = Lab(seed=7)
    assert lab.oidc_provider("https://ci.example.com") is lab.oidc_provider("https://ci.example.com")
    assert lab.saml_provider() is lab.saml_provider()
    alice = lab.account("shop").user("alice")
    assert lab.mfa_device(alice) is alice.mfa_device()
    with pytest.raises(ValueError, match="signs with RS256 already"):
        lab.oidc_provider("https://ci.example.com", "ES256")


def test_every_class_has_a_stable_repr() -> None:
    lab = Lab(seed=7)
    alice = lab.account("shop").user("alice")
    assert repr(lab.oidc_provider("https://ci.example.com")) == "OidcProvider https://ci.example.com, RS256"
    assert repr(lab.saml_provider("https://login.example.com")) == "SamlProvider https://login.example.com"
    assert repr(alice.mfa_device()) == "MfaDevice arn:aws:iam::111111111111:mfa/alice"


def test_registering_is_a_call_to_iam() -> None:
    lab = Lab(seed=7)
    shop = lab.account("shop")
    with lab.recording("set up") as trace:
        oidc = lab.oidc_provider("https://ci.example.com").register(shop, ["one", "two"])
        saml = lab.saml_provider().register(shop, "Login")
    assert [step.call.name for step in trace if step.call and step.stage == "access"] == [
        "iam:CreateOpenIDConnectProvider",
        "iam:CreateSAMLProvider",
    ]
    assert oidc == "arn:aws:iam::111111111111:oidc-provider/ci.example.com"
    assert saml == "arn:aws:iam::111111111111:saml-provider/Login"


def test_signing_in_is_a_message_of_the_story_with_no_arrow() -> None:
    lab = Lab(seed=7)
    with lab.recording("sign in") as trace:
        token = lab.oidc_provider("https://ci.example.com").mint(sub="repo:shop/web", aud=["one", "two"])
        made = lab.saml_provider().assertion("bob", [("arn:aws:iam::111111111111:role/Staff", "x")])
    first, second = trace
    assert (first.stage, first.arrow, first.outcome) == ("message", None, "done")
    assert first.source == Actor("ci.example.com", "application")
    assert first.target == Actor("repo:shop/web", "web-identity")
    assert first.sentence == ("ci.example.com signs a web identity token for repo:shop/web, for audience one and two.")
    assert second.target == Actor("bob", "saml")
    assert "Staff" in second.sentence
    assert token not in str(dict(first.found))
    assert made not in str(dict(second.found))
    for picture in (sequence(trace), map_of(trace)):
        assert "repo:shop/web" in str(picture)


def test_a_subject_that_is_markup_stays_text_in_a_picture() -> None:
    lab = Lab(seed=7)
    with lab.recording("sign in") as trace:
        lab.oidc_provider("https://ci.example.com").mint(sub="<script>alert(1)</script>")
    assert "<script" not in str(sequence(trace))


def test_a_reset_undoes_a_rotation_of_the_story_and_keeps_one_of_the_set_up() -> None:
    lab = Lab(seed=7)
    issuer, idp = lab.oidc_provider("https://ci.example.com"), lab.saml_provider()
    first = issuer.kid()
    issuer.rotate()
    idp.rotate()
    set_up = issuer.kid(), idp.certificate()
    assert set_up[0] != first
    with lab.recording("scenario"):
        issuer.rotate()
        idp.rotate()
        issuer.online = False
    assert (issuer.kid(), idp.certificate()) != set_up
    lab.reset()
    assert (issuer.kid(), idp.certificate()) == set_up
    assert issuer.online
