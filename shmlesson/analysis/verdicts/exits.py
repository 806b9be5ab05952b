"""Exits: processes that end by a signal, leave in the wrong way, are not reaped, or print a copied buffer.

What ``sys.exit`` does and ``os._exit`` skips is in Python's documentation of the latter; for zombies see wait(2), for
the signals signal(7). What lies in an output buffer at a fork is copied with all other memory of the process (fork(2)).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import TYPE_CHECKING

from ...wire.roles import parent_of
from .lifetimes import Lifetimes
from .phrases import capital, everyone, in_order, known, verb
from .verdict import Verdict

if TYPE_CHECKING:
    from ...trace.trace import Trace

_CAUSES = {
    "SIGSEGV": "it touched memory that it does not have",
    "SIGBUS": "it touched a page of a mapping behind which there is nothing, as beyond the end of a file",
    "SIGKILL": "somebody else sent it, or the system did, as when memory runs out",
    "SIGABRT": "it gave up by itself, as by os.abort",
    "SIGALRM": "an alarm that it had set went off, and it has no handler for it",
    "SIGFPE": "it divided by zero outside of Python",
    "SIGILL": "it ran into something that is no instruction",
    "SIGPIPE": "it wrote into a pipe that nobody reads any more",
    "SIGXCPU": "it used more time of the processor than it may",
    "SIGXFSZ": "it wrote a file longer than it may",
    "SIGINT": "somebody interrupted it",
    "SIGTERM": "somebody asked it to end",
}


def exits(run: Trace, lifetimes: Lifetimes) -> Iterator[Verdict]:
    """The verdicts on how processes ended, and on who learnt of it."""
    yield from _signals(lifetimes)
    yield from _left(lifetimes)
    yield from _not_reaped(run, lifetimes)
    yield from _copied(lifetimes)


def _signals(lifetimes: Lifetimes) -> Iterator[Verdict]:
    """One verdict for each signal and each line that sent it."""
    found: defaultdict[tuple[str, str, int | None], list[str]] = defaultdict(list)
    senders = _senders(lifetimes)
    for role, process in lifetimes.processes.items():
        if process.signal is not None and not process.stopped and not lifetimes.is_inner(role):
            sender, line = senders.get((role, int(process.signal)), ("", None))
            found[getattr(process.signal, "name", f"signal {int(process.signal)}"), sender, line].append(role)
    for (name, sender, line), roles in found.items():
        if sender:
            cause = f"{sender} sent it" if line is None else f"line {line} ({sender}) sent it"
        else:
            cause = _CAUSES.get(name, "it has no handler for it, and so the signal ends it")
        text = f"{name} ended {everyone(roles)}: {cause}."
        yield Verdict("signal", capital(text), in_order(roles), known(line))


def _senders(lifetimes: Lifetimes) -> dict[tuple[str | None, int], tuple[str, int | None]]:
    """Who sent which signal to whom last, and where."""
    return {
        (event.detail.get("to"), event.detail["signal"]): (sender, event.detail.get("line"))
        for sender in in_order(lifetimes.processes)
        for _, event in lifetimes.of_kind(sender, "signals")
    }


def _left(lifetimes: Lifetimes) -> Iterator[Verdict]:
    """Children of ``os.fork`` that go on as if they were their parents, or unwind what is their parents'."""
    fell, left = defaultdict(list), defaultdict(list)
    for role in lifetimes.forks:
        end = lifetimes.end(role)
        if end is not None and end.detail.get("how") == "end":
            fell[lifetimes.line_of_fork(role)].append(role)
        elif end is not None and end.detail.get("how") == "sys.exit":
            left[end.detail.get("line")].append(role)
    for line, roles in fell.items():
        yield _verdict("fell off", roles, line, _fell_off)
    for line, roles in left.items():
        yield _verdict("sys.exit", roles, line, _sys_exit)


def _fell_off(roles: list[str], line: int | None) -> str:
    where = f", forked in line {line}," if line is not None else ""
    return (
        f"{everyone(roles)}{where} {verb(roles, 'does', 'do')} not leave where {verb(roles, 'its', 'their')} part ends"
        f" and {verb(roles, 'goes', 'go')} on to the end of the program. A child leaves with os._exit(0)."
    )


