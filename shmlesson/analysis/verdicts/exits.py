"""Exits: processes that end by a signal, leave in the wrong way, are not reaped, or print a copied buffer.

What ``sys.exit`` does and ``os._exit`` skips is in Python's documentation of the latter; for zombies see wait(2), for
the signals signal(7). What lies in an output buffer at a fork is copied with all other memory of the process (fork(2)).
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING

from ...wire.kinds import kinds_with
from ...wire.roles import PARENT, parent_of
from .lifetimes import Lifetimes
from .phrases import capital, everyone, in_order, known, verb
from .verdict import Verdict

if TYPE_CHECKING:
    from ...trace.event import Event
    from .source import Source
    from .syntax import Syntax

_NOT_DONE = kinds_with("aside") | {"born", "ends"}  # events that are nothing a process does in a line of its own
_WAITS = ("wait", "waitpid", "wait3", "wait4", "waitid")
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


def exits(lifetimes: Lifetimes, source: Source, syntax: Syntax) -> Iterator[Verdict]:
    """The verdicts on how processes ended, and on who learnt of it."""
    copied = _copied(lifetimes)
    yield from _signals(lifetimes)
    yield from _fell_off(lifetimes, source, syntax)
    yield from _left(lifetimes, syntax, {role for roles, _ in copied.values() for role in roles})
    yield from _not_reaped(lifetimes, syntax)
    for line, (roles, text) in copied.items():
        yield _at_the_forks(lifetimes, _verdict("copied buffer", roles, line, _twice(roles, line, text)), roles)
    for line, (roles, name, text) in _copied_of_files(lifetimes).items():
        yield _at_the_forks(lifetimes, _verdict("copied buffer", roles, line, _twice(roles, line, text, name)), roles)


def _at_the_forks(lifetimes: Lifetimes, verdict: Verdict, roles: Iterable[str]) -> Verdict:
    """The verdict with the forks of these processes."""
    return replace(verdict, events=tuple(lifetimes.forks[role][1] for role in roles if role in lifetimes.forks))


def _at_the_ends(lifetimes: Lifetimes, verdict: Verdict, roles: Iterable[str]) -> Verdict:
    """The verdict with the ends of these processes."""
    ends = (lifetimes.end(role) for role in roles)
    return replace(verdict, events=tuple(end for end in ends if end is not None))


def _signals(lifetimes: Lifetimes) -> Iterator[Verdict]:
    """One verdict for each signal and each line that sent it."""
    found: defaultdict[tuple[str, str, int | None], list[str]] = defaultdict(list)
    senders = _senders(lifetimes)
    for role, process in lifetimes.processes.items():
        if process.signal is not None and not process.stopped and not lifetimes.is_inner(role):
            sent = senders.get((role, int(process.signal)))
            sender, line = (sent.process, sent.detail.get("line")) if sent else ("", None)
            if sender and sender != role and line is None:
                continue  # no line of the program: multiprocessing ends its daemons, as it has promised
            found[getattr(process.signal, "name", f"signal {int(process.signal)}"), sender, line].append(role)
    for (name, sender, line), roles in found.items():
        if sender:
            cause = f"{sender} sent it" if line is None else f"line {line} ({sender}) sent it"
        else:
            cause = _CAUSES.get(name, "it has no handler for it, and so the signal ends it")
        text = f"{name} ended {everyone(roles)}: {cause}."
        number = lifetimes.processes[roles[0]].signal
        told = [senders.get((role, int(number or 0))) or lifetimes.last(role) for role in roles]
        events = tuple(event for event in told if event is not None)
        yield Verdict("signal", capital(text), in_order(roles), known(line), events)


def _senders(lifetimes: Lifetimes) -> dict[tuple[str | None, int], Event]:
    """Which signal was sent to whom, and how it was sent last."""
    return {
        (event.detail.get("to"), event.detail["signal"]): event
        for sender in in_order(lifetimes.processes)
        for _, event in lifetimes.of_kind(sender, "signals")
    }


def _fell_off(lifetimes: Lifetimes, source: Source, syntax: Syntax) -> Iterator[Verdict]:
    """Children of ``os.fork`` that go on as if they were their parents."""
    fell: defaultdict[int | None, list[str]] = defaultdict(list)
    failed: defaultdict[int | None, list[str]] = defaultdict(list)  # in what was meant for their parent
    for role in lifetimes.forks:
        end, line = lifetimes.end(role), lifetimes.line_of_fork(role)
        how = end.detail.get("how") if end else None
        if end and how == "end" and (end.detail.get("copied") or _goes_on(role, lifetimes, source, syntax)):
            fell[line].append(role)
        elif how == "error" and _forks_again(role, line, lifetimes):
            failed[line].append(role)
    for line, roles in fell.items():
        yield _at_the_ends(lifetimes, _verdict("fell off", roles, line, _goes_on_to_the_end(roles, line)), roles)
    for line, roles in failed.items():
        own = verb(roles, "its parent does: it forks once more, and ends", "their parent does: they fork too, and end")
        text = f"{_does_not_leave(roles, line)} on with what {own} by an error"
        verdict = _verdict("fell off", roles, line, f"{text}. A child leaves with os._exit(0).")
        yield _at_the_ends(lifetimes, verdict, roles)


def _forks_again(role: str, line: int | None, lifetimes: Lifetimes) -> bool:
    return any(fork.detail.get("line") == line for _, fork in lifetimes.of_kind(role, "forks"))


def _goes_on(role: str, lifetimes: Lifetimes, source: Source, syntax: Syntax) -> bool:
    """Whether the child did something where its parent goes on: behind its branch, or the fork once more.

    What stands in a function that both call says nothing. Where no test tells the two apart, both are meant.
    """
    line = lifetimes.line_of_fork(role)
    own, around = source.child_only(line), _functions_around(line, syntax)
    for _, event in lifetimes.own[role]:
        at = event.detail.get("line")
        if at is None or at in own or event.kind in _NOT_DONE:
            continue
        if event.kind == "forks" and at == line:
            return True
        if own and any(syntax.function_of(statement) in around for statement in syntax.statements_at(at)):
            return True
    return False


def _functions_around(line: int | None, syntax: Syntax) -> set[ast.AST | None]:
    """The module, the function that forks in this line, and those that call it."""
    found: set[ast.AST | None] = {None}
    ahead = [syntax.function_of(statement) for statement in syntax.statements_at(line or 0)]
    while ahead:
        function = ahead.pop()
        if function not in found:
            found.add(function)
            ahead += [syntax.function_of(call) for call in syntax.calls.get(getattr(function, "name", ""), ())]
    return found


def _goes_on_to_the_end(roles: list[str], line: int | None) -> str:
    return f"{_does_not_leave(roles, line)} on to the end of the program. A child leaves with os._exit(0)."


def _does_not_leave(roles: list[str], line: int | None) -> str:
    where = f", forked on line {line}," if line is not None else ""
    return (
        f"{everyone(roles)}{where} {verb(roles, 'does', 'do')} not leave where {verb(roles, 'its', 'their')} part ends"
        f" and {verb(roles, 'goes', 'go')}"
    )


def _left(lifetimes: Lifetimes, syntax: Syntax, copies: Collection[str]) -> Iterator[Verdict]:
    """Children of ``os.fork`` whose end by ``sys.exit`` does what was meant for that of their parents."""
    left: defaultdict[tuple[int | None, str, int | None], list[str]] = defaultdict(list)
    for role in lifetimes.forks:
        end = lifetimes.end(role)
        if end is not None and end.detail.get("how") == "sys.exit":
            unwound = _around_the_fork(lifetimes.line_of_fork(role), syntax)
            if end.detail.get("copied"):
                left[end.detail.get("line"), "runs what its parent has registered for its own end", None].append(role)
            elif unwound is not None:
                left[end.detail.get("line"), f"goes through what its parent began on line {unwound}", unwound].append(
                    role
                )
            elif role in copies:
                left[end.detail.get("line"), "writes out a copied buffer", None].append(role)
    for (line, does, unwound), roles in left.items():
        where = f" on line {line}" if line is not None else ""
        text = f"{everyone(roles)} {verb(roles, 'leaves', 'leave')} by sys.exit{where}, which {does}."
        verdict = _verdict("sys.exit", roles, line, f"{text} A child ends with os._exit(0).", unwound)
        yield _at_the_ends(lifetimes, verdict, roles)


def _around_the_fork(line: int | None, syntax: Syntax) -> int | None:
    """The line of a ``with`` or a ``try`` around the fork that does something when ``sys.exit`` comes through it."""
    forks = [call for name in ("fork", "forkpty") for call in syntax.calls.get(name, ()) if call.lineno == line]
    ahead, seen = list(forks), set(forks)
    while ahead:
        call = ahead.pop()
        node: ast.AST = call
        for above in syntax.above(call):
            if isinstance(above, ast.With) and node in above.body:
                return above.lineno
            if isinstance(above, ast.Try) and node in above.body and (above.finalbody or _catches(above)):
                return above.lineno
            node = above
        around = syntax.function_of(call)
        more = [each for each in syntax.calls.get(getattr(around, "name", ""), ()) if each not in seen]
        ahead += more
        seen |= set(more)
    return None


def _catches(statement: ast.Try) -> bool:
    """Whether one of its handlers is for ``SystemExit``, too."""
    names = {"SystemExit", "BaseException"}
    return any(
        handler.type is None or any(isinstance(n, ast.Name) and n.id in names for n in ast.walk(handler.type))
        for handler in statement.handlers
    )


def _not_reaped(lifetimes: Lifetimes, syntax: Syntax) -> Iterator[Verdict]:
    """Children that a parent left behind which came to its end by itself."""
    forked: defaultdict[int | None, list[str]] = defaultdict(list)
    for role in lifetimes.forks:
        if _is_left_to_its_parent(role, lifetimes, syntax):
            forked[lifetimes.line_of_fork(role)].append(role)
    for line, roles in forked.items():
        left = [role for role in roles if role not in lifetimes.reaps]
        if left:
            yield _at_the_forks(lifetimes, _nobody_reaps(line, roles, len(left)), roles)


def _is_left_to_its_parent(role: str, lifetimes: Lifetimes, syntax: Syntax) -> bool:
    """Whether nobody but its parent reaps a child, and that had the time to."""
    parent = parent_of(role)
    end = lifetimes.end(parent)
    if lifetimes.is_inner(role) or end is None or not lifetimes.is_over(parent):
        return False
    if lifetimes.processes[parent].signal is not None:
        return False
    children = end.detail.get("children")
    if children == "ignored" or (children == "handled" and any(syntax.calls.get(name) for name in _WAITS)):
        return False  # the system reaps them, or a handler does
    return not _forks_twice(role, parent, end, lifetimes, syntax)


def _forks_twice(role: str, parent: str, end: Event, lifetimes: Lifetimes, syntax: Syntax) -> bool:
    """Whether the parent ends right behind the fork, on purpose, so that its child is nobody's: a double fork."""
    if end.detail.get("how") not in ("_exit", "sys.exit") or (parent == PARENT and not syntax.calls.get("setsid")):
        return False
    forked, _ = lifetimes.forks[role]
    return all(at <= forked or event.kind in (*_NOT_DONE, "forks", "prints") for at, event in lifetimes.own[parent])


