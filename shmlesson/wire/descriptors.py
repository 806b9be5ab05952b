"""Descriptors that one process hands to another over a socket (SCM_RIGHTS, see unix(7))."""

# The module socket does the same, at several times the cost of its C half: every program would pay it.

from __future__ import annotations

import _socket

_SIZE = 4  # bytes of a descriptor in such a message


def send_descriptors(line: _socket.socket, word: bytes, *fds: int) -> None:
    """Send a word, and copies of these descriptors with it."""
    rights = b"".join(fd.to_bytes(_SIZE, "little") for fd in fds)
    line.sendmsg([word], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, rights)])


def receive_descriptors(line: _socket.socket, longest: int, count: int, flags: int = 0) -> tuple[bytes, list[int]]:
    """A word of at most ``longest`` bytes, and the descriptors that came with it, at most ``count``."""
    word, parts, _, _ = line.recvmsg(longest, _socket.CMSG_SPACE(_SIZE * count), flags)
    rights = parts[0][2] if parts else b""
    return word, [int.from_bytes(rights[start : start + _SIZE], "little") for start in range(0, len(rights), _SIZE)]


class SocketOf:
    """A socket object for a descriptor, which stays open at the end of the ``with``."""

    def __init__(self, fd: int) -> None:
        self._socket = _socket.socket(fileno=fd)

    def __enter__(self) -> _socket.socket:
        return self._socket

    def __exit__(self, *error: object) -> None:
        self._socket.detach()
