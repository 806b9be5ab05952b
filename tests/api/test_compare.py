"""What each way of sharing costs, measured in one run; the table says it in ratios."""

import math

import pytest

from shmlesson import compare
from shmlesson.analysis.run import Run
from shmlesson.api.compare import TOOLS, Comparison, _medians
from shmlesson.client.server import SERVER
from shmlesson.errors import RunError
from shmlesson.memory import available
from shmlesson.trace.event import Event


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


def test_what_is_kept_is_the_median():
    events = [Event("parent", "measures", 0, {"tool": "Queue", "size": 100, "seconds": s}) for s in (5.0, 1.0, 2.0)]

    assert _medians(Run("compare()", (), tuple(events))) == {("Queue", 100): 2.0}


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
