"""The style that stock widgets lack: one sees where the focus is, and nothing moves for whoever asked for that."""

from __future__ import annotations

import ipywidgets

_CLASS = "shmlesson-controls"
_STYLE = f"""<style>
.{_CLASS} :focus-visible {{outline: 3px solid var(--jp-ui-font-color1, #111) !important; outline-offset: 2px}}
@media (prefers-reduced-motion: reduce) {{
.{_CLASS} * {{transition: none !important; animation: none !important}}
}}
</style>"""


def style_for(box: ipywidgets.Box) -> ipywidgets.HTML:
    """Give ``box`` the style; it comes as a widget out of sight, which is to be among its children."""
    box.add_class(_CLASS)
    return ipywidgets.HTML(_STYLE, layout={"display": "none"})
