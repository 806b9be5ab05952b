"""A block is shown byte by byte as it is: as hexdump writes it, true to scale, with what changed marked and counted."""

import itertools
import re
import shutil
import subprocess

import pytest
import traitlets
from hypothesis import given
from hypothesis import strategies as st

from elements import MOST_HTML
from shmlesson.memory.contents import MOST_RUNS, Contents
from shmlesson.views import Block, hexdump
from shmlesson.views.html import block
from shmlesson.views.html.grid import grid
from shmlesson.views.text.cells import cells
from shmlesson.views.text.changes import changes, changes_in_words

GIB = 1 << 30
some_bytes = st.lists(st.tuples(st.sampled_from(b"\0aa~\xff"), st.integers(1, 40)), min_size=1, max_size=8).map(
    lambda runs: b"".join(bytes([byte]) * length for byte, length in runs)
)


def contents_of(data):
    """The contents of these bytes."""
    runs, offset = [], 0
    for byte, group in itertools.groupby(data):
        runs.append((offset, length := len(list(group)), byte))
        offset += length
    return Contents(len(data), runs)


def capped(size=1000):
    return Contents(size, [(place, 1, place % 2) for place in range(MOST_RUNS)], capped=True)


def marked(html):
    """The bytes that are marked as changed."""
    return re.findall(r"<ins><b>(..)<br/>", html)


# hex dump


@pytest.mark.skipif(not shutil.which("hexdump"), reason="hexdump is not installed")
@given(data=some_bytes, start=st.integers(0, 400), length=st.integers(1, 400))
def test_a_hex_dump_is_what_hexdump_prints(data, start, length):
    start %= len(data)
    part = data[start : start + length]

    printed = subprocess.run(["hexdump", "-C"], input=part, capture_output=True, timeout=10).stdout.decode()

    assert hexdump(contents_of(part)) + "\n" == printed


@pytest.mark.parametrize(
    ("contents", "part", "text"),
    [
        (
            contents_of(b"abc" * 8),
            (),
            "00000000  61 62 63 61 62 63 61 62  63 61 62 63 61 62 63 61  |abcabcabcabcabca|\n"
            "00000010  62 63 61 62 63 61 62 63                           |bcabcabc|\n"
            "00000018",
        ),
        (
            Contents.uniform(GIB, 0),
            (5, 50),
            "00000005  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n"
            "*\n"
            "00000035  00 00                                             |..|\n"
            "00000037",
        ),
        (
            Contents(20, [(0, 1, 0x7E), (1, 1, 0x7F)], capped=True),
            (0, 3),
            "00000000  7e 7f ??                                          |~.?|\n00000003",
        ),
        (
            contents_of(b"ab" * 36),
            (),
            "00000000  61 62 61 62 61 62 61 62  61 62 61 62 61 62 61 62  |abababababababab|\n"
            "*\n"
            "00000040  61 62 61 62 61 62 61 62                           |abababab|\n"
            "00000048",
        ),
        (Contents.uniform(10, 0), (10,), ""),
        (Contents.uniform(10, 0), (0, 0), ""),
    ],
    ids=["all of it", "a part", "unknown bytes", "equal lines of several runs", "behind the end", "nothing"],
)
def test_a_hex_dump_of(contents, part, text):
    assert hexdump(contents, *part) == text


def test_a_gibibyte_of_one_byte_is_a_hex_dump_of_three_lines():
    assert hexdump(Contents.uniform(GIB, 97)).splitlines()[1:] == ["*", "40000000"]


@pytest.mark.parametrize(("start", "length"), [(-1, 5), (0, -1)])
def test_a_hex_dump_from_or_of_less_than_nothing_is_an_error(start, length):
    with pytest.raises(ValueError, match="must not be negative"):
        hexdump(Contents.uniform(10, 0), start, length)


# bytes and changes


@given(data=some_bytes, start=st.integers(0, 400), length=st.integers(0, 400))
def test_a_part_of_the_contents_is_that_part_of_the_bytes(data, start, length):
    assert cells(contents_of(data), start, length) == list(data[start : start + length])


def test_bytes_that_capped_contents_do_not_know_are_none():
    assert cells(capped(), MOST_RUNS - 1, 3) == [1, None, None]


