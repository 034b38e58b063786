"""The notebooks are their sources, run; they are short enough to teach; and the learner's give no answer away."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tools import course
from tools.course import LEARNERS, TRAINERS, Copies

SOURCES = course.sources()
MOST_CODE_CELLS, MOST_LINES = 14, 6
OUTCOMES = re.compile(r"\b(allowed|denied|not reached)\b")
each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
both_sets = pytest.mark.parametrize("copies", [LEARNERS, TRAINERS], ids=["learner", "trainer"])
TAGGED = """# %% [markdown]
# # A lesson
# %% [markdown] tags=["trainer"]
# Ask the room first.
#
# - Two minutes.
# %%
answer = "the learner's"
# %% tags=["solution"]
answer = "the solution"
"""


@pytest.fixture
def tagged(tmp_path: Path) -> Path:
    """A source with a cell of every kind."""
    source = tmp_path / "99-tagged.py"
    source.write_text(TAGGED, encoding="utf-8")
    return source


@pytest.fixture(scope="module")
def rebuilt() -> dict[tuple[Path, Copies], str]:
    """The trainer's notebooks and the first of the learner's, each run from its source. Threads have event loops of
    their own, whatever the tests before have left running in this one.
    """
    jobs = [(SOURCES[0], LEARNERS), *((source, TRAINERS) for source in SOURCES)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(jobs, pool.map(lambda job: course.built(*job), jobs), strict=True))


def text(source: Path, copies: Copies = LEARNERS) -> str:
    return (copies.folder / f"{source.stem}.ipynb").read_text(encoding="utf-8")


def stored(source: Path, copies: Copies = LEARNERS) -> Any:
    return nbformat.reads(text(source, copies), as_version=4)  # type: ignore[no-untyped-call]


def pictures(source: Path, copies: Copies = LEARNERS) -> list[str]:
    """The words of every stored picture, its style left out."""
    outputs = [output for cell in stored(source, copies).cells for output in cell.get("outputs", ())]
    drawn = [output.data["image/svg+xml"] for output in outputs if "image/svg+xml" in output.get("data", {})]
    return [re.sub(r"<style>.*?</style>", "", picture, flags=re.DOTALL) for picture in drawn]


@both_sets
@each_source
def test_a_notebook_is_in_step_with_its_source(source: Path, copies: Copies) -> None:
    cells = [(cell.id, cell.cell_type, cell.source) for cell in stored(source, copies).cells]
    assert cells == [(cell.id, cell.cell_type, cell.source) for cell in course.unrun(source, copies).cells]


@both_sets
def test_every_notebook_has_a_source(copies: Copies) -> None:
    assert [path.stem for path in sorted(copies.folder.glob("*.ipynb"))] == [source.stem for source in SOURCES]


@each_source
def test_a_lesson_has_few_cells_of_few_lines(source: Path) -> None:
    code = [cell.source for cell in course.unrun(source).cells if cell.cell_type == "code"]
    assert len(code) <= MOST_CODE_CELLS
    assert max(len(text.splitlines()) for text in code) <= MOST_LINES


@both_sets
@each_source
def test_every_widget_has_a_still_picture_for_where_no_kernel_runs(source: Path, copies: Copies) -> None:
    outputs = [output for cell in stored(source, copies).cells for output in cell.get("outputs", ())]
    for data in [output.data for output in outputs if "data" in output]:
        assert "application/vnd.jupyter.widget-view+json" not in data
        if re.match(r"(Player|Fix)\b", data.get("text/plain", "")):
            assert {"image/svg+xml", "text/html"} & data.keys()


@each_source
def test_a_learners_picture_tells_nobody_how_it_ends(source: Path) -> None:
    assert not [picture for picture in pictures(source) if OUTCOMES.search(picture)]


@each_source
def test_a_trainers_picture_tells_how_it_ends(source: Path) -> None:
    drawn = pictures(source, TRAINERS)
    assert len(drawn) >= len(pictures(source))
    assert all(OUTCOMES.search(picture) for picture in drawn)


def test_a_learner_gets_neither_the_solutions_nor_what_is_said_to_the_trainer(tagged: Path) -> None:
    cells = course.unrun(tagged, LEARNERS).cells
    assert [cell.source for cell in cells] == ["# A lesson", 'answer = "the learner\'s"']


def test_a_trainer_gets_both_and_what_is_said_to_them_is_set_apart(tagged: Path) -> None:
    cells = course.unrun(tagged, TRAINERS).cells
    note, solution = cells[1], cells[3]
    assert note.source == "> **For the trainer**\n>\n> Ask the room first.\n>\n> - Two minutes."
    assert solution.source == 'answer = "the solution"'


def test_a_cell_has_one_id_in_both_sets(tagged: Path) -> None:
    assert [cell.id for cell in course.unrun(tagged, TRAINERS).cells] == ["cell-0", "cell-1", "cell-2", "cell-3"]
    assert [cell.id for cell in course.unrun(tagged, LEARNERS).cells] == ["cell-0", "cell-2"]


@each_source
def test_no_tag_of_the_source_means_nothing(source: Path) -> None:
    known = LEARNERS.leaves_out | TRAINERS.leaves_out
    for cell in course.unrun(source, TRAINERS).cells:
        assert course.tags(cell) <= known, cell.source


def test_a_learners_run_stores_the_same_bytes_again(rebuilt: dict[tuple[Path, Copies], str]) -> None:
    assert rebuilt[SOURCES[0], LEARNERS] == text(SOURCES[0])


@each_source
def test_a_trainers_run_stores_the_same_bytes_again(source: Path, rebuilt: dict[tuple[Path, Copies], str]) -> None:
    assert rebuilt[source, TRAINERS] == text(source, TRAINERS)


def test_a_learner_in_jupyterlab_does_not_see_the_sources_with_their_solutions() -> None:
    from jupyter_server.services.contents.filemanager import FileContentsManager
    from traitlets.config.loader import JSONFileConfigLoader

    settings = JSONFileConfigLoader("jupyter_server_config.json", path=str(course.HERE / ".jupyter")).load_config()
    files: Any = FileContentsManager(root_dir=str(course.NOTEBOOKS), config=settings)
    listed = files.get("")["content"]
    names = {entry["name"] for entry in listed}
    assert "00-start-here.ipynb" in names
    assert "source" not in names


def test_what_a_busy_kernel_hands_over_in_pieces_is_stored_in_one() -> None:
    new: Any = nbformat.v4.new_output
    printed = [new("stream", text=text) for text in ("step 1\n", "step 2\n")]
    shown = new("display_data", {"text/plain": "picture"})
    stored = course.joined([*printed, shown, new("stream", text="step 3\n")])
    assert [output.get("text") for output in stored] == ["step 1\nstep 2\n", None, "step 3\n"]
