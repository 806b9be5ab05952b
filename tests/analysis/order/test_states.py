"""Who holds a lock, what waits in a pipe, whether an event is set: from which step of a story on."""

import pytest

from corpus import TEXTS
from shmlesson import program
from shmlesson.analysis.order.states import State
from shmlesson.views.text.scene import scene_of
from stories import report, run_of

POOL = """
from concurrent.futures import ProcessPoolExecutor

with ProcessPoolExecutor(1) as pool:
    print(pool.submit(abs, -1).result())
"""


def acts(*reports):
    """The scene of a program that makes what these reports have made, forks, and then does the rest."""
    made = [one for one in reports if one["kind"] == "makes"]
    fork = [
        report("parent", "forks", child="child 1", returned=987655),
        report("child 1", "born", ppid=987654, returned=0),
    ]
    rest = [one for one in reports if one["kind"] != "makes"]
    return scene_of(run_of(report("parent", "born", ppid=1, returned=None), *made, *fork, *rest, source="pass\n" * 20))


def at(process, kind, name, sort, **detail):
    return report(process, kind, at=sort, name=name, line=3, **detail)


def said(scene, name):
    """What the states of a thing say, one after the other."""
    return [state.value for state in scene.objects[name].states]


def test_a_lock_is_held_from_its_acquire_to_its_release():
    scene = acts(
        at("parent", "makes", "lock 1", "lock", value=1),
        at("parent", "acquires", "lock 1", "lock"),
        at("parent", "releases", "lock 1", "lock"),
        at("child 1", "acquires", "lock 1", "lock"),
    )

    states = scene.objects["the lock"].states
    assert [(state.holder, scene.steps[state.step].kind) for state in states[1:]] == [
        ("parent", "acquires"),
        ("", "releases"),
        ("child 1", "acquires"),
    ]
    assert said(scene, "the lock") == ["free", "held by parent", "free", "held by child 1"]


def test_a_lock_that_another_process_releases_is_free():
    scene = acts(
        at("parent", "acquires", "lock 1", "lock"),
        at("child 1", "releases", "lock 1", "lock"),
    )

    assert said(scene, "the lock") == ["held by parent", "free"]


def test_a_condition_gives_its_lock_back_while_it_waits():
    run = program(TEXTS["condition_with_a_flag"])

    [track] = scene_of(run).objects.values()

    assert track.at == "rlock"
    assert {state.holder for state in track.states} == {"", "parent", "child 1"}
    assert track.states[-1].value == "free"


def test_what_shares_a_lock_on_a_file_holds_it_together_until_it_ends():
    scene = acts(
        at("parent", "acquires", "lock on x", "file lock", shared=True),
        at("child 1", "acquires", "lock on x", "file lock", shared=True),
        report("child 1", "ends", code=0),
    )

    assert said(scene, "the lock on x") == ["held by parent", "held by parent and child 1", "held by parent"]
    assert [state.holder for state in scene.objects["the lock on x"].states] == ["parent", "", "parent"]


def test_bytes_wait_in_a_pipe_until_they_are_read():
    scene = acts(
        at("parent", "makes", "pipe 1", "pipe"),
        at("parent", "sends", "pipe 1", "pipe", count=5),
        at("parent", "sends", "pipe 1", "pipe", count=1),
        at("child 1", "receives", "pipe 1", "pipe", count=5),
        at("child 1", "receives", "pipe 1", "pipe", count=1),
    )

    assert said(scene, "the pipe") == ["empty", "5 bytes", "6 bytes", "1 byte", "empty"]
    assert [state.count for state in scene.objects["the pipe"].states] == [0, 5, 6, 1, 0]


@pytest.mark.parametrize("unknown", [{}, {"count": 9}], ids=["an unknown number", "more than was sent"])
def test_how_much_is_left_is_not_made_up(unknown):
    scene = acts(
        at("parent", "makes", "pipe 1", "pipe"),
        at("parent", "sends", "pipe 1", "pipe", count=5),
        at("child 1", "receives", "pipe 1", "pipe", **unknown),
    )

    last = scene.objects["the pipe"].states[-1]
    assert (last.count, last.value) == (None, "")


def test_the_end_of_a_pipe_says_that_all_has_been_read():
    scene = acts(
        at("parent", "sends", "pipe 1", "pipe"),
        at("child 1", "receives", "pipe 1", "pipe", count=0),
    )

    assert said(scene, "the pipe") == ["", "empty"]


def test_a_thing_that_nobody_here_has_made_has_no_state_before_its_first_step():
    scene = acts(at("parent", "releases", "semaphore 1", "semaphore"))

    assert [(state.count, state.value) for state in scene.objects["the semaphore"].states] == [(None, "")]


def test_a_semaphore_has_what_it_was_made_with_more_what_is_released_less_what_is_acquired():
    scene = acts(
        at("parent", "makes", "semaphore 1", "semaphore", value=2),
        at("parent", "acquires", "semaphore 1", "semaphore"),
        at("parent", "acquires", "semaphore 1", "semaphore"),
        at("parent", "releases", "semaphore 1", "semaphore"),
    )

    assert said(scene, "the semaphore") == ["2 left", "1 left", "0 left", "1 left"]


def test_an_event_is_set_and_cleared():
    scene = acts(
        at("parent", "makes", "event 1", "event"),
        at("parent", "releases", "event 1", "event"),
        at("child 1", "acquires", "event 1", "event"),
        at("child 1", "releases", "event 1", "event", count=0),
    )

    assert said(scene, "the event") == ["not set", "set", "not set"]


def test_an_event_of_which_nobody_has_seen_the_beginning_is_as_it_is_found():
    scene = acts(at("parent", "notices", "event 1", "event", count=0), at("parent", "releases", "event 1", "event"))

    assert said(scene, "the event") == ["not set", "set"]


