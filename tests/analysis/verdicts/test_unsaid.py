"""What comes from somewhere that is not seen: nothing is said of what it may put in order, and that is said."""

import os

import pytest

from shmlesson import program
from shmlesson.views.text.sentences import story

TERMINAL = """import mmap, os, pty
block = mmap.mmap(-1, 10)
ours, theirs = pty.openpty()
if os.fork() == 0:
    {before}
    os.write(theirs, b"x\\n")
    os._exit(0)
{wait}
print(block[0])
os.wait()
"""
linux = pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="only Linux tells what is behind a descriptor")


def test_what_a_terminal_may_put_in_order_gets_no_verdict_and_a_sentence():
    run = program(TERMINAL.format(before="block[0] = 1", wait="os.read(ours, 1)"))

    assert run.verdicts == ()
    assert [(unsaid.at, unsaid.lines) for unsaid in run.unsaid] == [(8, (5, 9))]
    assert "Line 8 waits for something that is not seen here, so nothing is said of lines 5 and 9." in story(run)


def test_what_is_done_before_the_terminal_is_read_is_judged_as_ever():
    run = program(TERMINAL.format(before="block[0] = 1", wait="print(block[0]); os.read(ours, 1)"))

    assert [(verdict.kind, verdict.lines) for verdict in run.verdicts] == [("race", (5, 8))]
    assert [unsaid.lines for unsaid in run.unsaid] == [(5, 9)]


@linux
@pytest.mark.parametrize("wait", ["select.select([ours], [], [])", "p = select.poll(); p.register(ours, 1); p.poll()"])
def test_so_does_whoever_only_looks_at_it(wait):
    run = program("import select\n" + TERMINAL.format(before="block[0] = 1", wait=wait))

    assert (run.verdicts, [unsaid.lines for unsaid in run.unsaid]) == ((), [(6, 10)])


def test_a_run_in_which_all_is_seen_leaves_nothing_unsaid():
    run = program("import os\nr, w = os.pipe()\nos.write(w, b'x')\nos.read(r, 1)")

    assert run.unsaid == ()
