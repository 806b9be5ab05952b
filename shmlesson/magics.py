"""``%%program``: run a cell as a program of its own, in processes that may fork; and pictures of what comes back."""

from __future__ import annotations

import functools
import io
import re
import symtable
import traceback
from argparse import Namespace
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from keyword import iskeyword
from typing import Any

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring
from IPython.display import display

from . import guard
from .analysis.run import Run
from .api.compare import Comparison
from .api.exploration import Exploration
from .api.explore import explore
from .api.maps import Maps
from .api.not_run import NotRun
from .api.program import program
from .api.trials import Trials
from .cluster.copies import Copies
from .cluster.needed import LeftOut, missing
from .cluster.stores import Stores
from .memory.contents import Contents
from .memory.sizes import parse_size
from .trace.event import Event
from .views import Drawing, Lanes, Orders, chart, progress
from .views.html import block, copies, exploration, histogram, lanes, stores
from .views.html import maps as maps_view
from .views.html.chart import picture as draw_comparison
from .views.text import sentences

_PACKAGE = __name__.partition(".")[0]


@magics_class
class ProgramMagics(Magics):
    """The cell magic ``%%program``."""

    @magic_arguments()
    @argument("name", nargs="?", help="keep the Run under this name")
    @argument("--timeout", type=float, help="seconds after which the program is ended (10; 60 with --orders)")
    @argument("--processes", type=int, help="processes that it may have, itself included (200; 20 with --orders)")
    @argument("--memory", help="bytes each of them may take beyond Python's own, as in 512MiB (what is available)")
    @argument("--output", type=int, default=4 << 20, help="how many characters of its output are kept (4194304)")
    @argument("--orders", type=int, help="run it in up to this many orders of its steps, and show what they lead to")
    @argument("--no-reduction", action="store_true", help="with --orders: also those that no process could tell apart")
    @argument("--order", type=int, help="run it in the order with this number, as shown by --orders")
    @argument("--step", action="store_true", help="show a picture to go through step by step, with slider and buttons")
    @argument("-h", "--help", action="store_true", help="show this text")
    @line_cell_magic
    def program(self, line: str, cell: str | None = None) -> None:
        """Run this cell as a program of its own and show its processes.

        The text runs unchanged, as ``python program.py`` would, in a clean process that may fork: the notebook's kernel
        never does. Each line that a process prints is shown with its role in front: ``parent |``, ``child 1 |``;
        ``!`` in place of ``|`` marks what went to stderr. Variables of the notebook are not there. Below the picture
        stands what went wrong, or could have.

        With ``--orders 500`` it runs again and again: one process moves at a time, and each time in another order. What
        differs in the end is shown, with the number of an order that leads to it; ``--order`` replays that one.
        The default timeout is 60 seconds then. An interrupt keeps what was found.

        With ``--step`` the picture is one to go through, by slider, buttons or arrow keys: the program beside it, with
        the line of each process, and what was printed, held and waited for at each step. With ``--orders`` too: each
        outcome has a button that opens it so.
        """
        options = _options(self.program, line)
        if options.help:
            print(self.program.__doc__)
            return
        if cell is None:
            raise UsageError(_ONE_PERCENT_SIGN)
        if options.name and (not options.name.isidentifier() or iskeyword(options.name)):
            raise UsageError(f"%%program: a name for the Run must be a Python name, got {options.name!r}")
        if options.name:
            self.shell.push({options.name: NotRun(options.name)})  # type: ignore[union-attr]
        try:
            run = _run(cell, options) if options.orders is None else _explore(cell, options)
        except SyntaxError as error:
            raise _as_python_shows_it(error) from None
        except (TypeError, ValueError) as error:
            raise UsageError(f"%%program: {error}") from None
        run = replace(run, call=_call(options))
        if options.name:
            self.shell.push({options.name: run})  # type: ignore[union-attr]
        display(_stepper(run) if options.step else run)


# A cell that begins so has a body, but IPython runs that in the kernel and hands us the first line alone.
_ONE_PERCENT_SIGN = (
    "%program is only for --help: begin the cell with %%program, two percent signs, and put the program below that line"
)


