"""What was asked, of whom, at which endpoint: the wire becomes a Call, and the answer to it becomes wire again."""

from stssim.request.first_step import asked
from stssim.request.reading import read
from stssim.request.reply import refuse, reply

__all__ = ["asked", "read", "refuse", "reply"]
