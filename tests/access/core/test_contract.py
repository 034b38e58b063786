"""The contract with moto and botocore: everything of theirs that stssim relies on although no page documents it.

An upgrade that takes one of these things away fails here, with a sentence that names it and the modules that need it.
A new reliance fails here, too, until it is listed. docs/UPGRADING.md says what to do then.
"""

from __future__ import annotations

import base64
import datetime as dt
import inspect
import json
import random
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from moto import mock_aws

from stssim.service_models import service_model
from tests.access.core.mocked_objects import ACCOUNT, REGION, at, backend, client, mocked_objects
from tests.access.core.reliances import Reliances, reliances

ROOT = Path(__file__).parents[3] / "stssim"
PACKAGES = ("moto", "botocore", "boto3")

NAMES = (
    "botocore.auth.HmacV1QueryAuth",
    "botocore.awsrequest.AWSPreparedRequest",
    "botocore.awsrequest.AWSResponse",
    "botocore.compat.HTTPHeaders",
    "botocore.compat.urlsplit",
    "botocore.configprovider.BOTOCORE_DEFAUT_SESSION_VARIABLES",
    "botocore.credentials.Credentials",
    "botocore.credentials.DeferredRefreshableCredentials",
    "botocore.loaders.Loader",
    "botocore.model.OperationNotFoundError",
    "botocore.model.ServiceModel",
    "botocore.serialize.create_serializer",
    "botocore.session",
    "botocore.session.Session",
    "botocore.utils.parse_to_aware_datetime",
    "botocore.xform_name",
    "moto.awslambda.models",
    "moto.backend_index.backend_url_patterns",
    "moto.core.base_backend.BackendDict",
    "moto.core.request",
    "moto.core.utils.utcnow",
    "moto.dynamodb.models",
    "moto.ec2.models",
    "moto.ecr.models",
    "moto.events.models",
    "moto.events.models.events_backends",
    "moto.iam.aws_managed_policies.aws_managed_policies_data",
    "moto.iam.models",
    "moto.iam.models.AWSManagedPolicy",
    "moto.iam.models.iam_backends",
    "moto.iam.policy_validation.BaseIAMPolicyValidator",
    "moto.iam.policy_validation.VALID_RESOURCE_PATH_STARTING_VALUES",
    "moto.iam.utils.generate_access_key_id_from_account_id",
    "moto.kms.models",
    "moto.logs.models",
    "moto.moto_api._internal.mock_random",
    "moto.organizations.models",
    "moto.organizations.models.FakeAccount",
    "moto.organizations.models.FakeDelegatedAdministrator",
    "moto.organizations.models.organizations_backends",
    "moto.organizations.utils",
    "moto.s3.models",
    "moto.s3.models.FakeAcl",
    "moto.s3.models.FakeDeleteMarker",
    "moto.s3.models.FakeGrant",
    "moto.s3.models.FakeGrantee",
    "moto.s3.models.FakeKey",
    "moto.s3.models.FakeMultipart",
    "moto.s3.models.OWNER",
    "moto.s3.models.PublicAccessBlock",
    "moto.s3.models.get_canned_acl",
    "moto.s3.models.s3_backends",
    "moto.secretsmanager.models",
    "moto.sns.models",
    "moto.sqs.models",
    "moto.ssm.models",
)
"""What is imported, but for what is documented."""

DOCUMENTED = re.compile(r"boto3|botocore|botocore\.UNSIGNED|botocore\.config\.Config|botocore\.exceptions\.\w+")
"""https://docs.aws.amazon.com/boto3/latest/guide/error-handling.html
https://docs.aws.amazon.com/boto3/latest/guide/configuration.html
"""

PATTERNS = {"moto.*.urls": [f"moto.{name}.urls" for name in ("iam", "s3", "organizations", "kms")]}
"""Modules that are imported by names which are put together, and examples of them."""

