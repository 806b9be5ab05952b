"""Demands on what is no program: a lesson's run, and a block of the notebook's own."""

from __future__ import annotations

import re

from ...analysis.run import Run
from ...memory.block import look
from ...memory.contents import Contents
from .demand import Facts, demand


@demand("size")
def block_of_size(given: bytes, size: int) -> Facts | None:
    """The block has so many bytes."""
    return None if len(given) == size else {"size": len(given)}


@demand()
def something_in_it(given: bytes) -> Facts | None:
    """Not all of it is zero."""
    return None if any(given) else {}


@demand("found")
def text_at(given: bytes, offset: int) -> Facts | None:
    """The first byte that is not zero stands there."""
    found = len(given) - len(given.lstrip(b"\0"))
    return None if found == offset else {"found": found}


@demand("text")
def letters_only(given: bytes) -> Facts | None:
    """What is not zero is one word of letters."""
    text = given.strip(b"\0").decode("utf-8", "replace")
    return None if text.replace(" ", "").replace("-", "").isalpha() else {"text": repr(text)}


@demand("saw")
def block_described_as(given: bytes, description: str) -> Facts | None:
    """``look`` describes what the block holds in these words."""
    saw = str(look(given))
    return None if saw == description else {"saw": saw}


@demand("size")
def lesson_of_size(given: Run, size: int) -> Facts | None:
    """The lesson's block has so many bytes."""
    saw = _saw(given)
    return None if len(saw) == size else {"size": len(saw)}


@demand("saw")
def lesson_saw_it(given: Run) -> Facts | None:
    """The reader saw what was written."""
    wrote = given.child.wrote or given.parent.wrote
    saw = _saw(given)
    return None if wrote and wrote.runs == saw.runs else {"saw": saw}


@demand("setting")
def lesson_without_settings(given: Run) -> Facts | None:
    """Nothing was asked for by its name."""
    found = re.search(r"(\w+)=", given.call)
    return {"setting": found[1]} if found else None


@demand("fill")
def lesson_not_filled_with(given: Run, fill: str) -> Facts | None:
    """The reader saw another letter than this one, and nothing else."""
    runs = _saw(given).runs
    byte = runs[0][2] if len(runs) == 1 else 0
    letter = chr(byte)
    return None if letter.isascii() and letter.isalpha() and letter != fill else {"fill": str(_saw(given))}


def _saw(run: Run) -> Contents:
    """What the reader of a lesson saw in the end."""
    reader = run.parent if run.child.wrote else run.child
    return reader.saw or Contents(0, ())
