"""What STS answers: the operations, one module each, and the temporary credentials that they issue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stssim.call import Call, Caller
from stssim.cloud import Cloud
from stssim.issue import (
    assume_role,
    assume_role_with_saml,
    assume_role_with_web_identity,
    assume_root,
    decode_authorization_message,
    get_access_key_info,
    get_caller_identity,
    get_delegated_access_token,
    get_federation_token,
    get_scoped_credentials,
    get_session_token,
    get_web_identity_token,
)
from stssim.issue.session_policies import require_policies
from stssim.trace import Step

__all__ = ["issue", "require_valid"]

_Check = Callable[[Call, Caller], None]
_Perform = Callable[[Call, Caller, Cloud], tuple[Mapping[str, Any], tuple[Step, ...]]]

_CHECKS: Mapping[str, _Check] = {
    "AssumeRole": assume_role.require_valid,
    "AssumeRoleWithSAML": require_policies,
    "AssumeRoleWithWebIdentity": require_policies,
    "AssumeRoot": assume_root.require_valid,
    "GetDelegatedAccessToken": get_delegated_access_token.require_valid,
    "GetFederationToken": get_federation_token.require_valid,
    "GetScopedCredentials": get_scoped_credentials.require_valid,
    "GetWebIdentityToken": get_web_identity_token.require_valid,
}
_OPERATIONS: Mapping[str, _Perform] = {
    "AssumeRole": assume_role.perform,
    "AssumeRoleWithSAML": assume_role_with_saml.perform,
    "AssumeRoleWithWebIdentity": assume_role_with_web_identity.perform,
    "AssumeRoot": assume_root.perform,
    "DecodeAuthorizationMessage": decode_authorization_message.perform,
    "GetAccessKeyInfo": get_access_key_info.perform,
    "GetCallerIdentity": get_caller_identity.perform,
    "GetFederationToken": get_federation_token.perform,
    "GetScopedCredentials": get_scoped_credentials.perform,
    "GetSessionToken": get_session_token.perform,
    "GetWebIdentityToken": get_web_identity_token.perform,
}


def require_valid(call: Call, caller: Caller) -> None:
    """Raises `Refused` for what is wrong with a call to STS that its model does not say, whoever may make it."""
    check = _CHECKS.get(call.operation)
    if check is not None:
        check(call, caller)


def issue(call: Call, caller: Caller, cloud: Cloud) -> tuple[Mapping[str, Any], tuple[Step, ...]]:
    """The result of an authorized call to STS, under botocore's output names, and its steps.

    Raises `Refused` for what can be judged only of a caller who may: durations against the role, the Region's
    activation, the size of the token.
    """
    return _OPERATIONS[call.operation](call, caller, cloud)
