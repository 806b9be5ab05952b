"""Practice: for the same seed the same questions, and exactly one option of each is what a run shows."""

import functools
import random
from dataclasses import replace

import pytest

import shmlesson.course.asking as asking
from shmlesson import program
from shmlesson.course import ask, practise, settle
from shmlesson.course.practice_question import practice_question, question_for
from shmlesson.course.rules import CannotSettle
from shmlesson.course.rules.practice import outcome_of
from shmlesson.course.store import Store
from shmlesson.course.template import ASKS, Template, drawn, shuffled, templates

SEEDS = range(30)
run = functools.cache(program)


@pytest.fixture(autouse=True)
def store(monkeypatch):
    store = Store()
    monkeypatch.setattr(asking, "STORE", store)
    return store


@functools.cache
def made(seed, number=1):
    return question_for(seed, number, run)


def of_kind(rule):
    return next(question for question in map(made, SEEDS) if question.settled_by == rule)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_options_differ_and_exactly_one_is_what_the_run_shows(seed):
    question = made(seed)
    there = run(question.evidence)
    shown = [option for option in question.options if shows(question, option, there)]

    assert len({option.text for option in question.options}) == len(question.options) >= 2
    assert [option.name for option in shown] == [question.right] == [question.found(there).option]
    assert len({option.answer.format(**question.found(there).facts) for option in question.options}) > 1


def shows(question, option, there):
    """Whether this option is true, by a run of it if it is a program."""
    asks = "verdicts" if question.settled_by == "has_verdicts" else "prints"
    of_option = run(option.when) if question.settled_by == "printed_there" else there
    expected = question.look.get("printed", option.when)
    return outcome_of(of_option, asks, question.look.get("process", "")) == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_seed_asks_the_same_and_another_number_asks_something_else(seed):
    assert question_for(seed, 1, run) == made(seed)
    assert random.Random(f"practise-{seed}-1").random() != random.Random(f"practise-{seed}-2").random()


def test_thirty_seeds_ask_of_every_template_and_in_every_way():
    asked = [made(seed) for seed in SEEDS]

    assert {question.why for question in asked} == {template.why for template in templates().values()}
    assert len({question.settled_by for question in asked}) == len(ASKS)
    assert len({question.evidence for question in asked}) > 20


@pytest.mark.parametrize("rule", ["prints_this", "has_verdicts"])
def test_a_run_of_another_program_cannot_settle_it(rule):
    question = of_kind(rule)
    there = run(question.evidence)
    other = replace(there, source=f"{there.source}pass\n")  # even if the same came of it

    for evidence in (other, None, [], 7):
        with pytest.raises(CannotSettle):
            question.found(evidence)


def test_which_program_printed_it_is_settled_by_the_runs_of_all_of_them_and_not_by_that_of_another():
    question = of_kind("printed_there")
    runs = [run(option.when) for option in question.options]
    wrong = [each for each, option in zip(runs, question.options, strict=True) if option.name != question.right]

    assert question.found(runs).option == question.right
    for evidence in (wrong, [], None, [7]):
        with pytest.raises(CannotSettle):
            question.found(evidence)


def test_a_wrong_answer_is_told_for_which_program_it_would_be_right():
    question = of_kind("prints_this")
    wrong = next(option for option in question.options if option.name != question.right)

    said = wrong.answer.format(**question.found(run(question.evidence)).facts)

    assert "Your answer would be right with `" in said
    assert "` in place of `" in said


def test_it_asks_and_settles_like_any_question_of_the_course(store):
    widget = practise(3)
    widget.question.pick(practice_question("practise-3-1").right)
    widget.settle()

    assert "and you were right. " in widget._said.value
    assert [record.what for record in store.records] == ["asked", "picked", "settled"]
    assert ask("practise-3-1").picked == practice_question("practise-3-1").right
    assert str(settle("practise-3-1", None)).startswith("That cannot settle it. ")


def test_another_one_is_another_one(store):
    widget = practise(3)
    widget.go_on()

    assert (widget.number, store.asked()) == (2, ("practise-3-1", "practise-3-2"))
    assert widget.face_text() != practise(3).face_text()
    assert widget.face_text() == ask("practise-3-2").face_text()
    assert widget._said.value == '<div role="status" aria-live="polite"></div>'


@pytest.mark.parametrize("call", [lambda: ask("practise-3-0"), lambda: ask("practise-x-1"), lambda: ask("practise")])
def test_a_name_that_is_none_is_a_lookup_error(call):
    with pytest.raises(LookupError, match=r"^there is no question 'practise"):
        call()


@pytest.mark.parametrize(("given", "error"), [(("a",), TypeError), ((True,), TypeError), ((1, 0), ValueError)])
def test_a_seed_is_an_integer_and_numbers_begin_at_1(given, error):
    with pytest.raises(error):
        practise(*given)


def test_what_is_drawn_is_the_same_on_every_python():
    dice = random.Random("practise-7-1")

    assert [drawn(dice, "abcdef") for _ in range(6)] == list("dcbcbb")
    assert shuffled(dice, "abcdef") == list("aebcfd")


@pytest.mark.parametrize("changed", [{"asks": []}, {"asks": ["weather"]}, {"slots": {}}, {"why": ""}])
def test_a_template_that_is_not_complete_is_refused(changed):
    table = {
        "program": "{a}",
        "slots": {"a": ["1"]},
        "numbers": {},
        "asks": ["prints"],
        "process": "parent",
        "why": ".",
    }
    assert Template(**table)

    with pytest.raises(ValueError, match=r"^a template needs slots"):
        Template(**{**table, **changed})
