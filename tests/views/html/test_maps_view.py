"""The maps of two processes as a picture and a widget: lines, marks and bars say what the numbers say."""

import re

import pytest

from elements import check_picture, rows
from shmlesson.api.maps import ELSEWHERE, Mapping, Maps
from shmlesson.views.html import maps as view
from shmlesson.views.widgets.static_face import RUN_FOR_CONTROLS
from shmlesson.views.widgets.stepper import Maps as Widget

STEPS = ("before any write", "after the parent wrote", "after the child wrote")
SHARED = "7f00-7f04 rw-s 00000000 00:01 4711                    /dev/zero (deleted)"
PRIVATE = "7f00-7f04 rw-p 00000000 00:00 0 "
SIZE = 16384


def look(line, rss, pss, shared=0):
    return Mapping(line, SIZE, rss, pss, 0, shared, 0, rss - shared)


def shared_maps(child_line=SHARED):
    """What ``maps()`` gives on Linux."""
    none, alone, both = (0, 0), (SIZE, SIZE), (SIZE, SIZE // 2, SIZE)
    numbers = [(none, none), (alone, none), (both, both)]
    looks = [{"parent": look(SHARED, *p), "child 1": look(child_line, *c)} for p, c in numbers]
    return Maps("maps(16384)", tuple(zip(STEPS, looks, strict=True)))


def private_maps():
    """What ``maps(memory="private")`` gives on Linux."""
    none, own = (0, 0), (SIZE, SIZE)
    looks = [
        {"parent": look(PRIVATE, *p), "child 1": look(PRIVATE, *c)} for p, c in [(none, none), (own, none), (own, own)]
    ]
    return Maps("maps(16384, memory='private')", tuple(zip(STEPS, looks, strict=True)))


def filled(html):
    """How far each bar is filled, in percent of the block's size."""
    return [round(200 * float(width) / 110) for width in re.findall(r'<rect width="([\d.]+)"', html)]


def test_the_inode_is_marked_on_both_lines_and_the_words_say_that_it_is_the_same():
    html = view.picture(shared_maps())

    assert re.findall(r"<b><u [^>]*>(\d+)</u></b>", html) == ["4711", "4711"]
    assert "<b>Same inode, 4711: one block for both.</b>" in html
    assert html.count("<b>rw-s</b>") == 2


@pytest.mark.parametrize(
    ("maps", "words"),
    [
        (private_maps(), "No inode (0): private, so a page that is written becomes the writer’s own."),
        (shared_maps(SHARED.replace("4711", "4712")), "Different inodes, 4711 and 4712: not the same block."),
    ],
    ids=["private", "different"],
)
def test_where_the_inode_is_not_the_same_the_words_say_so(maps, words):
    assert f"<b>{words}</b>" in view.picture(maps)
    assert words in str(maps)


def test_each_number_stands_beside_its_bar():
    html = view.bars(shared_maps(), STEPS[2:])

    assert rows(html)[1:] == [
        "after the child wrote:",
        "parent 16 KiB 8 KiB 16 KiB 0 bytes",
        "child 1 16 KiB 8 KiB 16 KiB 0 bytes",
        "sum 16 KiB",
    ]
    assert filled(html) == [100, 50, 100, 0, 100, 50, 100, 0, 100]


def test_private_copies_fill_the_bar_of_the_sum_to_twice_the_size_of_the_block():
    html = view.picture(private_maps())

    assert [row for row in rows(html) if row.startswith("sum")] == ["sum 0 bytes", "sum 16 KiB", "sum 32 KiB"]
    assert filled(html)[-1] == 200


@pytest.mark.parametrize("maps", [shared_maps(), private_maps(), Maps("maps(1)")], ids=lambda maps: maps.call)
def test_the_picture_is_well_formed_small_and_without_an_id_that_could_clash(maps):
    check_picture(view.picture(maps))


def test_where_the_system_has_no_maps_a_sentence_stands_for_the_picture():
    unknown = Maps("maps(16384)")

    assert view.picture(unknown) == f"<p>maps(16384): {ELSEWHERE}</p>"
    assert ELSEWHERE in Widget(unknown)._said.value
    assert Widget(unknown)._choice not in Widget(unknown).children


def test_the_widget_begins_with_the_last_step_and_shows_another_when_it_is_chosen():
    widget = Widget(shared_maps())
    last = rows(widget._bars.value)[1:3]

    widget._choice.index = 0

    assert last == ["after the child wrote:", "parent 16 KiB 8 KiB 16 KiB 0 bytes"]
    assert widget.step == "before any write"
    assert rows(widget._bars.value)[1:3] == ["before any write:", "parent 0 bytes 0 bytes 0 bytes 0 bytes"]


def test_a_step_is_announced_in_one_sentence():
    widget = Widget(private_maps())
    widget.step = "before any write"

    widget.step = "after the child wrote"

    assert widget._said.value == (
        '<div role="status" aria-live="polite">Now, after the child wrote: parent has 16 KiB of it in memory; '
        "child 1 has 16 KiB of it in memory. The sum of both Pss is 32 KiB.</div>"
    )
    assert widget._choice.value == "after the child wrote"


def test_a_step_that_is_none_is_the_last():
    widget = Widget(shared_maps())
    widget.step = "before any write"

    widget.step = "later"

    assert widget.step == "after the child wrote"


def test_other_maps_begin_anew_and_none_are_a_sentence():
    widget = Widget()
    nothing = widget._said.value

    widget.maps = shared_maps()
    widget.step = STEPS[1]
    widget.maps = private_maps()

    assert "No maps yet." in nothing
    assert (widget.step, widget._choice in widget.children) == (STEPS[-1], True)
    assert "rw-p" in widget._lines.value


def test_text_and_html_stand_in_where_no_widget_can_be_drawn():
    bundle = Widget(shared_maps())._repr_mimebundle_()

    assert bundle["text/plain"] == str(shared_maps())
    assert bundle["text/html"] == f"<p><i>{RUN_FOR_CONTROLS}</i></p>{view.picture(shared_maps())}"
    assert Widget().face_text() == "No maps yet."


def test_a_notebook_shows_maps_as_picture_and_text(shell):
    data, _ = shell.display_formatter.format(shared_maps())

    assert data == {"text/html": view.picture(shared_maps()), "text/plain": str(shared_maps())}


def test_controls_have_a_name():
    assert Widget(shared_maps())._choice.description == "step"
