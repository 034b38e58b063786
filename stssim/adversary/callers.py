"""Kinds of callers that an attacker can be without being given anything: in an account of theirs, a service that works
for them, nobody at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stssim.adversary.moves import Code, Move
from stssim.adversary.rehearsal import ANYTHING, Rehearsal
from stssim.adversary.solving import Slot
from stssim.adversary.view import Family, View
from stssim.call import Caller, Session
from stssim.cloud import Membership, Role, User
from stssim.policy import Policy
from stssim.validate.authentication.claimed_identity import ANONYMOUS, session_caller

_ALL = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
_ORGANIZATION = "o-attackers1"
_NEW_ID = "X" * 17


def outsiders(view: View) -> Iterator[Family]:
    """Users and role sessions of accounts of the attacker's: those that are there, and any that could be made."""
    for account in view.own:
        yield from (_existing(view, user) for user in view.rehearsal.directory.users(account))
        yield _new_user(view, account)
        yield _new_role(view, account)


def nobody() -> Family:
    """A caller who does not sign."""
    return Family(
        "anyone",
        "anyone, without a signature",
        (),
        lambda rehearsal, _: (rehearsal, ANONYMOUS),
        lambda _: (frozenset(), ""),
    )


def services(view: View) -> Iterator[Family]:
    """AWS services that work on a resource of the attacker's."""
    for principal, shape in view.means.services.items():
        for account in view.own:
            yield service(principal, shape.replace("{account}", account), account)


def service(principal: str, shape: str, account: str, moves: frozenset[Move] = frozenset()) -> Family:
    """A service that works on a resource of this shape (with parts to choose), in this account."""
    before, part, after = shape.partition("{name}")
    slot = Slot("source", (("aws:sourcearn", before, after),), "{name}", own="mine", absent=False)

    def arn(chosen: Mapping[str, Any]) -> str:
        return f"{before}{chosen['source']}{after}" if part else shape

    return Family(
        f"{principal} for {account}",
        f"{principal} for a resource of account {account}",
        (slot,) if part else (),
        lambda rehearsal, chosen: (rehearsal, rehearsal.service(principal, arn(chosen), account)),
        lambda _: (moves, f"service:{principal}"),
        source=lambda chosen: (arn(chosen), account),
    )


def _tags(view: View) -> tuple[Slot, ...]:
    return tuple(
        Slot(f"tag {key}", ((f"aws:principaltag/{key}", "", ""),), "{tag}", later=tuple(values))
        for key, values in view.reading.tags.items()
        if f"aws:principaltag/{key}" in view.reading.keys
    )


def _home(view: View) -> tuple[Slot, ...]:
    """Whether the account is in an organization of the attacker's."""
    if not any(key.startswith("aws:principalorg") for key in view.reading.keys):
        return ()
    return (Slot("organization", (("aws:principalorgid", "", ""),), fixed=(None, _ORGANIZATION)),)


def _mfa(view: View) -> tuple[Slot, ...]:
    if not any(key.startswith("aws:multifactorauth") for key in view.reading.keys):
        return ()
    return (Slot("mfa", (("aws:multifactorauthpresent", "", ""),), fixed=(None, "true")),)


def _supposed(rehearsal: Rehearsal, account: str, chosen: Mapping[str, Any]) -> Rehearsal:
    if not chosen.get("organization"):
        return rehearsal
    home = Membership(_ORGANIZATION, f"{_ORGANIZATION}/r-own1/", account)
    return rehearsal.changed(rehearsal.changes.with_("homes", account, home))


def _organized(view: View, account: str, chosen: Mapping[str, Any]) -> list[Move]:
    if not chosen.get("organization"):
        return []
    says = "puts the account into an organization of their own"
    name = _name_of(view, account)
    return [Move(view.phase, f"root:{name}", "organizations:CreateOrganization", {"FeatureSet": "ALL"}, chose=says)]


def _name_of(view: View, account: str) -> str:
    names = {view.stage.lab.account(name).number: name for name in view.means.accounts}
    return names.get(account, f"another account {account}")


def _chosen_tags(view: View, chosen: Mapping[str, Any]) -> dict[str, str]:
    return {
        view.reading.written.get(name.removeprefix("tag "), name.removeprefix("tag ")): value
        for name, value in chosen.items()
        if name.startswith("tag ") and value is not None
    }


def _tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _key_of(view: View, account: str, path: str, *, mfa: bool, home: list[Move], tags: Mapping[str, str]) -> list[Move]:
    """The moves by which a user of the attacker's account is made, or only given a key where it is there."""
    root, name = f"root:{_name_of(view, account)}", path.rpartition("/")[2]
    there = view.rehearsal.directory.user(account, name) is not None
    moves = list(home)
    if not there:
        asked: dict[str, Any] = {"UserName": name}
        if "/" in path:
            asked["Path"] = f"/{path.rpartition('/')[0]}/"
        if tags:
            asked["Tags"] = _tag_list(tags)
        says = (
            f"makes a user {path} in an account of their own" if path != "x" else "calls from an account of their own"
        )
        says += "".join(f", with the tag {key} = {value}" for key, value in tags.items())
        moves.append(Move(view.phase, root, "iam:CreateUser", asked, chose=says))
    may = {"UserName": name, "PolicyName": "everything", "PolicyDocument": _ALL}
    moves.append(Move(view.phase, root, "iam:PutUserPolicy", may))
    says = f"calls as {name}, from an account of their own" if there else ""
    moves.append(
        Move(view.phase, root, "iam:CreateAccessKey", {"UserName": name}, keep=f"{account} {path}", chose=says)
    )
    if mfa:
        moves += device(view.phase, root, account, name, f"{account} {path}")
    return moves


