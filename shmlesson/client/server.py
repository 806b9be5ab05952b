"""The fork server as the kernel sees it: started on first use, one run at a time, replaced when lost."""

from __future__ import annotations

import atexit
import contextlib
import os
import secrets
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..analysis.run import Run
from ..errors import BadMessage, RunTimeout, ServerLost
from ..trace.event import Event
from ..trace.process import in_words
from ..wire.belongings import MARK
from ..wire.messages import Inbox, Outbox, line_of, parse
from ..wire.report import check_answer
from ..wire.request import Command, Request
from .interrupts import undisturbed
from .log import Log, event_from
from .survivors import end_survivors

_ROOT = str(Path(__file__).resolve().parents[2])
_START = f"import sys; sys.path.insert(0, {_ROOT!r}); from shmlesson.forkserver.__main__ import main; main()"
_GRACE = 5.0  # seconds that the server gets, beyond a run's deadline, to end the run's processes and answer
_DESCRIPTORS = 206  # that a process must be allowed to have open: a run has some with high numbers
_A_MOMENT = 1.0  # seconds that a server gets for what takes it no time: to go on sending, to be gone
_OF_ITSELF = {"ready", "leader"}  # what a server says that is no answer
_MAY_BE_RUN_AGAIN = frozenset({"share", "trials", "maps", "compare"})  # there is no program of the learner's in them


class ForkServer:
    """A small clean Python process that forks on request. Safe to call from several threads: they take turns."""

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        # Only its owner can release it, so whoever was interrupted need not know whether he has it.
        self._lock = threading.RLock()
        self._going = False
        self._started: _Started | None = None

    @property
    def pid(self) -> int | None:
        """The server's process ID while it runs, else None."""
        return self._started.process.pid if self._started else None

    def run(self, log: Log, request: Request, timeout: float, watch: Callable[[Event], None] | None) -> Run:
        """Have the server conduct one run; an interrupt, or any other way out, ends the run and all its processes."""
        inner = done = True
        try:
            if not self._lock.acquire(timeout=timeout + _GRACE):
                raise RunTimeout(f"{log.call} did not start: another run was still going after {timeout + _GRACE:g} s")
            inner = self._going
            if inner:
                raise RunTimeout(f"{log.call} did not start: the run that calls it is still going")
            self._going, done = True, False
            with _as_lost(log, "; the next run starts another"):
                try:
                    self._conduct(log, request, timeout, watch)
                except _Ended as gone:
                    if not gone.untaken and not _may_be_run_again(request, log):
                        raise
                    self._end()
                    self._conduct(log, request, timeout, watch)
            done = True
        finally:
            try:
                if not done:
                    self._end()
            finally:
                self._going = self._going and inner
                self._release()  # a second interrupt must not keep every later run waiting
        return log.run()

    def _conduct(self, log: Log, request: Request, timeout: float, watch: Callable[[Event], None] | None) -> None:
        server = self._ready(time.monotonic() + _GRACE)
        server.busy = True
        for answer in server.answers(request, time.monotonic() + timeout + _GRACE):
            self._take(answer, log, watch, timeout)
        server.busy = False

    def _release(self) -> None:
        try:
            self._lock.release()
        except RuntimeError:
            pass  # never taken: an interrupt, or the wait's deadline, came first

    def begin(self, log: Log, request: Request) -> None:
        """Start a run that takes commands: ``send`` it one, ``receive`` what it answers; ``stop`` ends it."""
        with _as_lost(log):
            server = self._ready(time.monotonic() + _GRACE)
            server.busy = True
            server.ask(request, time.monotonic() + _GRACE)

    def send(self, log: Log, command: Command) -> None:
        """Send the run a command."""
        with _as_lost(log):
            self._there().send(command.to_wire(), time.monotonic() + _GRACE)

    def receive(self, log: Log, seconds: float, timeout: float) -> bool:
        """Add to the log what the run answers next; True for the last of it. ``TimeoutError`` if nothing comes."""
        with _as_lost(log):
            server = self._there()
            if not server.answered(seconds):
                raise TimeoutError
            return any(self._take(answer, log, None, timeout) for answer in server.receive(time.monotonic()))

    def fileno(self) -> int:
        """The descriptor that turns readable when there is something to ``receive``; -1 without a server."""
        return self._started.inbox.fd if self._started else -1

    def _there(self) -> _Started:
        if not self._started:
            raise _Gone("its fork server has ended")
        return self._started

    def _take(self, answer: dict[str, Any], log: Log, watch: Callable[[Event], None] | None, timeout: float) -> bool:
        """Add one answer to the log; True for the last one."""
        if "event" in answer:
            log.add(answer["event"])
            if watch:
                watch(event_from(answer["event"]))
        elif "reports" in answer:
            for report in parse(answer["reports"]):
                log.add(report)
        elif "ended" in answer:
            pid, code = answer["ended"]
            log.ended[pid] = code
            if log.stopping and code == -signal.SIGKILL:
                log.stopped.add(pid)
        elif "output" in answer:
            log.stray += answer["output"]
        elif "stopping" in answer:
            log.stopped_at = answer["stopping"]
            log.stopped_after = timeout if log.stopped_at is None else None
        elif "done" in answer:
            self._judge(answer["done"], log)
            return True
        return False

    def _judge(self, done: dict[str, Any], log: Log) -> None:
        """Note how the run went on the server's side, or raise what went wrong there."""
        log.dropped, log.truncated = done.get("dropped", 0), log.truncated + done.get("truncated", 0)
        if done.get("failed"):
            raise ServerLost(f"{log.call} could not start: {done['failed']}", log.run())
        if done.get("bad"):
            raise ServerLost(f"{log.call} had a broken report: {done['bad']}", log.run())

    def _ready(self, deadline: float) -> _Started:
        """The server if it is up, a new one if there was none or it has ended."""
        if self._started and (self._started.busy or self._started.process.poll() is not None):
            self._end()
        if not self._started:
            _check_limit()
            with undisturbed():
                try:
                    self._started = _Started()
                except OSError as error:
                    raise _Gone(f"the fork server could not be started ({error})") from None
            self._started.receive(deadline)
        return self._started

    def stop(self) -> None:
        """End the server, with a run that is still going after some seconds; the next run starts another."""
        try:
            self._lock.acquire(timeout=_GRACE)
            self._end()
        finally:
            self._release()

    def _end(self) -> None:
        with undisturbed():
            started, self._started = self._started, None
            if started:
                started.end()

    def forget(self) -> None:
        """In a copy of the kernel: leave the server to the original."""
        if self._started:
            self._started.leave()
        self._forget()


