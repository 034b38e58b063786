"""botocore's data, read by a Loader that looks at folders only."""

from pathlib import Path

import botocore
import pytest
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader

from stssim.service_models import loader, service_data, service_model


@pytest.mark.parametrize("kind", ["service-2", "endpoint-rule-set-1", "paginators-1"])
def test_the_services_are_those_that_botocore_finds(kind: str) -> None:
    assert set(Loader().list_available_services(kind)) <= set(loader().list_available_services(kind))


def test_the_services_with_a_model_are_those_that_botocore_finds() -> None:
    assert loader().list_available_services("service-2") == Loader().list_available_services("service-2")


def test_a_service_that_is_none_is_unknown_as_to_botocore() -> None:
    with pytest.raises(UnknownServiceError, match="Unknown service: 'stss'"):
        service_data("stss")


@pytest.mark.parametrize("service", ["docdb", "neptune", "rds", "s3", "secretsmanager", "sts"])
def test_a_shape_has_the_type_that_aws_gives_it_and_not_the_one_that_botocore_gives_its_clients(service: str) -> None:
    """Of S3's Expires AWS's model says string, and botocore's `sdk-extras` say timestamp."""
    shapes = Loader(include_default_extras=False).load_service_model(service, "service-2")["shapes"]
    model = service_model(service)
    assert {name: model.shape_for(name).type_name for name in shapes} == {
        name: shape["type"] for name, shape in shapes.items()
    }


def test_these_are_the_services_that_botocore_changes_for_its_own_clients() -> None:
    folder = Path(botocore.__file__).parent / "data"
    changed = {path.parts[-3] for path in folder.glob("*/*/service-2.sdk-extras.json")}
    assert changed == {"docdb", "eks", "neptune", "rds", "s3", "secretsmanager"}
