"""A Trace, shown: as a sequence diagram, as a map of who owns what, and as text for a terminal."""

from typing import TYPE_CHECKING, Any

from stssim.show.map import map_of
from stssim.show.sequence import sequence

if TYPE_CHECKING:
    from stssim.show.terminal import paragraphs, text

__all__ = ["map_of", "paragraphs", "sequence", "text"]


def __getattr__(name: str) -> Any:
    """What is for the terminal is loaded when it is asked for: rich is slow to load, and a notebook does without."""
    if name in {"paragraphs", "text"}:
        from stssim.show import terminal

        return getattr(terminal, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
