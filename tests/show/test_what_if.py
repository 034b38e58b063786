from __future__ import annotations

import json

import pytest

from stssim.show.what_if import Branching, Draft, findings
from tests.show.scenarios import TRUST, audit

DRAFT = Draft("trust", "Trust policy of role Audit", "trust", json.dumps(TRUST))


def test_a_sound_policy_has_no_refusal() -> None:
    assert not [each for each in findings(DRAFT, DRAFT.text) if each["refused"]]


def test_a_broken_text_is_refused_at_its_line_and_column() -> None:
    (found,) = findings(DRAFT, '{"Version": "2012-10-17",\n "Statement": [}')
    assert found["refused"]
    assert (found["line"], found["column"]) == (2, 16)


def test_trust_in_everybody_is_a_finding_and_no_refusal() -> None:
    everybody = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
    }
    found = findings(DRAFT, json.dumps(everybody))
    assert found
    assert not any(each["refused"] for each in found)


def test_a_name_that_is_no_drafts_is_named() -> None:
    with pytest.raises(ValueError, match="nothing named 'nobody'"):
        Branching((DRAFT,), lambda *_: audit()).draft("nobody")


def test_only_a_policy_is_looked_through_while_it_is_written() -> None:
    assert findings(Draft("p", "ExternalId", "parameter", "", call=0), "{") == []
    assert findings(Draft("s", "tested", "setting", "no", choices=(("no", "no"),)), "{") == []
