"""Prose as HTML: paragraphs, with what stands between backticks as code; and a program to be read or copied."""

from __future__ import annotations

import re
from html import escape

_CODE = re.compile(r"`([^`]+)`")
_STRESS = re.compile(r"(?<!\w)\*([^*]+)\*(?!\w)")
_PROSE = "max-width:880px;line-height:1.5"  # a widget would have it as far apart as its buttons
_PROGRAM = "font-family:var(--jp-code-font-family,monospace);font-size:13px;overflow-x:auto;padding:0 0 4px 12px"


def prose(text: str) -> str:
    """HTML: a paragraph for each part of ``text`` that stands between empty lines; other line breaks are kept."""
    paragraphs = "".join(f"<p>{inline(part)}</p>" for part in text.split("\n\n"))
    # Dollars and backslashes are those of programs, and no formulas.
    return f'<div class="mathjax_ignore" style="{_PROSE}">{paragraphs}</div>'


def inline(text: str) -> str:
    """HTML: the text, escaped, with `code` between backticks as code, and *words* between asterisks stressed."""
    parts = enumerate(_CODE.split(escape(text, quote=False)))
    return "".join(f"<code>{part}</code>" if number % 2 else _stressed(part) for number, part in parts)


def _stressed(text: str) -> str:
    return _STRESS.sub(r"<em>\1</em>", text).replace("\n", "<br>")


def code_block(code: str) -> str:
    """HTML: the text of a program, line by line."""
    return f'<pre class="mathjax_ignore" style="{_PROGRAM}">{escape(code.strip(chr(10)), quote=False)}</pre>'
