"""A Trace, shown: as a sequence diagram, and as text for a terminal."""

from stssim.show.sequence import sequence
from stssim.show.text import tell, text

__all__ = ["sequence", "tell", "text"]
