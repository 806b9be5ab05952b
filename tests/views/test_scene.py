"""What text and pictures of a run have in common is worked out once, and handed down."""

import sys
from collections import Counter

import pytest

from shmlesson.analysis.order.linearize import linearized
from shmlesson.analysis.order.reads_from import blocks, holdings, messages, seen_writes, sizes
from shmlesson.analysis.verdicts.judge import judgement
from shmlesson.views import Lanes
from shmlesson.views.html import lanes
from shmlesson.views.html.plan import plan
from shmlesson.views.text import sentences
from shmlesson.views.text.naming import naming
from shmlesson.views.text.scene import scene_of
from shmlesson.views.widgets.playground import Playground
from stories import lesson, program_run

PARTS = (judgement, scene_of, naming, blocks, sizes, seen_writes, holdings, messages, plan)


@pytest.fixture
def calls(monkeypatch):
    """How often each part was worked out, by its name; a linearization by how many events it has."""
    count = Counter()

    def counted(part):
        def call(*arguments, **options):
            count[len(arguments[0]) if part is linearized else part.__name__] += 1
            return part(*arguments, **options)

        return call

    for module in [module for name, module in sys.modules.items() if name.startswith("shmlesson.")]:
        for part in (*PARTS, linearized):
            if vars(module).get(part.__name__) is part:
                monkeypatch.setattr(module, part.__name__, counted(part))
    return count


def of_lanes(run):
    """The widget, and its faces where no widget can be drawn."""
    return Lanes(run)._repr_mimebundle_()


def of_playground(run):
    return Playground(lambda **settings: run, None)._repr_mimebundle_()


@pytest.mark.parametrize(
    ("draw", "drawings"),
    [(sentences.story, 0), (lanes.picture, 1), (of_lanes, 2), (of_playground, 2)],
    ids=["text", "picture", "Lanes", "Playground"],
)
@pytest.mark.parametrize("make", [lesson, program_run])
def test_each_part_of_a_scene_is_worked_out_once_whatever_is_drawn_of_it(draw, drawings, make, calls):
    draw(make())

    assert calls.pop("plan", 0) == drawings
    assert {"judgement", "scene_of", "naming", "blocks", "sizes"} <= calls.keys()
    assert set(calls.values()) == {1}


def test_judgement_and_story_are_worked_out_once_a_run_however_often_it_is_drawn(calls):
    run = program_run()

    for draw in (sentences.story, lanes.picture, lanes.picture, of_lanes):
        draw(run)

    assert calls["scene_of"] == 4
    assert (calls["judgement"], calls[len(run.events)]) == (1, 1)
