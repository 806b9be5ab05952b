"""The notebooks on paper: what somebody sees who has them as HTML, without a kernel, without widgets."""

import re
from html import escape, unescape
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
PICTURE = re.compile(r"<table[^>]*><caption.*?</table>", re.DOTALL)
PARENT = re.compile(r'<th [^>]*scope="row"[^>]*>parent</th>')
WIDGET = re.compile(r"vnd\.jupyter\.widget|[Ww]idget model not found|[Ee]rror displaying widget")

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def on_paper():
    """The notebook at a path, as nbconvert writes it; converted once for all tests."""
    exporter, pages = HTMLExporter(), {}

    def convert(path):
        if path not in pages:
            pages[path], _ = exporter.from_filename(str(path))
        return pages[path]

    return convert


def saved(path, mimetype):
    """What each saved output of this kind holds."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    data = [output.get("data", {}) for cell in cells for output in cell.outputs]
    return [each[mimetype] for each in data if mimetype in each]


def words(html):
    """The text of some HTML, without its markup, a single space between words."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


@every_notebook
def test_every_picture_is_there_and_says_what_it_says_in_jupyterlab(on_paper, path):
    pictures = saved(path, "text/html")

    page = on_paper(path)

    assert len(PICTURE.findall(page)) == len(PICTURE.findall("".join(pictures)))
    assert [picture for picture in pictures if words(picture) not in words(page)] == []


@every_notebook
def test_every_run_is_shown_with_the_roles_of_its_processes(on_paper, path):
    page = on_paper(path)

    of_many = ("what came of it", "what the reader saw")  # orders, and trials
    runs = [picture for picture in PICTURE.findall(page) if not any(title in picture for title in of_many)]
    assert [words(picture) for picture in runs if not PARENT.search(picture)] == []


@every_notebook
def test_no_widget_is_missing_on_paper(on_paper, path):
    assert not WIDGET.search(on_paper(path))


@every_notebook
def test_what_a_cell_printed_is_there(on_paper, path):
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    printed = [output.text for cell in cells for output in cell.outputs if output.output_type == "stream"]

    page = on_paper(path)

    assert [text for text in printed if escape(text.strip(), quote=False) not in page.replace("&#39;", "'")] == []
