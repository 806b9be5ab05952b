"""Lanes tell the truth: an arrow only where bytes went, an end where one was, times only where nothing is compared."""

import re
from dataclasses import replace

import pytest

from drawn_lanes import DrawnLanes
from elements import check_picture
from many_runs import BORN, CHILD, FORK, at, big_run, block, forked, in_deadlock, looks, puts
from shmlesson.analysis.order.reads_from import blocks, seen_writes, sizes
from shmlesson.analysis.order.shadow_memory import ShadowMemory
from shmlesson.memory.contents import Contents
from shmlesson.views.html import lanes
from shmlesson.views.html.colour import paint
from shmlesson.views.html.plan import plan
from shmlesson.views.html.strokes import Strokes
from shmlesson.views.text.scene import scene_of
from stories import PIDS, lesson, program_run, report, run_of

ZEROS, FULL, OTHER = [4, 0, 4, 0], [4, 0, 4, 97], [4, 0, 4, 98]


def maps(memory="shared", role="parent"):
    return report(role, "maps", size=4, memory=memory)


def writes(contents, role="parent"):
    return report(role, "writes", contents=contents)


def sees(contents, role="child 1"):
    return report(role, "reads", contents=contents)


def run_with(*reports, memory="shared", **facts):
    return run_of(BORN, maps(memory), FORK, CHILD, *reports, **facts)


def seen(run):
    """What each read saw, as pairs of places in the story: of the read, and of the write."""
    return seen_writes(run.story, blocks(run, run.story, sizes(run)))


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
    ("acts", "memory", "arrows", "ways"),
    [
        ([writes(FULL), sees(FULL)], "shared", [(4, "parent", "block"), (5, "block", "child 1")], [("block", 4, 5)]),
        ([writes(FULL), sees(ZEROS)], "shared", [(4, "parent", "block")], []),
        ([writes(FULL), sees(ZEROS)], "private", [], []),
    ],
    ids=["seen", "not seen", "a block each"],
)
def test_there_is_no_arrow_from_a_write_that_was_not_seen(acts, memory, arrows, ways):
    drawn = DrawnLanes(lanes.picture(run_with(*acts, memory=memory)))

    assert drawn.arrows("bytes") == arrows
    assert drawn.ways("bytes") == ways


@pytest.mark.parametrize("processes", [("parent", "child 1"), ("child 1", "parent"), ("parent", "parent")])
def test_an_arrow_goes_from_who_writes_to_who_reads(processes):
    writer, reader = processes
    run = run_with(writes(FULL, writer), sees(FULL, reader))

    drawn = DrawnLanes(lanes.picture(run))

    assert drawn.arrows("bytes") == [(4, writer, "block"), (5, "block", reader)]


@pytest.mark.parametrize(("writer", "gutter"), [("parent", "west"), ("child 1", "east")])
def test_the_way_of_bytes_runs_down_the_edge_at_which_they_came_in(writer, gutter):
    drawn = DrawnLanes(lanes.picture(run_with(writes(FULL, writer), sees(FULL, "parent"), sees(FULL, "child 1"))))

    ways = [piece for step in drawn.steps for piece in drawn.pieces(step, "block") if "way" in piece]
    assert len(ways) == 5
    assert all(gutter in way for way in ways)


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

    assert list(plan(scene_of(run)).lanes) == names
    assert DrawnLanes(lanes.picture(run)).lanes == names


def test_a_child_begins_where_it_is_forked_and_ends_where_it_says_so():
    places = plan(scene_of(lesson()))

    kinds = {(event.process, event.kind): row for row, event in enumerate(places.steps)}
    assert places.begins["child 1"] == kinds["parent", "forks"]
    assert places.ends["child 1"] == kinds["child 1", "ends"]


