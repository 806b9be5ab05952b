"""Trials as a picture, and live: parts that can be told apart without colour, a bar, and a stop that keeps what was."""

import re
import threading

import pytest

import shmlesson.views
from elements import check_picture, rows
from shmlesson.api.trials import OUTCOMES, Trials
from shmlesson.client.server import SERVER
from shmlesson.errors import RunTimeout
from shmlesson.views.html import histogram
from shmlesson.views.widgets.background import Background, Stopped
from shmlesson.views.widgets.static_face import RUN_FOR_CONTROLS
from shmlesson.views.widgets.trials import Trials as Widget

SECONDS = 20  # more than any of these waits should take


def some(counts, call="trials()", **facts):
    """Trials with so many of each outcome for each length of sleep."""
    seen = [
        (length, what) for length, n in counts.items() for what, k in zip(OUTCOMES, n, strict=True) for _ in range(k)
    ]
    return Trials(call, tuple(seen), **facts)


def widths(html):
    """The width of each part of each bar, in percent."""
    return [
        round(100 * float(width) / 420) for width in re.findall(r'<svg x="[\d.]+" width="([\d.]+)" height="24"', html)
    ]


class Lesson:
    """Stands in for ``trials``: tells of one trial after the other, and goes on when it is let."""

    def __init__(self, error=None):
        self.asked, self.error = [], error
        self.told, self.let = threading.Event(), threading.Event()

    def __call__(self, count, seconds, watch):
        self.asked.append((count, seconds))
        done = ()
        for number in range(count * len(seconds)):
            done = (*done, (seconds[number % len(seconds)], "the write"))
            watch(Trials("trials()", done))
            self.told.set()
            if number == 1:
                assert self.let.wait(SECONDS)
            if self.error:
                raise self.error
        return Trials("trials()", done)


def done(widget):
    """Wait until its trials have ended."""
    assert widget.wait(SECONDS)
    return widget


def finished(lesson=None, **settings):
    """A widget whose first trials are done."""
    lesson = lesson or Lesson()
    lesson.let.set()
    widget = Widget(lesson, **{"count": 3, "seconds": [0, 0.001], **settings})
    widget.start()
    return done(widget)


# the picture


def test_each_length_of_sleep_has_a_row_with_its_counts():
    html = histogram.picture(some({0.0: (1, 2, 1), 0.00001: (4, 0, 0)}))

    assert rows(html) == [
        "it slept share of the trials the write zeros some of both",
        "0 s 1 2 1",
        "0.00001 s 4 0 0",
        "in all 5 2 1",
    ]


def test_the_parts_of_a_bar_are_as_wide_as_their_share():
    assert widths(histogram.picture(some({0.0: (1, 2, 1), 0.1: (4, 0, 0)}))) == [25, 50, 25, 100, 62, 25, 12]


def test_the_parts_differ_in_pattern_and_have_their_name():
    html = histogram.picture(some({0.0: (10, 10, 10)}))

    parts = re.findall(r'<svg x="[\d.]+" width="140" height="24">(.*?)</svg><text[^>]*>(.*?)</text>', html)

    assert [name for _, name in parts[:3]] == ["10 the write", "10 zeros", "10 some of both"]
    plain, stripes, dots = (part for part, _ in parts[:3])
    assert ("<path" in plain, "l-24 24" in stripes, "h0" in dots) == (False, True, True)


def test_a_part_too_narrow_for_words_has_none_and_the_table_has_its_count():
    html = histogram.picture(some({0.0: (99, 1, 0)}))

    assert "99 the write</text>" in html
    assert "1 zeros</text>" not in html
    assert rows(html)[1] == "in all 99 1 0"


def test_what_was_stopped_says_so_in_picture_and_text():
    stopped = some({0.0: (3, 0, 0)}, stopped=True)

    assert "what the reader saw in 3 trials, when it was stopped" in histogram.picture(stopped)
    assert str(stopped).startswith("trials(): what the reader saw until it was stopped, after 3 trials\n")
    assert "stopped" not in histogram.picture(some({0.0: (3, 0, 0)})) + str(some({0.0: (3, 0, 0)}))


@pytest.mark.parametrize(
    "trials", [some({}), some({0.0: (0, 0, 1)}), some({n / 1e5: (9, 9, 9) for n in range(500)})], ids=len
)
def test_the_picture_is_well_formed_and_small_however_many_trials(trials):
    check_picture(histogram.picture(trials))


