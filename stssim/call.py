"""What travels through the gate: a call and its caller on the way in, a refusal or a reply on the way out.

Everything here is frozen, and no `repr` shows what was sent or answered: there are secrets in it. The parts, in the
order in which a call meets them: `HttpRequest`, `Signature`, `Call`, `RequiredPermission`, `Session`, `Verified`,
`Caller`, `Actor`, `Refusal`, `HttpReply`. What happened to a call is in `stssim.trace`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, cast

from stssim.service_names import SERVICE_NAMES

Protocol = Literal["ec2", "json", "query", "rest-json", "rest-xml"]
PrincipalKind = Literal["root", "user", "role", "federated-user", "web-identity", "saml", "service", "anonymous"]
ISSUING = frozenset(
    f"sts:{operation}"
    for operation in (
        "AssumeRole",
        "AssumeRoleWithSAML",
        "AssumeRoleWithWebIdentity",
        "AssumeRoot",
        "GetDelegatedAccessToken",
        "GetFederationToken",
        "GetScopedCredentials",
        "GetSessionToken",
    )
)
_LONGEST_SUBJECT = 200
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as it arrived, whichever door it came through.

    `target` is the path and query exactly as sent, never decoded, because that is what was signed. `headers` keep
    their order and repetitions; their names are in lower case. `secure` and `source_ip` are what the door saw of the
    connection. `id` is what the reply calls the request; a Lab gives each one its own.
    """

    method: str
    host: str
    target: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    secure: bool = True
    source_ip: str = "203.0.113.10"
    id: str = ""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]

    def header(self, name: str) -> str | None:
        """The first header of this name (in lower case), or None."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk of a body and the signature that it came with ("": it is not signed). The last one has no data."""

    data: bytes = field(repr=False)
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """What the caller sent, without the framing that it came in. `chunks` are None for a body that came in one piece;
    `trailers` are the headers that came after the chunks, `trailer_signature` is what signs those.
    """

    data: bytes = field(default=b"", repr=False)
    chunks: tuple[Chunk, ...] | None = field(default=None, repr=False)
    trailers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    trailer_signature: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a request says of its own signature, as yet unverified.

    `form` says where it stood and by which scheme: Signature Version 4 in the `Authorization` header or in the query
    of a presigned URL, or S3's Signature Version 2 in a query. `date` is `X-Amz-Date` (or `Date`) as sent, `expires`
    the lifetime of a presigned URL in seconds (for Signature Version 2: the epoch second at which it ends).
    """

    form: Literal["header", "query", "s3-v2-query"]
    access_key_id: str
    signature: str = field(repr=False)
    date: str = field(default="", repr=False)
    region: str = ""
    service: str = ""
    scope_date: str = field(default="", repr=False)
    signed_headers: tuple[str, ...] = ()
    expires: int | None = None
    session_token: str | None = field(default=None, repr=False)


NO_BODY = Body()
STREAMS = (
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
)
"""What `X-Amz-Content-Sha256` says of a body that comes in chunks."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one operation: what was asked, of whom, at which door.

    `parameters` are the operation's inputs under botocore's names; where the model has a body that is no document, it
    is in `body` alone. `protocol` is the one that the call came in. `ignored` names what the request has besides that
    the operation does not know. `region` is the Region that was signed for (an
    unsigned call's is read off its host); `endpoint` is the host that the client believes it speaks to, e.g.
    `sts.amazonaws.com`.
    """

    request: HttpRequest
    service: str
    operation: str
    region: str
    endpoint: str
    parameters: Mapping[str, Any] = field(default_factory=lambda: NOTHING, repr=False)
    signature: Signature | None = None
    at: datetime | None = None
    body: Body = NO_BODY
    protocol: Protocol = "query"
    ignored: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.service}:{self.operation}"

    @property
    def target(self) -> Actor:
        """The service, as it is drawn: STS, S3, IAM..."""
        return Actor(SERVICE_NAMES.get(self.service, self.service))

    @property
    def temporary(self) -> bool:
        """Whether it was signed with temporary credentials (or says so)."""
        return self.signature is not None and self.signature.session_token is not None

    @property
    def issues(self) -> bool:
        """Whether temporary credentials are what it asks for."""
        return self.name in ISSUING

    @property
    def judged(self) -> Literal[2, 6] | None:
        """The arrow of the classic picture at which this call is judged: 2 for credentials, 6 for access with them."""
        return 2 if self.issues else 6 if self.temporary and self.service != "sts" else None


@dataclass(frozen=True, slots=True)
class RequiredPermission:
    """One permission that a call needs: an IAM action on a resource (an ARN, or `*`).

    `account` is the account that the ARN names, or None where the ARN does not say (a bucket, an object). `context`
    holds the condition keys that belong to this action alone, e.g. `s3:prefix` or `iam:PassedToService`.
    """

    action: str
    resource: str
    account: str | None = None
    context: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Session:
    """Temporary credentials, and all that is known of them. This is what a session token has sealed inside.

    Times are epoch seconds on the Lab's clock. `principal` is the ARN of the role, user or account root behind the
    session, `principal_id` its unique id; `name` the session's own name. `policies` are the session policies (JSON
    text; None: none was passed), `policy_arns` the managed ones. `scope_down` has the policies that
    calls of GetScopedCredentials added, the first call's first. `mfa_at` is when MFA was given, or None. `claims` are
    condition keys that the sign-in left behind (`saml:sub`, `accounts.example.com:aud`...). `origin` is the
    `Actor.mark` of whoever it was issued to.
    """

    kind: Literal["role", "user", "root", "federated-user", "service"]
    account: str
    principal: str
    principal_id: str
    name: str
    access_key_id: str
    issued_at: int
    expires_at: int
    policies: tuple[str, ...] | None = None
    policy_arns: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    transitive_tag_keys: tuple[str, ...] = ()
    source_identity: str | None = None
    mfa_at: int | None = None
    provider: str | None = None
    claims: tuple[tuple[str, str | tuple[str, ...]], ...] = ()
    token_version: Literal[1, 2] = 2
    origin: str = ""
    task_policy: str | None = None
    scope_down: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verified:
    """What an identity provider vouched for in a web identity token or a SAML assertion, after that was verified.

    `provider` is the ARN of the IAM identity provider, or the name of a built-in one: the `Federated` principal of a
    trust policy. `claims` are the condition keys that the token fills, `session_claims` those that the session's own
    requests have as well. `session_name` is the assertion's RoleSessionName (a web identity's is a parameter of the
    call). `expires_at` caps the credentials (SessionNotOnOrAfter, epoch seconds) and `session_duration` shortens them
    (SessionDuration, seconds). `issuer`, `subject`, `audience`, `subject_type` and `name_qualifier` are what the
    response repeats.
    """

    kind: Literal["web-identity", "saml"]
    provider: str
    issuer: str
    subject: str
    audience: str
    claims: tuple[tuple[str, str | tuple[str, ...]], ...] = ()
    session_claims: tuple[tuple[str, str | tuple[str, ...]], ...] = ()
    session_name: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
    transitive_tag_keys: tuple[str, ...] = ()
    source_identity: str | None = None
    expires_at: int | None = None
    session_duration: int | None = None
    subject_type: str = ""
    name_qualifier: str = ""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling, proved by a signature (or nobody: `anonymous`).

    `arn` and `user_id` are what GetCallerIdentity answers; `principal_arn` is `aws:PrincipalArn`: for a role session
    the role's ARN. `principal_id` is the unique id that policies are bound to. `actor` is who this is in a picture: a
    session is drawn as the one who asked for it. What this call itself proved beside the signature: `mfa_at` is when
    an MFA code was given with it (epoch seconds), `verified` the identity behind its web identity token or SAML
    assertion.
    """

    kind: PrincipalKind
    account: str
    arn: str
    user_id: str
    principal_arn: str
    principal_id: str
    actor: Actor
    access_key_id: str | None = None
    session: Session | None = None
    mfa_at: int | None = None
    verified: Verified | None = None

    @property
    def temporary(self) -> bool:
        return self.session is not None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call turned away, as AWS would say it: its error code, its sentence, its HTTP status."""

    code: str
    message: str
    status: int = 403
    detail: Mapping[str, str] = field(default_factory=lambda: NOTHING, repr=False)


@dataclass(frozen=True, slots=True, order=True)
class Actor:
    """Somebody, or something, that a step happens between. `account` is the owner's number, "" for AWS itself."""

    name: str
    kind: PrincipalKind | Literal["application"] = "service"
    account: str = ""

    @property
    def mark(self) -> str:
        """The actor as one string, e.g. `user:111122223333:alice`; `of_mark` reads it back."""
        return f"{self.kind}:{self.account}:{self.name}"

    @classmethod
    def vouched_for(cls, subject: str, kind: Literal["web-identity", "saml"]) -> Actor:
        """Who an identity provider vouches for, under its name for them (of a very long one, the beginning)."""
        return cls(subject[:_LONGEST_SUBJECT], kind)

    @classmethod
    def of_mark(cls, mark: str) -> Actor:
        kind, account, name = mark.split(":", 2)
        return cls(name, cast(Any, kind), account)


@dataclass(frozen=True, slots=True)
class HttpReply:
    """What goes back over the wire."""

    status: int
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)


STS = Actor("STS")


def shorten(secret: str) -> str:
    """A secret or token as it may be shown: its first four characters, and how long it is.

    >>> shorten("abcdefghij")
    'abcd... (10 characters)'
    """
    return f"{secret[:4]}... ({len(secret)} characters)"
