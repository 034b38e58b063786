"""No tag key twice in one set of tags, whatever its service calls tags."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import pytest

from stssim.service_models import operation_model, service_model
from stssim.trace import Refused
from stssim.validate.authorization.required_permissions import required_permissions
from stssim.validate.parameters.distinct_tags import SELECTING, SPELLINGS, require_distinct_tags, tag_places
from tests.access.given import a_lab, allow, refused, text, to
from tests.fakes import FakeDirectory, a_user
from tests.request.asked import SERVICES, a_call, all_parameters

SERVED = tuple(service for service in (*SERVICES, "account", "monitoring") if service not in ("iam", "sts"))
OPERATIONS = tuple((service, name) for service in SERVED for name in service_model(service).operation_names)


def lists(shape: Any, path: tuple[str, ...], above: frozenset[str]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every list of structures in a shape, found without the code that is tested."""
    if shape is None or shape.name in above:
        return
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield from lists(member, (*path, name), above | {shape.name})
    elif shape.type_name == "map":
        yield from lists(shape.value, (*path, "*"), above | {shape.name})
    elif shape.type_name == "list":
        if shape.member.type_name == "structure":
            yield path, shape.member
        yield from lists(shape.member, path, above | {shape.name})


def of_tags() -> Iterator[tuple[str, str, tuple[str, ...], str, str]]:
    """Service, operation, place, name of the key and of the value of every list of pairs that its model calls tags."""
    for service, operation in OPERATIONS:
        for path, each in lists(operation_model(service, operation).input_shape, (), frozenset()):
            names = {name.lower().removeprefix("tag"): name for name in each.members}
            if {"key", "value"} == set(names) and ("tag" in path[-1].lower() or "tag" in each.name.lower()):
                yield service, operation, path, names["key"], names["value"]


TAGS = tuple(of_tags())
SET = tuple(each for each in TAGS if not SELECTING & {*each[2]})


def test_tags_are_found_in_every_spelling() -> None:
    assert {(key, value) for *_, key, value in SET} | {("key", "value")} == SPELLINGS
    assert {service for service, *_ in SET} >= {"ec2", "ecr", "events", "kms", "s3", "secretsmanager", "sns"}
    assert len(SET) > 150


def test_what_only_selects_resources_by_tags_is_what_is_left_out() -> None:
    left_out = {(service, operation, ".".join(path)) for service, operation, path, *_ in TAGS if SELECTING & {*path}}
    assert left_out == {
        ("ec2", "AssociateApplicationStatusCheck", "TargetTagAssociations"),
        ("ec2", "DisassociateApplicationStatusCheck", "TargetTagAssociations"),
        ("ec2", "AssociateInstanceEventWindow", "AssociationTarget.InstanceTags"),
        ("ec2", "DisassociateInstanceEventWindow", "AssociationTarget.InstanceTags"),
        ("s3", "PutBucketAnalyticsConfiguration", "AnalyticsConfiguration.Filter.And.Tags"),
        ("s3", "PutBucketIntelligentTieringConfiguration", "IntelligentTieringConfiguration.Filter.And.Tags"),
        ("s3", "PutBucketLifecycleConfiguration", "LifecycleConfiguration.Rules.Filter.And.Tags"),
        ("s3", "PutBucketMetricsConfiguration", "MetricsConfiguration.Filter.And.Tags"),
        ("s3", "PutBucketReplication", "ReplicationConfiguration.Rules.Filter.And.Tags"),
        ("s3", "PutBucketReplication", "ReplicationConfiguration.Rules.Filter.And.Not.Or.Tags"),
        ("s3", "PutBucketReplication", "ReplicationConfiguration.Rules.Filter.Not.Or.Tags"),
    }


@pytest.mark.parametrize("service", sorted({service for service, *_ in SET}))
def test_a_key_given_twice_is_refused_by_every_operation_that_sets_tags(service: str) -> None:
    """With an error that botocore's model of the service knows, or one of those that no model names."""
    told = set()
    for _, operation, path, key, value in (each for each in SET if each[0] == service):
        for twice in ("team", "team"), ("team", "Team"):
            call = a_call(service, operation, **with_tags(service, operation, path, key, value, twice))
            if len({*twice}) == 2:
                require_distinct_tags(call)
                continue
            with pytest.raises(Refused) as caught:
                required_permissions(call, a_user(), FakeDirectory())
            assert caught.value.refusal.status == 400, (operation, path)
            told.add(caught.value.refusal.code)
    named = {shape.name for shape in service_model(service).error_shapes}
    named |= {shape.metadata.get("error", {}).get("code") for shape in service_model(service).error_shapes}
    common = {"ec2": "InvalidParameterValue", "s3": "InvalidTag"}.get(service, "ValidationException")
    assert len(told) == 1, told
    assert told <= named | {common}


