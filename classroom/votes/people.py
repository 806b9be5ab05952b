"""Who asks, and how many are there: the hub says so."""

from __future__ import annotations

import hashlib
import json
import time

from jupyterhub.services.auth import HubOAuth, HubOAuthCallbackHandler, HubOAuthenticated, UserNotAllowed
from tornado.httpclient import AsyncHTTPClient
from tornado.web import HTTPError

from .person import TEACHERS, Person, person_of

_KEPT = 3.0  # seconds for which the number of those who are there is not asked again
_PAGES = 100  # of the hub's answers, at most
_PAGED = "application/jupyterhub-pagination+json"


class OfTheHub(HubOAuthenticated):
    """Makes a handler know who asks, by a token or by having been logged in; to be mixed into it."""

    async def person(self) -> Person | None:
        """Who asks; None if the hub does not know them. 403 if what they came with does not lead here."""
        model = await self.hub_auth.get_user(self, sync=False)
        if not model:
            return None
        try:
            self.current_user = self.check_hub_user(model)
        except UserNotAllowed:
            raise HTTPError(403) from None
        return person_of(model)

    @classmethod
    def routes(cls, prefix: str) -> list[tuple[str, type]]:
        """What else must be answered: where the hub sends back who has logged in."""
        return [(f"{prefix}oauth_callback", HubOAuthCallbackHandler)]


def cookie_secret() -> bytes:
    """The same after a restart of the service, so that the page goes on; another one after a restart of the hub."""
    return hashlib.sha256(b"votes:" + HubOAuth.instance().api_token.encode()).digest()


class There:
    """How many are there: the people whose server runs, but for teachers."""

    def __init__(self) -> None:
        self._known: int | None = None
        self._until = 0.0

    async def count(self) -> int | None:
        """What the hub says, or said a moment ago; None if it says nothing."""
        if time.monotonic() >= self._until:
            self._until = time.monotonic() + _KEPT
            try:
                self._known = await _learners()
            except Exception:  # of any kind: the votes go on without it
                self._known = None
        return self._known


async def _learners() -> int:
    hub = HubOAuth.instance()
    headers = {"Authorization": f"token {hub.api_token}", "Accept": _PAGED}
    learners, offset = 0, 0
    for _ in range(_PAGES):
        url = f"{hub.api_url}/users?state=active&offset={offset}"
        answer = await AsyncHTTPClient().fetch(url, headers=headers, request_timeout=2)
        page = json.loads(answer.body)
        learners += sum(TEACHERS not in user.get("groups", ()) for user in page["items"])
        if not (following := page["_pagination"]["next"]):
            break
        offset = following["offset"]
    return learners
