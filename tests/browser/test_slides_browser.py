"""The slides of every notebook, laid out by a real Chromium at 1280 x 720, without the network."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from slideshow import SIZE, slides_of

pytestmark = pytest.mark.browser

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
SMALLEST = 0.75  # of the letters' size: still larger than those of a notebook
LETTERS = 12  # pixels that no letter is smaller than, drawn as small as it is in the end (a drawing has its own scale)
# Of each slide: where it ends, how small it is, its smallest letters, and what it would be a pity to miss: what reaches
# over the edge or must be scrolled.
MEASURE = """
() => [...document.querySelectorAll("section section")].map(slide => {
  const top = slide.getBoundingClientRect().top;
  const seen = [...slide.querySelectorAll("*")].filter(node => node.checkVisibility()
    && !node.parentElement.closest("[style*='overflow:hidden']"));  // the table beside a drawing is not to be seen
  const beyond = node => node.getBoundingClientRect().right > 1280 || node.getBoundingClientRect().bottom > top + 720;
  const scrolled = node => ["auto", "scroll"].some(how => getComputedStyle(node).overflow.includes(how))
    && (node.scrollWidth > node.clientWidth + 4 || node.scrollHeight > node.clientHeight + 4);
  const zooms = [...slide.querySelectorAll(".jp-Cell")].map(cell => Number(cell.style.zoom));
  const isText = node => node.nodeType === Node.TEXT_NODE && node.data.trim();
  const letters = seen.filter(node => !(node instanceof SVGElement) && [...node.childNodes].some(isText))
    .map(node => parseFloat(getComputedStyle(node).fontSize) * (node.closest(".jp-Cell")?.style.zoom || 1));
  return { height: slide.scrollHeight, zoom: Math.min(...zooms), words: slide.innerText.slice(0, 60),
           letters: Math.min(...letters),
           lost: seen.filter(node => beyond(node) || scrolled(node)).map(node => node.outerHTML.slice(0, 200)) };
})
"""


@pytest.fixture
def slides(browser, tmp_path):
    """Lays out the slides of the notebook at a path; what is measured of each."""
    with browser.browser.new_context(viewport={"width": SIZE[0], "height": SIZE[1]}) as context:
        context.route("http*://**", lambda route: route.abort())

        def measured(path):
            page, sheet = tmp_path / "slides.html", context.new_page()
            page.write_text(slides_of(path), encoding="utf-8")
            sheet.goto(page.as_uri())
            return sheet.evaluate(MEASURE)

        yield measured


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_slide_must_be_scrolled_or_is_too_small_to_be_read(slides, path):
    measured = slides(path)

    assert len(measured) > 5
    assert [slide for slide in measured if slide["height"] > SIZE[1] or slide["zoom"] < SMALLEST or slide["lost"]] == []
    assert [slide for slide in measured if slide["letters"] < LETTERS] == []
    assert [slide for slide in measured if slide["height"] < 20] == []  # an empty one


def test_a_slide_that_must_be_scrolled_would_be_found(slides, tmp_path):
    high = new_code_cell("print()", outputs=[new_output("stream", text="line\n" * 90)])
    broad = {"text/html": "<div style='width: 1400px'>wide</div>"}
    wide = new_code_cell("1", outputs=[new_output("display_data", broad)])
    nbformat.write(new_notebook(cells=[high, wide]), tmp_path / "a.ipynb")

    measured = slides(tmp_path / "a.ipynb")

    assert max(slide["height"] for slide in measured) > SIZE[1]
    assert any(slide["zoom"] < SMALLEST for slide in measured)
    assert any("wide</div>" in html for slide in measured for html in slide["lost"])
