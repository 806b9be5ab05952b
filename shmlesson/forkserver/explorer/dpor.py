"""Which process moves next, so that a program that is run again and again is seen in all its orders."""

from __future__ import annotations

from collections import namedtuple

from ...wire.kinds import STEPS, steps_with

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import NamedTuple

    class Op(NamedTuple):
        """One step of a process: what it does, to which thing, to which bytes of it (none: 0, 0), and if it changes it.

        ``acquires`` and ``releases`` are of locks, and an ``acquires`` waits until its lock is free, a ``reaps`` until
        the child has ended: a try or a look that does not wait, and what is done to a semaphore, is of another kind.
        ``signals`` may meet its receiver anywhere. An ``ends`` is of the process's role, a ``reaps`` of that role or
        of "any child". What makes another process ready need not be told, but what takes something from it must be.
        """

        kind: str
        thing: str = ""
        start: int = 0
        stop: int = 0
        changes: bool = False

else:
    Op = namedtuple("Op", "kind thing start stop changes", defaults=("", 0, 0, False))

# Steps that may matter to steps about other things: to every one, or to those to which an end matters.
_BEYOND = {name: step.beyond for name, step in STEPS.items() if step.beyond}
_TO_ALL = frozenset(name for name, reach in _BEYOND.items() if reach == "all")
_BREAKS = steps_with("breaks")
_HOLDS = {name: step.holds for name, step in STEPS.items() if step.holds}


def dependent(a: Op, b: Op) -> bool:
    """Whether it may matter in which order two processes take these steps."""
    if a.kind in _TO_ALL or b.kind in _TO_ALL:
        return True  # a signal may end its receiver before or after any step
    if not (a.changes or b.changes):
        return False
    if a.thing != b.thing:
        return (a.kind in _BEYOND and _meets_an_end(b)) or (b.kind in _BEYOND and _meets_an_end(a))
    return a.thing != "" and (a.start >= a.stop or b.start >= b.stop or (a.start < b.stop and b.start < a.stop))


def _meets_an_end(op: Op) -> bool:
    """Whether it matters to this step that somebody has ended: a pipe may have lost its last reader, too."""
    return op.thing == "any child" or (op.kind in _BREAKS and "pipe" in op.thing)


class Schedule:
    """One order as a number: where several can move, a digit says who; the first such state has the lowest digit.

    Digit 0 is the process that moved last if it can go on, else the one with the lowest number; the others follow by
    number. So 0 is the order without a needless switch.
    """

    def __init__(self, number: int = 0) -> None:
        self.number = 0
        self._wanted = number
        self._scale = 1
        self._last = -1

    def choose(self, pending: Mapping[int, Op], ready: Sequence[int]) -> int:
        """Who moves, of those that are ready."""
        choices = self.choices(ready)
        self._wanted, digit = divmod(self._wanted, len(choices))
        return self.moves(choices[digit], choices)

    def choices(self, ready: Sequence[int]) -> list[int]:
        """Those that are ready, by their digits."""
        first = self._last if self._last in ready else min(ready)
        return [first, *sorted(set(ready) - {first})]

    def moves(self, process: int, choices: list[int]) -> int:
        """Write down who moves."""
        self.number += choices.index(process) * self._scale
        self._scale *= len(choices)
        self._last = process
        return process


def replayed(number: int) -> Schedule:
    """The order of this number, once more; ``ValueError`` if there can be none."""
    if number < 0:
        raise ValueError(f"the number of an order must be at least 0, got {number}")
    return Schedule(number)


class _State:
    """A state of an order, the step that was taken from it, and who else is still to move there."""

    __slots__ = (
        "backtrack",
        "born",
        "choices",
        "clock",
        "holder",
        "moved",
        "nth",
        "op",
        "owned",
        "pending",
        "ready",
        "sleep_set",
        "woken",
    )

    moved: int
    op: Op
    nth: int  # of its process's steps

    def __init__(self, pending: Mapping[int, Op], ready: Sequence[int], choices: list[int]) -> None:
        self.pending = dict(pending)
        self.ready = tuple(sorted(ready))
        self.choices = choices
        self.backtrack: set[int] = set()
        self.sleep_set: dict[int, Op] = {}  # every order that goes on with one of these has been seen
        self.born: list[int] = []
        self.woken: dict[int, _State] = {}  # the step that has made this process ready
        self.clock: dict[int, int] = {}  # so many steps of each process came before this step, or are it
        self.holder: tuple[int, int] | None = None  # after a step on a lock: who has it, how many times
        self.owned = False  # a lock's holder gives it back: nobody else could have got it just before

    def is_in(self, clock: dict[int, int]) -> bool:
        """Whether the step came before what this clock belongs to."""
        return clock.get(self.moved, 0) >= self.nth

    def follows(self, before: _State) -> None:
        """Take over from the state before: who sleeps on, and whose step made whom ready."""
        stayed = [one for one in before.pending if one != before.moved and one in self.pending]
        self.sleep_set = {
            one: before.sleep_set[one]
            for one in stayed
            if one in before.sleep_set and not dependent(before.sleep_set[one], before.op)
        }
        self.woken = {
            one: before.woken[one] if one in before.ready else before
            for one in stayed
            if one in self.ready and (one in before.woken or one not in before.ready)
        }