ATTRIBUTES: Mapping[str, str] = {
    # moto, by the kind of object
    "a module with a service's URLs": "url_bases url_paths",
    "moto.core.request": (
        "PRESERVED_HEADER_NAMES_ENVIRON_KEY Request environ_key_for_header should_preserve_original_header_name"
    ),
    "moto's request": "headers raw_url",
    "a pattern of a host": "match",
    "BackendDict": "_instances",
    "s3_backends": "bucket_accounts",
    "organizations_backends": "master_accounts",
    "mock_random": "choices getstate seed setstate uuid4",
    "moto": "core s3",
    "moto.core": "utils",
    "moto.s3": "models",
    "moto.core.utils": "datetime",
    "FakeKey": "instances_tracked",
    "FakeMultipart": "instances_tracked",
    "the IAM backend": (
        "access_keys account_summary aws_managed_policies certificates groups instance_profiles managed_policies "
        "open_id_providers roles saml_providers tagger users virtual_mfa_devices"
    ),
    "an account's summary": "_global_endpoint_token_version",
    "a user": "access_keys arn id managed_policies mfa_devices name path policies signing_certificates ssh_public_keys",
    "an access key": "secret_access_key status user_name",
    "a group": "arn id managed_policies name path policies users",
    "a role": (
        "arn assume_role_policy_document description id managed_policies max_session_duration name path "
        "permissions_boundary_arn policies tags"
    ),
    "a managed policy": "arn attachment_count name tags versions",
    "a version of a managed policy": "document is_default version_id",
    "AWSManagedPolicy": "from_data",
    "a policy's validator": "_policy_document validate",
    "an instance profile": "arn name roles tags",
    "a server certificate": "arn cert_name",
    "an OIDC provider": "arn client_id_list tags thumbprint_list url",
    "a SAML provider": "saml_metadata_document",
    "a virtual MFA device": "base32_string_seed qr_code_png serial_number user user_attribute",
    "a tagger": (
        "copy_tags delete_all_tags_for_resource get_tag_dict_for_resource list_tags_for_resource tag_resource"
    ),
    "the S3 backend": "buckets tagger",
    "a bucket": "account_id acl keys multiparts ownership_rule public_access_block",
    "an ACL": "grants",
    "a grant of an ACL": "grantees permissions",
    "a grantee": "id uri",
    "a multipart upload": "key_name",
    "an object": "account_id acl arn dispose",
    "the Organizations backend": (
        "accounts admins attach_policy org ou policies remove_account_from_organization services"
    ),
    "an organization": "id region root_id",
    "an account": (
        "arn attached_policies create_account_status_id create_time email id joined_method master_account_id name "
        "organization_id parent_id region state status tags type"
    ),
    "a root": "arn attached_policies id name parent_id policy_types tags type",
    "a control policy": "arn id name tags type",
    "a delegated administrator": "account services",
    "FakeDelegatedAdministrator": "SUPPORTED_SERVICES",
    "moto.organizations.utils": "DEFAULT_RCP_POLICY_ID DEFAULT_SCP_POLICY_ID make_random_create_account_status_id",
    "the KMS backend": "keys tagger",
    "a KMS key": "account_id aliases arn grants id key_state policy",
    "a grant": "constraints grantee_principal id name operations retiring_principal token",
    "the Secrets Manager backend": "secrets",
    "a secret": "arn kms_key_id name policy tags",
    "the SQS backend": "queues",
    "a queue": "policy tags",
    "the SNS backend": "topics",
    "a topic": "_tags policy",
    "the Lambda backend": "_lambdas",
    "Lambda's functions": "_aliases _functions",
    "a function": "policy tags version",
    "a function's policy": "statements",
    "the DynamoDB backend": "resource_policies tables",
    "a table": "all_indexes hash_key_attr tags",
    "an index": "name schema",
    "a table's policy": "policy_doc",
    "the EC2 backend": "groups tags",
    "a security group": "id name",
    "the Systems Manager backend": "_resource_tags",
    "the EventBridge backend": "event_buses tagger",
    "an event bus": "_statements policy",
    "a statement of an event bus": "condition principal",
    "the ECR backend": "repositories tagger",
    "a repository": "policy",
    "the CloudWatch Logs backend": "tagger",
    # botocore
    "boto3": "Session __version__",
    "boto3.Session": "client",
    "a client": "meta",
    "a client's meta": "events",
    "a client's events": "register_first",
    "botocore": "__version__ session",
    "botocore.session": "get_session",
    "botocore.session.Session": "_credentials get_available_regions register_component",
    "botocore.config.Config": "merge",
    "botocore.credentials.Credentials": "get_frozen_credentials",
    "AWSPreparedRequest": "body headers method url",
    "HmacV1QueryAuth": "_get_date canonical_string",
    "a loader": "list_available_services load_service_model search_paths",
    "a service's model": "metadata operation_model operation_names protocol service_name",
    "an operation's model": (
        "deprecated has_streaming_input has_streaming_output http input_shape name output_shape service_model"
    ),
    "a shape": "is_document_type members metadata name required_members serialization type_name",
    "a list's shape": "member",
    "a map's shape": "key value",
    "a serializer": "serialize_to_request",
}
"""What is taken from each kind of object."""

