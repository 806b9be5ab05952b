"""The clean process: read a request, hand it to a process forked for it, reap, answer. One run at a time."""

from __future__ import annotations

import gc
import os
import select
import signal
import sys
import time

from ..wire.belongings import remove_belongings, remove_folder, temporary_folder
from ..wire.errors import BadMessage
from ..wire.kinds import kinds_with
from ..wire.messages import Inbox, Message, Outbox, close, line_of
from .experiments import registry
from .limits import allow_descriptors
from .reporter import NOTHING_MORE, ORDER, REPORT, Reporter
from .tree import become_subreaper, clear_signals, end_tree, prefer_to_be_killed, reap, tie_to_parent

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from typing import Any, NoReturn

REQUESTS, ANSWERS = 0, 1
_MOST_TOLD = 20_000  # things of which a run may do very many: what comes after is only counted
_MOST_FACTS = 10_000  # of the others, beside those about each process: it may start, and reap, many a program
_FACTS = 5  # about each process that a run may have: its fork, birth, end, reaping, and why nothing more is told
_MOST_BYTES = 1 << 25  # of all that is told of a run, beside the text that it prints
_COUNTED = kinds_with("counted")
_DESCRIPTORS = 1024  # that the server, and the run, may open: some have high numbers, out of a program's way
_A_LOOK = 0.002  # seconds in which a kernel has made a value of its answer
_SHORT = 0.02  # seconds in which a run may be over before anybody looks at its reports
_MANY = 200  # answers that may wait for more, where nobody watches
_MUCH = 1 << 16  # bytes of reports that may wait to be passed on in one go
_LAST = 0.5  # seconds for what is still in the pipes, or to be removed, when a run has ended
_LATER = 5.0  # seconds for the rest, once the kernel has its answer


def main() -> None:
    """Serve until the notebook's end of the request pipe closes."""
    clear_signals()
    prefer_to_be_killed()
    allow_descriptors(_DESCRIPTORS)
    wake = _wake_on_child()
    subreaper = become_subreaper()
    requests, answers = Inbox(REQUESTS), Outbox(ANSWERS)
    gc.freeze()  # what is there before the first fork need not be copied by every child's collector
    parent = None
    try:
        answers.put(line_of({"ready": os.getpid()}))
        parent = _fork_ahead(answers)
        while not requests.closed:
            for request in _next(requests, answers):
                if "experiment" not in request:
                    continue  # a command that came when its run had ended
                conductor = _Conductor(request, requests, answers, wake, subreaper)
                conductor.conduct(parent)
                parent = None
                if conductor.some_left:
                    _leave(answers)
                parent = None if _comes_soon() else _fork_ahead(answers, str(request["experiment"]))
    except BrokenPipeError:
        pass  # the kernel is gone, or has given up on this server
    finally:
        if parent:
            end_tree(parent.pid, lambda pid, status: None, list, wake)


def _next(requests: Inbox, answers: Outbox) -> list[Message]:
    """What the kernel wants next; meanwhile it gets the rest of what it has not read yet."""
    poller = select.poll()
    poller.register(requests.fd, select.POLLIN)
    if answers.waiting:
        poller.register(answers.fd, select.POLLOUT)
    if answers.fd in dict(poller.poll()):
        answers.flush()
        return []
    return requests.receive()


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


