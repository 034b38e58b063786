"""`policy.check` on documents as people write them (practice_documents): by kind, found or passed in silence."""

import pytest

from tests.policy.practice import Practice, documents


def name(each: Practice) -> str:
    return f"{each.policy}: {each.kind}"


@pytest.mark.parametrize("each", [*documents("open")], ids=name)
def test_what_is_open_is_found_with_a_request_that_gets_in(each: Practice) -> None:
    (finding,) = each.found
    assert finding.name == each.finds
    assert finding.shown is not None
    assert finding.shown.allowed


@pytest.mark.parametrize("each", [*documents("never")], ids=name)
def test_what_never_matches_has_one_finding_that_names_what_would_be_right(each: Practice) -> None:
    (finding,) = each.found
    assert finding.name == each.finds
    assert each.names in finding.sentence


@pytest.mark.parametrize("each", [*documents("closed")], ids=name)
def test_what_is_closed_or_as_documented_is_passed_in_silence(each: Practice) -> None:
    assert each.found == ()
