"""The Playground: each setting a control and a trait, each change a run, and the line of Python that does the same."""

import asyncio
import itertools
import re
import threading
from html import unescape
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
from shmlesson.views.widgets.busy import Busy
from shmlesson.views.widgets.controls import LARGEST, STEPS
from shmlesson.views.widgets.playground import Playground
from shmlesson.views.widgets.static_face import RUN_FOR_CONTROLS
from shmlesson.views.widgets.throttle import Debounce, Throttle
from stories import lesson

TRIALS = Trials("trials(3, 100, 'a')", ((0.0, "the write"), (0.0, "zeros"), (0.0, "the write")))
SECONDS = 20  # more than any of these waits should take
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


def done(playground):
    """Wait until its trials have ended."""
    assert playground.wait_until_done(SECONDS)
    return playground


def shown_at(playground, name):
    """The words of the line at this field: a hint, or what is wrong there."""
    line = playground._switches.wrong if name in ("trials", "seconds") else playground._lines[name]
    return unescape(re.sub("<[^>]*>", "", line.value))


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
    playground = done(shmlesson.views.Playground(trials=5))

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
    playground = done(playground_of(fake, 7, 0x0A, trials=trials, seconds=0.25, **settings))

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
    switch = getattr(playground_of(writer="child")._switches, name)

    assert {value for _, value in switch.options} == set(allowed)


def test_a_wait_for_the_child_is_offered_only_where_the_child_writes_and_the_reason_is_beside_it():
    playground = playground_of()
    switches = playground._switches
    before, reason = [value for _, value in switches.wait.options], switches.why_not.value

    playground.writer = "child"

    assert (before, [value for _, value in switches.wait.options]) == ([w for w in WAITS if w != "wait"], [*WAITS])
    assert "only a parent can wait for its child" in reason
    assert "only a parent" not in switches.why_not.value


@pytest.mark.parametrize(
    ("begin", "change", "becomes", "said"),
    [
        (
            {"writer": "child", "wait": "wait"},
            ("writer", "parent"),
            ("parent", "pipe"),
            "now the child waits at a pipe.",
        ),
        ({}, ("wait", "wait"), ("child", "wait"), "now the child writes."),
    ],
    ids=["writer", "wait"],
)
def test_where_a_change_makes_a_choice_impossible_the_nearest_one_takes_its_place_in_one_run(
    fake, begin, change, becomes, said
):
    playground = playground_of(fake, **begin)

    setattr(playground, *change)

    assert (playground.writer, playground.wait) == becomes
    assert (playground._switches.writer.value, playground._switches.wait.value) == becomes
    assert [(asked["writer"], asked["wait"]) for asked in fake.asked[1:]] == [becomes]
    assert said in playground._switches.why_not.value


def test_what_was_moved_is_said_until_the_next_choice():
    playground = playground_of(writer="child", wait="wait")

    playground.writer = "parent"
    playground.wait = "none"

    assert playground.moved == ""


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
    many = done(playground)._shown.value
    playground._switches.trials.value = 1

    assert playground.result == TRIALS
    assert histogram.picture(TRIALS, call=False, width=260) in many
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
    leaves += [leaf for row in playground._switches.children for leaf in getattr(row, "children", ())]
    leaves += [playground._button, playground._live, playground._series.stop_button]

    names = [leaf.description for leaf in leaves if leaf is not playground._size.said]

    assert len(set(names)) == len(names) == 14
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

    html = playground.face_html()
    assert html.startswith(f"<p><i>{RUN_FOR_CONTROLS}</i></p><div ")
    assert html.index("<b>The child saw what the parent wrote: ") < html.index("<div>the parent saw first <b>5 x 00")
    assert playground.face_text() == sentences.story(lesson(5))


