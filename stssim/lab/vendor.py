"""The deputy application: a small vendor that makes AWS calls for its tenants. It is what really gets confused.

Its users sign up, type a role's ARN into a form, and read in a dashboard what the vendor's audit brought back. The
messages are simulated, the AWS calls are real.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from botocore.exceptions import ClientError

from stssim.arn import Arn
from stssim.lab.handles import Account, Handle, Home, User
from stssim.trace import Outcome, Step

REPORT = "report.csv"
_SHORTEST = 900
WRONG_ID = "not-the-id-of-anybody"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the vendor decided when it built its onboarding.

    `chosen_by` says who chooses a tenant's External ID; `nobody`: none is sent. `unique`: no two tenants have the same
    one. `guessable`: the vendor's own ids count its tenants, so that after one has left a number is given again; else
    they are random, and none is given twice. `tested`: where External IDs are sent, the vendor tries a role with a
    missing and with a wrong one before it accepts it, and both must be refused. `short_sessions`: it asks
    for credentials of 15 minutes, the shortest that there are.
    """

    chosen_by: Literal["nobody", "vendor", "customer"] = "nobody"
    unique: bool = True
    guessable: bool = False
    tested: bool = False
    short_sessions: bool = False


@dataclass(frozen=True, slots=True)
class Tenant:
    """A row of the vendor's tenant table."""

    name: str
    external_id: str | None = None
    role_arn: str | None = None
    dashboard: Mapping[str, str] = field(default_factory=dict)


