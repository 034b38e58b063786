"""Values of conditions that AWS does not store, since their operator cannot read them.

IAM was recorded in September 2026 to refuse numbers, dates, addresses, ARNs and base64 that are none, and networks of
IPv6 with bits behind their prefix, in a policy that it stores; of a session policy it reads base64 alone. It takes any
text for a Boolean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from stssim.policy.conditions import Condition
from stssim.policy.policies import PolicyKind
from stssim.policy.values import is_arn, moment, network, number, octets
from stssim.policy.variables import template

__all__ = ["unreadable_values"]

_READ: tuple[tuple[str, str, Callable[[str], object]], ...] = (
    ("Numeric", "a number", number),
    ("Date", "a date such as 2026-11-30T12:00:00Z", moment),
    ("IpAddress", "an IP address or a network such as 203.0.113.0/24", network),
    ("NotIpAddress", "an IP address or a network such as 203.0.113.0/24", network),
    ("Arn", "an ARN", is_arn),
    ("Binary", "base64", octets),
)


def unreadable_values(condition: Condition, kind: PolicyKind) -> Iterator[tuple[int, str]]:
    """The number of each value that a policy of this kind may not have, and what it should be."""
    operator = condition.operator
    for begins, right, read in _READ:
        if operator.name.startswith(begins) and (kind != "session" or begins == "Binary"):
            for index, value in enumerate(condition.values):
                filled_in = operator.variables and template(value) is not None
                wild = operator.wildcards and set(value) & {"*", "?"}
                if not filled_in and not wild and _is_unread(read(value)):
                    yield index, right


def _is_unread(found: object) -> bool:
    """The number 0 is read, and equal to False."""
    return found is None or found is False
