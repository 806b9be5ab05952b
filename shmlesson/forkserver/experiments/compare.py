"""Ways to let another process read n bytes, timed side by side: each child reads every byte and answers."""

from __future__ import annotations

import mmap
import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.shared_memory import SharedMemory
from typing import Any

from ...memory.block import fill, look
from ..reporter import Reporter

FORK = multiprocessing.get_context("fork")  # this process is small and has one thread: the fastest start there is
BYTE = ord("a")


def right(data: Any) -> bool:
    """Whether every byte of ``data`` is the expected one, by reading each."""
    return look(data).runs == ((0, len(data), BYTE),)


def anonymous(size: int) -> bool:
    """An anonymous block, which the child inherits."""
    with mmap.mmap(-1, size) as block:
        fill(block, BYTE)
        return _answer(lambda answer: answer.send(right(block)))


def shared_memory(size: int) -> bool:
    """A named block; the child attaches to it by its name."""
    block = SharedMemory(create=True, size=size)
    try:
        with _bytes_of(block)[:size] as view:
            fill(view, BYTE)
        return _answer(_attach, block.name, size)
    finally:
        block.close()
        block.unlink()


def _attach(answer: Any, name: str, size: int) -> None:
    block = SharedMemory(name)
    with _bytes_of(block)[:size] as view:
        answer.send(right(view))
    block.close()


def _bytes_of(block: SharedMemory) -> memoryview:
    assert block.buf is not None  # it is until the block is closed
    return block.buf


def pipe_bytes(size: int) -> bool:
    """The bytes themselves through a pipe."""
    return _answer(lambda answer: answer.send(right(answer.recv_bytes())), send=lambda end: end.send_bytes(b"a" * size))


def pipe_pickled(size: int) -> bool:
    """A pickle of the bytes through a pipe."""
    return _answer(lambda answer: answer.send(right(answer.recv())), send=lambda end: end.send(b"a" * size))


def queue(size: int) -> bool:
    """A pickle of the bytes through a ``Queue``, which has a thread feed a pipe."""
    messages = FORK.Queue()
    try:
        return _answer(lambda answer: answer.send(right(messages.get())), send=lambda end: messages.put(b"a" * size))
    finally:
        messages.close()
        messages.join_thread()


def _answer(child: Callable[..., None], *arguments: Any, send: Callable[[Any], None] | None = None) -> bool:
    """Start ``child`` in a process of its own, send it what it needs, and wait for its answer and its end."""
    mine, its = FORK.Pipe()
    process = FORK.Process(target=child, args=(its, *arguments))
    process.start()
    its.close()
    if send:
        send(mine)
    answer = bool(mine.recv())
    process.join()
    mine.close()
    return answer


class WarmPool:
    """A process that has been started before, and takes one task after the other."""

    def __init__(self) -> None:
        self.pool = FORK.Pool(1)
        for _ in range(10):
            self.pool.apply(right, (b"a",))

    def __call__(self, size: int) -> bool:
        return bool(self.pool.apply(right, (b"a" * size,)))

    def close(self) -> None:
        self.pool.close()
        self.pool.join()


TOOLS: dict[str, Callable[[int], bool]] = {
    "mmap": anonymous,
    "SharedMemory": shared_memory,
    "Pipe.send_bytes": pipe_bytes,
    "Pipe.send": pipe_pickled,
    "Queue": queue,
}


def compare(reporter: Reporter, sizes: list[int], repeats: int) -> None:
    """Measure every tool at every size, in turns, so that what disturbs the machine disturbs them all alike."""
    _measure_all(reporter, sizes, repeats, TOOLS)
    warm = WarmPool()  # last: it has threads, and nothing is forked beside them
    _measure_all(reporter, sizes, repeats, {"warm Pool": warm})
    warm.close()


def _measure_all(reporter: Reporter, sizes: list[int], repeats: int, tools: dict[str, Callable[[int], bool]]) -> None:
    for size in sizes:
        for _ in range(repeats):
            for name, tool in tools.items():
                start = time.perf_counter()
                if not tool(size):
                    raise AssertionError(f"{name} did not hand over {size} bytes")
                reporter.emit("measures", tool=name, size=size, seconds=time.perf_counter() - start)
