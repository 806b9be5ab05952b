"""Plain files of a program: whoever finds one there, or what is in it, comes after who made it, or wrote that.

A file is a flag, a message or a lock to many programs. So the process reports when it is about to make, write or remove
one ("releases", with a count of 0 where it takes it away), and when it has learned something from one ("notices", with
a count of 0 where it is not there). What it learns again, and what it writes once more with nothing in between, tells
nobody anything new, and is not reported; nor is anything as long as there is only one process.

Files of Python, of the system and of devices are left alone, and so is what libraries do with ``open``, but for those
that move files about. Files are told apart by their paths, and behind a descriptor by device and inode.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
import weakref
from os import fspath, fstat, getcwd, lstat  # by name, as the others: a program may replace any of them
from os.path import basename, dirname, join, normpath, realpath

from .hooks import like, replace
from .lines import NAME
from .recorder import Recorder, inside
from .stdio import Identity

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

_stat = os.stat
_SMALL = 4096  # bytes of a file that are compared with what was read before
_MOST = 1000  # things that one process learns from files; after that it goes on unreported
_GONE = (errno.ENOENT, errno.ENOTDIR)
_TMPFILE = getattr(os, "O_TMPFILE", 0)
# Where no program leaves messages. A program's own files may be on a memory disk.
_ELSEWHERE = tuple({"/usr", "/proc", "/sys", "/etc", "/lib", "/dev", sys.prefix, sys.base_prefix, sys.exec_prefix})
_MEMORY_DISK = "/dev/shm/"


def is_path(path: Any) -> bool:
    """Whether it is one that can be read without calling the program's own code."""
    kind = type(path)
    return kind is str or kind is bytes or kind.__module__.partition(".")[0] == "pathlib"


