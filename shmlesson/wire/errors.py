"""The errors of what crosses the pipe, and the one that all of ours are.

A file of its own, since all of the errors in ``shmlesson.errors`` stand on it, and need nothing else of the wire.
"""

from __future__ import annotations


class ShmlessonError(Exception):
    """Any error of this package."""


class BadMessage(ShmlessonError):
    """A line on a pipe was cut short, or is no JSON."""
