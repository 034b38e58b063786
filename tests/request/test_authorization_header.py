"""What a request says of its signature, and what is answered where it cannot be read."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stssim.call import HttpRequest
from stssim.request.authorization_header import query_of, service_of, signature_of
from stssim.trace import Refused
from tests.fakes import refusals

FACTS = refusals("wire_errors")
DATE = ("x-amz-date", "20150830T123600Z")
FORM = ("content-type", "application/x-www-form-urlencoded")
MALFORMED = "The authorization header is malformed; "
S3_PARTS = f"{MALFORMED}The authorization header requires three components: Credential, SignedHeaders, and Signature."
QUERY = {
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": "AKIDEXAMPLE/20150830/us-east-1/s3/aws4_request",
    "X-Amz-Date": "20150830T123600Z",
    "X-Amz-Expires": "3600",
    "X-Amz-SignedHeaders": "host",
    "X-Amz-Signature": "abcd",
}


def with_authorization(value: str, *more: tuple[str, str], host: str = "127.0.0.1:4570") -> HttpRequest:
    return HttpRequest("GET", host, "/", (("host", host), *more, ("authorization", value)))


def authorization(service: str = "sts", /, **changes: str | None) -> str:
    said: dict[str, str | None] = {
        "Credential": f"AKIDEXAMPLE/20150830/us-east-1/{service}/aws4_request",
        "SignedHeaders": "host;x-amz-date",
        "Signature": "abcd",
    }
    parts = [f"{name}={value}" for name, value in (said | changes).items() if value is not None]
    return f"AWS4-HMAC-SHA256 {', '.join(parts)}"


def presigned(**changes: str | None) -> HttpRequest:
    said = {name: value for name, value in ({**QUERY} | changes).items() if value is not None}
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in said.items())
    return HttpRequest("GET", "127.0.0.1:4570", f"/bucket/key?{query}", ())


def refusal(request: HttpRequest) -> tuple[str, int, str]:
    with pytest.raises(Refused) as refused:
        signature_of(request)
    return refused.value.refusal.code, refused.value.refusal.status, refused.value.refusal.message


def test_the_authorization_header_is_read() -> None:
    found = signature_of(with_authorization(authorization(), DATE, ("x-amz-security-token", "IQoJ")))
    assert found is not None
    assert (found.form, found.access_key_id, found.scope_date) == ("header", "AKIDEXAMPLE", "20150830")
    assert (found.region, found.service, found.signature) == ("us-east-1", "sts", "abcd")
    assert (found.signed_headers, found.date, found.session_token) == (
        ("host", "x-amz-date"),
        "20150830T123600Z",
        "IQoJ",
    )


def test_spaces_between_the_parts_do_not_matter() -> None:
    assert signature_of(with_authorization(authorization().replace(", ", ","), DATE)) == signature_of(
        with_authorization(authorization().replace(", ", " ,  "), DATE)
    )


def test_a_presigned_url_is_read() -> None:
    found = signature_of(presigned(**{"X-Amz-Security-Token": "IQoJ+/="}))
    assert found is not None
    assert (found.form, found.service, found.expires, found.session_token) == ("query", "s3", 3600, "IQoJ+/=")


def test_a_url_of_signature_version_2_is_read() -> None:
    target = "/bucket/key?AWSAccessKeyId=AKIDEXAMPLE&Signature=a%2Bb%3D&Expires=1175139620&x-amz-security-token=IQoJ"
    found = signature_of(HttpRequest("GET", "127.0.0.1:4570", target, ()))
    assert found is not None
    assert (found.form, found.signature, found.expires, found.session_token) == (
        "s3-v2-query",
        "a+b=",
        1175139620,
        "IQoJ",
    )


@pytest.mark.parametrize("value", ["", "Bearer abc", "Basic YTpi", "AWS AKIDEXAMPLE:frJIUN8DYpKDtOLCwo//yllqDzg="])
def test_at_sts_another_scheme_is_no_signature(value: str) -> None:
    assert signature_of(with_authorization(value, host="sts.amazonaws.com")) is None


@pytest.mark.parametrize(
    ("value", "refused"),
    [
        ("Bearer abc", ("InvalidArgument", 400, "Unsupported Authorization Type")),
        (
            "AWS AKIDEXAMPLE:frJIUN8DYpKDtOLCwo//yllqDzg=",
            ("InvalidRequest", 400, "The authorization mechanism you have provided is not supported. "
                            "Please use AWS4-HMAC-SHA256."),
        ),
    ],
)  # fmt: skip
def test_at_s3_another_scheme_is_refused(value: str, refused: tuple[str, int, str]) -> None:
    assert refusal(with_authorization(value)) == refused


def test_a_part_without_an_equal_sign_is_refused_as_sts_was_seen_to() -> None:
    value = authorization().replace("Credential=", "Credential ")
    fact = FACTS["malformed header"]
    part = "Credential AKIDEXAMPLE/20150830/us-east-1/sts/aws4_request"
    message = fact["message"].replace("{...}", part).replace("{header}", value)
    assert refusal(with_authorization(value, DATE, host="sts.amazonaws.com")) == (fact["code"], fact["status"], message)


@pytest.mark.parametrize("part", ["Credential", "SignedHeaders", "Signature"])
def test_each_part_is_required(part: str) -> None:
    value = authorization(**{part: None})
    code, status, message = refusal(with_authorization(value, DATE, host="sts.amazonaws.com"))
    assert (code, status) == ("IncompleteSignature", 400)
    assert message == f"Authorization header requires '{part}' parameter. Authorization={value}"
    s3 = authorization("s3", **{part: None})
    assert refusal(with_authorization(s3, DATE)) == ("AuthorizationHeaderMalformed", 400, S3_PARTS)


def test_a_date_is_required() -> None:
    code, _, message = refusal(with_authorization(authorization()))
    assert code == "IncompleteSignature"
    assert message.startswith(
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization="
    )
    assert refusal(with_authorization(authorization("s3"))) == (
        "AccessDenied", 403, "AWS authentication requires a valid Date or x-amz-date header",
    )  # fmt: skip


@pytest.mark.parametrize("credential", ["AKIDEXAMPLE", "AKIDEXAMPLE/20150830/us-east-1/sts", "a/b/c"])
def test_a_credential_has_five_elements(credential: str) -> None:
    assert refusal(with_authorization(authorization(Credential=credential), DATE, host="sts.amazonaws.com")) == (
        "IncompleteSignature",
        400,
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
        f"got '{credential}'",
    )
    assert refusal(with_authorization(authorization(Credential=credential), DATE, host="s3.amazonaws.com")) == (
        "AuthorizationHeaderMalformed",
        400,
        f'{MALFORMED}the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    )


def test_a_scope_ends_in_aws4_request() -> None:
    wrong = "AKIDEXAMPLE/20150830/us-east-1/sts/aws5_request"
    assert refusal(with_authorization(authorization(Credential=wrong), DATE)) == (
        "SignatureDoesNotMatch",
        403,
        "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'.",
    )


def test_signature_version_4a_is_refused_with_a_clear_message() -> None:
    asymmetric = authorization().replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")
    code, status, message = refusal(with_authorization(asymmetric, DATE))
    assert (code, status) == ("IncompleteSignature", 400)
    assert message == (
        "Signature Version 4A (AWS4-ECDSA-P256-SHA256) is not simulated here; "
        "sign for one Region, with AWS4-HMAC-SHA256."
    )


def test_an_upload_by_a_form_is_refused_with_a_clear_message() -> None:
    form = ("content-type", "multipart/form-data; boundary=xx")
    assert refusal(HttpRequest("POST", "bucket.s3.amazonaws.com", "/", (form,), b"--xx--")) == (
        "NotImplemented",
        501,
        "An upload by a form with a signed policy (presigned POST) is not simulated here; presign a PUT instead.",
    )


def test_another_algorithm_is_refused() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html"""
    other = authorization().replace("AWS4-HMAC-SHA256", "AWS4-HMAC-MD5")
    assert refusal(with_authorization(other, DATE)) == (
        "IncompleteSignature", 400, "Unsupported AWS 'algorithm': 'AWS4-HMAC-MD5' (only AWS4-HMAC-SHA256 for now).",
    )  # fmt: skip


