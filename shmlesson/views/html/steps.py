"""What each step of a run did, in words: those of the event, and what a picture has arrows for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ...analysis.order.reads_from import band_of
from ...analysis.order.states import State
from ...analysis.verdicts.phrases import the
from ...trace.event import Event
from ..text.naming import Naming
from ..text.scene import Scene
from ..text.sentences import sentence_in


def did(scene: Scene) -> list[str]:
    """What was done in each step, as text; of a write and a read also what the drawing has arrows for."""
    flows = {place: _into(event, scene.names) for place, event in enumerate(scene.steps) if event.kind == "writes"}
    flows |= {read: f", which step {write + 1} wrote" for read, write in scene.seen.items()}
    flows |= {state.step: f"; {the(state.holder)} has it" for state in _held_for_ever(scene)}
    return [sentence_in(scene, event) + flows.get(place, "") for place, event in enumerate(scene.steps)]


def _held_for_ever(scene: Scene) -> Iterator[State]:
    """The states in which somebody begins to wait for ever for what another one has."""
    for track in scene.objects.values():
        for before, state in pairwise(track.states):
            if state.holder and len(state.waiting) > len(before.waiting):
                yield state


def _into(event: Event, names: Naming) -> str:
    """Empty where it is no shared block, or where the sentence itself says which."""
    band = band_of(event, names.bands)
    if not band or not band.shared or "value" in event.detail or names.several(event):
        return ""
    return " into the block" if names.whole(event) else ", in the block"
