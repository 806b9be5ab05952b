"""Views draw values: the same text and pictures everywhere, controls in step, errors as sentences in the widget."""

import html
import itertools
import re

import ipywidgets
import pytest

from elements import Elements
from shmlesson import share
from shmlesson.comparison import TOOLS, Comparison
from shmlesson.contents import Contents
from shmlesson.records import event_from
from shmlesson.views import TrySizes, WidgetCheck, block, chart, lanes, progress, words
from shmlesson.views.controls import LARGEST, STEPS, FillControl, SizeControl, nearest_step
from stories import PIDS, lesson, report, run_of

BORN = report("parent", "born", ppid=1, returned=None)
FORK = report("parent", "forks", child="child 1", returned=PIDS["child 1"])
CHILD = report("child 1", "born", ppid=PIDS["parent"], returned=0)
VIEW = "application/vnd.jupyter.widget-view+json"


# words


def test_the_story_of_the_lesson():
    assert words.story(lesson()).splitlines() == [
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
    assert words.story(lesson()) == words.story(share(100, "a"))
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
    assert words.sentence(event_from(event, {})) == sentence


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
        ({"dropped": 7}, "It printed 7 characters more than are kept."),
    ],
)
def test_what_the_events_leave_open_is_said_at_the_end_in_text_and_picture(facts, line):
    run = run_of(BORN, **facts)

    assert line in words.story(run).splitlines()
    assert f"<div>{html.escape(line)}</div>" in lanes.picture(run)


def test_how_a_process_ended_is_said_once():
    run = run_of(BORN, report("parent", "ends", code=3), ended={"parent": 3})

    assert words.story(run).splitlines() == ["program.py", "  parent  ends, exit code 3"]


# pictures


@pytest.mark.parametrize("draw", [words.story, lanes.picture, repr], ids=["text", "html", "repr"])
def test_no_process_id_no_address_and_no_time_is_shown(draw):
    shown = draw(lesson())

    assert not re.search(r"98765\d|0x|10{6,}", shown)
    assert "child 1" in shown


DRAWN = ("viewbox", "d", "x", "y", "cx", "cy", "r", "width", "height", "fill", "stroke")
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
        <= {"style", "class", "role", "aria-hidden", "aria-live", "aria-label", "title", "scope", *DRAWN}
        for _, attributes in elements.seen
    )


@pytest.mark.parametrize("draw", [lanes.picture, lambda run: block.picture(run.child.saw), words.story])
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
        ("character", "", "fill must be one ASCII character or an int from 0 to 255, got ''."),
        ("character", "ab", "fill must be one ASCII character or an int from 0 to 255, got 'ab'."),
        ("character", "é", "fill must be one ASCII character or an int from 0 to 255, got 'é'."),
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
        (WidgetCheck(), "No widget is shown here.", "pip install ipywidgets"),
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
    widget = TrySizes(lambda size: 1 // (size - 100))

    assert widget.answer == "ZeroDivisionError: integer division or modulo by zero"
    widget.size = 101
    assert widget.answer == "1"


def test_a_size_that_cannot_be_read_is_said_and_not_tried():
    tried = []
    widget = TrySizes(tried.append)

    widget._control.box.value = "many"

    assert "got &#x27;many&#x27;." in widget._shown.value
    assert tried == [100]


def test_progress_gives_each_step_and_tells_how_many_are_done():
    steps = progress(iter("abc"), label="letter")

    assert list(steps) == ["a", "b", "c"]


def test_progress_is_a_bar_with_words_beside_it(monkeypatch):
    shown = []
    monkeypatch.setitem(progress.__globals__, "display", shown.append)
    said = []

    for _ in progress("ab", label="letter"):
        said += [child.value for child in shown[0].children]

    bar, label = shown[0].children
    assert said == [0, "0 of 2, letter a", 1, "1 of 2, letter b"]
    assert (bar.value, bar.max, label.value, bar.bar_style) == (2, 2, "2 of 2, done", "success")


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

    assert words.story(run).count('prints "line ') == lanes.picture(run).count("</td></tr>") == 200
    assert "And 800 more steps, which are in run.events." in words.story(run)


@pytest.mark.parametrize(
    "drawn", [lanes.picture(lesson()), block.picture(Contents.uniform(2, 0x24))], ids=["run", "block"]
)
def test_what_a_program_prints_and_a_block_holds_is_never_typeset_as_a_formula(drawn):
    assert drawn.startswith('<div class="mathjax_ignore">')
    assert drawn.endswith("</div>")
