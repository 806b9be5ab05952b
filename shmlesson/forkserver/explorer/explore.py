"""A program in many orders, on real processes: one of them moves at a time, and a search decides which."""

from __future__ import annotations

import ast
import gc
import os
import re
import sys
import time
from importlib import import_module
from os import _exit, kill, killpg  # by name: a traced program replaces some of them
from signal import SIGKILL

from ...wire.errors import BadMessage
from ...wire.kinds import STEPS
from ...wire.messages import send
from ..limits import MemoryLimit
from ..reporter import NOTHING_MORE, REPORT, Reporter
from ..tracer.gate import Gate
from ..tracer.program import compile_program, execute, prepare
from ..tracer.recorder import NAME, Recorder, where
from ..tracer.tracer import Tracer
from .dpor import Search, replayed
from .member import TracedProcess
from .scheduler import Execution
from .zygote import Zygote, ZygoteLost

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from typing import Any, NoReturn

_BETWEEN_REPORTS = 0.1  # seconds
_MOST_OUTCOMES = 200  # that differ; a program with more of them is better looked at in parts
_SHOWN = 10_000  # characters of what one process printed
_INSIDE = frozenset(
    {"exec", "compile", "import", "mmap.__new__", "os.fork", "sys._getframe", "builtins.id", "object.__getattr__"}
    | {"object.__setattr__", "object.__delattr__", "code.__new__", "function.__new__", "time.sleep", "marshal.loads"}
    | {"socket.__new__", "fcntl.ioctl"}
)  # audit events of acts that stay within a process; see the table of audit events in Python's documentation
_STUCK_AT = {name: step.stuck_at for name, step in STEPS.items()}
# And of acts through which processes meet, and which take no turns.
_UNSEEN = (
    *("socket.bind", "socket.connect", "socket.send", "subprocess.", "_thread.start_new_thread", "signal.pthread_kill"),
    *("os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.forkpty", "os.mkdir", "os.rename", "os.remove"),
    *("os.rmdir", "os.link", "os.symlink", "os.truncate", "fcntl.fcntl", "fcntl.flock", "fcntl.lockf"),
)
_NUMBER = re.compile(r"\d+")


def explore(
    reporter: Reporter,
    *,
    source: str,
    orders: int,
    order: int | None,
    reduction: bool,
    processes: int,
    memory: int | None,
    **home: Any,
) -> NoReturn:
    """Run ``source`` in up to ``orders`` orders, and tell of each different outcome; or in the one ``order``."""
    prepared = PreparedProgram(reporter, source, memory, unrecorded=order is None, **home)
    zygote = Zygote(prepared.begin)
    try:
        if order is None:
            _search(reporter, zygote, orders, processes, reduction)
        else:
            _replay(reporter, zygote, order, processes)
    except BaseException as error:  # not further up: this process passes for one of the program's
        said = isinstance(error, BadMessage | ZygoteLost | ChildProcessError)
        reporter.tell("fails", error=str(error) if said else f"{type(error).__name__}: {error}")
        killpg(0, SIGKILL)
    zygote.end()
    kill(os.getppid(), NOTHING_MORE)
    _exit(0)


def _search(reporter: Reporter, zygote: Zygote, orders: int, processes: int, reduction: bool) -> None:
    """Run one order after the other; what was found is told even where one of them cannot be brought to its end."""
    search, found = Search(reduction), Outcomes(reporter)
    try:
        more = _run_orders(search, found, zygote, orders, processes)
    except (BadMessage, ZygoteLost):
        found.tell(complete=False)
        raise
    found.tell(complete=not more and not search.diverged and not found.lost)


def _run_orders(search: Search, found: Outcomes, zygote: Zygote, orders: int, processes: int) -> bool:
    """Each order is begun before the one before it has come to its very end; whether there are more of them."""
    more, ahead, last = True, zygote.start(), None
    for _ in range(orders):
        execution = Execution(ahead, processes, zygote)
        ahead = zygote.start()
        execution.follow(search.choose, lambda: search.sleep_set_blocked)
        number = None if search.sleep_set_blocked else search.number
        more = search.finish(execution.waiting)
        if last:
            found.add(*last)
        last = execution, number
        if not more or found.enough:
            break
    Execution(ahead, processes, zygote).leave()
    if last:
        found.add(*last)
    return more


