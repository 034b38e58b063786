"""What AWS would refuse, and AWS's own error for it."""

import json
from typing import Any

import pytest

from stssim.policy import check, refusal
from stssim.policy.findings import AwsError
from stssim.policy.policies import PolicyKind

ASSUME = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}
READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
RCP = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}


def _refused(kind: PolicyKind, *statements: dict[str, Any], **document: Any) -> list[tuple[str, str, str, str | None]]:
    whole = {"Version": "2012-10-17", "Statement": list(statements)} | document
    found = [each for each in check(whole, kind, account="111122223333") if each.error is not None]
    return [(each.name, each.pointer, each.error.code, each.error.message) for each in found if each.error is not None]


@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        ("trust", ASSUME),
        ("trust", ASSUME | {"Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]}),
        ("trust", ASSUME | {"Action": ["sts:AssumeRoleWithWebIdentity", "sts:SetContext"]}),
        ("trust", ASSUME | {"Sid": "with space"}),
        ("trust", ASSUME | {"Principal": {"AWS": "*"}}),
        ("trust", ASSUME | {"Principal": {"Service": "ec2.amazonaws.com"}}),
        ("identity", READ | {"Sid": "Read1"}),
        ("session", READ),
        ("service-control", READ),
        ("resource-control", RCP),
        ("resource", READ | {"Sid": "with space", "Principal": "*"}),
        ("kms-key", READ | {"Sid": "Enable IAM User Permissions", "Principal": {"AWS": "111122223333"}}),
    ],
)
def test_what_aws_takes_is_not_refused(kind: PolicyKind, statement: dict[str, Any]) -> None:
    assert _refused(kind, statement) == []


IAM = "MalformedPolicyDocument"


@pytest.mark.parametrize(
    ("kind", "statement", "name", "at", "message"),
    [
        (
            "trust",
            ASSUME | {"Principal": "*"},
            "star-principal",
            "/Statement/0/Principal",
            'AssumeRolepolicy contained an invalid principal: "STAR":"*".',
        ),
        (
            "trust",
            {"Effect": "Deny", "NotPrincipal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"},
            "not-principal",
            "/Statement/0/NotPrincipal",
            "AssumeRole policy must not contain NotPrincipal field.",
        ),
        (
            "trust",
            ASSUME | {"Principal": {"AWS": ["111122223333", "arn:aws:iam::*:role/Audit"]}},
            "bad-principal",
            "/Statement/0/Principal/AWS/1",
            'Invalid principal in policy: "AWS":"arn:aws:iam::*:role/Audit"',
        ),
        (
            "trust",
            ASSUME | {"Principal": {"Service": "ec2"}},
            "bad-principal",
            "/Statement/0/Principal/Service",
            'Invalid principal in policy: "SERVICE":"ec2"',
        ),
        (
            "trust",
            ASSUME | {"Action": "s3:GetObject"},
            "no-role-action",
            "/Statement/0/Action",
            "AssumeRole policy may only specify STS AssumeRole actions.",
        ),
        (
            "trust",
            ASSUME | {"Action": ["sts:AssumeRole", "*"]},
            "no-role-action",
            "/Statement/0/Action/1",
            "AssumeRole policy may only specify STS AssumeRole actions.",
        ),
        (
            "trust",
            ASSUME | {"Action": "sts:GetCallerIdentity"},
            "no-role-action",
            "/Statement/0/Action",
            "AssumeRole policy may only specify STS AssumeRole actions.",
        ),
        (
            "trust",
            {"Effect": "Allow", "Action": "sts:AssumeRole"},
            "no-policy",
            "/Statement/0",
            "Missing required field Principal",
        ),
        (
            "trust",
            ASSUME | {"Principal": {"AWS": []}},
            "no-policy",
            "/Statement/0/Principal/AWS",
            "The passed in policy has a statement with no principals!",
        ),
        ("trust", ASSUME | {"Effect": "allow"}, "no-policy", "/Statement/0/Effect", "Invalid effect: allow"),
        (
            "trust",
            ASSUME | {"Resource": "*"},
            "no-policy",
            "/Statement/0/Resource",
            "Has prohibited field Resource",
        ),
        (
            "identity",
            READ | {"Sid": "a b"},
            "bad-sid",
            "/Statement/0/Sid",
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
            "[0-9A-Za-z]*",
        ),
        (
            "identity",
            READ | {"Resource": ["*", "reports"]},
            "no-arn",
            "/Statement/0/Resource/1",
            'Resource reports must be in ARN format or "*".',
        ),
        (
            "identity",
            READ | {"Principal": "*"},
            "no-policy",
            "/Statement/0/Principal",
            "Policy document should not specify a principal.",
        ),
        (
            "identity",
            {"Effect": "Allow", "Action": "s3:GetObject"},
            "no-policy",
            "/Statement/0",
            "Policy statement must contain resources.",
        ),
        (
            "identity",
            {"Effect": "Allow", "Resource": "*"},
            "no-policy",
            "/Statement/0",
            "Policy statement must contain actions.",
        ),
        (
            "identity",
            READ | {"Action": "GetObject"},
            "no-policy",
            "/Statement/0/Action",
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
        ),
        ("identity", READ | {"Action": "s*:Get"}, "bad-action", "/Statement/0/Action", "Vendor s* is not valid"),
        (
            "identity",
            READ | {"Action": ["s3:GetObject", "s3:Get:Object"]},
            "bad-action",
            "/Statement/0/Action/1",
            "Actions/Condition can contain only one colon.",
        ),
        ("identity", READ | {"Effect": "allow"}, "no-policy", "/Statement/0/Effect", "Syntax errors in policy."),
    ],
)
def test_iam_s_own_error_is_told(kind: PolicyKind, statement: dict[str, Any], name: str, at: str, message: str) -> None:
    assert _refused(kind, statement) == [(name, at, IAM, message)]


