"""Rules about machines and tools: what is faster here, and what only the documentation can say."""

from __future__ import annotations

from ...api.compare import Comparison
from ...memory.sizes import say_size
from .rule import CannotSettle, Found, Whens, of_type, option_for, rule

_NAMES = {"linux": "Linux", "darwin": "macOS", "win32": "Windows"}


@rule("here")
def documented(evidence: object, whens: Whens, asks: list[str]) -> Found:
    """What stands in the documentation, whatever this machine says: ``when`` is ``"documented"``.

    The evidence is what it says: one of ``asks``, such as ``sys.platform``.
    """
    said = of_type(evidence, str).strip()
    if said not in asks:
        raise CannotSettle
    return Found(option_for("documented", whens), {"here": _NAMES.get(said, said)})


@rule("times", "size", measured=True)
def faster(evidence: object, whens: Whens, size: int, tool: str) -> Found:
    """Which is faster at this size (bytes): ``when`` is ``"mmap"`` or the name of the tool."""
    comparison: Comparison = of_type(evidence, Comparison)
    if (tool, size) not in comparison.seconds:
        raise CannotSettle
    ratio = comparison.ratio(tool, size)
    facts = {"times": _times(ratio), "size": say_size(size)}
    return Found(option_for(tool if ratio < 1 else "mmap", whens), facts)


def _times(ratio: float) -> str:
    """How many times as fast the faster of two is."""
    times = max(ratio, 1 / ratio)
    return f"{times:.1f}" if times < 10 else f"{times:,.0f}"


@rule("small", "large", "small_times", "large_times", measured=True)
def crossing(evidence: object, whens: Whens, tool: str) -> Found:
    """Who is faster at the smallest and at the largest size: ``when`` lists both, as in ``["warm Pool", "mmap"]``."""
    comparison: Comparison = of_type(evidence, Comparison)
    small, large = min(comparison.sizes, default=0), max(comparison.sizes, default=0)
    if not small < large:
        raise CannotSettle
    ratios = [comparison.ratio(tool, size) for size in (small, large)]
    winners = [tool if ratio < 1 else "mmap" for ratio in ratios]
    facts = {"small": say_size(small), "large": say_size(large)}
    facts |= {"small_times": _times(ratios[0]), "large_times": _times(ratios[1])}
    for name, when in whens.items():
        if when == winners:
            return Found(name, facts)
    raise CannotSettle
