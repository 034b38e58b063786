"""The explanation as lines for a terminal, and as data."""

import json
from typing import Any

from stssim.policy import Decision, Policy, evaluate
from stssim.policy.explain import Explanation

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Vendor",
            "Effect": "Allow",
            "Principal": {"AWS": "111122223333"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": "cust-42"}},
        }
    ],
}
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def _assume(**context: str) -> Decision:
    return evaluate(
        principal="arn:aws:iam::111122223333:user/vendor",
        action="sts:AssumeRole",
        resource="arn:aws:iam::444455556666:role/Audit",
        identity_policies=[Policy("vendor's policy", "identity", ALL)],
        resource_policy=Policy("the trust policy of role Audit", "trust", TRUST),
        service_control_policies=[[Policy("FullAWSAccess", "service-control", ALL)]],
        context={name.replace("_", ":"): value for name, value in context.items()},
    )


def test_the_tree_marks_what_matched_what_did_not_and_what_decided() -> None:
    assert Explanation(_assume()).tree() == [
        "Denied (nothing allows it): sts:AssumeRole on arn:aws:iam::444455556666:role/Audit by user vendor of account "
        "111122223333",
        "Denied: the trust policy of role Audit allows account 111122223333 only with sts:ExternalId = cust-42; the "
        "request carried no External ID.",
        "|- FullAWSAccess (service control policy, level 1): allows",
        "|  + Allow /Statement/0: matches",
        "|    + Action *: sts:AssumeRole",
        "|    + Resource *: arn:aws:iam::444455556666:role/Audit",
        "|- the trust policy of role Audit (role trust policy): does not allow",
        "|  x Allow Vendor /Statement/0: does not match",
        "|    + Principal 111122223333: arn:aws:iam::111122223333:user/vendor (the caller's account)",
        "|    + Action sts:AssumeRole: sts:AssumeRole",
        "|    > StringEquals sts:ExternalId = cust-42: absent from the request",
        "`- vendor's policy (identity-based policy): allows",
        "   + Allow /Statement/0: matches",
        "     + Action *: sts:AssumeRole",
        "     + Resource *: arn:aws:iam::444455556666:role/Audit",
        "A request with sts:ExternalId = cust-42 would be allowed.",
    ]


def test_an_allow_marks_the_statements_that_allowed_it() -> None:
    lines = Explanation(_assume(sts_ExternalId="cust-42")).tree()
    assert [line for line in lines if "> " in line] == [
        "|  > Allow /Statement/0: matches",
        "|  > Allow Vendor /Statement/0: matches",
        "   > Allow /Statement/0: matches",
    ]


def test_the_data_is_json_and_points_at_the_deciding_clause() -> None:
    data: dict[str, Any] = json.loads(json.dumps(Explanation(_assume(sts_ExternalId="cust-13")).to_dict()))
    assert (data["allowed"], data["effect"], data["rule"]) == (False, "ImplicitDeny", "resource")
    at = "/Statement/0/Condition/StringEquals/sts:ExternalId"
    assert data["deciding"] == [{"policy": "the trust policy of role Audit", "pointer": at}]
    trust = data["policies"][1]
    assert (trust["kind"], trust["effect"], trust["ignored"], trust["level"]) == ("trust", "ImplicitDeny", None, None)
    (statement,) = trust["statements"]
    assert statement["failed"] == at
    assert statement["elements"][0]["named"] == "account"
    assert statement["conditions"] == [
        {
            "operator": "StringEquals",
            "key": "sts:ExternalId",
            "wanted": ["cust-42"],
            "found": ["cust-13"],
            "matched": False,
            "pointer": at,
            "missing": [],
        }
    ]
    assert data["request"]["context"] == {"sts:ExternalId": ["cust-13"]}
    assert [change["kind"] for change in data["changes"]] == ["request", "policy"]
