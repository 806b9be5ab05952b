"""Runs that nobody ran: made from the reports that their processes would have sent."""

from shmlesson.client.log import Log
from shmlesson.memory.contents import Contents

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
        report("parent", "reads", contents=zeros),
        report("parent", "forks", child="child 1", returned=PIDS["child 1"]),
        report("child 1", "born", ppid=PIDS["parent"], returned=0),
        report("child 1", "waits", at="pipe"),
        report("parent", "writes", contents=full),
        report("parent", "sends", at="pipe"),
        report("child 1", "reads", contents=full),
        report("child 1", "ends", code=0),
        report("parent", "reaps", pid=PIDS["child 1"], ended=0),
        report("parent", "ends", code=0),
    ]


def lesson(size=100, byte=97):
    """The run that ``share(size, byte)`` gives."""
    ended = {"parent": 0, "child 1": 0}
    return run_of(*lesson_reports(size, byte), call=f"share({size}, {chr(byte)!r})", ended=ended)


SLEEPING = """\
import mmap
import os
import time

block = mmap.mmap(-1, 100)
if os.fork() == 0:
    time.sleep(0.1)
    print(block[3])
    os._exit(0)
block[3] = 97
os.wait()
"""


def program_reports(memory="shared"):
    """What the processes of ``SLEEPING`` report, in order; of the same with another ``memory``."""
    written, found = ([1, 0, 1, 97], [1, 0, 1, 97 if memory == "shared" else 0])
    return [
        report("parent", "born", ppid=987653, returned=None),
        report("parent", "maps", size=100, memory=memory, block="block 1", line=5),
        report("parent", "forks", child="child 1", returned=PIDS["child 1"], line=6),
        report("child 1", "born", ppid=PIDS["parent"], returned=0, line=6),
        report("child 1", "sleeps", seconds=0.1, line=7),
        report("parent", "writes", block="block 1", offset=3, contents=written, line=10),
        report("parent", "waits", at="child", name="any child", line=11),
        report("child 1", "reads", block="block 1", offset=3, contents=found, line=8),
        report("child 1", "prints", text=f"{found[-1]}\n", stream="stdout", line=8),
        report("child 1", "ends", code=0, how="_exit", line=9),
        report("parent", "reaps", pid=PIDS["child 1"], ended=0, line=11),
        report("parent", "ends", code=0, how="end"),
    ]


def program_run(memory="shared", **facts):
    """The run that ``program(SLEEPING)`` gives."""
    facts = {"call": "program.py", "source": SLEEPING, "ended": {"parent": 0, "child 1": 0}} | facts
    return run_of(*program_reports(memory), **facts)


# A program whose parent reads what its child writes, and nothing puts one before the other.
RACE = """\
import mmap, os
b = mmap.mmap(-1, 1)
if os.fork() == 0:
    b[0] = 97
    os._exit(0)
print(b[0])
os.wait()
"""
