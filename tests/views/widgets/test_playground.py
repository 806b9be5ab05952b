"""The Playground: each setting a control and a trait, each change a run, and the line of Python that does the same."""

import asyncio
import itertools
import re
from types import SimpleNamespace

import ipywidgets
import pytest
import traitlets

import shmlesson.views
from shmlesson.api.trials import Trials
from shmlesson.client.settings import MADE, WAITS, WRITERS, check_settings
from shmlesson.errors import RunTimeout
from shmlesson.memory.block import MEMORY
from shmlesson.memory.contents import Contents
from shmlesson.views.html import histogram, lanes
from shmlesson.views.text import sentences
from shmlesson.views.widgets import busy
from shmlesson.views.widgets.controls import LARGEST, STEPS
from shmlesson.views.widgets.playground import Playground
from shmlesson.views.widgets.static_face import RUN_FOR_CONTROLS
from shmlesson.views.widgets.throttle import Debounce, Throttle
from stories import lesson

TRIALS = Trials("trials(3, 100, 'a')", ((0.0, "the write"), (0.0, "zeros"), (0.0, "the write")))
HOSTILE = "<script>alert('&')</script>"
DEFAULTS = {"wait": "pipe", "seconds": None, "memory": "shared", "made": "before", "writer": "parent"}


class Fake:
    """Stands in for ``share`` and ``trials``: remembers what it was asked for, and gives what it was told to."""

    def __init__(self, error=None):
        self.asked, self.error, self.running = [], error, 0

    def share(self, **settings):
        self.asked.append(settings)
        if self.error:
            raise self.error
        return lesson(settings["size"], settings["fill"])

    def trials(self, count, *, watch, **settings):
        self.asked.append((count, settings))
        if self.error:
            raise self.error
        watch(TRIALS)
        return TRIALS

    @property
    def sizes_and_fills(self):
        return [(settings["size"], settings["fill"]) for settings in self.asked]


def playground_of(fake=None, *arguments, **settings):
    fake = fake or Fake()
    return Playground(fake.share, fake.trials, *arguments, **settings)


@pytest.fixture
def fake():
    return Fake()


@pytest.fixture
def browser(monkeypatch):
    """From now on every change comes from the browser."""
    monkeypatch.setattr("shmlesson.views.widgets.throttle._from_the_browser", lambda: True)


# what is asked, and the same as Python


def test_a_playground_begins_with_a_run():
    playground = playground_of(None, 50, "b")

    assert (playground.size, playground.fill) == (50, 98)
    assert str(playground.run.child.saw) == "50 x 62 'b'"


def test_the_exported_playground_runs_the_real_thing():
    playground = shmlesson.views.Playground(200, "c", writer="child", wait="wait")

    assert str(playground.run.parent.saw) == "200 x 63 'c'"
    assert playground.run.call == playground.call == "share(200, 'c', wait='wait', writer='child')"


def test_the_exported_playground_makes_real_trials():
    playground = shmlesson.views.Playground(trials=5)

    assert playground.complaint == ""
    assert playground.result.call == playground.call == "trials(5, 100, 'a', wait='pipe')"
    assert playground.result.counts["the write"] == 5


SETTINGS = [
    dict(zip(("wait", "memory", "made", "writer"), chosen, strict=True))
    for chosen in itertools.product(WAITS, MEMORY, MADE, WRITERS)
    if not (chosen[0] == "wait" and chosen[3] == "parent")
]


@pytest.mark.parametrize("trials", [1, 20])
@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: "-".join(settings.values()))
def test_the_call_that_is_shown_asks_for_what_is_run(fake, settings, trials):
    playground = playground_of(fake, 7, 0x0A, trials=trials, seconds=0.25, **settings)

    assert meant_by(playground.call) == (trials, checked(**playground.settings))
    assert fake.asked == [playground.settings if trials == 1 else (trials, playground.settings)]


@pytest.mark.parametrize("fill", [0, 34, 39, 92, 97, 126, 127, 255])
def test_the_call_that_is_shown_writes_every_byte_right(fill):
    assert meant_by(playground_of(None, 7, fill).call)[1]["fill"] == fill


