"""The command ``shmlesson``: its options, and what it says when something cannot be done."""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from pathlib import Path

from .. import __version__
from ..errors import NO_FORK
from . import jupyterlab
from .check import check
from .working_copy import prepare

FOLDER = Path("shmlesson-notebooks")
# Options after which no value can stand, so that what stands there is the folder.
_FLAGS = ("--", "--fresh", "--no-browser", "--allow-root", "--debug", "--expose-app-in-browser")
_MORE = (
    "Options that are not listed here are passed on to JupyterLab, for instance --no-browser, --ip=0.0.0.0 or "
    "--port=8889."
)


def main(arguments: list[str] | None = None) -> int:
    """Do what was typed; the exit code. What cannot be done is one sentence on stderr, and 1."""
    options = _parsed(sys.argv[1:] if arguments is None else arguments)
    try:
        return _check() if options.do == "check" else _lab(options)
    except (ImportError, OSError, ValueError) as error:
        print(f"shmlesson: {_sentence(error)}", file=sys.stderr)
        return 1


def _check() -> int:
    found = check()
    print(found)
    return 0 if found.ready else 1


def _lab(options: argparse.Namespace) -> int:
    if not hasattr(os, "fork"):
        raise OSError(NO_FORK)
    copy = prepare(options.folder, fresh=options.fresh)
    for line in copy.said:
        print(line)
    jupyterlab.open_on(copy.folder, options.more)  # does not return: JupyterLab runs in this process's place
    return 0


def _sentence(error: Exception) -> str:
    """What the system says of a file, without its number; what to install; else the error's own words."""
    if isinstance(error, ImportError):
        return f"{error.name} is missing here: run  {sys.executable} -m pip install {error.name}"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'this folder'}: {error.strerror.lower()}"
    return str(error)


def _parsed(arguments: list[str]) -> argparse.Namespace:
    options, more = _parser().parse_known_args(arguments)
    if more and options.do != "lab":
        options.fail(f"unrecognized arguments: {' '.join(more)}")
    if options.do == "lab":
        _refuse_a_folder_that_is_a_value(options, arguments)
        _refuse_what_was_meant_for_us(options, arguments, more)
        options.more = [option for option in more if option != "--"]
    return options


def _refuse_a_folder_that_is_a_value(options: argparse.Namespace, arguments: list[str]) -> None:
    """``lab --port 8889`` would make a folder 8889: which options of JupyterLab take a value is not known here."""
    folder = str(options.folder)
    if folder not in arguments:
        return
    before = arguments[arguments.index(folder) - 1]
    if before.startswith("--") and before not in _FLAGS:
        options.fail(f"write {before}={folder}, or put the folder before the options")


def _refuse_what_was_meant_for_us(options: argparse.Namespace, arguments: list[str], more: list[str]) -> None:
    """A second folder, or ``--frsh``: JupyterLab would make little of it, after the notebooks were copied."""
    for word in more:
        before = arguments[arguments.index(word) - 1]
        if not word.startswith("-") and not before.startswith("-"):
            options.fail(f"one folder is enough, got {before} and {word}")
        if difflib.get_close_matches(word.lower(), ["--fresh"], cutoff=0.8):
            options.fail(f"unrecognized option {word}: is it --fresh?")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "shmlesson", description="Notebooks about memory that two processes share.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"shmlesson {__version__}")
    commands = parser.add_subparsers(dest="do", required=True, metavar="COMMAND")
    _add_lab(commands)
    about = "say whether this machine has what the notebooks need, and what to do about what is missing"
    checking = commands.add_parser(
        "check", help=about, description=f"{about[0].upper()}{about[1:]}. The exit code is 0 if it has."
    )
    checking.set_defaults(fail=checking.error)
    return parser


def _add_lab(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    lab = commands.add_parser(
        "lab",
        help="open the notebooks in JupyterLab, in a folder of your own",
        description="Open the notebooks in JupyterLab. They are copied into FOLDER the first time; nothing of yours is "
        f"ever overwritten. {_MORE}",
        allow_abbrev=False,
    )
    lab.set_defaults(fail=lab.error)
    lab.add_argument(
        "folder", nargs="?", type=Path, default=FOLDER, metavar="FOLDER", help=f"where your notebooks are ({FOLDER})"
    )
    lab.add_argument(
        "--fresh",
        action="store_true",
        help="start again with new notebooks; the old ones are kept in a folder beside them",
    )
