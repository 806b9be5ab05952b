"""What the course says in answer to a call: a sentence or two, and sometimes a program."""

from __future__ import annotations

from dataclasses import dataclass

from ..views.html.prose import code_block, prose


@dataclass(frozen=True, slots=True, repr=False)
class Said:
    """Paragraphs, and a program below them if there is one; a notebook shows it as HTML, anything else as text."""

    text: str
    code: str = ""

    def __str__(self) -> str:
        return "\n\n".join(filter(None, [self.text, self.code.strip("\n")]))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"{prose(self.text)}{code_block(self.code) if self.code else ''}"
