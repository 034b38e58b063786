"""botocore's models of the services: the same data that every AWS SDK for Python works by."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def service_model(service: str) -> Any:
    """botocore's ServiceModel of a service. Raises botocore's `UnknownServiceError` for a name that is none."""
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


@cache
def operation_model(service: str, operation: str) -> Any:
    """botocore's OperationModel. Raises `OperationNotFoundError` for an operation that the service does not have."""
    return service_model(service).operation_model(operation)
