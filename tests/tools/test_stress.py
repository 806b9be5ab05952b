"""The stress run itself: it passes where all is well, repeats itself, and sees what is broken."""

import re
import subprocess
import sys
from functools import partial

import hypothesis
import pytest
from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.strategies import lists

from kernels import ROOT, answer
from misdeeds import MISDEEDS
from stress.__main__ import do_round
from stress.calls import misdeeds, orders
from stress.machine import Stress

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has subreapers and all of these limits")
KINDS = {
    *("bad input", "share", "many shares", "misdeed", "orders", "memory with a name"),
    *("interrupt", "server is killed", "server is killed between runs", "process is killed", "two threads"),
    *("kernel is killed", "kernel has too little"),
}
BROKEN = {
    "a wrong result": "machine.share = lambda **settings: share(99)",
    "a descriptor left behind": "machine.share = lambda **settings: os.dup(0) and share()",
    "a file left behind": "machine.share = lambda **settings: tempfile.mkstemp() and share()",
    "memory left behind": "machine.share = lambda **settings: name_memory() or share()",
    "a thread left behind": "machine.share = lambda **settings: threading.Timer(5, int).start() or share()",
    "a zombie left behind": "machine.share = lambda **settings: subprocess.Popen('true') and share()",
    "a process left behind": "server._START = server._START.replace('main()', PATCH + 'main()'); machine.LONG = 2",
    "an end that comes late": "machine.TOO_LATE = -100",
    "an error of many lines": "calls.program = say_two_lines",
}
SCRIPT = """
import os, subprocess, sys, tempfile, threading, time
sys.path[:0] = ["tools", "tests/support"]
from multiprocessing.shared_memory import SharedMemory
from hypothesis.stateful import RULE_MARKER
from shmlesson.client import server
from shmlesson import share
from shmlesson.errors import ShmlessonError
from stress import calls, machine
from stress.__main__ import main
PATCH = "import shmlesson.forkserver.conductor as broken; broken.end_tree = lambda *_: None; "
def say_two_lines(source, **settings):
    raise ShmlessonError("one\\ntwo")
def name_memory():
    SharedMemory(f"{{calls.PREFIX}}{{time.monotonic_ns()}}", create=True, size=1)
for name, rule in [*vars(machine.Stress).items()]:
    if hasattr(rule, RULE_MARKER) and name != "call":
        delattr(machine.Stress, name)
{broken}
print("exit code", main(["--seconds", "60", "--seed", "5"]))
"""


class Noted(Stress):
    """Its steps are noted, and nothing is done."""

    def __init__(self, steps):
        RuleBasedStateMachine.__init__(self)
        self.steps = steps

    def do(self, call):
        self.steps.append((call.kind, call.name))

    def check_invariants(self, *_):
        """Nothing has been done."""


def steps(*seeds):
    """The kind and the name of each step that these seeds decide on."""
    noted = []
    for seed in seeds:
        do_round(seed, partial(Noted, noted))
    return noted


@on_linux
def test_a_short_run_passes_and_begins_with_its_seed():
    command = [sys.executable, "tools/stress", "--seconds", "1", "--seed", "7"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.startswith("seed 7\n")


def test_a_seed_decides_on_the_steps_whatever_was_before_and_another_one_on_others():
    assert steps(6, 7) == steps(6) + steps(7)
    assert steps(7) != steps(8)


def until_all_came(wanted, rounds):
    """What these rounds bring, one after the other, until all that is wanted has come: how many that takes is luck."""
    came = set()
    for brought in rounds:
        came |= brought
        if wanted <= came:
            break
    return came


def test_every_kind_of_step_gets_its_turn():
    rounds = ({kind for kind, _ in steps(seed)} for seed in range(1000))

    assert until_all_came(KINDS, rounds) == KINDS


def misdeeds_in_round(calls, seed):
    """The names of the misdeeds in the calls that this seed decides on; one round in ten leaves out one of them."""
    named = set()

    @hypothesis.seed(seed)
    @hypothesis.settings(max_examples=40, database=None, phases=[hypothesis.Phase.generate])
    @hypothesis.given(lists(calls, min_size=50, max_size=50))
    def draw(drawn):
        named.update(re.sub(r"^\d+ orders of | \([\d.]+ s\)$", "", call.name) for call in drawn)

    draw()
    return named


@pytest.mark.parametrize("calls", [misdeeds(), orders()], ids=["misdeeds", "orders"])
def test_every_misdeed_gets_its_turn(calls):
    rounds = (misdeeds_in_round(calls, seed) for seed in range(8))

    assert until_all_came({*MISDEEDS}, rounds) == {*MISDEEDS}


@on_linux
@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_ends_the_run_with_its_seed_and_its_step(what):
    first, *lines, code = answer(SCRIPT.format(broken=BROKEN[what]), "-W", "ignore").splitlines()

    *_, last = re.findall(r"seed \d+$", "\n".join([first, *lines]), re.MULTILINE)
    named = [line for line in lines if line.startswith(f"{last}, step ")]
    assert (first, code, len(named)) == ("seed 5", "exit code 1", 1)
