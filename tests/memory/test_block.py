"""A block is mapped, filled and looked at, whatever its size and wherever its memory lives."""

import itertools
import mmap
import os
import re
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shmlesson.memory.block import MEMORY, PAGE, bytes_on_the_map, fill, inode, look, map_block, map_line, pages
from shmlesson.memory.contents import MOST_RUNS, Contents

STEPS = (64, 256, 1024, 1 << 16, 1 << 20)  # bytes that ``look`` compares at a time
EDGES = sorted(
    {sum(STEPS[:n]) + step + near for n in range(5) for step in (0, *STEPS) for near in (-1, 0, 1)} - {-1, 0}
)

lengths = st.one_of(st.integers(1, 5), st.sampled_from(EDGES))
pieces = st.lists(st.tuples(lengths, st.integers(0, 255)), min_size=1, max_size=6)
every_memory = pytest.mark.parametrize("memory", MEMORY)
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows a process's map in /proc/self/maps")


def rebuilt(contents):
    """The bytes that ``contents`` say are there."""
    return b"".join(bytes([byte]) * length for _, length, byte in contents.runs)


@every_memory
def test_a_new_block_is_zeros(memory):
    block = map_block(1000, memory)

    assert look(block) == Contents.uniform(1000, 0)
    assert len(block) == 1000


@every_memory
@pytest.mark.parametrize("size", [1, 63, 64, 65, PAGE + 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, (3 << 20) + 7])
def test_every_byte_is_filled_and_every_byte_is_read(memory, size):
    block = map_block(size, memory)

    fill(block, 97)

    assert look(block).runs == ((0, size, 97),)
    assert bytes(block) == b"a" * size


@every_memory
@pytest.mark.parametrize("place", [0, 63, 64, 319, 320, (1 << 20) - 1, 1 << 20, (2 << 20) + 4])
def test_a_single_different_byte_is_found(memory, place):
    block = map_block((2 << 20) + 5, memory)

    block[place] = 1

    runs = [(0, place, 0), (place, 1, 1), (place + 1, (2 << 20) + 4 - place, 0)]
    assert look(block).runs == tuple(run for run in runs if run[1])


@pytest.mark.parametrize("byte", [0, 1, 255])
def test_a_second_fill_leaves_nothing_of_the_first(byte):
    block = map_block((1 << 20) + 3)
    fill(block, 97)

    fill(block, byte)

    assert look(block) == Contents.uniform((1 << 20) + 3, byte)


@given(pieces)
@example([(1 << 20, 0), (1 << 20, 0), (1, 1)])
def test_the_runs_are_exactly_the_bytes(pairs):
    block = bytearray().join(bytes([byte]) * length for length, byte in pairs)

    contents = look(block)

    assert rebuilt(contents) == block
    assert all(one[2] != next_one[2] for one, next_one in itertools.pairwise(contents.runs))
    assert [offset for offset, _, _ in contents.runs] == [
        sum(r[1] for r in contents.runs[:n]) for n in range(len(contents.runs))
    ]


@given(st.binary(min_size=1, max_size=3 * MOST_RUNS))
def test_few_runs_are_all_there_and_many_are_marked_as_capped(data):
    changes = sum(one != next_one for one, next_one in itertools.pairwise(data))

    contents = look(bytearray(data))

    assert data.startswith(rebuilt(contents))
    assert len(contents.runs) == min(changes + 1, MOST_RUNS)
    assert contents.capped is (changes + 1 > MOST_RUNS)


@pytest.mark.parametrize(("count", "capped"), [(MOST_RUNS, False), (MOST_RUNS + 1, True)])
def test_the_cap_says_how_many_runs_were_too_many(count, capped):
    contents = look(bytearray(place % 2 for place in range(count)))

    assert contents.capped is capped
    assert ("more than 256 runs" in str(contents)) is capped


@pytest.mark.parametrize(
    ("size", "expected"), [(1, 1), (PAGE - 1, 1), (PAGE, 1), (PAGE + 1, 2), (10 * PAGE, 10), (10 * PAGE + 1, 11)]
)
def test_the_kernel_only_gives_whole_pages(size, expected):
    assert pages(size) == expected


@on_linux
@pytest.mark.parametrize(("memory", "flags"), [("shared", "rw-s"), ("private", "rw-p")])
def test_the_line_of_a_block_shows_how_it_is_mapped(memory, flags):
    with map_block(5 * PAGE, memory) as block:
        line = map_line(block)

    start, end = (int(address, 16) for address in line.split()[0].split("-"))
    assert line.split()[1] == flags
    assert end - start >= 5 * PAGE
    assert line.endswith("/dev/zero (deleted)") is (memory == "shared")


@on_linux
def test_the_line_of_a_shared_block_names_an_inode_that_is_its_own():
    with mmap.mmap(-1, 100) as one, mmap.mmap(-1, 100) as other:
        inodes = [re.search(r"00:01 (\d+) ", map_line(block)) for block in (one, other)]
        numbers = [inode(one), inode(other)]

    assert [int(found[1]) for found in inodes] == numbers
    assert numbers[0] != numbers[1]


@on_linux
def test_a_private_block_has_the_inode_0():
    assert inode(map_block(100, "private")) == 0


def test_where_there_is_no_map_of_a_process_there_is_no_line(monkeypatch):
    monkeypatch.setattr(os.path, "exists", lambda path: False)

    with map_block(100) as block:
        assert map_line(block) is None
        assert inode(block) is None


@pytest.mark.parametrize("size", [1, PAGE, PAGE + 1, 10 * PAGE])
def test_a_shared_block_takes_up_its_whole_pages_on_the_map_and_no_more(size):
    with map_block(size) as block:
        assert bytes_on_the_map(block) == pages(size) * PAGE


@on_linux
def test_private_neighbours_share_a_line_of_the_map():
    blocks = [map_block(PAGE, "private") for _ in range(20)]

    assert len({map_line(block) for block in blocks}) < len(blocks)
    assert max(bytes_on_the_map(block) for block in blocks) > PAGE


def test_where_there_is_no_map_a_block_takes_up_whole_pages(monkeypatch):
    monkeypatch.setattr(os.path, "exists", lambda path: False)

    with map_block(100) as block:
        assert bytes_on_the_map(block) == PAGE


@on_linux
def test_asking_for_the_line_does_not_keep_the_block_from_being_closed():
    block = map_block(100)
    map_line(block)

    block.close()

    assert block.closed


@settings(max_examples=20)
@given(
    st.integers((2 << 20) - 3, (2 << 20) + 70_000), st.lists(st.integers(0, (2 << 20) - 4), max_size=3), st.booleans()
)
def test_a_long_run_ends_at_the_very_byte_that_differs(size, places, shared):
    block = mmap.mmap(-1, size) if shared else bytearray(size)
    for place in places:
        block[place] = 97

    seen = look(block)

    assert {offset for offset, _, byte in seen.runs if byte == 97} <= set(places)
    assert all(any(offset <= place < offset + length for offset, length, byte in seen.runs if byte) for place in places)
    assert sum(length for _, length, _ in seen.runs) == len(seen) == size


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, lambda data: memoryview(bytearray(data))])
def test_it_does_not_matter_whether_what_one_looks_at_can_be_written_to(kind):
    data = kind(b"a" * (3 << 20))

    assert look(data).runs == ((0, 3 << 20, 97),)


def test_a_block_that_was_looked_at_can_be_closed():
    block = mmap.mmap(-1, 4 << 20)

    look(block)

    block.close()
    assert block.closed
