"""botocore's data, read by a Loader that looks at folders only."""

import pytest
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader

from stssim.service_models import loader, service_data


@pytest.mark.parametrize("kind", ["service-2", "endpoint-rule-set-1", "paginators-1"])
def test_the_services_are_those_that_botocore_finds(kind: str) -> None:
    assert set(Loader().list_available_services(kind)) <= set(loader().list_available_services(kind))


def test_the_services_with_a_model_are_those_that_botocore_finds() -> None:
    assert loader().list_available_services("service-2") == Loader().list_available_services("service-2")


def test_a_service_that_is_none_is_unknown_as_to_botocore() -> None:
    with pytest.raises(UnknownServiceError, match="Unknown service: 'stss'"):
        service_data("stss")
