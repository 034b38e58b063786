"""What botocore's models of AWS identity contain: operations, their members, their errors.

    python -m tools.inventory        # write tests/inventory.json

`tests/test_inventory.py` compares the installed models with that file, so that whatever a release of AWS brings is
decided on, and not met by chance.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from stssim.service_models import service_model

FILE = Path(__file__).parent.parent / "tests" / "inventory.json"
OPERATIONS: Mapping[str, re.Pattern[str]] = {
    "sts": re.compile(""),
    "iam": re.compile(
        "AccessKey|Boundary|Federation|LoginProfile|MFADevice|OpenIDConnect|Organization|Polic(y|ies)|Role|SAML|Simulate"
    ),
    "iam-toolbox": re.compile(""),
    "rolesanywhere": re.compile(""),
}
"""The operations that are compared, by a pattern that is found in their names: all but for IAM, whose other operations
say nothing of who gets in.
"""

Inventory = dict[str, dict[str, list[str]]]


def inventory() -> Inventory:
    """`service:Operation` to its `request` and `response` members (nested ones as `Tags[].Key`) and its `errors`."""
    return {
        f"{service}:{name}": {
            "request": sorted(members(operation.input_shape)),
            "response": sorted(members(operation.output_shape)),
            "errors": sorted(shape.name for shape in operation.error_shapes),
        }
        for service, pattern in OPERATIONS.items()
        for model in [service_model(service)]
        for name in model.operation_names
        if pattern.search(name)
        for operation in [model.operation_model(name)]
    }


def members(shape: Any, within: str = "", seen: tuple[str, ...] = ()) -> Iterator[str]:
    """The paths of all members in a shape of botocore's; one that holds itself is followed once."""
    if shape is None or shape.name in seen:
        return
    seen = (*seen, shape.name)
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            path = f"{within}.{name}" if within else name
            yield path
            yield from members(member, path, seen)
    elif shape.type_name == "list":
        yield from members(shape.member, f"{within}[]", seen)
    elif shape.type_name == "map":
        yield from members(shape.value, f"{within}{{}}", seen)


def differences(stored: Inventory, now: Inventory) -> list[str]:
    """One sentence for everything that is in one of two inventories and not in the other."""
    found = [f"AWS added {name}." for name in sorted(now.keys() - stored.keys())]
    found += [f"AWS removed {name}." for name in sorted(stored.keys() - now.keys())]
    for name in sorted(now.keys() & stored.keys()):
        for part, word in (("request", "takes"), ("response", "returns"), ("errors", "fails with")):
            before, after = set(stored[name][part]), set(now[name][part])
            found += [f"{name} now {word} {each}." for each in sorted(after - before)]
            found += [f"{name} no longer {word} {each}." for each in sorted(before - after)]
    return found


if __name__ == "__main__":
    FILE.write_text(json.dumps(inventory(), indent=1) + "\n")
