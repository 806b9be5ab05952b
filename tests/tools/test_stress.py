"""The stress run itself: it passes where all is well, repeats itself, and sees what is broken."""

import subprocess
import sys

import pytest

from kernels import ROOT, answer
from misdeeds import MISDEEDS
from stress.kinds import KINDS, nth_act

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has subreapers and all of these limits")
BROKEN = {
    "a wrong result": "state.share = lambda **settings: share(99)",
    "a descriptor left behind": "state.share = lambda **settings: os.dup(0) and share()",
    "a file left behind": "state.share = lambda **settings: tempfile.mkstemp() and share()",
    "a zombie left behind": "state.share = lambda **settings: subprocess.Popen('true') and share()",
    "a process left behind": "server._START = server._START.replace('main()', PATCH + 'main()')",
    "an end that comes late": "act.TOO_LATE = -100",
    "an error of many lines": "runs.program = say_two_lines",
}
SCRIPT = """
import os, subprocess, sys, tempfile
sys.path[:0] = ["tools", "tests/support"]
from shmlesson.client import server
from shmlesson import share
from shmlesson.errors import ShmlessonError
from stress import act, kinds, runs, state
from stress.__main__ import main
PATCH = "import shmlesson.forkserver.conductor as broken; broken.end_tree = lambda *_: None; "
def say_two_lines(source, **settings):
    raise ShmlessonError("one\\ntwo")
kinds.KINDS = {{"a misdeed": runs.a_misdeed}}
{broken}
print("exit code", main(["--seconds", "60", "--seed", "5"]))
"""


def names(seed):
    return [nth_act(seed, number)[1].name for number in range(100)]


@on_linux
def test_a_short_run_passes_and_begins_with_its_seed():
    command = [sys.executable, "tools/stress", "--seconds", "3", "--seed", "1"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.startswith("seed 1\n")


def test_a_seed_decides_on_the_acts_and_another_one_on_others():
    assert names(7) == names(7)
    assert names(7) != names(8)


def test_every_misdeed_and_every_kind_of_act_gets_its_turn():
    acts = [nth_act(1, number) for number in range(3000)]

    said = " ".join(act.name for _, act in acts)
    assert {kind for kind, _ in acts} == set(KINDS)
    assert [name for name in MISDEEDS if name not in said] == []


@on_linux
@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_ends_the_run_with_its_seed_and_its_act(what):
    seed, *lines, code = answer(SCRIPT.format(broken=BROKEN[what]), "-W", "ignore").splitlines()

    named = [line for line in lines if line.startswith("seed 5, act ")]
    assert (seed, code, len(named)) == ("seed 5", "exit code 1", 1)
