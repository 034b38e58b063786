"""Pictures of confused deputies: a vendor's program and AWS's own services, each with and without its defence."""

from __future__ import annotations

from diagrams.given import Picture, downwards, in_short
from stssim.call import Trace
from stssim.play import play
from stssim.scenarios import load


def _attack(story: str, *defences: str) -> Trace:
    """A story's attack, with these of its defences."""
    scenario = load(story)
    return in_short(play(scenario, [scenario.defences[name] for name in defences]).attack_trace)


def confused_deputy() -> Trace:
    """Mallory's attack on a vendor that sends no External ID."""
    return _attack("confused-deputy")


def with_external_id() -> Trace:
    """The same attack, when the vendor sends an External ID of its own making and the customer's role asks for it."""
    return _attack("confused-deputy", "external-id")


PICTURES = (
    Picture("confused-deputy", "The confused deputy, without an External ID", confused_deputy),
    Picture("confused-deputy-map", "The confused deputy: who owns what", confused_deputy, downwards),
    Picture("confused-deputy-with-external-id", "The same attack, with an External ID", with_external_id),
)
