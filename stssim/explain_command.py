"""`stssim explain`: policies out of files, a request, and what AWS would decide and why.

What AWS's own policy simulator leaves out is decided here too: the trust policy of a role that is to be assumed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from stssim.policy import Decision, Policy, PolicyError, evaluate
from stssim.policy.explain import Explanation
from stssim.policy.policies import PolicyKind, kind_of
from stssim.policy.results import Clause
from stssim.printable import say

__all__ = ["explain"]

_TEXTS = (
    "principal", "action", "resource", "resource_account", "resource_policy_kind", "principal_id", "issuer",
    "canonical_id",
)  # fmt: skip
_LISTS = ("identity_policies", "session_policies", "permissions_boundaries")
_LEVELS = ("service_control_policies", "resource_control_policies")
_MEMBERS = (*_TEXTS, "context", "resource_policy", *_LISTS, *_LEVELS)
Texts = list[str] | None


def explain(
    case: Annotated[
        str | None,
        typer.Argument(
            help="A JSON file with the whole case, - for standard input; the members are evaluate's arguments."
        ),
    ] = None,
    principal: Annotated[str | None, typer.Option(help="Who calls: an ARN, a service principal, or anonymous.")] = None,
    action: Annotated[str | None, typer.Option(help="The action, e.g. sts:AssumeRole.")] = None,
    on: Annotated[str, typer.Option(help="The resource's ARN, or *.")] = "*",
    resource_account: Annotated[str | None, typer.Option(help="Whose it is, if its ARN does not say.")] = None,
    principal_id: Annotated[str | None, typer.Option(help="The caller's unique id, AIDA... or AROA...")] = None,
    issuer: Annotated[str | None, typer.Option(help="The ARN of the role (or user) behind a session.")] = None,
    context: Annotated[Texts, typer.Option(help="A condition key, as key=value; again for another value.")] = None,
    identity: Annotated[Texts, typer.Option(help="A file with an identity-based policy.")] = None,
    resource: Annotated[
        str | None, typer.Option(help="A file with the resource's policy; a role's trust policy.")
    ] = None,
    resource_kind: Annotated[str | None, typer.Option(help="trust or kms-key, if the ARN does not say.")] = None,
    session: Annotated[Texts, typer.Option(help="A file with a session policy.")] = None,
    boundary: Annotated[Texts, typer.Option(help="A file with a permissions boundary.")] = None,
    scp: Annotated[
        Texts, typer.Option(help="One level's service control policies: files, with commas between.")
    ] = None,
    rcp: Annotated[
        Texts, typer.Option(help="One level's resource control policies: files, with commas between.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Say whether AWS would allow a request, by which clauses, and what would turn the answer.

    Exit code 0: allowed, 1: denied, 2: the input cannot be used.
    """
    try:
        if case is not None:
            asked = _case(case)
        else:
            asked = {
                "principal": None if principal == "anonymous" else _required(principal, "principal"),
                "action": _required(action, "action"),
                "resource": on,
                "resource_account": resource_account,
                "principal_id": principal_id,
                "issuer": issuer,
                "context": _context(context or ()),
                "identity_policies": _policies(identity or (), "identity"),
                "resource_policy_kind": resource_kind,
                "session_policies": None if session is None else _policies(session, "session"),
                "permissions_boundaries": _policies(boundary or (), "boundary"),
                "service_control_policies": [_policies(level.split(","), "service-control") for level in scp or ()],
                "resource_control_policies": [_policies(level.split(","), "resource-control") for level in rcp or ()],
            }
            if resource is not None:
                asked["resource_policy"] = _policy(resource, kind_of(on, asked["action"], resource_kind))
        decision = evaluate(**asked)
    except (OSError, ValueError) as error:
        _fail(_told(error))
    if as_json:
        say(json.dumps(Explanation(decision).to_dict(), indent=2))
    else:
        for line in _lines(decision):
            say(line)
    raise typer.Exit(0 if decision.allowed else 1)


def _lines(decision: Decision) -> Iterator[str]:
    """The tree, and the text of the clauses that decided, with their lines."""
    explanation = Explanation(decision)
    yield from explanation.tree()
    for clause in explanation.deciding:
        yield f"Decided by {clause.policy.name}, {_line(clause)}"


def _line(clause: Clause) -> str:
    place = clause.policy.document.place(clause.pointer)
    if place is None:
        return clause.pointer
    text = " ".join(clause.policy.document.text[place.start : place.end].split())
    return f"line {place.line}: {text if len(text) <= 100 else text[:97] + '...'}"


def _case(path: str) -> dict[str, Any]:
    """The case of a JSON file. Raises `ValueError` for what is none."""
    source = "standard input" if path == "-" else path
    text = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    try:
        case = json.loads(text)
    except RecursionError:
        raise ValueError(f"{source} is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"{source} is not JSON: {error}") from None
    if not isinstance(case, dict):
        raise ValueError(f"{source} is no case; it is an object with these members: {', '.join(_MEMBERS)}")
    for name, value in case.items():
        if name not in _MEMBERS:
            raise ValueError(f"{source}: {name!r} is no member of a case; these are: {', '.join(_MEMBERS)}")
        right = _misshapen(name, value)
        if right:
            raise ValueError(f"{source}: {name} must be {right}")
    for name in ("principal", "action", "resource"):
        if name not in case:
            raise ValueError(f"{source}: the case has no {name}")
    return case


def _misshapen(name: str, value: object) -> str | None:
    """What a member of a case should be; None if it is."""
    if name in _TEXTS:
        return None if value is None or isinstance(value, str) else "text"
    if name == "context":
        return None if isinstance(value, dict) else "an object of condition keys and their values"
    if name in _LISTS:
        passed = isinstance(value, list) or (value is None and name == "session_policies")
        return None if passed else "a list of policies"
    if name in _LEVELS:
        passed = isinstance(value, list) and all(isinstance(level, list) for level in value)
        return None if passed else "a list of levels, each a list of policies"
    return None


def _context(pairs: Sequence[str]) -> dict[str, list[str]]:
    keys: dict[str, list[str]] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise ValueError(f"--context {pair}: it is key=value, such as sts:ExternalId=cust-42")
        keys.setdefault(key, []).append(value)
    return keys


def _policies(paths: Sequence[str], kind: PolicyKind) -> list[Policy]:
    return [_policy(path, kind) for path in paths]


def _policy(path: str, kind: PolicyKind) -> Policy:
    try:
        return Policy(path, kind, Path(path).read_bytes())
    except PolicyError as error:
        raise ValueError(f"{path}: {error}") from None


def _required(value: str | None, name: str) -> str:
    if value is None:
        raise ValueError(f"--{name} is missing (or name a file with the whole case)")
    return value


def _told(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"Cannot read {error.filename}: {error.strerror or error}."
    return f"{error}."


def _fail(sentence: str) -> NoReturn:
    say(sentence, error=True)
    raise typer.Exit(2)