@pytest.mark.parametrize(
    ("statement", "name", "at"),
    [
        (RCP | {"Effect": "Allow"}, "rcp-allows", "/Statement/0/Effect"),
        (RCP | {"Action": ["s3:*", "*"]}, "rcp-every-action", "/Statement/0/Action/1"),
        ({k: v for k, v in RCP.items() if k != "Principal"}, "rcp-without-principal", "/Statement/0"),
        (
            {k: v for k, v in RCP.items() if k != "Action"} | {"NotAction": "s3:*"},
            "rcp-not-action",
            "/Statement/0/NotAction",
        ),
        (RCP | {"Action": "iam:CreateUser"}, "rcp-other-service", "/Statement/0/Action"),
        (RCP | {"Action": ["sqs:*", "nosuchservice:Read"]}, "rcp-other-service", "/Statement/0/Action/1"),
        (RCP | {"Principal": ["*"]}, "no-policy", "/Statement/0/Principal"),
        (RCP | {"Principal": {"AWS": "111122223333"}}, "no-policy", "/Statement/0/Principal"),
    ],
)
def test_a_resource_control_policy_denies_some_service_to_everyone(
    statement: dict[str, Any], name: str, at: str
) -> None:
    """https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html; the code and
    the message were recorded in September 2026."""
    message = "The provided policy document does not meet the requirements of the specified policy type."
    assert _refused("resource-control", statement) == [(name, at, "MalformedPolicyDocumentException", message)]


@pytest.mark.parametrize(
    "written",
    [
        {"Statement": RCP},
        {"Version": "2008-10-17", "Statement": [RCP]},
        {"Version": "2012-10-17", "Statement": RCP | {"Principal": {"AWS": "*"}}},
        {"Version": "2012-10-17", "Statement": RCP | {"Action": "SQS:NoSuchAction"}},
        {"Statement": {k: v for k, v in RCP.items() if k != "Resource"} | {"NotResource": "arn:aws:sqs:*:*:q"}},
    ],
)
def test_organizations_takes_more_resource_control_policies_than_its_guide_says(written: dict[str, Any]) -> None:
    """Recorded in September 2026."""
    assert refusal(written, "resource-control") is None


@pytest.mark.parametrize(
    ("kind", "statement", "most"), [("service-control", READ, 10_240), ("resource-control", RCP, 5_120)]
)
def test_a_control_policy_has_its_quota_white_space_and_all(
    kind: PolicyKind, statement: dict[str, Any], most: int
) -> None:
    """https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html"""
    text = json.dumps({"Version": "2012-10-17", "Statement": statement})
    assert refusal(text.ljust(most), kind) is None
    finding = refusal(text.ljust(most + 1), kind)
    assert finding is not None
    assert finding.error == AwsError("ConstraintViolationException", "You have exceeded the maximum policy size.")


PUBLIC = READ | {"Principal": "*"}


@pytest.mark.parametrize(
    ("statement", "name", "at", "message"),
    [
        (
            READ | {"Principal": {"AWS": "arn:aws:iam::*:root"}},
            "bad-principal",
            "/Statement/0/Principal/AWS",
            "Invalid principal in policy",
        ),
        (READ, "no-policy", "/Statement/0", "Missing required field Principal"),
        (PUBLIC | {"Action": "GetObject"}, "no-policy", "/Statement/0/Action", "Policy has invalid action"),
        (PUBLIC | {"Action": "s*:Get"}, "bad-action", "/Statement/0/Action", "Policy has invalid action"),
        (
            PUBLIC | {"Condition": {"Equals": {"aws:SourceAccount": "1"}}},
            "no-policy",
            "/Statement/0/Condition/Equals",
            "Invalid Condition type : Equals",
        ),
        (PUBLIC | {"Action": None}, "no-policy", "/Statement/0/Action", "Invalid policy syntax."),
    ],
)
def test_a_bucket_policy_is_refused_as_s3_does(statement: dict[str, Any], name: str, at: str, message: str) -> None:
    assert _refused("resource", statement) == [(name, at, "MalformedPolicy", message)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Policies must be valid JSON and the first byte must be '{'"),
        ("invalid json", "Policies must be valid JSON and the first byte must be '{'"),
        ('{"Version": }', "This policy contains invalid Json"),
        ("{}", "Missing required field Statement"),
    ],
)
def test_s3_s_reader_wants_json_that_is_an_object(text: str, message: str) -> None:
    """As S3 was recorded to answer the first, second and last of them."""
    finding = refusal(text, "resource")
    assert finding is not None
    assert finding.error == AwsError("MalformedPolicy", message)


