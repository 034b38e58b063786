from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import Any

import botocore.session
import pytest

from stssim.trace import Refused, Step
from stssim.validate.parameters.constraints import check, violations
from tests.fakes import a_call, a_user, refusals, told

FACTS = refusals("sts_errors")
ARN = "arn:aws:iam::111122223333:role/Audit"
GOOD = {"RoleArn": ARN, "RoleSessionName": "nightly"}


def checked(operation: str = "AssumeRole", **parameters: Any) -> tuple[Step, ...]:
    return check(a_call(operation, **parameters), a_user())


def refusal(operation: str = "AssumeRole", **parameters: Any) -> dict[str, Any]:
    with pytest.raises(Refused) as caught:
        checked(operation, **parameters)
    assert caught.value.steps[-1].outcome == "denied"
    return told(caught.value)


def fact(name: str, **values: str) -> dict[str, Any]:
    row = FACTS[name]
    message = row["message"]
    for key, value in values.items():
        message = message.replace(f"{{{key}}}", value)
    return {"code": row["code"], "status": row["status"], "message": message}


def words(operation: str, **parameters: Any) -> list[str]:
    return [str(violation) for violation in violations("sts", operation, parameters)]


def test_a_session_name_with_a_slash_breaks_the_pattern() -> None:
    values = {"v": "a/b", "lowerCamelMember": "roleSessionName", "regex": r"[\w+=,.@-]*"}
    assert refusal(RoleArn=ARN, RoleSessionName="a/b") == fact("pattern", **values)


def test_an_external_id_with_a_percent_sign_breaks_the_pattern() -> None:
    assert refusal(**GOOD, ExternalId="%20") == fact("external id pattern")


def test_an_empty_external_id_is_too_short() -> None:
    assert refusal(**GOOD, ExternalId="") == fact("external id too short")


def test_several_violations_are_told_in_one_message_the_pattern_before_the_length() -> None:
    assert refusal(RoleArn="", RoleSessionName="nightly") == fact("several violations")


def test_two_members_are_told_in_the_order_of_the_model() -> None:
    message = refusal("AssumeRoleWithSAML", PrincipalArn="", RoleArn="", SAMLAssertion="PHg+")["message"]
    assert message.startswith("4 validation errors detected: Value '' at 'roleArn'")
    assert re.findall(r"at '(\w+)'", message) == ["roleArn", "roleArn", "principalArn", "principalArn"]


def test_a_required_parameter_that_is_missing_is_null() -> None:
    assert refusal(RoleArn=ARN) == fact("parameter missing")


@pytest.mark.parametrize("arn", ["not an arn but long enough", "arn:aws:iam::111122223333", "arn:::::::::::::::::::"])
def test_a_role_arn_that_is_no_arn_is_invalid(arn: str) -> None:
    assert refusal(RoleArn=arn, RoleSessionName="nightly") == fact("no ARN", RoleArn=arn)


def test_an_arn_of_something_else_is_left_to_the_permissions() -> None:
    checked(RoleArn="arn:aws:iam::111122223333:user/alice", RoleSessionName="nightly")


@pytest.mark.parametrize(
    ("operation", "seconds", "wrong"),
    [
        ("AssumeRole", 899, "greater than or equal to 900"),
        ("AssumeRole", 43201, "less than or equal to 43200"),
        ("GetSessionToken", 129601, "less than or equal to 129600"),
        ("AssumeRoot", 901, "less than or equal to 900"),
        ("GetWebIdentityToken", 59, "greater than or equal to 60"),
    ],
)
def test_a_duration_out_of_range_is_told_with_the_bound(operation: str, seconds: int, wrong: str) -> None:
    (found,) = (violation for violation in words(operation, DurationSeconds=seconds) if "durationSeconds" in violation)
    assert found == (
        f"Value '{seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value {wrong}"
    )


def test_a_structure_in_a_list_is_named_by_its_number_from_one() -> None:
    tags = [{"Key": "a", "Value": "b"}, {"Key": "a*", "Value": "b"}]
    assert words("AssumeRole", **GOOD, Tags=tags) == [
        "Value 'a*' at 'tags.2.member.key' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+"
    ]


