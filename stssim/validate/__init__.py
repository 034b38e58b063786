"""Who are you, and may you? Credentials, parameters and permissions are judged here, and every judgement says why."""

from stssim.validate.authenticate import authenticate
from stssim.validate.authorize import authorize
from stssim.validate.bucket import require_bucket
from stssim.validate.claim import claim
from stssim.validate.integrity import require_intact
from stssim.validate.parameters import check

__all__ = ["authenticate", "authorize", "check", "claim", "require_bucket", "require_intact"]
