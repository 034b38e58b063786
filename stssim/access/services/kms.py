"""KMS key policies, kept from moto where it would judge by them: its DescribeKey refuses whatever a Deny names."""

from __future__ import annotations

from collections.abc import Callable

from stssim.access.core.lab_state import LabState
from stssim.access.core.moto_backends import backend
from stssim.access.core.names import arns
from stssim.call import Call, Caller, HttpReply
from stssim.cloud import Directory


def describe(call: Call, caller: Caller, _: LabState, __: Directory, forward: Callable[[], HttpReply]) -> HttpReply:
    """DescribeKey, answered as if the key's policy were empty."""
    name = str(call.parameters["KeyId"])
    account = name.split(":")[4] if name.startswith("arn:") and name.count(":") >= 5 else caller.account
    kms = backend("kms", account, call.region)
    found = arns("kms-key", name, account, call.region)
    key = kms.keys.get(found[0].rpartition("/")[2]) if found and kms is not None else None
    if key is None:
        return forward()
    policy, key.policy = key.policy, ""
    try:
        return forward()
    finally:
        key.policy = policy
