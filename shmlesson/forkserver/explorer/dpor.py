"""The search: who moves next, so that a program that is run again and again shows all its outcomes.

The idea. Most schedules differ only in the order of steps between which no process can tell a difference: they touch
different things, or both only read. Such steps are independent (see ``dependent``), and schedules that can be turned
into one another by swapping independent neighbours form one class, a Mazurkiewicz trace. One schedule of each class
is enough. Dynamic partial-order reduction (Flanagan and Godefroid, POPL 2005) finds one of each without knowing
the program: it runs a schedule to its end, looks for races in it, and plans only what would reverse them. A race is
a pair of dependent steps of two processes, the earlier of which does not happen before the later one by way of other
steps; vector clocks know that (Mattern 1989, after Lamport, CACM 1978). Backtracking anywhere else would only swap
independent steps, or steps whose order the program itself enforces.

Whom to try first, in place of a race's earlier step: any one of the initials will do, the processes that can move first
in what does not happen after that step, with the later step of the race at its end. If one of them is already to be
tried there, nothing is added: the states' ``backtrack`` sets are source sets (Abdulla, Aronis, Jonsson and Sagonas,
POPL 2014), usually smaller than the persistent sets of the first paper.

Sleep sets (Godefroid, LNCS 1032, 1996) keep a class from being seen twice. Once all schedules that go on from a state
with the step of one process have been seen, that process sleeps there, and in the states after it, until somebody
takes a step that is dependent with the one it would take. Where all that could move are asleep, the schedule belongs
to a class that has been seen, and is given up: it is sleep-set blocked.

Steps that may have to wait (for a lock, a pipe, a child) take more care than the last of these papers needs. The step
that makes a process ready happens before that process's next one; a process that waited for the earlier step of a race
could not have come before it (``_add_backtrack`` says so), and then the race is with whoever took what it waits for, an
earlier step. And where nobody can move any more, the steps that are still pending race with those that were taken, as
if they came next: else no deadlock would lead back to the schedules without it.

The invariant: when a state is left, one schedule of every class that goes on from it has been seen. It holds as long as
the same moves lead to the same states, and every dependence is known: a state that is another one when it is
met again is a divergence, and what the scheduler cannot see makes it say that schedules may be missing.
"""

from __future__ import annotations

from ...wire.kinds import STEPS, steps_with
from ..tracer.step import Op
from .schedule import Schedule

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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


class _State:
    """A state of the schedule, the step that was taken from it, and who else is still to move there.

    ``pending`` has the next step of every process, ``ready`` those that need not wait, ``choices`` the same as digits
    of the schedule's number. ``moved`` took ``op``, its ``nth`` step.
    """

    __slots__ = (
        "backtrack",
        "born",
        "choices",
        "clock",
        "enabled_by",
        "holder",
        "moved",
        "nth",
        "op",
        "owned",
        "pending",
        "ready",
        "sleep_set",
    )

    moved: int
    op: Op
    nth: int  # of its process's steps

    def __init__(self, pending: Mapping[int, Op], ready: Sequence[int], choices: list[int]) -> None:
        self.pending = dict(pending)
        self.ready = tuple(sorted(ready))
        self.choices = choices
        self.backtrack: set[int] = set()  # those who are still to be tried here
        self.sleep_set: dict[int, Op] = {}  # every schedule that goes on with one of these has been seen
        self.born: list[int] = []  # by the step before
        self.enabled_by: dict[int, _State] = {}  # the step that has made this process ready
        self.clock: dict[int, int] = {}  # so many steps of each process happened before this step, or are it
        self.holder: tuple[int, int] | None = None  # after a step on a lock: who has it, how many times
        self.owned = False  # a lock's holder releases it: nobody else could have acquired it just before

    def is_in(self, clock: dict[int, int]) -> bool:
        """Whether the step happened before what this clock belongs to."""
        return clock.get(self.moved, 0) >= self.nth

    def follows(self, before: _State) -> None:
        """Take over from the state before: who sleeps on, and which step made whom ready."""
        stayed = [one for one in before.pending if one != before.moved and one in self.pending]
        self.sleep_set = {
            one: before.sleep_set[one]
            for one in stayed
            if one in before.sleep_set and not dependent(before.sleep_set[one], before.op)
        }
        self.enabled_by = {
            one: before.enabled_by[one] if one in before.ready else before
            for one in stayed
            if one in self.ready and (one in before.enabled_by or one not in before.ready)
        }


def _join(clock: dict[int, int], other: dict[int, int]) -> None:
    for process, steps in other.items():
        if clock.get(process, 0) < steps:
            clock[process] = steps


