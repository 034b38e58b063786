"""Pictures of the order in which AWS looks at policies, each of one call's recorded decision."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from diagrams.given import READS, REPORT, Picture, a_firm, allow, document, tried, trusting
from stssim import Lab
from stssim.lab.handles import Account, Role, User
from stssim.show.evaluation import evaluation
from stssim.trace import Trace


def decision_of(trace: Trace, **_: Any) -> str:
    """The picture of the last decision of a trace."""
    decision = next(step.decision for step in reversed(trace) if step.decision is not None)
    return evaluation(decision, trace.name)


@dataclass(frozen=True, slots=True)
class Company:
    """A member account of an organization, whose role Audit has a permissions boundary and reads a bucket."""

    lab: Lab
    member: Account
    carol: User
    audit: Role

    def read(self, title: str, **session: str) -> Trace:
        """The report, read by a session of Audit."""
        with self.lab.recording(title) as trace:
            issued = self.carol.client("sts").assume_role(RoleArn=self.audit.arn, RoleSessionName="carol", **session)
            tried(self.lab.session(issued).client("s3").get_object, **REPORT)
        return trace


def a_company() -> Company:
    """The company, with every kind of policy attached and nothing called yet."""
    lab = Lab(seed=7)
    management, member = lab.account("management"), lab.account("member")
    organizations = management.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    invited = organizations.invite_account_to_organization(Target={"Type": "ACCOUNT", "Id": member.number})
    member.client("organizations").accept_handshake(HandshakeId=invited["Handshake"]["Id"])
    for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
        organizations.enable_policy_type(RootId=root, PolicyType=kind)
    carol = member.user("carol")
    audit = member.role("Audit", trusting({"AWS": carol.arn}), READS)
    iam = member.client("iam")
    limit = iam.create_policy(PolicyName="limit", PolicyDocument=json.dumps(document(allow("s3:*"))))
    iam.put_role_permissions_boundary(RoleName="Audit", PermissionsBoundary=limit["Policy"]["Arn"])
    same_firm = allow("s3:GetObject", "arn:aws:s3:::reports/*", Principal={"AWS": member.number})
    member.bucket("reports", {"q3.csv": "quarter,revenue\nq3,1200\n"}, document(same_firm))
    return Company(lab, member, carol, audit)


def allowed() -> Trace:
    """Every kind of policy there is, and all that have to allow do."""
    return a_company().read("allowed", Policy=json.dumps(READS))


def by_session_policy() -> Trace:
    """The same session, but for the session policy that it was asked for with."""
    return a_company().read("session policy", Policy=json.dumps(document(allow("s3:ListBucket"))))


def by_explicit_deny() -> Trace:
    """The same session again, and one statement in the bucket's policy that denies."""
    company = a_company()
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/q3.csv"}
    company.member.client("s3").put_bucket_policy(Bucket="reports", Policy=json.dumps(document(deny)))
    return company.read("explicit deny", Policy=json.dumps(READS))


def by_name() -> Trace:
    """Carol has no policy of her own; the bucket's names her."""
    company = a_company()
    named = allow("s3:GetObject", "arn:aws:s3:::reports/*", Principal={"AWS": company.carol.arn})
    company.member.client("s3").put_bucket_policy(Bucket="reports", Policy=json.dumps(document(named)))
    with company.lab.recording("by name") as trace:
        company.carol.client("s3").get_object(**REPORT)
    return trace


def by_trust_policy() -> Trace:
    """Across accounts, with an External ID that is not the one that the role asks for."""
    firm = a_firm()
    wanted = {"sts:ExternalId": "customer-5a5e"}
    firm.audit.trust(trusting({"AWS": firm.vendor.number}, StringEquals=wanted))
    with firm.lab.recording("trust policy") as trace:
        tried(firm.assumed, ExternalId="mallory-89a8")
    return trace


PICTURES = (
    Picture("evaluation-allowed", "The order of evaluation: all that must allow do", allowed, decision_of),
    Picture("evaluation-explicit-deny", "An explicit deny comes first", by_explicit_deny, decision_of),
    Picture(
        "evaluation-by-name",
        "In one account, a resource-based policy that names the caller is enough",
        by_name,
        decision_of,
    ),
    Picture("evaluation-trust-policy", "A trust policy must itself allow", by_trust_policy, decision_of),
    Picture(
        "evaluation-session-policy", "A session policy limits what the role may do", by_session_policy, decision_of
    ),
)
