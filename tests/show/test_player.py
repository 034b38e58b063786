from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files

import pytest

from stssim.clock import START, Clock
from stssim.scenarios import Question, load
from stssim.scenarios.play import play
from stssim.show.player import AS_IT_WAS, CHANGED, MODULES, TABS, front_end, player, style
from stssim.show.what_if import Branching, Draft
from tests.show.drawing import Drawing
from tests.show.scenarios import SECRET, TOKEN, TRUST, audit, hostile

DRAFT = Draft("trust:Audit", "Trust policy of role Audit", "trust", json.dumps(TRUST))


def branching() -> Branching:
    def replay(name: str, text: str) -> object:
        if "nonsense" in text:
            raise ValueError("That is no policy.")
        return audit(external_id=None)

    return Branching((DRAFT,), replay)  # type: ignore[arg-type]


def test_every_module_is_in_the_front_end() -> None:
    home = files("stssim.show") / "player"
    assert sorted(each.name for each in home.iterdir() if each.name.endswith(".js")) == sorted(
        f"{name}.js" for name in MODULES
    )


def test_the_front_end_is_one_module_that_imports_nothing() -> None:
    source = front_end()
    assert "import " not in [line[:7] for line in source.splitlines()]
    assert source.count("export ") == source.count("export default") == 1


def test_no_two_modules_call_different_things_by_one_name() -> None:
    names = [line.split("(")[0].split()[-1] for line in front_end().splitlines() if line.startswith("function ")]
    assert len(names) == len(set(names))


def test_the_front_end_makes_text_and_never_markup_of_what_a_learner_typed() -> None:
    home = files("stssim.show") / "player"
    makers = [name for name in MODULES if "innerHTML" in (home / f"{name}.js").read_text()]
    assert makers == ["picture"]
    assert "insertAdjacentHTML" not in front_end()


def test_the_css_knows_only_colours_of_the_palette() -> None:
    assert "#" not in (files("stssim.show") / "player" / "player.css").read_text()
    assert "--stssim-ink:" in style()


def test_it_starts_before_anything_has_happened() -> None:
    shown = player(audit())
    assert (shown.step, shown.tab, shown.view, shown.run, shown.projector) == (0, "request", "sequence", 0, False)


def test_where_no_kernel_runs_a_picture_stands_that_tells_nothing() -> None:
    data, _ = player(audit(external_id=None))._repr_mimebundle_()
    still = Drawing(data["image/svg+xml"])
    for word in ("denied", "AccessDenied", "not reached"):
        assert word not in still.body
    assert data["text/plain"] == "Player('audit', 5 steps, step 0)"
    assert "denied" not in data["text/plain"]


def test_a_trainers_copy_may_tell() -> None:
    data, _ = player(audit(external_id=None), reveal=True)._repr_mimebundle_()
    assert "denied" in Drawing(data["image/svg+xml"]).body


def test_in_a_trainers_copy_every_still_picture_tells_how_it_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STSSIM_STILLS", "decided")
    data, _ = player(audit(external_id=None))._repr_mimebundle_()
    assert "denied" in Drawing(data["image/svg+xml"]).body


def test_nothing_secret_goes_to_the_browser() -> None:
    text = json.dumps(player(audit()).runs)
    assert SECRET not in text
    assert TOKEN not in text


def test_hostile_names_reach_the_browser_as_text() -> None:
    for pictures in player(hostile()).runs[0]["pictures"].values():
        for picture in pictures.values():
            assert "<script" not in Drawing(picture).body


def test_two_tellings_are_two_runs_that_know_where_they_part() -> None:
    shown = player(audit(), beside=audit(external_id=None), titles=("with", "without"))
    assert [(run["title"], run["divergence"]) for run in shown.runs] == [("with", 3), ("without", 3)]


