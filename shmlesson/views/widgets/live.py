"""A parent and a child that stay alive, under the learner's hands: write in one, and see what the other reads."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any, Protocol

import ipywidgets
import traitlets

from ...client.settings import MAPPINGS, ROLES, check_block, check_write
from ...errors import ProcessLost, ShmlessonError
from ...memory.contents import Contents, byte_in_words
from ...memory.sizes import say_size
from ..html.grid import grid
from ..text.cells import cells
from ..text.changes import changed_offsets
from ..text.written import Looks, both_see, written
from .accessibility import style_for
from .controls import FillControl, row
from .owning_cell import belongs_to_its_cell
from .panes import Panes, Writer
from .static_face import RUN_FOR_CONTROLS, StaticFace

_AGAIN = "Restart makes another pair."
_CLASS, _RESTART = "shmlesson-live", "shmlesson-restart"  # by which panes.js finds the controls around it


class Pair(Protocol):
    """What is needed of a pair: what both see, a way to have one write, an end; ``ended`` says why it is gone.

    ``write`` raises ``ShmlessonError`` once the pair has been lost; ``watch`` says what to call when that happens.
    """

    @property
    def parent(self) -> Contents: ...

    @property
    def child(self) -> Contents: ...

    @property
    def ended(self) -> str: ...

    def write(self, who: str, offset: int, data: bytes | str) -> None: ...

    def watch(self, on_end: Callable[[], None]) -> None: ...

    def end(self) -> None: ...


class LiveBlock(StaticFace, ipywidgets.VBox):
    """Two panes, what to write, shared or private, a text at an offset, and buttons to restart and to end."""

    size = traitlets.Int()
    memory = traitlets.Unicode()
    parent = traitlets.Instance(Contents, allow_none=True)
    child = traitlets.Instance(Contents, allow_none=True)
    said = traitlets.Unicode()
    alive = traitlets.Bool(False)

    _pair: Pair | None = None

    def __init__(
        self, pair: Callable[[int, str], Pair], size: int = 64, memory: str = "shared", **settings: Any
    ) -> None:
        size, memory = check_block(size, memory)
        self._make = pair
        self._panes, self._byte = Panes(), FillControl("a")
        self._byte.character.description = "byte"
        mappings = [(f"{mapping} mapping", mapping) for mapping in MAPPINGS]
        self._memory = ipywidgets.RadioButtons(options=mappings, layout={"width": "max-content"})
        self._writer = Writer(lambda *write: self._try(*write))
        super().__init__(size=size, memory=memory, **settings)
        self.add_class(_CLASS)
        buttons = self._buttons()
        self.children = [style_for(self), row(self._memory, self._byte), self._panes, self._writer, buttons]
        self._connect()
        self.restart()
        belongs_to_its_cell(self)

    def _buttons(self) -> ipywidgets.HBox:
        restart = ipywidgets.Button(description="Restart", tooltip="End both, map a new block, and fork again")
        self._end = ipywidgets.Button(description="End", tooltip="End both processes")
        restart.on_click(lambda button: self.restart())
        self._end.on_click(lambda button: self.end())
        return ipywidgets.HBox([restart.add_class(_RESTART), self._end])

    def _connect(self) -> None:
        traitlets.link((self, "memory"), (self._memory, "value"))
        for name in ("said", "alive", "memory"):
            traitlets.dlink((self, name), (self._panes, name))
        self.observe(lambda change: self.restart(), ["size", "memory"])
        self._byte.observe(lambda change: self._hint(), ["value", "complaint"])
        self._panes.on_press(self._pressed)
        self._hint()

    @traitlets.validate("size")
    def _possible_size(self, proposal: dict[str, Any]) -> int:
        return check_block(proposal["value"], "shared")[0]

    @traitlets.validate("memory")
    def _possible_memory(self, proposal: dict[str, Any]) -> str:
        return check_block(1, proposal["value"])[1]

    def restart(self) -> None:
        """End both processes, and make another pair, with what is chosen now."""
        if self._pair:
            self._pair.end()
        try:
            self._pair = self._make(self.size, self.memory)
        except ShmlessonError as error:
            self._pair = None
            self._show(f"{error}. {_AGAIN}")
            return
        self._pair.watch(self._lost)
        self._show(_begun(self.size, self.memory, self._looks()))

    def end(self) -> None:
        """Have both processes end."""
        if self._pair:
            self._pair.end()
            self._lost()

    def cell_gone(self, how: str) -> None:
        """The cell that made this ``was run again`` or ``was deleted``: what is left of it here needs no processes."""
        if self.alive and self._pair:
            self._pair.end()
            self._show(f"Both have ended: the cell that made them {how}. {_AGAIN}")

    def close(self) -> None:
        """Have both processes end, and take the widget away."""
        if self._pair:
            self._pair.end()
        super().close()

    def write(self, who: str, offset: int, data: bytes | str) -> None:
        """Have ``who`` (``"parent"`` or ``"child"``) write bytes or ASCII text at ``offset``, in bytes.

        ``TypeError`` or ``ValueError`` for what cannot be written, ``ShmlessonError`` if the pair is lost.
        """
        role, start, whole = check_write(who, offset, data, self.size)
        if not self._pair:
            raise ProcessLost("there is no pair")
        before = self._looks()
        try:
            self._pair.write(role, start, whole)
        except ShmlessonError:
            self._lost()
            raise
        self._show(written(role, start, whole, before, self._looks()), before)

    def _looks(self) -> Looks:
        return {"parent": self._pair.parent, "child": self._pair.child} if self._pair else {}

    def _lost(self) -> None:
        """Say why the pair is gone."""
        if self._pair:
            self._show(f"{self._pair.ended}. {_AGAIN}")

    def _pressed(self, who: str, offset: int, typed: str | None) -> None:
        """A byte was pressed, or a character typed on it."""
        if typed is None and self._byte.complaint:
            self.said = f"Not written: {self._byte.complaint}"
        else:
            self._try(who, offset, bytes([self._byte.value]) if typed is None else typed)

    def _try(self, who: str, offset: int, data: bytes | str) -> None:
        """Write what the learner asked for; a widget can only say in words that it cannot be done."""
        try:
            self.write(who, offset, data)
        except (TypeError, ValueError) as error:
            self.said = f"Not written: {error}."
        except ShmlessonError:
            pass  # said already

    def _hint(self) -> None:
        byte = self._byte.complaint or f"Press a byte, and that process writes {byte_in_words(self._byte.value)} there"
        self._panes.hint = f"{byte.removesuffix('.')}. Type a character on a byte, and it writes that."

    def _show(self, said: str, before: Looks | None = None) -> None:
        """Show what both see now, what of it has changed, and one or two sentences."""
        looks = self._looks()
        with self._panes.hold_sync():
            self._panes.changed = {role: _changed(before, looks, role) for role in ROLES}
            for role, contents in looks.items():
                self.set_trait(role, contents)
                setattr(self._panes, role, bytes(byte or 0 for byte in cells(contents, 0, len(contents))))
            self.alive = bool(self._pair and not self._pair.ended)
            self.said = said
        self._switch()  # after the panes have heard of the end: they see to the focus of a control that goes off

    def _switch(self) -> None:
        """All but *Restart* is on as long as the pair is there."""
        byte, writer = self._byte, self._writer
        for control in (self._memory, byte.character, byte.number, byte.hex, *writer.children, self._end):
            control.disabled = not self.alive

    def face_html(self) -> str:
        looks = [(role, getattr(self, role)) for role in ROLES]
        grids = "".join(f"<div>The {role}:</div>{grid(contents)}" for role, contents in looks if contents)
        return f"<p><i>{RUN_FOR_CONTROLS}</i></p><p>{escape(self.said)}</p>{grids}"

    def face_text(self) -> str:
        return "\n".join([self.said, *(f"{role:>6}: {getattr(self, role)}" for role in ROLES if getattr(self, role))])


def _changed(before: Looks | None, now: Looks, role: str) -> list[int]:
    """The offsets at which this process sees another byte than before."""
    return sorted(changed_offsets(before[role], now[role], 0, len(now[role]))) if before else []


def _begun(size: int, memory: str, looks: Looks) -> str:
    whose = "each has a copy of its own" if memory == "private" else "both have the same one"
    block = f"a {memory} block of {say_size(size)}"
    return f"The parent has mapped {block} and forked a child: {whose}, and {both_see(looks)}."
