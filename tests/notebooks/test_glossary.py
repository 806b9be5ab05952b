"""No technical term is used before the cell that explains it, and each is in the glossary, with a link both ways.

``[**page**](glossary.ipynb#page)`` in a lesson says: here this word is explained. The glossary links back to that cell.
"""

import re
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
EXPLAINS = re.compile(r"\[\*\*([^\]]+)\*\*\]\(glossary\.ipynb#([^)\s]+)\)")
TO_GLOSSARY = re.compile(r"\]\(glossary\.ipynb#([^)\s]+)\)")
BACK = re.compile(r"\(\[[^\]]+\]\((\d\d_\w+\.ipynb)#cell-id=([\w-]+)\)\)$")
SIGNPOST = re.compile(r"\*\*(?:Next:|You will\*\*)")  # what announces a notebook may use the words that it explains

# How each term looks in prose where it is meant as a term, and not in the sense of every day.
TERMS = {
    "address": r"address(?:es)?",
    "anonymous": r"anonymous",
    "atomic": r"atomic(?:ally)?",
    "block": r"blocks?",
    "buffer": r"buffer(?:s|ed)?",
    "byte": r"bytes?",
    "byte order": r"byte order",
    "child": r"child(?:ren)?",
    "context": r"contexts?",
    "copy-on-write": r"copy-on-write",
    "critical section": r"critical sections?",
    "deadlock": r"deadlock(?:s|ed)?",
    "end of file": r"ends? of file",
    "exit code": r"exit codes?",
    "fork": r"fork(?:s|ed|ing)?",
    "forkserver": r"forkserver",
    "handle": r"handles?",
    "inode": r"inodes?",
    "kernel": r"(?<!notebook )kernels?",
    "lock": r"lock(?:s|ed|ing)?",
    "lost update": r"lost updates?",
    "memoryview": r"memoryviews?",
    "mmap": r"mmaps?",
    "node": r"nodes?",
    "notebook kernel": r"notebook kernels?",
    "offset": r"offsets?",
    "order": r"orders|every order|all orders|order \d+",
    "page": r"(?<![Tt]his )pages?(?! of verdicts)",
    "page fault": r"page faults?",
    "parent": r"parents?",
    "physical page": r"physical pages?",
    "pickle": r"pickl(?:es?|ed|ing|able)",
    "pipe": r"pipes?",
    "pool": r"pools?",
    "POSIX": r"POSIX",
    "private mapping": r"private (?:mappings?|blocks?)|mapped as private",
    "process": r"process(?:es)?",
    "process ID": r"process IDs?",
    "Pss": r"Pss",
    "race": r"races?",
    "reap": r"reap(?:s|ed|ing)?",
    "reference count": r"reference counts?",
    "Rss": r"Rss",
    "run": r"(?:a|one|the|your|each|every|own) runs?",
    "semaphore": r"semaphores?",
    "shared mapping": r"shared mappings?|mapped as shared",
    "signal": r"signals?",
    "spawn": r"spawn(?:s|ed|ing)?",
    "struct": r"structs?",
    "synchronise": r"synchronis(?:es?|ed|ing|ation)",
    "thread": r"threads?",
    "torn read": r"torn (?:reads?|writes?)",
    "verdict": r"verdicts?",
    "WSL": r"WSL",
    "zero-initialised": r"zero-initialised",
    "zombie": r"zombies?",
}


def anchor(term):
    """What a link to the heading of this term ends with, in JupyterLab and on paper."""
    return term.replace(" ", "-")


