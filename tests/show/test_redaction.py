from __future__ import annotations

import json
from base64 import b64encode

import pytest
from botocore.exceptions import ClientError
from botocore.loaders import Loader
from botocore.model import ServiceModel

from stssim import Lab
from stssim.show.cloudtrail import events
from stssim.show.commands import commands
from stssim.show.evidence import evidence
from stssim.show.redaction import SECRETS, hidden, shown

LONG = "wJalrXUtnFEMI" * 3


def test_every_parameter_that_botocore_calls_sensitive_in_sts_is_a_secret() -> None:
    model = ServiceModel(Loader().load_service_model("sts", "service-2"))
    sensitive = {
        name
        for operation in model.operation_names
        for shape in (model.operation_model(operation).input_shape, model.operation_model(operation).output_shape)
        for name, member in (shape.members if shape else {}).items()
        if member.metadata.get("sensitive")
    }
    assert sensitive
    assert sensitive <= SECRETS


def test_what_proves_an_identity_to_sts_is_a_secret() -> None:
    # The parameters of STS's operations with which a caller signs in (STS API Reference).
    assert {"SAMLAssertion", "TokenCode", "TradeInToken", "WebIdentityToken"} <= SECRETS


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_secret_is_shortened_however_deep_it_stands(name: str) -> None:
    assert LONG not in str(hidden({"Credentials": [{name: LONG}, {"Other": (1, {name: LONG})}]}))
    assert LONG not in shown(name, LONG)


def test_every_text_in_a_secret_structure_is_shortened() -> None:
    # The model marks the whole of TrustedIdentityPropagationContext as sensitive, not its members.
    context = {"OriginIdentity": {"Subject": LONG, "Names": [LONG]}, "Count": 3}
    shortened = hidden({"TrustedIdentityPropagationContext": context})["TrustedIdentityPropagationContext"]
    assert LONG not in str(shortened)
    assert shortened["Count"] == 3


def test_all_else_is_left_as_it_is() -> None:
    data = {"RoleArn": "arn", "Tags": [{"Key": "a", "Value": 1}], "None": None}
    assert hidden(data) == data
    assert shown("RoleArn", LONG) == LONG


def test_a_secure_string_of_systems_manager_is_shortened_and_a_plain_one_is_not() -> None:
    # "Parameters that have sensitive data should be SecureString" (Systems Manager User Guide, Parameter Store).
    put = {"Name": "/db/password", "Type": "SecureString", "Value": LONG}
    got = {"Parameters": [put, {"Name": "/db/host", "Type": "String", "Value": "db.example.com"}]}
    assert LONG not in str(hidden(put))
    assert LONG not in str(hidden(got))
    assert "db.example.com" in str(hidden(got))


def test_no_picture_of_a_trace_shows_a_secure_string() -> None:
    lab = Lab(seed=7)
    ssm = lab.account("shop").client("ssm")
    with lab.recording("secret") as trace:
        ssm.put_parameter(Name="/db/password", Type="SecureString", Value=LONG)
        ssm.get_parameter(Name="/db/password", WithDecryption=True)
        ssm.get_parameters(Names=["/db/password"], WithDecryption=True)
    assert LONG not in json.dumps(evidence(trace), default=str)
    assert LONG not in json.dumps(events(trace, trace.steps), default=str)
    calls = [step.call for step in trace if step.stage == "request" and step.call]
    assert calls
    assert not any(LONG in str(commands(call)) for call in calls)


def test_no_picture_of_a_trace_shows_what_kms_and_secrets_manager_keep() -> None:
    lab = Lab(seed=7)
    shop = lab.account("shop")
    kms, secrets, iam = (shop.client(service) for service in ("kms", "secretsmanager", "iam"))
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    with lab.recording("secret") as trace:
        secrets.create_secret(Name="db", SecretString=LONG)
        assert secrets.get_secret_value(SecretId="db")["SecretString"] == LONG
        sealed = kms.encrypt(KeyId=key, Plaintext=LONG.encode())["CiphertextBlob"]
        assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == LONG.encode()
        data_key = kms.generate_data_key(KeyId=key, KeySpec="AES_256")["Plaintext"]
        seed = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]["Base32StringSeed"]
    kept = json.dumps(evidence(trace)) + repr([(step, step.call, step.reply) for step in trace])
    for secret in (LONG, b64encode(LONG.encode()).decode(), b64encode(data_key).decode(), seed.decode()):
        assert secret not in kept


def test_no_picture_shows_the_session_token_that_s3_signed_itself() -> None:
    lab = Lab(seed=7)
    shop = lab.account("shop")
    alice = shop.user(
        "alice", {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    )
    issued = alice.client("sts").get_session_token()["Credentials"]
    wrong = lab.session({"Credentials": {**issued, "SecretAccessKey": "wrong"}})
    with lab.recording("mismatch") as trace, pytest.raises(ClientError) as refused:
        wrong.client("s3").list_buckets()
    assert issued["SessionToken"] in refused.value.response["Error"]["CanonicalRequest"]
    assert issued["SessionToken"] not in json.dumps(evidence(trace)) + repr(trace.denied)
