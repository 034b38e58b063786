"""Who does the request say it comes from? Looked up by its key and its session token; as yet, nothing is proved."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stssim.arn import Arn
from stssim.call import Actor, Call, Caller, Session
from stssim.cloud import Cloud, Directory
from stssim.validate.authentication.unverified_subject import bearer
from stssim.validate.protocol_errors import Fault

ANONYMOUS = Caller("anonymous", "", "anonymous", "anonymous", "anonymous", "", Actor("anyone", "anonymous"))


@dataclass(frozen=True, slots=True)
class Claim:
    """Who is meant, and the secret that must have signed; or the fault in the key or token, and a sentence about it."""

    actor: Actor
    caller: Caller | None = None
    secret: str = ""
    fault: Fault | None = None
    says: str = ""


def claim(call: Call, cloud: Cloud) -> Claim:
    """Never raises: what is wrong with the key or the token is in the `fault`.

    Whoever else's key it is, its caller is its owner; only the `actor` is the one in whose hands it is.
    """
    claimed = _claim(call, cloud)
    holder = cloud.hands.get(call.signature.access_key_id) if call.signature else None
    if holder is None:
        return claimed
    caller = claimed.caller and replace(claimed.caller, actor=holder)
    return replace(claimed, actor=holder, caller=caller)


def _claim(call: Call, cloud: Cloud) -> Claim:
    signature = call.signature
    if signature is None:
        actor = bearer(call) or ANONYMOUS.actor
        return Claim(actor, replace(ANONYMOUS, actor=actor))
    key_id = signature.access_key_id
    stranger = Actor(f"holder of {key_id[:8]}", "anonymous")
    if signature.session_token is not None:
        try:
            session = _as_named_now(cloud.seal.open(signature.session_token), cloud.directory)
        except ValueError as error:
            return Claim(stranger, fault="bad token", says=f"The session token does not open: {error}.")
        caller = session_caller(session)
        if session.access_key_id != key_id:
            return Claim(
                caller.actor, fault="foreign token", says=f"The session token belongs to another key than {key_id}."
            )
        return Claim(caller.actor, caller, cloud.seal.secret(key_id))
    if key_id.startswith("ASIA"):
        says = f"The key {key_id} is a temporary one, and the request carries no session token."
        return Claim(stranger, fault="foreign token", says=says)
    key = cloud.directory.access_key(key_id)
    if key is None:
        return Claim(stranger, fault="unknown key", says=f"There is no access key {key_id}.")
    if key.user is None:
        arn = f"arn:aws:iam::{key.account}:root"
        root = Actor("root", "root", key.account)
        return Claim(root, Caller("root", key.account, arn, key.account, arn, key.account, root, key_id), key.secret)
    user = cloud.directory.user(key.account, key.user)
    if user is None or not key.active:
        says = f"The access key {key_id} of user {key.user} is inactive."
        return Claim(Actor(key.user, "user", key.account), fault="unknown key", says=says)
    actor = Actor(user.name, "user", user.account)
    return Claim(
        actor,
        Caller("user", user.account, user.arn, user.unique_id, user.arn, user.unique_id, actor, key_id),
        key.secret,
    )


def _as_named_now(session: Session, directory: Directory) -> Session:
    """A user's session goes on when the user gets another name or path: it is bound to the unique id, as the user's
    keys are. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users_rename.html
    """
    if ":user/" not in session.principal:
        return session
    old_name = Arn.parse(session.principal).name
    user = directory.user(session.account, old_name)
    same = user is not None and user.unique_id == session.principal_id
    arn = user.arn if user is not None and same else directory.principal_arn(session.principal_id)
    if arn is None or arn == session.principal:
        return session
    name = Arn.parse(arn).name
    own = session.origin == Actor(old_name, "user", session.account).mark
    return replace(
        session,
        principal=arn,
        name=name if session.kind == "user" else session.name,
        origin=Actor(name, "user", session.account).mark if own else session.origin,
    )


def session_caller(session: Session) -> Caller:
    """Who temporary credentials make one: AWS's ARN and UserId for each kind of session."""
    account, name = session.account, session.name
    arn, user_id, principal = session.principal, session.principal_id, session.principal
    if session.kind == "role":
        arn = f"arn:aws:sts::{account}:assumed-role/{Arn.parse(session.principal).name}/{name}"
        user_id = f"{session.principal_id}:{name}"
    elif session.kind == "federated-user":
        arn = principal = f"arn:aws:sts::{account}:federated-user/{name}"
        user_id = f"{account}:{name}"
    actor = Actor.of_mark(session.origin) if session.origin else Actor(name, session.kind, account)
    return Caller(
        session.kind, account, arn, user_id, principal, session.principal_id, actor, session.access_key_id, session
    )
