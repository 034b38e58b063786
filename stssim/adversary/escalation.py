"""What a principal of somebody else's account can do at IAM and with services, to become somebody else or to get more.

The edges are those that are known from practice: https://pathfinding.cloud
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from stssim.adversary.callers import device, service
from stssim.adversary.moves import Move
from stssim.adversary.rehearsal import ANYTHING
from stssim.adversary.roles import assumed
from stssim.adversary.solving import RESOURCE, Slot
from stssim.adversary.supposed import Changes
from stssim.adversary.view import Holding, View, of_holding
from stssim.cloud import OidcProvider, User
from stssim.policy import Policy

_ALL = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
_CODE = {"ZipFile": "print the credentials"}
_FUNCTION = {"Runtime": "python3.13", "Handler": "index.handler", "Code": _CODE}
_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"

Branch = tuple[str, str, Changes, frozenset[Move]]
"""A change of the world: what it is about, a name for it, all changes so far, and the moves that made them."""


def becomes(view: View, holding: Holding) -> Iterator[Holding]:
    """Whom this holding can become by calls to IAM, and by roles that it passes."""
    if _is_able(view, holding):
        yield from _keys(view, holding)
        yield from _new_users(view, holding)
        yield from _functions(view, holding)


def changes(view: View, holding: Holding) -> Iterator[Branch]:
    """The changes of the world that this holding can make."""
    if _is_able(view, holding):
        yield from _trusts(view, holding)
        yield from _tags(view, holding)
        yield from _policies(view, holding)
        yield from _bucket_policies(view, holding)


def _is_able(view: View, holding: Holding) -> bool:
    """Somebody else's user or role; what GetSessionToken gives cannot call IAM without MFA."""
    caller = holding.caller
    of_user = caller.session is not None and caller.session.kind == "user"
    return caller.kind in ("user", "role") and caller.account not in view.own and not of_user


def _may(view: View, holding: Holding, action: str) -> bool:
    """Whether any of its policies allows the action on anything. Cheap, and first."""
    caller = holding.caller
    owner = caller.session.principal if caller.session else caller.arn
    return any(
        statement.allows
        for policy in view.rehearsal.directory.identity_policies(owner)
        for statement in policy.document.for_action(action.lower())
    )


def _name(holding: Holding) -> str:
    return holding.caller.principal_arn.rpartition("/")[2]


# Access keys and users.


def _keys(view: View, holding: Holding) -> Iterator[Holding]:
    if not _may(view, holding, "iam:CreateAccessKey"):
        return
    for user in view.rehearsal.directory.users(holding.caller.account):
        yield from _key(view, holding, user)


def _key(view: View, holding: Holding, user: User) -> Iterator[Holding]:
    asked = {"UserName": user.name}
    label = f"a key of {user.name} in {view.phase}"
    move = Move(
        view.phase,
        holding.label,
        "iam:CreateAccessKey",
        asked,
        keep=label,
        chose=f"makes an access key for {user.name} as {_name(holding)}",
    )
    says = f"makes an access key for {user.name}"
    for _ in view.allowed(
        of_holding(holding),
        "iam:CreateAccessKey",
        lambda _: asked,
        final=lambda _: move,
        target=f"key {user.arn}",
        says=says,
    ):
        moves = view.moves | holding.moves | {move}
        yield Holding(label, view.rehearsal.user(user.arn, user.unique_id), moves)
        yield from _with_device(view, holding, user, label, moves)


def _with_device(view: View, holding: Holding, user: User, label: str, moves: frozenset[Move]) -> Iterator[Holding]:
    if not any(key.startswith("aws:multifactorauth") for key in view.reading.keys):
        return
    account, by = holding.caller.account, holding.label
    planned = device(view.phase, by, account, user.name, label)
    family = of_holding(holding)
    made, enabled = planned[0], planned[1]
    for each in (made, enabled):
        plain = {**each.parameters, "AuthenticationCode1": "111111", "AuthenticationCode2": "222222"}
        if each is made:
            plain = dict(each.parameters)
        if not any(
            True
            for _ in view.allowed(
                family,
                each.call,
                lambda _, asked=plain: asked,  # type: ignore[misc]
                final=lambda _, move=each: move,  # type: ignore[misc]
                target=f"{each.call} {user.arn}",
                says=f"calls {each.call} for {user.name}",
            )
        ):
            return
    serial = str(enabled.parameters["SerialNumber"])
    yield Holding(
        label,
        view.rehearsal.user(user.arn, user.unique_id, mfa=True),
        moves | frozenset(planned),
        device=f"{serial} device of {label}",
    )


def _new_users(view: View, holding: Holding) -> Iterator[Holding]:
    if not (_may(view, holding, "iam:CreateUser") and _may(view, holding, "iam:CreateAccessKey")):
        return
    account, directory = holding.caller.account, view.rehearsal.directory
    for path in [*view.reading.user_names(account), "newcomer"]:
        name = path.rpartition("/")[2]
        if directory.user(account, name) is None:
            yield from _new_user(view, holding, account, path)


