"""Vector clocks, what is told by which channel, and the notes on ranges of bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shmlesson.analysis.order.ranges import Ranges
from shmlesson.analysis.order.synchronization import channel_of
from shmlesson.analysis.order.vector_clocks import Clocks, later

ROLES = ("parent", "child 1", "child 2")


def test_who_has_acquired_nothing_knows_nothing_of_others():
    clocks = Clocks(ROLES)

    assert clocks["child 1"] == (0, 1, 0)


def test_who_has_acquired_knows_all_that_the_releaser_knew():
    clocks = Clocks(ROLES)
    clocks.learn("child 1", clocks.release("parent"))

    clocks.learn("child 2", clocks.release("child 1"))

    assert clocks["child 2"] == (1, 1, 1)


def test_what_a_process_does_after_its_release_is_not_known():
    clocks = Clocks(ROLES)
    told = clocks.release("parent")

    clocks.learn("child 1", told)

    assert clocks["child 1"][0] < clocks.time("parent")


@pytest.mark.parametrize(("clock", "news"), [((1, 0, 0), True), ((0, 1, 0), False), (None, False)])
def test_learning_says_whether_it_was_news(clock, news):
    assert Clocks(ROLES).learn("child 1", clock) is news


def test_bytes_come_out_of_a_pipe_first_in_first_out():
    pipe = channel_of("pipe", None)
    pipe.release("child 1", {"count": 2}, (0, 1, 0))
    pipe.release("child 2", {"count": 1}, (0, 0, 1))

    heard = [pipe.acquire("parent", {"count": 1}) for _ in range(3)]

    assert heard == [(0, 1, 0), (0, 1, 0), (0, 0, 1)]


def test_one_read_happens_after_every_write_that_it_has_bytes_of():
    pipe = channel_of("pipe", None)
    pipe.release("child 1", {"count": 1}, (0, 1, 0))
    pipe.release("child 2", {"count": 1}, (0, 0, 1))

    assert pipe.acquire("parent", {"count": 2}) == (0, 1, 1)


def test_the_end_of_a_pipe_comes_after_all_that_was_written():
    pipe = channel_of("pipe", None)
    pipe.release("child 1", {"count": 1}, (0, 1, 0))
    pipe.release("child 2", {"count": 1}, (0, 0, 1))

    assert pipe.acquire("parent", {"count": 0}) == (0, 1, 1)


@pytest.mark.parametrize(("value", "heard"), [(0, [(0, 1, 0), (0, 2, 0)]), (1, [None, (0, 1, 0)])])
def test_an_acquire_comes_after_the_release_that_gave_it_its_turn(value, heard):
    semaphore = channel_of("semaphore", value)
    semaphore.release("child 1", {}, (0, 1, 0))
    semaphore.release("child 1", {}, (0, 2, 0))

    assert [semaphore.acquire("parent", {}) for _ in range(2)] == heard


def test_who_finds_an_event_set_comes_after_all_who_set_it():
    event = channel_of("event", None)
    event.release("child 1", {}, (0, 1, 0))
    event.release("child 2", {}, (0, 0, 1))

    assert event.acquire("parent", {}) == (0, 1, 1)


def test_who_passes_a_barrier_comes_after_those_of_the_same_round():
    barrier = channel_of("barrier", 2)
    for role, clock in [("parent", (1, 0, 0)), ("child 1", (0, 1, 0)), ("parent", (2, 0, 0)), ("child 2", (0, 0, 1))]:
        barrier.release(role, {}, clock)

    assert [barrier.acquire("parent", {}) for _ in range(2)] == [(1, 1, 0), (2, 0, 1)]
    assert barrier.acquire("child 2", {}) == (2, 0, 1)


spans = st.tuples(st.integers(0, 20), st.integers(1, 8)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(spans, min_size=1, max_size=30), spans)
def test_notes_on_ranges_are_found_where_they_overlap_and_nowhere_else(noted, asked):
    ranges = Ranges({place for span in [*noted, asked] for place in span})
    for number, (start, stop) in enumerate(noted):
        ranges.note(start, stop, number, number)

    found = {number for notes in ranges.over(*asked) for number in notes}

    assert found == {n for n, (start, stop) in enumerate(noted) if start < asked[1] and asked[0] < stop}


@given(st.lists(spans, min_size=1, max_size=10), spans)
def test_a_note_that_stands_alone_leaves_no_other_on_its_bytes(noted, alone):
    ranges = Ranges({place for span in [*noted, alone] for place in span})
    for number, (start, stop) in enumerate(noted):
        ranges.note(start, stop, number, number)

    ranges.note(*alone, "alone", -1, alone=True)

    assert {key for notes in ranges.over(*alone) for key in notes} >= {"alone"}


@given(st.tuples(*[st.integers(0, 9)] * 3), st.tuples(*[st.integers(0, 9)] * 3))
def test_the_later_of_two_clocks_knows_what_both_know(one, other):
    both = later(one, other)

    assert later(both, one) == later(both, other) == both
