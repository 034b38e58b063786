"""Results as STS words them, and refusals as each protocol does; read back by botocore's own parsers."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from botocore.parsers import create_parser
from hypothesis import given
from hypothesis import strategies as st

from stssim.call import Call, HttpReply, HttpRequest, Refusal
from stssim.request.reply import refuse, reply
from stssim.service_models import operation_model
from tests.fakes import a_call

DENIED = Refusal("AccessDenied", 'User: <bob> & "co" is not authorized\x00')
SIGNED = (
    "authorization",
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0",
)


def parsed(protocol: str, answered: HttpReply, shape: Any = None) -> dict[str, Any]:
    found: dict[str, Any] = create_parser(protocol).parse(
        {"status_code": answered.status, "headers": dict(answered.headers), "body": answered.body}, shape
    )
    return found


def test_a_result_is_read_back_by_botocore_as_it_was_given() -> None:
    result = {
        "Credentials": {
            "AccessKeyId": "ASIAEXAMPLE",
            "SecretAccessKey": "<&>",
            "SessionToken": "IQoJ==",
            "Expiration": datetime(2027, 1, 4, 10, tzinfo=UTC),
        },
        "AssumedRoleUser": {"AssumedRoleId": "AROA:audit", "Arn": "arn:aws:sts::111122223333:assumed-role/Audit/é"},
        "PackedPolicySize": 6,
    }
    answered = reply(a_call("AssumeRole"), result)
    found = parsed("query", answered, operation_model("sts", "AssumeRole").output_shape)
    assert found.pop("ResponseMetadata")["RequestId"] == dict(answered.headers)["x-amzn-requestid"]
    assert found == result


def test_a_result_stands_in_the_namespace_of_the_api_version() -> None:
    answered = reply(a_call("GetCallerIdentity"), {"Arn": "arn:aws:iam::111122223333:root"})
    root = ET.fromstring(answered.body)
    assert root.tag == "{https://sts.amazonaws.com/doc/2011-06-15/}GetCallerIdentityResponse"


# As sigs.k8s.io/aws-iam-authenticator asks, and as other clients of STS have recorded the answers.
ASKING_FOR_JSON = HttpRequest("GET", "sts.amazonaws.com", "/", (("accept", "application/json"),))


def test_who_accepts_json_gets_the_result_as_json() -> None:
    call = replace(a_call("GetCallerIdentity"), request=ASKING_FOR_JSON)
    answered = reply(
        call, {"UserId": "AIDAEXAMPLE", "Account": "111122223333", "Arn": "arn:aws:iam::111122223333:root"}
    )
    assert dict(answered.headers)["content-type"] == "application/json"
    told = json.loads(answered.body)["GetCallerIdentityResponse"]
    assert told["GetCallerIdentityResult"] == {
        "UserId": "AIDAEXAMPLE",
        "Account": "111122223333",
        "Arn": "arn:aws:iam::111122223333:root",
    }
    assert told["ResponseMetadata"]["RequestId"] == dict(answered.headers)["x-amzn-requestid"]


def test_json_has_times_in_seconds_and_null_for_what_there_is_not() -> None:
    call = replace(a_call("AssumeRole"), request=ASKING_FOR_JSON)
    expires = datetime(2027, 1, 4, 10, tzinfo=UTC)
    told = json.loads(reply(call, {"Credentials": {"AccessKeyId": "ASIAEXAMPLE", "Expiration": expires}}).body)
    result = told["AssumeRoleResponse"]["AssumeRoleResult"]
    assert result["Credentials"]["Expiration"] == expires.timestamp()
    assert result["PackedPolicySize"] is None


def test_who_accepts_json_gets_a_refusal_as_json() -> None:
    answered = refuse(replace(a_call("AssumeRole"), request=ASKING_FOR_JSON), Refusal("AccessDenied", "No."))
    assert answered.status == 403
    assert json.loads(answered.body)["Error"] == {"Code": "AccessDenied", "Message": "No.", "Type": "Sender"}


def asked(service: str, *headers: tuple[str, str], body: bytes = b"", method: str = "POST") -> HttpRequest:
    return HttpRequest(
        method, "127.0.0.1", "/", (("x-amz-date", ""), (SIGNED[0], SIGNED[1].format(service)), *headers), body
    )


FORM = ("content-type", "application/x-www-form-urlencoded")
PROTOCOLS = {
    "query": asked("sts", FORM),
    "query of a service that is read no further": asked("sqs", FORM),
    "ec2": asked("ec2", FORM),
    "json": asked(
        "dynamodb", ("x-amz-target", "DynamoDB_20120810.ListTables"), ("content-type", "application/x-amz-json-1.0")
    ),
    "rest-json": asked("lambda"),
    "rest-xml": asked("s3", method="GET"),
    "rest-xml outside S3": asked("route53"),
    "smithy-rpc-v2-cbor": asked("monitoring", ("smithy-protocol", "rpc-v2-cbor"), ("content-type", "application/cbor")),
}


@pytest.mark.parametrize("case", PROTOCOLS)
def test_a_refusal_is_read_back_by_botocore_in_every_protocol(case: str) -> None:
    answered = refuse(PROTOCOLS[case], DENIED)
    error = parsed(case.partition(" ")[0], answered)["Error"]
    assert answered.status == 403
    assert error["Code"] == "AccessDenied"
    assert error["Message"].rstrip("\x00\ufffd") == 'User: <bob> & "co" is not authorized'


def test_a_refusal_of_s3_carries_its_details() -> None:
    refusal = Refusal("AuthorizationHeaderMalformed", "...", 400, {"Region": "eu-central-1"})
    assert parsed("rest-xml", refuse(asked("s3"), refusal))["Error"]["Region"] == "eu-central-1"


def test_a_refusal_of_s3_ends_with_its_two_ids_which_are_in_the_headers_too() -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/get-request-ids.html"""
    answered = refuse(asked("s3"), Refusal("SignatureDoesNotMatch", "...", 403, {"StringToSign": "A\n<&>"}))
    headers = dict(answered.headers)
    request_id, host_id = headers["x-amz-request-id"], headers["x-amz-id-2"]
    assert answered.body.decode().endswith(
        "<Message>...</Message><StringToSign>A\n&lt;&amp;&gt;</StringToSign>"
        f"<RequestId>{request_id}</RequestId><HostId>{host_id}</HostId></Error>"
    )


