"""What the votes' service answers: a learner's vote, and what the teacher's page asks for.

``POST vote``                    {"question": "who-gets-0", "option": "child", "sure": true}; from a notebook
``GET  .``, ``GET  state``       the page, and each second what it shows
``POST open|show|hide|second|close``   what its buttons do; ``open`` with {"question": ...}

Errors are ``{"error": sentence}``: 400 for what is no vote, 403 for who may not, 409 for what is not to be had now.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from html import escape
from typing import Any

from tornado.web import Application, HTTPError, RequestHandler

from shmlesson.course.question import Question

from .ballots import ROUNDS, Ballots, Poll
from .page import NO_IDEA, WORDS, page, state

MOST = 4096  # bytes of a request
_ERRORS = WORDS["errors"]
_ONLY_OURS = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


class Refused(HTTPError):
    """A request that is answered with a sentence: that of this name in the words."""

    def __init__(self, code: int, name: str, **facts: object) -> None:
        super().__init__(code)
        self.sentence = _ERRORS[name].format(**facts)


class Asked(RequestHandler):
    """A request; who makes it is known to what is mixed in, ``person()``."""

    async def prepare(self) -> None:
        """Nobody from outside gets further than this."""
        self.who = await self.person()
        if self.who is None:
            self.nobody()

    def nobody(self) -> None:
        """The hub does not know who asks."""
        raise Refused(403, "outside")

    def set_default_headers(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")

    def write_error(self, status_code: int, **settings: Any) -> None:
        """A sentence, whatever it was."""
        error = settings.get("exc_info", (None, None))[1]
        default = {403: "outside", 405: "not_found"}.get(status_code, "fault")
        self.refuse(getattr(error, "sentence", _ERRORS[default]))

    def refuse(self, sentence: str) -> None:
        """Answer with this."""
        self.finish({"error": sentence})

    @property
    def ballots(self) -> Ballots:
        return self.settings["ballots"]

    @property
    def questions(self) -> Mapping[str, Question]:
        return self.settings["questions"]

    def body(self) -> dict[str, Any]:
        """What was sent; 400 if it is not a table of JSON."""
        try:
            values = json.loads(self.request.body or "{}")
        except (ValueError, RecursionError):
            values = None
        if not isinstance(values, dict):
            raise Refused(400, "not_a_vote")
        return values

    def question(self, values: Mapping[str, Any]) -> Question:
        """The question that was meant; 400 if there is none."""
        id = values.get("question")
        if not isinstance(id, str):
            raise Refused(400, "not_a_vote")
        if id not in self.questions:
            raise Refused(400, "no_question", id=id)
        return self.questions[id]

    def poll(self) -> Poll:
        """The question that is open; 409 if none is."""
        if (poll := self.ballots.poll()) is None:
            raise Refused(409, "nothing_open")
        return poll


class Vote(Asked):
    """A learner's vote."""

    async def post(self) -> None:
        """Count it."""
        values = self.body()
        question = self.question(values)
        option, sure = values.get("option"), values.get("sure")
        if not isinstance(option, str) or not (sure is None or isinstance(sure, bool)):
            raise Refused(400, "not_a_vote")
        if option not in {NO_IDEA, *(each.name for each in question.options)}:
            raise Refused(400, "no_option", id=question.id, option=option)
        if self.who.teacher:
            raise Refused(409, "teacher")
        poll = self.ballots.poll()
        if poll is None or poll.question != question.id:
            raise Refused(409, "not_open")
        self.ballots.take(poll, self.who.name, option, sure)
        self.write({"round": poll.round})


class Teachers(Asked):
    """What only a teacher may ask for."""

    async def prepare(self) -> None:
        """No learner gets further than this."""
        await super().prepare()
        if self.who is not None and not self.who.teacher:
            raise Refused(403, "not_teacher")


class Page(Teachers):
    """The page for the projector."""

    def nobody(self) -> None:
        """Log in first."""
        self.redirect(self.get_login_url())

    def refuse(self, sentence: str) -> None:
        """To be read by a person."""
        self.finish(f"<!doctype html><html lang=en><title>{escape(WORDS['title'])}</title><p>{escape(sentence)}</p>")

    async def get(self) -> None:
        """The page, which asks for what it shows by itself."""
        nonce = secrets.token_urlsafe(16)
        self.set_header("Content-Security-Policy", _ONLY_OURS.format(nonce=nonce))
        token = self.xsrf_token
        self.write(page(self.questions, token.decode() if isinstance(token, bytes) else token, nonce))


class State(Teachers):
    """What the page shows."""

    async def get(self) -> None:
        """As plain values."""
        await self.tell()

    async def tell(self) -> None:
        """Say what is to be shown now."""
        there = await self.settings["there"]()
        poll = self.ballots.poll()
        self.write(state(poll, self.questions.get(poll.question) if poll else None, self.ballots, there))


class Act(State):
    """One of the page's buttons; the answer is what is to be shown then."""

    async def post(self, what: str) -> None:
        """Do it."""
        getattr(self, f"_{what}")()
        await self.tell()

    def _open(self) -> None:
        self.ballots.open(self.question(self.body()).id)

    def _show(self) -> None:
        self.poll()
        self.ballots.show(True)

    def _hide(self) -> None:
        self.poll()
        self.ballots.show(False)

    def _second(self) -> None:
        if self.poll().round == ROUNDS:
            raise Refused(409, "last_round")
        self.ballots.second()

    def _close(self) -> None:
        self.poll()
        self.ballots.close()


def service(
    ballots: Ballots,
    questions: Mapping[str, Question],
    people: type,
    there: Callable[[], Awaitable[int | None]],
    prefix: str = "/services/votes/",
    **settings: Any,
) -> Application:
    """The service. ``people`` is mixed into each handler: its ``person()`` says who asks, ``routes(prefix)`` what else
    there is to be answered. ``there`` says how many are there."""
    acts = "open|show|hide|second|close"
    routes = {"vote": Vote, "": Page, "state": State, f"({acts})": Act}
    own = [(f"{prefix}{path}", _with(people, handler)) for path, handler in routes.items()]
    return Application([*own, *people.routes(prefix)], ballots=ballots, questions=questions, there=there, **settings)


def _with(people: type, handler: type) -> type:
    return type(handler.__name__, (people, handler), {})