@pytest.mark.parametrize("settings", [{"wait": "none"}, {"wait": "sleep"}, {"trials": 3}], ids=str)
def test_the_static_face_leaves_out_what_may_differ_from_run_to_run(settings):
    playground = playground_of(**settings)

    html, text = playground.face_html(), playground.face_text()
    assert (html, text) == (done(playground).face_html(), playground.face_text())

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

    sentence = "Run 1: The child saw what the parent wrote: it waited at a pipe for the word that the write was done. "
    sentence += "the parent wrote 100 x 61 &#x27;a&#x27;, the child saw 100 x 61 &#x27;a&#x27;"
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
def test_an_error_is_one_sentence_below_the_button_or_at_the_size_and_never_an_exception(fake, error):
    playground = playground_of(fake)
    before, fake.error = playground._shown.value, error

    playground.size = 5

    assert shown_at(playground, "size" if "size" in str(error) else "run") == f"Not run: {error}."
    assert playground._shown.value.endswith(before.partition(">")[2])
    assert "<p>The last run, <code>share(100, &#x27;a&#x27;)</code>:</p>" in playground._shown.value
    fake.error = None
    playground._button.click()
    assert (playground.complaint, shown_at(playground, "run")) == ("", "")


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"wait": "sleep", "seconds": -1.0}, "seconds must be from 0 to less than 10, got -1."),
        ({"wait": "sleep", "seconds": 10.0}, "seconds must be from 0 to less than 10, got 10."),
        ({"trials": 0}, "trials must be from 1 to 100,000, got 0."),
        ({"trials": 100_001}, "trials must be from 1 to 100,000, got 100001."),
        (
            {"trials": 100, "wait": "sleep", "seconds": 9.0},
            "100 trials of 9 seconds must take less than 60, got 900.",
        ),
    ],
    ids=lambda value: None if isinstance(value, str) else str(value),
)
def test_what_is_impossible_is_one_sentence_at_its_field_in_its_own_words_and_the_picture_stays(settings, sentence):
    playground = shmlesson.views.Playground()
    run, before = playground.run, playground._shown.value

    with playground.hold_trait_notifications():
        for name, value in settings.items():
            setattr(playground, name, value)

    assert (playground.complaint, shown_at(playground, "trials")) == (sentence, f"Not run: {sentence}")
    assert playground.run is run
    assert playground._shown.value.endswith(before.partition(">")[2])


@pytest.mark.parametrize("settings", [{"wait": "sleep", "seconds": 9.99}, {"trials": 100_000}], ids=str)
def test_what_is_possible_for_share_and_trials_is_possible_here(settings):
    assert playground_of(**settings).mistakes == {}


@pytest.mark.parametrize(
    ("control", "widget", "value", "part"),
    [
        ("size", "box", "many", "size must be a number of bytes, or of KiB, MiB or GiB as in '4 KiB', got 'many'."),
        ("size", "box", "0.3 KiB", "size must come out as whole bytes, got '0.3 KiB', 307.2 bytes."),
        ("size", "box", "100 MB", "size must be at most 64 MiB here (share itself takes more), got '100 MB'."),
        ("fill", "character", "ab", "fill must be one ASCII character, got 'ab'."),
        ("fill", "character", "é", "fill must be one ASCII character, got 'é'."),
        ("fill", "number", 256, "number must be from 0 to 255, got 256."),
        ("fill", "hex", "q", "hex must be one or two hexadecimal digits, as in 61 or 0x61, got 'q'."),
    ],
)
def test_what_cannot_be_read_stays_with_a_sentence_below_it_and_runs_nothing(fake, control, widget, value, part):
    playground = playground_of(fake)
    field = getattr(getattr(playground, f"_{control}"), widget)

    field.value = value

    assert (field.value, playground.complaint, shown_at(playground, control)) == (value, part, f"Not run: {part}")
    assert 'role="alert"' in playground._lines[control].value
    assert len(fake.asked) == 1


def test_a_line_is_as_high_with_a_mistake_as_without():
    line = playground_of()._lines["size"]
    before = line.value

    line.show("that is wrong")

    assert before.partition(">")[0] == line.value.partition(">")[0]
    assert "min-height:2.7em" in before


@pytest.mark.parametrize(("typed", "size"), [("1e3", 1000), ("1.5 KiB", 1536), ("20 MB", 20_000_000), ("1,000", 1000)])
def test_a_size_is_typed_as_people_write_it(typed, size):
    playground = playground_of()

    playground._size.box.value = typed

    assert (playground.size, playground.complaint) == (size, "")


@pytest.mark.parametrize(("trait", "value"), [("size", 0), ("size", -1), ("fill", 300), ("fill", -1)])
def test_a_wrong_value_from_code_is_a_sentence_too(trait, value):
    playground = shmlesson.views.Playground()

    setattr(playground, trait, value)

    assert re.fullmatch(rf"Not run: {trait} must be .*, got {value}\.", shown_at(playground, trait))


def test_a_playground_that_cannot_begin_says_why():
    playground = playground_of(Fake(RunTimeout("no")))

    assert (playground.run, playground.face_text(), playground._shown.value) == (None, "no.", "")
    assert shown_at(playground, "run") == "Not run: no."


def test_nothing_is_run_while_a_control_shows_a_mistake(fake):
    playground = playground_of(fake)

    playground._fill.hex.value = "zz"
    playground.size = 5

    assert len(fake.asked) == 1
    assert "hex must be one or two hexadecimal digits" in shown_at(playground, "fill")


def test_text_of_a_program_is_text_in_the_widget():
    assert "<script" not in playground_of(Fake(ValueError(HOSTILE))).face_html()


