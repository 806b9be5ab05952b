"""Views draw values: the same text and pictures everywhere, controls in step, errors as sentences in the widget."""

import asyncio
import itertools
import re
from html.parser import HTMLParser

import ipywidgets
import pytest

import shmlesson.views
from shmlesson import share
from shmlesson.comparison import TOOLS, Comparison
from shmlesson.contents import Contents
from shmlesson.errors import RunTimeout
from shmlesson.records import event_from
from shmlesson.views import TrySizes, WidgetCheck, block, chart, lanes, progress, words
from shmlesson.views.controls import LARGEST, STEPS, FillControl, SizeControl, nearest_step
from shmlesson.views.face import RUN_FOR_CONTROLS
from shmlesson.views.latest import Latest
from shmlesson.views.playground import Playground
from stories import PIDS, lesson, report, run_of

BORN = report("parent", "born", ppid=1, returned=None)
FORK = report("parent", "forks", child="child 1", returned=PIDS["child 1"])
CHILD = report("child 1", "born", ppid=PIDS["parent"], returned=0)
VIEW = "application/vnd.jupyter.widget-view+json"


class Elements(HTMLParser):
    """Fails unless every element that is opened is closed, in order."""

    def __init__(self, html):
        super().__init__()
        self.open, self.seen = [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


class Share:
    """Stands in for ``share``: remembers what it was asked for, and gives the run or the error that it was told to."""

    def __init__(self, error=None):
        self.asked, self.error = [], error

    def __call__(self, size, fill):
        self.asked.append((size, fill))
        if self.error:
            raise self.error
        return lesson(size, fill)


@pytest.fixture
def browser(monkeypatch):
    """From now on every change comes from the browser."""
    monkeypatch.setattr("shmlesson.views.latest._from_the_browser", lambda: True)


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
        (report("parent", "prints", text="hi\n", stream="stdout"), "prints 'hi'"),
        (report("parent", "prints", text="a\nb", stream="stderr"), r"prints to stderr 'a\nb'"),
        (report("parent", "prints", text="x" * 61, stream="stdout"), f"prints '{'x' * 60}…'"),
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
        ({"stray": "theirs\n"}, "A program that it started printed 'theirs'."),
        ({"dropped": 7}, "It printed 7 characters more than are kept."),
    ],
)
def test_what_the_events_leave_open_is_said_at_the_end_in_text_and_picture(facts, line):
    run = run_of(BORN, **facts)

    assert line in words.story(run).splitlines()
    assert f"<div>{line.replace(chr(39), '&#x27;')}</div>" in lanes.picture(run)


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
        Playground(Share(ValueError(HOSTILE))).face_html(),
    ],
    ids=["lanes", "block", "label", "answer", "widget", "complaint"],
)
def test_text_of_a_program_is_text_in_a_picture(html):
    elements = Elements(html)

    assert "script" not in {tag for tag, _ in elements.seen}
    assert all(
        set(attributes) <= {"style", "role", "aria-hidden", "aria-live", "aria-label", "title", "scope", *DRAWN}
        for _, attributes in elements.seen
    )


@pytest.mark.parametrize("draw", [lanes.picture, lambda run: block.picture(run.child.saw), words.story])
def test_a_gibibyte_costs_as_much_to_show_as_a_byte(draw):
    assert len(draw(lesson(1 << 30))) - len(draw(lesson(1))) < 400


def test_a_playground_at_a_gibibyte_costs_as_much_as_at_a_mebibyte():
    small, large = (Playground(Share(), size).face_html() for size in (1 << 20, 1 << 30))

    assert 0 < len(large) - len(small) < 600


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


# the playground


def test_a_playground_begins_with_a_run():
    playground = Playground(Share(), 50, "b")

    assert (playground.size, playground.fill, playground.run) == (50, 98, playground.run)
    assert str(playground.run.child.saw) == "50 x 62 'b'"


def test_the_exported_playground_runs_the_real_thing():
    playground = shmlesson.views.Playground(200, "c")

    assert str(playground.run.child.saw) == "200 x 63 'c'"
    assert playground.run.child.returned == 0


def test_each_change_runs_again_with_what_is_chosen_now():
    fake = Share()
    playground = Playground(fake)

    playground._size.box.value = "4 KiB"
    playground._fill.character.value = "z"
    playground.size = 7
    playground.fill = 0

    assert fake.asked == [(100, 97), (4096, 97), (4096, 122), (7, 122), (7, 0)]
    assert (playground._size.box.value, playground._fill.hex.value) == ("7", "00")


def test_without_live_update_only_the_button_runs():
    fake = Share()
    playground = Playground(fake)

    playground._live.value = False
    playground._size.slider.value = 1000
    before = list(fake.asked)
    playground._button.click()

    assert (playground.live, before, fake.asked) == (False, [(100, 97)], [(100, 97), (1000, 97)])


def test_the_picture_shows_what_was_seen_first_what_was_written_what_was_seen_then_and_the_order():
    html = Playground(Share()).face_html()

    assert re.findall(r"<div>(the \w+ \w+(?: first)?) <b>(.*?)</b>", html) == [
        ("the parent saw first", "100 x 00"),
        ("the parent wrote", "100 x 61 &#x27;a&#x27;"),
        ("the child saw", "100 x 61 &#x27;a&#x27;"),
    ]
    assert lanes.picture(lesson()) in html
    assert 'role="alert"' not in html


