"""The clean process: read a request, hand it to a process forked for it, reap, answer. One run at a time."""

from __future__ import annotations

import gc
import os
import select
import signal
import sys

from ..wire.errors import BadMessage
from ..wire.messages import Inbox, Message, Outbox, line_of
from ..wire.request import Request
from .conductor import Conductor
from .limits import allow_descriptors
from .reporter import NOTHING_MORE
from .tree import become_subreaper, clear_signals, end_tree, prefer_to_be_killed
from .worker import Worker

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from typing import NoReturn

REQUESTS, ANSWERS = 0, 1
_DESCRIPTORS = 1024  # that the server, and the run, may open: some have high numbers, out of a program's way
_A_LOOK = 0.002  # seconds in which a kernel has made a value of its answer
_LATER = 5.0  # seconds for what the kernel has not read yet, when this server gives up


def main() -> None:
    """Serve until the notebook's end of the request pipe closes."""
    clear_signals()
    prefer_to_be_killed()
    allow_descriptors(_DESCRIPTORS)
    wake = _wake_on_child()
    subreaper = become_subreaper()
    requests, answers = Inbox(REQUESTS), Outbox(ANSWERS)
    gc.freeze()  # what is there before the first fork need not be copied by every child's collector
    worker = None
    try:
        answers.put(line_of({"ready": os.getpid()}))
        worker = _fork_ahead(answers)
        while not requests.closed:
            for request in _next(requests, answers):
                conductor = Conductor(request, requests, answers, wake, subreaper)
                conductor.conduct(worker)
                worker = None
                if conductor.some_left:
                    _leave(answers)
                worker = None if _comes_soon() else _fork_ahead(answers, request.experiment)
    except BrokenPipeError:
        pass  # the kernel is gone, or has given up on this server
    finally:
        if worker:
            end_tree(worker.pid, lambda pid, status: None, list, wake)


def _next(requests: Inbox, answers: Outbox) -> list[Request]:
    """What the kernel wants next; meanwhile it gets the rest of what it has not read yet."""
    poller = select.poll()
    poller.register(requests.fd, select.POLLIN)
    if answers.waiting:
        poller.register(answers.fd, select.POLLOUT)
    if answers.fd in dict(poller.poll()):
        answers.flush()
        return []
    messages = requests.receive()
    # Without an experiment it is a command that came when its run had ended.
    return [request for message in messages if "experiment" in message if (request := _request(message, answers))]


def _request(message: Message, answers: Outbox) -> Request | None:
    """The request in ``message``; none, and the kernel gets the reason, if it is broken."""
    try:
        return Request.from_wire(message)
    except BadMessage as error:
        answers.put(line_of({"to": message.get("number"), "done": {"failed": str(error)}}))
        return None


def _leave(answers: Outbox) -> NoReturn:
    """Make way for another server: each run here would wait for processes that this one may not kill."""
    os.close(REQUESTS)  # so that the next request cannot come here
    poller = select.poll()
    poller.register(answers.fd, select.POLLOUT)
    while not answers.flush() and poller.poll(_LATER * 1000):
        pass
    sys.exit(1)


def _wake_on_child() -> int:
    """A descriptor that turns readable when a child ends, or a run has reported all (one poll waits for everything)."""
    read_end, write_end = os.pipe()
    os.set_blocking(read_end, False)
    os.set_blocking(write_end, False)
    for number in (signal.SIGCHLD, NOTHING_MORE):
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
    return read_end


def _comes_soon() -> bool:
    """Leave the machine to the kernel while it looks at the answer; whether it has the next request by then."""
    poller = select.poll()
    poller.register(REQUESTS, select.POLLIN)
    return bool(poller.poll(_A_LOOK * 1000))


# A run's process is forked while nobody waits for it. Of all that was tried to make a run fast, it is what a hand on a
# slider feels: without it a ``share`` takes 5 to 8 ms more of some 15, and a program, whose process has also imported
# what it needs by then, 25 to 30 ms more. What holds: a worker that waits has done nothing that a run could notice; if
# it was killed meanwhile, ``Worker.start`` says so before anything ran, and another one takes its place.


def _fork_ahead(answers: Outbox, last: str = "") -> Worker | None:
    """A process for the next run, ready for one like the last: the server, which is forked each time, stays small."""
    try:
        return Worker(answers, last=last)
    except OSError:
        return None  # no process or descriptor to be had now; the next run tries again, and says so if it fails


if __name__ == "__main__":
    main()
