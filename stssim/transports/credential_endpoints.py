"""Where programs in AWS get credentials over HTTP: EC2's instance metadata service, and the endpoint of a container.

The SDKs' own providers fetch from here. They go by the wall clock, so `Expiration` is told in wall time.
"""

from __future__ import annotations

import json
import os
import tempfile
from asyncio import to_thread
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest
from pathlib import Path
from typing import Any, Protocol, cast

from botocore.exceptions import ClientError

from stssim.call import HttpReply, HttpRequest
from stssim.clock import Clock
from stssim.draws import Draws
from stssim.transports.http import Receive, Send, answer, head, running, whole_body
from stssim.transports.origins import LOOPBACK_ONLY

_TOKEN, _TOKEN_TTL = "x-aws-ec2-metadata-token", "x-aws-ec2-metadata-token-ttl-seconds"
_LONGEST_TTL = 21_600
"""In seconds. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-v2-how-it-works.html"""
_CREDENTIALS = "/latest/meta-data/iam/security-credentials/"


class Delivered(Protocol):
    """A workload, as far as an endpoint knows it."""

    @property
    def role_name(self) -> str: ...
    @property
    def role_arn(self) -> str: ...
    def issued(self) -> Mapping[str, Any]:
        """New credentials, as STS's `Credentials`. Raises `ClientError` where the role does not let the service in."""
        ...

    def wall(self, moment: datetime) -> datetime:
        """A moment of the Lab's clock on the wall clock."""
        ...

    def unique(self, kind: str) -> str: ...


class Instance(Delivered, Protocol):
    """An EC2 instance, as far as its metadata service knows it."""

    imds_v1: bool
    delivery: str

    def facts(self) -> Mapping[str, str]:
        """What the service answers besides credentials, by path."""
        ...


Reply = Callable[[HttpRequest], HttpReply]


@contextmanager
def serving(reply: Reply) -> Iterator[str]:
    """Serves an endpoint on loopback as long as the block lasts, and yields its URL."""

    async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        request = head(scope)
        await whole_body(receive)
        told = LOOPBACK_ONLY.reply(request)
        await answer(send, request.method, await to_thread(reply, request) if told is None else told)

    with running(application, "127.0.0.1") as url:
        yield url


@contextmanager
def token_file(token: str) -> Iterator[str]:
    """A file that only its owner can read, with the token in it, as long as the block lasts; yields its path."""
    with tempfile.TemporaryDirectory(prefix="stssim-") as folder:
        file = Path(folder) / "token"
        file.touch(mode=0o600)
        file.write_text(token)
        yield os.fspath(file)


@dataclass(slots=True)
class ContainerEndpoint:
    """The endpoint from which a container's SDK fetches credentials; `token` has to be sent as `Authorization`.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
    """

    workload: Delivered
    path: str
    token: str

    def __call__(self, request: HttpRequest) -> HttpReply:
        if request.path != self.path or request.method != "GET":
            return _json(404, {"code": "NotFound", "message": "There are no credentials at this path."})
        if not compare_digest((request.header("authorization") or "").encode("utf-8", "replace"), self.token.encode()):
            return _json(401, {"code": "Unauthorized", "message": "The Authorization header has another token."})
        try:
            issued = self.workload.issued()
        except ClientError as error:
            told = error.response["Error"]
            return _json(403, {"code": told["Code"], "message": told["Message"]})
        return _json(200, {"RoleArn": self.workload.role_arn, **_told(self.workload, issued)})


@dataclass(slots=True)
class MetadataService:
    """The instance metadata service, version 2; of version 1 what the instance allows.

    Version 2 wants a token, for which a program asks by PUT: what only follows links, or fetches what it is told to,
    cannot. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
    """

    instance: Instance
    clock: Clock
    _ends: dict[str, datetime] = field(default_factory=dict)
    _draws: Draws = field(default_factory=Draws)

    def __call__(self, request: HttpRequest) -> HttpReply:
        if request.path == "/latest/api/token":
            return self._token(request)
        if request.method not in ("GET", "HEAD"):
            return _text(405, "Method Not Allowed")
        token = request.header(_TOKEN)
        if token is None and not self.instance.imds_v1:
            return _text(401, "Unauthorized")
        if token is not None and (token not in self._ends or self._ends[token] < self.clock.now()):
            return _text(401, "Unauthorized")
        self.instance.delivery = "1.0" if token is None else "2.0"
        return self._read(request.path)

    def _token(self, request: HttpRequest) -> HttpReply:
        """A proxy's request is refused: it would hand the token to somebody outside."""
        if request.method != "PUT":
            return _text(405, "Method Not Allowed")
        if request.header("x-forwarded-for") is not None:
            return _text(403, "Forbidden")
        wanted = request.header(_TOKEN_TTL) or ""
        if not (wanted.isascii() and wanted.isdecimal() and 1 <= int(wanted[:9]) <= _LONGEST_TTL):
            return _text(400, "Bad Request")
        now = self.clock.now()
        self._ends = {token: end for token, end in self._ends.items() if end >= now}
        token = self.instance.unique(f"metadata token {self._draws.number('token')}") + "=="
        self._ends[token] = now + timedelta(seconds=int(wanted))
        return _text(200, token, (_TOKEN_TTL, wanted))

    def _read(self, path: str) -> HttpReply:
        if path in (_CREDENTIALS, _CREDENTIALS.rstrip("/")):
            return _text(200, self.instance.role_name)
        if path == _CREDENTIALS + self.instance.role_name:
            return self._credentials()
        known = self.instance.facts()
        if path in known:
            return _text(200, known[path])
        folder = path.rstrip("/") + "/"
        names = {
            (name := each.removeprefix(folder)).partition("/")[0] + ("/" if "/" in name else "")
            for each in (*known, _CREDENTIALS)
            if each.startswith(folder)
        }
        return _text(200, "\n".join(sorted(names))) if names else _text(404, "Not Found")

    def _credentials(self) -> HttpReply:
        """A role that does not let EC2 in is told as EC2 tells it: with status 200 and a code."""
        now = self.instance.wall(self.clock.now())
        try:
            issued = self.instance.issued()
        except ClientError:
            message = f"EC2 cannot assume the role {self.instance.role_name}."
            told = {"Code": "AssumeRoleUnauthorizedAccess", "Message": message, "LastUpdated": _moment(now)}
            return _text(200, json.dumps(told, indent=2))
        head_ = {"Code": "Success", "LastUpdated": _moment(now), "Type": "AWS-HMAC"}
        return _text(200, json.dumps({**head_, **_told(self.instance, issued)}, indent=2))


def _told(workload: Delivered, issued: Mapping[str, Any]) -> dict[str, str]:
    return {
        "AccessKeyId": issued["AccessKeyId"],
        "SecretAccessKey": issued["SecretAccessKey"],
        "Token": issued["SessionToken"],
        "Expiration": _moment(workload.wall(cast(datetime, issued["Expiration"]))),
    }


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _text(status: int, text: str, *headers: tuple[str, str]) -> HttpReply:
    return HttpReply(status, (("content-type", "text/plain"), *headers), text.encode())


def _json(status: int, content: Mapping[str, str]) -> HttpReply:
    return HttpReply(status, (("content-type", "application/json"),), json.dumps(content).encode())
