"""One block in the maps of two processes: both lines with the inode marked, its pages as bars in every step."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ...api.maps import ELSEWHERE, Mapping, Maps, inode_in_words
from ...memory.sizes import say_size
from .roles import colour_of, named
from .table import Html, cell, header, row, scrolling, table

_WIDTH, _HEIGHT = 110, 16  # of a bar, when it is twice the block's size
_CELL = "text-align:left;padding:2px 6px;white-space:nowrap"
_CODE = "font-family:var(--jp-code-font-family,monospace)"
_INK = "var(--jp-ui-font-color1,#111)"
_BARS = ("Rss", "Pss", "shared pages", "private pages")
LEGEND = (
    "<p>Rss: what this process has of the block in memory. Pss: the same, each page divided by how many processes have "
    "it. Shared pages: another process has them too; private pages: no other process has, whichever kind of mapping. "
    "The line across each bar stands at the block’s size.</p>"
)


def picture(maps: Maps) -> str:
    """HTML: the line of each process, and a table of bars with their numbers; a sentence where /proc has none."""
    if not maps.available:
        return f"<p>{escape(maps.call)}: {escape(ELSEWHERE)}</p>"
    return f"{lines(maps)}{bars(maps, maps.steps)}{LEGEND}"


def lines(maps: Maps) -> str:
    """HTML: the line of each process side by side, or below each other where the page is narrow; the inode marked."""
    sides = "".join(_side(role, mapping) for role, mapping in maps.looks[-1][1].items())
    return (
        f"<div>{escape(maps.call)}: one block of {say_size(maps.size)} in /proc/PID/maps of two processes</div>"
        f'<div style="display:flex;flex-wrap:wrap;gap:4px 20px;margin:6px 0">{sides}</div>'
        f"<div><b>{escape(inode_in_words(maps))}</b></div>"
    )


def _side(role: str, mapping: Mapping) -> str:
    address, permissions, offset, device, inode, *path = map(escape, mapping.line.split())
    marked = f'<b><u style="border:1px solid;padding:0 3px">{inode}</u></b>'
    line = " ".join([address, f"<b>{permissions}</b>", offset, device, marked, *path])
    look = f"{_CODE};font-size:var(--jp-code-font-size,13px);overflow-x:auto"
    return f'<div><div>{named(role)}</div><div style="{look}">{line}</div></div>'


def bars(maps: Maps, steps: tuple[str, ...]) -> str:
    """HTML: a table with the numbers of both processes in each of the ``steps`` (their names), each with a bar."""
    return scrolling(table(("process", *_BARS), *(_step(maps, step) for step in steps), title_style=_CELL))


def _step(maps: Maps, step: str) -> list[str]:
    """The name of the step, a row for each process, and one for the sum of both."""
    name = header(f"{step}:", _CELL, scope="rowgroup", columns=len(_BARS) + 1)
    looks = maps[step].items()
    rows = [
        _row(Html(named(role)), [look.rss, look.pss, look.shared, look.private], maps.size, colour_of(role))
        for role, look in looks
    ]
    return [row(name), *rows, _row("sum", [None, maps.total_pss(step), None, None], maps.size, "#777")]


def _row(title: str, counts: Sequence[int | None], size: int, fill: str) -> str:
    bars_ = ("" if count is None else _bar(count, size, fill) for count in counts)
    return row(header(title, _CELL), *(cell(drawn, _CELL) for drawn in bars_))


def _bar(count: int, size: int, fill: str) -> Html:
    """A bar that is half full at the block's size, where the line is, with the number below."""
    full = _WIDTH / 2 / max(1, size)
    frame = f'<rect x="0.5" y="0.5" width="{_WIDTH - 1}" height="{_HEIGHT - 1}" style="fill:none;stroke:#777"/>'
    filled = f'<rect width="{min(_WIDTH, count * full):g}" height="{_HEIGHT}" style="fill:{fill}"/>'
    mark = f'<path d="M{_WIDTH / 2:g} 0V{_HEIGHT}" style="stroke:{_INK};stroke-width:2;stroke-dasharray:3 2"/>'
    look = f"display:block;width:{_WIDTH}px;min-width:{_WIDTH}px;height:{_HEIGHT}px"
    drawn = f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" aria-hidden="true" style="{look}">{filled}{frame}{mark}</svg>'
    return Html(f"{drawn}{say_size(count)}")