def test_a_structure_in_a_structure_is_named_by_both() -> None:
    (found,) = words("AssumeRoot", TargetPrincipal="111122223333", TaskPolicyArn={"arn": "x"})
    assert found.startswith("Value 'x' at 'taskPolicyArn.arn' failed")


def test_a_list_of_strings_is_told_as_a_whole_with_all_its_constraints() -> None:
    assert words("AssumeRole", **GOOD, TransitiveTagKeys=["a", "b*", ""]) == [
        "Value '[a, b*, ]' at 'transitiveTagKeys' failed to satisfy constraint: Member must satisfy constraint: "
        "[Member must have length less than or equal to 128, Member must have length greater than or equal to 1, "
        r"Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+]"
    ]


def test_a_list_that_is_too_long_is_told_before_what_is_in_it() -> None:
    found = words("AssumeRole", **GOOD, Tags=[{"Key": f"k{n}", "Value": "v"} for n in range(50)] + [{"Key": "k"}])
    assert [re.search("at '(.*?)'", violation)[1] for violation in found] == ["tags", "tags.51.member.value"]  # type: ignore[index]
    assert found[0].endswith("Member must have length less than or equal to 50")


def test_a_secret_value_is_not_repeated() -> None:
    (found,) = words("AssumeRoleWithSAML", RoleArn=ARN, PrincipalArn=ARN, SAMLAssertion="x")
    assert found.startswith("Value at 'sAMLAssertion' failed")


def test_a_source_identity_may_be_256_characters_long_as_the_live_service_has_it() -> None:
    assert not words("AssumeRole", **GOOD, SourceIdentity="a" * 256)
    assert words("AssumeRole", **GOOD, SourceIdentity="a" * 257)


@pytest.mark.parametrize(
    "parameters", [{"DurationSeconds": "soon"}, {"Tags": "team"}, {"Tags": ["team"]}, {"RoleSessionName": 7}]
)
def test_a_value_of_the_wrong_type_is_malformed_input(parameters: dict[str, Any]) -> None:
    answer = refusal(**{**GOOD, **parameters})
    assert (answer["code"], answer["status"]) == ("MalformedInput", 400)


def test_good_parameters_are_told_in_one_step_at_the_second_arrow() -> None:
    (step,) = checked(**GOOD, ExternalId="cust-42")
    assert (step.stage, step.outcome, step.arrow) == ("validate", "done", 2)
    assert step.sentence == "The parameters keep their constraints: RoleArn, RoleSessionName, ExternalId."


def test_where_there_is_nothing_to_check_there_is_no_step() -> None:
    assert checked("GetCallerIdentity") == ()
    assert checked("GetSessionToken") == ()


@pytest.mark.parametrize("service", ["sts", "iam"])
def test_every_operation_of_the_model_can_be_checked(service: str) -> None:
    model = botocore.session.get_session().get_service_model(service)
    for operation in model.operation_names:
        shape = model.operation_model(operation).input_shape
        missing = [str(violation) for violation in violations(service, operation, {})]
        assert len(missing) == (len(shape.required_members) if shape else 0)
        assert all(text.endswith("Member must not be null") for text in missing)


def test_tag_keys_take_all_letters_numbers_and_separators_of_unicode_and_few_signs() -> None:
    for code in range(0x3100):
        character = chr(code)
        taken = unicodedata.category(character)[0] in "LNZ" or character in "_.:/=+-@"
        found = violations("sts", "AssumeRole", {**GOOD, "TransitiveTagKeys": [character]})
        assert bool(found) != taken, f"U+{code:04X}"


# IAM's words as people have met them: https://github.com/aws/eks-hybrid/pull/113 (a length; the value is not repeated)
# and https://github.com/openshift/rosa (characters of a name).

TRUST = '{"Version": "2012-10-17", "Statement": []}'
OF_ITS_CHARACTERS = "is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-"


def asked_of_iam(operation: str, **parameters: Any) -> tuple[Step, ...]:
    return check(replace(a_call(operation, **parameters), service="iam"), a_user())


def iam_says(operation: str, **parameters: Any) -> str:
    with pytest.raises(Refused) as caught:
        asked_of_iam(operation, **parameters)
    answer = told(caught.value)
    assert (answer["code"], answer["status"]) == ("ValidationError", 400)
    return str(answer["message"])


