"""What a notebook may call, drawn at random: programs that misbehave, orders of their steps, shares, wrong input."""

import math
import os
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from hypothesis import strategies as st

from misdeeds import ENDLESS, MISDEEDS
from shmlesson import explore, program, share
from stress.oracle import all_came, outcome, right_share

LONG = 20  # seconds, more than any call needs that comes to its own end
PREFIX = f"shmlesson-stress-{os.getpid()}-"  # of the names of memory that these programs make
NAMED = """
import os, signal, time
from multiprocessing.shared_memory import SharedMemory
SharedMemory(f"{prefix}{{time.monotonic_ns()}}", create=True, size=1)
os.fork()
{end}
"""


class Call(NamedTuple):
    """Something that a notebook does; ``do`` returns what came of it, and may take so many ``seconds``."""

    kind: str
    name: str
    seconds: float
    do: Callable[[], str]


def seconds(least, most):
    """Seconds between these two, none likelier than others: of floats, hypothesis prefers the round ones."""
    return st.integers(round(least * 1e6), round(most * 1e6)).map(lambda microseconds: microseconds / 1e6)


names = st.sampled_from(list(MISDEEDS))


@st.composite
def misdeeds(draw):
    name, in_time = draw(names), draw(st.sampled_from([True, True, False]))
    limit = draw(seconds(0.2, 0.6)) if name in ENDLESS else LONG if in_time else draw(seconds(0.001, 0.1))
    settings = {
        "timeout": limit,
        "processes": draw(st.sampled_from([3, 30, 200])),
        "watch": draw(st.sampled_from([None, lambda event: None])),
    }
    run = partial(program, MISDEEDS[name], **settings)
    return Call("misdeed", f"{name} ({limit:.3f} s)", limit, lambda: outcome(run))


@st.composite
def orders(draw):
    name, count = draw(names), draw(st.sampled_from([1, 5, 20]))
    search = partial(explore, MISDEEDS[name], orders=count, timeout=5)
    return Call("orders", f"{count} orders of {name}", LONG, lambda: outcome(search))


@st.composite
def memory_with_a_name(draw):
    """A program that makes some, and is killed before it has unlinked it: by itself, or at its deadline."""
    end = draw(st.sampled_from(["os.kill(os.getpid(), signal.SIGKILL)", "signal.pause()"]))
    source, limit = NAMED.format(prefix=PREFIX, end=end), draw(seconds(0.001, 1))
    run = partial(program, source, timeout=limit)
    return Call("memory with a name", f"{end} ({limit:.3f} s)", limit, lambda: outcome(run))


@st.composite
def settings_of_share(draw):
    """Valid settings of ``share``."""
    settings = {
        "size": draw(st.one_of(st.integers(1, 300), st.integers(4095, 4097), st.integers(1, 1 << 22))),
        "fill": draw(st.one_of(st.integers(0, 127).map(chr), st.integers(0, 255))),
        "memory": draw(st.sampled_from(["shared", "private", "bytearray"])),
        "made": draw(st.sampled_from(["before", "after"])),
        "writer": draw(st.sampled_from(["parent", "child"])),
        "timeout": LONG,
    }
    waits = ["pipe", "semaphore", "sleep", "none"] + ["wait"] * (settings["writer"] == "child")
    settings["wait"] = draw(st.sampled_from(waits))
    return settings | ({"seconds": draw(seconds(0, 0.05))} if settings["wait"] == "sleep" else {})


def share_with(settings):
    return Call("share", f"share(**{settings})", LONG, lambda: outcome(partial(right_share, settings)))


def several(calls):
    return Call("many shares", f"{len(calls)} shares", LONG, lambda: all_came([call.do() for call in calls]))


shares = settings_of_share().map(share_with)
many_shares = st.lists(shares, min_size=5, max_size=30).map(several)
runs = st.one_of(shares, misdeeds(), memory_with_a_name())


# What is to be refused


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


def refused(function, name, value):
    said = f"{type(value).__name__} {value!r}" if not isinstance(value, int) else hex(value)
    return Call("bad input", f"{name}={said[:40]}", 0, lambda: _refused(partial(function, **{name: value})))


def _refused(call):
    came = outcome(call, ValueError, TypeError, SyntaxError)
    assert came != "Run", "it was not refused"
    return came


def run_pass(**settings):
    """``program`` with one setting that is no good, and otherwise a program that could run."""
    return program(**{"source": "pass"} | settings)


bad_input = st.sampled_from(
    [refused(share, name, value) for name, good in GOOD.items() for value in NOTHING_GOOD if not good(value)]
    + [refused(run_pass, name, value) for name in ("source", "timeout", "processes") for value in NO_PROGRAM]
)
calls = st.one_of(bad_input, misdeeds(), orders(), memory_with_a_name(), shares, many_shares)
