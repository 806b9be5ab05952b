"""The tests in several processes at once: who runs which files, in which order, and the one summary at the end."""

from collections import Counter
from pathlib import Path

import psutil
import pytest

# What takes longest begins first, so that at the end nobody waits for somebody who began late.
LONGEST = ("test_browser", "test_views_browser", "test_lanes_browser", "test_programs", "test_stress", "test_explore")
# Those in a browser are too long for one process: these have one desk, those another, and the rest, which does without
# JupyterLab or has one of its own, has a third. (Each notebook that there is takes some ten seconds at the first.)
DESKS = {
    "first desk": ("test_browser",),
    "second desk": (
        *("test_views_browser", "test_live_browser", "test_stepper_browser"),
        *("test_arrange_browser", "test_notebook7_browser", "test_lab_page"),
    ),
}
DONE = pytest.StashKey()  # how many tests have been done


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """Two more than there are processors: at any time somebody waits for a deadline, and somebody for a browser."""
    return psutil.cpu_count() + 2


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """A file stays together, for the sake of what its tests share; so do all that work at one desk."""
    from xdist.scheduler import LoadFileScheduling

    class ByDesk(LoadFileScheduling):
        def _split_scope(self, nodeid):
            file = super()._split_scope(nodeid)
            if not file.startswith("tests/browser/"):
                return file
            return next((desk for desk, files in DESKS.items() if Path(file).stem in files), "third desk")

    return ByDesk(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_modifyitems(items):
    """The longest files first."""
    ranks = {name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path.stem, len(LONGEST)))


@pytest.hookimpl(wrapper=True)
def pytest_report_teststatus(report, config):
    """A dot is for fifty tests, and only what failed has a letter: one line, in which that is seen."""
    category, letter, word = yield
    if letter and config.getoption("numprocesses", None) and category in ("passed", "skipped", "xfailed"):
        config.stash[DONE] = config.stash.get(DONE, 0) + 1
        letter = "" if config.stash[DONE] % 50 else "."
    return category, letter, word


def pytest_terminal_summary(terminalreporter):
    """Say why tests were skipped, in one line a reason."""
    skipped = Counter(report.longrepr[2] for report in terminalreporter.stats.get("skipped", []))
    for reason, count in skipped.items():
        terminalreporter.write_line(f"{count} tests skipped: {reason.removeprefix('Skipped: ')}")
