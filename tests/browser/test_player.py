"""The player in a real JupyterLab, driven by mouse and keyboard in Chromium, asserted on text and ARIA."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from statistics import median
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

PLAYERS = """import json
from tests.show.scenarios import TRUST, audit, hostile, long
from stssim.show.player import player
from stssim.clock import Clock
from stssim.show.what_if import Branching, Draft
from stssim.scenarios import Question

def replay(name, text):
    if name == "id":
        return audit(external_id=text or None)
    if name == "tested":
        return audit(external_id="yes" if text == "yes" else None)
    if "cust-42" not in text:
        raise ValueError("That is no policy of this scenario.")
    return audit(external_id=None)

clock = Clock()
drafts = (
    Draft("trust", "Trust policy of role Audit", "trust", json.dumps(TRUST, indent=2)),
    Draft("id", "ExternalId", "parameter", "cust-42", "Call 1, sts:AssumeRole", call=0),
    Draft("tested", "Roles are tested", "setting", "no", "Settings", choices=(("yes", "yes"), ("no", "no"))),
)
question = Question("Will STS allow it?", ("Yes", "No"), "B", "The External ID is missing.")"""
ALLOWED = "player(audit())"
DENIED = "player(audit(external_id=None))"
COMPARED = 'player(audit(), beside=audit(external_id=None), titles=("with id", "without id"))'
ASKED = "player(audit(external_id=None), question=question)"
BRANCHED = "player(audit(), branching=Branching(drafts, replay), clock=clock)"
HOSTILE = "player(hostile())"
LONG = "player(long(200))"
CELLS = (ALLOWED, DENIED, COMPARED, ASKED, BRANCHED, HOSTILE, LONG)


class Stage:
    """One player on a page."""

    def __init__(self, page: Page, cell: int) -> None:
        self.page = page
        self.name = f"p{cell}"
        self.node = page.locator(".stssim-player").nth(cell)
        self.picture = self.node.get_by_role("group", name=re.compile("Picture of the calls"))

    def press(self, *keys: str) -> None:
        self.picture.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def button(self, name: str) -> Locator:
        return self.node.get_by_role("button", name=name, exact=True)

    def tab(self, name: str) -> Locator:
        return self.node.get_by_role("tab", name=re.compile(f"^{name}"))

    @property
    def panel(self) -> Locator:
        return self.node.get_by_role("tabpanel")

    @property
    def said(self) -> str:
        """What the live region says, also while JupyterLab has the cell out of sight."""
        return " ".join((self.node.locator(".sp-sentence").text_content() or "").split())

    def state(self) -> str:
        """All that can be seen, as markup; focus and scrolling left out."""
        return str(self.node.evaluate("it => it.querySelector('.sp-main').innerHTML"))

    def kernel_says(self, trait: str, value: str) -> bool:
        """Whether the kernel knows, or soon does: a widget sends one change and waits before it sends the next."""
        return any(self._in_kernel(trait) == value for _ in range(100))

    def _in_kernel(self, trait: str) -> str:
        return str(
            self.page.evaluate(
                """async code => {
                    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                    const asked = kernel.requestExecute({code: '', user_expressions: {it: code}, silent: true});
                    return (await asked.done).content.user_expressions.it.data['text/plain'];
                }""",
                f"{self.name}.{trait}",
            )
        )


@pytest.fixture(scope="module")
def page(open_notebook: Callable[..., Page]) -> Page:
    cells = [PLAYERS, *(f"p{at} = {cell}; p{at}" for at, cell in enumerate(CELLS))]
    return open_notebook("players", *cells, players=len(CELLS))


@pytest.fixture
def world(page: Page) -> Iterator[Callable[[str], Stage]]:
    """The player of a cell, at its start."""
    used: list[Stage] = []

    def at(cell: str) -> Stage:
        world = Stage(page, CELLS.index(cell))
        world.node.scroll_into_view_if_needed()
        world.node.locator(".sp-sentence", has_text=re.compile(r"\S")).wait_for()
        used.append(world)
        return world

    yield at
    page.set_viewport_size({"width": 1280, "height": 720})
    for world in used:
        if world.button("Projector").get_attribute("aria-pressed") == "true":
            world.press("p")
        world.press("Home", "1")


def cells_of(page: Page) -> list[str]:
    """The ids of the notebook's cells, in order."""
    ids = "window.jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.model.id)"
    return list(page.evaluate(ids))