def test_a_process_that_was_killed_ends_with_a_cross_that_says_how():
    reaps = report("parent", "reaps", pid=PIDS["child 1"], ended=-9)

    drawn = lanes.picture(run_with(reaps, ended={"child 1": -9}))

    assert 'cross" title="child 1 was ended by SIGKILL"></i>' in drawn
    assert DrawnLanes(drawn).said(4) == ("parent", "reaps child 1, which was ended by SIGKILL")


def test_a_process_that_goes_on_behind_the_last_step_that_is_drawn_ends_with_no_cross():
    assert "cross" not in lanes.picture(big_run(processes=2, steps=201)).partition("</style>")[2]
    assert "cross" in lanes.picture(big_run(processes=2, steps=200)).partition("</style>")[2]


def test_a_screen_reader_gets_each_step_and_who_saw_what():
    drawn = DrawnLanes(lanes.picture(lesson()))

    assert "<caption>share(100, &#x27;a&#x27;)</caption>" in drawn.html
    assert drawn.html.count('<th scope="col"') == len(drawn.lanes) + 3
    assert drawn.html.count('<th scope="row"') == 11
    assert drawn.said(2) == ("parent", "sees 100 x 00")
    assert drawn.said(8) == ("child 1", "sees 100 x 61 'a', which step 6 wrote")


def test_the_same_values_are_the_same_picture_without_an_id_that_could_clash():
    assert lanes.picture(lesson()) == lanes.picture(lesson())
    assert " id=" not in lanes.picture(lesson())


def test_ten_processes_and_two_hundred_steps_have_a_lane_and_a_row_each_in_a_frame_to_scroll():
    html = lanes.picture(big_run())

    drawn = DrawnLanes(html)
    assert len(drawn.lanes) == 10
    assert sum(len(drawn.marks(lane)) for lane in drawn.lanes) == len(drawn.steps) == 200
    assert 'tabindex="0" role="region"' in html
    assert "position:sticky" in html
    assert len(html) < 200_000


def test_a_run_with_more_processes_than_fit_is_shown_as_a_list():
    drawn = lanes.picture(big_run(processes=13))

    assert "<pre>big\n" in drawn
    assert "<table" not in drawn


# programs


def pairs_of(run):
    return [(write, read) for read, write in plan(scene_of(run)).seen.items()]


@pytest.mark.parametrize(
    ("run", "names"),
    [
        (forked(block()), ["parent", "block", "child 1"]),
        (forked(block(), block("block 2")), ["parent", "block 1", "block 2", "child 1"]),
        (forked(block("value 1", "value"), block()), ["parent", "value", "block", "child 1"]),
        (forked(block(memory="private"), after=[looks(0, b"a")]), ["parent", "child 1’s block", "child 1"]),
        (
            forked(block(memory="private"), after=[puts(0, b"a"), looks(0, b"b")]),
            ["parent", "parent’s block", "child 1’s block", "child 1"],
        ),
        (
            forked(after=[block(), block("child 1’s block 1", role="child 1")]),
            ["parent", "parent’s block", "child 1’s block", "child 1"],
        ),
        (
            forked(after=[block("child 1’s block 1", role="child 1"), block("child 1’s block 2", role="child 1")]),
            ["parent", "child 1’s block 1", "child 1’s block 2", "child 1"],
        ),
        (forked(block(inner=True)), ["parent", "child 1"]),
        (forked(*(block(f"block {number}") for number in range(1, 5))), ["parent", "child 1"]),
        (run_of(BORN, block()), ["parent"]),
    ],
    ids=["shared", "two", "value", "one reads", "private", "made after", "two after", "inner", "four", "alone"],
)
def test_a_program_has_a_lane_for_each_block_as_its_processes_see_it(run, names):
    assert list(plan(scene_of(run)).lanes) == names


def test_blocks_that_are_too_many_for_the_drawing_are_said_below_it():
    run = forked(*(block(f"block {number}") for number in range(1, 5)), after=[puts(0, b"a", name="block 3")])

    assert "<div>Its 4 blocks are not drawn: there is no room for so many.</div>" in lanes.picture(run)
    assert "writes 1 x 61 &#x27;a&#x27; at offset 0 of block 3" in lanes.picture(run)
    assert "not drawn" not in lanes.picture(forked(block()))


