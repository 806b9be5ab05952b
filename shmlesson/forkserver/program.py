"""Run the text of a cell as a program of its own, unchanged, the way ``python program.py`` would."""

from __future__ import annotations

import atexit
import linecache
import os
import site
import sys
import types
from typing import TYPE_CHECKING, NoReturn

from . import trace
from .child import Witness
from .limits import MemoryLimit, Ration

if TYPE_CHECKING:
    import traceback

_HERE = os.path.dirname(__file__)
NAME = "program.py"  # what tracebacks call it


def run_program(
    me: Witness,
    *,
    source: str,
    folder: str,
    path: list[str],
    environment: dict[str, str],
    file: str,
    processes: int,
    memory: int | None,
) -> NoReturn:
    """Run ``source`` in ``folder`` with the notebook's environment and ``sys.path``; never return."""
    _live_like_the_notebook(folder, path, environment)
    module = types.ModuleType("__main__")
    module.__file__ = file
    _write_for_spawn(source, file)
    sys.modules["__main__"] = module
    sys.argv = [NAME]
    linecache.cache[NAME] = (len(source), None, source.splitlines(keepends=True), NAME)
    trace.install(me, Ration(processes))
    limit = MemoryLimit(memory)
    try:
        exec(compile(source, NAME, "exec", dont_inherit=True), module.__dict__)
        code = 0
    except SystemExit as error:
        code = _exit_code(error)
    except BaseException as error:
        code = 1
        limit.explain(error)
        _show(error)
    _finish(code)


def _live_like_the_notebook(folder: str, path: list[str], environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    site.main()  # the server has started without it: for exit(), help(), the environment's packages and start-up files
    sys.path[:] = path
    os.chdir(folder)


def _write_for_spawn(source: str, file: str) -> None:
    """Write the text where a spawned interpreter can import it from; the server removes it when the run has ended."""
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(source)


def _exit_code(error: SystemExit) -> int:
    """As Python does it: nothing is 0, a number is itself, anything else is printed and is 1."""
    if error.code is None or isinstance(error.code, int):
        return error.code or 0
    print(error.code, file=sys.stderr)
    return 1


def _show(error: BaseException) -> None:
    try:
        import traceback
    except (ImportError, OSError, MemoryError):  # it has used up what this needs, or become a user who may not read it
        trace = _without_our_frames(error.__traceback__)
        sys.__excepthook__(type(error), error.with_traceback(trace), trace)
        return
    report = traceback.TracebackException.from_exception(error)
    _drop_our_frames(report)
    print("".join(report.format()), end="", file=sys.stderr)


def _without_our_frames(trace: types.TracebackType | None) -> types.TracebackType | None:
    """The frames of ``trace`` that are the learner's, or what that called."""
    kept, frames = None, []
    while trace:
        frames.append(trace)
        trace = trace.tb_next
    for frame in reversed(frames):
        if not frame.tb_frame.f_code.co_filename.startswith(_HERE):
            frame.tb_next, kept = kept, frame
    return kept


def _drop_our_frames(report: traceback.TracebackException | None) -> None:
    """Leave what the learner wrote, and what it called; how we run and trace it is not part of the program."""
    if report is not None:
        report.stack[:] = [frame for frame in report.stack if not frame.filename.startswith(_HERE)]
        _drop_our_frames(report.__cause__)
        _drop_our_frames(report.__context__)


def _finish(code: int) -> NoReturn:
    """What Python does at the end of a program: wait for threads, run the exit functions, flush; then go."""
    try:
        if "threading" in sys.modules:
            sys.modules["threading"]._shutdown()
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code & 0xFF)
