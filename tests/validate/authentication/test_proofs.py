"""What a call proves beside its signature, and who that makes the caller."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stssim.call import Actor, Caller
from stssim.cloud import Cloud, MfaDevice
from stssim.cloud import OidcProvider as Registered
from stssim.cloud import SamlProvider as Uploaded
from stssim.lab.identity.issuers import Issuers
from stssim.lab.identity.keys import Keyring
from stssim.lab.identity.oidc import OidcProvider
from stssim.lab.identity.saml import SamlProvider
from stssim.totp import code, period_at
from stssim.trace import Refused
from stssim.validate.authentication.proofs import prove
from tests.fakes import AWAY, NOON, FakeDirectory, a_call, a_cloud, a_role, a_root, a_user, refusals, told

FACTS = refusals("federation_errors")
ROLE = a_role("Deploy")
RING = Keyring(b"7")
ISSUER = OidcProvider("https://ci.example.com", RING, lambda: NOON, "ES256")
IDP = SamlProvider("https://login.example.com/saml", RING, lambda: NOON)
SAML_ARN = f"arn:aws:iam::{AWAY}:saml-provider/Login"
NOBODY = Caller("anonymous", "", "anonymous", "anonymous", "anonymous", "", Actor("anyone", "anonymous"))
SERIAL = "arn:aws:iam::111122223333:mfa/alice"
SEED = "JBSWY3DPEHPK3PXP" * 2


class Directory(FakeDirectory):
    spent: tuple[str, int] | None = None

    def oidc_provider(self, account: str, issuer: str) -> Registered | None:
        known = (account, issuer) == (AWAY, ISSUER.name)
        return Registered(ISSUER.arn(AWAY), ISSUER.name, ("sts.amazonaws.com",)) if known else None

    def saml_provider(self, arn: str) -> Uploaded | None:
        return Uploaded(SAML_ARN, IDP.entity_id, (IDP.certificate(),)) if arn == SAML_ARN else None

    def mfa_device(self, user_arn: str, serial: str) -> MfaDevice | None:
        return MfaDevice(SERIAL, SEED) if (user_arn, serial) == (a_user().arn, SERIAL) else None

    def count_mfa_try(self, serial: str, window: int) -> None:
        self.tried = serial, window

    def spend_mfa_code(self, serial: str, period: int) -> None:
        self.spent = serial, period


def cloud(directory: FakeDirectory | None = None) -> Cloud:
    issuers = Issuers()
    issuers.add(ISSUER)
    return replace(a_cloud(ROLE, directory=directory or Directory()), keys=issuers)


def test_the_provider_is_the_principal_of_a_web_identity() -> None:
    asked = a_call("AssumeRoleWithWebIdentity", RoleArn=ROLE.arn, WebIdentityToken=ISSUER.mint(sub="repo:shop/web"))
    caller, steps = prove(asked, NOBODY, cloud())
    assert (caller.kind, caller.arn, caller.account) == ("web-identity", ISSUER.arn(AWAY), "")
    assert caller.actor == Actor("repo:shop/web", "web-identity")
    assert caller.verified is not None
    assert caller.verified.subject == "repo:shop/web"
    (step,) = steps
    assert (step.label, step.arrow, step.outcome) == ("token verified", 2, "done")
    assert step.found["claim sub"] == "repo:shop/web"


def test_the_provider_is_the_principal_of_who_signed_in_by_saml() -> None:
    assertion = IDP.assertion("bob", [(ROLE.arn, SAML_ARN)])
    asked = a_call("AssumeRoleWithSAML", RoleArn=ROLE.arn, PrincipalArn=SAML_ARN, SAMLAssertion=assertion)
    caller, (step,) = prove(asked, NOBODY, cloud())
    assert (caller.kind, caller.arn, caller.actor) == ("saml", SAML_ARN, Actor("bob", "saml"))
    assert step.found["subject"] == "bob"


def test_a_refused_token_ends_in_a_step_with_the_true_reason() -> None:
    asked = a_call("AssumeRoleWithWebIdentity", RoleArn=ROLE.arn, WebIdentityToken=ISSUER.mint(sub="x", aud="other"))
    with pytest.raises(Refused) as refused:
        prove(asked, NOBODY, cloud())
    assert told(refused.value) == {key: FACTS["OIDC audience unknown"][key] for key in ("code", "status", "message")}
    (step,) = refused.value.steps
    assert (step.outcome, step.arrow) == ("denied", 2)
    assert step.sentence == "The token is for other, and the provider takes sts.amazonaws.com."
    assert step.found["claim aud"] == "other"


def test_an_mfa_code_is_noted_with_its_time_and_spent() -> None:
    directory = Directory()
    period = period_at(NOON.timestamp())
    asked = a_call("GetSessionToken", SerialNumber=SERIAL, TokenCode=code(SEED, period))
    caller, _ = prove(asked, a_user(), cloud(directory))
    assert caller.mfa_at == int(NOON.timestamp())
    assert directory.spent == (SERIAL, period)


@pytest.mark.parametrize("who", [a_root(), a_user("bob")])
def test_a_device_is_its_users_alone(who: Caller) -> None:
    shown = code(SEED, period_at(NOON.timestamp()))
    directory = Directory()
    with pytest.raises(Refused) as refused:
        prove(a_call("GetSessionToken", SerialNumber=SERIAL, TokenCode=shown), who, cloud(directory))
    assert told(refused.value)["message"] == FACTS["MFA device not the user's"]["message"]
    assert directory.spent is None


@pytest.mark.parametrize("operation", ["AssumeRole", "GetSessionToken", "GetCallerIdentity", "GetFederationToken"])
def test_who_gives_no_proof_stays_who_they_are(operation: str) -> None:
    parameters: dict[str, Any] = {"Name": "fred"} if operation == "GetFederationToken" else {}
    assert prove(a_call(operation, **parameters), a_user(), cloud()) == (a_user(), ())
