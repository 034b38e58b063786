"""What the documents point at is there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from stssim.request.reading import MAXIMUM_BODY

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
LINK = re.compile(r"""\]\(([^)\s]+)|(?:src|srcset|href)="([^"]+)""")
MOST_BYTES = 600_000


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_file_that_a_document_points_at_is_there(document: Path) -> None:
    found = {one or other for one, other in LINK.findall(document.read_text(encoding="utf-8"))}
    local = {link.partition("#")[0] for link in found if not re.match(r"[a-z]+:|#", link)}
    assert local
    assert sorted(link for link in local if not (document.parent / link).exists()) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_make_that_a_document_names_is_a_target(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    told = set(re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE))
    assert told <= set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def test_the_largest_body_told_is_the_largest_taken() -> None:
    told = re.findall(r"bodies of more than\s([0-9,]+) bytes", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert told == [f"{MAXIMUM_BODY:,}"]


def test_no_file_of_the_project_is_too_large_to_be_fetched_by_a_class() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no git work tree")
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    assert [file.name for file in files if file.is_file() and file.stat().st_size > MOST_BYTES] == []
