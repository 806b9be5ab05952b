"""Make the handout: two pages on paper, with five rules, one picture, the verdicts and the errata.

usage: python tools/handout.py      (into build/handout.html, and build/handout.pdf where there is a Chromium)

The rules stand in the template. What the verdicts mean comes from the page of verdicts, the errata from their notebook,
and the picture from a program of notebook 05, which is run.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nbformat
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from nbconvert.filters import markdown2html
from playwright.sync_api import Error, sync_playwright

from shmlesson import program
from shmlesson.analysis.verdicts.verdict import KINDS
from shmlesson.views.html.lanes import picture
from slides import NOTEBOOKS
from verdict_page import MEANINGS

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests" / "support"))
import chromium

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = Path(__file__).resolve().parent / "handout_template"
PAGE = ROOT / "build" / "handout.html"
MAGIC = "%%program told\n"
SENTENCE = re.compile(r"(?<=\.)\s+")
ERRATUM = re.compile(r"## (E\d)\n\n\*\*It says:\*\* (.+?)\n\n(.+?) \(\[", re.DOTALL)


def main() -> None:
    """Write the page, print it, and say where it is."""
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(handout(), encoding="utf-8")
    paper = PAGE.with_suffix(".pdf")
    why = print_to(paper)
    print(f"{PAGE.relative_to(ROOT)}, not on paper: {why}" if why else paper.relative_to(ROOT))


def handout() -> str:
    """The page as HTML, complete in itself."""
    environment = Environment(loader=FileSystemLoader(TEMPLATE), undefined=StrictUndefined, autoescape=True)
    css = (TEMPLATE / "handout.css").read_text(encoding="utf-8")
    text = told()
    return environment.get_template("handout.html.j2").render(
        css=Markup(css),
        program=text.splitlines(),
        picture=Markup(picture(program(text))),
        verdicts=verdicts(),
        errata=errata(),
    )


def told() -> str:
    """The text of notebook 05's program that gets everything right."""
    cells = nbformat.read(NOTEBOOKS / "05_write_and_read.ipynb", as_version=4).cells
    return next(cell.source for cell in cells if cell.source.startswith(MAGIC)).removeprefix(MAGIC)


def verdicts() -> list[tuple[str, Markup]]:
    """Each kind with the first sentence of what the page of verdicts says of it, the most serious first."""
    return [(kind, _html(SENTENCE.split(MEANINGS[kind])[0])) for kind in KINDS]


def errata() -> list[tuple[str, Markup, Markup]]:
    """Each mistake with what the lesson says, and what is true; without the sentence that leads to the proof."""
    cells = nbformat.read(NOTEBOOKS / "errata.ipynb", as_version=4).cells
    found = [match.groups() for cell in cells if (match := ERRATUM.match(cell.source))]
    return [(name, _html(says), _html(_without_proof(truth))) for name, says, truth in found]


def _without_proof(text: str) -> str:
    return " ".join(part for part in SENTENCE.split(text) if not part.startswith("Here "))


def _html(markdown: str) -> Markup:
    """A paragraph of Markdown as HTML, without the tags of the paragraph."""
    return Markup(markdown2html(markdown).strip().removeprefix("<p>").removesuffix("</p>"))


def print_to(paper: Path) -> str:
    """Print the page as a PDF; else say why not."""
    paper.unlink(missing_ok=True)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=chromium.found(), args=chromium.QUIET)
        except Error as error:
            return f"no Chromium was found, or it does not start ({error.message.splitlines()[0]})"
        page = browser.new_page()
        page.goto(PAGE.as_uri())
        page.pdf(path=paper, prefer_css_page_size=True, print_background=True)
        browser.close()
    return ""


if __name__ == "__main__":
    main()
