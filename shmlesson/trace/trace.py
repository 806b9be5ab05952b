"""The values that a run comes back as: events, processes, and the run itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from signal import Signals
from typing import Any

from ..analysis.order.linearize import linearized
from ..analysis.verdicts.judge import Judgement, judgement
from ..analysis.verdicts.verdict import Verdict
from ..memory.contents import Contents, joined
from ..wire.kinds import KINDS, TOUCHES, kinds_with
from ..wire.report import HEAVIEST, check_goes_on, check_report, check_weight, weight
from ..wire.roles import rank

# These happen to one process alone, so nothing orders them beside another process's events. Shown right behind what
# came before them in their own process, they read the same in every run of the same experiment.
_PRIVATE = kinds_with("private")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that one process did.

    ``process`` is its role; ``time`` is in ns of the machine's monotonic clock, the same one for every process;
    ``kind`` is one of those in ``wire/kinds``, on which ``detail`` depends: it has the fields that stand there, and in
    a program the learner's ``line``, where one is known, and ``inner`` where a library acted for itself.
    """

    process: str
    kind: str
    time: int
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def orders(self) -> str:
        """What it orders: one of ``wire.kinds.Orders``."""
        return KINDS[self.kind].orders


@dataclass(frozen=True, slots=True)
class Process:
    """One process of a run.

    ``returned`` is what its first ``os.fork`` gave it: 0 in a child, a child's process ID in a parent.
    ``saw`` is what its last look at the block showed, ``wrote`` what it last wrote there.
    ``exit_code`` or ``signal`` tell how it ended (both None: nobody could know).
    """

    name: str
    pid: int
    ppid: int
    returned: int | None = None
    saw: Contents | None = None
    wrote: Contents | None = None
    printed: str = ""
    exit_code: int | None = None
    signal: Signals | None = None
    stopped: bool = False


@dataclass(frozen=True)  # without slots, for what is worked out once
class Run:
    """What really happened: every process of one experiment, and every event in the order of the reports.

    ``call`` is what was asked for, as Python. ``stopped_after`` is the deadline in seconds if it ended the run, else
    None; ``stopped_at`` the number of processes, if that limit did. ``dropped`` counts characters of output beyond the
    limit, ``truncated`` events beyond the many that are kept; ``stray`` is what programs that a process started
    wrote to the screen. ``source`` is the text of the program that ran; empty for a lesson.
    """

    call: str
    processes: tuple[Process, ...]
    events: tuple[Event, ...]
    stopped_after: float | None = None
    stopped_at: int | None = None
    dropped: int = 0
    truncated: int = 0
    stray: str = ""
    source: str = ""

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What went wrong in the program, or could have, the gravest first; empty for a right one, and for a lesson."""
        return self._judgement.verdicts

    @property
    def judged_in_part(self) -> bool:
        """Whether so much happened that not all of it was compared: there may be more to say than ``verdicts`` say."""
        return self._judgement.in_part

    @cached_property
    def _judgement(self) -> Judgement:
        return judgement(self)

    @property
    def parent(self) -> Process:
        """The process that the run began with."""
        return self["parent"]

    @property
    def children(self) -> tuple[Process, ...]:
        """All the other processes, in the order in which they were named."""
        return tuple(process for process in self.processes if process.name != "parent")

    @property
    def child(self) -> Process:
        """The parent's first child; ``LookupError`` if nothing was forked."""
        return self["child 1"]

    def __getitem__(self, name: str) -> Process:
        """The process in the role ``name``, such as ``"child 2"``."""
        for process in self.processes:
            if process.name == name:
                return process
        there = ", ".join(process.name for process in self.processes) or "none"
        raise LookupError(f"no process {name!r} in this run; it had: {there}")

    @cached_property
    def story(self) -> tuple[Event, ...]:
        """The events, with those that concern one process alone right behind what came before them there.

        A program's are retold: each after what it needs, and otherwise as far as possible one process at a time.
        """
        if self.source:
            return linearized(self.events)
        blocks: list[dict[str, list[Event]]] = []
        last: dict[str, tuple[Event, dict[str, list[Event]]]] = {}
        for event in _forks_first(self.events):
            before, block = last.get(event.process, (None, {}))
            if before is None or not _is_private(event, before):
                block = {}
                blocks.append(block)
            block.setdefault(event.process, []).append(event)
            last[event.process] = event, block
            if event.kind == "forks":
                last[event.detail["child"]] = event, block
        return tuple(event for block in blocks for events in block.values() for event in events)

    def __repr__(self) -> str:
        return f"<Run of {self.call}: {'; '.join(f'{p.name} {how_it_ended(p)}' for p in self.processes)}>"


