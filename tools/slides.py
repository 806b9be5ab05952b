"""Give every cell its place in a slide show: where a slide begins, what one more key brings, what is left out.

usage: python tools/slides.py [NOTEBOOK...]      (without a name: all of them; make notebooks does it, too)

A rule does it, so that notebooks can be written without a thought of slides. First a Markdown cell is cut where a new
idea begins: at a heading, the solutions. Then each cell gets its type, from the top. A heading begins a slide; a
question, ``ask("id")``, begins a screen, with the Markdown that leads to it. What follows is put below it as long as
there is room, but not the answer: what the program shows is on the next screen, and ``settle("id", run)`` comes with
one more key. A cell that shows nothing is left out, and so is a ``check``, which on slides has nothing to judge;
solutions are notes for the speaker.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from math import ceil
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
SOLUTIONS = "<details"
ASK, SETTLE, CHECK = "ask", "settle", "check"
BEGINNING = re.compile(r"#+ |<details|\*\*(?:What just happened|How to read it|Next|Back to)\b")
LINK = re.compile(r"\*\*(?:Next|Back to)\b")
RULE = "---"
PICTURE = 15  # lines of text are as high as a chart


@dataclass(frozen=True)
class Screen:
    """How much there is room for on a slide: lines of text; characters in a line of prose, and of code; how high
    the latter is, compared with the former."""

    lines: int
    prose: int
    code: int
    row: float


# What nbconvert makes of it without being told: 960 x 700, letters of 20 pixels.
PLAIN = Screen(lines=21, prose=84, code=74, row=0.77)


def main(names: list[str]) -> None:
    """Place the cells of these notebooks, or of all."""
    for path in [Path(name) for name in names] or sorted(NOTEBOOKS.glob("*.ipynb")):
        before = path.read_text(encoding="utf-8")
        after = placed(before)
        if after != before:
            path.write_text(after, encoding="utf-8")
        print(f"{path.name:36}{'changed' if after != before else 'unchanged'}")


def placed(text: str) -> str:
    """The text of the notebook with this text, its cells cut and placed."""
    notebook = nbformat.reads(text, as_version=4)
    place(notebook)
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def place(notebook: NotebookNode) -> None:
    """Cut and place the cells of ``notebook``; once more changes nothing."""
    notebook.cells = list(parts(notebook.cells))
    for cell, kind in zip(notebook.cells, types(notebook.cells, PLAIN), strict=True):
        cell.metadata["slideshow"] = {"slide_type": kind}


def parts(cells: list[NotebookNode]) -> Iterator[NotebookNode]:
    """The cells, those of Markdown cut."""
    for cell in cells:
        yield from _cut(cell) if cell.cell_type == "markdown" else [cell]


def _cut(cell: NotebookNode) -> list[NotebookNode]:
    """A cell for each idea; the first one keeps its ID."""
    first, *others = ideas(cell.source)
    made = [new_markdown_cell(text, id=f"{cell.id}-{number}") for number, text in enumerate(others, start=2)]
    cell.source = first
    return [cell, *made]


def ideas(text: str) -> list[str]:
    """Some Markdown, cut where a new idea begins, and where there is more than a slide holds."""
    found: list[list[str]] = [[]]
    for block in blocks(text):
        part = found[-1]
        if part and (BEGINNING.match(block) or part[-1] == RULE or _is_full([*part, block])):
            found.append([block])
        else:
            part.append(block)
    return ["\n\n".join(part) for part in found if part]


def _is_full(part: list[str]) -> bool:
    return lines_of_prose("\n\n".join(part), PLAIN) > PLAIN.lines


def blocks(text: str) -> list[str]:
    """Paragraphs, lists, tables; what is fenced, folded or indented stays with what it belongs to."""
    found: list[str] = []
    for piece in text.split("\n\n"):
        if found and (not whole(found[-1]) or piece[:1] in ("", " ", "\n")):
            found[-1] += f"\n\n{piece}"
        else:
            found.append(piece)
    return found


def whole(text: str) -> bool:
    """Whether every fence and every fold that begins in ``text`` ends there."""
    return text.count("```") % 2 == 0 and text.count("<details") == text.count("</details>")


def call_in(source: str) -> tuple[str, str]:
    """If a cell is one call and nothing else, as in ``settle("id", run)``: its name, and its first argument if that is
    a text. Else two empty texts."""
    try:
        statements = ast.parse(source).body
    except SyntaxError:  # a magic
        return "", ""
    match statements:
        case [ast.Expr(ast.Call(func=ast.Name(name), args=[ast.Constant(str(first)), *_]))]:
            return name, first
    return "", ""


def types(cells: list[NotebookNode], screen: Screen) -> list[str]:
    """The slide type of each cell."""
    deck = Deck(screen)
    return [deck.place(cell, following) for cell, following in zip_longest(cells, cells[1:])]


class Deck:
    """Slides as they fill, cell by cell."""

    def __init__(self, screen: Screen) -> None:
        self.screen, self.used = screen, float(screen.lines)
        self.shown = False  # is there code on this slide?
        self.asked = False  # is a question open?
        self.answered = False  # has the cell above answered one?
        self.led = False  # is the cell above Markdown, which may lead to a question?
        self.call = ""  # ask, settle or check, if the cell above is that, or if what is next is what it shows

    def place(self, cell: NotebookNode, following: NotebookNode | None) -> str:
        """The type of the next cell."""
        if cell.cell_type == "markdown":
            self.led = not cell.source.startswith(SOLUTIONS)
            leads_on = following is not None and following.cell_type == "code"
            asks = following is not None and call_in(following.source)[0] == ASK
            return self._prose(cell.source, leads_on, asks)
        led, self.led = self.led, False
        self.call = call_in(cell.source)[0] if cell.source else self.call
        if self.call == CHECK or (cell.source and not _height_below(cell) and not cell.outputs):
            return "skip"
        if self.call == ASK:
            return self._question(cell, led)
        return self._settling(cell) if self.call == SETTLE else self._code(cell)

    def _prose(self, text: str, leads_on: bool, asks: bool) -> str:
        answers, self.answered = self.answered, False
        if text.startswith(SOLUTIONS):
            return "notes"
        height = lines_of_prose(text, self.screen)
        if text.startswith("#"):
            return self._begin("slide", height)
        if LINK.match(text):
            return self._add("-", height)
        if answers and not asks:
            return self._add("fragment", height)
        new_idea = asks or BEGINNING.match(text) or (self.shown and leads_on)
        return self._begin("subslide", height) if new_idea else self._add("-", height)

    def _question(self, cell: NotebookNode, led: bool) -> str:
        """With the Markdown that leads to it, if there is room for both."""
        height = lines_of_code(cell, self.screen) + _height_below(cell)
        self.asked, self.answered = True, False
        if not cell.source:  # its options, for which there was room
            return "-"
        kind = self._add("-", height) if led else self._begin("subslide", height)
        self.shown = True
        return kind

    def _settling(self, cell: NotebookNode) -> str:
        """What is said of the answer, with one more key."""
        self.asked = self.answered = False
        if not cell.source:
            return "-"
        return self._add("fragment", lines_of_code(cell, self.screen) + _height_below(cell))

    def _code(self, cell: NotebookNode) -> str:
        """What shows the answer to a question begins a screen of its own; else code and its output stay together."""
        height, below = lines_of_code(cell, self.screen), 0 if self.asked else _height_below(cell)
        answers = self.asked and bool(cell.outputs)
        parted = self.screen.lines - self.used < height + below <= self.screen.lines
        kind = self._begin("subslide", height) if answers or parted else self._add("-", height)
        self.answered = answers or self.answered
        self.shown, self.asked = True, self.asked and not answers
        return kind

    def _begin(self, kind: str, height: float) -> str:
        self.used, self.shown = height, False
        return kind

    def _add(self, kind: str, height: float) -> str:
        """``kind`` as long as there is room, else a new screen."""
        if self.used + height > self.screen.lines:
            return self._begin("subslide", height)
        self.used += height
        return kind


def _height_below(cell: NotebookNode) -> float:
    """How high that is which a cell shows, where it has been taken apart from the cell."""
    height: float = cell.metadata.get("shown_below", 0)
    return height


def lines_of_prose(text: str, screen: Screen) -> int:
    """How many lines of a slide some Markdown takes, more or less."""
    return sum(_lines_of_block(block, screen) + 1 for block in blocks(text))


def _lines_of_block(block: str, screen: Screen) -> int:
    if re.match(r"\s*(?:```|\||[-*] |\d+\. |> -)", block) or block.startswith("<"):
        return _wrapped(block, screen.prose)
    return (2 if block.startswith("#") else 1) * ceil(len(block) / screen.prose)


def lines_of_code(cell: NotebookNode, screen: Screen) -> float:
    """The same of a code cell with what it shows."""
    source = _wrapped(cell.source, screen.code) * screen.row + 1 if cell.source else 0
    return source + sum(lines_of_output(output, screen) for output in cell.outputs)


def lines_of_output(output: NotebookNode, screen: Screen) -> float:
    """Of a picture the text beside it tells, which has a line for each step, or the rows of its table do."""
    data = output.get("data", {})
    lines = _wrapped(str(output.get("text") or data.get("text/plain") or ""), screen.code)
    if "text/html" in data:
        unfolded = re.sub(r"<details.*?</details>", "<tr>", data["text/html"], flags=re.DOTALL)
        return 3 + max(lines, unfolded.count("<tr"))
    return 1 + lines * screen.row + PICTURE * ("image/png" in data)


def _wrapped(text: str, width: int) -> int:
    return sum(max(1, ceil(len(line) / width)) for line in text.rstrip("\n").split("\n"))


if __name__ == "__main__":
    main(sys.argv[1:])
