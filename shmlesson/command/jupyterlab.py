"""JupyterLab on a working copy: without its question about news, the list of files folded, the first notebook open."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import NoReturn

from .working_copy import FIRST

SETTINGS = Path(__file__).parent / "settings"
# Where JupyterLab keeps which notebooks are open: a copy has its own, so the user's layouts stay as they are.
WORKSPACES = ".jupyterlab"
# A layout, however bare: without one JupyterLab unfolds the list of files.
FOLDED = {
    "data": {"layout-restorer:data": {"left": {"collapsed": True, "visible": True}}},
    "metadata": {"id": "default"},
}


def open_on(folder: Path, more: list[str]) -> NoReturn:
    """Turn this process into JupyterLab on the working copy in ``folder``; ``more`` are options for it."""
    if importlib.util.find_spec("jupyterlab") is None:
        raise ModuleNotFoundError(name="jupyterlab")
    fold_files(folder)
    sys.stdout.flush()
    os.execve(sys.executable, command(folder, more), environment())


def command(folder: Path, more: list[str]) -> list[str]:
    """What starts JupyterLab there."""
    return [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{FIRST}",
        f"--LabApp.workspaces_dir={folder / WORKSPACES}",
        *(["--allow-root"] if os.geteuid() == 0 else []),
        *more,
    ]


def environment() -> dict[str, str]:
    """This process's, and in it a folder of default settings; what the user has set goes before a default."""
    folders = [str(SETTINGS), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    return {**os.environ, "JUPYTER_CONFIG_PATH": os.pathsep.join(folders)}


def fold_files(folder: Path) -> None:
    """Have the list of files folded when the copy is opened for the first time."""
    from jupyterlab_server.workspaces_handler import WorkspacesManager

    workspaces = folder / WORKSPACES
    if not workspaces.exists():
        WorkspacesManager(str(workspaces)).save("default", json.dumps(FOLDED))
