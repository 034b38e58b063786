"""A learner's file: kept whole, shared by notebooks, gone on with tomorrow, and never lost."""

from __future__ import annotations

import json
import multiprocessing
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stssim.lessons import progress_store
from stssim.lessons.progress_store import Foreign, Progress, Work, merged, of_text, ours, to_text

NAMES = st.text(max_size=8)
RECORDS = st.dictionaries(
    NAMES, st.builds(Work, st.dictionaries(NAMES, st.booleans()), st.integers(min_value=0, max_value=9))
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "my-progress.json"


def write_many(file: Path, who: str, both: Barrier) -> None:
    """One try a kernel, so that no kernel's memory makes up for what another one wrote over."""
    both.wait()
    for nth in range(100):
        Progress(file).tried("scenario", f"{who}-{nth}", "own", held=True)


def test_what_was_done_is_there_the_next_day(file: Path) -> None:
    today = Progress(file)
    today.tried("scenario", "confused-deputy", "exact-principal", held=False)
    today.opened("scenario", "confused-deputy", 2)
    assert not today.of("scenario", "confused-deputy").solved
    today.tried("scenario", "confused-deputy", "external-id", held=True)
    tomorrow = Progress(file)
    assert tomorrow.of("scenario", "confused-deputy") == Work({"exact-principal": False, "external-id": True}, 2)
    assert tomorrow.of("scenario", "confused-deputy").solved
    assert tomorrow.notice == ""


def test_nothing_done_writes_no_file(file: Path) -> None:
    Progress(file).of("task", "01-expired")
    assert not file.exists()


def test_a_scenario_and_a_task_of_one_name_are_two(file: Path) -> None:
    kept = Progress(file)
    kept.tried("scenario", "same", "own", held=True)
    assert not kept.of("task", "same").solved


def test_what_was_reached_is_not_taken_back(file: Path) -> None:
    kept = Progress(file)
    kept.tried("task", "t", "own", held=True)
    kept.tried("task", "t", "own", held=False)
    kept.opened("task", "t", 3)
    kept.opened("task", "t", 1)
    assert Progress(file).of("task", "t") == Work({"own": True}, 3)


def test_two_notebooks_see_each_others_work(file: Path) -> None:
    one, other = Progress(file), Progress(file)
    one.tried("task", "a", "own", held=True)
    other.tried("task", "b", "own", held=True)
    assert other.of("task", "a").solved
    assert set(of_text(file.read_text())) == {"task:a", "task:b"}


def test_two_kernels_that_write_at_once_lose_nothing(file: Path) -> None:
    context = multiprocessing.get_context("spawn")
    both = context.Barrier(2)
    kernels = [context.Process(target=write_many, args=(file, who, both)) for who in ("one", "other")]
    for kernel in kernels:
        kernel.start()
    for kernel in kernels:
        kernel.join()
    assert len(of_text(file.read_text())) == 200
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is not JSON"),
        ('{"format": "stssim progress, version 1", "done"', "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("[]", "it is no record of these lessons"),
        ('{"name": "my shop", "done": {}}', "it is no record of these lessons"),
        ('{"format": "stssim progress, version 2", "done": {}}', "it is no record of these lessons"),
        ('{"format": "stssim progress, version 1", "done": {"task:t": {"tried": ["x"], "hints": 1}}}', "task:t"),
        ('{"format": "stssim progress, version 1", "done": {"task:t": {"tried": {}, "hints": "1"}}}', "task:t"),
        ('{"format": "stssim progress, version 1", "done": {"task:t": 3}}', "task:t"),
        ("x" * 1_000_001, "it is too large"),
    ],
)
def test_a_bad_or_foreign_file_is_set_aside_whole_and_said_in_one_sentence(file: Path, text: str, why: str) -> None:
    file.write_text(text)
    kept = Progress(file)
    aside = file.with_name("my-progress.set-aside-1.json")
    assert aside.read_text() == text
    assert why in kept.notice
    assert aside.name in kept.notice
    assert "\n" not in kept.notice
    kept.tried("task", "t", "own", held=True)
    assert Progress(file).of("task", "t").solved
    assert aside.read_text() == text


def test_what_was_set_aside_before_is_not_written_over(file: Path) -> None:
    file.with_name("my-progress.set-aside-1.json").write_text("first")
    file.write_bytes(b"\xff\xfe\x00")
    Progress(file)
    assert file.with_name("my-progress.set-aside-1.json").read_text() == "first"
    assert file.with_name("my-progress.set-aside-2.json").read_bytes() == b"\xff\xfe\x00"


