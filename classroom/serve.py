"""Become a learner's server: a working copy of the notebooks, limits, and then JupyterLab for the hub.

It runs as the learner, so nothing that it does can be more than the learner may. What it limits is limited for all
that it starts, and cannot be raised again.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

from shmlesson.command.jupyterlab import WORKSPACES, environment, fold_files
from shmlesson.command.working_copy import FIRST, prepare

FOLDER = "shmlesson-notebooks"
MIB = 1 << 20
# Of each process; a process that wants more gets MemoryError or OSError, and the notebook goes on.
DATA, ADDRESSES = 768 * MIB, 6144 * MIB  # bytes: memory of its own; all that it has mapped, shared blocks included
PROCESSES = 400  # of one learner, threads included: a server has about 40
FILES = 4096


def main() -> None:
    """Does not return: this process becomes the server."""
    limit()
    folder = Path.home() / FOLDER
    prepare(folder)
    fold_files(folder)
    command = [
        *(sys.executable, "-m", "jupyterhub.singleuser"),
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{FIRST}",
        f"--LabApp.workspaces_dir={folder / WORKSPACES}",
        *(["--allow-root"] if os.geteuid() == 0 else []),
        *sys.argv[1:],
    ]
    os.execve(sys.executable, command, environment())


def limit() -> None:
    """No learner can take all memory or all processes of the machine."""
    for what, most in (
        (resource.RLIMIT_DATA, DATA),
        (resource.RLIMIT_AS, ADDRESSES),
        (resource.RLIMIT_NPROC, PROCESSES),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