ADDED = {"a SAML provider": "assertion_encryption_mode decryption_keys private_key_list"}
"""What stssim puts on an object of moto's, which does not have it; GetSAMLProvider shows the first and the last."""

OF_OTHERS = {"_Element"}
"""lxml's own name for the type of an element: https://lxml.de/apidoc/lxml.etree.html"""


@cache
def relied_on() -> Reliances:
    return reliances(ROOT, PACKAGES, {"stssim.access": "moto"})


def needed_by(name: str) -> str:
    """The modules that need this, as they end a sentence."""
    found = relied_on()
    where = set(found.names.get(name, ())) | found.private.get(name, set())
    for taken in found.attributes.values():
        where |= taken.get(name, set())
    return f"needed by {' and '.join(sorted(where)) or 'stssim'}"


def has(owner: object, attribute: str) -> bool:
    """A class has what its instances are given, too, if it says so in an annotation."""
    return hasattr(owner, attribute) or attribute in getattr(owner, "__annotations__", ())


# What there has to be.


@pytest.mark.parametrize("name", [*NAMES, *(each for known in PATTERNS.values() for each in known)])
def test_it_can_be_imported(name: str) -> None:
    try:
        at(name)
    except LookupError:
        pytest.fail(f"{name} is gone: {needed_by(name)}.")


@pytest.mark.parametrize(
    ("kind", "attribute"), [(kind, name) for kind, names in ATTRIBUTES.items() for name in names.split()]
)
def test_it_has_what_is_taken_from_it(kind: str, attribute: str) -> None:
    assert has(mocked_objects()[kind], attribute), f"{kind} has no {attribute} any more: {needed_by(attribute)}."


@pytest.mark.parametrize(
    ("kind", "attribute"), [(kind, name) for kind, names in ADDED.items() for name in names.split()]
)
def test_it_does_not_have_what_is_added_to_it(kind: str, attribute: str) -> None:
    assert not has(mocked_objects()[kind], attribute), f"{kind} has {attribute} of its own now: {needed_by(attribute)}."


# And nothing else.


def test_nothing_is_imported_that_is_not_listed_here() -> None:
    named = {name for name in relied_on().names if not DOCUMENTED.fullmatch(name)}
    listed = set(NAMES) | PATTERNS.keys()
    assert not [f"{name} is not in the contract: {needed_by(name)}." for name in sorted(named - listed)]
    assert not [f"{name} is in the contract, and nothing relies on it any more." for name in sorted(listed - named)]


def test_nothing_is_taken_from_an_object_that_is_not_listed_here() -> None:
    listed = set(" ".join(ATTRIBUTES.values()).split())
    listed |= set(" ".join(ADDED.values()).split())
    taken = set().union(*relied_on().attributes.values())
    assert not [f"{name} is not in the contract: {needed_by(name)}." for name in sorted(taken - listed)]


def test_nothing_private_of_anybodys_is_taken_that_is_not_listed_here() -> None:
    listed = set(" ".join(ATTRIBUTES.values()).split()) | OF_OTHERS
    private = relied_on().private.keys()
    assert not [f"{name} is private and not in the contract: {needed_by(name)}." for name in sorted(private - listed)]


def test_what_is_listed_is_still_taken() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py"))
    taken = set(re.findall(r"(?:[.\"]|def )(\w+)", text))
    listed = set(" ".join(ATTRIBUTES.values()).split())
    assert not [f"{name} is in the contract, and nothing takes it any more." for name in sorted(listed - taken)]


