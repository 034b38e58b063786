"""Who are you, and may you? Credentials, parameters and permissions are judged here, and every judgement says why."""

from stssim.validate.authentication.authenticate import authenticate
from stssim.validate.authentication.claimed_identity import claim
from stssim.validate.authentication.eligibility import require_eligible
from stssim.validate.authentication.proofs import prove
from stssim.validate.authorization.authorize import authorize
from stssim.validate.authorization.lockout import require_way_back
from stssim.validate.authorization.object_deletions import with_errors, without
from stssim.validate.authorization.one_place import require_one_place
from stssim.validate.authorization.required_permissions import required_permissions
from stssim.validate.bucket_exists import require_bucket
from stssim.validate.checksums import require_intact
from stssim.validate.parameters.constraints import check

__all__ = [
    "authenticate",
    "authorize",
    "check",
    "claim",
    "prove",
    "require_bucket",
    "require_eligible",
    "require_intact",
    "require_one_place",
    "require_way_back",
    "required_permissions",
    "with_errors",
    "without",
]
