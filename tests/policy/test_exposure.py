"""What an auditor would not accept, each with the request that gets through."""

from typing import Any

import pytest

from stssim.policy import Finding, check
from stssim.policy.policies import PolicyKind

OWNER, VENDOR = "111122223333", "444455556666"
GITHUB = "token.actions.githubusercontent.com"


def _found(kind: PolicyKind, *statements: dict[str, Any], account: str = OWNER) -> list[Finding]:
    whole = ({"Effect": "Allow"} | each for each in statements)
    return list(check({"Version": "2012-10-17", "Statement": list(whole)}, kind, account=account))


def _trust(principal: Any, **condition: Any) -> dict[str, Any]:
    statement = {"Principal": principal, "Action": "sts:AssumeRole"}
    return statement | ({"Condition": condition} if condition else {})


def _names(found: list[Finding]) -> list[str]:
    return [finding.name for finding in found]


@pytest.mark.parametrize(
    "entry",
    [VENDOR, f"arn:aws:iam::{VENDOR}:root", f"arn:aws:iam::{VENDOR}:role/Scan", f"arn:aws:iam::{VENDOR}:user/x"],
)
def test_a_vendor_without_an_external_id_gets_in_for_any_customer(entry: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"""
    (finding,) = _found("trust", _trust({"AWS": entry}))
    assert finding.name == "no-external-id"
    assert finding.shown is not None
    assert finding.shown.allowed
    assert finding.shown.request.caller.account == VENDOR
    assert "sts:ExternalId" not in finding.shown.request.context


@pytest.mark.parametrize(
    "statement",
    [
        _trust({"AWS": VENDOR}, StringEquals={"sts:ExternalId": "cust-42"}),
        _trust({"AWS": VENDOR}, StringEquals={"STS:externalid": "cust-42"}, Bool={"aws:SecureTransport": "true"}),
        _trust({"AWS": VENDOR}, StringEquals={"aws:PrincipalOrgID": "o-a1b2c3d4e5"}),
        _trust({"AWS": OWNER}),
        _trust({"AWS": VENDOR}) | {"Effect": "Deny"},
    ],
)
def test_a_vendor_that_must_send_an_id_or_is_no_vendor_is_none_to_find(statement: dict[str, Any]) -> None:
    assert _found("trust", statement) == []


def test_a_deny_elsewhere_in_the_policy_closes_the_way_in() -> None:
    deny = _trust({"AWS": "*"}, StringNotEquals={"sts:ExternalId": "cust-42"}) | {"Effect": "Deny"}
    assert _found("trust", _trust({"AWS": VENDOR}), deny) == []


@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_an_external_id_that_may_be_any_is_the_id_of_another_customer(effect: str) -> None:
    condition = _trust({"AWS": VENDOR}, Null={"sts:ExternalId": "false" if effect == "Allow" else "true"})
    allow = [] if effect == "Allow" else [_trust({"AWS": VENDOR})]
    (finding,) = _found("trust", *allow, condition | {"Effect": effect})
    assert finding.name == "loose-external-id"
    assert finding.shown is not None
    assert finding.shown.request.context["sts:ExternalId"] == "mallory"


@pytest.mark.parametrize(
    "operator", ["StringEqualsIfExists", "ForAllValues:StringEquals", "StringNotEquals", "StringLikeIfExists"]
)
def test_an_external_id_that_may_be_left_out_is_none(operator: str) -> None:
    (finding,) = _found("trust", _trust({"AWS": VENDOR}, **{operator: {"sts:ExternalId": "cust-42"}}))
    assert finding.name == "external-id-optional"
    assert operator in finding.sentence


@pytest.mark.parametrize(("pattern", "other"), [("cust-*", "cust-mallory"), ("*", "mallory"), ("cust-4?", "cust-4x")])
def test_an_external_id_with_a_wildcard_takes_other_customers_ids(pattern: str, other: str) -> None:
    (finding,) = _found("trust", _trust({"AWS": VENDOR}, StringLike={"sts:ExternalId": pattern}))
    assert finding.name == "loose-external-id"
    assert finding.shown is not None
    assert finding.shown.request.context["sts:ExternalId"] == other


@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        ("trust", _trust({"AWS": "*"})),
        ("trust", _trust({"AWS": "*"}, StringLike={"sts:RoleSessionName": "a*"})),
        ("trust", _trust({"AWS": "*"}, StringEquals={"aws:PrincipalTag/team": "red"})),
        ("resource", {"Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::site/*"}),
        ("resource", {"Principal": "*", "Action": "s3:Get*", "Resource": "arn:aws:s3:::site/*"}),
        ("resource", {"NotPrincipal": {"AWS": VENDOR}, "Action": "sqs:SendMessage", "Resource": "*"}),
        ("kms-key", {"Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}),
    ],
)
def test_everyone_is_found_by_a_stranger_who_gets_in(kind: PolicyKind, statement: dict[str, Any]) -> None:
    found = _found(kind, statement)
    assert _names(found) == ["everyone"]
    shown = found[0].shown
    assert shown is not None
    assert shown.allowed
    assert shown.request.caller.account not in ("", OWNER, VENDOR)


@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        ("trust", _trust({"AWS": "*"}, StringEquals={"aws:PrincipalOrgID": "o-a1b2c3d4e5"})),
        ("trust", _trust({"AWS": "*"}, ArnLike={"aws:PrincipalArn": f"arn:aws:iam::{OWNER}:role/*"})),
        (
            "resource",
            {
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::site/*",
                "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
            },
        ),
        (
            "resource",
            {
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::site/*",
                "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}},
            },
        ),
        (
            "kms-key",
            {
                "Principal": {"AWS": "*"},
                "Action": "kms:*",
                "Resource": "*",
                "Condition": {"StringEquals": {"kms:CallerAccount": OWNER}},
            },
        ),
    ],
)
def test_everyone_under_a_condition_that_no_stranger_meets_is_nobody(
    kind: PolicyKind, statement: dict[str, Any]
) -> None:
    assert _found(kind, statement) == []


TRAIL = {"Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::l/*"}


def test_a_service_is_found_by_what_it_does_for_a_stranger() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention"""
    (finding,) = _found("resource", TRAIL)
    assert finding.name == "service-for-anyone"
    assert finding.shown is not None
    assert finding.shown.request.context["aws:SourceAccount"] not in (OWNER, VENDOR)


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:SourceAccount": OWNER}},
        {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudtrail:*:{OWNER}:trail/*"}},
        {"StringEquals": {"aws:SourceOrgID": "o-a1b2c3d4e5"}},
    ],
)
def test_a_service_that_must_act_for_the_owner_is_not_found(condition: dict[str, Any]) -> None:
    assert _found("resource", TRAIL | {"Condition": condition}) == []


def test_roles_of_the_services_that_run_their_customers_code_are_not_found() -> None:
    assert _found("trust", _trust({"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]})) == []


def _oidc(issuer: str, **condition: Any) -> dict[str, Any]:
    statement = {
        "Principal": {"Federated": f"arn:aws:iam::{OWNER}:oidc-provider/{issuer}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
    }
    return statement | ({"Condition": condition} if condition else {})


@pytest.mark.parametrize(
    "statement",
    [
        _oidc(GITHUB),
        _oidc(GITHUB, StringEquals={f"{GITHUB}:aud": "sts.amazonaws.com"}),
        _oidc(GITHUB, StringEquals={f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:ref": "refs/heads/main"}),
        _oidc(GITHUB, StringLike={f"{GITHUB}:sub": "*"}),
        _oidc("accounts.google.com", StringEquals={"accounts.google.com:oaud": "shop"}),
        _oidc("api.pulumi.com/oidc", StringLike={"api.pulumi.com/oidc:aud": "*"}),
        _oidc("cognito-identity.amazonaws.com"),
    ],
)
def test_a_token_of_somebody_else_gets_in_where_its_subject_is_not_tested(statement: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html"""
    (finding,) = _found("trust", statement)
    assert finding.name == "no-subject"
    assert finding.shown is not None
    assert finding.shown.allowed
    assert any("mallory" in str(value) for value in finding.shown.request.context.values())


@pytest.mark.parametrize(
    ("pattern", "other"),
    [
        ("repo:*", "repo:mallory/app:ref:refs/heads/mallory"),
        ("repo:example*", "repo:example-mallory/app:ref:refs/heads/x"),
        ("repo:example*/app:*", "repo:example-mallory/app:ref:refs/heads/x"),
        ("repo:exampl?/app:ref:refs/heads/main", "repo:examplx/app:ref:refs/heads/main"),
    ],
)
def test_a_wildcard_before_the_owners_name_ends_lets_another_owner_in(pattern: str, other: str) -> None:
    (finding,) = _found("trust", _oidc(GITHUB, StringLike={f"{GITHUB}:sub": pattern}))
    assert finding.name == "loose-subject"
    assert finding.shown is not None
    assert finding.shown.request.context[f"{GITHUB}:sub"] == other


