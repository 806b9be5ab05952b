"""Run the text of a cell as a program of its own, unchanged, the way ``python program.py`` would."""

from __future__ import annotations

import gc
import linecache
import os
import signal
import site
import sys
import types
from importlib.machinery import SourceFileLoader
from os import _exit as leave  # by name: a program may replace any of them
from os import getpid, kill
from typing import Any, NoReturn

from ...wire.belongings import MARK, temporary_folder
from ..limits import MemoryLimit, Ration
from ..reporter import REPORT, Reporter
from ..standing import say_where_you_stand
from .ending import end_as_python_does, flush_streams
from .instrument import instrumented
from .lines import NAME
from .named_memory import write_down_named_memory
from .processes import Processes
from .recorder import Recorder
from .tracebacks import show
from .tracer import Tracer


def run_program(reporter: Reporter, *, source: str, processes: int, memory: int | None, **home: Any) -> NoReturn:
    """Run ``source`` in its ``folder`` with the notebook's ``environment`` and ``path``; never return."""
    tracer = Tracer(Recorder(reporter), prepare(source, **home))
    tracer.install(Ration(processes))
    tracer.claims.begins()
    say_where_you_stand(REPORT)
    gc.freeze()  # so that the collector, which runs at the end, looks at what is the program's only
    execute(compile_program(source), tracer.processes, MemoryLimit(memory))


def prepare(source: str, *, folder: str, path: list[str], environment: dict[str, str], file: str) -> dict[str, Any]:
    """Have this process live like the notebook, with the program's text where Python looks for it; its first names."""
    _live_like_the_notebook(folder, path, environment, temporary_folder(file))
    write_down_named_memory(file)
    module = types.ModuleType("__main__")
    module.__file__ = file
    module.__loader__ = SourceFileLoader("__main__", file)
    if sys.version_info < (3, 14):
        module.__annotations__ = {}  # newer ones evaluate them when they are asked for, unless there are some
    if sys.version_info < (3, 15):
        module.__cached__ = None  # type: ignore[attr-defined]
    _write_for_spawn(source, file)
    sys.modules["__main__"] = module
    sys.argv = [NAME]
    linecache.cache[NAME] = (len(source), None, source.splitlines(keepends=True), NAME)
    return vars(module)


def compile_program(source: str) -> types.CodeType:
    """The program as Python runs it, with probes where it may touch views; warnings are shown now, and once."""
    code = compile(source, NAME, "exec", dont_inherit=True)
    tree = instrumented(source)
    if tree is None:
        return code
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        probed: types.CodeType = compile(tree, NAME, "exec", dont_inherit=True)
    return probed


def execute(code: types.CodeType, processes: Processes, limit: MemoryLimit) -> NoReturn:
    """Run it as ``python program.py`` would, to its end."""
    status, how, line, interrupted = 0, "end", None, False
    processes.names = _begin_anew(processes.names)
    limit.hold()
    try:
        try:
            exec(code, processes.names)
        finally:
            flush_streams()
    except SystemExit as error:
        status, how, line = _exit_code(error), "sys.exit", _line_of(error)
    except BaseException as error:
        line = _line_of(error)
        status, how, interrupted = _show(error, limit), "error", isinstance(error, KeyboardInterrupt)
    _finish(processes, status, how, line, interrupted)


def _begin_anew(names: dict[str, Any]) -> dict[str, Any]:
    """The names of a new module, the program's, which nothing but ``sys.modules`` holds: it can go at the end."""
    module = types.ModuleType("__main__")
    vars(module).update(names)
    sys.modules["__main__"] = module
    return vars(module)


def _show(error: BaseException, limit: MemoryLimit) -> int:
    """Print an error that nobody has caught; the exit code. Nothing that goes wrong meanwhile may leave the program."""
    try:
        limit.explain(error)
        show(error)
    except SystemExit as left:  # the program's own hook has called it
        return _exit_code(left)
    except BaseException:
        pass  # the stream is closed, or whatever stands in its place fails
    return 1


def _line_of(error: BaseException) -> int | None:
    """The learner's line from which ``error`` came."""
    line, trace = None, error.__traceback__
    while trace:
        line = trace.tb_lineno if trace.tb_frame.f_code.co_filename == NAME else line
        trace = trace.tb_next
    return line


def _live_like_the_notebook(folder: str, path: list[str], environment: dict[str, str], temporary: str) -> None:
    mark = os.environ.get(MARK, "")  # what the program starts must have it: else nobody finds that when all else fails
    os.mkdir(temporary, 0o700)
    os.environ.clear()
    os.environ.update({**environment, MARK: mark, "TMPDIR": temporary})
    site.main()  # the server has started without it: for exit(), help(), the environment's packages and start-up files
    if hasattr(sys.flags, "__replace__"):  # from Python 3.13 on; 3.15 says so where a module is missing
        sys.flags = sys.flags.__replace__(no_site=0)
    sys.path[:] = path
    os.chdir(folder)


def _write_for_spawn(source: str, file: str) -> None:
    """Write the text where a spawned interpreter can import it from; the server removes it when the run has ended."""
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(source)


def _exit_code(error: SystemExit) -> int:
    """As Python does it: nothing is 0, a number is itself, anything else is printed and is 1."""
    if error.code is None or isinstance(error.code, int):
        code = error.code or 0
        return code if -(1 << 63) <= code < 1 << 63 else -1
    if sys.stderr is not None:
        for words in (error.code, "\n"):  # the second even if the first cannot be printed, as Python does it
            try:
                print(words, end="", file=sys.stderr)
            except BaseException:
                pass
    return 1


def _finish(processes: Processes, code: int, how: str, line: int | None, interrupted: bool) -> NoReturn:
    """Do what Python does at the end of a program; then go."""
    try:
        code = end_as_python_does(code, processes.names, processes.lets_go)
    finally:
        processes.ends(code & 0xFF, how, line, by=signal.SIGINT if interrupted else None)
        if interrupted:  # whoever waits for it learns why: as Python does it
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            kill(getpid(), signal.SIGINT)
        leave(code & 0xFF)
