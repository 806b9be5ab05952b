"""Pictures of runs in a real browser, narrow and wide, light and dark: no text lies on another one, or on a line."""

import contextlib
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter

from many_runs import RUNS
from overlaps import faults, measured
from shmlesson.views.html import lanes

pytestmark = pytest.mark.browser

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
# A projector, a laptop with the file list open, a page at twice its size, a phone.
WIDTHS = {"1280": 1280, "1024": 1024, "200 % zoom": 640, "400": 400}
DRAWN = 'class="shmlesson-run'
MARK = "() => document.querySelectorAll('tr[data-step]').forEach(row => row.classList.add('shmlesson-now'))"


def saved():
    """The saved pictures of all notebooks."""
    cells = [cell for path in NOTEBOOKS for cell in nbformat.read(path, as_version=4).cells]
    data = [output.get("data", {}) for cell in cells for output in cell.get("outputs", ())]
    return [each["text/html"] for each in data if DRAWN in each.get("text/html", "")]


def paper_of(pictures, theme):
    """What nbconvert makes of a notebook that shows these."""
    outputs = [nbformat.v4.new_output("display_data", data={"text/html": picture}) for picture in pictures]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("draw()", outputs=outputs)])
    return HTMLExporter(theme=theme).from_notebook_node(notebook)[0]


@pytest.fixture(scope="module", params=["light", "dark"])
def page(browser, request, tmp_path_factory):
    """All pictures on one page, those that are folded away unfolded."""
    path = tmp_path_factory.mktemp("lanes") / "page.html"
    path.write_text(paper_of([*saved(), *map(lanes.picture, RUNS.values())], request.param), encoding="utf-8")
    tab = browser.new_page()
    tab.goto(path.as_uri())
    tab.evaluate("() => document.querySelectorAll('details').forEach(folded => { folded.open = true; })")
    yield tab
    tab.close()


def at_width(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    return measured(page)


def test_notebooks_have_saved_pictures():
    assert len(saved()) > 20


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_no_text_lies_on_a_text_or_a_line_and_none_is_small_or_cut(page, width):
    pictures = at_width(page, width)

    assert faults(pictures) == "{}"
    assert len(pictures) >= len(RUNS)
    assert all(picture["texts"] > 5 and picture["drawn"] > 0 for picture in pictures)


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_what_marks_the_step_that_one_is_at_lies_on_no_text(browser, tmp_path, width):
    path = tmp_path / "page.html"
    path.write_text(paper_of(map(lanes.picture, RUNS.values()), "light"), encoding="utf-8")
    with contextlib.closing(browser.new_page()) as tab:
        tab.goto(path.as_uri())
        tab.evaluate(MARK)

        assert faults(at_width(tab, width)) == "{}"


def test_on_a_phone_every_lane_is_in_sight_and_sentences_have_room(page):
    pictures = at_width(page, 400)

    assert [picture["name"] for picture in pictures if picture["unseen"]] == []
    assert [picture["room"] for picture in pictures if picture["room"] < 5] == []


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_nothing_is_scrolled_sideways_but_the_words_beside_eight_lanes_on_a_phone(page, width):
    scrolled = [picture for picture in at_width(page, width) if picture["beyond"] > 1]

    assert [picture["name"] for picture in scrolled if picture["lanes"] < 8 or width > 400] == []


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        ("table.querySelector('tbody td:last-child').style.translate = '-16em'", "under"),
        ("table.querySelectorAll('tbody th')[1].style.translate = '0 -1.4em'", "double"),
        ("table.querySelector('tbody th').style.fontSize = '80%'", "small"),
        ("table.querySelector('tbody th').innerHTML = '<p style=width:1em;white-space:normal>child</p>'", "broken"),
        ("for (const row of table.rows) row.lastChild.style.whiteSpace = 'pre'", "cut"),
    ],
)
def test_what_is_wrong_would_be_found(page, spoil, fault):
    page.set_viewport_size({"width": 1024, "height": 900})
    table = page.locator("table.shmlesson-run", has_text="a call that is long")
    look = table.evaluate("table => table.outerHTML")

    table.evaluate(f"table => {{ {spoil}; }}")
    [found] = (picture for picture in measured(page) if picture["name"].startswith("a call"))
    table.evaluate("(table, look) => { table.outerHTML = look; }", look)

    assert found[fault]
