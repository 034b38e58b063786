"""A call put to the policies, by the gate's own rules, without being made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from stssim.adversary.supposed import Changes, Supposed
from stssim.arn import Arn
from stssim.call import Actor, Call, Caller, HttpRequest, RequiredPermission, Session, Signature, Verified
from stssim.cloud import Census, Cloud, OidcProvider
from stssim.issue.session_tags import session_tags
from stssim.lab.handles import Handle
from stssim.policy import Decision, Policies, Policy, Request
from stssim.trace import Refused
from stssim.validate.authentication.claimed_identity import claim, session_caller
from stssim.validate.authentication.token_claims import SESSION_KEYS, condition_keys
from stssim.validate.authorization.authorize import decision_on
from stssim.validate.authorization.required_permissions import required_permissions

REGION = "us-east-1"
_REQUEST = HttpRequest("POST", f"sts.{REGION}.amazonaws.com", "/", ())
_HOUR = 3600


class OutOfBound(Exception):
    """As many candidates were evaluated as were allowed."""


@dataclass(slots=True)
class Count:
    """How many candidates were put to the policies so far, and how many may be."""

    most: int
    evaluated: int = 0

    def one(self) -> None:
        self.evaluated += 1
        if self.evaluated > self.most:
            raise OutOfBound


@dataclass(frozen=True, slots=True)
class Answered:
    """What the policies say to a call: the decision on each permission that it needs, as far as the first denial."""

    call: Call
    caller: Caller
    decisions: tuple[Decision, ...]
    refused: str = ""

    @property
    def allowed(self) -> bool:
        return not self.refused and all(each.allowed for each in self.decisions)

    @property
    def denied(self) -> Decision | None:
        return next((each for each in self.decisions if not each.allowed), None)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Everything that exists at a moment, with what the attacker would have changed; and the count of candidates."""

    cloud: Cloud
    count: Count
    directory: Supposed = field(repr=False)

    @classmethod
    def of(cls, cloud: Cloud, count: Count, changes: Changes | None = None) -> Rehearsal:
        directory = Supposed(cast(Census, cloud.directory), changes or Changes(), {})
        return cls(replace(cloud, directory=cast(Any, directory)), count, directory)

    @property
    def changes(self) -> Changes:
        return self.directory.changes

    def changed(self, changes: Changes) -> Rehearsal:
        """The same with other changes."""
        directory = self.directory.changed(changes)
        return Rehearsal(replace(self.cloud, directory=cast(Any, directory)), self.count, directory)

    @property
    def now(self) -> int:
        return int(self.cloud.now.timestamp())

    def call(self, service: str, operation: str, parameters: Mapping[str, Any]) -> Call:
        """A call as it would be read off the wire."""
        return Call(_REQUEST, service, operation, REGION, _REQUEST.host, parameters, at=self.cloud.now)

    def put(self, caller: Caller, service: str, operation: str, parameters: Mapping[str, Any]) -> Answered:
        """The policies' answer to a call. Raises `OutOfBound` when that was one too many."""
        self.count.one()
        call = self.call(service, operation, parameters)
        try:
            needs = required_permissions(call, caller, cast(Any, self.directory))
        except Refused as refused:
            return Answered(call, caller, (), refused.refusal.message)
        decisions = []
        for need in needs:
            decision = decision_on(call, caller, need, self.owner(need, caller), self.cloud)
            decisions.append(decision)
            if not decision.allowed:
                break
        return Answered(call, caller, tuple(decisions))

    def owner(self, need: RequiredPermission, caller: Caller) -> str:
        return need.account or self.directory.owner(need.resource) or caller.account

    def first(
        self, caller: Caller, service: str, operation: str, parameters: Mapping[str, Any]
    ) -> tuple[Request, Policies] | None:
        """The request and the policies of the first permission that a call needs; None: it needs none, or is none."""
        found = self.put(caller, service, operation, parameters)
        return (found.decisions[0].request, found.decisions[0].policies) if found.decisions else None

    def holder(self, handle: Handle) -> Caller | None:
        """Who somebody's credentials make one; None where they do not work any more."""
        key_id, _, token = handle._keys
        signature = Signature("header", key_id, "", session_token=token)
        claimed = claim(replace(self.call("sts", "GetCallerIdentity", {}), signature=signature), self.cloud)
        return claimed.caller if claimed.fault is None and self.works(claimed.caller) else None

    def works(self, caller: Caller | None) -> bool:
        """Whether credentials still work: the session has not ended, whom they were issued for is still there."""
        if caller is None:
            return False
        session = caller.session
        if session is not None and session.expires_at <= self.now:
            return False
        name = caller.principal_arn.rpartition("/")[2]
        if caller.kind == "role":
            role = self.directory.role(caller.account, name)
            return role is not None and role.unique_id == caller.principal_id
        owner = session.principal if session is not None else caller.arn
        if ":user/" in owner:
            user = self.directory.user(caller.account, owner.rpartition("/")[2])
            return user is not None and user.unique_id == caller.principal_id
        return True

    def user(self, arn: str, unique_id: str, *, mfa: bool = False) -> Caller:
        """A user with a long-term key; with `mfa`, a code of a device of theirs goes with the call."""
        account, name = Arn.parse(arn).account, Arn.parse(arn).name
        mfa_at = self.now if mfa else None
        return Caller("user", account, arn, unique_id, arn, unique_id, Actor(name, "user", account), mfa_at=mfa_at)

    def into_role(self, answered: Answered, role: Any, *, seconds: int | None = None) -> Caller:
        """Who an allowed call of the AssumeRole family makes one."""
        call, caller = answered.call, answered.caller
        verified = caller.verified
        chained = caller.session is not None and caller.session.kind in ("role", "user")
        longest = min(role.max_session_duration, _HOUR) if chained else role.max_session_duration
        tags, transitive = session_tags(call, caller) if verified is None else (verified.tags, ())
        held = caller.session.source_identity if caller.session else None
        return session_caller(
            Session(
                kind="role",
                account=role.account,
                principal=role.arn,
                principal_id=role.unique_id,
                name=call.parameters["RoleSessionName"],
                access_key_id="",
                issued_at=self.now,
                expires_at=self.now + (seconds or longest),
                tags=tags,
                transitive_tag_keys=transitive,
                source_identity=held or call.parameters.get("SourceIdentity"),
                provider=verified.provider if verified else None,
                claims=verified.session_claims if verified else (),
            )
        )

    def vouched_for(self, provider: OidcProvider, claims: Mapping[str, Any]) -> Caller:
        """Who a token with these claims makes one, once it has been verified."""
        named = claims.get("aud", "")
        audience = named if isinstance(named, str) else named[0]
        found = condition_keys(provider.url, claims, audience, (audience,))
        verified = Verified(
            "web-identity",
            provider.arn,
            f"https://{provider.url}",
            str(claims.get("sub", "")),
            audience,
            claims=(*found, ("sts:RoleAuthorizedByIdp", "false")),
            session_claims=tuple((key, value) for key, value in found if key.rpartition(":")[2] in SESSION_KEYS),
        )
        actor = Actor.vouched_for(verified.subject or "somebody", "web-identity")
        arn = provider.arn
        return Caller("web-identity", "", arn, verified.subject, arn, "", actor, verified=verified)

    def service(self, principal: str, arn: str, account: str) -> Caller:
        """An AWS service that calls for a resource."""
        claims = (("aws:SourceArn", arn), ("aws:SourceAccount", account))
        session = Session("service", "", principal, principal, principal, "", 0, 2**40, claims=claims)
        return session_caller(session)


ANYTHING = Policy(
    "whatever the attacker likes",
    "identity",
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}},
)
