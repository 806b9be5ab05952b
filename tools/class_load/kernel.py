"""A kernel as JupyterLab talks to it: over one websocket, with Jupyter's messages; and the widgets that it shows."""

from __future__ import annotations

import asyncio
import json
import secrets
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp


@dataclass
class Answered:
    """What came of one message: ``status`` is that of the reply, ``ok`` or ``error``; ``error`` in one line."""

    status: str = ""
    error: str = ""
    text: str = ""
    replied: bool = False
    idle: bool = False
    done: asyncio.Event = field(default_factory=asyncio.Event)


class Kernel:
    """One kernel, its widgets, and who waits for what."""

    def __init__(self, id: str, session: str) -> None:
        self.id, self.session = id, session
        self.widgets: dict[str, dict[str, Any]] = {}  # the state of each by its comm's ID
        self._waiting: dict[str, Answered] = {}
        self._changed = asyncio.Condition()
        self._reader: asyncio.Task[None] | None = None

    async def connect(self, http: aiohttp.ClientSession, url: str) -> None:
        """Open the websocket, and wait until the kernel answers."""
        self._socket = await http.ws_connect(url, max_msg_size=0, heartbeat=60, headers={"Sec-Fetch-Mode": "websocket"})
        self._reader = asyncio.create_task(self._read())
        await self._request("shell", "kernel_info_request", {}, seconds=120)

    async def close(self) -> None:
        """Close the tab; the kernel goes on."""
        if self._reader:
            self._reader.cancel()
            await self._socket.close()

    async def run(self, code: str, seconds: float = 120) -> Answered:
        """Run a cell."""
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}}
        content |= {"allow_stdin": False, "stop_on_error": True}
        return await self._request("shell", "execute_request", content, seconds)

    async def tell(self, widget: str, data: dict[str, Any], seconds: float = 60) -> Answered:
        """Send a widget's message to the kernel, and wait until it has been dealt with, as ipywidgets does."""
        return await self._request("shell", "comm_msg", {"comm_id": widget, "data": data}, seconds, replied=True)

    def begin(self, channel: str, kind: str, content: dict[str, Any], *, replied: bool = False) -> tuple[str, Answered]:
        """Note that an answer will come; gives the message as text."""
        id = secrets.token_hex(16)
        answered = self._waiting[id] = Answered(replied=replied)
        header = {"msg_id": id, "msg_type": kind, "session": self.session, "username": "", "version": "5.3"}
        header["date"] = datetime.now(UTC).isoformat()
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "buffers": []}
        return json.dumps({**message, "channel": channel}), answered

    async def _request(
        self, channel: str, kind: str, content: dict[str, Any], seconds: float, *, replied: bool = False
    ) -> Answered:
        text, answered = self.begin(channel, kind, content, replied=replied)
        await self._socket.send_str(text)
        async with asyncio.timeout(seconds):
            await answered.done.wait()
        return answered

    async def until(self, condition: Any, seconds: float) -> None:
        """Wait until ``condition()`` holds for the widgets."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(condition)

    async def _read(self) -> None:
        async for frame in self._socket:
            if frame.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                continue
            message = json.loads(frame.data if isinstance(frame.data, str) else _first_part(frame.data))
            self._take(message)
            async with self._changed:
                self._changed.notify_all()
        for answered in self._waiting.values():
            answered.status, answered.error = "error", "the connection to the kernel was closed"
            answered.done.set()

    def _take(self, message: dict[str, Any]) -> None:
        kind, content = message["header"]["msg_type"], message["content"]
        if kind == "comm_open":
            self.widgets[content["comm_id"]] = dict(content["data"].get("state", {}))
        elif kind == "comm_msg" and content["data"].get("method") == "update":
            self.widgets.setdefault(content["comm_id"], {}).update(content["data"].get("state", {}))
        answered = self._waiting.get(message["parent_header"].get("msg_id", ""))
        if answered:
            _note(answered, kind, content)
            if answered.replied and answered.idle:
                answered.done.set()


def _note(answered: Answered, kind: str, content: dict[str, Any]) -> None:
    if kind == "error":
        answered.error = f"{content['ename']}: {content['evalue']}"
    elif kind == "stream":
        answered.text += content["text"]
    elif kind == "execute_result":
        answered.text += content["data"].get("text/plain", "")
    elif kind == "status":
        answered.idle = content["execution_state"] == "idle"
    elif kind.endswith("_reply"):
        answered.replied, answered.status = True, content.get("status", "ok")


def _first_part(frame: bytes) -> bytes:
    """The message in a frame that has buffers, too: their count, where each part begins, then the parts."""
    (count,) = struct.unpack_from("!I", frame)
    starts = [*struct.unpack_from(f"!{count}I", frame, 4), len(frame)]
    return frame[starts[0] : starts[1]]
