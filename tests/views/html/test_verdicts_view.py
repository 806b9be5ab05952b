"""Verdicts below the lanes: sentences with the lines that they name, in text too, each once, and no praise."""

import html
import re
from pathlib import Path

import nbformat
import pytest

from corpus import TEXTS
from elements import check_picture
from shmlesson import program
from shmlesson.analysis.run import Run
from shmlesson.analysis.verdicts.verdict import KINDS, Verdict, explanation, lines_of
from shmlesson.views import Lanes
from shmlesson.views.html import lanes
from shmlesson.views.html.verdicts import PAGE, badge, listed, steps_in_words
from shmlesson.views.text import sentences
from shmlesson.views.text.scene import scene_of
from stories import SLEEPING, lesson, program_run

LATE = Verdict("sleep", "Line 10 (parent) & line 8 (child 1): only a sleep.", ("parent", "child 1"), (10, 8))
LOST = Verdict("not reaped", "Nobody reaped child 1.", ("child 1",), ())
NOTEBOOKS = Path(__file__).parents[3] / "notebooks"
TITLE = "What went wrong, or could have"


@pytest.fixture
def judged(monkeypatch):
    """The program's run, with verdicts that no judge has to find."""
    monkeypatch.setattr(Run, "verdicts", (LATE, LOST))
    return program_run()


def bare(markup):
    """The words of some HTML that is not drawn, with what stands in a list item on one line."""
    return re.sub(r"<svg.*?</svg>|<[^>]*>", " ", markup, flags=re.DOTALL)


def test_the_story_ends_with_the_verdicts_and_the_lines_that_they_name(judged):
    assert sentences.story(judged).splitlines()[-5:] == [
        f"{TITLE}:",
        "  ! sleep: Line 10 (parent) & line 8 (child 1): only a sleep.",
        "       8  print(block[3])",
        "      10  block[3] = 97",
        "  ! not reaped: Nobody reaped child 1.",
    ]


@pytest.mark.parametrize("draw", [lanes.picture, lambda run: Lanes(run).rest], ids=["picture", "widget"])
def test_a_picture_says_each_verdict_once_and_quotes_its_lines(judged, draw):
    said = bare(draw(judged))

    assert [said.count(html.escape(text)) for text in (TITLE, LATE.text, LOST.text)] == [1, 1, 1]
    assert said.count("block[3] = 97") == 1


def test_a_run_with_too_many_lanes_has_its_verdicts_below_the_list(monkeypatch, judged):
    monkeypatch.setattr(lanes, "_MOST_LANES", 2)

    said = lanes.picture(judged)

    assert "<pre>program.py\n" in said
    assert said.index("</pre>") < said.index(TITLE)
    assert said.count(TITLE) == 1


def test_the_verdicts_of_a_real_judgement_are_those_that_are_shown():
    run = program_run()

    assert run.verdicts
    assert all(verdict.text in sentences.story(run) for verdict in run.verdicts)


@pytest.mark.parametrize("run", [lesson(), program_run(source="")], ids=["a lesson", "no source"])
def test_where_nothing_is_wrong_nothing_is_said(run):
    assert listed((), SLEEPING) == ""
    assert explanation((), SLEEPING) == []
    assert TITLE not in sentences.story(run) + lanes.picture(run)


def test_a_picture_of_verdicts_is_well_formed_and_small():
    check_picture(listed((LATE, LOST), SLEEPING))


def test_what_a_learner_wrote_is_text_and_no_markup():
    assert "<b>x</b>" not in listed((Verdict("race", "<b>x</b>", (), (1,)),), "print('<b>x</b>')")


@pytest.mark.parametrize(("lines", "quoted"), [((3, 1, 3), [1, 3]), ((0, 99), []), ((), [])])
def test_a_line_is_quoted_once_in_the_program_s_order_if_it_is_there(lines, quoted):
    assert [line for line, _ in lines_of(Verdict("race", "", (), lines), SLEEPING)] == quoted


@pytest.mark.parametrize("kind", KINDS)
def test_a_badge_leads_to_the_cell_that_is_about_its_kind(kind):
    page = nbformat.read(NOTEBOOKS / PAGE, as_version=4)
    found = re.search(r'href="([^"#]*)#cell-id=([^"]*)"', badge(kind))

    [cell] = [cell for cell in page.cells if cell.id == found[2]]

    assert found[1] == PAGE
    assert cell.source.startswith(f"## {kind}\n")


def test_a_verdict_has_a_badge_with_its_kind_before_its_sentence(judged):
    drawn = lanes.picture(judged)

    assert f"{badge('sleep')} {html.escape(LATE.text)}" in drawn
    assert f"{badge('not reaped')} {html.escape(LOST.text)}" in drawn


@pytest.mark.parametrize(
    ("steps", "said"),
    [([], ""), ([0], "step 1"), ([4, 7], "steps 5 and 8"), (range(8), "steps 1, 2, 3, 4, 5, 6 and more")],
)
def test_the_steps_of_a_verdict_are_numbered_as_in_the_picture(steps, said):
    assert steps_in_words(steps) == said


def test_a_race_says_which_two_steps_it_is_between():
    run = program(TEXTS["both_write_the_same_byte"])
    scene = scene_of(run)

    [steps] = scene.verdict_steps

    two = [scene.steps[step] for step in steps]
    assert [step.kind for step in two] == ["writes", "writes"]
    assert {step.detail["line"] for step in two} == {*run.verdicts[0].lines}
    assert f"(steps {steps[0] + 1} and {steps[1] + 1})" in lanes.picture(run)


def test_a_list_without_numbered_steps_names_none():
    assert "step" not in bare(listed((LATE,), SLEEPING))
