"""The lesson in one call: one block, one fork, one process that writes and one that reads."""

from __future__ import annotations

from ..analysis.run import Run
from ..client.experiment import complete, run_experiment
from ..client.settings import call_of, check_settings, check_timeout


def share(
    size: int = 100,
    fill: int | str = "a",
    *,
    wait: str = "pipe",
    seconds: float | None = None,
    memory: str = "shared",
    made: str = "before",
    writer: str = "parent",
    timeout: float = 10,
) -> Run:
    """Map a block, fork, write in one process, read in the other; everything that happened comes back as a ``Run``.

    ``size``: bytes of the block. ``fill``: one ASCII character, or an int from 0 to 255.
    ``wait``: how the reader waits for the writer's word: ``"pipe"``, ``"semaphore"``, ``"sleep"`` for this many
    ``seconds`` (0.1 unless given), ``"wait"`` (the parent reaps the child; only for ``writer="child"``), or ``"none"``.
    ``memory``: ``"shared"`` or ``"private"`` mapping, or a plain ``"bytearray"``.
    ``made``: ``"before"`` the fork, or ``"after"`` it, in each process. ``writer``: ``"parent"`` or ``"child"``.
    ``timeout``: seconds after which the run is ended.

    Raises ``TypeError`` or ``ValueError`` for wrong input, before anything is made; ``RunTimeout``, ``ProcessLost``,
    ``ServerLost`` or ``ForkUnavailable`` when the run cannot give its result.
    """
    check_timeout(timeout)
    settings = check_settings(size, fill, wait, seconds, memory, made, writer, timeout)
    run = run_experiment(call_of("share", settings), "share", settings, timeout)
    return complete(run)
