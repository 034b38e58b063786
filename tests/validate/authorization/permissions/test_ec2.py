"""EC2's calls: every resource that one touches, and the tags of what is made."""

from __future__ import annotations

from tests.fakes import HOME, FakeDirectory
from tests.request.asked import REGION, needed, pairs


def test_each_instance_to_be_terminated_is_judged() -> None:
    found = needed("ec2", "TerminateInstances", InstanceIds=["i-1", "i-2"])
    assert pairs(found) == [
        ("ec2:TerminateInstances", f"arn:aws:ec2:{REGION}:{HOME}:instance/i-1"),
        ("ec2:TerminateInstances", f"arn:aws:ec2:{REGION}:{HOME}:instance/i-2"),
    ]


def test_running_an_instance_needs_leave_of_everything_it_is_made_of() -> None:
    role = f"arn:aws:iam::{HOME}:role/web"
    directory = FakeDirectory(named={("role-of-instance-profile", "web"): (role,)})
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "blue"}]}]
    found = needed(
        "ec2",
        "RunInstances",
        directory=directory,
        ImageId="ami-1",
        MinCount=1,
        MaxCount=1,
        SubnetId="subnet-1",
        IamInstanceProfile={"Name": "web"},
        TagSpecifications=tags,
    )
    assert {
        ("ec2:RunInstances", f"arn:aws:ec2:{REGION}::image/ami-1"),
        ("ec2:RunInstances", f"arn:aws:ec2:{REGION}:{HOME}:instance/*"),
        ("ec2:RunInstances", f"arn:aws:ec2:{REGION}:{HOME}:subnet/subnet-1"),
        ("iam:PassRole", role),
        ("ec2:CreateTags", f"arn:aws:ec2:{REGION}:{HOME}:instance/*"),
    } <= set(pairs(found))
    tagging = next(need for need in found if need.action == "ec2:CreateTags")
    assert tagging.context["ec2:CreateAction"] == "RunInstances"
    assert tagging.context["aws:RequestTag/team"] == "blue"
