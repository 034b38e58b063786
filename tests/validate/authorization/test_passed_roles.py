"""Calls that hand a role to a service need `iam:PassRole` on it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from stssim.call import RequiredPermission
from stssim.service_models import operation_model, service_model
from stssim.validate.authorization.passed_roles import INSTANCE_PROFILES, NAMED_ATTRIBUTES, PASSED, passed_roles
from tests.access.given import a_lab, allow, document, refused
from tests.fakes import AWAY, HOME, FakeDirectory, a_user
from tests.request.asked import SERVICES, a_call, needed

ROLE = f"arn:aws:iam::{HOME}:role/worker"
OTHER = f"arn:aws:iam::{HOME}:role/other"
OPERATIONS = tuple(
    (service, name)
    for service in (*SERVICES, "account", "monitoring")
    for name in service_model(service).operation_names
)

NOT_PASSED = {
    r"iam:\w+ (RoleName|InstanceProfileName)": "names what the call is about (of AddRoleToInstanceProfile see iam.py)",
    r"sts:\w+ RoleArn": "is assumed by the caller, not passed to a service",
    r"ec2:\w*EnclaveCertificateIamRole RoleArn": "is let use a certificate of ACM; no service is handed it",
    r"ec2:CreateFlowLogs DeliverCrossAccountRole": "is a role of another account, which none of this one can pass",
    # https://docs.aws.amazon.com/vm-import/latest/userguide/required-permissions.html
    r"ec2:(ExportImage|ImportImage|ImportSnapshot) RoleName": "is found by its name; who imports needs no iam:PassRole",
    r"ec2:CreateLaunchTemplate(Version)? LaunchTemplateData\.IamInstanceProfile\.(Arn|Name)": (
        "is passed by who launches an instance from the template, not by who writes it"
    ),
    r"organizations:Create(GovCloud)?Account RoleName": "is the name of a role that is made in the new account",
    r"ssm:\w+ (\w+\.)*TargetLocations\.ExecutionRoleName": "is a role of each target account, for Automation to assume",
}
"""By operation and member: why a member that names a role needs no `iam:PassRole`."""

NO_ROLE = {
    r"ec2:\w+ AssociationIds?": "the id of an association of an instance profile",
    r"ec2:DescribeCapacityReservationBillingRequests Role": "whether one is the owner or the consumer",
    r"iam:CreateRole (AssumeRolePolicyDocument|Description)": "a document, a text",
    r"iam:(CreateServiceLinkedRole|UpdateRole|UpdateRoleDescription) Description": "a text",
    r"sts:AssumeRole\w* RoleSessionName": "the name of a session",
}
"""By operation and member: what a member is that bears the word and names no role."""

_ROLE = re.compile(r"role(?!out|s?back)|roleArn|InstanceProfile", re.IGNORECASE)
_NOT_THE_WORD = re.compile("control", re.IGNORECASE)
_IN_DOCUMENTATION = re.compile(r"\b\w*(?:RoleArn|RoleARN)\b")


def strings(shape: Any, path: tuple[str, ...], above: frozenset[str]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every text in a shape, each with the members that lead to it."""
    if shape is None or shape.name in above:
        return
    above |= {shape.name}
    match shape.type_name:
        case "structure":
            for name, member in shape.members.items():
                yield from strings(member, (*path, name), above)
        case "list":
            yield from strings(shape.member, path, above)
        case "map":
            yield from strings(shape.value, path, above)
        case "string":
            yield path, shape


def naming_a_role() -> Iterator[str]:
    """Operation and member of every text that a model's names call a role's or an instance profile's."""
    for service, operation in OPERATIONS:
        for path, shape in strings(operation_model(service, operation).input_shape, (), frozenset()):
            words = _NOT_THE_WORD.sub("", f"{path[-1]} {shape.name}")
            if _ROLE.search(words) or "IamInstanceProfile" in path:
                yield f"{service}:{operation} {'.'.join(path)}"


FOUND = tuple(dict.fromkeys(naming_a_role()))
TABLED = {
    *(f"{call} {path}" for call, paths in PASSED.items() for path, _ in paths),
    *(f"{call} {path}.{part}" for call, path in INSTANCE_PROFILES.items() for part in ("Arn", "Name")),
}


def test_a_member_that_names_a_role_passes_it_or_is_listed_with_the_reason_why_not() -> None:
    """A newer botocore turns this red with every such member that it brings."""
    listed = [*NOT_PASSED, *NO_ROLE]
    unknown = [each for each in FOUND if each not in TABLED and not any(re.fullmatch(one, each) for one in listed)]
    assert unknown == []


