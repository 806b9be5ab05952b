"""The table of all acts: how many there were, what came of them, and which took longest."""

import collections
import math

LATE = 0.5  # seconds beyond its deadline that an act may take on an idle machine


class Table:
    """How many acts of each kind there were, what came of them, and which took longest beyond its deadline."""

    def __init__(self):
        self.came = collections.defaultdict(collections.Counter)
        self.slowest = collections.defaultdict(lambda: (-math.inf, ""))

    def add(self, kind, act, came, beyond):
        self.came[kind][came] += 1
        self.slowest[kind] = max(self.slowest[kind], (beyond, act.name))

    def progress(self):
        counts = [f"{came.total()} {kind}" for kind, came in self.came.items()]
        return f"{sum(came.total() for came in self.came.values())} acts: {', '.join(counts)}"

    def __str__(self):
        head = f"{'kind':<36} {'acts':>5} {'beyond':>8}  {'the slowest':<44} what came of them"
        return "\n".join([head, *map(self._line, sorted(self.came)), *self._warnings()])

    def _line(self, kind):
        came, (beyond, name) = self.came[kind], self.slowest[kind]
        said = ", ".join(f"{count} {outcome}" for outcome, count in came.most_common())
        return f"{kind:<36} {came.total():>5} {beyond:>+6.2f} s  {name[:44]:<44} {said}"

    def _warnings(self):
        late = [(name, beyond) for beyond, name in self.slowest.values() if beyond > LATE]
        return [f"warning: {name} took {beyond:.2f} s more than its deadline" for name, beyond in late]
