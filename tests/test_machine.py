"""What this machine has: found without forking, told in words, with what to do about it."""

import importlib.metadata
import os
import sys

import pytest

from shmlesson import machine
from shmlesson.machine import check_machine


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
    ("break_it", "what", "fix"),
    [
        (lambda patch: patch.delattr(os, "fork"), "os.fork", "WSL"),
        (lambda patch: patch.setattr(sys, "version_info", (3, 10, 13)), "Python 3.11", "install Python 3.11"),
        (lambda patch: patch.setattr(machine, "available_memory", lambda: 5 << 20), "512 MiB", "smaller blocks"),
    ],
    ids=["fork", "python", "memory"],
)
def test_what_is_missing_is_named_with_how_to_fix_it(monkeypatch, break_it, what, fix):
    break_it(monkeypatch)

    line = next(line for line in str(check_machine()).splitlines() if what in line)

    assert line.startswith("missing  ")
    assert fix in line
    assert not check_machine().ready


@pytest.mark.parametrize("name", ["ipywidgets", "jupyterlab_widgets", "matplotlib", "numpy"])
def test_a_package_that_is_missing_comes_with_the_command_that_installs_it(monkeypatch, name):
    def version(wanted):
        if wanted == name:
            raise importlib.metadata.PackageNotFoundError

    monkeypatch.setattr(importlib.metadata, "version", version)

    assert not finding(name).found
    assert f"pip install {name} " in finding(name).fix


def test_what_only_some_cells_read_is_missed_without_being_needed(monkeypatch):
    monkeypatch.setattr(os.path, "exists", lambda path: not path.startswith("/proc"))

    assert "without  /proc/self/maps: the cells that read it say so" in str(check_machine())
    assert check_machine().ready
