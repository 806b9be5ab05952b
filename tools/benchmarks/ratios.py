"""Ratios: how many times as long one way took as another, and how far the rounds lie apart."""

from statistics import quantiles
from typing import NamedTuple


class Ratio(NamedTuple):
    """The median, between the lower and the upper quartile."""

    low: float
    middle: float
    high: float

    def __str__(self):
        return f"{self.middle:.2f} ({self.low:.2f} - {self.high:.2f})"


def ratio_of(ours, theirs):
    """The quartiles of ``ours`` to ``theirs``, round by round: what disturbs a round disturbs both halves of it."""
    return Ratio(*quartiles([one / other for one, other in zip(ours, theirs, strict=True)]))


def quartiles(values):
    """The lower quartile, the median, and the upper quartile."""
    return quantiles(values, n=4, method="inclusive")


def spread(seconds):
    """Median and quartiles in ms: ``1.23 (1.10 - 1.50)``."""
    return str(Ratio(*(1000 * value for value in quartiles(seconds))))


def verdict(value, aim):
    """Whether ``value`` is at most the aim, and if not, by how much it is more."""
    if value <= aim:
        return "met"
    return f"missed by {100 * (value / aim - 1):.0f} %" if aim else f"missed by {value:,}"
