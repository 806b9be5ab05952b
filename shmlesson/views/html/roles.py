"""The look of a role: the parent is blue and solid, a child orange and dashed, wherever one is drawn.

The colour is mixed with that of the theme's text: darker on a light ground, lighter on a dark one, and at least 4.5 to
1 on both. It is never the only sign: the line is solid or dashed, and the name stands beside it.
"""

from __future__ import annotations

from html import escape

from ...wire.roles import PARENT as _PARENT

INK = "var(--jp-ui-font-color1,var(--vscode-editor-foreground,#111))"
PARENT, CHILD = f"color-mix(in srgb,#1f6fb4 72%,{INK})", f"color-mix(in srgb,#b4570a 72%,{INK})"
DASHES = "stroke-dasharray:7 3"


def colour_of(role: str) -> str:
    """The colour of this role, for a property of CSS (not for an attribute of SVG, which older viewers read)."""
    return PARENT if role == _PARENT else CHILD


def line_of(role: str) -> str:
    """How its line is drawn, for ``border-style`` and the like: ``solid`` or ``dashed``."""
    return "solid" if role == _PARENT else "dashed"


def named(role: str) -> str:
    """HTML: the role as a title, bold, in its colour and with its line below."""
    look = f"font-weight:bold;color:{colour_of(role)};border-bottom:3px {line_of(role)}"
    return f'<span style="{look}">{escape(role)}</span>'
