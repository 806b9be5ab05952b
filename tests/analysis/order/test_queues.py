"""What a program does with a queue of multiprocessing is told as if that were one thing."""

import pytest

from corpus import TEXTS
from shmlesson import program
from shmlesson.views.text.scene import scene_of
from shmlesson.views.text.sentences import sentence


def scene(name, timeout=30):
    return scene_of(program(TEXTS[name], timeout=timeout))


def told(scene):
    """Who did what to the queue, in the order of the story."""
    steps = [step for step in scene.steps if "queue" in step.detail.get("name", "")]
    return [(step.process, sentence(step, scene.names)) for step in steps]


FROM_A_CHILD = ["simple_queue", "list_that_comes_back_through_a_queue", "queue_that_is_emptied_first"]


@pytest.mark.parametrize("name", FROM_A_CHILD)
def test_an_item_is_put_into_a_queue_before_it_is_got(name):
    assert told(scene(name)) == [("child 1", "puts an item into the queue"), ("parent", "gets an item from the queue")]


def test_a_queue_has_as_many_items_as_were_put_there_and_not_got():
    track = scene("queue_with_a_last_word").objects["the queue"]

    assert (track.at, [state.count for state in track.states]) == ("queue", [0, 1, 2, 1, 0])


def test_each_item_goes_from_its_put_to_its_get():
    found = scene("queue_with_a_last_word")

    puts = [place for place, step in enumerate(found.steps) if step.kind == "sends"]
    gets = [place for place, step in enumerate(found.steps) if step.kind == "receives"]
    assert found.messages == dict(zip(gets, puts, strict=True))


def test_who_waits_for_an_item_that_never_comes_stands_at_the_queue():
    found = scene("queue_without_a_last_word", timeout=1)

    assert told(found)[-1] == ("child 1", "waits at the queue, and never comes back")
    assert found.objects["the queue"].states[-1].waiting == ("child 1",)


TWO_PRODUCERS = """\
import multiprocessing as mp

def put(queue, ready, go):
    go.wait()
    queue.put(mp.current_process().name)
    ready.set()

queue = mp.Queue()
first, second = mp.Event(), mp.Event()
first.set()
children = [mp.Process(target=put, args=(queue, *events)) for events in ((second, first), (mp.Event(), second))]
for child in children:
    child.start()
for child in children:
    queue.get()
for child in children:
    child.join()
"""


def test_what_several_have_put_is_told_apart_by_its_bytes():
    found = scene_of(program(TWO_PRODUCERS, timeout=30))

    pairs = [(found.steps[source], found.steps[goal]) for goal, source in found.messages.items()]
    items = [(put.process, put.detail["sum"], got.detail["sum"]) for put, got in pairs if put.kind == "sends"]
    assert sorted(role for role, _, _ in items) == ["child 1", "child 2"]
    assert all(put == got for _, put, got in items)


def test_the_pipes_of_a_pool_are_no_queues():
    assert not scene("pool_that_fills_a_block").objects


def test_a_verdict_goes_by_what_was_reported_not_by_what_is_told():
    run = program(TEXTS["queue_without_a_last_word"], timeout=1)
    before = [*run.events]

    scene_of(run)

    assert [*run.events] == before
    assert [verdict.kind for verdict in run.verdicts] == ["waits for ever"]
