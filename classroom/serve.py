"""Become a learner's server: a working copy of the notebooks, limits, and then JupyterLab for the hub.

It runs as the learner, so nothing that it does can be more than the learner may. What it limits is limited for all
that it starts, and cannot be raised again.
"""

from __future__ import annotations

import os
import pwd
import resource
import sys
from pathlib import Path

from accounts import PREFIX, make_temporary
from shmlesson.command.jupyterlab import WORKSPACES, environment, fold_files
from shmlesson.command.working_copy import prepare

FOLDER = "shmlesson-notebooks"
MIB = 1 << 20
# Of each process; one that wants more gets MemoryError or OSError, and the notebook goes on.
DATA, ADDRESSES = 768 * MIB, 3072 * MIB  # bytes: memory of its own; all that it has mapped, shared blocks included
PROCESSES = 300  # of one learner, threads included: a server with three kernels has about 70
FILES = 4096
# Libraries ask for room for each core and thread, of which a learner uses none; what the user has set goes first.
MODEST = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}


def main() -> None:
    """Does not return: this process becomes the server."""
    os.umask(0o077)
    limit()
    os.environ["TMPDIR"] = make_temporary(os.environ["JUPYTERHUB_USER"])
    folder = Path.home() / FOLDER
    prepare(folder)
    fold_files(folder)
    command = [
        *(sys.executable, "-m", "jupyterhub.singleuser"),
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.workspaces_dir={folder / WORKSPACES}",
        *(["--allow-root"] if os.geteuid() == 0 else []),
        *sys.argv[1:],
    ]
    os.execve(sys.executable, command, {**MODEST, **environment()})


def limit() -> None:
    """No learner can take all memory or all processes of the machine."""
    limits = {
        resource.RLIMIT_DATA: DATA,
        resource.RLIMIT_AS: ADDRESSES,
        resource.RLIMIT_NOFILE: FILES,
        resource.RLIMIT_CORE: 0,
    }
    if has_user_of_its_own():
        limits[resource.RLIMIT_NPROC] = PROCESSES  # counted for the whole account, which others may share
    for which, most in limits.items():
        _, hard = resource.getrlimit(which)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (most, most))


def has_user_of_its_own() -> bool:
    """Whether this account was made for one learner."""
    return pwd.getpwuid(os.geteuid()).pw_name.startswith(PREFIX)


if __name__ == "__main__":
    main()