def test_head_has_no_body() -> None:
    assert refuse(asked("s3", method="HEAD"), DENIED).body == b""


def test_json_services_call_a_missing_signature_an_exception() -> None:
    answered = refuse(PROTOCOLS["json"], Refusal("IncompleteSignature", "...", 400))
    assert parsed("json", answered)["Error"]["Code"] == "IncompleteSignatureException"


def test_equal_requests_have_equal_request_ids() -> None:
    assert refuse(asked("sts"), DENIED) == refuse(asked("sts"), DENIED)
    assert refuse(asked("sts", body=b"1"), DENIED).headers != refuse(asked("sts", body=b"2"), DENIED).headers


@given(st.text(), st.sampled_from(sorted(PROTOCOLS)))
def test_any_message_can_be_said_in_any_protocol(message: str, case: str) -> None:
    answered = refuse(PROTOCOLS[case], Refusal("ValidationError", message, 400))
    assert parsed(case.partition(" ")[0], answered)["Error"]["Code"] == "ValidationError"


def test_a_refused_call_is_answered_in_the_dialect_of_its_service() -> None:
    call = Call(HttpRequest("GET", "127.0.0.1", "/bucket", ()), "s3", "ListObjectsV2", "us-east-1", "s3.amazonaws.com")
    assert refuse(call, DENIED).body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied')
