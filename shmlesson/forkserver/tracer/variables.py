"""Plain variables of a program: which of them a process has changed since it was forked, or has forked."""

from __future__ import annotations

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_VALUES = (int, float, complex, str, bytes, tuple, type(None))
_CONTAINERS = (list, dict, set, bytearray)
_MOST = 10_000  # items of a container that is looked at


class Variables:
    """The values of a module's plain variables at one moment."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names
        self._before = {name: _copy(value) for name, value in list(names.items()) if _is_plain(name, value)}

    def changed(self) -> list[str]:
        """The names of those that have another value now."""
        there = self._before.keys() & self._names.keys()
        return sorted(name for name in there if self._differs(name, self._before[name]))

    def _differs(self, name: str, before: Any) -> bool:
        try:
            return not (type(self._names[name]) is type(before) and self._names[name] == before)
        except Exception:
            return False  # what a learner's own class does when it is compared is not for us to judge


def _is_plain(name: str, value: Any) -> bool:
    if name.startswith("_"):
        return False
    return isinstance(value, _VALUES) or (isinstance(value, _CONTAINERS) and len(value) <= _MOST)


def _copy(value: Any) -> Any:
    return value.copy() if type(value) in _CONTAINERS else value
