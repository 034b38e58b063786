"""Who sets each condition key: the table covers what AWS lists, and its rows are right about the keys that matter."""

import re

import pytest

from stssim.policy import vocabulary
from stssim.policy.keys import Reach, Source, rules, set_by
from stssim.policy.service_authorization import data
from stssim.validate.authorization.permissions import by_rule
from stssim.validate.authorization.required_permissions import _SERVICES

KNOWN = sorted({by_rule.PREFIXES.get(service, service) for service in _SERVICES})


GLOBAL_KEYS = (
    "aws:AssumedRoot", "aws:CalledVia", "aws:CalledViaAWSMCP", "aws:CalledViaFirst", "aws:CalledViaLast",
    "aws:ChatbotSourceArn", "aws:CurrentTime", "aws:Ec2InstanceSourcePrivateIPv4", "aws:Ec2InstanceSourceVpc",
    "aws:EpochTime", "aws:FederatedProvider", "aws:IsMcpServiceAction", "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent", "aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalIsAWSService",
    "aws:PrincipalOrgID", "aws:PrincipalOrgMasterAccountId", "aws:PrincipalOrgPaths", "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList", "aws:PrincipalTag/*", "aws:PrincipalType", "aws:Referer", "aws:RequestedRegion",
    "aws:RequestTag/*", "aws:ResourceAccount", "aws:ResourceOrgID", "aws:ResourceOrgPaths", "aws:ResourceTag/*",
    "aws:SecureTransport", "aws:SourceAccount", "aws:SourceArn", "aws:SourceIdentity", "aws:SourceIp",
    "aws:SourceOrgID", "aws:SourceOrgPaths", "aws:SourceOwner", "aws:SourceVpc", "aws:SourceVpcArn", "aws:SourceVpce",
    "aws:TagKeys", "aws:TokenIssueTime", "aws:UserAgent", "aws:userid", "aws:username", "aws:ViaAWSMCPService",
    "aws:ViaAWSService", "aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths", "aws:VpcSourceIp",
    "ec2:RoleDelivery", "ec2:SourceInstanceArn", "glue:CredentialIssuingService", "glue:RoleAssumedBy",
    "identitystore:UserId", "lambda:SourceFunctionArn", "ssm:SourceInstanceArn",
)  # fmt: skip
"""The global condition keys of AWS's guide, copied from its page and not from the table."""


def keys_of(service: str) -> list[str]:
    return [re.sub(r"\$\{[^{}]*\}|<[^<>]*>|tag-key$", "X", key) for key in vocabulary.keys_of_services([service])]


@pytest.mark.parametrize("service", KNOWN)
def test_every_key_of_every_simulated_service_has_a_row(service: str) -> None:
    assert data().services.service_exists(service)
    assert [key for key in keys_of(service) if set_by(key) is None] == []


@pytest.mark.parametrize("service", KNOWN)
def test_no_key_of_a_simulated_service_is_left_to_a_row_for_all_services(service: str) -> None:
    assert [key for key in keys_of(service) if set_by(key).key.startswith("*")] == []  # type: ignore[union-attr]


@pytest.mark.parametrize("service", KNOWN)
def test_the_types_are_those_of_the_service_authorization_reference(service: str) -> None:
    for key in vocabulary.keys_of_services([service]):
        if not data().conditions.condition_key_exists(service, key):
            continue
        listed = data().conditions.get_condition_key_details(service, key)["type"]
        rule = set_by(re.sub(r"\$\{[^{}]*\}|<[^<>]*>|tag-key$", "X", key))
        assert rule is not None
        if key.startswith(("aws:", "ec2:SourceInstance", "ssm:SourceInstance", "cognito-identity")):
            continue  # the guide's own type of a global key, and of amr, is more exact
        assert (rule.type, rule.many) == (listed.removeprefix("ArrayOf"), listed.startswith("ArrayOf")), key


def test_every_global_key_has_a_row() -> None:
    assert [key for key in GLOBAL_KEYS if set_by(key.replace("*", "x")) is None] == []


def test_no_key_has_two_rows_and_every_row_has_a_page() -> None:
    names = [rule.key.lower() for rule in rules()]
    assert len(names) == len(set(names))
    assert all(rule.page.startswith("https://") for rule in rules())


