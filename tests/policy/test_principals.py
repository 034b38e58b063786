"""Who calls, and how closely a Principal element names them."""

import pytest

from stssim.policy.principals import Kind, Named, Principals, caller


@pytest.mark.parametrize(
    ("principal", "action", "kind", "account"),
    [
        (None, "s3:GetObject", Kind.ANONYMOUS, ""),
        ("arn:aws:iam::111122223333:root", "s3:GetObject", Kind.ROOT, "111122223333"),
        ("arn:aws:iam::111122223333:user/team/alice", "s3:GetObject", Kind.USER, "111122223333"),
        ("arn:aws:iam::111122223333:role/Audit", "s3:GetObject", Kind.ROLE, "111122223333"),
        ("arn:aws:sts::111122223333:assumed-role/Audit/a@b", "s3:GetObject", Kind.ROLE_SESSION, "111122223333"),
        ("arn:aws-cn:sts::111122223333:federated-user/carol", "s3:GetObject", Kind.FEDERATED_USER, "111122223333"),
        ("arn:aws:iam::111122223333:oidc-provider/id.example.com/x", "s3:GetObject", Kind.FEDERATED, ""),
        ("arn:aws:iam::111122223333:saml-provider/Corp", "s3:GetObject", Kind.FEDERATED, ""),
        ("cloudtrail.amazonaws.com", "s3:PutObject", Kind.SERVICE, ""),
        ("ec2.amazonaws.com.cn", "sts:AssumeRole", Kind.SERVICE, ""),
        ("cognito-identity.amazonaws.com", "sts:AssumeRoleWithWebIdentity", Kind.FEDERATED, ""),
        ("accounts.google.com", "sts:AssumeRoleWithWebIdentity", Kind.FEDERATED, ""),
    ],
)
def test_a_principal_is_known_by_its_form(principal: str | None, action: str, kind: Kind, account: str) -> None:
    found = caller(principal, None, None, action)
    assert (found.kind, found.account, found.name) == (kind, account, principal)


@pytest.mark.parametrize(
    "principal",
    [
        "",
        "alice",
        "*",
        "111122223333",
        "arn:aws:iam::1234:user/alice",
        "arn:aws:iam::111122223333:group/ops",
        "arn:aws:iam::111122223333:user",
        "arn:aws:iam::111122223333:root/x",
        "arn:aws:sts::111122223333:assumed-role/Audit",
        "arn:aws:sts::111122223333:user/alice",
        "arn:aws:s3:::reports",
    ],
)
def test_what_cannot_call_is_refused(principal: str) -> None:
    with pytest.raises(ValueError, match="Not a principal"):
        caller(principal, None, None, "s3:GetObject")


def test_a_unique_id_is_the_part_before_the_session() -> None:
    session = "arn:aws:sts::111122223333:assumed-role/Audit/a"
    assert caller(session, "AROAEXAMPLEAUDITROLE1:a", None, "s3:GetObject").unique_id == "AROAEXAMPLEAUDITROLE1"


ALICE = caller("arn:aws:iam::111122223333:user/alice", "AIDAEXAMPLEALICE00001", None, "s3:GetObject")
ROOT = caller("arn:aws:iam::111122223333:root", None, None, "s3:GetObject")
ROLE = caller("arn:aws:iam::111122223333:role/Audit", None, None, "s3:GetObject")
SESSION = caller("arn:aws:sts::111122223333:assumed-role/Audit/a", None, None, "s3:GetObject")
CAROL = caller(
    "arn:aws:sts::111122223333:federated-user/carol", None, "arn:aws:iam::111122223333:user/broker", "s3:GetObject"
)


@pytest.mark.parametrize(
    ("who", "entry", "named"),
    [
        (ALICE, "arn:aws:iam::111122223333:user/alice", Named.DIRECTLY),
        (ALICE, "AIDAEXAMPLEALICE00001", Named.DIRECTLY),
        (ALICE, "AIDAEXAMPLEALICE00002", Named.NOT),
        (ALICE, "111122223333", Named.ACCOUNT),
        (ALICE, "444455556666", Named.NOT),
        (ALICE, "*", Named.DIRECTLY),
        (ROOT, "111122223333", Named.DIRECTLY),
        (ROOT, "arn:aws:iam::111122223333:root", Named.DIRECTLY),
        (ROLE, "arn:aws:iam::111122223333:role/Audit", Named.ISSUER),
        (SESSION, "arn:aws:iam::111122223333:role/Audit", Named.ISSUER),
        (SESSION, "arn:aws:iam::111122223333:role/any/path/Audit", Named.ISSUER),
        (SESSION, "arn:aws:iam::444455556666:role/Audit", Named.NOT),
        (SESSION, "arn:aws:sts::111122223333:assumed-role/Audit/a", Named.DIRECTLY),
        (SESSION, "arn:aws:sts::111122223333:assumed-role/Audit/*", Named.NOT),
        (CAROL, "arn:aws:sts::111122223333:federated-user/carol", Named.DIRECTLY),
        (CAROL, "arn:aws:iam::111122223333:user/broker", Named.ISSUER),
        (CAROL, "arn:aws:iam::111122223333:user/other", Named.NOT),
    ],
)
def test_an_entry_names_the_caller_more_or_less_closely(who: object, entry: str, named: Named) -> None:
    assert Principals.of({"AWS": (entry,)}).name(who) is named  # type: ignore[arg-type]


def test_of_several_entries_the_closest_counts() -> None:
    entries = ("111122223333", "arn:aws:iam::111122223333:user/alice")
    assert Principals.of({"AWS": entries}).name(ALICE) is Named.DIRECTLY


def test_a_service_is_named_by_its_principal_alone_in_any_case() -> None:
    trail = caller("cloudtrail.amazonaws.com", None, None, "s3:PutObject")
    assert Principals.of({"Service": ("CloudTrail.amazonaws.com",)}).name(trail) is Named.DIRECTLY
    assert Principals.of({"AWS": ("111122223333",)}).name(trail) is Named.NOT


def test_a_service_linked_role_is_known_by_its_path() -> None:
    arn = "arn:aws:iam::111122223333:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport"
    session = "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForSupport/x"
    assert caller(session, None, arn, "s3:GetObject").service_linked
    assert not SESSION.service_linked
