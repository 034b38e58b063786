"""The real credential providers of botocore and the AWS CLI, where programs in AWS get their credentials."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from botocore.exceptions import ClientError
from botocore.session import Session

from stssim import Lab
from stssim.clock import Clock
from stssim.lab.handles import Account, Role
from stssim.lab.workloads import Function, Instance, Pod, Task, Workload
from tests.access.given import allow, document, refused

TOKEN, TTL = "X-aws-ec2-metadata-token", "X-aws-ec2-metadata-token-ttl-seconds"


def trusting(service: str, *actions: str, **elements: Any) -> dict[str, Any]:
    actions = actions or ("sts:AssumeRole", "sts:TagSession")
    return document(allow(list(actions), None, Principal={"Service": service}, **elements))


@dataclass(frozen=True)
class Shop:
    lab: Lab
    account: Account

    def role(self, service: str, policy: dict[str, Any] | None = None, **elements: Any) -> Role:
        return self.account.role("web", trusting(service, **elements), policy or document(allow("*")))


@pytest.fixture
def shop() -> Shop:
    lab = Lab(seed=7, clock=Clock.running())
    return Shop(lab, lab.account("shop"))


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment in which botocore finds no credentials."""
    for name in [each for each in os.environ if each.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return monkeypatch


def found(bare: pytest.MonkeyPatch, environment: dict[str, str]) -> Any:
    """What botocore's own chain finds in this environment."""
    for name, value in environment.items():
        bare.setenv(name, value)
    return Session().get_credentials()


def who(lab: Lab, credentials: Any) -> str:
    """Whom STS takes the holder of these credentials for, asked over HTTP."""
    with lab.serve() as url:
        sts = Session().create_client(
            "sts",
            region_name="us-east-1",
            endpoint_url=url,
            aws_access_key_id=credentials.access_key,
            aws_secret_access_key=credentials.secret_key,
            aws_session_token=credentials.token,
        )
        return str(sts.get_caller_identity()["Arn"])


def ask(url: str, method: str = "GET", **headers: str) -> tuple[int, str]:
    request = Request(url, method=method, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urlopen(request) as reply:
            return reply.status, reply.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


# The chain of botocore, of the AWS CLI


def test_botocore_finds_an_instances_role_in_the_metadata_service(shop: Shop, bare: pytest.MonkeyPatch) -> None:
    instance = Instance(shop.account, "web-1", shop.role("ec2.amazonaws.com"))
    with instance.metadata() as environment:
        credentials = found(bare, environment)
        assert credentials.method == "iam-role"
        assert who(shop.lab, credentials) == f"arn:aws:sts::111111111111:assumed-role/web/{instance.id}"


def test_botocore_finds_a_tasks_role_at_its_containers_endpoint(shop: Shop, bare: pytest.MonkeyPatch) -> None:
    task = Task(shop.account, "import", shop.role("ecs-tasks.amazonaws.com"))
    with task.endpoint() as environment:
        credentials = found(bare, environment)
        assert credentials.method == "container-role"
        assert who(shop.lab, credentials) == f"arn:aws:sts::111111111111:assumed-role/web/{task.session_name}"


def test_botocore_finds_a_pods_role_with_the_token_in_its_file(shop: Shop, bare: pytest.MonkeyPatch) -> None:
    pod = Pod(shop.account, "web-0", shop.role("pods.eks.amazonaws.com"))
    with pod.endpoint() as environment:
        credentials = found(bare, environment)
        assert credentials.method == "container-role"
        assert "assumed-role/web/eks-prod-web-0-" in who(shop.lab, credentials)


def test_botocore_finds_a_functions_role_in_its_environment(shop: Shop, bare: pytest.MonkeyPatch) -> None:
    function = Function(shop.account, "resize", shop.role("lambda.amazonaws.com"))
    credentials = found(bare, function.environment())
    assert credentials.method == "env"
    assert who(shop.lab, credentials) == "arn:aws:sts::111111111111:assumed-role/web/resize"


def test_the_aws_cli_acts_as_the_instance_it_runs_on(shop: Shop, tmp_path: Path) -> None:
    instance = Instance(shop.account, "web-1", shop.role("ec2.amazonaws.com"))
    with ExitStack() as stack:
        url, environment = stack.enter_context(shop.lab.serve()), stack.enter_context(instance.metadata())
        told = subprocess.run(
            [sys.executable, "-m", "awscli", "sts", "get-caller-identity", "--query", "Arn", "--output", "text"],
            env={"HOME": str(tmp_path), "PATH": os.environ["PATH"], "AWS_ENDPOINT_URL": url, **environment},
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
    assert told.stdout.strip() == f"arn:aws:sts::111111111111:assumed-role/web/{instance.id}"


def test_foreign_clients_are_told_when_credentials_expire_on_the_wall_clock(bare: pytest.MonkeyPatch) -> None:
    lab = Lab(seed=7)
    account = lab.account("shop")
    role = account.role("web", trusting("ec2.amazonaws.com"))
    with Instance(account, "web-1", role).metadata() as environment:
        credentials = found(bare, environment)
        assert 5 * 3600 < credentials._seconds_remaining() <= 6 * 3600


# In process


def test_in_process_the_credentials_refresh_by_the_labs_clock() -> None:
    lab = Lab(seed=7)
    account = lab.account("shop")
    instance = Instance(account, "web-1", account.role("web", trusting("ec2.amazonaws.com"), document(allow("*"))))
    s3 = instance.client("s3")
    with lab.recording("a day") as trace:
        s3.list_buckets()
        lab.clock.advance(hours=5)
        s3.list_buckets()
        lab.clock.advance(minutes=50)
        s3.list_buckets()
    assumed = [step for step in trace if step.call and step.call.operation == "AssumeRole" and step.stage == "request"]
    assert len(assumed) == 2
    delivered = [step for step in trace if step.label == "credentials delivered"]
    assert [step.sentence for step in delivered] == [
        "ec2.amazonaws.com delivers the credentials of role web to web-1."
    ] * 2


@pytest.mark.parametrize("kind", [Instance, Task, Pod, Function])
def test_the_roles_trust_policy_decides_whether_the_service_may(kind: type[Workload]) -> None:
    lab = Lab(seed=7)
    account = lab.account("shop")
    workload = kind(account, "web-1", account.role("web", trusting("glue.amazonaws.com"), document(allow("*"))))
    with refused("AccessDenied", "sts:AssumeRole"):
        workload.client("s3").list_buckets()
    workload.role.trust(trusting(workload.service))
    workload.client("s3").list_buckets()


def test_the_maximum_session_duration_of_the_role_does_not_limit_a_service() -> None:
    lab = Lab(seed=7)
    account = lab.account("shop")
    role = account.role("web", trusting("ec2.amazonaws.com"), max_session_duration=3600)
    issued = Instance(account, "web-1", role).issued()
    assert (issued["Expiration"] - lab.clock.now()).total_seconds() == 6 * 3600


# What the credentials say wherever they are used


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("aws:EC2InstanceSourceVPC", "vpc-0aa11bb22cc33dd44"),
        ("aws:EC2InstanceSourcePrivateIPv4", "10.0.1.20"),
        ("ec2:RoleDelivery", "2.0"),
    ],
)
def test_credentials_of_an_instance_carry_where_it_runs(shop: Shop, key: str, value: str) -> None:
    for wanted, may in ((value, True), (f"{value}0", False)):
        policy = document(allow("s3:*", Condition={"StringEquals": {key: wanted}}))
        role = shop.account.role(f"web-{may}", trusting("ec2.amazonaws.com"), policy)
        s3 = Instance(shop.account, "web-1", role, vpc="vpc-0aa11bb22cc33dd44").client("s3")
        if may:
            s3.list_buckets()
        else:
            with refused("AccessDenied"):
                s3.list_buckets()


def test_a_pods_session_is_tagged_with_where_it_runs_and_the_tags_go_along_the_chain(shop: Shop) -> None:
    in_shop = {"StringEquals": {"aws:PrincipalTag/kubernetes-namespace": "shop"}}
    role = shop.role("pods.eks.amazonaws.com", document(allow("sts:*"), allow("s3:*", Condition=in_shop)))
    Pod(shop.account, "web-0", role, namespace="shop").client("s3").list_buckets()
    with refused("AccessDenied"):
        Pod(shop.account, "web-0", role, namespace="lab").client("s3").list_buckets()
    target = shop.account.role(
        "target",
        document(allow(["sts:AssumeRole", "sts:TagSession"], None, Principal={"AWS": role.arn})),
        document(allow("s3:*", Condition=in_shop)),
    )
    Pod(shop.account, "web-0", role, namespace="shop", target_role=target).client("s3").list_buckets()


def test_a_target_role_can_ask_for_one_service_account_by_its_external_id(shop: Shop) -> None:
    role = shop.role("pods.eks.amazonaws.com")
    only = {"StringEquals": {"sts:ExternalId": "us-east-1/111111111111/prod/shop/web"}}
    target = shop.account.role(
        "target",
        document(
            allow("sts:AssumeRole", None, Principal={"AWS": role.arn}, Condition=only),
            allow("sts:TagSession", None, Principal={"AWS": role.arn}),
        ),
        document(allow("s3:*")),
    )
    for account, may in (("web", True), ("batch", False)):
        pod = Pod(shop.account, "p", role, namespace="shop", service_account=account, target_role=target)
        if may:
            pod.client("s3").list_buckets()
        else:
            with refused("AccessDenied"):
                pod.client("s3").list_buckets()


def test_a_trust_policy_can_ask_for_the_cluster_of_a_pod(shop: Shop) -> None:
    only = {"StringEquals": {"aws:SourceArn": "arn:aws:eks:us-east-1:111111111111:cluster/prod"}}
    role = shop.role("pods.eks.amazonaws.com", Condition=only)
    Pod(shop.account, "web-0", role).client("s3").list_buckets()
    with refused("AccessDenied"):
        Pod(shop.account, "web-0", role, cluster="test").client("s3").list_buckets()


def test_stolen_credentials_of_an_instance_still_carry_its_address(shop: Shop) -> None:
    role = shop.role("ec2.amazonaws.com")
    instance, mallory = Instance(shop.account, "web-1", role), shop.lab.account("mallory").user("mallory")
    stolen = shop.lab.session({"Credentials": instance.issued()})
    shop.lab.stolen(stolen, by=mallory)
    with shop.lab.recording("theft") as trace:
        stolen.client("s3").list_buckets()
    assert trace[0].source.name == "mallory"
    keys = next(step.decision.request.keys for step in trace if step.decision is not None)
    assert keys["aws:ec2instancesourceprivateipv4"] == ("10.0.1.20",)


# The instance metadata service, as its guide has it


@pytest.fixture
def imds(shop: Shop) -> Any:
    with Instance(shop.account, "web-1", shop.role("ec2.amazonaws.com")).metadata() as environment:
        yield environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] + "/latest"


