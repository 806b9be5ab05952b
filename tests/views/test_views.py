"""Views draw values: the same text and pictures everywhere, controls in step, errors as sentences in the widget."""

import configparser
import html
import itertools
import re
from types import SimpleNamespace

import ipywidgets
import pytest

from elements import Elements, rows
from kernels import ROOT
from shmlesson import share
from shmlesson.api.compare import TOOLS, Comparison
from shmlesson.api.progress import begin_steps, end_steps
from shmlesson.client.log import event_from
from shmlesson.memory.contents import Contents
from shmlesson.views import TrySizes, WidgetCheck, chart, progress
from shmlesson.views.html import block, lanes
from shmlesson.views.html.chart import picture as draw_chart
from shmlesson.views.html.steps import did
from shmlesson.views.text import sentences
from shmlesson.views.text.moments import moments
from shmlesson.views.text.scene import scene_of
from shmlesson.views.widgets.controls import LARGEST, STEPS, FillControl, SizeControl, nearest_step
from stories import PIDS, lesson, program_run, report, run_of

BORN = report("parent", "born", ppid=1, returned=None)
FORK = report("parent", "forks", child="child 1", returned=PIDS["child 1"])
CHILD = report("child 1", "born", ppid=PIDS["parent"], returned=0)
VIEW = "application/vnd.jupyter.widget-view+json"


# words


@pytest.mark.parametrize(
    ("fork_returns", "said"),
    [
        (True, ["forks; fork returned the process ID of child 1", "starts as a copy; fork returned 0 here"]),
        (False, ["forks", "starts as a copy"]),
    ],
)
def test_what_fork_returned_is_said_unless_it_is_still_to_be_found_out(fork_returns, said):
    scene = scene_of(lesson(), fork_returns=fork_returns)

    assert [sentences.sentence_in(scene, event) for event in scene.steps[2:4]] == said
    assert did(scene)[2:4] == [step.did for step in moments(scene).steps[2:4]] == said
    assert ("returned" in sentences.story(lesson(), fork_returns=fork_returns)) == fork_returns
    assert ("returned" in lanes.picture(lesson(), fork_returns=fork_returns)) == fork_returns


def test_what_a_fork_copied_is_said_even_if_what_it_returned_is_not():
    fork = report("parent", "forks", child="child 1", returned=PIDS["child 1"], pending="hi\n")
    scene = scene_of(run_of(BORN, fork, CHILD), fork_returns=False)

    assert sentences.sentence_in(scene, scene.steps[0]) == 'forks; "hi", not yet printed, is copied too'


def test_the_story_of_the_lesson():
    assert sentences.story(lesson()).splitlines() == [
        "share(100, 'a')",
        "  parent   maps 100 bytes, shared",
        "  parent   sees 100 x 00",
        "  parent   forks; fork returned the process ID of child 1",
        "  child 1  starts as a copy; fork returned 0 here",
        "  child 1  waits at the pipe",
        "  parent   writes 100 x 61 'a'",
        "  parent   writes a byte into the pipe",
        "  child 1  sees 100 x 61 'a'",
        "  child 1  ends, exit code 0",
        "  parent   reaps child 1, which exited with 0",
        "  parent   ends, exit code 0",
    ]


def test_the_story_of_a_run_that_was_made_up_is_that_of_a_real_one():
    assert sentences.story(lesson()) == sentences.story(share(100, "a"))
    assert lanes.picture(lesson()) == lanes.picture(share(100, "a"))


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (report("parent", "maps", size=1, memory="private"), "maps 1 byte, private"),
        (report("parent", "maps", size=100, memory=None), "maps 100 bytes"),
        (report("parent", "maps", size=100, memory="bytearray"), "makes a bytearray of 100 bytes, memory of its own"),
        (report("parent", "sleeps", seconds=0.1), "sleeps 0.1 s"),
        (report("parent", "sleeps", seconds=2), "sleeps 2 s"),
        (report("parent", "reaps", pid=1, ended=3), "reaps a process it started, which exited with 3"),
        (report("parent", "reaps", pid=1, ended=-9), "reaps a process it started, which was ended by SIGKILL"),
        (report("parent", "prints", text="hi\n", stream="stdout"), 'prints "hi"'),
        (report("parent", "prints", text="a\nb", stream="stderr"), r'prints to stderr "a\nb"'),
        (report("parent", "prints", text="x" * 71, stream="stdout"), f'prints "{"x" * 70}…"'),
        (report("parent", "fails", error="OSError: no"), "fails: OSError: no"),
        (report("parent", "measures", tool="Queue", size=100, seconds=1), "measures Queue at 100 bytes"),
    ],
)
def test_an_event_in_words(event, sentence):
    assert sentences.sentence(event_from(event)) == sentence


