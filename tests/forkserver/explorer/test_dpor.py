"""The search meets every order once, or with reduction every outcome, of small programs that are run step by step."""

import copy

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from calls import calls_of
from shmlesson.forkserver.explorer.dpor import Search, dependent
from shmlesson.forkserver.explorer.schedule import replayed
from shmlesson.forkserver.tracer.step import Op

# A program: for each process its steps. The first is there at once; so are the others, unless some step forks them.


def reads(byte, *, skip=0):
    """A read of one byte; if it is 0, so many of the next steps are left out."""
    return Op("reads", "block 1", byte, byte + 1), skip


def writes(byte):
    return Op("writes", "block 1", byte, byte + 1, True), None


def acquires(lock):
    return Op("acquires", f"lock {lock}", 0, 0, True), None


def releases(lock):
    return Op("releases", f"lock {lock}", 0, 0, True), None


def tries(lock):
    return Op("tries", f"lock {lock}", 0, 0, True), None


def gets(thing):
    return Op("gets", thing, 0, 0, True), None


def puts(thing):
    return Op("puts", thing, 0, 0, True), None


def reaps(child):
    return Op("reaps", child if isinstance(child, str) else f"process {child}", 0, 0, True), None


def hears_end_of(writer):
    """A read that waits for the end of file, which the writer's end brings: the search is told of no connection."""
    return Op("gets", "pipe 2", 0, 0, True), writer


def puts_for(reader):
    """A write to a pipe that is broken once its reader has ended."""
    return Op("puts", "pipe 3", 0, 0, True), reader


def forks(child):
    return Op("forks"), child


def signals(receiver):
    return Op("signals", f"process {receiver}", 0, 0, True), receiver


def does():
    """Something that nobody else sees."""
    return Op("does"), None


SEMAPHORE, PIPE = "semaphore 1", "pipe 1"
ROOM = 2  # so many puts fit into the pipe


class Machine:
    """A program as it runs: what is in memory, who has which lock, and what each process has seen."""

    def __init__(self, program, count=0):
        self.program = program
        self.parents = {given: who for who, steps in enumerate(program) for op, given in steps if op.kind == "forks"}
        self.numbers = [who for who in range(len(program)) if who not in self.parents]  # in the order of their creation
        self.places = [0] * len(program)
        self.seen = [()] * len(program)
        self.memory = {}
        self.counts = {SEMAPHORE: count}
        self.holders = {}
        self.contents = ()
        self.ended, self.reaped = (), ()
        self.steps = []

    def next(self, who):
        steps, place = self.program[who], self.places[who]
        return steps[place] if place < len(steps) else (Op("ends", f"process {who}", 0, 0, True), None)

    def pending(self):
        return {number: self.next(who)[0] for number, who in enumerate(self.numbers) if who not in self.ended}

    def ready(self):
        return [number for number in self.pending() if self.can_move(self.numbers[number])]

    def can_move(self, who):
        op, given = self.next(who)
        if op.thing == "pipe 2":
            return given in self.ended
        if op.kind == "acquires":
            return op.thing not in self.holders
        if op.kind == "gets":
            return bool(self.contents) if op.thing == PIPE else self.counts[op.thing] > 0
        if op.kind == "puts" and op.thing == PIPE:
            return len(self.contents) < ROOM
        return op.kind != "reaps" or bool(self.to_reap(who, op))

    def to_reap(self, who, op):
        """Its children that have ended; those that nobody forked are the first process's."""
        children = [child for child in self.ended if self.parents.get(child, 0) == who and child not in self.reaped]
        ended = [f"process {child}" for child in children]
        return [name for name in ended if op.thing in (name, "any child")]

    def move(self, number):
        who = self.numbers[number]
        op, given = self.next(who)
        self.steps.append((who, op))
        self.places[who] += 1
        if (seen := getattr(self, op.kind)(who, op, given)) is not None:
            self.seen[who] += (seen,)

    def does(self, who, op, given): ...

    def reads(self, who, op, skip):
        value = self.memory.get(op.start, 0)
        if not value:
            self.places[who] = min(self.places[who] + skip, len(self.program[who]))
        return value

    def writes(self, who, op, given):
        self.memory[op.start] = (who, self.places[who])

    def acquires(self, who, op, given):
        self.holders[op.thing] = who

    def releases(self, who, op, given):
        return self.holders.pop(op.thing, "nobody") == "nobody"

    def tries(self, who, op, given):
        if op.thing in self.holders:
            return False
        self.holders[op.thing] = who
        return True

    def puts(self, who, op, given):
        if op.thing == "pipe 3":
            return given in self.ended
        if op.thing == PIPE:
            self.contents += (who,)
        else:
            self.counts[op.thing] += 1
        return None

    def gets(self, who, op, given):
        if op.thing == "pipe 2":
            return "end of file"
        if op.thing != PIPE:
            self.counts[op.thing] -= 1
            return None
        first, *rest = self.contents
        self.contents = tuple(rest)
        return first

    def forks(self, who, op, child):
        self.numbers.append(child)

    def reaps(self, who, op, given):
        name = min(self.to_reap(who, op))
        self.reaped = tuple(sorted({*self.reaped, int(name.split()[-1])}))
        return name

    def ends(self, who, op, given):
        self.ended = tuple(sorted({*self.ended, who}))

    def signals(self, who, op, receiver):
        if receiver in self.numbers:
            self.ended = tuple(sorted({*self.ended, receiver}))

    def outcome(self):
        """What can be told of it, from inside or afterwards."""
        places = tuple(self.places)
        memory, holders = tuple(sorted(self.memory.items())), tuple(sorted(self.holders.items()))
        counts = tuple(sorted(self.counts.items()))
        return places, tuple(self.seen), memory, holders, counts, self.contents, self.ended, self.reaped

    def branch(self):
        other = copy.copy(self)
        for name in ("numbers", "places", "seen", "memory", "counts", "holders", "steps"):
            setattr(other, name, copy.copy(getattr(self, name)))
        return other