def token(imds: str, seconds: int = 60) -> dict[str, str]:
    status, text = ask(f"{imds}/api/token", "PUT", **{TTL: str(seconds)})
    assert status == 200
    return {TOKEN: text}


def test_version_2_wants_a_token(imds: str) -> None:
    path = f"{imds}/meta-data/iam/security-credentials/"
    assert ask(path)[0] == 401
    assert ask(path, **{TOKEN: "made up"})[0] == 401
    assert ask(path, **token(imds)) == (200, "web")


@pytest.mark.parametrize("seconds", ["0", "21601", "-1", "a", "", "1.5"])
def test_a_token_lives_from_one_second_to_six_hours(imds: str, seconds: str) -> None:
    assert ask(f"{imds}/api/token", "PUT", **{TTL: seconds})[0] == 400
    assert token(imds, 1)
    assert token(imds, 21600)
    assert ask(f"{imds}/api/token", "PUT")[0] == 400
    assert ask(f"{imds}/api/token", "GET", **{TTL: "60"})[0] == 405


def test_a_proxy_gets_no_token(imds: str) -> None:
    assert ask(f"{imds}/api/token", "PUT", X_Forwarded_For="192.0.2.1", **{TTL: "60"})[0] == 403


def test_a_token_expires_and_is_its_instances_own(shop: Shop, imds: str) -> None:
    held = token(imds, 60)
    other = Instance(shop.account, "web-2", shop.account.role("b", trusting("ec2.amazonaws.com")))
    with other.metadata() as environment:
        url = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] + "/latest/meta-data/instance-id"
        assert ask(url, **held)[0] == 401
    shop.lab.clock.advance(seconds=61)
    assert ask(f"{imds}/meta-data/instance-id", **held)[0] == 401


