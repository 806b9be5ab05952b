"""The service of votes, without a hub: who brings ``token NAME`` is that person, if the room has one of that name."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import left_behind

LEARNERS = [f"learner-{number}" for number in range(30)]
TEACHER = "teacher"
ROOT = Path(__file__).resolve().parents[2]
ANSWER = 10  # seconds that an answer may take


class Room:
    """The service in a process of its own, on the votes in ``file``; for a ``with``."""

    def __init__(self, file, port=0):
        self.file, self.port = file, port

    def __enter__(self):
        # Without the mark: a file's tests share it, and it ends after the last of them has been looked at.
        unmarked = {name: value for name, value in os.environ.items() if name != left_behind.MARK}
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(self.file), str(self.port)], env=unmarked, stdout=subprocess.PIPE, text=True
        )
        self.port = int(self._process.stdout.readline())
        self.url = f"http://127.0.0.1:{self.port}/services/votes/"
        return self

    def __exit__(self, *_):
        self.kill()

    def kill(self):
        """End it as a machine's failure would: it can do nothing about it."""
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def ask(self, who, path, values=None):
        """The code, and what is said; with ``values``, or None, which are sent, or without."""
        headers = {"Authorization": f"token {who}"} if who else {}
        body = None if values is None else values if isinstance(values, bytes) else json.dumps(values).encode()
        request = urllib.request.Request(f"{self.url}{path}", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=ANSWER) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def teach(self, act, **values):
        """What the teacher's page shows after this."""
        code, state = self.ask(TEACHER, act, values)
        assert code == 200, state
        return state

    def vote(self, who, option, sure=None, question="who-gets-0"):
        """The code, and what is said."""
        return self.ask(who, "vote", {"question": question, "option": option, "sure": sure})

    def vote_at_once(self, votes):
        """The codes for the options that these vote for, by their names."""
        with ThreadPoolExecutor(len(votes)) as learners:
            return [code for code, _ in learners.map(lambda vote: self.vote(*vote), votes.items())]


def _serve(file, port):
    from tornado.httpserver import HTTPServer
    from tornado.netutil import bind_sockets

    sys.path.insert(0, str(ROOT / "classroom"))
    from shmlesson.course.question import questions
    from votes.ballots import Ballots
    from votes.person import Person
    from votes.service import MOST, service

    class OfTheRoom:
        async def person(self):
            name = self.request.headers.get("Authorization", "").removeprefix("token ")
            return Person(name, name == TEACHER) if name in (TEACHER, *LEARNERS) else None

        def get_login_url(self):
            return "/login"

        @classmethod
        def routes(cls, prefix):
            return []

    async def there():
        return len(LEARNERS)

    async def main():
        server = HTTPServer(service(Ballots(Path(file)), questions(), OfTheRoom, there), max_body_size=MOST)
        (socket,) = bind_sockets(int(port), "127.0.0.1")
        server.add_sockets([socket])
        print(socket.getsockname()[1], flush=True)
        await asyncio.Event().wait()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())


if __name__ == "__main__":
    _serve(*sys.argv[1:])
