"""Roles: bounded by policies that exist; and those of AWS's own services are not changed by anybody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim import Lab
from tests.access.given import a_lab, allow, document, refused, text, to

NOWHERE = "arn:aws:iam::222222222222:policy/Nowhere"


def trusting(account: Any) -> str:
    return text(allow("sts:AssumeRole", None, Principal=to(account.arn)))


def test_a_role_is_bounded_by_a_policy_that_exists() -> None:
    """IAM's words as in the test cases of ROSA: https://github.com/openshift/rosa"""
    _, vendor, customer = a_lab()
    iam = customer.client("iam")
    says = f"Scope ARN: {NOWHERE} does not exist or is not attachable."
    with refused("NoSuchEntity", says):
        iam.create_role(RoleName="Audit", AssumeRolePolicyDocument=trusting(vendor), PermissionsBoundary=NOWHERE)
    assert iam.list_roles()["Roles"] == []
    role = customer.role("Audit", trusting(vendor))
    with refused("NoSuchEntity", says):
        iam.put_role_permissions_boundary(RoleName=role.name, PermissionsBoundary=NOWHERE)
    assert "PermissionsBoundary" not in iam.get_role(RoleName=role.name)["Role"]


def a_service_linked_role() -> tuple[Any, Any, str]:
    _, _, customer = a_lab()
    iam = customer.client("iam")
    return customer, iam, iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")["Role"]["RoleName"]


POLICY = text(allow("s3:GetObject"))
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
CHANGES: list[Callable[[Any, str], object]] = [
    lambda iam, name: iam.attach_role_policy(RoleName=name, PolicyArn=READ_ONLY),
    lambda iam, name: iam.detach_role_policy(RoleName=name, PolicyArn=READ_ONLY),
    lambda iam, name: iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=POLICY),
    lambda iam, name: iam.delete_role_policy(RoleName=name, PolicyName="p"),
    lambda iam, name: iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=READ_ONLY),
    lambda iam, name: iam.delete_role_permissions_boundary(RoleName=name),
    lambda iam, name: iam.update_assume_role_policy(
        RoleName=name, PolicyDocument=text(allow("sts:AssumeRole", None, Principal=to("111122223333")))
    ),
    lambda iam, name: iam.update_role(RoleName=name, MaxSessionDuration=7200),
    lambda iam, name: iam.delete_role(RoleName=name),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_service_linked_role_is_only_modifiable_by_aws(change: Callable[[Any, str], object]) -> None:
    """As aws-nuke and cloud-nuke met it: https://github.com/gruntwork-io/cloud-nuke/issues/880"""
    _, iam, name = a_service_linked_role()
    says = f"Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS"
    with pytest.raises(ClientError) as caught:
        change(iam, name)
    assert caught.value.response["Error"] == {"Type": "Sender", "Code": "UnmodifiableEntity", "Message": says}
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_the_description_of_a_service_linked_role_may_be_changed_and_the_role_be_given_up() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html"""
    _, iam, name = a_service_linked_role()
    iam.update_role(RoleName=name, Description="for the shop")
    iam.tag_role(RoleName=name, Tags=[{"Key": "team", "Value": "shop"}])
    iam.delete_service_linked_role(RoleName=name)
    assert iam.list_roles()["Roles"] == []


def test_the_path_of_service_linked_roles_is_aws_s_own() -> None:
    """As https://github.com/tilfin/aws-iam-policy-tool/pull/9 recorded it."""
    _, vendor, customer = a_lab()
    with refused("InvalidInput", "Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles"):
        customer.client("iam").create_role(
            RoleName="Mine", Path="/aws-service-role/ecs.amazonaws.com/", AssumeRolePolicyDocument=trusting(vendor)
        )


def test_what_an_update_does_not_name_stays_as_it_is() -> None:
    """Recorded in September 2026: radkawar/stackd, testdata/aws/iam/resource_inputs.json."""
    _, vendor, customer = a_lab()
    iam = customer.client("iam")
    trust = trusting(vendor)
    iam.create_role(RoleName="Audit", Description="x", MaxSessionDuration=7200, AssumeRolePolicyDocument=trust)

    def state() -> tuple[str, int]:
        role = iam.get_role(RoleName="Audit")["Role"]
        return role.get("Description", ""), role["MaxSessionDuration"]

    iam.update_role(RoleName="Audit", Description="changed")
    assert state() == ("changed", 7200)
    iam.update_role(RoleName="Audit")
    assert state() == ("changed", 7200)
    iam.update_role(RoleName="Audit", MaxSessionDuration=43200)
    assert state() == ("changed", 43200)
    with refused("ValidationError"):
        iam.update_role(RoleName="Audit", Description="rejected", MaxSessionDuration=43201)
    iam.update_role(RoleName="Audit", Description="")
    assert state() == ("", 43200)


def test_a_role_whose_boundary_is_lost_may_do_nothing() -> None:
    """IAM deletes no policy in use; one lost all the same, moto's state being open, must not set its holder free."""
    lab, vendor, customer = a_lab()
    iam = customer.client("iam")
    alice = vendor.user("alice", document(allow("*")))
    limit = iam.create_policy(PolicyName="limit", PolicyDocument=text(allow("ec2:*")))["Policy"]["Arn"]
    role = customer.role("Audit", trusting(vendor), document(allow("*")))
    session = lab.session(alice.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="audit"))
    session.client("sqs").list_queues()
    iam.put_role_permissions_boundary(RoleName="Audit", PermissionsBoundary=limit)
    with refused("AccessDenied", "no permissions boundary allows"):
        session.client("sqs").list_queues()
    with lab._mock.entered():
        from moto.iam.models import iam_backends

        del iam_backends[customer.number]["aws"].managed_policies[limit]
    with refused("AccessDenied", "no permissions boundary allows"):
        session.client("sqs").list_queues()
    with refused("UnauthorizedOperation", "no permissions boundary allows"):
        session.client("ec2").describe_instances()


def test_a_boundary_that_is_not_there_cannot_be_taken_off() -> None:
    """Recorded in September 2026, of users and roles."""
    iam = Lab(seed=1).account("home").client("iam")
    iam.create_user(UserName="dora")
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    iam.create_role(RoleName="Reader", AssumeRolePolicyDocument=json.dumps({"Statement": trust}))
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.delete_user_permissions_boundary(UserName="dora")
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.delete_role_permissions_boundary(RoleName="Reader")
