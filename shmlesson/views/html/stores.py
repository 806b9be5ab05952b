"""The nodes of a cluster side by side: each with its store, drawn to scale, and the processes that map it."""

from __future__ import annotations

from html import escape

from ...cluster.stores import Held, Store, Stores, mapper_in_words, spilled_in_words, store_in_words
from ...memory.sizes import say_size
from .roles import CHILD, INK, PARENT
from .table import Html, cell, header, row, scrolling, table

_WIDTH, _HEIGHT = 260, 28  # of a store
_NARROW = 70  # too narrow for words
_CELL = "text-align:left;padding:2px 6px;white-space:nowrap"
LEGEND = (
    "<p>Each bar is a store, to scale, with the objects that Ray says are in it. "
    "What a process maps is what /proc says.</p>"
)


def picture(stores: Stores) -> str:
    """HTML: a box for each node, the first one blue and solid, the others orange and dashed; on disk what is there."""
    boxes = "".join(_box(stores, store, number) for number, store in enumerate(stores.stores))
    spilled = spilled_in_words(stores)
    return (
        f'<div style="display:flex;flex-wrap:wrap;gap:8px 20px;margin:6px 0">{boxes}</div>'
        f"{f'<p><b>{escape(spilled)}</b></p>' if spilled else ''}{LEGEND}"
    )


def _box(stores: Stores, store: Store, number: int) -> str:
    colour, line = (CHILD, "dashed") if number else (PARENT, "solid")
    rows = (
        row(header(mapper.name, _CELL), cell(mapper_in_words(stores, mapper), _CELL))
        for mapper in stores.of(store.place)
    )
    names = table(("process", "in its map"), rows, title_style=_CELL)
    title = f'<div style="font-weight:bold;color:{colour}">node {escape(store.place)}</div>'
    look = f"border:2px {line} {colour};padding:6px 10px;max-width:34em"
    return f'<div style="{look}">{title}{_bar(store, colour)}<div>{escape(_said(store))}</div>{scrolling(names)}</div>'


def _said(store: Store) -> str:
    _, _, said = store_in_words(store).partition(": ")
    return said


def _bar(store: Store, colour: str) -> Html:
    """The store as a bar, and each object in it as long as it is large."""
    scale, left, parts = _WIDTH / max(1, store.capacity), 0.0, ""
    for one in (one for one in store.objects if not one.spilled):
        parts += _part(one, left, one.size * scale, colour)
        left += one.size * scale
    frame = f'<rect x="0.5" y="0.5" width="{_WIDTH - 1}" height="{_HEIGHT - 1}" style="fill:none;stroke:#777"/>'
    look = f"display:block;width:{_WIDTH}px;max-width:100%;height:{_HEIGHT}px"
    return Html(f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" aria-hidden="true" style="{look}">{parts}{frame}</svg>')


def _part(one: Held, left: float, width: float, colour: str) -> str:
    look = f"fill:none;stroke:{colour};stroke-width:2"
    box = f'<rect x="{left:g}" y="3" width="{width:g}" height="{_HEIGHT - 6}" style="{look}"/>'
    if width < _NARROW:
        return box
    words = f"{one.number}: {say_size(one.size)}"
    return f'{box}<text x="{left + 5:g}" y="19" style="font-size:12px;fill:{INK}">{words}</text>'
