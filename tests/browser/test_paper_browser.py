"""Every notebook on paper, as nbconvert and JupyterLab print it: a sheet of A4 cuts off nothing."""

from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output

pytestmark = pytest.mark.browser

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
SHEET = {"width": 718, "height": 1000}  # A4 within a browser's margins, in CSS pixels; Letter is wider
# What reaches over the edge of the sheet, or would have to be scrolled. A table that stands beside a drawing, for those
# who cannot see it, is hidden on purpose.
CUT_OFF = """
() => [...document.querySelectorAll(".jp-OutputArea-output, .jp-Cell *")].filter(node => {
  if (!node.checkVisibility() || node.closest("[style*='overflow:hidden']")) return false;
  const { overflowX, overflowY } = getComputedStyle(node);
  const code = node.classList.contains("jp-CodeMirrorEditor");  // its margin is as wide as it reaches over
  const beyond = [node.scrollWidth - node.clientWidth, node.scrollHeight - node.clientHeight];
  return node.getBoundingClientRect().right > document.documentElement.clientWidth + 1
    || (!code && ["auto", "scroll", "hidden"].includes(overflowX) && beyond[0] > 4)
    || (["auto", "scroll"].includes(overflowY) && beyond[1] > 4);
}).map(node => node.outerHTML.slice(0, 200))
"""


@pytest.fixture
def cut_off(browser, tmp_path):
    """What a sheet of paper cuts off of the notebook at a path."""
    with browser.browser.new_context(java_script_enabled=False, viewport=SHEET) as context:
        context.route("http*://**", lambda route: route.abort())
        sheet = context.new_page()

        def found(path):
            html, _ = HTMLExporter().from_filename(str(path))
            (tmp_path / "paper.html").write_text(html, encoding="utf-8")
            sheet.goto((tmp_path / "paper.html").as_uri())
            sheet.emulate_media(media="print")
            return sheet.evaluate(CUT_OFF)

        yield found


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_nothing_of_a_notebook_is_cut_off_on_paper(cut_off, path):
    assert cut_off(path) == []


@pytest.mark.parametrize(
    "html",
    [
        '<div style="overflow-x:auto"><table><tr><td style="white-space:nowrap">'
        + "word " * 40
        + "</td></tr></table></div>",
        '<div style="overflow:auto;max-height:100px">' + "line<br>" * 40 + "</div>",
        '<div style="width:1000px">wide</div>',
    ],
    ids=["a wide table", "a high box", "what is wider than the sheet"],
)
def test_what_is_cut_off_would_be_found(cut_off, tmp_path, html):
    cell = new_code_cell("1", outputs=[new_output("display_data", {"text/html": html})])
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "a.ipynb")

    assert cut_off(tmp_path / "a.ipynb")


def test_a_line_of_code_that_is_too_long_would_be_found(cut_off, tmp_path):
    nbformat.write(new_notebook(cells=[new_code_cell("x" * 80)]), tmp_path / "a.ipynb")

    assert cut_off(tmp_path / "a.ipynb")
