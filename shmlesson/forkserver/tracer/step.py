"""One step of a process: what two processes can do in either order, and what the order may matter to."""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from typing import NamedTuple

    class Op(NamedTuple):
        """One step of a process: what it does, to which thing, to which bytes of it (none: 0, 0), and if it changes it.

        ``acquires`` and ``releases`` are of locks, and an ``acquires`` waits until its lock is free, a ``reaps`` until
        the child has ended: a try or a look that does not wait, and what is done to a semaphore, is of another kind.
        ``signals`` may meet its receiver anywhere. An ``ends`` is of the process's role, a ``reaps`` of that role or
        of "any child". What makes another process ready need not be told, but what takes something from it must be.
        """

        kind: str
        thing: str = ""
        start: int = 0
        stop: int = 0
        changes: bool = False

else:
    Op = namedtuple("Op", "kind thing start stop changes", defaults=("", 0, 0, False))
