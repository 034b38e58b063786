"""Whoever hands a role to a service needs `iam:PassRole` for it, in whichever member the role is named.

The Service Authorization Reference names `iam:PassRole` as a dependent action of each of these calls.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from stssim import Lab
from stssim.lab.handles import Account, User
from tests.attacks.wire import Wire, only, send, serialized

HOME = "111111111111"
ROLE = f"arn:aws:iam::{HOME}:role/strong"
OTHER = f"arn:aws:iam::{HOME}:role/harmless"
PROFILE = f"arn:aws:iam::{HOME}:instance-profile/strong"
SERVICES = [
    "ec2",
    "lambda",
    "s3",
    "events",
    "cloudtrail",
    "sns",
    "ssm",
    "logs",
    "vpc-flow-logs",
    "spotfleet",
    "pullthroughcache.ecr",
]
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": [f"{each}.amazonaws.com" for each in SERVICES]},
            "Action": "sts:AssumeRole",
        }
    ],
}


@pytest.fixture
def home() -> Account:
    home = Lab(seed=5).account("home", HOME)
    home.role("strong", TRUST, only("*"))
    home.role("harmless", TRUST)
    iam = home.client("iam")
    iam.create_instance_profile(InstanceProfileName="strong")
    iam.add_role_to_instance_profile(InstanceProfileName="strong", RoleName="strong")
    home.bucket("source")
    home.bucket("target")
    for bucket in ("source", "target"):
        home.client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    home.client("sns").create_topic(Name="mine")
    home.client("sqs").create_queue(QueueName="mine")
    home.client("events").put_rule(Name="mine", ScheduleExpression="rate(1 hour)")
    home.client("logs").create_log_group(logGroupName="mine")
    home.client("cloudtrail").create_trail(Name="mine", S3BucketName="source")
    return home


@pytest.fixture
def mallory(home: Account) -> User:
    """She may do all there is, but pass no role than a harmless one."""
    policy: dict[str, Any] = only("*")
    policy["Statement"].append({"Effect": "Deny", "Action": "iam:PassRole", "NotResource": OTHER})
    return home.user("mallory", policy)


def arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:us-east-1:{HOME}:{rest}"


def _replication(*roles: str) -> Wire:
    rule = (
        "<Rule><ID>r</ID><Status>Enabled</Status><Priority>1</Priority><Filter><Prefix></Prefix></Filter>"
        "<DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>"
        "<Destination><Bucket>arn:aws:s3:::target</Bucket></Destination></Rule>"
    )
    named = "".join(f"<Role>{role}</Role>" for role in roles)
    body = f"<ReplicationConfiguration>{named}{rule}</ReplicationConfiguration>"
    return Wire("s3", "PUT", "/source?replication", body=body.encode())


IMAGE = {"ImageId": "ami-12c6146b", "InstanceType": "t2.micro"}
FUNCTION = {
    "FunctionName": "new",
    "Runtime": "python3.13",
    "Handler": "a.b",
    "Code": {"ZipFile": b"PK\x05\x06" + bytes(18)},
}
FEEDBACK = [
    "LambdaSuccessFeedbackRoleArn",
    "LambdaFailureFeedbackRoleArn",
    "SQSSuccessFeedbackRoleArn",
    "SQSFailureFeedbackRoleArn",
    "HTTPSuccessFeedbackRoleArn",
    "HTTPFailureFeedbackRoleArn",
    "FirehoseSuccessFeedbackRoleArn",
    "FirehoseFailureFeedbackRoleArn",
    "ApplicationSuccessFeedbackRoleArn",
    "ApplicationFailureFeedbackRoleArn",
]
CALLS: dict[str, Callable[[], Wire]] = {
    "RunInstances by ARN": lambda: serialized(
        "ec2", "RunInstances", {**IMAGE, "MinCount": 1, "MaxCount": 1, "IamInstanceProfile": {"Arn": PROFILE}}
    ),
    "RunInstances by name": lambda: serialized(
        "ec2", "RunInstances", {**IMAGE, "MinCount": 1, "MaxCount": 1, "IamInstanceProfile": {"Name": "strong"}}
    ),
    "RequestSpotInstances by ARN": lambda: serialized(
        "ec2",
        "RequestSpotInstances",
        {"InstanceCount": 1, "LaunchSpecification": {**IMAGE, "IamInstanceProfile": {"Arn": PROFILE}}},
    ),
    "RequestSpotInstances by name": lambda: serialized(
        "ec2",
        "RequestSpotInstances",
        {"InstanceCount": 1, "LaunchSpecification": {**IMAGE, "IamInstanceProfile": {"Name": "strong"}}},
    ),
    "RequestSpotFleet": lambda: serialized(
        "ec2",
        "RequestSpotFleet",
        {"SpotFleetRequestConfig": {"IamFleetRole": ROLE, "TargetCapacity": 1, "LaunchSpecifications": [IMAGE]}},
    ),
    "RequestSpotFleet with a profile": lambda: serialized(
        "ec2",
        "RequestSpotFleet",
        {
            "SpotFleetRequestConfig": {
                "IamFleetRole": OTHER,
                "TargetCapacity": 1,
                "LaunchSpecifications": [{**IMAGE, "IamInstanceProfile": {"Arn": PROFILE}}],
            }
        },
    ),
    "CreateFlowLogs": lambda: serialized(
        "ec2",
        "CreateFlowLogs",
        {
            "ResourceIds": ["vpc-1"],
            "ResourceType": "VPC",
            "TrafficType": "ALL",
            "LogGroupName": "mine",
            "DeliverLogsPermissionArn": ROLE,
        },
    ),
    "CreateFunction": lambda: serialized("lambda", "CreateFunction", {**FUNCTION, "Role": ROLE}),
    "PutBucketReplication": lambda: _replication(ROLE),
    "PutBucketReplication with two roles": lambda: _replication(ROLE, OTHER),
    "PutBucketReplication with two roles, the other way": lambda: _replication(OTHER, ROLE),
    "PutTargets": lambda: serialized(
        "events", "PutTargets", {"Rule": "mine", "Targets": [{"Id": "1", "Arn": arn("sqs", "mine"), "RoleArn": ROLE}]}
    ),
    "PutRule": lambda: serialized(
        "events", "PutRule", {"Name": "new", "ScheduleExpression": "rate(1 hour)", "RoleArn": ROLE}
    ),
    "CreateTrail": lambda: serialized(
        "cloudtrail",
        "CreateTrail",
        {
            "Name": "new",
            "S3BucketName": "source",
            "CloudWatchLogsLogGroupArn": arn("logs", "log-group:mine:*"),
            "CloudWatchLogsRoleArn": ROLE,
        },
    ),
    "UpdateTrail": lambda: serialized(
        "cloudtrail",
        "UpdateTrail",
        {"Name": "mine", "CloudWatchLogsLogGroupArn": arn("logs", "log-group:mine:*"), "CloudWatchLogsRoleArn": ROLE},
    ),
    "PutSubscriptionFilter": lambda: serialized(
        "logs",
        "PutSubscriptionFilter",
        {
            "logGroupName": "mine",
            "filterName": "f",
            "filterPattern": "",
            "destinationArn": f"arn:aws:kinesis:us-east-1:{HOME}:stream/s",
            "roleArn": ROLE,
        },
    ),
    "PutDestination": lambda: serialized(
        "logs",
        "PutDestination",
        {"destinationName": "d", "targetArn": f"arn:aws:kinesis:us-east-1:{HOME}:stream/s", "roleArn": ROLE},
    ),
    **{
        f"SetTopicAttributes {name}": lambda name=name: serialized(
            "sns", "SetTopicAttributes", {"TopicArn": arn("sns", "mine"), "AttributeName": name, "AttributeValue": ROLE}
        )  # type: ignore[misc]
        for name in FEEDBACK
    },
    "CreateTopic": lambda: serialized(
        "sns", "CreateTopic", {"Name": "new", "Attributes": {"LambdaSuccessFeedbackRoleArn": ROLE}}
    ),
    "Subscribe": lambda: serialized(
        "sns",
        "Subscribe",
        {
            "TopicArn": arn("sns", "mine"),
            "Protocol": "firehose",
            "Endpoint": f"arn:aws:firehose:us-east-1:{HOME}:deliverystream/x",
            "Attributes": {"SubscriptionRoleArn": ROLE},
        },
    ),
    "SendCommand": lambda: serialized(
        "ssm", "SendCommand", {"DocumentName": "AWS-RunShellScript", "InstanceIds": ["i-1"], "ServiceRoleArn": ROLE}
    ),
    "RegisterTaskWithMaintenanceWindow": lambda: serialized(
        "ssm",
        "RegisterTaskWithMaintenanceWindow",
        {"WindowId": "mw-1", "TaskArn": "AWS-RunShellScript", "TaskType": "RUN_COMMAND", "ServiceRoleArn": ROLE},
    ),
}


def traces_of_the_role(home: Account) -> str:
    """Where an administrator finds the role in use."""
    ec2, s3, sns = home.client("ec2"), home.client("s3"), home.client("sns")
    seen: list[Any] = [
        ec2.describe_instances()["Reservations"],
        ec2.describe_spot_instance_requests()["SpotInstanceRequests"],
        ec2.describe_spot_fleet_requests()["SpotFleetRequestConfigs"],
        ec2.describe_flow_logs()["FlowLogs"],
        home.client("lambda").list_functions()["Functions"],
        home.client("events").list_targets_by_rule(Rule="mine")["Targets"],
        home.client("events").list_rules()["Rules"],
        home.client("cloudtrail").describe_trails()["trailList"],
        home.client("logs").describe_subscription_filters(logGroupName="mine")["subscriptionFilters"],
        home.client("logs").describe_destinations()["destinations"],
        [sns.get_topic_attributes(TopicArn=each["TopicArn"])["Attributes"] for each in sns.list_topics()["Topics"]],
        [
            sns.get_subscription_attributes(SubscriptionArn=each["SubscriptionArn"])["Attributes"]
            for each in sns.list_subscriptions()["Subscriptions"]
        ],
    ]
    try:
        seen.append(s3.get_bucket_replication(Bucket="source")["ReplicationConfiguration"])
    except s3.exceptions.ClientError:
        seen.append("no replication")
    return json.dumps(seen, default=str)


@pytest.mark.parametrize("name", CALLS)
def test_a_role_is_passed_by_nobody_who_may_not(home: Account, mallory: User, name: str) -> None:
    reply = send(mallory, CALLS[name]())
    assert reply.status >= 400
    found = traces_of_the_role(home)
    assert "/strong" not in found


@pytest.mark.parametrize("attribute", ["%41ttributeName", "AttributeName"])
def test_an_attribute_named_twice_passes_no_role(home: Account, mallory: User, attribute: str) -> None:
    topic = arn("sns", "mine")
    harmless = serialized(
        "sns", "SetTopicAttributes", {"TopicArn": topic, "AttributeName": "DisplayName", "AttributeValue": ROLE}
    )
    text = harmless.body.decode()
    for body in (f"{text}&{attribute}=SQSSuccessFeedbackRoleArn", f"{attribute}=SQSSuccessFeedbackRoleArn&{text}"):
        send(mallory, Wire("sns", "POST", "/", harmless.headers, body.encode()))
        attributes = home.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]
        assert "SQSSuccessFeedbackRoleArn" not in attributes


def test_a_function_is_given_another_role_by_nobody_who_may_not(home: Account, mallory: User) -> None:
    weak = home.role("weak", TRUST)
    home.client("lambda").create_function(**FUNCTION, Role=weak.arn)
    for parameters in ({"Role": ROLE}, {"Role": f" {ROLE}"}):
        wire = serialized("lambda", "UpdateFunctionConfiguration", {"FunctionName": "new", **parameters})
        assert send(mallory, wire).status >= 400
    twice = Wire(
        "lambda",
        "PUT",
        "/2015-03-31/functions/new/configuration",
        (("content-type", "application/json"),),
        f'{{"Role": "{weak.arn}", "Role": "{ROLE}"}}'.encode(),
    )
    send(mallory, twice)
    assert home.client("lambda").get_function_configuration(FunctionName="new")["Role"] == weak.arn