def meant_by(call):
    """How often, and with which settings, the real functions would run for this call."""

    def share(*arguments, **settings):
        return 1, checked(*arguments, **{"wait": "pipe", **settings})

    def trials(count, *arguments, **settings):
        return count, checked(*arguments, **{"wait": "none", **settings})

    return eval(call, {"share": share, "trials": trials})


def checked(size, fill, **settings):
    return check_settings(size, fill, timeout=10, **{**DEFAULTS, **settings})


def test_the_call_can_be_selected_and_copied_and_not_changed():
    playground = playground_of(None, 7, "<")

    assert re.search(r'<input readonly value="share\(7, &#x27;&lt;&#x27;\)"', playground._call_line.value)


# controls and traits


def test_each_change_runs_again_with_what_is_chosen_now(fake):
    playground = playground_of(fake)

    playground._size.box.value = "4 KiB"
    playground._fill.character.value = "z"
    playground.size = 7
    playground.fill = 0

    assert fake.sizes_and_fills == [(100, 97), (4096, 97), (4096, 122), (7, 122), (7, 0)]
    assert (playground._size.box.value, playground._fill.hex.value) == ("7", "00")


@pytest.mark.parametrize(
    ("name", "value"),
    [("wait", "semaphore"), ("memory", "private"), ("made", "after"), ("writer", "child"), ("wait", "none")],
)
def test_a_switch_and_its_trait_are_one_and_each_turn_runs_once(fake, name, value):
    playground = playground_of(fake)

    getattr(playground._switches, name).value = value

    assert getattr(playground, name) == value
    assert fake.asked[1:] == [{"size": 100, "fill": 97, **DEFAULTS, name: value}]
    setattr(playground, name, DEFAULTS[name])
    assert getattr(playground._switches, name).value == DEFAULTS[name]


@pytest.mark.parametrize(
    ("name", "allowed"), [("wait", WAITS), ("memory", MEMORY), ("made", MADE), ("writer", WRITERS)]
)
def test_a_switch_offers_every_value_there_is(name, allowed):
    switch = getattr(playground_of()._switches, name)

    assert {value for _, value in switch.options} == set(allowed)


@pytest.mark.parametrize("name", ["wait", "memory", "made", "writer"])
def test_a_word_that_no_switch_has_is_an_error_at_once(name):
    with pytest.raises(traitlets.TraitError, match="nonsense"):
        setattr(playground_of(), name, "nonsense")


def test_the_length_of_the_sleep_is_asked_for_only_where_somebody_sleeps(fake):
    playground = playground_of(fake)
    seconds = playground._switches.seconds
    before = seconds.layout.display

    playground._switches.wait.value = "sleep"
    seconds.value = 0.2

    assert (before, seconds.layout.display) == ("none", None)
    assert [settings["seconds"] for settings in fake.asked] == [None, 0.1, 0.2]


def test_a_change_that_asks_for_nothing_new_runs_nothing(fake):
    playground = playground_of(fake)

    playground.seconds = 3

    assert len(fake.asked) == 1


def test_many_trials_are_drawn_by_their_counts_and_one_by_its_lanes(fake):
    playground = playground_of(fake)

    playground._switches.trials.value = 3
    many = playground._shown.value
    playground._switches.trials.value = 1

    assert (playground.result, many) == (TRIALS, histogram.picture(TRIALS))
    assert fake.asked[1] == (3, {"size": 100, "fill": 97, **DEFAULTS})
    assert "the child saw" in playground._shown.value


def test_other_widgets_are_linked_to_a_playground_and_code_observes_it():
    playground, field, calls = playground_of(), ipywidgets.BoundedIntText(min=1, max=9), []
    playground.observe(lambda change: calls.append(change["new"]), "call")

    traitlets.link((playground, "trials"), (field, "value"))
    field.value = 3

    assert (playground.trials, calls) == (3, ["trials(3, 100, 'a', wait='pipe')"])


