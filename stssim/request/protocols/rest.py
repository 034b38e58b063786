"""The REST protocols: an operation by its method, path, query words and headers; parameters in all of these and in the
body.

https://smithy.io/2.0/spec/http-bindings.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote

from stssim.request.protocols import UnknownOperation, UnreadableUri, json_body, xml_body
from stssim.request.protocols.scalars import of_text
from stssim.service_models import operation_model, service_model

_LABEL = re.compile(r"\{([^{}]+)\}")
_UNNAMED = frozenset({"x-id"})
"""What clients write into a query beside parameters."""


@dataclass(frozen=True, slots=True)
class RestRequest:
    """A request in its parts. `path` is still encoded; `query` is decoded, in order; `headers` have lower-case names,
    of each name the first.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes

    def asked(self, name: str) -> str | None:
        """The first parameter of this name in the query."""
        return next((value for each, value in self.query if each == name), None)


def query_pairs(query: str) -> tuple[tuple[str, str], ...]:
    """Raises `ValueError` for what is not UTF-8."""
    try:
        return tuple(parse_qsl(query, keep_blank_values=True, max_num_fields=1000, errors="strict"))
    except UnicodeDecodeError:
        raise UnreadableUri("The query is not UTF-8.") from None


def match(service: str, request: RestRequest) -> tuple[str, Mapping[str, str]]:
    """The operation, and the labels of its path, decoded. Raises `UnknownOperation` where there is none,
    `ValueError` for a path that is not UTF-8.
    """
    for route in _routes(service, request.method):
        found = route.path.fullmatch(request.path)
        if found is not None and route.takes(request):
            try:
                labels = [unquote(label, errors="strict") for label in found.groups()]
            except UnicodeDecodeError:
                raise UnreadableUri("The path is not UTF-8.") from None
            return route.operation, dict(zip(route.labels, labels, strict=True))
    raise UnknownOperation(service)


def parameters(service: str, operation: str, labels: Mapping[str, str], request: RestRequest) -> dict[str, Any]:
    """The operation's parameters; a body that is no document is none of them.

    Raises `ValueError` for parameters that are not of their types.
    """
    model = operation_model(service, operation)
    shape = model.input_shape
    if shape is None:
        return {}
    found: dict[str, Any] = {}
    bound = set()
    for name, member in shape.members.items():
        location, said = member.serialization.get("location"), member.serialization.get("name", name)
        if location is None:
            continue
        bound.add(name)
        given = _located(member, location, said, labels, request)
        if given is not None:
            found[name] = given
    payload = shape.serialization.get("payload")
    is_json = model.service_model.protocol == "rest-json"
    if payload is not None:
        member = shape.members[payload]
        if request.body and member.type_name not in ("blob", "string"):
            found[payload] = (
                json_body.value(member, json_body.document(request.body))
                if is_json
                else xml_body.value(member, request.body)
            )
    elif is_json:
        found |= json_body.value(shape, json_body.document(request.body), leave_out=frozenset(bound))
    elif request.body and len(bound) < len(shape.members):
        found |= {name: each for name, each in xml_body.value(shape, request.body).items() if name not in bound}
    return found


def unknown(service: str, operation: str, request: RestRequest, besides: frozenset[str]) -> Iterator[str]:
    """What a request has in its query and its `x-amz-` headers that the operation does not know; `besides` are what
    every request may have.
    """
    model = operation_model(service, operation)
    words = {name for name, _ in parse_qsl(model.http["requestUri"].partition("?")[2], keep_blank_values=True)}
    prefixes, names = [], set(besides | _UNNAMED | words)
    for name, member in model.input_shape.members.items() if model.input_shape else ():
        said = member.serialization.get("name", name)
        match member.serialization.get("location"):
            case "querystring":
                names.add(said)
            case "header":
                names.add(said.lower())
            case "headers":
                prefixes.append(said.lower())
    for name, _ in request.query:
        if name not in names and name.lower() not in names:
            yield f"query parameter {name}"
    for name in request.headers:
        if name.startswith(("x-amz-", "x_amz_")) and name not in names and not name.startswith(tuple(prefixes)):
            yield f"header {name}"


