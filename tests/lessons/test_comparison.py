"""The comparison of operations says what their calls showed; lengths and proofs are those of the API reference."""

from __future__ import annotations

from contextlib import suppress
from functools import cache

import pytest

from stssim import Lab
from stssim.lessons.comparison import Row, compared
from tests.access.given import allow, document

TRUSTED = {"Federated": "arn:aws:iam::111111111111:oidc-provider/ci.example.com"}


@cache
def rows() -> dict[str, Row]:
    lab = Lab(seed=7)
    account = lab.account("<one>")
    alice = account.user("alice", document(allow("*")))
    issuer = lab.oidc_provider("https://ci.example.com")
    issuer.register(account)
    when = {"StringEquals": {"ci.example.com:sub": "job"}}
    web = account.role("Web", document(allow("sts:AssumeRoleWithWebIdentity", None, Principal=TRUSTED, Condition=when)))
    own = account.role("Own", document(allow("sts:AssumeRole", None, Principal={"AWS": account.number})))
    phone, sts = alice.mfa_device(), alice.client("sts")
    with lab.recording("first") as first:
        sts.assume_role(RoleArn=own.arn, RoleSessionName="early", DurationSeconds=1830)
        sts.get_caller_identity()
        sts.get_session_token(SerialNumber=phone.serial, TokenCode=phone.code())
        token = issuer.mint(sub="job")
        asked = {"RoleArn": web.arn, "RoleSessionName": "web", "WebIdentityToken": token}
        lab.client("sts").assume_role_with_web_identity(**asked)
        alice.client("s3").list_buckets()
    with lab.recording("second") as second, suppress(Exception):
        sts.assume_role(RoleArn=own.arn, RoleSessionName="later")
        sts.get_delegated_access_token(TradeInToken="none")
    return {row.operation: row for row in compared(first, second).rows}


def test_each_operation_of_sts_has_one_row_for_its_first_call() -> None:
    assert list(rows()) == [
        "AssumeRole", "GetCallerIdentity", "GetSessionToken", "AssumeRoleWithWebIdentity", "GetDelegatedAccessToken",
    ]  # fmt: skip
    assert rows()["AssumeRole"].and_is_then == "arn:aws:sts::111111111111:assumed-role/Own/early"


@pytest.mark.parametrize(
    ("operation", "shows", "decided"),
    [
        ("AssumeRole", "a long-term key", "trust policy and identity policy"),
        ("GetCallerIdentity", "a long-term key", "–"),
        ("GetSessionToken", "a long-term key and an MFA code", "–"),
        ("AssumeRoleWithWebIdentity", "a web identity token", "trust policy"),
    ],
)
def test_a_row_says_what_was_shown_and_which_policies_decided(operation: str, shows: str, decided: str) -> None:
    assert (rows()[operation].the_caller_shows, rows()[operation].who_decided) == (shows, decided)


@pytest.mark.parametrize(
    ("operation", "lasts", "may_last"),
    [
        ("AssumeRole", "1830 s", "15 min to 12 h"),
        ("GetSessionToken", "12 h", "15 min to 36 h"),
        ("AssumeRoleWithWebIdentity", "1 h", "15 min to 12 h"),
        ("GetCallerIdentity", "–", "–"),
    ],
)
def test_lengths_are_those_issued_and_those_of_the_api_reference(operation: str, lasts: str, may_last: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html"""
    assert (rows()[operation].it_lasts, rows()[operation].it_may_last) == (lasts, may_last)


def test_a_refused_operation_says_with_what() -> None:
    assert rows()["GetDelegatedAccessToken"].and_is_then == "refused: ExpiredTradeInTokenException"


def test_the_table_is_escaped_and_reads_as_text_too() -> None:
    lab = Lab(seed=7)
    alice = lab.account("one").user("alice", document(allow("*")))
    with lab.recording("first") as first:
        alice.client("sts").get_federation_token(Name="carol")
    shown = compared(first)
    assert repr(shown).startswith("GetFederationToken, a long-term key, identity policy, arn:aws:sts::111111111111:")
    assert shown._repr_html_().count("<tr>") == 2
    assert "federated-user/<wbr>carol" in shown._repr_html_()