def _options(magic: Callable[..., None], line: str) -> Namespace:
    """What was asked for; what cannot be understood is one sentence that says where the options are listed."""
    try:
        options: Namespace = parse_argstring(magic, line)
    except (UsageError, ValueError) as error:  # ValueError: a quotation mark without its other half
        said = f"{error}"
        raise UsageError(f"%%program: {said[:1].lower()}{said[1:]} (%program --help lists the options)") from None
    return options


def _stepper(found: Run | Exploration) -> Lanes | Orders:
    """What it is gone through in, step by step."""
    return Lanes(found) if isinstance(found, Run) else Orders(found)


def _as_python_shows_it(error: SyntaxError) -> Exception:
    """An exception of the same name that a notebook shows as Python would, without the way through our code."""
    lines = [line.rstrip("\n") for line in traceback.format_exception_only(error)]
    shown: type[Exception] = type(type(error).__name__, (Exception,), {"_render_traceback_": lambda self: lines})
    return shown(error.msg)


def _call(options: Namespace) -> str:
    """What was asked for, as it was typed, without limits."""
    asked = [f"--{name} {value}" for name in ("orders", "order") if (value := getattr(options, name)) is not None]
    return " ".join(["%%program", *filter(None, [options.name]), *asked])


def _run(cell: str, options: Namespace) -> Run:
    if options.no_reduction:
        raise ValueError("--no-reduction says how --orders tries them: give a number with --orders, too")
    screen = _Screen()
    try:
        return program(cell, order=options.order, watch=screen.show, output=options.output, **_limits(options))
    finally:
        screen.finish()


def _explore(cell: str, options: Namespace) -> Exploration:
    if options.order is not None:
        raise ValueError("--orders tries many orders, --order replays one of them: only one can be given, got both")
    return explore(
        cell, orders=options.orders, reduction=not options.no_reduction, progress=progress, **_limits(options)
    )


def _limits(options: Namespace) -> dict[str, Any]:
    """The limits that were given."""
    given = {name: getattr(options, name) for name in ("timeout", "processes")}
    memory = None if options.memory is None else parse_size(options.memory, "memory")
    return {name: value for name, value in {**given, "memory": memory}.items() if value is not None}


_MARK = "(! marks what a process wrote to stderr, where errors go)"


class _Screen:
    """What the processes print, line by line as it comes, with the role of the process in front."""

    def __init__(self) -> None:
        self._begun: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self._marked = False  # something went to stderr

    def show(self, event: Event) -> None:
        if event.kind != "prints":
            return
        key = event.process, event.detail["stream"]
        ended, newline, rest = event.detail["text"].rpartition("\n")
        if newline:
            for line in "".join([*self._begun.pop(key, ()), ended]).split("\n"):
                self._print(key, line)
        self._begun[key].append(rest)

    def finish(self) -> None:
        for key, pieces in self._begun.items():
            if rest := "".join(pieces):
                self._print(key, rest)
        self._begun.clear()
        if self._marked:
            print(_MARK, flush=True)

    def _print(self, key: tuple[str, str], line: str) -> None:
        process, stream = key
        self._marked = self._marked or stream == "stderr"
        print(f"{process:<7} {'!' if stream == 'stderr' else '|'} {line}", flush=True)


def _not_on_the_first_line(line: str) -> None:
    raise UsageError("%%program must be on the first line of its cell: move what is above it to below it")


_NEEDS = re.compile(r"%%needs\s+(\w+)\s*")


def leave_out(lines: list[str]) -> list[str]:
    """A cell that begins with ``%%needs ray`` as it is run: all of it where that is, a sentence where it is missing.

    There each name that the cell would have given a value stands for the same sentence.
    """
    match = _NEEDS.fullmatch(lines[0]) if lines else None
    if not match:
        return lines
    if not (why := missing(match[1])):
        return ["# needs " + match[1] + "\n", *lines[1:]]  # a line, so that those of a traceback are right
    names = sorted(_assigned("".join(lines[1:])))
    instead = (
        "".join(f"{name} = " for name in names) + f"__import__({LeftOut.__module__!r}, fromlist=['']).LeftOut({why!r})"
    )
    return [f"{instead}\n", f"print({why!r})\n"]


