"""What the attacks are measured by works: honest calls are answered, and what is forbidden would be seen, if it were
done by somebody who may.
"""

from __future__ import annotations

import pytest

from stssim import Lab
from tests.attacks.prizes import ATTEMPTS, PRIZES, SECRET, Attempt, Prize, attacker
from tests.attacks.wire import send

NOT_THERE = {"ecr", "ec2"}  # the honest call names something that is not there: allowed, and not found


@pytest.mark.parametrize("prize", PRIZES, ids=lambda prize: prize.name)
def test_what_the_attacker_may_do_is_done(prize: Prize) -> None:
    home, mallory = attacker(Lab(seed=5), prize)
    before = prize.seen(home)
    attempt = Attempt(prize, *prize.forbidden[0])
    assert send(mallory, attempt.idle).status == 200
    reply = send(mallory, attempt.honest())
    assert reply.status == 200 or (prize.name in NOT_THERE and b"NotFound" in reply.body)
    assert prize.seen(home) == before


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=str)
def test_what_the_attacker_may_not_do_is_refused(attempt: Attempt) -> None:
    home, mallory = attacker(Lab(seed=5), attempt.prize)
    before = attempt.prize.seen(home)
    reply = send(mallory, attempt.forbidden)
    assert reply.status in {400, 403}
    assert b"not authorized" in reply.body
    assert SECRET.encode() not in reply.body
    assert attempt.prize.seen(home) == before


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=str)
def test_an_administrator_would_see_that_it_was_done(attempt: Attempt) -> None:
    home, _ = attacker(Lab(seed=5), attempt.prize)
    before = attempt.prize.seen(home)
    reply = send(home, attempt.forbidden)
    assert reply.status < 300
    assert SECRET.encode() in reply.body or attempt.prize.seen(home) != before
