"""Where a link leads: JupyterLab knows headings and cells by name, a page of the site knows its headings."""

import json
from functools import cache
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"


def anchor(heading: str) -> str:
    """The anchor of a heading, as JupyterLab makes it, so that one link serves both."""
    return heading.replace(" ", "-")


def heading_above(notebook: str, cell: str) -> str:
    """The anchor of the heading that this cell stands under, or has: the last one down to it."""
    return _headings(notebook)[cell]


@cache
def _headings(notebook: str) -> dict[str, str]:
    """For each cell of a notebook, the anchor of the heading that it stands under."""
    found, heading = {}, ""
    for cell in json.loads((NOTEBOOKS / notebook).read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            lines = "".join(cell["source"]).splitlines()
            heading = next((line.lstrip("# ") for line in lines if line.startswith("#")), heading)
        found[cell["id"]] = anchor(heading.replace("`", ""))
    return found