@pytest.mark.parametrize(
    ("acts", "pairs"),
    [
        ([puts(1, b"b"), looks(1, b"b")], [(3, 4)]),
        ([puts(1, b"b"), looks(0, b"\0b\0\0")], [(3, 4)]),
        ([puts(0, b"a"), puts(1, b"b"), looks(0, b"ab")], [(4, 5)]),
        ([puts(0, b"a"), puts(1, b"b"), looks(0, b"a")], [(3, 5)]),
        ([puts(0, b"ab"), puts(1, b"c"), looks(0, b"ab")], []),
        ([puts(1, b"b"), looks(0, b"\0")], []),
        ([puts(1, b"\0"), looks(1, b"\0")], []),
        ([looks(1, b"b"), puts(1, b"b")], []),
        ([puts(1, b"b", "child 1"), looks(1, b"b", "parent")], [(3, 4)]),
    ],
)
def test_a_read_of_a_part_shows_the_last_write_to_one_of_its_bytes(acts, pairs):
    assert pairs_of(forked(block(), after=acts)) == pairs


@pytest.mark.parametrize("reader", ["parent", "child 1"])
def test_what_one_process_writes_into_its_own_copy_is_no_way_to_the_other(reader):
    assert pairs_of(forked(block(memory="private"), after=[puts(0, b"a"), looks(0, b"a", reader)])) == []


def test_a_write_goes_to_its_own_block_and_is_read_from_there():
    run = forked(block(), block("block 2"), after=[puts(0, b"a", name="block 2"), looks(0, b"a", name="block 2")])

    drawn = DrawnLanes(lanes.picture(run))

    assert drawn.arrows("bytes") == [(5, "parent", "block 2"), (6, "block 2", "child 1")]
    assert "across" in drawn.looks(5, "block 1")


@pytest.mark.parametrize(
    ("run", "name", "held"),
    [
        (
            forked(block(), after=[puts(1, b"b"), looks(1, b"b"), puts(1, b"b")]),
            "block",
            [(0, "4 x 00"), (3, "1 x 00, 1 x 62 'b', 2 x 00")],
        ),
        (
            forked(block(memory="private"), puts(0, b"zz"), after=[puts(0, b"a", "child 1")]),
            "child 1’s block",
            [(2, "2 x 7a 'z', 2 x 00"), (4, "b'az', 2 x 00")],
        ),
        (
            forked(block("value 1", "value", size=1), after=[looks(0, b"\3", name="value 1", value="3")]),
            "value",
            [(3, "3")],
        ),
        (
            forked(block("value 1", "value", size=1), after=[puts(0, b"\4", name="value 1", value="4")]),
            "value",
            [(0, ""), (3, "4")],
        ),
        (
            forked(block("value 1", "value", size=2), after=[puts(1, b"\4", name="value 1", value="4")]),
            "value",
            [(0, "")],
        ),
    ],
    ids=["shared", "a copy", "a value that is read", "a value that is written", "an array"],
)
def test_a_block_s_lane_says_what_it_holds_as_far_as_that_is_known(run, name, held):
    assert [(row, words) for row, words, _ in plan(scene_of(run)).held[name]] == held


def test_what_a_block_holds_stands_in_its_lane_where_it_is_new_and_its_colour_below_that():
    drawn = DrawnLanes(lanes.picture(forked(block(), after=[puts(0, b"aaaa"), looks(0, b"aaaa")])))

    held = [drawn.words(step, "block") for step in drawn.steps]
    assert held == ["4 x 00", "", "", "4 x 61 'a'", ""]
    fills = re.findall(r"--fill:(#\w+)", drawn.html)
    assert fills == [paint(Contents.uniform(4, byte)) for byte in (0, 0, 0, 97, 97)]


