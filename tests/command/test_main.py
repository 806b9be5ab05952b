"""What is typed: ``shmlesson lab``, ``shmlesson check``, ``--version``; and what it answers."""

import os
import subprocess
import sys

import pytest

import shmlesson
from kernels import ROOT
from shmlesson.command import jupyterlab, main


@pytest.fixture
def opened(monkeypatch, tmp_path):
    """What JupyterLab is to be opened on, folder and options; it is not opened. The home and the folder are new."""
    calls = []
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(jupyterlab, "open_on", lambda folder, more: calls.append((folder, more)))
    return calls


def test_lab_opens_jupyterlab_on_a_copy_in_the_folder_that_is_named(opened, tmp_path, capsys):
    assert main.main(["lab", "mine"]) == 0

    assert opened == [(tmp_path / "mine", [])]
    assert capsys.readouterr().out == f"New in {tmp_path / 'mine'}: 7 notebooks.\n"


def test_without_a_name_the_folder_is_one_beside_where_it_was_typed(opened, tmp_path):
    main.main(["lab"])

    assert opened == [(tmp_path / "shmlesson-notebooks", [])]


@pytest.mark.parametrize(
    "typed",
    [
        ["mine", "--no-browser", "--port", "8889"],
        ["--no-browser", "mine", "--port", "8889"],
        ["mine", "--", "--no-browser", "--port", "8889"],
    ],
)
def test_what_is_not_ours_goes_to_jupyterlab(opened, tmp_path, typed):
    main.main(["lab", *typed])

    assert opened == [(tmp_path / "mine", ["--no-browser", "--port", "8889"])]


def test_the_value_of_an_option_is_not_taken_for_the_folder(opened, capsys):
    with pytest.raises(SystemExit) as ended:
        main.main(["lab", "--port", "8889"])

    assert ended.value.code == 2
    assert "write --port=8889, or put the folder before the options" in capsys.readouterr().err
    assert opened == []


@pytest.mark.parametrize("typed", [["lab", "there"], ["lab", "there/below"]])
def test_what_cannot_be_done_is_one_sentence_and_exit_code_one(opened, tmp_path, capsys, typed):
    (tmp_path / "there").write_text("a file")

    assert main.main(typed) == 1

    said = capsys.readouterr().err
    assert said.startswith("shmlesson: ")
    assert str(tmp_path / "there") in said
    assert said.count("\n") == 1
    assert opened == []


def test_where_nothing_forks_lab_names_wsl(opened, monkeypatch, capsys):
    monkeypatch.delattr(os, "fork")

    assert main.main(["lab"]) == 1

    assert "WSL" in capsys.readouterr().err
    assert opened == []


@pytest.mark.parametrize("typed", [[], ["labs"], ["check", "--quick"], ["--vers"]])
def test_what_is_no_command_is_a_usage_error(typed, capsys):
    with pytest.raises(SystemExit) as ended:
        main.main(typed)

    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: shmlesson")


def test_the_module_is_the_same_command():
    asked = subprocess.run([sys.executable, "-m", "shmlesson", "--version"], cwd=ROOT, capture_output=True, text=True)

    assert asked.stdout == f"shmlesson {shmlesson.__version__}\n"


def test_check_says_what_is_here_and_that_all_is_well(capsys):
    assert main.main(["check"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert "ok       a block that a parent and a child share" in lines
    assert [line for line in lines if not line.startswith(("ok  ", "without  "))] == []


def test_check_ends_with_one_where_something_is_missing(monkeypatch, capsys):
    monkeypatch.setattr("shmlesson.command.check.needed", lambda: ["jupyterlab>=99.1"])

    assert main.main(["check"]) == 1

    assert "missing  jupyterlab 99.1 or newer: " in capsys.readouterr().out
