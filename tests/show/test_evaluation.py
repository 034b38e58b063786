"""A decision drawn: AWS's seven steps in their order, up to the one that settled it."""

from __future__ import annotations

from itertools import product
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from stssim.policy import Decision, evaluate
from stssim.show.evaluation import evaluation, steps

ACCOUNT, OTHER = "111122223333", "444455556666"
USER = f"arn:aws:iam::{ACCOUNT}:user/alice"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/Audit/alice"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/Audit"
OBJECT = "arn:aws:s3:::reports/q3.csv"
ORDER = [
    "explicit deny in any policy",
    "resource control policies",
    "service control policies",
    "resource-based policy",
    "identity-based policies",
    "permissions boundary",
    "session policies",
]


def policy(effect: str, action: str = "s3:GetObject", **more: Any) -> dict[str, Any]:
    where = {} if "Principal" in more and action.startswith("sts:") else {"Resource": "*"}
    return {"Version": "2012-10-17", "Statement": {"Effect": effect, "Action": action, **where, **more}}


YES, NO, OTHERWISE = policy("Allow"), policy("Deny"), policy("Allow", "s3:PutObject")


def decided(principal: str = USER, **policies: Any) -> Decision:
    asked: dict[str, Any] = {"action": "s3:GetObject", "resource": OBJECT, "resource_account": ACCOUNT, **policies}
    return evaluate(principal=principal, **asked)


def settled(decision: Decision) -> tuple[int, str, str]:
    """The number of the step that settled it, its word, and what it says."""
    taken = [(at, step) for at, step in enumerate(steps(decision), 1) if step.outcome in ("allowed", "denied")]
    ((at, step),) = taken
    assert all(each.outcome == "done" for each in steps(decision)[: at - 1])
    assert all(each.outcome is None for each in steps(decision)[at:])
    return at, str(step.outcome), step.says


def test_the_steps_are_aws_seven_in_their_order() -> None:
    assert [step.name for step in steps(decided())] == ORDER


def test_an_explicit_deny_comes_before_everything() -> None:
    decision = decided(identity_policies=[YES], session_policies=[NO])
    assert settled(decision) == (1, "denied", "the session policy denies it")


def test_then_the_control_policies_of_the_organization_resources_first() -> None:
    both: dict[str, Any] = {"service_control_policies": [[OTHERWISE]], "identity_policies": [YES]}
    assert settled(decided(**both)) == (3, "denied", "nothing at level 1 of the organization allows it")
    every = policy("Allow", "s3:*", Principal="*")
    two: dict[str, Any] = {"resource_control_policies": [[every], [policy("Allow", "s3:PutObject", Principal="*")]]}
    assert settled(decided(**both, **two)) == (2, "denied", "nothing at level 2 of the organization allows it")


def test_a_resource_based_policy_that_names_a_user_of_its_account_is_enough() -> None:
    bucket = policy("Allow", Principal={"AWS": USER})
    assert settled(decided(resource_policy=bucket, permissions_boundaries=[OTHERWISE]))[:2] == (4, "allowed")


def test_one_that_names_the_account_leaves_it_to_the_callers_policies() -> None:
    bucket = policy("Allow", Principal={"AWS": ACCOUNT})
    assert settled(decided(resource_policy=bucket)) == (5, "denied", "the caller has none")
    assert settled(decided(resource_policy=bucket, identity_policies=[YES]))[:2] == (7, "allowed")


def test_what_is_granted_to_a_role_by_name_is_still_limited_by_its_boundary() -> None:
    bucket = policy("Allow", Principal={"AWS": ROLE})
    session: dict[str, Any] = {"principal": SESSION, "issuer": ROLE, "resource_policy": bucket}
    assert settled(decided(**session))[:2] == (7, "allowed")
    assert settled(decided(**session, permissions_boundaries=[OTHERWISE])) == (6, "denied", "does not allow it")


def test_across_accounts_the_resources_policy_must_allow() -> None:
    elsewhere = decided(identity_policies=[YES], resource_account=OTHER)
    assert settled(elsewhere) == (4, "denied", "the resource has none")


def test_a_trust_policy_is_called_by_its_name_and_must_allow() -> None:
    trust = policy("Allow", "sts:AssumeRole", Principal={"AWS": OTHER})
    asked: dict[str, Any] = {"action": "sts:AssumeRole", "resource": ROLE, "resource_policy": trust}
    decision = evaluate(principal=USER, context={}, identity_policies=[policy("Allow", "sts:*")], **asked)
    assert settled(decision) == (4, "denied", "does not allow it")
    assert steps(decision)[3].name == "role trust policy"