# a run that takes its time


@pytest.mark.parametrize(("seconds", "said"), [(0.9, False), (1, True)])
def test_a_run_that_sleeps_for_a_second_or_more_says_that_it_goes_on(seconds, said):
    busy = Busy()

    with busy.during(seconds):
        shown = busy.value

    assert ("running" in shown, busy.value) == (said, "")


def test_an_interrupt_ends_the_run_and_what_says_that_it_goes_on(fake):
    playground = playground_of(fake, wait="sleep", seconds=5.0)
    fake.error = KeyboardInterrupt()

    with pytest.raises(KeyboardInterrupt):
        playground._button.click()

    assert (playground._busy.value, playground.complaint) == ("", "the run was interrupted.")


# trials, in the background


class Slow(Fake):
    """Tells of one trial each time it is let, until it is stopped; a run is done at once."""

    def __init__(self):
        super().__init__()
        self.told, self.let, self.ended = threading.Semaphore(0), threading.Semaphore(0), []

    def trials(self, count, *, watch, **settings):
        self.asked.append((count, settings))
        seen = ()
        for _ in range(count):
            seen = (*seen, (0.0, "the write"))
            try:
                watch(Trials(f"trials({count})", seen))
            except Exception:
                self.ended.append(count)
                raise
            self.told.release()
            assert self.let.acquire(timeout=SECONDS)
        return Trials(f"trials({count})", seen)

    def go_on(self, times=1):
        self.let.release(times)

    def wait(self):
        """Wait until it has told of a trial."""
        assert self.told.acquire(timeout=SECONDS)


@pytest.fixture
def slow():
    return Slow()


def test_while_trials_run_whoever_started_them_goes_on_and_a_bar_shows_how_far_they_are(slow):
    playground = playground_of(slow, trials=3)
    slow.wait()

    bar, words = playground._series.bar, playground._series.done
    assert (playground.running, bar.value, bar.max, words.value) == (True, 1, 3, "1 of 3 trials")
    assert (bar.layout.display, words.layout.display) == (None, None)
    slow.go_on(3)
    assert (done(playground).running, bar.layout.display, words.layout.display) == (False, "none", "none")
    assert playground.result == Trials("trials(3)", ((0.0, "the write"),) * 3)


def test_stop_ends_the_trials_and_keeps_what_was_seen_until_then(slow):
    playground = playground_of(slow, trials=5)
    slow.wait()

    playground._series.stop_button.click()
    slow.go_on()
    done(playground)

    assert playground.result.stopped
    assert "when it was stopped" in playground._shown.value
    assert playground.complaint == ""


def test_a_change_while_trials_run_stops_them_and_begins_anew_with_the_newest(slow):
    playground = playground_of(slow, trials=100)
    slow.wait()

    playground.size = 5
    playground.size = 6
    playground.trials = 2
    slow.go_on(3)
    done(playground)

    assert slow.ended == [100]
    assert [(count, asked["size"]) for count, asked in slow.asked] == [(100, 100), (2, 6)]
    assert (playground.result.call, playground.running) == ("trials(2)", False)


def test_one_run_asked_for_while_trials_run_comes_when_they_have_stopped(slow):
    playground = playground_of(slow, trials=100)
    slow.wait()

    playground.trials = 1
    before = playground.run
    slow.go_on()
    done(playground)

    assert (before, playground.result, slow.ended) == (None, None, [100])
    assert playground.run.call == "share(100, 'a')"
    assert "The child saw what the parent wrote" in playground._shown.value


def test_a_playground_that_is_closed_stops_its_trials(slow):
    playground = playground_of(slow, trials=5)
    slow.wait()

    playground.close()
    slow.go_on()

    assert done(playground).result.stopped


def test_an_error_of_trials_is_a_sentence_below_the_button(fake):
    fake.error = RunTimeout("trials(5) was stopped after 60 s")

    playground = done(playground_of(fake, trials=5))

    assert shown_at(playground, "run") == "Not run: trials(5) was stopped after 60 s."


def test_what_came_of_trials_is_said_at_once_by_a_screen_reader(fake):
    playground = done(playground_of(fake, trials=3))

    said = "It depends on who comes first: of 3 trials the reader saw the write in 2 and zeros in 1."
    assert f"<b>{said}</b>" in playground._shown.value
    assert f"Run 1: {said} the write 2, zeros 1, some of both 0" in playground._announcement.value


def test_trials_can_be_stopped_only_where_there_are_some():
    playground = playground_of()
    before = playground._series.stop_button.disabled

    playground.trials = 3

    assert (before, done(playground)._series.stop_button.disabled) == (True, False)


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
