"""Sentences that a screen reader says as soon as they are shown: how it went, and what was wrong."""

from __future__ import annotations

from html import escape


def status(html: str) -> str:
    """HTML: this, said when nothing else is being said."""
    return f'<div role="status" aria-live="polite">{html}</div>'


def alert(what: str, why: str) -> str:
    """HTML: what has not been done, and why, said at once."""
    return f'<p role="alert"><b>{what}:</b> {escape(why)}</p>'
