"""Whom the attacker can become through STS: role sessions by AssumeRole and by web identity tokens, and sessions of a
user whose key they have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stssim.adversary.callers import outsiders, services
from stssim.adversary.moves import Code, Move, Token
from stssim.adversary.solving import Slot
from stssim.adversary.view import Family, Holding, View, of_holding
from stssim.adversary.words import Wanted, find, pattern, shape
from stssim.arn import account_named
from stssim.call import Caller, Session
from stssim.cloud import OidcProvider, Role
from stssim.policy.evaluate import names
from stssim.policy.match import tokens
from stssim.policy.policies import Policies
from stssim.policy.principals import Named
from stssim.policy.request import Request
from stssim.validate.authentication.claimed_identity import session_caller
from stssim.validate.authentication.web_identity import BUILT_IN

_ASSUME, _WITH_TOKEN = "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"
_ACTS = (_ASSUME, "sts:TagSession", "sts:SetSourceIdentity")
_ALL = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
_DAY = 129_600


def from_nobody(view: View) -> Iterator[Holding]:
    """Role sessions that need nobody's credentials: from accounts of the attacker's, through services, with tokens."""
    for role in _roles(view):
        for family in (*outsiders(view), *services(view)):
            yield from assumed(view, family, role)
    for family, provider in _tokens(view):
        for role in _roles(view):
            if account_named(provider.arn, role.account) == role.account:
                yield from _with_token(view, family, provider, role)


def roles_of(view: View, holding: Holding) -> Iterator[Holding]:
    """What a holding can become at STS."""
    family, caller = of_holding(holding), holding.caller
    session = caller.session
    if caller.kind == "user" and (session is None):
        yield from _long_sessions(view, holding)
    if caller.kind in ("user", "role"):
        for role in _roles(view):
            yield from assumed(view, family, role)


def _roles(view: View) -> Iterator[Role]:
    directory = view.rehearsal.directory
    for account in directory.accounts():
        if account not in view.own:
            yield from directory.roles(account)


def assumed(view: View, family: Family, role: Role) -> Iterator[Holding]:
    """Sessions of a role that callers of this family can get by AssumeRole."""
    plain = {slot.name: slot.own if slot.own is not None else (slot.fixed or (None,))[0] for slot in family.slots}
    _, caller = family.become(view.rehearsal, plain)
    if not _could_trust(role, caller, _ASSUME):
        return
    slots = _slots(view, caller)

    def parameters(chosen: Mapping[str, Any]) -> dict[str, Any]:
        return _asked(view, role, chosen)

    def move(chosen: Mapping[str, Any]) -> Move:
        _, by = family.moves(chosen)
        asked = _asked(view, role, chosen)
        if family.device:
            asked |= {"SerialNumber": family.device.partition(" ")[0]}
            asked |= {"TokenCode": Code(family.device.partition(" ")[2])}
        label = f"{role.arn} {chosen['name']} {sorted(chosen.items(), key=str)} by {by} in {view.phase}"
        source = family.source(chosen) if family.source else None
        return Move(view.phase, by, _ASSUME, asked, keep=label, source=source, chose=_told(view, role, chosen))

    says = f"assumes {role.name}"
    for found in view.allowed(family, _ASSUME, parameters, slots, acts=_ACTS, final=move, target=role.arn, says=says):
        moves, _ = family.moves(found.chosen)
        made = move(found.chosen)
        gained = view.rehearsal.into_role(found.answered, role)
        yield Holding(made.keep, gained, view.moves | moves | {made})


def _told(view: View, role: Role, chosen: Mapping[str, Any]) -> str:
    parts = [f"assumes {role.name}"]
    if chosen.get("id"):
        parts.append(f"with the External ID {chosen['id']}")
    if chosen["name"] != "hello":
        parts.append(f"as session {chosen['name']}")
    if chosen.get("identity"):
        parts.append(f"with the source identity {chosen['identity']}")
    parts += [f"with the tag {tag['Key']} = {tag['Value']}" for tag in _asked(view, role, chosen).get("Tags", ())]
    return " ".join(parts)


def _slots(view: View, caller: Caller) -> tuple[Slot, ...]:
    reading = view.reading
    names_ = tuple(reading.names)
    slots = [
        Slot("name", (("sts:rolesessionname", "", ""),), "{session}{session}", "hello", absent=False, later=names_),
        Slot("id", (("sts:externalid", "", ""),), "{id}{id}"),
    ]
    session = caller.session
    if (session is None or session.source_identity is None) and {"sts:sourceidentity", "aws:sourceidentity"} & (
        reading.keys
    ):
        later = tuple(reading.identities)
        slots.append(Slot("identity", (("sts:sourceidentity", "", ""),), "{session}{session}", later=later))
    inherited = {key.lower() for key in session.transitive_tag_keys} if session else set()
    for key, values in reading.tags.items():
        if key not in inherited:
            keys = ((f"aws:requesttag/{key}", "", ""),)
            slots.append(Slot(f"session tag {key}", keys, "{tag}", later=tuple(values)))
    if caller.kind == "service":
        return tuple(slots[:1])
    return tuple(slots)


def _asked(view: View, role: Role, chosen: Mapping[str, Any]) -> dict[str, Any]:
    asked: dict[str, Any] = {"RoleArn": role.arn, "RoleSessionName": chosen["name"]}
    if chosen.get("id"):
        asked["ExternalId"] = chosen["id"]
    if chosen.get("identity"):
        asked["SourceIdentity"] = chosen["identity"]
    tags = [
        {"Key": view.reading.written[name.removeprefix("session tag ")], "Value": value}
        for name, value in chosen.items()
        if name.startswith("session tag ") and value is not None
    ]
    return {**asked, "Tags": tags} if tags else asked


def _could_trust(role: Role, caller: Caller, action: str) -> bool:
    """Whether any statement of the trust policy that allows the action names the caller at all. Cheap, and first."""
    request: Request | None = None
    for statement in role.trust.document.for_action(action.lower()):
        if not statement.allows or statement.principal is None:
            continue
        if request is None:
            issuer = caller.session.principal if caller.session and caller.session.kind == "role" else None
            arn = caller.arn
            request = Request(arn, action, role.arn, role.account, {}, caller.principal_id or None, issuer)
        if names(statement, request, Policies()) is not Named.NOT:
            return True
    return False


# Web identity tokens.


def _tokens(view: View) -> Iterator[tuple[Family, OidcProvider]]:
    for name, signed in view.means.tokens.items():
        url = view.stage.issuer(name).name
        alternatives = {
            claim: (value if isinstance(value, list | tuple) else [value]) for claim, value in signed.claims.items()
        }
        for provider in _providers(view, url):
            yield _bearer(view, provider, alternatives, signed.others), provider
    for provider in view.rehearsal.changes.providers.values():
        claims = {"sub": ["{name}"], "aud": list(provider.client_ids)}
        yield _bearer(view, provider, claims, {}), provider


def _providers(view: View, url: str) -> Iterator[OidcProvider]:
    if url in BUILT_IN:
        yield OidcProvider(url, url, ())
        return
    for account in view.rehearsal.directory.accounts():
        found = view.rehearsal.directory.oidc_provider(account, url)
        if found is not None:
            yield found


def _bearer(view: View, provider: OidcProvider, claims: Mapping[str, Any], others: Mapping[str, Any]) -> Family:
    slots = tuple(
        _claim(provider.url, claim, [_text(view, each) for each in values], tuple(others.get(claim, ())))
        for claim, values in claims.items()
    )

    def told(chosen: Mapping[str, Any]) -> dict[str, Any]:
        values = {claim: chosen[f"claim {claim}"] for claim in claims}
        return {claim: list(value) if isinstance(value, tuple) else value for claim, value in values.items()}

    return Family(
        f"a token of {provider.url}",
        f"the bearer of a token of {provider.url}",
        slots,
        lambda rehearsal, chosen: (rehearsal, rehearsal.vouched_for(provider, told(chosen))),
        lambda _: (frozenset(), ""),
    )


def _text(view: View, value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(_text(view, each) for each in value)
    return view.stage.text(value)


def _claim(url: str, claim: str, values: list[Any], others: tuple[str, ...]) -> Slot:
    key = ((f"{url}:{claim}".lower(), "", ""),)
    if len(values) == 1 and isinstance(values[0], str) and "{" in values[0]:
        own = find(shape(values[0]), [Wanted((pattern(tokens(other)),), none_of=True) for other in others])
        return Slot(f"claim {claim}", key, values[0], own=own, absent=False, others=others)
    fixed = tuple(_instance(value) for value in values)
    return Slot(f"claim {claim}", key, fixed=fixed, absent=False)


def _instance(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_instance(each) for each in value)
    return value.replace("{name}", "x").replace("{any}", "x")


def _with_token(view: View, family: Family, provider: OidcProvider, role: Role) -> Iterator[Holding]:
    _, caller = family.become(view.rehearsal, {slot.name: _first(slot) for slot in family.slots})
    if not _could_trust(role, caller, _WITH_TOKEN):
        return
    later = tuple(view.reading.names)
    name = Slot("name", (("sts:rolesessionname", "", ""),), "{session}{session}", "hello", absent=False, later=later)

    def claims(chosen: Mapping[str, Any]) -> dict[str, Any]:
        return {
            slot.name.removeprefix("claim "): list(value) if isinstance(value := chosen[slot.name], tuple) else value
            for slot in family.slots
        }

    def move(chosen: Mapping[str, Any]) -> Move:
        issuer = next((n for n in view.means.tokens if view.stage.issuer(n).name == provider.url), "")
        token = Token(issuer or f"https://{provider.url}", claims(chosen), own=not issuer)
        asked = {"RoleArn": role.arn, "RoleSessionName": chosen["name"], "WebIdentityToken": token}
        label = f"{role.arn} {chosen['name']} with a token of {provider.url} {chosen} in {view.phase}"
        says = f"has a token signed with {', '.join(f'{key} {value}' for key, value in claims(chosen).items())}"
        says += f", and assumes {role.name} with it"
        return Move(view.phase, "", _WITH_TOKEN, asked, keep=label, chose=says)

    says = f"assumes {role.name}"
    for found in view.allowed(
        family,
        _WITH_TOKEN,
        lambda chosen: {"RoleArn": role.arn, "RoleSessionName": chosen["name"], "WebIdentityToken": "x" * 4},
        (name,),
        final=move,
        target=role.arn,
        says=says,
    ):
        made = move(found.chosen)
        yield Holding(made.keep, view.rehearsal.into_role(found.answered, role), view.moves | {made})


def _first(slot: Slot) -> Any:
    return slot.own if slot.own is not None else (slot.fixed or (None,))[0]


# Sessions of a user.


def _long_sessions(view: View, holding: Holding) -> Iterator[Holding]:
    """GetSessionToken, which needs no permission, and GetFederationToken."""
    caller, now = holding.caller, view.rehearsal.now
    move = Move(
        view.phase,
        holding.label,
        "sts:GetSessionToken",
        {"DurationSeconds": _DAY},
        keep=f"session of {holding.label} in {view.phase}",
        chose=f"gets a session of 36 hours with the key of {caller.arn.rpartition('/')[2]}",
    )
    name = caller.arn.rpartition("/")[2]
    session = Session("user", caller.account, caller.arn, caller.principal_id, name, "", now, now + _DAY)
    yield Holding(move.keep, session_caller(session), holding.moves | {move})
    slot = Slot(
        "name",
        (("(resource)", f"arn:aws:sts::{caller.account}:federated-user/", ""),),
        "{session}{session}",
        "hello",
        absent=False,
    )

    def federated(chosen: Mapping[str, Any]) -> Move:
        asked = {"Name": chosen["name"], "DurationSeconds": _DAY, "Policy": _ALL}
        says = f"gets credentials for a federated user {chosen['name']} with the key of {name}"
        label = f"federated {chosen['name']} of {holding.label} in {view.phase}"
        return Move(view.phase, holding.label, "sts:GetFederationToken", asked, keep=label, chose=says)

    for found in view.allowed(
        of_holding(holding),
        "sts:GetFederationToken",
        lambda chosen: {"Name": chosen["name"], "Policy": _ALL},
        (slot,),
        final=federated,
        target="federation",
        says="asks for a federation token",
        most=1,
    ):
        made = federated(found.chosen)
        kept = Session(
            "federated-user",
            caller.account,
            caller.arn,
            caller.principal_id,
            found.chosen["name"],
            "",
            now,
            now + _DAY,
            policies=(_ALL,),
        )
        yield Holding(made.keep, session_caller(kept), holding.moves | {made})
