"""One object of each kind that moto and botocore make, without stssim."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

import boto3
from moto import mock_aws

ACCOUNT, REGION = "123456789012", "us-east-1"


@cache
def mocked_objects() -> Mapping[str, Any]:
    """The objects by their kind, made in moto's own account while moto is in the place of AWS."""
    with mock_aws():
        return {
            **_botocores(),
            **_modules(),
            **_of_iam(),
            **_of_organizations(),
            **_of_s3(),
            **_of_other_services(),
        }


def at(dotted: str) -> Any:
    """What stands under a dotted name. Raises `LookupError` if nothing does."""
    try:
        return import_module(dotted)
    except ImportError:
        pass
    where, _, name = dotted.rpartition(".")
    try:
        return getattr(import_module(where), name)
    except (ImportError, AttributeError, ValueError):
        raise LookupError(dotted) from None


def client(service: str) -> Any:
    return boto3.client(service, REGION, aws_access_key_id="test", aws_secret_access_key="test")


def backend(service: str, region: str = REGION) -> Any:
    module = "awslambda" if service == "lambda" else service
    return getattr(at(f"moto.{module}.models"), f"{service}_backends")[ACCOUNT][region]


def first(held: Any) -> Any:
    return next(iter(held.values() if hasattr(held, "values") else held))


def _modules() -> Mapping[str, Any]:
    from moto.core.request import Request

    named = (
        "moto moto.core moto.s3 moto.core.request moto.core.utils moto.organizations.utils boto3 botocore "
        "botocore.session"
    )
    imported = (
        "moto.core.base_backend.BackendDict moto.s3.models.s3_backends moto.s3.models.FakeKey "
        "moto.s3.models.FakeMultipart moto.moto_api._internal.mock_random moto.iam.models.AWSManagedPolicy "
        "moto.organizations.models.organizations_backends moto.organizations.models.FakeDelegatedAdministrator"
    )
    return {
        **{name: at(name) for name in named.split()},
        **{name.rpartition(".")[2]: at(name) for name in imported.split()},
        "a module with a service's URLs": at("moto.iam.urls"),
        "a pattern of a host": at("moto.backend_index").backend_url_patterns[0][1],
        "a policy's validator": at("moto.iam.policy_validation").BaseIAMPolicyValidator("{}"),
        "moto's request": Request.from_primitives("GET", "https://iam.amazonaws.com/", {}, b""),
    }


def _botocores() -> Mapping[str, Any]:
    from botocore.auth import HmacV1QueryAuth
    from botocore.awsrequest import AWSRequest
    from botocore.config import Config
    from botocore.credentials import Credentials
    from botocore.loaders import Loader
    from botocore.serialize import create_serializer
    from botocore.session import Session

    made = client("dynamodb")
    operation = made.meta.service_model.operation_model("PutItem")
    return {
        "boto3.Session": boto3.Session(),
        "a client": made,
        "a client's meta": made.meta,
        "a client's events": made.meta.events,
        "botocore.session.Session": Session(),
        "botocore.config.Config": Config(),
        "botocore.credentials.Credentials": Credentials("AKIAEXAMPLE", "secret"),
        "AWSPreparedRequest": AWSRequest("GET", "https://example.com").prepare(),
        "HmacV1QueryAuth": HmacV1QueryAuth(Credentials("test", "test")),
        "a loader": Loader(),
        "a service's model": made.meta.service_model,
        "an operation's model": operation,
        "a shape": operation.input_shape,
        "a list's shape": made.meta.service_model.shape_for("KeySchema"),
        "a map's shape": made.meta.service_model.shape_for("AttributeMap"),
        "a serializer": create_serializer("json"),
    }


def _of_iam() -> Mapping[str, Any]:
    iam, kept = client("iam"), backend("iam", "aws")
    document = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}})
    iam.create_user(UserName="alice")
    iam.create_access_key(UserName="alice")
    iam.create_group(GroupName="staff")
    iam.create_role(RoleName="Audit", AssumeRolePolicyDocument=document)
    iam.create_policy(PolicyName="ReadReports", PolicyDocument=document)
    iam.create_instance_profile(InstanceProfileName="Web")
    iam.create_open_id_connect_provider(Url="https://issuer.example.com", ThumbprintList=[])
    iam.create_saml_provider(Name="corp", SAMLMetadataDocument="<md/>" * 300)
    iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")
    iam.upload_server_certificate(ServerCertificateName="web", CertificateBody="x", PrivateKey="x")
    policy = next(each for each in kept.managed_policies.values() if each.name == "ReadReports")
    return {
        "the IAM backend": kept,
        "an account's summary": kept.account_summary,
        "a user": kept.users["alice"],
        "an access key": first(kept.access_keys),
        "a group": first(kept.groups),
        "a role": first(kept.roles),
        "a managed policy": policy,
        "a version of a managed policy": policy.versions[0],
        "an instance profile": first(kept.instance_profiles),
        "a server certificate": first(kept.certificates),
        "an OIDC provider": first(kept.open_id_providers),
        "a SAML provider": first(kept.saml_providers),
        "a virtual MFA device": first(kept.virtual_mfa_devices),
        "a tagger": kept.tagger,
    }


