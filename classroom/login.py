"""Who may come in: anybody with the room's password, under any name; and the teacher, who sees the projector's page."""

from __future__ import annotations

from typing import Any

from jupyterhub.authenticators.shared import SharedPasswordAuthenticator
from jupyterhub.handlers import BaseHandler
from tornado import web
from traitlets import Unicode

from accounts import name_from
from projector import page


class ClassAuthenticator(SharedPasswordAuthenticator):
    """One password for the room. A name is what somebody typed, made fit for an account."""

    address = Unicode(help="What the room types into the browser.").tag(config=True)

    def normalize_username(self, username: str) -> str:
        """``Zoë B.`` comes in as ``zoe-b``."""
        return name_from(username)

    def get_handlers(self, app: Any) -> list[tuple[str, type]]:
        """The hub's pages for logging in, and the projector's."""
        return [*super().get_handlers(app), ("/projector", Projector)]


class Projector(BaseHandler):
    """``/hub/projector``: how to log in, in big letters. It has the password, so only the teacher gets it."""

    @web.authenticated
    def get(self) -> None:
        if not self.current_user.admin:
            raise web.HTTPError(403, "This page is the teacher's: log out, and in again as teacher.")
        self.finish(page(self.authenticator.address, self.authenticator.user_password))
