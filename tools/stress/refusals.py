"""Acts that ``share`` and ``program`` should refuse: values that are no settings of theirs."""

import math

from shmlesson import program, share
from stress.act import Act
from stress.outcome import outcome


class Rude:
    """A value that says of itself more than fits in a line."""

    def __repr__(self):
        return "one\ntwo"


NOTHING_GOOD = [None, True, 0, -1, 0.5, math.nan, math.inf, "", "x" * 10_000, "ä", b"a", [], 10**5000, Rude(), object()]
NO_PROGRAM = [None, True, 0, -1, b"pass", "if", "\0", "\udcff", math.nan, [], Rude(), 10**5000]
GOOD = {
    "size": lambda value: False,
    "fill": lambda value: type(value) is int and 0 <= value <= 255,
    "wait": lambda value: False,
    "seconds": lambda value: value is None,
    "memory": lambda value: False,
    "made": lambda value: False,
    "writer": lambda value: False,
    "timeout": lambda value: value == 0.5,
}


def a_bad_value(chance):
    name = chance.choice(list(GOOD))
    value = chance.choice([value for value in NOTHING_GOOD if not GOOD[name](value)])
    return Act(f"{name}={_said(value)}", 0, lambda: _refused(lambda: share(**{name: value})))


def a_bad_program(chance):
    name, value = chance.choice(["source", "timeout", "processes"]), chance.choice(NO_PROGRAM)
    return Act(f"{name}={_said(value)}", 0, lambda: _refused(lambda: program(**{"source": "pass", name: value})))


def _said(value):
    return f"{type(value).__name__} {value!r}"[:40] if not isinstance(value, int) else hex(value)[:40]


def _refused(call):
    came = outcome(call, ValueError, TypeError, SyntaxError)
    assert came != "Run", "it was not refused"
    return came
