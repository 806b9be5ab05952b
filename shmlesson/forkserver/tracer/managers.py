"""What managers of ``multiprocessing`` share out: a call of a proxy is one act, named for the object that it is about.

The object lives in a process of its own, and every call is a message there, and one back. Both are left out: a call is
reported as what it does to a lock, a semaphore, an event, a barrier, a condition or a queue; where the object is
anything else (a list, a dict, one of the program's own), whoever calls comes after those who have called it before. The
manager's process orders nothing by itself: else a call of one object would put calls of all others in order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .hooks import like
from .lines import where
from .recorder import Recorder, inside, silent

if TYPE_CHECKING:
    from collections.abc import Callable

# Methods that change nothing: of a list, a dict, a Namespace, a Value and an Array.
_LOOKS = frozenset(
    {"__getitem__", "__contains__", "__len__", "__iter__", "__getattribute__", "__repr__", "__str__", "#GETVALUE"}
    | {"get", "keys", "values", "items", "copy", "index", "count", "has_key", "__reversed__", "tolist"}
)
_OF_AN_ITEM = {
    **{"__getitem__": "[{!r}]", "__setitem__": "[{!r}]", "get": "[{!r}]"},
    **{"__getattribute__": ".{}", "__setattr__": ".{}"},
}
_SIMPLE = (int, str, bytes, bool, float, type(None))  # whose equality is Python's own
_LONGEST = 100  # letters of what an item is called


def watch_managers(module: Any, recorder: Recorder) -> None:
    """Have every proxy report its calls, and the manager's process leave its messages out."""
    objects = _Objects(recorder)
    proxy, manager, server = module.BaseProxy, module.BaseManager, module.Server
    create, call = manager._create, proxy._callmethod

    def makes(self: Any, typeid: Any, /, *arguments: Any, **options: Any) -> Any:
        with silent(recorder):
            token, exposed = create(self, typeid, *arguments, **options)
        objects.make(token, exposed, arguments)
        return token, exposed

    def calls(self: Any, methodname: Any, args: Any = (), kwds: Any = {}) -> Any:  # noqa: B006  # as it is there
        def answer() -> Any:
            with silent(recorder):
                return call(self, methodname, args, kwds)

        return objects.find(self).call(methodname, args, kwds, answer)

    manager._create, proxy._callmethod = like(makes, create), like(calls, call)
    for kind, names in (proxy, ("_connect", "_incref")), (server, ("handle_request", "accepter")):
        for name in names:
            setattr(kind, name, _silently(getattr(kind, name), recorder))
    server.serve_forever = _idle(server.serve_forever, recorder)
    manager._run_server = classmethod(_serving(manager._run_server.__func__, recorder))


def _silently(real: Callable[..., Any], recorder: Recorder) -> Callable[..., Any]:
    def act(*arguments: Any, **options: Any) -> Any:
        with silent(recorder):
            return real(*arguments, **options)

    return like(act, real)


def _idle(real: Callable[..., Any], recorder: Recorder) -> Callable[..., Any]:
    """The manager's process does nothing by itself: who waits for one of its objects does not wait for it."""

    def serve(*arguments: Any, **options: Any) -> Any:
        recorder.record("waits", at="object", name="calls of a manager")
        return real(*arguments, **options)

    return like(serve, real)


def _serving(real: Callable[..., Any], recorder: Recorder) -> Callable[..., Any]:
    """In the manager's process: what comes into a block is nothing that it has written."""

    def serve(*arguments: Any, **options: Any) -> Any:
        recorder.before_recording = lambda: None
        return real(*arguments, **options)

    return like(serve, real)