def _nobody_reaps(line: int | None, roles: list[str], left: int) -> Verdict:
    """Where some of several are reaped, chance may decide which: then all are named."""
    who = everyone(roles) if left == len(roles) else f"{'one' if left == 1 else left} of {everyone(roles)}"
    where = f", forked on line {line}" if line is not None else ""
    text = (
        f"Nobody reaps {who}{where}: until its parent ends, an ended child stays a zombie, and nobody learns"
        " how it ended. os.waitpid reaps a child."
    )
    return _verdict("not reaped", roles, line, text)


def _copied(lifetimes: Lifetimes) -> dict[int | None, tuple[list[str], str]]:
    """Output that lay in a buffer at the fork and came out of both copies of it: where, of whom, and which."""
    found: dict[int | None, tuple[list[str], str]] = {}
    printed = _Printed(lifetimes)
    for role, (position, fork) in lifetimes.forks.items():
        pending = fork.detail.get("pending", "")
        if pending and printed.begins(role, -1, pending) and printed.begins(fork.process, position, pending):
            roles, text = found.get(fork.detail.get("line"), ([], pending))
            found[fork.detail.get("line")] = list(dict.fromkeys([*roles, role, fork.process])), text
    return found


def _copied_of_files(lifetimes: Lifetimes) -> dict[int | None, tuple[list[str], str, str]]:
    """What lay in a file's buffer at a fork, and was written by several: by the line of the first child's fork."""
    wrote: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for role in lifetimes.processes:
        for _, event in lifetimes.of_kind(role, "flushes"):
            wrote[event.detail["name"], event.detail["text"]].append(role)
    found: dict[int | None, tuple[list[str], str, str]] = {}
    for (name, text), roles in wrote.items():
        those = in_order(roles)
        if len(those) > 1:
            line = next((lifetimes.line_of_fork(role) for role in those if role in lifetimes.forks), None)
            found.setdefault(line, ([*those], name, text))
    return found


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


def _twice(roles: list[str], line: int | None, pending: str, file: str = "") -> str:
    when = f"When line {line} forked" if line is not None else "At the fork"
    shown = pending if len(pending) <= 30 else pending[:29] + "…"
    buffer, does = (f"the buffer of {file}", "write") if file else ("the output buffer", "print")
    return (
        f"{when}, {shown!r} was still in {buffer} and was copied with it:"
        f" {everyone(roles)} {'both' if len(roles) == 2 else 'each'} {does} it."
        f" Flush before the fork: {'call the file’s flush' if file else 'print(..., flush=True)'}."
    )


def _verdict(kind: str, roles: list[str], line: int | None, text: str, *more: int | None) -> Verdict:
    return Verdict(kind, capital(text), in_order(roles), known(line, *more))
