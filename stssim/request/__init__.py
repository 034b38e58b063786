"""What was asked, of whom, at which door: the wire becomes a Call, and the answer to it becomes wire again."""

from stssim.request.asking import asked
from stssim.request.object_deletions import with_errors, without
from stssim.request.permissions import needs
from stssim.request.reading import read
from stssim.request.reply import refuse, reply

__all__ = ["asked", "needs", "read", "refuse", "reply", "with_errors", "without"]