def _replay(reporter: Reporter, zygote: Zygote, order: int, processes: int) -> None:
    execution = Execution(zygote.start(), processes, zygote, drawn=True)
    execution.follow(replayed(order).choose, lambda: False)
    execution.settle()
    for member in execution.members:
        if member.stuck:
            _say_what_it_waits_for(member)
            _say(member, "stuck")
    execution.end()
    reaped = {
        member.pid: execution.ended[member.role] for member in execution.members if member.role in execution.ended
    }
    for pid, ended in {**zygote.statuses(), **reaped}.items():
        reporter.tell("collects", pid=pid, ended=ended)


def _say_what_it_waits_for(member: TracedProcess) -> None:
    """Where it waits for its turn, it has not said so: alone, it would wait in the act itself."""
    op = member.op
    at = _STUCK_AT.get(op.kind) if op else None
    if op and at and not op.thing.startswith("inner ") and "’s inner " not in op.thing:
        at = "event" if "event" in op.thing else at
        _say(member, "waits", at=at, name=op.thing, **({} if member.line is None else {"line": member.line}))


def _say(member: TracedProcess, kind: str, **detail: object) -> None:
    """Report on behalf of a process that cannot."""
    now = time.monotonic_ns()
    send(REPORT, {"process": member.role, "pid": member.pid, "kind": kind, "time": now, "detail": detail})


