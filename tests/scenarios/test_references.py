"""Every name in a scenario must be one that it gives; the first that is not is named with its table and key."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest

from stssim.scenarios.library import scenario_of
from stssim.scenarios.references import check_names
from stssim.scenarios.shape import ScenarioError

POLICY = '{"Version": "2012-10-17", "Statement": []}'
TOLD: dict[str, Any] = {
    "title": "A scenario for tests",
    "lesson": "00",
    "source": "https://docs.example.com",
    "stake": "Nothing.",
    "solution": "better",
    "accounts": ["harbour", "vendor"],
    "people": {"ada": {"account": "harbour"}, "eve": {"account": "vendor", "part": "attacker"}},
    "applications": {"beacon": {"account": "vendor", "policy": POLICY, "tenants": {"harbour": "ada"}}},
    "roles": {"Audit": {"account": "harbour", "trust": POLICY}},
    "policies": {"Read": {"account": "harbour", "document": POLICY}},
    "buckets": {"reports": {"account": "harbour"}},
    "services": {"trail": {"principal": "cloudtrail.amazonaws.com"}},
    "issuers": {"ci": {"url": "https://ci.example.com", "registered": ["harbour"]}},
    "tasks": [
        {"name": "sign", "by": "ada", "to": "ci", "message": "sign in", "keep": "token"},
        {"name": "onboard", "by": "ada", "to": "beacon", "message": "onboard", "tenant": "harbour", "role": "Audit"},
        {"name": "ask", "by": "ada", "call": "sts:GetSessionToken", "keep": "session", "expect": "allowed"},
    ],
    "attack": [{"name": "use", "by": "eve", "call": "sts:GetCallerIdentity", "with": {}}],
    "goal": {"says": "Yes.", "fails": "No.", "allowed": "use"},
    "fixes": {"better": {"says": "Better."}},
    "wrong_answers": {"worse": {"says": "Worse.", "fails": "attack"}},
    "question": {"text": "?", "choices": ["x", "y"], "right": "B"},
}


def with_(path: str, value: object) -> dict[str, Any]:
    """The scenario with one value set, at a path such as `tasks/0/by`."""
    told = deepcopy(TOLD)
    at: Any = told
    *way, last = path.split("/")
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at.setdefault(step, {})
    at[int(last) if isinstance(at, list) else last] = value
    return told


def objection(told: Mapping[str, Any]) -> str:
    with pytest.raises(ScenarioError) as wrong:
        check_names(scenario_of("test", told))
    return str(wrong.value)


def test_a_scenario_whose_names_are_all_given_is_taken() -> None:
    check_names(scenario_of("test", TOLD))


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (
            "people/ada/account",
            "harbor",
            "people.ada: account: 'harbor' is no account of this scenario. Did you mean 'harb",
        ),
        (
            "roles/Audit/account",
            "x",
            "roles.Audit: account: 'x' is no account of this scenario. There are: harbour, vendor.",
        ),
        ("buckets/reports/account", "x", "buckets.reports: account: "),
        ("policies/Read/account", "x", "policies.Read: account: "),
        ("applications/beacon/account", "x", "applications.beacon: account: "),
        ("applications/beacon/tenants/harbour", "adam", "applications.beacon: tenants.harbour: 'adam' is no person"),
        (
            "applications/beacon/settings/unik",
            True,
            "applications.beacon: settings: 'unik' is no setting of this scenario.",
        ),
        ("applications/beacon/settings/unique", "no", "applications.beacon: settings: unique must be true or false"),
        ("issuers/ci/registered", ["x"], "issuers.ci: registered: 'x' is no account of this scenario."),
        ("solution", "best", "the scenario: solution: 'best' is no fix of this scenario. Did you mean 'better'?"),
        ("goal/allowed", "ask", "goal: allowed: 'ask' is no activity of the attack of this scenario."),
        ("goal", {"says": "Y", "fails": "N"}, "goal must have the key 'allowed', or the keys 'of', 'dashboard' and"),
        ("goal", {"says": "Y", "fails": "N", "of": "bacon", "dashboard": "d", "shows": "s"}, "goal: of: 'bacon' is no"),
        ("question/right", "C", "question: The right choice is one of A, B, and 'C' is not."),
        ("question/right", "b", "question: The right choice is one of A, B, and 'b' is not."),
        ("wrong_answers/worse/fails", None, "wrong_answers.worse lacks the key 'fails'."),
        (
            "wrong_answers/worse/at",
            "onboard",
            "wrong_answers.worse: at: 'onboard' is no legitimate task of this scenario.",
        ),
    ],
)
def test_a_name_that_is_nobodys_is_told_with_its_place(path: str, value: object, says: str) -> None:
    assert objection(with_(path, value)).startswith(says)


@pytest.mark.parametrize(
    ("nth", "key", "value", "says"),
    [
        (0, "by", "adam", "tasks[1]: by: 'adam' is no actor of this scenario."),
        (0, "to", "beacon", "tasks[1]: to: 'beacon' is no issuer"),
        (0, "keep", None, "tasks[1] lacks the key 'keep'."),
        (0, "name", "ask", "tasks[3]: name 'ask' is already another activity's."),
        (1, "to", "ci", "tasks[2]: to: 'ci' is no"),
        (1, "tenant", None, "tasks[2] lacks the key 'tenant'."),
        (1, "role", "Audits", "tasks[2]: role: 'Audits' is no role of this scenario. Did you mean 'Audit'?"),
        (1, "wait", 5, "tasks[2] must have exactly one of the keys message, call, steals and wait."),
        (2, "call", None, "tasks[3] must have exactly one of the keys message, call, steals and wait."),
        (
            2,
            "call",
            "GetSessionToken",
            "tasks[3]: call must be service:Operation, e.g. sts:AssumeRole, not 'GetSession",
        ),
        (2, "to", "mail", "tasks[3]: to: 'mail' is no service of this scenario."),
        (2, "for_", "arn:aws:s3:::reports", "tasks[3]: 'for' needs the service that makes the call, as 'to'."),
        (2, "by", "session", "tasks[3]: by: 'session' is no actor of this scenario."),
    ],
)
def test_a_move_names_who_there_is_when_it_is_made(nth: int, key: str, value: object, says: str) -> None:
    assert objection(with_(f"tasks/{nth}/{key.rstrip('_')}", value)).startswith(says)


def test_what_an_earlier_move_kept_may_act_later_on() -> None:
    check_names(scenario_of("test", with_("attack/0/by", "session")))


def test_stolen_credentials_must_be_somebodys() -> None:
    stolen = [{"name": "take", "by": "eve", "steals": "nobody", "keep": "stolen key"}]
    assert objection({**TOLD, "attack": stolen, "goal": {**TOLD["goal"], "allowed": "take"}}).startswith(
        "attack[1]: steals: 'nobody' is no actor of this scenario."
    )


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("trust", {"Audits": POLICY}, "trust: 'Audits' is no role of this scenario. Did you mean 'Audit'?"),
        ("policy", {"reports": POLICY}, "policy: 'reports' is no role, person or application of this scenario."),
        ("bucket_policy", {"Audit": POLICY}, "bucket_policy: 'Audit' is no bucket of this scenario."),
        ("settings", {"ada": {}}, "settings: 'ada' is no application of this scenario."),
        ("settings", {"beacon": {"tested": 1}}, "settings.beacon: settings: tested must be true or false, not 1."),
        ("does", {"asked": {}}, "does: 'asked' is no activity of this scenario. Did you mean 'ask'?"),
        ("does", {"ask": {"by": "eve"}}, "does.ask has an unknown key 'by'. There are: call, with."),
        ("does", {"ask": {}}, "does.ask must have the key 'call' or the key 'with'."),
        ("does", {"ask": {"call": "AssumeRole"}}, "does.ask: call must be service:Operation, e.g. sts:AssumeRole, not"),
        ("does", {"ask": {"with": 3}}, "does.ask: with must be a table, not 3."),
        ("renames", {"Audits": "Other"}, "renames: 'Audits' is no role of this scenario."),
        ("does", {"use": {"with": {}}}, "does.use is the attacker's activity, and a fix cannot change it."),
    ],
)
def test_a_fix_edits_only_what_there_is(key: str, value: object, says: str) -> None:
    assert objection(with_(f"fixes/better/{key}", value)).startswith(f"fixes.better: {says}")
    assert objection(with_(f"wrong_answers/worse/{key}", value)).startswith(f"wrong_answers.worse: {says}")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{{account:harbor}}", "{{account:harbor}}: 'harbor' is no account of this scenario. Did you mean 'harbour'?"),
        ("{{rolle:Audit}}", "{{rolle:Audit}}: 'rolle' is no kind of mark of this scenario. Did you mean 'role'?"),
        ("{{role:Read}}", "{{role:Read}}: 'Read' is no role of this scenario."),
        ("{{policy:Audit}}", "{{policy:Audit}}: 'Audit' is no policy of this scenario."),
        ("{{provider:ci:vendor}}", "{{provider:ci:vendor}}: 'vendor' is no account that knows the issuer"),
        ("{{external-id:bacon:x}}", "{{external-id:bacon:x}}: 'bacon' is no application of this scenario."),
        (
            "{{token:tokens}}",
            "{{token:tokens}}: 'tokens' is no activity's keep of this scenario. Did you mean 'token'?",
        ),
        ("{{mfa:beacon}}", "{{mfa:beacon}}: 'beacon' is no person of this scenario."),
    ],
)
def test_a_mark_that_names_nothing_is_told_where_it_stands(text: str, says: str) -> None:
    assert objection(with_("roles/Audit/trust", text)).startswith(f"roles.Audit.trust: {says}")
    assert objection(with_("attack/0/with", {"Deep": [{"er": text}]})).startswith(f"attack[1].with.Deep[1].er: {says}")


@pytest.mark.parametrize(
    "mark",
    [
        "now",
        "account:harbour",
        "role:Audit",
        "policy:Read",
        "provider:ci:harbour",
        "external-id:beacon:harbour",
        "key:beacon",
        "mfa:ada",
        "token:token",
        "kept:session:Credentials.AccessKeyId",
    ],
)
def test_a_mark_that_names_something_is_taken(mark: str) -> None:
    check_names(scenario_of("test", with_("roles/Audit/trust", f"{{{{{mark}}}}}")))