def test_version_1_answers_whoever_can_make_the_program_fetch_a_link(shop: Shop) -> None:
    instance = Instance(shop.account, "web-1", shop.role("ec2.amazonaws.com"), imds_v1=True)
    with instance.metadata() as environment:
        path = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] + "/latest/meta-data/iam/security-credentials/web"
        status, text = ask(path)
    assert (status, instance.delivery) == (200, "1.0")
    assert '"Type": "AWS-HMAC"' in text


def test_folders_are_listed_and_what_is_not_there_is_404(imds: str) -> None:
    held = token(imds)
    assert ask(f"{imds}/meta-data/", **held) == (200, "iam/\ninstance-id\nlocal-ipv4\nplacement/")
    assert ask(f"{imds}/meta-data/iam/", **held) == (200, "info\nsecurity-credentials/")
    assert ask(f"{imds}/meta-data/placement/region", **held) == (200, "us-east-1")
    assert ask(f"{imds}/meta-data/iam/security-credentials/other", **held)[0] == 404


def test_a_role_that_does_not_trust_ec2_is_told_with_a_code_and_status_200(
    shop: Shop, bare: pytest.MonkeyPatch
) -> None:
    instance = Instance(shop.account, "web-1", shop.role("glue.amazonaws.com"))
    with instance.metadata() as environment:
        base = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] + "/latest"
        status, text = ask(f"{base}/meta-data/iam/security-credentials/web", **token(base))
        assert (status, "AssumeRoleUnauthorizedAccess" in text) == (200, True)
        assert found(bare, environment) is None


