"""Who answers what the gate let through: moto, but for the few operations whose state the gate keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stssim.access import bucket_policies, moto
from stssim.access.kept import Kept
from stssim.call import Call, Caller, HttpReply
from stssim.cloud import Directory
from stssim.payload import payload


@dataclass(frozen=True, slots=True)
class MotoUpstream:
    """The Upstream of one Lab. `answer` may be called only while that Lab's `World` is entered."""

    kept: Kept
    directory: Directory

    def answer(self, call: Call, caller: Caller, resource_account: str) -> HttpReply:
        """Raises `Refused` where neither the gate nor moto has an answer."""
        kept_here = _KEPT_HERE.get(call.name)
        if kept_here is not None:
            return kept_here(call, self.kept, self.directory)
        return moto.answer(call, caller, resource_account, payload(call.request))


_KEPT_HERE: dict[str, Callable[[Call, Kept, Directory], HttpReply]] = {
    "s3:PutBucketPolicy": bucket_policies.put,
    "s3:GetBucketPolicy": bucket_policies.get,
    "s3:DeleteBucketPolicy": bucket_policies.delete,
}
