"""Global and regional endpoints, the two versions of session tokens, and Regions that have to be opted into."""

from __future__ import annotations

from typing import Any

import pytest

from stssim import Lab
from stssim.lab.handles import TemporaryCredentials
from tests.access.given import refused
from tests.sts.scene import Scene, a_scene
from tests.through import Door

GLOBAL, REGIONAL, OPT_IN = "aws-global", "eu-west-1", "ap-east-1"
INVALID = "The security token included in the request is invalid"


def own_session(scene: Scene, region: str) -> TemporaryCredentials:
    return scene.lab.session(scene.sts(region=region).get_session_token())


def opted_in(door: Door) -> Scene:
    """Both accounts have opted into Hong Kong."""
    scene = a_scene(door)
    for account in (scene.vendor, scene.customer):
        account.client("account").enable_region(RegionName=OPT_IN)
    return scene


def endpoint(scene: Scene, **settings: Any) -> str:
    """The endpoint at which the Lab takes a call of a client with these settings to arrive."""
    with scene.lab.recording("endpoint") as trace:
        scene.sts(**settings).get_caller_identity()
    call = trace[0].call
    assert call is not None
    return call.endpoint


def test_a_clients_region_says_which_endpoint_is_called(door: Door) -> None:
    scene = a_scene(door)
    assert endpoint(scene, region="eu-west-1") == "sts.eu-west-1.amazonaws.com"
    assert endpoint(scene, region="us-east-1") == "sts.us-east-1.amazonaws.com"
    assert endpoint(scene, region=GLOBAL) == "sts.amazonaws.com"


def test_the_first_step_says_where_it_was_asked_unless_that_is_the_clients_default(door: Door) -> None:
    scene = a_scene(door)
    with scene.lab.recording("asked") as trace:
        for region in (GLOBAL, REGIONAL, "us-east-1"):
            scene.sts(region=region).get_caller_identity()
    said = [step.sentence.removeprefix("alice asks STS who these credentials make them") for step in trace[::3]]
    assert said == [", at the global endpoint.", ", in eu-west-1.", "."]


@pytest.mark.parametrize(
    ("setting", "region", "host"),
    [
        ("legacy", "eu-west-1", "sts.amazonaws.com"),
        ("legacy", "eu-central-2", "sts.eu-central-2.amazonaws.com"),
        ("regional", "eu-west-1", "sts.eu-west-1.amazonaws.com"),
    ],
)
def test_boto3s_older_default_is_the_global_endpoint_where_there_was_one(
    setting: str, region: str, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_STS_REGIONAL_ENDPOINTS", setting)
    lab = Lab(seed=7)
    vendor = lab.account("vendor")
    vendor.client("account").enable_region(RegionName="eu-central-2")
    with lab.recording("endpoint") as trace:
        vendor.client("sts", region=region).get_caller_identity()
    assert trace[0].call is not None
    assert trace[0].call.endpoint == host


def test_tokens_of_a_regional_endpoint_are_longer(door: Door) -> None:
    scene = a_scene(door)
    lengths = [len(own_session(scene, region)._keys[2] or "") for region in (GLOBAL, REGIONAL)]
    assert lengths[0] < lengths[1]


def test_a_global_token_is_good_in_every_region_that_is_on_by_default(door: Door) -> None:
    session = own_session(a_scene(door), GLOBAL)
    for region in ("us-east-1", "eu-west-1", "sa-east-1", GLOBAL):
        assert door(session, "sts", region=region).get_caller_identity()


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("sts", "get_caller_identity", "InvalidClientTokenId"),
        ("ec2", "describe_instances", "AuthFailure"),
        ("s3", "list_buckets", "InvalidToken"),
        ("dynamodb", "list_tables", "UnrecognizedClientException"),
    ],
)
def test_it_is_refused_in_a_region_that_was_opted_into_and_a_regional_one_is_not(
    service: str, operation: str, code: str, door: Door
) -> None:
    scene = opted_in(door)
    old, new = own_session(scene, GLOBAL), own_session(scene, REGIONAL)
    with refused(code):
        getattr(door(old, service, region=OPT_IN), operation)()
    assert getattr(door(new, service, region=OPT_IN), operation)()


def test_the_account_may_prefer_version_2_of_the_global_endpoint(door: Door) -> None:
    scene = opted_in(door)
    iam = scene.vendor.client("iam")
    assert iam.get_account_summary()["SummaryMap"]["GlobalEndpointTokenVersion"] == 1
    old = own_session(scene, GLOBAL)
    iam.set_security_token_service_preferences(GlobalEndpointTokenVersion="v2Token")
    assert iam.get_account_summary()["SummaryMap"]["GlobalEndpointTokenVersion"] == 2
    door(own_session(scene, GLOBAL), "sts", region=OPT_IN).get_caller_identity()
    with refused("InvalidClientTokenId", INVALID):
        door(old, "sts", region=OPT_IN).get_caller_identity()


