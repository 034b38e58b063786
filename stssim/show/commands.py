"""A call as one would make it oneself: with boto3, and with the AWS CLI.

Both name the call and what it asks for, not the credentials: those are the reader's own. A secret stands there as
`<NAME>`, to be filled in.
"""

from __future__ import annotations

import json
import shlex
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stssim.call import Call
from stssim.service_models import operation_model
from stssim.show.redaction import hidden, is_secret

_CLI_NAMES = {"s3": "s3api"}
_LONGEST_BODY = 400
_WORKED_OUT = ("Checksum", "ContentLength", "ContentMD5")


def commands(call: Call) -> dict[str, str]:
    """`boto3` and `cli`, each as text to run; empty for an operation that botocore does not know.

    The command line is one for a POSIX shell. A body goes into a file first, a streamed reply to standard output.
    """
    from botocore.exceptions import BotoCoreError
    from botocore.model import OperationNotFoundError

    try:
        model = operation_model(call.service, call.operation)
    except (BotoCoreError, OperationNotFoundError):
        return {}
    parameters = _parameters(call, model)
    return {"boto3": _boto3(call, parameters), "cli": _cli(call, parameters, model)}


def _parameters(call: Call, model: Any) -> dict[str, Any]:
    """What the caller gave, less what a client works out by itself; a body that is streamed is one of them."""
    asked = hidden(call.parameters, model.input_shape, lambda name, _: f"<{name}>")
    given = {
        name: value for name, value in asked.items() if not name.startswith(_WORKED_OUT) and value not in ({}, [], None)
    }
    if model.has_streaming_input:
        name = model.input_shape.serialization["payload"]
        given[name] = f"<{name}>".encode() if is_secret(model.input_shape, name) else call.body.data
    return given


def _boto3(call: Call, parameters: Mapping[str, Any]) -> str:
    from botocore import xform_name

    arguments = [f"    {name}={_literal(name, value)},\n" for name, value in parameters.items()]
    inside = f"\n{''.join(arguments)}" if arguments else ""
    return (
        "import boto3\n\n"
        f"client = boto3.client({call.service!r}, region_name={_region(call)!r})\n"
        f"reply = client.{xform_name(call.operation)}({inside})\n"
    )


def _cli(call: Call, parameters: Mapping[str, Any], model: Any) -> str:
    from botocore import xform_name

    before, options = "", []
    for name, value in parameters.items():
        option = f"--{xform_name(name, '-')}"
        if isinstance(value, bytes):
            before = _written(value)
            options.append(f"{option} body")
        elif isinstance(value, bool):
            options.append(option if value else option.replace("--", "--no-", 1))
        else:
            options.append(f"{option} {shlex.quote(_argument(name, value))}")
    if model.has_streaming_output:
        options.append("/dev/stdout")
    name = f"{_CLI_NAMES.get(call.service, call.service)} {xform_name(call.operation, '-')}"
    return before + " \\\n  ".join([f"aws {name} --region {shlex.quote(_region(call))}", *options]) + "\n"


def _region(call: Call) -> str:
    return "us-east-1" if call.region in {"", "aws-global"} else call.region


def _written(body: bytes) -> str:
    """The line that makes the file `body`."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = None
    if text is None or len(text) > _LONGEST_BODY:
        return f"# the {len(body):,} bytes that were sent go into a file named body\n"
    return f"printf %s {shlex.quote(text)} > body\n"


def _argument(name: str, value: Any) -> str:
    """A parameter as the command line takes it; bytes inside JSON in base64, as version 2 of the AWS CLI wants them."""
    value = _plain(name, value)
    return value if isinstance(value, str) else json.dumps(value, default=lambda inner: b64encode(inner).decode())


def _literal(name: str, value: Any) -> str:
    value = _plain(name, value)
    if isinstance(value, bytes) and len(value) > _LONGEST_BODY:
        return f"b'...'  # {len(value):,} bytes"
    return repr(value)


def _plain(name: str, value: Any) -> Any:
    """A parameter as lists, dicts, numbers and text."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(key, inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(name, inner) for inner in value]
    return value
