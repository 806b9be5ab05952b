"""What each way of sharing costs, measured in one run; the table says it in ratios."""

import math
from dataclasses import replace

import pytest

import shmlesson.api.compare as module
from shmlesson import compare
from shmlesson.analysis.run import Run
from shmlesson.api.compare import TOOLS, Comparison
from shmlesson.client.server import SERVER
from shmlesson.errors import RunError
from shmlesson.memory import available
from shmlesson.trace.event import Event
from shmlesson.trace.process import Process


def comparison_of():
    """A comparison in which each tool took its place in ``TOOLS`` times as long as the first, and 1 ms at 100 bytes."""
    seconds = {(tool, size): place * size * 1e-5 for place, tool in enumerate(TOOLS, 1) for size in (100, 1 << 20)}
    return Comparison(seconds, (100, 1 << 20))


def test_every_tool_is_measured_at_every_size():
    comparison = compare([100, 4096], repeats=2)

    assert comparison.sizes == (100, 4096)
    assert set(comparison.seconds) == {(tool, size) for tool in TOOLS for size in (100, 4096)}
    assert all(0 < seconds < 10 for seconds in comparison.seconds.values())


def test_progress_goes_through_one_step_for_each_measurement_to_its_end():
    told = []

    def progress(steps, label):
        for step in steps:
            told.append(f"{label} {step}")
            yield step
        told.append("done")

    compare([100, 4096], repeats=3, progress=progress)

    assert told == [*(f"measurement {step}" for step in range(6 * 2 * 3)), "done"]


def test_what_is_kept_is_the_median_with_the_fastest_and_the_slowest(monkeypatch):
    events = [
        Event("parent", "measures", 0, {"tool": tool, "size": 100, "seconds": seconds})
        for tool in TOOLS
        for seconds in (5.0, 1.0, 2.0)
    ]
    parent = Process("parent", pid=1, ppid=0, returned=None, exit_code=0)
    monkeypatch.setattr(module, "run_experiment", lambda *_, **__: Run("compare()", (parent,), tuple(events)))

    comparison = compare([100], repeats=3)

    assert comparison.seconds["Queue", 100] == 2
    assert comparison.range("Queue", 100) == (1, 5)
    assert comparison.spread("Queue", 100) == 5


def test_two_tools_are_apart_if_no_repeat_of_one_lies_among_those_of_the_other():
    ranges = {("mmap", 100): (1.0, 2.0), ("Queue", 100): (1.9, 4.0), ("warm Pool", 100): (0.1, 0.9)}
    comparison = Comparison(dict.fromkeys(ranges, 1.5), (100,), ranges)

    assert comparison.apart("mmap", "warm Pool", 100)
    assert comparison.apart("warm Pool", "mmap", 100)
    assert not comparison.apart("mmap", "Queue", 100)
    assert not comparison.apart("Queue", "mmap", 100)


def test_below_the_ratios_stands_how_far_the_repeats_lie_apart():
    comparison = comparison_of()
    ranges = {key: (seconds / 2, seconds * 2) for key, seconds in comparison.seconds.items()}

    ratios, spreads = str(replace(comparison, ranges=ranges)).split("\n\n")

    assert ratios == str(comparison)
    assert spreads.splitlines()[0].split() == ["slowest/fastest", "100", "bytes", "1", "MiB"]
    assert [row[17:].split() for row in spreads.splitlines()[1:]] == [["4.00"] * 2] * len(TOOLS)


def test_a_ratio_is_how_many_times_as_long_as_fork_and_mmap():
    comparison = comparison_of()

    assert comparison.ratio("mmap", 100) == 1
    assert math.isclose(comparison.ratio("warm Pool", 1 << 20), 6)


def test_the_table_has_a_row_for_each_tool_and_a_column_for_each_size():
    head, *rows = str(comparison_of()).splitlines()

    assert head.split() == ["times", "mmap", "100", "bytes", "1", "MiB"]
    assert [row[:17].strip() for row in rows] == list(TOOLS)
    assert [row[17:].split() for row in rows] == [[f"{place}.00"] * 2 for place in range(1, 7)]
    assert repr(comparison_of()) == str(comparison_of())


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"sizes": [0]}, ValueError, "size must be at least 1 byte, got 0"),
        ({"sizes": ["100"]}, TypeError, "size must be a whole number of bytes (an int), got '100'"),
        ({"repeats": 0}, ValueError, "repeats must be a whole number from 1 on, got 0"),
        ({"repeats": 1.5}, TypeError, "repeats must be a whole number from 1 on, got 1.5"),
        ({"repeats": True}, TypeError, "repeats must be a whole number from 1 on, got True"),
        (
            {"timeout": 0},
            ValueError,
            "timeout must be a number of seconds greater than 0 and at most 1000000, got 0",
        ),
    ],
    ids=str,
)
def test_wrong_input_is_one_sentence_before_anything_is_made(given, error, message):
    with pytest.raises(error) as caught:
        compare(**given)

    assert str(caught.value) == message
    assert SERVER.pid is None


def test_sizes_that_do_not_fit_four_times_are_refused(monkeypatch):
    monkeypatch.setattr(available, "available_memory", lambda: 1 << 30)

    with pytest.raises(
        ValueError, match=r"^size must fit 4 times in the memory available now, 1 GiB .* got 268435457$"
    ):
        compare([100, (1 << 28) + 1])


def test_a_comparison_that_is_not_finished_in_time_is_an_error_with_what_was_measured():
    with pytest.raises(
        RunError, match=r"^compare\(\) was not finished after 0.3 s; fewer or smaller sizes take less time$"
    ) as caught:
        compare([100], repeats=1_000_000, timeout=0.3)

    assert {event.detail["tool"] for event in caught.value.run.events if event.kind == "measures"} <= set(TOOLS)