def test_who_connects_to_a_socket_is_not_said_to_be_one():
    asks = report("parent", "releases", at="opening", name="socket 1", line=1)
    run = run_of(report("parent", "born", ppid=1, returned=None), asks, source="pass\n")

    assert "parent  connects to the socket" in sentences.account(run)


def test_the_story_of_a_program_has_its_lines():
    assert sentences.account(program_run()).splitlines() == [
        "program.py",
        "  line  5  parent   maps 100 bytes, shared",
        "  line  6  parent   forks; fork returned the process ID of child 1",
        "  line  6  child 1  starts as a copy; fork returned 0 here",
        "  line  7  child 1  sleeps 0.1 s",
        "  line 10  parent   writes 1 x 61 'a' at offset 3",
        "  line  8  child 1  sees 1 x 61 'a' at offset 3",
        '  line  8  child 1  prints "97"',
        "  line  9  child 1  leaves by os._exit, exit code 0",
        "  line 11  parent   reaps child 1, which exited with 0",
        "           parent   comes to its end, exit code 0",
    ]


A, WHOLE = [1, 0, 1, 97], [4, 0, 4, 97]


@pytest.mark.parametrize(
    ("kind", "detail", "said"),
    [
        ("reads", {"offset": 3, "contents": A}, "sees 1 x 61 'a' at offset 3"),
        ("reads", {"offset": 0, "contents": WHOLE}, "sees 4 x 61 'a'"),
        ("writes", {"offset": 0, "contents": [3, 0, 1, 97, 1, 98, 1, 10]}, "writes b'ab\\n' at offset 0"),
        (
            "writes",
            {"offset": 0, "contents": [3, 0, 1, 97, 1, 0, 1, 97]},
            "writes 1 x 61 'a', 1 x 00, 1 x 61 'a' at offset 0",
        ),
        ("writes", {"offset": 3, "contents": A, "times": 1000}, "writes 1 x 61 'a' at offset 3, 1,000 times in a row"),
        (
            "reads",
            {"offset": 3, "contents": A, "times": 5, "last": True},
            "sees 1 x 61 'a' at offset 3, the last of 5 times in a row",
        ),
        ("writes", {"offset": 0, "contents": WHOLE, "via": "view"}, "writes 4 x 61 'a' through a view"),
        ("reads", {"offset": 0, "contents": WHOLE, "value": "3"}, "reads 3 from the block"),
        ("writes", {"offset": 0, "contents": WHOLE, "value": "4"}, "writes 4 into the block"),
        ("writes", {"offset": 3, "contents": A, "value": "97"}, "writes 97 into the block at offset 3"),
        ("views", {}, "takes a view of the block"),
    ],
)
def test_what_is_done_to_a_block_in_words(kind, detail, said):
    maps = report("parent", "maps", size=4, memory="shared", block="block 1")

    assert last_words(maps, report("parent", kind, block="block 1", **detail)) == said


def last_words(*reports):
    """What is said of the last step that is told of this run."""
    run = run_of(BORN, *reports)
    scene = scene_of(run)
    return sentences.sentence(scene.steps[-1], scene.names)


