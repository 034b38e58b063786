"""A company whose roles are open to identity providers, and what it takes to sign in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim import Lab
from stssim.lab.handles import Account, Role, TemporaryCredentials
from stssim.lab.oidc_issuer import OidcIssuer
from stssim.lab.saml_identity_provider import SamlIdp
from tests.fakes import refusals

FACTS = refusals("federation_errors")
ISSUER = "https://ci.example.com"
SIGN_IN = "https://signin.aws.amazon.com/saml"
READ = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}


def trusting(provider: str, *actions: str, **condition: Any) -> dict[str, Any]:
    """A trust policy for an identity provider: `actions` of STS, under a condition if there is one."""
    statement = {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": [f"sts:{name}" for name in actions]}
    if condition:
        statement["Condition"] = condition
    return {"Version": "2012-10-17", "Statement": [statement]}


@dataclass(frozen=True)
class Oidc:
    """An issuer that account `shop` knows, and a role of that account for its subject `repo:shop/web`."""

    lab: Lab
    account: Account
    issuer: OidcIssuer
    arn: str
    role: Role

    def token(self, sub: str = "repo:shop/web", **claims: Any) -> str:
        return self.issuer.mint(sub=sub, **claims)

    def assume(self, token: str, role: Role | None = None, **more: Any) -> dict[str, Any]:
        sts = self.lab.client("sts")
        asked = {"RoleArn": (role or self.role).arn, "RoleSessionName": "build", "WebIdentityToken": token, **more}
        return dict(sts.assume_role_with_web_identity(**asked))

    def session(self, token: str, role: Role | None = None) -> TemporaryCredentials:
        return self.lab.session(self.assume(token, role))


def a_shop_with_ci(algorithm: Any = "RS256", **condition: Any) -> Oidc:
    lab = Lab(seed=7)
    account = lab.account("shop")
    issuer = lab.oidc_provider(ISSUER, algorithm)
    arn = issuer.register(account)
    wanted = condition or {"StringEquals": {f"{issuer.name}:sub": "repo:shop/web"}}
    actions = "AssumeRoleWithWebIdentity", "TagSession", "SetSourceIdentity"
    role = account.role("Deploy", trusting(arn, *actions, **wanted), READ)
    return Oidc(lab, account, issuer, arn, role)


@dataclass(frozen=True)
class Saml:
    """An identity provider that account `shop` knows, and a role of that account for who signs in through it."""

    lab: Lab
    account: Account
    idp: SamlIdp
    arn: str
    role: Role

    def assertion(self, subject: str | None = "bob", **told: Any) -> str:
        return self.idp.assertion(subject, [(self.role.arn, self.arn)], **told)

    def assume(self, assertion: str, **more: Any) -> dict[str, Any]:
        asked = {"RoleArn": self.role.arn, "PrincipalArn": self.arn, "SAMLAssertion": assertion, **more}
        return dict(self.lab.client("sts").assume_role_with_saml(**asked))

    def session(self, assertion: str) -> TemporaryCredentials:
        return self.lab.session(self.assume(assertion))


def a_shop_with_sign_in(**condition: Any) -> Saml:
    lab = Lab(seed=7)
    account = lab.account("shop")
    idp = lab.saml_provider("https://login.example.com/saml")
    arn = idp.register(account, "ExampleLogin")
    wanted = condition or {"StringEquals": {"SAML:aud": SIGN_IN}}
    actions = "AssumeRoleWithSAML", "TagSession", "SetSourceIdentity"
    role = account.role("Staff", trusting(arn, *actions, **wanted), READ, max_session_duration=43200)
    return Saml(lab, account, idp, arn, role)


@contextmanager
def refused(case: str, **filled: str) -> Iterator[None]:
    """Expects the refusal that was recorded for this case, its placeholders filled (or standing for numbers)."""
    with pytest.raises(ClientError) as told:
        yield
    fact: Mapping[str, Any] = FACTS[case]
    answer = told.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (fact["code"], fact["status"])
    wanted = re.escape(fact["message"])
    for name, value in filled.items():
        wanted = wanted.replace(re.escape("{" + name + "}"), re.escape(value))
    wanted = re.sub(r"\\{\w+\\}", "[0-9]+", wanted)
    assert re.fullmatch(wanted, answer["Error"]["Message"]), answer["Error"]["Message"]
