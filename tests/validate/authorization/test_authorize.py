"""Which policies decide a call, and whose root user may take a policy off."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim import Lab
from stssim.lab.handles import Account
from tests.access.given import allow, deny, document, text


def a_queue(owner: Account, *statements: dict[str, Any]) -> str:
    sqs = owner.client("sqs")
    url = str(sqs.create_queue(QueueName="orders")["QueueUrl"])
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": text(*statements)})
    return url


def test_a_queue_that_is_locked_for_everybody_is_unlocked_by_its_owners_root_user() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html"""
    home = Lab(seed=1).account("home")
    url = a_queue(home, deny("sqs:*", Principal="*"))
    sqs = home.client("sqs")
    with pytest.raises(ClientError, match="AccessDenied"):
        sqs.send_message(QueueUrl=url, MessageBody="x")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    sqs.send_message(QueueUrl=url, MessageBody="x")


def test_to_the_root_user_of_another_account_the_queues_policy_applies() -> None:
    lab = Lab(seed=1)
    home, away = lab.account("home"), lab.account("away")
    url = a_queue(home, allow("sqs:GetQueueAttributes", Principal={"AWS": away.arn}))
    found = away.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    assert found["Attributes"]["QueueArn"] == f"arn:aws:sqs:us-east-1:{home.number}:orders"
    locked = a_queue(home, deny("sqs:*", Principal="*"))
    with pytest.raises(ClientError, match="explicit deny in a resource-based policy"):
        away.client("sqs").get_queue_attributes(QueueUrl=locked, AttributeNames=["QueueArn"])


def test_resource_control_policies_apply_to_repositories_of_images() -> None:
    """https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services"""
    lab = Lab(seed=1)
    management, member = lab.account("management"), lab.account("member")
    organizations = management.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    invited = organizations.invite_account_to_organization(Target={"Type": "ACCOUNT", "Id": member.number})
    member.client("organizations").accept_handshake(HandshakeId=invited["Handshake"]["Id"])
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="RESOURCE_CONTROL_POLICY")
    reader = member.user("reader", document(allow("ecr:*"))).client("ecr")
    reader.create_repository(repositoryName="app")
    reader.list_images(repositoryName="app")
    made = organizations.create_policy(
        Name="NoImages",
        Description="",
        Type="RESOURCE_CONTROL_POLICY",
        Content=text(deny("ecr:ListImages", Principal="*")),
    )
    organizations.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=member.number)
    with pytest.raises(ClientError, match="explicit deny in a resource control policy"):
        reader.list_images(repositoryName="app")
