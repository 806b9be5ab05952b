"""The hold: while the tracer's state is half written, signal handlers are put off for a moment and threads wait."""

from __future__ import annotations

from _thread import RLock, get_ident

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable


class Hold:
    """One lock for all that the hooks of a process share, for a ``with``.

    Python runs a signal handler between any two bytecodes of the main thread, and lets another thread take over there.
    Either would find the tracer's state half written, and would then use the tracer itself: it prints, locks, forks.
    So whatever touches that state is in the hold. The invariants:

    - Threads wait for the lock. It is an ``RLock``, as hooks call one another, and each of them is in the hold.
    - A handler cannot wait for a lock that its own thread has. So a handler that comes while its thread is in the hold
      is late: it is kept, and called at the end of the outermost hold, in the order of arrival.
    - A fork is in the hold, from before it until both processes have noted it. So no other thread is in the middle
      of anything that the child gets a copy of, a stream's buffer least of all, and the child's copy of the lock is
      held by the only thread that the child has, which releases it. Late handlers are for the parent alone: the
      signals were sent to it.
    - Nothing in the hold waits for another process, but a fork for its turn: else a handler might never run.
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
        """In a child that was forked in the hold: late handlers are for its parent to run."""
        self._thread, self._late = get_ident(), []