def test_only_the_placeholders_that_are_explained_are_used() -> None:
    used = {name for rule in rules() for value in rule.values for name in re.findall(r"\{([^{}]*)\}", value)}
    assert used == {
        "any", "own", "name", "path", "account", "organization", "vpc", "vpce", "address", "id", "service", "owner",
        "owner-organization", "now", "fixed", "tail",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "source", "reach"),
    [
        ("sts:ExternalId", Source.CALLER_CHOICE, Reach.ANY_VALUE),
        ("aws:RequestTag/team", Source.CALLER_CHOICE, Reach.ANY_VALUE),
        ("aws:PrincipalTag/team", Source.CALLER_IDENTITY, Reach.ANY_VALUE),
        ("AWS:principalorgid", Source.CALLER_IDENTITY, Reach.OWN_VALUES),
        ("aws:PrincipalAccount", Source.CALLER_IDENTITY, Reach.OWN_VALUES),
        ("aws:SourceIp", Source.NETWORK, Reach.OWN_VALUES),
        ("aws:VpcSourceIp", Source.NETWORK, Reach.ANY_VALUE),
        ("aws:CurrentTime", Source.AWS, Reach.NOTHING),
        ("aws:SourceAccount", Source.SERVICE, Reach.OWN_VALUES),
        ("kms:ViaService", Source.SERVICE, Reach.ANY_VALUE),
        ("aws:ResourceAccount", Source.RESOURCE_OWNER, Reach.NOTHING),
        ("aws:ResourceTag/public", Source.RESOURCE_OWNER, Reach.NOTHING),
        ("secretsmanager:ResourceTag/team", Source.RESOURCE_OWNER, Reach.NOTHING),
        ("s3:ExistingObjectTag/team", Source.RESOURCE_OWNER, Reach.NOTHING),
        ("s3:DataAccessPointAccount", Source.RESOURCE_OWNER, Reach.OWN_VALUES),
        ("s3:prefix", Source.CALLER_CHOICE, Reach.ANY_VALUE),
        ("kms:EncryptionContext:department", Source.CALLER_CHOICE, Reach.ANY_VALUE),
        ("elasticfilesystem:AccessedViaMountTarget", Source.RESOURCE_OWNER, Reach.NOTHING),
        ("token.actions.githubusercontent.com:sub", Source.IDENTITY_PROVIDER, Reach.OWN_VALUES),
        ("token.actions.githubusercontent.com:environment", Source.IDENTITY_PROVIDER, Reach.ANY_VALUE),
        ("token.actions.githubusercontent.com/acme:sub", Source.IDENTITY_PROVIDER, Reach.NOTHING),
        ("gitlab.com:namespace_id", Source.IDENTITY_PROVIDER, Reach.OWN_VALUES),
        ("gitlab.com:ref_protected", Source.IDENTITY_PROVIDER, Reach.ANY_VALUE),
        ("accounts.google.com:oaud", Source.IDENTITY_PROVIDER, Reach.ANY_VALUE),
        ("accounts.google.com:aud", Source.IDENTITY_PROVIDER, Reach.OWN_VALUES),
        ("cognito-identity.amazonaws.com:amr", Source.IDENTITY_PROVIDER, Reach.ANY_VALUE),
        ("cognito-identity.amazonaws.com:aud", Source.IDENTITY_PROVIDER, Reach.OWN_VALUES),
        ("app.terraform.io:sub", Source.IDENTITY_PROVIDER, Reach.OWN_VALUES),
        ("oidc.eks.eu-west-1.amazonaws.com/id/0A1B:sub", Source.IDENTITY_PROVIDER, Reach.NOTHING),
        ("login.example.com:aud", Source.IDENTITY_PROVIDER, Reach.NOTHING),
        ("saml:aud", Source.IDENTITY_PROVIDER, Reach.OWN_VALUES),
        ("saml:edupersonaffiliation", Source.IDENTITY_PROVIDER, Reach.NOTHING),
    ],
)
def test_who_sets_a_key_and_what_an_outsider_can_bring_about(key: str, source: Source, reach: Reach) -> None:
    rule = set_by(key)
    assert rule is not None
    assert (rule.source, rule.reach) == (source, reach)


@pytest.mark.parametrize("key", ["token.actions.githubusercontent.com:iss", "gitlab.com:namespace_path", "aws:Nobody"])
def test_a_key_that_aws_does_not_have_has_no_row(key: str) -> None:
    assert set_by(key) is None


@pytest.mark.parametrize("key", ["aws:TagKeys", "aws:PrincipalOrgPaths", "sts:TransitiveTagKeys", "saml:cn"])
def test_a_multivalued_key_is_marked(key: str) -> None:
    rule = set_by(key)
    assert rule is not None
    assert rule.many


def test_the_time_tls_and_the_callers_account_are_never_absent() -> None:
    for key in ("aws:CurrentTime", "aws:SecureTransport", "aws:PrincipalAccount", "aws:PrincipalArn", "aws:userid"):
        rule = set_by(key)
        assert rule is not None
        assert not rule.may_be_absent
