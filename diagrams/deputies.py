"""Pictures of confused deputies: a vendor's program and AWS's own services, each with and without its defence."""

from __future__ import annotations

from typing import Any

from diagrams.given import Picture, allow, document, downwards, in_short, tried
from stssim import Lab
from stssim.call import Trace
from stssim.play import play
from stssim.scenarios import load

TRAILS = "cloudtrail.amazonaws.com"


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


def _service_writes(**condition: Any) -> Trace:
    """CloudTrail, told by the customer and then by Mallory to write to the customer's bucket."""
    lab = Lab(seed=7)
    customer, mallory = lab.account("customer"), lab.account("mallory-inc")
    grant = allow("s3:PutObject", "arn:aws:s3:::trails/*", Principal={"Service": TRAILS}, **condition)
    customer.bucket("trails", policy=document(grant))
    with lab.recording("service", cast={"deputy": TRAILS}) as trace:
        for account in (customer, mallory):
            trail = f"arn:aws:cloudtrail:us-east-1:{account.number}:trail/all"
            s3 = lab.service(TRAILS, source_arn=trail, source_account=account.number).client("s3")
            tried(s3.put_object, Bucket="trails", Key=f"{account.name}.json", Body=b"{}")
    return in_short(trace)


def service() -> Trace:
    """The bucket's policy lets the service in, on whose behalf ever it comes."""
    return _service_writes()


def service_with_source_arn() -> Trace:
    """The policy asks on behalf of which trail."""
    trails = "arn:aws:cloudtrail:us-east-1:111111111111:trail/*"
    return _service_writes(Condition={"ArnLike": {"aws:SourceArn": trails}})


def service_with_source_account() -> Trace:
    """The policy asks on behalf of which account."""
    return _service_writes(Condition={"StringEquals": {"aws:SourceAccount": "111111111111"}})


PICTURES = (
    Picture("confused-deputy", "The confused deputy, without an External ID", confused_deputy),
    Picture("confused-deputy-map", "The confused deputy: who owns what", confused_deputy, downwards),
    Picture("confused-deputy-with-external-id", "The same attack, with an External ID", with_external_id),
    Picture("service-deputy", "A service as the deputy: CloudTrail writes for the customer, and for Mallory", service),
    Picture(
        "service-deputy-source-arn",
        "The same service, asked with aws:SourceArn on whose behalf",
        service_with_source_arn,
    ),
    Picture(
        "service-deputy-source-account",
        "The same service, asked with aws:SourceAccount on whose behalf",
        service_with_source_account,
    ),
)