def test_one_length_has_one_row_and_what_is_said_elsewhere_is_left_out():
    html = histogram.picture(some({0.01: (1, 2, 1)}, call="trials(4)"), call=False, width=260)

    assert rows(html)[1:] == ["0.01 s 1 2 1"]
    assert "What the reader saw in 4 trials</caption>" in html
    assert "trials(4)" not in html
    assert html.count('viewBox="0 0 260 24"') == 1


def test_lengths_beyond_those_that_fit_are_counted():
    html = histogram.picture(some({float(n): (1, 0, 0) for n in range(30)}))

    assert "And 6 more lengths of sleep, which are in by_seconds." in html
    assert rows(html)[-1] == "in all 30 0 0"


def test_a_notebook_shows_trials_as_picture_and_text(shell):
    trials = some({0.0: (1, 2, 1)})

    data, _ = shell.display_formatter.format(trials)

    assert data == {"text/html": histogram.picture(trials), "text/plain": str(trials)}


# the widget


def test_nothing_is_run_before_the_button_is_pressed():
    lesson = Lesson()
    widget = Widget(lesson, 3, [0.0])

    assert (lesson.asked, widget.trials, widget.face_text()) == ([], None, "No trials yet: press Run.")
    assert widget.face_html() == f"<p><i>{RUN_FOR_CONTROLS}</i></p><p>No trials yet: press Run.</p>"


def test_what_is_chosen_is_run_and_shown_with_a_bar_that_is_full():
    lesson = Lesson()
    lesson.let.set()
    widget = Widget(lesson, 3, [0.0])

    widget._count.value, widget._seconds.value = 2, "0, 0.5"
    widget._run.click()
    done(widget)

    assert lesson.asked == [(2, [0.0, 0.5])]
    assert (widget._series.bar.value, widget._series.bar.max, widget._series.done.value) == (4, 4, "4 of 4 trials")
    assert widget._shown.value == histogram.picture(widget.trials)
    assert ">Done: 4 of 4 trials.<" in widget._said.value


def test_while_trials_run_the_bar_says_how_far_they_are_and_whoever_started_them_goes_on():
    lesson = Lesson()
    widget = Widget(lesson, 5, [0.0])

    widget.start()
    assert lesson.told.wait(SECONDS)

    assert (widget.running, widget._said.value) == (True, '<div role="status" aria-live="polite">Running.</div>')
    assert widget._series.done.value in ("1 of 5 trials", "2 of 5 trials")
    lesson.let.set()
    assert not done(widget).running


def test_stop_ends_them_and_keeps_what_was_seen_until_then():
    lesson = Lesson()
    widget = Widget(lesson, 5, [0.0])
    widget.start()
    assert lesson.told.wait(SECONDS)

    widget._series.stop_button.click()
    lesson.let.set()
    done(widget)

    assert (widget.trials.stopped, widget.running) == (True, False)
    assert 1 <= len(widget.trials) <= 3
    assert f">Stopped: {len(widget.trials)} of 5 trials.<" in widget._said.value
    assert "when it was stopped" in widget._shown.value


def test_after_a_stop_the_next_trials_run_to_their_end():
    widget = finished()
    widget.stop()
    nothing = widget._said.value

    widget.start()

    assert "Nothing is running." in nothing
    assert not done(widget).trials.stopped


def test_a_second_press_while_they_run_does_nothing():
    lesson = Lesson()
    widget = Widget(lesson, 5, [0.0])

    widget._run.click()
    widget._run.click()
    lesson.let.set()
    done(widget)

    assert len(lesson.asked) == 1


@pytest.mark.parametrize(
    "typed", ["", "soon", "0; 1", "-1", "0.6, 0.5", "nan", "0, nan", "inf, 0", ",".join(["0"] * 13)]
)
def test_sleeps_that_are_none_are_a_sentence_and_nothing_is_run(typed):
    widget = Widget(Lesson(), 3, [0.0])

    widget._seconds.value = typed
    widget.start()

    assert widget.complaint == (
        f"sleeps must be 1 to 12 numbers of seconds, as in 0, 0.001, together at most 1, got {typed!r}."
    )
    assert re.search(r'<p role="alert"><b>Not run:</b> sleeps must be [^<]*</p>', widget._said.value)
    assert widget._try_out.asked == []