def _new_user(view: View, holding: Holding, account: str, path: str) -> Iterator[Holding]:
    name, arn = path.rpartition("/")[2], f"arn:aws:iam::{account}:user/{path}"
    family, rehearsal = of_holding(holding), view.rehearsal
    asked: dict[str, Any] = {"UserName": name}
    if "/" in path:
        asked["Path"] = f"/{path.rpartition('/')[0]}/"
    says = f"makes a user {path} as {_name(holding)}"
    moves = [Move(view.phase, holding.label, "iam:CreateUser", asked, chose=says)]
    if not _allowed(view, family, moves[0], f"new user {path}", f"makes a user {path}"):
        return
    made = User(arn, name, account, f"AIDANEW{name.upper():X<14}"[:21])
    changes = rehearsal.changes.with_("users", arn, made)
    changed = view.within(rehearsal.changed(changes), view.moves)
    given: list[Policy] = []
    for policy in directory_policies(view, account):
        attach = Move(view.phase, holding.label, "iam:AttachUserPolicy", {"UserName": name, "PolicyArn": policy.arn})
        if _allowed(changed, family, attach, None, ""):
            moves.append(attach)
            given.append(policy)
    put = {"UserName": name, "PolicyName": "all", "PolicyDocument": _ALL}
    inline = Move(view.phase, holding.label, "iam:PutUserPolicy", put)
    if _may(view, holding, "iam:PutUserPolicy") and _allowed(changed, family, inline, None, ""):
        moves.append(inline)
        given.append(ANYTHING)
    label = f"the new {name} in {view.phase}"
    key = Move(view.phase, holding.label, "iam:CreateAccessKey", {"UserName": name}, keep=label)
    if not _allowed(changed, family, key, f"key of new {path}", f"makes an access key for the new {path}"):
        return
    every = view.moves | holding.moves | frozenset([*moves, key])
    yield from _as_new_user(view, changes.with_("policies", arn, tuple(given)), made, label, every)


def _as_new_user(view: View, changes: Changes, made: User, label: str, moves: frozenset[Move]) -> Iterator[Holding]:
    """What the new user can become: they are not there in the world of others."""
    changed = view.within(view.rehearsal.changed(changes), view.moves)
    new = Holding(label, changed.rehearsal.user(made.arn, made.unique_id), moves)
    for account in changed.rehearsal.directory.accounts():
        if account not in view.own:
            for role in changed.rehearsal.directory.roles(account):
                yield from assumed(changed, of_holding(new), role)


def directory_policies(view: View, account: str) -> Iterator[Policy]:
    """Managed policies that can be attached: the account's own, and the administrator's."""
    yield from view.rehearsal.directory.managed_policies(account)
    administrator = view.rehearsal.directory.managed_policy(_ADMINISTRATOR)
    if administrator is not None:
        yield administrator


def _allowed(view: View, family: Any, move: Move, target: object, says: str) -> bool:
    service_, _, operation = move.call.partition(":")
    if target is None:
        return view.rehearsal.put(family.become(view.rehearsal, {})[1], service_, operation, move.parameters).allowed
    return any(
        True
        for _ in view.allowed(
            family, move.call, lambda _: move.parameters, final=lambda _: move, target=target, says=says
        )
    )


# Functions: a role that is passed to what runs code.


def _functions(view: View, holding: Holding) -> Iterator[Holding]:
    if not (_may(view, holding, "lambda:CreateFunction") and _may(view, holding, "iam:PassRole")):
        return
    account = holding.caller.account
    for role in view.rehearsal.directory.roles(account):
        arn = f"arn:aws:lambda:us-east-1:{account}:function:"
        slot = Slot("function", ((RESOURCE, arn, ""),), "{name}-own", own="more-own", absent=False)

        def asked(chosen: Mapping[str, Any], role_arn: str = role.arn) -> dict[str, Any]:
            return {"FunctionName": chosen["function"], "Role": role_arn, **_FUNCTION}

        def move(chosen: Mapping[str, Any], role_arn: str = role.arn) -> Move:
            says = f"makes a function {chosen['function']} with the role {role_arn.rpartition('/')[2]}"
            kept = f"function {chosen['function']} of {role_arn}"
            return Move(
                view.phase, holding.label, "lambda:CreateFunction", asked(chosen, role_arn), keep=kept, chose=says
            )

        says = f"makes a function with the role {role.name}"
        for found in view.allowed(
            of_holding(holding),
            "lambda:CreateFunction",
            asked,
            (slot,),
            acts=("iam:PassRole",),
            final=move,
            target=f"function with {role.arn}",
            says=says,
        ):
            made = move(found.chosen)
            moves = holding.moves | {made}
            running = service("lambda.amazonaws.com", arn + found.chosen["function"], account, moves)
            yield from assumed(view, running, role)


