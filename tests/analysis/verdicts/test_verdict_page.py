"""The reference page of verdicts is what its generator makes of the corpus."""

import re

import nbformat
import pytest

from corpus import TEXTS, expected
from shmlesson.analysis.verdicts.verdict import KINDS
from slides import place
from verdict_page import MEANINGS, PAGE, UNSTEADY, body, cells, smallest


def content(made):
    """What a generator says of a cell; the outputs are another's, and so are the slides, which depend on them."""
    return [(cell.id, cell.cell_type, cell.source, {**cell.metadata, "slideshow": None}) for cell in made]


def test_the_page_is_what_the_generator_makes():
    page, made = nbformat.read(PAGE, as_version=4), nbformat.v4.new_notebook(cells=cells())
    place(made)

    assert content(page.cells) == content(made.cells), "run make verdicts"


def test_every_kind_of_verdict_has_its_meaning():
    assert list(MEANINGS) == list(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_verdict_is_shown_by_a_program_that_earns_it_and_no_other(kind):
    assert {found for found, _ in expected(smallest(kind))} == {kind}


@pytest.mark.parametrize("kind", KINDS)
def test_a_program_is_shown_without_its_head(kind):
    assert not body(smallest(kind)).startswith("#")


def test_an_unsteady_program_is_one_of_the_corpus():
    assert UNSTEADY - TEXTS.keys() == set()


def test_no_number_of_a_misconception_is_shown():
    shown = "\n".join(cell.source for cell in cells())

    assert re.findall(r"\bM\d\d\b", shown) == []


def test_where_it_is_taught_there_is_such_a_heading():
    taught = re.findall(r"\b([01]\d), \*(.+?)\*", "\n".join(MEANINGS.values()))

    assert len(taught) >= len(MEANINGS)
    assert [(number, title) for number, title in taught if f"## {title}\n" not in prose(number)] == []


def prose(number):
    """All Markdown of the notebook with this number."""
    path = next(PAGE.parent.glob(f"{number}_*.ipynb"))
    return "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown")
