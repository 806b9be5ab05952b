"""``open`` of a program: a plain file that it gives reports what is read and written through it."""

from __future__ import annotations

import errno
import io
import os
import stat
import sys

from .files import Files, is_path, opening
from .hooks import like
from .stdio import Buffer

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_open, _stat = io.open, os.stat
_LETTERS = frozenset("rwxabt+")
_FLAGS = {"r": 0, "w": os.O_CREAT | os.O_TRUNC, "x": os.O_CREAT | os.O_EXCL, "a": os.O_CREAT}
_START = 4096  # bytes of what was read that are looked at


def watching_open(files: Files, real: Callable[..., Any]) -> Callable[..., Any]:
    """``open`` as ever, for what is no plain file of the program's: ``real`` itself."""
    kind = _reporting(files)

    def open_(*arguments: Any, **options: Any) -> Any:
        try:
            file, mode, buffering, *texts, closefd, opener = _asked(*arguments, **options)
        except TypeError:
            return _open(*arguments, **options)  # an error, and Python says so best
        if type(mode) is not str:
            return _open(*arguments, **options)
        if not _is_simple(mode, buffering, texts) or not files.recorder.records or not _is_plain(files, file, opener):
            return real(*arguments, **options)
        sort = "".join(letter for letter in mode if letter not in "bt")
        name = "" if type(file) is int or opener else files.name_of(file)

        def raw_file() -> Any:
            return kind(file, sort, closefd, opener)

        raw: Any = opening(files, name, file, _FLAGS[sort.strip("+")], raw_file, fd=kind.fileno)
        try:
            by_descriptor = type(file) is int or opener
            raw.place = files.name_behind(raw.fileno()) if by_descriptor else files.opened(raw.fileno(), file)
            return _wrapped(files, raw, mode, buffering, *texts)
        except BaseException:
            raw.close()
            raise

    return like(open_, _open)


def _asked(
    file: Any,
    mode: Any = "r",
    buffering: Any = -1,
    encoding: Any = None,
    errors: Any = None,
    newline: Any = None,
    closefd: Any = True,
    opener: Any = None,
) -> tuple[Any, ...]:
    return file, mode, buffering, encoding, errors, newline, closefd, opener


def _is_simple(mode: str, buffering: Any, texts: list[Any]) -> bool:
    """Whether all is as it should be: else Python has an error to raise, or a warning."""
    if type(buffering) is not int or not all(text is None or type(text) is str for text in texts):
        return False
    letters, binary = set(mode), "b" in mode
    if len(letters) < len(mode) or not letters <= _LETTERS or len(letters & set("rwxa")) != 1 or {"b", "t"} <= letters:
        return False
    return buffering >= -1 and buffering != binary and not (binary and any(text is not None for text in texts))


def _is_plain(files: Files, file: Any, opener: Any) -> bool:
    """Whether it is, or will be, a plain file of the program's."""
    if type(file) is int:
        return bool(files.name_behind(file))
    try:
        if opener and is_path(file):
            return True  # what it opens may be another one
        if not is_path(file) or not files.full_name_of(file):
            return False
        status = _stat(file)
    except (OSError, ValueError) as error:
        return isinstance(error, OSError) and error.errno == errno.ENOENT
    return stat.S_ISREG(status.st_mode)


def _wrapped(
    files: Files, raw: Any, mode: str, buffering: int, encoding: str | None, errors: str | None, newline: str | None
) -> Any:
    """What ``open`` makes of a file: see ``io.open``."""
    if buffering == 0:
        return raw
    size = buffering if buffering > 1 else _size_of_buffer(raw)
    buffered: Any
    if "+" in mode or "r" in mode:
        buffered = io.BufferedRandom(raw, size) if "+" in mode else io.BufferedReader(raw, size)
    else:
        buffered = Buffer(raw, files.recorder.hold, size)
        files.writers.add(buffered)
    if "b" in mode:
        return buffered
    text: Any = io.TextIOWrapper(buffered, encoding, errors, newline, buffering == 1)
    text.mode = mode
    if isinstance(buffered, Buffer):
        files.writers.discard(buffered)
        files.writers.add(text)
    return text


def _size_of_buffer(raw: Any) -> int:
    if sys.version_info < (3, 14):
        return int(max(raw._blksize, 1))
    return int(max(min(raw._blksize, 1 << 23), io.DEFAULT_BUFFER_SIZE))


def _reporting(files: Files) -> Any:
    class FileIO(io.FileIO):
        """Python's own, and it reports what goes through it; ``place`` is the file's name."""

        place = ""
        copied = b""  # what waited to be written when this process was forked, or has forked

        def close(self) -> None:
            if not self.closed:
                files.closes(self.fileno())
            super().close()

        def readinto(self, buffer: Any, /) -> Any:
            count = super().readinto(buffer)
            if self.place and count is not None:
                start = bytes(memoryview(buffer).cast("B")[: min(count, _START)]) if count else b""
                files.reads(self.place, self.fileno(), start)
            return count

        def readall(self) -> Any:
            return self._has_read(super().readall())

        def read(self, size: int | None = -1, /) -> Any:
            return self._has_read(super().read(size))

        def _has_read(self, data: Any) -> Any:
            if self.place and data is not None:
                files.reads(self.place, self.fileno(), data)
            return data

        def write(self, data: Any, /) -> Any:
            if self.place:
                files.puts(self.place)
                copied, self.copied = self.copied, b""
                if copied:
                    files.writes_out(self.place, copied, data)
            return super().write(data)

        def truncate(self, size: int | None = None, /) -> int:
            if self.place:
                files.puts(self.place)
            return super().truncate(size)

        def __repr__(self) -> str:
            return super().__repr__().replace("<FileIO", "<_io.FileIO", 1)

    return like(FileIO, io.FileIO)
