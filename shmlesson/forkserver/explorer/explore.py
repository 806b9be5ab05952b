"""A program under many schedules, on real processes: one of them moves at a time, and a search decides which.

The program runs unchanged, again and again: the zygote forks its first process, ``Execution`` lets one process move
after the other as ``Search`` chooses, and ``Outcomes`` counts what it came to. Under one given schedule it is run
once, and its processes report their events as in any run.
"""

from __future__ import annotations

import ast
import faulthandler
import gc
import os
import sys
import time
from importlib import import_module
from os import _exit, closerange, kill, killpg  # by name: a traced program replaces some of them
from signal import SIGKILL

from ...wire.belongings import list_of_named_memory, remove_named_memory
from ...wire.errors import BadMessage
from ...wire.kinds import STEPS
from ...wire.messages import send
from ..limits import MemoryLimit
from ..reporter import NOTHING_MORE, REPORT, Reporter
from ..standing import WAITS
from ..tracer.ending import prepare_ends
from ..tracer.gate import CHANNEL, Gate
from ..tracer.places import places
from ..tracer.program import compile_program, execute, prepare
from ..tracer.recorder import Recorder
from ..tracer.tracer import Tracer
from .dpor import Search
from .libraries import put_in_order, start_tracker
from .member import WHERE, TracedProcess
from .outcomes import Outcomes
from .outside import Outside
from .schedule import replayed
from .scheduler import Execution
from .zygote import Zygote, ZygoteLost

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from typing import Any, NoReturn

_STUCK_AT = {name: step.stuck_at for name, step in STEPS.items()}


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
    """Run ``source`` under up to ``orders`` schedules, and report the different outcomes; or under ``order`` alone."""
    prepared = PreparedProgram(reporter, source, memory, unrecorded=order is None, **home)
    zygote = Zygote(prepared.begin)
    try:
        if order is None:
            _search(reporter, zygote, orders, processes, reduction, home["file"])
        else:
            _replay(reporter, zygote, order, processes)
    except BaseException as error:  # not further up: this process passes for one of the program's
        known = isinstance(error, BadMessage | ZygoteLost | ChildProcessError)
        reporter.emit("fails", error=str(error) if known else f"{type(error).__name__}: {error}")
        killpg(0, SIGKILL)
    zygote.end()
    kill(os.getppid(), NOTHING_MORE)
    _exit(0)


def _search(reporter: Reporter, zygote: Zygote, orders: int, processes: int, reduction: bool, file: str) -> None:
    """Run one schedule after the other; what was found is reported even where one cannot be brought to its end."""
    search, found = Search(reduction), Outcomes(reporter)
    try:
        more = _run_orders(search, found, zygote, orders, processes, file)
    except (BadMessage, ZygoteLost):
        found.report(complete=False)
        raise
    found.report(complete=not more and not found.unseen)


def _run_orders(search: Search, found: Outcomes, zygote: Zygote, orders: int, processes: int, file: str) -> bool:
    """Each schedule is begun before the one before it has come to its very end; whether there are more of them.

    But where there is memory with a name, which the next one would find, that comes to its end first.
    """
    more, ahead, last, count = True, zygote.start(), None, 0
    named = list_of_named_memory(file)
    while more and count < orders and not found.enough:
        execution = Execution(ahead, processes, zygote)
        ahead = zygote.start()
        execution.follow(search.choose, lambda: search.sleep_set_blocked)
        if search.diverged:
            _mark_divergence(execution, search)
        number = None if search.sleep_set_blocked else search.number
        more = search.finish(execution.waiting)
        if last:
            found.add(*last)
        last, count = (execution, number), count + (number is not None)
        if os.path.exists(named):
            found.add(*last)
            last = None
            remove_named_memory(file, lambda maker: True)
    Execution(ahead, processes, zygote).leave()
    if last:
        found.add(*last)
    return more


