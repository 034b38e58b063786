"""moto can do nothing but what was judged, whatever else a request names."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stssim.access.core.build_request import MotoRequest, build_request
from stssim.call import Call, HttpRequest
from stssim.request.aws_chunked import body_of
from stssim.request.operation import asked_of
from stssim.request.protocols import UnknownOperation
from stssim.service_models import service_model
from tests.access.given import a_lab, allow, document
from tests.fakes import a_user

FORM = ("content-type", "application/x-www-form-urlencoded")
COPIES = ("x-amz-copy-source", "other/secret")


def words_of(operation: str) -> set[str]:
    """The words in a request's query that name this operation of S3: `acl` in `?acl`."""
    query = service_model("s3").operation_model(operation).http["requestUri"].partition("?")[2]
    return {word for word in query.split("&") if word}


WORDS = sorted(set().union(*map(words_of, service_model("s3").operation_names)))
SAID = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from(["", "=", "=1"])).map("".join)
    | st.sampled_from(["versionId=1", "uploadId=1", "partNumber=1", "list-type=2", "id=1", "prefix=a", "acl=%61"]),
    max_size=4,
).map("&".join)


def judged(request: HttpRequest, service: str) -> tuple[Call, MotoRequest]:
    """The call that is read off a request, and what moto is handed for it."""
    body = body_of(request)
    operation, parameters, protocol, ignored = asked_of(request, body, service)
    call = Call(request, service, operation, "us-east-1", "", parameters, None, None, body, protocol, ignored)
    return call, build_request(call, a_user(), "111111111111")


@given(
    st.sampled_from(["GET", "PUT", "POST", "DELETE", "HEAD"]),
    st.sampled_from(["/reports", "/reports/q3.csv"]),
    SAID,
    st.sampled_from([(), (COPIES,)]),
)
def test_a_request_to_s3_is_handed_over_with_the_words_of_its_operation_alone(
    method: str, path: str, query: str, headers: tuple[tuple[str, str], ...]
) -> None:
    request = HttpRequest(method, "127.0.0.1", f"{path}?{query}", headers, b"<a/>")
    try:
        call, given_to_moto = judged(request, "s3")
    except (UnknownOperation, ValueError):
        return
    named = {name for name, _ in parse_qsl(given_to_moto.target.partition("?")[2], keep_blank_values=True)}
    assert named & set(WORDS) == {word for word in words_of(call.operation) if "=" not in word}
    assert ("x-amz-copy-source" in given_to_moto.headers) <= (call.operation in ("CopyObject", "UploadPartCopy"))
    again = HttpRequest(method, "127.0.0.1", given_to_moto.target, tuple(given_to_moto.headers.items()), request.body)
    read_again = asked_of(again, body_of(again), "s3")
    assert (read_again.operation, read_again.parameters) == (call.operation, call.parameters)


@pytest.mark.parametrize(
    ("query", "operation"),
    [("acl", "GetObjectAcl"), ("acl=", "GetObjectAcl"), ("acl=1", "GetObjectAcl"), ("tagging=1", "GetObjectTagging")],
)
def test_s3_goes_by_the_name_of_a_subresource_whatever_its_value(query: str, operation: str) -> None:
    call, given_to_moto = judged(HttpRequest("GET", "127.0.0.1", f"/reports/q3.csv?{query}", ()), "s3")
    assert call.operation == operation
    assert given_to_moto.target.endswith(f"?{query.rstrip('=1')}")


def test_a_form_is_handed_over_with_what_was_read_of_it() -> None:
    body = b"Action=DeleteUser&UserName=boss&Version=2010-05-08"
    request = HttpRequest("POST", "127.0.0.1", "/?Action=GetUser&Version=2010-05-08", (FORM,), body)
    call, given_to_moto = judged(request, "iam")
    assert (call.operation, call.parameters) == ("GetUser", {"UserName": "boss"})
    assert given_to_moto.target == "/"
    assert dict(parse_qsl(given_to_moto.body.decode())) == {
        "Action": "GetUser",
        "UserName": "boss",
        "Version": "2010-05-08",
    }


def test_the_query_of_a_json_service_is_not_handed_over() -> None:
    headers = (("x-amz-target", "DynamoDB_20120810.ListTables"), ("content-type", "application/x-amz-json-1.0"))
    request = HttpRequest("POST", "127.0.0.1", "/?TableName=secret", headers, b"{}")
    assert "TableName" not in judged(request, "dynamodb")[1].target


def test_an_action_in_the_query_of_a_json_service_is_nothing() -> None:
    headers = (("x-amz-target", "DynamoDB_20120810.DescribeTable"), ("content-type", "application/x-amz-json-1.0"))
    request = HttpRequest("POST", "127.0.0.1", "/?Action=DeleteTable", headers, b'{"TableName": "t"}')
    call, given_to_moto = judged(request, "dynamodb")
    assert call.operation == "DescribeTable"
    assert given_to_moto.headers["x-amz-target"] == "DynamoDB_20120810.DescribeTable"
    assert "Action" not in given_to_moto.target


def test_of_two_headers_of_one_name_the_first_is_read_and_handed_over() -> None:
    headers = (("x-amz-copy-source", "mine/a"), ("x-amz-copy-source", "theirs/b"))
    call, given_to_moto = judged(HttpRequest("PUT", "127.0.0.1", "/reports/q3.csv", headers), "s3")
    assert call.parameters["CopySource"] == unquote(given_to_moto.headers["x-amz-copy-source"]) == "mine/a"


def test_nobody_does_in_the_body_what_they_may_not_do_by_asking_for_something_else_in_the_query() -> None:
    _, vendor, _ = a_lab()
    vendor.user("boss", document(allow("*")))
    iam = vendor.user("mallory", document(allow("iam:GetUser"))).client("iam")

    def ask_for_two_things(request: Any, **_: Any) -> None:
        request.url += "?Action=GetUser&UserName=boss&Version=2010-05-08"
        request.data = {"Action": "CreateAccessKey", "UserName": "boss", "Version": "2010-05-08"}

    iam.meta.events.register("before-sign.iam", ask_for_two_things)
    before = vendor.client("iam").list_access_keys(UserName="boss")["AccessKeyMetadata"]
    assert iam.get_user(UserName="boss")["User"]["UserName"] == "boss"
    assert vendor.client("iam").list_access_keys(UserName="boss")["AccessKeyMetadata"] == before
