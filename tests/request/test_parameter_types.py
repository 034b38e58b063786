"""Parameters of any kind are read or refused, never stumbled over."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stssim.call import Refused
from stssim.models import service_model
from tests.fakes import a_user
from tests.request.asked import SERVICES, all_parameters, needed


def test_a_required_parameter_that_is_missing_is_named() -> None:
    with pytest.raises(Refused, match="Key") as refused:
        needed("s3", "GetObject", Bucket="b")
    assert refused.value.refusal.status == 400


JUNK = st.one_of(st.none(), st.integers(), st.text(max_size=5), st.booleans(), st.just([]), st.just({}), st.just([{}]))
OPERATIONS = st.sampled_from([service for service in SERVICES if service != "sts"]).flatmap(
    lambda service: st.tuples(st.just(service), st.sampled_from(service_model(service).operation_names))
)


@given(OPERATIONS, st.randoms(use_true_random=False), JUNK)
def test_parameters_of_any_kind_are_read_or_refused(named: tuple[str, str], chance: Random, junk: Any) -> None:
    service, operation = named
    parameters = all_parameters(service, operation)
    _spoil(parameters, chance, junk)
    try:
        needed(service, operation, by=a_user(), **parameters)
    except Refused as refused:
        assert refused.refusal.status in (400, 501)  # noqa: PT017


def _spoil(value: Any, chance: Random, junk: Any) -> None:
    """Puts junk in one place somewhere inside, or takes what is there away."""
    keys: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value)))
    if not keys:
        return
    key = chance.choice(keys)
    if isinstance(value[key], dict | list) and value[key] and chance.random() < 0.7:
        _spoil(value[key], chance, junk)
    elif chance.random() < 0.3:
        del value[key]
    else:
        value[key] = junk
