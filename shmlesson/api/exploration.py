"""What came of a program under many orders of its steps: each different outcome, how often, and how to see it again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from ..analysis.run import Run
from ..analysis.verdicts.verdict import KINDS, Verdict, explanation
from ..memory.contents import Contents
from ..trace.process import how_it_ended

_RIGHT = "exited with 0"  # what goes without saying
_FOR_EVER = "waits for ever"
_ORDER = ("race", "sleep", "lost update")  # verdicts that say that a result depends on the order
_FINE = "every process exited with 0"
_MOST_ROWS = 20
_TEXT = 40  # characters of what a process printed, or of what a block held


@dataclass(frozen=True, slots=True)
class Outcome:
    """What ``count`` orders of a program's steps led to; ``order`` is the number that replays one of them.

    ``printed`` and ``ended`` have an entry for each role, ``held`` one for each block by its name, as it was at the
    end. In what was printed, roles stand for process IDs. ``run`` is that one order, drawn as any run; None where it
    has not been kept.
    """

    count: int
    order: int
    printed: Mapping[str, str]
    held: Mapping[str, Contents]
    ended: Mapping[str, str]
    run: Run | None = None

    @property
    def stuck(self) -> bool:
        """Whether a process of it waits for what never comes."""
        return any(ended.startswith(_FOR_EVER) for ended in self.ended.values())

    def __str__(self) -> str:
        return f"{say_orders(self.count)} (--order {self.order}): {', '.join(_facts(self, {}).values()) or _FINE}"


@dataclass(frozen=True, slots=True)
class Exploration:
    """All outcomes of a program that ran in ``count`` orders of its steps, the most frequent first.

    ``call`` is what was asked for. ``complete`` is true when there are no other orders, ``stopped`` when an
    interrupt ended the search before its bound, ``late`` when its deadline did, ``unseen`` when something happened
    that takes no turns, and ``why`` says what that was; ``lost`` says in words what went wrong, when something
    ended the search before it was done. Where nothing more could be put in order after that, ``ordinary`` is one
    run of the program in no order of ours.
    """

    call: str
    outcomes: tuple[Outcome, ...]
    count: int
    complete: bool
    stopped: bool = False
    late: bool = False
    unseen: bool = False
    lost: str = ""
    why: str = ""
    ordinary: Run | None = None

    @property
    def _runs(self) -> tuple[Run, ...]:
        return tuple(run for run in (*(outcome.run for outcome in self.outcomes), self.ordinary) if run)

    @property
    def stuck(self) -> bool:
        """Whether processes wait for ever in one of the orders at least."""
        return any(outcome.stuck for outcome in self.outcomes)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What is said of the run of each outcome, the most serious first; of one kind, and of the same lines, once.

        And of the ordinary run, where there is one.
        """
        found: dict[tuple[str, tuple[int, ...]], Verdict] = {}
        for run in self._runs:
            for verdict in run.verdicts:
                found.setdefault((verdict.kind, verdict.lines), verdict)
        return tuple(sorted(found.values(), key=lambda verdict: KINDS.index(verdict.kind)))

    @property
    def source(self) -> str:
        """The text of the program, as far as a run was kept."""
        return next((run.source for run in self._runs), "")

    @property
    def how_many(self) -> str:
        """``2 orders, all that there are``: how far the search came."""
        if self.ordinary and not self.count:
            return f"cannot be explored, {self._because}"
        return f"{say_orders(self.count)}, {self._why_no_more()}"

    @property
    def same(self) -> tuple[str, ...]:
        """What every outcome has in common, in words; empty where there is one only."""
        said = self._said()
        common = _in_common(said)
        return tuple(words for row in said[:1] for about, words in row.items() if about in common)

    @property
    def different(self) -> tuple[tuple[str, ...], ...]:
        """For each outcome what it has not in common with all others, in words; if there is one only, all of it."""
        said = self._said()
        common = _in_common(said)
        rows = [tuple(words for about, words in row.items() if words and about not in common) for row in said]
        return tuple(row or (_FINE,) for row in rows)

    @property
    def of_ordinary(self) -> tuple[str, ...]:
        """A sentence on what came of the ordinary run; none where there is none."""
        if not self.ordinary:
            return ()
        facts = [words for words in _facts(outcome_of(self.ordinary), {}).values() if words]
        return (f"One ordinary run, in no order that could be chosen: {'; '.join(facts) or _FINE}.",)

    @property
    def certain(self) -> tuple[str, ...]:
        """A sentence on what is sure to depend on the order; none if all came to the same, or a verdict says so."""
        if any(verdict.kind in _ORDER for verdict in self.verdicts):
            return ()
        ended = tuple(outcome for outcome in self.outcomes if not outcome.stuck)  # else that is what there is to say
        differ = list(map(_what_differs, replace(self, outcomes=ended)._abouts_that_differ()))
        return (f"For certain, the result depends on the order: {_listed(differ)}.",) if differ else ()

    def _abouts_that_differ(self) -> list[str]:
        said = self._said()
        common = _in_common(said)
        return [about for about in (said[0] if len(said) > 1 else ()) if about not in common]

    def _why_no_more(self) -> str:
        if self.complete:
            return "all that there are"
        if self.lost:
            return f"not all that there are: {self.lost}"
        if self.stopped:
            return "stopped by an interrupt"
        if self.unseen:
            return f"not all that there are, {self._because}"
        if self.late and not self.count:
            return "none came to its end before the deadline (timeout= allows more)"
        return "stopped at the deadline: there are more" if self.late else "stopped at the bound: there are more"

    @property
    def _because(self) -> str:
        return f"because of {self.why}" if self.why.startswith("line") else f"because {self.why}"

    def _said(self) -> list[dict[str, str]]:
        """What is to be said of each outcome: also that nothing was printed, where another outcome says something."""
        common = self._common_lines()
        facts = [_facts(outcome, common) for outcome in self.outcomes]
        abouts = sorted({about for row in facts for about in row}, key=_rank)
        return [{about: row.get(about) or _absent(about) for about in abouts} for row in facts]

    def _common_lines(self) -> dict[str, tuple[int, int]]:
        """For each role whose output differs: how many lines all of it begins with, and how many it ends with."""
        roles = {role for outcome in self.outcomes for role in outcome.printed}
        texts = {role: [outcome.printed.get(role, "").splitlines() for outcome in self.outcomes] for role in roles}
        return {role: _common(lines) for role, lines in texts.items() if any(other != lines[0] for other in lines)}

    def __len__(self) -> int:
        return len(self.outcomes)

    def __str__(self) -> str:
        """A table: a row for each outcome, with its orders and what only it has; then what is said of all of them."""
        rows = [("orders", "replay with", "what came of it"), *self._rows()]
        hidden = len(self.outcomes) - _MOST_ROWS
        more = [f"And {hidden} more outcomes, which are in outcomes."] if hidden > 0 else []
        replay = max(len(row[1]) for row in rows)
        table = [f"{count:>8}  {order:<{replay}}  {words}".rstrip() for count, order, words in rows]
        table = table if self.outcomes else []
        said = [*table, *more, *self.certain, *self.of_ordinary, *explanation(self.verdicts, self.source)]
        return "\n".join([f"{self.call}: {self.how_many}", *said])

    __repr__ = __str__

    def _rows(self) -> Iterator[tuple[str, str, str]]:
        for outcome, words in list(zip(self.outcomes, self.different, strict=True))[:_MOST_ROWS]:
            yield str(outcome.count), f"--order {outcome.order}", "; ".join(words)
        if self.same:
            yield "in all", "", "; ".join(self.same)