class _Started:
    """A server that is running: its process, and the pipes to and from it."""

    def __init__(self) -> None:
        self.mark = secrets.token_hex(16)
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _START],  # what site does, a program does for itself
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # an interrupt from the notebook goes to the kernel's whole group
            cwd="/",  # the notebook's folder may be deleted while the server lives
            env={**os.environ, MARK: self.mark},
        )
        assert self.process.stdin
        assert self.process.stdout
        self.requests, self.replies = self.process.stdin, self.process.stdout
        self.outbox, self.inbox = Outbox(self.requests.fileno()), Inbox(self.replies.fileno())
        self.number = 0  # of the request whose answers are waited for
        self.leader: int | None = None
        self.silent = False  # it has let a deadline pass, and need not be given another
        self.busy = False  # still true when the next run comes: an interrupt kept this server from being ended

    def answers(self, request: Request, deadline: float) -> Iterator[dict[str, Any]]:
        """Send the request, and give what comes back, up to the server's ``done``."""
        self.ask(request, deadline)
        while True:
            # Whoever takes the answers may have taken the time, too: then the server has more, and must get to send it.
            for answer in self.receive(max(deadline, time.monotonic() + _A_MOMENT)):
                yield answer
                if "done" in answer:
                    return

    def ask(self, request: Request, deadline: float) -> None:
        """Send the server a request: from now on only answers to this one count."""
        self.number += 1
        self.send(request._replace(number=self.number).to_wire(), deadline)

    def send(self, message: dict[str, Any], deadline: float) -> None:
        """Send the server a message."""
        try:
            self.outbox.send(line_of(message), deadline)
        except TimeoutError:
            self.silent = True
            raise _Gone("the fork server did not take the request in time, and was ended") from None
        except BrokenPipeError:
            raise _Ended(self._how_it_ended(), untaken=True) from None

    def answered(self, seconds: float) -> bool:
        """Wait until the server has sent something; False if it does not within so many seconds."""
        poller = select.poll()
        poller.register(self.inbox.fd, select.POLLIN)
        return bool(poller.poll(max(0.0, seconds) * 1000))

    def receive(self, deadline: float) -> list[dict[str, Any]]:
        """What the server sends next, as soon as it comes: what it says of itself, and its answers to the request."""
        if not self.answered(deadline - time.monotonic()):
            self.silent = True
            raise _Gone("the fork server did not answer in time, and was ended")
        try:
            messages = self.inbox.receive()
            for message in messages:
                check_answer(message)
        except BadMessage as error:
            raise _Gone(f"the fork server's answer was broken ({error})") from None
        if self.inbox.closed:
            raise _Ended(self._how_it_ended(), untaken=self._has_left_something())
        for message in messages:
            if isinstance(leader := message.get("leader"), int):
                self.leader = leader
        return [message for message in messages if self._is_for_now(message)]

    def _is_for_now(self, message: dict[str, Any]) -> bool:
        """Whether it is no late answer to another request; what is an answer to none is not the server's."""
        number = message.get("to", self.number if message.keys() <= _OF_ITSELF else None)
        if not isinstance(number, int) or number > self.number:
            raise _Gone("the fork server's answer was to another request")
        return number == self.number

    def _has_left_something(self) -> bool:
        """Whether some of the request is still in the pipe, which whoever was forked from the server may keep open."""
        import fcntl  # here: there is none on Windows
        import termios

        with contextlib.suppress(OSError):  # a system that does not say
            return any(fcntl.ioctl(self.outbox.fd, termios.FIONREAD, bytes(4)))
        return False

    def _how_it_ended(self) -> str:
        try:
            return f"the fork server {in_words(self.process.wait(_A_MOMENT))}"
        except subprocess.TimeoutExpired:
            return "the fork server has closed its pipes"

    def end(self) -> None:
        """Close its pipes, so that it ends its run and itself; kill it, and the run, if it does not."""
        self.requests.close()
        self.replies.close()
        try:
            self.process.wait(0 if self.silent else _GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(_GRACE)  # longer only where the system itself does not let go of it
        # Where whoever started the kernel ignores SIGCHLD, nobody learns how a process ended.
        unknown = signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN
        if self.leader is not None and (self.process.returncode != 0 or unknown):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.leader, signal.SIGKILL)  # the server was killed, and its run is an orphan
            end_survivors(self.mark, _GRACE)

    def leave(self) -> None:
        """Close this copy of the pipes, and have nothing here wait for a child of somebody else."""
        self.requests.close()
        self.replies.close()
        self.process.returncode = 0


