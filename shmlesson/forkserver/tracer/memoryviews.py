"""``memoryview`` as ever, but that the first view of a block is noticed; and whether anybody holds a view of one."""

from __future__ import annotations

import mmap

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_real = mmap.mmap


class _ViewKind(type):
    """The metaclass of a class that passes for ``memoryview``."""

    viewed: Callable[[Any], None]

    def __call__(cls, *arguments: Any, **options: Any) -> Any:
        view = memoryview(*arguments, **options)
        if getattr(view.obj, "_viewed", None) is False:
            cls.viewed(view.obj)
        return view

    def __instancecheck__(cls, thing: object) -> bool:
        return isinstance(thing, memoryview)

    def __subclasscheck__(cls, kind: type) -> bool:
        return kind is cls or issubclass(kind, memoryview)

    def __eq__(cls, other: object) -> bool:
        return other is memoryview or other is cls

    def __hash__(cls) -> int:
        return hash(memoryview)

    def __repr__(cls) -> str:
        return repr(memoryview)

    def __getattr__(cls, name: str) -> Any:
        return getattr(memoryview, name)


def reporting_views(viewed: Callable[[Any], None]) -> type:
    """The class: ``viewed`` is called with a block at its first view; views that others take are found in time."""
    return _ViewKind(
        "memoryview", (), {"__doc__": memoryview.__doc__, "__module__": "builtins", "viewed": staticmethod(viewed)}
    )


def is_viewed(block: Any) -> bool:
    """Whether somebody holds a view of it: then ``resize`` raises BufferError, before it looks at the new size."""
    try:
        _real.resize(block, -1)
    except BufferError:
        return True
    except (ValueError, TypeError, SystemError, OSError):
        pass
    return False