def test_whose_preference_counts_is_the_account_that_the_role_is_in(door: Door) -> None:
    scene = opted_in(door)
    scene.customer.client("iam").set_security_token_service_preferences(GlobalEndpointTokenVersion="v2Token")
    asked = {"RoleArn": scene.role.arn, "RoleSessionName": "audit"}
    session = scene.lab.session(scene.sts(region=GLOBAL).assume_role(**asked))
    door(session, "sts", region=OPT_IN).get_caller_identity()


def test_a_region_that_was_not_opted_into_knows_nobody(door: Door) -> None:
    scene = a_scene(door)
    with refused("InvalidClientTokenId", INVALID):
        scene.sts(region=OPT_IN).get_caller_identity()
    with refused("AuthFailure"):
        door(own_session(scene, REGIONAL), "ec2", region=OPT_IN).describe_instances()
    account = door(scene.vendor, "account")
    account.enable_region(RegionName=OPT_IN)
    scene.sts(region=OPT_IN).get_caller_identity()
    account.disable_region(RegionName=OPT_IN)
    with refused("InvalidClientTokenId", INVALID):
        scene.sts(region=OPT_IN).get_caller_identity()


def test_which_regions_are_on_is_told_and_those_on_by_default_stay_on(door: Door) -> None:
    account = door(a_scene(door).vendor, "account")
    account.enable_region(RegionName=OPT_IN)
    told = {each["RegionName"]: each["RegionOptStatus"] for each in account.list_regions()["Regions"]}
    assert (told["us-east-1"], told[OPT_IN], told["af-south-1"]) == ("ENABLED_BY_DEFAULT", "ENABLED", "DISABLED")
    assert account.get_region_opt_status(RegionName=OPT_IN)["RegionOptStatus"] == "ENABLED"
    enabled = account.list_regions(RegionOptStatusContains=["ENABLED"])["Regions"]
    assert [each["RegionName"] for each in enabled] == [OPT_IN]
    with refused("ValidationException"):
        account.disable_region(RegionName="us-east-1")
    with refused("ValidationException"):
        account.enable_region(RegionName="mars-north-1")


def test_sts_may_be_deactivated_in_a_region_for_what_it_would_issue_there(door: Door) -> None:
    scene = a_scene(door)
    scene.lab.deactivate_sts(scene.vendor, REGIONAL)
    says = "STS is not activated in this region for account:111111111111. "
    with refused("RegionDisabledException", says):
        own_session(scene, REGIONAL)
    scene.sts(region=REGIONAL).get_caller_identity()
    own_session(scene, GLOBAL)
    scene.lab.activate_sts(scene.vendor, REGIONAL)
    own_session(scene, REGIONAL)


def test_a_reset_knows_where_the_set_up_deactivated_sts_and_forgets_what_a_recording_did() -> None:
    lab = Lab(seed=7)
    vendor = lab.account("vendor")
    lab.deactivate_sts(vendor, "eu-west-1")
    with lab.recording("console"):
        lab.activate_sts(vendor, "eu-west-1")
        lab.deactivate_sts(vendor, "eu-west-2")
    lab.reset()
    with refused("RegionDisabledException"):
        vendor.client("sts", region="eu-west-1").get_session_token()
    assert vendor.client("sts", region="eu-west-2").get_session_token()


@pytest.mark.parametrize("region", ["us-east-1", OPT_IN, "mars"])
def test_sts_is_always_active_in_virginia_and_where_a_region_was_opted_into(region: str) -> None:
    lab = Lab(seed=7)
    with pytest.raises(ValueError, match="cannot be switched"):
        lab.deactivate_sts(lab.account("vendor"), region)


def test_a_reset_brings_back_the_regions_that_the_set_up_opted_into() -> None:

    lab = Lab(seed=7)
    vendor = lab.account("vendor")
    vendor.client("account").enable_region(RegionName=OPT_IN)
    lab.reset()
    assert vendor.client("sts", region=OPT_IN).get_caller_identity()


@pytest.mark.parametrize(
    ("operation", "says"),
    [
        ("assume_root", "Unknown Operation"),
        ("get_web_identity_token", "Operation not supported on STS global endpoint"),
    ],
)
def test_the_newer_operations_are_not_at_the_global_endpoint(operation: str, says: str, door: Door) -> None:
    """Recorded in September 2026: radkawar/stackd, testdata/aws/iam/root_access.json and outbound_identity.json."""
    parameters: dict[str, dict[str, Any]] = {
        "assume_root": {
            "TargetPrincipal": "222222222222",
            "TaskPolicyArn": {"arn": "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"},
        },
        "get_web_identity_token": {"Audience": ["https://example.com"], "SigningAlgorithm": "ES384"},
    }
    with refused("InvalidAction", says):
        getattr(a_scene(door).sts(region=GLOBAL), operation)(**parameters[operation])
