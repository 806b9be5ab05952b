"""The teacher's page names what is in the notebooks, its minutes add up, and it has a word for each wrong answer."""

import re
from itertools import pairwise

import nbformat
import pytest

from kernels import ROOT
from shmlesson.course.question import questions

PAGE = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
LASTS = {"fifty minutes": 50, "three hours": 180, **{f"week {number}": 90 for number in range(1, 5)}}
PLAN = re.compile(r"<!-- plan: ([\w ]+) -->\n\n((?:\|.*\n)+)")
WHERE = re.compile(r"^(\d\d) \*(.+?)\*(?: `([\w-]+)`)?$")
SECTION = re.compile(r"^### ([\w-]+)\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
PICKED = re.compile(r"^\| \((\w)\) ([\w-]+) \| (.+) \| (.+) \|$", re.MULTILINE)
HEADING = re.compile(r"^#{1,3} (.+)$")
NAMED = re.compile(r'^(?:ask|settle|check|Arrange|FillIn)\(\s*"([\w-]+)"|^%%program (\w+)', re.MULTILINE)
SITS = {"full vote": 6, "short vote": 3}
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
PLANS = {
    name: [[part.strip() for part in line.strip("|\n").split(" |")] for line in table.splitlines()[2:]]
    for name, table in PLAN.findall(PAGE)
}
EVERY_ROW = [row for rows in PLANS.values() for row in rows]

each_plan = pytest.mark.parametrize("name", LASTS)


def minutes(row):
    first, last = row[0].split("–")
    return int(first), int(last)


def test_there_are_these_plans():
    assert {name: minutes(rows[-1])[1] for name, rows in PLANS.items()} == LASTS


@each_plan
def test_every_minute_of_a_plan_is_planned_once(name):
    spans = [minutes(row) for row in PLANS[name]]

    assert spans[0][0] == 0
    assert [(one, other) for one, other in pairwise(spans) if one[1] != other[0] or one[0] >= one[1]] == []


@each_plan
def test_every_row_names_a_heading_and_what_is_below_it(name):
    wrong = []
    for row in PLANS[name]:
        if row[1]:
            notebook, heading, id = WHERE.fullmatch(row[1]).groups()
            below = NOTEBOOKS[notebook].get(heading)
            wrong += [row[1]] if below is None or (id and id not in below) else []

    assert wrong == []


@each_plan
def test_a_vote_has_the_time_that_it_takes(name):
    short = [
        row
        for row in PLANS[name]
        for vote, needed in SITS.items()
        if re.search(rf"\b{vote}\b", row[2]) and minutes(row)[1] - minutes(row)[0] < needed
    ]

    assert short == []


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
    planned = {match[3] for row in EVERY_ROW if (match := WHERE.match(row[1])) and match[3] in questions()}
    asked = {
        id for id in planned if any(f"{id}" in below for headings in NOTEBOOKS.values() for below in headings.values())
    }
    sections = {id: text for id, text in SECTION.findall(PAGE) if id in questions()}

    assert set(sections) == planned
    for id, text in sections.items():
        question = questions()[id]
        wrong = [(question.letter(own.name), own.name) for own in question.options if own.name != question.right]
        assert [(letter, option) for letter, option, *_ in PICKED.findall(text)] == wrong, id
        assert "*Expected:*" in text, id
