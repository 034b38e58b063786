from __future__ import annotations

import pytest

from stssim.call import Actor
from stssim.show.names import display_name, in_prose

MALLORY, BEACON, OLD = Actor("mallory", "user", "1"), Actor("beacon", "user", "2"), Actor("almanac-old", "user", "2")


@pytest.mark.parametrize(
    ("actor", "name"),
    [
        (MALLORY, "Mallory"),
        (OLD, "Almanac-old"),
        (Actor("greta", "web-identity"), "Greta"),
        (Actor("repo:wren/site:ref:refs/heads/main", "web-identity"), "repo:wren/site:ref:refs/heads/main"),
        (Actor("login.granary.example", "application"), "login.granary.example"),
        (Actor("lambda.amazonaws.com"), "lambda.amazonaws.com"),
        (Actor("S3"), "S3"),
        (Actor("root", "root"), "root"),
        (Actor("user7", "user"), "user7"),
    ],
)
def test_a_name_that_is_a_word_has_a_capital_and_an_identifier_is_left_alone(actor: Actor, name: str) -> None:
    assert display_name(actor) == name


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("mallory asks beacon to audit tenant mallory-inc.", "Mallory asks Beacon to audit tenant mallory-inc."),
        ("IAM answers mallory: it is done.", "IAM answers Mallory: it is done."),
        ("beacon's key; the caller is user beacon.", "Beacon's key; the caller is user beacon."),
        (
            "arn:aws:iam::1:user/mallory may do it as session mallory",
            "arn:aws:iam::1:user/mallory may do it as session mallory",
        ),
        (
            "report.csv of bucket beacon-222222222222 and beacon.example",
            "report.csv of bucket beacon-222222222222 and beacon.example",
        ),
        ("almanac-old and mallory.", "Almanac-old and Mallory."),
    ],
)
def test_a_sentence_has_names_as_prose_and_values_as_they_are(text: str, prose: str) -> None:
    assert in_prose(text, [MALLORY, BEACON, OLD]) == prose
