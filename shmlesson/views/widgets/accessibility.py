"""What stock widgets lack: a visible focus, keys of their own, no motion for those who want none, a fold for keys."""

from __future__ import annotations

from pathlib import Path

import anywidget
import ipywidgets
import traitlets

CLASS = "shmlesson-controls"
# The class twice: ipywidgets switches off the outline of its inputs with a rule that else would win.
# Bytes in a grid (td) have rings of their own. Without min-width a wide picture makes its widget as wide as itself.
_RULES = f"""
.{CLASS}.{CLASS} :focus-visible:not(td) {{
outline: 3px solid var(--jp-ui-font-color1, #111) !important; outline-offset: 2px
}}
.{CLASS} .widget-html-content {{min-width: 0}}
@media (prefers-reduced-motion: reduce) {{
.{CLASS} * {{transition: none !important; animation: none !important}}
}}
"""
STYLE = f"<style>{_RULES}</style>"


class Keys(anywidget.AnyWidget):
    """Out of sight in a box of that class: its style, and keys.js, by which keys that are pressed there stay there."""

    _esm = Path(__file__).parent / "keys.js"
    _css = _RULES


def style_for(box: ipywidgets.Box) -> Keys:
    """Give ``box`` the style, and its keys; both come as a widget out of sight, which is to be among its children."""
    box.add_class(CLASS)
    return Keys(layout={"display": "none"})


class Fold(ipywidgets.VBox):
    """Shows ``content`` while the box named ``title`` is ticked. Without a mouse, ipywidgets' accordion stays shut."""

    def __init__(self, title: str, content: ipywidgets.DOMWidget) -> None:
        self.box = ipywidgets.Checkbox(description=title, indent=False)
        super().__init__([self.box, content])
        traitlets.dlink((self.box, "value"), (content.layout, "display"), lambda shown: None if shown else "none")