def test_a_file_that_goes_bad_under_a_running_notebook_loses_nothing(file: Path) -> None:
    kept = Progress(file)
    kept.tried("task", "a", "own", held=True)
    file.write_text("oops")
    kept.tried("task", "b", "own", held=True)
    assert set(of_text(file.read_text())) == {"task:a", "task:b"}
    assert file.with_name("my-progress.set-aside-1.json").read_text() == "oops"


def test_a_write_that_fails_halfway_leaves_the_file_as_it_was(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Progress(file).tried("task", "a", "own", held=True)
    before = file.read_text()
    kept = Progress(file)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    kept.tried("task", "b", "own", held=True)
    assert file.read_text() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert kept.of("task", "b").solved
    assert "No space left on device" in kept.notice


def test_where_nothing_can_be_written_that_is_said_once_and_all_goes_on(tmp_path: Path) -> None:
    kept = Progress(tmp_path / "nowhere" / "my-progress.json")
    kept.tried("task", "a", "own", held=True)
    assert kept.news().startswith("my-progress.json cannot be kept (No such file or directory)")
    kept.tried("task", "b", "own", held=True)
    assert kept.news() == ""
    assert kept.of("task", "a").solved
    assert kept.of("task", "b").solved


def test_a_folder_of_that_name_is_left_alone(file: Path) -> None:
    file.mkdir()
    kept = Progress(file)
    kept.tried("task", "a", "own", held=True)
    assert file.is_dir()
    assert "cannot be kept" in kept.notice


def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    home = tmp_path / "elsewhere.json"
    home.write_text(to_text({}))
    file.symlink_to(home)
    Progress(file).tried("task", "a", "own", held=True)
    assert file.is_symlink()
    assert "task:a" in home.read_text()


@pytest.fixture
def fresh() -> None:
    ours.cache_clear()


@pytest.mark.usefixtures("fresh")
def test_the_file_is_named_by_the_environment_or_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    found = []
    for value in ("off", "", "mine.json"):
        monkeypatch.setenv("STSSIM_PROGRESS", value)
        ours.cache_clear()
        found.append(ours().path)
    ours.cache_clear()
    assert found == [None, tmp_path / "my-progress.json", tmp_path / "mine.json"]


@given(RECORDS)
def test_a_record_is_read_as_it_was_written(record: progress_store.Record) -> None:
    assert of_text(to_text(record)) == record


@given(RECORDS, RECORDS, RECORDS)
def test_records_merge_in_any_order_to_the_same(
    one: progress_store.Record, two: progress_store.Record, three: progress_store.Record
) -> None:
    assert merged(one, two) == merged(two, one)
    assert merged(one, merged(two, three)) == merged(merged(one, two), three)
    assert merged(one, one) == one


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda of: st.lists(of) | st.dictionaries(NAMES, of)
    )
)
def test_no_json_breaks_the_reading(told: object) -> None:
    for text in (json.dumps(told), json.dumps({"format": "stssim progress, version 1", "done": told})):
        try:
            of_text(text)
        except Foreign:
            continue


OF_AN_EARLIER_VERSION = """{
  "format": "stssim progress, version 1",
  "done": {
    "story:confused-deputy": {
      "tried": {
        "exact-principal": false,
        "external-id": true
      },
      "hints": 2
    },
    "task:01-expired": {
      "tried": {
        "your own": true
      },
      "hints": 0
    }
  }
}
"""


def test_a_file_of_an_earlier_version_is_read_and_written_back_in_todays_words(file: Path) -> None:
    file.write_text(OF_AN_EARLIER_VERSION, encoding="utf-8")
    kept = Progress(file)
    assert kept.of("scenario", "confused-deputy") == Work({"exact-principal": False, "external-id": True}, 2)
    assert kept.of("task", "01-expired").solved
    assert kept.notice == ""
    kept.opened("scenario", "guessable-id", 1)
    assert sorted(json.loads(file.read_text(encoding="utf-8"))["done"]) == [
        "scenario:confused-deputy", "scenario:guessable-id", "task:01-expired",
    ]  # fmt: skip


def test_what_both_versions_wrote_of_one_scenario_is_added_up(file: Path) -> None:
    both = """{"format": "stssim progress, version 1", "done": {
      "scenario:shared-id": {"tried": {"own": false}, "hints": 3},
      "story:shared-id": {"tried": {"own": true}, "hints": 1}}}"""
    assert of_text(both) == {"scenario:shared-id": Work({"own": True}, 3)}
