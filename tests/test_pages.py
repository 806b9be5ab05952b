"""What ARCHITECTURE.md and CONTRIBUTING.md name is there."""

import ast
import re

import pytest

from kernels import ROOT

PAGES = ("ARCHITECTURE.md", "CONTRIBUTING.md", "README.md")
PACKAGE = ROOT / "shmlesson"
HOMES = (ROOT, PACKAGE, PACKAGE / "forkserver", PACKAGE / "forkserver" / "experiments")
A_PATH = re.compile(r"(?<![\w./])(?:[\w.]+/)*[\w]+\.(?:py|md|ipynb|toml|yml|css|js)\b")
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


@pytest.mark.parametrize("page", PAGES)
def test_every_file_and_folder_on_a_page_is_there(page):
    text = text_of(page)
    named = {path for path in A_PATH.findall(text) if path not in OF_NOBODY} | set(A_FOLDER.findall(text))

    assert sorted(path for path in named if not is_there(path)) == []


# What a reader may write, or what the tools make.
OF_NOBODY = {"program.py", "file.py", "some_name.py", "NN_do_something.ipynb", "build/bench.md"}


def test_every_name_in_the_table_of_ideas_is_in_its_file():
    rows = ROW.findall(text_of("ARCHITECTURE.md"))

    assert len(rows) > 15
    assert [(file, name) for file, name in rows if name not in names_in(PACKAGE / file)] == []


def test_every_name_that_follows_its_file_in_brackets_is_in_it():
    pairs = re.findall(r"`(\w+)` \(`([\w/]+\.py)`\)", text_of("ARCHITECTURE.md"))
    pairs += re.findall(r"`(?:\w+\.)?(\w+)` \(`([\w/]+\.py)`", text_of("ARCHITECTURE.md"))

    assert len(pairs) > 5
    assert [(name, file) for name, file in pairs if name not in names_in(PACKAGE / file)] == []