class _Past:
    """The steps of the schedule so far, and which of them happened before which (a vector clock for each)."""

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
        state.clock = self.plan_reversals(process, op, state.enabled_by.get(process))
        state.nth = state.clock[process] = state.clock.get(process, 0) + 1
        state.owned, state.holder = False, None
        if op.kind in _HOLDS:
            self._hand_over(state)
        self._clocks[process].append(state.clock)
        self._places.setdefault(_index_key(op), {}).setdefault((process, op), []).append(len(self.steps))
        self.steps.append(state)

    def drop(self) -> None:
        """Forget the last step."""
        state = self.steps.pop()
        self._clocks[state.moved].pop()
        self._places[_index_key(state.op)][state.moved, state.op].pop()

    def plan_reversals(self, process: int, op: Op, enabled_by: _State | None = None) -> dict[int, int]:
        """Plan the reversal of every race of a past step with the process's next one; the clock of that."""
        known = self._clocks[process][-1].copy()
        clock = known.copy()
        if enabled_by:
            _join(clock, enabled_by.clock)
        for place in self._concurrent_dependents(process, op, known):
            step = self.steps[place]
            if not _waited_for(step, op) and self._add_backtrack(place, process, op, clock):
                _join(known, step.clock)
            _join(clock, step.clock)
        return clock

    def _concurrent_dependents(self, process: int, op: Op, known: dict[int, int]) -> Iterator[int]:
        """Where the dependent steps are that are not known to happen before it, the latest first."""
        rows = [(row, len(row) - 1) for row in self._rows(process, op)]
        while rows := [(row, last) for row, last in rows if last >= 0 and not self.steps[row[last]].is_in(known)]:
            latest = max(row[last] for row, last in rows)
            yield latest
            rows = [(row, last - (row[last] == latest)) for row, last in rows]

    def _rows(self, process: int, op: Op) -> list[list[int]]:
        """Where the steps of others are that this one depends on: a row for each process and each such step."""
        things = self._places if op.kind in _BEYOND else dict.fromkeys((op.thing, *_BEYOND))
        rows = [row for thing in things for row in self._places.get(thing, {}).items()]
        return [places for (other, step), places in rows if other != process and dependent(step, op)]

    def _add_backtrack(self, place: int, process: int, op: Op, clock: dict[int, int]) -> bool:
        """Have the process come before that step in some schedule; False if it cannot, because it waits for the step.

        Then an earlier step has taken what it waits for, and the race is with that one.
        """
        step = self.steps[place]
        initials = self._initials(step, place, process, clock)
        if process in initials and process not in step.ready and step.pending.get(process) == op:
            return False
        # Nobody, if it is not known what made them ready: then all are to be tried.
        able = [one for one in initials if one in step.ready]
        if not any(one == step.moved or one in step.backtrack or one in step.sleep_set for one in able):
            new = {process if process in able else min(able)} if able else set(step.ready)
            step.backtrack |= new - {step.moved} - step.sleep_set.keys()
        return True

    def _initials(self, step: _State, place: int, process: int, clock: dict[int, int]) -> list[int]:
        """Who can move first if this step, and all that happens after it, is put off until the process has moved."""
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
        """The state's process acquires or releases a lock: note who holds it now, and how often."""
        process = state.moved
        rows = self._places.get(state.op.thing, {}).values()
        before = max((places[-1] for places in rows if places), default=-1)
        holder = self.steps[before].holder if before >= 0 else None
        times = holder[1] if holder and holder[0] == process else 0
        state.owned = _HOLDS[state.op.kind] < 0 and times > 0
        times += _HOLDS[state.op.kind]
        state.holder = (process, times) if times > 0 else None


def _waited_for(step: _State, op: Op) -> bool:
    """Whether this can come right before that step in no schedule at all."""
    if op.kind in _HOLDS and _HOLDS[op.kind] > 0:
        return step.owned
    return op.kind == "reaps" and step.op.kind == "ends" and op.thing == step.op.thing


def _index_key(op: Op) -> str:
    return op.kind if op.kind in _BEYOND else op.thing


class Search:
    """All schedules, depth first; with reduction, one of each class that no process can tell apart.

    It is stateless (Godefroid, POPL 1997): going back to a state means running the program again, up to there. So it
    keeps the states of one schedule, from the first one down to the current one.

    ``number`` is that of the schedule so far. ``diverged``: a state that was to be met again was another one, so
    schedules may be missing; ``differs`` is a process that was to do something else there. ``sleep_set_blocked``: this
    schedule belongs to a class that has been seen, and can be given up.
    """

    def __init__(self, reduction: bool = True) -> None:
        self.reduction = reduction
        self.diverged = False
        self.differs: int | None = None
        self.sleep_set_blocked = False
        self._past = _Past()
        self._schedule = Schedule()
        self._states: list[_State] = []
        self._at = 0  # states of this schedule that were met
        self._recorded = True  # else the schedule is followed to its end and nothing learned from it

    @property
    def number(self) -> int:
        return self._schedule.number

    def choose(self, pending: Mapping[int, Op], ready: Sequence[int]) -> int:
        """Who moves next, of those that are ready (at least one); ``pending`` has the next step of every process."""
        choices = self._schedule.choices(ready)
        if self._at < len(self._states):
            process = self._replay_step(pending, ready, choices)
        elif self._recorded:
            process = self._extend(_State(pending, ready, choices))
        else:
            process = choices[0]
        self._at += 1
        return self._schedule.moves(process, choices)

    def finish(self, pending: Mapping[int, Op] | None = None) -> bool:
        """The schedule has ended; whether there is another one. ``pending``: the next steps of those who are stuck."""
        if self._at < len(self._states):
            self.diverged, self._recorded = True, False
        if self.reduction and self._recorded:
            state = _State(pending or {}, (), [])
            self._arrive(state)
            self._end(state)
        self._at, self._schedule, self._recorded, self.sleep_set_blocked = 0, Schedule(), True, False
        return self._backtrack()

    def _replay_step(self, pending: Mapping[int, Op], ready: Sequence[int], choices: list[int]) -> int:
        state = self._states[self._at]
        if state.ready != tuple(sorted(ready)) or state.pending != pending:
            others = [process for process in state.pending if state.pending[process] != pending.get(process)]
            unlike = {*state.ready} ^ {*ready}
            self.differs = next(iter([*others, *sorted(unlike)]), None)
            self.diverged, self._recorded = True, False
        return state.moved if state.moved in ready else choices[0]

    def _extend(self, state: _State) -> int:
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
                    self._past.plan_reversals(process, op)  # a signal has ended it: what if it had been quicker?

    def _end(self, state: _State) -> None:
        """The state that nobody moves on from: those who wait race with whoever has taken what they wait for."""
        for process, op in state.pending.items():
            if process not in state.ready:
                self._past.plan_reversals(process, op)
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