def _assigned(source: str) -> set[str]:
    """The names to which this text gives values, functions' own left out."""
    table = symtable.symtable(source, "cell", "exec")
    return {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}


def _quiet(load_ext: Callable[[str], str | None], shell: InteractiveShell) -> Callable[[str], str | None]:
    """``%load_ext`` that says nothing when it is asked for this extension again: a cell may be run twice."""

    @functools.wraps(load_ext)
    def load_ext_once(line: str) -> str | None:
        again = line.strip() == _PACKAGE and _PACKAGE in shell.extension_manager.loaded  # type: ignore[union-attr]
        return None if again else load_ext(line)

    return load_ext_once


def load(shell: InteractiveShell) -> None:
    """Register the magic and the pictures, with text beside each; refuse forks of this process itself."""
    shell.register_magics(ProgramMagics)
    # Further down in a cell, IPython takes %%program for a line magic of the name %program.
    _magics(shell)["%program"] = _not_on_the_first_line
    _magics(shell)["load_ext"] = _quiet(_magics(shell)["load_ext"], shell)
    shell.input_transformers_cleanup.append(leave_out)
    _configurables(shell).append(_drawing(shell))
    guard.refuse_fork()
    for kind, mimetype, draw in _PICTURES:
        _formatters(shell)[mimetype].for_type(kind, draw)


def unload(shell: InteractiveShell) -> None:
    """Take away what ``load`` registered."""
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("program", None)
    _magics(shell).pop("%program", None)
    _magics(shell)["load_ext"] = _magics(shell)["load_ext"].__wrapped__
    shell.input_transformers_cleanup.remove(leave_out)
    _configurables(shell).remove(Drawing.instance())
    guard.allow_fork()
    for pictured, mimetype, _ in _PICTURES:
        _formatters(shell)[mimetype].pop(pictured, None)


def _configurables(shell: InteractiveShell) -> list[Any]:
    """What ``%config`` lists."""
    configurables: list[Any] = shell.configurables
    return configurables


def _drawing(shell: InteractiveShell) -> Drawing:
    """What ``%config Drawing`` changes; a configuration of IPython may have set it before."""
    drawing = Drawing.instance()
    drawing.update_config(shell.config)
    return drawing


def _magics(shell: InteractiveShell) -> dict[str, Any]:
    magics: dict[str, Any] = shell.magics_manager.magics["line"]
    return magics


def _formatters(shell: InteractiveShell) -> dict[str, Any]:
    formatters: dict[str, Any] = shell.display_formatter.formatters  # type: ignore[union-attr]
    return formatters


def _as_set(draw: Callable[..., str]) -> Callable[[Any], str]:
    """``draw``, told how ``Drawing`` is set when something is to be drawn."""
    return lambda value: draw(value, fork_returns=Drawing.instance().fork_returns)


def _as_text(words_for: Callable[[Any], str]) -> Callable[[Any, Any, bool], None]:
    return lambda value, printer, cycle: printer.text(words_for(value))


def _png(comparison: Comparison) -> bytes:
    picture = io.BytesIO()
    chart(comparison).savefig(picture, format="png", dpi=110)
    return picture.getvalue()


_PICTURES: tuple[tuple[type, str, Callable[..., Any]], ...] = (
    (Run, "text/html", _as_set(lanes.picture)),
    (Run, "text/plain", _as_text(_as_set(sentences.story))),
    (Contents, "text/html", block.picture),
    (Contents, "text/plain", _as_text(str)),
    (Comparison, "text/html", draw_comparison),
    (Comparison, "image/png", _png),
    (Maps, "text/html", maps_view.picture),
    (Maps, "text/plain", _as_text(str)),
    (Exploration, "text/html", _as_set(exploration.picture)),
    (Exploration, "text/plain", _as_text(str)),
    (Stores, "text/html", stores.picture),
    (Stores, "text/plain", _as_text(str)),
    (Copies, "text/html", copies.picture),
    (Copies, "text/plain", _as_text(str)),
    (Trials, "text/html", histogram.picture),
    (Trials, "text/plain", _as_text(str)),
)
