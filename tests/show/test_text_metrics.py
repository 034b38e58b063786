from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stssim.show.text_metrics import cut, tidy, width, wrap

LIMITS = st.floats(20, 400)


@pytest.mark.parametrize(("text", "thousandths"), [("A", 667), ("i", 222), ("m", 833), ("W", 944), (" ", 278)])
def test_letters_are_as_wide_as_adobe_says_helvetica_is(text: str, thousandths: int) -> None:
    # Adobe Core 14 AFM, Helvetica.afm, WX of each
    assert width(text, 1000) == pytest.approx(thousandths)


def test_an_ideograph_is_a_whole_em_and_an_accent_nothing() -> None:
    assert width("漢", 10) == 10
    assert width("e\u0301", 10) == width("e", 10)


@given(st.text(), LIMITS)
def test_a_cut_text_fits_and_says_that_it_was_cut(text: str, limit: float) -> None:
    shown = cut(text, 16, limit)
    assert width(shown, 16) <= max(limit, width("…", 16)) + 0.02
    assert shown == text or shown.endswith("…")


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P", "Zs"]), max_size=80), LIMITS)
def test_a_wrapped_text_keeps_every_letter_or_ends_with_an_ellipsis(text: str, limit: float) -> None:
    lines = wrap(text, 16, limit, lines=3)
    assert len(lines) <= 3
    if not lines[-1].endswith("…"):
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_line_breaks_after_a_hyphen_rather_than_inside_a_word() -> None:
    assert wrap("customer-reports-2026", 16, 130, lines=2) == ("customer-reports-", "2026")


@given(st.text())
def test_a_tidy_text_is_one_line_that_xml_can_hold(text: str) -> None:
    shown = tidy(text)
    assert "\n" not in shown
    assert not any(ord(letter) < 0x20 or 0xD800 <= ord(letter) <= 0xDFFF for letter in shown)
