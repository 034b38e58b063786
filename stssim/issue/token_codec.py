"""Key ids, secrets and session tokens, all made from one key. Nothing is stored, so nothing grows.

A session token is an envelope: the whole session under AES-SIV, which is authenticated (a foreign or changed token
does not open) and deterministic (the same session sealed twice is the same token). Nothing in it is compressed: its
length hangs on the length of what was passed, and not on how often that repeats itself. A secret is derived from its
key id, and key ids run through a keyed permutation of numbers, so that they look random and never repeat.
"""

from __future__ import annotations

import hmac
import json
import zlib
from base64 import b32decode, b32encode, b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from dataclasses import fields
from operator import attrgetter
from typing import Any, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from stssim.call import Session
from stssim.draws import Draws

# AWS's tokens begin with a few readable bytes: base64 of these is `FwoGZXIvYXdz...` and `IQoJb3JpZ2luX2Vj...`.
_HEADS = {1: b"\x17\n\x06er/aws\x10", 2: b"!\n\torigin_ec\x10"}
_ROOM = {1: 0, 2: 300}
_MESSAGE = b"authorization message"
_TAIL_BITS = 39
_TAIL = (1 << _TAIL_BITS) - 1
_FIELDS = tuple(field.name for field in fields(Session))
_TEXTS = tuple(map(_FIELDS.index, ("policies", "scope_down")))
"""The fields that hold policies as text."""
_values = attrgetter(*_FIELDS)
_to_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
_read_json = json.JSONDecoder().raw_decode


class SealedTokens:
    """The `TokenCodec` of one Lab. Equal keys make equal ids, secrets and tokens for equal names.

    Any number of threads may use it at once.
    """

    def __init__(self, key: bytes) -> None:
        self._secrets = hmac.digest(key, b"secrets", "sha256")
        self._envelopes = AESSIV(hmac.digest(key, b"envelopes", "sha512"))
        mix = hmac.digest(key, b"key ids", "sha256")
        self._offset, first, second = (int.from_bytes(mix[at : at + 5], "big") & _TAIL for at in (0, 5, 10))
        self._factors = first | 1, second | 1
        self._draws = Draws()

    def access_key_id(self, prefix: Literal["AKIA", "ASIA"], account: str, name: str) -> str:
        """A key id of 20 characters with the account's number in it (see `account_of`). `name` says what it is for.

        None is given out twice before a name has had 134 million of them.
        """
        tail = self._scattered(self._draws.number(f"{account} {name}") & _TAIL)
        head = 1 << 47 | int(account) << 7 | tail >> 32
        return prefix + b32encode((head << 32 | tail & 0xFFFFFFFF).to_bytes(10, "big")).decode()

    def secret(self, access_key_id: str) -> str:
        """The secret access key of a key id: 40 characters."""
        return b64encode(hmac.digest(self._secrets, access_key_id.encode(), "sha256")[:30]).decode()

    def seal(self, session: Session, at_least: int = 0) -> str:
        """The session's token, of `at_least` so many characters (what AWS calls MinimumSessionTokenSize)."""
        head = _HEADS[session.token_version]
        content = _written(session).encode(errors="surrogatepass")
        wanted = -(-at_least * 3 // 4) - len(head) - 16 - len(content)
        content += b" " * max(_ROOM[session.token_version], wanted)
        return b64encode(head + self._envelopes.encrypt(content, [head])).decode()

    def open(self, token: str) -> Session:
        """The session inside a token. Raises `ValueError`, with the reason, for one not sealed with this key."""
        try:
            sealed = b64decode(token, validate=True)
        except ValueError:
            raise ValueError("it is not base64") from None
        head = next((head for head in _HEADS.values() if sealed.startswith(head)), None)
        if head is None or b64encode(sealed).decode() != token:
            raise ValueError("it does not look like a session token")
        try:
            content = self._envelopes.decrypt(sealed[len(head) :], [head])
        except (InvalidTag, ValueError):
            raise ValueError("it was sealed elsewhere, or changed since") from None
        try:
            return _read(content.decode(errors="surrogatepass"))
        except (ValueError, TypeError):
            raise ValueError("it was sealed by another version of this program") from None

    def encode(self, message: str) -> str:
        """An encoded authorization message, as EC2 answers a refused call with."""
        sealed = self._envelopes.encrypt(zlib.compress(message.encode()), [_MESSAGE])
        return urlsafe_b64encode(sealed).decode().rstrip("=")

    def decode(self, encoded: str) -> str:
        """The message that was encoded. Raises `ValueError`, with the reason, for one not encoded with this key."""
        try:
            sealed = urlsafe_b64decode(encoded.encode("ascii") + b"=" * (-len(encoded) % 4))
            if urlsafe_b64encode(sealed).decode().rstrip("=") != encoded:
                raise ValueError("it has characters that no encoded message has")
            return zlib.decompress(self._envelopes.decrypt(sealed, [_MESSAGE])).decode()
        except (InvalidTag, ValueError):
            raise ValueError("it was encoded elsewhere, or changed since") from None

    def _scattered(self, number: int) -> int:
        for factor in self._factors:
            number = (number + self._offset) * factor & _TAIL
            number ^= number >> 20
        return number


def _written(session: Session) -> str:
    """The session's values as JSON, with its policies behind them as they are: in their place stands how long each is.
    Written into the JSON, every quotation mark of theirs would take two characters.
    """
    if not (session.policies or session.scope_down):
        return _to_json(_values(session))
    values, texts = list(_values(session)), []
    for field in _TEXTS:
        if values[field]:
            texts += values[field]
            values[field] = [len(policy) for policy in values[field]]
    return _to_json(values) + "".join(texts)


def _read(text: str) -> Session:
    values, at = _read_json(text)
    if len(values) != len(_FIELDS):
        raise ValueError("it has other fields")
    for field in _TEXTS:
        for place, length in enumerate(values[field] or ()):
            values[field][place] = text[at : at + length]
            at += length
    return Session(*_frozen(values))


def account_of(access_key_id: str) -> str:
    """The twelve-digit account that a key id belongs to.

    Raises `ValueError` for anything that is no key id. The encoding is AWS's own: bits 7 to 46 of the first six bytes.

    >>> account_of("ASIAQDPTTTTTTTTTTTTT")
    '007490215143'
    """
    try:
        number = int.from_bytes(b32decode(access_key_id[4:])[:6], "big")
    except ValueError:
        raise ValueError(f"{access_key_id!r} is not an access key id") from None
    account = (number & 0x7FFFFFFFFF80) >> 7
    if len(access_key_id) != 20 or account > 999_999_999_999:
        raise ValueError(f"{access_key_id!r} is not an access key id")
    return f"{account:012}"


def _frozen(value: list[Any]) -> tuple[Any, ...]:
    return tuple(_frozen(item) if type(item) is list else item for item in value)