def _of_organizations() -> Mapping[str, Any]:
    organizations, kept = client("organizations"), backend("organizations", "aws")
    organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(AccountName="shop", Email="shop@example.com")
    number = made["CreateAccountStatus"]["AccountId"]
    organizations.register_delegated_administrator(AccountId=number, ServicePrincipal="ssm.amazonaws.com")
    return {
        "the Organizations backend": kept,
        "an organization": kept.org,
        "an account": kept.accounts[-1],
        "a root": kept.ou[0],
        "a control policy": kept.policies[0],
        "a delegated administrator": kept.admins[0],
    }


def _of_s3() -> Mapping[str, Any]:
    s3, kept = client("s3"), backend("s3", "aws")
    s3.create_bucket(Bucket="reports")
    s3.put_object(Bucket="reports", Key="q3.csv", Body=b"1")
    bucket = kept.buckets["reports"]
    upload = bucket.multiparts[s3.create_multipart_upload(Bucket="reports", Key="big")["UploadId"]]
    return {
        "the S3 backend": kept,
        "a bucket": bucket,
        "a multipart upload": upload,
        "an object": bucket.keys["q3.csv"],
        "an ACL": bucket.acl,
        "a grant of an ACL": bucket.acl.grants[0],
        "a grantee": bucket.acl.grants[0].grantees[0],
    }


def _of_other_services() -> Mapping[str, Any]:
    kms, root = client("kms"), f"arn:aws:iam::{ACCOUNT}:root"
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_grant(KeyId=key_id, GranteePrincipal=root, Operations=["Decrypt"])
    client("secretsmanager").create_secret(Name="password", SecretString="x")
    client("sqs").create_queue(QueueName="jobs")
    client("sns").create_topic(Name="news")
    table = {
        "TableName": "orders",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    }
    index = {"IndexName": "by-id", "KeySchema": table["KeySchema"], "Projection": {"ProjectionType": "ALL"}}
    dynamodb = client("dynamodb")
    arn = dynamodb.create_table(**table, GlobalSecondaryIndexes=[index])["TableDescription"]["TableArn"]
    dynamodb.put_resource_policy(ResourceArn=arn, Policy="{}")
    client("events").put_permission(Action="events:PutEvents", Principal=ACCOUNT, StatementId="one")
    client("ecr").create_repository(repositoryName="web")
    client("ec2").describe_security_groups()
    functions = backend("lambda")
    awslambda: Any = at("moto.awslambda.models")
    function = awslambda.LambdaFunction(
        ACCOUNT,
        {
            "FunctionName": "report",
            "Code": {"ZipFile": "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="},
            "Role": f"arn:aws:iam::{ACCOUNT}:role/Report",
            "Handler": "report.run",
            "Runtime": "python3.13",
        },
        REGION,
    )
    bus = backend("events").event_buses["default"]
    kept = backend("dynamodb")
    return {
        "the KMS backend": backend("kms"),
        "a KMS key": first(backend("kms").keys),
        "a grant": first(first(backend("kms").keys).grants),
        "the Secrets Manager backend": backend("secretsmanager"),
        "a secret": first(backend("secretsmanager").secrets),
        "the SQS backend": backend("sqs"),
        "a queue": first(backend("sqs").queues),
        "the SNS backend": backend("sns"),
        "a topic": first(backend("sns").topics),
        "the Lambda backend": functions,
        "Lambda's functions": functions._lambdas,
        "a function": function,
        "a function's policy": awslambda.Policy(function),
        "the DynamoDB backend": kept,
        "a table": kept.tables["orders"],
        "an index": kept.tables["orders"].all_indexes()[0],
        "a table's policy": first(kept.resource_policies),
        "the EC2 backend": backend("ec2"),
        "a security group": first(first(backend("ec2").groups)),
        "the Systems Manager backend": backend("ssm"),
        "the EventBridge backend": backend("events"),
        "an event bus": bus,
        "a statement of an event bus": first(bus._statements),
        "the ECR backend": backend("ecr"),
        "a repository": first(backend("ecr").repositories),
        "the CloudWatch Logs backend": backend("logs"),
    }
