"""A vote that the room sees: on a hub, what a learner picks is also sent to the class's service of votes.

The option goes there, and whether they were sure; the hub's token says that it is somebody of the class, and the
service keeps no name. Nothing here waits or raises in the notebook: a line under the question says how it went.
"""

from __future__ import annotations

import json
import os
import threading
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError

from .question import questions
from .store import STORE, Record, Store
from .words import WORDS, say

SERVICE, TOKEN = "SHMLESSON_VOTES", "JUPYTERHUB_API_TOKEN"  # in the environment, where there is such a service
DEADLINE = 2.0  # seconds for one vote, after which it counts as not sent
_NOT_NOW = 409  # the service's answer with a sentence for the learner, such as that the question is not open
_MOST = 4096  # bytes of an answer

Tell = Callable[[str], None]
Send = Callable[[dict[str, Any]], None]


class NotNow(Exception):
    """The service does not take this vote now, and says why."""


class Voting:
    """Passes on what is picked to ``send``, one vote after the other, and tells who shows the question how it went."""

    def __init__(self, store: Store, send: Send, deadline: float = DEADLINE) -> None:
        self._send, self._deadline = send, deadline
        self._tell: dict[str, Tell] = {}
        self._newest: dict[str, Record] = {}
        self._turn = threading.Lock()  # votes arrive in the order in which they were picked
        store.subscribe(self._take)

    def show(self, id: str, tell: Tell) -> None:
        """Have ``tell`` called, from a thread, with a sentence on each vote for this question."""
        self._tell[id] = tell

    def _take(self, record: Record) -> None:
        if record.what == "picked" and record.id in questions():
            self._newest[record.id] = record
            # A kernel need not wait for it.
            threading.Thread(target=self._vote, args=[record], daemon=True).start()

    def _vote(self, record: Record) -> None:
        with self._turn:
            if record is not self._newest[record.id]:
                return  # something else has been picked meanwhile, and only the last one counts
            said = self._sent(record)
        if record is self._newest[record.id] and record.id in self._tell:
            self._tell[record.id](said)

    def _sent(self, record: Record) -> str:
        """How it went, at the latest at the deadline: that of a socket begins anew with each byte."""
        said = [WORDS["vote_unsent"]]
        vote = {"question": record.id, "option": record.value, "sure": record.sure}
        sending = threading.Thread(target=self._try, args=[vote, said], daemon=True)
        sending.start()
        sending.join(self._deadline)
        return said[-1]

    def _try(self, vote: dict[str, Any], said: list[str]) -> None:
        try:
            self._send(vote)
            said.append(WORDS["vote_sent"])
        except NotNow as error:
            said.append(say("vote_not_now", why=error))
        except Exception:
            pass  # of any kind: the sentence is there already


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token elsewhere."""

    def redirect_request(self, *_: Any) -> None:
        return None


def sender(url: str, token: str) -> Send:
    """Sends a vote to the service at ``url``; ``NotNow`` or ``OSError`` if it does not take it."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)
    headers = {"Authorization": f"token {token}", "Content-Type": "application/json"}

    def send(vote: dict[str, Any]) -> None:
        request = urllib.request.Request(f"{url.rstrip('/')}/vote", json.dumps(vote).encode(), headers, method="POST")
        try:
            direct.open(request, timeout=DEADLINE).close()
        except HTTPError as error:
            with error:
                if error.code == _NOT_NOW:
                    raise NotNow(json.loads(error.read(_MOST))["error"]) from None
            raise

    return send


def _opened() -> Voting | None:
    """That of this notebook's kernel; None where there is no such service."""
    url, token = os.environ.get(SERVICE), os.environ.get(TOKEN)
    return Voting(STORE, sender(url, token)) if url and token else None


VOTING = _opened()
