"""Widgets in Notebook 7, in a real Chromium: its commands are single keys, and it asks for them before anybody else."""

import re

import pytest
import test_browser
import test_live_browser
from playwright.sync_api import expect
from test_live_browser import button, byte, expect_said, grid, press_keys, restart_by_menu

from lab_page import notebook_of, shown
from notebook_page import NotebookPage

pytestmark = pytest.mark.browser

CELLS = (
    "from shmlesson.views import LiveBlock, Playground, WidgetCheck\n\nPlayground()",
    "WidgetCheck()",
    "LiveBlock()",
)


@pytest.fixture(scope="module")
def page_in_notebook_7(browser, lab):
    with shown(notebook_of(*CELLS), browser, lab, NotebookPage) as page:
        page.run_all()
        yield page


@pytest.fixture
def page(page_in_notebook_7):
    """LiveBlock, Playground and WidgetCheck in Notebook 7; nothing has been asked for that only JupyterLab has."""
    page_in_notebook_7.stand_above()
    yield page_in_notebook_7
    expect(page_in_notebook_7.prompts).to_have_count(len(CELLS))
    assert (page_in_notebook_7.errors, page_in_notebook_7.outside) == ([], [])


def test_letters_that_are_commands_are_written_into_the_block(page):
    byte(page, "parent", 16).focus()
    press_keys(page, *"xddabm")

    expect_said(page, "The parent wrote 'm' at offset 21; the child sees it.")
    for offset, character in zip(range(16, 22), "xddabm", strict=True):
        expect(byte(page, "child", offset)).to_have_attribute("aria-label", re.compile(f", {character}(, changed)?$"))
    expect(page.notebook.locator(".jp-MarkdownCell")).to_have_count(0)  # m makes one of a cell


def test_arrows_lead_through_the_bytes_and_not_to_the_next_cell(page):
    byte(page, "child", 0).focus()
    press_keys(page, "ArrowDown", "ArrowRight", "ArrowUp", "ArrowDown", "ArrowRight", "ArrowLeft", "End", "Home")

    expect(byte(page, "child", 16)).to_be_focused()


def test_what_is_held_down_with_control_is_still_for_the_notebook(page):
    byte(page, "child", 0).focus()
    page.save()

    expect(grid(page, "child")).to_be_visible()


@pytest.mark.parametrize(
    ("control", "keys"),
    [
        (
            lambda page: page.output(2).get_by_role("radio", name=test_live_browser.SHARED),
            ["ArrowDown", "ArrowUp", "m"],
        ),
        (lambda page: button(page, "End"), ["x", "d", "d", "ArrowUp"]),
        (lambda page: page.output(1).get_by_role("button"), ["x", "d", "d", "ArrowUp", "Space"]),
        (lambda page: page.output(0).get_by_role("checkbox").first, ["x", "ArrowDown", "m"]),
    ],
    ids=["radio", "button", "WidgetCheck", "checkbox"],
)
def test_a_control_keeps_the_focus_and_the_keys_that_are_pressed_on_it(page, control, keys):
    control(page).focus()
    press_keys(page, *keys)

    expect(control(page)).to_be_focused()
    expect(page.notebook.locator(".jp-MarkdownCell")).to_have_count(0)


def test_arrows_move_the_playgrounds_slider(page):
    slider = test_browser.slider(page).first
    before = slider.get_attribute("aria-valuenow")
    slider.focus()
    press_keys(page, "ArrowRight")

    expect(slider).to_be_focused()
    expect(slider).not_to_have_attribute("aria-valuenow", before)


def test_a_widget_answers(page):
    page.output(1).get_by_role("button").press("Enter")

    expect(page.output(1).get_by_role("status")).to_have_text("Widgets work here, both ways.")


def test_after_a_restart_it_says_what_to_do(browser, lab):
    with shown(notebook_of(test_live_browser.LIVE), browser, lab, NotebookPage) as page:
        page.run_all()
        expect(grid(page, "parent")).to_be_visible()
        restart_by_menu(page)

        expect_said(page, "The kernel was restarted: run this cell again.")
        assert page.errors == []
