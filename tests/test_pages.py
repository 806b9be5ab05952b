"""What the pages name is there."""

import ast
import re

import pytest

from kernels import ROOT
from shmlesson.forkserver import limits, reporter
from shmlesson.forkserver.tracer import gate
from shmlesson.wire.kinds import KINDS

PAGES = (
    *("ARCHITECTURE.md", "CHANGELOG.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "README.md"),
    *("docs/classroom.md", "docs/guide.md", "docs/performance.md", "docs/teaching.md"),
)
PACKAGE = ROOT / "shmlesson"
HOMES = (ROOT, ROOT / "tools", PACKAGE, PACKAGE / "forkserver", PACKAGE / "forkserver" / "experiments")
DESCRIPTORS = {
    **{"REPORT": reporter, "REQUEST": reporter, "_RATION": limits},
    **{"CHANNEL": gate, "SPARE": gate, "TRACKER": gate},
}
A_PATH = re.compile(r"(?<![\w./=])(?:[\w.]+/)*[\w]+\.(?:py|md|ipynb|toml|yml|css|js)\b")
A_FOLDER = re.compile(r"`((?:\w+/)+)`")
ROW = re.compile(r"^\| [^|]+ \| `(?P<file>[^`]+)` \| `(?P<name>[^`]+)` \|$", re.MULTILINE)


def text_of(page):
    return (ROOT / page).read_text(encoding="utf-8")


def is_there(path):
    return any((home / path).exists() for home in HOMES)


def names_in(path):
    """The functions, classes and settings of a file, those of classes included."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    defined = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return defined | {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


# What a reader may write, or what the tools make.
NOT_OURS = {
    "program.py",
    "file.py",
    "notebooks/NN_do_something.ipynb",
    "build/bench.md",
    "build/",
    "build/screenshots",
    "build/site",
    "work/",
    "class/",
    "lab/tree/notebooks/00_start_here.ipynb",
}


@pytest.mark.parametrize("page", PAGES)
def test_every_file_and_folder_on_a_page_is_there(page):
    text = text_of(page)
    named = {*A_PATH.findall(text), *A_FOLDER.findall(text)} - NOT_OURS

    assert sorted(path for path in named if not is_there(path)) == []


def test_every_name_in_the_table_of_ideas_is_in_its_file():
    rows = ROW.findall(text_of("ARCHITECTURE.md"))

    assert len(rows) > 15
    assert [(file, name) for file, name in rows if name not in names_in(PACKAGE / file)] == []


def test_every_name_that_follows_its_file_in_brackets_is_in_it():
    pairs = re.findall(r"`(?:\w+\.)?(\w+)` \(`([\w/]+\.py)`", text_of("ARCHITECTURE.md"))

    assert len(pairs) > 5
    assert [(name, file) for name, file in pairs if name not in names_in(PACKAGE / file)] == []


def test_descriptors_and_letters_on_the_page_are_those_of_the_code():
    text = text_of("ARCHITECTURE.md")
    named = {name: int(number) for number, name in re.findall(r"^\| (\d+) \| `(\w+)` \|", text, re.MULTILINE)}
    letters = {name: letter.encode() for letter, name in re.findall(r"`(.)` ([A-Z_]+)\b", text)}

    assert named == {name: getattr(home, name) for name, home in DESCRIPTORS.items()}
    assert letters == {name: getattr(gate, name) for name in ("GO", "GO_ON", "PROBE", "SHOW")}


def _cells(kind):
    """A kind as a row of the table: its name, meaning, what it orders, and its step at each sort of thing."""
    return [f"`{kind.name}`", kind.meaning.rstrip("."), kind.edge, _step(kind)]


def _step(kind):
    """``puts``; ``acquires or tries at a lock or rlock, takes at a semaphore``; a dash for what takes no turn."""
    by_steps = {}
    for at, steps in kind.steps.items():
        if steps:
            by_steps.setdefault(" or ".join(f"`{step}`" for step in steps), []).append(at)
    alone = len(by_steps) == 1 and len(kind.steps) == 1
    said = [steps if alone else f"{steps} at {' or '.join(things)}" for steps, things in by_steps.items()]
    return "; ".join(said) or "–"


def kinds_table():
    """The table of kinds for ARCHITECTURE.md, as Markdown."""
    rows = [["kind", "meaning", "orders", "step"], ["---"] * 4, *map(_cells, KINDS.values())]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def test_the_table_in_the_architecture_is_the_table_of_kinds():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    _, _, behind = text.partition("<!-- kinds -->\n")
    table, end, _ = behind.partition("\n<!-- /kinds -->")

    assert end, "ARCHITECTURE.md has no table between <!-- kinds --> and <!-- /kinds -->"
    assert table.strip() == kinds_table(), f"ARCHITECTURE.md should have this table:\n{kinds_table()}"
