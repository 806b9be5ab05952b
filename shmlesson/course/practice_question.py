"""The endless questions of practice: small programs that are made from templates, and answered by running them.

The idea: the options are what *other* programs of the same template really did. A wrong option is then never far
off: it is right for a program with a shared mapping where this one has a private one, and the answer can say so.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from ..analysis.run import Run
from ..api.program import program
from .question import LETTERS, Option, Question
from .rules.practice import outcome_of
from .template import Template, Variant, drawn, shuffled, templates
from .words import WORDS, say

MOST_OPTIONS = 3
_ID = re.compile(r"practise-(0|-?[1-9]\d{0,18})-([1-9]\d{0,18})")
RULES = {"prints": "prints_this", "verdicts": "has_verdicts", "which": "printed_there"}

Runs = Callable[[str], Run]
Told = tuple[Variant, str]  # a program, and what came of it


@lru_cache(maxsize=64)
def practice_question(id: str) -> Question | None:
    """The question of this name, ``practise-SEED-NUMBER``, for which its programs are run; None for any other name."""
    match = _ID.fullmatch(id)
    return question_for(int(match[1]), int(match[2]), program) if match else None


def name_for(seed: int, number: int) -> str:
    """The name of a question."""
    return f"practise-{seed}-{number}"


def question_for(seed: int, number: int, run: Runs) -> Question:
    """The question with this number: the same for the same seed, whatever was asked before."""
    dice = random.Random(name_for(seed, number))
    template = drawn(dice, [*templates().values()])
    asks = drawn(dice, template.asks)
    told = _different(template.variants(dice), asks, template.process, run)
    return _question(name_for(seed, number), template, asks, told[0], _arranged(dice, asks, told))


def _different(variants: Sequence[Variant], asks: str, process: str, run: Runs) -> list[Told]:
    """The first few programs, each with what came of it, of which no two did the same."""
    told: dict[str, Variant] = {}
    for variant in variants:
        told.setdefault(outcome_of(run(variant.source), asks, process), variant)
        if len(told) == MOST_OPTIONS:
            break
    return [(variant, outcome) for outcome, variant in told.items()]


def _arranged(dice: random.Random, asks: str, told: list[Told]) -> list[Told]:
    """In the order in which they are shown: programs by chance, what was printed the shortest first."""
    return shuffled(dice, told) if asks == "which" else sorted(told, key=lambda each: (len(each[1]), each[1]))


def _question(id: str, template: Template, asks: str, right: Told, told: list[Told]) -> Question:
    make = _asked_back if asks == "which" else _asked
    options = tuple(make(letter, right, each, asks) for letter, each in zip(LETTERS, told, strict=False))
    who, outcome = WORDS[template.process.split()[0]], right[1]
    name = LETTERS[told.index(right)]
    return Question(
        id=id,
        text=say(f"practise_{asks}", who=who, printed=outcome),
        code=_listing(told) if asks == "which" else right[0].source.strip("\n"),
        options=options,
        right=name,
        shows=say(f"practise_{asks}_shows", who=who, outcome=outcome, letter=name),
        why=template.why,
        needs=WORDS[f"practise_{asks}_needs"],
        settled_by=RULES[asks],
        look=_look(template, asks, right),
        evidence=right[0].source,
        kind="program",
    )


def _look(template: Template, asks: str, right: Told) -> Mapping[str, str]:
    """What the rule is given."""
    process = {} if asks == "verdicts" else {"process": template.process}
    return process | ({"printed": right[1]} if asks == "which" else {"source": right[0].source})


def _asked(letter: str, right: Told, told: Told, asks: str) -> Option:
    """An option that says what comes of the program."""
    variant, outcome = told
    differ = WORDS["and"].join(
        say("in_place_of", this=_code(a), that=_code(b)) for a, b in variant.instead_of(right[0])
    )
    words = f"practise_{asks}_{'right' if told == right else 'wrong'}"
    return Option(letter, outcome, WORDS[words].replace("{differ}", _escaped(differ)), outcome)


def _asked_back(letter: str, right: Told, told: Told, asks: str) -> Option:
    """An option that names a program."""
    words = WORDS["practise_which_right" if told == right else "practise_which_wrong"]
    return Option(letter, WORDS[f"program_{letter}"], words.replace("{own}", _escaped(told[1])), told[0].source)


def _listing(told: Sequence[Told]) -> str:
    """The programs below each other, each with its letter above it."""
    named = zip(LETTERS, told, strict=False)
    return "\n\n".join(f"# ({letter})\n{variant.source.strip(chr(10))}" for letter, (variant, _) in named)


def _code(text: str) -> str:
    return f"`{text.replace(chr(10), '; ')}`"


def _escaped(text: str) -> str:
    """For a format string."""
    return text.replace("{", "{{").replace("}", "}}")
