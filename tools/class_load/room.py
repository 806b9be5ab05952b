"""The room: a hub of its own with the class's configuration, and what it leaves behind."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from accounts import processes, system_user, temporary_prefix, uid_of

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "for-the-room-only"
STARTS_WITHIN = 120.0  # seconds
ENDS_WITHIN = 180.0


@dataclass(frozen=True)
class Room:
    """A hub that runs: its address, its own folder, and its process."""

    address: str
    folder: Path
    hub: subprocess.Popen[bytes]


@contextlib.contextmanager
def room(names: list[str]) -> Iterator[Room]:
    """A hub for learners of these ``names``. At the end it is stopped; its folder and its new users are removed."""
    folder = Path(tempfile.mkdtemp(prefix="class-"))
    new = [name for name in names if not _is_user(name)]
    address = f"http://127.0.0.1:{_free_ports()}"
    environment = {**os.environ, "CLASS_FOLDER": str(folder / "class"), "CLASS_ADDRESS": address}
    environment["CLASS_PASSWORD"] = PASSWORD
    command = [sys.executable, "-m", "jupyterhub", "-f", str(ROOT / "classroom" / "jupyterhub_config.py")]
    with open(folder / "log", "wb") as log:
        hub = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait(address, hub, folder / "log")
        yield Room(address, folder, hub)
    finally:
        stop(hub)
        for name in new:
            if _is_user(name):
                subprocess.run(["userdel", "--remove", system_user(name)], check=False, capture_output=True)
        if sys.exc_info()[0] or os.environ.get("CLASS_KEEP_LOG"):
            print((folder / "log").read_text(errors="replace")[-6000:])
        shutil.rmtree(folder)


def stop(hub: subprocess.Popen[bytes]) -> None:
    """Stop the hub as Ctrl-C does: it ends its servers and its proxy."""
    if hub.poll() is None:
        hub.send_signal(signal.SIGINT)
        try:
            hub.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(hub.pid, signal.SIGKILL)
            hub.wait()


def _is_user(name: str) -> bool:
    with contextlib.suppress(KeyError):
        return bool(pwd.getpwnam(system_user(name)))
    return False


def _free_ports() -> int:
    """The first of three ports in a row that nobody uses now, below those that the system hands out."""
    for port in range(8200, 30000, 3):
        with contextlib.ExitStack() as stack:
            try:
                for number in range(port, port + 3):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", number))
            except OSError:
                continue
            return port
    raise OSError("no three free ports in a row")


def _wait(address: str, hub: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            # The proxy is there before the hub, and says 404 until then.
            urllib.request.urlopen(f"{address}/hub/health", timeout=5).close()
            return
        except (urllib.error.URLError, OSError) as error:
            if hub.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the hub did not start:\n{log.read_text(errors='replace')}") from error
            time.sleep(0.2)


def processes_of(name: str) -> list[psutil.Process]:
    """Every process that this learner has now."""
    return processes(name, uid_of(name))


def memory_of(name: str) -> float:
    """MiB that this learner's processes take, each page counted once among those who share it (Pss)."""
    return sum(_pss(process) for process in processes_of(name)) / (1 << 20)


def _pss(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except (psutil.Error, OSError, AttributeError):
        return 0


def lying_about() -> set[str]:
    """What is in the folders where anybody may leave something."""
    return {str(path) for folder in ("/dev/shm", "/tmp", "/var/tmp") for path in Path(folder).glob("*")}


def of_class(paths: set[str], names: list[str]) -> set[str]:
    """Those that a learner of the class has left: by owner, or by the name of the folder."""
    owners = {pwd.getpwnam(system_user(name)).pw_uid for name in names if _is_user(name)}
    prefixes = tuple(map(temporary_prefix, names))
    return {path for path in paths if _owner(path) in owners or Path(path).name.startswith(prefixes)}


def _owner(path: str) -> int | None:
    try:
        return os.lstat(path).st_uid
    except OSError:
        return None