def test_what_a_block_holds_stands_below_an_arrow_that_runs_across_it():
    run = forked(block(memory="private"), after=[puts(0, b"a"), looks(0, b"\0")])

    drawn = DrawnLanes(lanes.picture(run))

    assert drawn.words(2, "child 1’s block") == "4 x 00"
    assert {"across", "below"} <= drawn.looks(2, "child 1’s block")
    assert "below" not in drawn.looks(1, "parent’s block")


def test_what_is_written_beyond_the_reported_part_of_a_large_block_is_not_made_up():
    held = ShadowMemory(4000)

    held.write(0, Contents(4000, [(number, 1, number % 7) for number in range(256)], capped=True), 1)

    assert held.contents().capped
    assert held.shows(3000, Contents.uniform(10, 5)) == 1
    assert held.shows(0, Contents.uniform(10, 5)) is None


PIPE = {"at": "pipe", "name": "pipe 1"}
SEMAPHORE = {"at": "semaphore", "name": "semaphore 1"}
EVENT = {"at": "event", "name": "event 1"}


@pytest.mark.parametrize(
    ("acts", "pairs"),
    [
        ([("sends", PIPE, 2), ("receives", PIPE, 1), ("receives", PIPE, 1)], {3: 2, 4: 2}),
        ([("sends", PIPE, 1), ("sends", PIPE, 1), ("receives", PIPE, 2)], {4: 3}),
        ([("sends", PIPE, 1), ("sends", PIPE, 1), ("receives", PIPE, 1), ("receives", PIPE, 1)], {4: 2, 5: 3}),
        ([("sends", PIPE, 1), ("receives", PIPE, 1), ("receives", PIPE, 0)], {3: 2}),
        (
            [
                ("makes", SEMAPHORE, 1),
                ("releases", SEMAPHORE, 1),
                ("acquires", SEMAPHORE, 1),
                ("acquires", SEMAPHORE, 1),
            ],
            {4: 2},
        ),
        ([("releases", EVENT, 1), ("acquires", EVENT, 1), ("acquires", EVENT, 1)], {3: 2, 4: 2}),
        ([("receives", PIPE, 1)], {}),
        ([("releases", {"at": "lock", "name": "lock 1"}, 1), ("acquires", {"at": "lock", "name": "lock 1"}, 1)], {}),
    ],
)
def test_a_message_comes_from_its_sender(acts, pairs):
    roles = {"acquires": "child 1", "receives": "child 1"}
    reports = [
        report(
            roles.get(kind, "parent"),
            kind,
            **thing,
            **{"makes": {"value": 1}, "sends": {"count": number}, "receives": {"count": number}}.get(kind, {}),
        )
        for kind, thing, number in acts
    ]
    run = forked(after=reports)

    assert scene_of(run).messages == pairs


def test_what_a_process_sends_to_itself_is_no_message():
    run = forked(after=[report("parent", "sends", **PIPE, count=1), report("parent", "receives", **PIPE, count=1)])

    assert plan(scene_of(run)).messages == {}


def test_the_lines_that_led_to_a_program_s_steps_have_a_column():
    drawn = DrawnLanes(lanes.picture(program_run()))

    assert drawn.has_lines
    assert drawn.line(5) == "line 10"
    assert 'data-process="parent" data-line="10"' in drawn.row(5)
    assert not DrawnLanes(lanes.picture(lesson())).has_lines


def test_a_screen_reader_gets_which_bytes_a_program_wrote_into_the_block_and_who_saw_them():
    table = lanes.picture(program_run())

    assert "<td>writes 1 x 61 &#x27;a&#x27; at offset 3, in the block" in table
    assert "<td>sees 1 x 61 &#x27;a&#x27; at offset 3, which step 5 wrote" in table
    assert "in the block" not in lanes.picture(program_run("private"))


def test_pictures_of_programs_are_well_formed_and_the_same_for_the_same_run():
    for run in (program_run(), program_run("private")):
        check_picture(lanes.picture(run))
        assert lanes.picture(run) == lanes.picture(run)


