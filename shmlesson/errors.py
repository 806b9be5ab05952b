"""What can go wrong in a run, drawn as a tree.

    ShmlessonError
      +-- ForkUnavailable      this system has no os.fork
      +-- ForkRefused          a cell tried to fork the notebook's kernel itself (also a RuntimeError)
      +-- BadMessage           a line on a pipe was cut short, or is no JSON
      +-- RunError             a run could not give its result; ``.run`` holds what it reported until then
            +-- RunTimeout     it was still going at its deadline, and was ended (also a TimeoutError)
            +-- ProcessLost    one of its processes ended before it had reported
            +-- ServerLost     the fork server ended; the next call starts another

Wrong input is not here: it raises the ``ValueError`` or ``TypeError`` that Python's own functions would.
"""

from __future__ import annotations

from .wire.errors import BadMessage as BadMessage
from .wire.errors import ShmlessonError as ShmlessonError

TYPE_CHECKING = False  # typing's own would cost the fork server its import
if TYPE_CHECKING:
    from .analysis.run import Run

NO_FORK = (
    "this system has no os.fork, so no process can be forked here; "
    "on Windows, run the notebooks inside WSL (Windows Subsystem for Linux), or on a Linux server"
)


class ForkUnavailable(ShmlessonError):
    """This system has no ``os.fork``."""


class ForkRefused(ShmlessonError, RuntimeError):
    """A cell tried to fork the notebook's kernel itself."""


class RunError(ShmlessonError):
    """A run could not give its result; ``run`` holds what its processes reported until then."""

    def __init__(self, message: str, run: Run | None = None) -> None:
        super().__init__(message)
        self.run = run


class RunTimeout(RunError, TimeoutError):
    """A run was still going at its deadline, and was ended."""


class ProcessLost(RunError):
    """A process of the run ended before it had reported what it should."""


class ServerLost(RunError):
    """The fork server ended during the run; the next call starts another."""