def test_several_settings_at_once_are_one_run(fake):
    playground = playground_of(fake)

    with playground.hold_trait_notifications():
        playground.writer, playground.wait, playground.size = "child", "wait", 5

    assert fake.asked[1:] == [{**DEFAULTS, "size": 5, "fill": 97, "writer": "child", "wait": "wait"}]


def test_without_live_update_only_the_button_runs(fake):
    playground = playground_of(fake)

    playground._live.value = False
    playground._size.slider.value = 1000
    before = fake.sizes_and_fills
    playground._button.click()

    assert (playground.live, before, fake.sizes_and_fills) == (False, [(100, 97)], [(100, 97), (1000, 97)])
    assert "share(1000," in playground._call_line.value


def test_every_control_has_a_name():
    playground = playground_of()
    leaves = [*playground._size.children[0].children, *playground._fill.children[0].children]
    leaves += [*playground._switches.children[0].children, playground._button, playground._live]

    names = [leaf.description for leaf in leaves if leaf is not playground._size.said]

    assert len(set(names)) == len(names) == 13
    assert "" not in names


# the picture


def test_the_picture_shows_what_was_seen_first_what_was_written_what_was_seen_then_and_the_order():
    html = playground_of().face_html()

    assert re.findall(r"<div>(the \w+ \w+(?: first)?) <b>(.*?)</b>", html) == [
        ("the parent saw first", "100 x 00"),
        ("the parent wrote", "100 x 61 &#x27;a&#x27;"),
        ("the child saw", "100 x 61 &#x27;a&#x27;"),
    ]
    assert lanes.picture(lesson()) in html
    assert 'role="alert"' not in html


def test_when_the_child_writes_it_is_the_parent_that_reads():
    playground = shmlesson.views.Playground(writer="child", made="after")

    assert re.findall(r"<div>(the \w+ \w+(?: first)?) <b>(.*?)</b>", playground._shown.value) == [
        ("the parent saw first", "100 x 00"),
        ("the child wrote", "100 x 61 &#x27;a&#x27;"),
        ("the parent saw", "100 x 00"),
    ]


def test_the_face_shows_the_last_run_and_how_to_get_the_controls():
    playground = playground_of()

    playground.size = 5

    assert playground.face_html().startswith(f"<p><i>{RUN_FOR_CONTROLS}</i></p><div>the parent saw first <b>5 x 00")
    assert playground.face_text() == sentences.story(lesson(5))


@pytest.mark.parametrize("settings", [{"wait": "none"}, {"wait": "sleep"}, {"trials": 3}], ids=str)
def test_the_static_face_leaves_out_what_may_differ_from_run_to_run(settings):
    playground = playground_of(**settings)

    html, text = playground.face_html(), playground.face_text()

    assert "<code>trials(3, 100" in html if "trials" in settings else "<code>share(100" in html
    assert "saw" not in html + text


def test_a_widget_has_text_and_html_beside_its_view():
    bundle = playground_of()._repr_mimebundle_()

    assert set(bundle) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert sentences.story(lesson()) in bundle["text/plain"]
    assert lanes.picture(lesson()) in bundle["text/html"]


def test_a_gibibyte_costs_as_much_to_show_as_a_mebibyte():
    small, large = (playground_of(None, size).face_html() for size in (1 << 20, 1 << 30))

    assert abs(len(large) - len(small)) < 600


@pytest.mark.parametrize("size", [1, 4096, 1 << 30])
def test_an_update_sends_no_more_than_64_kib_whatever_the_size_of_the_block(size):
    playground = playground_of(None, size)

    sent = playground._shown.value + playground._announcement.value + playground._call_line.value

    assert len(sent.encode()) < 64 << 10


def test_the_place_of_the_slider_is_not_sent_back_ahead_of_the_picture():
    assert playground_of()._size.slider.trait_metadata("index", "echo_update") is False


