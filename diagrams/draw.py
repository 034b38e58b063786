"""The pictures of the README and the lessons, drawn from real traces: `python diagrams/draw.py` writes diagrams/*.svg.

Every picture is of calls that were made a moment before. They are the same in every run, and read in light and
dark.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from stssim.call import Trace
from stssim.play import play
from stssim.scenarios import load
from stssim.show import map_of, sequence

HERE = Path(__file__).parent


def confused_deputy() -> Trace:
    """Mallory's attack on a vendor that sends no External ID."""
    return play(load("confused-deputy")).attack_trace


def confused_deputy_with_external_id() -> Trace:
    """The same attack, when the vendor sends an External ID of its own making and the customer's role asks for it."""
    story = load("confused-deputy")
    return play(story, [story.defences["external-id"]]).attack_trace


PICTURES: dict[str, tuple[Callable[[], Trace], Callable[..., str]]] = {
    "confused-deputy": (confused_deputy, sequence),
    "confused-deputy-map": (confused_deputy, map_of),
    "confused-deputy-with-external-id": (confused_deputy_with_external_id, sequence),
}


def drawn() -> dict[str, str]:
    """Every picture as SVG, by the name of its file."""
    return {f"{name}.svg": draw(trace(), outcomes=True) + "\n" for name, (trace, draw) in PICTURES.items()}


if __name__ == "__main__":
    for name, svg in drawn().items():
        (HERE / name).write_text(svg, encoding="utf-8")
