"""What moto executed is what was judged: for every operation of every service that stssim serves, with parameters made
from botocore's model and noise added on the wire, the operation that moto runs is the one in the Trace, and nothing of
the noise has come through to it.

moto is watched from outside: which of its response methods runs, and with what request.
"""

from __future__ import annotations

import functools
import importlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto.core.responses import BaseResponse
from moto.core.utils import camelcase_to_underscores

from stssim import Lab
from tests.attacks.generated import anything, least
from tests.attacks.wire import Wire, model, send, serialized

MARK = "zq9noise"
SERVED = {
    "account": "account",
    "cloudtrail": "cloudtrail",
    "cloudwatch": "cloudwatch",
    "dynamodb": "dynamodb",
    "ec2": "ec2",
    "ecr": "ecr",
    "events": "events",
    "iam": "iam",
    "kms": "kms",
    "lambda": "awslambda",
    "logs": "logs",
    "organizations": "organizations",
    "s3": "s3",
    "secretsmanager": "secretsmanager",
    "sns": "sns",
    "sqs": "sqs",
    "ssm": "ssm",
}
"""botocore's name of each service that stssim serves, and moto's. STS is stssim's own."""
S3_NAMES = {
    "list_objects": {"ListObjects"},
    "list_multipart_uploads": {"ListMultipartUploads"},
    "all_buckets": {"ListBuckets"},
    "get_bucket_tags": {"GetBucketTagging"},
    "get_bucket_lifecycle": {"GetBucketLifecycle", "GetBucketLifecycleConfiguration"},
    "get_bucket_notification": {"GetBucketNotification", "GetBucketNotificationConfiguration"},
    "list_object_versions": {"ListObjectVersions"},
    "delete_bucket_tagging": {"DeleteBucketTagging"},
    "delete_bucket_lifecycle": {"DeleteBucketLifecycle"},
    "_bucket_response_delete_keys": {"DeleteObjects"},
    "_response_options": set(),
}
"""Methods of moto's S3 that are not named as their operations are."""


@dataclass
class Run:
    """A response method of moto's that ran: of which service, by what name, and all that it could read."""

    service: str
    method: str
    readable: str


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    return watching(monkeypatch)


def watching(patch: pytest.MonkeyPatch) -> list[Run]:
    """What moto runs from now on, methods that one of its own calls left out."""
    seen: list[Run] = []
    depth = [0]

    def watched(name: str, method: Any) -> Any:
        @functools.wraps(method)
        def run(self: BaseResponse, *args: Any, **kwargs: Any) -> Any:
            if depth[0] == 0:
                told = ("uri", "body", "raw_body", "querystring", "params")
                readable = [repr(getattr(self, each, "")) for each in told]
                readable.append(repr(dict(getattr(self, "headers", {}))))
                seen.append(Run(str(self.service_name), name, " ".join(readable)))
            depth[0] += 1
            try:
                return method(self, *args, **kwargs)
            finally:
                depth[0] -= 1

        return run

    for service, moto_name in SERVED.items():
        operations = {camelcase_to_underscores(each) for each in model(service).operation_names}
        names = operations | set(S3_NAMES if service == "s3" else ())
        responses = vars(importlib.import_module(f"moto.{moto_name}.responses"))
        for cls in responses.values():
            if isinstance(cls, type) and issubclass(cls, BaseResponse) and cls is not BaseResponse:
                for name in names & set(dir(cls)):
                    patch.setattr(cls, name, watched(name, getattr(cls, name)))
    return seen


def noisy(wire: Wire, mark: str) -> Iterator[Wire]:
    """The same call with what no model knows: as headers, in the query, and in the body."""
    yield wire
    yield wire.plus((f"x-{mark}", mark), (mark, mark), ("x_amz_" + mark, mark))
    yield replace(
        wire, unsigned=((f"x-{mark}", mark), (f"x_moto_{mark}", mark), ("user-agent", mark), ("referer", mark))
    )
    yield wire.asking(f"{mark}={mark}")
    yield wire.asking(f"Action={mark}&%41ction={mark}")
    if wire.body.startswith(b"{") and wire.body.endswith(b"}"):
        try:
            honest = json.loads(wire.body)
        except ValueError:
            return
        yield replace(wire, body=json.dumps({mark: f"&Action={mark}&x=1", **honest}).encode())
        yield replace(wire, body=json.dumps({**honest, f"&Action={mark}&": {mark: mark}}).encode())
    elif b"Action=" in wire.body:
        yield replace(wire, body=wire.body + f"&{mark}={mark}&x.member.1={mark}".encode())
        yield replace(wire, body=f"{mark}={mark}&".encode() + wire.body)


def differences(lab: Lab, who: Any, wire: Wire, runs: list[Run]) -> str:
    """How what moto ran differs from what was judged; "" if it does not."""
    runs.clear()
    with lab.recording("one call") as trace:
        reply = send(who, wire)
    judged = {(each.call.service, each.call.operation) for each in trace if each.call is not None}
    leaves = repr([each.call.parameters for each in trace if each.call is not None])
    del lab.traces["one call"]
    if reply.status == 500 and b"InternalFailure" in reply.body:
        return f"{reply!r} {reply.body[:300]!r}"
    for run in runs:
        if len(judged) != 1:
            return f"moto ran {run.service}:{run.method}, and {judged or 'nothing'} was judged"
        ((_, operation),) = judged
        names = {camelcase_to_underscores(operation), operation.lower()}
        if run.method not in names and operation not in S3_NAMES.get(run.method, ()):
            return f"moto ran {run.service}:{run.method}, and {operation} was judged"
        if MARK in run.readable and MARK not in leaves:
            at = run.readable.index(MARK)
            return f"{run.service}:{run.method} can read {run.readable[max(0, at - 60) : at + 30]}"
    return ""


@pytest.mark.parametrize("service", SERVED)
def test_every_operation_with_what_it_requires(service: str, runs: list[Run]) -> None:
    lab = Lab(seed=5)
    home = lab.account("home", "111111111111")
    wrong = []
    reached = 0
    for operation in model(service).operation_names:
        shape = model(service).operation_model(operation).input_shape
        for wire in noisy(serialized(service, operation, least(shape)), MARK):
            if difference := differences(lab, home, wire, runs):
                wrong.append(f"{operation}: {difference}")
            reached += bool(runs)
            if not runs:
                break  # noise does not bring to moto what did not come to it without
    assert reached, "moto was never reached: the test watches nothing"
    assert not wrong, f"{len(wrong)}: " + "\n".join(wrong[:5])


@functools.cache
def _lab(service: str) -> Lab:
    return Lab(seed=service)


@pytest.mark.parametrize("service", SERVED)
@settings(max_examples=20, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_any_operation_with_anything_that_it_takes(service: str, data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(model(service).operation_names))
    parameters = data.draw(anything(model(service).operation_model(operation).input_shape))
    try:
        wire = serialized(service, operation, parameters)
    except Exception:  # noqa: BLE001  botocore cannot write it, so nobody can send it
        return
    with pytest.MonkeyPatch.context() as patch:
        seen = watching(patch)
        lab = _lab(service)
        home = lab.account("home", "111111111111")
        choices = list(noisy(wire, MARK))
        noise = data.draw(st.integers(0, len(choices) - 1))
        assert differences(lab, home, choices[noise], seen) == ""
