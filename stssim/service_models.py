"""botocore's models of the services: the same data that every AWS SDK for Python works by."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

SIGNED_AS: Mapping[str, str] = {
    "elasticfilesystem": "efs",
    "elasticmapreduce": "emr",
    "kinesisanalytics": "kinesisanalyticsv2",
    "mobiletargeting": "pinpoint",
    "monitoring": "cloudwatch",
    "servicequotas": "service-quotas",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
}
"""botocore's names of services that are signed for under another. Either is taken here."""

_ON_THE_WIRE: Mapping[str, Mapping[str, Any]] = {"s3": {"Expires": {"type": "string"}}}
"""Shapes that botocore's `service-2.sdk-extras.json` changes for its own clients, as AWS's model has them: S3 takes any
text as `Expires`, and gives it back (`ExpiresString` in newer SDKs).
"""


@cache
def loader() -> Any:
    """botocore's Loader, one for all who read its data here: a second would read, parse and keep the same again.

    It knows a service by its folder, where botocore looks into all four hundred for every kind of data.
    """
    from botocore.loaders import Loader

    class FolderLoader(Loader):  # type: ignore[misc]
        def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - a folder has every kind
            folders = [Path(path) for path in self.search_paths]
            return sorted(
                {found.name for each in folders if each.is_dir() for found in each.iterdir() if not found.suffix}
            )

    return FolderLoader()


def service_data(service: str) -> Any:
    """The model of a service as botocore has it in a file. Raises `UnknownServiceError` for a name that is none."""
    # with the arguments that a client asks with
    return loader().load_service_model(SIGNED_AS.get(service, service), "service-2", api_version=None)


@cache
def service_model(service: str) -> Any:
    """botocore's ServiceModel of a service, as the wire has it.

    Raises botocore's `UnknownServiceError` for a name that is none.
    """
    from botocore.model import ServiceModel

    data = service_data(service)
    return ServiceModel({**data, "shapes": {**data["shapes"], **_ON_THE_WIRE.get(service, {})}}, service)


@cache
def operation_model(service: str, operation: str) -> Any:
    """botocore's OperationModel. Raises `OperationNotFoundError` for an operation that the service does not have."""
    return service_model(service).operation_model(operation)
