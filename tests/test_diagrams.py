"""The pictures that the README and the lessons use are drawn from calls, are up to date, and can be read anywhere."""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from diagrams import draw
from diagrams.given import a_firm, in_short
from stssim.service_models import service_model
from stssim.show.text_metrics import width
from stssim.show.tokens import LARGE, SMALL

ROOT = Path(__file__).parents[1]
SVG = "{http://www.w3.org/2000/svg}"
MOST_BYTES = 60_000
WIDEST = 960
"""So wide that a code host's page, of about 830 pixels, shows the smaller letters at 12."""


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return draw.drawn()


@pytest.fixture(scope="module")
def pictures(drawn: dict[str, str]) -> dict[str, ET.Element]:
    return {name: ET.fromstring(text) for name, text in drawn.items() if name.endswith(".svg")}


def test_every_picture_and_their_page_are_as_they_would_be_drawn_now(drawn: dict[str, str]) -> None:
    folder = ROOT / "diagrams"
    kept = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.suffix in {".svg", ".md"}}
    assert kept.keys() == drawn.keys()
    assert [name for name, text in drawn.items() if text != kept[name]] == []


def test_every_picture_can_be_read_in_light_and_dark_and_has_a_title_and_a_description(
    drawn: dict[str, str], pictures: dict[str, ET.Element]
) -> None:
    for name, root in pictures.items():
        assert "prefers-color-scheme:dark" in drawn[name]
        assert root.findtext(f"{SVG}title")
        assert len(root.findtext(f"{SVG}desc") or "") > 20


def test_no_two_pictures_have_one_title(pictures: dict[str, ET.Element]) -> None:
    titles = [root.findtext(f"{SVG}title") for root in pictures.values()]
    assert len(set(titles)) == len(titles)


def test_every_picture_is_small_and_no_wider_than_a_page(
    drawn: dict[str, str], pictures: dict[str, ET.Element]
) -> None:
    for name, root in pictures.items():
        assert len(drawn[name].encode()) <= MOST_BYTES, name
        assert int(root.get("width", "0")) <= WIDEST, name


def test_no_word_is_cut_short(pictures: dict[str, ET.Element]) -> None:
    assert [name for name, root in pictures.items() if "…" in "".join(root.itertext())] == []


def test_no_two_lines_of_text_lie_on_each_other(pictures: dict[str, ET.Element]) -> None:
    for name, root in pictures.items():
        for (one, left, right, y), (other, other_left, other_right, other_y) in combinations(lines(root), 2):
            apart = abs(y - other_y) > SMALL - 4 or right < other_left or other_right < left
            assert apart, f"{name}: {one!r} and {other!r}"


def lines(root: ET.Element) -> list[tuple[str, float, float, float]]:
    """Every line of text with where it begins, where it ends, and how far down it is."""
    found = []
    for text in root.iter(f"{SVG}text"):
        says = "".join(text.itertext())
        small = {"small", "word"} & set(text.get("class", "").split())
        wide, x = width(says, SMALL if small else LARGE), float(text.get("x", "0"))
        left = x - {"middle": wide / 2, "end": wide}.get(text.get("text-anchor", ""), 0)
        if says:
            found.append((says, left, left + wide, float(text.get("y", "0"))))
    return found


def test_every_operation_of_sts_that_is_answered_has_its_picture() -> None:
    refused = json.loads(
        (Path(__file__).parent / "validate" / "authorization" / "refused_operations.json").read_text()
    ).get("sts", [])
    answered = set(service_model("sts").operation_names) - set(refused)
    wanted = {"-".join(re.findall("[A-Z][a-z]+|SAML", name)).lower() for name in answered}
    assert {picture.name for picture in draw.CHAPTERS["The twelve operations"]} == wanted


def test_a_picture_of_an_operation_is_of_a_call_of_it() -> None:
    for picture in draw.CHAPTERS["The twelve operations"]:
        operation = picture.title.partition(":")[0]
        assert any(step.call is not None and step.call.operation == operation for step in picture.trace())


def test_the_page_says_how_each_call_ended(drawn: dict[str, str]) -> None:
    told = drawn[draw.PAGE].split("### ")
    denied = next(text for text in told if text.startswith("Across accounts, one yes"))
    assert "bob calls `AssumeRole` of STS, refused with `AccessDenied`." in denied
    allowed = next(text for text in told if text.startswith("The seven arrows"))
    assert "alice calls `AssumeRole` of STS, answered; alice calls `GetObject` of S3, answered." in allowed


def test_in_short_a_call_keeps_the_last_step_of_each_arrow_and_both_its_ends() -> None:
    firm = a_firm()
    with firm.lab.recording("all of it") as trace:
        firm.assumed()
    short = in_short(trace)
    assert [step.arrow for step in short] == [1, 2, 3, 4]
    assert short[1].decision is not None


def test_every_picture_and_file_that_a_page_names_is_there() -> None:
    for page in (ROOT / "README.md", ROOT / "diagrams" / "README.md"):
        links = re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8"))
        assert links
        assert [link for link in links if not (page.parent / link).exists()] == []
