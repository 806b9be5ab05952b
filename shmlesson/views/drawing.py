"""How runs are drawn, as one sets it for a session: read where something is displayed, never by what draws."""

from __future__ import annotations

import traitlets
from traitlets.config import SingletonConfigurable


class Drawing(SingletonConfigurable):
    """How runs are drawn. In a notebook ``%config Drawing`` lists it; elsewhere ``Drawing.instance()`` has it."""

    fork_returns = traitlets.Bool(
        True,
        help="Whether pictures and texts of runs say what a fork returned. What is already shown stays as it is.",
    ).tag(config=True)