class Files:
    """The files that this process has to do with, and what it has last learned of each."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self._real: dict[str, str] = {}  # paths of folders, without links
        self._here, self._temporary = join(realpath(getcwd()), ""), join(realpath(os.environ.get("TMPDIR", "/tmp")), "")
        self._since = time.time() - 1  # what is older nobody in this run has made
        self._open: dict[Identity, str] = {}
        self._found: dict[tuple[str, str], object] = {}
        self._written: tuple[str, int] = "", 0  # the last one, and how many events had been reported then
        self._left = _MOST
        self._looks = False  # for itself
        self._descriptions: dict[int, tuple[Identity, str, int]] = {}  # by descriptor: open file descriptions
        self._count = 0
        self.writers: weakref.WeakSet[Any] = weakref.WeakSet()  # files that are written through a buffer
        self.closes: Callable[[Any], None] = lambda fd: None  # called before a descriptor is closed

    def _is_alone(self) -> bool:
        return not self.recorder.forked and self.recorder.name == "parent"

    def note_buffers(self) -> None:
        """Note what a fork is about to copy: what waits in the buffers of files."""
        for out in list(self.writers):
            if not out.closed:
                buffer = getattr(out, "buffer", out)
                buffer.raw.copied = buffer.collected(out)

    def writes_out(self, name: str, copied: bytes, data: Any) -> None:
        """Report that such a copy is written, if ``data`` begins with it."""
        if bytes(memoryview(data).cast("B")[: len(copied)]) == copied:
            self.recorder.record("flushes", name=name, text=copied.decode("utf-8", "backslashreplace")[:200])

    def name_of(self, path: Any) -> str:
        """``file flag.txt``; empty for what is no path, for a file that is none of the program's, and while alone."""
        return "" if self._is_alone() or not is_path(path) or _for_itself() else self.full_name_of(path)

    def full_name_of(self, path: Any) -> str:
        """The same, even while alone."""
        return self._name_of(os.fsdecode(fspath(path)))

    def _name_of(self, path: str) -> str:
        try:
            whole = normpath(join(getcwd(), path)) if path and "\0" not in path and not self._looks else ""
        except OSError:
            return ""  # where it is has been removed
        if not whole:
            return ""
        folder = dirname(whole)
        if folder not in self._real:
            self._looks = True
            try:
                self._real[folder] = realpath(folder)
            finally:
                self._looks = False
        whole = join(self._real[folder], basename(whole)) if folder != whole else whole
        if whole.startswith(_ELSEWHERE) and not whole.startswith(_MEMORY_DISK):
            return ""
        for start in (self._here, self._temporary):
            whole = whole.removeprefix(start)
        return f"file {whole}"

    def name_behind(self, fd: Any) -> str:
        """The same of what is open; empty for what was not opened as a file of the program's."""
        if not self._open or not isinstance(fd, int):
            return ""
        try:
            status = fstat(fd)
        except (OSError, OverflowError):
            return ""
        return self._open.get((status.st_dev, status.st_ino), "")

    def opened(self, fd: int, path: Any, temporary: bool = False) -> str:
        """Note what is behind a new descriptor, and its name."""
        status = fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            return ""
        there = status.st_dev, status.st_ino
        self._describe(fd, there)
        name = self.recorder.name_for("temporary file") if temporary else self._name_of(os.fsdecode(fspath(path)))
        if name:
            self._open[there] = name
        else:
            self._open.pop(there, None)
        return name

    def _describe(self, fd: int, there: Identity) -> tuple[Identity, str, int]:
        self._count += 1
        new = self._descriptions[fd] = there, f"{self.recorder.name} {self._count}", self.recorder.forked
        return new

    def description(self, fd: int) -> tuple[str, bool]:
        """What was opened behind a descriptor, under a name of its own, and whether this process alone has it.

        It is the same after a fork, in the child, and after a ``dup``: see "open file description" in open(2).
        """
        status = fstat(fd)
        there = status.st_dev, status.st_ino
        known = self._descriptions.get(fd)
        _, name, forked = known if known and known[0] == there else self._describe(fd, there)
        return name, forked == self.recorder.forked and name.rpartition(" ")[0] == self.recorder.name

    def closing(self, real: Callable[..., None]) -> Callable[..., None]:
        def close(*arguments: Any, **options: Any) -> None:
            self.closes(arguments[0] if arguments else options.get("fd"))
            real(*arguments, **options)

        return like(close, real)

    def duplicates(self, real: Callable[..., int]) -> Callable[..., int]:
        """``os.dup`` or ``os.dup2``: what was opened is the same."""

        def duplicate(*arguments: Any, **options: Any) -> int:
            new = real(*arguments, **options)
            if known := self._descriptions.get(arguments[0] if arguments else -1):
                there, name, _ = known
                self._descriptions[arguments[0]] = self._descriptions[new] = there, name, -1
            return new

        return like(duplicate, real)

    def puts(self, name: str, folder: str = "") -> None:
        """It is about to be there, or to have other contents; in this ``folder``, if it may be new there."""
        recorder = self.recorder
        if self._is_alone() or not recorder.records or _for_itself():
            return
        recorder.record_view_writes()
        recorder.flush()
        if recorder.epochs.is_fresh and self._written == (name, recorder.emitted):
            return
        self._found.pop((name, ""), None)
        recorder.record("releases", at="file", name=name)
        self._changes(folder)
        self._written = name, recorder.emitted

    def takes(self, name: str, folder: str) -> None:
        """It is about to be there no longer."""
        self._found.pop((name, ""), None)
        self.recorder.record("releases", at="file", name=name, count=0)
        self._changes(folder)

    def _changes(self, folder: str) -> None:
        if folder:
            with inside(self.recorder):
                self.recorder.record("releases", at="file", name=folder)

    def finds(self, name: str, state: object, how: str = "") -> None:
        """It is there, and was found in this ``state``, or is not: None."""
        if self._found.get((name, how), self) != state:
            self._found[name, how] = state
            self.notices(name, state is not None)

    def notices(self, name: str, there: bool) -> None:
        """Report that it was found there, or not there."""
        if self._left > 0 and not self._is_alone() and not _for_itself():
            self._left -= 1
            self.recorder.record("notices", at="file", name=name, count=int(there))

    def finds_status(self, name: str, status: os.stat_result, path: Any = None) -> None:
        """It is there, with this ``status``; what is behind a link at this ``path`` may be older."""
        if status.st_ctime < self._since and path is not None:
            status = lstat(path)
        if status.st_ctime >= self._since:
            if stat.S_ISDIR(status.st_mode) and (name, "") in self._found:
                self.finds(_as_folder(name), _state(status))  # who looks at it again and again sees what is new in it
            self.finds(name, _state(status))

    def reads(self, name: str, fd: int, data: Any) -> None:
        """This has come out of it: ``data``, or so many bytes of that."""
        if self._is_alone():
            return
        status = fstat(fd)
        if status.st_ctime >= self._since:
            small = status.st_size <= _SMALL and isinstance(data, bytes)
            self.finds(name, (*_state(status), hash(data) if small else 0), "read")


def _for_itself() -> bool:
    """Whether a library does this for purposes of its own: it makes a folder, or tries whether it could.

    So is what no line of the program led to: Python looks for modules when it prints an error at the end.
    """
    frame = sys._getframe(1)
    while frame and frame.f_code.co_filename != NAME:
        if frame.f_globals.get("__name__", "").startswith("multiprocessing"):
            return True
        if frame.f_code.co_name == "_get_default_tempdir":
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return frame is None


