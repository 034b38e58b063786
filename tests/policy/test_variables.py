"""Policy variables: what is one, and what stands for it."""

import pytest

from stssim.policy.match import Wild
from stssim.policy.variables import Variable, template


@pytest.mark.parametrize(
    "text", ["plain", "$aws:username", "{aws:username}", "${", "${}", "${a{b}", "$ {aws:username}"]
)
def test_text_without_variables_has_no_template(text: str) -> None:
    assert template(text) is None


def test_a_template_has_tokens_and_variables_in_order() -> None:
    found = template("home/${aws:UserName}/*")
    assert found is not None
    assert found.pieces == (["home/"], Variable("aws:username", None, "${aws:UserName}"), ["/", Wild.ANY])


def test_a_value_is_literal_whatever_it_holds() -> None:
    found = template("${aws:username}*")
    assert found is not None
    assert found.tokens({"aws:username": ("*?",)}) == ["*?", Wild.ANY]


@pytest.mark.parametrize(("text", "tokens"), [("${*}", ["*"]), ("${?}", ["?"]), ("${$}{a}", ["$", "{a}"])])
def test_escapes_are_literal(text: str, tokens: list[str]) -> None:
    found = template(text)
    assert found is not None
    assert found.tokens({}) == tokens


@pytest.mark.parametrize("values", [None, (), ("a", "b")])
def test_a_variable_without_one_value_has_none(values: tuple[str, ...] | None) -> None:
    found = template("${aws:TagKeys}")
    assert found is not None
    context = {} if values is None else {"aws:tagkeys": values}
    assert found.tokens(context) is None
    assert found.missing(context) == ["${aws:TagKeys}"]


@pytest.mark.parametrize(
    ("text", "default"),
    [
        ("${aws:PrincipalTag/team, 'red'}", "red"),
        ("${aws:PrincipalTag/team,'red'}", "red"),
        ("${ aws:PrincipalTag/team , '' }", ""),
        ("${aws:PrincipalTag/team, 'a, 'b''}", "a, 'b'"),
    ],
)
def test_a_default_stands_where_the_request_has_no_value(text: str, default: str) -> None:
    found = template(text)
    assert found is not None
    assert found.tokens({}) == [default]
    assert found.tokens({"aws:principaltag/team": ("blue",)}) == ["blue"]
    assert found.tokens({"aws:principaltag/team": ("blue", "green")}) is None
