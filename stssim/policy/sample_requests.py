"""Texts that a pattern takes, and values that a condition operator may want."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

__all__ = ["near", "sample"]


def sample(pattern: str) -> str:
    """A text that the pattern matches."""
    return pattern.replace("*", "x").replace("?", "x")


def near(operator: str, wanted: str) -> Iterator[str]:
    """Values that may satisfy an operator (in lower case, without `IfExists`) that wants this value."""
    if operator == "bool":
        yield "true"
        yield "false"
    elif operator.startswith("numeric"):
        yield wanted
        if wanted.lstrip("+-").isdigit() and len(wanted) < 40:
            yield str(int(wanted) - 1)
            yield str(int(wanted) + 1)
    elif operator.startswith("date"):
        yield from (wanted, "1970-01-01T00:00:00Z", "9999-01-01T00:00:00Z")
    elif operator.endswith("ipaddress"):
        try:
            network = ipaddress.ip_network(wanted, strict=False)
        except ValueError:
            return
        yield str(network[1 if network.num_addresses > 1 else 0])
    else:
        yield wanted if "like" not in operator and not operator.startswith("arn") else sample(wanted)