def test_what_was_seen_is_said_in_one_sentence_and_the_steps_are_a_table_for_a_screen_reader():
    playground = playground_of()
    said = playground._announcement.value

    sentence = "Run 1: the parent wrote 100 x 61 &#x27;a&#x27;, the child saw 100 x 61 &#x27;a&#x27;"
    assert f'<div role="status" aria-live="polite">{sentence}</div>' in said
    assert playground._shown.value.count("</tr>") == 12


# what goes wrong


@pytest.mark.parametrize(
    "error",
    [
        ValueError("size must fit in the memory available now, got 5"),
        RunTimeout("share(5) was stopped after 10 s"),
        OSError(11, "Resource temporarily unavailable"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_is_one_sentence_above_the_last_run_and_never_an_exception(fake, error):
    playground = playground_of(fake)
    before, fake.error = playground._shown.value, error

    playground.size = 5

    said = f'<p role="alert"><b>Not run:</b> {error}.</p><p>The last run, before that:</p>'
    assert playground._shown.value == said + before
    fake.error = None
    playground._button.click()
    assert "alert" not in playground._shown.value


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"wait": "wait"}, "wait='wait' needs writer='child', since only a parent can wait for a child, got "),
        (
            {"wait": "sleep", "seconds": -1.0},
            "seconds must be a number from 0 to less than the timeout of 10, got -1",
        ),
        ({"trials": 0}, "count must be a whole number from 1 to 100000, got 0"),
        ({"trials": 100, "wait": "sleep", "seconds": 9.0}, "100 trials must sleep for less than the timeout of 60 s"),
    ],
    ids=lambda value: None if isinstance(value, str) else str(value),
)
def test_what_is_impossible_together_is_one_sentence_and_the_picture_stays(settings, sentence):
    playground = shmlesson.views.Playground()
    run, before = playground.run, playground._shown.value

    with playground.hold_trait_notifications():
        for name, value in settings.items():
            setattr(playground, name, value)

    assert playground.complaint.startswith(sentence)
    assert playground.run is run
    assert playground._shown.value.endswith(before)


@pytest.mark.parametrize(
    ("enter", "part"),
    [
        (lambda playground: setattr(playground._size.box, "value", "many"), "got &#x27;many&#x27;."),
        (lambda playground: setattr(playground._fill.character, "value", "ab"), "got &#x27;ab&#x27;."),
        (lambda playground: setattr(playground._fill.hex, "value", "q"), "got &#x27;q&#x27;."),
    ],
)
def test_what_cannot_be_read_is_a_sentence_and_runs_nothing(fake, enter, part):
    playground = playground_of(fake)

    enter(playground)

    assert re.search(rf'<p role="alert"><b>Not run:</b> [^<]*{re.escape(part)}</p>', playground._shown.value)
    assert len(fake.asked) == 1


@pytest.mark.parametrize(("trait", "value"), [("size", 0), ("size", -1), ("fill", 300), ("fill", -1)])
def test_a_wrong_value_from_code_is_a_sentence_too(trait, value):
    playground = shmlesson.views.Playground()

    setattr(playground, trait, value)

    said = rf'<p role="alert"><b>Not run:</b> {trait} must be [^<]*, got {value}.</p>'
    assert re.search(said, playground._shown.value)


def test_a_playground_that_cannot_begin_says_why():
    playground = playground_of(Fake(RunTimeout("no")))

    assert (playground.run, playground.face_text()) == (None, "no.")
    assert playground._shown.value == '<p role="alert"><b>Not run:</b> no.</p>'


def test_nothing_is_run_while_a_control_shows_a_mistake(fake):
    playground = playground_of(fake)

    playground._fill.hex.value = "zz"
    playground.size = 5

    assert len(fake.asked) == 1
    assert "hex must be one or two hexadecimal digits" in playground._shown.value


def test_text_of_a_program_is_text_in_the_widget():
    assert "<script" not in playground_of(Fake(ValueError(HOSTILE))).face_html()


# a run that takes its time


@pytest.fixture
def clock(monkeypatch):
    """The time, as the view sees it: ``clock[0]`` seconds."""
    now = [100.0]
    monkeypatch.setattr(busy.time, "monotonic", lambda: now[0])
    return now


