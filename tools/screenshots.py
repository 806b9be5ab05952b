"""Pictures of the notebooks in a real JupyterLab, each in full, and of the views that the README shows.

usage: python tools/screenshots.py [NOTEBOOK...]      (without a name: all of them, and the README's)
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import nbformat
from playwright.sync_api import BrowserContext, Locator, sync_playwright

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests" / "support"))
import chromium
from lab import Lab
from lab_page import LabPage, not_yet_run, notebook_of, shown

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "build" / "screenshots"
WIDTHS = (1280, 1024, 400)  # a projector, a laptop with something beside the page, a telephone
HEIGHT = 1000
PAGE = {"width": WIDTHS[0], "height": HEIGHT}
LARGEST = 150_000  # bytes of a picture in the README
PROGRAM = """
import mmap, os, time

block = mmap.mmap(-1, 5)
pid = os.fork()
if pid == 0:
    time.sleep(0.1)
    print(block[:])
    os._exit(0)
block[:] = b"hello"
os.waitpid(pid, 0)
"""
README = {
    "playground": "%load_ext shmlesson\nfrom shmlesson.views import Playground\n\nPlayground(4096, 'z')",
    "verdict": f"%%program{PROGRAM}",
    "orders": f"%%program --orders 500{PROGRAM}",
    "lanes": (
        "from shmlesson import program\nfrom shmlesson.views import Lanes\n\n"
        f"Lanes(program({PROGRAM.lstrip()!r}), step=7)"
    ),
    "liveblock": (
        "from shmlesson.views import LiveBlock\n\nlive = LiveBlock(memory='private')\n"
        "live.write('parent', 0, 'parent')\nlive.write('child', 3, 'child')\nlive"
    ),
}


def main(names: list[str]) -> None:
    """Take the pictures; stop with a sentence at the first notebook that fails."""
    paths = [Path(name).resolve() for name in names] or sorted((ROOT / "notebooks").glob("*.ipynb"))
    temporary = tempfile.TemporaryDirectory
    with temporary() as folder, temporary() as home, sync_playwright() as playwright:
        chrome = chromium.launch(playwright)
        browser = chrome.new_context(viewport=PAGE)
        with Lab(Path(folder), Path(home)) as lab:
            for path in paths:
                photograph(path, browser, lab)
            if not names:
                photograph_views(browser, lab)
        chrome.close()


def photograph(path: Path, browser: BrowserContext, lab: Lab) -> None:
    """Run one notebook, and take a picture of all of it, at every width, in the light theme and in the dark one."""
    notebook = not_yet_run(path)
    with shown(notebook, browser, lab) as page:
        run(page, path.name, announced(notebook))
        with page.without_files():
            take_at_every_width(page, path.stem)
            with page.theme("Dark"):
                take_at_every_width(page, f"{path.stem}.dark")


def take_at_every_width(page: LabPage, name: str) -> None:
    for width in WIDTHS:
        with page.size(width, HEIGHT):
            take_in_full(page, PICTURES / f"{name}.{width}.png")


def announced(notebook: nbformat.NotebookNode) -> int:
    """How many of the cells are to fail."""
    return sum("raises-exception" in cell.metadata.get("tags", []) for cell in notebook.cells)


def run(page: LabPage, name: str, errors: int = 0) -> None:
    """Run all cells of the page; stop if more or fewer of them fail than are to."""
    page.run_all()
    found = page.error_outputs.all_inner_texts()
    if len(found) != errors:
        sys.exit(f"{name}: {len(found)} cells failed, {errors} are to:\n" + "\n".join(found))
    if page.errors:
        sys.exit(f"{name}: the page itself failed: {page.errors}")


def take_in_full(page: LabPage, path: Path) -> None:
    with page.in_full():
        take(page.notebook, path)


def photograph_views(browser: BrowserContext, lab: Lab) -> None:
    """Take a picture of each view that the README shows, as narrow as the README is."""
    with shown(notebook_of(*README.values()), browser, lab) as page, page.size(1100, 1000), page.without_files():
        run(page, "the README's views")
        with page.in_full():
            for number, name in enumerate(README):
                take_for_readme(page.output(number).last, ROOT / ".github" / f"{name}.png")


def take_for_readme(what: Locator, path: Path) -> None:
    take(what, path)
    if path.stat().st_size > LARGEST:
        sys.exit(f"{path.name}: {path.stat().st_size} bytes, and at most {LARGEST} are allowed")


def take(what: Locator, path: Path) -> None:
    """Take the picture, and say so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    what.screenshot(path=path, animations="disabled", caret="hide")
    print(f"{path.relative_to(ROOT)!s:48}{path.stat().st_size / 1000:7.0f} kB", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