def all_orders(machine):
    """Every order, by brute force."""
    ready = machine.ready()
    if not ready:
        yield tuple(machine.steps)
    for number in ready:
        other = machine.branch()
        other.move(number)
        yield from all_orders(other)


def all_outcomes(machine):
    """Every outcome, by brute force."""
    met, left, outcomes = set(), [machine], set()
    while left:
        machine = left.pop()
        ready = machine.ready()
        if not ready:
            outcomes.add(machine.outcome())
        for number in ready:
            other = machine.branch()
            other.move(number)
            if (state := (other.outcome(), tuple(other.numbers))) not in met:
                met.add(state)
                left.append(other)
    return outcomes


def run(machine, chooser):
    """One order, to its end."""
    while ready := machine.ready():
        machine.move(chooser.choose(machine.pending(), ready))
    return machine


def searched(program, count=0, reduction=True, bound=None):
    """Every order that the search asks for: its number, and the machine at its end."""
    search, found, more = Search(reduction), [], True
    while more and len(found) != bound:
        machine = run(Machine(program, count), search)
        found.append((search.number, machine))
        more = search.finish(machine.pending())
    assert not search.diverged
    return found


def outcomes(program, count=0, reduction=True):
    return {machine.outcome() for _, machine in searched(program, count, reduction)}


def orders(program, count=0, reduction=True):
    return [tuple(machine.steps) for _, machine in searched(program, count, reduction)]


PROGRAMS = {
    "a sleep": [[forks(1), reads(0)], [writes(0)]],
    "a pipe": [[forks(1), gets(PIPE), reads(0), reaps(1)], [writes(0), puts(PIPE)]],
    "reaped, then read": [[forks(1), reaps(1), reads(0)], [writes(0)]],
    "two increments": [[reads(0), writes(0)], [reads(0), writes(0)]],
    "two increments with a lock": [[acquires(1), reads(0), writes(0), releases(1)]] * 2,
    "locks crosswise": [
        [acquires(1), acquires(2), releases(2), releases(1)],
        [acquires(2), acquires(1), releases(1), releases(2)],
    ],
    "apart": [[writes(0), reads(0)], [writes(1), reads(1)], [does(), does()]],
    "two readers": [[writes(0)], [reads(0), reads(0)], [reads(0)]],
    "any child": [[forks(1), forks(2), reaps("any child"), reaps("any child")], [does()], [does()]],
    "who gets the one": [[gets(SEMAPHORE), puts(PIPE)], [gets(PIPE), puts(SEMAPHORE)], [gets(SEMAPHORE)]],
    "waits for the other’s pipe": [[gets(SEMAPHORE), puts(PIPE)], [gets(PIPE), puts(SEMAPHORE)]],
    "written before the fork": [[does(), writes(0), forks(1)], [reads(0)], [writes(1), does()]],
    "end of file": [[hears_end_of(1), reads(0)], [writes(0)], [writes(1), does()]],
    "broken pipe": [[forks(1), puts_for(1)], [does()]],
    "killed at a lock": [[forks(1), acquires(1), signals(1), reads(0)], [acquires(1), writes(0)]],
    "full pipe": [[forks(1), reaps(1), gets(PIPE)], [puts(PIPE), puts(PIPE), puts(PIPE)]],
    "a signal": [[forks(1), signals(1), reaps(1)], [writes(0), writes(1), does()]],
    "a signal to one that waits": [[gets(SEMAPHORE)], [puts(SEMAPHORE), gets(SEMAPHORE), signals(0)]],
    "a flag": [[writes(0), writes(1)], [reads(1, skip=1), reads(0), writes(2)], [reads(2, skip=1), writes(0)]],
}
every_program = pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)

