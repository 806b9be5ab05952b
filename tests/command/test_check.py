"""``shmlesson check``: what it looks for, and what it says to do."""

import importlib.metadata

import pytest

from shmlesson.command import check
from shmlesson.errors import ShmlessonError


def finding(what):
    """What ``check`` says about this."""
    return next(found for found in check.check().findings if what in found.what)


@pytest.mark.parametrize("name", ["anywidget", "ipywidgets", "jupyterlab"])
def test_each_package_is_named_with_its_version(name):
    assert finding(f"{name} {importlib.metadata.version(name)}").found


def test_what_only_tests_need_is_not_asked_for():
    names = {requirement.partition(">=")[0] for requirement in check.needed()}

    assert "jupyterlab" in names
    assert names & {"nbval", "pytest", "hypothesis", "hatchling"} == set()


@pytest.mark.parametrize(
    ("version", "oldest", "enough"),
    [("8.1.9", "8.1", True), ("8.0.7", "8.1", False), ("10.0", "9.5", True), ("7.7.1", "7.7.1", True)],
)
def test_versions_are_compared_as_numbers(monkeypatch, version, oldest, enough):
    monkeypatch.setattr(importlib.metadata, "version", lambda name: version)

    found = check.package(f"ipywidgets>={oldest}")

    assert found.found is enough
    assert enough or f"{version} is installed; run  " in found.fix


def test_a_package_that_is_not_here_comes_with_the_command_that_installs_it():
    found = check.package("no-such-package>=1.0")

    assert not found.found
    assert found.fix.endswith("-m pip install no-such-package")


@pytest.mark.parametrize("folder", ["@jupyter-widgets/jupyterlab-manager", "anywidget"])
def test_it_notices_that_jupyterlab_does_not_find_its_side_of_a_package(monkeypatch, tmp_path, folder):
    assert finding(f"extension {folder}").found

    monkeypatch.setattr(check, "_labextensions", lambda: [tmp_path])

    assert not finding(f"extension {folder}").found


def test_where_no_run_works_it_says_why(monkeypatch):
    def lost(size, fill):
        raise ShmlessonError("the fork server ended")

    monkeypatch.setattr(check, "share", lost)

    found = finding("that a parent and a child share")
    assert (found.found, found.fix) == (False, "the fork server ended")
