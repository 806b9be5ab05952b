"""A run's own process, which is forked ahead of the run: it waits for what it is to run, and does it."""

from __future__ import annotations

import os
import signal

from ..wire.messages import Inbox, Message, Outbox, close, line_of, make_room
from ..wire.request import Request
from .experiments import registry
from .reporter import NOTHING_MORE, REPORT, REQUEST, Reporter
from .tree import tie_to_parent

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from typing import NoReturn


class Worker:
    """The first process of a run, seen from the server: its ID, and the server's ends of its three pipes.

    It reports on ``report``; what is written to descriptors 1 and 2 comes out of ``output``; ``requests`` takes the
    request, and then commands. It is forked ahead of the run, so that nobody has to wait for the fork.
    """

    def __init__(self, answers: Outbox, request: Request | None = None, last: str = "") -> None:
        ends: list[int] = []
        try:
            for _ in range(3):
                ends += os.pipe()
            self.pid = os.fork()
        except OSError:
            close(*ends)
            raise
        self.report, report_end, self.output, output_end, request_end, requests = ends
        if self.pid == 0:
            _run_first_process(request_end, report_end, output_end, last)
        close(report_end, output_end, request_end)
        for fd in (self.report, self.output):
            os.set_blocking(fd, False)
        make_room(self.report)
        self.requests = Outbox(requests)
        answers.put(line_of({"leader": self.pid}))
        if request and not self.start(request):
            raise OSError("its first process was killed before it could begin, and so was another")

    def start(self, request: Request) -> bool:
        """Send it what to run; False if it has been killed in the meantime, so that nothing of it can have run."""
        self.takes_commands = request.commands
        ended, _ = os.waitpid(self.pid, os.WNOHANG)
        if ended or not self._put(line_of(request.to_wire())):
            self.close()
            return False
        return True

    def pass_on(self, commands: list[Message]) -> None:
        """Pass commands on to it; if it has ended, the kernel learns that anyway."""
        self._put(b"".join(map(line_of, commands)))

    def flush(self) -> bool:
        """Send it what it had no room for; True if that was all."""
        self._put(b"")
        return not self.requests.waiting

    def _put(self, data: bytes) -> bool:
        """Send it as much as it has room for, and the rest when it reads; False if it never will."""
        try:
            if self.requests.put(data) and not self.takes_commands:
                self.requests.close()  # nothing more will come
        except BrokenPipeError:
            self.requests.close()
            return False
        return True

    def close(self) -> None:
        """Give back the pipes."""
        close(self.report, self.output)
        self.requests.close()


def _run_first_process(requests: int, report: int, output: int, last: str) -> NoReturn:
    """Turn this fork of the server into a run's first process, with session and descriptors of its own; then wait."""
    reporter = Reporter("parent", REPORT)
    try:
        os.setsid()
        tie_to_parent()
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, NOTHING_MORE):
            signal.signal(number, signal.SIG_DFL)
        os.dup2(report, REPORT, inheritable=False)
        os.dup2(requests, REQUEST, inheritable=False)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.closerange(3, REPORT)
        _rehearse()
        registry.get_ready(last)
        request = _next_request()
        if request.experiment != "explore":  # there it is the program's first process that is the parent
            reporter.is_born(returned=None)
        registry.run(reporter, request)
    finally:
        reporter.ends(1)  # only reached when the experiment itself failed


def _rehearse() -> None:
    """Touch, while nobody waits, the memory that a run will use: after a fork the first write to a page copies it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    reporter = Reporter("parent", nowhere)
    block = reporter.maps(1, "shared")
    reporter.reads(block)
    reporter.writes(block, 0)
    os.close(nowhere)


def _next_request() -> Request:
    """What to run, as soon as it comes; this process ends if the server ends first."""
    requests = Inbox(REQUEST)
    while not requests.closed:
        for message in requests.receive():
            request = Request.from_wire(message)
            if not request.commands:
                os.close(REQUEST)
            return request
    os._exit(0)
