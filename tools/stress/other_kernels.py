"""Kernels of their own, for what this one would not survive: one is killed, one has too little of something."""

import threading

from kernels import ROOT, answer, next_line, running

FOLDERS = [str(ROOT / "tools"), str(ROOT / "tests" / "support")]
TESTS_ON_ITS_PATH = f"import sys\nsys.path[:0] = {FOLDERS}\n"
KERNEL = """
from misdeeds import MISDEEDS
from shmlesson import program
from stress.oracle import outcome
print("ready")
while True:
    outcome(lambda: program(MISDEEDS[{name!r}], timeout={timeout}))
"""
POOR_KERNEL = """
import resource, traceback
from misdeeds import MISDEEDS
from shmlesson import program, share
from shmlesson.client.server import SERVER
from stress.oracle import outcome, right_share
{first}
before = resource.getrlimit(resource.RLIMIT_{what})
resource.setrlimit(resource.RLIMIT_{what}, ({limit}, before[1]))
try:
    try:
        came = outcome(lambda: {act}, OSError, MemoryError, ValueError)
    finally:
        resource.setrlimit(resource.RLIMIT_{what}, before)
    print(came, share().child.saw)
except BaseException:
    traceback.print_exc(file=sys.stdout)
SERVER.stop()
"""


def killed(name, timeout, delay):
    """A kernel that runs this misdeed again and again is killed; what it ran must end all the same."""
    with running(TESTS_ON_ITS_PATH + KERNEL.format(name=name, timeout=timeout)) as kernel:
        next_line(kernel)
        threading.Event().wait(delay)
        kernel.kill()
    return "lost"


def poor(what, limit, act, first):
    """What came of ``act`` in a kernel with this limit, once that has shown that it can go on without it."""
    script = POOR_KERNEL.format(first="share()" if first else "", what=what, limit=limit, act=act)
    said = answer(TESTS_ON_ITS_PATH + script)
    assert said.endswith(" 100 x 61 'a'\n"), f"the kernel said {said}"
    return said.partition(" ")[0]