def test_a_policy_needs_a_statement_unless_it_is_a_service_control_policy() -> None:
    assert _refused("identity") == [("no-statement", "/Statement", IAM, "Syntax errors in policy.")]
    empty = "Could not parse the policy: Statement is empty!"
    assert _refused("trust") == [("no-statement", "/Statement", IAM, empty)]
    assert _refused("resource") == [("no-statement", "/Statement", "MalformedPolicy", empty)]
    assert _refused("service-control") == []


def test_a_sid_is_there_once_in_a_policy_of_iam() -> None:
    found = _refused("identity", READ | {"Sid": "A"}, READ | {"Sid": "A"}, READ, READ)
    assert [each[:2] for each in found] == [("repeated-sid", "/Statement/0/Sid"), ("repeated-sid", "/Statement/1/Sid")]
    assert found[0][3] == "Statement IDs (SID) in a single policy must be unique."


def test_a_sid_is_there_once_in_a_trust_policy_too() -> None:
    found = _refused("trust", ASSUME | {"Sid": "A"}, ASSUME | {"Sid": "A"})
    assert [each[3] for each in found] == ["The Statement Ids in the policy are not unique"] * 2


@pytest.mark.parametrize(
    ("kind", "rest", "most", "error"),
    [
        ("session", '"Resource":"*"', 2_048, AwsError("PackedPolicyTooLarge")),
        (
            "boundary",
            '"Resource":"*"',
            6_144,
            AwsError("LimitExceeded", "Cannot exceed quota for PolicySize: 6144"),
        ),
        (
            "trust",
            '"Principal":{"AWS":"111122223333"}',
            2_048,
            AwsError("LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048"),
        ),
    ],
)
def test_a_policy_has_a_greatest_length_which_white_space_does_not_count_in(
    kind: PolicyKind, rest: str, most: int, error: AwsError
) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""
    text = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",REST,"Sid":"%s"}}'
    text = text.replace("REST", rest)
    full = text % ("x" * (most - len(text) + 2))
    assert refusal(full + " " * 9, kind) is None
    finding = refusal(full.replace("x", "xx", 1), kind)
    assert finding is not None
    assert (finding.name, finding.error) == ("too-long", error)


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        ("NumericEquals", "NaN"),
        ("NumericLessThanIfExists", "no-number"),
        ("DateEquals", "not-a-date"),
        ("ArnLike", "not-an-arn"),
        ("ArnNotEquals", "not-an-arn"),
        ("IpAddress", "not-an-ip"),
        ("NotIpAddress", "2001:db8::5/64"),
        ("ForAnyValue:BinaryEquals", "no-binary"),
    ],
)
def test_iam_stores_no_value_that_its_operator_cannot_read(operator: str, value: str) -> None:
    """Recorded of AWS in September 2026."""
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    policy = {
        "Version": "2012-10-17",
        "Statement": statement | {"Condition": {operator: {"aws:RequestTag/a": [value]}}},
    }
    finding = refusal(policy, "identity")
    assert finding is not None
    assert (finding.name, finding.pointer) == (
        "unreadable-value",
        f"/Statement/Condition/{operator}/aws:RequestTag~1a/0",
    )
    assert finding.error is not None
    assert finding.error.code == "MalformedPolicyDocument"
    assert (refusal(policy, "session") is not None) is operator.endswith("BinaryEquals")


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        ("NumericEquals", "01"),
        ("NumericLessThan", "0"),
        ("Bool", "yes"),
        ("Null", "yes"),
        ("ArnLike", "*"),
        ("ArnLike", "arn:aws:s3:*"),
        ("ArnLike", "${aws:RequestTag/b}"),
        ("IpAddress", "203.0.113.7/24"),
        ("StringLike", "not-an-arn"),
    ],
)
def test_iam_stores_what_its_operator_can_read(operator: str, value: str) -> None:
    statement = {
        "Effect": "Allow",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {operator: {"aws:RequestTag/a": value}},
    }
    assert refusal({"Version": "2012-10-17", "Statement": statement}, "identity") is None
