"""The processes of a program: each reports its forks, sleeps, signals and reaps, and its own end."""

from __future__ import annotations

import operator
import os
import sys
import time
from functools import partial
from os import WIFCONTINUED, WIFSTOPPED, getppid, waitstatus_to_exitcode  # by name: a program may replace them
from signal import SIG_DFL, SIG_IGN, SIGCHLD, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, getsignal

from ..limits import Ration
from .ends import Ends
from .exit_functions import ExitFunctions
from .hooks import like, replace
from .recorder import Act, Recorder
from .stdio import in_the_buffer
from .variables import Variables

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from io import TextIOWrapper
    from typing import Any, NoReturn

_P_PIDFD = getattr(os, "P_PIDFD", None)  # of Linux alone
_STOPS = frozenset({SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU})
_LONGEST = 1 << 33  # seconds, and more than any system sleeps
_WHOM: dict[str, Callable[..., tuple[Any, Any]]] = {  # for whom each waits, and its options
    "wait": lambda: (-1, 0),
    "waitpid": lambda pid, options, /: (pid, options),
    "wait3": lambda options: (-1, options),
    "wait4": lambda pid, options: (pid, options),
}


class Processes:
    """This process, and every process that is forked from it; the program need not know."""

    def __init__(self, recorder: Recorder, names: dict[str, Any]) -> None:
        self.recorder, self.names, self.ends_seen = recorder, names, Ends(recorder)
        self.streams: tuple[TextIOWrapper, ...] = ()  # a fork copies what waits in their buffers
        self.variables: Variables | None = None
        self._reported: dict[str, list[str]] = {}
        self.exit_functions = ExitFunctions()
        self.pending = ""
        self.note_buffers: Callable[[], object] = lambda: None  # of files
        self.asleep = False  # as long as this is not yet a process of the program

    def install(self, ration: Ration | None = None) -> None:
        """Have this process report; ``ration`` says how many it may fork, with those that they fork."""
        os.register_at_fork(before=self._before_fork, after_in_child=self._born, after_in_parent=self._forked)
        self._watch_forks(ration)
        self.exit_functions.install()
        replace(os, "_exit", self._ends(os._exit))
        for name in ("wait", "waitpid", "wait3", "wait4"):
            replace(os, name, self._reaps(name, getattr(os, name)))
        if hasattr(os, "waitid"):  # not on macOS before Python 3.13
            replace(os, "waitid", self._reaps_by_id(os.waitid))
        replace(os, "kill", self._kills(os.kill))
        replace(os, "killpg", self._kills(os.killpg, whom=operator.neg))
        self.ends_seen.install()
        replace(time, "sleep", self._sleeps(time.sleep))
        for name in ("getpid", "getppid") if self.recorder.gate else ():
            replace(os, name, self._gives_ids(getattr(os, name)))

    def ends(self, code: int, how: str, line: int | None = None, by: int | None = None) -> None:
        """Report this process's end (``by`` a signal that it sends itself), and wait for the turn to end."""
        self.report_changes()
        self.recorder.finishes(code, how, line, **self._left_behind(how))
        if self.recorder.gate:
            self.recorder.gate.ends(code if by is None else -by)

    def lets_go(self) -> None:
        """Report what its plain variables have come to, and hold nothing of the program's any more."""
        self.report_changes()
        if self.recorder.gate:
            self.recorder.gate.keep_memory()
        self.names, self.variables = {}, None
        self.exit_functions.lets_go()

    def report_changes(self) -> None:
        """Report which plain variables it has changed."""
        changed = self.variables.changed() if self.variables else {}
        if changed and changed != self._reported:
            self._reported = changed
            self.recorder.record("changes", **{"names": [], **changed})

    def _left_behind(self, how: str) -> dict[str, object]:
        """What became of its children that have ended, and whether it has run what its parent had registered."""
        handler = getsignal(SIGCHLD)
        left: dict[str, object] = {} if handler in (SIG_DFL, None) else {"children": "handled"}
        if handler == SIG_IGN:
            left = {"children": "ignored"}
        if self.exit_functions.copied and how in ("sys.exit", "end", "error"):
            left["copied"] = True
        return left

    def _before_fork(self) -> None:
        if self.asleep:
            return
        self.recorder.hold.__enter__()  # until the fork is done: see _born and _forked
        if self.recorder.gate:
            self.recorder.gate.before_fork()
        if self.recorder.records:
            self._snapshot_before_fork()
        self.recorder.about_to_fork()

    def _snapshot_before_fork(self) -> None:
        """Note what a fork is about to copy."""
        self.variables = self.variables or Variables(self.names)
        self.recorder.record_view_writes()
        self.recorder.flush()
        self.recorder.epochs.end()
        self.pending = "".join(in_the_buffer(out) for out in self.streams)
        self.note_buffers()

    def _born(self) -> None:
        if self.asleep:
            return
        try:
            self.recorder.becomes_child()
            self.exit_functions.becomes_child()
            if self.recorder.gate:
                self.recorder.gate.becomes_child(self.recorder.name)
            if self.recorder.records:
                self.variables, self._reported = Variables(self.names), {}
            self.recorder.record("born", ppid=getppid(), returned=0)
        finally:
            self.recorder.hold.__exit__()

    def _forked(self) -> None:
        if self.asleep:
            return
        if self.recorder.gate:
            self.recorder.gate.after_fork()
        self.recorder.hold.__exit__()

    def _watch_forks(self, ration: Ration | None) -> None:
        # No audit hook: one slows down whoever asks for a frame, which is done at every access to a block.
        for name in {"fork", "forkpty"} & vars(os).keys():
            replace(os, name, self._forks(getattr(os, name), ration))

    def _forks(self, fork: Callable[[], Any], ration: Ration | None) -> Callable[[], Any]:
        def traced_fork(*arguments: Any, **options: Any) -> Any:
            with self.recorder.hold:  # so that each child is reported with the number that it got
                if ration and not ration.take():
                    self.recorder.record("limit", processes=ration.processes)
                    raise ration.refusal()
                result = fork(*arguments, **options)
                if pid := result[0] if isinstance(result, tuple) else result:
                    name = self.recorder.children[self._known(pid)] = self.recorder.name_of_child()
                    copied = {"pending": self.pending[:200]} if self.pending else {}
                    self.recorder.record("forks", child=name, returned=pid, **copied)
                return result

        return like(traced_fork, fork)

    def _ends(self, leave: Callable[[int], NoReturn]) -> Callable[[int], NoReturn]:
        def traced_exit(*arguments: Any, **options: Any) -> NoReturn:
            status = _as_int("status", arguments, options)
            if status is not None:
                library = sys._getframe(1).f_globals.get("__name__") == "multiprocessing.popen_fork"
                self.ends(status & 0xFF, "process" if library else "_exit")
            leave(*arguments, **options)

        return like(traced_exit, leave)

    def _reaps(self, name: str, wait: Callable[..., Any]) -> Callable[..., Any]:
        look = os.wait4 if name in ("wait3", "wait4") else os.waitpid

        def traced_wait(*arguments: Any, **options: Any) -> Any:
            try:
                whom, how = (operator.index(argument) for argument in _WHOM[name](*arguments, **options))
            except TypeError:
                return wait(*arguments, **options)  # an error, and Python says so best
            child, forever = self.recorder.children.get(whom, "any child"), not how & os.WNOHANG
            with self.recorder.act("reaps", child, waits=forever, ready=lambda: not forever) as act:
                pid, status, *rest = self._waited(act, look, whom, how)
                self._known(pid)
                act.happened = pid and not WIFSTOPPED(status) and not WIFCONTINUED(status)
                if act.happened:
                    act.says(pid=pid, ended=waitstatus_to_exitcode(status))
            if pid and WIFSTOPPED(status):
                self.recorder.record("notices", at="child", name=self.recorder.children.get(pid, "any child"), count=1)
            return (pid, status, *rest)

        return like(traced_wait, wait)

    def _reaps_by_id(self, wait: Callable[..., Any]) -> Callable[..., Any]:
        ended = {
            os.CLD_EXITED: 1,
            os.CLD_KILLED: -1,
            os.CLD_DUMPED: -1,
        }  # the sign of the number: a signal is reported as a negative one

        def traced_waitid(*arguments: Any, **keywords: Any) -> Any:
            if len(arguments) != 3 or not all(isinstance(argument, int) for argument in arguments):
                return wait(*arguments, **keywords)
            idtype, id, options = arguments
            pid = id if idtype == os.P_PID else self.ends_seen.shown_by(id) if idtype == _P_PIDFD else None
            child, forever = self.recorder.children.get(pid or 0, "any child"), not options & os.WNOHANG
            with self.recorder.act("reaps", child, waits=forever, ready=lambda: not forever) as act:
                how = self._waited(act, partial(wait, idtype), id, options, is_there=bool)
                has_ended = how and self._known(how.si_pid) and how.si_code in ended
                act.happened = has_ended and not options & os.WNOWAIT
                if act.happened:
                    act.says(pid=how.si_pid, ended=ended[how.si_code] * how.si_status)
            if has_ended and not act.happened:
                self.ends_seen.notice(how.si_pid)
            return how

        return like(traced_waitid, wait)

    def _known(self, pid: int) -> int:
        return self.recorder.gate.knows(pid) if self.recorder.gate else pid

    def _gives_ids(self, get: Callable[[], int]) -> Callable[[], int]:
        """Note that the program has got a process ID, where it asks for one itself."""

        def traced_get(*arguments: Any, **options: Any) -> int:
            pid = get(*arguments, **options)
            caller = sys._getframe(1)
            library = caller.f_globals.get("__name__", "").startswith("multiprocessing.")
            return pid if library and caller.f_code.co_name not in ("ident", "pid") else self._known(pid)

        return like(traced_get, get)

    def _waited(
        self,
        act: Act,
        look: Callable[..., Any],
        whom: int,
        options: int,
        is_there: Callable[[Any], Any] = operator.itemgetter(0),
    ) -> Any:
        """Look whether one has ended; if not, report the wait, and wait."""
        if not options & os.WNOHANG and not self.recorder.gate:
            result = look(whom, options | os.WNOHANG)
            if is_there(result):
                return result
            self.report_changes()  # it may wait for a child that waits for just these
            act.begins_to_wait()
        return look(whom, options)

    def _kills(self, kill: Callable[..., None], whom: Callable[[int], int] = int) -> Callable[..., None]:
        """``whom``: the process ID that is reported; 0 and less for a group."""

        def traced_kill(*arguments: Any, **options: Any) -> None:
            if len(arguments) != 2 or not all(isinstance(argument, int) for argument in arguments):
                return kill(*arguments, **options)  # an error, and Python says so best
            pid, signal = arguments
            if signal == 0 and whom is int:
                return self._asks(kill, pid)
            receiver = self.recorder.children.get(pid, "") or "any process"
            if not signal:
                return kill(*arguments, **options)
            if self.recorder.gate and signal in _STOPS:
                self.recorder.gate.bars("stops a process, which then takes no turns")
            with self.recorder.act("signals", receiver, pid=whom(pid), signal=int(signal)):
                return kill(*arguments, **options)

        return like(traced_kill, kill)

    def _asks(self, kill: Callable[..., None], pid: int) -> None:
        """Whether there is such a process: no signal is sent. One that is gone has ended, and was reaped."""
        self.recorder.wait_for_turn("looks", self.recorder.children.get(pid, "any child"), at="child")
        try:
            kill(pid, 0)
        except ProcessLookupError:
            if pid > 0:
                self.ends_seen.notice(pid)
            raise

    def _sleeps(self, sleep: Callable[..., None]) -> Callable[..., None]:
        """Python itself reports a sleep only from 3.13 on."""

        def traced_sleep(*arguments: Any, **options: Any) -> None:
            seconds = arguments[0] if len(arguments) == 1 else None
            if not isinstance(seconds, int | float) or not 0 <= seconds < _LONGEST:
                return sleep(*arguments, **options)  # an error, and Python says so best
            self.recorder.record("sleeps", seconds=seconds)
            if self.recorder.gate:
                self.recorder.gate.sleeps()
                return None  # it guarantees nothing: whoever is to move next is decided elsewhere
            return sleep(seconds)

        return like(traced_sleep, sleep)


def _as_int(name: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> int | None:
    """The one whole number that a function was called with, as Python takes it; None if it is an error."""
    given = [*arguments, *options.values()]
    if len(given) != 1 or options.keys() - {name}:
        return None
    try:
        number = operator.index(given[0])
    except TypeError:
        return None
    return number if -(1 << 31) <= number < 1 << 31 else None
