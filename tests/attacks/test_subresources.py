"""A request that names two subresources of S3 is one call, and the other is not done with it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim import Lab
from stssim.lab.handles import Account
from tests.attacks.wire import FORM, Wire, multipart, only, send

XMLNS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "SECRETpolicy",
            "Effect": "Allow",
            "Principal": {"AWS": "111111111111"},
            "Action": "s3:ListBucket",
            "Resource": "arn:aws:s3:::mine",
        }
    ],
}
OPEN = json.dumps({**POLICY, "Statement": [{**POLICY["Statement"][0], "Sid": "taken", "Principal": "*"}]})  # type: ignore[dict-item]
WRITES = {
    "policy": OPEN,
    "tagging": f"<Tagging {XMLNS}><TagSet><Tag><Key>k</Key><Value>taken</Value></Tag></TagSet></Tagging>",
    "versioning": f"<VersioningConfiguration {XMLNS}><Status>Enabled</Status></VersioningConfiguration>",
    "cors": (
        f"<CORSConfiguration {XMLNS}><CORSRule><AllowedOrigin>taken</AllowedOrigin>"
        "<AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>"
    ),
    "website": (
        f"<WebsiteConfiguration {XMLNS}><IndexDocument><Suffix>taken</Suffix></IndexDocument></WebsiteConfiguration>"
    ),
    "lifecycle": (
        f"<LifecycleConfiguration {XMLNS}><Rule><ID>taken</ID><Filter><Prefix></Prefix></Filter>"
        "<Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>"
        "</LifecycleConfiguration>"
    ),
    "publicAccessBlock": (
        f"<PublicAccessBlockConfiguration {XMLNS}><BlockPublicAcls>false</BlockPublicAcls>"
        "</PublicAccessBlockConfiguration>"
    ),
    "ownershipControls": (
        f"<OwnershipControls {XMLNS}><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>"
    ),
    "acl": "",
    "encryption": (
        f"<ServerSideEncryptionConfiguration {XMLNS}><Rule><ApplyServerSideEncryptionByDefault>"
        "<SSEAlgorithm>aws:kms</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>"
        "</ServerSideEncryptionConfiguration>"
    ),
    "accelerate": f"<AccelerateConfiguration {XMLNS}><Status>Enabled</Status></AccelerateConfiguration>",
    "notification": f"<NotificationConfiguration {XMLNS}></NotificationConfiguration>",
    "requestPayment": f"<RequestPaymentConfiguration {XMLNS}><Payer>Requester</Payer></RequestPaymentConfiguration>",
}
ACTIONS = {
    "policy": "BucketPolicy",
    "tagging": "BucketTagging",
    "versioning": "BucketVersioning",
    "cors": "BucketCORS",
    "website": "BucketWebsite",
    "lifecycle": "LifecycleConfiguration",
    "publicAccessBlock": "BucketPublicAccessBlock",
    "ownershipControls": "BucketOwnershipControls",
    "acl": "BucketAcl",
    "encryption": "EncryptionConfiguration",
    "accelerate": "AccelerateConfiguration",
    "notification": "BucketNotification",
    "requestPayment": "BucketRequestPayment",
}


@pytest.fixture
def home() -> Account:
    home = Lab(seed=5).account("home", "111111111111")
    home.bucket("mine", {"free.txt": "free", "other.txt": "other"}, POLICY)
    s3 = home.client("s3")
    s3.put_bucket_tagging(Bucket="mine", Tagging={"TagSet": [{"Key": "k", "Value": "SECRETtagging"}]})
    s3.put_bucket_cors(
        Bucket="mine",
        CORSConfiguration={"CORSRules": [{"AllowedOrigins": ["https://SECRETcors"], "AllowedMethods": ["GET"]}]},
    )
    s3.put_bucket_website(Bucket="mine", WebsiteConfiguration={"IndexDocument": {"Suffix": "SECRETwebsite"}})
    s3.put_bucket_lifecycle_configuration(
        Bucket="mine",
        LifecycleConfiguration={
            "Rules": [
                {"ID": "SECRETlifecycle", "Filter": {"Prefix": "x"}, "Status": "Enabled", "Expiration": {"Days": 9}}
            ]
        },
    )
    s3.put_object_tagging(Bucket="mine", Key="free.txt", Tagging={"TagSet": [{"Key": "k", "Value": "SECRETobject"}]})
    return home


def _of(call: Any, **parameters: Any) -> Any:
    try:
        reply = call(Bucket="mine", **parameters)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return {name: value for name, value in reply.items() if name != "ResponseMetadata"}


def state(home: Account) -> dict[str, Any]:
    s3 = home.client("s3")
    if "mine" not in [each["Name"] for each in s3.list_buckets()["Buckets"]]:
        return {"bucket": "gone"}
    listed = s3.list_object_versions(Bucket="mine")
    return {
        "policy": _of(s3.get_bucket_policy),
        "tagging": _of(s3.get_bucket_tagging),
        "versioning": _of(s3.get_bucket_versioning),
        "cors": _of(s3.get_bucket_cors),
        "website": _of(s3.get_bucket_website),
        "lifecycle": _of(s3.get_bucket_lifecycle_configuration),
        "publicAccessBlock": _of(s3.get_public_access_block),
        "ownershipControls": _of(s3.get_bucket_ownership_controls),
        "acl": _of(s3.get_bucket_acl),
        "encryption": _of(s3.get_bucket_encryption),
        "accelerate": _of(s3.get_bucket_accelerate_configuration),
        "objects": [(each["Key"], each["ETag"]) for each in listed.get("Versions", [])],
        "object tags": _of(s3.get_object_tagging, Key="free.txt"),
        "object ACL": _of(s3.get_object_acl, Key="free.txt"),
        "uploads": len(s3.list_multipart_uploads(Bucket="mine").get("Uploads", [])),
    }


@pytest.mark.parametrize("allowed", sorted(WRITES))
def test_of_two_subresources_of_a_bucket_only_the_judged_one_is_read_or_changed(home: Account, allowed: str) -> None:
    action = ACTIONS[allowed]
    mallory = home.user("mallory", only(f"s3:Get{action}", f"s3:Put{action}", f"s3:Delete{action}"))
    before = state(home)
    changed = []
    for other in sorted(set(WRITES) - {allowed}):
        for query in (
            f"{allowed}&{other}",
            f"{other}&{allowed}",
            f"{allowed}=&{other}=",
            f"{allowed}=x&{other}=x",
            f"{other}=1&{allowed}",
            f"%{ord(other[0]):02X}{other[1:]}&{allowed}",
            f"{allowed};{other}",
            f"{allowed}&x-id=Put&{other}",
            f"{allowed}&{other.upper()}",
        ):
            for method in ("GET", "PUT", "DELETE", "POST"):
                wire = Wire("s3", method, f"/mine?{query}", body=WRITES[other].encode() if method == "PUT" else b"")
                if other == "acl" and method == "PUT":
                    wire = wire.plus(("x-amz-acl", "public-read"))
                reply = send(mallory, wire)
                if f"SECRET{other}".encode() in reply.body:
                    changed.append(f"{method} {query} read {other}")
                if reply.status == 500:
                    changed.append(f"{method} {query} {reply.body[:200]!r}")
        now = state(home)
        changed += [f"{query} changed {each}" for each in before if each != allowed and now.get(each) != before[each]]
        before = {**before, **now}
    assert not changed, f"{len(changed)}: {changed[:8]}"


OBJECT = {
    "acl": "ObjectAcl",
    "tagging": "ObjectTagging",
    "retention": "ObjectRetention",
    "legal-hold": "ObjectLegalHold",
    "attributes": "ObjectAttributes",
    "torrent": "ObjectTorrent",
}


@pytest.mark.parametrize("allowed", [*sorted(OBJECT), ""])
def test_of_two_subresources_of_an_object_only_the_judged_one_is_read_or_changed(home: Account, allowed: str) -> None:
    action = OBJECT.get(allowed, "ObjectTagging")
    mallory = home.user("mallory", only(f"s3:Get{action}", f"s3:Put{action}", f"s3:Delete{action}"))
    before = state(home)
    apart = {"acl": "object ACL", "tagging": "object tags", "": "object tags"}.get(allowed, "")
    changed = []
    for other in [
        *sorted(set(OBJECT) - {allowed}),
        "uploads",
        "uploadId=x",
        "uploadId=x&partNumber=1",
        "restore",
        "select&select-type=2",
        "versionId=null",
        "delete",
        "append",
        "renameObject",
        "x-id=GetObject",
    ]:
        for query in (f"{allowed}&{other}", f"{other}&{allowed}", f"{other}&{allowed}=", f"{other};{allowed}"):
            for method in ("GET", "PUT", "DELETE", "POST"):
                reply = send(mallory, Wire("s3", method, f"/mine/free.txt?{query}", body=b"mallory was here"))
                if reply.body == b"free" or (b"SECRETobject" in reply.body and apart != "object tags"):
                    changed.append(f"{method} {query} read the object")
                if reply.status == 500:
                    changed.append(f"{method} {query} {reply.body[:200]!r}")
    now = state(home)
    changed += [f"{each} has changed" for each in before if each != apart and now.get(each) != before[each]]
    assert not changed, f"{len(changed)}: {changed[:8]}"


@pytest.mark.parametrize(
    "query", ["", "?delete", "?delete&uploads", "?policy", "?tagging", "?x=1", "?uploads", "?list-type=2"]
)
def test_a_form_that_is_posted_to_a_bucket_writes_nothing(home: Account, query: str) -> None:
    """Whoever may list a bucket may not put objects there."""
    mallory = home.user("mallory", only("s3:ListBucket", "s3:ListBucketMultipartUploads"))
    before = state(home)
    kind, body = multipart({"key": "intruder.txt", "file": "x", "acl": "public-read"})
    for content_type in (kind, kind.replace("m", "M", 1), FORM, "text/plain"):
        for text in (
            body,
            b"key=intruder.txt&file=x",
            b"key=free.txt&acl=public-read&file=x",
            OPEN.encode(),
            f"<Delete {XMLNS}><Object><Key>free.txt</Key></Object></Delete>".encode(),
        ):
            for target in (f"/mine{query}", f"/mine/{query}", f"/mine/free.txt{query}"):
                for method in ("POST", "GET", "HEAD"):
                    reply = send(mallory, Wire("s3", method, target, (("content-type", content_type),), text))
                    assert reply.status != 500, (method, target, content_type, text)
    assert state(home) == before


@pytest.mark.parametrize("spelling", ["free.txt", "%66ree.txt", "../mine/free.txt", "free.txt "])
def test_delete_objects_deletes_what_was_judged(home: Account, spelling: str) -> None:
    mallory = home.user("mallory", only("s3:DeleteObject", resource="arn:aws:s3:::mine/hers/*"))
    before = state(home)
    for text in (
        f"<Delete><Object><Key>hers/x</Key><Key>{spelling}</Key></Object></Delete>",
        f"<Delete><Object><Key>{spelling}</Key><Key>hers/x</Key></Object></Delete>",
        (
            f"<Delete {XMLNS}><Object><Key>hers/x</Key></Object><Object xmlns='urn:x'><Key>{spelling}"
            "</Key></Object></Delete>"
        ),
        f"<x:Delete xmlns:x='urn:x'><x:Object><x:Key>{spelling}</x:Key></x:Object></x:Delete>",
        f"<Delete><Object><Key>hers/x</Key></Object></Delete><Delete><Object><Key>{spelling}</Key></Object></Delete>",
        f"<Delete><object><key>{spelling}</key></object><Object><Key>hers/x</Key></Object></Delete>",
        (
            f"<Delete><Object><Key>hers/<!-- -->x</Key></Object><Object Key='{spelling}'><Key>hers/x"
            "</Key></Object></Delete>"
        ),
        f"<!DOCTYPE d [<!ENTITY k '{spelling}'>]><Delete><Object><Key>&k;</Key></Object></Delete>",
        f"<Delete><Object><Key><![CDATA[{spelling}]]></Key></Object></Delete>",
    ):
        for target in ("/mine?delete", "/mine/?delete", "/mine?delete=", "/mine?x=1&delete", "/mine?%64elete"):
            wire = Wire("s3", "POST", target, (("content-type", "application/xml"),), text.encode())
            for sent in (wire, replace(wire, body=text.encode("utf-16"))):
                reply = send(mallory, sent)
                assert reply.status != 500, text
    assert state(home) == before
