"""A SAML 2.0 identity provider with a certificate and metadata, that signs assertions a cloud can verify."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypedDict, Unpack

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from lxml.builder import ElementMaker

from stssim.lab.identity.keys import Keyring

ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
AWS = "https://aws.amazon.com/SAML/Attributes/"
SIGN_IN = "https://signin.aws.amazon.com/saml"
_SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_NAME_ID_FORMAT = "urn:oasis:names:tc:SAML:2.0:nameid-format:"
_PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
_SAML = ElementMaker(namespace=ASSERTION, nsmap={"saml": ASSERTION})
_SAMLP = ElementMaker(namespace=PROTOCOL, nsmap={"samlp": PROTOCOL})
_MD = ElementMaker(namespace=METADATA, nsmap={"md": METADATA, "ds": DSIG})
_DS = ElementMaker(namespace=DSIG, nsmap={"ds": DSIG})

Signed = Literal["assertion", "response", "both", "nothing"]


class Told(TypedDict, total=False):
    """What an assertion may say besides whom it is about and which roles are theirs.

    `session_name` is the subject unless given. `attributes` are further ones by name. `audience` is the
    AudienceRestriction, `recipient` who the assertion is for (AWS's `saml:aud`). `issued` is now, `lifetime` five
    minutes, unless given. A None leaves out what it stands for.
    """

    session_name: str | None
    attributes: Mapping[str, str | Sequence[str]]
    tags: Mapping[str, str]
    transitive_tag_keys: Sequence[str]
    source_identity: str
    session_duration: int | str
    session_not_on_or_after: datetime
    recipient: str | None
    audience: str
    name_id_format: str
    issued: datetime
    lifetime: timedelta
    status: str


class SamlProvider:
    """An identity provider of one entity id, which may be any URI."""

    def __init__(self, entity_id: str, keyring: Keyring, now: Callable[[], datetime]) -> None:
        self.entity_id = entity_id
        self._owner = entity_id
        self._keyring = keyring
        self._now = now
        self._made = 0
        self._generation = 1

    @property
    def key(self) -> rsa.RSAPrivateKey:
        """The private key: whoever holds it is this provider."""
        key = self._keyring.key(f"saml {self._owner} {self._generation}", "RS256")
        assert isinstance(key, rsa.RSAPrivateKey)
        return key

    def rotate(self) -> None:
        """Takes a new key and certificate. AWS knows it once `update_saml_provider` is given the new metadata."""
        self._generation += 1

    def posing_as(self, entity_id: str) -> SamlProvider:
        """A provider that claims another's entity id, and has only its own keys to sign with."""
        posing = SamlProvider(entity_id, self._keyring, self._now)
        posing._owner = self._owner
        return posing

    def certificate(self) -> x509.Certificate:
        """Its own signing certificate, self-signed."""
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, self.entity_id[:64])])
        serial = int.from_bytes(self._keyring.draw(f"certificate {self._owner} {self._generation}", 16), "big") | 1
        return (
            x509.CertificateBuilder(name, name, self.key.public_key(), serial)
            .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2049, 12, 31, tzinfo=UTC))
            .sign(self.key, hashes.SHA256())
        )

    def metadata(self) -> str:
        """The metadata document that `create_saml_provider` takes."""
        endpoint = {
            "Binding": "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
            "Location": "https://login.example.com/saml/sign-in",
        }
        key = _MD.KeyDescriptor(_key_info(self.certificate()), use="signing")
        formats = [_MD.NameIDFormat(_NAME_ID_FORMAT + kind) for kind in ("persistent", "transient")]
        descriptor = _MD.IDPSSODescriptor(
            key, *formats, _MD.SingleSignOnService(**endpoint), protocolSupportEnumeration=PROTOCOL
        )
        return _text(_MD.EntityDescriptor(descriptor, entityID=self.entity_id))

    def assertion(
        self,
        subject: str | None,
        roles: Iterable[tuple[str, str]],
        *,
        signed: Signed = "assertion",
        **told: Unpack[Told],
    ) -> str:
        """An authentication response with one assertion, in base64 as AssumeRoleWithSAML takes it.

        `roles` are pairs of a role's and a provider's ARN; without a `subject` there is no NameID.
        """
        return encode(self.sign(self.response(subject, roles, **told), signed))

    def response(self, subject: str | None, roles: Iterable[tuple[str, str]], **told: Unpack[Told]) -> etree._Element:
        """The response as an element, not yet signed; see `assertion`."""
        at = told.get("issued") or self._now()
        ends = _time(at + told.get("lifetime", timedelta(minutes=5)))
        self._made += 1
        stated: dict[str, list[str]] = {AWS + "Role": [f"{role},{provider}" for role, provider in roles]}
        single = {
            "RoleSessionName": told.get("session_name", subject),
            "SourceIdentity": told.get("source_identity"),
            "SessionDuration": told.get("session_duration"),
        }
        stated |= {AWS + key: [str(value)] for key, value in single.items() if value is not None}
        stated |= {f"{AWS}PrincipalTag:{key}": [value] for key, value in told.get("tags", {}).items()}
        if told.get("transitive_tag_keys"):
            stated[AWS + "TransitiveTagKeys"] = list(told["transitive_tag_keys"])
        for key, value in told.get("attributes", {}).items():
            stated[key] = [value] if isinstance(value, str) else list(value)
        session_ends = told.get("session_not_on_or_after")
        until = {} if session_ends is None else {"SessionNotOnOrAfter": _time(session_ends)}
        recipient = told.get("recipient", SIGN_IN)
        confirmed = {"NotOnOrAfter": ends} | ({} if recipient is None else {"Recipient": recipient})
        name_id_format = _format(told.get("name_id_format", "persistent"))
        name_id = [] if subject is None else [_SAML.NameID(subject, Format=name_id_format)]
        assertion = _SAML.Assertion(
            _SAML.Issuer(self.entity_id),
            _SAML.Subject(
                *name_id,
                _SAML.SubjectConfirmation(_SAML.SubjectConfirmationData(**confirmed), Method=_BEARER),
            ),
            _SAML.Conditions(
                _SAML.AudienceRestriction(_SAML.Audience(told.get("audience", "urn:amazon:webservices"))),
                NotBefore=_time(at),
                NotOnOrAfter=ends,
            ),
            _SAML.AuthnStatement(
                _SAML.AuthnContext(_SAML.AuthnContextClassRef(_PASSWORD)), AuthnInstant=_time(at), **until
            ),
            _SAML.AttributeStatement(
                *(_SAML.Attribute(*(_SAML.AttributeValue(v) for v in values), Name=n) for n, values in stated.items())
            ),
            ID=self._id("assertion"), Version="2.0", IssueInstant=_time(at),
        )  # fmt: skip
        status = _SAMLP.Status(_SAMLP.StatusCode(Value=told.get("status", _SUCCESS)))
        return _SAMLP.Response(
            _SAML.Issuer(self.entity_id), status, assertion,
            ID=self._id("response"), Version="2.0", IssueInstant=_time(at), Destination=SIGN_IN,
        )  # fmt: skip

    def sign(self, response: etree._Element, signed: Signed = "assertion") -> etree._Element:
        """The response with its assertion signed, or itself, or both."""
        if signed in {"assertion", "both"}:
            assertion = response.find(f"{{{ASSERTION}}}Assertion")
            response.replace(assertion, self.sign_element(assertion))
        return self.sign_element(response) if signed in {"response", "both"} else response

    def sign_element(self, element: etree._Element) -> etree._Element:
        """One element that has an ID, with an enveloped signature right after its issuer (SAML core, section 5)."""
        from signxml.algorithms import CanonicalizationMethod
        from signxml.signer import XMLSigner

        place = _DS.Signature(Id="placeholder")
        element.insert(1, place)
        signer = XMLSigner(c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0)
        certificate = self.certificate().public_bytes(Encoding.PEM).decode()
        return signer.sign(element, key=self.key, cert=certificate, reference_uri=element.get("ID"))

    def _id(self, what: str) -> str:
        return "_" + self._keyring.draw(f"{what} {self._owner} {self._made}", 16).hex()

    def __repr__(self) -> str:
        return f"SamlProvider {self.entity_id}"


def encode(response: etree._Element | bytes) -> str:
    """A response in base64, as a browser posts it."""
    return b64encode(response if isinstance(response, bytes) else etree.tostring(response)).decode()


def _key_info(certificate: x509.Certificate) -> Any:
    der = b64encode(certificate.public_bytes(Encoding.DER)).decode()
    return _DS.KeyInfo(_DS.X509Data(_DS.X509Certificate(der)))


def _format(name: str) -> str:
    return name if ":" in name else _NAME_ID_FORMAT + name


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _text(element: etree._Element) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + str(etree.tostring(element, encoding="unicode"))
