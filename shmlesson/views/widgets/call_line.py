"""A call as a line of Python, ready to be copied: a field that has all of it selected when Tab comes to it."""

from __future__ import annotations

from html import escape

import ipywidgets

_LOOK = (
    "flex:1 1 20em;min-width:0;max-width:60em;padding:3px 6px;border:1px solid #777;"
    "font-family:var(--jp-code-font-family,monospace);font-size:var(--jp-code-font-size,13px);"
    "background:var(--jp-layout-color0,#fff);color:var(--jp-ui-font-color1,#111)"
)
_LABEL = "display:flex;flex-flow:row wrap;align-items:center;gap:2px 8px;margin:2px 2px 2px 6px"


class CallLine(ipywidgets.HTML):
    """Shows a call. It can be read, selected and copied, and not be changed."""

    def show(self, call: str) -> None:
        """Show this call from now on."""
        field = f'<input readonly value="{escape(call)}" style="{_LOOK}">'
        self.value = f'<label style="{_LABEL}">in Python {field}</label>'
