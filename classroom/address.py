"""Where the class is: what the hub listens on, and what others type to get there."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

_EVERYWHERE = ("0.0.0.0", "::")


def shown(address: str) -> str:
    """The address for the projector: where it listens on everything, that of this machine in its network."""
    parts = urlsplit(address)
    if parts.hostname not in _EVERYWHERE:
        return address
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{_own()}{port}{parts.path}"


def _own() -> str:
    """This machine's address in its network. Nothing is sent: the socket only looks which way it would go."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # of a network that is for examples (RFC 5737)
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()


def ports(address: str) -> tuple[int, int]:
    """Those of the proxy's own interface and of the hub, both on loopback: the two after that of the address."""
    port = urlsplit(address).port or 8000
    return port + 1, port + 2
