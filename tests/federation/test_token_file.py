"""The flows of AWS's own tools: `web_identity_token_file` in boto3 and the AWS CLI, and an issuer reached over HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from stssim import Lab
from stssim.clock import Clock
from stssim.lab.identity.keys import Keyring
from stssim.lab.identity.oidc import OidcProvider
from tests.federation.given import READ, Oidc, trusting

ISSUER = "https://cluster.example.com/id/ABC"


def a_cluster() -> Oidc:
    """An EKS cluster's issuer, in a Lab whose clock runs with the wall's, by which clients refresh."""
    lab = Lab(seed=7, clock=Clock.running())
    account = lab.account("shop")
    issuer = lab.oidc_provider(ISSUER)
    arn = issuer.register(account)
    subject = {f"{issuer.name}:sub": "system:serviceaccount:web:reader"}
    role = account.role("Reader", trusting(arn, "AssumeRoleWithWebIdentity", StringEquals=subject), READ)
    account.bucket("site", {"index.html": "<p>open</p>"})
    return Oidc(lab, account, issuer, arn, role)


def environment(shop: Oidc, url: str, token: Path) -> dict[str, str]:
    return {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": url,
        "AWS_ROLE_ARN": shop.role.arn,
        "AWS_ROLE_SESSION_NAME": "pod",
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(token),
    }


def test_boto3_signs_in_by_itself_with_the_token_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = a_cluster()
    token = tmp_path / "token"
    token.write_text(shop.token("system:serviceaccount:web:reader"))
    with shop.lab.serve() as url:
        for name, value in environment(shop, url, token).items():
            monkeypatch.setenv(name, value)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
            monkeypatch.delenv(name, raising=False)
        client = boto3.Session().client
        assert client("sts").get_caller_identity()["Arn"].endswith(":assumed-role/Reader/pod")
        assert client("s3").get_object(Bucket="site", Key="index.html")["Body"].read() == b"<p>open</p>"
        token.write_text(shop.token("system:serviceaccount:web:writer"))
        with pytest.raises(ClientError, match="Not authorized to perform sts:AssumeRoleWithWebIdentity"):
            boto3.Session().client("sts").get_caller_identity()


def test_the_aws_cli_signs_in_by_itself_with_the_token_in_a_file(tmp_path: Path) -> None:
    shop = a_cluster()
    token = tmp_path / "token"
    token.write_text(shop.token("system:serviceaccount:web:reader"))
    aws = Path(sys.executable).parent / "aws"
    with shop.lab.serve() as url:
        done = subprocess.run(
            [aws, "sts", "get-caller-identity"],
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **environment(shop, url, token)},
            capture_output=True,
            text=True,
            check=True,
        )
    assert json.loads(done.stdout)["Arn"].endswith(":assumed-role/Reader/pod")


@contextmanager
def published(issuer: OidcProvider, asked: Event | None = None, answering: Event | None = None) -> Iterator[str]:
    """The issuer's discovery document and keys, on a web server of its own. It notes that it was `asked`, and waits
    for `answering`.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if asked and answering:
                asked.set()
                answering.wait(10)
            documents: dict[str, Any] = {
                "/.well-known/openid-configuration": issuer.discovery(),
                "/.well-known/jwks": issuer.jwks(),
            }
            body = json.dumps(documents.get(self.path)).encode()
            self.send_response(200 if self.path in documents else 404)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_nobody_waits_for_the_issuer_of_somebody_elses_token() -> None:
    lab = Lab(seed=7)
    account = lab.account("shop")
    outside = OidcProvider(ISSUER, Keyring(b"outside"), lab.clock.now)
    made = account.client("iam").create_open_id_connect_provider(Url=ISSUER, ClientIDList=["sts.amazonaws.com"])
    trust = trusting(
        made["OpenIDConnectProviderArn"], "AssumeRoleWithWebIdentity", StringEquals={f"{outside.name}:sub": "x"}
    )
    role, token = account.role("Reader", trust), outside.mint(sub="x")
    asked, answering = Event(), Event()
    subjects: list[str] = []

    def sign_in() -> None:
        answer = lab.client("sts").assume_role_with_web_identity(
            RoleArn=role.arn, RoleSessionName="outside", WebIdentityToken=token
        )
        subjects.append(answer["SubjectFromWebIdentityToken"])

    with published(outside, asked, answering) as address, lab.recording("slow") as trace:
        lab.reach_issuers({ISSUER: address})
        waiting = Thread(target=sign_in)
        waiting.start()
        assert asked.wait(10)
        account.client("sts").get_caller_identity()
        assert not subjects
        answering.set()
        waiting.join(10)
    assert subjects == ["x"]
    calls = [step.call.operation for step in trace if step.stage == "request" and step.call]
    assert calls == ["GetCallerIdentity", "AssumeRoleWithWebIdentity"]


def test_an_issuer_outside_the_lab_is_asked_at_the_address_that_was_named() -> None:
    lab = Lab(seed=7)
    account = lab.account("shop")
    outside = OidcProvider(ISSUER, Keyring(b"outside"), lab.clock.now)
    arn = account.client("iam").create_open_id_connect_provider(Url=ISSUER, ClientIDList=["sts.amazonaws.com"])[
        "OpenIDConnectProviderArn"
    ]
    role = account.role("Reader", trusting(arn, "AssumeRoleWithWebIdentity", StringEquals={f"{outside.name}:sub": "x"}))
    asked = {"RoleArn": role.arn, "RoleSessionName": "outside", "WebIdentityToken": outside.mint(sub="x")}
    with pytest.raises(ClientError, match="Couldn't retrieve verification key"):
        lab.client("sts").assume_role_with_web_identity(**asked)
    with published(outside) as address:
        lab.reach_issuers({ISSUER: address})
        assert lab.client("sts").assume_role_with_web_identity(**asked)["SubjectFromWebIdentityToken"] == "x"
    lab.oidc_provider("https://ci.example.com").register(account)
    inside = trusting(
        "arn:aws:iam::111111111111:oidc-provider/ci.example.com",
        "AssumeRoleWithWebIdentity",
        StringEquals={"ci.example.com:sub": "y"},
    )
    role.trust(inside)
    asked["WebIdentityToken"] = lab.oidc_provider("https://ci.example.com").mint(sub="y")
    lab.client("sts").assume_role_with_web_identity(**asked)
    with pytest.raises(ValueError, match="An issuer is an https URL"):
        lab.reach_issuers({"http://ci.example.com": "http://127.0.0.1:9"})
