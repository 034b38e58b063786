"""An exception as it may be logged: its causes, where each was raised, and nothing that the client sent.

An exception's message may repeat anything from the request, a password or a token included, so the words of the request
are shortened in it.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from urllib.parse import unquote_plus

from stssim.call import HttpRequest, shorten

_WORD = re.compile(r"[^\s\"'<>,;:=(){}\[\]]{6,}")
"""A shorter word is not looked for: a code of an MFA device has six digits."""
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_LONGEST = 500


def described(error: BaseException, request: HttpRequest) -> str:
    """The traceback of an exception and of what led to it, earliest first.

    A message is cut after 500 characters, and each word of six or more characters that the request has, too, after
    four.
    """
    sent = _sent(request)
    return "\nwhich led to\n".join(_one(each, sent) for each in reversed([*_chain(error)]))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _one(error: BaseException, sent: str) -> str:
    where = "".join(traceback.format_tb(error.__traceback__))
    message = _CONTROL.sub(" ", str(error)[:_LONGEST])
    told = _WORD.sub(lambda word: shorten(word[0]) if word[0] in sent else word[0], message)
    return f"{where}{type(error).__qualname__}: {told}"


def _sent(request: HttpRequest) -> str:
    """All that the client wrote, as it was sent and decoded."""
    body = request.body.decode(errors="replace")
    raw = "\n".join((request.target, *(value for _, value in request.headers), body))
    return f"{raw}\n{unquote_plus(raw)}"