@pytest.mark.parametrize("name", [name for name in QUERY if name != "X-Amz-Algorithm"])
def test_a_presigned_url_of_s3_has_every_parameter(name: str) -> None:
    assert refusal(presigned(**{name: None})) == (
        "AuthorizationQueryParametersError",
        400,
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
        "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
    )


@pytest.mark.parametrize(
    ("expires", "message"),
    [
        ("604801", "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less "
                   "than 604800 seconds"),
        ("9" * 5000, "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be "
                     "less than 604800 seconds"),
        ("-1", "X-Amz-Expires must be non-negative"),
        ("soon", "X-Amz-Expires should be a number"),
        ("٣", "X-Amz-Expires should be a number"),
    ],
)  # fmt: skip
def test_a_presigned_url_lives_a_week_at_most(expires: str, message: str) -> None:
    assert refusal(presigned(**{"X-Amz-Expires": expires})) == ("AuthorizationQueryParametersError", 400, message)


@pytest.mark.parametrize("expires", [None, "60", "604801", "-1", "soon"])
def test_at_sts_a_presigned_url_has_no_lifetime_of_its_own(expires: str | None) -> None:
    """aws-iam-authenticator's source says that STS ignores it: https://github.com/aws/aws-sdk-go/issues/2167"""
    changes = {"X-Amz-Credential": "AKIDEXAMPLE/20150830/us-east-1/sts/aws4_request", "X-Amz-Expires": expires}
    found = signature_of(presigned(**changes))
    assert found is not None
    assert (found.service, found.expires) == ("sts", None)


