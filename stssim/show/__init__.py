"""A Trace, shown: as a sequence diagram, and as text for a terminal."""

from stssim.show.sequence import sequence

__all__ = ["sequence"]
