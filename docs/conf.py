"""How Sphinx makes the site: from the Markdown pages and from the notebooks as they are saved. No notebook is run.

The source folder is the project's root (``make site`` says ``sphinx-build -c docs . build/site``), so that a link from
one notebook or page to another is the same link here, on a code-hosting site, and in JupyterLab.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from anchors import heading_above

project = "shmlesson"
author = "the shmlesson contributors"
copyright = author
version = release = version_of("shmlesson")

extensions = ["myst_nb"]
root_doc = "docs/index"
include_patterns = ["docs/*.md", "notebooks/*.ipynb", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"]
exclude_patterns = ["notebooks/.ipynb_checkpoints"]

nb_execution_mode = "off"
nb_number_source_lines = False
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4

myst_heading_slug_func = "anchors.anchor"

html_theme = "sphinx_book_theme"
html_title = "shmlesson"
html_static_path = ["_static"]
html_extra_path = ["_root"]  # index.html, which leads to docs/index.html
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = False
html_theme_options = {
    "repository_url": "https://github.com/shmlesson/shmlesson",
    "repository_branch": "main",
    "path_to_docs": ".",
    "use_repository_button": True,
    "use_download_button": True,
    "use_fullscreen_button": False,
    "launch_buttons": {"binderhub_url": "https://mybinder.org", "notebook_interface": "jupyterlab"},
    "home_page_in_toc": True,
    "show_navbar_depth": 1,
    "navbar_persistent": [],
}


def setup(app: Any) -> None:
    """Called by Sphinx: makes links to a cell, which JupyterLab follows, lead to the heading above that cell."""
    app.connect("source-read", _link_headings)
    app.connect("html-page-context", _link_pages)


def _link_headings(_app: Any, _page: str, source: list[str]) -> None:
    """In each link to a cell, the cell's name is replaced by the anchor of the heading above it."""
    source[0] = re.sub(
        r"(\w+\.ipynb)#cell-id=([\w-]+)", lambda link: f"{link[1]}#{heading_above(*link.groups())}", source[0]
    )


def _link_pages(_app: Any, _page: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
    """What a cell shows as HTML is not Markdown, so Sphinx leaves its links to notebooks alone."""
    if body := context.get("body"):
        context["body"] = re.sub(r'href="(\w+)\.ipynb#', r'href="\1.html#', body)