def _state(status: os.stat_result) -> tuple[int, ...]:
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_nlink


def _is_gone(error: OSError) -> bool:
    return error.errno in _GONE


def watch_files(files: Files) -> None:
    """Have ``os`` report what the program does with files."""
    for name, hook in {
        **dict.fromkeys(("stat", "lstat"), _asks),
        **dict.fromkeys(("unlink", "remove", "rmdir"), _removes),
        **dict.fromkeys(("rename", "replace"), _moves),
        **{"mkdir": _makes, "link": _makes_second, "symlink": _makes_second, "open": _opens, "access": _asks_access},
        **{"listdir": _lists, "scandir": _scans, "utime": _changes, "truncate": _changes},
        **{"write": _writes, "pwrite": _writes, "ftruncate": _writes, "writev": _writes, "pwritev": _writes},
        **{"read": _reads, "pread": _reads, "fstat": _asks_open},
    }.items():
        if hasattr(os, name):
            replace(os, name, like(hook(files, getattr(os, name)), getattr(os, name)))
    for name in ("dup", "dup2"):
        replace(os, name, files.duplicates(getattr(os, name)))
    replace(os, "close", files.closing(os.close))


def _named(files: Files, arguments: tuple[Any, ...], options: dict[str, Any], place: int = 0) -> str:
    """The name of the file that a function is called for; empty where it is not simply a path."""
    if len(arguments) <= place or any(options.get(name) is not None for name in ("dir_fd", "src_dir_fd", "dst_dir_fd")):
        return ""
    return files.name_of(arguments[place])


def _folder(files: Files, path: Any) -> str:
    """What holds the file: ``folder output``, whose contents are another thing than that it is there."""
    return _as_folder(files.name_of(dirname(os.fsdecode(fspath(path))) or "."))


def _as_folder(name: str) -> str:
    return name and f"folder {name.removeprefix('file ')}"


def _is_there(path: Any) -> bool:
    try:
        lstat(path)
    except OSError:
        return False
    return True


def _asks(files: Files, real: Callable[..., Any]) -> Callable[..., Any]:
    def asks(*arguments: Any, **options: Any) -> Any:
        name = _named(files, arguments, options)
        if not name:
            return real(*arguments, **options)
        try:
            status = real(*arguments, **options)
        except OSError as error:
            if _is_gone(error):
                files.finds(name, None)
            raise
        files.finds_status(name, status, arguments[0])
        return status

    return asks


def _asks_open(files: Files, real: Callable[..., Any]) -> Callable[..., Any]:
    def asks(*arguments: Any, **options: Any) -> Any:
        status = real(*arguments, **options)
        if name := files.name_behind(arguments[0] if arguments else None):
            files.finds_status(name, status)
        return status

    return asks


def _asks_access(files: Files, real: Callable[..., Any]) -> Callable[..., Any]:
    def asks(*arguments: Any, **options: Any) -> Any:
        may = real(*arguments, **options)
        if name := _named(files, arguments, options):
            try:
                files.finds_status(name, _stat(arguments[0]), arguments[0])
            except OSError:
                files.finds(name, None)
        return may

    return asks


def _lists(files: Files, real: Callable[..., Any]) -> Callable[..., Any]:
    def lists(*arguments: Any, **options: Any) -> Any:
        names = real(*arguments, **options)
        if folder := files.name_of(arguments[0] if arguments and arguments[0] is not None else "."):
            files.finds(_as_folder(folder), tuple(names), "list")
        return names

    return lists


def _scans(files: Files, real: Callable[..., Any]) -> Callable[..., Any]:
    class ScandirIterator:
        """What Python's own is, and it reports that its process has learned what is in the folder."""

        def __init__(self, entries: Any, path: Any) -> None:
            self._entries, self._path, self._begun = entries, path, False

        def __iter__(self) -> Iterator[Any]:
            return self

        def __next__(self) -> Any:
            try:
                entry = next(self._entries)
            except StopIteration:
                self._finds()
                raise
            if not self._begun:
                self._finds()
            return entry

        def _finds(self) -> None:
            self._begun = True
            if folder := files.name_of(self._path):
                files.finds(_as_folder(folder), _state(_stat(self._path)), "scan")

        def close(self) -> None:
            self._entries.close()

        def __enter__(self) -> Any:
            return self

        def __exit__(self, *error: object) -> None:
            self.close()

    ScandirIterator.__module__ = "posix"

    def scans(*arguments: Any, **options: Any) -> Any:
        entries = real(*arguments, **options)
        path = arguments[0] if arguments and arguments[0] is not None else "."
        return ScandirIterator(entries, path) if files.name_of(path) else entries

    return scans