def test_a_run_that_is_soon_over_shows_no_progress(clock):
    shown = busy.Busy()

    shown.begin(50, 0)
    clock[0] += 0.9
    shown.count(49)

    assert shown.layout.display == "none"


def test_after_a_second_it_is_shown_how_many_trials_are_done(clock):
    shown = busy.Busy()
    shown.begin(50, 0)

    clock[0] += 1.1
    shown.count(7)

    assert (shown.layout.display, shown._bar.value, shown._bar.max) == (None, 7, 50)
    assert shown._words.value == '<span role="status">running: 7 of 50 trials</span>'


def test_progress_is_said_once_and_shown_not_too_often(clock):
    shown = busy.Busy()
    shown.begin(50, 2)
    clock[0] += 1.1

    for done in range(20):
        clock[0] += 0.01
        shown.count(done)

    assert (shown._bar.value, shown._words.value) == (0, "running: 0 of 50 trials")


def test_a_sleep_that_takes_its_time_is_shown_from_the_start_and_gone_in_the_end(fake):
    playground, seen = playground_of(fake, wait="sleep", seconds=5.0), []
    playground._busy.layout.observe(lambda change: seen.append(change["new"]), "display")

    playground._button.click()

    assert seen == [None, "none"]


# a slider that is dragged


@pytest.mark.usefixtures("browser")
def test_while_a_slider_is_dragged_only_the_newest_state_is_run(fake):
    async def drag():
        playground, has_run = playground_of(fake), asyncio.Event()
        playground.observe(lambda change: has_run.set(), "run")
        playground._throttle._rested = 0.05  # as after a run that took so long
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                "shmlesson.views.widgets.throttle.time", SimpleNamespace(monotonic=lambda: 0)
            )  # however long this takes
            for step in STEPS:
                playground._size.slider.value = step
        await asyncio.wait_for(has_run.wait(), 20)
        return playground

    playground = asyncio.run(drag())

    assert fake.sizes_and_fills == [(100, 97), (LARGEST, 97)]
    assert playground.run.child.saw == Contents.uniform(LARGEST, 97)


@pytest.mark.usefixtures("browser")
def test_the_picture_is_there_before_the_other_controls_show_the_size(fake):
    playground = playground_of(fake)
    shown = []
    playground._shown.observe(lambda change: shown.append(playground._size.said.value), "value")

    playground._size.slider.value = 4096

    assert (shown, playground._size.said.value) == (["100 bytes"], "4 KiB")


def test_before_a_run_that_takes_its_time_every_control_shows_what_is_asked(fake):
    playground = playground_of(fake, wait="sleep")
    shown = []
    playground._shown.observe(lambda change: shown.append(playground._size.said.value), "value")

    playground._size.slider.value = 4096

    assert shown == ["4 KiB"]


@pytest.mark.usefixtures("browser")
def test_one_request_from_the_browser_is_acted_on_at_once_and_those_behind_it_once():
    acts = []

    async def change():
        latest = Throttle(lambda: acts.append(pause_for(0.01)))
        for _ in range(5):
            latest.request()
        first = len(acts)
        await asyncio.sleep(0.1)
        return first

    assert (asyncio.run(change()), len(acts)) == (1, 2)


def pause_for(seconds):
    """Keep this thread busy for so long."""
    end = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < end:
        pass


def test_a_change_from_code_is_always_run_at_once():
    acts = []
    latest = Throttle(lambda: acts.append(1))

    for _ in range(3):
        latest.request()

    assert acts == [1, 1, 1]


@pytest.mark.usefixtures("browser")
def test_what_is_said_waits_until_the_slider_rests(monkeypatch):
    monkeypatch.setattr("shmlesson.views.widgets.throttle._QUIET", 0.02)
    said = []

    async def change():
        settled = Debounce(lambda: said.append(1))
        for _ in range(5):
            settled.request()
        at_once = list(said)
        await asyncio.sleep(0.1)
        return at_once

    assert (asyncio.run(change()), said) == ([], [1])