class _Objects:
    """The objects that this process knows of, by what a token says; a child knows those that its parent knew."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._known: dict[tuple[str, str], _Thing] = {}

    def make(self, token: Any, exposed: Any, arguments: tuple[Any, ...]) -> None:
        key = str(token.address), token.id
        kind = _kind_of(token.typeid, frozenset(exposed))
        with self._recorder.hold:
            name = self._recorder.name_for(f"manager’s {kind.noun or str(token.typeid).lower()}")
            self._known[key] = kind(self._recorder, name)
        self._known[key].makes(arguments)

    def find(self, proxy: Any) -> _Thing:
        """That of a proxy; one that has come from elsewhere is named for what it is."""
        token = proxy._token
        key = str(token.address), token.id
        if key not in self._known:
            kind = _kind_of(token.typeid, frozenset(getattr(proxy, "_exposed_", None) or ()))
            name = f"{kind.noun or str(token.typeid).lower()} {token.id} of a manager"
            self._known[key] = kind(self._recorder, name)
        return self._known[key]


def _kind_of(typeid: str, exposed: frozenset[str]) -> type[_Thing]:
    """By what it can do, for a program can register such things under names of its own."""
    if {"acquire", "release"} <= exposed:
        if "notify" in exposed:
            return _Condition
        return _Semaphore if "emaphore" in typeid else _RLock if "RLock" in typeid else _Lock
    if {"put", "get", "qsize"} <= exposed:
        return _Thing if "Lifo" in typeid or "Priority" in typeid else _Queue
    if {"is_set", "set", "wait"} <= exposed:
        return _Event
    return _Barrier if {"wait", "abort"} <= exposed else _Thing


class _Thing:
    """Any object: whoever calls it comes after those who have called it before, and may have changed it."""

    noun, at = "", "object"

    def __init__(self, recorder: Recorder, name: str) -> None:
        self.recorder, self.name = recorder, name
        self._answers: dict[object, object] = {}

    def makes(self, arguments: tuple[Any, ...]) -> None:
        """Report that it has been made with these arguments."""
        self.record("makes", **self.value(arguments))

    def value(self, arguments: tuple[Any, ...]) -> dict[str, Any]:
        return {}

    def record(self, kind: str, at: str = "", name: str = "", **detail: object) -> None:
        self.recorder.record(kind, at=at or self.at, name=name or self.name, **detail)

    def call(self, method: str, args: Any, kwds: Any, answer: Callable[[], Any]) -> Any:
        """Have it answer, and report what that was."""
        item = _item(method, args)
        if method not in _LOOKS:
            self._answers.clear()
            self.record("releases", **item, **_value(args[-1] if item and args else self))
            result = answer()
            with inside(self.recorder):
                self.record("notices")
            return result
        result = answer()
        if self._is_news((method, repr(item), where()[0]), result):
            self.record("notices", **item, **_value(result if item else self))
        return result

    def _is_news(self, question: object, result: Any) -> bool:
        """A process that asks the same again and again, and gets the same answer, learns nothing."""
        simple = type(result) in _SIMPLE
        if simple and self._answers.get(question, self) == result:
            return False
        self._answers[question] = result if simple else self
        return True


def _item(method: str, args: Any) -> dict[str, str]:
    """``{"item": "['total']"}``, where a call is about one item, and it has a simple name."""
    if method in ("get", "set") and not args[1 if method == "set" else 0 :]:
        return {"item": ".value"}
    if method not in _OF_AN_ITEM or not args or type(args[0]) not in _SIMPLE:
        return {}
    return {"item": _OF_AN_ITEM[method].format(args[0])[:_LONGEST]}


def _value(value: Any) -> dict[str, str]:
    """``{"value": "7"}``, if it can be written down without calling the program's own code."""
    return {"value": repr(value)[:_LONGEST]} if type(value) in _SIMPLE else {}


class _Lock(_Thing):
    noun, at = "lock", "lock"

    def call(self, method: str, args: Any, kwds: Any, answer: Callable[[], Any]) -> Any:
        if method == "acquire":
            return self.acquire(_is_patient(args, kwds), answer)
        if method == "release":
            self.release()
        return answer()

    def acquire(self, waits: bool, answer: Callable[[], Any]) -> Any:
        if waits:
            self.record("waits")
        result = answer()
        if result:
            self.record("acquires")
        else:
            self.record("notices", count=0)
        return result

    def release(self) -> None:
        self.record("releases")


