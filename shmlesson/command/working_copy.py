"""The learner's own copy of the notebooks: made once, lessons without outputs, trusted, never overwritten."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import itertools
import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIRST = "00_start_here.ipynb"
_PACKAGE = Path(__file__).resolve().parents[1]
# In an installed package the first, in a clone of the repository the second.
_HOMES = (_PACKAGE / "notebooks", _PACKAGE.parent / "notebooks")

_NOTE = ".originals.json"  # in a copy: what each original was when it was copied
_PROGRESS = "shmlesson-progress.json"  # there, too, and it goes with the learner: what `shmlesson.course` keeps


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """A folder of notebooks that a learner may change. ``said`` is what was done for it, a sentence each."""

    folder: Path
    said: tuple[str, ...]


def prepare(folder: Path, *, fresh: bool = False) -> WorkingCopy:
    """Have a copy of the notebooks in ``folder``. What is there stays; with ``fresh`` it gets another name first.

    A lesson is copied without its outputs: they would answer its questions. Those of a page for reference stay, and a
    notebook that was never changed is signed, so that Jupyter shows its pictures before it is run.

    ``FileExistsError``: there is something else. ``OSError``: it cannot be written, or JupyterLab is open on it.
    """
    folder = _in_full(folder)
    _refuse_what_is_no_copy(folder)
    old = _put_aside(folder) if fresh and _names_in(folder) else None
    said = [f"Your earlier notebooks are in {old} now."] if old else []
    if missing := [path for path in originals() if not (folder / path.name).exists()]:
        said.append(f"New in {folder}: {len(missing)} notebook{'s' * (len(missing) > 1)}.")
    with _notary() as notary:
        for path in originals():
            _copy_and_sign(path, folder / path.name, notary)
    if old and (old / _PROGRESS).exists():
        shutil.copy2(old / _PROGRESS, folder / _PROGRESS)
    return WorkingCopy(folder, (*said, *_newer(folder, missing)))


def originals() -> list[Path]:
    """The notebooks that came with the package."""
    for home in _HOMES:
        if found := sorted(home.glob("*.ipynb")):
            return found
    raise FileNotFoundError("the notebooks are missing from this installation: install shmlesson again")


def _in_full(folder: Path) -> Path:
    try:
        return folder.expanduser().resolve()
    except RuntimeError:  # what pathlib says of a ~ that is nobody's
        raise FileNotFoundError(f"{folder}: there is no such home folder") from None


def _refuse_what_is_no_copy(folder: Path) -> None:
    if folder in _HOMES:
        raise FileExistsError(f"{folder} has the originals: name another folder for your copy")
    if folder.exists() and not folder.is_dir():
        raise FileExistsError(f"{folder} is a file: name a folder")
    there = _names_in(folder)
    if there and not there & {path.name for path in originals()}:
        raise FileExistsError(f"{folder} has other things in it and none of the notebooks: name a new folder")


def _names_in(folder: Path) -> set[str]:
    """What is in a folder, without what Jupyter and the system hide there."""
    return {path.name for path in folder.iterdir() if path.name[0] != "."} if folder.exists() else set()


def _newer(folder: Path, copied: list[Path]) -> list[str]:
    """A sentence if an original is no longer what it was when it was copied; notes what those just ``copied`` are."""
    note = folder / _NOTE
    then = _noted(note)
    now = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in originals()}
    if copied:
        then |= {path.name: now[path.name] for path in copied}
        note.write_text(json.dumps(then), encoding="utf-8")
    names = [name for name, digest in now.items() if then.get(name, digest) != digest]
    said = (
        f"Newer than yours: {', '.join(names)}. With --fresh (make fresh) you get new ones, and keep yours beside them."
    )
    return [said] if names else []


def _noted(note: Path) -> dict[str, str]:
    """What is noted there; nothing where the note is missing or spoilt, for instance half written."""
    try:
        noted = json.loads(note.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def _put_aside(folder: Path) -> Path:
    """Give the folder a name that nothing has yet, with today's date, and say which."""
    if _is_open(folder):
        raise OSError(f"JupyterLab is open on {folder}, and would save into the new notebooks: shut it down first")
    today = datetime.date.today().isoformat()
    names = (folder.with_name(f"{folder.name}-{today}-{number}") for number in itertools.count(1))
    old = next(name for name in names if not os.path.lexists(name))
    folder.rename(old)
    return old


def _is_open(folder: Path) -> bool:
    from jupyter_server.serverapp import list_running_servers

    return any(Path(server["root_dir"]).resolve() == folder for server in list_running_servers())


def _copy_and_sign(original: Path, copy: Path, notary: Any) -> None:
    """Make the copy if there is none; sign it if it is as it was made."""
    from nbformat import v4  # which checks nothing: that took as long as all the rest

    whole = _for_this_machine(v4.reads(original.read_text(encoding="utf-8")))
    with_outputs = v4.writes(whole)  # as lessons, too, were once copied
    text = v4.writes(_without_outputs(whole)) if is_lesson(original.name) else with_outputs
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        half = copy.with_name(f".{copy.name}.part")  # so that a copy is whole, or is not there
        half.write_text(text, encoding="utf-8")
        half.rename(copy)
    there = copy.read_bytes()
    if there in (text.encode(), with_outputs.encode()):
        notary.sign(v4.reads(there.decode()))


def is_lesson(name: str) -> bool:
    """Whether the notebook of this file name is a lesson, not a page for reference: a lesson's has a number."""
    return name[:1].isdigit()


def _without_outputs(notebook: Any) -> Any:
    """The notebook as before it was ever run."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def _for_this_machine(notebook: Any) -> Any:
    """The notebook with what JupyterLab would note in it on opening, so that opening changes nothing."""
    notebook.metadata.language_info["version"] = sys.version.split()[0]
    return notebook


@contextlib.contextmanager
def _notary() -> Iterator[Any]:
    """Who signs: with the key of this user, by which JupyterLab knows what to trust."""
    from nbformat.sign import NotebookNotary

    notary = NotebookNotary()
    Path(notary.data_dir).mkdir(parents=True, exist_ok=True)
    with contextlib.closing(notary.store):
        yield notary
