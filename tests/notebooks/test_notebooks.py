"""The notebooks are complete, tidy, and the same on every machine.

That they still show what they showed is checked by nbval (``make test``), which passes a cell that was never run.
"""

import functools
import itertools
import re
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from nbformat.v4 import new_code_cell as code
from nbformat.v4 import new_markdown_cell as text

import corpus
from lesson_rules import LONGEST_CELL, RULES, Lesson
from refresh import ANSI, WIDGET_VIEW
from shmlesson.course.exercise import exercises
from slides import SETTLE

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LESSONS = [path for path in NOTEBOOKS if path.name[0].isdigit()]  # the others are for looking things up
WIDTH = 72  # columns: what nbconvert and JupyterLab print on a sheet of A4 without cutting it off
PROGRAM_WIDTH = 87
PROMISES = ["**You will**", "**You will learn**", "**You need**", "minute"]

PATHS = re.compile(rf"/(?:home|root|tmp|Users|site-packages)/|(?<!\w)~/|{re.escape(str(ROOT))}")
MACHINE = re.compile(
    r"0x[0-9a-f]{6,}"  # the address of an object
    r"|\b[0-9a-f]{8,16}-[0-9a-f]{8,16}\b"  # the addresses of a mapping
    r"|\bpython[ -]?\d+\.\d+\.\d+"
    r"|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])",  # an IP address
    re.IGNORECASE,
)

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@functools.cache
def read(path):
    """A notebook, read once for all tests."""
    return nbformat.read(path, as_version=4)


def cells(path, kind="code"):
    """Its cells of one kind, in order."""
    return [cell for cell in read(path).cells if cell.cell_type == kind]


def tagged(cell, tag):
    """Does this cell carry this tag?"""
    return tag in cell.metadata.get("tags", [])


def text_of(output):
    """Whatever an output shows in letters; pictures are left out."""
    parts = [output.get("text", ""), output.get("evalue", ""), *output.get("traceback", [])]
    parts += [part for kind, part in output.get("data", {}).items() if kind.startswith("text/") or "svg" in kind]
    return ANSI.sub("", "\n".join(parts))


def found(pattern, chosen):
    """What ``pattern`` finds in the saved outputs of these cells: execution count and match."""
    texts = [(cell.execution_count, text_of(output)) for cell in chosen for output in cell.outputs]
    return [(count, match[0]) for count, text in texts for match in pattern.finditer(text)]


def prose(path):
    """The Markdown of each cell, without code."""
    return [re.sub(r"```.*?```|`[^`\n]*`", "", cell.source, flags=re.DOTALL) for cell in cells(path, "markdown")]


def links(text):
    """The targets of Markdown's links and pictures, and of HTML's."""
    return re.findall(r"\]\(<?([^)\s>]+)", text) + re.findall(r"""(?:href|src)=["']([^"']+)""", text)


def test_there_are_notebooks():
    assert NOTEBOOKS


def test_the_notebooks_are_numbered_from_00_without_a_gap():
    numbers = [path.name[:2] for path in LESSONS]

    assert numbers == [f"{number:02}" for number in range(len(LESSONS))]


@every_notebook
def test_a_name_is_a_number_and_a_verb_phrase_or_says_what_is_looked_up_there(path):
    assert re.fullmatch(r"(\d\d_)?[a-z]+(_[a-z0-9]+)*", path.stem)


@every_notebook
def test_every_code_cell_was_run_from_the_first_to_the_last(path):
    counts = [cell.execution_count for cell in cells(path)]

    assert counts == list(range(1, len(counts) + 1))


@every_notebook
def test_an_error_is_shown_where_a_tag_announces_one_and_nowhere_else(path):
    failed = [cell.execution_count for cell in cells(path) if any(o.output_type == "error" for o in cell.outputs)]
    announced = [cell.execution_count for cell in cells(path) if tagged(cell, "raises-exception")]

    assert failed == announced


@every_notebook
def test_no_output_shows_a_path_of_the_machine_it_was_made_on(path):
    assert found(PATHS, cells(path)) == []


@every_notebook
def test_no_compared_output_shows_an_address_or_a_version(path):
    compared = [cell for cell in cells(path) if not tagged(cell, "nbval-ignore-output")]

    assert found(MACHINE, compared) == []


