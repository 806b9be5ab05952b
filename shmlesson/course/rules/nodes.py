"""Rules about objects that are kept on nodes: whose memory they are in, and what becomes of them."""

from __future__ import annotations

from ...cluster.got import Got
from ...cluster.stores import Stores
from ...memory.sizes import say_size
from .rule import CannotSettle, Found, Whens, of_type, option_for, rule


@rule("stored")
def letter(evidence: object, whens: Whens) -> Found:
    """The letter that an object begins with: ``when`` is that letter."""
    stored = of_type(evidence, str)
    return Found(option_for(stored, whens), {"stored": stored})


@rule("milliseconds", "inode", "source", "size")
def got_from(evidence: object, whens: Whens, node: str) -> Found:
    """What a process of this node got: ``when`` is ``"same"`` memory, ``"store"`` for another store, or ``"own"``."""
    got: Got = of_type(evidence, Got)
    if not got.way.endswith(f"node {node}"):
        raise CannotSettle
    memory = "same" if got.same_memory else "store" if got.inode else "own"
    facts = {"milliseconds": got.milliseconds, "inode": got.inode, "source": got.source, "size": say_size(got.size)}
    return Found(option_for(memory, whens), facts)


@rule("said")
def written(evidence: object, whens: Whens) -> Found:
    """What came of a write: ``when`` is the name of the error, or the letter that is there afterwards."""
    came = of_type(evidence, str, ValueError)
    name = came if isinstance(came, str) else type(came).__name__
    said = f"the store has `{came}`" if isinstance(came, str) else f"`{name}: {came}`"
    return Found(option_for(name, whens), {"said": said})


@rule("files", "total")
def spilled(evidence: object, whens: Whens) -> Found:
    """What a full store does: ``when`` is ``"disk"``, and nothing else can be seen in stores."""
    stores: Stores = of_type(evidence, Stores)
    if not stores.spilled:
        raise CannotSettle
    files = "1 file" if len(stores.spilled) == 1 else f"{len(stores.spilled)} files"
    return Found(option_for("disk", whens), {"files": files, "total": say_size(sum(stores.spilled))})


@rule("first", "last")
def made_again(evidence: object, whens: Whens) -> Found:
    """On which nodes a function was called: ``when`` is how often."""
    calls = of_type(evidence, list)
    if not calls or not all(isinstance(place, str) for place in calls):
        raise CannotSettle
    return Found(option_for(len(calls), whens), {"first": calls[0], "last": calls[-1]})
