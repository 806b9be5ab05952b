"""How a hook takes the place of what it stands for: a function now, or a module's as soon as that is imported."""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any, TypeVar

    Function = TypeVar("Function", bound=Callable[..., Any])
    Act = Callable[[ModuleType], object]

_ABLE: tuple[set[Any], ...] = (
    *(os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks, os.supports_effective_ids),
)


def when_imported(acts: dict[str, Act]) -> None:
    """Call each act with its module: now, if it is there, or right after it has been imported."""
    for name in acts.keys() & sys.modules.keys():
        acts[name](sys.modules[name])
    later = {name: act for name, act in acts.items() if name not in sys.modules}
    sys.meta_path.insert(0, _Finder(later))


class _Finder:
    """Finds what Python would find on its path, and has its loader do more."""

    def __init__(self, acts: dict[str, Act]) -> None:
        self._acts = acts

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        act = self._acts.pop(name, None)
        spec = PathFinder.find_spec(name, path, target) if act else None
        if spec and act and spec.loader:
            load = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                load(module)
                act(module)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def replace(module: ModuleType, name: str, traced: Any) -> None:
    """Put ``traced`` into this place, and where a pickle would look it up: a function of ``os`` is one of ``posix``."""
    real = getattr(module, name)
    home = sys.modules.get(getattr(real, "__module__", None) or "")
    setattr(module, name, traced)
    if home is not None and getattr(home, name, None) is real:
        setattr(home, name, traced)
    for able in _ABLE:  # what os says that a function can do it says of what takes its place, too: shutil asks
        if real in able:
            able.add(traced)


def like(traced: Function, real: Any) -> Function:
    """``traced``, under the name of what it stands for."""
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(traced, name, getattr(real, name, None))
    return traced