def outcome_of(run: Run) -> Outcome:
    """What came of a run in no order of ours, as an outcome; nobody has looked what its blocks held at the end."""
    printed = {process.name: process.printed for process in run.processes}
    return Outcome(1, 0, printed, {}, {process.name: how_it_ended(process) for process in run.processes}, run)


def _what_differs(about: str) -> str:
    what, name = about.split(" ", 1)
    return {"print": f"what {name} prints", "block": f"what {name} holds", "end": f"how {name} ends"}[what]


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def say_orders(count: int) -> str:
    """``1 order``, ``1,000 orders``."""
    return f"{count:,} order{'' if count == 1 else 's'}"


def _in_common(said: list[dict[str, str]]) -> set[str]:
    """What is said of all outcomes, by what it is about; of a single one nothing is."""
    if len(said) < 2:
        return set()
    return {about for about, words in said[0].items() if all(other[about] == words for other in said)}


def _common(texts: list[list[str]]) -> tuple[int, int]:
    """How many lines all texts begin with, and how many of the rest all end with."""
    head = sum(1 for _ in takewhile(lambda lines: len(set(lines)) == 1, zip(*texts, strict=False)))
    tails = zip(*(reversed(lines[head:]) for lines in texts), strict=False)
    return head, sum(1 for _ in takewhile(lambda lines: len(set(lines)) == 1, tails))