def _join(clock: dict[int, int], other: dict[int, int]) -> None:
    for process, steps in other.items():
        if clock.get(process, 0) < steps:
            clock[process] = steps


class _Past:
    """The steps of an order so far, and which of them happened before which (a vector clock for each)."""

    def __init__(self) -> None:
        self.steps: list[_State] = []
        self._clocks: dict[int, list[dict[int, int]]] = {}  # of each process: at its birth, then after each step
        self._places: dict[str, dict[tuple[int, Op], list[int]]] = {}  # thing; process and what it does: where in steps

    def reaches(self, state: _State) -> None:
        """Whoever is new in this state was born by the step before it."""
        clock = self.steps[-1].clock if self.steps else {}
        state.born = [process for process in state.pending if process not in self._clocks]
        for process in state.born:
            self._clocks[process] = [clock]

    def leaves(self, state: _State) -> None:
        """Forget who was born."""
        for process in state.born:
            del self._clocks[process]

    def add(self, state: _State) -> None:
        """The step that is taken from this state."""
        process, op = state.moved, state.op
        state.clock = self.races(process, op, state.woken.get(process))
        state.nth = state.clock[process] = state.clock.get(process, 0) + 1
        state.owned, state.holder = False, None
        if op.kind in _HOLDS:
            self._hand_over(state)
        self._clocks[process].append(state.clock)
        self._places.setdefault(_shelf(op), {}).setdefault((process, op), []).append(len(self.steps))
        self.steps.append(state)

    def drop(self) -> None:
        """Forget the last step."""
        state = self.steps.pop()
        self._clocks[state.moved].pop()
        self._places[_shelf(state.op)][state.moved, state.op].pop()

    def races(self, process: int, op: Op, woken: _State | None = None) -> dict[int, int]:
        """Have every step tried the other way round that the process's next could come before; the next one's clock."""
        known = self._clocks[process][-1].copy()
        clock = known.copy()
        if woken:
            _join(clock, woken.clock)
        for place in self._concurrent_dependents(process, op, known):
            step = self.steps[place]
            if not _waited_for(step, op) and self._add_backtrack(place, process, op, clock):
                _join(known, step.clock)
            _join(clock, step.clock)
        return clock

    def _concurrent_dependents(self, process: int, op: Op, known: dict[int, int]) -> Iterator[int]:
        """Where those of them are that are not known to come before it, the latest first."""
        rows = [(row, len(row) - 1) for row in self._rows(process, op)]
        while rows := [(row, last) for row, last in rows if last >= 0 and not self.steps[row[last]].is_in(known)]:
            latest = max(row[last] for row, last in rows)
            yield latest
            rows = [(row, last - (row[last] == latest)) for row, last in rows]

    def _rows(self, process: int, op: Op) -> list[list[int]]:
        """Where the others' steps are that are dependent with this one: a row for each process and each such step."""
        things = self._places if op.kind in _BEYOND else dict.fromkeys((op.thing, *_BEYOND))
        rows = [row for thing in things for row in self._places.get(thing, {}).items()]
        return [places for (other, step), places in rows if other != process and dependent(step, op)]

    def _add_backtrack(self, place: int, process: int, op: Op, clock: dict[int, int]) -> bool:
        """See that the process comes before that step in some order; False if it could not: it waited for the step.

        Then it is a step before that one which may have taken what it waited for.
        """
        step = self.steps[place]
        initials = self._initials(step, place, process, clock)
        if process in initials and process not in step.ready and step.pending.get(process) == op:
            return False
        # Nobody, if what made them ready was not told: then all are.
        able = [one for one in initials if one in step.ready]
        if not any(one == step.moved or one in step.backtrack or one in step.sleep_set for one in able):
            new = {process if process in able else min(able)} if able else set(step.ready)
            step.backtrack |= new - {step.moved} - step.sleep_set.keys()
        return True

    def _initials(self, step: _State, place: int, process: int, clock: dict[int, int]) -> list[int]:
        """Who can be the first to move if this step, and all that needs it, is put off until the process has moved."""
        met: dict[int, int] = {}
        initials = []
        for later in self.steps[place + 1 :]:
            if later.moved not in met and not step.is_in(later.clock):
                if not any(later.clock.get(one, 0) >= nth for one, nth in met.items()):
                    initials.append(later.moved)
                met[later.moved] = later.nth
        if process not in met and not any(clock.get(one, 0) >= nth for one, nth in met.items()):
            initials.append(process)
        return initials

    def _hand_over(self, state: _State) -> None:
        """A lock goes to, or comes back from, the state's process."""
        process = state.moved
        rows = self._places.get(state.op.thing, {}).values()
        before = max((places[-1] for places in rows if places), default=-1)
        holder = self.steps[before].holder if before >= 0 else None
        times = holder[1] if holder and holder[0] == process else 0
        state.owned = _HOLDS[state.op.kind] < 0 and times > 0
        times += _HOLDS[state.op.kind]
        state.holder = (process, times) if times > 0 else None


