from __future__ import annotations

from stssim.lessons.hints import Hints, marked


def test_hints_come_one_at_a_time_and_then_the_solution() -> None:
    solved: list[int] = []
    hints = Hints(("think", "think harder", "do it"), lambda: solved.append(1))
    assert (hints.button.description, hints.shown.value) == ("Hint 1 of 3", "")
    for opened in (1, 2, 3):
        hints.more()
        assert hints.shown.value.count("<li>") == opened
    assert hints.button.description == "Show the solution"
    assert not solved
    hints.more()
    assert solved


def test_what_stands_in_backticks_is_code_and_nothing_is_markup() -> None:
    assert marked("use `a < b` & <b>") == "use <code>a &lt; b</code> &amp; &lt;b&gt;"
