"""What the course says, as data: the words around questions and exercises, and the files that hold each of them."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from string import Formatter
from typing import Any


def table(name: str) -> dict[str, Any]:
    """What the file ``name.toml`` of this package holds."""
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


WORDS: dict[str, str] = table("words")


def say(name: str, /, **facts: object) -> str:
    """The sentence of this name in ``words.toml``, with these facts in it."""
    return WORDS[name].format(**facts)


def tables(folder: str) -> dict[str, dict[str, Any]]:
    """What each TOML file in ``folder`` of this package holds, by the file's name, in alphabetical order."""
    found = {file.name: file for file in files(__package__).joinpath(folder).iterdir()}
    names = sorted(name for name in found if name.endswith(".toml"))
    return {name.removesuffix(".toml"): tomllib.loads(found[name].read_text(encoding="utf-8")) for name in names}


def fields(text: str) -> set[str]:
    """The names of the facts that a format string asks for."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
