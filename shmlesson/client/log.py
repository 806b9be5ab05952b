"""What arrives from a run, checked, until a ``Run`` is made of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from signal import Signals
from typing import Any

from ..analysis.run import Run
from ..memory.contents import Contents, joined
from ..trace.event import Event
from ..trace.process import Process
from ..wire.kinds import KEY, TOUCHES
from ..wire.report import HEAVIEST, check_goes_on, check_report, check_weight, weight
from ..wire.roles import rank


@dataclass
class Log:
    """What has arrived from a run so far: reports, endings, stray output. ``run`` makes the value of it.

    Of what was found in orders it keeps the latest: each report has all that is new, and there may be thousands.
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
        events = list(_with_names(event_from(report, ids.role_in(report)) for report in self.reports))
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
        """Every process, with what its own events, its parent's and the server say about it."""
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
        # A parent that is killed while it waits may still reap its child: then nobody is left to report it.
        stopped = stuck or was_stopped or (ended is None and self.stopping)
        return Process(name=name, pid=pid, printed="".join(printed), stopped=stopped, **facts, **_ending(ended))


_ABOUT_OTHERS = {
    "reaps": "child",
    "signals": "to",
    "leaves": "by",
}  # what the role of the process with the ID ``pid`` is called there
_OF_CHILDREN = ("reaps", "notices")
_NOBODY = "a process it started"
_GROUP = "a group of processes"


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
        if report["kind"] in _OF_CHILDREN and (role, detail.get("pid")) in self._children:
            return self._children[role, detail["pid"]]
        pid = detail.get("pid", 0)
        return self.latest.get(pid, _NOBODY if pid > 0 else _GROUP)


def event_from(report: Mapping[str, Any], other: str = _NOBODY) -> Event:
    """The event that a process reported; ``other`` is the role of the process that it is about."""
    detail = dict(report["detail"])
    if "contents" in detail:
        detail["contents"] = Contents.from_wire(detail["contents"])
    if report["kind"] in _ABOUT_OTHERS:
        detail[_ABOUT_OTHERS[report["kind"]]] = other
    elif detail.get("at") == "child" and "pid" in detail and other != _NOBODY:
        detail["name"] = other
    return Event(report["process"], report["kind"], report["time"], detail)


def _with_names(events: Iterable[Event]) -> Iterator[Event]:
    """The events, with one name for each thing: where a process did not know it, the maker's, or else a number."""
    names: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for event in events:
        detail = event.detail
        if "key" in detail:
            names[detail["key"]] = detail["name"]
            detail = {name: value for name, value in detail.items() if name != "key"}
        if KEY in detail.get("name", ""):
            detail = {**detail, "name": _named(detail["name"], names, counts)}
        if event.kind == "starts":
            detail = {**detail, "names": [_named(name, names, counts) for name in detail["names"]]}
        yield event if detail is event.detail else replace(event, detail=detail)


def _named(name: str, names: dict[str, str], counts: Counter[str]) -> str:
    """The name without what tells which one it is."""
    if name.count(KEY) != 2:
        return name
    noun, key, more = name.split(KEY)
    key = KEY + key + KEY
    if key not in names:
        sort = noun.rpartition(" of ")[2]
        counts[sort] += 1
        names[key] = f"{sort} {counts[sort]}"
    return noun.rpartition(" of ")[0] + " of " * (" of " in noun) + names[key] + more


def _without_repetition(events: list[Event]) -> list[Event]:
    """The events, where reads or writes by one process that continue each other on the same line are one.

    Not where another process has touched the same block between the two. This is the other end of what the tracer does
    (``forkserver/tracer/coalescing.py``): it reports the first of them, then the rest, for it knows no other process.
    """
    kept: list[Event | None] = []
    last: dict[tuple[str, str], tuple[str, int]] = {}  # by block and kind: by whom, and where among those that are kept
    broken: dict[str, int] = {}  # where each process did something else
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
    if "ranges" in before or "ranges" in now:
        return None
    one, other = (before["offset"], len(before["contents"])), (now["offset"], len(now["contents"]))
    if one == other and before["contents"].capped == now["contents"].capped:
        differ = before["contents"] != now["contents"] or before.get("last") or now.get("last")
        times = {"times": before.get("times", 1) + now.get("times", 1), **({"last": True} if differ else {})}
        return replace(more, detail={**now, **times})
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