def test_no_member_is_listed_that_no_model_has() -> None:
    assert [one for one in (*NOT_PASSED, *NO_ROLE) if not any(re.fullmatch(one, each) for each in FOUND)] == []
    outside_the_model = {"Attributes", "Parameters", "policyDocument"}
    gone = {each for each in TABLED - {*FOUND} if not outside_the_model & {*re.split(r"[ .]", each)}}
    assert gone == {"ec2:CreateFlowLogs DeliverLogsPermissionArn"}


def test_no_member_passes_a_role_and_does_not() -> None:
    assert [each for each in TABLED for one in NOT_PASSED if re.fullmatch(one, each)] == []


def test_a_role_that_only_botocores_documentation_speaks_of_is_passed() -> None:
    """SNS's attributes, and the documents that CloudWatch Logs takes as text."""
    spoken_of = set()
    for service, operation in OPERATIONS:
        shape = operation_model(service, operation).input_shape
        for member, inner in shape.members.items() if shape else ():
            if inner.type_name in ("string", "map"):
                for name in _IN_DOCUMENTATION.findall(re.sub("<[^>]+>", " ", inner.documentation)):
                    spoken_of.add((f"{service}:{operation}", member, name))
    assert len(spoken_of) > 25
    for call, member, name in sorted(spoken_of):
        named = NAMED_ATTRIBUTES.get(call)
        places = {path for path, _ in PASSED.get(call, ())}
        assert (
            (named is not None and re.fullmatch(named[1], name))
            or places & {name, f"{member}.{name}"}
            or f"{call} {name}" in TABLED
        ), (call, member, name)


def nested(path: str, value: Any) -> dict[str, Any]:
    outer, _, inner = path.partition(".")
    return {outer: nested(inner, value) if inner else value}


@pytest.mark.parametrize(("name", "path", "service"), [(n, *each) for n, paths in PASSED.items() for each in paths])
def test_each_role_that_is_passed_is_asked_for_with_the_service(name: str, path: str, service: str) -> None:
    asked = nested(path, ROLE)
    assert pass_roles(name, asked) == [RequiredPermission("iam:PassRole", ROLE, HOME, {"iam:PassedToService": service})]
    outer = path.partition(".")[0]
    both = {outer: [nested(path, ROLE)[outer], nested(path, OTHER)[outer]]}
    assert [need.resource for need in pass_roles(name, both)] == [ROLE, OTHER]


@pytest.mark.parametrize(("name", "path"), INSTANCE_PROFILES.items())
@pytest.mark.parametrize("given", [{"Name": "web"}, {"Arn": f"arn:aws:iam::{HOME}:instance-profile/web"}])
def test_an_instance_profile_passes_its_role_to_ec2(name: str, path: str, given: dict[str, str]) -> None:
    directory = FakeDirectory(named={("role-of-instance-profile", "web"): (ROLE,)})
    expected = RequiredPermission("iam:PassRole", ROLE, HOME, {"iam:PassedToService": "ec2.amazonaws.com"})
    assert pass_roles(name, nested(path, given), directory) == [expected]


def pass_roles(name: str, asked: dict[str, Any], directory: FakeDirectory | None = None) -> list[RequiredPermission]:
    call = a_call(*name.split(":"), **asked)
    return list(passed_roles(call, a_user(), directory or FakeDirectory()))


@pytest.mark.parametrize(
    ("operation", "asked"),
    [
        ("SetTopicAttributes", {"AttributeName": "HTTPSuccessFeedbackRoleArn", "AttributeValue": ROLE}),
        ("SetTopicAttributes", {"AttributeName": "FirehoseFailureFeedbackRoleArn", "AttributeValue": ROLE}),
        ("SetSubscriptionAttributes", {"AttributeName": "SubscriptionRoleArn", "AttributeValue": ROLE}),
    ],
)
def test_an_attribute_that_is_a_role_is_passed_to_sns(operation: str, asked: dict[str, str]) -> None:
    assert [need.resource for need in pass_roles(f"sns:{operation}", asked)] == [ROLE]
    assert pass_roles(f"sns:{operation}", {**asked, "AttributeName": "DisplayName"}) == []


