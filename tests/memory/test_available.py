"""The memory that new blocks can take: what the system has, or less where a cgroup limits it."""

import resource
from types import MappingProxyType

import psutil
import pytest

from shmlesson.memory import available
from shmlesson.memory.available import LARGEST, available_memory, room_for

GIB = 1 << 30


def cgroup(folder, limit, used, cached=0):
    """The files of one memory cgroup, version 2."""
    folder.mkdir(exist_ok=True)
    (folder / "memory.max").write_text(f"{limit}\n")
    (folder / "memory.current").write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon 5\ninactive_file {cached}\n")
    return folder, "memory.max", "memory.current"


@pytest.fixture
def give(monkeypatch):
    """Say how much memory the system has, and which cgroups limit it."""

    def say(free, *cgroups, limits=MappingProxyType({})):
        monkeypatch.setattr(psutil, "virtual_memory", lambda: type("", (), {"available": free})())
        monkeypatch.setattr(available, "_cgroups", lambda: list(cgroups))
        monkeypatch.setattr(resource, "getrlimit", lambda which: limits.get(which, (resource.RLIM_INFINITY,) * 2))

    return say


@pytest.mark.parametrize(
    ("limit", "used", "cached", "room"),
    [
        (2 * GIB, GIB, 0, GIB),
        (2 * GIB, GIB, GIB // 2, 3 * GIB // 2),
        (GIB, 2 * GIB, 0, 0),
        ("max", GIB, 0, 8 * GIB),
        (64 * GIB, GIB, 0, 8 * GIB),
    ],
    ids=["a limit", "cached files can go", "over the limit", "no limit", "a limit beyond the machine"],
)
def test_a_cgroup_limits_what_the_machine_can_give(tmp_path, give, limit, used, cached, room):
    give(8 * GIB, cgroup(tmp_path, limit, used, cached))

    assert available_memory() == room


def test_the_tightest_of_nested_cgroups_counts(tmp_path, give):
    outer, inner = cgroup(tmp_path, 2 * GIB, GIB), cgroup(tmp_path / "inner", 4 * GIB, 0)

    give(8 * GIB, inner, outer)

    assert available_memory() == GIB


def test_a_cgroup_whose_files_are_not_there_limits_nothing(tmp_path, give):
    give(8 * GIB, (tmp_path, "memory.max", "memory.current"))

    assert available_memory() == 8 * GIB


@pytest.mark.parametrize("which", [resource.RLIMIT_DATA, resource.RLIMIT_AS])
def test_what_a_process_may_have_limits_what_its_blocks_can_take(give, which):
    give(8 * GIB, limits={which: (GIB, 2 * GIB)})

    assert available_memory() == GIB


@pytest.mark.parametrize(("size", "copies"), [(GIB, 1), (GIB // 2, 2), (1, 2), (1 << 20, 1)])
def test_there_is_room_for_what_fits(give, size, copies):
    give(GIB)

    room_for(size, copies)


def test_a_small_block_is_not_worth_asking_for(monkeypatch):
    monkeypatch.delattr(available, "available_memory")

    room_for(1 << 20)


@pytest.mark.parametrize(
    ("size", "copies", "message"),
    [
        (GIB + 1, 1, "size must fit in the memory available now, 1 GiB (1073741824 bytes), got 1073741825"),
        (GIB - 1, 2, "size must fit 2 times in the memory available now, 1 GiB (1073741824 bytes), got 1073741823"),
    ],
)
def test_a_block_that_does_not_fit_is_refused_with_what_would(give, size, copies, message):
    give(GIB)

    with pytest.raises(ValueError, match="size must fit") as caught:
        room_for(size, copies)

    assert str(caught.value) == message


def test_this_machine_has_some_memory_and_no_more_than_there_is():
    assert 0 < available_memory() <= psutil.virtual_memory().total


@pytest.mark.parametrize("said", ["64MiB", "67108864", "64 MiB"])
def test_a_class_has_a_largest_block(monkeypatch, said):
    monkeypatch.setenv(LARGEST, said)
    room_for(64 << 20)

    with pytest.raises(ValueError, match="size must") as caught:
        room_for((64 << 20) + 1)

    assert str(caught.value) == "size must be at most 64 MiB (67108864 bytes) in this class, got 67108865"


def test_a_largest_block_that_is_no_size_is_named(monkeypatch):
    monkeypatch.setenv(LARGEST, "much")

    with pytest.raises(ValueError, match="SHMLESSON_LARGEST_BLOCK must be a number of bytes"):
        room_for(1)
