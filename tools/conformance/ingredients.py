"""Parameters that are made when they are sent: a name's value, JSON text, a moment, a code, a token, an assertion.

A text `${name}` is a value kept earlier. An object whose one member begins with `$` is made: `$json`, `$at`, `$epoch`,
`$code`, `$bytes`, `$repeat`, `$metadata`, `$private_key`, `$token`, `$assertion`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pyotp

from tools.conformance.proofs import assertion, private_pem, token

_NAME = re.compile(r"\$\{([\w ]+)\}")
_SECONDS_OF_A_CODE = 30

Known = dict[str, Any]
"""What the steps so far have named: ARNs, ids, seeds, and the Lab and its identity providers."""


def made(written: Any, known: Known) -> Any:
    """What is sent for what a file says. Raises `KeyError` for a name that nothing was kept under."""
    if isinstance(written, str):
        return _text(written, known)
    if isinstance(written, list):
        return [made(each, known) for each in written]
    if not isinstance(written, dict):
        return written
    if len(written) == 1 and (name := next(iter(written))) in _MAKERS:
        return _MAKERS[name](written[name], known)
    return {_text(key, known): made(value, known) for key, value in written.items()}


def _text(written: str, known: Known) -> Any:
    if whole := _NAME.fullmatch(written):
        return made(known[whole[1]], known)
    return _NAME.sub(lambda found: str(known[found[1]]), written)


def _json(written: Any, known: Known) -> str:
    return json.dumps(made(written, known), ensure_ascii=False)


def _at(seconds: int, known: Known) -> str:
    moment = known["lab"].clock.now() + timedelta(seconds=seconds)
    return str(moment.strftime("%Y-%m-%dT%H:%M:%SZ"))


def _epoch(written: Any, known: Known) -> Any:
    """Seconds since 1970: `[seconds from now, "number"]`, or as "text", or as a "fraction"."""
    seconds, spelled = written
    moment = int(known["lab"].clock.now().timestamp()) + seconds
    return {"number": moment, "text": str(moment), "fraction": moment + 0.5}[spelled]


def _code(written: Any, known: Known) -> str:
    """What an MFA device shows: `[device, how many steps from now]`."""
    device, steps = written
    seed = known[f"seed of {device}"]
    when = known["lab"].clock.now() + timedelta(seconds=steps * _SECONDS_OF_A_CODE)
    return pyotp.TOTP(seed.decode() if isinstance(seed, bytes) else seed).at(when)


def _repeat(written: Any, _: Known) -> str:
    text, times = written
    return str(text) * int(times)


def _token(written: Mapping[str, Any], known: Known) -> str:
    return token(made(dict(written), known), known)


def _assertion(written: Mapping[str, Any], known: Known) -> str:
    return assertion(made(dict(written), known), known)


_MAKERS: Mapping[str, Callable[[Any, Known], Any]] = {
    "$json": _json,
    "$at": _at,
    "$epoch": _epoch,
    "$code": _code,
    "$repeat": _repeat,
    "$bytes": lambda written, known: str(made(written, known)).encode(),
    "$metadata": lambda written, known: known[f"saml {written}"].metadata(),
    "$private_key": lambda written, _: private_pem(written),
    "$token": _token,
    "$assertion": _assertion,
}
