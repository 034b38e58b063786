"""AWS's documented rules as cases: YAML files under `cases/`, in folders that mirror the rules.

A file names the page of AWS's documentation that its cases come from (a case may name another), what their requests
have in common, and, under `given`, policies that several of them share. A case says what `it` does; its `request`, as
`evaluate` takes it, laid over the file's; its policies, by kind, lists of documents (`scp` and `rcp`: levels of lists);
and what the answer `is`, perhaps also `by` which rule and what the sentence `says`. A document may be written as its
statements alone. `condition` stands for an identity-based policy that allows everything under that condition.

Under `refused` stand documents that are no policy: as `text`, as a `document` or as a single `statement`, of a `kind`;
with the JSON pointer and perhaps the line `at` which they are wrong, and what the error `says`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from stssim.policy import Policy, PolicyError, evaluate
from stssim.policy.explain import Explanation
from tests.policy.oracle import oracle

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""In C where it is built in."""
FOLDER = Path(__file__).parent / "cases"
_POLICIES = {"identity", "resource", "kind", "session", "boundary", "scp", "rcp", "condition"}
_CASE = {"it", "page", "request", "is", "by", "says"} | _POLICIES
_REFUSED = {"it", "page", "text", "document", "statement", "kind", "at", "line", "says"}


def _read(section: str, known: set[str]) -> Iterator[Any]:
    for path in sorted(FOLDER.rglob("*.yaml")):
        written = yaml.load(path.read_text(), LOADER)
        assert written.keys() <= {"page", "request", "given", "cases", "refused"}, path
        for case in written.get(section, ()):
            assert case.keys() <= known, (path, case)
            request = written.get("request", {}) | case.get("request", {})
            whole = {"page": written["page"]} | case | {"request": request}
            yield pytest.param(whole, id=f"{path.parent.name}/{path.stem}: {case['it']}")


CASES = list(_read("cases", _CASE))
REFUSED = list(_read("refused", _REFUSED))
EVERY = [*CASES, *REFUSED]


def _document(written: Any) -> dict[str, Any]:
    return written if isinstance(written, dict) else {"Version": "2012-10-17", "Statement": written}


def _documents(written: Any) -> list[dict[str, Any]]:
    return [_document(each) for each in written]


def _asked(case: dict[str, Any]) -> dict[str, Any]:
    """The case as the arguments that the engine and the oracle both take."""
    request = dict(case["request"])
    if request["principal"] == "anonymous":
        request["principal"] = None
    identity = case.get("identity", [])
    if "condition" in case:
        identity = [[{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": case["condition"]}]]
    return request | {
        "identity_policies": _documents(identity),
        "resource_policy": _document(case["resource"]) if "resource" in case else None,
        "resource_policy_kind": case.get("kind"),
        "session_policies": _documents(case["session"]) if "session" in case else None,
        "permissions_boundaries": _documents(case.get("boundary", [])),
        "service_control_policies": [_documents(level) for level in case.get("scp", [])],
        "resource_control_policies": [_documents(level) for level in case.get("rcp", [])],
    }


@pytest.mark.parametrize("case", CASES)
def test_the_engine_decides_as_aws_documents(case: dict[str, Any]) -> None:
    decision = evaluate(**_asked(case))
    assert (decision.effect, decision.rule) == (case["is"], case.get("by", decision.rule))
    assert case.get("says", "") in Explanation(decision).sentence


@pytest.mark.parametrize("case", CASES)
def test_the_oracle_decides_as_aws_documents(case: dict[str, Any]) -> None:
    assert oracle(**_asked(case)) == case["is"]


@pytest.mark.parametrize("case", REFUSED)
def test_a_document_that_is_no_policy_is_refused_at_its_place(case: dict[str, Any]) -> None:
    document = case.get("text", case.get("document"))
    if document is None:
        document = {"Version": "2012-10-17", "Statement": [case["statement"]]}
    with pytest.raises(PolicyError) as raised:
        Policy("the policy", case.get("kind", "identity"), document)
    error = raised.value
    assert (error.pointer, error.line) == (case["at"], case.get("line", error.line))
    assert error.line is not None
    assert case["says"] in error.reason


def test_every_case_cites_a_page_of_aws_s_documentation() -> None:
    pages = [case.values[0]["page"] for case in EVERY]
    assert [page for page in pages if not page.startswith("https://docs.aws.amazon.com/")] == []


def test_no_two_cases_have_one_name() -> None:
    names = [case.id for case in EVERY]
    assert sorted(names) == sorted(set(names))
    assert len(names) >= 200
