"""Make slides of the notebooks, as nbconvert does, but so that nothing on them must be scrolled at 1280 x 720.

usage: python tools/slideshow.py [NOTEBOOK...]      (without a name: all of them; into build/slides)

What a cell shows is taken apart from its code: the program stands below the question, the answer on the next screen.
What is still too high is drawn smaller. The speaker's notes have the minutes of the plan for a class, and what to say
and draw. The page loads reveal.js from the network, as nbconvert's own does.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nbformat
from nbconvert import SlidesExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from traitlets.config import Config

from plans import Step, plans
from slides import ASK, NOTEBOOKS, Screen, call_in, lines_of_output, types

TOOLS = Path(__file__).resolve().parent
SLIDES = TOOLS.parent / "build" / "slides"
SPOKEN = "fifty minutes"  # the plan whose minutes are in the notes
APART = "apart"  # the tag of a cell that is an output alone
SIZE = (1280, 720)
WIDE = Screen(lines=21, prose=112, code=110, row=0.75)


def main(names: list[str]) -> None:
    """Make the slides of these notebooks, or of all."""
    SLIDES.mkdir(parents=True, exist_ok=True)
    for path in [Path(name) for name in names] or sorted(NOTEBOOKS.glob("*.ipynb")):
        page = SLIDES / f"{path.stem}.slides.html"
        page.write_text(slides_of(path), encoding="utf-8")
        print(page.relative_to(TOOLS.parent))


def slides_of(path: Path) -> str:
    """The page with the slides of the notebook at ``path``."""
    notebook = nbformat.read(path, as_version=4)
    arrange(notebook)
    add_notes(notebook, [step for step in plans()[SPOKEN] if path.name.startswith(f"{step.notebook}_")])
    page, _ = _exporter().from_notebook_node(notebook, resources={"metadata": {"name": path.stem}})
    return str(page)


def arrange(notebook: NotebookNode) -> None:
    """Take outputs apart from their code, and place all cells anew, as there is more room than nbconvert would have."""
    notebook.cells = [part for cell in notebook.cells for part in _apart(cell)]
    for cell, kind in zip(notebook.cells, types(notebook.cells, WIDE), strict=True):
        cell.metadata["slideshow"] = {"slide_type": kind}


def _apart(cell: NotebookNode) -> list[NotebookNode]:
    """The cell's code, then each of its outputs; any other cell as it is."""
    if cell.cell_type != "code" or not cell.outputs:
        return [cell]
    shown = [new_code_cell(outputs=[output], metadata={"tags": [APART]}) for output in cell.outputs]
    cell.metadata["shown_below"] = sum(lines_of_output(output, WIDE) for output in cell.outputs)
    cell.outputs = []
    return [cell, *shown]


def add_notes(notebook: NotebookNode, steps: list[Step]) -> None:
    """Put each step of a plan into the speaker's notes of the question that it names, or else of its heading."""
    for step in reversed(steps):
        note = new_markdown_cell(_note(step), metadata={"slideshow": {"slide_type": "notes"}})
        notebook.cells.insert(_place(notebook.cells, step) + 1, note)


def _place(cells: list[NotebookNode], step: Step) -> int:
    heading = re.compile(rf"^#+ {re.escape(step.heading)}$", re.MULTILINE)
    above = next(place for place, cell in enumerate(cells) if heading.search(cell.source))
    asked = [place for place, cell in enumerate(cells) if place > above and call_in(cell.source) == (ASK, step.id)]
    return asked[0] if asked else above


def _note(step: Step) -> str:
    draw = f"\n\n*Draw:* {step.draw}" if step.draw else ""
    return f"**Minutes {step.first} to {step.last}.** {step.say}{draw}"


def _exporter() -> SlidesExporter:
    return SlidesExporter(
        config=Config(TagRemovePreprocessor={"enabled": True, "remove_input_tags": [APART]}),
        template_name="slide_template",
        extra_template_basedirs=[str(TOOLS)],
        reveal_width=str(SIZE[0]),
        reveal_height=str(SIZE[1]),
        reveal_number="c/t",
        reveal_transition="none",
    )


if __name__ == "__main__":
    main(sys.argv[1:])
