"""What is installed by ``pip install shmlesson``: the package with its notebooks, and nothing of its tests."""

import os
import subprocess
import sys
import zipfile

import pytest

from kernels import ROOT

BUILD = """
import sys
from hatchling.builders.wheel import WheelBuilder
for made in WheelBuilder(sys.argv[1]).build(directory=sys.argv[2], versions=["standard"]):
    print(made)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built without the network, by what builds it for pip."""
    command = [sys.executable, "-c", BUILD, str(ROOT), str(tmp_path_factory.mktemp("wheel"))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def files(wheel):
    """The files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_it_carries_every_notebook_as_it_is(wheel, files):
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))

    assert {name for name in files if name.endswith(".ipynb")} == {f"shmlesson/notebooks/{p.name}" for p in notebooks}
    with zipfile.ZipFile(wheel) as archive:
        assert [p.name for p in notebooks if archive.read(f"shmlesson/notebooks/{p.name}") != p.read_bytes()] == []


def test_it_carries_every_file_of_the_package(files):
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / "shmlesson").rglob("*") if path.is_file()}
    ours = {name for name in there if not name.endswith(".pyc")}

    assert ours - files == set()
    assert {"shmlesson/command/settings/labconfig/default_setting_overrides.json", "shmlesson/py.typed"} <= ours


def test_it_carries_nothing_else(files):
    assert {name.partition("/")[0] for name in files if ".dist-info/" not in name} == {"shmlesson"}
    assert [name for name in files if "test" in name.rpartition("/")[2] or "checkpoint" in name] == []


def test_from_the_wheel_alone_the_command_makes_a_copy_and_a_run(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    script = (
        "import shmlesson; from pathlib import Path; from shmlesson.command.working_copy import prepare; "
        "print(shmlesson.__file__, *sorted(path.name for path in prepare(Path('mine')).folder.glob('*.ipynb'))); "
        "print(shmlesson.share(100, 'a').child.saw)"
    )
    environment = {**os.environ, "HOME": str(tmp_path), "JUPYTER_DATA_DIR": str(tmp_path / "data")}
    environment["PYTHONPATH"] = str(tmp_path / "site")

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
    )

    made, saw = done.stdout.splitlines()
    home, *names = made.split()
    assert home.startswith(str(tmp_path))
    assert names == sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
    assert saw == "100 x 61 'a'"
