from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from stssim.show import paragraphs, text
from stssim.trace import Trace
from tests.show.scenarios import SECRET, TOKEN, audit, hostile


def printed(trace: Trace, **console: object) -> str:
    paper = io.StringIO()
    to = Console(file=paper, width=80, legacy_windows=False, _environ={}, **console)  # type: ignore[arg-type]
    for paragraph in paragraphs(trace):
        to.print(paragraph)
    return paper.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    for trace in (audit(), audit(external_id=None), hostile()):
        assert max(map(len, text(trace, width=width).splitlines())) <= width


def test_every_step_is_told_with_its_number_and_its_sentence() -> None:
    told = text(audit(), width=200)
    for index, step in enumerate(audit()):
        assert re.search(rf"^ *{index + 1} {step.source.name}", told, re.MULTILINE)
        assert step.sentence in told


def test_without_colour_the_outcome_is_still_a_word() -> None:
    assert "STS: trust policy  denied" in text(audit(external_id=None))
    assert "STS: trust policy  allowed" in text(audit())
    assert "\x1b" not in text(audit())


def test_in_colour_it_says_the_same() -> None:
    coloured = printed(audit(external_id=None), color_system="truecolor", force_terminal=True)
    assert "\x1b[" in coloured
    plain = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert plain.split() == text(audit(external_id=None)).split()


def test_a_denial_says_why_and_names_the_clause() -> None:
    told = " ".join(text(audit(external_id=None)).split())
    assert "/Statement/Condition/StringEquals/sts:ExternalId" in told.replace(" ", "")
    assert "no External ID" in told


def test_what_a_refusal_left_out_is_said() -> None:
    assert "not reached: credentials generated" in text(audit(external_id=None))


def test_an_attacker_is_called_one() -> None:
    assert "(attacker)" in text(hostile())


def test_what_looks_like_markup_is_printed_as_it_is() -> None:
    assert "<script>" in text(hostile(), width=200)


def test_secrets_are_not_told() -> None:
    assert SECRET not in text(audit())
    assert TOKEN not in text(audit())


def test_a_trace_without_steps_says_so() -> None:
    assert text(Trace("empty")) == "Nothing has happened yet.\n"
