"""Short spellings of boto3 calls: an account, a user, a role, a service, temporary credentials. Each makes real
clients.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from stssim.arn import Arn
from stssim.call import Actor, HttpReply, HttpRequest, Session
from stssim.clock import Clock
from stssim.trace import Step

if TYPE_CHECKING:
    from stssim.lab.identity.mfa import MfaDevice

Document = Mapping[str, Any] | str
_SERVICE_HOURS = 12


class Home(Protocol):
    """The Lab, as far as handles, identity providers and the vendor application know it."""

    @property
    def seed(self) -> int | str: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def root_secret(self) -> str: ...
    @property
    def is_recording(self) -> bool: ...
    def handle(self, request: HttpRequest) -> HttpReply: ...
    def outgoing(self, name: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]: ...
    def mint(self, session: Session) -> tuple[str, str, str]: ...
    def delivered(
        self, credentials: Mapping[str, Any], to: Actor, keys: tuple[tuple[str, str], ...]
    ) -> Mapping[str, Any]: ...
    def session(self, reply: Mapping[str, Any]) -> TemporaryCredentials: ...
    def mfa_device(self, user: User, name: str | None = None) -> MfaDevice: ...
    def record(self, step: Step) -> None: ...


class Handle:
    """Somebody who can call: makes boto3 clients that sign as them."""

    def __init__(self, lab: Home, name: str) -> None:
        self._lab = lab
        self.name = name
        self.actor = Actor(name)
        self.access_key_id = ""
        self._keys: tuple[str, str, str | None] = ("", "", None)

    def client(self, service: str, *, region: str = "us-east-1", config: Any = None) -> Any:
        """A real boto3 client that signs as this one. `region="aws-global"` asks STS's global endpoint."""
        from stssim.transports.in_process import client

        key_id, secret, token = self._keys
        return client(
            service,
            self._lab.handle,
            access_key_id=key_id,
            secret=secret,
            session_token=token,
            region=region,
            config=config,
            outgoing=self._lab.outgoing,
        )

    def calling(self, service: str) -> AbstractContextManager[Any]:
        """A boto3 client that signs as this one inside the block, for a few calls in us-east-1: it is shared, and so
        costs less than one of its own. Not for S3 in a bucket of another Region, which clients remember.
        """
        from stssim.transports.in_process import Speaker, speaking

        return speaking(service, Speaker(self._lab.handle, self._credentials(), self._lab.outgoing))

    def _credentials(self) -> Any:
        from botocore.credentials import Credentials

        return Credentials(*self._keys)


class Account(Handle):
    """An account. Its own client acts as its root user."""

    def __init__(self, lab: Home, name: str, number: str) -> None:
        super().__init__(lab, name)
        self.number = number
        self.arn = f"arn:aws:iam::{number}:root"
        self.actor = Actor("root", "root", number)
        self._keys = (number, lab.root_secret, None)

    def user(
        self,
        name: str,
        policy: Document | None = None,
        *,
        path: str = "/",
        tags: Mapping[str, str] | None = None,
    ) -> User:
        """Creates an IAM user with an access key, and with an inline policy if one is given."""
        with self.calling("iam") as iam:
            made = iam.create_user(UserName=name, Path=path, Tags=_tags(tags))["User"]
            if policy is not None:
                iam.put_user_policy(UserName=name, PolicyName=f"{name}-policy", PolicyDocument=_text(policy))
            key = iam.create_access_key(UserName=name)["AccessKey"]
        return User(self, made["Arn"], made["UserId"], key["AccessKeyId"], key["SecretAccessKey"])

    def role(
        self,
        name: str,
        trust: Document,
        policy: Document | None = None,
        *,
        path: str = "/",
        max_session_duration: int = 3600,
        tags: Mapping[str, str] | None = None,
    ) -> Role:
        """Creates an IAM role with this trust policy, and with an inline policy if one is given."""
        with self.calling("iam") as iam:
            made = iam.create_role(
                RoleName=name,
                Path=path,
                AssumeRolePolicyDocument=_text(trust),
                MaxSessionDuration=max_session_duration,
                Tags=_tags(tags),
            )["Role"]
            if policy is not None:
                iam.put_role_policy(RoleName=name, PolicyName=f"{name}-policy", PolicyDocument=_text(policy))
        return Role(self, name, made["Arn"], made["RoleId"])

    def bucket(
        self, name: str, objects: Mapping[str, str | bytes] | None = None, policy: Document | None = None
    ) -> str:
        """Creates a bucket with these objects in it and, if one is given, a bucket policy. Returns the bucket's
        name.
        """
        with self.calling("s3") as s3:
            s3.create_bucket(Bucket=name)
            for key, body in (objects or {}).items():
                s3.put_object(Bucket=name, Key=key, Body=body)
            if policy is not None:
                s3.put_bucket_policy(Bucket=name, Policy=_text(policy))
        return name

    def __repr__(self) -> str:
        return f"Account {self.name} {self.number}"