def test_a_function_is_handed_its_role() -> None:
    found = needed("lambda", "CreateFunction", FunctionName="f", Role=ROLE, Code={"ZipFile": b""})
    assert found[1] == RequiredPermission("iam:PassRole", ROLE, HOME, {"iam:PassedToService": "lambda.amazonaws.com"})


def test_a_replication_with_two_roles_passes_both() -> None:
    asked = {"ReplicationConfiguration": {"Role": f"{ROLE},{OTHER}", "Rules": []}}
    assert [need.resource for need in pass_roles("s3:PutBucketReplication", asked)] == [ROLE, OTHER]


def test_a_role_that_is_named_by_its_name_is_passed_whether_it_exists_or_not() -> None:
    assert [need.resource for need in pass_roles("ssm:CreateActivation", {"IamRole": "worker"})] == [ROLE]


def test_a_role_of_another_account_is_that_accounts() -> None:
    away = f"arn:aws:iam::{AWAY}:role/worker"
    (found,) = pass_roles("events:PutRule", {"RoleArn": away})
    assert (found.resource, found.account) == (away, AWAY)


def test_who_may_not_pass_the_role_gets_no_spot_instance_with_it() -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    trust = document(allow("sts:AssumeRole", None, Principal={"Service": "ec2.amazonaws.com"}))
    role = vendor.role("Admin", trust)
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="Admin")
    alice = vendor.user("alice", policy=document(allow("ec2:*")))
    specification = {"ImageId": "ami-12345678", "IamInstanceProfile": {"Name": "web"}}
    with refused("UnauthorizedOperation"):
        alice.client("ec2").request_spot_instances(SpotPrice="1", LaunchSpecification=specification)
    with refused("InvalidParameterValue", "Invalid IAM Instance Profile ARN"):
        alice.client("ec2").run_instances(
            ImageId="ami-12345678",
            MinCount=1,
            MaxCount=1,
            IamInstanceProfile={"Arn": f"arn:aws:iam::{AWAY}:instance-profile/web"},
        )
    with refused("InvalidParameterCombination"):
        alice.client("ec2").run_instances(
            ImageId="ami-12345678",
            MinCount=1,
            MaxCount=1,
            IamInstanceProfile={"Name": "none", "Arn": f"arn:aws:iam::{vendor.number}:instance-profile/web"},
        )
    assert role.arn.endswith(":role/Admin")


def test_who_may_not_pass_the_role_makes_no_topic_that_logs_with_it() -> None:
    _, vendor, _ = a_lab()
    role = vendor.role("Admin", document(allow("sts:AssumeRole", None, Principal={"Service": "sns.amazonaws.com"})))
    alice = vendor.user("alice", policy=document(allow("sns:*")))
    sns = alice.client("sns")
    with refused("AuthorizationError"):
        sns.create_topic(Name="news", Attributes={"HTTPSuccessFeedbackRoleArn": role.arn})
    topic = sns.create_topic(Name="news")["TopicArn"]
    with refused("AuthorizationError"):
        sns.set_topic_attributes(TopicArn=topic, AttributeName="SQSFailureFeedbackRoleArn", AttributeValue=role.arn)


def test_who_may_not_pass_the_second_role_sets_up_no_replication() -> None:
    _, vendor, _ = a_lab()
    s3 = vendor.client("s3")
    for name in "from", "to":
        vendor.bucket(f"{name}-here")
        s3.put_bucket_versioning(Bucket=f"{name}-here", VersioningConfiguration={"Status": "Enabled"})
    one, two = f"arn:aws:iam::{vendor.number}:role/one", f"arn:aws:iam::{vendor.number}:role/two"
    alice = vendor.user("alice", policy=document(allow("s3:*"), allow("iam:PassRole", one)))
    rule = {"Status": "Enabled", "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::to-here"}}
    mine = alice.client("s3")
    with refused("AccessDenied"):
        mine.put_bucket_replication(
            Bucket="from-here", ReplicationConfiguration={"Role": f"{one},{two}", "Rules": [rule]}
        )
    mine.put_bucket_replication(Bucket="from-here", ReplicationConfiguration={"Role": one, "Rules": [rule]})


def test_a_subscription_policy_of_an_account_passes_the_role_in_its_document() -> None:
    asked = {"policyDocument": json.dumps({"DestinationArn": "arn:aws:firehose:::x", "RoleArn": ROLE})}
    assert [need.resource for need in pass_roles("logs:PutAccountPolicy", asked)] == [ROLE]
    assert pass_roles("logs:PutAccountPolicy", {"policyDocument": "no JSON"}) == []
