"""The lesson many times over: what the reader saw, how often, and after which length of sleep."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle

from ..client.experiment import complete, run_experiment
from ..client.settings import call_of, check_count, check_settings, check_timeout
from ..trace.trace import Event
from .progress import Progress, begin_steps

OUTCOMES = ("the write", "zeros", "some of both")
_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Trials:
    """What the reader saw in each trial, in order: ``seen`` holds pairs of a sleep's length (s) and the outcome.

    ``call`` is what was asked for, as Python. An outcome is one of ``"the write"``, ``"zeros"``, ``"some of both"``.
    ``stopped`` is true when there would have been more.
    """

    call: str
    seen: tuple[tuple[float, str], ...]
    stopped: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """How often each outcome came."""
        return _counted(Counter(outcome for _, outcome in self.seen))

    @property
    def by_seconds(self) -> dict[float, dict[str, int]]:
        """The same for each length of sleep, shortest first; 0.0 alone where nobody sleeps."""
        counters: defaultdict[float, Counter[str]] = defaultdict(Counter)
        for seconds, outcome in self.seen:
            counters[seconds][outcome] += 1
        return {seconds: _counted(counters[seconds]) for seconds in sorted(counters)}

    def __len__(self) -> int:
        return len(self.seen)

    def __str__(self) -> str:
        """A table of counts, a row for each length of sleep."""
        head = f"{'slept':>10}" + "".join(f"{outcome:>14}" for outcome in OUTCOMES)
        rows = [
            f"{seconds:>8g} s" + "".join(f"{count:>14}" for count in counts.values())
            for seconds, counts in self.by_seconds.items()
        ]
        until = f" until it was stopped, after {len(self)} trials" if self.stopped else ""
        return "\n".join([f"{self.call}: what the reader saw{until}", head, *rows])

    __repr__ = __str__


def _counted(counter: Counter[str]) -> dict[str, int]:
    return {outcome: counter[outcome] for outcome in OUTCOMES}


def trials(
    count: int = 100,
    size: int = 100,
    fill: int | str = "a",
    *,
    wait: str = "none",
    seconds: float | Sequence[float] | None = None,
    memory: str = "shared",
    made: str = "before",
    writer: str = "parent",
    timeout: float = 60,
    progress: Progress | None = None,
    watch: Callable[[Trials], None] | None = None,
) -> Trials:
    """Repeat ``share`` ``count`` times in one run, and count what the reader saw.

    ``seconds`` may be several lengths of sleep, with ``wait="sleep"``: then each has ``count`` trials, in turns.
    ``timeout`` in seconds is for all of them. ``progress`` is what shows it: called with the trials to come and a
    ``label``, it gives them back one by one, as ``shmlesson.views.progress`` does. ``watch`` is called with what was
    seen so far, as it comes; an exception that it raises ends the run, with its processes. Everything else, and what
    it raises, is as for ``share``; ``RunError`` if not all trials came to their end.
    """
    check_count("count", count, _MOST)
    check_timeout(timeout)
    lengths = list(seconds) if isinstance(seconds, Sequence) and not isinstance(seconds, str) else [seconds]
    if not lengths:
        raise ValueError("seconds must be a number or several numbers, got none")
    each = [check_settings(size, fill, wait, length, memory, made, writer, timeout) for length in lengths]
    sleeps = [settings["seconds"] for settings in each]
    _check_time(count, sleeps if wait == "sleep" else [], timeout)
    asked = {**each[0], "seconds": sleeps if len(sleeps) > 1 else sleeps[0]}
    total = count * len(sleeps)
    so_far = _SoFar(call_of("trials", asked, count), sleeps, begin_steps(progress, total, "trial"), watch)
    run = run_experiment(
        so_far.call,
        "trials",
        {**each[0], "count": count, "seconds": sleeps},
        timeout,
        watch=so_far.take if progress or watch else None,
    )
    return Trials(run.call, tuple(_pairs(complete(run).events, cycle(sleeps))))


def _check_time(count: int, sleeps: list[float], timeout: float) -> None:
    """Raise ``ValueError`` if the sleeps alone take longer than there is time for."""
    if count * sum(sleeps) >= timeout:
        raise ValueError(
            f"{count} trials must sleep for less than the timeout of {timeout:g} s, got {count * sum(sleeps):g} s"
        )


class _SoFar:
    """What has been seen so far, for whoever wants to know: a step for each trial, and all of it."""

    def __init__(
        self, call: str, sleeps: list[float], steps: Iterator[object], watch: Callable[[Trials], None] | None
    ) -> None:
        self.call, self._sleeps, self._steps, self._watch = call, cycle(sleeps), steps, watch
        self._seen: list[tuple[float, str]] = []

    def take(self, event: Event) -> None:
        for seen in _pairs([event], self._sleeps):
            self._seen.append(seen)
            next(self._steps, None)
        if self._watch:
            self._watch(Trials(self.call, tuple(self._seen)))


def _pairs(events: Iterable[Event], sleeps: Iterator[float]) -> Iterator[tuple[float, str]]:
    """Each trial's sleep and outcome; the trials took the sleeps in turns."""
    codes = (code for event in events if event.kind == "trials" for code in event.detail["seen"])
    return ((next(sleeps), OUTCOMES[code]) for code in codes)