def test_a_session_policy_limits_and_comes_last() -> None:
    session: dict[str, Any] = {"principal": SESSION, "identity_policies": [YES]}
    assert settled(decided(**session, session_policies=[OTHERWISE])) == (7, "denied", "do not allow it")
    assert settled(decided(**session, session_policies=[YES])) == (7, "allowed", "allow it")


def test_get_caller_identity_needs_no_permission() -> None:
    decision = evaluate(principal=USER, action="sts:GetCallerIdentity", resource="*", identity_policies=[NO])
    assert settled(decision) == (1, "allowed", "sts:GetCallerIdentity needs no permission")


def test_a_root_user_needs_no_policy_in_its_own_account_and_assumes_no_role() -> None:
    root = f"arn:aws:iam::{ACCOUNT}:root"
    assert settled(decided(root)) == (5, "allowed", "a root user may do everything in its own account")
    trust = policy("Allow", "sts:AssumeRole", Principal={"AWS": ACCOUNT})
    decision = evaluate(principal=root, action="sts:AssumeRole", resource=ROLE, resource_policy=trust)
    assert settled(decision) == (4, "denied", "a root user cannot assume a role")


LAYERS = ("absent", "allows", "silent", "denies")


def layered(rcp: str, scp: str, bucket: str, identity: str, boundary: str, session: str) -> Decision:
    def of(says: str, **more: Any) -> list[dict[str, Any]]:
        effect, action = {"silent": ("Allow", "s3:PutObject"), "denies": ("Deny", "s3:*")}.get(says, ("Allow", "s3:*"))
        return [] if says == "absent" else [policy(effect, action, **more)]

    everyone = {"Principal": "*"}
    return decided(
        SESSION,
        issuer=ROLE,
        resource_control_policies=[of(rcp, **everyone)] if rcp != "absent" else [],
        service_control_policies=[of(scp)] if scp != "absent" else [],
        resource_policy=next(iter(of(bucket, Principal={"AWS": SESSION})), None),
        identity_policies=of(identity),
        permissions_boundaries=of(boundary),
        session_policies=of(session) if session != "absent" else None,
    )


@pytest.mark.parametrize("rcp", ["absent", "allows", "silent"])
@pytest.mark.parametrize("scp", ["absent", "allows", "silent"])
def test_whatever_is_attached_the_step_that_settles_it_is_the_first_that_can(rcp: str, scp: str) -> None:
    for bucket, identity, boundary, session in product(LAYERS, repeat=4):
        if "denies" in (bucket, identity, boundary, session):
            first = 1, "denied"
        elif "silent" in (rcp, scp):
            first = 2 if rcp == "silent" else 3, "denied"
        elif bucket == "allows":
            first = 4, "allowed"
        elif identity != "allows":
            first = 5, "denied"
        elif "silent" in (boundary, session):
            first = 6 if boundary == "silent" else 7, "denied"
        else:
            first = 7, "allowed"
        decision = layered(rcp, scp, bucket, identity, boundary, session)
        assert settled(decision)[:2] == first, (bucket, identity, boundary, session)


def drawing(decision: Decision) -> ET.Element:
    return ET.fromstring(
        evaluation(decision, "Who may read <q3.csv>?").replace(' xmlns="http://www.w3.org/2000/svg"', "")
    )


def test_the_picture_has_the_word_at_the_step_that_settled_it_and_the_rest_was_not_reached() -> None:
    picture = drawing(decided(resource_policy=policy("Allow", Principal={"AWS": USER})))
    boxes = [group for group in picture.iterfind("g") if "alone" in group.get("class", "")]
    words = ["".join(word.itertext()) for box in boxes for word in box.iterfind("text[@class='word']")]
    assert words == ["allowed", "not reached", "not reached", "not reached"]
    assert [box.get("data-outcome") for box in boxes] == [None, None, None, "allowed", None, None, None]


def test_the_picture_is_told_in_words_too() -> None:
    picture = drawing(decided(identity_policies=[YES], session_policies=[NO]))
    told = picture.findtext("desc") or ""
    assert "1. explicit deny in any policy: the session policy denies it (denied)." in told
    assert picture.findtext("title") == "Who may read <q3.csv>?"


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "a" * 400, "\x00\x1b[31m"])
def test_names_do_no_harm_whatever_they_are(name: str) -> None:
    decision = evaluate(principal=USER, action="s3:GetObject", resource=f"arn:aws:s3:::reports/{name}")
    picture = evaluation(decision, name)
    assert ET.fromstring(picture) is not None
    assert "<script" not in picture