class _Conductor:
    """One run, from its fork to the end of its last process."""

    def __init__(self, request: Message, requests: Inbox, answers: Outbox, wake: int, subreaper: bool) -> None:
        self.request, self.requests, self.out = request, requests, answers
        self.wake, self.subreaper = wake, subreaper
        self.number = request["number"]
        self.live = bool(request["live"])  # else what there is to pass on waits for more, or for the end
        self.answers: list[bytes] = []
        self.room, self.dropped = int(str(request["output"])), 0  # characters
        self.commands = bool(request.get("commands"))  # it is told, one by one, what to report
        self.may_tell, self.truncated = sys.maxsize if self.commands else _MOST_TOLD, 0
        self.facts = sys.maxsize if self.commands else _MOST_FACTS + _FACTS * self._processes
        self.bytes = sys.maxsize if self.commands else _MOST_BYTES + 6 * self.room  # as JSON has it: \u00e9
        self.bad: str | None = None
        self.there: set[int] = set()  # as far as the reports have been looked at
        self.killed: set[int] = set()  # by whatever signal
        self.limit: int | None = None  # of processes, once it is reached
        self.none_left = self.parsed = self.some_left = False
        self.gone = False  # the process that explores has ended: the others are its tools

    def conduct(self, parent: _Parent | None) -> None:
        """Start the run, pass on its reports, reap; end its whole tree at the deadline or when the kernel is gone."""
        try:
            parent = parent if parent and parent.told(self.request) else _Parent(self.out, self.request)
        except OSError as error:
            self._answer(done={"failed": str(error)})
            self._send()
            return
        self.report, self.output, self.parent = Inbox(parent.report), parent.output, parent
        by_itself, removed = False, True
        try:
            by_itself = self._follow(float(str(self.request["timeout"])))
            if not by_itself:
                self._answer(stopping=self.limit)
        finally:
            self.some_left = bool(end_tree(parent.pid, self._ended, self._reported, self.wake))
            removed = self._remove_belongings(by_itself)
        self._drain()
        if not self._pass_on_unread():
            self._pass_on_reports()
        parent.close()
        self._answer(done={"dropped": self.dropped, "truncated": self.truncated, "bad": self.bad})
        self._send()
        if not removed:
            remove_folder(temporary_folder(self._file), time.monotonic() + _LATER)

    def _answer(self, **answer: object) -> None:
        """Have the kernel get this with what is sent next; it names the request that it is an answer to."""
        self.answers.append(line_of({"to": self.number, **answer}))

    def _send(self) -> None:
        """Send the kernel what there is. What it does not take now, it gets when it reads: nothing waits for it."""
        data, self.answers = b"".join(self.answers), []
        self.out.put(data)

    def _follow(self, timeout: float) -> bool:
        """Relay until every process of the run has ended; False if a limit, or the kernel's end, came first."""
        deadline = time.monotonic() + timeout
        poller = self._poller(self.output, self.wake, REQUESTS)
        if not self.live:  # a short run is over before its reports need be looked at
            self._handle_ready(poller, min(timeout, _SHORT))
        poller.register(self.report.fd, select.POLLIN)
        while not self.none_left or not (self.subreaper or self.report.closed):
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return False
            self._handle_ready(poller, remaining)
            if self.requests.closed or self.limit:
                return False
            if self.gone:
                return True
            if self.answers and (self.live or len(self.answers) > _MANY):
                self._send()
        return True

    def _reported(self) -> set[int]:
        """The IDs of the processes that have said that they are there, and of whose end nobody has told."""
        if not (self.none_left and self.report.closed):
            self.report.fetch()
            self._pass_on_reports()
        return self.there

    @property
    def _file(self) -> str:
        """Where a program's text is, for interpreters that it spawns; empty where there is none."""
        return str(self._settings.get("file", ""))

    @property
    def _processes(self) -> int:
        return int(self._settings.get("processes", 0))

    @property
    def _settings(self) -> Any:
        return self.request["settings"]

    def _remove_belongings(self, by_itself: bool) -> bool:
        """Remove what a program keeps outside of its processes; False if there is more than can be removed at once.

        Memory with a name stays where a program that ended by itself has left it. ``explore`` ends each order itself.
        """
        if not self._file:
            return True
        by_itself = by_itself and self.request["experiment"] != "explore"
        return remove_belongings(
            self._file, lambda maker: not by_itself or maker in self.killed, time.monotonic() + _LAST
        )

    def _drain(self) -> None:
        """Take what was still in the pipes when the last process had ended; more comes where some are left."""
        poller, until = self._poller(self.report.fd, self.output), time.monotonic() + _LAST
        while self._handle_ready(poller, 0) and time.monotonic() < until:
            pass

    def _poller(self, *fds: int) -> select.poll:
        poller = select.poll()
        for fd in fds:
            poller.register(fd, select.POLLIN)
        return poller

    def _handle_ready(self, poller: select.poll, seconds: float) -> bool:
        """Handle what gets ready within so many seconds; False if nothing did."""
        for box in (self.out, self.parent.order):
            if box.waiting:
                poller.register(box.fd, select.POLLOUT)
        ready = poller.poll(seconds * 1000)
        for fd, _ in ready:
            if self._handle(fd):
                poller.unregister(fd)
        return bool(ready)

    def _handle(self, fd: int) -> bool:
        """Take what is ready on ``fd``; True when it has come to its end."""
        if fd == self.report.fd:
            self.report.fetch()
            if self.live or self.report.waiting > _MUCH:
                self._pass_on_reports()
            return self.report.closed
        if fd == self.output:
            return self._relay_output()
        if fd == self.wake:
            if NOTHING_MORE in os.read(self.wake, 512):
                self._pass_on_unread()
            self.none_left = reap(self._ended)
            return False
        if fd == self.out.fd:
            return self.out.flush()
        if fd == self.parent.order.fd:
            return self.parent.listens()
        if fd != REQUESTS:
            return True  # the order pipe, which has been closed
        self.requests.fetch()
        if self.commands:
            self.parent.hears(self.requests.messages())
        return self.requests.closed

    def _pass_on_unread(self) -> bool:
        """Pass the reports on as they are, for the kernel to parse while it waits; False if they must be looked at."""
        self.report.fetch()
        if self.parsed or self.live or self.report.waiting > min(_MUCH, self.room):
            return False
        text = self.report.take()
        self.room -= len(text)
        self._answer(reports=text)
        self._send()
        return True

    def _pass_on_reports(self) -> None:
        self.parsed = True
        try:
            for message in self.report.messages():
                self._pass_on(message)
        except BadMessage as error:
            self.bad = str(error)

    def _pass_on(self, message: Message) -> None:
        """Pass on one report, as far as there is room for its text; the kernel looks at it more closely."""
        kind, detail = message.get("kind"), message.get("detail")
        if not isinstance(detail, dict):
            raise BadMessage("a report without a detail")
        if kind == "born":
            self._note_birth(message.get("pid"))
        elif kind == "reaps":
            self.there -= {pid for pid in (detail.get("pid"),) if isinstance(pid, int)}
        if kind == "limit":
            self._reach_limit(message, detail.get("processes"))
        elif kind not in _COUNTED:
            self.facts -= 1
            self._tell(message, self.facts >= 0)
        elif (detail := self._cut_to_room(detail)) is not None:
            self._tell({**message, "detail": detail})

    def _tell(self, event: Message, may: bool = True) -> None:
        """Have the kernel get this report, unless there have been too many, or too much of them: whatever they say."""
        line = line_of({"to": self.number, "event": event})
        self.bytes -= len(line)
        if may and self.bytes >= 0:
            self.answers.append(line)
        else:
            self.truncated += 1

    def _note_birth(self, pid: object) -> None:
        """Note who is there, unless it is a lie: nobody in a run can have the ID of init, of a group, or of us."""
        if isinstance(pid, int) and 1 < pid < 1 << 31 and pid not in (os.getpid(), os.getppid()):
            self.there.add(pid)

    def _reach_limit(self, message: Message, limit: object) -> None:
        """One process was refused a fork: the whole run ends. Others that were refused since need not be heard."""
        if not isinstance(limit, int):
            raise BadMessage("a limit without its number")
        if not self.limit:
            self.limit = limit
            self._answer(event=message)

    def _relay_output(self) -> bool:
        """What a process wrote to descriptor 1 or 2 directly: a program it started, or C code."""
        try:
            data = os.read(self.output, 1 << 16)
        except BlockingIOError:
            return False
        if data and (detail := self._cut_to_room({"text": data.decode("utf-8", "backslashreplace")})):
            self._answer(output=detail["text"])
        return not data

    def _cut_to_room(self, detail: Any) -> dict[str, Any] | None:
        """``detail`` with as much of its text as there is room for; None, and counted, if there is none."""
        self.may_tell -= 1
        text = str(detail.get("text", ""))
        kept = text[: self.room] if self.may_tell >= 0 else ""
        self.dropped += len(text) - len(kept)
        self.room -= len(kept)
        if self.may_tell < 0 or (text and not kept):
            self.truncated += not text
            return None
        return {**detail, "text": kept} if text else dict(detail)

    def _ended(self, pid: int, status: int) -> None:
        code = os.waitstatus_to_exitcode(status)
        self.there.discard(pid)
        if code < 0:
            self.killed.add(pid)
        if pid == self.parent.pid:
            self.gone = self.request["experiment"] == "explore" and self._settings["order"] is None
        self._answer(ended=[pid, code])