def prose(source):
    """The Markdown of a cell as it is read: no code, and no names of other notebooks."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", source, flags=re.DOTALL)
    return re.sub(r"\[[^\]]*\]\((?!glossary)[\w/]+\.ipynb[^)]*\)", "", text)


def markdown(path):
    """The Markdown cells of a notebook: file, id and text."""
    cells = nbformat.read(path, as_version=4).cells
    return [SimpleNamespace(file=path.name, id=c.id, text=c.source) for c in cells if c.cell_type == "markdown"]


ALL = [cell for path in NOTEBOOKS for cell in markdown(path)]
LESSONS = [cell for cell in ALL if cell.file[0].isdigit()]  # in their order
ENTRIES = {
    match[1]: cell for cell in ALL if cell.file == "glossary.ipynb" if (match := re.match(r"## (.+)\n", cell.text))
}


def explained_in(cells):
    """The first cell that explains each term, by the anchor of the term."""
    homes = {}
    for cell in cells:
        for match in EXPLAINS.finditer(cell.text):
            homes.setdefault(match[2], cell)
    return homes


def used_too_early(term, pattern, cells):
    """Where this term is used in cells before the one that explains it, as file, cell, and what stands there."""
    used = re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE)
    early = []
    for cell in cells:
        if anchor(term) in {match[2] for match in EXPLAINS.finditer(cell.text)}:
            return early
        if not SIGNPOST.search(cell.text):
            early += [(cell.file, cell.id, match[0]) for match in used.finditer(prose(cell.text))]
    return early


def test_the_entries_of_the_glossary_are_the_terms_in_the_order_of_the_alphabet():
    assert list(ENTRIES) == sorted(TERMS, key=str.casefold)


@pytest.mark.parametrize("term", TERMS)
def test_an_entry_is_two_sentences_or_three(term):
    text = ENTRIES[term].text.partition("\n\n")[2].rpartition(" ([")[0]

    assert 2 <= len(re.findall(r"[.?)](?=\s|$)", text)) <= 3


@pytest.mark.parametrize("term", TERMS)
def test_a_term_is_explained_in_a_lesson_and_the_glossary_links_back_to_that_cell(term):
    home = explained_in(LESSONS).get(anchor(term))
    back = BACK.search(ENTRIES[term].text)

    assert home, "no lesson explains it"
    assert back, "the glossary does not say where"
    assert back.groups() == (home.file, home.id)


@pytest.mark.parametrize("term", TERMS)
def test_a_term_is_used_in_no_cell_before_the_one_that_explains_it(term):
    assert used_too_early(term, TERMS[term], LESSONS) == []


def test_every_link_to_the_glossary_leads_to_an_entry():
    anchors = {anchor(term) for term in ENTRIES}
    links = [(cell.file, cell.id, target) for cell in ALL for target in TO_GLOSSARY.findall(cell.text)]

    assert [link for link in links if link[2] not in anchors] == []


def test_what_is_bold_in_such_a_link_is_the_term_itself():
    links = [(match[2], match[1]) for cell in ALL for match in EXPLAINS.finditer(cell.text)]
    names = {anchor(term): f"{term}|{pattern}" for term, pattern in TERMS.items()}

    assert [name for target, name in links if not re.fullmatch(names.get(target, ""), name.strip("`"), re.I)] == []


def a_cell(text, id="c"):
    return SimpleNamespace(file="00_made_up.ipynb", id=id, text=text)


EXPLAINED = a_cell("Memory comes in [**pages**](glossary.ipynb#page) of 4,096 bytes.")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It takes a whole page.", ["page"]),
        ("Pages are copied.", ["Pages"]),
        ("It takes a whole `page`.", []),
        ("Run this page.", []),
        ("Look into [Turn a page](01_turn_a_page.ipynb).", []),
        ("**Next:** [Turn](01_turn.ipynb), with pages.", []),
        ("Homepages", []),
    ],
)
def test_a_term_that_is_used_too_early_is_found(text, found):
    early = used_too_early("page", TERMS["page"], [a_cell(text), EXPLAINED, a_cell("A page.")])

    assert [word for _, _, word in early] == found


def test_a_term_that_is_never_explained_is_found():
    assert used_too_early("page", TERMS["page"], [a_cell("A page.", "x")]) == [("00_made_up.ipynb", "x", "page")]
