"""What nobody should see, and how it is shown instead: shortened.

botocore's models mark a shape as `sensitive`; data is followed along the shape of its operation, by the names of the
members or those on the wire. Where there is no shape (an error, a fact of a step), and for the few secrets that AWS's
models do not mark, a list of names says it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element

from stssim.call import Call, shorten
from stssim.service_models import operation_model

SECRETS = frozenset(
    {
        "AccessToken", "AddPrivateKey", "AuthenticationCode1", "AuthenticationCode2", "Base32StringSeed",
        "ClientSecret", "CopySourceSSECustomerKey", "IdToken", "KeyMaterial", "KeyStorePassword", "NewPassword",
        "OldPassword", "Password", "PasswordData", "Plaintext", "PreSharedKey", "PrivateKey", "PrivateKeyPlaintext",
        "QRCodePNG", "RandomPassword", "RawSecretAccessKey", "SAMLAssertion", "SSECustomerKey", "SecretAccessKey",
        "SecretBinary", "SecretString", "ServiceCredentialSecret", "ServicePassword", "SessionToken", "SharedSecret",
        "TokenCode", "TradeInToken", "TrustedIdentityPropagationContext", "WebIdentityToken", "authorizationToken",
        "keyMaterial",
    }
)  # fmt: skip


def input_shape(call: Call) -> Any:
    """botocore's shape of what this call asks for; None for an operation that it does not know."""
    model = _model(call)
    return model.input_shape if model is not None else None


def output_shape(call: Call) -> Any:
    """botocore's shape of what this call returns; None for an operation that it does not know."""
    model = _model(call)
    return model.output_shape if model is not None else None


def body_shape(shape: Any) -> Any:
    """The shape of a body on the wire: that of the member that is the payload, where there is one."""
    payload = shape.serialization.get("payload") if shape is not None else None
    return shape.members[payload] if payload else shape


def is_secret(shape: Any, name: str) -> bool:
    """Whether the member of this name is sensitive, or inside one that is. In the query protocol a name may be
    `Tags.member.1.Key`.
    """
    parts = name.split(".")
    return not SECRETS.isdisjoint(parts) or _along(shape, parts)


def shown(name: str, value: str, shape: Any = None) -> str:
    """A text as it may be shown under this name: shortened if that is a secret's."""
    return shorten(value) if is_secret(shape, name) else value


def secrets_of(data: Mapping[str, Any], shape: Any = None) -> frozenset[str]:
    """The names under which secrets stand in this mapping: with a `Type` of SecureString (Systems Manager) `Value`,
    too.
    """
    named = SECRETS | {name for name in data if is_sensitive(_member(shape, name))}
    return named | {"Value"} if data.get("Type") == "SecureString" else named


def hidden(value: Any, shape: Any = None, instead: Callable[[str, Any], Any] | None = None, name: str = "") -> Any:
    """The same data with every secret in it shortened, however deep it stands. `instead` makes something else of one,
    of the name under which it stands and its value.
    """
    if is_sensitive(shape):
        return _secret(name, value, instead)
    if isinstance(value, Mapping):
        secrets = secrets_of(value)
        return {
            key: _secret(key, inner, instead) if key in secrets else hidden(inner, _member(shape, key), instead, key)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [hidden(inner, _item(shape), instead, name) for inner in value]
    return value


def _secret(name: str, value: Any, instead: Callable[[str, Any], Any] | None) -> Any:
    return _shortened(value) if instead is None else instead(name, value)


def hide(element: Element, shape: Any = None) -> None:
    """Shortens every secret in an XML element, whose tags have no namespaces, and in all below it."""
    if is_sensitive(shape) or element.tag in SECRETS:
        for each in element.iter():
            each.text = shorten(each.text) if each.text and each.text.strip() else each.text
        return
    for child in element:
        hide(child, _below(shape, child.tag))


def is_sensitive(shape: Any) -> bool:
    """Whether the model marks this shape (None: there is none)."""
    return shape is not None and bool(shape.metadata.get("sensitive"))


def _model(call: Call) -> Any:
    from botocore.exceptions import BotoCoreError
    from botocore.model import OperationNotFoundError

    try:
        return operation_model(call.service, call.operation)
    except (BotoCoreError, OperationNotFoundError):
        return None


def _member(shape: Any, name: str) -> Any:
    """The shape of what stands under this name in a structure or a map."""
    if shape is not None and shape.type_name == "structure":
        return _members(shape).get(name)
    return shape.value if shape is not None and shape.type_name == "map" else None


def _item(shape: Any) -> Any:
    return shape.member if shape is not None and shape.type_name == "list" else None


@cache
def _members(shape: Any) -> Mapping[str, Any]:
    """A structure's members, by their own names and those that they have in each protocol."""
    named: dict[str, Any] = {}
    for name, member in shape.members.items():
        on_the_wire = member.serialization.get("name", name)
        for each in (on_the_wire, on_the_wire[:1].upper() + on_the_wire[1:], member.serialization.get("queryName")):
            named.setdefault(each, member)
    return named | dict(shape.members)


def _along(shape: Any, parts: Sequence[str]) -> bool:
    """Whether a sensitive shape is on the way that the parts of a name in the query protocol go, lists by number."""
    if is_sensitive(shape):
        return True
    if shape is None or not parts:
        return False
    if shape.type_name == "list":
        return _along(shape.member if parts[0].isdecimal() else shape, parts[1:])
    return _along(_below(shape, parts[0]) if not parts[0].isdecimal() else shape, parts[1:])


def _below(shape: Any, tag: str) -> Any:
    """The shape of an element in another: that of the member, the item, the key or the value. What the model has no
    name for (`AssumeRoleResult`, `entry`) wraps more of the same shape.
    """
    if shape is None:
        return None
    if shape.type_name == "structure":
        found = _members(shape).get(tag, shape)
        flat = found.type_name == "list" and found.serialization.get("flattened")
        return found.member if flat else found
    if shape.type_name == "map":
        words = (shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value"))
        return dict(zip(words, (shape.key, shape.value), strict=True)).get(tag, shape)
    return _item(shape)


def _shortened(value: Any) -> Any:
    """The same data with every text in it shortened: what a secret structure has in it is secret, too."""
    if isinstance(value, Mapping):
        return {key: _shortened(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_shortened(inner) for inner in value]
    if isinstance(value, bytes):
        return shorten(value.decode(errors="replace"))
    return shorten(value) if isinstance(value, str) else value
