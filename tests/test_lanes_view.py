"""Lanes tell the truth: an arrow only where bytes went, an end where one was, times only where nothing is compared."""

import re
from itertools import pairwise

import pytest
import traitlets

from shmlesson.records import Event, Process, Run
from shmlesson.views import Lanes, lanes
from shmlesson.views.plan import lane_names, plan
from shmlesson.views.sight import blocks, seen_writes
from stories import PIDS, lesson, report, run_of

ZEROS, FULL, OTHER = [4, 0, 4, 0], [4, 0, 4, 97], [4, 0, 4, 98]
BORN = report("parent", "born", ppid=1, returned=None)
FORK = report("parent", "forks", child="child 1", returned=PIDS["child 1"])
CHILD = report("child 1", "born", ppid=PIDS["parent"], returned=0)
THICK = 'stroke-width:2.5"'  # the look of a way that bytes took
DOWN = f'style="fill:none;stroke:#111;{THICK}'


def maps(memory="shared", role="parent"):
    return report(role, "maps", size=4, memory=memory)


def writes(contents, role="parent"):
    return report(role, "writes", contents=contents)


def sees(contents, role="child 1"):
    return report(role, "sees", contents=contents)


def run_with(*reports, memory="shared", **facts):
    return run_of(BORN, maps(memory), FORK, CHILD, *reports, **facts)


def seen(run):
    """What each read saw, as pairs of places in the story: of the read, and of the write."""
    return seen_writes(run.story, blocks(run))


def big_run(processes=10, steps=200):
    """A run with so many processes, each of which prints in turn."""
    names = ["parent", *(f"child {number}" for number in range(1, processes))]
    prints = [
        Event(names[step % processes], "prints", step * 10**6, {"text": f"line {step} " * 9, "stream": "stdout"})
        for step in range(steps)
    ]
    return Run("big", tuple(Process(name, 1, 1) for name in names), tuple(prints))


@pytest.mark.parametrize(
    ("acts", "memory", "pairs"),
    [
        ([writes(FULL), sees(FULL)], "shared", {5: 4}),
        ([sees(ZEROS), writes(FULL), sees(FULL)], "shared", {6: 5}),
        ([writes(FULL), sees(FULL), writes(OTHER), sees(OTHER)], "shared", {5: 4, 7: 6}),
        ([writes(FULL), sees(FULL), sees(FULL, "parent")], "shared", {5: 4, 6: 4}),
        ([writes(FULL), sees(ZEROS)], "shared", {}),
        ([writes(FULL), sees([4, 0, 2, 97, 2, 0])], "shared", {}),
        ([writes(FULL), writes(OTHER), sees(FULL)], "shared", {}),
        ([writes(ZEROS), sees(ZEROS)], "shared", {}),
        ([sees(FULL), writes(FULL)], "shared", {}),
        ([writes(FULL), sees(ZEROS)], "private", {}),
        ([writes(FULL), sees(FULL)], "private", {}),
        ([writes(FULL), sees(FULL)], "bytearray", {}),
    ],
)
def test_a_read_saw_a_write_only_if_the_values_say_so(acts, memory, pairs):
    assert seen(run_with(*acts, memory=memory)) == pairs


def test_a_block_that_is_made_after_the_fork_is_seen_by_nobody_else():
    run = run_of(BORN, FORK, CHILD, maps(), maps(role="child 1"), writes(FULL), sees(FULL))

    assert seen(run) == {}


@pytest.mark.parametrize(
    ("acts", "memory", "down", "thick"),
    [
        ([writes(FULL), sees(FULL)], "shared", 1, 3),
        ([writes(FULL), sees(ZEROS)], "shared", 0, 1),
        ([writes(FULL), sees(ZEROS)], "private", 0, 0),
    ],
    ids=["seen", "not seen", "a block each"],
)
def test_there_is_no_arrow_from_a_write_that_was_not_seen(acts, memory, down, thick):
    drawn = lanes.picture(run_with(*acts, memory=memory))

    assert drawn.count(DOWN) == down
    assert drawn.count(THICK) == thick


@pytest.mark.parametrize(("reader", "writer", "right"), [("child 1", "parent", True), ("parent", "child 1", False)])
def test_an_arrow_goes_from_who_writes_to_who_reads(reader, writer, right):
    run = run_with(writes(FULL, writer), sees(FULL, reader))

    starts_and_ends = re.findall(rf"M([\d.]+) [\d.]+H([\d.]+)\" [^>]*{THICK}", lanes.picture(run))

    assert len(starts_and_ends) == 2
    assert all((float(end) > float(start)) is right for start, end in starts_and_ends)