class Vendor:
    """A vendor that audits its tenants' reports: object `report.csv` of the bucket that `bucket_of` names."""

    def __init__(self, lab: Home, account: Account, user: User, settings: Settings) -> None:
        self._lab = lab
        self.account = account
        self.user = user
        self.name = user.name
        self.settings = settings
        self.tenants: dict[str, Tenant] = {}
        self._ids = hashlib.sha256(f"{lab.seed} {user.name}".encode()).hexdigest()
        self._left: list[str] = []

    def bucket_of(self, role_arn: str) -> str:
        """The bucket in which the vendor looks for the report: its own name and the account of the role."""
        return f"{self.name}-{Arn.parse(role_arn).account}"

    def external_id(self, tenant: str) -> str | None:
        """The External ID that the vendor gives this tenant, whoever asks; None where it gives none."""
        if self.settings.chosen_by != "vendor":
            return None
        if not self.settings.unique:
            return f"{self.name}-{self._ids[:8]}"
        if self.settings.guessable:
            known = [*self.tenants, tenant]
            return f"{self.name}-{known.index(tenant) + 1:04}"
        drawn = f"{self._ids} {tenant}" + " again" * self._left.count(tenant)
        return f"{tenant}-{hashlib.sha256(drawn.encode()).hexdigest()[:12]}"

    def sign_up(self, tenant: str, *, by: Handle) -> Tenant:
        """A new tenant, with the External ID that the vendor gives it. Raises `ValueError` for a name that is taken."""
        if tenant in self.tenants:
            raise ValueError(f"{self.name} has a tenant {tenant!r} already.")
        row = self.tenants[tenant] = Tenant(tenant, self.external_id(tenant))
        gift = f" and is given the External ID {row.external_id}" if row.external_id else ""
        self._message(by, self.user, "signs up", f"{by.name} signs up with {self.name} as tenant {tenant}{gift}.", row)
        return row

    def onboard(self, tenant: str, role_arn: str, external_id: str | None = None, *, by: Handle) -> bool:
        """The onboarding form: a role for the vendor to assume. Returns whether the vendor accepted it.

        What is typed as `external_id` counts only where customers choose it; elsewhere the form has no such field.
        """
        row = self.tenants.get(tenant) or self.sign_up(tenant, by=by)
        chosen = self.settings.chosen_by == "customer"
        row = replace(row, role_arn=role_arn, external_id=external_id if chosen else row.external_id)
        also = f" and the External ID {external_id}" if chosen and external_id else ""
        says = f"{by.name} types {role_arn}{also} into the onboarding form of {self.name}, as tenant {tenant}."
        self._message(by, self.user, "types a role ARN", says, row)
        objection = self._objection(row)
        if objection:
            self._message(self.user, by, "turned down", f"{self.name} turns the role down: {objection}.", row, "denied")
            return False
        self.tenants[tenant] = row
        sends = f"External ID {row.external_id}" if row.external_id else "no External ID"
        entry = f"{self.name} enters in its tenant table: {tenant}, role {Arn.parse(role_arn).name}, {sends}."
        self._message(self.user, self.user, "tenant table", entry, row)
        return True

    def audit(self, tenant: str, *, by: Handle | None = None, session: str | None = None) -> Tenant:
        """Reads this tenant's report with the role that it gave, and puts it in its dashboard. Returns the tenant's
        row. `session` is the name of the session in which it does so, unless it is its usual one.

        Raises `LookupError` for a tenant without an accepted role. A refusal by AWS leaves the dashboard as it is.
        """
        row = self.tenants.get(tenant)
        if row is None or row.role_arn is None:
            raise LookupError(f"{self.name} has no accepted role of a tenant {tenant!r}.")
        if by is not None:
            self._message(
                by, self.user, "asks for an audit", f"{by.name} asks {self.name} to audit tenant {tenant}.", row
            )
        bucket = self.bucket_of(row.role_arn)
        try:
            credentials = self._lab.session(self._assume(row, row.external_id, session))
            with credentials.calling("s3") as s3:
                report = s3.get_object(Bucket=bucket, Key=REPORT)["Body"].read().decode()
        except ClientError as error:
            says = f"{self.name} has nothing to show tenant {tenant}: {error.response['Error']['Code']}."
            self._message(self.user, by or self.user, "no report", says, row)
            return row
        row = self.tenants[tenant] = replace(row, dashboard={**row.dashboard, f"{bucket}/{REPORT}": report})
        says = f"{self.name} shows {REPORT} of bucket {bucket} in the dashboard of tenant {tenant}."
        self._message(self.user, by or self.user, "dashboard", says, row)
        return row

    def leave(self, tenant: str, *, by: Handle) -> bool:
        """A tenant closes its account with the vendor. Returns whether there was such a tenant."""
        row = self.tenants.pop(tenant, None)
        if row is not None:
            self._left.append(tenant)
            says = f"{by.name} closes the account of tenant {tenant} with {self.name}."
            self._message(by, self.user, "leaves", says, row)
        return row is not None

    def _assume(self, row: Tenant, external_id: str | None, session: str | None = None) -> Mapping[str, Any]:
        given: dict[str, Any] = {"ExternalId": external_id} if external_id else {}
        if self.settings.short_sessions:
            given["DurationSeconds"] = _SHORTEST
        with self.user.calling("sts") as sts:
            answer: Mapping[str, Any] = sts.assume_role(
                RoleArn=row.role_arn, RoleSessionName=session or f"{self.name}-audit", **given
            )
        return answer

    def _objection(self, row: Tenant) -> str | None:
        """Why the vendor will not take this role, or None. Testing it makes real calls."""
        others = (other.external_id for other in self.tenants.values() if other.name != row.name)
        if self.settings.unique and row.external_id and row.external_id in others:
            return "its External ID is another tenant's already"
        if not self.settings.tested or self.settings.chosen_by == "nobody":
            return None
        if self._lets_in(row, None):
            return "it lets the vendor in with no External ID at all"
        if self._lets_in(row, WRONG_ID):
            return "it lets the vendor in with a wrong External ID"
        return (
            None if self._lets_in(row, row.external_id) else "it does not let the vendor in with the right External ID"
        )

    def _lets_in(self, row: Tenant, external_id: str | None) -> bool:
        try:
            self._assume(row, external_id)
        except ClientError:
            return False
        return True

    def _message(
        self, source: Handle, target: Handle, label: str, sentence: str, row: Tenant, outcome: Outcome = "done"
    ) -> None:
        found = {
            "tenant": row.name,
            "dashboard": dict(row.dashboard),
            "role": row.role_arn,
            "external id": row.external_id,
        }
        self._lab.record(Step("message", source.actor, target.actor, label, sentence, outcome, found=found))

    def __repr__(self) -> str:
        rows = "; ".join(
            f"{row.name}: {row.role_arn or 'no role yet'}, {row.external_id or 'no External ID'}"
            for row in self.tenants.values()
        )
        return f"Vendor {self.name}, tenants: {rows or 'none'}"
