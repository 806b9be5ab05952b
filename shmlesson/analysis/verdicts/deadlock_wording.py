"""Wordings of the verdicts on waits: which line of which process waits for what, and why it never comes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from .phrases import capital, everyone, in_order, known, listed, the, verb
from .source import Source
from .verdict import Verdict
from .waits import PIPE_CAPACITY, Hold, Things, Wait, waits_of

# What a call waits for, and what it is that does not come.
_NEVER = {
    "get": ", and nothing more is put there: a reader that is to stop needs a word for it, such as None",
    "put": " for room, and nobody takes anything out",
    "task_done": ", until task_done is called once for each item that was put, and not all of these calls are made",
    "pause": " for a signal, and none comes",
    "sigwait": " for a signal, and none comes",
    "sigwaitinfo": " for a signal, and none comes",
    "select": " until something is ready, and nothing gets ready",
    "poll": " until something is ready, and nothing gets ready",
    "accept": ", and nobody connects",
    "flock": " for a lock on a file that nobody gives back",
    "lockf": " for a lock on a file that nobody gives back",
    "open": ", and nobody opens the other end",
    "acquire": ", and nobody releases it",
    "send": " for room, and nobody reads",
    "sendall": " for room, and nobody reads",
    "wait": ", and nobody lets it go on",
    "program": ", until the program that it has started ends, and that does not",
    "read": " for more, and nothing comes, nor its end",
    "thread": ", and the thread does not end",
    "process": ", and that process does not end",
}
_ALIKE = {
    **{
        "readlines": "read",
        "recv": "read",
        "recv_bytes": "read",
        "recv_into": "read",
        "readline": "read",
        "recvfrom": "read",
    },
    **{"threading.join": "thread", "queues.join": "task_done", "queue.join": "task_done", "subprocess.wait": "program"},
    **{"subprocess.communicate": "program", "subprocess.run": "program", "subprocess.call": "program"},
    **{"subprocess.check_call": "program", "subprocess.check_output": "program", "process.join": "process"},
}


class DeadlockWords:
    """Words for the waits of a run with these ``things`` to wait for."""

    def __init__(self, things: Things, source: Source) -> None:
        self._things, self._source = things, source

    def full_pipe(self, line: int | None, written: int | None, parent: str, name: str, roles: list[str]) -> Verdict:
        """Of the kind ``full pipe``: the parent waits in ``line``, those in ``roles`` write in the line ``written``."""
        thing = self._things.named(name)
        room = "it holds only so much" if "socket" in name else f"a pipe holds {PIPE_CAPACITY:,} bytes, and no more"
        text = (
            f"{_at_the_end(line, parent)} waits for {everyone(roles)} to end before {thing} is read, and"
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
                f"{who} {verb(waits_of(waits), 'waits', 'wait')} for {thing}, which {the(holder)} acquired on line"
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
        where = "" if wait.line is None else f" on line {wait.line}"
        if wait.at == "child":
            where = where or " at the end of the program"  # where multiprocessing joins what nobody has joined
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
        where = "for" if at in ("event", "signal") else "at"
        thing = self._things.named(name)
        text = f"{who} {verb(waits_of(waits), 'waits', 'wait')} {where} {thing}{self._cause(at, name, waits)}."
        text += self._in_turn(waits_of(waits), behind)
        return Verdict(
            "waits for ever",
            capital(text),
            in_order(waits_of([*waits, *behind])),
            known(*lines, *(wait.line for wait in behind)),
        )

    def full_queue(self, roles: Sequence[str], put: Sequence[int], behind: list[Wait]) -> Verdict:
        """Of the kind ``full pipe``: those in ``roles`` cannot end before what they have put into a queue is taken.

        They did so in the lines ``put``.
        """
        where = f" on line{'s' * (len(put) > 1)} {listed(map(str, put))}" if put else ""
        text = (
            f"{everyone(roles)} cannot end: what {verb(roles, 'it has', 'they have')} put into a queue{where} must go"
            f" through its pipe first, which holds {PIPE_CAPACITY:,} bytes, and nobody takes it out."
            f"{self._in_turn(roles, behind)} A queue is emptied before those that fill it are joined."
        )
        lines = known(*put, *(wait.line for wait in behind))
        return Verdict("full pipe", capital(text), in_order([*roles, *waits_of(behind)]), lines)

    def unseen(self, waits: list[Wait], behind: list[Wait]) -> Verdict:
        """Of the kind ``waits for ever``: the ``waits`` in one line for what only the deadline has shown."""
        first, roles = waits[0], waits_of(waits)
        what = self._where_unseen(first, roles)
        if first.within is not None:
            what += (
                f": it was called in the middle of line {first.within}, as a signal’s handler is, and that line cannot"
                " go on before it is done"
            )
        text = f"{what}.{_beside(first.threads)}{self._in_turn(roles, behind)}"
        lines = known(first.line, first.within, *first.threads, *(wait.line for wait in behind))
        return Verdict("waits for ever", capital(text), in_order([*roles, *waits_of(behind)]), lines)

    def _where_unseen(self, first: Wait, roles: Sequence[str]) -> str:
        """Who waits, where, and for what, as far as the text of the program shows it."""
        who, waits = everyone(roles), verb(roles, "waits", "wait")
        if first.away:
            became = f"after line {first.line}, {verb(roles, 'has', 'have')} become another program"
            return f"{who}, which, {became}, {waits} for what never comes, as for the end of what is read"
        if first.after and first.line is not None:
            return f"{who} {waits} somewhere behind line {first.line}, for what never comes and is not seen here"
        if first.line is None:
            threads = first.call == "threading._shutdown"
            what = f"{verb(roles, 'its', 'their')} other threads, which do not end" if threads else "what never comes"
            return f"at {verb(roles, 'its', 'their')} end {who} {waits} for {what}"
        if call := self._source.call(first.line, first.call.rpartition(".")[2]):
            return f"{_at(first.line, list(roles))} {waits} in {call}(){self._never(first, call)}"
        if managed := self._source.managed(first.line):
            return f"{_at(first.line, list(roles))} {waits} for {managed}, and nobody releases it"
        return f"{_at(first.line, list(roles))} {waits} for what never comes and is not seen here"

    def _never(self, wait: Wait, call: str) -> str:
        """What does not come."""
        if wait.within is not None:
            return ""
        name = call.rpartition(".")[2]
        name = _ALIKE.get(wait.call, _ALIKE.get(name, name))
        return _NEVER.get(name, ", and what it waits for does not come")

    def _in_turn(self, roles: Sequence[str], behind: list[Wait]) -> str:
        """Who waits for these to end."""
        return "".join(
            f" {capital(_at_the_end(wait.line, wait.process))} waits in turn for {everyone(roles)} to end."
            if wait.line is not None
            else f" {capital(the(wait.process))} waits in turn, at its own end, for {everyone(roles)} to end."
            for wait in behind
        )

    def _cause(self, at: str, name: str, waits: list[Wait]) -> str:
        """Why nothing comes."""
        is_released = name in self._things.released
        if at == "pipe" and "queue" in name:  # a manager's
            return (
                f" for more, and {'all that was put there has been taken' if is_released else 'nobody puts any there'}"
            )
        if at == "pipe":
            read = "for more, and all that was written into it has been read"
            why = read if is_released else "and nobody writes into it"
            who = everyone(waits_of(waits))
            return f" {why}: its end does not come while a write end is open, perhaps that of {who}"
        if at == "barrier":
            value = self._things.values.get(name)
            return f" that is made for {value} parties, and {len(waits)} {'has' if len(waits) == 1 else 'have'} come"
        more = "any more" if is_released else ""
        words = {"event": ", which nobody sets", "condition": " that nobody notifies", "signal": ", which nobody sends"}
        return f"{words.get(at, ' that nobody releases')} {more}".rstrip()


def _beside(threads: Sequence[int]) -> str:
    """Where other threads of the same process wait."""
    if not threads:
        return ""
    who = "Another thread waits" if len(threads) == 1 else "Other threads wait"
    return f" {who} in {listed(f'line {line}' for line in threads)}."


def _each_at(lines: Iterable[int | None], waits: list[Wait]) -> str:
    """``line 9 (child 1) and line 12 (child 2)``."""
    return listed(_at(at, [wait.process for wait in waits if wait.line == at]).replace("Line", "line") for at in lines)


def _at_the_end(line: int | None, role: str) -> str:
    """The same of one who waits for others to end: without a line it is where multiprocessing joins them all."""
    return f"{the(role)}, at the end of the program," if line is None else _at(line, [role])


def _at(line: int | None, roles: list[str]) -> str:
    """``Line 9 (child 1)``."""
    who = listed(in_order(roles))
    return who if line is None else f"Line {line} ({who})"