def test_the_face_shows_what_the_widget_shows_and_how_to_get_the_controls():
    playground = Playground(Share())

    playground.size = 5

    assert playground.face_html() == f"<p><i>{RUN_FOR_CONTROLS}</i></p>{playground._shown.value}"
    assert "5 x 61" in playground._shown.value


@pytest.mark.parametrize(
    "error",
    [
        ValueError("size must fit in the memory available now, got 5"),
        RunTimeout("share(5) was stopped after 10 s"),
        OSError(11, "Resource temporarily unavailable"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_is_one_sentence_in_the_widget_above_the_last_run_and_never_an_exception(error):
    fake = Share()
    playground = Playground(fake)
    fake.error = error

    playground.size = 5

    assert f'<p role="alert"><b>Not run:</b> {error}.</p><p>The last run, before that:</p>' in playground._shown.value
    assert lanes.picture(lesson(100)) in playground._shown.value
    fake.error = None
    playground._button.click()
    assert "alert" not in playground._shown.value


@pytest.mark.parametrize(
    ("enter", "part"),
    [
        (lambda playground: setattr(playground._size.box, "value", "many"), "got &#x27;many&#x27;."),
        (lambda playground: setattr(playground._fill.character, "value", "ab"), "got &#x27;ab&#x27;."),
        (lambda playground: setattr(playground._fill.hex, "value", "q"), "got &#x27;q&#x27;."),
    ],
)
def test_what_cannot_be_read_is_a_sentence_in_the_widget_and_runs_nothing(enter, part):
    fake = Share()
    playground = Playground(fake)

    enter(playground)

    assert re.search(rf'<p role="alert"><b>Not run:</b> [^<]*{re.escape(part)}</p>', playground._shown.value)
    assert fake.asked == [(100, 97)]


@pytest.mark.parametrize(("trait", "value"), [("size", 0), ("size", -1), ("fill", 300), ("fill", -1)])
def test_a_wrong_value_from_code_is_a_sentence_too(trait, value):
    playground = shmlesson.views.Playground()

    setattr(playground, trait, value)

    assert re.search(
        rf'<p role="alert"><b>Not run:</b> {trait} must be [^<]*, got {value}.</p>', playground._shown.value
    )


def test_a_playground_that_cannot_begin_says_why():
    playground = Playground(Share(RunTimeout("no")))

    assert (playground.run, playground.face_text()) == (None, "no.")
    assert playground._shown.value == '<p role="alert"><b>Not run:</b> no.</p>'


def test_nothing_is_run_while_a_control_shows_a_mistake():
    playground = Playground(Share())
    run = playground.run

    playground._fill.hex.value = "zz"
    playground.size = 5

    assert playground.run is run
    assert "hex must be one or two hexadecimal digits" in playground._shown.value


@pytest.mark.usefixtures("browser")
def test_while_a_slider_is_dragged_only_the_newest_state_is_run():
    fake = Share()

    async def drag():
        playground = Playground(fake)
        for step in STEPS:
            playground._size.slider.value = step
        await asyncio.sleep(0.1)
        return playground

    playground = asyncio.run(drag())

    assert fake.asked == [(100, 97), (LARGEST, 97)]
    assert playground.run.child.saw == Contents.uniform(LARGEST, 97)


@pytest.mark.usefixtures("browser")
def test_after_a_drag_the_next_change_is_run_as_well():
    acts = []

    async def change_twice():
        latest = Latest(lambda: acts.append(1))
        for _ in range(2):
            latest.request()
            latest.request()
            await asyncio.sleep(0.1)

    asyncio.run(change_twice())

    assert acts == [1, 1]


def test_a_change_from_code_is_run_at_once():
    acts = []

    Latest(lambda: acts.append(1)).request()

    assert acts == [1]


# what stands in where no widget can be drawn


@pytest.mark.parametrize(
    ("widget", "text", "html"),
    [
        (Playground(Share()), words.story(lesson()), lanes.picture(lesson())),
        (TrySizes(lambda size: f"{size} it is"), "TrySizes at 100 bytes: 100 it is", "<p>100 it is</p>"),
        (WidgetCheck(), "No widget is shown here.", "pip install ipywidgets"),
    ],
    ids=["Playground", "TrySizes", "WidgetCheck"],
)
def test_a_widget_has_text_and_html_beside_its_view(widget, text, html):
    bundle = widget._repr_mimebundle_()

    assert set(bundle) == {"text/plain", "text/html", VIEW}
    assert text in bundle["text/plain"]
    assert html in bundle["text/html"]


def test_every_control_has_a_description():
    playground = Playground(Share())
    leaves = [playground._size.slider, playground._size.box, playground._button, playground._live]

    leaves += [playground._fill.character, playground._fill.number, playground._fill.hex]

    assert [leaf.description for leaf in leaves if not leaf.description] == []
    assert playground._size.slider.continuous_update is True


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
    assert all(isinstance(widget, ipywidgets.Widget) for widget in (Playground(Share()), TrySizes(str), WidgetCheck()))


def test_a_long_run_is_shown_up_to_200_steps_and_says_how_many_more_there_are():
    events = [report("parent", "prints", text=f"line {number}\n", stream="stdout") for number in range(1000)]

    run = run_of(*events)

    assert words.story(run).count("prints 'line ") == lanes.picture(run).count("</td></tr>") == 200
    assert "And 800 more steps, which are in run.events." in words.story(run)