def test_an_error_is_a_sentence_above_what_was_seen_until_then():
    widget = finished(Lesson(RunTimeout("trials() was stopped after 60 s")))

    assert widget._said.value == '<p role="alert"><b>Not finished:</b> trials() was stopped after 60 s.</p>'
    assert (len(widget.trials), widget.trials.stopped, widget.running) == (1, True, False)


def test_a_stop_before_the_first_trial_keeps_the_trials_from_before():
    widget = finished()
    before, widget._try_out = widget.trials, stopped_at_once

    widget.start()
    done(widget)

    assert widget.trials is before
    assert ">Stopped: 0 of 6 trials.<" in widget._said.value


def stopped_at_once(*_):
    raise Stopped


def test_a_widget_that_is_closed_stops_its_trials():
    lesson = Lesson()
    widget = Widget(lesson, 5, [0.0])
    widget.start()
    assert lesson.told.wait(SECONDS)

    widget.close()
    lesson.let.set()

    assert done(widget).trials.stopped


def test_text_and_html_stand_in_where_no_widget_can_be_drawn():
    trials = some({0.0: (1, 2, 1)})
    bundle = Widget(Lesson(), 3, [0.0], trials)._repr_mimebundle_()

    assert bundle["text/plain"] == str(trials)
    assert bundle["text/html"] == f"<p><i>{RUN_FOR_CONTROLS}</i></p>{histogram.picture(trials)}"


def test_every_control_has_a_name():
    widget = Widget(Lesson(), 3, [0.0])
    controls = [widget._count, widget._seconds, widget._run, widget._series.stop_button]

    assert [control.description for control in controls] == ["trials", "sleeps (s)", "Run", "Stop"]


def test_only_one_work_at_a_time():
    background, let = Background(), threading.Event()
    background.start(lambda: let.wait(SECONDS))

    with pytest.raises(RuntimeError, match=r"^only one job at a time"):
        background.start(print)
    let.set()
    assert background.wait(SECONDS)


def test_of_the_works_that_wait_for_the_end_of_another_one_the_newest_is_done():
    background, let, done = Background(), threading.Event(), []

    def first():
        assert let.wait(SECONDS)
        with pytest.raises(Stopped):
            background.go_on()
        done.append("first")

    for work in (first, lambda: done.append("second"), lambda: done.append("third")):
        background.start_anew(work)
    let.set()

    assert background.wait(SECONDS)
    assert done == ["first", "third"]


def test_a_stop_also_ends_what_waits():
    background, let, done = Background(), threading.Event(), []
    background.start(lambda: done.append(let.wait(SECONDS)))
    background.start_anew(lambda: done.append("second"))

    background.stop()
    let.set()

    assert background.wait(SECONDS)
    assert done == [True]


def test_a_stop_ends_the_work_at_its_next_step_and_not_the_next_work():
    background, heard = Background(), []
    background.stop()

    with pytest.raises(Stopped):
        background.go_on()
    background.start(lambda: heard.append(background.go_on()))
    assert background.wait(SECONDS)
    assert heard == [None]


# the real thing


def test_the_exported_widget_runs_real_trials():
    widget = shmlesson.views.Trials(3, [0, 0.01], lesson={"size": 7, "fill": "b"})

    widget.start()
    done(widget)

    assert widget.trials.call == "trials(3, 7, 'b', wait='sleep', seconds=[0.0, 0.01])"
    assert list(widget.trials.by_seconds) == [0.0, 0.01]


def test_a_stop_ends_real_trials_with_their_processes_and_the_next_ones_work():
    widget = shmlesson.views.Trials(100_000, [0.0])
    begun = threading.Event()
    widget._series.done.observe(lambda change: begun.set(), "value")
    widget.start()
    assert begun.wait(SECONDS)

    widget.stop()
    done(widget)

    assert (widget.trials.stopped, SERVER.pid) == (True, None)
    widget._count.value = 2
    widget.start()
    assert len(done(widget).trials) == 2


def test_a_wrong_count_is_a_sentence():
    widget = shmlesson.views.Trials(0)

    widget.start()

    assert done(widget).complaint == "count must be a whole number from 1 to 100000, got 0."


def test_where_nobody_slept_there_is_one_row_for_all():
    drawn = histogram.picture(Trials("trials(3, 100, 'a')", ((0.0, "zeros"),) * 3))

    assert drawn.count('<th scope="row"') == 1
    assert "in all" in drawn