class _Parent:
    """The parent process of a run. It is forked ahead of the run, so that nobody has to wait for the fork."""

    def __init__(self, answers: Outbox, request: Message | None = None, last: str = "") -> None:
        ends: list[int] = []
        try:
            for _ in range(3):
                ends += os.pipe()
            self.pid = os.fork()
        except OSError:
            close(*ends)
            raise
        self.report, report_end, self.output, output_end, order_end, order = ends
        if self.pid == 0:
            _be_the_run(order_end, report_end, output_end, last)
        close(report_end, output_end, order_end)
        for fd in (self.report, self.output):
            os.set_blocking(fd, False)
        self.order = Outbox(order)
        answers.put(line_of({"leader": self.pid}))
        if request and not self.told(request):
            raise OSError("its first process was killed before it could begin, and so was another")

    def told(self, request: Message) -> bool:
        """Tell it what to run; False if it has been killed in the meantime, so that nothing of it can have run."""
        self.takes_commands = bool(request.get("commands"))
        ended, _ = os.waitpid(self.pid, os.WNOHANG)
        if ended or not self._put(line_of(request)):
            self.close()
            return False
        return True

    def hears(self, commands: list[Message]) -> None:
        """Pass commands on to it; if it has ended, the kernel learns that anyway."""
        self._put(b"".join(map(line_of, commands)))

    def listens(self) -> bool:
        """Pass on what it had no room for; True if that was all."""
        self._put(b"")
        return not self.order.waiting

    def _put(self, data: bytes) -> bool:
        """Send it as much as it has room for, and the rest when it reads; False if it never will."""
        try:
            if self.order.put(data) and not self.takes_commands:
                self.order.close()  # nothing more will come
        except BrokenPipeError:
            self.order.close()
            return False
        return True

    def close(self) -> None:
        close(self.report, self.output)
        self.order.close()


