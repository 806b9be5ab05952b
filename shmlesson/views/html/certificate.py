"""What a learner has shown, as HTML: sentences with counts, then a list for each sort of thing."""

from __future__ import annotations

from collections.abc import Sequence

from .prose import inline, prose

_LIST = "margin:4px 0 12px;padding-left:1.6em;max-width:840px;line-height:1.5"


def certificate(counts: Sequence[str], lists: Sequence[tuple[str, Sequence[str]]], note: str) -> str:
    """HTML: the sentences, the lists below their titles, and a note."""
    below = "".join(_listed(title, items) if items else prose(title) for title, items in lists)
    return f"<div>{prose(chr(10).join(counts))}{below}{prose(note)}</div>"


def _listed(title: str, items: Sequence[str]) -> str:
    listed = "".join(f"<li>{inline(item)}</li>" for item in items)
    return f'<div class="mathjax_ignore"><b>{inline(title)}</b><ul style="{_LIST}">{listed}</ul></div>'