@pytest.mark.parametrize(
    ("kind", "detail", "said"),
    [
        ("maps", {"size": 4, "memory": "shared"}, "maps block 2: 4 bytes, shared"),
        ("reads", {"offset": 3, "contents": A}, "sees 1 x 61 'a' at offset 3 of block 2"),
        ("reads", {"offset": 0, "contents": WHOLE}, "sees 4 x 61 'a' in block 2"),
        ("writes", {"offset": 0, "contents": WHOLE}, "writes 4 x 61 'a' into block 2"),
        ("writes", {"offset": 0, "contents": WHOLE, "value": "4"}, "writes 4 into block 2"),
        ("views", {}, "takes a view of block 2"),
    ],
)
def test_where_a_program_has_several_blocks_it_is_said_which(kind, detail, said):
    maps = [report("parent", "maps", size=4, memory="shared", block=f"block {number}") for number in (1, 2)]

    assert last_words(*maps, FORK, report("parent", kind, block="block 2", **detail)) == said


@pytest.mark.parametrize(
    ("kind", "at", "more", "said"),
    [
        ("sends", "pipe", {"count": 1}, "writes 1 byte into the pipe"),
        ("sends", "pipe", {"count": 70000}, "writes 70,000 bytes into the pipe"),
        ("receives", "pipe", {"count": 2}, "reads 2 bytes from the pipe"),
        ("receives", "pipe", {"count": 0}, "finds the end of the pipe"),
        ("acquires", "lock", {}, "acquires the lock"),
        ("releases", "lock", {}, "releases the lock"),
        ("acquires", "semaphore", {}, "acquires the semaphore"),
        ("releases", "semaphore", {}, "releases the semaphore"),
        ("releases", "event", {}, "sets the event"),
        ("acquires", "event", {}, "sees the event set"),
        ("releases", "barrier", {}, "arrives at the barrier"),
        ("acquires", "barrier", {}, "passes the barrier"),
        ("waits", "pipe", {}, "waits at the pipe, and never comes back"),
    ],
)
def test_what_is_done_at_a_pipe_or_a_lock_in_words(kind, at, more, said):
    act = report("parent", kind, at=at, name=f"{at} 1", **more)
    more = {"count": 1} if at == "pipe" else {}
    other = report("parent", "sends" if at == "pipe" else "releases", at=at, name=f"{at} 2", **more)

    assert last_words(FORK, act) == said
    assert last_words(other, FORK, act) == said.replace(f"the {at}", f"{at} 1")


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (report("parent", "signals", signal=15, pid=PIDS["child 1"]), "sends SIGTERM to child 1"),
        (report("parent", "signals", signal=9, pid=1), "sends SIGKILL to a process it started"),
        (report("parent", "waits", at="child", name="child 1"), "waits for child 1, and never comes back"),
        (report("parent", "waits", at="child", name="any child"), "waits for a child, and never comes back"),
        (report("parent", "truncated"), "goes on, with more steps than are told"),
        (report("parent", "ends", code=3, how="sys.exit"), "leaves by sys.exit, exit code 3"),
        (report("parent", "ends", code=1, how="error"), "ends by an error that nobody caught, exit code 1"),
        (report("parent", "ends", code=0, how="process"), "ends, exit code 0"),
        (
            report("parent", "forks", child="child 1", returned=PIDS["child 1"], pending="hi\n"),
            'forks; fork returned the process ID of child 1; "hi", not yet printed, is copied too',
        ),
    ],
)
def test_what_else_a_program_does_in_words(event, said):
    assert last_words(FORK, event) == said


AT_LOCK = {"at": "lock", "name": "lock 1"}


@pytest.mark.parametrize(
    ("acts", "steps"),
    [
        ([("waits", AT_LOCK), ("acquires", AT_LOCK)], ["acquires the lock"]),
        ([("waits", AT_LOCK)], ["waits at the lock, and never comes back"]),
        ([("waits", AT_LOCK), ("stuck", {})], ["waits at the lock, and never comes back"]),
        ([("stuck", {})], ["waits for ever"]),
        ([("waits", {"at": "pipe"}), ("sleeps", {"seconds": 1})], ["waits at the pipe", "sleeps 1 s"]),
        ([("makes", AT_LOCK), ("changes", {"names": ["x"]})], []),
        ([("acquires", AT_LOCK | {"inner": True})], []),
    ],
    ids=["over", "for ever", "stuck", "only stuck", "in a lesson", "private", "inner"],
)
def test_what_is_said_of_waits_and_of_what_a_learner_did_not_write(acts, steps):
    run = run_of(BORN, *(report("parent", kind, **detail) for kind, detail in acts))

    scene = scene_of(run)

    assert [sentences.sentence(event, scene.names) for event in scene.steps] == steps


