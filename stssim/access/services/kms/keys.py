"""KMS keys, found by whatever a call names them by."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from stssim.access.core.moto_backends import backend, backends
from stssim.access.services.adapter import Permitted, Reference
from stssim.arn import Arn, account_named

_KEY_ID_LENGTH = 36


def key_arns(asked: Reference) -> Iterator[str]:
    """By id, ARN, alias or an alias's ARN."""
    kms = backend("kms", asked.account, asked.region)
    if kms is None:
        return
    arn = Arn.of(asked.name)
    short = arn.resource if arn is not None else asked.name
    if short.startswith("alias/"):
        yield from (key.arn for key in kms.keys.values() if short in key.aliases)
    else:
        found = kms.keys.get(short.removeprefix("key/"))
        if found is not None:
            yield found.arn


def of_ciphertext(asked: Reference) -> Iterator[str]:
    """moto's ciphertexts begin with the id of their key, which may be another account's."""
    try:
        key_id = b64decode(asked.name, validate=True)[:_KEY_ID_LENGTH].decode("ascii")
    except (Error, ValueError):
        return
    for account in tuple(backends("kms")):
        yield from key_arns(replace(asked, name=key_id, account=account))


def stored(arn: str) -> Any:
    """What moto keeps of a key, or None."""
    key = Arn.of(arn)
    kms = backend("kms", key.account, key.region) if key is not None else None
    return kms.keys.get(key.resource.removeprefix("key/")) if key is not None and kms is not None else None


def owner(asked: Permitted) -> str:
    """The account of the key that a call names by its `KeyId`."""
    return account_named(str(asked.call.parameters["KeyId"]), asked.caller.account)


def named(asked: Permitted) -> Any:
    """The key that a call names by its `KeyId`, as moto keeps it, or None."""
    name, region = str(asked.call.parameters["KeyId"]), asked.call.region
    return stored(next(key_arns(Reference(name, owner(asked), region)), ""))
