"""A class that comes all at once: real clients at a real hub, three notebooks, a slider, answers, and one in ten bombs.

Each learner logs in at the same moment, waits for their turn, runs every code cell of 00, 03 and 05 over the kernels'
websocket, as JupyterLab does, looks at each for one to four seconds, picks an answer to each question, and drags the
size in the Playground. One in ten has a memory hog, an endless loop and two fork bombs; then stops the server, starts
again, and goes on. It prints a table, and exits with 1 if a claim fails.

usage: python tools/class_load [--learners 30] [--seed 1]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

sys.path.append(str(Path(__file__).resolve().parents[1]))
sys.path.append(str(Path(__file__).resolve().parents[2] / "classroom"))
from class_load.lesson import Lesson, Seen, guarded
from class_load.room import PASSWORD, lying_about, memory_of, of_class, processes_of, room
from class_load.visitor import Visitor

SLIDER = 0.25  # seconds: the aim for its 95th percentile
STOP_WITHIN = 300.0


def main() -> int:
    """0 if every claim holds."""
    parser = argparse.ArgumentParser(description="A class that comes all at once.")
    parser.add_argument("--learners", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the hub is stopped, too
    names = [f"load-{number:03}" for number in range(given.learners)]
    before = lying_about()
    load = os.getloadavg()[0]
    with room(names) as hub:
        begun = time.monotonic()
        everybody, stopped = asyncio.run(_class(hub.address, names, given.seed))
        took = time.monotonic() - begun
        left = [process for name in names for process in processes_of(name)]
        files = of_class(lying_about() - before - {str(hub.folder)}, names)
    claims = _claims(everybody, len(left), files)
    _print(everybody, took, stopped, load, claims, files)
    return 0 if all(held for _, held in claims) else 1


async def _class(address: str, names: list[str], seed: int) -> tuple[list[Seen], float]:
    """What each has seen, and the seconds that it took to stop all servers."""
    lessons = [
        Lesson(Visitor(address, name, PASSWORD), number % 10 == 9 or number == len(names) - 1 < 9, seed + number)
        for number, name in enumerate(names)
    ]
    await asyncio.gather(*(guarded(lesson, lesson.come_in()) for lesson in lessons))
    _say(f"all are in, {sum(bool(lesson.seen.ready) for lesson in lessons)} of {len(lessons)} with a notebook")
    inside = [lesson for lesson in lessons if lesson.seen.ready]
    await asyncio.gather(*(guarded(lesson, lesson.first()) for lesson in inside))
    await _weigh(inside)
    _say("all have done 00")
    await asyncio.gather(*(guarded(lesson, lesson.rest()) for lesson in inside))
    await _weigh(inside)
    _say("all have done 03 and 05")
    begun = time.monotonic()
    await asyncio.gather(*(guarded(lesson, _leave(lesson)) for lesson in lessons))
    return [lesson.seen for lesson in lessons], time.monotonic() - begun


async def _weigh(lessons: list[Lesson]) -> None:
    for lesson in lessons:
        lesson.seen.megabytes.append(await asyncio.to_thread(memory_of, lesson.visitor.name))


async def _leave(lesson: Lesson) -> None:
    try:
        async with asyncio.timeout(STOP_WITHIN):
            await lesson.visitor.stop_server()
            while await asyncio.to_thread(processes_of, lesson.visitor.name):
                await asyncio.sleep(0.5)
            await lesson.visitor.log_out()
    finally:
        await lesson.visitor.close()


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def _claims(everybody: list[Seen], left: int, files: set[str]) -> list[tuple[str, bool]]:
    others = [error for seen in everybody if not seen.bomber for error in seen.errors]
    slides = [slide for seen in everybody for slide in seen.slides]
    return [
        ("everybody finishes", all(seen.finished for seen in everybody)),
        ("nobody but those who asked for it sees an error", not others),
        ("those who did the worst got the errors that say so, and went on", not _errors(everybody, bombers=True)),
        (f"the slider's 95th percentile is at most {SLIDER * 1000:.0f} ms", bool(slides) and _p95(slides) <= SLIDER),
        ("nothing is left", not left and not files),
    ]


def _errors(everybody: list[Seen], *, bombers: bool) -> list[str]:
    return [f"{seen.name}: {error}" for seen in everybody if seen.bomber == bombers for error in seen.errors]


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * 0.95))]


def _spread(times: Sequence[float], unit: str, scale: float = 1.0) -> str:
    if not times:
        return "none"
    values = (statistics.median(times), _p95(times), max(times))
    return " | ".join(f"{value * scale:.{0 if unit in ('ms', 'MiB') else 1}f} {unit}" for value in values)


def _print(
    everybody: list[Seen],
    took: float,
    stopped: float,
    load: float,
    claims: list[tuple[str, bool]],
    files: set[str],
) -> None:
    cells = [cell for seen in everybody for cell in seen.cells]
    machine = f"{os.cpu_count()} cores, {psutil.virtual_memory().total / (1 << 30):.0f} GiB, load before {load:.1f}"
    weights = [[seen.megabytes[n] for seen in everybody if len(seen.megabytes) > n] for n in (0, 1)]
    places = sum(any("number" in told for told in seen.told) for seen in everybody)
    print(f"\n{len(everybody)} learners, {sum(seen.bomber for seen in everybody)} of them with bombs; {machine}\n")
    print("| | median | 95 % | worst |\n|---|---|---|---|")
    print(f"| from the password to a notebook | {_spread([seen.ready for seen in everybody if seen.ready], 's')} |")
    print(f"| a cell | {_spread(cells, 's')} |")
    print(f"| from the slider to the picture | {_spread([t for s in everybody for t in s.slides], 'ms', 1000)} |")
    print(f"| memory of a learner, one notebook open | {_spread(weights[0], 'MiB')} |")
    print(f"| memory of a learner, three notebooks open | {_spread(weights[1], 'MiB')} |")
    print(f"\n{len(cells)} cells in {took:.0f} s, {len(cells) / took:.1f} a second, looking included.")
    print(f"{places} were told their place. {sum(seen.answered for seen in everybody)} answers were picked.")
    print(f"All servers had stopped {stopped:.1f} s after the lesson.\n")
    for claim, held in claims:
        print(f"{'held  ' if held else 'FAILED'} {claim}")
    for error in [*_errors(everybody, bombers=False), *_errors(everybody, bombers=True), *sorted(files)][:40]:
        print(f"  {error[:300]}")


if __name__ == "__main__":
    sys.exit(main())
