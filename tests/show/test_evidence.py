from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest

from stssim.call import HttpReply, Refusal, shorten
from stssim.show.evidence import LONGEST_BODY, evidence, request, response
from stssim.show.redaction import SECRETS
from stssim.trace import Step, Trace
from tests.show.scenarios import SECRET, TOKEN, audit, call, hostile, sts, worker


def told(external_id: str | None = "cust-42") -> dict[str, Any]:
    return evidence(audit(external_id))


def lines(reply: dict[str, Any] | None) -> list[str]:
    assert reply is not None
    return [text for _, text in reply["lines"]]


def answered(body: bytes, kind: str = "text/plain") -> list[str]:
    return lines(response(HttpReply(200, (("Content-Type", kind),), body), None))


def test_it_is_json() -> None:
    for trace in (audit(), audit(external_id=None), hostile()):
        assert json.loads(json.dumps(evidence(trace)))["name"] == trace.name


def test_a_call_is_told_once_however_many_steps_it_has() -> None:
    found = told()
    assert [each["name"] for each in found["calls"]] == ["sts:AssumeRole", "s3:GetObject"]
    assert [step["call"] for step in found["steps"]] == [None, 0, 0, 0, 0, 0, 1, 1]


def test_secrets_are_nowhere_in_it() -> None:
    text = json.dumps(told())
    assert SECRET not in text
    assert TOKEN not in text
    assert shorten(TOKEN) in text


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_secret_is_shortened_wherever_it_stands(name: str) -> None:
    secret = "s3cr3t-" * 9
    by_form = call("sts", "AssumeRole", {name: secret})
    by_query = replace(by_form, request=replace(by_form.request, target=f"/?{name}={secret}", body=b""))
    xml = f"<Reply><{name}>{secret}</{name}></Reply>".encode()
    as_json = json.dumps({"Credentials": [{name: secret}]}).encode()
    step = Step("request", worker, sts, "asks", "Asks.", call=by_form, found={name: secret})
    shown = [
        *[text for _, text in request(by_form)],
        *[text for _, text in request(by_query)],
        *answered(xml, "text/xml"),
        *answered(as_json, "application/json"),
        json.dumps(evidence(Trace("one", [step]))),
    ]
    assert secret not in "\n".join(shown)
    assert shorten(secret)[:8] in "\n".join(shown)


def test_a_signature_is_left_out_and_the_date_is_the_labs() -> None:
    shown = "\n".join(text for _, text in request(call("sts", "GetCallerIdentity", {})))
    assert "5a" * 32 not in shown
    assert "Signature=(left out)" in shown
    assert "x-amz-date: 20260302T120000Z" in shown
    assert "2030" not in shown


def test_a_presigned_query_keeps_neither_signature_nor_token_nor_wall_clock() -> None:
    query = f"X-Amz-Signature=5a5a&X-Amz-Security-Token={TOKEN}&X-Amz-Date=20300101T000000Z&X-Amz-Expires=60"
    asked = call("s3", "GetObject", {}, method="GET", target=f"/b/k?{query}", body=b"")
    start = request(asked)[0][1]
    assert "X-Amz-Signature=(left out)" in start
    assert TOKEN not in start
    assert "20300101" not in start
    assert "X-Amz-Expires=60" in start


CANONICAL_HEADERS = (
    f"GET\n/k\n\nhost:b.s3.amazonaws.com\nx-amz-date:20300101T000000Z\nx-amz-security-token:{TOKEN}\n\n"
    "host;x-amz-date;x-amz-security-token\nUNSIGNED-PAYLOAD"
)
CANONICAL_QUERY = (
    "GET\n/k\nX-Amz-Credential=ASIAEXAMPLE%2F20300101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20300101T000000Z"
    f"&X-Amz-Security-Token={quote(TOKEN, safe='')}&X-Amz-SignedHeaders=host\nhost:b.s3.amazonaws.com\n\nhost\n"
    "UNSIGNED-PAYLOAD"
)


