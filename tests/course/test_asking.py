"""A question says nothing of its answer until what the learner ran has settled it."""

import json
import re
import sys

import pytest

import shmlesson.course.asking as asking
from shmlesson import program, share
from shmlesson.api.compare import Comparison
from shmlesson.api.trials import Trials
from shmlesson.course import answers, ask, settle
from shmlesson.course.question import Option, Question, question_of, questions
from shmlesson.course.store import Record, Store
from shmlesson.course.words import WORDS


@pytest.fixture(autouse=True)
def store(monkeypatch):
    store = Store(clock=iter(range(100)).__next__)
    monkeypatch.setattr(asking, "STORE", store)
    return store


@pytest.fixture(scope="module")
def run():
    return share(100, "a")


def test_a_question_says_nothing_of_its_answer():
    question = questions()["who-gets-0"]

    shown = ask("who-gets-0")
    shown.pick("parent")

    everything = [shown.face_html(), shown.face_text(), *(child.value for child in shown.children if has_value(child))]
    for told in (question.shows, question.why, *(option.answer for option in question.options)):
        assert not [text for text in everything if told in text]


def has_value(widget):
    return hasattr(widget, "value")


def test_what_was_picked_is_answered_with_the_facts_of_that_run(run):
    ask("who-gets-0").pick("parent")

    said = str(settle("who-gets-0", run))

    assert said.startswith(f"You said “the parent”. Your parent was handed {run.child.pid}, which is its child's ID")


@pytest.mark.parametrize("option", ["parent", "child", "first", ""])
@pytest.mark.parametrize("sure", [True, False, None])
def test_every_option_gets_another_answer(run, option, sure):
    widget = ask("who-gets-0")
    widget.pick(option)
    if sure is not None:
        widget.say_sure(sure)

    said = str(settle("who-gets-0", run))

    assert (WORDS["sure_and_wrong"] in said) == (bool(option) and option != "child" and sure is True)
    assert (WORDS["guess_and_right"] in said) == (option == "child" and sure is False)
    assert said.endswith(questions()["who-gets-0"].why)


def test_with_nothing_picked_it_is_the_same_for_every_run(run):
    said = settle("who-gets-0", run)

    assert str(said) == str(settle("who-gets-0", share(50, "b")))
    assert str(said).startswith("You had not picked an answer. The child is handed 0")
    assert str(run.child.pid) not in said._repr_html_()


IN_A_PROGRAM = """
import mmap
import os

{before}
pid = os.fork()
{after}
if pid == 0:
    os.read(read_end, 1)
    block[:2]
    os._exit(0)
block[:] = b"a" * 100
os.write(write_end, b".")
os.waitpid(pid, 0)
"""
PIPE, SHARED = "read_end, write_end = os.pipe()", "block = mmap.mmap(-1, 100)"
PRIVATE = "block = mmap.mmap(-1, 100, flags=mmap.MAP_PRIVATE)"


@pytest.mark.parametrize(
    ("id", "before", "after"), [("made-after", PIPE, SHARED), ("private-write", f"{PIPE}\n{PRIVATE}", "")]
)
def test_a_program_settles_what_a_lesson_settles(id, before, after):
    source = IN_A_PROGRAM.format(before=before, after=after)
    right = IN_A_PROGRAM.format(before=f"{PIPE}\n{SHARED}", after="")
    ask(id).pick("zeros")

    assert (
        "in your run the parent wrote 100 x 61 'a', and child 1 saw 2 x 00" in str(settle(id, program(source))).lower()
    )
    assert str(settle(id, program(right))).startswith("That cannot settle it. ")


