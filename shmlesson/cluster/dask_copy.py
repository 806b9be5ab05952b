"""An array that goes from one process of Dask to another: started, asked, ended, in a program with a deadline."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import Any

from ..client.survivors import end_survivors
from ..memory.available import room_for
from ..memory.sizes import check_size
from ..wire.belongings import MARK
from .got import Got, getting, inode_of

_PROGRAM = "from shmlesson.cluster.dask_copy import main; main({})"


def copy_by_dask(size: int, seconds: float = 100) -> Got:
    """Have a process of Dask make an array of ``size`` bytes, and another one get it; what that one got.

    Both are on this machine. ``TimeoutError`` if that takes more than so many ``seconds``.
    """
    room_for(check_size(size), copies=4)
    mark = f"{os.getpid()}-dask"
    program = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM.format(size)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, MARK: mark},
    )
    try:
        told, _ = program.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"Dask has not answered after {seconds:g} seconds") from None
    finally:
        if program.poll() is None:
            os.killpg(program.pid, signal.SIGKILL)
        program.wait()
        program.stdout.close()  # type: ignore[union-attr]
        end_survivors(mark, 10)
    if program.returncode:
        raise RuntimeError(f"Dask has failed: its program ended with exit code {program.returncode}")
    return Got(process="another process of Dask", way="Dask, same node", **json.loads(told))


def _array(size: int) -> Any:
    import numpy

    return numpy.full(size, ord("a"), numpy.uint8)


def _told(array: Any) -> dict[str, Any]:
    """What the process says that was given this array: Dask notes how long it took to get it from the other one."""
    from distributed import get_worker

    told = getting(lambda: array)
    told["seconds"] = sum(one["duration"] for one in get_worker().transfer_incoming_log)
    told.pop("pid")
    return told


def main(size: int) -> None:
    """Two processes of Dask: the first makes the array, the second one gets it."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as cluster,
        Client(cluster) as client,
    ):
        first, second = client.scheduler_info()["workers"]
        array = client.submit(_array, size, workers=first)
        told = client.submit(_told, array, workers=second).result()
        told["source"] = client.submit(inode_of, array, workers=first).result()
    print(json.dumps(told))
