"""The kernel says which physical pages a block has, if it is Linux and root asks."""

import os
import struct
import sys

import pytest

from shmlesson.memory import physical
from shmlesson.memory.block import PAGE, fill, map_block
from shmlesson.memory.physical import physical_pages

PRESENT = 1 << 63
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc/self/pagemap")


def may_see():
    """Whether this process is told the numbers: it takes the rights of root, in the system's own name space."""
    try:
        with map_block(PAGE) as block:
            fill(block, 1)
            return bool(physical_pages(block))
    except OSError:
        return False


as_root = pytest.mark.skipif(not may_see(), reason="only root may see physical pages, on Linux")


@pytest.fixture
def told(monkeypatch, tmp_path):
    """Have the kernel's table say this, whatever block it is asked about."""

    def tell(*entries):
        file = tmp_path / "pagemap"
        file.write_bytes(struct.pack(f"={len(entries)}Q", *entries))
        monkeypatch.setattr(physical, "PAGEMAP", file)
        monkeypatch.setattr(physical, "pinned", lambda block: (0, None))

    return tell


@pytest.fixture
def not_root():
    """The rights of an ordinary user, for as long as a test takes."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    yield
    os.seteuid(was)


@as_root
def test_a_block_has_a_physical_page_for_each_page_that_was_touched():
    with map_block(10 * PAGE) as block:
        untouched = physical_pages(block)
        block[0], block[3 * PAGE] = 1, 1

        assert (len(untouched), len(physical_pages(block))) == (0, 2)


@as_root
def test_two_blocks_have_no_physical_page_in_common():
    with map_block(10 * PAGE) as one, map_block(10 * PAGE) as other:
        fill(one, 1)
        fill(other, 1)

        assert len(physical_pages(one) | physical_pages(other)) == 20


@on_linux
def test_whoever_is_not_root_is_told_that_only_root_may_see_them(not_root):
    with map_block(PAGE) as block:
        fill(block, 1)

        with pytest.raises(PermissionError, match=r"only root"):
            physical_pages(block)


@on_linux
def test_a_table_without_numbers_is_that_of_somebody_who_may_not_see_them(told):
    told(PRESENT, PRESENT)

    with map_block(2 * PAGE) as block, pytest.raises(PermissionError, match=r"only root"):
        physical_pages(block)


def test_what_is_not_in_memory_has_no_physical_page(told):
    told(PRESENT | 7, 0, PRESENT | 9, 11)

    with map_block(4 * PAGE) as block:
        assert physical_pages(block) == {7, 9}


def test_a_system_without_such_a_table_is_named_as_the_reason(monkeypatch, tmp_path):
    monkeypatch.setattr(physical, "PAGEMAP", tmp_path / "none")

    with map_block(PAGE) as block, pytest.raises(FileNotFoundError, match=r"^only Linux tells"):
        physical_pages(block)


def test_asking_does_not_keep_the_block_from_being_closed(told):
    told(PRESENT | 7)
    block = map_block(PAGE)

    physical_pages(block)

    block.close()
