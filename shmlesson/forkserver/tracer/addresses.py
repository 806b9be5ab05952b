"""Sockets that find each other by an address: who connects comes to who accepts, and each connection is two pipes.

A connection has the same name at both ends. Over TCP that is made of the two addresses. Of a client at a Unix socket
its server knows the process ID alone: so its connections are counted at both ends, and taken to be accepted in the
order in which they were made, as they are where one process accepts them.
"""

from __future__ import annotations

import _socket
from collections import Counter
from os import getpid  # by name: a program may replace it
from struct import calcsize, unpack

from .descriptors import behind, key_of
from .hooks import like
from .pipes import Channels, would_wait

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_UNIX = getattr(_socket, "AF_UNIX", None)
_CREDENTIALS, _OF_PEER = "3i", 2  # of a peer on Linux: see unix(7); a peer's process ID on macOS, among SOL_LOCAL (0)


def watch_addresses(module: Any, channels: Channels) -> None:
    """Have it reported who connects to whom, and what is sent to an address."""
    kind, addresses = module.socket, Addresses(channels)
    kind.listen = _listening(kind.listen, addresses)
    kind.accept = _accepting(kind.accept, addresses)
    for name in ("connect", "connect_ex"):
        setattr(kind, name, _connecting(getattr(kind, name), addresses))
    kind.bind = _binding(kind.bind, addresses)
    kind.sendto = _sending(kind.sendto, addresses)


class Addresses:
    """The connections of this process, and the addresses that it has seen being listened to."""

    def __init__(self, channels: Channels) -> None:
        self.channels, self.recorder = channels, channels.recorder
        self._names: dict[object, str] = {}  # of the ends that this process, or one before it, has bound
        self._connected: Counter[tuple[object, int]] = Counter()

    def bound(self, socket: Any, listens: bool) -> None:
        """What comes for this address comes to this socket: whole messages, or those who connect."""
        address = _own_address(socket)
        if address is None:
            return
        at, known = "opening" if listens else "pipe", address in self._names
        name = self._names.setdefault(address, "") or self.recorder.name_for("socket")
        self._names[address] = self.channels.incoming[behind(socket.fileno())[1]] = name
        if listens:
            self.channels.openings.add(name)
        if not known:
            self.recorder.record("makes", at=at, name=name, key=key_of(address))

    def name_of(self, address: object) -> str:
        """The name of what listens at an address."""
        return self._names.get(address) or f"socket{key_of(address)}"

    def accepts(self, socket: Any, accept: Callable[[], Any]) -> Any:
        """What ``accept`` gives: it takes one that has connected."""
        address, fd = _own_address(socket), socket.fileno()
        if address is None:
            return accept()
        with self.recorder.act("acquires", self.name_of(address), at="opening", turn=False) as act:
            if would_wait(fd):
                act.begins_to_wait()
            given = accept()
        self._meet(given[0], address, _peer_of(given[0]), is_client=False)
        return given

    def connects(self, socket: Any, address: Any, connect: Callable[[], Any]) -> Any:
        """What ``connect`` gives, to this address; whether it has worked already or works later."""
        there = _normal(socket, address)
        if there is None:
            return connect()
        if _is_stream(socket):
            self.recorder.record("releases", at="opening", name=self.name_of(there))
        try:
            result = connect()
        except BlockingIOError:
            self._meet(socket, there, _own_address(socket) or getpid(), is_client=True)
            raise
        if not _is_stream(socket):
            self.channels.outgoing[behind(socket.fileno())[1]] = self.name_of(there)
            return result
        peer = _peer_of(socket)
        server = peer if isinstance(peer, str) else there
        self._meet(socket, server, _own_address(socket) or getpid(), is_client=True)
        return result

    def _meet(self, socket: Any, server: Any, client: Any, is_client: bool) -> None:
        """The socket is one end of a connection between these two."""
        if not isinstance(client, str):  # a process ID: of its connections this is the next
            self._connected[server, client] += 1
            client = client, self._connected[server, client]
        there, here = f"connection{key_of((server, client))}", behind(socket.fileno())[1]
        back = f"the way back of {there}"
        if is_client:
            self.channels.connect(here, None, there, back)
        else:
            self.channels.connect(None, here, there, back)

    def sends_to(self, address: Any, socket: Any, send: Callable[[], Any]) -> Any:
        """What ``send`` gives, which sends a message to this address."""
        there = _normal(socket, address)
        if there is not None:
            self.recorder.record("sends", at="pipe", name=self.name_of(there), count=1)
        return send()


def _is_stream(socket: Any) -> bool:
    return socket.type in (_socket.SOCK_STREAM, _socket.SOCK_SEQPACKET)


def _own_address(socket: Any) -> str | None:
    """The address that a socket is bound to; None if it is not."""
    try:
        return _normal(socket, socket.getsockname())
    except OSError:
        return None


def _peer_of(socket: Any) -> Any:
    """The address at the other end; at a Unix socket without one the ID of the process there."""
    try:
        address = _normal(socket, socket.getpeername())
        return address if address is not None or socket.family != _UNIX else _process_at(socket)
    except OSError:
        return 0


def _process_at(socket: Any) -> int:
    if hasattr(_socket, "SO_PEERCRED"):
        size = calcsize(_CREDENTIALS)
        return int(unpack(_CREDENTIALS, socket.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, size))[0])
    return int(socket.getsockopt(0, _OF_PEER))


def _normal(socket: Any, address: Any) -> str | None:
    """An address as one text, the same at both ends; None for none, and for what has another kind of them."""
    if isinstance(address, str | bytes) and socket.family == _UNIX:
        return f"{address!r}" if address else None
    if isinstance(address, tuple) and len(address) >= 2 and address[1]:
        host = {"": "127.0.0.1", "localhost": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(
            address[0], address[0]
        )
        return f"{host}:{address[1]}"
    return None


def _listening(real: Callable[..., Any], addresses: Addresses) -> Callable[..., Any]:
    def listen(socket: Any, *arguments: Any) -> Any:
        addresses.bound(socket, listens=True)
        return real(socket, *arguments)

    return like(listen, real)


def _binding(real: Callable[..., Any], addresses: Addresses) -> Callable[..., Any]:
    def bind(socket: Any, *arguments: Any) -> Any:
        result = real(socket, *arguments)
        if not _is_stream(socket):
            addresses.bound(socket, listens=False)
        return result

    return like(bind, real)


def _accepting(real: Callable[..., Any], addresses: Addresses) -> Callable[..., Any]:
    def accept(socket: Any) -> Any:
        return addresses.accepts(socket, lambda: real(socket))

    return like(accept, real)


def _connecting(real: Callable[..., Any], addresses: Addresses) -> Callable[..., Any]:
    def connect(socket: Any, *arguments: Any) -> Any:
        if len(arguments) != 1:
            return real(socket, *arguments)
        return addresses.connects(socket, arguments[0], lambda: real(socket, *arguments))

    return like(connect, real)


def _sending(real: Callable[..., Any], addresses: Addresses) -> Callable[..., Any]:
    def sendto(socket: Any, *arguments: Any) -> Any:
        if len(arguments) not in (2, 3):
            return real(socket, *arguments)
        return addresses.sends_to(arguments[-1], socket, lambda: real(socket, *arguments))

    return like(sendto, real)
