"""The proxy between the browsers and the hub: ``configurable-http-proxy`` from PyPI, which needs no Node, mended.

As it is (0.4.0) it collects an answer before it passes it on, at most 20 seconds long and ten at a time, so the page on
which a learner waits would never say a place, and ten who wait would hold up everybody. And it does not negotiate a
websocket's subprotocol, without which a browser that asks for one hangs up on its kernel.

usage: python proxy.py, with the options of configurable-http-proxy
"""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

import aiohttp
from configurable_http_proxy import configproxy
from configurable_http_proxy.cli import main
from configurable_http_proxy.handlers import ProxyHandler
from tornado.iostream import StreamClosedError
from tornado.web import Application
from tornado.websocket import WebSocketClosedError, websocket_connect
from yarl import URL

LARGEST_MESSAGE = 256 << 20  # bytes, of a websocket: an output with many pictures
_NOT_PASSED_ON = {"connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"}


class Streaming(ProxyHandler):
    """Passes on each part of an answer when it comes, and asks for the websocket that the browser has asked for."""

    _session: aiohttp.ClientSession | None = None

    async def call_proxy(self, path: str | None = None) -> None:
        """Ask the hub or a learner's server, and pass its answer on."""
        if (url := await self.get_target_url(path)) is None:
            return
        try:
            async with self._ask(url) as answer:
                self._begin(answer)
                async for part in answer.content.iter_any():
                    self.write(part)
                    await self.flush()
        except StreamClosedError:
            return  # the browser has gone
        except (aiohttp.ClientError, OSError) as error:
            if not self._headers_written:
                await self.handle_proxy_error(503, error)
            return
        self.finish()

    def _ask(self, url: str) -> Any:
        cls = type(self)
        if cls._session is None:  # made here, for it belongs to the running loop
            unlimited = aiohttp.TCPConnector(limit=0)
            no_end = aiohttp.ClientTimeout(total=None)
            none_kept = aiohttp.DummyCookieJar()
            cls._session = aiohttp.ClientSession(
                connector=unlimited, timeout=no_end, cookie_jar=none_kept, auto_decompress=False
            )
        headers = _passed_on(self._get_proxy_request(url).headers)
        return cls._session.request(
            self.request.method,
            URL(url, encoded=True),
            headers=headers,
            data=self.request.body or None,
            allow_redirects=False,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        )

    def _begin(self, answer: aiohttp.ClientResponse) -> None:
        self.set_status(answer.status, answer.reason)
        for name in ("Server", "Content-Type", "Date"):  # Tornado's own
            self.clear_header(name)
        for name, value in answer.headers.items():
            if name.lower() not in _NOT_PASSED_ON - {"content-length"}:
                self.add_header(name, value)

    async def start_ws_client(self, path: str | None = None) -> None:
        """Open the websocket to the server before the browser's is accepted, so that it gets the same subprotocol."""
        if (url := await self.get_target_url(path)) is None:
            return
        self.closed = False
        self._early: list[str | bytes] = []
        request = self._get_proxy_request(url.replace("http", "ws", 1))
        offered = request.headers.get("Sec-Websocket-Protocol", "")
        request.headers = _passed_on(request.headers)
        try:
            self.ws_client = await websocket_connect(
                request,
                on_message_callback=self._pass_on,
                subprotocols=[name.strip() for name in offered.split(",")] if offered else None,
                max_message_size=LARGEST_MESSAGE,
            )
        except Exception as error:  # of any kind: the server may be ending
            await self.handle_proxy_error(getattr(error, "code", 503), error)

    def select_subprotocol(self, _offered: list[str]) -> str | None:
        """The one that the server has picked."""
        return str(self.ws_client.selected_subprotocol) if self.ws_client.selected_subprotocol else None

    def open(self, *_path: str) -> None:
        """Pass on what the server has said meanwhile."""
        early, self._early = self._early, []
        for message in early:
            self._pass_on(message)

    def _pass_on(self, message: str | bytes | None) -> None:
        if message is None:
            if self.ws_connection:
                self.close()
            return
        if self.target:
            self.proxy.update_last_activity(self.target["prefix"])
        if not self.ws_connection:
            self._early.append(message)
            return
        try:
            self.write_message(message, binary=isinstance(message, bytes))
        except WebSocketClosedError:
            pass  # the browser has gone

    def on_message(self, message: str | bytes) -> None:
        """Pass on what the browser says."""
        if self.ws_client:
            self.proxy.update_last_activity(self.target["prefix"])
            try:
                self.ws_client.write_message(message, binary=isinstance(message, bytes))
            except WebSocketClosedError:
                self.close()


def _passed_on(headers: Any) -> dict[str, str]:
    """All but those that belong to one connection."""
    return {
        name: value
        for name, value in headers.items()
        if name.lower() not in _NOT_PASSED_ON and not name.lower().startswith("sec-websocket-")
    }


def _with_large_messages(*arguments: Any, **settings: Any) -> Application:
    return Application(*arguments, **settings, websocket_max_message_size=LARGEST_MESSAGE)


if __name__ == "__main__":
    logging.disable(logging.INFO)  # the hub asks for a line for each request and route
    sys.argv[0] = os.path.basename(__file__)
    configproxy.ProxyHandler = Streaming
    configproxy.Application = _with_large_messages
    main()
