"""Runs of every shape that a picture can have, made up: many processes, locks and blocks, long texts, a deadlock."""

from itertools import count

from shmlesson.analysis.run import Run
from shmlesson.trace.event import Event
from shmlesson.trace.process import Process
from stories import PIDS, lesson, program_run, report, run_of

BORN = report("parent", "born", ppid=1, returned=None)
FORK = report("parent", "forks", child="child 1", returned=PIDS["child 1"])
CHILD = report("child 1", "born", ppid=PIDS["parent"], returned=0)
LINES = count(2)
LONG = "a sentence that goes on and on, " * 6 + "and" + "on" * 60


def forked(*before, after=(), **facts):
    """A program that did this before its fork, and that in either process behind it."""
    return run_of(BORN, *before, FORK, CHILD, *after, **facts)


def block(name="block 1", memory="shared", role="parent", size=4, **more):
    return report(role, "maps", size=size, memory=memory, block=name, line=1, **more)


def puts(offset, text, role="parent", name="block 1", **more):
    """A write on a line of its own: those of one line may come as one."""
    line = {"line": next(LINES)}
    return report(role, "writes", block=name, offset=offset, contents=bytes_of(text), **line, **more)


def looks(offset, text, role="child 1", name="block 1", **more):
    line = {"line": next(LINES)}
    return report(role, "reads", block=name, offset=offset, contents=bytes_of(text), **line, **more)


def bytes_of(text):
    return [len(text), 0, *(number for byte in text for number in (1, byte))]


def at(role, kind, name, number=None, **more):
    """A step of this process at ``lock 1``, ``event 2``, ..."""
    counted = {} if number is None else {"count": number}
    return report(role, kind, at=name.split()[0], name=name, line=next(LINES), **counted, **more)


def says(role, text):
    return report(role, "prints", text=text, stream="stdout", line=next(LINES))


def big_run(processes=10, steps=200):
    """A run with so many processes, each of which prints in turn."""
    names = ["parent", *(f"child {number}" for number in range(1, processes))]
    prints = [
        Event(names[step % processes], "prints", step * 10**6, {"text": f"line {step} " * 9, "stream": "stdout"})
        for step in range(steps)
    ]
    return Run("big", tuple(Process(name, 1, 1) for name in names), tuple(prints))


def in_deadlock(**facts):
    """Each of two processes has a lock and waits for the other's; the parent began to wait before the child had any."""
    acts = [
        at("parent", "acquires", "lock 1"),
        at("parent", "waits", "lock 2"),
        at("child 1", "acquires", "lock 2"),
        at("child 1", "waits", "lock 1"),
    ]
    return forked(after=acts, stopped=["parent", "child 1"], stopped_after=1.0, source="pass", **facts)


def of_many_things():
    """A program with three blocks, a pipe, locks, an event and a semaphore, which all change."""
    blocks = [block(f"block {number}") for number in (1, 2, 3)]
    acts = [puts(0, b"a", name="block 3"), looks(0, b"a", name="block 3"), puts(1, b"bc", "child 1", "block 1")]
    acts += [looks(0, b"\0bc", "parent", "block 1"), at("parent", "sends", "pipe 1", 70000)]
    acts += [at("child 1", "receives", "pipe 1", number) for number in (4000, 66000)]
    acts += [at("child 1", kind, "lock 1") for kind in ("acquires", "releases")]
    acts += [at("parent", kind, "lock 1") for kind in ("acquires", "releases")]
    acts += [at("parent", "releases", "event 1"), at("child 1", "acquires", "event 1")]
    acts += [at("child 1", "releases", "semaphore 1"), at("parent", "acquires", "semaphore 1")]
    return forked(*blocks, after=acts, call="many things")


def of_three_children():
    """A block that three children write into, one after the other, and the parent reads."""
    acts = []
    for number, role in enumerate(("child 1", "child 2", "child 1.1")):
        mother = "child 1" if role == "child 1.1" else "parent"
        acts += [
            report(mother, "forks", child=role, returned=PIDS[role], line=3),
            report(role, "born", ppid=1, returned=0),
        ]
        acts += [puts(number, b"abc"[number : number + 1], role), says(role, f"{role} has written")]
        acts += [looks(number, b"abc"[number : number + 1], "parent")]
    return run_of(BORN, block(), *acts, call="three children", ended=dict.fromkeys(("parent", "child 1"), 0))


def of_long_texts():
    acts = [
        says("parent", LONG),
        says("child 1", "x" * 400),
        puts(0, bytes(range(97, 117))),
        looks(0, bytes(range(97, 117))),
    ]
    return forked(block(size=20), after=acts, call=f"a call that is long: {'share(100), ' * 30}")


RUNS = {
    "lesson": lesson(),
    "large": lesson(1 << 30),
    "program": program_run(),
    "private": program_run("private", call="private"),
    "copies": forked(block(memory="private"), puts(0, b"zz"), after=[puts(0, b"a", "child 1")], call="copies"),
    "deadlock": in_deadlock(call="deadlock"),
    "many things": of_many_things(),
    "three children": of_three_children(),
    "long texts": of_long_texts(),
    "ten processes": big_run(10, 40),
    "eleven processes": big_run(11, 12),
}
