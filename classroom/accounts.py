"""A learner's account on this machine: a user of their own where we may make one, and all that ends with a lesson."""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil

HERE = Path(__file__).resolve().parent
PREFIX = "class-"  # of the system's users that are made for learners: no person has such a name
LONGEST = 16  # characters of a name
_SHARED = ("/dev/shm", "/tmp", "/var/tmp")  # where anybody may leave something
_ENDED_WITHIN = 10.0  # seconds
_useradd = threading.Lock()  # useradd locks /etc/passwd, and fails where another has done so


def name_from(typed: str) -> str:
    """What somebody typed as their name, as a name for an account: ``Zoë B.`` is ``zoe-b``; empty if none is left."""
    letters = unicodedata.normalize("NFKD", typed).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).lstrip("-0123456789")[:LONGEST].rstrip("-")


def may_make_users() -> bool:
    """Whether each learner can be a user of their own here."""
    return os.geteuid() == 0 and shutil.which("useradd") is not None and closed(_needed()) is None


def not_apart() -> str:
    """One sentence on what is not kept apart on this machine, and how it would be; empty if everything is."""
    if may_make_users():
        return ""
    shared = "All learners share one account, so any of them can read, change and stop what another has"
    if os.geteuid() != 0:
        return f"{shared}: start the class as root to give each a user of their own."
    if path := closed(_needed()):
        why = f"other users may not enter {path}, so install it elsewhere, as in /opt"
        return f"{shared}, and that account is root: {why}."
    return f"{shared}, and that account is root: there is no useradd here."


def _needed() -> list[Path]:
    """What every learner's server is made of: the interpreter, its library, the packages, these files."""
    found = [importlib.util.find_spec(name) for name in ("shmlesson", "jupyterhub")]
    origins = [spec.origin for spec in found if spec and spec.origin]
    return [Path(path) for path in (sys.executable, os.__file__, *origins, str(HERE / "serve.py"))]


def closed(paths: Iterable[Path]) -> Path | None:
    """The first file that others may not read, or folder above it that they may not enter; None if there is none."""
    for path in paths:
        for way in {path.absolute(), path.resolve()}:
            for folder in reversed(way.parents):
                if not _may_be_entered(folder):
                    return folder
            if not way.stat().st_mode & stat.S_IROTH:
                return way
    return None


def _may_be_entered(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_IXOTH)


def system_user(name: str) -> str:
    """The system's name for a learner."""
    return f"{PREFIX}{name}"


def make_user(name: str) -> None:
    """Have a user of the system for this learner, with a home that others cannot look into."""
    user = system_user(name)
    with _useradd:
        try:
            pwd.getpwnam(user)
        except KeyError:
            command = ["useradd", "--create-home", "--shell", "/usr/sbin/nologin", user]
            subprocess.run(command, check=True, capture_output=True, timeout=30)
    os.chmod(pwd.getpwnam(user).pw_dir, 0o700)


def uid_of(name: str) -> int | None:
    """The number of the learner's own user; None where there is none."""
    try:
        return pwd.getpwnam(system_user(name)).pw_uid if may_make_users() else None
    except KeyError:
        return None


def end_all(name: str, uid: int | None) -> None:
    """End every process of this learner, also one that has left its session, and remove what they left for all to see.

    ``uid`` is that of a user of their own; without one a process is known by the name in its environment.
    """
    deadline = time.monotonic() + _ENDED_WITHIN
    while there := processes(name, uid):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(there)} processes of {name} would not end")
        _kill(there, uid)
    for path in _left(name, uid):
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)


def processes(name: str, uid: int | None) -> list[psutil.Process]:
    """Those of a learner that run; what waits to be reaped has ended."""
    return [process for process in psutil.process_iter() if _is_of(process, name, uid)]


def _is_of(process: psutil.Process, name: str, uid: int | None) -> bool:
    try:
        # Whose it is comes first: of most of the machine's processes no more need be asked.
        own = process.environ().get("JUPYTERHUB_USER") == name if uid is None else process.uids().real == uid
        return bool(own and process.status() != psutil.STATUS_ZOMBIE)
    except (psutil.Error, OSError):
        return False


def _kill(processes: list[psutil.Process], uid: int | None) -> None:
    if uid is not None:
        # In one call for all of them: one by one they would fork faster than they end.
        command = [sys.executable, "-I", "-S", "-c", "import os; os.kill(-1, 9)"]
        subprocess.run(command, user=uid, group=uid, extra_groups=[], timeout=30, check=False, capture_output=True)
        return
    # By number, not by psutil, which takes a process for another one when the clock is set.
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for process in processes:
            try:
                os.kill(process.pid, number)
            except ProcessLookupError:
                pass  # it has ended by itself


def _left(name: str, uid: int | None) -> Iterator[Path]:
    """What a learner has left where anybody may leave something."""
    for folder in _SHARED:
        for path in Path(folder).glob("*"):
            try:
                own = path.lstat().st_uid == uid
            except OSError:
                continue
            if own or path.name.startswith(temporary_prefix(name)):
                yield path


def temporary_prefix(name: str) -> str:
    """How the name of a learner's temporary folder begins; no learner's name has a dot."""
    return f"class.{name}."


def make_temporary(name: str) -> str:
    """A new temporary folder of this learner."""
    return tempfile.mkdtemp(prefix=temporary_prefix(name))
