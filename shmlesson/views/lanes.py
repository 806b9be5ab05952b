"""A run as lanes: one column for each process, the shared block between them, time downwards as order."""

from __future__ import annotations

from html import escape

from ..records import Event, Run
from .words import endings, sentence, story, told

_CELL = (
    "text-align:left;vertical-align:top;line-height:1.4;overflow-wrap:anywhere;padding:3px 10px;"
    "border:1px solid var(--jp-border-color2,#bbb);"
)
_HEAD = _CELL + "font-weight:bold;border-bottom:3px "
_MOST_COLUMNS = 12
_BAR = "border-left:5px solid "
_PARENT, _CHILD, _BLOCK = "#1f6fb4", "#b4570a", "#777"  # blue, orange, grey; the heading of the column says the same


def picture(run: Run) -> str:
    """HTML: a table with a row for each step, so that it is its own text equivalent; too many columns are a list."""
    if len(run.processes) > _MOST_COLUMNS:
        return f"<pre>{escape(story(run))}</pre>"
    columns = _columns(run)
    head = "".join(f'<th scope="col" style="{_HEAD}{_line(name)}">{escape(name)}</th>' for name in columns)
    rows = "".join(_row(event, columns) for event in told(run))
    rest = "".join(f"<div>{escape(line)}</div>" for line in endings(run))
    return (
        f'<table style="border-collapse:collapse;font-size:90%;margin:4px 0"><caption style="text-align:left;'
        f'font-family:monospace;padding:2px 0">{escape(run.call)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{rest}"
    )


def _columns(run: Run) -> list[str]:
    """The processes, and between the parent and its children the block, if there is one that both have."""
    names = [process.name for process in run.processes]
    maps = [event.detail["memory"] for event in run.events if event.kind == "maps"]
    if maps == ["shared"] and len(names) > 1:
        names.insert(1, "block")
    return names


def _line(name: str) -> str:
    if name == "block":
        return f"double {_BLOCK}"
    return f"solid {_PARENT}" if name == "parent" else f"dashed {_CHILD}"


def _row(event: Event, columns: list[str]) -> str:
    cells = {event.process: escape(sentence(event)), "block": _through_the_block(event)}
    return f"<tr>{''.join(_cell(name, cells.get(name, '')) for name in columns)}</tr>"


def _cell(name: str, text: str) -> str:
    bar = "" if not text or name == "block" else f"{_BAR}{_PARENT if name == 'parent' else _CHILD};"
    return f'<td style="{_CELL}{bar}">{text}</td>'


def _through_the_block(event: Event) -> str:
    """Which way bytes went: the parent's column is to the left of the block, the children's to the right."""
    left = event.process == "parent"
    if event.kind == "maps":
        return f"{event.detail['size']} new bytes"
    if event.kind == "writes":
        words = escape(str(event.detail["contents"]))
        return f"&#8594; {words}" if left else f"{words} &#8592;"
    if event.kind == "sees":
        return "&#8592; read" if left else "read &#8594;"
    return ""