def _is_patient(args: Any, kwds: Any) -> bool:
    return bool(args[0] if args else kwds.get("blocking", True))


class _RLock(_Lock):
    at = "rlock"

    def __init__(self, recorder: Recorder, name: str) -> None:
        super().__init__(recorder, name)
        self._times, self._process = 0, ""

    def acquire(self, waits: bool, answer: Callable[[], Any]) -> Any:
        if self._process != self.recorder.name:
            self._times, self._process = 0, self.recorder.name
        result = answer() if self._times else super().acquire(waits, answer)
        self._times += bool(result)
        return result

    def release(self) -> None:
        self._times -= 1
        if self._times <= 0:
            super().release()


class _Semaphore(_Lock):
    noun = at = "semaphore"

    def value(self, arguments: tuple[Any, ...]) -> dict[str, Any]:
        return {"value": arguments[0] if arguments and type(arguments[0]) is int else 1}


def _of_zero(there: object) -> dict[str, Any]:
    """Of an event: that it is cleared."""
    return {"count": 0} if there else {}


class _Event(_Thing):
    noun = at = "event"

    def call(self, method: str, args: Any, kwds: Any, answer: Callable[[], Any]) -> Any:
        if method in ("set", "clear"):
            self._answers.clear()
            self.record("releases", **_of_zero(method == "clear"))
        if method == "wait":
            self.record("waits")
        result = answer()
        if method in ("wait", "is_set") and self._is_news("", bool(result)):
            self.record("acquires" if result else "notices", **_of_zero(not result))
        return result


class _Barrier(_Thing):
    noun = at = "barrier"

    def value(self, arguments: tuple[Any, ...]) -> dict[str, Any]:
        return {"value": arguments[0]} if arguments and type(arguments[0]) is int else {}

    def call(self, method: str, args: Any, kwds: Any, answer: Callable[[], Any]) -> Any:
        if method != "wait":
            result = answer()
            if args == ("n_waiting",) and result:
                self.record("notices", count=result)
            return result
        self.record("releases")
        self.record("waits")
        result = answer()
        self.record("acquires")
        return result


class _Condition(_Lock):
    noun, at = "condition", "condition"

    def makes(self, arguments: tuple[Any, ...]) -> None:
        super().makes(arguments)
        with inside(self.recorder):
            self.record("makes", at="lock", name=self.lock)

    @property
    def lock(self) -> str:
        return f"{self.name}’s lock"

    def acquire(self, waits: bool, answer: Callable[[], Any]) -> Any:
        if waits:
            self.record("waits", at="lock", name=self.lock)
        result = answer()
        if result:
            self.record("acquires", at="lock", name=self.lock)
        return result

    def release(self) -> None:
        self.record("releases", at="lock", name=self.lock)

    def call(self, method: str, args: Any, kwds: Any, answer: Callable[[], Any]) -> Any:
        if method in ("notify", "notify_all"):
            self.record("releases")
        if method != "wait":
            return super().call(method, args, kwds, answer)
        self.release()
        self.record("waits")
        result = answer()
        self.record("acquires", at="lock", name=self.lock)
        if result:
            self.record("acquires")
        return result


class _Queue(_Thing):
    """A queue is a pipe, whose bytes are what was put there; beside it everybody can ask how full it is."""

    noun, at = "queue", "pipe"

    def call(self, method: str, args: Any, kwds: Any, answer: Callable[[], Any]) -> Any:
        if method in ("put", "put_nowait"):
            self._state("releases")
            self.record("sends")
        elif method == "task_done":
            self._state("releases")
        elif method in ("get", "join"):
            self.record("waits")
        result = answer()
        if method in ("get", "get_nowait"):
            self.record("receives")
            self._state("releases")
        elif method == "join" or (method in ("qsize", "empty", "full") and self._is_news(method, result)):
            self._state("notices")
        return result

    def _state(self, kind: str) -> None:
        if kind == "releases":
            self._answers.clear()
        with inside(self.recorder):
            self.record(kind, at="object", name=f"the state of {self.name}")