@pytest.mark.parametrize("canonical", [CANONICAL_HEADERS, CANONICAL_QUERY], ids=["headers", "query"])
def test_what_s3_tells_of_a_wrong_signature_is_shown_without_the_token_and_the_wall_clock(canonical: str) -> None:
    told = {
        "StringToSign": "AWS4-HMAC-SHA256\n20300101T000000Z",
        "SignatureProvided": "5a" * 32,
        "StringToSignBytes": b"AWS4-HMAC-SHA256\n20300101T000000Z".hex(" "),
        "CanonicalRequest": canonical,
        "CanonicalRequestBytes": canonical.encode().hex(" "),
    }
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in told.items())
    shown = "\n".join(answered(f"<Error><Code>SignatureDoesNotMatch</Code>{inner}</Error>".encode(), "application/xml"))
    for hidden in (TOKEN, quote(TOKEN, safe=""), TOKEN.encode().hex(" "), "20300101", "32 30 33 30", "5a" * 32):
        assert hidden not in shown
    assert shorten(TOKEN) in shown
    assert "host:b.s3.amazonaws.com\n" in shown


def test_a_reply_is_its_status_its_type_and_its_body() -> None:
    reply = told()["steps"][5]["response"]
    assert reply["status"] == 200
    assert lines(reply)[:2] == ["HTTP/1.1 200 OK", "content-type: text/xml"]


def test_a_refusal_has_its_code_and_its_message() -> None:
    reply = told(external_id=None)["steps"][-1]["response"]
    assert (reply["status"], reply["code"]) == (403, "AccessDenied")
    assert reply["message"].startswith("User: arn:aws:iam::")


def test_a_body_that_is_no_text_is_counted() -> None:
    assert answered(b"\xff\xfe\x00")[-1] == "(3 bytes)"


def test_a_long_body_is_cut_and_counted() -> None:
    shown = answered(b"x" * 100_000)
    assert len(shown[-2]) == LONGEST_BODY
    assert shown[-1] == "... (100,000 characters)"


@pytest.mark.parametrize(("body", "kind"), [(b"<broken", "text/xml"), (b"{broken", "application/json")])
def test_a_broken_body_is_shown_as_it_came(body: bytes, kind: str) -> None:
    assert answered(body, kind)[-1] == body.decode()


def test_a_refusal_without_a_reply_is_still_an_answer() -> None:
    reply = response(None, Refusal("ExpiredToken", "Too late.", 400))
    assert reply is not None
    assert lines(reply) == ["HTTP/1.1 400 Bad Request"]


def test_credentials_know_how_long_they_live() -> None:
    issued = told()["steps"][5]["credentials"]
    noon = int(datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp())
    assert issued["issued"]
    assert issued["life"] == {"issued_at": noon, "expires_at": noon + 3600, "now": noon + 50}
    assert ["Expires", "2026-03-02 13:00:00 UTC"] in issued["rows"]


def test_a_long_term_key_never_expires() -> None:
    used = told()["steps"][1]["credentials"]
    assert used["life"] is None
    assert ["Expires", "never: a long-term key"] in used["rows"]


def test_cloudtrail_writes_when_the_call_has_been_answered() -> None:
    assert [len(step["events"]) for step in told()["steps"]] == [0, 0, 0, 0, 0, 2, 0, 1]


def test_a_decision_is_told_at_its_own_step_alone() -> None:
    assert [step["policy"] is not None for step in told(external_id=None)["steps"]] == [
        False,
        False,
        False,
        True,
        False,
    ]


def test_a_dashboard_is_shown_line_by_line_and_what_is_missing_by_a_word() -> None:
    from stssim.scenarios import load
    from stssim.scenarios.play import play

    facts = dict(evidence(play(load("confused-deputy")).attack_trace)["steps"][-1]["facts"])
    assert facts["dashboard"] == "beacon-222222222222/report.csv\nquarter,turnover\nQ1,812000\nQ2,940000"
    assert facts["external id"] == "none"
