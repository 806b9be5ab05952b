"""An exercise is checked by what its processes did: right attempts pass, wrong ones get a sentence of their own."""

import functools
import re
from dataclasses import replace

import pytest

import shmlesson.course.checking as checking
from attempts import RIGHT, STRANGE, WRONG
from shmlesson import explore, program
from shmlesson.course import check, hint, solution
from shmlesson.course.demands import DEMANDS
from shmlesson.course.exercise import Exercise, Wanted, exercise_of, exercises
from shmlesson.course.ladder import all_exercises
from shmlesson.course.store import DONE, NOT_ATTEMPTED, NOT_YET, Store
from shmlesson.course.words import WORDS

EACH = pytest.mark.parametrize("id", exercises())


@pytest.fixture(autouse=True)
def store(monkeypatch):
    store = Store()
    monkeypatch.setattr(checking, "STORE", store)
    return store


@functools.cache
def missing(id, which):
    """What is said of an attempt; empty if it is right."""
    attempt = RIGHT[id].get(which) or WRONG[id][which][0]
    return exercises()[id].missing(attempt())


@pytest.mark.parametrize(("id", "which"), [(id, which) for id, attempts in RIGHT.items() for which in attempts])
def test_a_right_attempt_is_done(id, which):
    assert missing(id, which) == ""


WRONG_ONES = [(id, which, said) for id, attempts in WRONG.items() for which, (_, said) in attempts.items()]


@pytest.mark.parametrize(("id", "which", "said"), WRONG_ONES)
def test_a_wrong_attempt_is_told_what_is_missing(id, which, said):
    assert re.search(said, missing(id, which))


@EACH
def test_there_are_three_right_attempts_and_five_wrong_ones(id):
    assert len(RIGHT[id]) >= 3
    assert len(WRONG[id]) >= 5


def test_what_worked_by_luck_is_told_an_order_in_which_it_does_not():
    attempt = WRONG["fixed"]["the byte is sent before the write"][0]()
    worked = next(found for found in explore(attempt.source).outcomes if "aaa" in found.printed["child 1"])

    said = exercises()["fixed"].missing(program(attempt.source, order=worked.order))

    order = re.fullmatch(
        r"It worked this time\. In order (\d+) the reader sees zeros: `%%program --order \1` shows it\.", said
    )
    assert "x00" in program(attempt.source, order=int(order[1])).child.printed


@EACH
def test_its_own_solution_is_right(id):
    exercise = exercises()[id]
    if exercise.takes != "program":
        return

    assert exercise.missing(program(exercise.solution)) == ""


@EACH
@pytest.mark.parametrize("given", [None, *STRANGE], ids=lambda given: type(given).__name__)
def test_nothing_and_what_is_of_another_sort_are_no_attempts(id, given, store):
    said = str(check(id, given))

    assert said.startswith(("Not attempted yet. ", "That cannot be checked. "))
    assert store.state(id) == NOT_ATTEMPTED


@pytest.mark.parametrize("id", [exercise.id for exercise in exercises().values() if exercise.starter])
def test_the_program_that_it_begins_with_is_no_attempt_and_is_not_right(id, store):
    exercise = exercises()[id]
    run = program(exercise.starter, timeout=3)
    other = replace(run, source=f"{exercise.starter}done = True\n")

    assert str(check(id, run)).startswith("Not attempted yet: this is still the program")
    assert str(check(id, other)).startswith("Not yet. ")
    assert store.state(id) == NOT_YET


def test_three_states_are_three_messages(store):
    states = []
    for given in (None, RIGHT["your-name"]["a slice"](), WRONG["your-name"]["at the front"][0]()):
        states.append((str(check("your-name", given)).partition(".")[0], store.records[-1].value))

    assert states == [("Not attempted yet", NOT_ATTEMPTED), ("Done", DONE), ("Not yet", NOT_YET)]
    assert store.state("your-name") == DONE


def test_what_was_explored_can_be_checked_too():
    found = explore(exercises()["crosswise"].solution)

    assert str(check("crosswise", found)).startswith("Done. ")


def test_a_program_is_found_by_its_name(shell):
    shell.user_ns["every_addition"] = RIGHT["your-name"]["a slice"]()
    shell.user_ns["block"] = RIGHT["your-name"]["a slice"]()

    assert str(check("every-addition")).startswith("That cannot be checked. `check` needs the run")
    assert str(check("your-name", "block")).startswith("Done. ")
    assert str(check("your-name", "nothing")).startswith("That cannot be checked. ")
    assert str(check("initial", "k")).startswith("That cannot be checked. `check` needs what `share` returns")