@given(before=some_bytes, now=some_bytes)
def test_the_changes_are_the_bytes_that_differ(before, now):
    places = changes(contents_of(before), contents_of(now))

    changed = [offset for start, length in places for offset in range(start, start + length)]
    assert changed == [offset for offset, (old, new) in enumerate(zip(before, now, strict=False)) if old != new]
    assert all(start + length < after for (start, length), (after, _) in itertools.pairwise(places))


def test_bytes_that_one_look_does_not_know_have_not_changed():
    places = changes(capped(), Contents.uniform(1000, 0))

    assert places == [(place, 1) for place in range(1, MOST_RUNS, 2)]


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (contents_of(b"aaaaaa"), contents_of(b"baaaab"), "2 bytes changed: offset 0, 5."),
        (contents_of(b"aaa"), contents_of(b"aba"), "1 byte changed: offset 1."),
        (contents_of(b"aaa"), contents_of(b"aaa"), "No byte changed."),
        (Contents.uniform(100, 0), Contents.uniform(100, 97), "100 bytes changed: offset 0 to 99."),
        (Contents.uniform(5, 0), Contents.uniform(9, 0), "No byte changed. The block had 5 bytes and has 9."),
        (capped(), capped(), "No byte of those that are known changed."),
        (
            contents_of(b"aa" * 10),
            contents_of(b"ab" * 10),
            "10 bytes changed: offset 1, 3, 5, 7, 9, 11, 13, 15 and 2 more places.",
        ),
    ],
)
def test_changes_are_counted_in_words(before, now, words):
    assert changes_in_words(before, now) == words


def test_what_changed_is_underlined_in_a_thick_frame_and_nothing_else_is():
    html = grid(contents_of(b"baaaab"), 0, contents_of(b"aaaaaa"))

    assert marked(html) == ["62", "62"]
    assert (html.count("border:3px"), html.count("border:1px")) == (2, 4)
    assert marked(grid(contents_of(b"baaaab"))) == []


# the picture


def test_each_of_256_bytes_is_a_cell_with_hex_and_character_under_headings_that_add_up_to_its_offset():
    html = block.picture(contents_of(bytes(range(256))))

    shown = re.findall(r"<td[^>]*>(..)<br/>", html)
    assert [int(byte, 16) for byte in shown] == list(range(256))
    assert re.findall(r'scope="col"[^>]*>\+(\d+)<', html) == [str(place) for place in range(16)]
    assert re.findall(r'scope="row"[^>]*>(\d+)<', html) == [str(place) for place in range(0, 256, 16)]
    assert "61<br/>a</td>" in html


def test_bytes_that_are_not_known_are_question_marks():
    assert grid(capped(), 250).count(">??</td>") == 250


@pytest.mark.parametrize(("size", "words"), [(1, "1 byte: 1 x 61"), (100, "100 bytes: 100 x 61")])
def test_a_picture_of_contents_has_the_words_below_it(size, words):
    assert f"<div>{words}" in block.picture(Contents.uniform(size, 97))


def test_a_strip_is_true_to_scale_and_labels_what_has_room_for_words():
    contents = Contents(60, [(0, 20, 0), (20, 39, 98), (59, 1, 10)])

    runs, parts = block.strip(contents).split('font-size:85%">')

    assert re.findall(r"flex:(\d+) 1 0", runs) == ["20", "39", "1"]
    assert re.findall(r"text-indent[^>]*>([^<]*)<", runs) == ["20 x 00", "39 x 62 &#x27;b&#x27;", ""]
    assert [int(length) for length in re.findall(r"flex:(\d+) 1 0", parts)] == [8] * 7 + [4]


@pytest.mark.parametrize(
    ("size", "names"),
    [
        (1, ["offset 0"]),
        (100, ["offset 0", "16", "32", "48", "64", "80", "96"]),
        (10_000, ["page 1", "page 2", "page 3"]),
        (16 * 4096, [f"pages {first}–{first + 1}" for first in range(1, 17, 2)]),
    ],
)
def test_the_equal_parts_of_a_strip_have_names(size, names):
    parts = block.strip(Contents.uniform(size, 97)).split('font-size:85%">')[1]

    assert re.findall(r"text-indent:3px\">([^<]*)<", parts) == names


@pytest.mark.parametrize(("count", "more"), [(16, False), (17, True), (MOST_RUNS, True)])
def test_a_strip_shows_sixteen_runs_and_the_rest_as_one(count, more):
    html = block.strip(Contents(count, [(place, 1, place % 2) for place in range(count)]))

    assert html.count("text-indent:5px") == 16 + more


