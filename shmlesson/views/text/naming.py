"""What the things of a run are called in sentences: the pipe, where it has one; pipe 2, where it has several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ...analysis.order.reads_from import NO_BANDS, Bands, band_of, noun_of, way_back_of
from ...trace.event import Event


@dataclass(frozen=True, slots=True)
class Naming:
    """The words for each name among the events of a run; its bands, and how many bytes each block has."""

    words: Mapping[str, str] = field(default_factory=dict)
    bands: Bands = NO_BANDS
    sizes: Mapping[str, int] = field(default_factory=dict)

    def thing(self, name: str) -> str:
        """``the pipe``, ``pipe 2``."""
        return self.words.get(name, name)

    def block(self, event: Event) -> str:
        """``the block``, ``its block``, ``block 2``: the one that ``event`` is about."""
        name, band = event.detail.get("block", "block"), band_of(event, self.bands)
        if band and not band.shared and self.bands.is_only(band):
            return f"its {noun_of(name)}"
        return self.thing(name)

    def several(self, event: Event) -> bool:
        """Whether its process could mean another block as well."""
        return "block" in event.detail and self.block(event) == event.detail["block"]

    def whole(self, event: Event) -> bool:
        """Whether the event is about all of its block."""
        return len(event.detail["contents"]) == self.sizes.get(event.detail.get("block", ""))


def naming(events: Iterable[Event], bands: Bands, sizes: Mapping[str, int]) -> Naming:
    """The words for the things that ``events`` are about, among these blocks."""
    names = {name: None for event in events for name in _names(event)}
    nouns = Counter(map(noun_of, names))
    alone = [name for name in names if nouns[noun_of(name)] == 1 and not name.startswith("the ")]
    words = {name: f"the {noun_of(name)}" for name in alone}
    words |= {way_back_of(name): way_back_of(words[name]) for name in alone if way_back_of(name) in names}
    return Naming(words, bands, sizes)


def _names(event: Event) -> list[str]:
    """What the learner's own steps are about."""
    detail = event.detail
    if detail.get("inner") or detail.get("at") == "child":
        return []
    return [detail[key] for key in ("block", "name") if key in detail]
