"""Which kind of caller an operation can be called by at all, whatever any policy says."""

from __future__ import annotations

from stssim.call import Call, Caller, Refusal
from stssim.refused import refused

_ROOT_REFUSED = {"AssumeRole": "Roles may not be assumed by root accounts."}
_LONG_TERM_ONLY = {"GetSessionToken", "GetFederationToken"}
_TEMPORARY_ONLY = {"GetScopedCredentials"}
_FOR_SESSION_TOKENS = {
    "AssumeRole", "GetCallerIdentity", "GetDelegatedAccessToken", "GetScopedCredentials", "GetWebIdentityToken",
}  # fmt: skip
_FOR_FEDERATED_USERS = {"GetCallerIdentity", "GetDelegatedAccessToken", "GetScopedCredentials"}


def require_eligible(call: Call, caller: Caller) -> None:
    """Raises `Refused` for a caller that this operation never serves.

    Root cannot assume roles; GetSessionToken and GetFederationToken need a long-term key, GetScopedCredentials needs
    temporary credentials. Which operations GetSessionToken's credentials and federated users may call is in STS's API
    reference of November 2026; that a federated user gets no web identity token was recorded in September 2026. Not
    documented, and inferred from the others, are the messages for these two, and code and message for a long-term key
    that calls GetScopedCredentials.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetScopedCredentials.html
    """
    operation, session = call.operation, caller.session
    if caller.kind == "root" and operation in _ROOT_REFUSED:
        raise _refused(call, caller, _ROOT_REFUSED[operation], "The root user cannot assume a role.")
    if session is None:
        if operation in _TEMPORARY_ONLY:
            why = f"{operation} narrows temporary credentials; a long-term key has none. Call GetSessionToken first."
            raise _refused(call, caller, f"Cannot call {operation} with long-term credentials", why)
        return
    if session.kind in ("user", "root") and operation not in _FOR_SESSION_TOKENS:
        why = f"Credentials from GetSessionToken cannot call {operation}."
    elif session.kind == "federated-user" and operation not in _FOR_FEDERATED_USERS:
        why = f"A federated user cannot call {operation}."
        if operation == "GetWebIdentityToken":
            raise _refused(call, caller, "GetWebIdentityToken does not support federated user sessions", why)
    elif operation in _LONG_TERM_ONLY:
        why = f"Temporary credentials cannot call {operation}."
    else:
        return
    raise _refused(call, caller, f"Cannot call {operation} with session credentials", why)


def _refused(call: Call, caller: Caller, says: str, why: str) -> Exception:
    return refused(call, caller, Refusal("AccessDenied", says), why, "caller not served")