def _located(member: Any, location: str, said: str, labels: Mapping[str, str], request: RestRequest) -> Any:
    match location:
        case "uri":
            return None if said not in labels else of_text(member, labels[said])
        case "querystring":
            return _of_query(member, said, request)
        case "header":
            given = request.headers.get(said.lower())
            return None if given is None else _of_header(member, given)
        case "headers":
            prefix = said.lower()
            return {name[len(prefix) :]: given for name, given in request.headers.items() if name.startswith(prefix)}
    return None


def _of_query(member: Any, said: str, request: RestRequest) -> Any:
    match member.type_name:
        case "list":
            given = [value for name, value in request.query if name == said]
            return [of_text(member.member, value) for value in given] or None
        case "map":
            return dict(reversed(request.query)) or None
    value = request.asked(said)
    return None if value is None else of_text(member, value)


def _of_header(member: Any, given: str) -> Any:
    if member.type_name == "list":
        return [of_text(member.member, each.strip()) for each in given.split(",")]
    if member.type_name == "timestamp" and member.serialization.get("name") == "Expires":
        return given
    return of_text(member, given)


@dataclass(frozen=True, slots=True)
class _Route:
    """How one operation is asked for: words that its query must have (with a value, or None: any) and headers."""

    operation: str
    path: re.Pattern[str]
    labels: tuple[str, ...]
    words: tuple[tuple[str, str | None], ...]
    headers: tuple[str, ...]
    rank: tuple[int, int, bool]

    def takes(self, request: RestRequest) -> bool:
        """S3 goes by the name of a subresource, whatever value is given to it: `?acl=1` is `?acl`."""
        for word, value in self.words:
            given = request.asked(word)
            if given is None or (value is not None and given != value):
                return False
        return all(name in request.headers for name in self.headers)


@cache
def _routes(service: str, method: str) -> Sequence[_Route]:
    """Those of a method, the most demanding first."""
    model = service_model(service)
    models = (model.operation_model(name) for name in model.operation_names)
    routes = [_route(each) for each in models if each.http.get("method", "POST") == method]
    return sorted(routes, key=lambda route: route.rank, reverse=True)


def _route(model: Any) -> _Route:
    path, _, query = model.http["requestUri"].partition("?")
    words: dict[str, str | None] = {name: value or None for name, value in parse_qsl(query, keep_blank_values=True)}
    headers = []
    shape = model.input_shape
    for name in shape.required_members if shape else ():
        said = shape.members[name].serialization
        if said.get("location") == "querystring":
            words.setdefault(said.get("name", name), None)
        elif said.get("location") == "header" and not said.get("hostLabel"):
            headers.append(said.get("name", name).lower())
    labels = _LABEL.findall(path)
    literal = sum(map(len, _LABEL.split(path)[::2]))
    rank = literal, len(words) + len(headers), not model.deprecated
    return _Route(
        model.name,
        re.compile(_pattern(path, model.service_model.service_name)),
        tuple(label.rstrip("+") for label in labels),
        tuple(words.items()),
        tuple(headers),
        rank,
    )


def _pattern(path: str, service: str) -> str:
    """A label takes one segment; a greedy one, or the last one of a JSON service's, what is left: some clients do not
    encode the slashes of an ARN there.
    """
    parts = _LABEL.split(path.rstrip("/"))
    made = ""
    for number, part in enumerate(parts):
        if number % 2 == 0:
            made += re.escape(part)
        elif part.endswith("+"):
            made += "(.+)"
        elif service != "s3" and "".join(parts[number + 1 :]) == "":
            made += "([^/].*?)"
        else:
            made += "([^/]+)"
    return made if made.endswith("(.+)") else f"{made}/?"


def first_of_each(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The first header of each name, for that is the one that is read."""
    return dict(reversed([*headers]))
