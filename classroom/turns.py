"""Turns: at most so many have one, the others wait in order and are told their place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Who waits for a turn, in order; at most ``at_once`` have one."""

    def __init__(self, at_once: int) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._waiting: list[str] = []

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Wait until it is the turn of ``name``, and keep it for as long as the block takes."""
        self._waiting.append(name)
        try:
            await self._free.acquire()
        finally:
            self._waiting.remove(name)
        try:
            yield
        finally:
            self._free.release()

    def place(self, name: str) -> int:
        """1 for the first who waits; 0 for who does not wait."""
        return self._waiting.index(name) + 1 if name in self._waiting else 0


def said(place: int) -> str:
    """A sentence for somebody who waits at this place."""
    if place > 1:
        return f"You are number {place} in the queue. It moves on every few seconds."
    return "You are next." if place else "Your notebooks are being opened."
