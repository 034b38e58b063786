"""Pictures of the way of a request: the seven arrows, one account and two, chains of roles, the end of a session."""

from __future__ import annotations

from dataclasses import replace

from diagrams.given import REPORT, SESSION, Picture, a_firm, allow, document, downwards, in_short, tried, trusting
from stssim import Lab
from stssim.show import map_of
from stssim.show.rows import CLASSIC
from stssim.trace import Trace


def cross_account() -> Trace:
    """Alice of the vendor assumes the customer's role and reads the customer's report."""
    firm = a_firm()
    with firm.lab.recording("cross account") as trace:
        firm.assumed().client("s3").get_object(**REPORT)
    return trace


def seven_arrows() -> Trace:
    """The same two calls, the last step of each arrow alone, under the classic picture's words."""
    trace = in_short(cross_account())
    steps = [replace(step, label=CLASSIC[step.arrow].label) for step in trace if step.arrow is not None]
    return Trace(trace.name, steps, accounts=trace.accounts)


def cross_account_refused() -> Trace:
    """The role trusts the vendor's account, and Bob's own policy says nothing."""
    firm = a_firm()
    bob = firm.vendor.user("bob")
    with firm.lab.recording("one yes is not enough") as trace:
        tried(bob.client("sts").assume_role, RoleArn=firm.audit.arn, RoleSessionName="bob")
    return trace


def same_account() -> Trace:
    """Carol's role is in her own account and names her: she needs no policy of her own."""
    lab = Lab(seed=7)
    customer = lab.account("customer")
    carol = customer.user("carol")
    audit = customer.role("Audit", trusting({"AWS": carol.arn}), document(allow("s3:GetObject")))
    customer.bucket("reports", {"q3.csv": "quarter,revenue\nq3,1200\n"})
    with lab.recording("same account") as trace:
        issued = carol.client("sts").assume_role(RoleArn=audit.arn, RoleSessionName="carol")
        lab.session(issued).client("s3").get_object(**REPORT)
    return trace


def chained() -> Trace:
    """Alice assumes her firm's role Auditors, and its session the customer's Audit, which trusts Auditors alone."""
    firm = a_firm()
    auditors = firm.vendor.role(
        "Auditors", trusting({"AWS": firm.alice.arn}), document(allow("sts:AssumeRole")), max_session_duration=43200
    )
    firm.audit.trust(trusting({"AWS": auditors.arn}))
    firm.customer.client("iam").update_role(RoleName="Audit", MaxSessionDuration=43200)
    with firm.lab.recording("chained") as trace:
        first = firm.alice.client("sts").assume_role(RoleArn=auditors.arn, **SESSION)
        sts = firm.lab.session(first).client("sts")
        tried(sts.assume_role, RoleArn=firm.audit.arn, **SESSION, DurationSeconds=7200)
        second = sts.assume_role(RoleArn=firm.audit.arn, **SESSION)
        firm.lab.session(second).client("s3").get_object(**REPORT)
    return in_short(trace)


def expired() -> Trace:
    """A session of a quarter of an hour reads the report, and a quarter of an hour later does not."""
    firm = a_firm()
    with firm.lab.recording("expired") as trace:
        s3 = firm.assumed(DurationSeconds=900).client("s3")
        s3.get_object(**REPORT)
        firm.lab.clock.advance(minutes=15)
        tried(s3.get_object, **REPORT)
    return in_short(trace)


PICTURES = (
    Picture("seven-arrows", "The seven arrows: request, validate, issue, access", seven_arrows),
    Picture("cross-account", "Across accounts, both must say yes", cross_account),
    Picture("cross-account-map", "Across accounts: who owns what", cross_account, downwards),
    Picture("cross-account-refused", "Across accounts, one yes is not enough", cross_account_refused),
    Picture("same-account", "In one account, a trust policy that names the user is enough", same_account),
    Picture("same-account-map", "In one account: who owns what", same_account, map_of),
    Picture("chained", "A chain of roles, an hour at most", chained),
    Picture("expired", "A session ends by itself", expired),
)
