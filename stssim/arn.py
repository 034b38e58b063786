"""Amazon Resource Names, taken apart.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_FIELDS = 6
_SHOWN = 100
_LONGEST_KEPT = 2048
"""As long as an ARN may be to STS and IAM; what callers send beyond it is not kept."""
_SEPARATOR = re.compile(r"[/:]")


@dataclass(frozen=True, slots=True)
class Arn:
    """`arn:partition:service:region:account:resource`. Region and account are "" where the service leaves them out.

    `resource` is all that comes after the account, with its own colons and slashes: `role/ops/Audit`, `root`,
    `function:orders:3`. The parts are as they are written: an AWS managed policy's account is `aws`, and whether the
    partition, the service or the account exists is not looked at.
    """

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> Arn:
        """The ARN that a text is. Raises `ValueError` for a text that is none."""
        found = cls.of(text)
        if found is None:
            shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
            raise ValueError(f"{shown!r} is no ARN; an ARN is arn:partition:service:region:account:resource.")
        return found

    @classmethod
    def of(cls, text: str) -> Arn | None:
        """The ARN that a text is, or None for a text that is none."""
        return _kept(text) if len(text) <= _LONGEST_KEPT else _parsed(text)

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"

    @property
    def resource_type(self) -> str:
        """What is before the first slash or colon of the resource, such as `role`. It is "" where there is neither, as
        in a queue's ARN.
        """
        found = _SEPARATOR.search(self.resource)
        return self.resource[: found.start()] if found else ""

    @property
    def name(self) -> str:
        """What is after the resource's last slash, so without type and path. It is the whole resource where there is no
        slash.
        """
        return self.resource.rpartition("/")[2]


def account_named(text: str, otherwise: str) -> str:
    """The account in an ARN; for a text that is no ARN, as a bare name or an id, the other."""
    found = Arn.of(text)
    return found.account if found is not None else otherwise


def _parsed(text: str) -> Arn | None:
    fields = text.split(":", _FIELDS - 1)
    return Arn(*fields[1:]) if len(fields) == _FIELDS and fields[0] == "arn" else None


_kept = lru_cache(maxsize=1024)(_parsed)