def test_a_new_reliance_is_seen(tmp_path: Path) -> None:
    tree = tmp_path / "ours"
    tree.mkdir()
    (tree / "kept.py").write_text(
        "from typing import Any\nfrom moto.sqs.models import sqs_backends\nimport botocore.session\n"
        "def _queues(account: str) -> Any:\n    return sqs_backends[account]['eu-west-1'].queues\n"
        "def names(account: str) -> list[str]:\n    return [each.fresh_name for each in _queues(account).values()]\n"
        "def sign(session: botocore.session.Session) -> None:\n    session._hidden = None\n"
    )
    (tree / "used.py").write_text(
        "from ours.kept import _queues\nfor name, queue in _queues('1').items():\n    queue.dead_letters(name)\n"
    )
    found = reliances(tree, PACKAGES, {})
    assert found.names["moto.sqs.models.sqs_backends"] == {"ours.kept"}
    assert found.attributes["moto"]["fresh_name"] == {"ours.kept"}
    assert found.attributes["moto"]["dead_letters"] == {"ours.used"}
    assert found.attributes["botocore"]["_hidden"] == {"ours.kept"}
    assert found.private["_hidden"] == {"ours.kept"}


# What it has to do.


@pytest.fixture
def mocked() -> Iterator[None]:
    with mock_aws():
        yield


def keeps(kept: object, what: str, needed: str) -> None:
    assert kept, f"{what}: {needed_by(needed)}."


@pytest.mark.usefixtures("mocked")
def test_every_dict_of_backends_in_use_is_listed() -> None:
    from moto.core.base_backend import BackendDict

    used = [at(name) for name in ("moto.iam.models.iam_backends", "moto.s3.models.s3_backends")]
    for each in used:
        each[ACCOUNT]
    instances: Any = BackendDict._instances  # type: ignore[misc]
    listed = all(any(each is instance for instance in instances) for each in used)
    keeps(listed, "BackendDict._instances no longer has every dict of backends that is in use", "_instances")


@pytest.mark.usefixtures("mocked")
def test_looking_for_an_account_does_not_make_it() -> None:
    from moto.iam.models import iam_backends

    missing = iam_backends.get("999988887777") is None and "999988887777" not in iam_backends
    keeps(missing, "A dict of backends makes an account that is only looked for", "moto.iam.models.iam_backends")
    made = iam_backends["999988887777"]["aws"]
    keeps(made.users == {}, "IAM is no longer kept under the Region aws", "moto.iam.models.iam_backends")


@pytest.mark.usefixtures("mocked")
def test_buckets_and_members_are_found_by_their_accounts() -> None:
    from moto.organizations.models import organizations_backends
    from moto.s3.models import s3_backends

    client("s3").create_bucket(Bucket="reports")
    client("organizations").create_organization(FeatureSet="ALL")
    made = client("organizations").create_account(AccountName="shop", Email="shop@example.com")
    member = made["CreateAccountStatus"]["AccountId"]
    owner = s3_backends.bucket_accounts.get("reports") == ("aws", ACCOUNT)
    keeps(owner, "s3_backends.bucket_accounts no longer says ('aws', the owner's account)", "bucket_accounts")
    manager = organizations_backends.master_accounts.get(member) == (ACCOUNT, "aws")
    keeps(manager, "master_accounts no longer says (the management account, 'aws')", "master_accounts")


@pytest.mark.usefixtures("mocked")
def test_ids_are_drawn_from_one_generator() -> None:
    from moto.moto_api._internal import mock_random

    keeps(isinstance(mock_random, random.Random), "mock_random is no random.Random", "seed")
    drawn = []
    for name in ("alice", "bob"):
        mock_random.seed(7)
        drawn.append(client("iam").create_user(UserName=name)["User"]["UserId"])
    keeps(drawn[0] == drawn[1], "An IAM user's id is no longer drawn from mock_random alone", "seed")