def _facts(outcome: Outcome, common: Mapping[str, tuple[int, int]]) -> dict[str, str]:
    """What came of it, by what it is about: what each process printed, what each block held, who ended otherwise."""
    printed = {
        f"print {role}": f"{role} printed {quoted(_middle(text, *common.get(role, (0, 0))), _TEXT)}"
        for role, text in outcome.printed.items()
        if text
    }
    nouns, writes = Counter(_NUMBER.sub("", name) for name in outcome.held), _last_writes(outcome)
    held = {
        f"block {name}": f"{_named(name, nouns)} held {_held(contents, writes.get(name, {}))}"
        for name, contents in outcome.held.items()
    }
    ended = {f"end {role}": f"{role} {how}" for role, how in outcome.ended.items() if how != _RIGHT}
    return ended | printed | held


def _middle(text: str, head: int, tail: int) -> str:
    """The lines between so many at the beginning and so many at the end."""
    lines = text.splitlines(keepends=True)
    return "".join(lines[head : len(lines) - tail])


def _named(name: str, nouns: Mapping[str, int]) -> str:
    """``the block``, where there is one only."""
    noun = _NUMBER.sub("", name)
    return f"the {noun}" if nouns[noun] == 1 else name


def _last_writes(outcome: Outcome) -> dict[str, Mapping[str, Any]]:
    """What was written into each block last, by its name, as far as a run was kept."""
    events = outcome.run.events if outcome.run else ()
    return {event.detail.get("block", ""): event.detail for event in events if event.kind == "writes"}


def _held(contents: Contents, last: Mapping[str, Any]) -> str:
    """The number that was last written, where the program's writes are numbers; else the bytes."""
    words: str = last["value"] if "value" in last else str(contents)
    return words if len(words) <= _TEXT else f"{words[: _TEXT - 1]}…"


_NUMBER = re.compile(r" \d+$")


def _absent(about: str) -> str:
    """What stands where only another outcome has something to say; that a process exited with 0 need not be said."""
    what, name = about.split(" ", 1)
    return {"print": f"{name} printed nothing", "block": f"there was no {name}", "end": ""}[what]


def _rank(about: str) -> tuple[int, bool, list[tuple[int, str]], str]:
    """First who did not exit with 0, then what was printed, then what blocks held; the parent first, 2 before 10."""
    what, name = about.split(" ", 1)
    numbers = [(len(digits), digits) for digits in re.findall(r"\d+", name)]  # 2 before 10, and however many digits
    return ["end", "print", "block"].index(what), name != "parent", numbers, name


def quoted(text: str, most: int = 70) -> str:
    """``"text"``, cut after ``most`` characters; where a screen has no sign for one, as Python writes it.

    ``<ID of child 1>``, which stands for a process ID, is not cut.
    """
    text = text.removesuffix("\n")
    if (begun := text.rfind("<", 0, most)) >= 0 and text.startswith("<ID of ", begun):
        most = max(most, text.find(">", begun) + 1)
    shown = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text[:most])
    return f'"{shown}{"…" if len(text) > most else ""}"'