def theme(page: Page, name: str) -> None:
    page.evaluate(f"window.jupyterapp.commands.execute('apputils:change-theme', {{theme: 'JupyterLab {name}'}})")
    light = "true" if name == "Light" else "false"
    page.wait_for_function(f"document.body.dataset.jpThemeLight === '{light}'")


Staged = Callable[[str], Stage]


def test_it_is_stepped_by_click_and_says_each_step(world: Staged) -> None:
    here = world(ALLOWED)
    assert here.said == "Start audit: 8 steps. Nothing has happened yet."
    here.button("Next").click()
    assert here.said == "Step 1 of 8 Acme Audits tells its Worker to audit this tenant."
    here.button("Last").click()
    assert here.said == "Step 8 of 8 allowed S3 hands the report over."
    here.button("Back").click()
    assert here.said.startswith("Step 7 of 8")
    here.button("First").click()
    assert here.said.startswith("Start")


def test_it_is_stepped_by_key(world: Staged) -> None:
    here = world(DENIED)
    here.press("ArrowRight", "ArrowRight")
    assert here.said.startswith("Step 2 of 5")
    here.press("End")
    assert here.said == "Step 5 of 5 denied STS refuses, and does not say why."
    here.press("ArrowRight", "ArrowLeft")
    assert here.said.startswith("Step 4 of 5")
    here.press("Home")
    assert here.said.startswith("Start")


def test_a_click_on_a_step_goes_to_it(world: Staged) -> None:
    here = world(ALLOWED)
    here.picture.locator("[data-row='2'] text").first.click()
    assert here.said.startswith("Step 3 of 8")


def test_the_scrubber_steps_too(world: Staged) -> None:
    here = world(ALLOWED)
    scrubber = here.node.get_by_role("slider", name="Step")
    scrubber.fill("5")
    assert here.said.startswith("Step 5 of 8")
    assert scrubber.get_attribute("aria-valuetext") == "Step 5 of 8: generate credentials"


@pytest.mark.parametrize("cell", [ALLOWED, DENIED, COMPARED])
def test_back_is_as_exact_as_forward(world: Staged, cell: str) -> None:
    here = world(cell)
    here.press("3")
    forward = [here.state()]
    for _ in range(5):
        here.press("ArrowRight")
        forward.append(here.state())
    assert len(set(forward)) == 6
    for before in reversed(forward[:-1]):
        here.press("ArrowLeft")
        assert here.state() == before


def test_nothing_of_the_outcome_is_on_the_page_before_it_happens(world: Staged) -> None:
    here = world(DENIED)
    outcome = re.compile("denied|AccessDenied|not reached|ghost")
    css = re.compile("<style>.*?</style>", re.DOTALL)
    assert not outcome.search(css.sub("", here.node.inner_html()))
    here.press("ArrowRight", "ArrowRight", "ArrowRight")
    assert not outcome.search(css.sub("", here.node.inner_html()))
    here.press("ArrowRight")
    assert "denied" in here.said
    assert here.picture.locator(".step-3 .word").text_content() == "denied"
    assert here.picture.locator(".ghost .word").text_content() == "not reached"


def test_a_step_moves_nothing_in_the_picture(world: Staged) -> None:
    here = world(DENIED)
    where = """it => [...it.querySelectorAll('.actor, .lifeline, [data-row]')]
        .map(node => node.querySelector('path').getAttribute('d'))"""
    seen = []
    for _ in range(5):
        seen.append(here.picture.evaluate(where))
        here.press("ArrowRight")
    assert all(each == seen[0] for each in seen)


