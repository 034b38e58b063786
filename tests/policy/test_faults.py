"""The codes by which AWS's message for a faulty document is chosen."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import get_args

import pytest

from stssim.policy.document import PolicyError, PolicyFault
from stssim.policy.policies import Policy, PolicyKind

FOLDER = Path(__file__).parents[2] / "stssim" / "policy"
OK = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def policy(**statement: object) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": {key: value for key, value in statement.items() if value is not None}}


@pytest.mark.parametrize(
    ("document", "kind", "code"),
    [
        ("", "identity", "empty"),
        ("[]", "identity", "not-an-object"),
        ("{", "identity", "not-json"),
        ({"Version": "2012"}, "identity", "version"),
        ({}, "identity", "no-statement"),
        (policy(**{**OK, "Effect": None}), "identity", "no-effect"),
        (policy(**{**OK, "Effect": "allow"}), "identity", "bad-effect"),
        (policy(**{**OK, "Action": None}), "identity", "no-action"),
        (policy(**{**OK, "Action": "GetObject"}), "identity", "bad-action"),
        (policy(**{**OK, "Resource": None}), "identity", "no-resource"),
        (policy(**OK, Principal="*"), "identity", "forbidden-principal"),
        (policy(**OK), "resource", "no-principal"),
        (policy(**OK, Principal={}), "resource", "empty-principal"),
        (policy(**OK, Principal={"AWS": []}), "resource", "empty-aws-principal"),
        (policy(**OK, Principal={"AWS": "*"}), "trust", "forbidden-resource"),
        (
            policy(Effect="Allow", Action="sts:AssumeRole", NotResource="*", Principal={"AWS": "*"}),
            "trust",
            "forbidden-not-resource",
        ),
        (policy(**OK, Condition={"Equals": {"a:b": "c"}}), "identity", "bad-operator"),
        (policy(**OK, Sid=5), "identity", "syntax"),
    ],
)
def test_a_faulty_document_says_its_fault_by_a_code(document: object, kind: PolicyKind, code: PolicyFault) -> None:
    with pytest.raises(PolicyError) as refused:
        Policy("p", kind, document)
    assert refused.value.code == code


def test_every_code_is_used_somewhere_and_no_message_is_found_by_our_words() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py")}
    used = {
        node.value
        for name in ("document.py", "grammar.py", "policies.py")
        for node in ast.walk(ast.parse(texts[name]))
        if isinstance(node, ast.Constant)
    }
    assert {*get_args(PolicyFault)} <= used
    assert ".reason.startswith" not in texts["acceptance.py"]
    assert "in reason" not in texts["acceptance.py"]
