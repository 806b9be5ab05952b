"""Acts in a kernel of their own: it is killed, or it has too little of something."""

import threading

from kernels import ROOT, answer, next_line, running
from misdeeds import MISDEEDS
from stress.act import LONG, Act
from stress.runs import some_settings

FOLDERS = [str(ROOT / "tools"), str(ROOT / "tests" / "support")]
TESTS_ON_ITS_PATH = f"import sys\nsys.path[:0] = {FOLDERS}\n"
KERNEL = """
from misdeeds import MISDEEDS
from shmlesson import program
from stress.outcome import outcome
print("ready")
while True:
    outcome(lambda: program(MISDEEDS[{name!r}], timeout={timeout}))
"""
POOR_KERNEL = """
import resource, traceback
from misdeeds import MISDEEDS
from shmlesson import program, share
from shmlesson.client.server import SERVER
from stress.oracle import right_share
from stress.outcome import outcome
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


def a_lost_kernel(chance):
    """The notebook itself is killed; what it ran must end all the same."""
    name, delay = chance.choice(list(MISDEEDS)), chance.uniform(0, 0.5)
    script = TESTS_ON_ITS_PATH + KERNEL.format(name=name, timeout=chance.uniform(0.1, 10))

    def do():
        with running(script) as kernel:
            next_line(kernel)
            threading.Event().wait(delay)
            kernel.kill()
        return "lost"

    return Act(name, LONG, do)


def a_poor_kernel(chance):
    """A notebook that has too little of something, before its fork server has started or after."""
    what, limit = chance.choice([("AS", chance.randrange(1 << 27, 1 << 29)), ("NOFILE", chance.randrange(3, 250))])
    settings, name = some_settings(chance), chance.choice(list(MISDEEDS))
    act = chance.choice([f"right_share({settings})", f"program(MISDEEDS[{name!r}], timeout=0.5)"])
    first = chance.choice(["share()", ""])
    script = TESTS_ON_ITS_PATH + POOR_KERNEL.format(first=first, what=what, limit=limit, act=act)
    return Act(f"{what} {limit} {first} {act}", LONG, lambda: _came_of(script))


def _came_of(script):
    """What came of the act in a poor kernel, once that has shown that it can go on."""
    said = answer(script)
    assert said.endswith(" 100 x 61 'a'\n"), f"the kernel said {said}"
    return said.partition(" ")[0]
