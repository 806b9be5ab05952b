"""Deadlocks: processes that wait for what cannot come, and what it is that they wait for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...wire.kinds import Orders
from ...wire.roles import descends, parent_of, rank
from ..order.critical_sections import mutexes
from .lifetimes import Lifetimes
from .phrases import capital, everyone, in_order, known, listed, the, thing_named, verb
from .source import Lines, Source
from .verdict import Verdict

if TYPE_CHECKING:
    from ...trace.trace import Run

PIPE_HOLDS = 1 << 16  # bytes, by default; see pipe(7)


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait that a process has not come back from; at a ``full pipe`` it waits for room."""

    process: str
    at: str
    name: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Hold:
    """A lock that a process has, since it acquired it in ``line``."""

    process: str
    name: str
    line: int | None


def deadlocks(run: Run, lifetimes: Lifetimes, source: Source) -> Iterator[Verdict]:
    """The verdicts on processes that wait for ever, and on locks that nobody can have any more."""
    if run.truncated or any(event.kind == "truncated" for event in run.events):
        return  # the release may be among what was not told
    graph = WaitForGraph(run, lifetimes, source)
    yield from graph.full_pipes()
    yield from graph.held_locks()
    yield from graph.deadlocks()
    yield from graph.for_ever()


class WaitForGraph:
    """Who waits for whom at the end of a run."""

    def __init__(self, run: Run, lifetimes: Lifetimes, source: Source) -> None:
        self._lifetimes = lifetimes
        self._source = source
        self._holds = _holds(run)
        self._inside = _inside(run)
        made = [event for event in run.events if event.orders == Orders.MAKE]
        self._makers: dict[str, tuple[str, str]] = {e.detail["name"]: (e.process, e.detail["at"]) for e in made}
        self._seen = {e.detail["name"] for e in made if not e.detail.get("inner")}
        self._values = {e.detail["name"]: e.detail.get("value") for e in made}
        self._released = {e.detail["name"] for e in run.events if e.orders == Orders.RELEASE and "name" in e.detail}
        self._alike = Counter(map(self._sort, self._seen))
        waits = {role: self._wait(role) for role in lifetimes.processes}
        self._waits = {role: wait for role, wait in waits.items() if wait is not None}
        self._moving = [role for role in lifetimes.processes if role not in self._waits and not lifetimes.is_over(role)]
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
            if wait.at == "full pipe" and parent is not None and self._is_for(parent, role):
                self._explained |= {role, parent.process}
                found[parent.line, wait.line, parent.process, wait.name].append(role)
        for (line, written, reader, name), roles in found.items():
            yield self._full_pipe(line, written, reader, name, roles)

    def _full_pipe(self, line: int | None, written: int | None, parent: str, name: str, roles: list[str]) -> Verdict:
        holds = "it holds only so much" if "socket" in name else f"a pipe holds {PIPE_HOLDS:,} bytes, and no more"
        text = (
            f"{_at(line, [parent])} waits for {everyone(roles)} to end before {self._thing(name)} is read, and"
            f" {_at(written, roles).lower()} waits for room in it: {holds}."
        )
        return Verdict("full pipe", capital(text), in_order([parent, *roles]), known(line, written))

    def held_locks(self) -> Iterator[Verdict]:
        """Locks that a process has that has ended, or that wants them once more."""
        found: defaultdict[tuple[int | None, str], list[tuple[str, Wait | None]]] = defaultdict(list)
        for name, hold in self._holds.items():
            wanted = self._wanted[name]
            again = [wait for wait in wanted if wait.process == hold.process]
            if self._lifetimes.is_over(hold.process):
                is_lock = self._sort(name) in ("lock", "rlock") and name in self._seen
                found[hold.line, name] += [(hold.process, wait) for wait in wanted]
                if is_lock and not wanted:
                    found[hold.line, name].append((hold.process, None))
            elif again:
                found[hold.line, name] += [(hold.process, wait) for wait in again]
        for (line, name), cases in found.items():
            if cases:
                yield self._held_lock(line, name, cases)

    def _held_lock(self, line: int | None, name: str, cases: list[tuple[str, Wait | None]]) -> Verdict:
        holder, waits = cases[0][0], [wait for _, wait in cases if wait is not None]
        self._explained |= {wait.process for wait in waits}
        thing, since = self._thing(name), f"since line {line}" if line is not None else "already"
        lines = [*dict.fromkeys(wait.line for wait in waits)]
        if any(wait.process == holder for wait in waits):
            text = (
                f"{_at(waits[0].line, [holder])} waits for {thing}, which {the(holder)} itself holds {since}:"
                " it waits for ever."
            )
        elif waits:
            who = listed(_at(at, [w.process for w in waits if w.line == at]).replace("Line", "line") for at in lines)
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

    def deadlocks(self) -> Iterator[Verdict]:
        """Circles of processes that wait for each other."""
        needs = {role: self._needs(wait) for role, wait in self._waits.items() if role not in self._explained}
        for circle in _circles(needs):
            self._explained |= set(circle)
            if not all(map(self._lifetimes.is_inner, circle)):
                yield self._deadlock(circle)

    def _deadlock(self, circle: list[str]) -> Verdict:
        acts: defaultdict[tuple[tuple[int, ...], str], list[str]] = defaultdict(list)
        wanted = {self._waits[role].name for role in circle}
        for role in in_order(circle):
            wait = self._waits[role]
            held = [hold for hold in self._had[role] if hold.name in wanted]
            acts[self._act(wait, held)].append(role)
        ordered = sorted(acts.items(), key=lambda item: item[0][0])
        many = len(ordered) == 1
        parts = [
            f"{everyone(roles)} {words.replace('@', verb(roles, 's', 've')).replace('^', verb(roles, 's', ''))}"
            for (_, words), roles in ordered
        ]
        text = f"{'; '.join(parts)}: {'each waits for the next' if many else 'they wait for each other'}, for ever."
        lines = [line for (at, _), _ in ordered for line in at]
        return Verdict("deadlock", capital(text), in_order(circle), known(*lines))

    def _act(self, wait: Wait, held: list[Hold]) -> tuple[tuple[int, ...], str]:
        """The lines and the words for one that waits, with what it holds meanwhile."""
        took = [hold.line for hold in held if hold.line is not None]
        where = "" if wait.line is None else f" in line {wait.line}"
        if wait.at == "child":
            what = f"wait^{where} for {'a child' if wait.name == 'any child' else wait.name} to end"
            since = f", with a lock held since line {listed(map(str, took))}" if took else ""
            return known(wait.line, *took), what + since
        if took:
            holds = listed(hold.name for hold in held)
            at = " there" if took == [wait.line] else where
            since = f"since line {listed(map(str, took))}"
            return known(*took, wait.line), f"ha@ held {holds} {since} and wait^{at} for {wait.name}"
        thing = "a lock" if wait.at in ("lock", "rlock") else self._thing(wait.name)
        return known(wait.line), f"wait^{where} {'for' if wait.at in ('lock', 'rlock') else 'at'} {thing}"

    def for_ever(self) -> Iterator[Verdict]:
        """The others that wait for what never comes, with those that wait for them."""
        roots: defaultdict[tuple[str, str], list[Wait]] = defaultdict(list)
        for role, wait in self._waits.items():
            is_root = wait.at != "child" and wait.name not in self._holds and not self._lifetimes.is_inner(role)
            if role not in self._explained and is_root and self._nobody_moves(wait) and not self._needs(wait):
                roots[wait.at, wait.name].append(wait)
        for (at, name), waits in roots.items():
            self._explained |= {wait.process for wait in waits}
            yield self._for_ever(at, name, waits)

    def _for_ever(self, at: str, name: str, waits: list[Wait]) -> Verdict:
        lines = sorted({wait.line for wait in waits if wait.line is not None})
        places = [_at(n, [w.process for w in waits if w.line == n]).replace("Line", "line") for n in lines]
        who = listed(places) if places else everyone(waits_of(waits))
        where = "for" if at == "event" else "at"
        text = (
            f"{who} {verb(waits_of(waits), 'waits', 'wait')} {where} {self._thing(name)}{self._cause(at, name, waits)}."
        )
        behind = self._behind(waits)
        for wait in behind:
            text += f" {_at(wait.line, [wait.process])} waits in turn for {everyone(waits_of(waits))} to end."
        self._explained |= set(waits_of(behind))
        return Verdict(
            "waits for ever",
            capital(text),
            in_order(waits_of([*waits, *behind])),
            known(*lines, *(w.line for w in behind)),
        )

    def _behind(self, waits: list[Wait]) -> list[Wait]:
        """Parents that wait for one of these to end."""
        found = []
        for role in in_order(waits_of(waits)):
            parent = self._waits.get(parent_of(role))
            if parent and self._is_for(parent, role) and parent not in found:
                found.append(parent)
        return [wait for wait in found if wait.process not in self._explained]

    def _cause(self, at: str, name: str, waits: list[Wait]) -> str:
        """Why nothing comes."""
        who = everyone(waits_of(waits))
        if at == "pipe":
            told = (
                "for more, and all that was written into it has been read"
                if name in self._released
                else "and nobody writes into it"
            )
            return f" {told}: its end does not come while a write end is open, perhaps that of {who}"
        if at == "barrier":
            value = self._values.get(name)
            return f" that is made for {value} parties, and {len(waits)} {'has' if len(waits) == 1 else 'have'} come"
        more = "any more" if name in self._released else ""
        words = {"event": ", which nobody sets", "condition": " that nobody notifies"}
        return f"{words.get(at, ' that nobody releases')} {more}".rstrip()

    def _needs(self, wait: Wait) -> set[str]:
        """Those among the waiting who alone could let this one go on; nobody, if it is not that clear."""
        if wait.at == "child":
            own = {role for role in self._waits if parent_of(role) == wait.process}
            return own if wait.name == "any child" else own & {wait.name}
        if wait.name in self._holds:
            return {self._holds[wait.name].process} & self._waits.keys()
        return {role for role in self._others(wait) if self._could_tell(role, wait)}

    def _could_tell(self, role: str, wait: Wait) -> bool:
        """Whether the program has a line, in what this process has still to do, that tells at such a thing."""
        own = self._waits[role]
        if own.at == "child" and wait.at == "pipe" and wait.name in self._released and not self._inside.get(wait.name):
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
        return {role for role in self._waits if role != wait.process and descends(role, self._maker(wait))}

    def _maker(self, wait: Wait) -> str:
        return self._makers.get(wait.name, ("parent", ""))[0]

    def _nobody_moves(self, wait: Wait) -> bool:
        """Whether all others that could let this one go on have ended or wait themselves."""
        return not any(descends(role, self._maker(wait)) for role in self._moving)

    def _is_for(self, wait: Wait, child: str) -> bool:
        return wait.at == "child" and wait.name in (child, "any child")

    def _wait(self, role: str) -> Wait | None:
        last = self._lifetimes.last(role)
        if last is None or not self._lifetimes.processes[role].stopped:
            return None
        at, name, line = last.detail.get("at", ""), last.detail.get("name", ""), last.detail.get("line")
        if last.kind == "waits":
            return Wait(role, at, name, line if line is not None else self._lifetimes.last_line(role))
        # Small writes can leave up to half of each page of a pipe empty.
        if last.orders == Orders.RELEASE and at == "pipe" and self._inside.get(name, 0) > PIPE_HOLDS // 2:
            return Wait(role, "full pipe", name, line if line is not None else self._lifetimes.last_line(role))
        return None

    def _sort(self, name: str) -> str:
        return self._makers[name][1] if name in self._makers else "lock"

    def _thing(self, name: str) -> str:
        return thing_named(name, name in self._seen and self._alike[self._sort(name)] == 1)


