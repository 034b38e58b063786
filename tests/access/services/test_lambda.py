"""What AddPermission makes of its parameters, and whom that lets in."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from tests.access.given import a_lab, allow, document, refused


def a_function(owner: Any) -> str:
    """The ARN of a function with version 1 and an alias `live` of it."""
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role, code, functions = owner.role("worker", trust=document(trust)), io.BytesIO(), owner.client("lambda")
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("f.py", "def f(event, context): return event")
    made = functions.create_function(
        FunctionName="f", Role=role.arn, Code={"ZipFile": code.getvalue()}, Runtime="python3.12", Handler="f.f"
    )
    functions.publish_version(FunctionName="f")
    functions.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    return str(made["FunctionArn"])


def test_an_alias_has_a_policy_of_its_own() -> None:
    _, vendor, customer = a_lab()
    arn, functions = a_function(customer), customer.client("lambda")
    functions.add_permission(
        FunctionName="f", Qualifier="live", StatementId="v", Action="lambda:InvokeFunction", Principal=vendor.number
    )
    with refused("ResourceNotFoundException"):
        functions.get_policy(FunctionName="f")
    written = json.loads(functions.get_policy(FunctionName="f", Qualifier="live")["Policy"])
    assert [each["Resource"] for each in written["Statement"]] == [f"{arn}:live"]
    eve = vendor.user("eve", policy=document(allow("lambda:*"))).client("lambda")
    for other in (arn, f"{arn}:1"):
        with refused("AccessDeniedException", "no resource-based policy allows the lambda:InvokeFunction action"):
            eve.invoke(FunctionName=other, InvocationType="DryRun")
    functions.remove_permission(FunctionName="f", Qualifier="live", StatementId="v")
    with refused("AccessDeniedException"):
        eve.invoke(FunctionName=f"{arn}:live", InvocationType="DryRun")


def test_all_conditions_of_a_permission_have_to_hold() -> None:
    _, _, customer = a_lab()
    a_function(customer)
    added = customer.client("lambda").add_permission(
        FunctionName="f",
        StatementId="org",
        Action="lambda:GetPolicy",
        Principal="*",
        PrincipalOrgID="o-1234567890",
        SourceAccount=customer.number,
        FunctionUrlAuthType="NONE",
    )
    assert json.loads(added["Statement"])["Condition"] == {
        "StringEquals": {
            "AWS:SourceAccount": customer.number,
            "aws:PrincipalOrgID": "o-1234567890",
            "lambda:FunctionUrlAuthType": "NONE",
        }
    }


@pytest.mark.parametrize("named", ["arn:aws:iam::444444444444:user/nobody", "nobody", "AIDAQAAAAAAAAAAAAAAAA"])
def test_a_principal_that_does_not_exist_is_refused(named: str) -> None:
    _, _, customer = a_lab()
    a_function(customer)
    with refused("InvalidParameterValueException", "The provided principal was invalid"):
        customer.client("lambda").add_permission(
            FunctionName="f", StatementId="x", Action="lambda:InvokeFunction", Principal=named
        )
