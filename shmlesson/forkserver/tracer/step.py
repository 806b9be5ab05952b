"""One step of a process, as its gate announces it to the scheduler: what it does, and to what."""

from __future__ import annotations

from collections import namedtuple

from ...wire.kinds import STEPS

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from typing import NamedTuple

    class Op(NamedTuple):
        """A step of this kind (see ``STEPS``), what it is about, which bytes of it (none: 0, 0), and if it changes it.

        An ``acquires`` waits until its lock is free, a ``reaps`` until the child has ended; a try or a look that does
        not wait, and what is done to a semaphore, is of another kind. An ``ends`` is about the process's role, a
        ``reaps`` about that role or "any child", and ``signals`` may matter to its receiver at any step. The search
        need not know what makes another process ready, but must know whatever takes something away from it.
        """

        kind: str
        thing: str = ""
        start: int = 0
        stop: int = 0
        changes: bool = False

else:
    Op = namedtuple("Op", "kind thing start stop changes", defaults=("", 0, 0, False))


def op_of(kind: str, thing: str = "", at: str = "", start: int = 0, stop: int = 0) -> Op:
    """The step of this kind, about a thing of the sort ``at``; without one the kind has only one sort, or none."""
    changed = STEPS[kind].changes
    return Op(kind, thing, start, stop, at in changed if at else bool(changed))
