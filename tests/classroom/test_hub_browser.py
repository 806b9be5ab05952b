"""The class in a real browser: the pages before the notebooks, and a notebook through the class's own proxy."""

import re

import pytest

pytest.importorskip("jupyterhub", reason="JupyterHub is not installed: make class installs it")

from playwright.sync_api import expect, sync_playwright

import axe
import left_behind
from chromium import launch
from class_load.room import PASSWORD, room

pytestmark = pytest.mark.browser

ADA, TEACHER = "test-ada", "teacher"
FOR_THE_TEACHER = "a password of more than thirty-two characters"
SECONDS = 1000


@pytest.fixture(scope="module")
def address():
    """Of a class that has begun."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(left_behind.MARK)
        patch.setenv("TEACHER_PASSWORD", FOR_THE_TEACHER)
        with room([ADA, TEACHER]) as hub:
            yield hub.address


@pytest.fixture
def tab(address):
    """A tab of a browser in which nobody has logged in."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800})
        context.set_default_timeout(120 * SECONDS)
        yield context.new_page()
        browser.close()


def log_in(tab, name, password, then=""):
    tab.goto(f"/hub/login?next={then}")
    tab.fill("#username_input", name)
    tab.fill("#password_input", password)
    tab.click("#login_submit")


def test_the_projectors_page_is_for_everybody_and_can_be_read_from_the_last_row(tab, address):
    log_in(tab, TEACHER, FOR_THE_TEACHER, "/hub/projector")

    expect(tab.locator("code").first).to_have_text(address)
    expect(tab.locator("code").last).to_have_text(PASSWORD)
    assert axe.faults_of(tab) == []
    assert tab.locator("code").last.evaluate("code => parseFloat(getComputedStyle(code).fontSize)") >= 60
    assert tab.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_a_learner_waits_on_a_page_that_says_so_and_then_runs_a_cell(tab):
    log_in(tab, "Test Ada", PASSWORD)

    expect(tab.locator("#progress-message")).to_have_text(re.compile("You are|Your notebooks"))
    tab.wait_for_url(re.compile(f"/user/{ADA}/lab"))
    cell = tab.locator(".jp-Notebook .jp-CodeCell").first
    cell.locator(".cm-content").click()
    tab.keyboard.press("Shift+Enter")
    expect(cell.locator(".jp-InputArea-prompt")).to_have_text("[1]:", timeout=120 * SECONDS)
