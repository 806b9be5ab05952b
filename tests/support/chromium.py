"""A real Chromium: Debian's, Google's, or else the one that Playwright brings."""

import os
import shutil

import pytest
from playwright.sync_api import Error

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def found():
    """Where the system's own is; None if it has none, and Playwright's is to be taken."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def launch(playwright):
    """A browser; where there is none, the test is skipped, but in CI it fails."""
    path = found()
    try:
        return playwright.chromium.launch(executable_path=path, args=QUIET)
    except Error as error:
        reason = f"{path} does not start ({error.message.splitlines()[0]})" if path else "no Chromium"
    if os.environ.get("CI"):
        pytest.fail(f"{reason}; CI may not skip this test")
    pytest.skip(f"{reason}; see CONTRIBUTING.md")
