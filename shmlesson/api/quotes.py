"""What a program printed, in quotes: as it stood on the screen, on one line, and not longer than one can read."""

from __future__ import annotations


def quoted(text: str, most: int = 70) -> str:
    """``"text"``, cut after ``most`` characters; where a screen has no sign for one, as Python writes it.

    ``<ID of child 1>``, which stands for a process ID, is not cut.
    """
    text = text.removesuffix("\n")
    if (begun := text.rfind("<", 0, most)) >= 0 and text.startswith("<ID of ", begun):
        most = max(most, text.find(">", begun) + 1)
    shown = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text[:most])
    return f'"{shown}{"…" if len(text) > most else ""}"'