def test_a_page_in_a_browser_reads_no_credentials(shop: Shop) -> None:
    instance = Instance(shop.account, "web-1", shop.role("ec2.amazonaws.com"), imds_v1=True)
    with instance.metadata() as environment:
        path = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] + "/latest/meta-data/iam/security-credentials/web"
        assert ask(path, Origin="https://evil.example.com")[0] == 403
        assert ask(path, Host="evil.example.com")[0] == 403


# The endpoint of a container


def test_a_containers_endpoint_wants_its_token(shop: Shop) -> None:
    task = Task(shop.account, "import", shop.role("ecs-tasks.amazonaws.com"))
    with task.endpoint() as environment:
        url = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
        assert ask(url)[0] == 401
        assert ask(url, Authorization="made up")[0] == 401
        assert ask(f"{url}x", Authorization=environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"])[0] == 404
        assert ask(url, Authorization=environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"])[0] == 200


def test_a_refused_service_is_told_to_the_container(shop: Shop) -> None:
    task = Task(shop.account, "import", shop.role("ec2.amazonaws.com"))
    with task.endpoint() as environment:
        url = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
        status, text = ask(url, Authorization=environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"])
    assert (status, "AccessDenied" in text) == (403, True)
    with pytest.raises(ClientError):
        task.issued()
