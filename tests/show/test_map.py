from __future__ import annotations

import re
from itertools import combinations
from math import dist
from xml.etree import ElementTree as ET

import pytest

from stssim.call import STS
from stssim.scenarios import load
from stssim.scenarios.play import play
from stssim.show import map_of, sequence
from stssim.show.map import Resource, resource
from stssim.show.rows import Row
from stssim.trace import Trace
from tests.show.drawing import SVG, Drawing
from tests.show.scenarios import CUSTOMER, audit, hostile


def drawn(external_id: str | None = "cust-42", **how: object) -> Drawing:
    return Drawing(map_of(audit(external_id), **how))  # type: ignore[arg-type]


def row(arn: str | None, account: str | None = None) -> Row:
    return Row(0, STS, STS, "asked", "asked", "validate", resource=arn, resource_account=account)


@pytest.mark.parametrize(
    ("arn", "shown"),
    [
        ("arn:aws:iam::444455556666:role/Audit", Resource("Audit", "role", "444455556666")),
        ("arn:aws:iam::444455556666:role/team/blue/Audit", Resource("Audit", "role", "444455556666")),
        ("arn:aws:s3:::reports/2026/q3.csv", Resource("reports", "bucket", "")),
        ("arn:aws:sqs:us-east-1:444455556666:jobs", Resource("jobs", "sqs", "444455556666")),
        ("arn:aws:kms:us-east-1:444455556666:key/1234", Resource("1234", "key", "444455556666")),
        ("*", None),
        (None, None),
        ("arn:aws:s3:::*", None),
    ],
)
def test_an_arn_is_shown_as_what_it_names(arn: str | None, shown: Resource | None) -> None:
    assert resource(row(arn)) == shown


def test_a_bucket_belongs_to_whom_the_gate_found_to_own_it() -> None:
    assert resource(row("arn:aws:s3:::reports", CUSTOMER)) == Resource("reports", "bucket", CUSTOMER)


def test_accounts_hold_what_is_theirs_and_awss_services_stand_outside() -> None:
    picture = drawn(outcomes=True)
    plates = [picture.words(account) for account in picture.of_class("account")]
    # The vendor's application and its worker stand in two columns.
    assert plates == [["vendor", "111122223333"]] * 2 + [["customer", "444455556666"]]
    assert [picture.words(box)[0] for box in picture.of_class("resource")] == ["Audit"]


def test_downwards_it_says_the_same_and_is_narrower() -> None:
    across, down = drawn(outcomes=True), drawn(outcomes=True, down=True)
    assert sorted(down.words()) == sorted(across.words())
    plates = [down.words(account) for account in down.of_class("account")]
    assert plates == [["vendor", "111122223333"]] * 2 + [["customer", "444455556666"]]
    wide, narrow = (float(picture.root.get("viewBox", "").split()[2]) for picture in (across, down))
    assert narrow < wide


def test_every_step_is_a_line_in_a_box_or_on_an_edge() -> None:
    picture = drawn(outcomes=True)
    assert sorted(int(each.get("data-row", "")) for each in picture.of_class("step")) == list(range(len(audit())))


def test_the_answer_has_room_for_its_whole_label() -> None:
    assert not [word for word in drawn(outcomes=True).words() if "…" in word]


@pytest.mark.parametrize("external_id", [None, "wrong"])
def test_an_undecided_map_tells_nothing_of_the_outcome(external_id: str | None) -> None:
    for word in ("denied", "allowed", "AccessDenied", "not reached", "settled", "data-outcome", "ghost"):
        assert word not in drawn(external_id).body


def test_no_line_moves_while_it_is_stepped() -> None:
    for external_id in ("cust-42", None):
        still = drawn(external_id).shapes()
        assert drawn(external_id, outcomes=True).shapes() == still
        assert all(drawn(external_id, step=step).shapes() == still for step in range(len(audit(external_id))))


def test_hostile_names_are_text_and_nothing_else() -> None:
    picture = Drawing(map_of(hostile(), outcomes=True))
    assert not [each for each in picture.root.iter() if "script" in each.tag]
    assert "<script" not in picture.body


def test_a_trace_without_steps_is_a_picture_that_says_so() -> None:
    assert Drawing(map_of(Trace("empty"))).words() == ["Nothing has happened yet."]


def test_what_belongs_to_an_account_has_its_tint_in_both_pictures() -> None:
    tints: dict[str, list[list[str]]] = {}
    for drawing in (drawn(outcomes=True), Drawing(sequence(audit(), outcomes=True))):
        for actor in drawing.of_class("actor"):
            tint = [name for name in actor.get("class", "").split() if name.startswith("tint-")]
            tints.setdefault(drawing.words(actor)[0], []).append(tint)
    assert tints == {"Acme Audits": [["tint-0"]] * 2, "Worker": [["tint-0"]] * 2, "STS": [[]] * 2, "S3": [[]] * 2}
    (customers,) = [each for each in drawn().of_class("account") if "customer" in drawn().words(each)]
    assert customers.get("class") == "account tint-1"


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("scenario", ["confused-deputy", "role-chain-to-admin", "rogue-issuer", "untested-onboarding"])
def test_nothing_of_a_map_is_outside_of_it_and_no_box_or_chip_lies_on_another(scenario: str, down: bool) -> None:
    picture = Drawing(map_of(play(load(scenario)).attack_trace, outcomes=True, down=down, legend=False))
    left, top, wide, high = map(float, picture.root.get("viewBox", "").split())
    boxes = [corners(box) for box in (*picture.of_class("actor"), *picture.of_class("resource"))]
    chips = [(float(each.get("cx", "")), float(each.get("cy", ""))) for each in picture.root.iter(f"{SVG}circle")]
    assert len(boxes) >= 5
    for one, other in combinations(boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    for x, y in chips:
        assert left + 10 <= x <= left + wide - 10
        assert top + 10 <= y <= top + high - 10
    assert min(dist(one, other) for one, other in combinations(chips, 2)) >= 19
    assert all(left < box[0] and box[2] < left + wide and top < box[1] and box[3] < top + high for box in boxes)


def corners(box: ET.Element) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a box, of the rounded rectangle that is its first path."""
    path = box.findall(f"{SVG}path")[0].get("d", "")
    start, across, down = re.match(r"M([\d.-]+ [\d.-]+)h([\d.-]+)a.*?v([\d.-]+)a", path).groups()  # type: ignore[union-attr]
    x, y = map(float, start.split())
    return x - 8, y, x + float(across) + 8, y + float(down) + 16
