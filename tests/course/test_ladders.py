"""A ladder leads up to an exercise: what was arranged or filled in runs, and is checked by what it did."""

import functools
import re

import pytest
import traitlets

import shmlesson.course.arranging as arranging
import shmlesson.course.checking as checking
from shmlesson import program
from shmlesson.course import Arrange, FillIn, check, hint, solution
from shmlesson.course.exercise import exercises
from shmlesson.course.ladder import Ladder, all_exercises, ladders
from shmlesson.course.store import DONE, NOT_ATTEMPTED, NOT_YET, Store

EACH = pytest.mark.parametrize("id", ladders())
run = functools.cache(program)

FORK, IF, EXIT, REAP = "pid = os.fork()", "if pid == 0:", "    os._exit(0)", "os.waitpid(pid, 0)"
MAP, WRITE, LOOK = "block = mmap.mmap(-1, 4)", '    block[:] = b"aaaa"', "print(block[:])"
MAIN_WRITE, CHILD_LOOK = 'block[:] = b"aaaa"', "    print(block[:])"
PIPE, SEND, RECEIVE = "read_end, write_end = os.pipe()", 'os.write(write_end, b".")', "    os.read(read_end, 1)"
BYTE, LOCK = "block = mmap.mmap(-1, 1)", 'lock = multiprocessing.get_context("fork").Lock()'
TAKE, ADD, GIVE, SHOW = "lock.acquire()", "block[0] += 1", "lock.release()", "print(block[0])"
PART, LEAVE = '    print("the child\'s part")', "    os._exit(7)"
STATUS, CODE = "_, status = os.waitpid(pid, 0)", 'print("the child left with", os.waitstatus_to_exitcode(status))'
SLEEP = "time.sleep(0.1)"
MAPS, FORKS = f"import mmap\n{MAP}\n", f"import os, sys, time\n{FORK}\n{IF}\n"
WRITTEN = {
    "right": {
        "the parent writes": (f"{MAPS}{FORKS}{EXIT}\n{REAP}\n{MAIN_WRITE}\n{LOOK}", "what it had written there itself"),
        "a constant": (f"{MAPS}{FORKS}{WRITE}\n{EXIT}\n{REAP}\nprint(b'aaaa')", "it has never looked into the block"),
        "a constant beside a look": (
            f"{MAPS}{FORKS}{WRITE}\n{EXIT}\n{REAP}\nblock[:]\nprint(b'bbbb')",
            "After its look it printed b'bbbb'",
        ),
        "private": (
            f"import mmap\nblock = mmap.mmap(-1, 4, flags=mmap.MAP_PRIVATE)\n{FORKS}{WRITE}\n{EXIT}\n{REAP}\n{LOOK}",
            "is private: what the child writes there, only the child can see",
        ),
        "by luck": (
            f"{MAPS}{FORKS}{WRITE}\n{EXIT}\ntime.sleep(0.3)\n{LOOK}\n{REAP}",
            "an order of the steps in which the parent looks first",
        ),
    },
    "by-pipe": {
        "an end of file": (
            f"{MAPS}import os\n{PIPE}\n{FORK}\n{IF}\n    os.close(write_end)\n{RECEIVE}\n{CHILD_LOOK}\n{EXIT}\n"
            f"{MAIN_WRITE}\nos.close(write_end)\n{REAP}",
            "no byte has come through a pipe",
        ),
        "a semaphore": (
            f"{MAPS}import os, multiprocessing\ns = multiprocessing.get_context('fork').Semaphore(0)\n{FORK}\n{IF}\n"
            f"    s.acquire()\n{CHILD_LOOK}\n{EXIT}\n{MAIN_WRITE}\ns.release()\n{REAP}",
            "no byte has come through a pipe",
        ),
    },
    "in-turn": {
        "printed before the child is done": (
            f"import mmap, multiprocessing, os\n{BYTE}\n{LOCK}\n{FORK}\n{TAKE}\n{ADD}\n{GIVE}\n"
            f"{IF}\n{EXIT}\n{SHOW}\n{REAP}",
            # Whether the race is seen depends on who was first; that there is such an order does not.
            r"(another time it can be something else\. Line|There is an order of the steps)",
        ),
    },
    "reaped": {
        "a constant before the wait": (
            f"{FORKS}{PART}\n{LEAVE}\nprint('the child left with 7')\n{REAP}",
            "before it has waited for its child",
        ),
        "a constant after it": (
            f"{FORKS}{PART}\n{LEAVE}\n{REAP}\nprint('the child left with 7')",
            "would print 7 whatever its child left with: in a second run that was 17",
        ),
        "a poll": (
            f"{FORKS}{PART}\n{LEAVE}\ntime.sleep(0.5)\n_, status = os.waitpid(pid, os.WNOHANG)\n{CODE}",
            "the parent asks before the child has left, and then it prints “the child left with 0”",
        ),
    },
}

