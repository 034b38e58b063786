"""What the pictures' scenarios begin with: two accounts, policies in a line each, calls that may be refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from xml.etree import ElementTree as ET

from botocore.exceptions import ClientError

from stssim import Lab
from stssim.lab.handles import Account, Role, User
from stssim.show import map_of, sequence
from stssim.trace import Step, Trace

downwards = partial(map_of, down=True)
"""The map of a trace, narrow enough for a page."""
REPORT = {"Bucket": "reports", "Key": "q3.csv"}
SESSION = {"RoleSessionName": "alice"}


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: the name of its file, its title, the calls that it is of, and how they are drawn."""

    name: str
    title: str
    trace: Callable[[], Trace]
    draw: Callable[..., str] = sequence

    def drawn(self) -> tuple[Trace, str]:
        """The calls, made just now, and the picture of them as SVG."""
        made = self.trace()
        trace = Trace(self.title, made, accounts=made.accounts, parts=made.parts)
        return trace, _by_itself(self.draw(trace, outcomes=True))


def _by_itself(svg: str) -> str:
    """An SVG with the size that it has as a file of its own, where no page says how wide it is."""
    root = ET.fromstring(svg)
    _, _, width, height = root.get("viewBox", "").split()
    size = f'width="{float(width):.0f}" height="{float(height):.0f}"'
    return svg.replace("<svg ", f"<svg {size} ", 1) + "\n"


def in_short(trace: Trace) -> Trace:
    """A trace without the steps that only lead up to another of the same arrow: of each, the last of its call."""
    after = [*trace[1:], None]
    kept = [step for step, following in zip(trace, after, strict=True) if not _leads_up(step, following)]
    return Trace(trace.name, kept, accounts=trace.accounts, parts=trace.parts)


def _leads_up(step: Step, following: Step | None) -> bool:
    """Whether the step after it is of the same arrow."""
    return following is not None and step.arrow is not None and step.arrow == following.arrow


def allow(action: str | list[str], resource: str | None = "*", **more: Any) -> dict[str, Any]:
    """A statement that allows. Without a `resource`, it is one of a trust policy."""
    where = {} if resource is None else {"Resource": resource}
    return {"Effect": "Allow", "Action": action, **where, **more}


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    """A policy of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def trusting(principal: dict[str, str], action: str | list[str] = "sts:AssumeRole", **condition: Any) -> dict[str, Any]:
    """A trust policy that lets one principal in, under a condition if there is one."""
    return document(allow(action, None, Principal=principal, **({"Condition": condition} if condition else {})))


READS = document(allow("s3:GetObject", "arn:aws:s3:::reports/*"))
ASSUMES = document(allow("sts:AssumeRole"))


@dataclass(frozen=True, slots=True)
class Firm:
    """A vendor whose Alice audits a customer's report, by the customer's role Audit."""

    lab: Lab
    vendor: Account
    customer: Account
    alice: User
    audit: Role

    def assumed(self, **more: Any) -> Any:
        """The credentials that Alice gets for Audit."""
        return self.lab.session(self.alice.client("sts").assume_role(RoleArn=self.audit.arn, **SESSION, **more))


def a_firm() -> Firm:
    """Both accounts with what is in them, and nothing called yet."""
    lab = Lab(seed=7)
    vendor, customer = lab.account("vendor"), lab.account("customer")
    alice = vendor.user("alice", ASSUMES)
    audit = customer.role("Audit", trusting({"AWS": vendor.number}), READS)
    customer.bucket("reports", {"q3.csv": "quarter,revenue\nq3,1200\n"})
    return Firm(lab, vendor, customer, alice, audit)


def tried(call: Callable[..., Any], **parameters: Any) -> Any:
    """What the call answers, or AWS's error where it is refused."""
    try:
        return call(**parameters)
    except ClientError as error:
        return error
