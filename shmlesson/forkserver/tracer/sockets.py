"""Sockets that are connected within a program: each pair is two pipes, and a connection's message one write or read."""

from __future__ import annotations

import sys
from _socket import SOCK_DGRAM

from .addresses import watch_addresses
from .hooks import like
from .pipes import Channels, as_bytes, count_of, has_room, sum_of
from .recorder import silent

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from typing import Any


def watch_sockets(module: Any, channels: Channels) -> None:
    """Have both ends of every ``socket.socketpair`` be known, and report what goes through it: it is two pipes."""
    real, recorder, kind = module.socketpair, channels.recorder, module.socket

    def socketpair(*arguments: Any, **options: Any) -> Any:
        one, other = real(*arguments, **options)
        is_pipe = sys._getframe(1).f_globals.get("__name__") == "multiprocessing.connection"
        if recorder.gate and not is_pipe:
            recorder.gate.mark_incomplete("uses a socket, which takes no turns")
        channels.pair(one.fileno(), other.fileno(), "pipe" if is_pipe else "socket pair")
        return one, other

    def sends(real: Any, many: bool = False) -> Any:
        def send(socket: Any, *arguments: Any) -> Any:
            name = channels.name_out(socket.fileno())
            data = arguments[0] if many and arguments and isinstance(arguments[0], list | tuple) else arguments[:1]
            count = sum(len(as_bytes(0, part)[1] or b"") for part in data) if name else 0
            if count or (name and _is_of_messages(socket)):
                recorder.record(
                    "sends", at="pipe", name=name, count=1 if _is_of_messages(socket) else count, **sum_of(data[0])
                )
            return real(socket, *arguments)

        return like(send, real)

    def receives(real: Any, flags: int) -> Any:
        def receive(socket: Any, *arguments: Any) -> Any:
            fd, given = socket.fileno(), arguments[flags] if len(arguments) > flags else 0
            name = channels.name_in(fd) if isinstance(given, int) else None
            if name is None:
                return real(socket, *arguments)
            if given & module.MSG_PEEK:
                return channels.look(fd, name, lambda: real(socket, *arguments))
            count = _count_of_messages if _is_of_messages(socket) else count_of
            into = "into" in real.__name__ and len(arguments) > 0 and has_room(arguments[0])
            return channels.receive(fd, name, lambda: real(socket, *arguments), count, turn=False, into=into)

        return like(receive, real)

    module.socketpair = socketpair
    kind.send, kind.sendall, kind.sendmsg = sends(kind.send), sends(kind.sendall), sends(kind.sendmsg, many=True)
    for name, flags in _RECEIVING.items():
        setattr(kind, name, receives(getattr(kind, name), flags))
    watch_addresses(module, channels)


# The calls that receive, and which of their arguments are flags.
_RECEIVING = {"recv": 1, "recvfrom": 1, "recv_into": 2, "recvfrom_into": 2, "recvmsg": 2, "recvmsg_into": 2}


def _is_of_messages(socket: Any) -> bool:
    """Whether what is sent is received whole, or never: then messages are counted, not bytes."""
    return bool(socket.type == SOCK_DGRAM)


def _count_of_messages(received: Any) -> int | None:
    return None if received is None else 1


def watch_connections(module: Any, channels: Channels) -> None:
    """Have a message over a ``multiprocessing.Pipe`` be one send and one receive, however many it takes."""
    kind, recorder = module.Connection, channels.recorder
    send, receive = kind._send_bytes, kind._recv_bytes

    def send_bytes(connection: Any, data: Any) -> None:
        name = channels.name_out(connection.fileno())
        if name is not None:
            recorder.record("sends", at="pipe", name=name, count=4 + memoryview(data).nbytes, **sum_of(data))
        with silent(recorder):
            send(connection, data)

    def receive_bytes(connection: Any, *arguments: Any) -> Any:
        def read() -> Any:
            with silent(recorder):
                return receive(connection, *arguments)

        fd = connection.fileno()
        name = channels.name_in(fd)
        return read() if name is None else channels.receive(fd, name, read, _count_of_message, turn=False)

    kind._send_bytes, kind._recv_bytes = send_bytes, receive_bytes


def _count_of_message(message: Any) -> int | None:
    return None if message is None else 4 + len(message.getvalue())  # its length comes first
