from __future__ import annotations

from stssim.show.divergence import divergence
from stssim.trace import Trace
from tests.show.scenarios import audit


def test_with_and_without_an_external_id_part_at_the_trust_policy() -> None:
    one, other = audit(), audit(external_id=None)
    assert divergence(one, other) == divergence(other, one) == 3
    assert one[3].label == "trust policy"


def test_a_trace_never_parts_from_itself() -> None:
    assert divergence(audit(), audit(name="again")) is None


def test_a_telling_that_stops_parts_where_the_other_goes_on() -> None:
    trace = audit()
    assert divergence(trace, Trace("shorter", trace[:4])) == 4


def test_another_external_id_alone_is_the_same_way() -> None:
    assert divergence(audit("nobody"), audit(None)) is None
