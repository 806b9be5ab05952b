"""Slides by rule: one idea a slide, no answer beside its question, and nothing left to do in the notebooks."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from plans import Step
from slides import ASK, NOTEBOOKS, PLAIN, SETTLE, call_in, ideas, place, placed, types
from slideshow import add_notes, arrange

SHOWN = [new_output("stream", text="one\n")]

every_notebook = pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)


def text(source):
    return new_markdown_cell(source)


def code(source="print(1)", outputs=SHOWN):
    return new_code_cell(source, outputs=outputs)


def ask(id="which", lines=4):
    return code(f'ask("{id}")', [new_output("execute_result", {"text/plain": "Which one?\n" * lines})])


def settle(id="which"):
    return code(f'settle("{id}", run)', [new_output("execute_result", {"text/plain": "This one."})])


def slide_type(cell):
    return cell.metadata.slideshow.slide_type


def calls(cells, name):
    """The places of the cells that are such a call."""
    return [place for place, cell in enumerate(cells) if call_in(cell.source)[0] == name]


def screens(cells):
    """The cells of each screen, as nbconvert makes them of the slide types; what is left out is in none."""
    found = []
    for cell in cells:
        if slide_type(cell) in ("slide", "subslide"):
            found.append([])
        if slide_type(cell) not in ("skip", "notes"):
            found[-1].append(cell)
    return found


@every_notebook
def test_the_slides_of_a_notebook_are_those_of_the_rule(path):
    before = path.read_text(encoding="utf-8")

    assert placed(before) == before, "python tools/slides.py"


@every_notebook
def test_every_heading_begins_a_slide_and_every_question_a_screen(path):
    cells = nbformat.read(path, as_version=4).cells

    headings = [slide_type(cell) for cell in cells if cell.cell_type == "markdown" and cell.source.startswith("#")]
    above = [shown[:place] for shown in screens(cells) for place in calls(shown, ASK)]
    assert set(headings) == {"slide"}
    assert [led for led in above if len(led) > 1 or any(cell.cell_type == "code" for cell in led)] == []


@every_notebook
def test_no_answer_is_on_the_screen_of_its_question(path):
    cells = nbformat.read(path, as_version=4).cells
    asked = calls(cells, ASK)

    shown = [next((cell for cell in cells[number + 1 :] if cell.get("outputs")), None) for number in asked]
    answers = [cell for cell in shown if cell and call_in(cell.source)[0] not in (ASK, SETTLE)]
    assert {slide_type(cell) for cell in answers} <= {"subslide"}


def test_a_text_is_cut_where_a_new_idea_begins():
    parts = [
        "An answer.",
        "## A heading\n\nSome words.",
        "**What just happened.** All.",
        "<details>\n\nYes.\n\n</details>",
    ]

    assert ideas("\n\n".join(parts)) == parts


@pytest.mark.parametrize(
    "whole", ["```python\na = 1\n\n\n## no heading\n```", "1. One.\n\n   ## no heading\n\n2. Two."]
)
def test_what_is_fenced_or_indented_is_not_cut(whole):
    assert ideas(whole) == [whole]


def test_a_text_that_no_slide_holds_is_cut_between_its_paragraphs():
    paragraphs = ["word " * 200, "words " * 200]

    assert ideas("\n\n".join(paragraphs)) == paragraphs


@pytest.mark.parametrize(
    ("source", "call"),
    [
        ('ask("who-gets-0")', ("ask", "who-gets-0")),
        ('settle(\n    "who-gets-0",\n    share(100, "a"),\n)', ("settle", "who-gets-0")),
        ('check("believed", believed)  # yours', ("check", "believed")),
        ('said = settle("who-gets-0", run)', ("", "")),
        ('run = share()\nsettle("who-gets-0", run)', ("", "")),
        ("%%program run\nprint(1)", ("", "")),
        ("course.ask('who-gets-0')", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_cell_that_is_one_call_is_known_by_it(source, call):
    assert call_in(source) == call


def test_a_question_begins_a_screen_its_answer_the_next_one_and_what_settles_it_comes_with_one_more_key():
    cells = [text("# A"), code("run = 1", []), ask(), code("run"), settle(), text("And so on.")]

    assert types(cells, PLAIN) == ["slide", "skip", "subslide", "subslide", "fragment", "-"]


@pytest.mark.parametrize(
    ("above", "placed"),
    [
        ([text("## Which?\n\nIt leads to a question.")], ["slide", "-"]),
        ([text("## Which?"), code(), text("It leads to a question.")], ["slide", "-", "subslide", "-"]),
        ([text("## Which?"), text("It leads to a question.")], ["slide", "subslide", "-"]),
        ([text("## Which?"), code()], ["slide", "-", "subslide"]),
        ([text("## Which?"), ask("another")], ["slide", "-", "subslide"]),
        (
            [text("## Which?"), ask("another"), code(), text("It leads on.")],
            ["slide", "-", "subslide", "subslide", "-"],
        ),
    ],
)
def test_what_leads_to_a_question_is_on_its_screen_and_nothing_else(above, placed):
    assert types([*above, ask()], PLAIN) == placed


def test_a_question_that_has_no_room_below_what_leads_to_it_has_a_screen_of_its_own():
    assert types([text("## Which?"), ask(lines=40)], PLAIN) == ["slide", "subslide"]


def test_what_follows_what_settled_a_question_and_leads_to_code_begins_a_screen():
    cells = [ask(), code(), settle(), text("Now the other way round."), code()]

    assert types(cells, PLAIN) == ["subslide", "subslide", "fragment", "subslide", "-"]


def test_questions_that_are_settled_much_later_have_a_screen_each():
    cells = [text("# A"), code("%load_ext shmlesson", []), ask("one"), ask("two"), text("**Next:** B")]

    assert types(cells, PLAIN) == ["slide", "skip", "subslide", "subslide", "-"]


def test_what_is_said_of_an_answer_comes_with_one_more_key_too_where_nothing_settles_it():
    assert types([ask(), code(), text("This one.")], PLAIN) == ["subslide", "subslide", "fragment"]


def test_an_exercise_is_its_text_and_its_program_and_nothing_is_checked():
    checked = code('check("fixed", fixed)', [new_output("execute_result", {"text/plain": "Not attempted yet."})])
    cells = [text("## Exercises"), text("Fix it."), code("%%program fixed\nprint(1)"), checked]

    assert types([*cells, code('# hint("fixed")\n# solution("fixed")', [])], PLAIN)[2:] == ["-", "skip", "skip"]


def test_where_outputs_are_apart_a_question_stays_whole_and_the_program_is_beside_it_but_not_what_it_shows():
    notebook = new_notebook(cells=[text("## Which?"), ask(), code("%%program run"), settle(), code('check("a", run)')])

    arrange(notebook)

    kinds = [(cell.source.partition("(")[0] or "shown", slide_type(cell)) for cell in notebook.cells]
    asked, program, settled, checked = [("ask", "-"), ("shown", "-")], "%%program run", "settle", "check"
    assert kinds[1:] == [
        *asked,
        *[(program, "-"), ("shown", "subslide")],
        *[(settled, "fragment"), ("shown", "-")],
        *[(checked, "skip"), ("shown", "skip")],
    ]


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


def test_the_minutes_of_a_plan_are_in_the_notes_of_its_question_or_of_its_heading():
    notebook = new_notebook(cells=[text("# A"), text("## B"), code(), ask("one"), ask("two")])
    steps = [Step(0, 2, "01", "B", "", "Begin.", "a box"), Step(2, 5, "01", "B", "two", "Vote.", "")]

    add_notes(notebook, steps)

    assert [cell.source.partition("\n")[0] for cell in notebook.cells if cell.metadata.get("slideshow")] == [
        "**Minutes 0 to 2.** Begin.",
        "**Minutes 2 to 5.** Vote.",
    ]
    assert [call_in(notebook.cells[place].source)[1] for place in (1, 5)] == ["", "two"]
    assert notebook.cells[2].source.endswith("*Draw:* a box")
    assert slide_type(notebook.cells[6]) == "notes"
