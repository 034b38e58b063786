"""Lists in pages. moto shows some of IAM's whole, whatever the call asks for.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html: a page has 100 items unless the call says how
many, and 1,000 at most.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from stssim.access.services.adapter import Permitted
from stssim.access.services.iam.replies import NAMESPACE
from stssim.call import Call, HttpReply, Refusal
from stssim.safe_xml import parse
from stssim.service_models import operation_model
from stssim.trace import Refused

if TYPE_CHECKING:
    from lxml.etree import _Element

_USUAL = 100
_ALL = 1_000_000


def paged(asked: Permitted, answer: Callable[[Permitted], HttpReply]) -> HttpReply:
    """The page of the list that the call asks for, cut out of the whole of it.

    Raises `Refused` (`ValidationError`, 400) for a marker that no reply has given out.
    """
    names = _lists(asked.call)
    if not names:
        return answer(asked)
    given = {name: value for name, value in asked.call.parameters.items() if name != "Marker"} | {"MaxItems": _ALL}
    whole = replace(asked.call, parameters=given)
    forward = asked.forward
    reply = answer(replace(asked, call=whole, forward=lambda other=None: forward(other or whole)))
    marker = asked.call.parameters.get("Marker", "0")
    most = asked.call.parameters.get("MaxItems", _USUAL)
    if reply.status >= 300 or (marker == "0" and reply.body.count(b"<member>") <= most):
        return reply
    return _cut(reply, names, marker, most)


def _cut(reply: HttpReply, names: tuple[str, ...], marker: str, most: int) -> HttpReply:
    from lxml.etree import tostring

    root = parse(reply.body)
    result = root[0]
    lists = [each for name in names if (each := result.find(f"{{{NAMESPACE}}}{name}")) is not None]
    items = [(within, item) for within in lists for item in within]
    if marker not in map(str, range(len(items) + 1)):
        raise Refused(Refusal("ValidationError", "Invalid Marker.", 400))
    start = int(marker)
    for place, (within, item) in enumerate(items):
        if not start <= place < start + most:
            within.remove(item)
    more = start + most < len(items)
    _say(result, "IsTruncated", "true" if more else "false")
    if more:
        _say(result, "Marker", str(start + most))
    return replace(reply, body=tostring(root))


def _say(result: _Element, name: str, value: str) -> None:
    from lxml.etree import SubElement

    found = result.find(f"{{{NAMESPACE}}}{name}")
    (found if found is not None else SubElement(result, f"{{{NAMESPACE}}}{name}")).text = value


def _lists(call: Call) -> tuple[str, ...]:
    """The lists in the reply of an operation that has pages; none of another."""
    model = operation_model(call.service, call.operation)
    if model.input_shape is None or not {"Marker", "MaxItems"} <= model.input_shape.members.keys():
        return ()
    return tuple(name for name, shape in model.output_shape.members.items() if shape.type_name == "list")
