"""What each way of sharing costs on this machine, measured side by side in one run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from ..analysis.run import Run
from ..client.experiment import run_experiment, why
from ..client.settings import check_count, check_timeout
from ..errors import RunError
from ..memory.available import room_for
from ..memory.sizes import check_size, say_size
from ..trace.event import Event
from ..trace.process import how_it_ended
from .progress import Progress, begin_steps

TOOLS = ("mmap", "SharedMemory", "Pipe.send_bytes", "Pipe.send", "Queue", "warm Pool")
SIZES = (100, 4 << 10, 64 << 10, 1 << 20, 4 << 20, 16 << 20, 64 << 20)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Median seconds by tool and size in bytes, every byte read by the other process.

    ``ranges`` has the fastest and the slowest of the repeats; where it has none, both are the median.
    """

    seconds: dict[tuple[str, int], float]
    sizes: tuple[int, ...]
    ranges: dict[tuple[str, int], tuple[float, float]] = field(default_factory=dict)

    def ratio(self, tool: str, size: int) -> float:
        """How many times as long as ``mmap`` the tool took at this size, in the same run."""
        return self.seconds[tool, size] / self.seconds["mmap", size]

    def range(self, tool: str, size: int) -> tuple[float, float]:
        """The fastest and the slowest of the repeats, in seconds."""
        median = self.seconds[tool, size]
        return self.ranges.get((tool, size), (median, median))

    def spread(self, tool: str, size: int) -> float:
        """How many times as long as the fastest of its repeats the slowest took."""
        fastest, slowest = self.range(tool, size)
        return slowest / fastest

    def apart(self, tool: str, other: str, size: int) -> bool:
        """Whether every repeat of one was faster than every repeat of the other; if not, they are not told apart."""
        (fast, slow), (fast_other, slow_other) = self.range(tool, size), self.range(other, size)
        return slow < fast_other or slow_other < fast

    def __str__(self) -> str:
        """Ratios, below 1 faster than ``mmap``, above slower; and below them how far the repeats lie apart."""
        ratios = self._table("times mmap", self.ratio)
        return f"{ratios}\n\n{self._table('slowest/fastest', self.spread)}" if self.ranges else ratios

    __repr__ = __str__

    def _table(self, title: str, number: Callable[[str, int], float]) -> str:
        head = f"{title:<17}" + "".join(f"{say_size(size):>11}" for size in self.sizes)
        rows = [f"{tool:<17}" + "".join(f"{number(tool, size):>11.2f}" for size in self.sizes) for tool in TOOLS]
        return "\n".join([head, *rows])


def compare(
    sizes: Sequence[int] = SIZES, *, repeats: int = 5, timeout: float = 120, progress: Progress | None = None
) -> Comparison:
    """Hand blocks of ``sizes`` bytes to another process in six ways, ``repeats`` times each; medians, and ranges.

    ``timeout`` in seconds is for everything. ``progress`` is what shows it: called with the measurements to come and a
    ``label``, it gives them back one by one, as ``shmlesson.views.progress`` does.
    Raises ``RunError`` if a measurement could not be finished.
    """
    check_timeout(timeout)
    checked = [check_size(size) for size in sizes]
    room_for(max(checked, default=1), copies=4)  # what goes through a pickle is there four times for a moment
    settings = {"sizes": checked, "repeats": check_count("repeats", repeats)}
    steps = begin_steps(progress, len(TOOLS) * len(checked) * repeats, "measurement")
    run = run_experiment("compare()", "compare", settings, timeout, watch=lambda event: _advance(event, steps))
    if run.stopped_after is not None:
        raise RunError(f"compare() was not finished after {timeout:g} s; fewer or smaller sizes take less time", run)
    if run.parent.exit_code != 0:
        raise RunError(f"compare() lost its process: the parent {how_it_ended(run.parent)}{why(run)}", run)
    samples = _samples(run)
    medians = {key: median(values) for key, values in samples.items()}
    return Comparison(medians, tuple(checked), {key: (min(values), max(values)) for key, values in samples.items()})


def _advance(event: Event, steps: Iterator[object]) -> None:
    if event.kind == "measures":
        next(steps, None)


def _samples(run: Run) -> dict[tuple[str, int], list[float]]:
    """The seconds of each repeat, by tool and size."""
    samples: dict[tuple[str, int], list[float]] = {}
    for event in run.events:
        if event.kind == "measures":
            samples.setdefault((event.detail["tool"], event.detail["size"]), []).append(event.detail["seconds"])
    return samples
