"""The engine beside the oracle, and laws that hold whatever the policies say."""

import copy
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from stssim.policy import evaluate
from stssim.policy.conditions import condition
from stssim.policy.explain import Explanation
from stssim.policy.grammar import parse
from stssim.policy.match import arn_condition, glob, tokens
from tests.policy import oracle
from tests.policy.strategies import (
    INCOMPLETE,
    KEYS,
    RESOURCE_PATTERNS,
    RESOURCES,
    cases,
    conditions,
    contexts,
    statements,
    wide,
)

few_letters = st.text("ab:/*?\U00010400", max_size=12)
few_texts = st.text("ab:/\U00010400", max_size=14)


@settings(max_examples=max(settings().max_examples, 400))
@given(cases())
def test_the_engine_and_the_oracle_agree(case: dict[str, Any]) -> None:
    assert evaluate(**case).effect == oracle.oracle(**case)


@given(conditions(), contexts, st.booleans(), st.booleans())
def test_they_agree_on_every_condition(
    written: dict[str, Any], context: dict[str, Any], variables: bool, denies: bool
) -> None:
    keys = {name.lower(): tuple(oracle.as_list(value)) for name, value in context.items()}
    for operator, tests in written.items():
        for key, wanted in tests.items():
            values = oracle.as_list(wanted)
            compiled = condition(operator, key, values, "", variables=variables, denies=denies)
            found = list(keys.get(key.lower(), ()))
            slow = oracle.condition(operator, key, values, found, keys, variables, denies=denies)
            assert compiled.holds(keys) is slow


@given(few_letters, few_texts)
def test_they_agree_on_wildcards(pattern: str, text: str) -> None:
    assert glob(tokens(pattern))(text) is oracle.wild(pattern, text)


@given(
    st.lists(st.text("ab*?/", max_size=4), min_size=6, max_size=7).map(":".join),
    st.lists(st.text("ab/", max_size=4), min_size=6, max_size=8).map(":".join),
    few_letters,
)
def test_they_agree_on_arns(pattern: str, arn: str, odd: str) -> None:
    for each in (pattern, odd):
        document = parse({"Statement": {"Effect": "Allow", "Action": "*", "Resource": each or "*"}})
        resource = document.statements[0].resource
        assert resource is not None
        assert resource.takes(arn, {}) is oracle.resource_fits(each or "*", arn, {}, False)
        assert arn_condition(tokens(each))(arn) is oracle.arn_fits(oracle.characters(each), arn)


@given(st.sampled_from((*RESOURCE_PATTERNS, *INCOMPLETE)), st.sampled_from(RESOURCES), contexts)
def test_they_agree_on_resources_with_variables(pattern: str, resource: str, context: dict[str, Any]) -> None:
    keys = {name.lower(): tuple(oracle.as_list(value)) for name, value in context.items()}
    body = {"Effect": "Allow", "Action": "*", "Resource": pattern}
    element = parse({"Version": "2012-10-17", "Statement": body}).statements[0].resource
    assert element is not None
    assert element.takes(resource, keys) is oracle.resource_fits(pattern, resource, keys, True)


