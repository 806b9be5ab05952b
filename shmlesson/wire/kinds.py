"""The kinds of events: what can be reported, what it means, what it orders, and which step of a schedule it is.

This is the one table. The report's checks, the judge, the linearizer, the search and the sentences read it, so a new
kind is one more entry here (and its words in ``views/text``). The fork server imports it at its start: it holds plain
data only, and names each type of field; ``report`` knows how to check them.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Mapping

    # The type of each field, by the field's name; one whose name ends with ``?`` need not be there.
    Fields = Mapping[str, str]
    # The steps that an event is, by the sort of thing that it is at (empty: at none): the one that waits for the thing,
    # and the one that does not, if that is another; none if it takes no turn.
    Steps = Mapping[str, tuple[str, ...]]

THINGS = (
    *("pipe", "semaphore", "lock", "rlock", "event", "barrier", "condition", "file lock", "child"),
    *("signal", "file", "object", "opening", "program"),  # an object is a manager's
    "unseen",  # something that nobody here sees
)
KEY = "\x1f"  # around what tells, in the name of a thing, which it is that a process has got from elsewhere
_TO_HOLD = ("opening", "semaphore", "lock", "rlock", "event", "barrier", "condition", "file lock")


class Edge:
    """What an event orders: of which edge of happens-before (Lamport, CACM 1978) it is which end."""

    OWN = "its own process only"
    READ, WRITE = "an access to a block: a read", "an access to a block: a write"
    MAKE = "nothing by itself: later releases and acquires are of this thing"
    RELEASE, ACQUIRE = "a release of a thing", "an acquire of a thing"
    NOTICE = "a look at a thing that takes nothing from it: after the release without which it would show nothing"
    FORK, BIRTH = "a fork: before all that the child does", "a birth: after the fork"
    END, REAPING = "an end: before its reaping", "a reaping: after all that the child did"
    SIGNAL = "a signal: before what its receiver does next"
    START = "the start of a program that is not watched: before whatever that program can have sent"


class Step:
    """A step of a schedule: what a process is about to do, said to the scheduler before it waits for its turn."""

    __slots__ = (
        *("at", "beyond", "breaks", "changes", "free", "holds", "meaning", "meets_ends"),
        *("name", "spins", "stuck_at", "waits"),
    )

    def __init__(
        self,
        name: str,
        meaning: str,
        *,
        at: tuple[str, ...] = (),  # the sorts of things that it can be about
        changes: tuple[str, ...] = (),  # those among them that are not the same afterwards
        waits: bool = False,  # it may have to wait until the thing lets it through
        stuck_at: str = "",  # at what a process that is stuck there is reported to wait; empty: it is not reported
        meets_ends: bool = False,  # it can go another way once another process is gone
        spins: bool = False,  # done again and again on one line it is polling: nothing has changed for anybody
        free: bool = False,  # a process that is alone does it without asking
        beyond: str = "",  # it may matter to steps about other things, too: to ``all``, or to those that meet ``ends``
        breaks: bool = False,  # an error, if the other process that had the thing has ended
        holds: int = 0,  # 1 where a lock gets a holder, -1 where it loses one
    ) -> None:
        self.name, self.meaning, self.at, self.changes = name, meaning, at, changes
        self.waits, self.stuck_at, self.meets_ends = waits, stuck_at, meets_ends
        self.spins, self.free, self.beyond, self.breaks, self.holds = spins, free, beyond, breaks, holds


_LOCKS = ("lock", "rlock")
STEPS = {
    step.name: step
    for step in (
        Step("starts", "Does the first thing that reaches beyond the process."),
        Step("forks", "Forks a child."),
        Step(
            "reads",
            "Reads bytes of a block, or asks for the state of a thing.",
            at=("block", "pipe", "semaphore", *_LOCKS, "event"),
            spins=True,
            free=True,
        ),
        Step("writes", "Writes bytes of a block.", at=("block",), changes=("block",), free=True),
        Step(
            "acquires",
            "Waits for a lock and takes it.",
            at=_LOCKS,
            changes=_LOCKS,
            waits=True,
            stuck_at="lock",
            spins=True,
            holds=1,
        ),
        Step("tries", "Takes a lock if it is free, or within a time.", at=_LOCKS, changes=_LOCKS, spins=True),
        Step("releases", "Gives a lock back.", at=_LOCKS, changes=_LOCKS, spins=True, holds=-1),
        Step(
            "takes",
            "Lowers a semaphore.",
            at=("semaphore",),
            changes=("semaphore",),
            waits=True,
            stuck_at="semaphore",
        ),
        Step("gives", "Raises a semaphore.", at=("semaphore",), changes=("semaphore",)),
        Step(
            "gets",
            "Takes bytes out of a pipe, or waits for an event, which stays set.",
            at=("pipe", "event"),
            changes=("pipe",),
            waits=True,
            stuck_at="pipe",
            meets_ends=True,
        ),
        Step(
            "puts",
            "Puts bytes into a pipe, or sets an event.",
            at=("pipe", "event"),
            changes=("pipe", "event"),
            waits=True,
            meets_ends=True,
            breaks=True,
        ),
        Step("closes", "Closes an end of a pipe.", at=("pipe",), changes=("pipe",), meets_ends=True),
        Step(
            "reaps",
            "Waits for a child to end.",
            at=("child",),
            waits=True,
            stuck_at="child",
            meets_ends=True,
        ),
        Step("looks", "Looks whether a child has ended.", at=("child",), meets_ends=True, spins=True),
        Step(
            "signals",
            "Sends a signal, which may end its receiver at any of its steps.",
            at=("process",),
            changes=("process",),
            meets_ends=True,
            beyond="all",
        ),
        Step("ends", "Ends, and with it its ends of pipes.", at=("process",), changes=("process",), beyond="ends"),
    )
}


class Kind:
    """One kind of event."""

    __slots__ = (
        *(
            "after",
            "ahead",
            "always",
            "aside",
            "begins",
            "counted",
            "fields",
            "lesson",
            "meaning",
            "name",
            "edge",
            "private",
        ),
        *("steps", "unsaid"),
    )

    def __init__(
        self,
        name: str,
        meaning: str,
        fields: Fields,  # what is said with it by a program's process, and by a lesson's if there is nothing below
        *,
        lesson: Fields | None = None,  # what a lesson's process says, where that is less
        edge: str = Edge.OWN,
        steps: Steps | None = None,  # the keys are all that a field of the type ``at`` may say
        counted: bool = False,  # a run may have very many of it: beyond a limit they are only counted
        always: bool = False,  # a process reports it, however much it has reported before
        after: bool = False,  # reported once done: what has come into a block since the event before, others wrote
        ahead: bool = False,  # reported before its turn comes: who is stuck there shows what it is about to do
        private: bool = False,  # it happens to its process alone: shown right behind what came before it there
        begins: bool = False,  # in a story a child does this right behind its fork
        aside: bool = False,  # it is nothing that the process does
        unsaid: str = "",  # why no line of a story says it; empty if one does
    ) -> None:
        self.name, self.meaning, self.fields, self.lesson = name, meaning, fields, lesson
        self.edge, self.steps = edge, steps or {}
        self.counted, self.always, self.after, self.ahead, self.private = counted, always, after, ahead, private
        self.begins, self.aside, self.unsaid = begins, aside, unsaid


_PLACE = {"line?": "line", "inner?": "flag"}  # the learner's line; whether a library did it for itself
_THING = {"at": "at", "name": "name", **_PLACE}
_TOUCH = {
    **{"block": "name", "offset": "size", "contents": "contents"},
    **{"via?": "via", "value?": "text", "times?": "times", "last?": "flag", "ranges?": "ranges", **_PLACE},
}
KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "born",
            "The process has started: it is the run's first, or fork has returned in it.",
            {"ppid": "some pid", "returned": "some pid or none", **_PLACE},
            edge=Edge.BIRTH,
            always=True,
            after=True,
            private=True,
            begins=True,
        ),
        Kind(
            "maps",
            "Maps a block.",
            {"size": "size", "memory": "memory", "block": "name", **_PLACE},
            lesson={"size": "size", "memory": "memory"},
            counted=True,
            private=True,
            begins=True,
        ),
        Kind(
            "views",
            "Takes the first view of a block.",
            {"block": "name", **_PLACE},
            counted=True,
            begins=True,
        ),
        Kind(
            "reads",
            "Reads bytes of a block.",
            _TOUCH,
            lesson={"contents": "contents", "command?": "count"},
            edge=Edge.READ,
            steps={"": ("reads",)},
            counted=True,
        ),
        Kind(
            "writes",
            "Writes bytes of a block.",
            _TOUCH,
            lesson={"contents": "contents"},
            edge=Edge.WRITE,
            steps={"": ("writes",)},
            counted=True,
        ),
        Kind(
            "makes",
            "Makes a pipe, a lock or the like, before anybody uses it.",
            {"value?": "number", "key?": "name", **_THING},
            edge=Edge.MAKE,
            steps=dict.fromkeys(THINGS, ()),
            counted=True,
            begins=True,
            unsaid="that a thing is there shows where it is used",
        ),
        Kind(
            "waits",
            "Begins to wait at a thing, or for a child.",
            _THING,
            lesson={"at": "at"},
            steps=dict.fromkeys(THINGS, ()),
            counted=True,
            after=True,
            private=True,
        ),
        Kind(
            "sends",
            "Is about to write into a pipe.",
            {"count?": "count", "sum?": "count", **_THING},
            lesson={"at": "at"},
            edge=Edge.RELEASE,
            steps={"pipe": ("puts",)},
            counted=True,
            ahead=True,
        ),
        Kind(
            "receives",
            "Has read from a pipe; 0 bytes are its end.",
            {"count?": "count", "sum?": "count", **_THING},
            edge=Edge.ACQUIRE,
            steps={"pipe": ("gets",)},
            counted=True,
            after=True,
        ),
        Kind(
            "notices",
            "Has learned, and taken nothing: that there is something to read, that a child has ended, and the like.",
            {"count?": "count", "pid?": "pid", "item?": "text", "value?": "text", **_THING},
            edge=Edge.NOTICE,
            steps={**dict.fromkeys(THINGS, ()), "pipe": ("gets", "reads")},
            counted=True,
            after=True,
        ),
        Kind(
            "releases",
            "Is about to release a lock or a semaphore, to set an event (to clear it: 0), to arrive at a barrier, to"
            " write or make a file (to remove it: 0).",
            {"count?": "count", "item?": "text", "value?": "text", **_THING},
            lesson={"at": "at"},
            edge=Edge.RELEASE,
            steps={
                **dict.fromkeys((*_TO_HOLD, "file", "object"), ()),
                **{"lock": ("releases",), "rlock": ("releases",), "semaphore": ("gives",), "event": ("puts",)},
            },
            counted=True,
        ),
        Kind(
            "acquires",
            "Has acquired a lock or a semaphore, found an event set, or passed a barrier.",
            {"through?": "name", "shared?": "flag", **_THING},
            edge=Edge.ACQUIRE,
            steps={
                **dict.fromkeys(_TO_HOLD, ()),
                **{"lock": ("acquires", "tries"), "rlock": ("acquires", "tries")},
                **{"semaphore": ("takes",), "event": ("gets", "reads")},
            },
            counted=True,
            after=True,
        ),
        Kind(
            "forks",
            "Has forked a child.",
            {"child": "role", "returned": "pid", "pending?": "pending", **_PLACE},
            edge=Edge.FORK,
            steps={"": ("forks",)},
            always=True,
            after=True,
        ),
        Kind(
            "starts",
            "Is about to start a program that is not watched, or to become one, and gives it these pipes.",
            {"names": "names", **_PLACE},
            edge=Edge.START,
            counted=True,
        ),
        Kind("sleeps", "Is about to sleep.", {"seconds": "seconds", **_PLACE}, counted=True, private=True, begins=True),
        Kind(
            "prints",
            "Prints a text.",
            {"text": "text", "stream": "stream", **_PLACE},
            counted=True,
            always=True,
        ),
        Kind(
            "signals",
            "Is about to send a signal.",
            {"pid": "number", "signal": "number", **_PLACE},
            edge=Edge.SIGNAL,
            steps={"": ("signals",)},
            counted=True,
            always=True,
        ),
        Kind(
            "reaps",
            "Has reaped a child, and learned how it ended.",
            {"pid": "pid", "ended": "status", **_PLACE},
            edge=Edge.REAPING,
            steps={"": ("reaps", "looks")},
            always=True,
            after=True,
        ),
        Kind(
            "changes",
            "Has changed plain variables since its fork, in its own copy.",
            {"names": "names", "locals?": "names", "attributes?": "names", **_PLACE},
            counted=True,
            always=True,
            aside=True,
            unsaid="if another process looks for the change, a verdict says it",
        ),
        Kind(
            "flushes",
            "Writes out what lay in the buffer of a file when it was forked, or has forked.",
            {"name": "name", "text": "pending", **_PLACE},
            counted=True,
            aside=True,
            unsaid="if another process writes the same, a verdict says it",
        ),
        Kind(
            "ends",
            "Is about to end by itself.",
            {"code": "exit code", "how?": "how", "children?": "children", "copied?": "flag", **_PLACE},
            edge=Edge.END,
            steps={"": ("ends",)},
            always=True,
            ahead=True,
            private=True,
        ),
        Kind(
            "limit",
            "Was refused a fork: the run has had as many processes as it may.",
            {"processes": "count", **_PLACE},
            always=True,
            aside=True,
        ),
        Kind("truncated", "Goes on, with more than is reported.", _PLACE, always=True, aside=True),
        Kind(
            "omitted",
            "Has done so many things that were not reported.",
            {"count": "count", **_PLACE},
            always=True,
            unsaid="the last lines of a story give the sum",
        ),
        Kind(
            "stands",
            "Was there when the deadline came, and waited, or went on.",
            {"state": "state", "call?": "name", "within?": "line", "threads?": "lines", "away?": "flag", **_PLACE},
            always=True,
            aside=True,
            unsaid="it is where the deadline found a process, and nothing that it did; verdicts say it",
        ),
        Kind("stuck", "Waits for ever, in a schedule in which nobody can move.", _PLACE, aside=True),
        Kind(
            "collects",
            "The server has reaped a process, and says how it ended.",
            {"pid": "pid", "ended": "status"},
            unsaid="it is how the process ended, and no event",
        ),
        Kind(
            "leaves",
            "Named memory that nobody has unlinked: who has made it, and whether it is still there at the end.",
            {"pid": "pid", "name": "name", "there": "flag", **_PLACE},
            always=True,
            aside=True,
            unsaid="it is what the server finds when all have ended; a verdict says it",
        ),
        Kind("fails", "The experiment itself has failed.", {"error": "text", **_PLACE}),
        Kind("trials", "Has done so many trials, and says what was seen in each.", {"seen": "codes"}),
        Kind(
            "looks up",
            "Looks up its block in /proc/self/smaps.",
            {"step": "name", "line": "mapped", "numbers": "numbers"},
        ),
        Kind("measures", "Has measured one tool at one size.", {"tool": "name", "size": "size", "seconds": "seconds"}),
        Kind(
            "explored",
            "Has run so many schedules, and says which outcomes are new.",
            {
                **{"outcomes": "outcomes", "orders": "schedules", "complete": "flag", "unseen": "flag"},
                **{"barred?": "flag", "why?": "text", "line?": "line"},
            },
        ),
    )
}

TOUCHES = tuple(name for name, kind in KINDS.items() if kind.edge in (Edge.READ, Edge.WRITE))  # of blocks


def same_epoch() -> frozenset[str]:
    """The kinds that put nothing in order, nor their process to sleep: what is done before and after one is alike."""
    return frozenset(
        kind.name
        for kind in KINDS.values()
        if kind.edge in (Edge.OWN, Edge.MAKE) and kind.name not in ("sleeps", "waits", "ends")
    )


def kinds_with(column: str) -> frozenset[str]:
    """The names of the kinds for which this column is true."""
    return frozenset(name for name, kind in KINDS.items() if getattr(kind, column))


def steps_with(column: str) -> frozenset[str]:
    """The names of the steps for which this column is true."""
    return frozenset(name for name, step in STEPS.items() if getattr(step, column))


def step_of(kind: str, at: str = "", waits: bool = True) -> str:
    """The name of the step that such an event is, at such a thing; empty if it takes no turn.

    With ``waits`` false it is the step of a process that does not want to wait for the thing.
    """
    steps = KINDS[kind].steps.get(at, ())
    return steps[0 if waits else -1] if steps else ""