def test_a_program_that_did_not_run_is_not_taken_for_the_one_before_it(shell, store):
    shell.run_cell_magic("program", "strayed", exercises()["strayed"].solution)
    assert str(check("strayed")).startswith("Done. ")

    with pytest.raises(Exception, match="was never closed"):
        shell.run_cell_magic("program", "strayed", "print(")

    said = "Not attempted yet: the last program with the name `strayed` did not run."
    assert str(check("strayed")).startswith(said)
    assert str(check("strayed", shell.user_ns["strayed"])).startswith(said)
    assert store.state("strayed") == DONE  # as it had been


def test_a_closed_block_cannot_be_checked():
    block = RIGHT["your-name"]["a slice"]()
    block.close()

    assert str(check("your-name", block)).startswith("That cannot be checked. ")


def test_hints_come_one_after_the_other():
    hints = exercises()["fixed"].hints
    said = [str(hint("fixed")) for _ in range(4)]

    assert said[:3] == [f"Hint {number} of 3: {text}" for number, text in enumerate(hints, 1)]
    assert said[3] == f"{said[2]}\n\nThat was the last one. If nothing helps: `solution('fixed')`."


@pytest.mark.parametrize(("hints", "left"), [(0, "3 more hints: "), (2, "one more hint: "), (5, "had all the hints")])
def test_a_solution_is_told_when_it_is_asked_for_twice(hints, left):
    for _ in range(hints):
        hint("fixed")

    first, second = solution("fixed"), solution("fixed")

    assert left in str(first)
    assert first.code == ""
    assert second.code == exercises()["fixed"].solution
    assert "os.waitpid(pid, 0)</pre>" in second._repr_html_()


def test_whoever_has_done_it_sees_a_solution_at_once():
    check("your-name", RIGHT["your-name"]["a slice"]())

    assert solution("your-name").code


@pytest.mark.parametrize("call", [check, hint, solution])
def test_a_name_that_is_not_there_is_a_lookup_error_with_close_ones(call):
    with pytest.raises(LookupError, match=r"^there is no exercise 'fixt'; did you mean 'fixed'\?$"):
        call("fixt")


def test_every_demand_is_made_by_an_exercise():
    made = {wanted.of for exercise in all_exercises().values() for wanted in (*exercise.demands, *exercise.remarks)}

    assert set(DEMANDS) - made == set()


def test_every_word_is_said_somewhere():
    assert [name for name, text in WORDS.items() if not text.strip()] == []


GOOD = {
    **{"id": "e", "text": "Do it.", "takes": "block", "needs": "A block.", "hints": ("a", "b", "c")},
    **{"solution": "done", "done": "Well.", "demands": (Wanted("block_of_size", "It has {size}.", {"size": 1}),)},
}
FAULTS = {
    "it has no solution": {"solution": ""},
    "it has no demands": {"demands": ()},
    "it needs 3 hints, got 1": {"hints": ("a",)},
    "there is nothing like 'rumour' to check": {"takes": "rumour"},
    "there is no demand 'luck'": {"demands": (Wanted("luck", "No."),)},
    "nothing is said for 'a_block'": {"demands": (Wanted("a_block", ""),)},
    "the sentence for 'a_block' asks for ['luck']": {"demands": (Wanted("a_block", "{luck}"),)},
    "block_of_size does not take this: missing a required argument: 'size'": {
        "demands": (Wanted("block_of_size", "It has {size}."),)
    },
}


@pytest.mark.parametrize(("fault", "changed"), FAULTS.items(), ids=FAULTS)
def test_an_exercise_that_is_not_complete_is_refused(fault, changed):
    assert Exercise(**GOOD)

    with pytest.raises(ValueError, match=f"^exercise 'e': {re.escape(fault)}$"):
        Exercise(**{**GOOD, **changed})


@pytest.mark.parametrize("table", [{}, {"demands": [{"of": "a_block"}]}])
def test_a_file_that_is_no_exercise_is_refused(table):
    with pytest.raises(ValueError, match=r"^exercise 'e': "):
        exercise_of("e", table)
