"""botocore's models of the services: the same data that every AWS SDK for Python works by."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def loader() -> Any:
    """botocore's Loader, one for all who read its data here: a second would read, parse and keep the same again."""
    from botocore.loaders import Loader

    return Loader()


def service_data(service: str) -> Any:
    """The model of a service as botocore has it in a file. Raises `UnknownServiceError` for a name that is none."""
    return loader().load_service_model(service, "service-2", api_version=None)  # the arguments a client asks with


@cache
def service_model(service: str) -> Any:
    """botocore's ServiceModel of a service. Raises botocore's `UnknownServiceError` for a name that is none."""
    from botocore.model import ServiceModel

    return ServiceModel(service_data(service), service)


@cache
def operation_model(service: str, operation: str) -> Any:
    """botocore's OperationModel. Raises `OperationNotFoundError` for an operation that the service does not have."""
    return service_model(service).operation_model(operation)
