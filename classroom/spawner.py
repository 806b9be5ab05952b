"""A learner's server: started when its turn has come, with limits of its own, under a user of its own if we may.

What breaks first in a class is the start. A server needs two seconds of processor, so thirty that start at once on two
cores take a minute, each of them longer than the hub waits, and all thirty fail. Here ``AT_ONCE`` start at a time; the
others wait in a queue, and the page on which they wait says their place.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from jupyterhub.spawner import LocalProcessSpawner
from jupyterhub.utils import wait_for_http_server

from accounts import end_all, make_user, may_make_users, system_user, uid_of
from turns import Turns, said

AT_ONCE = 4  # servers that may be starting
START = 120  # seconds for one server to answer, once its turn has come
ATTEMPTS = 2  # a port that was free may be taken a moment later
SERVE = Path(__file__).with_name("serve.py")


class ClassSpawner(LocalProcessSpawner):
    """Starts servers a few at a time; each learner is a user of the system where the hub may make one."""

    turns = Turns(AT_ONCE)

    async def start(self) -> tuple[str, int]:
        """Wait for a turn, start the server, and keep the turn until it answers."""
        async with self.turns.turn(self.user.name):
            if may_make_users():
                await asyncio.to_thread(make_user, self.user.name)
            for attempt in range(ATTEMPTS):
                await self._end_all()
                try:
                    return await self._answering()
                except ChildProcessError:
                    if attempt == ATTEMPTS - 1:
                        raise
            raise AssertionError("there is a last attempt")

    async def _answering(self) -> tuple[str, int]:
        """Where the server is, once it answers; ``ChildProcessError`` if it ends before."""
        self.port = 0
        where: tuple[str, int] = await super().start()
        url = f"http://{where[0]}:{where[1]}{self.server.base_url}"
        answer = asyncio.ensure_future(wait_for_http_server(url, timeout=START))
        try:
            while not (await asyncio.wait({answer}, timeout=0.2))[0]:
                if (status := await self.poll()) is not None:
                    raise ChildProcessError(f"the server of {self.user.name} ended with {status} before it answered")
            await answer
        finally:
            answer.cancel()
        return where

    async def stop(self, now: bool = False) -> None:
        """End the server, and all that the learner has started."""
        await super().stop(now)
        await self._end_all()

    async def _end_all(self) -> None:
        await asyncio.to_thread(end_all, self.user.name, uid_of(self.user.name))

    async def progress(self) -> AsyncIterator[dict[str, Any]]:
        """What the page says on which a learner waits."""
        before = None
        while self.pending:
            place = self.turns.place(self.user.name)
            if place != before:
                yield {"progress": 10 if place else 50, "message": said(place)}
            before = place
            await asyncio.sleep(0.5)

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        """What the new process does first: it becomes the learner's user, if it may, in a folder of theirs."""
        if may_make_users():
            prepare: Callable[[], None] = super().make_preexec_fn(system_user(name))
            return prepare
        home = self._home()

        def go_home() -> None:
            os.makedirs(home, 0o700, exist_ok=True)
            os.chdir(home)

        return go_home

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """The environment says who and where the learner is."""
        return {**env, "USER": system_user(self.user.name), "HOME": str(self._home())}

    def _account(self) -> pwd.struct_passwd:
        return pwd.getpwnam(system_user(self.user.name))

    def _home(self) -> Path:
        """The learner's folder, which is kept between lessons."""
        return Path(self._account().pw_dir if may_make_users() else Path(os.environ["CLASS_HOMES"]) / self.user.name)

    async def move_certs(self, paths: Any) -> Any:
        """Nothing to move: the hub and its servers speak over loopback."""
        return paths


def command() -> list[str]:
    """What is started for each learner."""
    return [sys.executable, str(SERVE)]
