"""Each program of the corpus gets the verdicts that its head asks for, and no others; and prints as in a terminal."""

import functools
import importlib.util
import os
import re
import subprocess
import sys
from collections import Counter

import pytest

from corpus import HEADS, PATHS, TEXTS, expected
from shmlesson import explore, program
from shmlesson.analysis.verdicts.verdict import KINDS

FORMS = {
    "title": r"\w.*[^.]",
    "misconception": r"M(0[1-9]|[12]\d|3[0-2])",
    "verdicts": rf"none|({'|'.join(map(re.escape, KINDS))})( \d+)*",
    "outcome": r"deadlock|(parent|child [\d.]+) prints .+",
    "complete": r"yes",
    "prints": r"varies",
    "timeout": r"\d+",
    "needs": r"numpy|linux|resize",
    "limit": r"\w.*[^.]",
}
MORE_IN_A_RUN = {
    "named_memory_that_stays",  # a search removes after each order what that has left
    "handler_that_sets_what_it_interrupts",  # whoever waits for a turn has not begun to wait for the event
    "file_that_says_so_too_early",  # a look at a file takes no turn: a replay does not report it where it was done
}
THERE = {
    "numpy": importlib.util.find_spec("numpy") is not None,
    "linux": sys.platform == "linux",
    "resize": sys.platform == "linux" and sys.version_info < (3, 14),  # newer ones refuse, and nothing happens
}


def each(names, *, judged=False):
    """The test, once for each of these programs; skipped where one cannot run, failing where the judge has a limit."""
    return pytest.mark.parametrize("name", [pytest.param(name, marks=tuple(marks(name, judged))) for name in names])


def marks(name, judged):
    lacks = [need for need in HEADS[name].get("needs", []) if not THERE[need]]
    yield pytest.mark.skipif(bool(lacks), reason=f"needs {' '.join(lacks)}")
    if judged and "limit" in HEADS[name]:
        yield pytest.mark.xfail(reason=HEADS[name]["limit"][0], strict=True)


def given(verdicts):
    """The same of verdicts that were given; which of two equal processes came first is no matter of the program's."""
    return {(verdict.kind, tuple(sorted(set(verdict.lines)))) for verdict in verdicts}


def timeout(name):
    return float(HEADS[name].get("timeout", ["10"])[0])


def in_a_terminal(name):
    """The lines that ``python NAME.py`` writes on a terminal, how often each, and its exit code."""
    reader, terminal = os.openpty()
    command = [sys.executable, str(PATHS[0].with_name(f"{name}.py"))]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    try:
        done = subprocess.run(command, env=environment, stdout=terminal, stderr=subprocess.DEVNULL, timeout=10)
    finally:
        os.close(terminal)
    with open(reader, "rb", buffering=0) as screen:
        written = b"".join(iter(lambda: piece_of(screen), b""))
    return Counter(written.decode().splitlines()), done.returncode


def piece_of(screen):
    """Some bytes; none when the last process that had the terminal has ended."""
    try:
        return screen.read(4096)
    except OSError:
        return b""  # Linux gives EIO there, macOS the end of the file


@functools.cache
def ran(name):
    """The program as the lessons run it, run once for all that is asked of that."""
    return program(TEXTS[name], timeout=timeout(name))


def in_a_run(name):
    """The same of the program as the lessons run it."""
    run = ran(name)
    printed = [event.detail["text"] for event in run.events if event.kind == "prints"]
    code = run.parent.exit_code if run.parent.signal is None else -run.parent.signal
    return Counter("".join(printed).splitlines()), code


def described(outcome):
    """What an outcome is called in a head: all that it can be called."""
    lines = {role: " / ".join(text.splitlines()) for role, text in outcome.printed.items()}
    return {f"{role} prints {text}" for role, text in lines.items()} | ({"deadlock"} if outcome.stuck else set())


@each(TEXTS, judged=True)
def test_a_program_gets_the_verdicts_that_it_earns_and_no_others(name):
    run = ran(name)

    assert given(run.verdicts) == expected(name), "\n".join(map(str, run.verdicts))
    assert (run.stopped_after is not None) == ("timeout" in HEADS[name])


@each([name for name, head in HEADS.items() if "timeout" not in head])
def test_a_program_prints_and_exits_as_it_does_in_a_terminal(name):
    bare, bare_code = in_a_terminal(name)

    printed, code = in_a_run(name)

    assert code == bare_code
    assert "prints" in HEADS[name] or printed == bare


@each([name for name, head in HEADS.items() if "outcome" in head])
def test_exploring_finds_the_outcomes_that_there_are_and_no_others(name):
    outcomes = set(HEADS[name]["outcome"])

    orders = explore(TEXTS[name], orders=500)

    assert outcomes <= set().union(*map(described, orders.outcomes))
    assert [each for each in orders.outcomes if not described(each) & outcomes] == []
    assert orders.complete or "complete" not in HEADS[name]


@each([name for name in TEXTS if name not in MORE_IN_A_RUN], judged=True)
def test_exploring_gives_the_verdicts_that_a_run_gives_and_none_on_what_it_has_ended_itself(name, monkeypatch):
    if "timeout" in HEADS[name]:  # what hangs, and cannot be explored, need not hang for longer than it does in a run
        monkeypatch.setattr(sys.modules["shmlesson.api.explore"], "_REPLAY", max(3, timeout(name)))

    orders = explore(TEXTS[name], orders=100, timeout=max(10, timeout(name)))

    assert given(orders.verdicts) == expected(name), str(orders)


@pytest.mark.parametrize("name", TEXTS)
def test_a_head_is_well_formed(name):
    head, lines = HEADS[name], len(TEXTS[name].splitlines())

    odd = [(key, value) for key in head for value in head[key] if not re.fullmatch(FORMS.get(key, "(?!)"), value)]
    assert odd == []
    assert {key: len(head.get(key, [])) for key in ("title", "misconception")} == {"title": 1, "misconception": 1}
    assert head["verdicts"] == ["none"] or "none" not in head["verdicts"]
    assert all(number <= lines for _, numbers in expected(name) for number in numbers)


def test_there_are_at_least_forty_programs_and_twenty_two_of_them_are_right():
    right = [name for name in TEXTS if not expected(name)]

    assert len(TEXTS) >= 56
    assert len(right) >= 22


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_verdict_is_earned_by_at_least_two_programs(kind):
    earned = [name for name in TEXTS if kind in {kind for kind, _ in expected(name)}]

    assert len(earned) >= 2


def test_no_title_is_given_twice():
    titles = Counter(head["title"][0] for head in HEADS.values())

    assert [title for title, times in titles.items() if times > 1] == []
