"""Each question of the course is settled by a real run, the way it says, and has an answer for everybody."""

import mmap
import re
import sys
from collections import Counter

import pytest

from evidence import evidence_of, found_by
from shmlesson.course import practice_question
from shmlesson.course.question import questions
from shmlesson.course.rules import RULES, CannotSettle
from shmlesson.course.words import fields, table

QUESTIONS = [question for question in questions().values() if question.only in ("", sys.platform)]
EACH = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
STRANGE = (None, True, 3.5, "", "nonsense", -17, [], object(), bytearray(), {})


@EACH
def test_what_it_says_settles_it_and_shows_the_option_that_is_marked_right(question):
    found = found_by(question)

    assert found.option == question.right


@EACH
def test_everybody_gets_an_answer_with_the_facts_of_that_run(question):
    found = found_by(question)
    answers = [option.answer.format(**found.facts) for option in question.options]

    assert len({*answers}) == len(question.options)
    assert not [answer for answer in answers if re.search(r"[{}]|None|<\w+ ", answer)]
    assert [answer for option, answer in zip(question.options, answers, strict=True) if fields(option.answer)]


@EACH
def test_what_is_of_another_sort_cannot_settle_it(question):
    for strange in STRANGE:
        with pytest.raises(CannotSettle):
            question.found(strange)


def settled(question, evidence):
    """The answers to everybody from what settles another question; none if that cannot settle this one."""
    try:
        found = question.found(evidence)
    except CannotSettle:
        return []
    right = found.option == question.right
    return [option.answer.format(**found.facts) for option in question.options if right]


def test_what_settles_one_question_breaks_no_other():
    everything = [evidence_of(question) for question in QUESTIONS]

    answers = [answer for question in QUESTIONS for evidence in everything for answer in settled(question, evidence)]

    assert len(answers) > sum(len(question.options) for question in QUESTIONS)


@EACH
def test_nothing_that_everybody_reads_has_facts_of_a_run(question):
    for text in (question.text, question.shows, question.why, question.needs):
        assert text == text.strip()
        assert not fields(text)
        assert text[-1] in ".?)"


@EACH
def test_the_question_does_not_name_its_answer(question):
    right = question.option(question.right)

    assert right.answer not in question.text
    assert question.shows not in question.text


BEFORE, AFTER = ([row[when] for row in table("before_and_after").values()] for when in ("before", "after"))
OF_THREE = [name for name, question in questions().items() if len(question.options) == 3]


@pytest.mark.parametrize(("names", "share"), [(OF_THREE, 0.45), (BEFORE, 0.5), (AFTER, 0.5)])
def test_no_letter_is_right_much_more_often_than_another(names, share):
    letters = Counter(question.letter(question.right) for question in map(questions().get, names))

    assert max(letters.values()) <= share * len(names)
    assert {*letters} == {*"abc"}


@pytest.mark.parametrize("extreme", [min, max])
def test_the_right_option_is_not_to_be_told_by_its_length(extreme):
    lengths = [[len(option.text) for option in question.options] for question in questions().values()]
    rights = [len(question.option(question.right).text) for question in questions().values()]

    extremes = sum(right == extreme(each) for right, each in zip(rights, lengths, strict=True))

    assert extremes <= len(rights) / 2


@pytest.mark.parametrize("question", questions().values(), ids=lambda question: question.id)
def test_all_options_have_a_reason_or_none_has(question):
    reasons = [": " in option.text for option in question.options]

    assert all(reasons) or not any(reasons)
    assert max(len(option.text) for option in question.options) <= 60


def test_every_misconception_has_a_question():
    known = {f"M{number:02}" for number in range(1, 33)}

    assert known - {question.misconception for question in QUESTIONS} == set()


def test_every_rule_settles_a_question():
    used = {question.settled_by for question in questions().values()}

    assert set(RULES) - used - set(practice_question.RULES.values()) == set()


@pytest.mark.parametrize(("end", "option"), [(mmap.PAGESIZE, "page"), (100, "exact")])
def test_what_a_block_takes_up_can_be_told_from_its_line_on_the_map(end, option):
    line = f"00000000-{end:08x} rw-s 00000000 00:01 7"

    assert questions()["pages-of-100"].found(line).option == option


def test_the_length_of_a_block_says_nothing_of_what_it_takes_up():
    with pytest.raises(CannotSettle):
        questions()["pages-of-100"].found(100)


def test_a_closed_block_cannot_settle_what_is_in_it():
    block = mmap.mmap(-1, 10)
    block.close()

    with pytest.raises(CannotSettle):
        questions()["new-block"].found(block)