@pytest.mark.parametrize("text", ["/home/ada/x.py", "File ~/lesson/a.py:1", f"{ROOT}/shmlesson", "lib/site-packages/a"])
def test_a_path_is_recognised(text):
    assert PATHS.search(text)


@pytest.mark.parametrize(
    "text", ["<mmap at 0x7f3a2c>", "7f3a2c000000-7f3a2c001000 rw-s", "Python 3.11.7", "python-3.13.0", "127.0.0.1"]
)
def test_text_of_one_machine_is_recognised(text):
    assert MACHINE.search(text)


@pytest.mark.parametrize(
    "text", ["/proc/self/maps", "/dev/zero (deleted)", "100 x 61 'a'", "Python 3.11", "0x61", "about ~1 ms", "1.2.3"]
)
def test_text_of_every_machine_is_left_in_peace(text):
    assert not PATHS.search(text)
    assert not MACHINE.search(text)


@every_notebook
def test_where_the_output_may_vary_an_assert_says_what_may_not(path):
    free = [cell for cell in cells(path) if tagged(cell, "nbval-ignore-output")]

    assert [cell.source for cell in free if not re.search(r"^\s*assert\b", cell.source, re.MULTILINE)] == []


@every_notebook
def test_no_widget_is_saved_whose_model_is_gone(path):
    outputs = [output for cell in cells(path) for output in cell.outputs]

    assert "widgets" not in read(path).metadata
    assert [output for output in outputs if WIDGET_VIEW in output.get("data", {})] == []


@pytest.mark.parametrize("path", sorted({*NOTEBOOKS} - {*LESSONS}), ids=lambda path: path.stem)
def test_a_cell_of_a_page_for_reference_is_short_unless_it_is_a_program_or_a_function(path):
    sources = [cell.source for cell in cells(path)]
    free = re.compile(r"\A%%program|^\s*(?:async )?def ", re.MULTILINE)

    assert [source for source in sources if len(source.splitlines()) > LONGEST_CELL and not free.search(source)] == []


@every_notebook
def test_a_line_of_code_fits_a_sheet_of_paper(path):
    blocks = [block for cell in cells(path, "markdown") for block in re.findall(r"```.*?```", cell.source, re.DOTALL)]
    lines = [line for text in [*(cell.source for cell in cells(path)), *blocks] for line in text.splitlines()]

    assert [line for line in lines if len(line) > WIDTH] == []


def test_code_of_a_program_that_may_come_into_a_notebook_stays_under_88_columns():
    lines = [line for text in corpus.TEXTS.values() for line in text.partition("\n\n")[2].splitlines()]

    assert [line for line in lines if len(line) > PROGRAM_WIDTH] == []


@every_notebook
def test_no_cell_hides_its_value_behind_a_semicolon_which_nbval_would_show(path):
    assert [cell.source for cell in cells(path) if cell.source.rstrip().endswith(";")] == []


@every_notebook
def test_a_notebook_opens_with_what_one_will_do_learn_and_need(path):
    first = read(path).cells[0]

    assert first.cell_type == "markdown"
    assert re.search(r"^# \S", first.source, re.MULTILINE)
    assert [promise for promise in PROMISES if promise not in first.source] == []


@pytest.mark.parametrize(("path", "following"), list(itertools.pairwise(LESSONS)), ids=lambda p: p.stem)
def test_a_notebook_ends_with_a_link_to_the_next_one(path, following):
    end = links("\n".join(prose(path)[-2:]))

    assert following.name in [link.partition("#")[0] for link in end]


@every_notebook
def test_every_relative_link_leads_to_a_file(path):
    targets = [link.partition("#")[0] for text in prose(path) for link in links(text) if not re.match(r"[a-z]+:", link)]

    assert [target for target in targets if not (path.parent / unquote(target)).exists()] == []


# What a lesson must be like


def lesson(path):
    """The lesson of this file; the first one's questions are settled behind it."""
    return Lesson(read(path).cells, settled_behind(path) if path == LESSONS[0] else ())


def settled_behind(path):
    behind = [other for other in LESSONS if other > path]
    return {name for other in behind for _, name in Lesson(read(other).cells).calls(SETTLE)}


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_lesson_keeps_each_rule(rule, path):
    assert rule(lesson(path)) == []


