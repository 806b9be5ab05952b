"""The steps that a verdict is about: those are marked in a picture, and named below it."""

import pytest

from corpus import HEADS, TEXTS
from shmlesson import program
from shmlesson.views.text.scene import scene_of


def scene(name):
    return scene_of(program(TEXTS[name], timeout=float(HEADS[name].get("timeout", ["30"])[0])))


@pytest.mark.parametrize(
    ("name", "kind", "marked"),
    [
        ("both_write_the_same_byte", "race", ["writes", "writes"]),
        ("parent_sleeps_for_the_child", "sleep", ["sleeps", "writes", "reads"]),
        ("value_once_each", "lost update", ["reads", "writes", "reads", "writes"]),
        ("locks_crosswise", "deadlock", ["waits", "waits"]),
        ("reaped_before_a_full_pipe_was_read", "full pipe", ["waits", "sends"]),
        ("event_never_set", "waits for ever", ["waits", "waits"]),
        ("queue_without_a_last_word", "waits for ever", ["waits", "waits"]),
        ("lock_acquired_twice", "lock held", ["waits"]),
        ("block_made_after_the_fork", "made after", ["writes", "reads"]),
        ("access_that_says_copy", "private", ["writes", "reads"]),
        ("nobody_reaps", "not reaped", ["forks"]),
        ("told_twice", "copied buffer", ["forks"]),
        ("child_goes_on", "fell off", ["ends"]),
        ("list_is_not_shared", "plain variable", ["prints"]),
        ("killed_by_its_parent", "signal", ["signals"]),
    ],
)
def test_a_verdict_marks_the_steps_that_it_is_about(name, kind, marked):
    found = scene(name)

    assert set(found.marked.values()) == {(kind,)}
    assert sorted(found.steps[step].kind for step in found.marked) == sorted(marked)


def test_a_step_that_two_verdicts_are_about_has_both_kinds():
    found = scene("told_twice_at_the_end")

    assert {kind for kinds in found.marked.values() for kind in kinds} == {
        verdict.kind for verdict in found.run.verdicts
    }


def test_where_nothing_went_wrong_no_step_is_marked():
    assert scene("pipe_instead_of_sleep").marked == {}


def test_verdicts_that_say_the_same_are_equal_whatever_events_they_are_about():
    one, other = (program(TEXTS["both_write_the_same_byte"]).verdicts for _ in range(2))

    assert one == other
    assert one[0].events != other[0].events
