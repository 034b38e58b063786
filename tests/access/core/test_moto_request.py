"""The request object that moto is given is the one that moto would make."""

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.core.request import Request

from stssim.access.core.moto_request import moto_request

_HOST = "s3.us-east-1.amazonaws.com"
_UNRESERVED = string.ascii_letters + string.digits + "-._~!$&'()*+,=:@"
_SEGMENTS = st.lists(
    st.one_of(
        st.text(_UNRESERVED, min_size=1),
        st.binary(min_size=1, max_size=4).map(lambda data: "".join(f"%{byte:02X}" for byte in data)),
        st.sampled_from(["{", "é", " ", "%2F", "%", "%zz", "日本"]),
    ),
    min_size=1,
).map("".join)
_PATHS = st.lists(_SEGMENTS, min_size=1).map(lambda segments: "/" + "/".join(segments))
_TARGETS = st.tuples(_PATHS, st.text(_UNRESERVED + "%/?")).map(
    lambda both: f"{both[0]}?{both[1]}" if both[1] else both[0]
)
_NAMES = st.one_of(
    st.sampled_from(
        ["content-type", "content-length", "transfer-encoding", "range", "x-amz-meta-my_key", "x-amz-date"]
    ),
    st.text(string.ascii_lowercase + "-_", min_size=1),
)
_HEADERS = st.dictionaries(_NAMES, st.text(string.ascii_letters + "/-; =é")).map(
    lambda headers: {**headers, "host": _HOST}
)


def _read(request: Any) -> dict[str, Any]:
    """Everything about a request but where its streams are."""
    apart = {"wsgi.input", "wsgi.errors", "werkzeug.request"}
    environ = {name: value for name, value in request.environ.items() if name not in apart}
    return {
        "environ": environ,
        "headers": sorted(request.headers),
        "url": request.raw_url,
        "path": request.path,
        "args": request.args.to_dict(flat=False),
        "data": request.get_data(),
    }


@given(st.sampled_from(["GET", "PUT", "POST", "HEAD", "DELETE"]), _TARGETS, _HEADERS, st.binary())
def test_a_request_is_the_one_that_moto_makes_of_it(
    method: str, target: str, headers: dict[str, str], body: bytes
) -> None:
    made = Request.from_primitives(method, f"https://{_HOST}{target}", headers, body)
    assert _read(moto_request(method, _HOST, target, headers, body)) == _read(made)


@pytest.mark.parametrize("target", ["//twice", "/reports/a;b", "/reports/a//b", "/reports//a?versions", "/a/../b"])
def test_no_part_of_an_odd_target_is_lost(target: str) -> None:
    request = moto_request("GET", _HOST, target, {"host": _HOST}, b"")
    assert request.raw_url == f"https://{_HOST}{target}"