def test_a_barrier_counts_who_has_come_round_by_round():
    arrivals = [at(role, "releases", "barrier 1", "barrier") for role in ("parent", "child 1", "parent")]
    scene = acts(at("parent", "makes", "barrier 1", "barrier", value=2), *arrivals)

    assert said(scene, "the barrier") == ["0 of 2 there", "1 of 2 there", "2 of 2 there", "1 of 2 there"]


def test_a_queue_of_a_manager_has_items():
    run = program(TEXTS["manager_with_a_queue"])

    track = scene_of(run).objects["the queue"]

    assert track.at == "queue"
    assert [state.value for state in track.states] == ["empty", "1 item", "empty"]


def test_who_waits_for_ever_stands_at_the_thing_from_that_step_on():
    scene = scene_of(program(TEXTS["locks_crosswise"], timeout=1))

    states = {name: track.states[-1] for name, track in scene.objects.items()}
    assert [states["lock 1"].holder, *states["lock 2"].waiting] == ["parent", "parent"]
    assert [states["lock 2"].holder, *states["lock 1"].waiting] == ["child 1", "child 1"]
    assert all(scene.steps[state.step].kind in ("waits", "acquires") for state in states.values())


def test_a_wait_that_comes_to_an_end_is_no_wait_for_ever():
    scene = scene_of(program(TEXTS["event_says_when"]))

    assert not any(state.waiting for track in scene.objects.values() for state in track.states)


def test_a_writer_waits_at_a_full_pipe():
    scene = scene_of(program(TEXTS["reaped_before_a_full_pipe_was_read"], timeout=1))

    assert scene.objects["the pipe"].states[-1] == State(2, count=65_537, value="full", waiting=("child 1",))


def test_of_two_states_at_one_step_there_is_the_last():
    scene = scene_of(program(TEXTS["value_with_its_lock"]))

    for track in scene.objects.values():
        steps = [state.step for state in track.states]
        assert steps == sorted(set(steps))


def test_things_stand_in_the_order_of_their_first_use():
    scene = acts(
        at("parent", "makes", "lock 1", "lock", value=1),
        at("parent", "makes", "pipe 1", "pipe"),
        at("parent", "sends", "pipe 1", "pipe", count=1),
        at("child 1", "acquires", "lock 1", "lock"),
    )

    assert [*scene.objects] == [track.name for track in scene.objects.values()] == ["the pipe", "the lock"]


@pytest.mark.parametrize(
    ("name", "cycle"),
    [
        ("locks_crosswise", [("parent", "lock 2", "child 1"), ("child 1", "lock 1", "parent")]),
        ("pipes_crosswise", [("parent", "pipe 2", "child 1"), ("child 1", "pipe 1", "parent")]),
        (
            "three_at_a_round_table",
            [("child 1", "lock 2", "child 2"), ("child 2", "lock 3", "child 3"), ("child 3", "lock 1", "child 1")],
        ),
        (
            "reaped_before_a_full_pipe_was_read",
            [("parent", "child 1", "child 1"), ("child 1", "the pipe", "parent")],
        ),
        ("lock_acquired_twice", [("parent", "the lock", "parent")]),
    ],
)
def test_a_deadlock_is_a_circle_of_waits(name, cycle):
    scene = scene_of(program(TEXTS[name], timeout=1))

    assert scene.cycles == [cycle]


def test_what_waits_for_nobody_in_particular_is_no_circle():
    assert scene_of(program(TEXTS["event_never_set"], timeout=1)).cycles == []


def test_a_semaphore_made_with_nothing_left_is_released_before_it_is_acquired():
    scene = acts(
        at("parent", "makes", "semaphore 1", "semaphore", value=0),
        at("child 1", "releases", "semaphore 1", "semaphore"),
        at("parent", "acquires", "semaphore 1", "semaphore"),
    )

    assert [event.kind for event in scene.steps if "name" in event.detail] == ["releases", "acquires"]
    assert said(scene, "the semaphore") == ["0 left", "1 left", "0 left"]


@pytest.mark.parametrize("first", ["parent", "child 1"])
def test_nobody_passes_a_barrier_before_all_have_arrived(first):
    second = {"parent": "child 1", "child 1": "parent"}[first]
    scene = acts(
        at("parent", "makes", "barrier 1", "barrier", value=2),
        at(first, "releases", "barrier 1", "barrier"),
        at(second, "releases", "barrier 1", "barrier"),
        at("parent", "acquires", "barrier 1", "barrier"),
        at("child 1", "acquires", "barrier 1", "barrier"),
    )

    at_the_barrier = [event.kind for event in scene.steps if "name" in event.detail]
    assert at_the_barrier == ["releases", "releases", "acquires", "acquires"]
    assert said(scene, "the barrier") == ["0 of 2 there", "1 of 2 there", "2 of 2 there"]


def test_both_ways_of_a_pair_of_sockets_are_counted_and_named_alike():
    back = "the way back of socket pair 1"
    scene = acts(
        at("parent", "makes", "socket pair 1", "pipe"),
        at("child 1", "sends", back, "pipe", count=11),
        at("parent", "receives", back, "pipe", count=5),
        at("parent", "sends", "socket pair 1", "pipe", count=2),
    )

    assert said(scene, "the way back of the socket pair") == ["empty", "11 bytes", "6 bytes"]
    assert said(scene, "the socket pair") == ["empty", "2 bytes"]


def test_who_was_reaped_by_a_library_has_ended_before_what_comes_behind_that():
    scene = scene_of(program(POOL))

    assert [(event.process, event.kind) for event in scene.steps[-2:]] == [("child 1", "ends"), ("parent", "ends")]