STARTER = exercises()["believed"].starter.strip()
SOUND = {
    "begin": text("# Fork a child\n\nA few words."),
    "load": code("from shmlesson.course import ask, check, settle"),
    "ask": code('ask("who-gets-0")'),
    "run": code('run = share(100, "a")'),
    "settle": code('settle("who-gets-0", run)'),
    "exercises": text("## Exercises"),
    "say": text("Fix it: each says who it is."),
    "starter": code(f"%%program believed\n{STARTER}"),
    "check": code('check("believed", believed)'),
    "help": code('# hint("believed")\n# solution("believed")'),
    "asked": text("And a question:"),
    "ask more": code('ask("adding")'),
    "settle more": code('settle("adding", explore(text))'),
    "next": text("**Next:** [End a child](04_end_a_child.ipynb)"),
}


def broken(rules, later=(), **instead):
    """Which of the ``rules`` the sound lesson breaks with other cells ``instead``; None takes one away."""
    cells = [cell for cell in ({**SOUND, **instead}).values() if cell is not None]
    return [rule.__name__ for rule in rules if rule(Lesson(cells, later))]


def test_a_sound_lesson_breaks_no_rule():
    assert broken(RULES) == []


@pytest.mark.parametrize(
    ("rule", "instead"),
    [
        ("no_prediction_is_only_prose", {"run": text("> **Predict.** Who gets 0?")}),
        ("what_asks_settles_or_checks_does_nothing_else", {"run": code('run = share()\nask("who-gets-0")')}),
        ("every_question_that_is_asked_is_there_once", {"ask more": code('ask("addding")'), "settle more": None}),
        ("every_question_that_is_asked_is_there_once", {"run": code('ask("who-gets-0")')}),
        ("every_question_is_settled_below", {"settle": None}),
        ("every_question_is_settled_below", {"load": code('settle("who-gets-0", run)'), "settle": None}),
        ("nothing_is_settled_that_was_not_asked", {"run": code('settle("two-forks", two)')}),
        ("nothing_is_settled_that_was_not_asked", {"load": code('settle("who-gets-0", run)')}),
        ("every_check_is_of_an_exercise", {"run": code('check("beleived", run)')}),
        ("every_exercise_is_checked_or_asked", {"settle more": text("Think about it.\n\nAt length.")}),
        ("every_exercise_is_checked_or_asked", {"exercises": text("## Exercises\n\nThink about it.")}),
        ("every_exercise_begins_with_its_starter", {"starter": None}),
        ("every_exercise_begins_with_its_starter", {"run": SOUND["starter"], "starter": None}),
        ("every_exercise_begins_with_its_starter", {"starter": code(f"%%program believed\n{STARTER}  # here")}),
        ("every_exercise_has_a_hint_and_a_solution", {"help": code('# hint("believed")')}),
        ("every_exercise_has_a_hint_and_a_solution", {"help": code('hint("believed")\n# solution("believed")')}),
        ("code_is_short", {"run": code("\n".join(["pass"] * 13))}),
        ("code_is_short", {"run": code("def f():\n" + "\n".join(["    pass"] * 12))}),
        ("code_is_short", {"run": code("%%program\n" + "\n".join(["pass"] * 21))}),
        ("prose_is_short", {"begin": text("# A\n\n" + "word " * 120)}),
        ("nobody_reads_for_long_without_doing", {"run": text("word " * 101), "settle": text("word " * 100)}),
    ],
)
def test_each_rule_can_be_broken(rule, instead):
    assert rule in broken(RULES, **instead)


def test_every_rule_is_one_that_was_seen_to_be_broken():
    [mark] = [mark for mark in test_each_rule_can_be_broken.pytestmark if mark.name == "parametrize"]

    assert {rule for rule, _ in mark.args[1]} == {rule.__name__ for rule in RULES}


@pytest.mark.parametrize(
    "instead",
    [
        {"run": code("%%program\n" + "\n".join(["pass"] * 20))},
        {"begin": text("# A\n\n" + "[word](there.ipynb) " * 100 + "\n\n```\n" + "word " * 100 + "\n```")},
        {"starter": code(f"%%program believed --orders 50\n{STARTER}\n")},
        {"exercises": text("## And on"), "asked": SOUND["exercises"]},
        {"asked": text("**Arrange** the lines."), "ask more": code('Arrange("right")'), "settle more": None},
    ],
)
def test_what_is_allowed_breaks_no_rule(instead):
    assert broken(RULES, **instead) == []


def test_the_first_lessons_questions_may_be_settled_in_a_later_one():
    assert broken(RULES, later={"who-gets-0"}, settle=None) == []
