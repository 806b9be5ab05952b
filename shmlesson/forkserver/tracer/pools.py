"""The workers of a ``Pool``: what each has changed is reported with each of its results, for none ends by itself."""

from __future__ import annotations

from .hooks import like
from .processes import Processes

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

_MOST = 100  # results of one worker before which it is looked at


def watch_pools(module: ModuleType, processes: Processes) -> None:
    """Have each worker that is started from now on report its plain variables before it gives a result."""
    work = module.worker

    def worker(inqueue: Any, outqueue: Any, *arguments: Any, **options: Any) -> Any:
        if hasattr(outqueue, "_writer"):  # else it is a thread
            outqueue.put = _reporting(outqueue.put, processes)
        return work(inqueue, outqueue, *arguments, **options)

    module.worker = like(worker, work)  # type: ignore[attr-defined]


def _reporting(put: Any, processes: Processes) -> Any:
    left = _MOST

    def put_(result: Any) -> None:
        nonlocal left
        left -= 1
        if left >= 0:
            processes.report_changes()
        put(result)

    return put_
