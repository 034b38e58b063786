"""Workloads: programs that run in AWS and get a role's credentials from the service that runs them.

The service assumes the role through the gate, so the role's trust policy decides; then it delivers the credentials to
the place where SDKs look: the instance metadata service, a container's endpoint, the environment of a function.
`stssim.transports.credential_endpoints` serves the first two over HTTP, to real SDKs and the AWS CLI.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from stssim.call import Actor, shorten
from stssim.lab.handles import Account, RefreshedCredentials, Role, ServicePrincipal
from stssim.trace import Step

SIX_HOURS = 6 * 3600
REGION = "us-east-1"
_IN_REGION = {"AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}
"""botocore and the first AWS CLI read the second, other SDKs the first."""


class Workload(RefreshedCredentials):
    """Something that runs in an account and acts as a role. `service` is the principal that its role has to trust.

    Its clients get credentials when they first need them and again before these expire, by the Lab's clock.
    """

    service = ""

    def __init__(self, account: Account, name: str, role: Role) -> None:
        super().__init__(account._lab, name, type(self).__name__.lower())
        self.account = account
        self.role = role
        self.actor = Actor(name, "application", account.number)

    @property
    def role_name(self) -> str:
        return self.role.name

    @property
    def role_arn(self) -> str:
        return self.role.arn

    @property
    def session_name(self) -> str:
        """The name of the role session that the service makes."""
        return self.name

    def parameters(self) -> Mapping[str, Any]:
        """What the service passes to AssumeRole besides the role and the session's name."""
        return {"DurationSeconds": SIX_HOURS}

    def on_behalf_of(self) -> tuple[tuple[str, str], ...]:
        """The condition keys with which the service says for whom it assumes the role."""
        return ()

    def keys(self) -> tuple[tuple[str, str], ...]:
        """The condition keys that go with the credentials wherever they are used."""
        return ()

    def issued(self) -> Mapping[str, Any]:
        """The credentials that the service delivers now, as STS's `Credentials`.

        Raises `botocore.exceptions.ClientError` where the role does not let the service in.
        """
        service = ServicePrincipal(self._lab, self.service, self.on_behalf_of())
        asked = {"RoleArn": self.role.arn, "RoleSessionName": self.session_name, **self.parameters()}
        with service.calling("sts") as sts:
            issued = sts.assume_role(**asked)["Credentials"]
        delivered = self._lab.delivered(issued, self.actor, self.keys())
        says = f"{self.service} delivers the credentials of role {self.role.name} to {self.name}."
        found = {"AccessKeyId": issued["AccessKeyId"], "SessionToken": shorten(delivered["SessionToken"])}
        step = Step(
            "message", service.actor, self.actor, "credentials delivered", says, found={**found, **dict(self.keys())}
        )
        self._lab.record(step)
        return delivered

    def wall(self, moment: datetime) -> datetime:
        """A moment of the Lab's clock on the wall clock, by which foreign SDKs refresh."""
        return datetime.now(UTC) + (moment - self._lab.clock.now())

    def unique(self, kind: str) -> str:
        """32 hexadecimal digits that are this workload's own, the same in every run."""
        text = f"{self._lab.seed} {kind} {self.account.number} {type(self).__name__} {self.name}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def __repr__(self) -> str:
        return f"{type(self).__name__} {self.name} of {self.account.name}, as role {self.role.name}"


class Instance(Workload):
    """An EC2 instance with an instance profile of one role.

    `private_ip` and `vpc` go with its credentials as condition keys. With `imds_v1` the metadata service also answers
    requests without a token, as it does on instances whose `HttpTokens` is `optional`.
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html
    """

    service = "ec2.amazonaws.com"

    def __init__(
        self,
        account: Account,
        name: str,
        role: Role,
        *,
        private_ip: str = "10.0.1.20",
        vpc: str | None = None,
        imds_v1: bool = False,
    ) -> None:
        super().__init__(account, name, role)
        self.private_ip = private_ip
        self.id = f"i-{self.unique('instance')[:17]}"
        self.vpc = vpc or f"vpc-{self.unique('vpc')[:17]}"
        self.imds_v1 = imds_v1
        self.delivery = "2.0"
        """The version of the metadata service by which the credentials were fetched last: `1.0` or `2.0`."""

    @property
    def session_name(self) -> str:
        """EC2 calls the session as the instance."""
        return self.id

    def keys(self) -> tuple[tuple[str, str], ...]:
        """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-role-properties"""
        return (
            ("aws:EC2InstanceSourceVPC", self.vpc),
            ("aws:EC2InstanceSourcePrivateIPv4", self.private_ip),
            ("ec2:RoleDelivery", self.delivery),
            ("ec2:SourceInstanceARN", f"arn:aws:ec2:{REGION}:{self.account.number}:instance/{self.id}"),
        )

    def facts(self) -> Mapping[str, str]:
        """What the metadata service answers besides credentials, by path."""
        document = {
            "accountId": self.account.number,
            "instanceId": self.id,
            "privateIp": self.private_ip,
            "region": REGION,
            "version": "2017-09-30",
        }
        profile = f"arn:aws:iam::{self.account.number}:instance-profile/{self.role.name}"
        info = {"Code": "Success", "InstanceProfileArn": profile}
        return {
            "/latest/dynamic/instance-identity/document": json.dumps(document, indent=2),
            "/latest/meta-data/iam/info": json.dumps(info, indent=2),
            "/latest/meta-data/instance-id": self.id,
            "/latest/meta-data/local-ipv4": self.private_ip,
            "/latest/meta-data/placement/availability-zone": f"{REGION}a",
            "/latest/meta-data/placement/region": REGION,
        }

    @contextmanager
    def metadata(self) -> Iterator[dict[str, str]]:
        """Serves its metadata on loopback as long as the block lasts, and yields the environment in which SDKs and the
        AWS CLI find it.
        """
        from stssim.transports.credential_endpoints import MetadataService, serving

        with serving(MetadataService(self, self._lab.clock)) as url:
            yield {"AWS_EC2_METADATA_SERVICE_ENDPOINT": url, **_IN_REGION}


