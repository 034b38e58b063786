"""Pictures of callers without keys: an OIDC token of a CI system, a SAML assertion of a company's sign-in page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from diagrams.given import READS, REPORT, Picture, tried, trusting
from stssim import Lab
from stssim.lab.handles import Account, Role, TemporaryCredentials
from stssim.lab.oidc_issuer import OidcIssuer
from stssim.lab.saml_identity_provider import SamlIdp
from stssim.trace import Trace

MAIN = "repo:shop/web:ref:refs/heads/main"


def _a_shop() -> tuple[Lab, Account]:
    lab = Lab(seed=7)
    shop = lab.account("shop")
    shop.bucket("reports", {"q3.csv": "quarter,revenue\nq3,1200\n"})
    return lab, shop


@dataclass(frozen=True, slots=True)
class Ci:
    """A shop whose role Deploy is for the main branch of its repository, as its CI system calls it."""

    lab: Lab
    issuer: OidcIssuer
    deploy: Role

    def signed_in(self, subject: str) -> TemporaryCredentials:
        """The credentials for a token of this subject."""
        token = self.issuer.mint(sub=subject)
        asked: dict[str, Any] = {"RoleArn": self.deploy.arn, "RoleSessionName": "build", "WebIdentityToken": token}
        return self.lab.session(self.lab.client("sts").assume_role_with_web_identity(**asked))


def a_ci() -> Ci:
    """The shop and its CI system, and nobody signed in yet."""
    lab, shop = _a_shop()
    issuer = lab.oidc_provider("https://ci.example.com")
    known = issuer.register(shop)
    wanted = {f"{issuer.name}:aud": "sts.amazonaws.com", f"{issuer.name}:sub": MAIN}
    trust = trusting({"Federated": known}, "sts:AssumeRoleWithWebIdentity", StringEquals=wanted)
    return Ci(lab, issuer, shop.role("Deploy", trust, READS))


@dataclass(frozen=True, slots=True)
class SignIn:
    """A shop whose role Staff is for who signs in at the company's identity provider."""

    lab: Lab
    idp: SamlIdp
    known: str
    staff: Role

    def signed_in(self, subject: str) -> TemporaryCredentials:
        """The credentials for an assertion about this subject."""
        assertion = self.idp.assertion(subject, [(self.staff.arn, self.known)])
        asked = {"RoleArn": self.staff.arn, "PrincipalArn": self.known, "SAMLAssertion": assertion}
        return self.lab.session(self.lab.client("sts").assume_role_with_saml(**asked))


def a_sign_in() -> SignIn:
    """The shop and its sign-in page, and nobody signed in yet."""
    lab, shop = _a_shop()
    idp = lab.saml_provider("https://login.example.com/saml")
    known = idp.register(shop, "ExampleLogin")
    trust = trusting(
        {"Federated": known}, "sts:AssumeRoleWithSAML", StringEquals={"SAML:aud": "https://signin.aws.amazon.com/saml"}
    )
    return SignIn(lab, idp, known, shop.role("Staff", trust, READS))


def oidc() -> Trace:
    """A build of the main branch signs in with its token and reads."""
    ci = a_ci()
    with ci.lab.recording("oidc") as trace:
        ci.signed_in(MAIN).client("s3").get_object(**REPORT)
    return trace


def oidc_of_another_repository() -> Trace:
    """The same issuer signs for another repository, too: its signature is as good, its subject is not."""
    ci = a_ci()
    with ci.lab.recording("oidc refused", cast={"attacker": "repo:mallory/web:ref:refs/heads/main"}) as trace:
        tried(ci.signed_in, subject="repo:mallory/web:ref:refs/heads/main")
    return trace


def saml() -> Trace:
    """Dana signs in with an assertion and reads."""
    company = a_sign_in()
    with company.lab.recording("saml") as trace:
        company.signed_in("dana@example.com").client("s3").get_object(**REPORT)
    return trace


PICTURES = (
    Picture("oidc", "OIDC: a build signs in with a token and without a key", oidc),
    Picture("oidc-refused", "OIDC: the same issuer, another repository", oidc_of_another_repository),
    Picture("saml", "SAML: a sign-in page vouches for Dana", saml),
)
