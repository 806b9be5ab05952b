"""How Sphinx makes the site: from the Markdown pages and from the notebooks as they are saved. No notebook is run.

The source folder is the project's root (``make site`` says ``sphinx-build -c docs . build/site``), so that a link from
one notebook or page to another is the same link here, on a code-hosting site, and in JupyterLab.
"""

from __future__ import annotations

import re
from importlib.metadata import version as version_of
from typing import Any

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
    """Called by Sphinx: makes the links of the verdicts, which lead to a cell, lead to its heading."""
    app.connect("html-page-context", _link_verdicts)


def _link_verdicts(_app: Any, _page: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
    """In JupyterLab ``page.ipynb#cell-id=race`` is a cell; on the site that cell's heading has the anchor ``#race``."""
    if body := context.get("body"):
        context["body"] = re.sub(r'href="(\w+)\.ipynb#cell-id=([\w-]+)"', r'href="\1.html#\2"', body)