RIGHT = {
    "right": [
        [MAP, FORK, IF, WRITE, EXIT, REAP, LOOK],
        [MAP, FORK, IF, WRITE, CHILD_LOOK, EXIT, SLEEP, REAP, LOOK],
        [MAP, FORK, IF, CHILD_LOOK, WRITE, EXIT, REAP, LOOK],
    ],
    "by-pipe": [
        [MAP, PIPE, FORK, IF, RECEIVE, CHILD_LOOK, EXIT, MAIN_WRITE, SEND, REAP],
        [PIPE, MAP, FORK, IF, RECEIVE, CHILD_LOOK, EXIT, MAIN_WRITE, SEND, REAP],
        [PIPE, MAP, MAIN_WRITE, FORK, IF, RECEIVE, CHILD_LOOK, EXIT, SEND, REAP],
    ],
    "in-turn": [
        [BYTE, LOCK, FORK, TAKE, ADD, GIVE, IF, EXIT, REAP, SHOW],
        [LOCK, BYTE, FORK, TAKE, ADD, GIVE, IF, EXIT, REAP, SHOW],
        [LOCK, BYTE, FORK, TAKE, ADD, SLEEP, GIVE, IF, EXIT, REAP, SHOW],
    ],
    "reaped": [
        [FORK, IF, PART, LEAVE, STATUS, CODE],
        [FORK, IF, PART, LEAVE, SLEEP, STATUS, CODE],
        [SLEEP, FORK, IF, PART, "    sys.exit(7)", STATUS, CODE],
    ],
}
WRONG = {
    "right": {
        "mapped after the fork": ([FORK, MAP, IF, WRITE, EXIT, REAP, LOOK], "Two blocks were made"),
        "looked before it waited": (
            [MAP, FORK, IF, WRITE, EXIT, LOOK, REAP],
            r"looked too early|the parent looks first",
        ),
        "a sleep": ([MAP, FORK, IF, WRITE, EXIT, SLEEP, LOOK, REAP], r"the parent looks first|One thing is left: "),
        "no fork": ([MAP, LOOK], r"Ran: 1 process\."),
        "the child goes on": ([MAP, FORK, IF, WRITE, REAP, LOOK], "An error ended child 1: `ChildProcessError"),
        "no write": ([MAP, FORK, IF, CHILD_LOOK, EXIT, REAP, LOOK], "Nobody has written"),
        "no look": ([MAP, FORK, IF, WRITE, EXIT, REAP], "It printed nothing"),
        "not reaped": ([MAP, FORK, IF, WRITE, EXIT, LOOK], r"too early|looks first|left: "),
        "no child's part": (
            [MAP, FORK, IF, REAP],
            r"That is not a valid program, so nothing ran: Python stumbles at `os\.waitpid",
        ),
        "an indent of nothing": ([MAP, WRITE], "unexpected indent"),
    },
    "by-pipe": {
        "sent before the write": (
            [MAP, PIPE, FORK, IF, RECEIVE, CHILD_LOOK, EXIT, SEND, MAIN_WRITE, REAP],
            r"In order \d+ the reader sees zeros|looked too early",
        ),
        "reaped before it is sent": (
            [MAP, PIPE, FORK, IF, RECEIVE, CHILD_LOOK, EXIT, MAIN_WRITE, REAP, SEND],
            "still going after 0.5 seconds",
        ),
        "a pipe each": (
            [MAP, FORK, PIPE, IF, RECEIVE, CHILD_LOOK, EXIT, MAIN_WRITE, SEND, REAP],
            "still going after 0.5 seconds",
        ),
        "a sleep": (
            [MAP, PIPE, FORK, IF, "    time.sleep(0.1)", CHILD_LOOK, EXIT, MAIN_WRITE, REAP],
            "a sleep where the wait should be",
        ),
        "looked first": (
            [MAP, PIPE, FORK, IF, CHILD_LOOK, RECEIVE, EXIT, MAIN_WRITE, SEND, REAP],
            r"looked too early|In order \d+",
        ),
        "mapped after the fork": (
            [PIPE, FORK, MAP, IF, RECEIVE, CHILD_LOOK, EXIT, MAIN_WRITE, SEND, REAP],
            "Two blocks were made",
        ),
    },
    "in-turn": {
        "a lock each": ([BYTE, FORK, LOCK, TAKE, ADD, GIVE, IF, EXIT, REAP, SHOW], "an addition can be lost"),
        "no lock": ([BYTE, FORK, ADD, IF, EXIT, REAP, SHOW], "an addition can be lost"),
        "given back too early": ([BYTE, LOCK, FORK, TAKE, GIVE, ADD, IF, EXIT, REAP, SHOW], "an addition can be lost"),
        "never given back": ([BYTE, LOCK, FORK, TAKE, ADD, IF, EXIT, REAP, SHOW], "still going after 0.5 seconds"),
        "a block each": ([LOCK, FORK, BYTE, TAKE, ADD, GIVE, IF, EXIT, REAP, SHOW], r"should find 2 in the end"),
        "only one adds": ([BYTE, LOCK, FORK, IF, EXIT, TAKE, ADD, GIVE, REAP, SHOW], "Only the parent has written"),
        "not printed": ([BYTE, LOCK, FORK, TAKE, ADD, GIVE, IF, EXIT, REAP], r"should (find|print) 2"),
    },
    "reaped": {
        "nobody waits": (
            [FORK, IF, PART, LEAVE, 'print("the child left with", pid)'],
            "left (over|behind) as a zombie",
        ),
        "the wrong number": (
            [FORK, IF, PART, LEAVE, STATUS, 'print("the child left with", pid)'],
            r"It printed “the child left with \d+”",
        ),
        "the child waits for itself": ([FORK, IF, PART, f"    {STATUS}", LEAVE, STATUS, CODE], "ChildProcessError"),
        "no status": ([FORK, IF, PART, LEAVE, CODE], "`NameError: name 'status'"),
        "no fork": ([SLEEP], r"Ran: 1 process\."),
        "it goes on": ([FORK, IF, PART, STATUS, CODE], "An error ended child 1: `ChildProcessError"),
    },
}


