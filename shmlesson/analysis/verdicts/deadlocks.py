"""Deadlocks: processes that wait for what cannot come, and what it is that they wait for.

When a run was stopped, the last event of each process says what it waits for. These waits make a wait-for graph: an
edge leads from a process that waits to each waiting process that could let it go on. That is who holds the lock, the
child that is to end, or whoever may still come to a line that writes, sets or releases; the first two are facts, the
third is read off the program's text. A strongly connected part of the graph is a circular wait, the last of the four
conditions of Coffman, Elphick and Shoshani (System deadlocks, ACM Computing Surveys 1971); that such a part is a
deadlock where each lock has one holder is in Holt (Some deadlock properties of computer systems, same journal, 1972).

The invariant is ``_explained``: no wait is explained twice. The most specific explanation comes first: a full pipe, a
lock that its holder cannot release any more, a circular wait; then those that wait although nobody can come, and with
them their parents, who only wait for them to end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ...wire.kinds import Edge
from ...wire.roles import descends, parent_of, rank
from .deadlock_wording import DeadlockWords
from .lifetimes import Lifetimes
from .phrases import in_order
from .source import Lines, Source
from .verdict import Verdict, WaitsFor
from .waits import PIPE_CAPACITY, Hold, Things, Wait, events_of, holds, unread, waits_of

if TYPE_CHECKING:
    from ...trace.event import Event
    from ...trace.trace import Trace

MANAGER = "managers.serve_forever"  # where a manager's process waits, and looks around now and then
QUEUES_END = "queues._finalize_join"  # where a process that ends waits until all that it has put is in the pipe
QUEUES = frozenset({"queues.get", "queues.put", "queues.join", QUEUES_END})  # what they wait at is the library’s own


def deadlocks(run: Trace, lifetimes: Lifetimes, source: Source) -> Iterator[Verdict]:
    """The verdicts on processes that wait for ever, and on locks that nobody can have any more."""
    in_part = bool(run.truncated) or any(event.kind == "truncated" for event in run.events)
    graph = WaitForGraph(run, lifetimes, source, in_part)
    yield from graph.full_pipes()
    if not in_part:  # else the release may be among the events that are missing
        yield from graph.held_locks()
        yield from graph.deadlocks()
        yield from graph.for_ever()
    yield from graph.unseen()


class WaitForGraph:
    """Who waits for whom at the end of a run."""

    def __init__(self, run: Trace, lifetimes: Lifetimes, source: Source, in_part: bool = False) -> None:
        self._lifetimes = lifetimes
        self._source = source
        self._in_part = in_part  # not all events are there
        self._things = Things(run)
        self._words = DeadlockWords(self._things, source)
        self._holds = holds(run)
        self._unread = unread(run)
        waits = {role: self._wait(role) for role in lifetimes.processes}
        self._waits = {role: wait for role, wait in waits.items() if wait is not None}
        left = [role for role in lifetimes.processes if role not in self._waits and not lifetimes.is_over(role)]
        self._moving = [role for role in left if not self._is_manager(role)]
        self._wanted: defaultdict[str, list[Wait]] = defaultdict(list)
        for wait in self._waits.values():
            self._wanted[wait.name].append(wait)
        self._had: defaultdict[str, list[Hold]] = defaultdict(list)
        for hold in self._holds.values():
            self._had[hold.process].append(hold)
        self._to_come: dict[str, Lines] = {}
        self._releases: dict[tuple[str, str], bool] = {}
        self._explained: set[str] = set()

    def full_pipes(self) -> Iterator[Verdict]:
        """A parent that waits for a child that waits for room in a pipe."""
        found: defaultdict[tuple[int | None, int | None, str, str], list[str]] = defaultdict(list)
        for role, wait in sorted(self._waits.items(), key=lambda item: rank(item[0])):
            parent = self._waits.get(parent_of(role))
            is_queues = wait.call == QUEUES_END  # whose thread waits for room: that is no line of the program
            if wait.at == "full pipe" and wait.name and parent and parent.is_for(role) and not is_queues:
                self._explained |= {role, parent.process}
                found[parent.line, wait.line, parent.process, wait.name].append(role)
        for (line, written, reader, name), roles in found.items():
            verdict = self._words.full_pipe(line, written, reader, name, roles)
            cycle = [edge for role in roles for edge in ((reader, role, role), (role, name, reader))]
            yield self._about(verdict, [reader, *roles], cycle)
        yield from self._full_queues()

    def _full_queues(self) -> Iterator[Verdict]:
        """Processes that cannot end, since what they have put into a queue is not taken."""
        if not self._nobody_goes_on():
            return
        roles = [role for role, wait in self._waits.items() if wait.call == QUEUES_END and role not in self._explained]
        if roles:
            behind = self._behind([self._waits[role] for role in roles])
            self._explained |= {*roles, *waits_of(behind)}
            put = sorted({line for line in map(self._lifetimes.last_line, roles) if line is not None})
            yield self._about(self._words.full_queue(in_order(roles), put, behind), [*roles, *waits_of(behind)])

    def held_locks(self) -> Iterator[Verdict]:
        """Locks whose holder has ended, or wants them once more."""
        found: defaultdict[tuple[int | None, str], list[tuple[str, Wait | None]]] = defaultdict(list)
        for name, hold in self._holds.items():
            wanted = self._wanted[name]
            again = [wait for wait in wanted if wait.process == hold.process]
            if self._lifetimes.is_over(hold.process):
                found[hold.line, name] += [(hold.process, wait) for wait in wanted]
                if self._things.is_lock_of_the_program(name) and not wanted:
                    found[hold.line, name].append((hold.process, None))
            elif again:
                found[hold.line, name] += [(hold.process, wait) for wait in again]
        for (line, name), cases in found.items():
            if cases:
                waits = [wait for _, wait in cases if wait is not None]
                self._explained |= {*waits_of(waits)}
                own = [(wait.process, name, holder) for holder, wait in cases if wait and wait.process == holder]
                yield self._about(self._words.lock_held(line, name, cases[0][0], waits), waits_of(waits), own)

    def deadlocks(self) -> Iterator[Verdict]:
        """Cycles of processes that wait for each other."""
        needs = {role: self._needs(wait) for role, wait in self._waits.items() if role not in self._explained}
        for cycle in _cycles(needs):
            self._explained |= set(cycle)
            if not all(map(self._lifetimes.is_inner, cycle)):
                wanted = {self._waits[role].name for role in cycle}
                held = {role: [hold for hold in self._had[role] if hold.name in wanted] for role in cycle}
                verdict = self._words.deadlock([(self._waits[role], held[role]) for role in in_order(cycle)])
                yield self._about(verdict, cycle, self._edges(cycle, needs))

    def for_ever(self) -> Iterator[Verdict]:
        """The others that wait for what never comes, with those that wait for them."""
        roots: defaultdict[tuple[str, str], list[Wait]] = defaultdict(list)
        for role, wait in self._waits.items():
            is_root = wait.at not in ("child", "unseen", "full pipe") and wait.name not in self._holds
            is_root = is_root and wait.call not in QUEUES and not self._lifetimes.is_inner(role)
            if role not in self._explained and is_root and self._nobody_moves(wait) and not self._needs(wait):
                roots[wait.at, wait.name].append(wait)
        for (at, name), waits in roots.items():
            self._explained |= {*waits_of(waits)}
            behind = self._behind(waits)
            self._explained |= {*waits_of(behind)}
            yield self._about(self._words.for_ever(at, name, waits, behind), waits_of([*waits, *behind]))

    def unseen(self) -> Iterator[Verdict]:
        """Those that the deadline has found in a wait that nothing else explains, if nobody in the run went on."""
        if not self._nobody_goes_on():
            return
        roots: defaultdict[Wait, list[Wait]] = defaultdict(list)
        for role, wait in self._waits.items():
            if role not in self._explained and self._is_unseen(wait):
                roots[replace(wait, process="", name="")].append(wait)
        for waits in roots.values():
            self._explained |= {*waits_of(waits)}
        for waits in roots.values():
            behind = self._behind(waits)
            self._explained |= {*waits_of(behind)}
            yield self._about(self._words.unseen(waits, behind), waits_of([*waits, *behind]))

    def _about(self, verdict: Verdict, roles: Collection[str], cycle: Iterable[tuple[str, str, str]] = ()) -> Verdict:
        """The verdict with the waits of these processes, and who waits for whom."""
        waits = [self._waits[role] for role in in_order(roles)]
        return replace(verdict, events=events_of(waits), cycle=tuple(WaitsFor(*edge) for edge in cycle))

    def _edges(self, cycle: Sequence[str], needs: Mapping[str, set[str]]) -> Iterator[tuple[str, str, str]]:
        """Who of them waits for which thing, and for whom; for any child it is the child itself."""
        for role in in_order(cycle):
            wait = self._waits[role]
            for other in in_order(needs[role] & {*cycle}):
                yield role, other if wait.at == "child" else wait.name, other

    def _is_unseen(self, wait: Wait) -> bool:
        """Whether it is for something that no event tells of: a program that was started, too."""
        if wait.at == "child":
            others = (role for role, process in self._lifetimes.processes.items() if process.stopped)
            return not any(parent_of(role) == wait.process and wait.is_for(role) for role in others)
        own = wait.line is not None or not self._lifetimes.is_inner(wait.process)
        return own and (wait.at == "unseen" or wait.call in QUEUES)

    def _nobody_goes_on(self) -> bool:
        """Whether the deadline has found every process in a wait without an end; a manager may look around."""
        stands = [self._lifetimes.stand(role) for role, process in self._lifetimes.processes.items() if process.stopped]
        return bool(stands) and all(
            stand and (stand.detail["state"] == "waits" or stand.detail.get("call") == MANAGER) for stand in stands
        )

    def _is_manager(self, role: str) -> bool:
        """Whether it only does what others ask it to."""
        stand = self._lifetimes.stand(role)
        return stand is not None and stand.detail.get("call") == MANAGER

    def _behind(self, waits: list[Wait]) -> list[Wait]:
        """Parents that wait for one of these to end."""
        found = []
        for role in in_order(waits_of(waits)):
            parent = self._waits.get(parent_of(role))
            if parent and parent.is_for(role) and parent not in found:
                found.append(parent)
        return [wait for wait in found if wait.process not in self._explained]

    def _needs(self, wait: Wait) -> set[str]:
        """Those among the waiting who alone could let this one go on; nobody, if it is not that clear."""
        if wait.at == "child":
            own = {role for role in self._waits if parent_of(role) == wait.process}
            return own if wait.name == "any child" else own & {wait.name}
        if wait.name in self._holds:
            return {self._holds[wait.name].process} & self._waits.keys()
        return {role for role in self._others(wait) if self._could_release(role, wait)}

    def _could_release(self, role: str, wait: Wait) -> bool:
        """Whether a line that this process may still come to writes into such a thing, sets it or releases it."""
        own, name = self._waits[role], wait.name
        if own.at == "child" and wait.at == "pipe" and name in self._things.released and not self._unread.get(name):
            return False  # what it waits for is the end of what was written
        if own.line is None:
            return False
        if (role, wait.at) not in self._releases:
            self._releases[role, wait.at] = self._source.releases(wait.at, self._still_to_come(role, own.line))
        return self._releases[role, wait.at]

    def _still_to_come(self, role: str, line: int) -> Lines:
        """The lines that this process, which waits in one, may still execute."""
        if role not in self._to_come:
            lines = self._source.after(line) - self._source.parent_only(self._lifetimes.line_of_fork(role))
            for fork in {event.detail.get("line") for _, event in self._lifetimes.of_kind(role, "forks")}:
                lines -= self._source.child_only(fork)
            self._to_come[role] = lines
        return self._to_come[role]

    def _others(self, wait: Wait) -> set[str]:
        """All others that have the thing, and wait themselves."""
        maker = self._things.maker(wait.name)
        return {role for role in self._waits if role != wait.process and descends(role, maker)}

    def _nobody_moves(self, wait: Wait) -> bool:
        """Whether all others that could let this one go on have ended or wait themselves."""
        return not any(descends(role, self._things.maker(wait.name)) for role in self._moving)

    def _wait(self, role: str) -> Wait | None:
        """What ``role`` still waited for when it was stopped; None if it did not."""
        if not self._lifetimes.processes[role].stopped:
            return None
        stand = self._lifetimes.stand(role)
        if stand is None:
            return self._wait_reported(role)
        reported = self._wait_reported(role)
        if stand.detail["state"] == "goes on":
            return None
        if reported and self._is_there(reported, stand):
            line = None if stand.detail.get("inner") and reported.at == "child" else reported.line
            return replace(reported, line=line, call=stand.detail.get("call", ""))
        return self._wait_found(role, stand) if stand.detail["state"] == "waits" else None

    def _wait_reported(self, role: str) -> Wait | None:
        """The wait that was the last thing which the process reported."""
        own, last = self._lifetimes.last_by_itself(role), self._lifetimes.last(role)
        if own is None or last is None:
            return None
        at, name, line = own.detail.get("at", ""), own.detail.get("name", ""), own.detail.get("line")
        if own.kind == "waits":
            if self._in_part and at != "child":
                return None  # what has ended the wait may be among the events that are missing
            return Wait(role, at, name, line if line is not None else self._lifetimes.last_line(role), event=own)
        at, name, line = last.detail.get("at", ""), last.detail.get("name", ""), last.detail.get("line")
        # Small writes can leave up to half of each page of a pipe empty.
        if last.edge == Edge.RELEASE and at == "pipe" and self._unread.get(name, 0) > PIPE_CAPACITY // 2:
            line = line if line is not None else self._lifetimes.last_line(role)
            return Wait(role, "full pipe", name, line, event=last)
        return None

    def _is_there(self, wait: Wait, stand: Event) -> bool:
        """Whether the deadline has found the process in this very wait, at something that the program knows."""
        if "’s inner " in wait.name or wait.name.startswith("inner "):
            return False
        line = stand.detail.get("line")
        return line is None or wait.line is None or wait.line == line or wait.line in stand.detail.get("threads", ())

    def _wait_found(self, role: str, stand: Event) -> Wait:
        """The wait in which the deadline has found the process, and that it has not reported."""
        detail = stand.detail
        line = detail.get("line")
        after = line is None and not detail.get("inner")  # it could not say it
        line = self._lifetimes.last_line(role) if after else line
        at = "full pipe" if detail.get("call") == QUEUES_END else "unseen"
        call, within, threads = detail.get("call", ""), detail.get("within"), tuple(detail.get("threads", ()))
        return Wait(role, at, "", line, call, within, threads, after, detail.get("away", False), stand)


def _cycles(needs: dict[str, set[str]]) -> Iterator[list[str]]:
    """The strongly connected parts: in each, every role needs every other, directly or not; none without an edge."""
    needed: defaultdict[str, set[str]] = defaultdict(set)
    for role, others in needs.items():
        for other in others & needs.keys():
            needed[other].add(role)
    left = dict.fromkeys(sorted(needs, key=rank))
    while left:
        first = next(iter(left))
        both = _reached(first, needs) & _reached(first, needed)
        group = [role for role in left if role in both]
        if group:
            yield group
        for role in [first, *group]:
            left.pop(role, None)


def _reached(role: str, needs: dict[str, set[str]]) -> set[str]:
    """Whom ``role`` needs, directly or not."""
    reached: set[str] = set()
    ahead = [role]
    while ahead:
        more = needs.get(ahead.pop(), set()) - reached
        reached |= more
        ahead += more
    return reached
