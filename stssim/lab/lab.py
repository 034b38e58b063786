"""The Lab: one private mock cloud with its accounts, its clock, its seed and its traces."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from operator import attrgetter
from threading import RLock
from typing import TYPE_CHECKING, Any
from uuid import UUID

from stssim.call import NOTHING, Actor, Call, Caller, HttpReply, HttpRequest, Session
from stssim.clock import Clock
from stssim.draws import Draws
from stssim.lab.handles import Account, Document, Handle, ServicePrincipal, TemporaryCredentials, User
from stssim.trace import Answer, Step, Trace

if TYPE_CHECKING:
    from stssim.cloud import Cloud, KeySource
    from stssim.lab.identity.keys import Algorithm
    from stssim.lab.identity.mfa import MfaDevice
    from stssim.lab.oidc_issuer import OidcIssuer
    from stssim.lab.saml_identity_provider import SamlIdp
    from stssim.lab.vendor import Settings, Vendor

Alter = Callable[[int, str, Mapping[str, Any]], Mapping[str, Any]]
_KEPT_OF_THE_SET_UP = 2000
_MOST_CHANGES = 50_000
_MOST_FETCHES = 3
_READS = ("Describe", "Get", "Head", "List")


@dataclass(frozen=True, slots=True)
class _Change:
    """A call that made part of the set-up, as it was let through. `draw` is what its ids were drawn by."""

    call: Call
    caller: Caller
    account: str
    draw: str


class Lab:
    """A mock cloud of one's own. Every twelve-digit account exists in it, and nothing in it outlives it.

    The same `seed` gives the same ids, keys, tokens and times. Labs do not see each other, and none touches the
    environment, a profile, or a client that it did not make. Calls made inside `recording` are the scenario; all others
    are its set-up.
    """

    def __init__(self, seed: int | str = 0, *, clock: Clock | None = None, root_secret: str = "test") -> None:
        from stssim.access.core.mock_cloud import MockCloud
        from stssim.issue.token_codec import SealedTokens
        from stssim.lab.identities import Identities

        self.seed = seed
        self.clock = clock or Clock()
        self.traces: dict[str, Trace] = {}
        self.root_secret = root_secret
        key = hashlib.sha256(f"stssim {seed}".encode()).digest()
        self._seal = SealedTokens(key)
        self._identities = Identities(self)
        self._mock = MockCloud(key, root_secret, self._identities.account_issuer, self.clock.now)
        self._keys: KeySource = self._identities.issuers
        self._keys_at_hand: KeySource = self._keys
        self._sts_deactivated: set[tuple[str, str]] = set()
        self._lock = RLock()
        self._accounts: dict[str, Account] = {}
        self._names: dict[str, str] = {}
        self._set_up: deque[Step] = deque(maxlen=_KEPT_OF_THE_SET_UP)
        self._changes: list[_Change] = []
        self._alter: Alter | None = None
        self._address: str | None = None
        self._hands: dict[str, Actor] = {}
        self._recording: tuple[str, deque[Step]] | None = None
        self._requests = Draws()
        self._asked = 0
        self._told = 0

    def account(self, name: str, number: str | None = None) -> Account:
        """The account of this name. A new one is given a number that a room can remember: 111111111111, 222222222222...

        Raises `ValueError` for a number that is not twelve digits or that has another name already.
        """
        if name not in self._accounts:
            number = number or _number(len(self._accounts) + 1)
            if len(number) != 12 or not number.isdecimal():
                raise ValueError(f"An account number is twelve digits, and {number!r} is not.")
            if number in self._names:
                raise ValueError(f"Account {number} is {self._names[number]!r} already.")
            self._accounts[name] = Account(self, name, number)
            self._names[number] = name
        elif number not in (None, self._accounts[name].number):
            raise ValueError(f"Account {name!r} has the number {self._accounts[name].number} already.")
        return self._accounts[name]

    def service(
        self, principal: str, *, source_arn: str | None = None, source_account: str | None = None
    ) -> ServicePrincipal:
        """An AWS service that calls as itself, on behalf of a resource (`aws:SourceArn`) or an account
        (`aws:SourceAccount`).
        """
        claims = {"aws:SourceArn": source_arn, "aws:SourceAccount": source_account}
        return ServicePrincipal(self, principal, tuple((key, value) for key, value in claims.items() if value))

    def vendor(self, account: Account, name: str, policy: Document, settings: Settings | None = None) -> Vendor:
        """A deputy application: a vendor that audits its tenants as IAM user `name` of `account`, who holds
        `policy`.
        """
        from stssim.lab.vendor import Settings, Vendor

        return Vendor(self, account, account.user(name, policy), settings or Settings())

    def oidc_provider(self, url: str, algorithm: Algorithm = "RS256") -> OidcIssuer:
        """The OpenID Connect issuer of this URL, with keys of its own: a CI system, a cluster, a sign-in page.

        `mint(sub=..., aud=...)` gives its tokens; `register(account)` makes IAM know it. Raises `ValueError` for a URL
        that is no issuer's, and for another algorithm than the one it has already.
        """
        return self._identities.oidc(url, algorithm)

    def reach_issuers(self, addresses: Mapping[str, str]) -> None:
        """Issuers outside the Lab, e.g. `{"https://ci.example.com": "http://127.0.0.1:9001"}`: their discovery document
        and keys are fetched from these addresses, and nothing else is ever called. Raises `ValueError` for what is no
        issuer or no address.
        """
        from stssim.transports.issuer_keys import FetchedIssuers

        fetched = FetchedIssuers(dict(addresses), self._identities.issuers)
        self._keys, self._keys_at_hand = fetched, fetched.at_hand()

    def jwks(self, issuer: str) -> Mapping[str, Any]:
        """The JSON Web Key Set that an issuer (with `https://`) publishes: an identity provider of the Lab's, an
        account's own, or one of `reach_issuers`. Raises `ConnectionError` where there is none to be had.
        """
        return self._keys.jwks(issuer)

    def activate_sts(self, account: Account, region: str) -> None:
        """Activates STS in a Region for an account again; see `deactivate_sts`."""
        self._switch_sts(account, region, active=True)

    def deactivate_sts(self, account: Account, region: str) -> None:
        """Deactivates STS in a Region for an account, as its administrator does in the IAM console: it is issued no
        credentials there any more. A reset undoes what was done in a recording.

        Raises `ValueError` for a Region in which STS is always active, or off because the Region is.
        https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
        """
        self._switch_sts(account, region, active=False)

    def _switch_sts(self, account: Account, region: str, *, active: bool) -> None:
        with self._lock:
            self._mock.switch_sts(account.number, region, active=active)
            if not self.is_recording:
                (self._sts_deactivated.discard if active else self._sts_deactivated.add)((account.number, region))

    def saml_provider(self, entity_id: str = "https://login.example.com/saml") -> SamlIdp:
        """The SAML identity provider of this entity id, with a key and a certificate of its own.

        `assertion(subject, roles)` gives its responses; `register(account, name)` makes IAM know it.
        """
        return self._identities.saml(entity_id)

    def mfa_device(self, user: User, name: str | None = None) -> MfaDevice:
        """The virtual MFA device of this name (the user's own, unless given) that is enabled for a user: made and
        enabled now, if it is not there yet. `code()` is what it shows by the Lab's clock.
        """
        return self._identities.mfa_device(user, name or user.name)

    @contextmanager
    def older_rules(self) -> Iterator[None]:
        """Inside, IAM takes trust policies of a shared OIDC issuer (GitHub, GitLab...) that do not say whose tokens are
        meant, as it did in earlier years. They stay in force afterwards.
        """
        with self._mock.unguarded():
            yield

    @contextmanager
    def altering(self, alter: Alter | None) -> Iterator[None]:
        """Inside, what a client of this Lab is about to send passes `alter` first, before it is signed.

        `alter` is given how many calls the recording has seen before, the name of this one, e.g. `sts:AssumeRole`, and
        its parameters, and gives the parameters to send instead. So a scenario is told again with one call changed,
        whoever makes it. None alters nothing.
        """
        self._alter = alter
        try:
            yield
        finally:
            self._alter = None

    @contextmanager
    def calling_from(self, address: str | None) -> Iterator[None]:
        """Inside, calls come from this IP address: it is `aws:SourceIp`. None is the usual one."""
        before, self._address = self._address, address
        try:
            yield
        finally:
            self._address = before

    def outgoing(self, name: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        """The parameters to send for this call: as given, unless inside `altering`."""
        return parameters if self._alter is None else self._alter(self._asked, name, parameters)

    def session(self, reply: Mapping[str, Any]) -> TemporaryCredentials:
        """The temporary credentials in an STS reply, to make clients with.

        In a picture they are drawn as the one who asked for them. Raises `ValueError` if the reply carries none.
        """
        from stssim.validate.authentication.claimed_identity import session_caller

        made = TemporaryCredentials.of(self, reply)
        with suppress(ValueError):  # not a token of this Lab's
            made.actor = session_caller(self._seal.open(reply["Credentials"]["SessionToken"])).actor
        return made

    def stolen(self, credentials: Handle, by: Handle) -> None:
        """From now on, whoever signs with these credentials is drawn as `by`, who has stolen them.

        AWS sees no difference: the caller is the owner of the key, in every decision and in every log.
        """
        self._hands[credentials.access_key_id] = by.actor

    def client(self, service: str, *, region: str = "us-east-1", config: Any = None) -> Any:
        """A boto3 client that does not sign: an anonymous caller's, or one who signs in with a token of another
        kind.
        """
        from stssim.transports.in_process import client

        return client(service, self.handle, region=region, config=config, outgoing=self.outgoing)

    @contextmanager
    def recording(
        self, name: str, *, cast: Mapping[str, str | Handle | Iterable[str | Handle]] = NOTHING, keep: int | None = None
    ) -> Iterator[Trace]:
        """Keeps the steps of the calls made inside in a Trace of this name: all of them, or the last `keep`.

        `cast` gives actors their parts, e.g. `{"attacker": mallory}`, or several the same part. Raises `RuntimeError`
        inside another recording.
        """
        if self._recording is not None:
            raise RuntimeError(f"Already recording {self._recording[0]!r}; end that first.")
        playing = {part: [who] if isinstance(who, str | Handle) else who for part, who in cast.items()}
        parts = {who if isinstance(who, str) else who.name: part for part, all_ in playing.items() for who in all_}
        steps: deque[Step] = deque(maxlen=keep)
        trace = Trace(name, steps, accounts=self._names, parts=parts)
        self._recording, self._asked, self._told = (name, steps), 0, 0
        self.traces[name] = trace
        try:
            yield trace
        finally:
            self._recording = None

    @property
    def is_recording(self) -> bool:
        """Whether calls belong to a scenario now, and not to the set-up."""
        return self._recording is not None

    @property
    def set_up(self) -> Trace:
        """The steps of the calls made outside a recording (of many, the last 2,000)."""
        return Trace("set-up", self._set_up, accounts=self._names)

    def reset(self) -> None:
        """An empty Lab, in which the set-up is made again: same ids, same keys. Clock and traces start anew; handles
        stay valid. What else there was is gone for good: no id, key or token that is made afterwards is one of its.
        Of a set-up of more than 50,000 changes, the first ones are made again.
        """
        with self._lock:
            self._mock.clear()
            for number, region in self._sts_deactivated:
                self._mock.switch_sts(number, region, active=False)
            self.clock.reset()
            self._identities.reset()
            self._hands.clear()
            self.traces = {
                name: trace for name, trace in self.traces.items() if self._recording and self._recording[0] == name
            }
            if self._recording:
                self._recording[1].clear()
            self._asked = self._told = 0
            with self._mock.entered():
                for change in self._changes:
                    self._mock.redo(change.call, change.caller, change.account, change.draw)

    @contextmanager
    def inspected(self) -> Iterator[Cloud]:
        """Inside, everything that exists, as the gate sees it at this moment: to be read, and not to be changed. No
        call can be made there.
        """
        with self._lock, self._mock.entered():
            yield self._mock.at(self.clock.now(), datetime.now(UTC), self._seal, self._keys_at_hand, self._hands)

    @contextmanager
    def serve(self, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
        """Serves this Lab over HTTP as long as the block lasts, and yields the URL, for the AWS CLI beside the
        notebook.
        """
        from stssim.transports.http import serving

        with serving(self, host=host, port=port) as url:
            yield url

    def handle(self, request: HttpRequest) -> HttpReply:
        """Answers a request through the gate and keeps its steps. Both doors end here.

        An issuer's keys are fetched while nobody is kept waiting, and the request is judged anew with them at hand.
        """
        from stssim.cloud import KeysWanted

        for _ in range(_MOST_FETCHES):
            try:
                return self._answer(request, self._keys_at_hand)
            except KeysWanted as wanted:
                with suppress(ConnectionError):
                    self._keys.jwks(wanted.issuer, fresh=wanted.fresh)
        return self._answer(request, self._keys)

    def handle_at_once(self, request: HttpRequest) -> HttpReply | None:
        """What `handle` answers, or None: an issuer's keys have to be fetched first, and nothing was done."""
        from stssim.cloud import KeysWanted

        try:
            return self._answer(request, self._keys_at_hand)
        except KeysWanted:
            return None

    def _answer(self, request: HttpRequest, keys: KeySource) -> HttpReply:
        from stssim.gate import gate
        from stssim.validate.authorization.authorization_id import denial_of

        with self._lock:
            recording = self._recording
            steps = recording[1] if recording else self._set_up
            with self._mock.entered():
                cloud = self._mock.at(self.clock.now(), datetime.now(UTC), self._seal, keys, self._hands)
                answer = gate(self._numbered(request), cloud)
                denial = denial_of(answer, cloud.directory)
                if denial is not None:
                    self._mock.keep_denial(denial)
            self._asked += 1
            for step in answer.steps:
                self._keep(step, steps)
            if recording is None and len(self._changes) < _MOST_CHANGES:
                self._changes += _changes(answer, self._mock.drawn)
        return answer.reply

    def _numbered(self, request: HttpRequest) -> HttpRequest:
        """The request with an id that no other one has."""
        name = f"{request.method} {request.path}"
        digest = hashlib.sha256(f"{self.seed} {name} {self._requests.number(name)}".encode(errors="surrogatepass"))
        own = str(UUID(bytes=digest.digest()[:16], version=4))
        return replace(request, id=own, source_ip=self._address or request.source_ip)

    def evidence(self) -> list[dict[str, Any]]:
        """The traces of the set-up and of each recording, as data that JSON can hold."""
        from stssim.show.evidence import evidence

        return [evidence(trace) for trace in (self.set_up, *self.traces.values())]

    def record(self, step: Step) -> None:
        """Keeps a step that is no AWS call: a message between applications."""
        with self._lock:
            self._keep(step, self._recording[1] if self._recording else self._set_up)

    def _keep(self, step: Step, steps: deque[Step]) -> None:
        self._told += 1
        steps.append(_placed(step, self._told, step.at or self.clock.now()))

    def mint(self, session: Session) -> tuple[str, str, str]:
        """An access key, its secret and the session token of a session, for whoever gets them outside STS."""
        key_id = self._seal.access_key_id("ASIA", session.account or "000000000000", session.principal)
        session = replace(session, access_key_id=key_id)
        return key_id, self._seal.secret(key_id), self._seal.seal(session)

    def delivered(
        self, credentials: Mapping[str, Any], to: Actor, keys: tuple[tuple[str, str], ...]
    ) -> Mapping[str, Any]:
        """A role's credentials as a service of AWS's gives them to a workload: same key, same secret, and a session
        token that also holds these condition keys, which are in the context of each request from now on. In a picture
        they are drawn in the hands of `to`.
        """
        session = self._seal.open(credentials["SessionToken"])
        session = replace(session, origin=to.mark, claims=(*session.claims, *keys))
        return {**credentials, "SessionToken": self._seal.seal(session)}

    def __repr__(self) -> str:
        accounts = ", ".join(f"{name} {number}" for number, name in self._names.items())
        return f"Lab(seed={self.seed!r}), accounts: {accounts or 'none named yet'}"


def _placed(step: Step, position: int, at: datetime) -> Step:
    """What `replace` would give, in less than half the time: this is done to every step of every call."""
    values = list(_VALUES(step))
    values[_POSITION], values[_AT] = position, at
    return Step(*values)


_FIELDS = [each.name for each in fields(Step)]
_VALUES = attrgetter(*_FIELDS)
_POSITION, _AT = _FIELDS.index("position"), _FIELDS.index("at")


def _number(nth: int) -> str:
    return str(nth) * 12 if nth < 10 else str(int(hashlib.sha256(f"account {nth}".encode()).hexdigest(), 16))[:12]


def _changes(answer: Answer, draw: str) -> Iterator[_Change]:
    last = answer.steps[-1] if answer.steps else None
    if last is None or last.call is None or last.caller is None or last.stage != "access":
        return
    if answer.reply.status < 400 and not last.call.operation.startswith(_READS):
        yield _Change(last.call, last.caller, last.resource_account or last.caller.account, draw)