@pytest.fixture(autouse=True)
def store(monkeypatch):
    store = Store()
    monkeypatch.setattr(checking, "STORE", store)
    return store


def arranged(id, order):
    """What is said of these lines in this order."""
    widget = Arrange(id)
    lines = [*ladders()[id].lines]
    places = []
    for line in order:
        places.append(lines.index(line))
        lines[places[-1]] = None  # of two that are the same, the other one is next
    widget.order = places
    widget.run()
    return re.sub(r"<[^>]+>", lambda tag: "`" if "code" in tag[0] else "", widget._said.value)


@pytest.mark.parametrize(("id", "order"), [(id, order) for id, orders in RIGHT.items() for order in orders])
def test_every_right_order_is_right(id, order, store):
    assert arranged(id, order).startswith("Done. ")
    assert store.state(id) == DONE


@pytest.mark.parametrize(("id", "which"), [(id, which) for id, orders in WRONG.items() for which in orders])
def test_a_wrong_order_is_told_what_it_did(id, which, store, monkeypatch):
    order, said = WRONG[id][which]
    if "still going" in said:
        monkeypatch.setattr(arranging, "_SECONDS", 0.5)

    told = arranged(id, order)

    assert re.search(said, told.replace("&#x27;", "'").replace("&quot;", '"'))
    assert store.state(id) in (NOT_YET, NOT_ATTEMPTED)


@pytest.mark.parametrize(("id", "which"), [(id, which) for id, written in WRITTEN.items() for which in written])
def test_what_only_looks_right_is_told_apart_too(id, which):
    source, said = WRITTEN[id][which]

    assert re.search(said, ladders()[id].exercise.missing(program(source)))


@pytest.mark.parametrize(
    "show", ["print(block[:].decode())", "print(*map(chr, block[:]), sep='')", "print(block[0:4])"]
)
def test_the_bytes_may_be_printed_as_text(show):
    source = f"{MAPS}import os\n{PIPE}\n{FORK}\n{IF}\n{RECEIVE}\n    {show}\n{EXIT}\n{MAIN_WRITE}\n{SEND}\n{REAP}"

    assert ladders()["by-pipe"].exercise.missing(program(source)) == ""


@pytest.mark.parametrize("leave", ["sys.exit(7)", "exit(7)", "raise SystemExit(7)"])
def test_a_child_that_leaves_by_an_exception_gets_a_remark(leave):
    given = program(f"{FORKS}{PART}\n    {leave}\n{STATUS}\n{CODE}")

    assert re.fullmatch(
        r"Done\. .* One remark: child 1 left by an exception, `SystemExit`, .*", str(check("reaped", given))
    )