def _comes_soon() -> bool:
    """Leave the machine to the kernel while it looks at the answer; whether it has the next request by then."""
    poller = select.poll()
    poller.register(REQUESTS, select.POLLIN)
    return bool(poller.poll(_A_LOOK * 1000))


def _fork_ahead(answers: Outbox, last: str = "") -> _Parent | None:
    """A process for the next run, ready for one like the last: the server, which is forked each time, stays small."""
    try:
        return _Parent(answers, last=last)
    except OSError:
        return None  # no process or descriptor to be had now; the next run tries again, and says so if it fails


def _be_the_run(order: int, report: int, output: int, last: str) -> NoReturn:
    """Turn this fork of the server into a run's parent process, with session and descriptors of its own; then wait."""
    reporter = Reporter("parent", REPORT)
    try:
        os.setsid()
        tie_to_parent()
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, NOTHING_MORE):
            signal.signal(number, signal.SIG_DFL)
        os.dup2(report, REPORT, inheritable=False)
        os.dup2(order, ORDER, inheritable=False)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.closerange(3, REPORT)
        _rehearse()
        registry.get_ready(last)
        request = _next_order()
        if request["experiment"] != "explore":  # there it is the program's first process that is the parent
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


def _next_order() -> Message:
    """What to run, as soon as it comes; this process ends if the server ends first."""
    orders = Inbox(ORDER)
    while not orders.closed:
        for request in orders.receive():
            if not request.get("commands"):
                os.close(ORDER)
            return request
    os._exit(0)


if __name__ == "__main__":
    main()
