"""A learner's browser, as the hub sees it: logs in, waits for their turn, opens notebooks, leaves."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from class_load.kernel import Kernel

WAIT = aiohttp.ClientTimeout(total=900)


class Refused(Exception):
    """The hub or the server answered with an error that somebody would have seen."""


class Visitor:
    """One person with one browser, so with cookies of their own."""

    def __init__(self, address: str, name: str, password: str) -> None:
        self.address, self.name, self.password = address, name, password
        jar = aiohttp.CookieJar(unsafe=True)  # also for an address that is a number
        self.http = aiohttp.ClientSession(cookie_jar=jar, timeout=WAIT)
        self.told: list[str] = []  # by the page on which one waits
        self.kernels: dict[str, Kernel] = {}

    async def close(self) -> None:
        """Close the browser."""
        for kernel in self.kernels.values():
            await kernel.close()
        await self.http.close()

    async def log_in(self, then: str = "") -> None:
        """Type name and password; then one's server starts, or waits for its turn, or another page comes."""
        await self.get("/hub/login")
        form = {"username": self.name, "password": self.password, "_xsrf": self._xsrf("/hub/")}
        async with self.http.post(
            f"{self.address}/hub/login?next={quote(then)}", data=form, headers={"Sec-Fetch-Mode": "navigate"}
        ) as answer:
            await _check(answer)

    async def start_again(self) -> None:
        """Press *Start my server*."""
        await self.get(f"/hub/spawn/{self.name}")

    async def wait_for_notebooks(self) -> None:
        """What the page does by itself: follow the progress, then go to the server."""
        path = f"/hub/api/users/{self.name}/server/progress"
        while True:
            async with self.http.get(f"{self.address}{path}", headers=self._headers("/hub/")) as answer:
                await _check(answer)
                if await self._ready(answer):
                    break
        await self.get(f"/user/{self.name}/lab")

    async def _ready(self, answer: aiohttp.ClientResponse) -> bool:
        async for line in answer.content:
            if not line.startswith(b"data:"):
                continue
            event = json.loads(line[5:])
            self.told.append(event.get("message", ""))
            if event.get("failed"):
                raise Refused(f"the page said: {event.get('message')}")
            if event.get("ready"):
                return True
        return False

    async def open(self, notebook: str) -> Kernel:
        """Open a notebook, as JupyterLab does: its text, a session, and the websocket of its kernel."""
        await self.get(f"/user/{self.name}/api/contents/{notebook}?content=1")
        body = {"path": notebook, "name": notebook, "type": "notebook", "kernel": {"name": "python3"}}
        session = await self._server("POST", "api/sessions", body)
        address = f"{self.address}/user/{self.name}/api/kernels/{session['kernel']['id']}"
        kernel = Kernel(session["kernel"]["id"], session["id"])
        await kernel.connect(self.http, f"{address}/channels?session_id={secrets.token_hex(8)}")
        self.kernels[notebook] = kernel
        return kernel

    async def interrupt(self, kernel: Kernel) -> None:
        """Press the square."""
        await self._server("POST", f"api/kernels/{kernel.id}/interrupt", {})

    async def stop_server(self) -> None:
        """Press *Stop my server* on the hub's page, and wait until it has stopped."""
        for kernel in self.kernels.values():
            await kernel.close()
        self.kernels = {}
        url = f"{self.address}/hub/api/users/{self.name}/server"
        async with self.http.delete(url, headers=self._headers("/hub/")) as answer:
            await _check(answer)
        while await self._has_server():
            await asyncio.sleep(0.5)

    async def _has_server(self) -> bool:
        """Whether there is one, or one that is still stopping."""
        async with self.http.get(f"{self.address}/hub/api/user", headers=self._headers("/hub/")) as answer:
            await _check(answer)
            user = await answer.json()
        return bool(user.get("server") or user.get("pending"))

    async def log_out(self) -> None:
        """Log out."""
        await self.get("/hub/logout")

    async def _server(self, method: str, path: str, body: object) -> Any:
        prefix = f"/user/{self.name}/"
        url = f"{self.address}{prefix}{quote(path)}"
        async with self.http.request(method, url, json=body, headers=self._headers(prefix)) as answer:
            await _check(answer)
            return await answer.json() if answer.content_type == "application/json" else None

    async def get(self, path: str) -> None:
        """Get a page, and all of it."""
        where = "/hub/" if path.startswith("/hub/") else f"/user/{self.name}/"
        headers = self._headers(where) if "/api/" in path else {"Sec-Fetch-Mode": "navigate"}
        async with self.http.get(f"{self.address}{path}", headers=headers) as answer:
            await _check(answer)
            await answer.read()

    def _headers(self, path: str) -> dict[str, str]:
        return {"X-XSRFToken": self._xsrf(path), "Sec-Fetch-Mode": "cors"}

    def _xsrf(self, path: str) -> str:
        """The cookie that a page sends back, to show that it may: the hub has one, and each server."""
        there = self.http.cookie_jar.filter_cookies(URL(f"{self.address}{path}"))
        return there["_xsrf"].value if "_xsrf" in there else ""


async def _check(answer: aiohttp.ClientResponse) -> None:
    if answer.status >= 400:
        text = (await answer.text())[:300]
        raise Refused(f"{answer.method} {answer.url.path} got {answer.status}: {text}")


async def timed(waiting: Any) -> float:
    """Seconds that it takes."""
    begun = time.monotonic()
    await waiting
    return time.monotonic() - begun