THE_OTHERS_HAVE_RELEASED = [[releases(1)], [reads(0), acquires(1)], [reads(0), acquires(1)]]  # found by hypothesis

some_bytes = st.integers(0, 1)
some_locks = st.integers(1, 2)


def steps_of(number):
    """A step of one of so many processes."""
    return st.one_of(
        st.builds(reads, some_bytes, skip=st.integers(0, 2)),
        some_bytes.map(writes),
        some_locks.map(acquires),
        some_locks.map(releases),
        some_locks.map(tries),
        st.sampled_from([gets(SEMAPHORE), puts(SEMAPHORE), gets(PIPE), puts(PIPE), reaps("any child"), does()]),
        st.integers(1, number - 1).map(reaps),
        st.integers(1, number - 1).map(hears_end_of),
        st.integers(1, number - 1).map(puts_for),
        st.integers(1, number - 1).map(signals),
    )


def locked(steps):
    """The steps between an acquire and the release that belongs to it."""
    return st.builds(lambda lock, inner: [acquires(lock), *inner, releases(lock)], some_locks, steps)


def processes_of(number):
    """Some steps of one of so many processes, locked in part."""
    some = st.lists(steps_of(number), max_size=2)
    pieces = st.lists(st.one_of(some, locked(some), locked(locked(some))), max_size=3)
    return pieces.map(lambda pieces: [step for piece in pieces for step in piece][: 7 - number])


@st.composite
def programs(draw):
    """Two processes of up to five steps, or three of up to four, there from the start or forked by one before them."""
    number = draw(st.integers(2, 3))
    program = [draw(processes_of(number)) for _ in range(number)]
    for child in range(1, number):
        if draw(st.booleans()):
            parent = program[draw(st.integers(0, child - 1))]
            parent.insert(draw(st.integers(0, len(parent))), forks(child))
    return program


any_program = given(program=programs(), count=st.integers(0, 1))


# every order


@every_program
def test_without_reduction_every_order_is_met_once(program):
    found = orders(program, reduction=False)

    assert len(found) == len(set(found))
    assert set(found) == set(all_orders(Machine(program)))


def test_the_first_order_has_no_needless_switch():
    (first, *_) = orders(PROGRAMS["apart"], reduction=False)

    assert [who for who, _ in first] == [0, 0, 0, 1, 1, 1, 2, 2, 2]


# every outcome


@every_program
@pytest.mark.parametrize("count", [0, 1])
def test_with_reduction_every_outcome_is_met(program, count):
    assert outcomes(program, count) == all_outcomes(Machine(program, count))


@settings(max_examples=400)
@any_program
@example(program=THE_OTHERS_HAVE_RELEASED, count=0)
def test_with_reduction_every_outcome_of_any_program_is_met(program, count):
    assert outcomes(program, count) == all_outcomes(Machine(program, count))


@pytest.mark.parametrize("reduction", [True, False], ids=["with reduction", "without"])
def test_locks_taken_crosswise_are_seen_to_get_stuck(reduction):
    stuck = [machine for _, machine in searched(PROGRAMS["locks crosswise"], reduction=reduction) if machine.pending()]

    assert stuck
    assert all(machine.pending() == {0: acquires(2)[0], 1: acquires(1)[0]} for machine in stuck)


@pytest.mark.parametrize("reduction", [True, False], ids=["with reduction", "without"])
def test_a_read_that_nothing_orders_sees_both_and_one_behind_a_pipe_only_what_was_written(reduction):
    unordered, ordered = (
        {machine.seen[0] for _, machine in searched(PROGRAMS[name], reduction=reduction)}
        for name in ("a sleep", "a pipe")
    )

    assert unordered == {(0,), ((1, 1),)}
    assert ordered == {(1, (1, 1), "process 1")}


# how many


@pytest.mark.parametrize(
    ("name", "number", "of"),
    [
        ("apart", 1, 1680),
        ("a sleep", 2, 6),
        ("a pipe", 1, 3),
        ("reaped, then read", 1, 1),
        ("two increments", 4, 20),
        ("two increments with a lock", 2, 12),
        ("locks crosswise", 3, 24),
        ("two readers", 6, 210),
        ("written before the fork", 1, 252),
        ("end of file", 1, 56),
    ],
)
def test_reduction_leaves_so_many_orders(name, number, of):
    assert (len(orders(PROGRAMS[name])), len(orders(PROGRAMS[name], reduction=False))) == (number, of)


