"""Runs that nobody ran: made from the reports that their processes would have sent."""

from shmlesson.contents import Contents
from shmlesson.records import Log

PIDS = {"parent": 987654, "child 1": 987655, "child 2": 987656, "child 1.1": 987657}


def report(process, kind, **detail):
    """One message as a process of a run sends it."""
    report.clock += 1000
    return {"process": process, "pid": PIDS[process], "kind": kind, "time": report.clock, "detail": detail}


report.clock = 10**15


def run_of(*reports, call="program.py", **facts):
    """The run that these reports tell of; ``ended`` maps roles to exit codes (a signal's number is negative)."""
    ended = {PIDS[name]: code for name, code in facts.pop("ended", {}).items()}
    stopped = {PIDS[name] for name in facts.pop("stopped", ())}
    return Log(call, list(reports), ended=ended, stopped=stopped, **facts).run()


def lesson_reports(size=100, byte=97):
    """What ``share(size, byte)`` has its two processes report, in order."""
    zeros, full = Contents.uniform(size, 0).to_wire(), Contents.uniform(size, byte).to_wire()
    return [
        report("parent", "born", ppid=987653, returned=None),
        report("parent", "maps", size=size, memory="shared"),
        report("parent", "sees", contents=zeros),
        report("parent", "forks", child="child 1", returned=PIDS["child 1"]),
        report("child 1", "born", ppid=PIDS["parent"], returned=0),
        report("child 1", "waits", at="pipe"),
        report("parent", "writes", contents=full),
        report("parent", "tells", at="pipe"),
        report("child 1", "sees", contents=full),
        report("child 1", "ends", code=0),
        report("parent", "reaps", pid=PIDS["child 1"], ended=0),
        report("parent", "ends", code=0),
    ]


def lesson(size=100, byte=97):
    """The run that ``share(size, byte)`` gives."""
    ended = {"parent": 0, "child 1": 0}
    return run_of(*lesson_reports(size, byte), call=f"share({size}, {chr(byte)!r})", ended=ended)
