"""What Python does at the end of a program, in its order: see Py_FinalizeEx in CPython's pylifecycle.c.

It is done by hand, for the interpreter must not end as it does: the process has still to report that it ends, after all
that the program does meanwhile, and is a fork of a server whose modules are no part of the program. What can be seen of
an end is the same: the exit functions run, the streams are flushed, and then what the program has made goes, so that
files are closed with what was written into them, and ``__del__`` is called. It goes as it does there, too: nobody holds
the names of the program any more, the collector finds what refers to itself, and what is left of a module of the
learner's own has its names cleared, those with one underscore first.
"""

from __future__ import annotations

import atexit
import builtins
import gc
import os
import re
import sys
from _signal import SIG_DFL, getsignal, signal, valid_signals  # type: ignore[import-not-found]  # not their enums
from itertools import takewhile
from weakref import ref

from .lines import is_ours
from .tracebacks import print_error

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_OF_SYS = ("path", "argv", "ps1", "ps2", "last_exc", "last_type", "last_value", "last_traceback")
_LATER = ("open", "exit", "quit", "copyright", "credits", "license", "help")  # builtins that begin after the others
_BUILTINS = frozenset((*vars(builtins), *_LATER))
_RUNS_LATER = re.compile("__del__|weakref|finalize|yield|await|async")
_PACKAGE = sys.modules[__name__.partition(".")[0]].__file__
_FLUSHING_FAILED = 120  # the exit code then
_INSTALLED = tuple(os.path.join(place, "") for place in {sys.prefix, sys.base_prefix, os.path.dirname(os.__file__)})


class _Newer:
    """The keys that a dictionary has got since, found without a touch of the others.

    Whoever counts a reference to an object writes to its page; in a fork that copies the page, and an end that looks at
    all modules would copy hundreds.
    """

    def __init__(self, things: dict[str, Any]) -> None:
        self._last, self._count = next(reversed(things)), len(things)

    def among(self, things: dict[str, Any]) -> list[str]:
        """They, in their order; all keys, where some of the others are gone."""
        newer = list(takewhile(lambda key: key is not self._last, reversed(things)))
        return newer[::-1] if len(things) == self._count + len(newer) else list(things)


class _Known:
    """What was looked at before the program began: ``own`` are the names of the learner’s modules that were there.

    ``quiet``: nothing in the program's text can run once its names are gone, and so notice what it may still import.
    """

    modules: _Newer | None = None
    builtins: _Newer | None = None
    own: tuple[str, ...] = ()
    quiet = False


_known = _Known()


def prepare_ends(source: str) -> None:
    """Look, before the forks of many processes that will come to an end, at what is the same at each of these."""
    _known.own = tuple(name for name, module in sys.modules.items() if name != "__main__" and _is_own(module))
    _known.quiet = not _known.own and not _RUNS_LATER.search(source)
    _known.modules, _known.builtins = _Newer(sys.modules), _Newer(vars(builtins))


def _not_known(things: dict[str, Any], newer: _Newer | None) -> list[str]:
    return newer.among(things) if newer else list(things)


def end_as_python_does(code: int, names: dict[str, Any], let_go: Callable[[], None]) -> int:
    """Do all of that; the exit code. ``let_go`` has the tracer let go of what is the program's, its ``names`` too."""
    _wait_for_threads()
    atexit._run_exitfuncs()
    flushed = _flush("stdout") & _flush("stderr")
    builtins_of_program = names.get("__builtins__")
    del names
    let_go()
    if len(sys._current_frames()) == 1:  # a daemon would find its names gone, where Python would just hold it
        _let_all_go(builtins_of_program)
    flush_streams()
    return code if flushed else _FLUSHING_FAILED


def flush_streams() -> None:
    """What Python does as soon as the program has come to its last line, or to an error; and after all."""
    for stream in (sys.stderr, sys.stdout):
        try:
            stream.flush()
        except BaseException:
            pass  # it is tried again, or it has been said


def _wait_for_threads() -> None:
    if (threading := sys.modules.get("threading")) is not None:
        try:
            threading._shutdown()
        except BaseException as error:
            _say(f"in: {threading!r}", error)


def _flush(name: str) -> bool:
    """Write out what waits in a stream of this name; False if that fails, which Python says of one of them."""
    stream = getattr(sys, name, None)
    try:
        if stream is not None and not stream.closed:
            stream.flush()
    except BaseException as error:
        if name == "stdout":
            where = "while flushing sys.stdout:" if sys.version_info >= (3, 14) else f"in: {stream!r}"
            _say(where, error.with_traceback(None))
        return False
    return True


def _say(where: str, error: BaseException) -> None:
    """What Python says of an error that it goes on after."""
    try:
        print("Exception ignored", where, file=sys.stderr)
        print_error(error)
    except BaseException:
        pass  # the other stream fails, too


def _let_all_go(builtins_of_program: Any) -> None:
    _clear_handlers()
    gc.collect()
    for name in _OF_SYS:
        if hasattr(sys, name):
            setattr(sys, name, None)
    for name in ("stdin", "stdout", "stderr"):
        setattr(sys, name, getattr(sys, f"__{name}__"))
    left = _remove_own_modules()
    if _known.quiet and len(left) <= 1:  # the program, and nothing from beside it
        _let_modules_go(left, builtins_of_program)
        return
    modules, finders = dict(sys.modules), sys.meta_path
    try:
        sys.modules.clear()  # nothing can be imported any more
        sys.meta_path = None  # type: ignore[assignment]
        _let_modules_go(left, builtins_of_program)
    finally:
        sys.modules.update(modules)
        sys.meta_path = finders


def _let_modules_go(left: list[ref[Any]], builtins_of_program: Any) -> None:
    _restore_builtins(builtins_of_program)
    gc.collect()
    for reference in reversed(left):
        if (module := reference()) is not None:
            _clear(vars(module))


def _restore_builtins(of_program: Any) -> None:
    """Leave those that Python begins with: not even ``open`` is one of them."""
    for name in _not_known(vars(builtins), _known.builtins):
        if name not in _BUILTINS:
            delattr(builtins, name)
    if type(of_program) is type(builtins):
        for name in _LATER:
            vars(of_program).pop(name, None)


def _clear_handlers() -> None:
    """Handlers of signals are not called any more."""
    for number in valid_signals():
        if callable(getsignal(number)):
            try:
                signal(number, SIG_DFL)
            except ValueError:
                return  # it was forked by another thread than the first


def _remove_own_modules() -> list[ref[Any]]:
    """Take the program and the modules that it has from beside it out of ``sys.modules``; what may be left of them."""
    removed = []
    for name in ("__main__", *_known.own, *_not_known(sys.modules, _known.modules)):
        module = sys.modules.get(name)
        if type(module) is type(sys) and (name == "__main__" or _is_own(module)):
            removed.append(ref(module))
            sys.modules[name] = None  # type: ignore[assignment]
    return removed


def _is_own(module: Any) -> bool:
    """Whether it is a file of the learner's: not of Python, not installed, and not one of ours."""
    if type(module) is not type(sys):
        return False
    file = vars(module).get("__file__")
    if file == _PACKAGE:
        return False
    return type(file) is str and not file.startswith(_INSTALLED) and "-packages" not in file and not is_ours(file)


def _clear(names: dict[str, Any]) -> None:
    """What a module's names stand for goes, in the order in which Python lets it go."""
    for private in (True, False):
        for name in list(names):
            if (name[:1] == "_" and name[1:2] != "_") == private and name != "__builtins__":
                names[name] = None