def test_s3_takes_one_way_of_signing_at_a_time() -> None:
    request = presigned()
    both = HttpRequest(request.method, request.host, request.target, (DATE, ("authorization", authorization("s3"))))
    code, status, message = refusal(both)
    assert (code, status) == ("InvalidArgument", 400)
    assert message.startswith("Only one auth mechanism allowed; ")


@pytest.mark.parametrize(
    ("request_", "service"),
    [
        (with_authorization(authorization("dynamodb")), "dynamodb"),
        (with_authorization("AWS4-HMAC-SHA256 Credential=A/B/C/kms/aws4_request"), "kms"),
        (presigned(), "s3"),
        (HttpRequest("POST", "sts.eu-central-1.amazonaws.com", "/", ()), "sts"),
        (HttpRequest("POST", "iam.amazonaws.com", "/", ()), "iam"),
        (HttpRequest("GET", "bucket.s3.eu-central-1.amazonaws.com", "/", ()), "s3"),
        (HttpRequest("GET", "sts.s3.amazonaws.com", "/", ()), "s3"),
        (HttpRequest("POST", "127.0.0.1", "/", (FORM,), b"Action=AssumeRoleWithSAML&Version=2011-06-15"), "sts"),
        (HttpRequest("GET", "127.0.0.1", "/?Version=2010-05-08&Action=ListUsers", ()), "iam"),
        (HttpRequest("GET", "127.0.0.1", "/bucket/key", ()), "s3"),
    ],
)
def test_the_service_is_told_from_scope_host_or_api_version(request_: HttpRequest, service: str) -> None:
    assert service_of(request_) == service


def test_of_a_parameter_twice_the_first_counts() -> None:
    assert query_of(HttpRequest("GET", "", "/?a=1&a=2&b=%2F&c", ())) == {"a": "1", "b": "/", "c": ""}


@given(st.text(max_size=200), st.sampled_from(["sts.amazonaws.com", "127.0.0.1"]), st.booleans())
def test_whatever_the_header_says_it_is_read_or_refused(value: Any, host: str, dated: bool) -> None:
    credential, signed = authorization(Credential=value), authorization(SignedHeaders=value)
    for said in (value, f"AWS4-HMAC-SHA256 {value}", credential, signed):
        request = with_authorization(said, *((DATE,) if dated else ()), host=host)
        with suppress(Refused):
            assert signature_of(request) is None or dated
