"""The notebooks, made in two sets from one source: `python -m tools.course` runs notebooks/source/*.py and stores the
output.

The learner's set, in notebooks, leaves out the cells that are tagged `trainer` or `solution`, and its still pictures
show every arrow and nothing of how it ends. The trainer's set, in trainer, has the notes and the solutions, and
pictures with their outcomes. A widget is stored as the still picture that it gives itself, so that a notebook reads
well where no kernel runs, and the same run stores the same bytes.
"""

from __future__ import annotations

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parents[1]
NOTEBOOKS = HERE / "notebooks"
_LIVE = "application/vnd.jupyter.widget-view+json"
_METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


@dataclass(frozen=True, slots=True)
class Copies:
    """One set of the notebooks: the folder it lies in, the tags of the cells that it leaves out, and what its still
    pictures tell (`STSSIM_STILLS`).
    """

    folder: Path
    leaves_out: frozenset[str]
    stills: str


LEARNERS = Copies(NOTEBOOKS, frozenset({"trainer", "solution"}), "undecided")
TRAINERS = Copies(HERE / "trainer", frozenset(), "decided")


def sources() -> list[Path]:
    """The text sources of the notebooks, in the order of the lessons."""
    return sorted((NOTEBOOKS / "source").glob("*.py"))


def built(source: Path, copies: Copies = LEARNERS) -> str:
    """The notebook of a source, run from top to bottom, as the text of an `.ipynb` file.

    Raises `nbclient.exceptions.CellExecutionError` where a cell fails.
    """
    import nbformat
    from nbclient import NotebookClient

    notebook = unrun(source, copies)
    place = {"metadata": {"path": str(copies.folder)}}
    quiet = ["--IPKernelApp.log_level=ERROR"]
    client = NotebookClient(notebook, store_widget_state=False, resources=place, extra_arguments=quiet)
    asyncio.run(client.async_execute(env=os.environ | {"STSSIM_STILLS": copies.stills, "STSSIM_PROGRESS": "off"}))
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if "outputs" in cell:
            cell.outputs = joined(cell.outputs)
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(_LIVE, None)
    notebook.metadata = nbformat.from_dict(_METADATA)  # type: ignore[no-untyped-call]
    return str(nbformat.writes(notebook)) + "\n"  # type: ignore[no-untyped-call]


def joined(outputs: list[Any]) -> list[Any]:
    """The outputs of a cell, what was printed in one go in one piece: a busy kernel hands it over in several."""
    whole: list[Any] = []
    for output in outputs:
        if whole and output.output_type == "stream" == whole[-1].output_type and output.name == whole[-1].name:
            whole[-1].text += output.text
        else:
            whole.append(output)
    return whole


def unrun(source: Path, copies: Copies = LEARNERS) -> Any:
    """The notebook of a source without outputs, its cells numbered in place of random ids, the same in both sets."""
    import jupytext

    notebook = jupytext.read(source)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
        if "trainer" in tags(cell):
            cell.source = quoted(f"**For the trainer**\n\n{cell.source}")
    notebook.cells = [cell for cell in notebook.cells if not tags(cell) & copies.leaves_out]
    return notebook


def tags(cell: Any) -> frozenset[str]:
    """The tags of a cell."""
    return frozenset(cell.metadata.get("tags", ()))


def quoted(text: str) -> str:
    """A text of Markdown, set apart as a quotation."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def store(source: Path, copies: Copies) -> Path:
    """Builds one notebook and writes it to its place."""
    copies.folder.mkdir(exist_ok=True)
    target = copies.folder / f"{source.stem}.ipynb"
    target.write_text(built(source, copies), encoding="utf-8")
    return target


def main(names: list[str]) -> None:
    """Builds both copies of the notebooks whose names begin with one of these, or of all."""
    wanted = [source for source in sources() if not names or source.stem.startswith(tuple(names))]
    jobs = [(source, copies) for source in wanted for copies in (LEARNERS, TRAINERS)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for target in pool.map(lambda job: store(*job), jobs):
            print(f"Made {target.relative_to(HERE)}.")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