def device(phase: int, by: str, account: str, user: str, key: str) -> list[Move]:
    """The moves by which a user is given an MFA device of the attacker's."""
    kept, serial = f"device of {key}", f"arn:aws:iam::{account}:mfa/own-{user}"
    enable = {
        "UserName": user,
        "SerialNumber": serial,
        "AuthenticationCode1": Code(kept, before=True),
        "AuthenticationCode2": Code(kept),
    }
    says = f"enables an MFA device of their own for {user}"
    return [
        Move(phase, by, "iam:CreateVirtualMFADevice", {"VirtualMFADeviceName": f"own-{user}"}, keep=kept),
        Move(phase, by, "iam:EnableMFADevice", enable, chose=says),
        Move(phase, wait=1),
    ]


def _existing(view: View, user: User) -> Family:
    def become(rehearsal: Rehearsal, _: Mapping[str, Any]) -> tuple[Rehearsal, Caller]:
        changed = rehearsal.changes.with_("policies", user.arn, (ANYTHING,))
        return rehearsal.changed(changed), rehearsal.user(user.arn, user.unique_id)

    path = user.arn.partition(":user/")[2]
    return Family(
        f"{user.account} {path}",
        f"user {path} of their own account {user.account}",
        (),
        become,
        lambda _: (
            frozenset(_key_of(view, user.account, path, mfa=False, home=[], tags={})),
            f"{user.account} {path}",
        ),
    )


def _new_user(view: View, account: str) -> Family:
    keys = (("aws:principalarn", f"arn:aws:iam::{account}:user/", ""), ("aws:username", "", ""))
    name = Slot("user", keys, "{session}", own="x", absent=False)
    slots = (name, *_tags(view), *_mfa(view), *_home(view))

    def become(rehearsal: Rehearsal, chosen: Mapping[str, Any]) -> tuple[Rehearsal, Caller]:
        arn, short = f"arn:aws:iam::{account}:user/{chosen['user']}", chosen["user"].rpartition("/")[2]
        made = User(arn, short, account, f"AIDA{_NEW_ID}", _chosen_tags(view, chosen))
        changes = rehearsal.changes.with_("users", arn, made).with_("policies", arn, (ANYTHING,))
        rehearsal = _supposed(rehearsal.changed(changes), account, chosen)
        return rehearsal, rehearsal.user(arn, made.unique_id, mfa=bool(chosen.get("mfa")))

    def moves(chosen: Mapping[str, Any]) -> tuple[frozenset[Move], str]:
        path, mfa = chosen["user"], bool(chosen.get("mfa"))
        home = _organized(view, account, chosen)
        made = _key_of(view, account, path, mfa=mfa, home=home, tags=_chosen_tags(view, chosen))
        return frozenset(made), f"{account} {path}"

    return Family(f"user of {account}", f"a user of their own account {account}", slots, become, moves)


def _new_role(view: View, account: str) -> Family:
    keys = (("aws:principalarn", f"arn:aws:iam::{account}:role/", ""),)
    role_id = f"AROA{_NEW_ID}"
    name = Slot("role", keys, "{session}", own="x", absent=False)
    session = Slot("session", (("aws:userid", f"{role_id}:", ""),), "{session}{session}", own="hello", absent=False)
    slots = (name, session, *_tags(view), *_home(view))
    trust = Policy(f"the trust policy of {account}'s role", "trust", _trust(account))

    def become(rehearsal: Rehearsal, chosen: Mapping[str, Any]) -> tuple[Rehearsal, Caller]:
        arn = f"arn:aws:iam::{account}:role/{chosen['role']}"
        made = Role(arn, chosen["role"].rpartition("/")[2], account, role_id, trust, 3600)
        changes = rehearsal.changes.with_("roles", arn, made).with_("policies", arn, (ANYTHING,))
        rehearsal = _supposed(rehearsal.changed(changes), account, chosen)
        tags = tuple(_chosen_tags(view, chosen).items())
        now = rehearsal.now
        held = Session("role", account, arn, role_id, chosen["session"], "", now, now + 3600, tags=tags)
        return rehearsal, session_caller(held)

    def moves(chosen: Mapping[str, Any]) -> tuple[frozenset[Move], str]:
        root, path, tags = f"root:{_name_of(view, account)}", chosen["role"], _chosen_tags(view, chosen)
        short, label = path.rpartition("/")[2], f"{account} {path} {chosen['session']}"
        asked: dict[str, Any] = {"RoleName": short, "AssumeRolePolicyDocument": _trust(account)}
        if "/" in path:
            asked["Path"] = f"/{path.rpartition('/')[0]}/"
        says = f"makes a role {path} in an account of their own"
        assume: dict[str, Any] = {
            "RoleArn": f"arn:aws:iam::{account}:role/{path}",
            "RoleSessionName": chosen["session"],
        }
        if tags:
            assume["Tags"] = _tag_list(tags)
        made = [
            *_organized(view, account, chosen),
            Move(view.phase, root, "iam:CreateRole", asked, chose=says),
            Move(
                view.phase, root, "iam:PutRolePolicy", {"RoleName": short, "PolicyName": "all", "PolicyDocument": _ALL}
            ),
            *_key_of(view, account, "x", mfa=False, home=[], tags={}),
            Move(view.phase, f"{account} x", "sts:AssumeRole", assume, keep=label),
        ]
        return frozenset(made), label

    return Family(f"role of {account}", f"a role of their own account {account}", slots, become, moves)


def _trust(account: str) -> str:
    return (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "'
        f"arn:aws:iam::{account}:root"
        '"}, "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]}]}'
    )
