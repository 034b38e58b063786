"""CloudWatch Logs: the tags of log groups."""

from __future__ import annotations

from stssim.access.services.adapter import Adapter
from stssim.access.services.moto_tags import by_arn

ADAPTER = Adapter(
    tags=by_arn,
)