def test_a_wait_whose_end_nobody_reported_is_not_said_to_be_for_ever():
    run = run_of(BORN, report("parent", "waits", **AT_LOCK), truncated=1)

    assert scene_of(run).steps == ()


def test_a_step_that_is_not_shown_cannot_move_those_that_are():
    inner = report("child 1", "acquires", **AT_LOCK, inner=True)
    ends, prints = report("child 1", "ends", code=0), report("parent", "prints", text="x", stream="stdout")

    one, other = (scene_of(run_of(BORN, FORK, CHILD, *acts, ends)) for acts in ((prints, inner), (inner, prints)))

    assert one.steps == other.steps


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({"ended": {"parent": -9}}, "parent was ended by SIGKILL."),
        ({"ended": {"parent": 3}}, "parent exited with 3."),
        ({"stopped_after": 2.0}, "The run was stopped after 2 s, its deadline."),
        (
            {"ended": {"parent": -9}, "stopped": ["parent"], "stopped_after": 2.0},
            "parent was still running and was stopped.",
        ),
        ({"stray": "theirs\n"}, 'A program that it started printed "theirs".'),
        ({"dropped": 7}, "It printed 7 more characters than are kept."),
    ],
)
def test_what_the_events_leave_open_is_said_at_the_end_in_text_and_picture(facts, line):
    run = run_of(BORN, **facts)

    assert line in sentences.story(run).splitlines()
    assert f"<div>{html.escape(line)}</div>" in lanes.picture(run)


def test_how_a_process_ended_is_said_once():
    run = run_of(BORN, report("parent", "ends", code=3), ended={"parent": 3})

    assert sentences.story(run).splitlines() == ["program.py", "  parent  ends, exit code 3"]


# pictures


@pytest.mark.parametrize("draw", [sentences.story, lanes.picture, repr], ids=["text", "html", "repr"])
def test_no_process_id_no_address_and_no_time_is_shown(draw):
    shown = draw(lesson())

    assert not re.search(r"98765\d|0x|10{6,}", shown)
    assert "child 1" in shown


DRAWN = ("viewbox", "d", "x", "y", "cx", "cy", "r", "width", "height", "fill", "stroke")
DATA = ("data-step", "data-process", "data-line")
HOSTILE = "<script>alert('&')</script>"


@pytest.mark.parametrize(
    "html",
    [
        lanes.picture(
            run_of(BORN, report("parent", "prints", text=HOSTILE, stream="stdout"), call=HOSTILE, stray=HOSTILE)
        ),
        block.picture(Contents.uniform(100, ord("<"))),
        block.strip(Contents.uniform(100, ord('"')), HOSTILE),
        TrySizes(lambda size: HOSTILE).face_html(),
        TrySizes(lambda size: HOSTILE)._shown.value,
    ],
    ids=["lanes", "block", "label", "answer", "widget"],
)
def test_text_of_a_program_is_text_in_a_picture(html):
    elements = Elements(html)

    assert "script" not in {tag for tag, _ in elements.seen}
    assert all(
        set(attributes)
        <= {"style", "class", "role", "aria-hidden", "aria-live", "aria-label", "title", "scope", *DATA, *DRAWN}
        for _, attributes in elements.seen
    )


@pytest.mark.parametrize("draw", [lanes.picture, lambda run: block.picture(run.child.saw), sentences.story])
def test_a_gibibyte_costs_as_much_to_show_as_a_byte(draw):
    assert len(draw(lesson(1 << 30))) - len(draw(lesson(1))) < 400


