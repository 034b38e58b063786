"""Replays a group of facts on a Lab through its public API: accounts, users, identity providers, boto3 clients."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from stssim import Lab
from stssim.show.cloudtrail import events
from tools.conformance.compare import Reply, differences, look
from tools.conformance.facts import Group, Step, setting_steps
from tools.conformance.ingredients import Known, made
from tools.conformance.proofs import publishing

_UNCHECKED = Config(parameter_validation=False, retries={"total_max_attempts": 1})
_VERSIONS = {"iam": "2010-05-08", "sts": "2011-06-15", "sns": "2010-03-31"}


class Unprepared(Exception):
    """A call that prepares a fact was refused."""


@dataclass(frozen=True, slots=True)
class Result:
    """A fact and how it differs from what stssim does: nothing, if it agrees."""

    group: Group
    fact: Step
    differences: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether AWS and stssim say the same."""
        return not self.differences


def replay(group: Group) -> Iterator[Result]:
    """Every fact of a group, in order, with its differences."""
    scene: _Scene | None = None
    for step in group.steps:
        try:
            if scene is None or group.apart:
                scene = _Scene(group)
            reply = scene.play(step)
        except Unprepared as refused:
            found: tuple[str, ...] = (str(refused),)
        else:
            known = scene.known | dict(step.given)
            found = () if step.aws is None else tuple(differences(made(dict(step.aws), known), reply))
            if step.aws is None and reply.code != "Success" and not step.may_fail:
                raise ValueError(f"{group.name}: {step.id or step.call} prepares others and failed: {reply}")
        if step.aws is not None:
            yield Result(group, step, found)


class _Scene:
    """A Lab, who is in it, and what was kept of its replies."""

    def __init__(self, group: Group) -> None:
        setting = group.setting
        self._lab = Lab(seed=f"conformance {group.name}")
        self.known: Known = {"lab": self._lab}
        self._people: dict[str, Any] = {}
        self._sessions: list[Any] = []
        self._clients: dict[tuple[int, str, str], Any] = {}
        for name, number in setting.get("accounts", {"owner": "111111111111"}).items():
            self._people[name] = self._lab.account(name, number)
            self.known[name] = self._people[name].number
        self._providers(setting)
        for name, written in setting.get("users", {}).items():
            self._user(name, written)
        for name, (principal, source) in setting.get("services", {}).items():
            self._people[name] = self._lab.service(principal, source_arn=made(source, self.known))
        for step in setting_steps(group):
            self._prepare(step)

    def _user(self, name: str, written: Mapping[str, Any]) -> None:
        account = self._people[written["account"]]
        policy = made({"Version": "2012-10-17", "Statement": written.get("allowed", [])}, self.known)
        more = {key: written[key] for key in ("path", "tags") if key in written}
        try:
            user = account.user(written.get("name", name), policy if written.get("allowed") else None, **more)
        except ClientError as refused:
            raise Unprepared(f"The user {name}, who prepares it, is refused: {refused}") from refused
        self._people[name] = user
        self.known |= {f"{name} arn": user.arn, f"{name} key": user.access_key_id, f"{name} id": user.unique_id}

    def _providers(self, setting: Mapping[str, Any]) -> None:
        for name, written in setting.get("issuers", {}).items():
            issuer = self._lab.oidc_provider(written["url"], written.get("algorithm", "RS256"))
            self.known[f"issuer {name}"] = issuer
            self.known[name] = issuer.register(self._people[written["account"]], written["audiences"])
        for name, written in setting.get("saml", {}).items():
            provider = self._lab.saml_provider(written["entity"])
            self.known[f"saml {name}"] = provider
            self.known[name] = provider.register(self._people[written["account"]], written["name"])

    def play(self, step: Step) -> Reply:
        """Prepares a step and makes its call. Raises `Unprepared` if a call before it is refused."""
        self.known |= step.given
        for before in step.before:
            self._prepare(before)
        for name, written in step.prepared.items():
            self.known[name] = made(written, self.known)
        if step.publishes is None:
            return self._call(step)
        with publishing(self.known[f"issuer {step.publishes['issuer']}"], step.publishes):
            return self._call(step)

    def _prepare(self, step: Step) -> None:
        reply = self.play(step)
        if reply.code != "Success" and step.aws is None:
            raise Unprepared(f"{step.call}, which prepares it, is refused: {reply.code} ({reply.message})")

    def _call(self, step: Step) -> Reply:
        if step.advance:
            self._lab.clock.advance(seconds=step.advance)
        service, operation = step.call.split(":")
        if service == "saml":
            self.known[f"saml {operation}"].rotate()
            return Reply("Success", 200)
        if step.by is not None and step.by not in self._people:
            raise Unprepared(f"The call that issues the credentials of {step.by} is refused.")
        client = self._client(service, step)
        if step.form is not None:
            fields = [(name, made(value, self.known)) for name, value in step.form]
            _send_exactly(client, service, operation, fields)
        parameters = made(dict(step.parameters), self.known)
        looked = step.aws is not None and "event" in step.aws
        if not looked:
            return self._sent(client, operation, parameters, step)
        with self._lab.recording("conformance") as trace:
            reply = self._sent(client, operation, parameters, step)
        written = events(trace, list(trace))
        return Reply(reply.code, reply.status, reply.message, reply.parsed, json.loads(written[-1]["text"]))

    def _client(self, service: str, step: Step) -> Any:
        """The client that the caller has of a service; another one for fields that are sent as they are."""
        handle = self._lab if step.by is None else self._people[step.by]
        if step.form is not None:
            return handle.client(service, region=step.region, config=_UNCHECKED)
        key = (id(handle), service, step.region)
        if key not in self._clients:
            self._clients[key] = handle.client(service, region=step.region, config=_UNCHECKED)
        return self._clients[key]

    def _sent(self, client: Any, operation: str, parameters: Mapping[str, Any], step: Step) -> Reply:
        try:
            parsed = getattr(client, xform_name(operation))(**parameters)
        except ClientError as refused:
            error, about = refused.response["Error"], refused.response["ResponseMetadata"]
            return Reply(error["Code"], about["HTTPStatusCode"], error.get("Message", ""), refused.response)
        except (BotoCoreError, ValueError, AttributeError) as unsent:
            return Reply(type(unsent).__name__, 0, str(unsent))
        status = parsed["ResponseMetadata"]["HTTPStatusCode"]
        for name, path in step.keep.items():
            self.known[name] = look(parsed, path)
        if step.session is not None:
            self._sessions.append(self._lab.session(parsed))
            self._people[step.session] = self._sessions[-1]
        issued = parsed.get("Credentials") or {}
        if expiration := issued.get("Expiration"):
            left = round((expiration - self._lab.clock.now()).total_seconds())
            parsed = {**parsed, "Credentials": {**issued, "SecondsLeft": left}}
        return Reply("Success", status, "", parsed)


def _send_exactly(client: Any, service: str, operation: str, fields: list[tuple[str, str]]) -> None:
    """Has a client of a Query protocol send these form fields, whatever parameters it is called with."""
    body = urlencode([("Action", operation), ("Version", _VERSIONS[service]), *fields])

    def replace(params: dict[str, Any], **_: Any) -> None:
        params["body"] = body

    client.meta.events.register(f"before-call.{client.meta.service_model.service_id.hyphenize()}.{operation}", replace)
