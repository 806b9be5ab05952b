"""Epochs: what one line does again and again between two synchronizations, told once.

Between two events that put this process before or after another one, a race detector learns nothing from an access that
repeats an earlier one of the same line, to the same bytes: whatever is in no order with the one is in none with the
other. That is FastTrack's same epoch (Flanagan and Freund, PLDI 2009), which here lasts until the next event but a
print. So once a line has been told of often enough for a picture, only the bytes are noted that it had not touched in
this epoch, and told of together, which bytes, and not what they held. The invariant: at the end of an
epoch every byte has been told of that any line of this process has touched in it, with the line and whether it was
written. So the judge's verdicts hold to the end of a loop, and a loop costs what its first turns cost.

What has been noted and not told is lost if the process is killed; so in an epoch that lasts it is told after a while.
There is a quick way for one byte in the learner's own frame, which a traced block takes before anything else:
``Epochs.by_place`` has, for the place of an instruction, the ``Site`` that it belongs to.
"""

from __future__ import annotations

from itertools import pairwise
from time import monotonic

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType, FrameType

_TOLD = 100  # accesses of one line in one epoch that are told one by one
_MANY = 256  # bytes that are noted before the time is looked at
_WHILE = 0.002  # seconds in which a loop may be over, and all of it told at once; then twice as many, and so on
_MOST = 20_000  # numbers in one report
_LONG = 4096  # bytes of an access that is told of by itself, if just these bytes have not been told of


class Site:
    """One line that reads, or writes, one block in this epoch: ``touched`` has the bytes that need not be told of."""

    __slots__ = ("_limit", "_long", "_next", "_pending", "_while", "code", "inner", "line", "told", "touched")

    def __init__(self, line: int | None, inner: bool) -> None:
        self.line, self.inner = line, inner
        self.told = 0
        self.touched: set[int] = set()
        self.code: CodeType | None = None
        self._pending: set[int] = set()
        self._long: dict[tuple[int, int], bool] = {}  # whether it has been told of
        self._limit, self._while = _MANY, _WHILE
        self._next = monotonic() + _WHILE

    @property
    def is_quiet(self) -> bool:
        """Whether it has been told of often enough."""
        return self.told >= _TOLD

    def is_new(self, place: int) -> bool:
        """Note a byte that is touched the quick way; whether the next should go the other way."""
        self.touched.add(place)
        self._pending.add(place)
        return len(self._pending) >= self._limit

    def add(self, start: int, stop: int) -> bool:
        """Note these bytes; whether it is time to tell of them."""
        if stop - start > _LONG:
            return not self._long.setdefault((start, stop), False)
        new = {start} if stop == start + 1 else set(range(start, stop))
        self._pending |= new - self.touched
        self.touched |= new
        if len(self._pending) < self._limit:
            return False
        self._limit += _MANY
        return monotonic() > self._next

    def untold(self) -> Iterator[list[int]]:
        """The ranges that were noted and not told, once: from where, up to where, from where, and so on."""
        yield from ([*span] for span, told in self._long.items() if not told)
        self._long = dict.fromkeys(self._long, True)
        places, self._pending = sorted(self._pending), set()
        self._limit, self._while = _MANY, 2 * self._while
        self._next = monotonic() + self._while
        if places:
            gaps = (place for a, b in pairwise(places) if b > a + 1 for place in (a + 1, b))
            ranges = [places[0], *gaps, places[-1] + 1]
            yield from (ranges[at : at + _MOST] for at in range(0, len(ranges), _MOST))


class Epochs:
    """The sites of the epoch that goes on; ``tell`` is called with a kind, a block, a site, and ranges of bytes."""

    def __init__(self, tell: Callable[[str, str, Site, list[int]], object]) -> None:
        self._tell = tell
        self._sites: dict[tuple[str, str, int | None], Site] = {}
        self._places: dict[tuple[str, str], dict[int, Site]] = {}

    @property
    def is_fresh(self) -> bool:
        """Whether this process has touched no block yet in this epoch."""
        return not self._sites

    def by_place(self, kind: str, block: str) -> dict[int, Site]:
        """The quiet sites of this block by the place of the instruction, for as long as the block is there."""
        return self._places.setdefault((kind, block), {})

    def site(self, kind: str, block: str, line: int | None, inner: bool) -> Site:
        """The site of an access."""
        key = kind, block, line
        site = self._sites.get(key)
        if site is None:
            site = self._sites[key] = Site(line, inner)
        return site

    def note(self, kind: str, block: str, site: Site, start: int, stop: int, frame: FrameType | None) -> None:
        """Note an access of a quiet site; the next one from this ``frame``, if it is given, may go the quick way."""
        if site.add(start, stop):
            self._tell_of(kind, block, site)
        if frame:
            site.code = frame.f_code
            self.by_place(kind, block)[frame.f_lasti] = site

    def end(self) -> None:
        """Tell what was noted; a new epoch begins."""
        if self._sites:
            sites, self._sites = self._sites, {}
            self.forget()
            for (kind, block, _), site in sites.items():
                self._tell_of(kind, block, site)

    def forget(self) -> None:
        """Have no access go the quick way before it is noted again."""
        for places in list(self._places.values()):  # another thread may be making a block
            places.clear()

    def becomes_child(self) -> None:
        """What was noted is the parent's."""
        self._sites = {}
        self.forget()

    def _tell_of(self, kind: str, block: str, site: Site) -> None:
        for ranges in site.untold():
            self._tell(kind, block, site, ranges)
