"""What went wrong in a program, or could have: sentences, with the lines that each is about."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ...analysis.verdicts.verdict import HEADING, MOST, Verdict, lines_of, more

_CODE = "font-family:var(--jp-code-font-family,monospace);font-size:12px;white-space:pre"
_BOX = "margin:8px 0;padding:2px 12px;border-left:4px solid #b4570a;max-width:880px"
_NUMBER = "display:inline-block;min-width:2.5em;text-align:right;padding-right:1em"


def listed(verdicts: Sequence[Verdict], source: str) -> str:
    """HTML: a list of the first 50, each with its lines of ``source``; empty without verdicts: that is no praise."""
    if not verdicts:
        return ""
    items = "".join(f'<li style="margin:6px 0">{_item(verdict, source)}</li>' for verdict in verdicts[:MOST])
    rest = "".join(f"<div>{line}</div>" for line in more(verdicts))
    return f'<div style="{_BOX}"><b>{HEADING}</b><ul style="margin:0;padding-left:18px">{items}</ul>{rest}</div>'


def _item(verdict: Verdict, source: str) -> str:
    quoted = "".join(_quoted(line, code) for line, code in lines_of(verdict, source))
    return f"{escape(verdict.text)}" + (f'<div style="overflow-x:auto">{quoted}</div>' if quoted else "")


def _quoted(line: int, code: str) -> str:
    return f'<div style="{_CODE}"><span style="{_NUMBER}">{line}</span>{escape(code)}</div>'