# locks, pipes and the like


def test_a_lock_is_a_bar_in_the_line_of_its_holder_with_its_name():
    acts = [at("child 1", kind, "lock 1") for kind in ("acquires", "releases")]
    acts += [at("parent", kind, "lock 1") for kind in ("acquires", "releases")]

    drawn = DrawnLanes(lanes.picture(forked(after=acts)))

    assert drawn.lanes == ["parent", "lock", "child 1"]
    assert [drawn.words(step, "lock") for step in range(3, 7)] == ["child 1", "free", "parent", "free"]
    assert [{"held", "by-child", "by-parent"} & drawn.looks(step, "lock") for step in range(3, 7)] == [
        {"held", "by-child"},
        set(),
        {"held", "by-parent"},
        set(),
    ]
    assert drawn.arrows("message") == [
        (3, "lock", "child 1"),
        (4, "child 1", "lock"),
        (5, "lock", "parent"),
        (6, "parent", "lock"),
    ]


def test_a_deadlock_is_a_circle_of_arrows_in_the_last_rows_and_in_words():
    drawn = DrawnLanes(lanes.picture(in_deadlock()))

    assert drawn.arrows("wait") == [(5, "parent", "lock 2"), (6, "child 1", "lock 1")]
    assert [drawn.words(step, lane) for step, _, lane in drawn.arrows("wait")] == ["child 1", "parent"]
    assert drawn.said(5)[1].startswith("waits at lock 2, and never comes back; child 1 has it")
    assert drawn.said(6)[1].startswith("waits at lock 1, and never comes back; the parent has it")


def test_a_message_runs_through_what_it_went_through_and_what_waits_there_is_a_number():
    acts = [at("parent", "makes", "pipe 1"), at("parent", "sends", "pipe 1", 5)]
    acts += [at("child 1", "receives", "pipe 1", count) for count in (2, 3)]

    drawn = DrawnLanes(lanes.picture(forked(after=acts)))

    assert [drawn.words(step, "pipe") for step in range(3, 6)] == ["5 bytes", "3 bytes", "empty"]
    assert drawn.arrows("message") == [(3, "parent", "pipe"), (4, "pipe", "child 1"), (5, "pipe", "child 1")]
    assert drawn.ways("message") == [("pipe", 3, 4), ("pipe", 3, 5)]


def test_a_message_whose_pipe_has_no_name_runs_beside_its_sender():
    places = plan(scene_of(run_of(BORN, FORK, CHILD)))

    strokes = Strokes(replace(places, messages={1: 0}), {})

    assert "way" in strokes.inner(0, places.lanes["parent"])
    assert "message" in strokes.classes(1, places.lanes["child 1"])


def test_of_too_many_locks_those_that_somebody_waits_at_are_drawn_and_the_others_are_named():
    acts = [at("parent", "acquires", f"lock {number}") for number in range(1, 9)]
    run = run_of(
        BORN, FORK, CHILD, *acts, at("child 1", "waits", "lock 8"), stopped=["parent", "child 1"], source="pass"
    )

    html = lanes.picture(run)

    assert DrawnLanes(html).lanes == ["parent", *(f"lock {number}" for number in (1, 2, 3, 4, 5, 8)), "child 1"]
    assert "<div>Not drawn, for lack of room: lock 6, lock 7.</div>" in html


def test_steps_that_a_verdict_is_about_are_marked_with_its_kind():
    drawn = DrawnLanes(lanes.picture(program_run()))

    marked = [step for step in drawn.steps if "! sleep" in drawn.said(step)[1]]
    assert marked == [step for step in drawn.steps if "shmlesson-marked" in drawn.row(step)]
    assert len(marked) >= 2


def test_a_picture_is_small():
    assert len(lanes.picture(lesson())) < 12 << 10
    assert len(lanes.picture(big_run(processes=11))) < 250 << 10
