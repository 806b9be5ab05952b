"""Slides by rule: one idea a slide, no answer beside its question, and nothing left to do in the notebooks."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from slides import NOTEBOOKS, PLAIN, QUESTION, ideas, place, placed, types

ASKED = "> **Predict.** Which one?"
SHOWN = [new_output("stream", text="one\n")]

every_notebook = pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)


def text(source):
    return new_markdown_cell(source)


def code(source="print(1)", outputs=SHOWN):
    return new_code_cell(source, outputs=outputs)


def slide_type(cell):
    return cell.metadata.slideshow.slide_type


@every_notebook
def test_the_slides_of_a_notebook_are_those_of_the_rule(path):
    before = path.read_text(encoding="utf-8")

    assert placed(before) == before, "python tools/slides.py"


@every_notebook
def test_every_heading_begins_a_slide_and_every_question_a_screen(path):
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]

    headings = [slide_type(cell) for cell in cells if cell.source.startswith("#")]
    questions = [slide_type(cell) for cell in cells if QUESTION in cell.source]
    assert set(headings) == {"slide"}
    assert set(questions) <= {"slide", "subslide"}


@every_notebook
def test_no_answer_is_on_the_screen_of_its_question(path):
    cells = nbformat.read(path, as_version=4).cells
    asked = [number for number, cell in enumerate(cells) if QUESTION in cell.source]

    answers = [next((cell for cell in cells[number:] if cell.get("outputs")), None) for number in asked]
    assert {slide_type(cell) for cell in answers if cell} <= {"subslide"}


def test_a_text_is_cut_where_a_new_idea_begins():
    parts = [
        "An answer.",
        "## A heading\n\nSome words.\n\n" + ASKED,
        "**What just happened.** All.",
        "<details>\n\nYes.\n\n</details>",
    ]

    assert ideas("\n\n".join(parts)) == parts


@pytest.mark.parametrize(
    ("above", "answers", "parts"),
    [
        (["The answer.", "It leads on."], True, ["The answer.", f"It leads on.\n\n{ASKED}"]),
        (["The answer."], True, ["The answer.", ASKED]),
        (["It leads on."], False, [f"It leads on.\n\n{ASKED}"]),
    ],
)
def test_a_question_takes_the_paragraph_above_it_along_unless_that_answers_another_one(above, answers, parts):
    assert ideas("\n\n".join([*above, ASKED]), answers) == parts


@pytest.mark.parametrize(
    "whole", ["```python\na = 1\n\n\n## no heading\n```", "1. One.\n\n   ## no heading\n\n2. Two."]
)
def test_what_is_fenced_or_indented_is_not_cut(whole):
    assert ideas(whole) == [whole]


def test_a_text_that_no_slide_holds_is_cut_between_its_paragraphs():
    paragraphs = ["word " * 200, "words " * 200]

    assert ideas("\n\n".join(paragraphs)) == paragraphs


def test_an_answer_comes_on_the_next_screen_and_what_is_said_of_it_with_one_more_key():
    cells = [text(f"## Which?\n\n{ASKED}"), code(), text("This one.")]

    assert types(cells, PLAIN) == ["slide", "subslide", "fragment"]


def test_plumbing_is_left_out_and_solutions_are_for_the_speaker():
    cells = [
        text("# A"),
        code("%load_ext shmlesson", []),
        code("assert True", []),
        text("<details>\n\nYes.\n\n</details>"),
    ]

    assert types(cells, PLAIN) == ["slide", "skip", "skip", "notes"]


def test_what_does_not_fit_any_more_begins_a_screen():
    cells = [text("# A"), code("\n".join(["pass"] * 15)), code("\n".join(["pass"] * 15))]

    assert types(cells, PLAIN) == ["slide", "-", "subslide"]


def test_the_cells_of_a_text_that_is_cut_have_ids_of_their_own():
    notebook = new_notebook(cells=[new_markdown_cell("# A\n\n## B\n\n## C", id="here")])

    place(notebook)

    assert [cell.id for cell in notebook.cells] == ["here", "here-2", "here-3"]
    nbformat.validate(notebook)
