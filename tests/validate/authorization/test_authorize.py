"""Which policies decide a call, and whose root user may take a policy off."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim import Lab
from stssim.lab.handles import Account
from tests.access.given import allow, deny, document, text, to


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


def a_company(*denied: str) -> tuple[Lab, Account, Account, str]:
    """A Lab, a management account, a member whose resources are under a resource control policy; its ARN."""
    lab = Lab(seed=1)
    management, member = lab.account("management"), lab.account("member")
    organizations = management.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    invited = organizations.invite_account_to_organization(Target={"Type": "ACCOUNT", "Id": member.number})
    member.client("organizations").accept_handshake(HandshakeId=invited["Handshake"]["Id"])
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="RESOURCE_CONTROL_POLICY")
    content = text(deny(list(denied), Principal="*"))
    made = organizations.create_policy(Name="N", Description="", Type="RESOURCE_CONTROL_POLICY", Content=content)
    summary = made["Policy"]["PolicySummary"]
    organizations.attach_policy(PolicyId=summary["Id"], TargetId=member.number)
    return lab, management, member, summary["Arn"]


def test_assume_role_tells_a_caller_of_the_organization_which_resource_control_policy_denies_it() -> None:
    """Recorded in September 2026, with a caller of the management account; to others it says no more than ever."""
    lab, management, member, arn = a_company("sts:AssumeRole")
    outsider = lab.account("elsewhere").user("eve", document(allow("*")))
    insider = management.user("dora", document(allow("*")))
    role = member.role("Reader", document(allow("sts:AssumeRole", None, Principal=to(insider.arn, outsider.arn))))
    for caller, ending in ((insider, f" with an explicit deny in a resource control policy: {arn}"), (outsider, "")):
        with pytest.raises(ClientError) as refused:
            caller.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="session")
        message = refused.value.response["Error"]["Message"]
        assert message == (
            f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: {role.arn}{ending}"
        )


def test_no_resource_control_policy_keeps_a_grant_from_being_retired() -> None:
    """https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html, and recorded."""
    _, _, member, _ = a_company("kms:RetireGrant", "kms:ListGrants")
    kms = member.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    reader = member.user("reader", document(allow("kms:*")))
    grant = kms.create_grant(KeyId=key, GranteePrincipal=reader.arn, Operations=["Decrypt"])["GrantId"]
    with pytest.raises(ClientError, match="explicit deny in a resource control policy"):
        reader.client("kms").list_grants(KeyId=key)
    reader.client("kms").retire_grant(KeyId=key, GrantId=grant)
