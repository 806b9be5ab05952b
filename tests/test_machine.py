"""What this machine has: found without forking, told in words, with what to do about it."""

import importlib.metadata
import os
import sys

import psutil
import pytest

from shmlesson import machine
from shmlesson.machine import available_memory, check_machine, room_for

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

    def say(available, *cgroups):
        monkeypatch.setattr(psutil, "virtual_memory", lambda: type("", (), {"available": available})())
        monkeypatch.setattr(machine, "_cgroups", lambda: list(cgroups))

    return say


def finding(what):
    """What ``check_machine`` says about this."""
    return next(found for found in check_machine().findings if found.what.startswith(what))


def test_a_machine_that_runs_these_tests_is_ready():
    found = check_machine()

    assert found.ready
    assert len(str(found).splitlines()) == len(found.findings)
    assert repr(found) == str(found)


def test_each_thing_that_is_there_is_said_to_be_ok(monkeypatch):
    monkeypatch.setattr(os.path, "exists", lambda path: True)

    lines = str(check_machine()).splitlines()

    assert all(line.startswith("ok       ") for line in lines)
    assert "ok       Python 3.11 or newer" in lines


@pytest.mark.parametrize(
    ("break_it", "what", "mend"),
    [
        (lambda patch: patch.delattr(os, "fork"), "os.fork", "WSL"),
        (lambda patch: patch.setattr(sys, "version_info", (3, 10, 13)), "Python 3.11", "install Python 3.11"),
        (lambda patch: patch.setattr(machine, "available_memory", lambda: 5 << 20), "512 MiB", "smaller blocks"),
    ],
    ids=["fork", "python", "memory"],
)
def test_what_is_missing_is_named_with_how_to_fix_it(monkeypatch, break_it, what, mend):
    break_it(monkeypatch)

    line = next(line for line in str(check_machine()).splitlines() if what in line)

    assert line.startswith("missing  ")
    assert mend in line
    assert not check_machine().ready


@pytest.mark.parametrize("name", ["ipywidgets", "jupyterlab_widgets", "matplotlib"])
def test_a_package_that_is_missing_comes_with_the_command_that_installs_it(monkeypatch, name):
    def version(wanted):
        if wanted == name:
            raise importlib.metadata.PackageNotFoundError

    monkeypatch.setattr(importlib.metadata, "version", version)

    assert not finding(name).found
    assert f"pip install {name} " in finding(name).mend


def test_what_only_some_cells_read_is_missed_without_being_needed(monkeypatch):
    monkeypatch.setattr(os.path, "exists", lambda path: not path.startswith("/proc"))

    assert "without  /proc/self/maps: the cells that read it say so" in str(check_machine())
    assert check_machine().ready


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


@pytest.mark.parametrize(("size", "copies"), [(GIB, 1), (GIB // 2, 2), (1, 2), (1 << 20, 1)])
def test_there_is_room_for_what_fits(give, size, copies):
    give(GIB)

    room_for(size, copies)


def test_a_small_block_is_not_worth_asking_for(monkeypatch):
    monkeypatch.delattr(machine, "available_memory")

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
