"""conda and Binder install what pip installs, and what compares the notebooks with their outputs; Binder has a copy."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parent.parent
# Pinned there: if one of them is replaced, Colab asks for a restart, and parts of it no longer work.
COLAB = {"ipykernel": "6.17.1", "ipython": "7.34.0", "ipywidgets": "7.7.1", "psutil": "5.9.5"}
PYTHONS = [f"3.{minor}" for minor in range(11, 16)]


@pytest.fixture
def project():
    """The ``[project]`` table of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture
def conda():
    """environment.yml, read."""
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def test_conda_installs_the_same_packages_with_the_same_bounds_as_pip_with_its_extra_for_tests(project, conda):
    python, pip, *packages, _ = conda["dependencies"]

    assert (python.partition("=")[0], pip) == ("python", "pip")
    assert packages == sorted(project["dependencies"] + project["optional-dependencies"]["test"])


def test_whoever_clones_gets_the_three_that_the_notebooks_are_made_with(project, conda):
    names = {re.split("[>=]", package)[0] for package in conda["dependencies"][:-1]}

    assert {"jupyterlab", "ipywidgets", "nbval"} <= names
    assert f"{project['name']}[test,site]" in project["optional-dependencies"]["dev"]


def test_colab_need_not_replace_what_it_stands_on(project):
    bounds = {package.name: package.specifier for package in map(Requirement, project["dependencies"])}

    assert [name for name, version in COLAB.items() if version not in bounds[name]] == []


def test_the_project_itself_comes_last_and_stays_editable(project, conda):
    last = conda["dependencies"][-1]

    assert last == {"pip": ["-e ."]}
    assert conda["name"] == project["name"]


def test_the_python_of_conda_is_one_that_pip_accepts_and_binder_understands(project, conda):
    version = re.fullmatch(r"python=(3\.\d+)", conda["dependencies"][0])

    assert version, "Binder reads the version from python=3.N, and from nothing else"
    assert version[1] in SpecifierSet(project["requires-python"])


def test_the_pythons_that_it_is_tried_on_are_those_that_it_names(project):
    oldest, newest = PYTHONS[0], PYTHONS[-1]
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    makefile, guide = ((ROOT / name).read_text(encoding="utf-8") for name in ("Makefile", "docs/guide.md"))

    named = [line.rpartition(" ")[2] for line in project["classifiers"] if line.startswith("Programming Language")]
    assert named == ["Only", *PYTHONS]
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == PYTHONS
    assert f"OTHERS = {' '.join(f'python{version}' for version in PYTHONS)}\n" in makefile
    assert f"from {oldest} to {newest}" in makefile
    assert f"| Python {oldest} to {newest} |" in guide
    assert project["requires-python"] == f">={oldest}"


def test_binder_opens_a_copy_that_was_made_when_all_was_installed(tmp_path):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    opened = re.search(r"https://mybinder\.org/\S+\?urlpath=lab/tree/([^)]+)", readme)[1]
    python_first = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    homes = dict.fromkeys(("HOME", "JUPYTER_DATA_DIR"), str(tmp_path / "home"))

    subprocess.run(
        ["bash", ROOT / "postBuild"],
        cwd=tmp_path,
        env={**os.environ, **homes, "PATH": python_first, "PYTHONPATH": str(ROOT)},
        check=True,
        timeout=60,
    )

    assert (tmp_path / opened).is_file()


def test_every_package_has_a_lower_bound(project):
    extras = [package for packages in project["optional-dependencies"].values() for package in packages]

    assert [package for package in project["dependencies"] + extras if ">=" not in package] == ["shmlesson[test,site]"]
