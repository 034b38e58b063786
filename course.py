"""The notebooks, made from their sources: `python course.py` runs notebooks/source/*.py and stores them with their
outputs.

A widget is stored as the still picture that it gives itself, so that a notebook reads well where no kernel runs, and
the same run stores the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
NOTEBOOKS = HERE / "notebooks"
_LIVE = "application/vnd.jupyter.widget-view+json"
_METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def sources() -> list[Path]:
    """The text sources of the notebooks, in the order of the lessons."""
    return sorted((NOTEBOOKS / "source").glob("*.py"))


def built(source: Path) -> str:
    """The notebook of a source, run from top to bottom, as the text of an `.ipynb` file.

    Raises `nbclient.exceptions.CellExecutionError` where a cell fails.
    """
    import nbformat
    from nbclient import NotebookClient

    notebook = unrun(source)
    NotebookClient(notebook, store_widget_state=False, resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(_LIVE, None)
    notebook.metadata = nbformat.from_dict(_METADATA)  # type: ignore[no-untyped-call]
    return str(nbformat.writes(notebook))  # type: ignore[no-untyped-call]


def unrun(source: Path) -> Any:
    """The notebook of a source without outputs, its cells numbered in place of random ids."""
    import jupytext

    notebook = jupytext.read(source)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    return notebook


def main(names: list[str]) -> None:
    """Builds the notebooks whose names begin with one of these, or all."""
    for source in sources():
        if not names or source.stem.startswith(tuple(names)):
            print(f"Running {source.stem}.")  # noqa: T201
            target = NOTEBOOKS / f"{source.stem}.ipynb"
            target.write_text(built(source) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
