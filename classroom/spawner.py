"""A learner's server: started when its turn has come, with limits of its own, under a user of its own if we may.

What breaks first in a class is the start. A server needs two seconds of processor, so thirty that start at once on two
cores take a minute, each of them longer than the hub waits, and all thirty fail. Here ``AT_ONCE`` start at a time; the
others wait in a queue, and the page on which they wait says their place.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from jupyterhub.spawner import LocalProcessSpawner
from jupyterhub.utils import wait_for_http_server

AT_ONCE = 4  # servers that may be starting
START = 120  # seconds for one server to answer, once its turn has come
SERVE = Path(__file__).with_name("serve.py")
PREFIX = "class-"  # of the system's users that are made for learners


class Queue:
    """Who waits for a turn, in order; at most ``at_once`` have one."""

    def __init__(self, at_once: int) -> None:
        self._free = asyncio.Semaphore(at_once)
        self.waiting: list[str] = []

    async def turn(self, name: str) -> None:
        """Wait until it is the turn of ``name``."""
        self.waiting.append(name)
        try:
            await self._free.acquire()
        finally:
            self.waiting.remove(name)

    def give_back(self) -> None:
        """The turn is over: whoever is first in the queue gets it."""
        self._free.release()

    def place(self, name: str) -> int:
        """1 for the first in the queue; 0 for who is not in it."""
        return self.waiting.index(name) + 1 if name in self.waiting else 0


class ClassSpawner(LocalProcessSpawner):
    """Starts servers a few at a time; each learner is a user of the system where the hub runs as root."""

    queue = Queue(AT_ONCE)

    async def start(self) -> tuple[str, int]:
        """Wait for a turn, start the server, and keep the turn until it answers."""
        await self.queue.turn(self.user.name)
        try:
            where: tuple[str, int] = await super().start()
            ip, port = where
            await wait_for_http_server(f"http://{ip or '127.0.0.1'}:{port}{self.server.base_url}", timeout=START)
            return where
        finally:
            self.queue.give_back()

    async def progress(self) -> AsyncIterator[dict[str, Any]]:
        """What the page says on which a learner waits."""
        before = None
        while self.pending:
            place = self.queue.place(self.user.name)
            if place != before:
                yield {"progress": 10 if place else 50, "message": said(place)}
            before = place
            await asyncio.sleep(0.5)

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        """What the new process does first: it becomes the learner's user, if it may, in a folder of theirs."""
        if may_make_users():
            prepare: Callable[[], None] = super().make_preexec_fn(system_user(name))
            return prepare
        home = self.home()

        def go_home() -> None:
            os.makedirs(home, 0o700, exist_ok=True)
            os.chdir(home)

        return go_home

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """The environment says who and where the learner is."""
        env["USER"] = system_user(self.user.name) if may_make_users() else self.user.name
        env["HOME"] = str(self.home())
        return env

    def home(self) -> Path:
        """The learner's folder, which is kept between lessons."""
        if may_make_users():
            return Path(pwd.getpwnam(system_user(self.user.name)).pw_dir)
        return Path(os.environ["SHMLESSON_CLASS"]) / self.user.name

    def move_certs(self, paths: Any) -> Any:
        """Nothing to move: the hub and its servers speak over loopback."""
        return paths


def said(place: int) -> str:
    """A sentence for somebody at this place of the queue."""
    if place > 1:
        return f"You are number {place} in the queue: {place - 1} before you, and it takes a few seconds each."
    return "You are next." if place else "Your notebooks are being opened."


def may_make_users() -> bool:
    """Only root can give each learner a user of their own."""
    return os.geteuid() == 0


def system_user(name: str) -> str:
    """The system's name for a learner: one that no person on this machine has."""
    return f"{PREFIX}{name}"


def make_user(name: str) -> None:
    """Have a user of the system for this learner, with a home that others cannot look into."""
    user = system_user(name)
    try:
        home = pwd.getpwnam(user).pw_dir
    except KeyError:
        command = ["useradd", "--create-home", "--shell", "/usr/sbin/nologin", user]
        subprocess.run(command, check=True, capture_output=True, timeout=30)
        home = pwd.getpwnam(user).pw_dir
    os.chmod(home, 0o700)


def command() -> list[str]:
    """What is started for each learner."""
    return [sys.executable, str(SERVE)]
