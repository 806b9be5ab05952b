"""Reads or writes that a loop repeats, as one report.

A loop that fills a block, or that waits for a byte, would report each of its accesses: too many for a reader, and too
slow for the program. So the first access of a loop is reported at once, and what goes on with it is held back: the same
bytes again, or the bytes right behind, of the same block, on the same line of the learner's. Then it is reported
as one, with how often (``times``; ``last``, if they did not hold the same each time) or with all the bytes. When it
must be reported is the recorder's business: before any other event, see ``Recorder``. The first access and the rest are
two reports; ``client/log.py`` makes one event of them, by the same rule, unless another process has touched the block
in between: only the kernel can know that.

There is a quick way for one byte at a time in the learner's own frame, which a traced block takes before anything else
(``goes_on_at`` and ``add_byte``): no turn, no hold, no look at the stack.
"""

from __future__ import annotations

from ...memory.block import look
from .lines import NAME

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, FrameType

_BYTES = [bytes((byte,)) for byte in range(256)]


class Coalesced:
    """Reads or writes of one block on one line since the first was reported: the same bytes again, or the next ones."""

    def __init__(self, line: int | None, inner: bool, offset: int, end: int) -> None:
        self.line, self.inner = line, inner
        self._first = self._last = (offset, end)
        self._times, self._differ = 0, False
        self._parts: list[bytes] = []  # one behind the other; or the last of those that were the same
        self._more: dict[str, object] = {}
        # For the quick way: the bytes that it goes on with, and where that line was last.
        self._same = offset if end - offset == 1 and not inner else None
        self._behind = None if inner else end
        self._code: CodeType | None = None
        self._place = -1

    def goes_on(self, offset: int, end: int) -> bool:
        """Whether this is the same once more, or follows behind it, and nothing of the other sort came before."""
        same, behind = (offset, end) == self._last, offset == self._last[1]
        return (same and self._first == self._last) or (behind and not self._times)

    def add(self, offset: int, end: int, data: bytes, more: dict[str, object]) -> None:
        if (offset, end) == self._last:
            self._differ = self._differ or (self._times > 0 and self._parts[0] != data)
            self._times, self._parts, self._behind = self._times + 1, [data], None
        else:
            self._parts.append(data)
            self._same, self._behind = None, None if self.inner else end
        self._last, self._more = (offset, end), more

    def goes_on_at(self, offset: int, frame: FrameType) -> bool:
        """The same for one byte, quickly, if the access is in the learner's own ``frame``; False if it is not clear."""
        if offset != self._same and offset != self._behind:
            return False
        if frame.f_lasti == self._place and frame.f_code is self._code:
            return True  # whose line is known: to ask for it takes longer
        if frame.f_lineno != self.line or frame.f_code.co_filename != NAME:
            return False
        self._place, self._code = frame.f_lasti, frame.f_code
        return True

    def add_byte(self, offset: int, byte: int) -> bool:
        """Add what ``goes_on_at`` has allowed; False if a signal handler has had it all reported in the meantime."""
        if offset == self._same:
            self._differ = self._differ or (self._times > 0 and self._parts[0] != _BYTES[byte])
            self._times, self._parts, self._behind = self._times + 1, [_BYTES[byte]], None
        elif offset == self._behind:
            self.add(offset, offset + 1, _BYTES[byte], {})
        else:
            return False
        return True

    def rest(self) -> Iterator[dict[str, object]]:
        """What is still to be reported; nothing can be added to it any more."""
        self._same = self._behind = None
        if self._parts:
            times: dict[str, object] = {"times": self._times} if self._times else {}
            times |= {"last": True} if self._differ else {}
            contents = look(b"".join(self._parts))
            yield {"offset": self._first[0 if times else 1], "contents": contents.to_wire(), **times, **self._more}