@pytest.mark.usefixtures("fonts")
def test_a_chart_has_a_line_for_each_tool_and_says_what_its_axes_are():
    comparison = Comparison({(tool, size): size * 1e-6 for tool in TOOLS for size in (100, 4096)}, (100, 4096))

    axes = chart(comparison).axes[0]

    assert [line.get_label() for line in axes.lines] == list(TOOLS)
    assert list(axes.lines[0].get_ydata()) == pytest.approx([0.1, 4.096])
    assert [label.get_text() for label in axes.get_xticklabels()] == ["100 bytes", "4 KiB"]
    assert "size" in axes.get_xlabel()
    assert "milliseconds" in axes.get_ylabel()


@pytest.mark.usefixtures("fonts")
def test_a_chart_has_a_bar_from_the_fastest_to_the_slowest_at_each_point_and_the_table_below_it_says_the_same():
    ranges = {(tool, size): (0.001, 0.004) for tool in TOOLS for size in (100, 4096)}
    comparison = Comparison(dict.fromkeys(ranges, 0.002), (100, 4096), ranges)

    bars = [bar for bars in chart(comparison).axes[0].collections for bar in bars.get_segments()]

    assert [bar[:, 1].tolist() for bar in bars] == [pytest.approx([1, 4])] * len(ranges)
    assert rows(draw_chart(comparison))[1:] == [f"{tool} 2 (1 – 4) 2 (1 – 4)" for tool in TOOLS]


COMPARED = Comparison({(tool, size): 0.00125 for tool in TOOLS for size in (100, 4096)}, (100, 4096))


@pytest.mark.usefixtures("fonts")
def test_a_chart_on_a_page_has_the_colours_and_letters_of_the_page():
    html = draw_chart(COMPARED)
    svg = html[html.index("<svg") : html.index("</svg>")]

    assert svg.count("currentColor") > 20
    assert re.findall(r"#[0-9a-f]{6}(?!; |, | 75%)", svg) == []  # each is mixed with the colour of the letters
    assert set(re.findall(r"font-family: ([^;\"]*)", svg)) == {"var(--jp-ui-font-family,sans-serif)"}
    assert {"mmap", "Pipe.send_bytes", "4 KiB", "size of the block"} <= set(re.findall(r">([^<>]+)</text>", svg))


@pytest.mark.usefixtures("fonts")
def test_a_chart_on_a_page_leaves_the_rest_of_the_page_alone():
    html = draw_chart(COMPARED)
    names = set(re.findall(r' id="([^"]*)"', html))

    Elements(html)
    assert re.findall(r"<style>(.*?)</style>", html) == ["@media print{.shmlesson-chart>svg{min-width:0!important}}"]
    assert names == set(re.findall(r'href="#([^"]*)"', html))
    assert "url(" not in html
    assert draw_chart(COMPARED) == html


@pytest.mark.usefixtures("fonts")
def test_a_chart_on_a_page_has_the_same_as_text():
    html = draw_chart(COMPARED)

    assert re.search(r'<svg viewBox="[^"]*" role="img" aria-label="Milliseconds [^"]* a table follows\."', html)
    assert rows(html)[0] == "milliseconds 100 bytes 4 KiB"
    assert rows(html)[1:] == [f"{tool} 1.25 1.25" for tool in TOOLS]


# controls


@pytest.mark.parametrize(
    ("name", "entered", "value"),
    [
        ("character", "b", 98),
        ("character", " ", 32),
        ("number", 0, 0),
        ("number", 255, 255),
        ("hex", "7e", 126),
        ("hex", "0x0A", 10),
    ],
)
def test_character_number_and_hex_are_kept_in_step(name, entered, value):
    control = FillControl("a")

    getattr(control, name).value = entered

    character = chr(value) if 32 <= value < 127 else ""
    assert control.value == value
    assert (control.character.value, control.number.value, control.hex.value) == (character, value, f"{value:02x}")
    assert control.complaint == ""