def test_no_key_leaks_to_the_notebook(world: Staged, page: Page) -> None:
    here = world(ALLOWED)
    before = cells_of(page)
    parts = (here.picture, here.button("Next"), here.tab("Request"), here.panel, here.node.get_by_role("slider"))
    for part in parts:
        for key in (*"abdxyzjk", "Enter", "Shift+M", "ArrowUp"):
            part.focus()
            page.keyboard.press(key)
            assert cells_of(page) == before, key
            assert page.locator(".jp-Notebook.jp-mod-editMode").count() == 0, key


def test_a_click_anywhere_in_it_brings_it_the_keys(world: Staged, page: Page) -> None:
    here = world(ASKED)
    before = cells_of(page)
    for part in (here.node.locator(".sp-name"), here.node.locator(".sp-asked"), here.node.locator(".sp-sentence")):
        part.click()
        page.keyboard.press("x")
        page.keyboard.press("d")
        page.keyboard.press("d")
        assert cells_of(page) == before
    page.keyboard.press("b")
    here.node.get_by_text("You say B: No.").wait_for()
    assert cells_of(page) == before
    here.button("Ask again").click()


def test_a_key_with_ctrl_goes_on_to_the_notebook(world: Staged, page: Page) -> None:
    here = world(ALLOWED)
    page.evaluate("void (window.jupyterapp.shell.leftCollapsed || window.jupyterapp.shell.collapseLeft())")
    here.press("Control+b")
    page.wait_for_function("!window.jupyterapp.shell.leftCollapsed")
    here.press("Control+b")
    page.wait_for_function("window.jupyterapp.shell.leftCollapsed")


def test_space_plays_and_space_stops(world: Staged) -> None:
    here = world(ALLOWED)
    here.press("Space")
    assert here.button("Play").get_attribute("aria-pressed") == "true"
    assert here.said.startswith("Step 1 of 8")
    here.press("Space")
    assert here.button("Play").get_attribute("aria-pressed") == "false"


def test_a_button_that_can_do_nothing_says_so_and_keeps_the_focus(world: Staged) -> None:
    here = world(ALLOWED)
    back = here.button("Back")
    assert back.get_attribute("aria-disabled") == "true"
    here.press("End")
    here.button("Next").click(force=True)
    assert here.said.startswith("Step 8 of 8")
    assert here.button("Next").get_attribute("aria-disabled") == "true"
    assert here.button("Next").evaluate("it => it === document.activeElement")


def test_the_kernel_is_told_where_it_stands(world: Staged) -> None:
    here = world(ALLOWED)
    here.press("ArrowRight", "ArrowRight", "3")
    assert here.kernel_says("step", "2")
    assert here.kernel_says("tab", "'policy'")


def test_the_request_is_shown_as_it_was_sent(world: Staged) -> None:
    here = world(ALLOWED)
    here.press("ArrowRight", "ArrowRight")
    shown = here.panel.inner_text()
    assert "sts:AssumeRole" in shown
    assert "POST / HTTP/1.1" in shown
    assert "ExternalId=cust-42" in shown
    assert "Signature=(left out)" in shown


