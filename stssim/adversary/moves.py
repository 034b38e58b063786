"""What an attacker plans to do, one move after the other, and how it is done for real."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from stssim.adversary.stage import Stage
from stssim.lab.handles import Handle
from stssim.lab.identity.mfa import MfaDevice
from stssim.trace import Step

_NUMBERS = itertools.count()


@dataclass(frozen=True, slots=True)
class Kept:
    """A part of an earlier reply, e.g. `Kept("the function", "FunctionArn")`."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Token:
    """A web identity token that an issuer signs for the attacker; `own` is the URL of an issuer of theirs."""

    issuer: str
    claims: Mapping[str, Any]
    own: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """What an MFA device of the attacker's shows; `before`: half a minute ago."""

    device: str
    before: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """One thing that the attacker does. `number` tells the order, `phase` how much others have done before it.

    `by` is who makes the `call` (`service:Operation`): a name that an earlier move kept, one of `Means.holds`,
    `root:ACCOUNT`, `service:PRINCIPAL`, or "" for nobody. Without a call it is a message to an `application`.
    `chose` says what the attacker chose, in words that follow their name.
    """

    phase: int
    by: str = ""
    call: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    keep: str = ""
    source: tuple[str, str] | None = None
    application: str = ""
    tenant: str = ""
    role: str = ""
    external_id: str | None = None
    wait: int = 0
    chose: str = ""
    number: int = field(default_factory=lambda: next(_NUMBERS))


class Performer:
    """Does moves for real, on a stage. `handles` are the credentials that were got, `kept` the replies."""

    def __init__(self, stage: Stage, holds: tuple[str, ...] = ()) -> None:
        self.stage = stage
        self.handles: dict[str, Handle] = {name: stage.holder(name) for name in holds}
        for handle in self.handles.values():
            stage.lab.stolen(handle, by=stage.attacker)
        self.kept: dict[str, Mapping[str, Any]] = {}
        self.dashboards: list[str] = []

    def do(self, move: Move) -> str:
        """Does it; `allowed`, or how it failed."""
        if move.wait:
            self.stage.lab.clock.advance(minutes=move.wait)
            return "allowed"
        if move.application:
            return self._message(move)
        try:
            return self._call(move)
        except KeyError as error:
            return f"not made: {error}"

    def _message(self, move: Move) -> str:
        vendor, by = self.stage.application(move.application), self.stage.attacker
        try:
            if not vendor.onboard(move.tenant, move.role, move.external_id, by=by):
                return "turned down"
            row = vendor.tenants[move.tenant]
            after = vendor.audit(move.tenant, by=by)
        except (LookupError, ValueError, BotoCoreError) as error:
            return str(error)
        if after is row:
            return "no report"
        self.dashboards += after.dashboard.values()
        return "allowed"

    def _call(self, move: Move) -> str:
        service, _, operation = move.call.partition(":")
        client = self._who(move).client(service)
        methods = {operation: method for method, operation in client.meta.method_to_api_mapping.items()}
        try:
            reply = getattr(client, methods[operation])(**self._filled(move.parameters))
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        except BotoCoreError as error:
            return type(error).__name__
        if move.keep:
            self._keep(move.keep, reply)
        return "allowed"

    def _keep(self, name: str, reply: Mapping[str, Any]) -> None:
        self.kept[name] = reply
        lab = self.stage.lab
        if "Credentials" in reply:
            self.handles[name] = lab.session(reply)
        elif "AccessKey" in reply:
            made = self.handles[name] = _Key(lab, reply["AccessKey"])
            lab.stolen(made, by=self.stage.attacker)
            made.actor = self.stage.attacker.actor

    def _who(self, move: Move) -> Any:
        lab = self.stage.lab
        kind, _, name = move.by.partition(":")
        if kind == "root":
            number = name.rpartition(" ")[2] if name.startswith("another account ") else None
            found = lab.account(name, number)
            lab.stolen(found, by=self.stage.attacker)
            return found
        if kind == "service" and move.source is not None:
            arn, account = move.source
            service = lab.service(name, source_arn=arn, source_account=account)
            says = f"{self.stage.attacker.name} has {name} work for {arn}."
            lab.record(Step("message", self.stage.attacker.actor, service.actor, "configures", says, "done"))
            return service
        return self.handles[move.by] if move.by else lab

    def _filled(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: self._filled(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self._filled(each) for each in value]
        if isinstance(value, Kept):
            found: Any = self.kept[value.name]
            for key in value.path.split("."):
                found = found[key]
            return found
        if isinstance(value, Token):
            issuer = (
                self.stage.lab.oidc_provider(value.issuer, "ES256") if value.own else self.stage.issuer(value.issuer)
            )
            return issuer.mint(**{"sub": None, **value.claims})
        if isinstance(value, Code):
            made = self.kept[value.device]["VirtualMFADevice"]
            device = MfaDevice(made["SerialNumber"], made["Base32StringSeed"].decode(), self.stage.lab.clock.now)
            return device.code(-1 if value.before else 0)
        return value


class _Key(Handle):
    """An access key that the attacker made."""

    def __init__(self, lab: Any, key: Mapping[str, Any]) -> None:
        super().__init__(lab, key["UserName"])
        self.access_key_id = key["AccessKeyId"]
        self._keys = (key["AccessKeyId"], key["SecretAccessKey"], None)