def test_what_only_another_system_shows_is_told_there_to_whoever_picked_nothing(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")

    nobody = str(settle("pss-shared", None))
    ask("pss-shared").pick("half")
    somebody = str(settle("pss-shared", None))

    assert nobody.startswith("You had not picked an answer. 16 KiB")
    assert somebody.startswith("That cannot settle it. You need")


def test_what_cannot_settle_it_gets_one_sentence_that_says_what_can():
    ask("who-gets-0").pick("parent")

    assert str(settle("who-gets-0", 0)) == (
        'That cannot settle it. You need a run with a fork in it, such as `run = share(100, "a")`.'
    )


def test_what_has_not_settled_it_is_not_recorded(store):
    settle("who-gets-0", 0)

    assert store.records == ()


def test_a_run_that_shows_another_option_is_said_to():
    said = str(settle("new-block", b"secret"))

    assert said.startswith("Your run shows “what was there before”. What is given here shows “zeros, from end to end”.")


@pytest.mark.parametrize("call", [lambda: ask("who-gets-1"), lambda: settle("who-gets-1", 0)])
def test_a_name_that_is_not_there_is_a_lookup_error_with_close_ones(call):
    with pytest.raises(LookupError, match=r"^there is no question 'who-gets-1'; did you mean 'who-gets-0'"):
        call()


def test_the_answers_on_paper_are_those_to_what_was_asked_in_that_order():
    for name in ("new-block", "who-gets-0", "new-block"):
        ask(name)

    said = str(answers())

    assert said.startswith("1. The memory that you are given has been used before")
    assert "\n(b) zeros, from end to end. Zeros, from the first byte" in said
    assert said.count("2. A program calls") == 1
    assert "3. " not in said


def test_without_a_question_there_are_no_answers():
    assert str(answers()) == "No questions have been asked here yet."


def test_what_was_picked_before_is_shown_as_picked_again():
    ask("who-gets-0").pick("first")

    assert ask("who-gets-0").picked == "first"


def test_what_was_picked_is_kept_with_how_sure_and_when(store):
    widget = ask("who-gets-0")
    widget.pick("parent")
    widget.pick("child")
    widget.say_sure(True)

    answer = store.answer("who-gets-0")
    assert (answer.option, answer.sure, answer.times) == ("child", True, (1, 2, 3))


def test_records_go_through_json_and_back(store, run):
    kept = []
    store.subscribe(lambda record: kept.append(json.dumps(record.to_json())))
    ask("who-gets-0").pick("first")
    settle("who-gets-0", run)

    other = Store()
    other.restore(Record(**json.loads(line)) for line in kept)

    assert other.records == store.records
    assert (other.asked(), other.answer("who-gets-0")) == (store.asked(), store.answer("who-gets-0"))


def test_a_subscriber_that_has_left_is_told_nothing(store):
    told = []
    leave = store.subscribe(told.append)
    leave()

    store.add("asked", "who-gets-0")

    assert told == []


OPTIONS = (Option("a", "one", "Yes, {child_pid}."), Option("b", "two", "No."))
GOOD = {
    **{"id": "q", "text": "Which?", "options": OPTIONS, "right": "a", "shows": "It does.", "why": "So it is."},
    **{"needs": "You need a run.", "settled_by": "fork_returned", "evidence": "share()", "kind": "cell"},
}
FAULTS = {
    "option 'b' has no answer": {"options": (OPTIONS[0], Option("b", "two", " "))},
    "option 'b' has no text": {"options": (OPTIONS[0], Option("b", "", "No."))},
    "two options have the text 'one'": {"options": (OPTIONS[0], Option("b", "One ", "No."))},
    "two options have the name 'a'": {"options": (OPTIONS[0], Option("a", "two", "No."))},
    "it needs 2 to 10 options, got 1": {"options": OPTIONS[:1]},
    "no option is 'c'": {"right": "c"},
    "there is no rule 'dice'": {"settled_by": "dice"},
    "its rule does not take this: got an unexpected keyword argument 'dice'": {"look": {"dice": 6}},
    "there is no kind of evidence 'rumour'": {"kind": "rumour"},
    "it has no why": {"why": ""},
    "'M1' is no misconception": {"misconception": "M1"},
    "the answer of 'b' asks for ['weather']": {"options": (OPTIONS[0], Option("b", "two", "No, {weather}."))},
}


@pytest.mark.parametrize(("fault", "changed"), FAULTS.items(), ids=FAULTS)
def test_a_question_that_is_not_complete_is_refused(fault, changed):
    assert Question(**GOOD)

    with pytest.raises(ValueError, match=f"^question 'q': {re.escape(fault)}$"):
        Question(**{**GOOD, **changed})


@pytest.mark.parametrize("table", [{}, {"options": [{"name": "a"}]}, {"options": [{"name": "a", "txt": "one"}]}])
def test_a_file_that_is_no_question_is_refused(table):
    with pytest.raises(ValueError, match=r"^question 'q': "):
        question_of("q", table)


NO_MIX = Trials("trials()", ((0.0, "zeros"),) * 10)
SLOW_POOL = Comparison({("mmap", 100): 1.0, ("warm Pool", 100): 2.0}, (100,))
BY_CHANCE = [("torn-write", NO_MIX), ("hundred-bytes", SLOW_POOL)]


@pytest.mark.parametrize(("id", "evidence"), BY_CHANCE)
def test_what_is_measured_gets_the_same_words_whatever_came_out_if_nothing_was_picked(id, evidence):
    said = str(settle(id, evidence))

    assert said == f"You had not picked an answer. {questions()[id].shows}\n\n{questions()[id].why}"


@pytest.mark.parametrize(("id", "evidence"), BY_CHANCE)
def test_what_was_picked_is_never_answered_by_evidence_that_shows_something_else(id, evidence):
    ask(id).pick(questions()[id].options[0].name)

    assert questions()[id].why not in str(settle(id, evidence))
