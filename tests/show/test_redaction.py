from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from botocore.exceptions import ClientError
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.serialize import create_serializer

from stssim import Lab
from stssim.call import Actor, Call, HttpRequest
from stssim.show.cloudtrail import events
from stssim.show.commands import commands
from stssim.show.evidence import evidence
from stssim.show.redaction import SECRETS, hidden, hide, shown
from stssim.trace import Step, Trace

LONG = "wJalrXUtnFEMI" * 3
ACTOR = Actor("alice", "user", "111111111111")


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


MODELS = (
    "iam", "sts", "s3", "ssm", "kms", "secretsmanager", "lambda", "ec2", "organizations", "sns", "events",
    "stepfunctions", "rds", "cognito-idp", "account", "ecr",
)  # fmt: skip
"""Services of every protocol, most of which have members that their model marks as sensitive."""


def sample(shape: Any, secret: bool = False, within: frozenset[str] = frozenset()) -> Any:
    """A value of this shape, whose sensitive texts are LONG, and all others `public`."""
    secret = secret or bool(shape.metadata.get("sensitive"))
    if shape.name in within:
        return None
    within |= {shape.name}
    match shape.type_name:
        case "structure":
            made = {name: sample(member, secret, within) for name, member in shape.members.items()}
            return {name: value for name, value in made.items() if value is not None}
        case "list":
            item = sample(shape.member, secret, within)
            return [] if item is None else [item, item]
        case "map":
            value = sample(shape.value, secret, within)
            return {} if value is None else {"key": value}
        case "string":
            return LONG if secret else "public"
        case "blob":
            return LONG.encode() if secret else b"public"
        case "boolean":
            return True
        case "timestamp":
            return datetime(2027, 1, 4, tzinfo=UTC)
        case _:
            return 1


def asked(model: ServiceModel, operation: Any) -> Call:
    """The call of a sample, as botocore sends it."""
    given = sample(operation.input_shape) if operation.input_shape else {}
    sent: Any = create_serializer(model.metadata["protocol"], include_validation=False).serialize_to_request(
        given, operation
    )
    body, query = sent["body"], sent["query_string"]
    if isinstance(body, dict):
        body = urlencode(body)
    target = sent["url_path"] + (f"?{urlencode(query)}" if query else "")
    headers = tuple((name.lower(), str(value)) for name, value in sent["headers"].items())
    content = body.encode() if isinstance(body, str) else body or b""
    request = HttpRequest(sent["method"], "example.amazonaws.com", target, headers, content)
    service = model.service_name
    return Call(request, service, operation.name, "us-east-1", "example.amazonaws.com", given)


@pytest.mark.parametrize("service", MODELS)
def test_what_a_model_marks_as_sensitive_is_shown_nowhere_in_a_request(service: str) -> None:
    model = ServiceModel(Loader().load_service_model(service, "service-2"), service)
    secrets = (LONG, b64encode(LONG.encode()).decode())
    for name in model.operation_names:
        call = asked(model, model.operation_model(name))
        step = Step("request", ACTOR, ACTOR, "l", "s", call=call)
        trace = Trace("t", (step,))
        told = json.dumps([evidence(trace), events(trace, [step]), commands(call)])
        for secret in secrets:
            assert secret not in told, (service, name)


@pytest.mark.parametrize("service", MODELS)
def test_what_a_model_marks_as_sensitive_is_shown_nowhere_in_a_reply(service: str) -> None:
    """As JSON by the members' names, and as XML by those on the wire, in the way that IAM and S3 write it."""
    model = ServiceModel(Loader().load_service_model(service, "service-2"), service)
    for name in model.operation_names:
        shape = model.operation_model(name).output_shape
        if shape is None:
            continue
        given = sample(shape)
        assert LONG not in repr(hidden(given, shape)), (service, name)
        if payload := shape.serialization.get("payload"):
            shape, given = shape.members[payload], given[payload]
        root = ET.Element(f"{name}Response")
        write(ET.SubElement(root, f"{name}Result"), shape, given)
        hide(root, shape)
        assert LONG not in ET.tostring(root, encoding="unicode"), (service, name)


def write(element: ET.Element, shape: Any, value: Any) -> None:
    """The value as XML under this element, as botocore's query and rest-xml protocols say."""
    match shape.type_name:
        case "structure":
            for name, inner in value.items():
                member = shape.members[name]
                if "location" in member.serialization:
                    continue
                tag = member.serialization.get("name", name)
                if member.type_name == "list" and member.serialization.get("flattened"):
                    for item in inner:
                        write(ET.SubElement(element, tag), member.member, item)
                else:
                    write(ET.SubElement(element, tag), member, inner)
        case "list":
            for item in value:
                write(ET.SubElement(element, shape.member.serialization.get("name", "member")), shape.member, item)
        case "map":
            for key, inner in value.items():
                entry = ET.SubElement(element, "entry")
                ET.SubElement(entry, shape.key.serialization.get("name", "key")).text = key
                write(ET.SubElement(entry, shape.value.serialization.get("name", "value")), shape.value, inner)
        case _:
            element.text = value.decode() if isinstance(value, bytes) else str(value)


def test_a_name_is_shortened_in_one_operation_and_not_in_another() -> None:
    """The model of Organizations marks the names of accounts and not those of organizational units."""
    model = ServiceModel(Loader().load_service_model("organizations", "service-2"))
    unit, account = (model.operation_model(name) for name in ("CreateOrganizationalUnit", "DescribeAccount"))
    assert hidden({"Name": LONG, "ParentId": "r-1"}, unit.input_shape) == {"Name": LONG, "ParentId": "r-1"}
    assert LONG not in repr(hidden({"Account": {"Name": LONG}}, account.output_shape))


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


def test_a_secure_string_of_systems_manager_is_shortened_where_there_is_no_shape_either() -> None:
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
