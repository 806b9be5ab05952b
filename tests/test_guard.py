"""A cell that forks the kernel itself is refused before it happens; whatever forks elsewhere goes on."""

import sys

import pytest

from kernels import answer
from shmlesson.errors import ForkRefused

GUARDED = "import os\nfrom shmlesson import guard\nguard.refuse_fork()\n"
SPAWN = """
import multiprocessing
process = multiprocessing.get_context("spawn").Process(target=int)
process.start()
process.join()
print(process.exitcode)
"""
TRY = """
from shmlesson.errors import ForkRefused
try:
    {act}
except ForkRefused as error:
    print(error)
"""


@pytest.mark.parametrize(
    "act",
    [
        "os.fork()",
        "os.forkpty()",
        "__import__('multiprocessing').get_context('fork').Process(target=print).start()",
        "__import__('pty').fork()",
    ],
    ids=["fork", "forkpty", "multiprocessing", "pty"],
)
def test_a_fork_of_the_kernel_is_refused_with_what_to_do_instead(act):
    said = answer(GUARDED + TRY.format(act=act))

    assert said.startswith("a notebook's kernel must not fork ")
    assert "%%program" in said
    assert said.count("\n") == 1


def test_a_refused_fork_has_not_happened():
    said = answer(GUARDED + TRY.format(act="os.fork()") + "import psutil\nprint(psutil.Process().children())")

    assert said.splitlines()[1:] == ["[]"]


@pytest.mark.parametrize(
    "act",
    [
        "print(share().child.exit_code)",
        "print(program('import os\\nif os.fork(): os.wait()').child.exit_code)",
        "import subprocess, sys; print(subprocess.run([sys.executable, '-c', 'pass']).returncode)",
        "print(os.system('exit 0'))",
        SPAWN,
    ],
    ids=["share", "program", "subprocess", "system", "spawn"],
)
def test_processes_that_are_no_copies_of_the_kernel_start_as_ever(act):
    said = answer(GUARDED + "from shmlesson import program, share\n" + act)

    assert said == "0\n"


def test_whoever_knows_what_they_do_may_fork_after_saying_so():
    said = answer(
        GUARDED + "import shmlesson\nshmlesson.allow_fork()\nif os.fork() == 0: os._exit(7)\nprint(os.wait()[1] >> 8)"
    )

    assert said == "7\n"


def test_refusing_again_after_allowing_works():
    said = answer(GUARDED + "guard.allow_fork()\nguard.refuse_fork()" + TRY.format(act="os.fork()"))

    assert "must not fork" in said


def test_the_extension_brings_the_guard_and_takes_it_away(shell):
    with pytest.raises(ForkRefused, match="must not fork"):
        sys.audit("os.fork")  # what os.fork does first

    shell.run_line_magic("unload_ext", "shmlesson")

    sys.audit("os.fork")
