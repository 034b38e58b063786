"""What differs between what AWS was recorded to answer and what a Lab answered."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

ANY = "<any>"
"""In a recorded text: a part that is another one every time, such as a request id."""
_SHOWN = 240
_PARTS_OF_A_TOKEN = ("@header", "@claims")


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: "Success" and the parsed reply, or an error's code and message; and the CloudTrail event."""

    code: str
    status: int
    message: str = ""
    parsed: Mapping[str, Any] = field(default_factory=dict)
    event: Mapping[str, Any] | None = None


def differences(aws: Mapping[str, Any], reply: Reply) -> Iterator[str]:
    """One sentence for each thing that differs. Nothing else is looked at once the codes differ."""
    if aws.get("code", reply.code) != reply.code:
        said = f" ({_short(reply.message)})" if reply.message else ""
        wanted = f" ({_short(aws['message'])})" if aws.get("message") else ""
        yield f"AWS answered {aws['code']}{wanted}; stssim answers {reply.code}{said}."
        return
    if aws.get("status", reply.status) != reply.status:
        yield f"AWS answered with status {aws['status']}; stssim answers with {reply.status}."
    if "message" in aws and not _same(aws["message"], reply.message):
        yield f"AWS said: {_short(aws['message'])} stssim says: {_short(reply.message)}"
    for where, content in (("reply", reply.parsed), ("event", reply.event)):
        for path, wanted in aws.get(where, {}).items():
            found = look(content, path)
            if not _same(wanted, found):
                yield f"{path} of the {where}: AWS {_short(wanted)}, stssim {_short(found)}."


def look(content: Any, path: str) -> Any:
    """The value at a path such as `Users.0.Arn`, or None. `#` is how many there are, `*` each of them, sorted.

    `@header` and `@claims` are the parts of a token, `@json` what a text says, and a `~` in a name is a dot.
    """
    name, _, rest = path.partition(".")
    name = name.replace("~", ".")
    if content is None:
        return 0 if name == "#" else None
    if name == "#":
        return len(content)
    if name == "*":
        return sorted((look(each, rest) if rest else each for each in content), key=str)
    if name in _PARTS_OF_A_TOKEN:
        found = _decoded(str(content).split(".")[_PARTS_OF_A_TOKEN.index(name)])
    elif name == "@json":
        found = json.loads(content)
    elif isinstance(content, list):
        found = content[int(name)] if int(name) < len(content) else None
    else:
        found = content.get(name) if isinstance(content, Mapping) else None
    return look(found, rest) if rest else found


def _decoded(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def _same(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, str) and ANY in wanted:
        pattern = ".+".join(re.escape(part) for part in wanted.split(ANY))
        return found is not None and re.fullmatch(pattern, str(found), re.DOTALL) is not None
    return bool(wanted == found)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