@pytest.mark.usefixtures("mocked")
def test_objects_are_tracked_to_be_closed() -> None:
    from moto.s3.models import FakeKey

    client("s3").create_bucket(Bucket="reports")
    client("s3").put_object(Bucket="reports", Key="q3.csv", Body=b"1")
    tracked: Any = FakeKey.instances_tracked  # type: ignore[attr-defined]
    held = backend("s3", "aws").buckets["reports"].keys["q3.csv"]
    keeps(any(each is held for each in tracked), "A new object is no longer in FakeKey.instances_tracked", "dispose")


@pytest.mark.usefixtures("mocked")
def test_the_time_is_asked_of_the_modules_datetime() -> None:
    class Then(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Any:
            return dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=tz)

    class Module:
        datetime = Then

        def __getattr__(self, name: str) -> Any:
            return getattr(dt, name)

    with patch("moto.core.utils.datetime", Module()), patch("moto.s3.models.datetime", Module()):
        made = client("iam").create_user(UserName="alice")["User"]["CreateDate"]
        client("s3").create_bucket(Bucket="reports")
    kept = backend("s3", "aws").buckets["reports"].creation_date
    keeps(
        made.year == 2026 and made.second == 5, "moto.core.utils no longer asks its datetime for the time", "datetime"
    )
    keeps((kept.year, kept.second) == (2026, 5), "moto.s3.models no longer asks its datetime for the time", "datetime")


@pytest.mark.usefixtures("mocked")
def test_a_header_names_the_account() -> None:
    handler = next(iter(at("moto.iam.urls").url_paths.values()))
    headers = {"host": "iam.amazonaws.com", "x-moto-account-id": "111122223333"}
    body = b"Action=CreateUser&Version=2010-05-08&UserName=alice"
    request = at("moto.core.request.Request").from_primitives(
        "POST",
        "https://iam.amazonaws.com/",
        {**headers, "content-type": "application/x-www-form-urlencoded; charset=utf-8"},
        body,
    )
    status, _, reply = handler(request, request.raw_url, request.headers)
    text = reply if isinstance(reply, str) else reply.decode()
    keeps(status == 200 and "arn:aws:iam::111122223333:user/alice" in text, "x-moto-account-id is ignored", "url_paths")


def test_services_are_found_by_pairs_of_name_and_pattern() -> None:
    from moto.backend_index import backend_url_patterns

    found = [name for name, pattern in backend_url_patterns if pattern.match("https://sqs.us-east-1.amazonaws.com/")]
    keeps(found == ["sqs"], "No pattern names sqs alone", "moto.backend_index.backend_url_patterns")
    path = next(iter(at("moto.sqs.urls").url_paths))
    keeps("{0}" in path, "A path of url_paths has no place for the base", "url_paths")


def test_parameters_are_serialized_by_protocol() -> None:
    from botocore.serialize import create_serializer

    asked = {"Bucket": "reports", "Key": "a/b c", "VersionId": "1"}
    s3 = create_serializer("rest-xml", include_validation=False)
    made = s3.serialize_to_request(asked, service_model("s3").operation_model("GetObjectTagging"))
    found = made["method"], made["url_path"], dict(made["query_string"])
    wanted = "GET", "/reports/a/b%20c?tagging", {"versionId": "1"}
    keeps(found == wanted, "A REST request is made otherwise", "botocore.serialize.create_serializer")
    query = create_serializer("query", include_validation=False)
    form = query.serialize_to_request({"UserName": "u"}, service_model("iam").operation_model("GetUser"))["body"]
    wanted_form = {"Action": "GetUser", "Version": "2010-05-08", "UserName": "u"}
    keeps(dict(form) == wanted_form, "A form is made otherwise", "botocore.serialize.create_serializer")
    from botocore.utils import parse_to_aware_datetime

    keeps(
        parse_to_aware_datetime("2026-01-01T00:00:00Z") == dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        "A time is read otherwise",
        "parse_to_aware_datetime",
    )


def test_awss_own_policies_are_json_by_name() -> None:
    name = "moto.iam.aws_managed_policies.aws_managed_policies_data"
    documents = json.loads(at(name))
    keeps(
        len(documents) > 1000 and {"Path", "Document"} <= set(documents["ReadOnlyAccess"]), f"{name} is another", name
    )


