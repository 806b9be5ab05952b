"""The table of all that was done: how often, what came of it, and what took longest."""

import collections

LATE = 0.5  # seconds beyond its deadline that a call may take on an idle machine


class Table:
    """By kind how many calls there were, what came of them, and which took longest beyond its deadline."""

    def __init__(self):
        self.came = collections.defaultdict(collections.Counter)
        self.slowest = {}

    def add(self, call, came, beyond):
        self.came[call.kind][came] += 1
        self.slowest[call.kind] = max(self.slowest.get(call.kind, (beyond, call.name)), (beyond, call.name))

    def __str__(self):
        head = f"{'kind':<36} {'calls':>5} {'beyond':>8}  {'the slowest':<44} what came of them"
        return "\n".join([head, *map(self._line, sorted(self.came)), *self._warnings()])

    def _line(self, kind):
        came, (beyond, name) = self.came[kind], self.slowest[kind]
        said = ", ".join(f"{count} {outcome}" for outcome, count in came.most_common())
        return f"{kind:<36} {came.total():>5} {beyond:>+6.2f} s  {name[:44]:<44} {said}"

    def _warnings(self):
        late = [(name, beyond) for beyond, name in self.slowest.values() if beyond > LATE]
        return [f"warning: {name} took {beyond:.2f} s more than its deadline" for name, beyond in late]


TABLE = Table()  # of this process