@pytest.mark.parametrize(
    "statement",
    [
        _oidc(GITHUB, StringLike={f"{GITHUB}:sub": "repo:example-org/*"}),
        _oidc(GITHUB, StringEquals={f"{GITHUB}:sub": "repo:example-org/app:ref:refs/heads/main"}),
        _oidc(
            GITHUB, StringEquals={f"{GITHUB}:sub": "repo:example-org@1/app@2:x", f"{GITHUB}:repository_owner_id": "1"}
        ),
        _oidc("id.example.com", StringEquals={"id.example.com:sub": "user-7"}),
        _oidc("id.example.com", StringEquals={"id.example.com:aud": "app"}),
        _oidc("api.pulumi.com/oidc", StringEquals={"api.pulumi.com/oidc:aud": "example"}),
    ],
)
def test_a_token_that_must_name_its_owner_is_not_found(statement: dict[str, Any]) -> None:
    assert _found("trust", statement) == []


def test_a_token_that_names_its_owner_otherwise_is_refused_by_iam_alone() -> None:
    (finding,) = _found("trust", _oidc(GITHUB, StringEquals={f"{GITHUB}:repository_owner_id": "1234"}))
    assert finding.name == "shared-issuer"
    assert finding.refused
    assert finding.shown is None


def test_mfa_under_bool_if_exists_lets_long_term_keys_in() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent"""
    condition = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}
    for kind, statement in (
        ("identity", {"Action": "s3:*", "Resource": "*", "Condition": condition}),
        ("session", {"Action": "s3:*", "Resource": "*", "Condition": condition}),
        ("boundary", {"Action": "s3:*", "Resource": "*", "Condition": condition}),
        ("trust", _trust({"AWS": OWNER}, **condition)),
    ):
        (finding,) = _found(kind, statement)  # type: ignore[arg-type]
        assert finding.name == "mfa-optional"
        assert finding.shown is not None
        assert finding.shown.allowed
        assert "aws:MultiFactorAuthPresent" not in finding.shown.request.context


def test_mfa_under_bool_does_not_deny_long_term_keys() -> None:
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    (finding,) = _found("identity", deny | {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}})
    assert finding.name == "mfa-deny-misses"
    assert _found("identity", deny | {"Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}) == []


def test_mfa_under_bool_in_an_allow_is_as_it_should_be() -> None:
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    assert _found("identity", {"Action": "s3:*", "Resource": "*", "Condition": condition}) == []
