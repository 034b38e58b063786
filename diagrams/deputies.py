"""Pictures of confused deputies: a vendor's program and AWS's own services, each with and without its fix."""

from __future__ import annotations

from diagrams.given import Picture, downwards, in_short
from stssim.scenarios import load
from stssim.scenarios.play import play
from stssim.trace import Trace


def _attack(name: str, *fixes: str) -> Trace:
    """A scenario's attack, with these of its fixes."""
    scenario = load(name)
    return in_short(play(scenario, [scenario.fixes[name] for name in fixes]).attack_trace)


def confused_deputy() -> Trace:
    """Mallory's attack on a vendor that sends no External ID."""
    return _attack("confused-deputy")


def with_external_id() -> Trace:
    """The same attack, when the vendor sends an External ID of its own making and the customer's role asks for it."""
    return _attack("confused-deputy", "external-id")


def service_writes() -> Trace:
    """Mallory's trail names a bucket of somebody else's, whose policy lets the service in."""
    return _attack("service-deputy-bucket")


def service_writes_with_source_arn() -> Trace:
    """The same attack, when the bucket's policy asks for the trail that the service works for."""
    return _attack("service-deputy-bucket", "source-arn")


def service_assumes() -> Trace:
    """Mallory's API names a role of somebody else's, whose trust policy lets the service in."""
    return _attack("service-deputy-role")


def service_assumes_with_source_account() -> Trace:
    """The same attack, when the trust policy asks for the account that the service works for."""
    return _attack("service-deputy-role", "source-account")


PICTURES = (
    Picture("confused-deputy", "The confused deputy, without an External ID", confused_deputy),
    Picture("confused-deputy-map", "The confused deputy: who owns what", confused_deputy, downwards),
    Picture("confused-deputy-with-external-id", "The same attack, with an External ID", with_external_id),
    Picture("service-deputy-bucket", "A service as the deputy: CloudTrail writes where Mallory says", service_writes),
    Picture(
        "service-deputy-bucket-with-source-arn",
        "CloudTrail again, when the bucket policy asks for aws:SourceArn",
        service_writes_with_source_arn,
    ),
    Picture(
        "service-deputy-role", "A service as the deputy: AppSync takes the role that Mallory names", service_assumes
    ),
    Picture(
        "service-deputy-role-with-source-account",
        "AppSync again, when the trust policy asks for aws:SourceAccount",
        service_assumes_with_source_account,
    ),
)
