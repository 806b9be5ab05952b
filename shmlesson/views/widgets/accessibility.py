"""What stock widgets lack: a visible focus, keys of their own, no motion for those who want none, a fold for keys."""

from __future__ import annotations

from pathlib import Path

import anywidget
import ipywidgets
import traitlets

CLASS = "shmlesson-controls"
# The class twice: ipywidgets switches off the outline of its inputs with a rule that else would win.
# Bytes in a grid (td) have rings of their own. Without min-width a wide picture makes its widget as wide as itself.
# Where the system chooses the colours, buttons, tracks and bars have lost all that shows them, so they get a line.
# Without a kernel ipywidgets puts a broken link on each of its widgets; keys.js says in a sentence what to do.
# ipywidgets' boxes cut off what reaches over their edge, as a ring does: three pixels wide, and two away.
_RULES = f"""
.{CLASS}.{CLASS} :focus-visible:not(td) {{
outline: 3px solid var(--jp-ui-font-color1, #111) !important; outline-offset: 2px
}}
.{CLASS} .widget-html-content {{min-width: 0}}
.{CLASS}.widget-box, .{CLASS} .widget-box, .{CLASS} .widget-label-basic {{overflow: visible}}
.{CLASS}.widget-box {{padding: 4px}}
.{CLASS}.jupyter-widgets-disconnected::before, .{CLASS} .jupyter-widgets-disconnected::before {{display: none}}
@media (forced-colors: active) {{
.{CLASS} button, .{CLASS} .noUi-target, .{CLASS} .progress {{border: 1px solid ButtonText}}
.{CLASS} .progress-bar {{forced-color-adjust: none; background: Highlight !important}}
}}
@media (prefers-reduced-motion: reduce) {{
.{CLASS} * {{transition: none !important; animation: none !important}}
}}
"""


class Keys(anywidget.AnyWidget):
    """Out of sight in a box of that class: its style, and keys.js, by which keys that are pressed there stay there."""

    _esm = Path(__file__).parent / "keys.js"
    _css = _RULES  # one for all: of two that differ, a page keeps only the one that came last


def style_for(box: ipywidgets.Box) -> Keys:
    """Give ``box`` its keys and the style: a widget out of sight, which is to be among its children."""
    box.add_class(CLASS)
    return Keys(layout={"display": "none"})


def own_style(rules: str) -> ipywidgets.HTML:
    """Rules that a box has beside those of ``style_for``: a widget out of sight, which is to be among its children."""
    return ipywidgets.HTML(f"<style>{rules}</style>", layout={"display": "none"})


class Fold(ipywidgets.VBox):
    """Shows ``content`` while the box named ``title`` is ticked. Without a mouse, ipywidgets' accordion stays shut."""

    def __init__(self, title: str, content: ipywidgets.DOMWidget) -> None:
        self.box = ipywidgets.Checkbox(description=title, indent=False)
        super().__init__([self.box, content])
        traitlets.dlink((self.box, "value"), (content.layout, "display"), lambda shown: None if shown else "none")
