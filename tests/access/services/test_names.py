"""Names, aliases and ids, and the ARNs that they stand for when a policy is matched."""

from __future__ import annotations

import pytest

from tests.access.given import a_lab, allow, document, refused


def test_a_path_is_part_of_the_arn_that_a_policy_names() -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    iam.create_group(GroupName="admins", Path="/team/")
    iam.create_instance_profile(InstanceProfileName="web", Path="/team/")
    dora = vendor.user(
        "dora",
        policy=document(
            allow("iam:GetGroup", f"arn:aws:iam::{vendor.number}:group/team/*"),
            allow("iam:GetInstanceProfile", f"arn:aws:iam::{vendor.number}:instance-profile/team/*"),
        ),
    ).client("iam")
    dora.get_group(GroupName="admins")
    dora.get_instance_profile(InstanceProfileName="web")
    iam.create_group(GroupName="others")
    with refused("AccessDenied", "on resource: group others"):
        dora.get_group(GroupName="others")


def test_a_key_goes_by_its_id_its_alias_and_their_arns() -> None:
    _, vendor, _ = a_lab()
    kms = vendor.client("kms")
    key = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/app", TargetKeyId=key["KeyId"])
    dora = vendor.user("dora", policy=document(allow("kms:*", key["Arn"]))).client("kms")
    alias = key["Arn"].rpartition(":")[0] + ":alias/app"
    made = [dora.encrypt(KeyId=name, Plaintext=b"x") for name in (key["KeyId"], key["Arn"], "alias/app", alias)]
    assert {each["KeyId"] for each in made} == {key["Arn"]}
    assert dora.decrypt(CiphertextBlob=made[0]["CiphertextBlob"])["Plaintext"] == b"x"
    other = kms.create_key()["KeyMetadata"]["KeyId"]
    secret = kms.encrypt(KeyId=other, Plaintext=b"x")["CiphertextBlob"]
    with refused("AccessDeniedException", f"key/{other}"):
        dora.decrypt(CiphertextBlob=secret)


def test_a_secret_goes_by_its_name_and_half_its_arn() -> None:
    _, vendor, _ = a_lab()
    secrets = vendor.client("secretsmanager")
    arn = secrets.create_secret(Name="db/password", SecretString="x")["ARN"]
    dora = vendor.user("dora", policy=document(allow("secretsmanager:GetSecretValue", arn))).client("secretsmanager")
    for name in ("db/password", arn, arn[:-7]):
        assert dora.get_secret_value(SecretId=name)["ARN"] == arn


def test_a_table_is_shared_row_by_row_by_its_partition_key() -> None:
    _, vendor, _ = a_lab()
    vendor.client("dynamodb").create_table(
        TableName="scores",
        KeySchema=[{"AttributeName": "user", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "user", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    own = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${aws:username}"]}}
    dora = vendor.user("dora", policy=document(allow(["dynamodb:PutItem", "dynamodb:Query"], Condition=own)))
    dynamodb = dora.client("dynamodb")
    dynamodb.put_item(TableName="scores", Item={"user": {"S": "dora"}})
    with refused("AccessDeniedException"):
        dynamodb.put_item(TableName="scores", Item={"user": {"S": "eve"}})
    for user, allowed in (("dora", True), ("eve", False)):
        asked = {"KeyConditionExpression": "#u=:u", "ExpressionAttributeNames": {"#u": "user"}}
        values = {":u": {"S": user}}
        if allowed:
            dynamodb.query(TableName="scores", ExpressionAttributeValues=values, **asked)
        else:
            with refused("AccessDeniedException"):
                dynamodb.query(TableName="scores", ExpressionAttributeValues=values, **asked)


def test_a_security_group_goes_by_its_name_too() -> None:
    _, vendor, _ = a_lab()
    ec2 = vendor.client("ec2")
    group = ec2.create_security_group(GroupName="web", Description="web")["GroupId"]
    ec2.create_security_group(GroupName="db", Description="db")
    arn = f"arn:aws:ec2:us-east-1:{vendor.number}:security-group/{group}"
    dora = vendor.user("dora", policy=document(allow("ec2:AuthorizeSecurityGroupIngress", arn))).client("ec2")
    opened = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "192.0.2.0/24"}
    dora.authorize_security_group_ingress(GroupName="web", **opened)
    with refused("UnauthorizedOperation"):
        dora.authorize_security_group_ingress(GroupName="db", **opened)


def test_an_instance_profiles_role_is_passed_by_who_runs_the_instance() -> None:
    _, vendor, _ = a_lab()
    iam, ec2 = vendor.client("iam"), vendor.client("ec2")
    trust = document({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"})
    role = vendor.role("web", trust=trust)
    iam.create_instance_profile(InstanceProfileName="web-profile")
    iam.add_role_to_instance_profile(InstanceProfileName="web-profile", RoleName="web")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    dora = vendor.user("dora", policy=document(allow("ec2:*"))).client("ec2")
    with refused("UnauthorizedOperation", f"iam:PassRole on resource: {role.arn}"):
        dora.run_instances(ImageId=image, MinCount=1, MaxCount=1, IamInstanceProfile={"Name": "web-profile"})


@pytest.mark.parametrize("name", ["table", "table/", "table/items/index", "other", ""])
def test_an_arn_that_is_no_tables_has_no_partition_key(name: str) -> None:
    _, vendor, _ = a_lab()
    dora = vendor.user("dora").client("dynamodb")
    with refused("AccessDeniedException"):
        dora.get_item(TableName=f"arn:aws:dynamodb:us-east-1:{vendor.number}:{name}", Key={"id": {"S": "1"}})
