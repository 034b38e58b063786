"""Control policies at every level of an organization, as "SCP evaluation" and "RCP evaluation" of its guide say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stssim import Lab
from tests.access.given import allow, deny, document, refused, text, to


@pytest.fixture
def company() -> tuple[Any, Any, Any, str]:
    """A management account and a member of its organization, both kinds of control policies enabled in the root."""
    lab = Lab(seed=7)
    main, member = lab.account("main"), lab.account("member")
    organizations = main.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    invited = organizations.invite_account_to_organization(Target={"Type": "ACCOUNT", "Id": member.number})
    member.client("organizations").accept_handshake(HandshakeId=invited["Handshake"]["Id"])
    for sort in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
        organizations.enable_policy_type(RootId=root, PolicyType=sort)
    return lab, main, member, root


def a_policy(main: Any, content: str, sort: str = "SERVICE_CONTROL_POLICY", name: str = "limit") -> str:
    made = main.client("organizations").create_policy(Name=name, Description="", Type=sort, Content=content)
    return str(made["Policy"]["PolicySummary"]["Id"])


def test_a_deny_at_the_root_binds_even_a_members_root_user_and_not_the_management_account(company: Any) -> None:
    _, main, member, root = company
    policy = a_policy(main, text(deny("s3:CreateBucket")))
    main.client("organizations").attach_policy(PolicyId=policy, TargetId=root)
    with refused("AccessDenied", "with an explicit deny in a service control policy"):
        member.client("s3").create_bucket(Bucket="members")
    main.client("s3").create_bucket(Bucket="mains")


def test_every_level_must_allow(company: Any) -> None:
    _, main, member, root = company
    organizations = main.client("organizations")
    unit = organizations.create_organizational_unit(ParentId=root, Name="prod")["OrganizationalUnit"]["Id"]
    organizations.attach_policy(PolicyId=a_policy(main, text(allow("s3:*"))), TargetId=unit)
    organizations.detach_policy(PolicyId="p-FullAWSAccess", TargetId=unit)
    member.client("sqs").list_queues()
    organizations.move_account(AccountId=member.number, SourceParentId=root, DestinationParentId=unit)
    member.client("s3").list_buckets()
    with refused("AccessDenied", "no service control policy allows the sqs:listqueues action"):
        member.client("sqs").list_queues()


def test_a_policy_counts_only_while_its_type_is_enabled(company: Any) -> None:
    _, main, member, root = company
    organizations = main.client("organizations")
    organizations.attach_policy(PolicyId=a_policy(main, text(deny("sqs:*"))), TargetId=member.number)
    with refused("AccessDenied"):
        member.client("sqs").list_queues()
    organizations.disable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    member.client("sqs").list_queues()
    other = a_policy(main, text(deny("s3:*")), name="other")
    with refused("PolicyTypeNotEnabledException"):
        organizations.attach_policy(PolicyId=other, TargetId=root)


def test_the_last_policy_cannot_be_detached(company: Any) -> None:
    _, main, member, _ = company
    with refused("ConstraintViolationException"):
        main.client("organizations").detach_policy(PolicyId="p-FullAWSAccess", TargetId=member.number)


def test_a_resource_control_policy_keeps_strangers_out_whatever_the_bucket_says(company: Any) -> None:
    lab, main, member, _ = company
    eve = lab.account("stranger").user("eve", policy=document(allow("*")))
    dora = main.user("dora", policy=document(allow("*")))
    s3 = member.client("s3")
    s3.create_bucket(Bucket="reports")
    s3.put_object(Bucket="reports", Key="k", Body=b"x")
    s3.put_bucket_policy(
        Bucket="reports", Policy=text(allow("s3:GetObject", "arn:aws:s3:::reports/*", Principal=to(eve.arn, dora.arn)))
    )
    eve.client("s3").get_object(Bucket="reports", Key="k")
    own = main.client("organizations").describe_organization()["Organization"]["Id"]
    perimeter = deny("s3:*", Principal="*", Condition={"StringNotEqualsIfExists": {"aws:PrincipalOrgID": own}})
    policy = a_policy(main, text(perimeter), "RESOURCE_CONTROL_POLICY")
    main.client("organizations").attach_policy(PolicyId=policy, TargetId=member.number)
    with refused("AccessDenied"):
        eve.client("s3").get_object(Bucket="reports", Key="k")
    dora.client("s3").get_object(Bucket="reports", Key="k")


def test_resource_control_policies_leave_services_alone_that_they_do_not_support(company: Any) -> None:
    _, main, member, _ = company
    with refused("MalformedPolicyDocumentException"):
        a_policy(main, text(deny(["sqs:*", "sns:*"], Principal="*")), "RESOURCE_CONTROL_POLICY")
    policy = a_policy(main, text(deny("sqs:*", Principal="*")), "RESOURCE_CONTROL_POLICY")
    main.client("organizations").attach_policy(PolicyId=policy, TargetId=member.number)
    member.client("sns").create_topic(Name="other")
    with refused("AccessDenied", "with an explicit deny in a resource control policy"):
        member.client("sqs").create_queue(QueueName="jobs")


def test_what_is_no_control_policy_is_refused_when_it_is_made(company: Any) -> None:
    _, main, _, _ = company
    says = "The provided policy document does not meet the requirements of the specified policy type."
    for amiss in (deny("s3:*", Principal="*"), deny("s3", "*"), {"Effect": "Deny", "Action": "s3:*"}):
        with refused("MalformedPolicyDocumentException", says):
            a_policy(main, text(amiss))
    with refused("ConstraintViolationException", "You have exceeded the maximum policy size."):
        a_policy(main, text(deny("s3:*")).ljust(10_241))


def test_the_organization_is_a_condition_key_of_its_members(company: Any) -> None:
    lab, main, member, _ = company
    own = main.client("organizations").describe_organization()["Organization"]["Id"]
    s3 = main.client("s3")
    s3.create_bucket(Bucket="shared")
    s3.put_object(Bucket="shared", Key="k", Body=b"x")
    condition = {"StringEquals": {"aws:PrincipalOrgID": own}}
    statement = allow("s3:GetObject", "arn:aws:s3:::shared/*", Principal="*", Condition=condition)
    s3.put_bucket_policy(Bucket="shared", Policy=json.dumps(document(statement)))
    dora = member.user("dora", policy=document(allow("s3:*")))
    eve = lab.account("stranger").user("eve", policy=document(allow("s3:*")))
    dora.client("s3").get_object(Bucket="shared", Key="k")
    with refused("AccessDenied"):
        eve.client("s3").get_object(Bucket="shared", Key="k")
