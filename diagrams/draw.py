"""The pictures of the README and the lessons: `python -m diagrams.draw` writes diagrams/*.svg and the page of them all.

Every picture is of calls that were made a moment before, and the page says which. All of it is the same in every run.
"""

from __future__ import annotations

from pathlib import Path

from diagrams import deputies, endpoints, flow, operations, order, sign_in
from diagrams.given import Picture
from stssim.lessons.task_checks import RecordedCall, recorded_calls
from stssim.trace import Trace

HERE = Path(__file__).parent
PAGE = "README.md"
CHAPTERS: dict[str, tuple[Picture, ...]] = {
    "The flow": flow.PICTURES,
    "Confused deputies": deputies.PICTURES,
    "Without keys": sign_in.PICTURES,
    "Endpoints, and versions of tokens": endpoints.PICTURES,
    "The order of evaluation": order.PICTURES,
    "The twelve operations": operations.PICTURES,
}
_PREFACE = """\
# Pictures

`make diagrams` draws them from calls that it makes, and this page with them; a test holds both to what would be drawn
now. They follow the reader's light or dark setting. A solid green line is an *allowed*, a dashed orange one a *denied*,
and what a refusal left out is dotted.
"""


def drawn() -> dict[str, str]:
    """Every picture as SVG and the page that shows them, by the names of their files."""
    files, page = {}, [_PREFACE]
    for chapter, pictures in CHAPTERS.items():
        page.append(f"## {chapter}\n")
        for picture in pictures:
            trace, files[f"{picture.name}.svg"] = picture.drawn()
            page.append(f"### {picture.title}\n\n{called(trace)}\n\n![{picture.title}]({picture.name}.svg)\n")
    return {**files, PAGE: "\n".join(page)}


def called(trace: Trace) -> str:
    """What was called and told in a trace, and how each call ended, in one line."""
    calls = {id(one.call): one for one in recorded_calls(trace)}
    told = []
    for step in trace:
        if step.call is not None:
            if one := calls.pop(id(step.call), None):
                told.append(_call(one))
        elif step.source != step.target:
            told.append(f"{step.source.name} to {step.target.name}: {step.label}")
    return "; ".join(told) + "."


def _call(one: RecordedCall) -> str:
    asked = one.steps[0]
    ended = f"refused with `{one.code}`" if one.code else "answered"
    return f"{asked.source.name} calls `{one.call.operation}` of {asked.target.name}, {ended}"


if __name__ == "__main__":
    for name, text in drawn().items():
        (HERE / name).write_text(text, encoding="utf-8")
