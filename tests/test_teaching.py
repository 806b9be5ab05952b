"""The teacher's page names what is in the notebooks, its minutes add up, and it has a word for each wrong answer."""

import re
from itertools import pairwise

import nbformat
import pytest

from kernels import ROOT
from plans import plans
from shmlesson.course.question import questions

PAGE = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
LASTS = {"fifty minutes": 50, "three hours": 180, **{f"week {number}": 90 for number in range(1, 5)}}
SECTION = re.compile(r"^### ([\w-]+)\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
PICKED = re.compile(r"^\| \((\w)\) ([\w-]+) \| (.+) \| (.+) \|$", re.MULTILINE)
HEADING = re.compile(r"^#{1,3} (.+)$")
NAMED = re.compile(r'^(?:ask|settle|check|Arrange|FillIn)\(\s*"([\w-]+)"|^%%program (\w+)', re.MULTILINE)
VOTES = {"full vote": 6, "short vote": 3}
MENUS = {"Run", "Kernel, Restart", "Run, Run All Above Selected Cell", "Kernel, Shut Down All Kernels"}
ELSEWHERE = {"Before the class"}  # a heading of this page


def below_headings(path):
    """The headings of a notebook, each with the questions, exercises and programs below it."""
    found, heading = {}, ""
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            headings = [match[1] for line in cell.source.splitlines() if (match := HEADING.match(line))]
            heading = headings[-1] if headings else heading
            found |= {name: set() for name in headings if name not in found}
        else:
            names = {name for pair in NAMED.findall(cell.source) for name in pair if name}
            found.setdefault(heading, set()).update(names | {name.replace("_", "-") for name in names})
    return found


NOTEBOOKS = {path.name[:2]: below_headings(path) for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))}
PLANS = plans()

each_plan = pytest.mark.parametrize("name", LASTS)


def test_there_are_these_plans():
    assert {name: steps[-1].last for name, steps in PLANS.items()} == LASTS


@each_plan
def test_every_minute_of_a_plan_is_planned_once(name):
    steps = PLANS[name]

    assert steps[0].first == 0
    assert [step for step in steps if step.first >= step.last] == []
    assert [(one, other) for one, other in pairwise(steps) if one.last != other.first] == []


@each_plan
def test_every_step_names_a_heading_and_what_is_below_it(name):
    placed = [step for step in PLANS[name] if step.notebook]

    assert [step for step in placed if step.heading not in NOTEBOOKS[step.notebook]] == []
    assert [step for step in placed if step.id and step.id not in NOTEBOOKS[step.notebook][step.heading]] == []


@each_plan
def test_a_vote_has_the_time_that_it_takes(name):
    votes = [(step, needed) for step in PLANS[name] for vote, needed in VOTES.items() if vote in step.say]

    assert len(votes) > 3
    assert [step for step, needed in votes if step.last - step.first < needed] == []


def test_what_is_named_with_its_notebook_is_there():
    ids = re.findall(r"`([\w-]+)` in (\d\d)\b", PAGE)
    headings = re.findall(r"\*([^*\n]+)\* in (\d\d)\b", PAGE)

    assert len(ids) > 10
    assert [pair for pair in ids if not any(pair[0] in below for below in NOTEBOOKS[pair[1]].values())] == []
    assert [pair for pair in headings if pair[0] not in NOTEBOOKS[pair[1]]] == []


def test_whatever_stands_in_italics_like_a_heading_is_one():
    known = {heading for headings in NOTEBOOKS.values() for heading in headings} | MENUS | ELSEWHERE
    italics = set(re.findall(r"(?<![*\w])\*([A-Z][^*\n]+)\*(?!\*)", PAGE)) - {"Expected:"}

    assert sorted(italics - known) == []


def test_every_question_of_the_plans_has_a_word_for_each_wrong_answer_and_no_other():
    planned = {step.id for steps in PLANS.values() for step in steps if step.id in questions()}
    sections = {id: text for id, text in SECTION.findall(PAGE) if id in questions()}

    assert set(sections) == planned
    for id, text in sections.items():
        question = questions()[id]
        wrong = [(question.letter(own.name), own.name) for own in question.options if own.name != question.right]
        assert [(letter, option) for letter, option, *_ in PICKED.findall(text)] == wrong, id
        assert "*Expected:*" in text, id
