"""One run, seen from the server: its pipes, its deadline, its limits, and the end of its last process."""

from __future__ import annotations

import os
import select
import signal
import sys
import time

from ..wire.belongings import left_behind, remove_belongings, remove_folder, temporary_folder
from ..wire.errors import BadMessage
from ..wire.kinds import kinds_with
from ..wire.messages import MOST_IN_A_PIPE, Inbox, Message, Outbox, line_of
from ..wire.request import Request
from .reporter import NOTHING_MORE
from .standing import STANDS, standing
from .tree import end_tree, reap
from .worker import Worker

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

_MOST_COUNTED = 60_000  # acts of which a run may do very many: what comes after is only counted
_MOST_FACTS = 10_000  # of the others, beside those about each process: it may start, and reap, many a program
_FACTS = 5  # about each process that a run may have: its fork, birth, end, reaping, and why nothing more is reported
_MOST_BYTES = 1 << 25  # of all reports of a run, beside the text that it prints
_COUNTED = kinds_with("counted")
_SHORT = 0.02  # seconds in which a run may be over before anybody looks at its reports
_MANY = 200  # answers that may wait for more, where nobody watches
_MUCH = 1 << 16  # bytes of reports that may wait to be passed on in one go
_REST = 0.004  # seconds
_LAST = 0.5  # seconds for what is still in the pipes, or to be removed, when a run has ended
_LATER = 5.0  # seconds for the rest, once the kernel has its answer


# What holds, however a run goes: each process of the server's tree belongs to the one run that is going on. The server
# is a subreaper (see prctl(2)), so an orphan of the run becomes its child and nobody else's; a run is over when it has
# no child left, not when the run's first process has ended. A run lasts no longer than its deadline: one poll waits for
# reports, output, ended children and the kernel, and never beyond it; and nothing here blocks in a read or a write, so
# neither a silent process nor a kernel that does not read can hold it up. Nothing is left: whichever way ``_follow``
# comes to its end, an exception included, ``end_tree`` kills and reaps in a ``finally``, and what a program keeps
# outside of its processes is removed after that, when nobody is there to make more of it. Only then the kernel gets
# "done". And a run takes no more than its share: each report is counted against what is left of its limits, here, since
# a program can write whatever it likes into the report pipe.


