"""One block in two processes, as the kernel tells each: same line when shared, memory once; private, memory twice."""

import os
import sys

import pytest

from kernels import answer
from shmlesson import maps
from shmlesson.api.maps import ELSEWHERE, Maps
from shmlesson.client.server import SERVER
from shmlesson.errors import RunTimeout
from shmlesson.memory import available

FIRST, SECOND, THIRD = STEPS = ("before any write", "after the parent wrote", "after the child wrote")
PAGE = os.sysconf("SC_PAGE_SIZE")

where_proc_tells = pytest.mark.skipif(not os.path.exists("/proc/self/smaps"), reason="no /proc/self/smaps here")
every_memory = pytest.mark.parametrize("memory", ["shared", "private"])


@where_proc_tells
def test_a_shared_block_has_the_same_inode_on_a_shared_line_of_both_processes():
    told = maps()

    assert told.same_inode
    assert told.inodes[0] == told.inodes[1] > 0
    assert [look.permissions for look in told[THIRD].values()] == ["rw-s", "rw-s"]


@where_proc_tells
def test_a_private_block_has_no_inode_on_a_private_line_of_both_processes():
    told = maps(memory="private")

    assert (told.same_inode, told.inodes) == (False, (0, 0))
    assert [look.permissions for look in told[THIRD].values()] == ["rw-p", "rw-p"]


@where_proc_tells
@pytest.mark.parametrize("size", [1, 100, 4 * PAGE, 1 << 20])
@pytest.mark.parametrize(("memory", "times"), [("shared", (0, 1, 1)), ("private", (0, 1, 2))])
def test_the_sum_of_pss_stays_at_the_size_of_a_shared_block_and_doubles_for_private_copies(memory, times, size):
    told = maps(size, memory=memory)

    assert told.size == -(-size // PAGE) * PAGE
    assert [told.total_pss(step) for step in STEPS] == [told.size * time for time in times]


@where_proc_tells
@every_memory
def test_a_child_has_nothing_of_the_block_in_memory_until_it_touches_it(memory):
    told = maps(memory=memory)

    assert [told[step]["parent"].rss for step in STEPS] == [0, told.size, told.size]
    assert [told[step]["child 1"].rss for step in STEPS] == [0, 0, told.size]


@where_proc_tells
@pytest.mark.parametrize(("memory", "shared"), [("shared", 4 * PAGE), ("private", 0)])
def test_a_page_counts_as_shared_as_soon_as_both_processes_have_it(memory, shared):
    told = maps(4 * PAGE, memory=memory)

    assert [(look.shared, look.private) for look in told[SECOND].values()] == [(0, told.size), (0, 0)]
    assert [(look.shared, look.private) for look in told[THIRD].values()] == [(shared, told.size - shared)] * 2


@where_proc_tells
@every_memory
def test_the_line_is_that_of_the_block_alone(memory):
    told = maps(3 * PAGE, memory=memory)

    for look in told[FIRST].values():
        start, end = (int(address, 16) for address in look.line.split()[0].split("-"))
        assert end - start == look.size == 3 * PAGE


@where_proc_tells
def test_private_neighbours_that_the_kernel_would_list_as_one_have_a_line_each():
    said = answer("""
from shmlesson.memory import available
from shmlesson.memory.block import map_block, map_line
from shmlesson.forkserver.experiments.maps import _keep_apart
blocks = [map_block(1 << 20, "private") for _ in range(9)]
together = {map_line(block) for block in blocks}
_keep_apart(blocks[4])
print(len(together) < 9, map_line(blocks[4]) in {map_line(block) for block in blocks[:4] + blocks[5:]})
""")

    assert said == "True False\n"


@where_proc_tells
def test_every_step_has_both_processes_the_parent_first():
    told = maps()

    assert told.steps == STEPS
    assert [list(told[step]) for step in STEPS] == [["parent", "child 1"]] * 3


@where_proc_tells
def test_a_step_that_is_none_is_said_with_those_that_are():
    with pytest.raises(LookupError, match=r"^no step 'later' in these maps; they have: before any write, after the p"):
        maps()["later"]


@where_proc_tells
def test_the_text_has_both_lines_and_a_row_for_each_process_in_each_step():
    told = maps(8 * 1024, memory="private")

    text = str(told).splitlines()

    assert text[0].startswith("maps(8192, memory='private'): ")
    assert text[1] == f"parent   {told[THIRD]['parent'].line.rstrip()}"
    assert [line for line in text if line.startswith("  sum")][-1].split() == ["sum", "16", "KiB"]
    assert sum(line.startswith("  child 1") for line in text) == 3


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"size": 0}, ValueError, "size must be at least 1 byte, got 0"),
        ({"size": "4 KiB"}, TypeError, "size must be a whole number of bytes (an int), got '4 KiB'"),
        ({"memory": "bytearray"}, ValueError, "memory must be one of 'shared', 'private', got 'bytearray'"),
        ({"memory": 1}, TypeError, "memory must be one of 'shared', 'private', got 1"),
        ({"timeout": 0}, ValueError, "timeout must be a number of seconds greater than 0 and at most 1000000, got 0"),
    ],
    ids=str,
)
def test_wrong_input_is_one_sentence_before_anything_is_made(given, error, message):
    with pytest.raises(error) as caught:
        maps(**given)

    assert (str(caught.value), SERVER.pid) == (message, None)


def test_a_private_block_must_fit_twice_and_a_shared_one_once(monkeypatch):
    monkeypatch.setattr(available, "available_memory", lambda: 6 << 20)

    with pytest.raises(ValueError, match=r"^size must fit 2 times in the memory available now, 6 MiB "):
        maps(4 << 20, memory="private")
    assert maps(4 << 20).call == "maps(4194304)"


@where_proc_tells
def test_maps_that_are_not_made_in_time_are_stopped_and_say_so():
    with pytest.raises(RunTimeout, match=r"^maps\(268435456\) was stopped after 0.05 s: "):
        maps(1 << 28, timeout=0.05)


def test_where_the_system_has_no_maps_a_sentence_says_so_and_nothing_is_run(monkeypatch):
    monkeypatch.setattr("shmlesson.api.maps._SMAPS", "/nowhere/smaps")

    told = maps()

    assert (told.available, told.steps, told.size, told.same_inode, SERVER.pid) == (False, (), 0, False, None)
    assert str(told) == f"maps(16384): {ELSEWHERE}"


def test_maps_are_a_frozen_value():
    with pytest.raises(AttributeError):
        Maps("maps(1)").call = "maps(2)"


@pytest.mark.skipif(sys.platform == "win32", reason="no os.fork here")
def test_a_wait_for_the_turn_of_a_lost_process_raises_an_error_that_says_so():
    said = answer("""
import os
from shmlesson.forkserver.experiments.maps import _Baton
baton = _Baton()
pid = os.fork()
baton.take_side(child=pid == 0)
if pid == 0:
    os._exit(0)
try:
    baton.take()
except EOFError as error:
    print(error)
os.waitpid(pid, 0)
""")

    assert said == "the other process ended before its turn\n"
