"""The corpus in tests/programs: small programs as learners write them, each with what is to be said of it in its head.

A head is the comment block a file begins with, a `# key: value` a line: `title` and `misconception` once each; as often
as needed `verdicts` (a kind and its lines, or `none`) and `outcome` (a process `prints` its lines, or `deadlock`);
where they hold `prints: varies` (from run to run), `timeout` (seconds; the program never ends by itself), `needs`,
`complete: yes` (exploring sees all orders), `limit` (why the judge cannot know better,
so far). Lines are numbered in the whole file.
"""

import re
from pathlib import Path

PATHS = sorted((Path(__file__).parents[1] / "programs").glob("*.py"))
ENTRY = re.compile(r"# (\w+): (.+)")


def head_of(text):
    """The entries of a program's head: for each key its values, in order."""
    block, _, _ = text.partition("\n\n")
    head = {}
    for line in block.splitlines():
        key, value = ENTRY.fullmatch(line).groups()
        head.setdefault(key, []).append(value)
    return head


TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in PATHS}
HEADS = {name: head_of(text) for name, text in TEXTS.items()}


def expected(name):
    """The verdicts that the head asks for, as pairs of kind and lines."""
    entries = [entry for entry in HEADS[name]["verdicts"] if entry != "none"]
    split = [re.fullmatch(r"(\D+?)((?: \d+)*)", entry).groups() for entry in entries]
    return {(kind, tuple(sorted(map(int, lines.split())))) for kind, lines in split}
