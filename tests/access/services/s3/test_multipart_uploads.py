"""A multipart upload is of one bucket and one key. https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html"""

from __future__ import annotations

from typing import Any

import pytest

from stssim.service_models import operation_model, service_model
from tests.access.given import a_lab, allow, deny, document, refused

GOES_ON: dict[str, dict[str, Any]] = {
    "AbortMultipartUpload": {},
    "CompleteMultipartUpload": {"MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": "x"}]}},
    "ListParts": {},
    "UploadPart": {"PartNumber": 1, "Body": b"mallory's"},
    "UploadPartCopy": {"PartNumber": 1, "CopySource": "reports/q3.csv"},
}


def method(operation: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation).lstrip("_")


def test_these_are_the_operations_that_take_the_id_of_an_upload() -> None:
    shapes = {name: operation_model("s3", name).input_shape for name in service_model("s3").operation_names}
    assert {name for name, shape in shapes.items() if shape and "UploadId" in shape.members} == GOES_ON.keys()


@pytest.mark.parametrize("operation", GOES_ON)
@pytest.mark.parametrize("where", [{"Bucket": "reports", "Key": "public/x"}, {"Bucket": "others", "Key": "secret/x"}])
def test_the_id_with_another_key_or_bucket_is_of_no_upload(operation: str, where: dict[str, str]) -> None:
    _, vendor, _ = a_lab()
    vendor.bucket("reports", objects={"q3.csv": "1"})
    vendor.bucket("others")
    s3 = vendor.client("s3")
    upload = s3.create_multipart_upload(Bucket="reports", Key="secret/x")["UploadId"]
    s3.upload_part(Bucket="reports", Key="secret/x", UploadId=upload, PartNumber=1, Body=b"the vendor's")
    with refused("NoSuchUpload", "The specified upload does not exist."):
        getattr(s3, method(operation))(**where, UploadId=upload, **GOES_ON[operation])
    (part,) = s3.list_parts(Bucket="reports", Key="secret/x", UploadId=upload)["Parts"]
    parts = [{"PartNumber": 1, "ETag": part["ETag"]}]
    s3.complete_multipart_upload(Bucket="reports", Key="secret/x", UploadId=upload, MultipartUpload={"Parts": parts})
    assert s3.get_object(Bucket="reports", Key="secret/x")["Body"].read() == b"the vendor's"
    with refused("NoSuchUpload"):
        s3.list_parts(Bucket="reports", Key="secret/x", UploadId=upload)


def test_who_may_write_public_objects_alone_does_not_end_the_upload_of_a_secret_one() -> None:
    _, vendor, _ = a_lab()
    vendor.bucket("reports")
    upload = vendor.client("s3").create_multipart_upload(Bucket="reports", Key="secret/x")["UploadId"]
    only_public = document(allow("s3:*"), deny("s3:*", "arn:aws:s3:::reports/secret/*"))
    mallory = vendor.user("mallory", policy=only_public).client("s3")
    with refused("AccessDenied"):
        mallory.upload_part(Bucket="reports", Key="secret/x", UploadId=upload, PartNumber=1, Body=b"hers")
    with refused("NoSuchUpload"):
        mallory.upload_part(Bucket="reports", Key="public/x", UploadId=upload, PartNumber=1, Body=b"hers")


def test_another_who_may_write_the_object_may_go_on_with_its_upload() -> None:
    _, vendor, _ = a_lab()
    vendor.bucket("reports")
    upload = vendor.client("s3").create_multipart_upload(Bucket="reports", Key="x")["UploadId"]
    alice = vendor.user("alice", policy=document(allow("s3:PutObject"))).client("s3")
    part = alice.upload_part(Bucket="reports", Key="x", UploadId=upload, PartNumber=1, Body=b"hers")
    parts = [{"PartNumber": 1, "ETag": part["ETag"]}]
    alice.complete_multipart_upload(Bucket="reports", Key="x", UploadId=upload, MultipartUpload={"Parts": parts})