def _holds(run: Run) -> dict[str, Hold]:
    """Who has which lock at the end."""
    holds: dict[str, Hold] = {}
    locks = mutexes(run.events)
    for event in run.events:
        name = event.detail.get("name")
        if name in locks and event.orders == Orders.ACQUIRE:
            holds[name] = Hold(event.process, name, event.detail.get("line"))
        elif name in locks and event.orders == Orders.RELEASE:
            holds.pop(name, None)
    return holds


def _inside(run: Run) -> dict[str, int]:
    """The bytes that were written into each pipe and not read."""
    inside: defaultdict[str, int] = defaultdict(int)
    signs = {Orders.RELEASE: 1, Orders.ACQUIRE: -1}
    for event in run.events:
        if event.detail.get("at") == "pipe" and event.orders in signs and "name" in event.detail:
            inside[event.detail["name"]] += signs[event.orders] * event.detail.get("count", 0)
    return dict(inside)


def _circles(needs: dict[str, set[str]]) -> Iterator[list[str]]:
    """Groups in which each needs each other one, directly or not."""
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
    reached: set[str] = set()
    ahead = [role]
    while ahead:
        more = needs.get(ahead.pop(), set()) - reached
        reached |= more
        ahead += more
    return reached


def waits_of(waits: list[Wait]) -> list[str]:
    """The roles that wait."""
    return [wait.process for wait in waits]


def _at(line: int | None, roles: list[str]) -> str:
    """``Line 9 (child 1)``."""
    who = listed(in_order(roles))
    return who if line is None else f"Line {line} ({who})"