def with_tags(
    service: str, operation: str, path: tuple[str, ...], key: str, value: str, keys: tuple[str, ...]
) -> dict[str, Any]:
    """Parameters in whose list of tags each of these keys has a value of its own."""
    asked = deepcopy(all_parameters(service, operation))
    holder: Any = asked
    for name in path[:-1]:
        holder = holder[name] if name != "*" else next(iter(holder.values()))
        holder = holder[0] if isinstance(holder, list) else holder
    holder[path[-1]] = [{key: given, value: f"{number}"} for number, given in enumerate(keys)]
    return asked


def test_a_service_with_its_tags_in_a_map_gives_each_key_once() -> None:
    for service, operation in OPERATIONS:
        members = shape.members if (shape := operation_model(service, operation).input_shape) else {}
        for name, member in members.items():
            if name in ("Tags", "tags") and member.type_name == "list":
                if member.member.type_name == "structure":
                    assert tag_places(service, operation), (service, operation)
                else:
                    assert (service, operation) == ("logs", "UntagLogGroup")


ONCE = [{"Key": "team", "Value": "red"}]
TWICE = [*ONCE, {"Key": "team", "Value": "blue"}]
CASES: list[tuple[str, str, Mapping[str, Any], str, str]] = [
    ("iam", "create_user", {"UserName": "u", "Tags": TWICE}, "InvalidInput", "Duplicate tag keys found. Please note"),
    ("iam", "tag_user", {"UserName": "alice", "Tags": TWICE}, "InvalidInput", "Tag keys are case insensitive."),
    ("sns", "create_topic", {"Name": "n", "Tags": TWICE}, "InvalidParameter", "Duplicated keys are not allowed."),
    (
        "kms",
        "create_key",
        {"Tags": [{"TagKey": "team", "TagValue": "red"}, {"TagKey": "team", "TagValue": "blue"}]},
        "TagException",
        "",
    ),
    ("ec2", "create_tags", {"Resources": ["i-1"], "Tags": TWICE}, "InvalidParameterValue", "Duplicate tag key 'team'"),
    (
        "ec2",
        "create_volume",
        {
            "AvailabilityZone": "us-east-1a",
            "Size": 1,
            "TagSpecifications": [
                {"ResourceType": "volume", "Tags": ONCE},
                {"ResourceType": "volume", "Tags": TWICE[1:]},
            ],
        },
        "InvalidParameterValue",
        "Duplicate tag key 'team' specified.",
    ),
    (
        "s3",
        "put_object",
        {"Bucket": "reports", "Key": "k", "Tagging": "team=red&team=blue"},
        "InvalidArgument",
        "without tag name duplicates.",
    ),
    (
        "s3",
        "put_object",
        {"Bucket": "reports", "Key": "k", "Tagging": "team=red&te%61m=blue"},
        "InvalidArgument",
        "The header 'x-amz-tagging'",
    ),
    (
        "s3",
        "put_object_tagging",
        {"Bucket": "reports", "Key": "q3.csv", "Tagging": {"TagSet": TWICE}},
        "InvalidTag",
        "Cannot provide multiple Tags with the same key",
    ),
    (
        "s3",
        "put_bucket_tagging",
        {"Bucket": "reports", "Tagging": {"TagSet": TWICE}},
        "InvalidTag",
        "Cannot provide multiple Tags with the same key",
    ),
    (
        "secretsmanager",
        "create_secret",
        {"Name": "s", "SecretString": "x", "Tags": TWICE},
        "InvalidParameterException",
        "",
    ),
    ("ssm", "put_parameter", {"Name": "p", "Value": "v", "Type": "String", "Tags": TWICE}, "ValidationException", ""),
    ("events", "create_event_bus", {"Name": "b", "Tags": TWICE}, "ValidationException", ""),
    ("ecr", "create_repository", {"repositoryName": "images", "tags": TWICE}, "InvalidTagParameterException", ""),
]


@pytest.mark.parametrize(("service", "method", "asked", "code", "says"), CASES)
def test_through_the_gate_it_is_the_services_own_error(
    service: str, method: str, asked: Mapping[str, Any], code: str, says: str
) -> None:
    _, vendor, _ = a_lab()
    vendor.user("alice")
    vendor.bucket("reports", objects={"q3.csv": "1"})
    with refused(code, says):
        getattr(vendor.client(service), method)(**asked)


def test_one_who_may_tag_only_for_the_blue_team_does_not_slip_in_another_team() -> None:
    _, vendor, _ = a_lab()
    only_blue = allow("iam:*", Condition={"StringEquals": {"aws:RequestTag/team": "blue"}})
    alice = vendor.user("alice", policy=json.loads(text(only_blue)))
    trust = text(allow("sts:AssumeRole", None, Principal=to(vendor.arn)))
    iam = alice.client("iam")
    for order in TWICE, TWICE[::-1]:
        with refused("AccessDenied" if order[-1]["Value"] != "blue" else "InvalidInput"):
            iam.create_role(RoleName="Audit", AssumeRolePolicyDocument=trust, Tags=order)
    assert vendor.client("iam").list_roles()["Roles"] == []
    iam.create_role(RoleName="Audit", AssumeRolePolicyDocument=trust, Tags=TWICE[1:])
