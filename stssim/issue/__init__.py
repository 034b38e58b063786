"""What STS answers: the operations, one module each, and the temporary credentials that they issue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stssim.call import Beat, Call, Caller
from stssim.cloud import Cloud
from stssim.issue import (
    access_key_info,
    assume_role,
    assume_role_with_saml,
    assume_role_with_web_identity,
    assume_root,
    caller_identity,
    decoded_message,
    delegated_token,
    federation_token,
    session_token,
    web_identity_token,
)
from stssim.issue.eligibility import require_eligible
from stssim.issue.proofs import prove
from stssim.issue.session_policies import require_policies

__all__ = ["issue", "verify"]

_Judge = Callable[[Call, Caller], None]
_Answer = Callable[[Call, Caller, Cloud], tuple[Mapping[str, Any], tuple[Beat, ...]]]

_JUDGES: Mapping[str, _Judge] = {
    "AssumeRole": assume_role.judge,
    "AssumeRoleWithSAML": require_policies,
    "AssumeRoleWithWebIdentity": require_policies,
    "AssumeRoot": assume_root.judge,
    "GetDelegatedAccessToken": delegated_token.judge,
    "GetFederationToken": federation_token.judge,
    "GetWebIdentityToken": web_identity_token.judge,
}
_ANSWERS: Mapping[str, _Answer] = {
    "AssumeRole": assume_role.answer,
    "AssumeRoleWithSAML": assume_role_with_saml.answer,
    "AssumeRoleWithWebIdentity": assume_role_with_web_identity.answer,
    "AssumeRoot": assume_root.answer,
    "DecodeAuthorizationMessage": decoded_message.answer,
    "GetAccessKeyInfo": access_key_info.answer,
    "GetCallerIdentity": caller_identity.answer,
    "GetFederationToken": federation_token.answer,
    "GetSessionToken": session_token.answer,
    "GetWebIdentityToken": web_identity_token.answer,
}


def verify(call: Call, caller: Caller, cloud: Cloud) -> tuple[Caller, tuple[Beat, ...]]:
    """What is judged of a call to STS before anybody's permissions are, and the caller with what it proved.

    Whether the operation serves such a caller at all; what is wrong with the request that its model does not say; and
    the proofs beside the signature, because policies ask for them. Raises `Refused`.
    """
    if call.service != "sts":
        return caller, ()
    require_eligible(call, caller)
    judge = _JUDGES.get(call.operation)
    if judge is not None:
        judge(call, caller)
    return prove(call, caller, cloud)


def issue(call: Call, caller: Caller, cloud: Cloud) -> tuple[Mapping[str, Any], tuple[Beat, ...]]:
    """The result of an authorized call to STS, under botocore's output names, and its beats.

    Raises `Refused` for what can be judged only of a caller who may: durations against the role, the Region's
    activation, the size of the token.
    """
    return _ANSWERS[call.operation](call, caller, cloud)
