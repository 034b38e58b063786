"""A world as small as can be: one role that reads one object, and an attacker with an account of their own."""

from __future__ import annotations

import json
from typing import Any

from stssim.adversary import Found, Goal, Means, Want
from stssim.adversary.search import attack
from stssim.lab.handles import Handle
from stssim.lab.lab import Lab

OWNER, ATTACKER = "111111111111", "666666666666"
READ = Goal((Want(call="s3:GetObject", with_={"Bucket": "a-vault", "Key": "secret.txt"}),))
MEANS = Means(accounts=("attacker-inc",))
_MAY_READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a-vault/*"}


class SmallStage:
    """The world with this trust policy; the attacker's account and user have names that nobody asks for."""

    def __init__(self, trust: dict[str, Any], number: str, user: str) -> None:
        self.lab = Lab(seed=3)
        owner, own = self.lab.account("owner", OWNER), self.lab.account("attacker-inc", number)
        self.attacker: Handle = own.user(user)
        owner.role("Vault", trust, {"Version": "2012-10-17", "Statement": _MAY_READ})
        owner.bucket("a-vault", {"secret.txt": "four"})

    def holder(self, name: str) -> Handle:
        raise LookupError(name)

    application = issuer = meanwhile = holder

    def text(self, template: str) -> str:
        return template


def found(
    statements: list[dict[str, Any]], *, number: str = ATTACKER, user: str = "mallory", bound: int = 20_000
) -> Found:
    """What the adversary comes to against this trust policy."""
    trust = {"Version": "2012-10-17", "Statement": json.loads(json.dumps(statements))}
    return attack(MEANS, READ, lambda: SmallStage(trust, number, user), bound=bound)  # type: ignore[arg-type, return-value]