def _forks_first(events: tuple[Event, ...]) -> list[Event]:
    """The events, no child's before its own fork: its report may have come first, but it cannot have lived first."""
    to_come = {event.detail["child"]: event for event in reversed(events) if event.kind == "forks"}
    told: list[Event] = []
    early: set[int] = set()
    for event in events:
        if id(event) in early:
            continue
        if event.kind == "forks" and to_come.get(event.detail["child"]) is event:
            del to_come[event.detail["child"]]
        ahead = [event]
        while (fork := to_come.pop(ahead[-1].process, None)) is not None:
            ahead.append(fork)
            early.add(id(fork))
        told += reversed(ahead)
    return told


def _is_private(event: Event, before: Event | None) -> bool:
    first_look = event.kind == "reads" and before is not None and before.kind == "maps"
    return event.kind in _PRIVATE or first_look


def how_it_ended(process: Process) -> str:
    """``exited with 0``, ``was ended by SIGKILL``: in words."""
    if process.stopped:
        return "was still running and was stopped"
    return in_words(process.exit_code if process.signal is None else -process.signal)


def in_words(ended: int | None) -> str:
    """The same for an exit code, or a signal as a negative number; None where nobody could know."""
    if ended is None:
        return "ended, nobody knows how"
    return f"exited with {ended}" if ended >= 0 else f"was ended by {signal_name(-ended)}"


def signal_name(number: int) -> str:
    """``SIGKILL``, or ``signal 40`` where there is no name."""
    try:
        return Signals(number).name
    except ValueError:
        return f"signal {number}"


@dataclass
class Log:
    """What has arrived from a run so far: reports, endings, stray output. ``run`` makes the value of it.

    Of what was found in orders it keeps the latest: each report tells of all that is new, and there may be thousands.
    """

    call: str
    reports: list[Mapping[str, Any]] = field(default_factory=list)
    ended: dict[int, int] = field(default_factory=dict)
    stopped: set[int] = field(default_factory=set)
    stopped_after: float | None = None
    stopped_at: int | None = None
    dropped: int = 0
    truncated: int = 0
    stray: str = ""
    source: str = ""
    _weight: int = 0
    _explored: int | None = None  # the place of that report

    @property
    def stopping(self) -> bool:
        """Whether the server has begun to end what is still running."""
        return self.stopped_after is not None or self.stopped_at is not None

    def add(self, report: Mapping[str, Any]) -> None:
        """Take one more report; raise ``BadMessage`` if it says nothing that a process of a run can say.

        Also if there are more, or longer ones, than a run's processes can have to say.
        """
        check_report(report)
        if report["kind"] == "omitted":
            self.truncated += report["detail"]["count"]
            return
        self._weigh(weight(report))
        if report["kind"] == "collects":
            self.ended[report["detail"]["pid"]] = report["detail"]["ended"]
        elif report["kind"] == "explored":
            self._add_explored(report)
        else:
            self.reports.append(report)

    def _weigh(self, more: int) -> None:
        """Count what is kept; some logs do not keep all, so it is counted anew before anybody is refused."""
        self._weight += more
        if self._weight > HEAVIEST:
            self._weight = more + sum(map(weight, self.reports)) + 1000 * len(self.ended)
            check_weight(2 * self._weight)  # else it would be counted anew for each of those that still fit

    def _add_explored(self, report: Mapping[str, Any]) -> None:
        if self._explored is None:
            self._explored = len(self.reports)
            self.reports.append(report)
            return
        before = self.reports[self._explored]
        check_goes_on(before, report)
        self._weight -= weight(before)
        self.reports[self._explored] = report

    def run(self) -> Run:
        ids = _Ids()
        events = [event_from(report, ids.role_in(report)) for report in self.reports]
        return Run(
            call=self.call,
            processes=tuple(self._processes(ids, events)),
            events=tuple(_without_repetition(events)),
            stopped_after=self.stopped_after,
            stopped_at=self.stopped_at,
            dropped=self.dropped,
            truncated=self.truncated,
            stray=self.stray,
            source=self.source,
        )

    def _processes(self, ids: _Ids, events: list[Event]) -> Iterator[Process]:
        """Every process, with what its own events, its parent's and the server tell about it."""
        learnt: defaultdict[str, dict[str, Any]] = defaultdict(lambda: {"ppid": 0, "printed": []})
        ended = {ids.latest[pid]: code for pid, code in self.ended.items() if pid in ids.latest}
        for report, event in zip(self.reports, events, strict=True):
            _learn(learnt[event.process], event)
            if event.kind == "forks":
                learnt[event.detail["child"]]["ppid"] = report["pid"]
            elif event.kind == "reaps":
                ended[event.detail["child"]] = event.detail["ended"]
        stopped = {ids.latest.get(pid) for pid in self.stopped}
        for name, pid in sorted(ids.of.items(), key=lambda item: rank(item[0])):
            yield self._process(pid, name, ended.get(name), was_stopped=name in stopped, **learnt[name])

    def _process(
        self,
        pid: int,
        name: str,
        ended: int | None,
        was_stopped: bool,
        printed: list[str],
        code: int | None = None,
        stuck: bool = False,
        **facts: Any,
    ) -> Process:
        ended = code if ended is None else ended
        # A parent that is killed while it waits may still reap its child: then nobody is left who could tell.
        stopped = stuck or was_stopped or (ended is None and self.stopping)
        return Process(name=name, pid=pid, printed="".join(printed), stopped=stopped, **facts, **_ending(ended))


