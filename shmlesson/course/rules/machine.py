"""Rules about machines and tools: what is faster here, and what only the documentation can say."""

from __future__ import annotations

from ...api.compare import Comparison
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


@rule("ratio", "times", "size")
def faster(evidence: object, whens: Whens, size: int, tool: str) -> Found:
    """Which is faster at this size (bytes): ``when`` is ``"mmap"`` or the name of the tool."""
    comparison: Comparison = of_type(evidence, Comparison)
    if (tool, size) not in comparison.seconds:
        raise CannotSettle
    ratio = comparison.ratio(tool, size)
    facts = {"ratio": f"{ratio:.2f}", "times": f"{max(ratio, 1 / ratio):.1f}", "size": f"{size:,}"}
    return Found(option_for(tool if ratio < 1 else "mmap", whens), facts)


@rule("small", "large", "small_ratio", "large_ratio")
def crossing(evidence: object, whens: Whens, tool: str) -> Found:
    """Who is faster at the smallest and at the largest size: ``when`` lists both, as in ``["warm Pool", "mmap"]``."""
    comparison: Comparison = of_type(evidence, Comparison)
    small, large = min(comparison.sizes, default=0), max(comparison.sizes, default=0)
    if not small < large:
        raise CannotSettle
    ratios = [comparison.ratio(tool, size) for size in (small, large)]
    winners = [tool if ratio < 1 else "mmap" for ratio in ratios]
    facts = {"small": f"{small:,}", "large": f"{large:,}"}
    facts |= {"small_ratio": f"{ratios[0]:.2f}", "large_ratio": f"{ratios[1]:.2f}"}
    for name, when in whens.items():
        if when == winners:
            return Found(name, facts)
    raise CannotSettle
