"""Calls whose permissions follow from the model and the Service Authorization Reference by rule."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.fakes import AWAY, HOME, FakeDirectory
from tests.request.asked import QUEUE, REGION, TOPIC, needed, pairs

PLAIN = [
    ("sqs", "SendMessage", {"QueueUrl": QUEUE, "MessageBody": "x"}, {"sqs:SendMessage": f"sqs:{REGION}:{AWAY}:jobs"}),
    ("sqs", "SendMessageBatch", {"QueueUrl": QUEUE, "Entries": []}, {"sqs:SendMessage": f"sqs:{REGION}:{AWAY}:jobs"}),
    (
        "sqs",
        "GetQueueUrl",
        {"QueueName": "jobs", "QueueOwnerAWSAccountId": AWAY},
        {"sqs:GetQueueUrl": f"sqs:{REGION}:{AWAY}:jobs"},
    ),
    ("sqs", "ListQueues", {}, {"sqs:ListQueues": f"sqs:{REGION}:{HOME}:"}),
    ("sns", "ListTopics", {}, {"sns:ListTopics": f"sns:{REGION}:{HOME}:*"}),
    ("ssm", "DescribeParameters", {}, {"ssm:DescribeParameters": f"ssm:{REGION}:{HOME}:*"}),
    ("dynamodb", "ListTables", {}, {"dynamodb:ListTables": f"dynamodb:{REGION}:{HOME}:table/*"}),
    ("logs", "DescribeLogGroups", {}, {"logs:DescribeLogGroups": f"logs:{REGION}:{HOME}:log-group::log-stream:"}),
    ("iam", "ListRoles", {}, {"iam:ListRoles": f"iam::{HOME}:role/"}),
    ("iam", "ListUsers", {"PathPrefix": "/ops/"}, {"iam:ListUsers": f"iam::{HOME}:user/ops/"}),
    ("sns", "Publish", {"TopicArn": TOPIC, "Message": "x"}, {"sns:Publish": TOPIC[8:]}),
    ("sns", "Publish", {"PhoneNumber": "+10000000000", "Message": "x"}, {"sns:Publish": "*"}),
    ("sns", "Unsubscribe", {"SubscriptionArn": f"{TOPIC}:1234"}, {"sns:Unsubscribe": TOPIC[8:]}),
    ("sns", "CreateTopic", {"Name": "new"}, {"sns:CreateTopic": f"sns:{REGION}:{HOME}:new"}),
    ("lambda", "Invoke", {"FunctionName": "f"}, {"lambda:InvokeFunction": f"lambda:{REGION}:{HOME}:function:f"}),
    (
        "lambda",
        "Invoke",
        {"FunctionName": f"arn:aws:lambda:{REGION}:{AWAY}:function:f", "Qualifier": "prod"},
        {"lambda:InvokeFunction": f"lambda:{REGION}:{AWAY}:function:f:prod"},
    ),
    (
        "lambda",
        "GetFunction",
        {"FunctionName": f"{AWAY}:function:f"},
        {"lambda:GetFunction": f"lambda:{REGION}:{AWAY}:function:f"},
    ),
    ("ecr", "DescribeRepositories", {}, {"ecr:DescribeRepositories": f"ecr:{REGION}:{HOME}:repository/*"}),
    ("ecr", "GetAuthorizationToken", {}, {"ecr:GetAuthorizationToken": "*"}),
    (
        "ecr",
        "BatchGetImage",
        {"registryId": AWAY, "repositoryName": "team/app", "imageIds": [{"imageTag": "latest"}]},
        {"ecr:BatchGetImage": f"ecr:{REGION}:{AWAY}:repository/team/app"},
    ),
    ("ssm", "GetParameter", {"Name": "/a/b:3"}, {"ssm:GetParameter": f"ssm:{REGION}:{HOME}:parameter/a/b"}),
    ("ssm", "GetParametersByPath", {"Path": "/a"}, {"ssm:GetParametersByPath": f"ssm:{REGION}:{HOME}:parameter/a"}),
    (
        "ssm",
        "AddTagsToResource",
        {"ResourceType": "Parameter", "ResourceId": "/a/b", "Tags": []},
        {"ssm:AddTagsToResource": f"ssm:{REGION}:{HOME}:parameter/a/b"},
    ),
    (
        "cloudtrail",
        "StopLogging",
        {"Name": "main"},
        {"cloudtrail:StopLogging": f"cloudtrail:{REGION}:{HOME}:trail/main"},
    ),
    ("dynamodb", "GetItem", {"TableName": "t", "Key": {}}, {"dynamodb:GetItem": f"dynamodb:{REGION}:{HOME}:table/t"}),
    (
        "dynamodb",
        "Query",
        {"TableName": "t", "IndexName": "by-date"},
        {"dynamodb:Query": f"dynamodb:{REGION}:{HOME}:table/t/index/by-date"},
    ),
    ("ec2", "DescribeInstances", {}, {"ec2:DescribeInstances": "*"}),
    ("ec2", "DeleteVpc", {"VpcId": "vpc-1"}, {"ec2:DeleteVpc": f"ec2:{REGION}:{HOME}:vpc/vpc-1"}),
    ("ec2", "CreateVpc", {"CidrBlock": "10.0.0.0/16"}, {"ec2:CreateVpc": f"ec2:{REGION}:{HOME}:vpc/*"}),
    ("ec2", "CreateTags", {"Resources": ["i-1"], "Tags": []}, {"ec2:CreateTags": f"ec2:{REGION}:{HOME}:instance/i-1"}),
    ("events", "PutRule", {"Name": "r"}, {"events:PutRule": f"events:{REGION}:{HOME}:rule/r"}),
    (
        "events",
        "PutRule",
        {"Name": "r", "EventBusName": "orders"},
        {"events:PutRule": f"events:{REGION}:{HOME}:rule/orders/r"},
    ),
    (
        "logs",
        "CreateLogStream",
        {"logGroupName": "/g", "logStreamName": "s"},
        {"logs:CreateLogStream": f"logs:{REGION}:{HOME}:log-group:/g:log-stream:s"},
    ),
    ("monitoring", "PutMetricData", {"Namespace": "shop"}, {"cloudwatch:PutMetricData": "*"}),
    (
        "monitoring",
        "DeleteAlarms",
        {"AlarmNames": ["one"]},
        {"cloudwatch:DeleteAlarms": f"cloudwatch:{REGION}:{HOME}:alarm:one"},
    ),
    (
        "monitoring",
        "GetDashboard",
        {"DashboardName": "board"},
        {"cloudwatch:GetDashboard": f"cloudwatch::{HOME}:dashboard/board"},
    ),
    ("organizations", "ListAccounts", {}, {"organizations:ListAccounts": "*"}),
]


@pytest.mark.parametrize(("service", "operation", "parameters", "wanted"), PLAIN)
def test_a_call_is_judged_on_the_resource_it_names(
    service: str, operation: str, parameters: dict[str, Any], wanted: dict[str, str]
) -> None:
    found = needed(service, operation, **parameters)
    assert dict(pairs(found)) == {
        action: resource if resource == "*" else f"arn:aws:{resource}" for action, resource in wanted.items()
    }


def test_a_metrics_namespace_is_a_condition_key() -> None:
    # "Using condition keys to limit access to CloudWatch namespaces" (CloudWatch User Guide).
    (need,) = needed("monitoring", "PutMetricData", Namespace="shop", MetricData=[])
    assert need.context == {"cloudwatch:namespace": "shop"}


def test_an_event_source_mapping_tells_its_function() -> None:
    (need,) = needed("lambda", "CreateEventSourceMapping", FunctionName="f", EventSourceArn=QUEUE)
    assert need.resource == "*"
    assert need.context["lambda:FunctionArn"] == f"arn:aws:lambda:{REGION}:{HOME}:function:f"


def test_a_secret_is_meant_with_the_six_characters_of_its_arn() -> None:
    arn = f"arn:aws:secretsmanager:{REGION}:{HOME}:secret:db/password-AbCdEf"
    directory = FakeDirectory(named={("secret", "db/password"): (arn,)})
    (need,) = needed(
        "secretsmanager", "GetSecretValue", directory=directory, SecretId="db/password", VersionStage="AWSCURRENT"
    )
    assert need.resource == arn
    assert need.context["secretsmanager:VersionStage"] == "AWSCURRENT"


def test_an_organizations_resource_is_told_by_the_shape_of_its_id() -> None:
    unit = f"arn:aws:organizations::{HOME}:ou/o-example123/ou-ab12-11111111"
    directory = FakeDirectory(named={("organizations", "ou-ab12-11111111"): (unit,)})
    found = needed(
        "organizations", "AttachPolicy", directory=directory, PolicyId="p-12345678", TargetId="ou-ab12-11111111"
    )
    assert unit in [need.resource for need in found]
    assert any(re.search(r":policy/.*/p-12345678", need.resource) for need in found)


def test_tags_on_a_new_queue_need_their_own_permission() -> None:
    found = needed("sqs", "CreateQueue", QueueName="jobs", tags={"team": "blue"})
    assert [need.action for need in found] == ["sqs:CreateQueue", "sqs:TagQueue"]
    assert found[1].context == {"aws:TagKeys": ("team",), "aws:RequestTag/team": "blue"}
