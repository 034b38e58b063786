"""The widgets of a lesson in a real JupyterLab: ideas, editor, hints, tasks and the line that counts them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

CELLS = (
    "from stssim.lessons import Lesson, progress, task\nfrom stssim.trace import Trace",
    'progress("05")',
    'exercise = task("01-expired"); exercise',
    'fix = Lesson("confused-deputy").fix(); fix',
)
ASKS_FOR_AN_ID = "Ask for an External ID in the trust policy, and leave the vendor as it is."
SOLUTION = "The vendor gives every customer an External ID, and the customer's role asks for it."

# The status bar of JupyterLab lies over the last 24 pixels.
IN_SIGHT = """it => {
    const box = it.getBoundingClientRect();
    return 0 < box.top && box.bottom <= innerHeight - 24;
}"""


@pytest.fixture(scope="module")
def page(open_notebook: Callable[..., Page]) -> Page:
    page: Page = open_notebook("lessons", *CELLS, players=0)
    page.locator(".stssim-fix").wait_for()
    return page


@pytest.fixture
def fix(page: Page) -> Locator:
    fix = page.locator(".stssim-fix")
    fix.scroll_into_view_if_needed()
    return fix


def cells_of(page: Page) -> list[str]:
    """The id of every cell of the notebook."""
    ids: list[str] = page.evaluate("window.jupyterapp.shell.currentWidget.content.widgets.map(it => it.model.id)")
    return ids


def execute(page: Page, code: str) -> None:
    page.evaluate(
        """async code => {
            const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            await kernel.requestExecute({code, silent: true}).done;
        }""",
        code,
    )


def violations(page: Page, context: str) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context=context).response["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


def test_a_fix_is_tried_with_one_click_and_its_verdict_is_in_sight(fix: Locator, page: Page) -> None:
    fix.get_by_role("button", name=ASKS_FOR_AN_ID).click()
    verdict = fix.get_by_role("status").filter(has_text="Too tight")
    verdict.wait_for()
    assert "carol's audit brings her report" in verdict.inner_text()
    fix.get_by_role("button", name=f"✗ {ASKS_FOR_AN_ID}").wait_for()
    box, height = verdict.bounding_box(), page.viewport_size
    assert box is not None
    assert height is not None
    assert box["y"] < height["height"]


def test_nonsense_is_told_as_it_is_typed_and_again_when_it_is_tried(fix: Locator, page: Page) -> None:
    if not fix.get_by_role("textbox").first.is_visible():
        fix.get_by_text("Write your own", exact=True).click()
    text = fix.get_by_role("textbox").first
    fix.get_by_role("button", name="Start over").click()
    page.wait_for_function("it => !it.value.includes('ExternalId')", arg=text.element_handle())
    text.fill("{{{ nonsense")
    fix.get_by_text("AWS refuses it").wait_for()
    fix.get_by_role("button", name="Try it").click()
    fix.get_by_text("Trust policy of role BeaconAudit, line 1, column 2:").wait_for()
    page.wait_for_function(IN_SIGHT, arg=fix.locator(".verdict").element_handle())
    assert text.input_value() == "{{{ nonsense"
    fix.get_by_role("button", name="Start over").click()
    fix.get_by_text("AWS refuses it").wait_for(state="hidden")


def test_what_is_typed_runs_nothing(fix: Locator, page: Page) -> None:
    page.evaluate("void (window.alert = () => { window.wasRun = true })")
    text = fix.get_by_role("textbox").first
    text.fill('{"Statement": {"Effect": "<img src=x onerror=alert(1)>"}}')
    fix.get_by_text("AWS refuses it").first.wait_for()
    fix.get_by_role("button", name="Try it").click()
    fix.get_by_text("Trust policy of role BeaconAudit, line").wait_for()
    assert fix.locator("img").count() == 0
    assert page.evaluate("window.wasRun === undefined")
    fix.get_by_role("button", name="Start over").click()


def test_the_keyboard_alone_opens_hints_and_at_last_the_solution(fix: Locator, page: Page) -> None:
    hint = fix.get_by_role("button", name="Hint 1 of 3")
    hint.focus()
    for opened in (1, 2, 3):
        page.keyboard.press("Enter")
        fix.locator("ol li").nth(opened - 1).wait_for()
    fix.get_by_role("button", name="Show the solution").wait_for()
    page.keyboard.press("Enter")
    fix.get_by_text("Blocked").wait_for()
    fix.get_by_role("button", name=f"✓ {SOLUTION}").wait_for()
    fix.locator(".stssim-player").wait_for()


def test_no_key_leaks_to_the_notebook(fix: Locator, page: Page) -> None:
    before = cells_of(page)
    if not fix.get_by_role("textbox").first.is_visible():
        fix.get_by_text("Write your own", exact=True).click()
    parts = (
        fix.get_by_role("button", name="Start over"),
        fix.get_by_role("combobox").first,
        fix.get_by_role("checkbox").first,
        page.locator(".stssim-task").get_by_role("button"),
    )
    for part in parts:
        for key in "abdxyz":
            part.focus()
            page.keyboard.press(key)
            assert cells_of(page) == before, key


def test_a_key_with_ctrl_goes_on_to_the_notebook(fix: Locator, page: Page) -> None:
    page.evaluate("void (window.jupyterapp.shell.leftCollapsed || window.jupyterapp.shell.collapseLeft())")
    fix.get_by_role("button", name="Show the solution").focus()
    page.keyboard.press("Control+b")
    page.wait_for_function("!window.jupyterapp.shell.leftCollapsed")
    page.keyboard.press("Control+b")
    page.wait_for_function("window.jupyterapp.shell.leftCollapsed")


def test_a_solved_scenario_is_counted_at_once(fix: Locator, page: Page) -> None:
    execute(page, 'fix.try_idea("external-id")')
    page.locator(".stssim-progress").scroll_into_view_if_needed()
    page.get_by_text("Done of lesson 05: 1 of").wait_for()


def test_a_task_says_what_lacks_of_a_trace_and_what_is_no_trace(page: Page) -> None:
    execute(page, 'exercise.check(Trace("mine"))')
    task = page.locator(".stssim-task")
    task.scroll_into_view_if_needed()
    task.get_by_text("Not yet: nobody was given temporary credentials").wait_for()
    execute(page, 'exercise.check("mine")')
    task.get_by_text("not a str.").wait_for()


@pytest.mark.parametrize("colours", ["Light", "Dark"])
def test_axe_finds_nothing_amiss(fix: Locator, page: Page, colours: str) -> None:
    page.evaluate(f"window.jupyterapp.commands.execute('apputils:change-theme', {{theme: 'JupyterLab {colours}'}})")
    page.wait_for_function(f"document.body.dataset.jpThemeLight === '{str(colours == 'Light').lower()}'")
    assert violations(page, ".stssim-fix") == []
    page.locator(".stssim-task").scroll_into_view_if_needed()
    assert violations(page, ".stssim-task") == []
    page.locator(".stssim-progress").scroll_into_view_if_needed()
    assert violations(page, ".stssim-progress") == []


@pytest.mark.parametrize("width", [640, 390])
def test_in_a_narrow_window_nothing_runs_out_of_it(fix: Locator, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    fix.scroll_into_view_if_needed()
    wide = """it => [...it.querySelectorAll('button, textarea, select, p, li')].filter(node => {
        const box = node.getBoundingClientRect();
        return box.width && !node.closest('.stssim-player') && box.right > it.getBoundingClientRect().right + 1;
    }).map(node => node.outerHTML.slice(0, 80))"""
    assert fix.evaluate(wide) == []
    page.set_viewport_size({"width": 1280, "height": 720})