def _sys_exit(roles: list[str], line: int | None) -> str:
    where = f" in line {line}" if line is not None else ""
    return (
        f"{everyone(roles)} {verb(roles, 'leaves', 'leave')} by sys.exit{where}, which runs what the parent has"
        " prepared for its own end and writes out copied buffers. A child ends with os._exit(0)."
    )


def _not_reaped(run: Trace, lifetimes: Lifetimes) -> Iterator[Verdict]:
    """Children that a parent left behind which came to its end by itself."""
    if "SIGCHLD" in run.source:  # who has them ignored has them reaped by the system
        return
    forked: defaultdict[int | None, list[str]] = defaultdict(list)
    for role in lifetimes.forks:
        parent = None if lifetimes.is_inner(role) else lifetimes.processes.get(parent_of(role))
        if parent is not None and not parent.stopped and parent.signal is None:
            forked[lifetimes.line_of_fork(role)].append(role)
    for line, roles in forked.items():
        left = [role for role in roles if role not in lifetimes.reaps]
        if left:
            yield _nobody_reaps(line, roles, len(left))


def _nobody_reaps(line: int | None, roles: list[str], left: int) -> Verdict:
    """Where some of several are reaped, chance may decide which: then all are named."""
    who = everyone(roles) if left == len(roles) else f"{'one' if left == 1 else left} of {everyone(roles)}"
    where = f", forked in line {line}" if line is not None else ""
    text = (
        f"Nobody reaps {who}{where}: until its parent ends, an ended child stays a zombie, and how it ended nobody"
        " learns. os.waitpid reaps a child."
    )
    return _verdict("not reaped", roles, line, lambda *_: text)


def _copied(lifetimes: Lifetimes) -> Iterator[Verdict]:
    """Output that lay in a buffer at the fork and came out of both copies of it."""
    found: defaultdict[int | None, list[str]] = defaultdict(list)
    texts: dict[int | None, str] = {}
    printed = _Printed(lifetimes)
    for role, (position, fork) in lifetimes.forks.items():
        pending = fork.detail.get("pending", "")
        if pending and printed.begins(role, -1, pending) and printed.begins(fork.process, position, pending):
            line = fork.detail.get("line")
            found[line] += [role, fork.process]
            texts.setdefault(line, pending)
    for line, roles in found.items():
        yield _verdict("copied buffer", list(dict.fromkeys(roles)), line, lambda who, at: _twice(who, at, texts[at]))


class _Printed:
    """What each process printed on each of its streams, piece by piece."""

    def __init__(self, lifetimes: Lifetimes) -> None:
        self._streams: defaultdict[str, dict[str, list[tuple[int, str]]]] = defaultdict(dict)
        for role in lifetimes.processes:
            for at, event in lifetimes.of_kind(role, "prints"):
                if event.detail["text"]:
                    pieces = self._streams[role].setdefault(event.detail.get("stream", ""), [])
                    pieces.append((at, event.detail["text"]))

    def begins(self, role: str, position: int, pending: str) -> bool:
        """Whether the first that ``role`` printed from there on, on one of its streams, is what was pending."""
        return any(self._from(pieces, position, len(pending)) == pending for pieces in self._streams[role].values())

    def _from(self, pieces: list[tuple[int, str]], position: int, most: int) -> str:
        """As much as was printed from there on, and no more letters than ``most``."""
        begun = ""
        for at in range(bisect_right(pieces, position, key=itemgetter(0)), len(pieces)):
            begun += pieces[at][1][:most]
            if len(begun) >= most:
                break
        return begun[:most]


def _twice(roles: list[str], line: int | None, pending: str) -> str:
    when = f"When line {line} forked" if line is not None else "At the fork"
    shown = pending if len(pending) <= 30 else pending[:29] + "…"
    return (
        f"{when}, {shown!r} was still in the output buffer and was copied with it:"
        f" {everyone(roles)} {'both' if len(roles) == 2 else 'each'} print it."
        " Flush before the fork: print(..., flush=True)."
    )


def _verdict(kind: str, roles: list[str], line: int | None, words: Callable[[list[str], int | None], str]) -> Verdict:
    return Verdict(kind, capital(words(roles, line)), in_order(roles), known(line))
