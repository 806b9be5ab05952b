"""The tests in several processes at once: who runs which files, in which order, and the one summary at the end."""

from collections import Counter
from pathlib import Path

import psutil
import pytest

# What takes longest begins first, so that at the end nobody waits for somebody who began late.
LONGEST = ("test_views_browser", "test_live_browser", "test_browser", "test_programs", "test_stress", "test_explore")
# Those in a browser are too long for one process: these have one desk, the others another.
FIRST_DESK = ("test_views_browser", "test_browser", "test_verdicts_browser", "test_roles_browser")
DONE = pytest.StashKey()  # how many tests have been done


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """One more than there are processors: at any time somebody waits for a deadline."""
    return psutil.cpu_count() + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """A file stays together, for the sake of what its tests share; so do all that work at one desk."""
    from xdist.scheduler import LoadFileScheduling

    class ByDesk(LoadFileScheduling):
        def _split_scope(self, nodeid):
            file = super()._split_scope(nodeid)
            if not file.startswith("tests/browser/"):
                return file
            return "first desk" if Path(file).stem in FIRST_DESK else "second desk"

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
