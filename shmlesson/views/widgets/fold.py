"""Something that is folded away until it is asked for, by a box to tick, which keys reach and screen readers read."""

from __future__ import annotations

import ipywidgets
import traitlets


class Fold(ipywidgets.VBox):
    """Shows ``content`` while the box named ``title`` is ticked. Without a mouse, ipywidgets' accordion stays shut."""

    def __init__(self, title: str, content: ipywidgets.DOMWidget) -> None:
        self.box = ipywidgets.Checkbox(description=title, indent=False)
        super().__init__([self.box, content])
        traitlets.dlink((self.box, "value"), (content.layout, "display"), lambda shown: None if shown else "none")
