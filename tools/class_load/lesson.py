"""What a learner does: runs every cell of three notebooks, answers, drags a slider; one in ten does the worst."""

from __future__ import annotations

import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from class_load.kernel import Answered, Kernel
from class_load.visitor import Visitor

NOTEBOOKS = ("00_start_here.ipynb", "03_fork_a_child.ipynb", "05_write_and_read.ipynb")
HOME = Path(__file__).resolve().parents[2] / "notebooks"
LOOK = (1.0, 4.0)  # seconds that a learner looks at what a cell shows: less than anybody who reads
STEP = 0.1  # seconds from one place of a dragged slider to the next, at least
PLACES = (*range(3, 13), *range(11, 2, -1), *range(4, 10))  # of the slider: 1000 bytes to 1 MiB, back, and again

FORKS_IN_A_PROGRAM = "%%program bomb\nimport os\nwhile True:\n    os.fork()"
FORKS = (
    "import subprocess, sys\n"
    "bomb = '''import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass\n'''\n"
    "subprocess.Popen([sys.executable, '-c', bomb], start_new_session=True)\n"
    "None"
)
TOO_MUCH = (
    ("hog = bytearray(4 << 30)", "MemoryError"),
    ("hog = []\nwhile True:\n    hog.append(bytearray(1 << 24))", "MemoryError"),
    ("hog = None\nimport mmap\nmmap.mmap(-1, 8 << 30)", "OSError"),
    ("share((64 << 20) + 1, 'a')", "size must be at most 64 MiB (67108864 bytes) in this class"),
)


@dataclass
class Seen:
    """What one learner has seen: times in seconds, errors a sentence each."""

    name: str
    bomber: bool = False
    ready: float = 0.0
    cells: list[float] = field(default_factory=list)
    slides: list[float] = field(default_factory=list)
    answered: int = 0
    errors: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    finished: bool = False


def cells_of(notebook: str) -> list[str]:
    """The code of a notebook, a text for each cell."""
    cells = json.loads((HOME / notebook).read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


class Lesson:
    """One learner's lesson, from the password to the first notebook, and through three of them."""

    def __init__(self, visitor: Visitor, bomber: bool, seed: int) -> None:
        self.visitor, self.seen = visitor, Seen(visitor.name, bomber)
        self._random = random.Random(seed)

    async def come_in(self) -> None:
        """From the password until the first notebook's kernel answers."""
        begun = time.monotonic()
        await self.visitor.log_in()
        await self.visitor.wait_for_notebooks()
        await self.visitor.open(NOTEBOOKS[0])
        self.seen.ready = time.monotonic() - begun
        self.seen.told = self.visitor.told

    async def first(self) -> None:
        """Notebook 00."""
        await self._all_cells(self.visitor.kernels[NOTEBOOKS[0]], NOTEBOOKS[0])

    async def rest(self) -> None:
        """The worst, from one in ten; then 03 and 05."""
        if self.seen.bomber:
            await self._do_the_worst()
        for notebook in NOTEBOOKS[1:]:
            kernel = await self.visitor.open(notebook)
            await self._all_cells(kernel, notebook)
        self.seen.finished = True

    async def _all_cells(self, kernel: Kernel, notebook: str) -> None:
        for number, code in enumerate(cells_of(notebook)):
            await self._cell(kernel, f"{notebook}, cell {number}", code)
            await asyncio.sleep(self._random.uniform(*LOOK))

    async def _cell(self, kernel: Kernel, where: str, code: str) -> None:
        before = set(kernel.widgets)
        begun = time.monotonic()
        answered = await kernel.run(code)
        self.seen.cells.append(time.monotonic() - begun)
        if answered.status != "ok":
            self.seen.errors.append(f"{where}: {answered.error}")
        new = {id: state for id, state in kernel.widgets.items() if id not in before}
        if code.startswith("ask("):
            await self._answer(kernel, where, new)
        if code == "Playground()":
            await self._drag(kernel, new)

    async def _answer(self, kernel: Kernel, where: str, widgets: dict[str, dict[str, Any]]) -> None:
        """Press a button of the question; its tick comes back."""
        buttons = [id for id, state in widgets.items() if str(state.get("description", "")).startswith("(")]
        picked = self._random.choice(buttons)
        await kernel.tell(picked, {"method": "custom", "content": {"event": "click"}})
        if kernel.widgets[picked]["description"].startswith("("):
            self.seen.errors.append(f"{where}: the button got no tick")
        self.seen.answered += 1

    async def _drag(self, kernel: Kernel, widgets: dict[str, dict[str, Any]]) -> None:
        """Drag the size; as ipywidgets does, the next place goes out once the kernel has done with the last."""
        slider = next(id for id, state in widgets.items() if state.get("_model_name") == "SelectionSliderModel")
        picture = max(widgets, key=lambda id: len(str(widgets[id].get("value", ""))))
        for place in PLACES:
            before, begun = kernel.widgets[picture]["value"], time.monotonic()
            told = asyncio.create_task(
                kernel.tell(slider, {"method": "update", "state": {"index": place}, "buffer_paths": []})
            )
            await kernel.until(lambda before=before: kernel.widgets[picture]["value"] != before, 60)
            self.seen.slides.append(time.monotonic() - begun)
            await told
            await asyncio.sleep(max(0.0, begun + STEP - time.monotonic()))

    async def _do_the_worst(self) -> None:
        """A memory hog, an endless loop, a fork bomb in a program and one in bare Python; then a new server."""
        kernel = self.visitor.kernels[NOTEBOOKS[0]]
        for code, expected in TOO_MUCH:
            self._expect(await kernel.run(code), expected)
        loop = asyncio.create_task(kernel.run("while True:\n    pass"))
        await asyncio.sleep(10)
        await self.visitor.interrupt(kernel)
        self._expect(await loop, "KeyboardInterrupt")
        await kernel.run(FORKS_IN_A_PROGRAM)
        await kernel.run(FORKS)
        await asyncio.sleep(20)
        await self.visitor.stop_server()
        await self.visitor.start_again()
        await self.visitor.wait_for_notebooks()

    def _expect(self, answered: Answered, error: str) -> None:
        if error not in answered.error:
            self.seen.errors.append(f"{error} was expected, and came: {answered.error or 'no error'}")


async def guarded(lesson: Lesson, part: Any) -> None:
    """Do a part of the lesson; what goes wrong is an error that this learner has seen."""
    try:
        await part
    except Exception as error:  # whatever it is, the others go on
        lesson.seen.errors.append(f"{type(error).__name__}: {error}")