def _waited_for(step: _State, op: Op) -> bool:
    """Whether this can in no order come right before that step."""
    if op.kind in _HOLDS and _HOLDS[op.kind] > 0:
        return step.owned
    return op.kind == "reaps" and step.op.kind == "ends" and op.thing == step.op.thing


def _shelf(op: Op) -> str:
    return op.kind if op.kind in _BEYOND else op.thing


class Search:
    """All orders, depth first; with reduction, one of each kind that cannot be told apart by what the processes see.

    The reduction is dynamic partial-order reduction (Flanagan and Godefroid, POPL 2005) with sleep sets (Godefroid,
    LNCS 1032, 1996), and tries the other way round as source sets do (Abdulla, Aronis, Jonsson and Sagonas, POPL 2014).

    ``number`` is that of the order so far. ``diverged``: in some order a state that was to be met again was another
    one, so orders may be missing. ``sleep_set_blocked``: this order is one of those seen with some of its steps
    in another place, and can be given up.
    """

    def __init__(self, reduction: bool = True) -> None:
        self.reduction = reduction
        self.diverged = False
        self.sleep_set_blocked = False
        self._past = _Past()
        self._schedule = Schedule()
        self._states: list[_State] = []
        self._at = 0  # states of this order that were met
        self._recorded = True  # else the order is followed to its end and nothing learned from it

    @property
    def number(self) -> int:
        return self._schedule.number

    def choose(self, pending: Mapping[int, Op], ready: Sequence[int]) -> int:
        """Who moves next, of those that are ready (at least one); ``pending`` has the next step of every process."""
        choices = self._schedule.choices(ready)
        if self._at < len(self._states):
            process = self._again(pending, ready, choices)
        elif self._recorded:
            process = self._onward(_State(pending, ready, choices))
        else:
            process = choices[0]
        self._at += 1
        return self._schedule.moves(process, choices)

    def finish(self, pending: Mapping[int, Op] | None = None) -> bool:
        """The order has ended; whether there is another one. ``pending``: what all those wait for who are stuck."""
        if self._at < len(self._states):
            self.diverged, self._recorded = True, False
        if self.reduction and self._recorded:
            state = _State(pending or {}, (), [])
            self._arrive(state)
            self._end(state)
        self._at, self._schedule, self._recorded, self.sleep_set_blocked = 0, Schedule(), True, False
        return self._backtrack()

    def _again(self, pending: Mapping[int, Op], ready: Sequence[int], choices: list[int]) -> int:
        state = self._states[self._at]
        if state.ready != tuple(sorted(ready)) or state.pending != pending:
            self.diverged, self._recorded = True, False
        return state.moved if state.moved in ready else choices[0]

    def _onward(self, state: _State) -> int:
        """A state that is new."""
        if self.reduction:
            self._arrive(state)
        awake = [process for process in state.choices if process not in state.sleep_set]
        if not awake:
            self.sleep_set_blocked, self._recorded = True, False
            self._end(state)
            return state.choices[0]
        self._states.append(state)
        state.backtrack = set() if self.reduction else set(awake[1:])
        self._take(state, awake[0])
        return awake[0]

    def _arrive(self, state: _State) -> None:
        self._past.reaches(state)
        if self._states:
            before = self._states[-1]
            state.follows(before)
            for process, op in before.pending.items():
                if process != before.moved and process not in state.pending:
                    self._past.races(process, op)  # it was ended from outside: what if it had been quicker?

    def _end(self, state: _State) -> None:
        """The state that nobody moves on from: some wait for what others have taken."""
        for process, op in state.pending.items():
            if process not in state.ready:
                self._past.races(process, op)
        self._past.leaves(state)

    def _take(self, state: _State, process: int) -> None:
        state.moved, state.op = process, state.pending[process]
        if self.reduction:
            self._past.add(state)

    def _backtrack(self) -> bool:
        """Go back to the last state where somebody else is to move."""
        while self._states:
            state = self._states[-1]
            if self.reduction:
                self._past.drop()
                state.sleep_set[state.moved] = state.op
                state.backtrack -= state.sleep_set.keys()
            for process in state.choices:
                if process in state.backtrack:
                    state.backtrack.remove(process)
                    self._take(state, process)
                    return True
            self._past.leaves(state)
            self._states.pop()
        return False
