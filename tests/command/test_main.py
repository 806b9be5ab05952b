"""What is typed: ``shmlesson lab``, ``shmlesson check``, ``--version``; and what it answers."""

import importlib.util
import os
import subprocess
import sys

import pytest

import shmlesson
from kernels import ROOT
from shmlesson.command import jupyterlab, main
from shmlesson.command.working_copy import originals


@pytest.fixture
def opened(monkeypatch, tmp_path):
    """What JupyterLab is to be opened on, folder and options; it is not opened. The home and the folder are new."""
    calls = []
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(jupyterlab, "open_on", lambda folder, more: calls.append((folder, more)))
    return calls


def test_jupyterlab_runs_in_the_place_of_the_command_with_its_options_last(monkeypatch, tmp_path):
    calls = []
    monkeypatch.setattr(os, "execve", lambda *call: calls.append(call))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/theirs")

    jupyterlab.open_on(tmp_path, ["--no-browser", "--ServerApp.root_dir=/elsewhere"])

    ((program, command, environment),) = calls
    assert (program, command[:3]) == (sys.executable, [sys.executable, "-m", "jupyterlab"])
    assert f"--ServerApp.root_dir={tmp_path}" in command
    assert command[-2:] == ["--no-browser", "--ServerApp.root_dir=/elsewhere"]
    assert environment["JUPYTER_CONFIG_PATH"] == f"{jupyterlab.SETTINGS}{os.pathsep}/theirs"


def test_a_layout_that_the_learner_has_arranged_stays(tmp_path):
    jupyterlab.fold_files(tmp_path)
    (layout,) = (tmp_path / jupyterlab.WORKSPACES).iterdir()
    layout.write_text("arranged")

    jupyterlab.fold_files(tmp_path)

    assert layout.read_text() == "arranged"


@pytest.mark.parametrize(("user", "allowed"), [(0, True), (1000, False)])
def test_only_root_has_to_be_allowed_as_root(monkeypatch, tmp_path, user, allowed):
    monkeypatch.setattr(os, "geteuid", lambda: user)

    assert ("--allow-root" in jupyterlab.command(tmp_path, [])) is allowed


def test_lab_opens_jupyterlab_on_a_copy_in_the_folder_that_is_named(opened, tmp_path, capsys):
    assert main.main(["lab", "mine"]) == 0

    assert opened == [(tmp_path / "mine", [])]
    assert capsys.readouterr().out == f"New in {tmp_path / 'mine'}: {len(originals())} notebooks.\n"


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


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["mine", "yours"], "one folder is enough, got mine and yours"),
        (["mine", "--frsh"], "unrecognized option --frsh: is it --fresh?"),
        (["--Fresh"], "unrecognized option --Fresh: is it --fresh?"),
    ],
)
def test_what_was_meant_for_us_does_not_go_to_jupyterlab(opened, tmp_path, capsys, typed, said):
    with pytest.raises(SystemExit) as ended:
        main.main(["lab", *typed])

    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("usage: shmlesson lab ")
    assert error.endswith(f"shmlesson lab: error: {said}\n")
    assert (opened, list(tmp_path.iterdir())) == ([], [])


def test_a_home_that_is_nobodys_is_one_sentence(opened, capsys):
    assert main.main(["lab", "~nobody-of-this-name/mine"]) == 1

    assert capsys.readouterr().err == "shmlesson: ~nobody-of-this-name/mine: there is no such home folder\n"


@pytest.mark.parametrize("typed", [["lab", "there"], ["lab", "there/below"]])
def test_what_cannot_be_done_is_one_sentence_and_exit_code_one(opened, tmp_path, capsys, typed):
    (tmp_path / "there").write_text("a file")

    assert main.main(typed) == 1

    said = capsys.readouterr().err
    assert said.startswith("shmlesson: ")
    assert str(tmp_path / "there") in said
    assert said.count("\n") == 1
    assert opened == []


def test_without_jupyterlab_it_names_the_command_that_installs_it(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    assert main.main(["lab", str(tmp_path / "mine")]) == 1

    assert capsys.readouterr().err.endswith(
        f"jupyterlab is missing here: run  {sys.executable} -m pip install jupyterlab\n"
    )


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
