"""The projector's page: the question that is open, how many have voted, and on *Show* the bars."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from shmlesson.command.working_copy import originals
from shmlesson.course.question import Question
from shmlesson.views.html.prose import code_block, inline, prose

from .ballots import ROUNDS, Ballots, Count, Poll

HERE = Path(__file__).parent
WORDS: dict[str, Any] = tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))
NO_IDEA = ""  # the option that every question has
_ASKS = re.compile(r'\bask\(\\?"([^"\\]+)')
_NOBODY = Count(0, 0, 0)


def page(questions: Mapping[str, Question], token: str, nonce: str) -> str:
    """HTML, whole in itself. ``token`` is what its requests have to bring along, ``nonce`` what lets its script run."""
    text = {name: words for name, words in WORDS.items() if isinstance(words, str)}
    parts = {
        **{name: escape(words) for name, words in text.items()},
        "style": (HERE / "page.css").read_text(encoding="utf-8"),
        "script": (HERE / "page.js").read_text(encoding="utf-8"),
        "words": json.dumps(text).replace("<", "\\u003c"),
        "questions": _listed(questions),
        "token": escape(token),
        "nonce": nonce,
    }
    source = (HERE / "page.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], source)


def state(poll: Poll | None, question: Question | None, ballots: Ballots, there: int | None) -> dict[str, Any]:
    """What the page shows now, as plain values. Who has voted for what is not in it until it is shown."""
    if poll is None or question is None:
        return {"poll": None}
    counts = [ballots.counts(poll, round) for round in range(1, ROUNDS + 1)]
    voted = sum(count.all for count in counts[poll.round - 1].values())
    names = [*(option.name for option in question.options), NO_IDEA]
    return {
        "poll": poll.id,
        "round": poll.round,
        "shown": poll.shown,
        "question": prose(question.text) + (code_block(question.code) if question.code else ""),
        "options": [_option(question, name) for name in names],
        "voted": voted,
        "there": None if there is None else max(there, voted),  # somebody may have voted and left
        "votes": [_votes(names, counted) for counted in counts[: poll.round]] if poll.shown else [],
    }


def _option(question: Question, name: str) -> str:
    if name == NO_IDEA:
        return escape(WORDS["no_idea"])
    return f"({question.letter(name)}) {inline(question.option(name).text)}"


def _votes(names: list[str], counted: Mapping[str, Count]) -> list[tuple[int, int, int]]:
    """For each option how many, how many of them sure, how many guessing."""
    counts = [counted.get(name, _NOBODY) for name in names]
    return [(count.all, count.sure, count.guess) for count in counts]


def _listed(questions: Mapping[str, Question]) -> str:
    """HTML: all questions, in the order in which the notebooks ask them; then those that no notebook asks."""
    order = _order()
    groups = {title: [id for id in ids if id in questions] for title, ids in order.items()}
    asked = {id for ids in groups.values() for id in ids}
    groups[WORDS["elsewhere"]] = [id for id in questions if id not in asked]
    return "".join(_group(title, [questions[id] for id in ids]) for title, ids in groups.items() if ids)


def _group(title: str, questions: list[Question]) -> str:
    options = "".join(f'<option value="{escape(each.id)}">{_short(each)}</option>' for each in questions)
    return f'<optgroup label="{escape(title)}">{options}</optgroup>'


def _short(question: Question) -> str:
    """The question's name, and how its text begins."""
    text = re.sub(r"[`*]", "", " ".join(question.text.split()))
    return escape(f"{question.id}: {text[:70]}{'…' * (len(text) > 70)}")


@cache
def _order() -> dict[str, list[str]]:
    """The names of the questions that each notebook asks, by the notebook's name."""
    found = {path.stem: _ASKS.findall(path.read_text(encoding="utf-8")) for path in originals()}
    return {name: [*dict.fromkeys(ids)] for name, ids in found.items() if ids}