# Changes of the world.


def _trusts(view: View, holding: Holding) -> Iterator[Branch]:
    if not _may(view, holding, "iam:UpdateAssumeRolePolicy"):
        return
    for role in view.rehearsal.directory.roles(holding.caller.account):
        if role.arn in view.rehearsal.changes.trust:
            continue  # one statement of one's own is enough
        for name, changes, moves, principal in _trusted(view, holding):
            statement = {"Effect": "Allow", "Principal": principal, "Action": _action(principal)}
            text = json.dumps({"Version": "2012-10-17", "Statement": [*_kept(role.trust), statement]})
            who = next(iter(principal.values())).removeprefix("arn:aws:iam::")
            move = Move(
                view.phase,
                holding.label,
                "iam:UpdateAssumeRolePolicy",
                {"RoleName": role.name, "PolicyDocument": text},
                chose=f"writes {who} into the trust policy of {role.name} as {_name(holding)}",
            )
            says = f"changes the trust policy of {role.name}"
            if _allowed(view, of_holding(holding), move, f"trust of {role.arn}", says):
                policy = Policy(role.trust.name, "trust", text)
                every = view.moves | holding.moves | moves | {move}
                yield role.arn, f"trust {name} {role.arn}", changes.with_("trust", role.arn, policy), every


def _kept(trust: Policy) -> list[Any]:
    """What a trust policy allows already: so nobody else notices."""
    written = json.loads(trust.document.text)["Statement"]
    return [each for each in (written if isinstance(written, list) else [written]) if each["Effect"] == "Allow"]


def _action(principal: Mapping[str, str]) -> list[str] | str:
    return "sts:AssumeRoleWithWebIdentity" if "Federated" in principal else "sts:AssumeRole"


def _trusted(view: View, holding: Holding) -> Iterator[tuple[str, Changes, frozenset[Move], dict[str, str]]]:
    """Whom to write into a trust policy: an account of the attacker's, an issuer of theirs, or the caller itself."""
    changes = view.rehearsal.changes
    nothing: frozenset[Move] = frozenset()
    if view.own:
        yield "own account", changes, nothing, {"AWS": f"arn:aws:iam::{view.own[0]}:root"}
    else:
        yield "oneself", changes, nothing, {"AWS": holding.caller.principal_arn}
    if view.means.domains and _may(view, holding, "iam:CreateOpenIDConnectProvider"):
        yield from _issuers(view, holding)


def _issuers(view: View, holding: Holding) -> Iterator[tuple[str, Changes, frozenset[Move], dict[str, str]]]:
    account = holding.caller.account
    before = f"arn:aws:iam::{account}:oidc-provider/"
    shapes = [each for domain in view.means.domains for each in (domain, f"{{name}}.{domain}", f"{domain}/{{path}}")]
    given: set[str] = set()
    for can_be in shapes:
        own = can_be.replace("{name}", "login").replace("{path}", "x")
        wanted = tuple(view.reading.providers(can_be))
        if given and not wanted:
            continue
        for plain in dict.fromkeys((own, *wanted)):
            slots = (Slot("issuer", ((RESOURCE, before, ""),), can_be, own=plain, absent=False),)
            for found in view.allowed(
                of_holding(holding),
                "iam:CreateOpenIDConnectProvider",
                lambda chosen: _provider(chosen["issuer"]),
                slots,
                final=lambda chosen: _made(view, holding, chosen["issuer"]),
                target="provider",
                says="makes a provider of an issuer of their own",
                most=1,
            ):
                url = found.chosen["issuer"]
                if url in given:
                    continue
                given.add(url)
                provider = OidcProvider(before + url, url, ("sts.amazonaws.com",))
                changes = view.rehearsal.changes.with_("providers", (account, url), provider)
                made = _made(view, holding, url)
                yield f"issuer {url}", changes, frozenset({made}), {"Federated": provider.arn}


def _provider(url: str) -> dict[str, Any]:
    return {"Url": f"https://{url}", "ClientIDList": ["sts.amazonaws.com"]}


def _made(view: View, holding: Holding, url: str) -> Move:
    says = f"makes their own issuer {url} a provider of the account as {_name(holding)}"
    return Move(view.phase, holding.label, "iam:CreateOpenIDConnectProvider", _provider(url), chose=says)