@pytest.mark.parametrize(
    ("name", "entered", "complaint"),
    [
        ("character", "", "fill must be one ASCII character, got ''."),
        ("character", "ab", "fill must be one ASCII character, got 'ab'."),
        ("character", "é", "fill must be one ASCII character, got 'é'."),
        ("hex", "xyz", "hex must be one or two hexadecimal digits, as in 61 or 0x61, got 'xyz'."),
    ],
)
def test_a_fill_that_is_none_is_a_sentence_and_the_value_stays(name, entered, complaint):
    control = FillControl("a")

    getattr(control, name).value = entered

    assert (control.value, control.complaint) == (97, complaint)


@pytest.mark.parametrize(
    ("name", "entered", "value"),
    [
        ("box", "100", 100),
        ("box", "4 KiB", 4096),
        ("box", "64 MiB", LARGEST),
        ("slider", 1000, 1000),
        ("slider", LARGEST, LARGEST),
    ],
)
def test_slider_and_box_are_kept_in_step(name, entered, value):
    control = SizeControl(1)

    getattr(control, name).value = entered

    assert (control.value, control.box.value, control.slider.value) == (value, str(value), nearest_step(value))


@pytest.mark.parametrize(
    ("entered", "complaint"),
    [
        ("", "size must be a number of bytes, or of KiB, MiB or GiB as in '4 KiB', got ''."),
        ("many", "size must be a number of bytes, or of KiB, MiB or GiB as in '4 KiB', got 'many'."),
        ("0", "size must be at least 1 byte, got 0."),
        ("1 GiB", "size must be at most 64 MiB here (share itself takes more), got '1 GiB'."),
    ],
)
def test_a_size_that_is_none_is_a_sentence_and_the_value_stays(entered, complaint):
    control = SizeControl(100)

    control.box.value = entered

    assert (control.value, control.complaint) == (100, complaint)


@pytest.mark.parametrize(
    "mend",
    [lambda control: setattr(control.box, "value", "5"), lambda control: setattr(control, "value", 7)],
    ids=["box", "code"],
)
def test_a_complaint_goes_when_a_value_comes(mend):
    control = SizeControl(100)
    control.box.value = "many"

    mend(control)

    assert control.complaint == ""
    assert control.box.value == str(control.value)


@pytest.mark.parametrize(
    ("size", "step"), [(1, 1), (3, 1), (4, 10), (50, 100), (100, 100), (5000, 4096), (1 << 40, LARGEST), (0, 1)]
)
def test_the_slider_stands_at_the_nearest_step(size, step):
    assert nearest_step(size) == step


def test_the_slider_goes_from_a_byte_to_64_mib_in_sensible_steps():
    assert (STEPS[0], STEPS[-1]) == (1, 64 << 20)
    assert all(1.3 < larger / smaller <= 10 for smaller, larger in itertools.pairwise(STEPS))


# what stands in where no widget can be drawn


@pytest.mark.parametrize(
    ("widget", "text", "html"),
    [
        (TrySizes(lambda size: f"{size} it is"), "TrySizes at 100 bytes: 100 it is", "<p>100 it is</p>"),
        (WidgetCheck(), "Run this cell first: a button will", "<b>Run this cell first: "),
    ],
    ids=["TrySizes", "WidgetCheck"],
)
def test_a_widget_has_text_and_html_beside_its_view(widget, text, html):
    bundle = widget._repr_mimebundle_()

    assert set(bundle) == {"text/plain", "text/html", VIEW}
    assert text in bundle["text/plain"]
    assert html in bundle["text/html"]


# the others


def test_try_sizes_calls_the_function_for_each_size():
    widget = TrySizes(lambda size: f"{size * 2} twice", size=5)
    first = widget.answer

    widget._control.box.value = "1 KiB"

    assert (first, widget.answer, widget.size) == ("10 twice", "2048 twice", 1024)
    assert "2048 twice" in widget._shown.value


def test_the_error_of_a_function_is_a_sentence():
    widget = TrySizes(lambda size: {101: 1}[size])

    assert widget.answer == "KeyError: 100"
    widget.size = 101
    assert widget.answer == "1"


