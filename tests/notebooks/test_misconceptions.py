"""Every misconception is met: a cell that runs proves it wrong, and a question about it is asked and settled."""

import re
import tomllib
from importlib.resources import files
from pathlib import Path

import nbformat
import pytest

from shmlesson.course.question import questions

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
LEDGER = tomllib.loads(files("shmlesson.course").joinpath("misconceptions.toml").read_text(encoding="utf-8"))
ASKED = re.compile(r"^ask\(\s*\"([\w-]+)\"", re.MULTILINE)
SETTLED = re.compile(r"^settle\(\s*\"([\w-]+)\"", re.MULTILINE)

each = pytest.mark.parametrize("name", LEDGER)


def code_of(path):
    """The code cells of a notebook, by their ids."""
    cells = nbformat.read(path, as_version=4).cells
    return {cell.id: cell for cell in cells if cell.cell_type == "code"}


LESSONS = {path.name: code_of(path) for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))}


def places(pattern, lessons):
    """Where each question that this pattern finds stands: how many cells are before it in all the lessons."""
    sources = [cell.source for cells in lessons.values() for cell in cells.values()]
    return {id: place for place, source in reversed([*enumerate(sources)]) for id in pattern.findall(source)}


def answered(lessons):
    """The questions that are asked in a lesson, and settled in it or in a later one."""
    asked, settled = places(ASKED, lessons), places(SETTLED, lessons)
    return {id for id in asked if settled.get(id, -1) > asked[id]}


def lacks(proof, lessons):
    """What is missing of a proof, ``NOTEBOOK#CELL``; empty if that cell runs something and shows or asserts it."""
    notebook, _, id = proof.partition("#")
    cell = lessons.get(notebook, {}).get(id)
    if cell is None:
        return "there is no such code cell"
    if not cell.outputs and not re.search(r"^\s*assert\b", cell.source, re.MULTILINE):
        return "it shows nothing, and asserts nothing"
    return ""


def test_the_ledger_has_all_thirty_two_with_a_belief_and_a_truth():
    assert list(LEDGER) == [f"M{number:02}" for number in range(1, 33)]
    assert [
        name for name, row in LEDGER.items() if not (row["belief"].endswith(".") and row["truth"][-1] in ".)")
    ] == []


@each
def test_a_cell_that_runs_proves_it_wrong(name):
    assert lacks(LEDGER[name]["proof"], LESSONS) == ""


@each
def test_it_names_the_questions_that_name_it(name):
    about = {question.id for question in questions().values() if question.misconception == name}

    assert {*LEDGER[name]["questions"]} == about


@each
def test_a_question_about_it_is_asked_in_a_lesson_and_settled_there_or_later(name):
    assert {*LEDGER[name]["questions"]} & answered(LESSONS)


def test_the_questions_at_the_end_are_about_what_those_at_the_beginning_are_about_and_are_asked_nowhere_else():
    asked = {name: places(ASKED, {name: cells}).keys() for name, cells in LESSONS.items()}
    settled = {name: places(SETTLED, {name: cells}).keys() for name, cells in LESSONS.items()}
    before = asked["00_start_here.ipynb"] - settled["00_start_here.ipynb"]
    after = asked.pop("12_show_it.ipynb")
    settled.pop("12_show_it.ipynb")

    assert len(before) == len(after) == 8
    assert {questions()[id].misconception for id in before} == {questions()[id].misconception for id in after}
    assert after & {id for ids in (*asked.values(), *settled.values()) for id in ids} == set()


def a_lesson(**sources):
    """The cells of a lesson that was run and shows nothing, by their ids."""
    return {id: nbformat.v4.new_code_cell(source) for id, source in sources.items()}


def shows(source):
    """A cell with an output."""
    return nbformat.v4.new_code_cell(source, outputs=[nbformat.v4.new_output("stream", text="1\n")])


def test_a_proof_that_is_not_there_or_shows_nothing_is_found():
    lessons = {"00.ipynb": a_lesson(mute="x = 1", sure="assert x == 1") | {"seen": shows("print(x)")}}

    found = {id: lacks(f"00.ipynb#{id}", lessons) for id in ("mute", "sure", "seen", "gone")}

    assert [id for id, lack in found.items() if lack] == ["mute", "gone"]


def test_a_question_that_is_not_settled_after_it_was_asked_is_found():
    first = a_lesson(
        a='ask("early")', b='ask("open")', c='settle("unasked", 1)', d='ask("both")', e='settle("both", 1)'
    )
    second = a_lesson(f='settle("early", 1)', g='settle("late", 1)', h='ask("late")')

    assert answered({"00": first, "01": second}) == {"early", "both"}