def _with(case: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return copy.deepcopy(case) | changes


def _plus(document: dict[str, Any], statement: dict[str, Any]) -> dict[str, Any]:
    return document | {"Statement": [*oracle.as_list(document["Statement"]), statement]}


@given(cases(), statements())
def test_adding_an_allow_never_turns_an_allow_into_a_deny(case: dict[str, Any], statement: dict[str, Any]) -> None:
    more = _with(case, identity_policies=[*case["identity_policies"], {"Statement": statement | {"Effect": "Allow"}}])
    assert evaluate(**more).allowed >= evaluate(**case).allowed


@given(cases(), statements("trust"))
def test_adding_an_allow_to_the_resource_never_turns_an_allow_into_a_deny(
    case: dict[str, Any], statement: dict[str, Any]
) -> None:
    if case["resource_policy"] is None or "Resource" not in str(case["resource_policy"]):
        return
    allow = statement | {"Effect": "Allow", "Resource": "*"}
    more = _with(case, resource_policy=_plus(case["resource_policy"], allow))
    assert evaluate(**more).allowed >= evaluate(**case).allowed


@given(
    cases(), statements("session"), st.sampled_from(("identity_policies", "permissions_boundaries", "session_policies"))
)
def test_adding_a_deny_never_turns_a_deny_into_an_allow(
    case: dict[str, Any], statement: dict[str, Any], where: str
) -> None:
    deny = {"Statement": statement | {"Effect": "Deny"}}
    if where == "session_policies":
        if case[where] is None:
            return
        less = _with(case, session_policies=[*case[where], deny])
    elif where == "permissions_boundaries":
        if not case[where]:
            return
        less = _with(case, permissions_boundaries=[_plus(case[where][0], statement | {"Effect": "Deny"})])
    else:
        less = _with(case, identity_policies=[*case[where], deny])
    assert evaluate(**less).allowed <= evaluate(**case).allowed


@given(cases(), st.randoms(use_true_random=False))
def test_order_never_matters(case: dict[str, Any], chance: random.Random) -> None:
    other = _with(case)
    for name in ("identity_policies", "service_control_policies", "resource_control_policies", "session_policies"):
        if other[name]:
            chance.shuffle(other[name])
    for document in (*other["identity_policies"], other["resource_policy"]):
        if document is not None:
            body = oracle.as_list(document["Statement"])
            chance.shuffle(body)
            document["Statement"] = body
    assert evaluate(**other).effect == evaluate(**case).effect


@given(cases(), wide())
def test_a_boundary_never_widens(case: dict[str, Any], boundary: dict[str, Any]) -> None:
    narrower = _with(case, permissions_boundaries=[*case["permissions_boundaries"], boundary])
    assert evaluate(**narrower).allowed <= evaluate(**case).allowed


@given(cases(), st.lists(wide("session"), max_size=2))
def test_a_session_policy_never_widens_a_role_session(case: dict[str, Any], session: list[dict[str, Any]]) -> None:
    if ":federated-user/" in str(case["principal"]):
        return
    assert (
        evaluate(**_with(case, session_policies=session)).allowed
        <= evaluate(**_with(case, session_policies=None)).allowed
    )


@given(cases(), wide())
def test_a_level_of_control_policies_never_widens(case: dict[str, Any], level: dict[str, Any]) -> None:
    for name in ("service_control_policies", "resource_control_policies"):
        assert evaluate(**_with(case, **{name: [*case[name], [level]]})).allowed <= evaluate(**case).allowed


@given(cases())
def test_splitting_a_statement_in_two_changes_nothing(case: dict[str, Any]) -> None:
    split = _with(case)
    for document in split["identity_policies"]:
        halves = []
        for statement in oracle.as_list(document["Statement"]):
            actions = statement.get("Action")
            if isinstance(actions, list) and len(actions) > 1:
                halves += [statement | {"Action": actions[:1]}, statement | {"Action": actions[1:]}]
            else:
                halves.append(statement)
        document["Statement"] = halves
    assert evaluate(**split).effect == evaluate(**case).effect


@given(cases(), st.sampled_from(("StringEquals", "StringLike", "Bool", "NumericEquals", "IpAddress", "ArnLike")))
def test_a_key_that_the_request_does_not_have_never_satisfies_a_positive_operator(
    case: dict[str, Any], operator: str
) -> None:
    """So an Allow that hangs on it allows nothing that was not allowed without the statement."""
    hanging = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {operator: {"aws:NoSuchKey": "*"}}}
    more = _with(case, identity_policies=[*case["identity_policies"], {"Statement": hanging}])
    assert evaluate(**more).effect == evaluate(**case).effect


@given(cases(), st.sampled_from(sorted(KEYS)))
def test_the_case_of_a_key_never_matters(case: dict[str, Any], key: str) -> None:
    context = {name.swapcase(): value for name, value in case["context"].items()}
    assert evaluate(**_with(case, context=context)).effect == evaluate(**case).effect


@given(cases())
def test_an_explanation_agrees_with_its_decision(case: dict[str, Any]) -> None:
    decision = evaluate(**case)
    explanation = Explanation(decision)
    assert explanation.sentence.startswith("Allowed: " if decision.allowed else "Denied: ")
    assert explanation.to_dict()["effect"] == decision.effect
    effects = {each.effect for each in explanation.policies if not each.ignored}
    assert ("ExplicitDeny" in effects) is (decision.effect == "ExplicitDeny")
    for clause in explanation.deciding:
        assert clause.policy.document.place(clause.pointer) is not None


@given(cases())
def test_every_suggested_change_was_tried_and_allows(case: dict[str, Any]) -> None:
    decision = evaluate(**case)
    for change in Explanation(decision).changes:
        assert not decision.allowed
        assert change.decision.allowed
        if change.keys is not None:
            lowered = {name.lower() for name in change.keys}
            context = {name: value for name, value in case["context"].items() if name.lower() not in lowered}
            context |= {name: value for name, value in change.keys.items() if value is not None}
            assert oracle.oracle(**_with(case, context=context)) == "Allow"