def _changes(files: Files, real: Callable[..., Any]) -> Callable[..., Any]:
    def changes(*arguments: Any, **options: Any) -> Any:
        if name := _named(files, arguments, options) or files.name_behind(arguments[0] if arguments else None):
            files.puts(name)
        return real(*arguments, **options)

    return changes


def _writes(files: Files, real: Callable[..., Any]) -> Callable[..., Any]:
    def writes(*arguments: Any, **options: Any) -> Any:
        if name := files.name_behind(arguments[0] if arguments else None):
            files.puts(name)
        return real(*arguments, **options)

    return writes


def _reads(files: Files, real: Callable[..., Any]) -> Callable[..., Any]:
    def reads(*arguments: Any, **options: Any) -> Any:
        data = real(*arguments, **options)
        if name := files.name_behind(arguments[0] if arguments else None):
            files.reads(name, arguments[0], data)
        return data

    return reads


def _exclusively(files: Files, name: str, path: Any, make: Callable[[], Any]) -> Any:
    """Make a file that must not be there yet: who succeeds comes after who removed it, so it can be a lock."""
    if not _is_there(path):
        files.puts(name, _folder(files, path))
    try:
        made = make()
    except FileExistsError:
        files.finds(name, True)
        raise
    with inside(files.recorder):
        files.notices(name, False)
    return made


def _makes(files: Files, real: Callable[..., Any], place: int = 0) -> Callable[..., Any]:
    def makes(*arguments: Any, **options: Any) -> Any:
        name = _named(files, arguments, options, place)
        if not name:
            return real(*arguments, **options)
        return _exclusively(files, name, arguments[place], lambda: real(*arguments, **options))

    return makes


def _makes_second(files: Files, real: Callable[..., Any]) -> Callable[..., Any]:
    return _makes(files, real, place=1)


def _removes(files: Files, real: Callable[..., Any]) -> Callable[..., Any]:
    def removes(*arguments: Any, **options: Any) -> Any:
        name = _named(files, arguments, options)
        if not name:
            return real(*arguments, **options)
        if _is_there(arguments[0]):
            files.takes(name, _folder(files, arguments[0]))
        return _taking(files, name, lambda: real(*arguments, **options))

    return removes


def _taking(files: Files, name: str, take: Callable[[], Any]) -> Any:
    """Take a file away, which only one process can do: that one comes after who has put it there."""
    try:
        result = take()
    except OSError as error:
        if _is_gone(error):
            files.finds(name, None)
        raise
    with inside(files.recorder):
        files.notices(name, True)
    return result


def _moves(files: Files, real: Callable[..., Any]) -> Callable[..., Any]:
    def moves(*arguments: Any, **options: Any) -> Any:
        name, new = (_named(files, arguments, options, place) for place in (0, 1))
        if not (name and new):
            return real(*arguments, **options)
        if _is_there(arguments[0]):
            files.takes(name, _folder(files, arguments[0]))
            files.puts(new, _folder(files, arguments[1]))
        return _taking(files, name, lambda: real(*arguments, **options))

    return moves


def _opens(files: Files, real: Callable[..., int]) -> Callable[..., int]:
    def opens(*arguments: Any, **options: Any) -> int:
        path = arguments[0] if arguments else None
        flags = arguments[1] if len(arguments) > 1 else options.get("flags")
        if not is_path(path) or not isinstance(flags, int) or options.get("dir_fd") is not None:
            return real(*arguments, **options)
        fd: int = opening(files, files.name_of(path), path, flags, lambda: real(*arguments, **options))
        files.opened(fd, path, temporary=bool(_TMPFILE and flags & _TMPFILE == _TMPFILE))
        return fd

    return opens


def opening(
    files: Files, name: str, path: Any, flags: int, real: Callable[[], Any], fd: Callable[[Any], int] = int
) -> Any:
    """Open it, and report what that changes, or shows, if it has a name."""
    if not name:
        return real()
    if flags & os.O_CREAT and flags & os.O_EXCL:
        return _exclusively(files, name, path, real)
    if flags & (os.O_CREAT | os.O_TRUNC):
        files.puts(name, _folder(files, path))
        return real()
    try:
        file = real()
    except OSError as error:
        if _is_gone(error):
            files.finds(name, None)
        raise
    files.finds_status(name, fstat(fd(file)))
    return file