class Task(Workload):
    """A task of ECS with a task role. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html"""

    service = "ecs-tasks.amazonaws.com"

    @property
    def session_name(self) -> str:
        """ECS calls the session as the task."""
        return self.unique("task")

    def on_behalf_of(self) -> tuple[tuple[str, str], ...]:
        """The task, and its account."""
        arn = f"arn:aws:ecs:{REGION}:{self.account.number}:task/default/{self.unique('task')}"
        return (("aws:SourceAccount", self.account.number), ("aws:SourceArn", arn))

    @contextmanager
    def endpoint(self) -> Iterator[dict[str, str]]:
        """Serves its credentials on loopback as long as the block lasts, and yields the environment in which SDKs and
        the AWS CLI find them.
        """
        from stssim.transports.credential_endpoints import ContainerEndpoint, serving

        path, token = f"/v2/credentials/{UUID(self.unique('path'))}", self.unique("authorization")
        with serving(ContainerEndpoint(self, path, token)) as url:
            yield {
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{url}{path}",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN": token,
                **_IN_REGION,
            }


class Pod(Workload):
    """A pod of EKS that gets its role by EKS Pod Identity, which tags the session with where the pod runs.

    With `target_role`, EKS assumes that role with the first one's credentials, and the pod gets those. AWS sends an
    External ID then: Region, account, cluster, namespace and service account, with slashes between them.
    https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
    https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html
    """

    service = "pods.eks.amazonaws.com"

    def __init__(
        self,
        account: Account,
        name: str,
        role: Role,
        *,
        cluster: str = "prod",
        namespace: str = "default",
        service_account: str = "default",
        target_role: Role | None = None,
    ) -> None:
        super().__init__(account, name, role)
        self.cluster = cluster
        self.namespace = namespace
        self.service_account = service_account
        self.target_role = target_role

    @property
    def session_name(self) -> str:
        """EKS calls the session by cluster and pod."""
        return f"eks-{self.cluster}-{self.name}-{UUID(self.unique('session'))}"[:64]

    @property
    def cluster_arn(self) -> str:
        return f"arn:aws:eks:{REGION}:{self.account.number}:cluster/{self.cluster}"

    def on_behalf_of(self) -> tuple[tuple[str, str], ...]:
        """The cluster, and its account."""
        return (("aws:SourceAccount", self.account.number), ("aws:SourceArn", self.cluster_arn))

    @property
    def external_id(self) -> str:
        """What EKS sends when it assumes a target role."""
        return f"{REGION}/{self.account.number}/{self.cluster}/{self.namespace}/{self.service_account}"

    def parameters(self) -> Mapping[str, Any]:
        """The six tags that EKS sets, all of them transitive."""
        tags = {
            "eks-cluster-arn": self.cluster_arn,
            "eks-cluster-name": self.cluster,
            "kubernetes-namespace": self.namespace,
            "kubernetes-service-account": self.service_account,
            "kubernetes-pod-name": self.name,
            "kubernetes-pod-uid": str(UUID(self.unique("pod"))),
        }
        return {
            "DurationSeconds": SIX_HOURS,
            "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
            "TransitiveTagKeys": list(tags),
        }

    def issued(self) -> Mapping[str, Any]:
        """The credentials of the role, or of the target role if there is one."""
        own = super().issued()
        if self.target_role is None:
            return own
        asked = {
            "RoleArn": self.target_role.arn,
            "RoleSessionName": self.session_name,
            "ExternalId": self.external_id,
        }
        with self._lab.session({"Credentials": own}).calling("sts") as sts:
            credentials: Mapping[str, Any] = sts.assume_role(**asked)["Credentials"]
        return credentials

    @contextmanager
    def endpoint(self) -> Iterator[dict[str, str]]:
        """Serves its credentials on loopback as long as the block lasts, and yields the environment in which SDKs and
        the AWS CLI find them.
        """
        from stssim.transports.credential_endpoints import ContainerEndpoint, serving, token_file

        path, token = "/v1/credentials", self.unique("authorization")
        with token_file(token) as file, serving(ContainerEndpoint(self, path, token)) as url:
            yield {
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{url}{path}",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": file,
                **_IN_REGION,
            }


class Function(Workload):
    """A Lambda function with an execution role, whose credentials are in its environment.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """

    service = "lambda.amazonaws.com"

    @property
    def arn(self) -> str:
        return f"arn:aws:lambda:{REGION}:{self.account.number}:function:{self.name}"

    def keys(self) -> tuple[tuple[str, str], ...]:
        """https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html"""
        return (("lambda:SourceFunctionArn", self.arn),)

    def environment(self) -> dict[str, str]:
        """The environment of an invocation: credentials that do not refresh, and what else Lambda sets."""
        issued = self.issued()
        return {
            "AWS_ACCESS_KEY_ID": issued["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": issued["SecretAccessKey"],
            "AWS_SESSION_TOKEN": issued["SessionToken"],
            **_IN_REGION,
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
        }