def test_a_strip_says_what_it_shows_in_its_tip_and_is_not_read_twice():
    html = block.strip(Contents.uniform(100, 97), "the child saw")

    assert html.startswith('<div aria-hidden="true" title="the child saw: 100 x 61 &#x27;a&#x27;"')


# the widget


def test_setting_contents_anew_keeps_the_last_look_and_marks_what_changed():
    widget = Block(contents_of(b"aaaaaa"))

    widget.contents = contents_of(b"abaaaa")

    assert widget.before == contents_of(b"aaaaaa")
    assert marked(widget._window.value) == ["62"]
    assert "1 byte changed: offset 1." in widget._said.value
    assert 'role="status" aria-live="polite"' in widget._said.value


def test_moving_the_window_announces_nothing_new():
    widget = Block(Contents.uniform(5000, 0))
    said = widget._said.value

    widget.offset = 300

    assert widget._said.value == said
    assert re.findall(r'scope="row"[^>]*>(\d+)<', widget._window.value)[0] == "300"
    assert "0000012c" in widget._dump.value


@pytest.mark.parametrize(
    ("enter", "offset"),
    [
        (lambda control: setattr(control.box, "value", "300"), 300),
        (lambda control: setattr(control.box, "value", "0x1f"), 31),
        (lambda control: setattr(control.box, "value", "1 KiB"), 1024),
        (lambda control: setattr(control.slider, "value", 512), 512),
    ],
    ids=["decimal", "hex", "KiB", "slider"],
)
def test_the_window_goes_where_box_and_slider_say(enter, offset):
    widget = Block(Contents.uniform(5000, 0))

    enter(widget._control)

    assert (widget.offset, widget._control.box.value) == (offset, str(offset))
    assert widget._control.slider.value == offset // 256 * 256


@pytest.mark.parametrize(
    ("entered", "complaint"),
    [
        ("here", "offset must be a number of bytes as in 300, 0x100 or 4 KiB, got &#x27;here&#x27;."),
        ("5000", "offset must be from 0 to 4999 in this block, got &#x27;5000&#x27;."),
        ("-1", "offset must be from 0 to 4999 in this block, got &#x27;-1&#x27;."),
    ],
)
def test_an_offset_that_is_none_is_a_sentence_and_the_window_stays(entered, complaint):
    widget = Block(Contents.uniform(5000, 0))

    widget._control.box.value = entered

    assert complaint in widget._said.value
    assert widget.offset == 0


def test_the_window_stays_in_a_block_that_becomes_smaller():
    widget = Block(Contents.uniform(5000, 0))
    widget.offset = 4000

    widget.contents = Contents.uniform(10, 0)

    assert (widget.offset, widget._control.slider.max) == (9, 0)


def test_two_blocks_can_be_linked():
    first, second = (Block(Contents.uniform(5000, 0)) for _ in range(2))
    traitlets.link((first, "offset"), (second, "offset"))

    first._control.box.value = "256"

    assert second._window.value == first._window.value


@pytest.mark.parametrize(
    "contents", [Contents.uniform(GIB, 97), capped(GIB), contents_of(bytes(range(256)))], ids=["GiB", "capped", "all"]
)
def test_a_block_of_any_size_costs_at_most_64_kib_of_html(contents):
    widget = Block(contents, before=Contents.uniform(len(contents), 7))

    parts = (widget._whole, widget._said, widget._window, widget._dump)

    assert sum(len(part.value.encode()) for part in parts) < MOST_HTML
    assert len(block.picture(contents).encode()) < MOST_HTML


def test_what_stands_in_for_the_widget_says_the_same():
    widget = Block(contents_of(b"ab"), before=contents_of(b"aa"))

    assert widget.face_text() == "1 x 61 'a', 1 x 62 'b'"
    assert "1 byte changed: offset 1." in widget.face_html()
    assert marked(widget.face_html()) == ["62"]


def test_of_several_strips_only_the_last_one_needs_an_axis():
    with_axis, without = (block.strip(Contents.uniform(100, 97), axis=axis) for axis in (True, False))

    assert ("offset 0" in with_axis, "offset 0" in without) == (True, False)
    assert "100 x 61" in without