class User(Handle):
    """An IAM user and one access key of theirs."""

    def __init__(self, account: Account, arn: str, unique_id: str, access_key_id: str, secret: str) -> None:
        super().__init__(account._lab, Arn.parse(arn).name)
        self.account = account
        self.actor = Actor(self.name, "user", account.number)
        self.arn = arn
        self.unique_id = unique_id
        self.access_key_id = access_key_id
        self._keys = (access_key_id, secret, None)

    def mfa_device(self, name: str | None = None) -> MfaDevice:
        """A virtual MFA device that is enabled for this user (made and enabled now, if it is not there yet)."""
        return self._lab.mfa_device(self, name)

    def __repr__(self) -> str:
        return f"User {self.name} of {self.account.name}"


class Role:
    """An IAM role."""

    def __init__(self, account: Account, name: str, arn: str, unique_id: str) -> None:
        self._account = account
        self.name = name
        self.arn = arn
        self.unique_id = unique_id

    def trust(self, policy: Document) -> None:
        """Replaces the trust policy (UpdateAssumeRolePolicy)."""
        with self._account.calling("iam") as iam:
            iam.update_assume_role_policy(RoleName=self.name, PolicyDocument=_text(policy))

    def credentials(self, by: Handle, session_name: str = "session", **parameters: Any) -> RoleCredentials:
        """This role's credentials, which `by` asks for when they are first needed, and again before they expire.

        `parameters` are further ones of AssumeRole. Raises nothing yet: a refusal comes with the first call.
        """
        return RoleCredentials(self, by, {"RoleArn": self.arn, "RoleSessionName": session_name, **parameters})

    def __repr__(self) -> str:
        return f"Role {self.name} of {self._account.name}"


class RefreshedCredentials(Handle):
    """Temporary credentials that refresh themselves, as SDKs' do, but by the Lab's clock.

    botocore's own rules for when: it may be done within 15 minutes of the expiry, and must be within 10.
    `botocore_credentials` are the credentials as botocore has them.
    """

    def __init__(self, lab: Home, name: str, method: str) -> None:
        from botocore.credentials import DeferredRefreshableCredentials

        super().__init__(lab, name)
        self.botocore_credentials: Any = DeferredRefreshableCredentials(
            self._refreshed, method, time_fetcher=lab.clock.now
        )

    def client(self, service: str, *, region: str = "us-east-1", config: Any = None) -> Any:
        """A real boto3 client that signs with these credentials, whichever they are by then."""
        from stssim.transports.in_process import client

        return client(
            service,
            self._lab.handle,
            credentials=self.botocore_credentials,
            region=region,
            config=config,
            outgoing=self._lab.outgoing,
        )

    def _credentials(self) -> Any:
        return self.botocore_credentials

    def issued(self) -> Mapping[str, Any]:
        """New credentials, as STS's `Credentials`. Raises `botocore.exceptions.ClientError` where they are refused."""
        raise NotImplementedError

    def _refreshed(self) -> dict[str, str]:
        issued = self.issued()
        return {
            "access_key": issued["AccessKeyId"],
            "secret_key": issued["SecretAccessKey"],
            "token": issued["SessionToken"],
            "expiry_time": issued["Expiration"].isoformat(),
        }


class RoleCredentials(RefreshedCredentials):
    """A role's temporary credentials, for which a user or another role asks."""

    def __init__(self, role: Role, by: Handle, parameters: Mapping[str, Any]) -> None:
        super().__init__(by._lab, role.name, "assume-role")
        self.actor = by.actor
        self._by = by
        self._parameters = parameters

    def issued(self) -> Mapping[str, Any]:
        """What AssumeRole gives."""
        with self._by.calling("sts") as sts:
            credentials: Mapping[str, Any] = sts.assume_role(**self._parameters)["Credentials"]
        return credentials

    def __repr__(self) -> str:
        return f"Credentials of role {self.name}, refreshed by {self._by.name}"


class TemporaryCredentials(Handle):
    """What STS issued: a key, a secret and a session token, good for a while."""

    @classmethod
    def of(cls, lab: Home, reply: Any) -> TemporaryCredentials:
        """Raises `ValueError` for what carries no credentials."""
        issued = reply.get("Credentials") if isinstance(reply, Mapping) else None
        if not isinstance(issued, Mapping) or not {"AccessKeyId", "SecretAccessKey", "SessionToken"} <= issued.keys():
            raise ValueError("This reply carries no credentials; pass what AssumeRole or its like answered.")
        who = reply.get("AssumedRoleUser") or reply.get("FederatedUser") or {}
        made = cls(lab, Arn.parse(who["Arn"]).name if "Arn" in who else "session")
        made.access_key_id, made.expiration = issued["AccessKeyId"], issued["Expiration"]
        made._keys = (issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])
        return made

    expiration: Any

    def __repr__(self) -> str:
        return f"Temporary credentials {self.access_key_id}, good until {self.expiration:%Y-%m-%d %H:%M:%S} UTC"


class ServicePrincipal(Handle):
    """An AWS service that calls as itself."""

    def __init__(self, lab: Home, principal: str, claims: tuple[tuple[str, str], ...]) -> None:
        super().__init__(lab, principal)
        now = int(lab.clock.now().timestamp())
        self._keys = lab.mint(
            Session("service", "", principal, principal, principal, "", now, now + _SERVICE_HOURS * 3600, claims=claims)
        )

    def __repr__(self) -> str:
        return f"Service {self.name}"


def _text(policy: Document) -> str:
    return policy if isinstance(policy, str) else json.dumps(policy)


def _tags(tags: Mapping[str, str] | None) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
