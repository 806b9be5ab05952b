"""A verdict's badge in JupyterLab: it leads to the section that says what the verdict means."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

import lab as labs
from every_view import EXPLAINED
from lab_page import notebook_of, shown
from shmlesson.views.html.verdicts import PAGE

pytestmark = pytest.mark.browser

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture
def windowed_lab(tmp_path, monkeypatch):
    """JupyterLab as people have it, which draws only the cells in sight, with the page of verdicts in its folder."""
    monkeypatch.setitem(labs.SETTINGS, "notebook-extension/tracker", {"windowingMode": "full"})
    folder, home = tmp_path / "notebooks", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    shutil.copy(NOTEBOOKS / PAGE, folder)
    with labs.Lab(folder, home) as lab:
        yield lab
        for tab in lab.tabs:
            tab.close()


def test_a_badge_opens_the_page_of_verdicts_at_its_section_by_keyboard_too(browser, windowed_lab):
    with shown(notebook_of("%load_ext shmlesson", EXPLAINED), browser, windowed_lab) as page:
        page.run_all()
        badge = page.tab.locator("a.shmlesson-badge", has_text="sleep")
        tabs = len(page.tab.context.pages)

        badge.press("Enter")

        heading = page.tab.get_by_role("heading", name=re.compile("^sleep"), level=2)
        expect(heading).to_be_in_viewport(timeout=60_000)
        assert len(page.tab.context.pages) == tabs  # beside the notebook, in the same window
