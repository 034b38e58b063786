"""Buckets that have ACLs on: whom these let in, and what Block Public Access makes of them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.access.given import a_lab, allow, document, refused

GROUPS = "http://acs.amazonaws.com/groups/global"
OPEN = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False)


def an_older_bucket(**settings: bool) -> tuple[Any, Any, Any]:
    """The Lab, the bucket's owner and S3 for it; nothing of Block Public Access is on but what is given."""
    lab, _, owner = a_lab()
    s3 = owner.client("s3")
    s3.create_bucket(Bucket="older", ObjectOwnership="ObjectWriter")
    s3.put_public_access_block(Bucket="older", PublicAccessBlockConfiguration=OPEN | settings)
    return lab, owner, s3


def may_read(who: Any, key: str = "k") -> bool:
    try:
        who.client("s3").get_object(Bucket="older", Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDenied":
            raise
        return False
    return True


@pytest.mark.parametrize(
    ("acl", "everyone", "signed_in"),
    [
        ({"ACL": "private"}, False, False),
        ({"ACL": "public-read"}, True, True),
        ({"ACL": "authenticated-read"}, False, True),
        ({"GrantRead": f'uri="{GROUPS}/AuthenticatedUsers"'}, False, True),
        ({"GrantReadACP": f'uri="{GROUPS}/AllUsers"'}, False, False),
    ],
)
def test_an_acl_lets_in_whom_it_names(acl: dict[str, str], everyone: bool, signed_in: bool) -> None:
    lab, owner, s3 = an_older_bucket()
    s3.put_object(Bucket="older", Key="k", **acl)
    assert may_read(lab) is everyone
    assert may_read(owner.user("alice")) is signed_in


def test_an_acl_can_be_put_on_what_is_there() -> None:
    lab, _, s3 = an_older_bucket()
    s3.put_object(Bucket="older", Key="k")
    owner = s3.get_bucket_acl(Bucket="older")["Owner"]
    grant = {"Grantee": {"Type": "Group", "URI": f"{GROUPS}/AllUsers"}, "Permission": "READ"}
    s3.put_object_acl(Bucket="older", Key="k", AccessControlPolicy={"Owner": owner, "Grants": [grant]})
    assert may_read(lab)
    s3.put_object_acl(Bucket="older", Key="k", ACL="private")
    assert not may_read(lab)


def test_an_object_does_not_have_its_buckets_acl() -> None:
    lab, _, s3 = an_older_bucket()
    s3.put_bucket_acl(Bucket="older", ACL="public-read")
    s3.put_object(Bucket="older", Key="k")
    s3.copy_object(Bucket="older", Key="copy", CopySource="older/k")
    assert [each["Key"] for each in lab.client("s3").list_objects_v2(Bucket="older")["Contents"]] == ["copy", "k"]
    assert not may_read(lab)
    assert not may_read(lab, "copy")


def test_a_bucket_can_be_written_to_by_everyone() -> None:
    lab, _, s3 = an_older_bucket()
    s3.put_bucket_acl(Bucket="older", ACL="public-read-write")
    lab.client("s3").put_object(Bucket="older", Key="stranger", Body=b"1")
    with refused("AccessDenied"):
        lab.client("s3").delete_object(Bucket="older", Key="stranger")


def test_a_public_acl_is_blocked_or_ignored() -> None:
    lab, _, s3 = an_older_bucket()
    s3.put_object(Bucket="older", Key="k", ACL="public-read")
    s3.put_public_access_block(Bucket="older", PublicAccessBlockConfiguration=OPEN | {"BlockPublicAcls": True})
    assert may_read(lab)
    with refused("AccessDenied"):
        s3.put_object(Bucket="older", Key="other", ACL="public-read")
    s3.put_public_access_block(Bucket="older", PublicAccessBlockConfiguration=OPEN | {"IgnorePublicAcls": True})
    assert not may_read(lab)


def test_another_account_needs_the_leave_of_its_own() -> None:
    _, vendor, customer = a_lab()
    s3 = customer.client("s3")
    s3.create_bucket(Bucket="older", ObjectOwnership="ObjectWriter")
    s3.put_public_access_block(Bucket="older", PublicAccessBlockConfiguration=OPEN)
    s3.put_object(Bucket="older", Key="k", ACL="public-read")
    assert not may_read(vendor.user("eve"))
    assert may_read(vendor.user("reader", policy=document(allow("s3:GetObject"))))
