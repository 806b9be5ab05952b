"""Is this machine fit for the notebooks? The system, the packages and their versions, JupyterLab's side, a real run."""

from __future__ import annotations

import importlib.metadata
import re
import sys
from pathlib import Path

from ..api.share import share
from ..errors import ShmlessonError
from ..machine import Finding, Machine, check_system

_PIP = f"{sys.executable} -m pip install"
# The folders in which JupyterLab's own side of a package lies, by the package that brings it.
_EXTENSIONS = {"jupyterlab_widgets": "@jupyter-widgets/jupyterlab-manager", "anywidget": "anywidget"}


def check() -> Machine:
    """What is here: the system, each package that is needed, JupyterLab's side of the widgets, and a real run."""
    extensions = [_extension(package, folder) for package, folder in _EXTENSIONS.items()]
    return Machine((*check_system(), *map(package, needed()), *extensions, _run()))


def needed() -> list[str]:
    """What the package says that it needs, ``name>=version`` each, without extras."""
    try:
        requirements = importlib.metadata.requires("shmlesson") or []
    except importlib.metadata.PackageNotFoundError:
        return ["shmlesson>=0"]
    return [requirement for requirement in requirements if "extra ==" not in requirement]


def package(requirement: str) -> Finding:
    """Whether a package is here and new enough, with its version."""
    name, _, oldest = requirement.partition(">=")
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Finding(f"{name} {oldest} or newer", False, True, f"run  {_PIP} {name}")
    if _numbers(version) < _numbers(oldest):
        fix = f"{version} is installed; run  {_PIP} --upgrade {name}"
        return Finding(f"{name} {oldest} or newer", False, True, fix)
    return Finding(f"{name} {version}", True, True, "")


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)[:3]]


def _extension(package: str, folder: str) -> Finding:
    """Whether JupyterLab finds the package's own side of it, as it looks for it itself."""
    what = f"JupyterLab's extension {folder}"
    fix = f"run  {_PIP} --force-reinstall {package}  and start JupyterLab from the same environment"
    return Finding(what, any((path / folder / "package.json").exists() for path in _labextensions()), True, fix)


def _labextensions() -> list[Path]:
    try:
        from jupyter_core.paths import jupyter_path
    except ImportError:
        return []
    return [Path(path) for path in jupyter_path("labextensions")]


def _run() -> Finding:
    """Whether a parent and a child can share a block here: they do it."""
    what = "a block that a parent and a child share"
    try:
        found = str(share(100, "a").child.saw) == "100 x 61 'a'"
    except (OSError, ShmlessonError) as error:
        return Finding(what, False, True, str(error))
    return Finding(what, found, True, "the child did not see what the parent wrote; please report this")