class _Gone(Exception):
    """The server's answer did not come."""


class _Ended(_Gone):
    """The server had ended; ``untaken``: before it had read the whole request, so that nothing of it has run."""

    def __init__(self, message: str, untaken: bool = False) -> None:
        super().__init__(message)
        self.untaken = untaken


class _Unsupported(_Gone):
    """This system lets no run happen, and a fork server would not change that."""


def _may_be_run_again(request: Request, log: Log) -> bool:
    """Whether nobody has seen anything of the run, and there is no program in it that must not run twice."""
    return request.experiment in _MAY_BE_RUN_AGAIN and not (log.reports or log.ended or log.stray)


def _check_limit() -> None:
    """Raise ``_Unsupported`` where no process may have the descriptors that a run needs, whatever it asks for."""
    import resource  # here: there is none on Windows, and no fork server either

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < _DESCRIPTORS:
        raise _Unsupported(
            f"it needs a limit of {_DESCRIPTORS} open files, and {most} is the most allowed here (ulimit -n)"
        )


@contextlib.contextmanager
def _as_lost(log: Log, what_next: str = "") -> Iterator[None]:
    """Raise what went wrong with the server as what it means for the run."""
    try:
        yield
    except BadMessage as error:
        raise ServerLost(f"{log.call} had a broken report: {error}", log.run()) from None
    except _Unsupported as unfit:
        raise ServerLost(f"{log.call} could not start: {unfit}", log.run()) from None
    except _Gone as gone:
        raise ServerLost(f"{log.call} got no answer: {gone}{what_next}", log.run()) from None


SERVER = ForkServer()
atexit.register(SERVER.stop)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=SERVER.forget)