def test_a_call_is_copied_as_python_and_as_a_command_line(world: Staged, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    here = world(ALLOWED)
    here.press("ArrowRight", "ArrowRight")
    for kind, begins in {"As boto3": "import boto3", "As AWS CLI": "aws sts assume-role --region us-east-1"}.items():
        here.panel.get_by_text(kind, exact=True).click()
        copied = here.panel.locator("details[open]", has_text=kind)
        copied.get_by_role("button").click()
        copied.get_by_role("button", name="Copied").wait_for()
        assert page.evaluate("navigator.clipboard.readText()").startswith(begins)


def test_the_deciding_clause_is_marked_in_the_policy(world: Staged) -> None:
    here = world(DENIED)
    here.press("ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "3")
    assert here.tab("Policy").get_attribute("aria-selected") == "true"
    assert here.panel.locator("mark.sp-decided").all_inner_texts() == ['"sts:ExternalId": "cust-42"']
    assert "absent from the request" in here.panel.inner_text()
    assert here.panel.locator("mark.sp-decided").first.is_visible()


def test_response_credentials_and_log_have_their_tabs(world: Staged) -> None:
    here = world(ALLOWED)
    here.press("ArrowRight", "ArrowRight", "2")
    assert here.panel.inner_text() == "Nothing has come back yet."
    here.press("End", "ArrowLeft", "ArrowLeft")
    assert "<AccessKeyId>ASIAEXAMPLEAUDIT0000" in here.panel.inner_text()
    assert "SECRETSECRET" not in here.panel.inner_text()
    here.press("4")
    assert here.panel.get_by_role("meter", name="Time left").get_attribute("aria-valuetext") == "59 min of 1 h left"
    here.press("5")
    assert here.panel.get_by_role("heading").all_inner_texts() == [
        "In the log of vendor (111122223333)",
        "In the log of customer (444455556666)",
    ]
    here.press("Home", "ArrowRight")
    assert "CloudTrail sees nothing of it" in here.panel.inner_text()


def test_tabs_are_tabs(world: Staged, page: Page) -> None:
    here = world(ALLOWED)
    here.tab("Request").focus()
    page.keyboard.press("ArrowRight")
    assert here.tab("Response").get_attribute("aria-selected") == "true"
    assert here.tab("Response").evaluate("it => it === document.activeElement")
    assert here.panel.get_attribute("aria-labelledby") == here.tab("Response").get_attribute("id")
    page.keyboard.press("Home")
    assert here.tab("Request").get_attribute("aria-selected") == "true"
    assert here.said.startswith("Start")


def test_the_map_is_another_picture_of_the_same_step(world: Staged) -> None:
    here = world(ALLOWED)
    here.press("ArrowRight", "ArrowRight", "m")
    assert here.picture.locator("svg.map").count() == 1
    assert here.picture.locator(".step.now .number").text_content() == "2"
    assert here.button("Map").get_attribute("aria-pressed") == "true"
    here.press("m")
    assert here.picture.locator("svg.sequence").first.is_visible()
    assert here.said.startswith("Step 2 of 8")


@pytest.mark.parametrize("step", [0, 2, 5, 8])
def test_the_map_counts_the_steps_as_the_sequence_does(world: Staged, step: int) -> None:
    here = world(ALLOWED)
    here.press(*["ArrowRight"] * step)
    numbers = """it => [...it.querySelectorAll('[data-row]')].sort((a, b) => a.dataset.row - b.dataset.row)
        .map(row => row.querySelector('.number').textContent)"""
    for _ in range(2):
        assert here.picture.evaluate(numbers) == [str(nth) for nth in range(1, 9)]
        here.press("m")


def test_two_runs_are_flipped_and_the_step_where_they_diverge_marked(world: Staged) -> None:
    here = world(COMPARED)
    here.press("ArrowRight", "ArrowRight", "ArrowRight")
    assert not here.picture.locator(".divergence").is_visible()
    here.press("ArrowRight")
    assert (
        here.said
        == "with id · Step 4 of 8 allowed The trust policy of role Audit allows it. The two runs diverge here."
    )
    assert here.picture.locator(".divergence").is_visible()
    assert here.panel.locator("mark").all_inner_texts() == ["ExternalId=cust-42"]
    here.press("c")
    assert here.said.startswith("without id · Step 4 of 5 denied")
    assert here.button("without id").get_attribute("aria-pressed") == "true"
    here.button("with id").click()
    assert here.said.startswith("with id")


def test_flipping_moves_nothing_that_both_tellings_have(world: Staged) -> None:
    here = world(COMPARED)
    where = "it => [...it.querySelectorAll('.actor')].map(node => JSON.stringify(node.getBoundingClientRect()))"
    before = here.picture.evaluate(where)
    here.press("c")
    assert here.picture.evaluate(where) == before
    here.press("c")


def test_a_question_is_answered_before_it_plays(world: Staged) -> None:
    here = world(ASKED)
    assert here.said == "Start Pick an answer to start."
    here.press("ArrowRight", "End", "Space")
    here.button("Next").click(force=True)
    assert here.said.startswith("Start")
    assert "The External ID is missing." not in here.node.inner_text()
    here.press("a")
    assert "You say A: Yes." in here.node.inner_text()
    assert here.kernel_says("answer", "'A'")
    here.press("ArrowRight", "b")
    assert here.kernel_says("answer", "'A'")
    assert "answer is B" not in here.node.inner_text()
    here.press("End")
    assert "Not quite: the answer is B. The External ID is missing." in here.node.inner_text()
    here.button("Ask again").click()
    assert here.said == "Start Pick an answer to start."
    here.button("B No").click()
    here.press("End")
    assert "Right." in here.node.inner_text()
    here.button("Ask again").click()
    here.button("Skip").click()
    here.press("ArrowRight")
    assert here.said.startswith("Step 1 of 5")
    here.button("Ask again").click()


def test_a_policy_is_changed_and_the_scenario_told_again(world: Staged, page: Page) -> None:
    here = world(BRANCHED)
    here.press("ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "6")
    text = here.panel.get_by_role("textbox", name="Text of the policy")
    sound = text.input_value()
    text.fill("{")
    here.panel.get_by_text("line 1, column 2").wait_for()
    assert "AWS refuses it" in here.panel.inner_text()
    here.button("Run again").click()
    here.node.get_by_role("alert").get_by_text("That is no policy of this scenario.").wait_for()
    assert here.said.startswith("Step 4 of 8")
    text.fill(sound + "\n")
    here.node.get_by_text("That is no policy of this scenario.").wait_for(state="hidden")
    text.press("b")
    assert text.input_value().endswith("b")
    text.fill(sound)
    here.button("Run again").click()
    here.button("changed").wait_for()
    assert here.said.startswith("changed · Step 4 of 5 denied")
    here.press("c")
    assert here.said.startswith("as it was · Step 4 of 8 allowed")


def test_a_parameter_is_changed_at_the_steps_of_its_call(world: Staged) -> None:
    here = world(BRANCHED)
    here.press("6")
    which = here.panel.get_by_role("combobox", name="What to change")
    offered = "it => [...it.options].map(option => option.text)"
    assert which.evaluate(offered) == ["Trust policy of role Audit", "Roles are tested"]
    here.press("ArrowRight", "ArrowRight")
    assert which.evaluate(offered) == ["Trust policy of role Audit", "ExternalId", "Roles are tested"]
    which.select_option("ExternalId")
    field = here.panel.get_by_role("textbox", name="Value of ExternalId")
    assert field.input_value() == "cust-42"
    field.fill("")
    here.button("Run again").click()
    here.node.get_by_role("button", name="changed", pressed=True).wait_for()
    here.press("End")
    assert here.said.startswith("changed · Step 5 of 5 denied")
    here.press("c", "Home")
    assert field.is_visible()
    here.button("Undo").click()
    assert field.input_value() == "cust-42"
    which.select_option("Trust policy of role Audit")
    assert which.evaluate(offered) == ["Trust policy of role Audit", "Roles are tested"]


def test_a_setting_is_chosen(world: Staged) -> None:
    here = world(BRANCHED)
    here.press("6")
    which = here.panel.get_by_role("combobox", name="What to change")
    which.select_option("Roles are tested")
    here.panel.get_by_role("combobox", name="Value of Roles are tested").select_option("yes")
    assert not here.panel.get_by_role("textbox").is_visible()
    here.button("Run again").click()
    here.node.get_by_role("button", name="changed", pressed=True).wait_for()
    which.select_option("Trust policy of role Audit")
    here.press("c")


def test_what_is_being_written_survives_a_step(world: Staged) -> None:
    here = world(BRANCHED)
    here.press("6")
    here.panel.get_by_role("textbox").fill("half a policy")
    here.press("ArrowRight", "1", "ArrowRight", "6")
    assert here.panel.get_by_role("textbox").input_value() == "half a policy"
    here.button("Undo").click()
    assert "TheVendor" in here.panel.get_by_role("textbox").input_value()


def test_the_labs_clock_is_moved_from_the_credentials(world: Staged) -> None:
    here = world(BRANCHED)
    here.press("ArrowRight", "ArrowRight", "4")
    here.button("+ 1 h").click()
    here.panel.get_by_text("2027-01-04 10:00:00 UTC").wait_for()
    assert here.kernel_says("_clock.now().hour", "10")


def test_hostile_names_run_nothing(world: Staged, page: Page) -> None:
    page.evaluate("void (window.alert = () => { window.wasRun = true })")
    here = world(HOSTILE)
    for tab in "12345":
        here.press("Home", tab, "ArrowRight", "ArrowRight", "ArrowRight")
    here.press("m")
    assert here.node.locator("script").count() == 0
    assert page.evaluate("window.wasRun === undefined")
    assert "<script>" in here.said
    here.press("m")


def test_light_and_dark_follow_jupyterlab(world: Staged, page: Page) -> None:
    here = world(ALLOWED)
    paper = "it => [getComputedStyle(it).backgroundColor, getComputedStyle(it.querySelector('.paper')).fill]"
    theme(page, "Light")
    assert here.node.evaluate(paper) == ["rgb(255, 255, 255)"] * 2
    theme(page, "Dark")
    assert here.node.evaluate(paper) == ["rgb(17, 20, 23)"] * 2
    theme(page, "Light")


def violations(page: Page) -> list[str]:
    """What axe-core finds amiss in the players; the long one says nothing that the others do not."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context=".stssim-player:not([aria-label='Player: 200 steps'])").response["violations"]
    return [f"{each['id']}: {node['html'][:100]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("colours", ["Light", "Dark"])
def test_axe_finds_nothing_amiss(world: Staged, page: Page, colours: str) -> None:
    theme(page, colours)
    for cell, keys in {DENIED: "123", COMPARED: "1c", BRANCHED: "456", ALLOWED: "m", ASKED: ""}.items():
        here = world(cell)
        here.press("Home", *["ArrowRight"] * 4, *keys)
    assert violations(page) == []
    here = world(COMPARED)
    here.press("p")
    assert violations(page) == []
    here.press("Escape", "c")
    world(ALLOWED).press("m")
    theme(page, "Light")


# What is wider than the player, or ends beyond it, is cut off; what scrolls by itself is not.
CUT_OFF = """it => {
    const outer = it.getBoundingClientRect();
    const auto = node => /auto|scroll/.test(getComputedStyle(node).overflow);
    const scrolls = node => node && node !== it && (auto(node) || scrolls(node.parentElement));
    return [...it.querySelectorAll('button, p, h4, svg, .sp-main, .sp-timeline')].filter(node => {
        const box = node.getBoundingClientRect();
        return box.width && !scrolls(node.parentElement) &&
            (box.left < outer.left - 1 || box.right > outer.right + 1 || box.bottom > outer.bottom + 1);
    }).map(node => node.outerHTML.slice(0, 80));
}"""


# The parts of the player that lie on one another.
OVERLAPS = """it => {
    const parts = ['.sp-head', '.sp-question', '.sp-picture', '.sp-panel', '.sp-sentence', '.sp-timeline']
        .map(name => it.querySelector(name).getBoundingClientRect()).filter(box => box.height);
    return parts.flatMap((one, nth) => parts.slice(nth + 1).filter(other =>
        one.left < other.right - 1 && other.left < one.right - 1 && one.top < other.bottom - 1
        && other.top < one.bottom - 1));
}"""


@pytest.mark.parametrize("cell", [DENIED, COMPARED, ASKED, BRANCHED])
def test_a_projector_is_filled_and_nothing_is_cut_off(world: Staged, page: Page, cell: str) -> None:
    here = world(cell)
    here.press("p")
    box = here.node.bounding_box()
    assert box == {"x": 0, "y": 0, "width": 1280, "height": 720}
    for key in ("1", "2", "3", "4", "5", "m", "m"):
        here.press(key, "ArrowRight")
        assert here.node.evaluate(CUT_OFF) == []
        assert here.node.evaluate("it => it.scrollHeight <= it.clientHeight")
    for name in ("First", "Back", "Play", "Next", "Last", "Projector"):
        assert here.button(name).is_visible()
    assert float(here.node.locator(".sp-sentence").evaluate("it => parseFloat(getComputedStyle(it).fontSize)")) >= 20
    here.press("Escape")
    assert here.button("Projector").get_attribute("aria-pressed") == "false"
    assert here.node.bounding_box() != box


# The size of every letter of the picture as it stands on the screen, in CSS pixels.
LETTERS = """it => [...it.querySelectorAll('svg text')].map(text =>
    parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)"""


@pytest.mark.parametrize("cell", [DENIED, COMPARED, LONG])
def test_every_letter_of_the_picture_can_be_read_on_a_projector_and_on_a_telephone(
    world: Staged, page: Page, cell: str
) -> None:
    here = world(cell)
    here.press("End")
    assert min(here.picture.evaluate(LETTERS)) >= 10
    here.press("p")
    letters = here.picture.evaluate(LETTERS)
    assert min(letters) >= 15.7
    assert max(letters) >= 17.9
    here.press("Escape")
    page.set_viewport_size({"width": 390, "height": 844})
    assert min(here.picture.evaluate(LETTERS)) >= 10
    now, frame = here.picture.locator(".step.now .number").bounding_box(), here.picture.bounding_box()
    assert now is not None
    assert frame is not None
    assert frame["x"] <= now["x"] <= frame["x"] + frame["width"]


# Whether a head of those that the step is about is whole in the frame.
HEAD_IN_SIGHT = """it => {
    const frame = it.getBoundingClientRect();
    const heads = [...it.querySelectorAll('.sp-banner .actor.now')].map(node => node.getBoundingClientRect());
    return heads.some(head => frame.left <= head.left && head.right <= frame.right);
}"""


def test_in_a_narrow_window_each_step_is_seen_with_the_head_of_who_takes_it(world: Staged, page: Page) -> None:
    here = world(ALLOWED)
    page.set_viewport_size({"width": 390, "height": 844})
    here.press("Home")
    for step in range(8):
        here.press("ArrowRight")
        assert here.picture.evaluate(HEAD_IN_SIGHT), step


@pytest.mark.parametrize(("width", "height"), [(640, 720), (640, 360), (390, 844), (1920, 1080)])
def test_a_narrow_window_200_percent_and_a_large_screen_cut_nothing_off(
    world: Staged, page: Page, width: int, height: int
) -> None:
    here = world(DENIED)
    page.set_viewport_size({"width": width, "height": height})
    here.press("End", "3")
    assert here.node.evaluate(CUT_OFF) == []
    here.press("p")
    assert here.node.evaluate("it => it.scrollWidth <= it.clientWidth")
    assert here.node.evaluate(OVERLAPS) == []


def test_what_moves_is_still_within_a_fifth_of_a_second_or_at_once_for_who_asks_for_that(
    world: Staged, page: Page
) -> None:
    here = world(ALLOWED)
    longest = """it => Math.max(...[it, ...it.querySelectorAll('*')].flatMap(node => {
        const {animationName, animationDuration, transitionDuration} = getComputedStyle(node);
        const times = animationName === 'none' ? transitionDuration : `${transitionDuration},${animationDuration}`;
        return times.split(',').map(parseFloat);
    }))"""
    assert 0 < here.node.evaluate(longest) < 0.2
    received = [*["ArrowRight"] * 6]
    here.press("Home", *received)
    flights = "it => [...it.querySelectorAll('.ticket')].flatMap(node => node.getAnimations()).length"
    assert here.picture.locator(".ticket").first.is_visible()
    page.emulate_media(reduced_motion="reduce")
    assert here.node.evaluate(longest) == 0
    here.press("Home", *received)
    assert here.node.evaluate(flights) == 0
    page.emulate_media(reduced_motion="no-preference")


def test_credentials_are_in_the_hands_of_who_received_them_with_the_time_that_is_left(world: Staged) -> None:
    here = world(ALLOWED)
    tickets = here.picture.locator("svg:not(.sp-banner) .actor .ticket")
    here.press("Home", *["ArrowRight"] * 5)
    assert tickets.count() == 0
    here.press("ArrowRight")
    assert tickets.locator("text").text_content() == "Audit · 59 min"
    assert here.picture.locator("svg:not(.sp-banner) .actor:has(.ticket) > title").text_content() == "worker"
    here.press("m")
    assert tickets.locator("text").text_content() == "Audit · 59 min"
    here.press("m", "ArrowLeft")
    assert tickets.count() == 0


def test_the_panel_follows_the_step_until_a_tab_is_chosen_and_again_when_it_is_released(world: Staged) -> None:
    here = world(ALLOWED)
    here.press("f")
    opened = []
    for _ in range(7):
        here.press("ArrowRight")
        opened.append(here.node.get_by_role("tab", selected=True).inner_text())
    assert opened == ["Request", "Request", "Request", "Policy", "Credentials", "Credentials", "Request"]
    here.press("5", "ArrowLeft")
    assert here.tab("Log").get_attribute("aria-selected") == "true"
    assert here.button("Follow").get_attribute("aria-pressed") == "false"
    here.button("Follow").click()
    assert here.tab("Credentials").get_attribute("aria-selected") == "true"


def test_a_click_is_repainted_within_50_milliseconds(world: Staged) -> None:
    here = world(ALLOWED)
    times = here.node.evaluate(
        """async it => {
            const named = name => [...it.querySelectorAll('button')].find(node => node.textContent === name);
            const times = [];
            for (let nth = 0; nth < 40; nth++) {
                if (nth % 8 === 0) named('First').click();
                const start = performance.now();
                named('Next').click();
                await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
                times.push(performance.now() - start);
            }
            return times;
        }"""
    )
    assert median(times) < 50


def test_a_trace_of_two_hundred_steps_is_stepped_as_quickly(world: Staged) -> None:
    here = world(LONG)
    here.press("End")
    assert here.said.startswith("Step 200 of 200")
    now = here.picture.locator(".step.now")
    box, frame = now.bounding_box(), here.picture.bounding_box()
    assert box is not None
    assert frame is not None
    assert frame["y"] <= box["y"] <= frame["y"] + frame["height"]
    times = here.node.evaluate(
        """async it => {
            const back = [...it.querySelectorAll('button')].find(node => node.textContent === 'Back');
            const times = [];
            for (let nth = 0; nth < 15; nth++) {
                const start = performance.now();
                back.click();
                await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
                times.push(performance.now() - start);
            }
            return times;
        }"""
    )
    assert median(times) < 100


def test_a_dead_kernel_does_not_stop_it(world: Staged, page: Page) -> None:
    # The last test of this page.
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    here = world(ALLOWED)
    here.press("ArrowRight", "ArrowRight", "3")
    assert here.said.startswith("Step 2 of 8")