def test_two_actors_of_one_name_are_told_apart() -> None:
    (run,) = player(play(load("rogue-issuer")).attack_trace).runs
    user, web_identity = run["steps"][1], run["steps"][15]
    assert user["source"] == web_identity["source"] == "mallory"
    assert user["between"] == [1, 2]
    assert web_identity["between"] == [5, 6]


def test_one_run_diverges_nowhere() -> None:
    assert [run["divergence"] for run in player(audit()).runs] == [None]


def test_a_question_goes_along() -> None:
    shown = player(audit(), question=Question("Who?", ("STS", "nobody"), "B"))
    assert shown.question["right"] == "B"
    assert player(audit()).question == {}


def test_a_changed_policy_is_told_beside_how_it_was() -> None:
    shown = player(audit(), branching=branching())
    shown.replay = {"name": DRAFT.name, "text": "{}"}
    assert [run["title"] for run in shown.runs] == [AS_IT_WAS, CHANGED]
    assert shown.run == 1
    assert shown.objection == ""


def test_a_text_that_is_no_policy_is_objected_to_and_changes_nothing() -> None:
    shown = player(audit(), branching=branching())
    shown.replay = {"name": DRAFT.name, "text": "nonsense"}
    assert shown.objection == "That is no policy."
    assert (len(shown.runs), shown.run) == (1, 0)
    shown.replay = {"name": DRAFT.name, "text": "{}"}
    assert shown.objection == ""


@pytest.mark.parametrize("asked_for", [{}, {"name": "nobody", "text": "{}"}, {"name": 1, "text": []}])
def test_a_request_to_run_again_that_makes_no_sense_is_not_granted(asked_for: dict[str, object]) -> None:
    shown = player(audit(), branching=branching())
    shown.replay = asked_for
    assert len(shown.runs) == 1


def test_a_draft_is_checked_while_it_is_written() -> None:
    shown = player(audit(), branching=branching())
    shown.draft = {"name": DRAFT.name, "text": "{"}
    (found,) = shown.findings["findings"]
    assert found["refused"]
    assert shown.findings["text"] == "{"


def test_without_branching_there_is_nothing_to_change() -> None:
    shown = player(audit())
    shown.replay = {"name": DRAFT.name, "text": "{}"}
    shown.draft = {"name": DRAFT.name, "text": "{"}
    assert (len(shown.runs), shown.findings, shown.drafts) == (1, {}, [])


def test_the_players_buttons_move_the_labs_clock() -> None:
    clock = Clock()
    shown = player(audit(), clock=clock)
    assert shown.now == START.timestamp()
    shown.minutes = 75
    shown.minutes = 15
    assert (clock.now() - START).total_seconds() == 15 * 60
    assert shown.now == clock.now().timestamp()


def test_a_clock_is_moved_by_a_week_at_most() -> None:
    clock = Clock()
    player(audit(), clock=clock).minutes = 10**9
    assert (clock.now() - START).days == 7


def test_its_repr_is_the_same_every_time() -> None:
    assert repr(player(audit())) == repr(player(audit())) == "Player('audit', 8 steps, step 0)"


@pytest.mark.parametrize("nonsense", [None, "audit", 5, [audit()]])
def test_what_is_no_trace_is_not_played(nonsense: object) -> None:
    with pytest.raises(TypeError, match=r"A Trace is played, the one that `with lab\.recording"):
        player(nonsense)  # type: ignore[arg-type]
    if nonsense is not None:
        with pytest.raises(TypeError, match="A Trace is played"):
            player(audit(), beside=nonsense)


def test_a_tab_that_there_is_not_is_refused() -> None:
    with pytest.raises(Exception, match="tab"):
        player(audit(), tab="nothing")
    assert {player(audit(), tab=name).tab for name in TABS} == set(TABS)


def test_a_trace_does_not_change_under_the_player() -> None:
    trace = audit()
    shown = player(trace)
    before = json.dumps(shown.runs)
    replace(trace[0], sentence="Something else.")
    assert json.dumps(shown.runs) == before
