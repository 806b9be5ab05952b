"""The errors of what crosses the pipe, and the one that all of ours are."""

from __future__ import annotations


class ShmlessonError(Exception):
    """Any error of this package."""


class BadMessage(ShmlessonError):
    """A line on a pipe was cut short, or is no JSON."""