@pytest.mark.parametrize(
    ("reports", "names"),
    [
        ([BORN], ["parent"]),
        ([BORN, FORK, CHILD], ["parent", "child 1"]),
        ([BORN, maps(None), FORK, CHILD], ["parent", "child 1"]),
        ([BORN, maps(), FORK, CHILD], ["parent", "block", "child 1"]),
        (
            [BORN, maps("private"), FORK, CHILD, writes(FULL), sees(ZEROS)],
            ["parent", "parent’s block", "child 1’s block", "child 1"],
        ),
    ],
    ids=["alone", "no block", "nobody knows", "one block", "a block each"],
)
def test_the_lanes_are_the_processes_and_the_blocks_that_are_known(reports, names):
    run = run_of(*reports)

    assert lane_names(run) == names
    assert all(f"<title>{name}</title>" in lanes.picture(run) for name in names)


def test_a_child_begins_where_it_is_forked_and_ends_where_it_says_so():
    places = plan(lesson())

    kinds = {(event.process, event.kind): row for row, event in enumerate(places.steps)}
    assert places.begins["child 1"] == kinds["parent", "forks"]
    assert places.ends["child 1"] == kinds["child 1", "ends"]


def test_a_process_that_was_killed_ends_with_a_cross_that_says_how():
    reaps = report("parent", "reaps", pid=PIDS["child 1"], ended=-9)

    drawn = lanes.picture(run_with(reaps, ended={"child 1": -9}))

    assert "<title>child 1 was ended by SIGKILL</title></path>" in drawn
    assert "was ended by SIGKILL" in re.sub("<svg.*?</svg>", "", drawn, flags=re.DOTALL)


def test_whoever_hears_the_picture_gets_each_step_and_who_saw_what():
    table = re.sub("<svg.*?</svg>", "", lanes.picture(lesson()), flags=re.DOTALL)

    assert 'role="img" aria-label="share(100, &#x27;a&#x27;): 2 processes in lanes, 11 steps.' in table
    assert "<td>6</td><th" in table
    assert "sees 100 x 61 &#x27;a&#x27;, which step 6 wrote" in table
    assert "sees 100 x 00</td>" in table


def test_the_same_values_are_the_same_picture_without_an_id_that_could_clash():
    assert lanes.picture(lesson()) == lanes.picture(lesson())
    assert " id=" not in lanes.picture(lesson())


def test_ten_processes_and_two_hundred_steps_have_a_lane_and_a_row_each_in_a_frame_to_scroll():
    drawn = lanes.picture(big_run())

    assert drawn.count("<circle") == 200
    assert 'tabindex="0" role="region"' in drawn
    assert "position:sticky" in drawn
    assert len(drawn) < 200_000


def test_lanes_are_far_enough_apart_for_their_names_and_leave_room_for_a_sentence():
    xs = list(plan(big_run()).lanes.values())

    assert min(right - left for left, right in pairwise(xs)) > 55
    assert max(xs) <= 900 - 330


def test_a_long_text_is_cut_where_the_picture_ends_and_is_whole_in_its_title():
    drawn = lanes.picture(big_run(processes=10, steps=10))

    assert "…</text>" in drawn
    assert f"<title>prints &quot;{('line 9 ' * 9)[:60]}" in drawn


def test_a_run_with_more_processes_than_fit_is_told_as_a_list():
    drawn = lanes.picture(big_run(processes=13))

    assert "<pre>big\n" in drawn
    assert "<svg" not in drawn


def test_live_lanes_have_times_and_their_face_has_none():
    live = Lanes(lesson())

    assert "<td>0.001</td>" in live.value
    assert re.search(r"parent maps 100 bytes, shared \(\d\.\d{3} ms after the start\)</title>", live.value)
    assert live.face_html() == lanes.picture(lesson())
    assert " ms" not in live.face_html() + live.face_text()


def test_live_lanes_are_drawn_anew_for_a_run_that_is_set_or_linked():
    first, second = Lanes(lesson()), Lanes()
    traitlets.link((first, "run"), (second, "run"))

    first.run = lesson(7)

    assert first.value == second.value
    assert "share(7, &#x27;a&#x27;)" in second.value


def test_lanes_without_a_run_are_empty():
    assert (Lanes().value, Lanes().face_html(), Lanes().face_text()) == ("", "", "No run yet.")
