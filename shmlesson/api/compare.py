"""What each way of sharing costs on this machine, measured side by side in one run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
    """Median seconds by tool and size in bytes, every byte read by the other process."""

    seconds: dict[tuple[str, int], float]
    sizes: tuple[int, ...]

    def ratio(self, tool: str, size: int) -> float:
        """How many times as long as ``mmap`` the tool took at this size, in the same run."""
        return self.seconds[tool, size] / self.seconds["mmap", size]

    def __str__(self) -> str:
        """A table of ratios: below 1 is faster than ``mmap``, above is slower."""
        head = f"{'times mmap':<17}" + "".join(f"{say_size(size):>11}" for size in self.sizes)
        rows = [f"{tool:<17}" + "".join(f"{self.ratio(tool, size):>11.2f}" for size in self.sizes) for tool in TOOLS]
        return "\n".join([head, *rows])

    __repr__ = __str__


def compare(
    sizes: Sequence[int] = SIZES, *, repeats: int = 5, timeout: float = 120, progress: Progress | None = None
) -> Comparison:
    """Hand blocks of ``sizes`` bytes to another process in six ways, ``repeats`` times each; medians.

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
    return Comparison(_medians(run), tuple(checked))


def _advance(event: Event, steps: Iterator[object]) -> None:
    if event.kind == "measures":
        next(steps, None)


def _medians(run: Run) -> dict[tuple[str, int], float]:
    samples: dict[tuple[str, int], list[float]] = {}
    for event in run.events:
        if event.kind == "measures":
            samples.setdefault((event.detail["tool"], event.detail["size"]), []).append(event.detail["seconds"])
    return {key: median(values) for key, values in samples.items()}
