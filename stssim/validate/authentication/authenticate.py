"""Is the caller who the request says? Proved by a signature made with the secret of a known key."""

from __future__ import annotations

from datetime import UTC, datetime

from stssim.arn import Arn
from stssim.call import Actor, Call, Caller, Session
from stssim.cloud import Cloud
from stssim.trace import Refused, Step
from stssim.validate.authentication.claimed_identity import ANONYMOUS, Claim
from stssim.validate.authentication.credential_scope import out_of_reach
from stssim.validate.authentication.signature_v4 import require_scope, verify
from stssim.validate.protocol_errors import Fault, refusal

UNSIGNED_OPERATIONS = {"sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"}


def authenticate(call: Call, claim: Claim, cloud: Cloud) -> tuple[Caller, tuple[Step, ...]]:
    """The caller of this call, and the step that says how it was proved.

    Judged in AWS's order: the credential scope, the token, its expiry, whether what issued it is still there, whether
    the credentials are good in this place, and last the signature. Only S3 and the two sign-ins with a token of their
    own may be called unsigned. Raises `Refused` in the dialect of the service called.
    """
    if call.signature is None:
        if call.service != "s3" and call.name not in UNSIGNED_OPERATIONS:
            raise _denied(call, claim.actor, "unsigned", "The request carries no signature, so nobody is calling.")
        return claim.caller or ANONYMOUS, ()
    try:
        require_scope(call)
    except Refused as refused:
        says = f"The signature is not for this place and time: {refused.refusal.message}"
        raise Refused(refused.refusal, _step(call, claim.actor, says, "scope wrong", denied=True)) from None
    caller, session = claim.caller, claim.caller and claim.caller.session
    if caller is None or claim.fault:
        raise _denied(call, claim.actor, claim.fault or "unknown key", claim.says)
    if session and cloud.now.timestamp() >= session.expires_at:
        ended, now = clock(session.expires_at), clock(cloud.now.timestamp())
        says = f"The credentials of {title(caller)} expired at {ended}; it is {now} now."
        raise _denied(call, claim.actor, "expired", says)
    if session and not _issuer_remains(session, cloud):
        raise _denied(
            call, claim.actor, "unknown key", f"The {session.kind} that these credentials were issued for is gone."
        )
    beyond = out_of_reach(call, caller, cloud.directory)
    if beyond:
        raise _denied(call, claim.actor, *beyond)
    try:
        verify(call.request, call.body, call.signature, claim.secret, cloud.wall)
    except Refused as refused:
        says = f"The signature does not prove the caller: {refused.refusal.message}"
        raise Refused(refused.refusal, _step(call, claim.actor, says, "signature wrong", denied=True)) from None
    proof = (
        f"The signature was made with the secret of key {call.signature.access_key_id}: the caller is {title(caller)}."
    )
    if session:
        proof += f" The session token opens and is good until {clock(session.expires_at)}."
    return caller, (_step(call, claim.actor, proof, "signature right", caller=caller),)


def title(caller: Caller) -> str:
    """The caller in words: `user alice`, `role Audit as session nightly`, `the root user of 111122223333`."""
    match caller.kind:
        case "user":
            return f"user {Arn.parse(caller.arn).name}"
        case "role":
            _, role, session = Arn.parse(caller.arn).resource.split("/")
            return f"role {role} as session {session}"
        case "root":
            return f"the root user of {caller.account}"
        case "federated-user":
            return f"federated user {Arn.parse(caller.arn).name}"
        case "service":
            return f"the service {caller.principal_arn}"
        case "web-identity":
            return f"web identity {caller.actor.name}"
        case "saml":
            return f"SAML user {caller.actor.name}"
        case _:
            return "anyone"


def clock(seconds: float) -> str:
    """A time of day in UTC, e.g. `10:15:00 UTC`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%H:%M:%S UTC")


def _issuer_remains(session: Session, cloud: Cloud) -> bool:
    """Deleting a role kills its sessions, and a new role of the same name does not revive them; a user's likewise."""
    if session.kind == "role":
        found = cloud.directory.role(session.account, Arn.parse(session.principal).name)
        return found is not None and found.unique_id == session.principal_id
    if ":user/" in session.principal:
        user = cloud.directory.user(session.account, Arn.parse(session.principal).name)
        return user is not None and user.unique_id == session.principal_id
    return True


def _denied(call: Call, who: Actor, fault: Fault, says: str) -> Refused:
    return Refused(refusal(call.service, fault), _step(call, who, says, "caller unproved", denied=True))


def _step(
    call: Call, who: Actor, sentence: str, label: str, *, caller: Caller | None = None, denied: bool = False
) -> Step:
    at = call.target
    return Step(
        "validate",
        at,
        at,
        label,
        sentence,
        "denied" if denied else "done",
        call.judged,
        at=call.at,
        call=call,
        caller=caller,
        found={"claimed": who.name},
    )