class PreparedProgram:
    """The program, ready to be begun again and again: what all orders begin with has been done once."""

    def __init__(self, reporter: Reporter, source: str, memory: int | None, unrecorded: bool, **home: Any) -> None:
        self.module = prepare(source, **home)
        self.gate = Gate("parent", unrecorded)
        self.recorder = Recorder(reporter, self.gate)
        self.tracer = Tracer(self.recorder, self.module.__dict__)
        self.tracer.asleep = True
        self.tracer.install()
        self.code = compile_program(source)
        _import_ahead(source)
        self.limit = MemoryLimit(memory)
        gc.collect()
        gc.freeze()

    def begin(self) -> NoReturn:
        """Be the program's first process, up to its first step that others can notice without its turn."""
        os.closerange(3, REPORT)
        self.tracer.asleep = False
        self.gate.is_born()
        if self.recorder.records:
            self.recorder.is_born(returned=None)
        sys.addaudithook(self._before_the_outside)
        execute(self.code, self.module, self.tracer, self.limit)

    def _before_the_outside(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Files and the like are the same for all orders, so they wait for their order's turn; what is before, runs."""
        if event in _INSIDE:
            return
        meets = event.startswith(_UNSEEN) or (event == "open" and _writes(*arguments))
        if meets and (event.startswith("_thread") or not _is_within("multiprocessing")):
            self.gate.sees_not_all()
        if not self.gate.begun and where()[0] is not None:
            self.gate.wait_for_turn("starts", "", changes=False)


def _writes(path: object, mode: object, flags: int) -> bool:
    """Whether a file is opened that another process may read."""
    return not isinstance(path, int) and path != os.devnull and bool(flags & (os.O_WRONLY | os.O_RDWR))


def _is_within(library: str) -> bool:
    """Whether a library does what happens now."""
    frame = sys._getframe(1)
    while frame and frame.f_code.co_filename != NAME:
        if frame.f_globals.get("__name__", "").startswith(library):
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


def _import_ahead(source: str) -> None:
    """Import what the program will: the standard library's modules are the same in every order, and take their time."""
    for node in ast.walk(ast.parse(source)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            if name.split(".")[0] in {*sys.stdlib_module_names, "numpy"} - {"this", "antigravity", "idlelib"}:
                _try_to_import(name)
    if "multiprocessing" in sys.modules:
        for name in ("synchronize", "connection", "popen_fork", "sharedctypes", "heap"):
            _try_to_import(f"multiprocessing.{name}")


def _try_to_import(name: str) -> None:
    try:
        import_module(name)
    except Exception:
        pass  # the program will meet the same


class Outcomes:
    """The different outcomes so far, each with its number of orders."""

    def __init__(self, reporter: Reporter) -> None:
        self.reporter = reporter
        self.orders = 0
        self.lost = False  # something is not seen: nobody knows what else there would have been
        self.away = False  # a process was waited for in vain
        self.outcomes: dict[str, dict[str, Any]] = {}
        self._keys: dict[str, str] = {}  # of each outcome that was met, as it was printed, or with roles for IDs
        self._new: set[str] = set()
        self._told = time.monotonic()

    @property
    def enough(self) -> bool:
        """Whether there is no use in going on: too many outcomes, or something that is waited for in vain."""
        return len(self.outcomes) >= _MOST_OUTCOMES or self.away

    def add(self, execution: Execution, number: int | None) -> None:
        """Wait for the order's last process, and take what it came to; without a number it is one that was seen."""
        execution.settle()
        if number is not None:
            self._count(execution, number)
        self.lost, self.away = self.lost or execution.lost, self.away or execution.away
        execution.end()

    def _count(self, execution: Execution, number: int) -> None:
        self.orders += 1
        outcome, printed = _outcome(execution)
        key, ids = self._key_of(outcome, printed)
        if not ids:
            outcome["printed"] = printed
        before = self.outcomes.get(key)
        if before is None or number < before["order"]:
            self.outcomes[key] = {**outcome, "order": number, "count": before["count"] if before else 0}
        elif not ids:
            before["printed"] = printed
        self.outcomes[key]["count"] += 1
        self._new.add(key)
        if time.monotonic() - self._told > _BETWEEN_REPORTS:
            self.tell(complete=False)

    def _key_of(self, outcome: dict[str, Any], printed: dict[str, str]) -> tuple[str, bool]:
        """Which outcome this is, and whether what looks like process IDs in its text are some.

        In each order the IDs are others. So a number that was printed before, too, when it was nobody's ID, or that of
        somebody else, is a number; and if two texts are the same but for the IDs, they are the same.
        """
        with_roles, as_printed = repr(outcome), repr({**outcome, "printed": printed})
        if as_printed in self._keys:
            return self._keys[as_printed], False
        key = self._keys.setdefault(with_roles, with_roles)
        self._keys[as_printed] = key
        return key, with_roles != as_printed

    def tell(self, complete: bool) -> None:
        """Report what is new."""
        new = [{"place": place, **self.outcomes[key]} for place, key in enumerate(self.outcomes) if key in self._new]
        self.reporter.tell("explored", orders=self.orders, outcomes=new, complete=complete, unseen=self.lost)
        self._new, self._told = set(), time.monotonic()


def _outcome(execution: Execution) -> tuple[dict[str, Any], dict[str, str]]:
    """What an order came to: what each process printed, what the blocks held, and how each process ended.

    In the text there are roles where process IDs may be; the second value is the text as it was printed.
    """
    printed = {member.role: "".join(member.printed) for member in execution.in_order()}
    outcome = {
        "printed": {
            member.role: _with_roles(printed[member.role], member, execution) for member in execution.in_order()
        },
        "held": dict(sorted(execution.held.items())),
        "ended": {member.role: execution.how(member) for member in execution.in_order()},
    }
    return outcome, {role: text[:_SHOWN] for role, text in printed.items()}


def _with_roles(text: str, member: TracedProcess, execution: Execution) -> str:
    """``text`` with roles in place of the process IDs that the ``member`` has got from the system: they are its own."""
    roles = {str(other.pid): f"<ID of {other.role}>" for other in execution.members if other.pid in member.ids}
    if execution.zygote.pid in member.ids:
        roles[str(execution.zygote.pid)] = "<ID of the program’s starter>"
    return _NUMBER.sub(lambda found: roles.get(found[0], found[0]), text)[:_SHOWN]
