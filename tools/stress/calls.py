"""Acts that run something as a notebook would: a misdeed, a share, many shares."""

from functools import partial

from misdeeds import ENDLESS, MISDEEDS
from shmlesson import explore, program
from stress.act import LONG, Act
from stress.oracle import right_share
from stress.outcome import all_came, outcome


def a_misdeed(chance):
    name = chance.choice(list(MISDEEDS))
    seconds = chance.uniform(0.2, 0.6) if name in ENDLESS else chance.choice([LONG, LONG, chance.uniform(0.001, 0.1)])
    settings = {
        "timeout": seconds,
        "processes": chance.choice([3, 30, 200]),
        "watch": chance.choice([None, lambda event: None]),
    }
    return Act(f"{name} ({seconds:.3f} s)", seconds, lambda: outcome(lambda: program(MISDEEDS[name], **settings)))


def orders_of_a_misdeed(chance):
    name, count = chance.choice(list(MISDEEDS)), chance.choice([1, 5, 20])
    search = partial(explore, MISDEEDS[name], orders=count, timeout=5)
    return Act(f"{count} orders of {name}", LONG, lambda: outcome(search))


def a_share(chance):
    settings = some_settings(chance)
    return Act(f"share(**{settings})", LONG, lambda: outcome(lambda: right_share(settings)))


def some_settings(chance):
    """Random valid settings of ``share``."""
    settings = {
        "size": chance.choice([chance.randint(1, 300), 4096 + chance.randint(-1, 1), chance.randint(1, 1 << 22)]),
        "fill": chance.choice([chr(chance.randrange(128)), chance.randrange(256)]),
        "memory": chance.choice(["shared", "private", "bytearray"]),
        "made": chance.choice(["before", "after"]),
        "writer": chance.choice(["parent", "child"]),
        "timeout": LONG,
    }
    waits = ["pipe", "semaphore", "sleep", "none"] + ["wait"] * (settings["writer"] == "child")
    settings["wait"] = chance.choice(waits)
    return settings | ({"seconds": chance.uniform(0, 0.05)} if settings["wait"] == "sleep" else {})


def many_shares(chance):
    shares = [a_share(chance) for _ in range(chance.randint(5, 30))]
    return Act(f"{len(shares)} shares", LONG, lambda: all_came([act.do() for act in shares]))


def either(chance):
    """A misdeed or a share, for an act that does something to it."""
    return chance.choice([a_misdeed, a_share])(chance)
