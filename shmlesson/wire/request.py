"""What the kernel asks the fork server for: a run, and commands to one that takes them. One way to the wire and back.

``from_wire`` is the only place that looks at what came: whoever has a ``Request`` or a ``Command`` need not be careful.
"""

# A frozen dataclass in all but name: the module dataclasses would cost the server more than the rest of its start.

from __future__ import annotations

from collections import namedtuple

from .errors import BadMessage

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, NamedTuple, Self

    from .messages import Message

    Check = Callable[[Any], bool]

    class _Request(NamedTuple):
        experiment: str
        settings: Mapping[str, Any]
        timeout: float
        output: int
        live: bool = False
        commands: bool = False
        number: int = 0

    class _Command(NamedTuple):
        number: int
        who: str = ""
        offset: int = 0
        data: bytes = b""
        end: bool = False

else:
    _Request = namedtuple(
        "_Request", "experiment settings timeout output live commands number", defaults=(False, False, 0)
    )
    _Command = namedtuple("_Command", "number who offset data end", defaults=("", 0, b"", False))


class Request(_Request):
    """One run.

    ``experiment``: the name of what runs, with its ``settings``, plain data by name. ``timeout``: seconds after which
    the run is ended. ``output``: characters of what it prints that are kept. ``live``: whether each report is passed
    on as it comes. ``commands``: whether ``Command`` after ``Command`` may follow. ``number``: stands in each answer.
    """

    __slots__ = ()

    def to_wire(self) -> Message:
        return self._asdict()

    @classmethod
    def from_wire(cls, message: Message) -> Self:
        """The request that ``message`` holds; ``BadMessage`` with the name of the field that is missing or wrong."""
        request = cls(**_checked("request", message, _REQUEST))
        _checked("request", {"file": request.file, "processes": request.processes}, _SETTINGS)
        return request

    @property
    def file(self) -> str:
        """Where a program's text is, for interpreters that it starts; empty where there is no program."""
        file: str = self.settings.get("file", "")
        return file

    @property
    def processes(self) -> int:
        """How many processes a program may have; 0 where there is no program."""
        processes: int = self.settings.get("processes", 0)
        return processes

    @property
    def searches(self) -> bool:
        """Whether this is a search through many orders: then the run's first process is none of the program's."""
        return self.experiment == "explore" and self.settings.get("order") is None


class Command(_Command):
    """What a pair that stays alive is to do: ``who`` (nobody if empty) writes ``data`` at ``offset``, then both look.

    ``number``: stands in what both report then. ``end``: whether the pair is to end instead.
    """

    __slots__ = ()

    def to_wire(self) -> Message:
        return self._replace(data=self.data.hex())._asdict()  # type: ignore[arg-type]

    @classmethod
    def from_wire(cls, message: Message) -> Self:
        """The command that ``message`` holds; ``BadMessage`` with the name of the field that is missing or wrong."""
        command = cls(**_checked("command", message, _COMMAND))
        return command._replace(data=bytes.fromhex(command.data))  # type: ignore[arg-type]


def _is_text(value: Any) -> bool:
    return type(value) is str


def _is_flag(value: Any) -> bool:
    return type(value) is bool


def _is_whole(value: Any) -> bool:
    return type(value) is int and value >= 0


def _is_hex(value: Any) -> bool:
    try:
        return type(value) is str and bytes.fromhex(value) is not None
    except ValueError:
        return False


_REQUEST: Mapping[str, Check] = {
    "experiment": _is_text,
    "settings": lambda value: type(value) is dict,
    "timeout": lambda value: type(value) is float and value > 0,
    "output": _is_whole,
    "live": _is_flag,
    "commands": _is_flag,
    "number": _is_whole,
}
_SETTINGS: Mapping[str, Check] = {"file": _is_text, "processes": _is_whole}
_COMMAND: Mapping[str, Check] = {
    "number": _is_whole,
    "who": _is_text,
    "offset": _is_whole,
    "data": _is_hex,
    "end": _is_flag,
}


def _checked(what: str, said: Mapping[str, Any], checks: Mapping[str, Check]) -> Mapping[str, Any]:
    """``said`` itself, if each of its fields is what its check says; a field that is missing counts as None."""
    for name, check in checks.items():
        if not check(said.get(name)):
            raise BadMessage(f"a {what} cannot have this {name}: {said.get(name)!r:.60}")
    if unknown := said.keys() - checks.keys():
        raise BadMessage(f"a {what} has no field {min(unknown)}")
    return said