def test_adding_without_a_lock_gets_a_remark():
    given = program(f"import mmap, os\n{BYTE}\n{FORK}\nif pid:\n    {REAP}\n{ADD}\n{IF}\n{EXIT}\n{SHOW}")

    assert "One remark: " in str(check("in-turn", given))


@EACH
def test_there_are_three_right_orders_and_five_wrong_ones(id):
    assert len(RIGHT[id]) >= 3
    assert len(WRONG[id]) >= 5


@EACH
def test_before_anything_is_done_nothing_is_attempted(id, store):
    for widget in (Arrange(id), FillIn(id)):
        widget.run()

        assert "Not attempted yet. " in widget._said.value
    assert store.state(id) == NOT_ATTEMPTED


@EACH
def test_its_solution_filled_in_is_right(id):
    widget = FillIn(id)
    widget.texts = sorted(ladders()[id].blanks, key=ladders()[id].exercise.solution.index)

    assert widget.source == ladders()[id].exercise.solution.lstrip("\n")
    assert ladders()[id].exercise.missing(run(widget.source)) == ""


def test_another_right_filling_is_right():
    widget = FillIn("right")
    widget.texts = ["mmap.mmap(-1, length=4)", "os.wait()"]
    widget.run()

    assert "Done. " in widget._said.value


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["mmap.mmap(-1, 4)", "pass"], r"Not yet\. "),
        (["bytearray(4)", "os.wait()"], r"Not yet\. Nobody has written into the block"),
        (
            ["mmap.mmap(-1, 4", "os.wait()"],
            r"That is not a valid program, so nothing ran: Python stumbles at <code>block = mmap",
        ),
        (["1 / 0", "os.wait()"], r"Not yet\. An error ended the parent: <code>ZeroDivisionError"),
        (["", "os.wait()"], r"That is not a valid program"),
    ],
)
def test_a_wrong_filling_is_told_what_it_did(texts, said):
    widget = FillIn("right")
    widget.texts = texts
    widget.run()

    assert re.search(said, widget._said.value)


def test_the_third_step_is_an_exercise_like_any_other():
    exercise = ladders()["reaped"].exercise

    assert str(check("reaped")) == f"Not attempted yet. {exercise.text}"
    assert str(hint("reaped")).startswith("Hint 1 of 3: ")
    assert str(check("reaped", run(exercise.solution))) == f"Done. {exercise.done}"
    assert solution("reaped").code == exercise.solution


@EACH
def test_the_lines_are_those_of_its_solution_and_some_more_and_never_in_their_order(id):
    ladder = ladders()[id]
    own = [line for line in ladder.exercise.solution.strip().splitlines() if line and line not in ladder.head]

    assert sorted(ladder.lines) == sorted([*own, *ladder.distractors])
    assert [line for line in ladder.lines if line in own] != own
    assert ladder.lines == Arrange(id)._lines


def test_no_ladder_has_the_name_of_an_exercise():
    assert exercises().keys() & ladders().keys() == set()
    assert all_exercises().keys() == exercises().keys() | ladders().keys()


@pytest.mark.parametrize("order", [[0, 0], [-1], [99]])
def test_a_line_comes_once_and_is_there(order):
    with pytest.raises(traitlets.TraitError, match="each once"):
        Arrange("right").order = order


@pytest.mark.parametrize("kind", [Arrange, FillIn])
def test_a_name_that_is_none_is_a_lookup_error_with_close_ones(kind):
    with pytest.raises(LookupError, match=r"^there is no ladder 'rigt'; did you mean 'right'\?$"):
        kind("rigt")


@pytest.mark.parametrize("changed", [{"blanks": ("os", "1")}, {"blanks": ("mmap.mmap(-1, 4)",)}, {"distractors": ()}])
def test_a_ladder_that_is_not_complete_is_refused(changed):
    good = {name: getattr(ladders()["right"], name) for name in ("exercise", "task", "distractors", "blanks")}

    with pytest.raises(ValueError, match=r"^ladder 'right' needs distractors, and 2 blanks of its solution: "):
        Ladder(**{**good, **changed})


def test_its_face_is_a_lettered_list_that_stays_as_it_is():
    widget = Arrange("right")
    before = widget.face_text()
    widget.order = [2, 1]

    assert widget.face_text() == before
    assert re.findall(r"^\((\w)\) ", before, re.MULTILINE) == [*"abcdefghij"]
    assert "(a) " in widget.face_html()


def test_the_face_of_the_second_step_has_numbered_blanks():
    assert "block = __(1)__\npid = os.fork()" in FillIn("right").face_text()
    assert "__(2)__" in FillIn("right").face_html()