def test_a_roles_name_has_64_characters_at_most_and_no_blanks() -> None:
    good = {"AssumeRolePolicyDocument": TRUST}
    assert asked_of_iam("CreateRole", RoleName="a" * 64, **good) == ()
    assert iam_says("CreateRole", RoleName="a" * 65, **good) == (
        "1 validation error detected: Value at 'roleName' failed to satisfy constraint: "
        "Member must have length less than or equal to 64"
    )
    assert iam_says("CreateRole", RoleName="a b", **good) == f"The specified value for roleName {OF_ITS_CHARACTERS}"
    assert iam_says("CreateUser", UserName="a/b") == f"The specified value for userName {OF_ITS_CHARACTERS}"


def test_a_role_may_be_held_for_one_to_twelve_hours() -> None:
    good = {"RoleName": "Audit", "AssumeRolePolicyDocument": TRUST}
    says = "1 validation error detected: Value at 'maxSessionDuration' failed to satisfy constraint: Member must have "
    for seconds in (3600, 43200):
        assert asked_of_iam("CreateRole", MaxSessionDuration=seconds, **good) == ()
    assert iam_says("CreateRole", MaxSessionDuration=3599, **good) == f"{says}value greater than or equal to 3600"
    assert (
        iam_says("UpdateRole", RoleName="Audit", MaxSessionDuration=43201) == f"{says}value less than or equal to 43200"
    )


@pytest.mark.parametrize("operation", ["CreateRole", "CreatePolicy"])
def test_a_path_begins_and_ends_with_a_slash(operation: str) -> None:
    good = {
        "CreateRole": {"RoleName": "Audit", "AssumeRolePolicyDocument": TRUST},
        "CreatePolicy": {"PolicyName": "Readers", "PolicyDocument": TRUST},
    }[operation]
    assert asked_of_iam(operation, Path="/team/", **good) == ()
    assert iam_says(operation, Path="nope", **good) == (
        "The specified value for path is invalid. "
        "It must begin and end with / and contain only alphanumeric characters and/or / characters."
    )


@pytest.mark.parametrize(
    ("user", "taken"),
    [
        ({"Path": "/team/"}, True),
        ({"Path": "/a//b/"}, True),
        ({"Path": "/team"}, False),
        ({"Path": "team/"}, False),
        ({"Path": "/ space/"}, False),
        ({"Path": "/del\u007f/"}, False),
        ({"Path": "/\u00e9/"}, False),
        ({"Path": "//"}, False),
        ({"Path": "/team/\n"}, False),
        ({"Path": "/line\n/"}, False),
        ({"UserName": "eve\n"}, False),
        ({"UserName": "ev\u00e9"}, False),
        ({"UserName": "x" * 64}, True),
        ({"UserName": "x" * 65}, False),
        ({"UserName": "x" * 129}, False),
    ],
)
def test_the_name_and_path_of_a_user_are_taken_or_not_as_recorded(user: dict[str, str], taken: bool) -> None:
    """Recorded in September 2026: radkawar/stackd, testdata/aws/iam/identity_inputs.json."""
    given = {"UserName": "eve"} | user
    if taken:
        assert asked_of_iam("CreateUser", **given) == ()
    else:
        iam_says("CreateUser", **given)


def test_what_iam_requires_is_named() -> None:
    assert iam_says("CreateRole", RoleName="Audit") == (
        "1 validation error detected: Value at 'assumeRolePolicyDocument' failed to satisfy constraint: "
        "Member must not be null"
    )


def test_a_policy_holds_only_characters_of_latin_1() -> None:
    says = "The specified value for policyDocument is invalid. It must contain only printable ASCII characters."
    assert iam_says("PutUserPolicy", UserName="eve", PolicyName="p", PolicyDocument='{"Id": "\u2014"}') == says


def test_every_pattern_of_iam_s_model_can_be_held_to() -> None:
    model = botocore.session.get_session().get_service_model("iam")
    for operation in model.operation_names:
        shape = model.operation_model(operation).input_shape
        texts = [name for name, member in (shape.members if shape else {}).items() if member.type_name == "string"]
        violations("iam", operation, dict.fromkeys(texts, "x"))