def test_ids_can_be_made_as_iam_makes_them() -> None:
    from moto.iam.utils import generate_access_key_id_from_account_id as make

    name = "moto.iam.utils.generate_access_key_id_from_account_id"
    keeps(re.fullmatch("AIDA[A-Z0-9]{17}", make(ACCOUNT, "AIDA", 21)), f"{name} makes something else", name)


def test_public_access_is_four_settings() -> None:
    from moto.s3.models import PublicAccessBlock

    settings = ["block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets"]
    kept = list(inspect.signature(PublicAccessBlock).parameters)
    keeps(kept == settings, "PublicAccessBlock takes other settings", "moto.s3.models.PublicAccessBlock")


@pytest.mark.usefixtures("mocked")
def test_a_ciphertext_begins_with_the_id_of_its_key() -> None:
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    keeps(base64.b64decode(base64.b64encode(blob)).startswith(key.encode()), "A ciphertext begins otherwise", "aliases")


def test_a_session_can_be_kept_from_files_and_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES
    from botocore.session import Session

    needed = "botocore.configprovider.BOTOCORE_DEFAUT_SESSION_VARIABLES"
    fours = all(len(each) == 4 for each in BOTOCORE_DEFAUT_SESSION_VARIABLES.values())
    keeps(fours, "A session variable is no longer (file, environment, default, conversion)", needed)
    known = {"config_file", "credentials_file", "ignore_configured_endpoint_urls", "sts_regional_endpoints", "region"}
    keeps(known <= BOTOCORE_DEFAUT_SESSION_VARIABLES.keys(), f"One of {sorted(known)} is gone", needed)
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    silent: Any = {name: (None, None, four[2], four[3]) for name, four in BOTOCORE_DEFAUT_SESSION_VARIABLES.items()}
    keeps(Session(session_vars=silent).profile is None, "session_vars does not keep AWS_PROFILE out", needed)


def test_a_client_signs_with_the_credentials_of_its_session_and_the_first_to_answer_answers() -> None:
    from botocore.awsrequest import AWSResponse
    from botocore.credentials import Credentials
    from botocore.session import Session

    session = Session()
    session._credentials = Credentials("AKIAEXAMPLE", "secret")
    sqs = boto3.Session(botocore_session=session).client("sqs", region_name=REGION)
    signed = []

    def answers(request: Any, **_: Any) -> AWSResponse:
        signed.append(request.headers["Authorization"])
        return AWSResponse(request.url, 200, {}, Raw(b"{}"))

    sqs.meta.events.register_first("before-send", answers)
    sqs.list_queues()
    keeps(b"AKIAEXAMPLE" in signed[0], "A session no longer signs with what is in _credentials", "_credentials")


class Raw:
    """What AWSResponse reads its body from."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._body


def test_the_older_signature_of_s3_takes_its_expiry_where_the_date_was() -> None:
    from botocore.auth import HmacV1QueryAuth
    from botocore.compat import HTTPHeaders, urlsplit

    auth = HmacV1QueryAuth(None)
    auth._get_date = lambda: "1700000000"
    text = auth.canonical_string("GET", urlsplit("https://x.test/a?acl"), HTTPHeaders(), auth_path="/reports/a")
    keeps(text == "GET\n\n\n1700000000\n/reports/a?acl", "canonical_string writes something else", "canonical_string")


def test_credentials_refresh_by_a_clock_of_ones_own() -> None:
    from botocore.credentials import DeferredRefreshableCredentials

    now = [dt.datetime(2020, 1, 1, tzinfo=dt.UTC)]
    asked = []

    def ask() -> dict[str, str]:
        asked.append(now[0])
        expiry = (now[0] + dt.timedelta(hours=1)).isoformat()
        return {"access_key": "A", "secret_key": "s", "token": "t", "expiry_time": expiry}

    credentials = DeferredRefreshableCredentials(ask, "assume-role", time_fetcher=lambda: now[0])
    for hours in (0, 0, 2):
        now[0] += dt.timedelta(hours=hours)
        credentials.get_frozen_credentials()
    needed = "botocore.credentials.DeferredRefreshableCredentials"
    keeps(len(asked) == 2, "DeferredRefreshableCredentials no longer goes by time_fetcher", needed)
