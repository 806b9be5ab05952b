"""What must not be disturbed in a traced process: signal handlers are held back for a moment, and threads wait."""

from __future__ import annotations

from _thread import RLock, get_ident

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable


class Hold:
    """One lock for all that the hooks of a process share, for a ``with``.

    A handler can run between any two bytecodes, and a thread can take over there: each would find the tracer's records
    half written. So whatever touches them is in the hold; a handler that comes meanwhile runs right behind it. A fork
    is in the hold, too: then no other thread is in the middle of anything that the child gets a copy of, a stream's
    buffer least of all. Nothing in the hold waits for another process, but a fork for its turn.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._nested = 0  # of the thread that has the lock
        self._thread = get_ident()  # the one that handlers run in
        self._late: list[Callable[[], object]] = []

    def __enter__(self) -> None:
        self._lock.acquire()
        self._nested += 1

    def __exit__(self, *error: object) -> None:
        self._nested -= 1
        outermost = not self._nested
        self._lock.release()
        while outermost and self._late and get_ident() == self._thread:
            self._late.pop(0)()

    def keeps(self, handler: Callable[[], object]) -> bool:
        """Whether a handler, which runs in the main thread, has to wait; then it is called at the end of the hold."""
        if not (self._nested and self._lock._is_owned()):  # type: ignore[attr-defined]
            return False
        self._late.append(handler)
        return True

    def becomes_child(self) -> None:
        """In a child that was forked in the hold: what was held back is for its parent to do."""
        self._thread, self._late = get_ident(), []
