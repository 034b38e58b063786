"""Random requests and policies, from a small world in which much of it has to do with each other."""

from typing import Any

from hypothesis import strategies as st

ACCOUNTS = ("111122223333", "444455556666")
PROVIDER = "arn:aws:iam::111122223333:oidc-provider/id.example.com"
PRINCIPALS = (
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:iam::111122223333:user/team/bob",
    "arn:aws:iam::111122223333:role/Audit",
    "arn:aws:iam::111122223333:root",
    "arn:aws:sts::111122223333:assumed-role/Audit/nightly",
    "arn:aws:sts::111122223333:assumed-role/Audit/weekly",
    "arn:aws:sts::111122223333:federated-user/carol",
    "arn:aws:iam::444455556666:user/mallory",
    "arn:aws:sts::444455556666:assumed-role/Audit/nightly",
    "cloudtrail.amazonaws.com",
    PROVIDER,
    None,
)
ENTRIES = (
    *(name for name in PRINCIPALS if name and name.startswith("arn:") and "oidc" not in name),
    "arn:aws:iam::111122223333:role/path/Audit",
    *ACCOUNTS,
    "AIDAALICE00000000000",
    "AROAAUDIT00000000000",
    "*",
)
UNIQUE_IDS = (None, "AIDAALICE00000000000", "AROAAUDIT00000000000:nightly", "AROAAUDIT00000000000")
ACTIONS = (
    "s3:GetObject", "s3:PutObject", "s3:ListAllMyBuckets", "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity",
    "sts:GetCallerIdentity", "kms:Decrypt", "iam:PassRole",
)  # fmt: skip
ACTION_PATTERNS = (*ACTIONS, "*", "s3:*", "S3:get*", "sts:Assume*", "s3:?etObject", "*:*", "kms:*", "iam:*Role")
RESOURCES = (
    "*",
    "arn:aws:s3:::reports",
    "arn:aws:s3:::reports/alice/q3.csv",
    "arn:aws:iam::111122223333:role/Audit",
    "arn:aws:iam::444455556666:role/ops/Deploy",
    "arn:aws:kms:eu-west-1:111122223333:key/k-1",
    "arn:aws:sqs:eu-west-1:444455556666:jobs",
)
RESOURCE_PATTERNS = (
    *RESOURCES, "arn:aws:s3:::*", "arn:aws:s3:::reports/*", "arn:aws:s3:::report?/*/q?.csv",
    "arn:aws:s3:::reports/${aws:username}/*", "arn:aws:s3:::reports/${aws:username, 'alice'}/*", "arn:*:iam::*:role/*",
    "arn:aws:sqs:eu-*-1:*:jobs", "arn:aws:kms:*:111122223333:key/*", "arn:aws:iam::1111*:role/A*", "arn:aws:s3:::${*}",
    "arn:a*s:???:eu-*:4*6:j*s",
)  # fmt: skip
INCOMPLETE = ("arn:aws:*", "arn:aws:sqs", "arn:aws:s3::", "arn:aws:iam::1111*")
"""ARNs with too few parts, which a session policy cannot have."""
KEYS: dict[str, tuple[str, ...]] = {
    "aws:username": ("alice", "bob", "*"),
    "aws:PrincipalTag/team": ("red", "blue", "Red"),
    "sts:ExternalId": ("cust-42", "cust-13"),
    "aws:MultiFactorAuthPresent": ("true", "false", "yes", ""),
    "aws:SourceIp": ("203.0.113.7", "10.0.0.9", "2001:db8::1", "::ffff:10.0.0.9", "010.0.0.9", "10.0.0.9/32", ""),
    "aws:CurrentTime": (
        "2026-01-01T00:00:00Z",
        "2026-06-01T12:00:00Z",
        "1767225600",
        "2026-01-01T00:00:00.0009Z",
        "never",
    ),
    "s3:max-keys": ("10", "100", "10.0", "1e1", "many"),
    "aws:SourceArn": ("arn:aws:s3:::reports", "arn:aws:sns:eu-west-1:111122223333:alerts", "reports"),
    "aws:TagKeys": ("team", "cost", ""),
    "kms:Digest": ("AQID", "BAUG"),
}
WANTED: dict[str, tuple[str, ...]] = {
    "aws:username": (*KEYS["aws:username"], "a*", "?ob", "${aws:PrincipalTag/team}", "${*}", ""),
    "aws:PrincipalTag/team": (*KEYS["aws:PrincipalTag/team"], "re?", "${aws:username}", "${aws:PrincipalTag/team}"),
    "sts:ExternalId": (*KEYS["sts:ExternalId"], "cust-*", "CUST-42"),
    "aws:MultiFactorAuthPresent": ("true", "false", "TRUE", "yes"),
    "aws:SourceIp": ("203.0.113.0/24", "10.0.0.0/8", "203.0.113.7", "2001:db8::/32", "2001:db8::1/32", "nowhere"),
    "aws:CurrentTime": (
        "2026-01-01",
        "2026-01-01T01:00:00+01:00",
        "2026-03-01T00:00:00Z",
        "1767225600",
        "2026",
        "soon",
    ),
    "s3:max-keys": ("10", "50", "100.5", "-1", "010", "10.", "few"),
    "aws:SourceArn": (
        *KEYS["aws:SourceArn"],
        "arn:aws:s3:::*",
        "arn:aws:sns:*:*:alerts",
        "*",
        "arn:aws:s3",
        "arn:*:*:*:*:*",
        "${aws:username}",
    ),
    "aws:TagKeys": ("team", "cost", "t*", "${aws:PrincipalTag/team, 'team'}"),
    "kms:Digest": KEYS["kms:Digest"],
}
_STRINGS = (
    "StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
)  # fmt: skip
_ORDERS = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
OPERATORS: dict[str, tuple[str, ...]] = {
    "aws:MultiFactorAuthPresent": ("Bool", "StringEquals"),
    "aws:SourceIp": ("IpAddress", "NotIpAddress"),
    "aws:CurrentTime": tuple(f"Date{order}" for order in _ORDERS),
    "s3:max-keys": tuple(f"Numeric{order}" for order in _ORDERS),
    "aws:SourceArn": ("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "StringLike"),
    "kms:Digest": ("BinaryEquals",),
}


def one_or_more(values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values) | st.lists(st.sampled_from(values), min_size=1, max_size=3)


@st.composite
def conditions(draw: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for _ in range(draw(st.integers(1, 2))):
        key = draw(st.sampled_from(sorted(KEYS)))
        operator = draw(st.sampled_from(OPERATORS.get(key, _STRINGS)))
        prefix = draw(st.sampled_from(("", "", "", "ForAllValues:", "ForAnyValue:")))
        suffix = draw(st.sampled_from(("", "", "IfExists")))
        spelled = draw(st.sampled_from((key, key.lower(), key.upper())))
        if draw(st.integers(0, 6)) == 0:
            found.setdefault("Null", {})[spelled] = draw(one_or_more(("true", "false")))
        else:
            found.setdefault(f"{prefix}{operator}{suffix}", {})[spelled] = draw(one_or_more(WANTED[key]))
    return found


@st.composite
def principal_elements(draw: Any) -> Any:
    if draw(st.integers(0, 9)) == 0:
        return "*"
    found: dict[str, Any] = {}
    if draw(st.integers(0, 4)):
        found["AWS"] = draw(one_or_more(ENTRIES))
    if draw(st.integers(0, 4)) == 0 or not found:
        found["Service"] = draw(one_or_more(("cloudtrail.amazonaws.com", "sns.amazonaws.com")))
    if draw(st.integers(0, 6)) == 0:
        found["Federated"] = draw(one_or_more((PROVIDER, "graph.example.com")))
    return found


@st.composite
def statements(draw: Any, kind: str = "identity") -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": draw(st.sampled_from(("Allow", "Allow", "Allow", "Deny")))}
    if kind in ("resource", "trust"):
        element = "NotPrincipal" if kind == "resource" and draw(st.integers(0, 5)) == 0 else "Principal"
        statement[element] = draw(principal_elements())
    statement[draw(st.sampled_from(("Action", "Action", "Action", "NotAction")))] = draw(one_or_more(ACTION_PATTERNS))
    if kind != "trust":
        element = draw(st.sampled_from(("Resource", "Resource", "Resource", "NotResource")))
        patterns = RESOURCE_PATTERNS if kind == "session" else (*RESOURCE_PATTERNS, *INCOMPLETE)
        statement[element] = draw(st.just("*") | one_or_more(patterns))
    if draw(st.integers(0, 2)) == 0:
        statement["Condition"] = draw(conditions())
    return statement


@st.composite
def documents(draw: Any, kind: str = "identity") -> dict[str, Any]:
    body = draw(st.lists(statements(kind), min_size=1, max_size=3))
    document: dict[str, Any] = {"Statement": body[0] if len(body) == 1 and draw(st.booleans()) else body}
    if draw(st.integers(0, 4)):
        document["Version"] = draw(st.sampled_from(("2012-10-17", "2012-10-17", "2008-10-17")))
    return document


def entries_about(principal: str | None) -> tuple[str, ...]:
    """What a Principal element may call the caller by: its own ARN, its role, its account."""
    if principal is None or not principal.startswith("arn:") or "oidc" in principal:
        return ("*",)
    account = principal.split(":")[4]
    roles = (f"arn:aws:iam::{account}:role/Audit",) if ":assumed-role/Audit/" in principal else ()
    return (principal, *roles, account)


@st.composite
def opened(draw: Any, kind: str, principal: str | None) -> dict[str, Any]:
    """A resource's policy that allows somebody, as often as not the caller, everything, perhaps on a condition."""
    about = st.fixed_dictionaries({"AWS": st.sampled_from(entries_about(principal))})
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": draw(about | principal_elements()), "Action": "*"}
    if kind != "trust":
        statement["Resource"] = "*"
    if draw(st.integers(0, 3)) == 0:
        statement["Condition"] = draw(conditions())
    body = [statement]
    if kind == "resource" and draw(st.integers(0, 3)) == 0:
        spared = {"AWS": draw(st.lists(st.sampled_from(entries_about(principal)), min_size=1, unique=True))}
        body.append({"Effect": "Deny", "NotPrincipal": spared, "Action": "*", "Resource": "*"})
    return {"Version": "2012-10-17", "Statement": body}


def wide(kind: str = "identity") -> st.SearchStrategy[dict[str, Any]]:
    """Mostly `Allow *`, so that what is under test is not drowned in what is not."""
    statement: dict[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    return st.just({"Version": "2012-10-17", "Statement": [statement]}) | documents(kind)


contexts = st.fixed_dictionaries(
    {}, optional={key: one_or_more(values) for key, values in KEYS.items() if key != "aws:username"}
    | {"aws:username": st.sampled_from(KEYS["aws:username"])},
)  # fmt: skip


@st.composite
def cases(draw: Any) -> dict[str, Any]:
    """The arguments of `evaluate`."""
    action, resource = draw(st.sampled_from(ACTIONS)), draw(st.sampled_from(RESOURCES))
    kind = draw(st.sampled_from((None, None, None, "trust", "kms-key")))
    trust = kind == "trust" or (kind is None and ":role/" in resource and action.startswith("sts:"))
    part = "trust" if trust else "resource"
    principal = draw(st.sampled_from(PRINCIPALS))
    levels: Any = st.just([]) | st.lists(st.lists(wide(), min_size=1, max_size=2), max_size=2)
    return {
        "principal": principal,
        "action": action,
        "resource": resource,
        "resource_account": draw(st.sampled_from((None, *ACCOUNTS))),
        "context": draw(contexts),
        "identity_policies": draw(st.just([]) | st.lists(wide(), max_size=2)),
        "resource_policy": draw(st.none() | opened(part, principal) | opened(part, principal) | documents(part)),
        "resource_policy_kind": kind,
        "session_policies": draw(st.none() | st.lists(wide("session"), max_size=2)),
        "permissions_boundaries": draw(st.lists(wide(), max_size=1)),
        "principal_id": draw(st.sampled_from(UNIQUE_IDS)),
        "service_control_policies": draw(levels),
        "resource_control_policies": draw(levels),
    }
