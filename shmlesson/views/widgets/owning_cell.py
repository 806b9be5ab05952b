"""The cell of a notebook that has made a widget: the widget is told when its cell is run again, or was deleted."""

from __future__ import annotations

import weakref
from typing import Any, Protocol

from IPython.core.getipython import get_ipython


class Owned(Protocol):
    """What a cell can own; ``how`` is the end of a sentence about that cell, such as ``was run again``."""

    def cell_gone(self, how: str) -> None: ...


_OWNED: dict[str, weakref.WeakSet[Any]] = {}  # by the ID of a cell


def belongs_to_its_cell(made: Owned) -> None:
    """From now on tell ``made`` when the cell that is being run now is run again, or has been deleted.

    A weak reference alone would not do: ``Out`` and ipywidgets hold what nobody sees any more. JupyterLab, Notebook 7
    and VS Code say which cell they run. Where nobody says so, and outside of a cell, ``made`` belongs to none.
    """
    shell: Any = get_ipython()
    cell = _metadata(shell).get("cellId")
    if cell:
        _OWNED.setdefault(cell, weakref.WeakSet()).add(made)
        shell.events.register("pre_run_cell", _before_a_cell)  # once, however often it is registered


def _before_a_cell(info: Any) -> None:
    """A cell is about to run. Which others were deleted JupyterLab says only now."""
    for cell in _metadata(get_ipython()).get("deletedCells") or ():
        _tell(cell, "was deleted")
    # No ID if a running cell runs another text, for that is no new run of it; nor from an IPython before 8.
    if cell := getattr(info, "cell_id", None):
        _tell(cell, "was run again")


def _tell(cell: str, how: str) -> None:
    for made in list(_OWNED.get(cell, ())):
        made.cell_gone(how)


def _metadata(shell: Any) -> dict[str, Any]:
    """What the front end says of the request that is being answered; nothing where there is no kernel."""
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    return parent.get("metadata") or {}