def _tags(view: View, holding: Holding) -> Iterator[Branch]:
    """Tags of users, with values that some policy reads."""
    reading, directory = view.reading, view.rehearsal.directory
    wanted: dict[str, list[str]] = {key: list(values) for key, values in reading.resource_tags.items()}
    for key, values in reading.tags.items():
        if f"aws:principaltag/{key}" in reading.keys:
            wanted.setdefault(reading.written[key], []).extend(values)
    if not wanted or not _may(view, holding, "iam:TagUser"):
        return
    for user in directory.users(holding.caller.account):
        for key, values in wanted.items():
            for value in dict.fromkeys([*values, "other"]):
                if not reading.tells_apart(key, user.tags.get(key), value):
                    continue
                asked = {"UserName": user.name, "Tags": [{"Key": key, "Value": value}]}
                says = f"tags {user.name} with {key} = {value} as {_name(holding)}"
                move = Move(view.phase, holding.label, "iam:TagUser", asked, chose=says)
                if _allowed(view, of_holding(holding), move, f"tag {user.arn}", f"tags {user.name}"):
                    tags = {**{k: v for k, v in user.tags.items() if k.lower() != key.lower()}, key: value}
                    changes = view.rehearsal.changes.with_("tags", user.arn, tags)
                    every = view.moves | holding.moves | {move}
                    yield user.arn, f"tag {user.arn} {key} {value}", changes, every


def _policies(view: View, holding: Holding) -> Iterator[Branch]:
    """More permissions for somebody who is held: inline, attached, or by a new version of what is attached."""
    caller, directory = holding.caller, view.rehearsal.directory
    owner = caller.session.principal if caller.session else caller.arn
    kind, name = ("Role" if caller.kind == "role" else "User"), owner.rpartition("/")[2]
    targets = [(owner, kind, name), *((each.arn, "Role", each.name) for each in directory.roles(caller.account))]
    put: dict[str, Any]
    for arn, sort, short in dict.fromkeys(targets):
        if _may(view, holding, f"iam:Put{sort}Policy"):
            put = {f"{sort}Name": short, "PolicyName": "all", "PolicyDocument": _ALL}
            yield from _more(view, holding, f"iam:Put{sort}Policy", put, arn, ANYTHING)
        if _may(view, holding, f"iam:Attach{sort}Policy"):
            for policy in directory_policies(view, caller.account):
                put = {f"{sort}Name": short, "PolicyArn": policy.arn}
                yield from _more(view, holding, f"iam:Attach{sort}Policy", put, arn, policy)
    if _may(view, holding, "iam:CreatePolicyVersion"):
        for policy in directory.identity_policies(owner):
            if policy.arn and not policy.arn.startswith("arn:aws:iam::aws:"):
                put = {"PolicyArn": policy.arn, "PolicyDocument": _ALL, "SetAsDefault": True}
                move = Move(view.phase, holding.label, "iam:CreatePolicyVersion", put, chose=f"rewrites {policy.name}")
                if _allowed(view, of_holding(holding), move, f"version {policy.arn}", f"rewrites {policy.name}"):
                    new = Policy(policy.name, "identity", _ALL, policy.arn)
                    changes = view.rehearsal.changes.with_("versions", policy.arn, new)
                    yield owner, f"version {policy.arn}", changes, view.moves | holding.moves | {move}


def _more(
    view: View, holding: Holding, call: str, asked: Mapping[str, Any], arn: str, policy: Policy
) -> Iterator[Branch]:
    before = view.rehearsal.changes.policies.get(arn, ())
    if policy in before:
        return
    who = arn.rpartition("/")[2]
    move = Move(view.phase, holding.label, call, asked, chose=f"gives {who} {policy.name} as {_name(holding)}")
    if _allowed(view, of_holding(holding), move, f"{call} {arn}", f"calls {call} for {who}"):
        changes = view.rehearsal.changes.with_("policies", arn, (*before, policy))
        yield arn, f"{call} {arn} {policy.name}", changes, view.moves | holding.moves | {move}


def _bucket_policies(view: View, holding: Holding) -> Iterator[Branch]:
    if not _may(view, holding, "s3:PutBucketPolicy"):
        return
    for want in view.goal.wants:
        bucket = want.with_.get("Bucket")
        if want.call is None or bucket is None:
            continue
        name = view.stage.text(str(bucket))
        arn = f"arn:aws:s3:::{name}"
        text = json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": {
                    "Effect": "Allow",
                    "Principal": {"AWS": view.own[0] if view.own else holding.caller.principal_arn},
                    "Action": "s3:*",
                    "Resource": [arn, f"{arn}/*"],
                },
            }
        )
        asked = {"Bucket": name, "Policy": text}
        move = Move(view.phase, holding.label, "s3:PutBucketPolicy", asked, chose=f"rewrites the policy of {name}")
        if _allowed(view, of_holding(holding), move, f"bucket {name}", f"rewrites the policy of {name}"):
            policy = Policy(f"the bucket policy of {name}", "resource", text)
            changes = view.rehearsal.changes.with_("resources", arn, policy)
            yield arn, f"bucket {name}", changes, view.moves | holding.moves | {move}