@settings(max_examples=100)
@any_program
def test_with_reduction_no_order_is_met_twice(program, count):
    found = orders(program, count)

    assert len(found) == len(set(found))


def test_an_order_whose_rest_is_known_says_so():
    search, sleep_set_blocked, more = Search(), [], True
    while more:
        machine = run(Machine(PROGRAMS["a flag"]), search)
        sleep_set_blocked.append(search.sleep_set_blocked)
        more = search.finish(machine.pending())

    assert sleep_set_blocked.count(True) == 1
    assert not sleep_set_blocked[0]


# once more


@pytest.mark.parametrize("reduction", [True, False], ids=["with reduction", "without"])
@every_program
def test_a_number_replays_its_order(program, reduction):
    for number, machine in searched(program, reduction=reduction, bound=300):
        order = replayed(number)

        assert run(Machine(program), order).steps == machine.steps
        assert order.number == number


@settings(max_examples=100)
@any_program
def test_a_number_replays_its_order_of_any_program(program, count):
    for number, machine in searched(program, count, bound=50):
        assert run(Machine(program, count), replayed(number)).steps == machine.steps


def test_order_0_is_the_first():
    for program in PROGRAMS.values():
        (number, _), *_ = searched(program)

        assert number == 0


def test_an_order_has_no_negative_number():
    with pytest.raises(ValueError, match=r"must be at least 0, got -1"):
        replayed(-1)


@settings(max_examples=100)
@any_program
def test_a_search_that_is_repeated_is_the_same(program, count):
    assert orders(program, count) == orders(program, count)


# programs that do not repeat themselves


@pytest.mark.parametrize("reduction", [True, False], ids=["with reduction", "without"])
def test_a_program_that_does_something_else_when_repeated_is_reported_and_ends_the_search(reduction):
    one, other = [[writes(0), reads(0)], [writes(0)]], [[does(), writes(0), reads(1)], [reads(0)]]
    search, runs, more = Search(reduction), 0, True
    while more:
        machine = run(Machine(other if runs % 2 else one), search)
        runs, more = runs + 1, search.finish(machine.pending())

    assert search.diverged
    assert 1 < runs < 20


def test_a_program_that_ends_earlier_when_repeated_is_reported():
    search = Search()
    run(Machine([[writes(0), writes(0)], [does(), reads(0)]]), search)
    search.finish()
    run(Machine([[]]), search)

    search.finish()

    assert search.diverged


# what depends on what


@pytest.mark.parametrize(
    ("a", "b", "depend"),
    [
        (reads(0), reads(0), False),
        (reads(0), writes(0), True),
        (reads(0), writes(1), False),
        ((Op("reads", "block 1", 0, 2), None), writes(1), True),
        ((Op("reads", "block 1"), None), writes(1), True),
        ((Op("reads", "block 2", 0, 1), None), writes(0), False),
        (acquires(1), acquires(1), True),
        (acquires(1), acquires(2), False),
        (does(), does(), False),
        ((Op("ends", "child 1", changes=True), None), reaps("child 1"), True),
        ((Op("ends", "child 1", changes=True), None), reaps("child 2"), False),
        ((Op("ends", "child 1", changes=True), None), reaps("any child"), True),
        ((Op("ends", "child 1", changes=True), None), puts(PIPE), True),
        (signals(1), reads(0), True),
    ],
)
def test_two_steps_depend_on_each_other_if_their_order_may_matter(a, b, depend):
    assert dependent(a[0], b[0]) is dependent(b[0], a[0]) is depend


# what it costs


class Counted:
    """A search, and how many calls it has made."""

    def __init__(self, search):
        self.search, self.calls = search, 0

    def choose(self, pending, ready):
        return self._noted(*calls_of(self.search.choose, pending, ready))

    def finish(self, pending):
        return self._noted(*calls_of(self.search.finish, pending))

    def _noted(self, calls, result):
        self.calls += calls
        return result


def calls_an_order(program, orders):
    counted = Counted(Search())
    for _ in range(orders):
        counted.finish(run(Machine(program), counted).pending())
    return counted.calls / orders


def test_an_order_of_twenty_steps_costs_less_than_a_hundred_calls_a_step():
    assert calls_an_order([[reads(0), writes(0)] * 5] * 2, orders=300) < 20 * 100


@pytest.mark.parametrize(
    "steps",
    [
        [writes(0)] * 100,
        [reads(0)] * 100,
        [reads(byte) for byte in range(100)],
        [puts(SEMAPHORE), gets(SEMAPHORE)] * 50,
    ],
    ids=["written", "read", "read byte by byte", "semaphore"],
)
def test_ten_processes_of_a_hundred_steps_cost_less_than_a_thousand_calls_a_step(steps):
    assert calls_an_order([steps] * 10, orders=3) < 1000 * 1000