class Conductor:
    """One run, from its fork to the end of its last process."""

    def __init__(self, request: Request, requests: Inbox, answers: Outbox, wake: int, subreaper: bool) -> None:
        self.request, self.requests, self.out = request, requests, answers
        self.wake, self.subreaper = wake, subreaper
        self.live = request.live  # else what there is to pass on waits for more, or for the end
        self.answers: list[bytes] = []
        endless = request.commands  # a run that takes commands reports at each, and at nothing else
        self.text_left, self.dropped = request.output, 0  # characters
        self.counted_left, self.truncated = sys.maxsize if endless else _MOST_COUNTED, 0
        self.facts_left = sys.maxsize if endless else _MOST_FACTS + _FACTS * request.processes
        self.bytes_left = sys.maxsize if endless else _MOST_BYTES + 6 * request.output  # as JSON has it: \u00e9
        self.bad: str | None = None
        # The roles of those that are not known to have ended, by ID; as far as the reports have been looked at.
        self.born: dict[int, str] = {}
        self.killed: set[int] = set()  # by whatever signal
        self.limit: int | None = None  # of processes, once it is reached
        self.none_left = self.parsed = self.some_left = False
        self.just_read = self.rests = False  # see _rest
        self.rests_until = 0.0
        self.late = False  # its deadline has come
        self.gone = False  # the process that explores has ended: the others are its tools

    def conduct(self, worker: Worker | None) -> None:
        """Start the run, pass on its reports, reap; end its whole tree at the deadline or when the kernel is gone."""
        try:
            worker = worker if worker and worker.start(self.request) else Worker(self.out, self.request)
        except OSError as error:
            self._answer(done={"failed": str(error)})
            self._send()
            return
        self.report, self.output, self.worker = Inbox(worker.report), worker.output, worker
        by_itself, removed, left = False, True, []
        try:
            by_itself = self._follow(self.request.timeout)
            if not by_itself:
                self._answer(stopping=self.limit)
                self._report_where_they_stand()
        finally:
            self.some_left = bool(end_tree(worker.pid, self._ended, self._reported, self.wake))
            left = left_behind(self.request.file) if by_itself and self.request.experiment == "program" else []
            removed = self._remove_belongings(by_itself)
        self._drain()
        if not self._pass_on_unread():
            self._pass_on_reports()
        self._report_left_behind(left)
        worker.close()
        self._answer(done={"dropped": self.dropped, "truncated": self.truncated, "bad": self.bad})
        self._send()
        if not removed:
            remove_folder(temporary_folder(self.request.file), time.monotonic() + _LATER)

    def _answer(self, **answer: object) -> None:
        """Have the kernel get this with what is sent next; it names the request that it is an answer to."""
        self.answers.append(line_of({"to": self.request.number, **answer}))

    def _send(self) -> None:
        """Send the kernel what there is. What it does not take now, it gets when it reads: nothing waits for it."""
        data, self.answers = b"".join(self.answers), []
        self.out.put(data)

    def _follow(self, timeout: float) -> bool:
        """Relay until every process of the run has ended; False if a limit, or the kernel's end, came first."""
        deadline = time.monotonic() + timeout
        poller = self._poller(self.output, self.wake, self.requests.fd)
        if not self.live:  # a short run is over before its reports need be looked at
            self._handle_ready(poller, min(timeout, _SHORT))
        poller.register(self.report.fd, select.POLLIN)
        while not self.none_left or not (self.subreaper or self.report.closed):
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                self.late = True
                return False
            rest = max(0.0, self.rests_until - time.monotonic()) if self.rests else remaining
            self._handle_ready(poller, min(remaining, rest))
            self._rest(poller)
            if self.requests.closed or self.limit:
                return False
            if self.gone:
                return True
            if self.answers and (self.live or len(self.answers) > _MANY):
                self._send()
        return True

    def _rest(self, poller: select.poll) -> None:
        """Where reports come one after the other, look only now and then: to wake us takes a writer more than to write.

        Not where somebody watches. Where none has come for a moment, the next one is waited for again.
        """
        if self.live or self.report.closed or time.monotonic() < self.rests_until:
            return
        if self.rests:
            self.just_read = False
            self._handle(self.report.fd)
        elif self.just_read:
            poller.unregister(self.report.fd)
        if self.rests and not (self.just_read or self.report.closed):
            poller.register(self.report.fd, select.POLLIN)
        self.rests = self.just_read and not self.report.closed
        self.rests_until = time.monotonic() + _REST if self.rests else 0.0

    def _report_where_they_stand(self) -> None:
        """Stop a program whose deadline has come, and report in which line each of its processes is, and waits."""
        if not (self.late and self.request.experiment == "program"):
            return
        from .tracer.places import places  # here: few runs come this far

        self._reported()
        try:
            for place in standing(self.born, self.report, places):
                self._answer(event={**place, "kind": "stands", "time": time.monotonic_ns()})
        except (OSError, ValueError, IndexError):
            pass  # a system without some of what Linux says: the run comes to its end without it

    def _report_left_behind(self, left: list[tuple[int, str, int | None, bool]]) -> None:
        """Report the named memory that nobody in the program has unlinked, on behalf of the run's first process."""
        for maker, name, line, is_there in left:
            detail = {"pid": maker, "name": name, "there": is_there, **({"line": line} if line else {})}
            report = {"process": "parent", "pid": self.worker.pid, "kind": "leaves", "time": time.monotonic_ns()}
            self._answer(event={**report, "detail": detail})

    def _reported(self) -> Collection[int]:
        """The IDs of the processes that have reported their birth, and whose end nobody has reported."""
        if not (self.none_left and self.report.closed):
            self.report.fetch()
            self._pass_on_reports()
        return self.born

    def _remove_belongings(self, by_itself: bool) -> bool:
        """Remove what a program keeps outside of its processes; False if there is more than can be removed at once.

        Named memory stays where a program that ended by itself has left it. ``explore`` ends each schedule itself.
        """
        if not self.request.file:
            return True
        by_itself = by_itself and self.request.experiment != "explore"
        return remove_belongings(
            self.request.file, lambda maker: not by_itself or maker in self.killed, time.monotonic() + _LAST
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
        for box in (self.out, self.worker.requests):
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
            self.just_read = self.report.fetch(MOST_IN_A_PIPE if self.rests else 1 << 16) > 0
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
        if fd == self.worker.requests.fd:
            return self.worker.flush()
        if fd != self.requests.fd:
            return True  # the request pipe, which has been closed
        self.requests.fetch()
        if self.request.commands:
            self.worker.pass_on(self.requests.messages())
        return self.requests.closed

    def _pass_on_unread(self) -> bool:
        """Pass the reports on as they are, for the kernel to parse while it waits; False if they must be looked at."""
        self.report.fetch()
        if self.parsed or self.live or self.report.waiting > min(_MUCH, self.text_left):
            return False
        text = self.report.take()
        self.text_left -= len(text)
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
            self._note_birth(message.get("pid"), message.get("process"))
        elif kind == "reaps" and isinstance(pid := detail.get("pid"), int):
            self.born.pop(pid, None)
        if kind == "limit":
            self._reach_limit(message, detail.get("processes"))
        elif kind not in _COUNTED:
            self.facts_left -= 1
            self._pass_on_event(message, self.facts_left >= 0)
        elif (detail := self._cut_to_room(detail)) is not None:
            self._pass_on_event({**message, "detail": detail})

    def _pass_on_event(self, event: Message, may: bool = True) -> None:
        """Have the kernel get this report, unless there have been too many, or too much of them: whatever they say."""
        line = line_of({"to": self.request.number, "event": event})
        self.bytes_left -= len(line)
        if may and self.bytes_left >= 0:
            self.answers.append(line)
        else:
            self.truncated += 1

    def _note_birth(self, pid: object, role: object) -> None:
        """Note who is there, unless it is a lie: nobody in a run can have the ID of init, of a group, or of us."""
        if isinstance(pid, int) and 1 < pid < 1 << 31 and pid not in (os.getpid(), os.getppid()):
            self.born[pid] = str(role)

    def _reach_limit(self, message: Message, limit: object) -> None:
        """One process was refused a fork: the whole run ends. Others that were refused since do not matter."""
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
        self.counted_left -= 1
        text = str(detail.get("text", ""))
        kept = text[: self.text_left] if self.counted_left >= 0 else ""
        self.dropped += len(text) - len(kept)
        self.text_left -= len(kept)
        if self.counted_left < 0 or (text and not kept):
            self.truncated += not text
            return None
        return {**detail, "text": kept} if text else dict(detail)

    def _ended(self, pid: int, status: int) -> None:
        code = os.waitstatus_to_exitcode(status)
        self.born.pop(pid, None)
        if self.late and code in (-STANDS, -signal.SIGHUP):
            code = -signal.SIGKILL  # it was to say where it stands, and then to end; or its halted group was left alone
        if code < 0:
            self.killed.add(pid)
        if pid == self.worker.pid:
            self.gone = self.request.searches
        self._answer(ended=[pid, code])
