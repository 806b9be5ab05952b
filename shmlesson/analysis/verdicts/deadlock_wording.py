"""Wordings of the verdicts on waits: which line of which process waits for what, and why it never comes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from .phrases import capital, everyone, in_order, known, listed, the, verb
from .verdict import Verdict
from .waits import PIPE_CAPACITY, Hold, Things, Wait, waits_of


class DeadlockWords:
    """Words for the waits of a run with these ``things`` to wait for."""

    def __init__(self, things: Things) -> None:
        self._things = things

    def full_pipe(self, line: int | None, written: int | None, parent: str, name: str, roles: list[str]) -> Verdict:
        """Of the kind ``full pipe``: the parent waits in ``line``, those in ``roles`` write in the line ``written``."""
        room = "it holds only so much" if "socket" in name else f"a pipe holds {PIPE_CAPACITY:,} bytes, and no more"
        text = (
            f"{_at(line, [parent])} waits for {everyone(roles)} to end before {self._things.named(name)} is read, and"
            f" {_at(written, roles).lower()} waits for room in it: {room}."
        )
        return Verdict("full pipe", capital(text), in_order([parent, *roles]), known(line, written))

    def lock_held(self, line: int | None, name: str, holder: str, waits: list[Wait]) -> Verdict:
        """Of the kind ``lock held``: ``holder`` acquired it in ``line``; ``waits`` are those for it, perhaps none."""
        thing, since = self._things.named(name), f"since line {line}" if line is not None else "already"
        lines = [*dict.fromkeys(wait.line for wait in waits)]
        if any(wait.process == holder for wait in waits):
            text = (
                f"{_at(waits[0].line, [holder])} waits for {thing}, which {the(holder)} itself holds {since}:"
                " it waits for ever."
            )
        elif waits:
            who = _each_at(lines, waits)
            text = (
                f"{who} {verb(waits_of(waits), 'waits', 'wait')} for {thing}, which {the(holder)} acquired in line"
                f" {line} and still held when it ended: nobody can release it any more."
            )
        else:
            text = (
                f"{_at(line, [holder])} acquires {thing} and never releases it, and has ended: who wanted it now would"
                " wait for ever. This time nobody did."
            )
        return Verdict("lock held", capital(text), in_order([holder, *waits_of(waits)]), known(*lines, line))

    def deadlock(self, cycle: Sequence[tuple[Wait, list[Hold]]]) -> Verdict:
        """Of the kind ``deadlock``: each wait in the cycle, with the locks that the process holds meanwhile."""
        acts: defaultdict[tuple[tuple[int, ...], str], list[str]] = defaultdict(list)
        for wait, held in cycle:
            acts[self._act(wait, held)].append(wait.process)
        ordered = sorted(acts.items(), key=lambda item: item[0][0])
        alike = len(ordered) == 1
        parts = [
            f"{everyone(roles)} {words.replace('@', verb(roles, 's', 've')).replace('^', verb(roles, 's', ''))}"
            for (_, words), roles in ordered
        ]
        text = f"{'; '.join(parts)}: {'each waits for the next' if alike else 'they wait for each other'}, for ever."
        lines = [line for (at, _), _ in ordered for line in at]
        return Verdict("deadlock", capital(text), in_order(wait.process for wait, _ in cycle), known(*lines))

    def _act(self, wait: Wait, held: list[Hold]) -> tuple[tuple[int, ...], str]:
        """The lines and the words for one that waits; ``@`` and ``^`` stand for the endings of its verbs."""
        took = [hold.line for hold in held if hold.line is not None]
        where = "" if wait.line is None else f" in line {wait.line}"
        if wait.at == "child":
            what = f"wait^{where} for {'a child' if wait.name == 'any child' else wait.name} to end"
            since = f", with a lock held since line {listed(map(str, took))}" if took else ""
            return known(wait.line, *took), what + since
        if took:
            locks = listed(hold.name for hold in held)
            at = " there" if took == [wait.line] else where
            since = f"since line {listed(map(str, took))}"
            return known(*took, wait.line), f"ha@ held {locks} {since} and wait^{at} for {wait.name}"
        thing = "a lock" if wait.at in ("lock", "rlock") else self._things.named(wait.name)
        return known(wait.line), f"wait^{where} {'for' if wait.at in ('lock', 'rlock') else 'at'} {thing}"

    def for_ever(self, at: str, name: str, waits: list[Wait], behind: list[Wait]) -> Verdict:
        """Of the kind ``waits for ever``: the ``waits`` at one thing, and those ``behind`` for these to end."""
        lines = sorted({wait.line for wait in waits if wait.line is not None})
        who = _each_at(lines, waits) if lines else everyone(waits_of(waits))
        where = "for" if at == "event" else "at"
        thing = self._things.named(name)
        text = f"{who} {verb(waits_of(waits), 'waits', 'wait')} {where} {thing}{self._cause(at, name, waits)}."
        for wait in behind:
            text += f" {_at(wait.line, [wait.process])} waits in turn for {everyone(waits_of(waits))} to end."
        return Verdict(
            "waits for ever",
            capital(text),
            in_order(waits_of([*waits, *behind])),
            known(*lines, *(wait.line for wait in behind)),
        )

    def _cause(self, at: str, name: str, waits: list[Wait]) -> str:
        """Why nothing comes."""
        is_released = name in self._things.released
        if at == "pipe":
            read = "for more, and all that was written into it has been read"
            why = read if is_released else "and nobody writes into it"
            who = everyone(waits_of(waits))
            return f" {why}: its end does not come while a write end is open, perhaps that of {who}"
        if at == "barrier":
            value = self._things.values.get(name)
            return f" that is made for {value} parties, and {len(waits)} {'has' if len(waits) == 1 else 'have'} come"
        more = "any more" if is_released else ""
        words = {"event": ", which nobody sets", "condition": " that nobody notifies"}
        return f"{words.get(at, ' that nobody releases')} {more}".rstrip()


def _each_at(lines: Iterable[int | None], waits: list[Wait]) -> str:
    """``line 9 (child 1) and line 12 (child 2)``."""
    return listed(_at(at, [wait.process for wait in waits if wait.line == at]).replace("Line", "line") for at in lines)


def _at(line: int | None, roles: list[str]) -> str:
    """``Line 9 (child 1)``."""
    who = listed(in_order(roles))
    return who if line is None else f"Line {line} ({who})"