def _mark_divergence(execution: Execution, search: Search) -> None:
    """The program has done something else when it was to do the same again: what that depends on takes no turns."""
    members, differs = execution.members, search.differs
    line = members[differs].line if differs is not None and differs < len(members) else None
    execution.mark("does not do the same when it is run again", line)


def _replay(reporter: Reporter, zygote: Zygote, order: int, processes: int) -> None:
    execution = Execution(zygote.start(), processes, zygote, replayed=True)
    execution.follow(replayed(order).choose, lambda: False)
    execution.settle()
    if execution.barred and execution.unseen:
        what, line = execution.unseen
        because = f"because of line {line}: it {what}" if line else f"because it {what}"
        raise ChildProcessError(because)
    stuck = [member for member in execution.members if member.stuck]
    for member in stuck:
        _report_wait(member)
        _report(member, "stuck")
    if WHERE and any(member.op and _is_inner(member.op.thing) for member in stuck):  # else their waits say it
        for member in stuck:
            _report(member, "stands", state=WAITS, **places(member.stack().decode("utf-8", "replace")))
    execution.end()
    reaped = {
        member.pid: execution.ended[member.role] for member in execution.members if member.role in execution.ended
    }
    for pid, ended in {**zygote.statuses(), **reaped}.items():
        reporter.emit("collects", pid=pid, ended=ended)


def _report_wait(member: TracedProcess) -> None:
    """Report the wait of a process that is stuck before its turn: alone, it would report it in the act itself."""
    op = member.op
    at = _STUCK_AT.get(op.kind) if op else None
    if op and at and not _is_inner(op.thing):
        at = "event" if "event" in op.thing else at
        _report(member, "waits", at=at, name=op.thing, **({} if member.line is None else {"line": member.line}))


def _is_inner(thing: str) -> bool:
    """Whether a library has made it for itself."""
    return thing.startswith("inner ") or "’s inner " in thing


def _report(member: TracedProcess, kind: str, **detail: object) -> None:
    """Report on behalf of a process that cannot."""
    now = time.monotonic_ns()
    send(REPORT, {"process": member.role, "pid": member.pid, "kind": kind, "time": now, "detail": detail})


class PreparedProgram:
    """The program, ready to be begun again and again: what all schedules begin with has been done once."""

    def __init__(self, reporter: Reporter, source: str, memory: int | None, unrecorded: bool, **home: Any) -> None:
        names = prepare(source, **home)
        self.gate = Gate("parent", unrecorded)
        self.recorder = Recorder(reporter, self.gate)
        self.tracer = Tracer(self.recorder, names)
        self.tracer.processes.asleep = True
        self.tracer.install()
        self.code = compile_program(source)
        _import_ahead(source)
        put_in_order(self.gate)
        if unrecorded and "multiprocessing.shared_memory" in sys.modules:
            start_tracker()
        self.limit = MemoryLimit(memory)
        if WHERE:
            faulthandler.register(WHERE, CHANNEL, all_threads=True)
        prepare_ends(source)
        gc.collect()
        gc.freeze()

    def begin(self) -> NoReturn:
        """Be the program's first process; it needs no turn up to its first step that others can notice."""
        closerange(3, REPORT)
        self.tracer.processes.asleep = False
        self.tracer.claims.begins()
        self.gate.is_born()
        if self.recorder.records:
            self.recorder.is_born(returned=None)
        sys.addaudithook(Outside(self.gate).before)
        execute(self.code, self.tracer.processes, self.limit)


def _import_ahead(source: str) -> None:
    """Import what the program will: the standard library's modules are the same each time, and take their time."""
    for node in ast.walk(ast.parse(source)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            if name.split(".")[0] in {*sys.stdlib_module_names, "numpy"} - {"this", "antigravity", "idlelib"}:
                _try_to_import(name)
    if "multiprocessing" in sys.modules:
        for name in ("process", "synchronize", "connection", "popen_fork", "sharedctypes", "heap", "queues"):
            _try_to_import(f"multiprocessing.{name}")


def _try_to_import(name: str) -> None:
    try:
        import_module(name)
    except Exception:
        pass  # the program will meet the same
