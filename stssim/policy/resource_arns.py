"""ARNs that IAM does not take as a Resource of a policy that it stores, and what it says of them.

The sentences are those that moto answers, which its authors took down from IAM.
"""

from __future__ import annotations

__all__ = ["arn_fault"]

_PARTITIONS = frozenset(
    {"*", "aws", "aws-cn", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-us-gov"}
)
"""https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html, and a wildcard."""
_KINDS = (
    "user/", "federated-user/", "role/", "group/", "instance-profile/", "mfa/", "server-certificate/", "policy/",
    "sms-mfa/", "saml-provider/", "oidc-provider/", "report/", "access-report/",
)  # fmt: skip
"""And `root`, which the sentence does not list: recorded in September 2026 (radkawar/stackd, root_access.json)."""


def arn_fault(value: str) -> tuple[str, str] | None:
    """What IAM says of a value that begins with `arn:`, and why in one sentence; None: it takes it."""
    parts = value.split(":", 5)
    partition = parts[1]
    if partition not in _PARTITIONS:
        filled = ":".join(
            [*(part or ("*" if len(parts) == 3 else "") for part in parts[2:]), *["*"] * (6 - len(parts))]
        )
        says = f'Partition "{partition}" is not valid for resource "arn:{partition}:{filled}".'
        return says, f"{value!r} is in no partition of AWS; most ARNs begin with arn:aws."
    if len(parts) < 3:
        says = "Resource vendor must be fully qualified and cannot contain regexes."
        return says, f"{value!r} names no service."
    if not parts[2] or (len(parts) < 6 and "::" in value):
        return "The policy failed legacy parsing", f"{value!r} has too few parts; an ARN has six, between colons."
    service, region, resource = parts[2], parts[3] if len(parts) > 3 else None, parts[5] if len(parts) > 5 else ""
    if service in ("iam", "s3") and region != "" and not (service == "s3" and resource.startswith("accesspoint/")):
        says = f"Resource {value} can not contain region information."
        if service == "iam":
            says = f"IAM resource {value} cannot contain region information."
        return says, f"{value!r} has a Region, and {service} has no resources of a Region."
    if service == "iam" and resource != "root" and not resource.startswith(_KINDS):
        says = f'IAM resource path must either be "*" or start with {", ".join(_KINDS)}.'
        return says, f"{value!r} does not say what kind of IAM resource it is, such as role/ or user/."
    return None
