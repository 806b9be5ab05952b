"""The story of a program is the same whenever the same happened, in whatever order the reports came."""

import random

import pytest

from shmlesson.analysis.order.linearize import linearized
from shmlesson.trace.event import Event
from stories import program_run

PIPE = [
    Event("parent", "makes", 1, {"at": "pipe", "name": "pipe 1"}),
    Event("parent", "forks", 2, {"child": "child 1", "returned": 7}),
    Event("child 1", "born", 3, {"ppid": 6, "returned": 0}),
    Event("child 1", "sleeps", 4, {"seconds": 1}),
    Event("parent", "sends", 5, {"at": "pipe", "name": "pipe 1", "count": 1}),
    Event("parent", "sleeps", 6, {"seconds": 2}),
    Event("child 1", "receives", 7, {"at": "pipe", "name": "pipe 1", "count": 1}),
    Event("child 1", "ends", 8, {"code": 0}),
    Event("parent", "reaps", 9, {"pid": 7, "ended": 0, "child": "child 1"}),
]


def shuffled(events, seed):
    """The same with another interleaving: events that follow each other by luck alone are swapped, again and again."""
    events, dice = list(events), random.Random(seed)
    for _ in range(50):
        place = dice.randrange(len(events) - 1)
        if not bound(events[place], events[place + 1]):
            events[place : place + 2] = events[place + 1], events[place]
    return events


def bound(one, other):
    """Whether one is before the other for a reason, in these stories."""
    meets = {one.kind, other.kind} in ({"sends", "receives"}, {"ends", "reaps"}, {"forks", "born"}, {"writes", "reads"})
    return one.process == other.process or meets


@pytest.mark.parametrize("events", [PIPE, program_run().events], ids=["a pipe", "a sleep"])
@pytest.mark.parametrize("seed", range(20))
def test_the_story_does_not_depend_on_which_report_came_first(events, seed):
    assert linearized(shuffled(events, seed)) == linearized(events)


def test_a_shuffle_makes_another_order():
    assert len({tuple(map(id, shuffled(PIPE, seed))) for seed in range(20)}) > 3


def test_nobody_does_anything_before_what_it_needs():
    kinds = [(event.process, event.kind) for event in linearized(PIPE)]

    assert kinds.index(("parent", "sends")) < kinds.index(("child 1", "receives"))
    assert kinds.index(("child 1", "ends")) < kinds.index(("parent", "reaps"))


def test_a_child_begins_right_behind_its_fork():
    kinds = [(event.process, event.kind) for event in linearized(PIPE)]

    assert kinds[1:5] == [("parent", "forks"), ("child 1", "born"), ("child 1", "sleeps"), ("parent", "sends")]


def test_a_childs_report_that_came_before_its_fork_stands_behind_it():
    born, forks = PIPE[2], PIPE[1]

    assert linearized([PIPE[0], born, forks, *PIPE[3:]]) == linearized(PIPE)


def test_reports_that_contradict_each_other_are_kept_all_the_same():
    circle = [
        Event("parent", "reaps", 1, {"pid": 7, "ended": 0, "child": "child 1"}),
        Event("parent", "forks", 2, {"child": "child 1", "returned": 7}),
        Event("child 1", "ends", 3, {"code": 0}),
    ]

    assert sorted(linearized(circle), key=lambda event: event.time) == circle


def test_prints_stand_in_the_order_in_which_they_were_seen():
    def prints(role, time):
        return Event(role, "prints", time, {"text": role, "stream": "stdout"})

    events = [*PIPE[:4], prints("child 1", 5), prints("parent", 6), prints("child 1", 7)]

    assert [event.time for event in linearized(events) if event.kind == "prints"] == [5, 6, 7]


@pytest.mark.parametrize("first", ["parent", "child 1"])
def test_who_takes_a_lock_on_a_file_comes_after_whoever_had_it(first):
    """Though its release is not told."""
    roles = [first, {"parent": "child 1", "child 1": "parent"}[first]]
    taken = [
        Event(role, kind, 10 * number, detail)
        for number, role in enumerate(roles, 1)
        for kind, detail in [("acquires", {"at": "file lock", "name": "lock on data"}), ("sleeps", {"seconds": number})]
    ]

    told = linearized((*PIPE[1:3], *taken))

    assert [event.process for event in told if event in taken] == [roles[0]] * 2 + [roles[1]] * 2


DEADLOCK = [
    Event("parent", "forks", 1, {"child": "child 1", "returned": 7}),
    Event("child 1", "born", 2, {"ppid": 6, "returned": 0}),
    Event("parent", "acquires", 3, {"at": "lock", "name": "lock 1"}),
    Event("child 1", "acquires", 4, {"at": "lock", "name": "lock 2"}),
    Event("parent", "waits", 5, {"at": "lock", "name": "lock 2"}),
    Event("child 1", "waits", 6, {"at": "lock", "name": "lock 1"}),
    Event("child 1", "stuck", 7, {}),
]


@pytest.mark.parametrize("seed", range(5))
def test_a_wait_that_never_ends_comes_when_whoever_is_waited_for_has_the_lock(seed):
    acts = [event.kind for event in linearized(shuffled(DEADLOCK, seed)) if event.kind in ("acquires", "waits")]

    assert acts == ["acquires", "acquires", "waits", "waits"]


def test_a_wait_that_ends_stays_where_it_was():
    waits = Event("parent", "waits", 5, {"at": "pipe", "name": "pipe 1"})
    kinds = [(event.process, event.kind) for event in linearized([*PIPE[:4], waits, *PIPE[4:]])]

    assert kinds.index(("parent", "waits")) < kinds.index(("parent", "sends"))
    assert kinds[1:4] == [("parent", "forks"), ("child 1", "born"), ("child 1", "sleeps")]
