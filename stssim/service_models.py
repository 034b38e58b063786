"""botocore's models of the services: the same data that every AWS SDK for Python works by."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
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


_BUCKET = "/{Bucket}"


@cache
def service_model(service: str) -> Any:
    """botocore's ServiceModel of a service, as the wire has it.

    Raises botocore's `UnknownServiceError` for a name that is none.
    """
    from botocore.model import ServiceModel

    data = service_data(service)
    shapes = {**data["shapes"], **_ON_THE_WIRE.get(service, {})}
    operations = {name: {**each, "http": _with_bucket(each["http"])} for name, each in data["operations"].items()}
    return ServiceModel({**data, "shapes": shapes, "operations": operations}, service)


def _with_bucket(http: Mapping[str, Any]) -> Mapping[str, Any]:
    """A client of botocore's takes the bucket out of the path in the very model that it was made from, at its first
    call, and notes that by an `authPath`.
    """
    if "authPath" not in http:
        return dict(http)
    return {name: each for name, each in http.items() if name != "authPath"} | {
        "requestUri": f"{_BUCKET}{http['requestUri']}"
    }


@cache
def operation_model(service: str, operation: str) -> Any:
    """botocore's OperationModel. Raises `OperationNotFoundError` for an operation that the service does not have."""
    return service_model(service).operation_model(operation)


@cache
def query_model(service: str) -> Any:
    """The ServiceModel by which a service reads and writes forms. SQS's own model is of its JSON protocol; the names of
    its older one are put into it.
    """
    if service != "sqs":
        return service_model(service)
    from botocore.model import ServiceModel

    data = deepcopy(service_data(service))
    shapes = data["shapes"]
    for name, item in _SQS_ITEMS.items():
        shapes[name]["flattened"] = True
        shapes[name]["member"]["locationName"] = item
    for name, (entry, key) in _SQS_ENTRIES.items():
        if name in shapes:
            shapes[name] |= {"flattened": True}
            shapes[name]["key"]["locationName"], shapes[name]["value"]["locationName"] = key, "Value"
        for shape in shapes.values():
            for member in shape.get("members", {}).values():
                if member["shape"] == name:
                    member["locationName"] = entry
    return ServiceModel(data, service)


_SQS_ITEMS = {
    "AWSAccountIdList": "AWSAccountId",
    "ActionNameList": "ActionName",
    "AttributeNameList": "AttributeName",
    "BinaryList": "BinaryListValue",
    "ChangeMessageVisibilityBatchRequestEntryList": "ChangeMessageVisibilityBatchRequestEntry",
    "DeleteMessageBatchRequestEntryList": "DeleteMessageBatchRequestEntry",
    "MessageAttributeNameList": "MessageAttributeName",
    "MessageSystemAttributeList": "MessageSystemAttributeName",
    "SendMessageBatchRequestEntryList": "SendMessageBatchRequestEntry",
    "StringList": "StringListValue",
    "TagKeyList": "TagKey",
}
"""Of SQS's lists, the names of the items in a form."""
_SQS_ENTRIES = {
    "MessageBodyAttributeMap": ("MessageAttribute", "Name"),
    "MessageBodySystemAttributeMap": ("MessageSystemAttribute", "Name"),
    "QueueAttributeMap": ("Attribute", "Name"),
    "TagMap": ("Tag", "Key"),
}
"""Of SQS's maps, the names of the entries and of their keys in a form."""
