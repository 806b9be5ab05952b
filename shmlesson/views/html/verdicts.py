"""What went wrong in a program, or could have: sentences, each with its kind as a badge, its steps, and its lines."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import chain, repeat

from ...analysis.verdicts.phrases import listed as in_words
from ...analysis.verdicts.verdict import HEADING, MOST, Verdict, lines_of, more
from .roles import CHILD

PAGE = "look_up_a_verdict.ipynb"  # beside the notebook; it has a cell for each kind
_CODE = (
    "font-family:var(--jp-code-font-family,monospace);font-size:var(--jp-code-font-size,13px);"
    "white-space:pre-wrap;overflow-wrap:anywhere"
)
_BOX = f"margin:8px 0;padding:2px 12px;border-left:4px solid {CHILD};max-width:880px"
_HANGS = "padding-left:3.5em;text-indent:-3.5em"  # a long line goes on below its beginning, not below its number
_NUMBER = "display:inline-block;min-width:2.5em;text-align:right;text-indent:0;padding-right:1em"
_BADGE = "display:inline-block;border:1px solid;border-radius:4px;padding:0 6px;font-weight:bold;white-space:nowrap"
_MOST_STEPS = 6  # that are named


def listed(verdicts: Sequence[Verdict], source: str, steps: Sequence[Sequence[int]] = ()) -> str:
    """HTML: a list of the first 50, each with its lines of ``source``; empty without verdicts: that is no praise.

    ``steps`` has the steps that each of them is about, from 0, where steps with numbers stand above.
    """
    if not verdicts:
        return ""
    shown = zip(verdicts[:MOST], chain(steps, repeat(())), strict=False)
    items = "".join(f'<li style="margin:6px 0">{_item(verdict, source, its)}</li>' for verdict, its in shown)
    rest = "".join(f"<div>{line}</div>" for line in more(verdicts))
    return f'<div style="{_BOX}"><b>{HEADING}</b><ul style="margin:0;padding-left:18px">{items}</ul>{rest}</div>'


def badge(kind: str) -> str:
    """HTML: the kind of a verdict in a frame, with a link to where it is looked up.

    The link is to a cell: JupyterLab finds one as soon as the page is open, a heading only once it is drawn.
    """
    # JupyterLab opens what lies beside a notebook itself; elsewhere, and in a widget, it gets a page of its own.
    goal = f'href="{PAGE}#cell-id={cell_of(kind)}" target="_blank" rel="noopener"'
    look = f"{_BADGE};color:inherit;text-decoration:underline"
    return f'<a class="shmlesson-badge" {goal} title="look up: {escape(kind)}" style="{look}">{escape(kind)}</a>'


def cell_of(kind: str) -> str:
    """The ID of the cell on the page of all verdicts that is about this kind."""
    return kind.replace(" ", "-").replace(".", "-")


def steps_in_words(steps: Sequence[int]) -> str:
    """``step 5``, ``steps 5 and 8``, as a picture numbers them, from 1; empty where there are none."""
    shown = [str(step + 1) for step in steps[:_MOST_STEPS]]
    shown += ["more"] if len(steps) > len(shown) else []
    return f"step{'s' if len(shown) > 1 else ''} {in_words(shown)}" if shown else ""


def _item(verdict: Verdict, source: str, steps: Sequence[int]) -> str:
    quoted = "".join(_quoted(line, code) for line, code in lines_of(verdict, source))
    where = f" <i>({steps_in_words(steps)})</i>" if steps else ""
    said = f"{badge(verdict.kind)} {escape(verdict.text)}{where}"
    return f"{said}{quoted}"


def _quoted(line: int, code: str) -> str:
    return f'<div style="{_CODE};{_HANGS}"><span style="{_NUMBER}">{line}</span>{escape(code)}</div>'