def test_a_size_that_cannot_be_read_is_said_and_not_tried():
    tried = []
    widget = TrySizes(tried.append)

    widget._control.box.value = "many"

    assert "got &#x27;many&#x27;." in widget._shown.value
    assert tried == [100]


def test_progress_gives_each_step_and_shows_how_many_are_done():
    steps = progress(iter("abc"), label="letter")

    assert list(steps) == ["a", "b", "c"]


class Displayed(list):
    """Stands in for ``display``: keeps the bar, and what a notebook would hold of it at first and after each update."""

    def __call__(self, bar, display_id):
        assert display_id
        self.append(bar)
        self.faces = [bar.face_text()]
        return SimpleNamespace(update=lambda again: self.faces.append(again.face_text()))


@pytest.fixture
def displayed(monkeypatch):
    displayed = Displayed()
    monkeypatch.setitem(progress.__globals__, "display", displayed)
    return displayed


def test_progress_that_is_closed_before_its_end_says_so(displayed):
    steps = progress("abc", label="letter")
    next(steps), next(steps)
    steps.close()

    assert [child.value for child in displayed[0].children[:2]] == [1, "1 of 3, ended there"]


def test_progress_is_a_bar_with_words_beside_it(displayed):
    said = []

    for _ in progress("ab", label="letter"):
        said += [child.value for child in displayed[0].children[:2]]

    bar, label, _ = displayed[0].children
    assert said == [0, "0 of 2, letter a", 1, "1 of 2, letter b"]
    assert (bar.value, bar.max, label.value, bar.bar_style) == (2, 2, "2 of 2, done", "success")


def test_progress_that_finds_fewer_steps_than_were_expected_ends_with_a_full_bar(displayed):
    steps = begin_steps(progress, 500, "order")
    next(steps)

    end_steps(steps, "2 orders, all there are")

    bar, label, _ = displayed[0].children
    assert (bar.value, bar.max, label.value, bar.bar_style) == (500, 500, "2 orders, all there are", "success")
    assert list(steps) == []


def test_a_saved_notebook_has_the_last_words_of_progress(displayed):
    list(progress("ab", label="letter:"))

    assert displayed.faces == ["Progress (letter): 0 of 2", "Progress (letter): 2 of 2, done"]


def test_nbval_takes_the_first_and_the_last_words_of_progress_for_the_same(displayed):
    rule = configparser.ConfigParser(interpolation=None)
    rule.read(ROOT / "tests" / "nbval.cfg")

    list(progress(range(3)))

    pattern, same = rule["progress"]["regex"], rule["progress"]["replace"]
    assert {re.sub(pattern, same, f"<p>{face}</p>") for face in displayed.faces} == {"<p>Progress (step)</p>"}


def test_steps_that_cannot_be_told_anything_are_only_closed():
    end_steps(iter("ab"), "all there are")
    end_steps(None, "all there are")


def test_a_widget_check_says_that_it_works_once_it_was_pressed():
    check = WidgetCheck()
    before = check.works

    check._button.click()

    assert (before, check.works) == (False, True)
    assert "Widgets work here" in check._said.value


def test_the_views_are_widgets():
    assert all(isinstance(widget, ipywidgets.Widget) for widget in (TrySizes(str), WidgetCheck()))


def test_a_long_run_is_shown_up_to_200_steps_and_says_how_many_more_there_are():
    events = [report("parent", "prints", text=f"line {number}\n", stream="stdout") for number in range(1000)]

    run = run_of(*events)

    assert sentences.story(run).count('prints "line ') == lanes.picture(run).count("</td></tr>") == 200
    assert "And 800 more steps, which are in run.events." in sentences.story(run)


@pytest.mark.parametrize(
    "drawn", [lanes.picture(lesson()), block.picture(Contents.uniform(2, 0x24))], ids=["run", "block"]
)
def test_what_a_program_prints_and_a_block_holds_is_never_typeset_as_a_formula(drawn):
    assert drawn.startswith('<div class="mathjax_ignore">')
    assert drawn.endswith("</div>")