_ABOUT_OTHERS = {"reaps": "child", "signals": "to"}  # what the role of the process with the ID ``pid`` is called there
_NOBODY = "a process it started"


class _Ids:
    """Whose each process ID was, report by report: the system uses one again as soon as its process has been reaped."""

    def __init__(self) -> None:
        self.of: dict[str, int] = {}  # the ID of each role: as it said itself, or as its parent did
        self.latest: dict[int, str] = {}  # the role that has had an ID last
        self._children: dict[tuple[str, int], str] = {}  # the last one that a process has forked with this ID

    def role_in(self, report: Mapping[str, Any]) -> str:
        """The role of the process that the report is about, if it is about another one; reports come in their order."""
        role, detail = report["process"], report["detail"]
        self.of[role] = report["pid"]
        self.latest[report["pid"]] = role
        if report["kind"] == "forks":
            child, pid = detail["child"], detail["returned"]
            self._children[role, pid] = child
            self.latest[pid] = child
            self.of.setdefault(child, pid)
        if report["kind"] == "reaps" and (role, detail["pid"]) in self._children:
            return self._children[role, detail["pid"]]
        return self.latest.get(detail.get("pid", 0), _NOBODY)


def event_from(report: Mapping[str, Any], other: str = _NOBODY) -> Event:
    """The event that a process reported; ``other`` is the role of the process that it is about."""
    detail = dict(report["detail"])
    if "contents" in detail:
        detail["contents"] = Contents.from_wire(detail["contents"])
    if report["kind"] in _ABOUT_OTHERS:
        detail[_ABOUT_OTHERS[report["kind"]]] = other
    return Event(report["process"], report["kind"], report["time"], detail)


def _without_repetition(events: list[Event]) -> list[Event]:
    """The events, where a process tells of a read or a write and then of more like it on the same line, as one.

    Not where another process has touched the same block between the two.
    """
    kept: list[Event | None] = []
    last: dict[tuple[str, str], tuple[str, int]] = {}  # by block and kind: by whom, and where among those that are kept
    broken: dict[str, int] = {}  # where each process told of something else
    for event in events:
        block = event.detail.get("block", "")
        if not block or event.kind not in TOUCHES:
            broken[event.process] = len(kept)
            kept.append(event)
            continue
        before, place = last.get((block, event.kind), ("", -1))
        if before == event.process and place > broken.get(before, -1) and (more := _one_of(kept[place], event)):
            kept[place], event = None, more
        for kind in TOUCHES:
            if last.get((block, kind), ("", -1))[0] != event.process:
                last.pop((block, kind), None)
        last[block, event.kind] = event.process, len(kept)
        kept.append(event)
    return [event for event in kept if event]


def _one_of(first: Event | None, more: Event) -> Event | None:
    """Both as one event, if the second is the same once more, or goes on behind the first; else None."""
    if first is None:
        return None
    before, now = first.detail, more.detail
    if before.get("line") is None or (before["line"], before.get("via")) != (now.get("line"), now.get("via")):
        return None
    one, other = (before["offset"], len(before["contents"])), (now["offset"], len(now["contents"]))
    if one == other and before["contents"].capped == now["contents"].capped:
        return replace(more, detail={**now, "times": before.get("times", 1) + now.get("times", 1)})
    if other[0] == sum(one) and "times" not in before and "times" not in now and "value" not in now:
        whole = {"offset": one[0], "contents": joined([before["contents"], now["contents"]])}
        return replace(more, detail={**now, **whole})
    return None


def _learn(facts: dict[str, Any], event: Event) -> None:
    """Add what ``event`` says of its process to ``facts``."""
    detail = event.detail
    if event.kind == "born":
        facts.update(ppid=detail["ppid"], returned=detail["returned"])
    elif event.kind == "forks" and facts.get("returned") is None:
        facts["returned"] = detail["returned"]
    elif event.kind == "reads":
        facts["saw"] = detail["contents"]
    elif event.kind == "writes":
        facts["wrote"] = detail["contents"]
    elif event.kind == "prints":
        facts["printed"].append(detail["text"])
    elif event.kind == "ends":
        facts["code"] = detail["code"]
    elif event.kind == "stuck":
        facts["stuck"] = True


def _ending(ended: int | None) -> dict[str, Any]:
    """Exit code or signal, from what ``os.waitstatus_to_exitcode`` gave (a signal's number is negative there)."""
    if ended is None or ended >= 0:
        return {"exit_code": ended}
    try:
        return {"signal": Signals(-ended)}
    except ValueError:
        return {"signal": -ended}  # a real-time signal without a name
