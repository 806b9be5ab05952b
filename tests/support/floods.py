"""Runs that nobody ran, and of which there is much: of each kind of thing that a program can do, very many."""

from itertools import cycle, islice

from shmlesson.client.log import Log

SOURCE = """\
import mmap, os, time
block = mmap.mmap(-1, 100)
total = 0
for _ in range(200):
    if os.fork() == 0:
        total = total + 1
        block[0] = block[0] + 1
        os._exit(0)
for _ in range(200):
    os.wait()
print(total)
"""


class Flood:
    """Reports in the making: each call is one of them."""

    def __init__(self, children=0, chain=False):
        self.reports, self.pids = [], {}
        self.says("parent", "born", ppid=99, returned=None)
        self.children = [f"child 1{'.1' * depth}" if chain else f"child {depth + 1}" for depth in range(children)]
        self.chain = chain

    def pid(self, role):
        return self.pids.setdefault(role, 1000 + len(self.pids))

    def says(self, role, kind, line=7, **detail):
        place = {} if line is None or kind == "ends" else {"line": line}
        one = {"process": role, "pid": self.pid(role), "kind": kind, "time": len(self.reports)}
        self.reports.append({**one, "detail": {**detail, **place}})

    def forks(self, **detail):
        """Fork all children."""
        for number, child in enumerate(self.children):
            by = self.children[number - 1] if self.chain and number else "parent"
            self.says(by, "forks", 5, child=child, returned=self.pid(child), **detail)
            self.says(child, "born", 5, ppid=self.pid(by), returned=0)

    def ends(self):
        """Have all children end, and be reaped."""
        for number, child in reversed(list(enumerate(self.children))):
            by = self.children[number - 1] if self.chain and number else "parent"
            self.says(child, "ends", code=0, how="_exit")
            self.says(by, "reaps", 10, pid=self.pid(child), ended=0)
        self.says("parent", "ends", code=0, how="end")

    def maps(self, block="block 1", role="parent", line=2, size=100, memory="shared"):
        self.says(role, "maps", line, size=size, memory=memory, block=block)

    def touches(self, role, kind, block="block 1", offset=0, contents=(1, 0, 1, 97), line=7, **more):
        self.says(role, kind, line, block=block, offset=offset, contents=list(contents), **more)

    def run(self, stopped=False, source=SOURCE):
        """The run that these tell of, each checked as if a process had sent it."""
        log = Log("program.py", source=source)
        for one in self.reports:
            log.add(one)
        if stopped:
            log.stopped_after = 10.0
            log.stopped = set(self.pids.values())
        return log.run()


def blocks_of_each(count):
    flood = Flood(4)
    flood.forks()
    for number, role in islice(enumerate(cycle(flood.children)), count // 3):
        block = f"{role}’s block {number + 1}"
        flood.maps(block, role, 6)
        flood.touches(role, "writes", block)
        flood.touches(role, "reads", block, offset=50)
    flood.ends()
    return flood.run()


def blocks_of_each_that_nobody_touches(count):
    flood = Flood(4)
    flood.forks()
    for number, role in islice(enumerate(cycle(flood.children)), count):
        flood.maps(f"{role}’s block {number + 1}", role, 6)
    flood.ends()
    return flood.run()


def blocks_of_many_children(count):
    flood = Flood(200)
    flood.forks()
    for number, role in islice(enumerate(cycle(flood.children)), count // 3):
        block = f"{role}’s block {number // 200 + 1}"
        flood.maps(block, role, 6)
        flood.touches(role, "writes", block)
        flood.touches(role, "reads", block, offset=50)
    flood.ends()
    return flood.run()


def blocks_that_all_have(count, children=4):
    flood = Flood(children)
    for number in range(count // 2):
        flood.maps(f"block {number + 1}")
    flood.forks()
    for number, role in islice(enumerate(cycle(flood.children)), count // 2):
        flood.touches(role, "writes", f"block {number + 1}")
    flood.ends()
    return flood.run()


def blocks_that_two_hundred_have(count):
    return blocks_that_all_have(count, 200)


def private_touched_everywhere(count):
    flood = Flood(200)
    flood.maps(memory="private", size=count)
    flood.forks()
    for number, role in islice(enumerate(cycle(flood.children)), count // 2):
        flood.touches(role, "writes", offset=2 * number)
        flood.touches(role, "reads", offset=2 * number + 1)
    flood.ends()
    return flood.run()


def private_on_many_lines(count):
    flood = Flood(2)
    flood.maps(memory="private", size=count)
    flood.forks()
    for number, role in islice(enumerate(cycle(flood.children)), count // 2):
        flood.touches(role, "writes", offset=2 * number, line=number + 1)
        flood.touches(role, "reads", offset=2 * number + 1, line=number + 1)
    flood.ends()
    return flood.run()


def pipes(count):
    flood = Flood(2)
    for number in range(count // 3):
        flood.says("parent", "makes", at="pipe", name=f"pipe {number + 1}")
    flood.forks()
    for number, role in islice(enumerate(cycle(flood.children)), count // 3):
        flood.says("parent", "sends", at="pipe", name=f"pipe {number + 1}", count=1)
        flood.says(role, "receives", at="pipe", name=f"pipe {number + 1}", count=1)
    flood.ends()
    return flood.run()


def ends_of_pipes(count):
    flood = Flood(200)
    for number in range(count // 2):
        flood.says("parent", "makes", at="pipe", name=f"pipe {number + 1}")
    flood.forks()
    for number, role in islice(enumerate(cycle(flood.children)), count // 2):
        flood.says(role, "receives", at="pipe", name=f"pipe {number + 1}", count=0)
    flood.ends()
    return flood.run()


def one_end_again_and_again(count):
    flood = Flood(200)
    flood.says("parent", "makes", at="pipe", name="pipe 1")
    flood.forks()
    for role in islice(cycle(flood.children), count):
        flood.says(role, "receives", at="pipe", name="pipe 1", count=0)
    flood.ends()
    return flood.run()


def words_between_two_hundred(count):
    flood = Flood(200)
    flood.says("parent", "makes", at="pipe", name="pipe 1")
    flood.forks()
    for role in islice(cycle(flood.children), count // 2):
        flood.says(role, "sends", at="pipe", name="pipe 1", count=1)
        flood.says(role, "receives", at="pipe", name="pipe 1", count=1)
    flood.ends()
    return flood.run()


def locks_that_are_kept(count):
    flood = Flood(1)
    for number in range(count // 3):
        flood.says("parent", "makes", at="lock", name=f"lock {number + 1}", value=1)
    flood.maps()
    flood.forks()
    for number in range(count // 3):
        flood.says("child 1", "acquires", at="lock", name=f"lock {number + 1}")
        flood.touches("child 1", "reads")
    flood.ends()
    return flood.run()


def locks_around_each_access(count):
    flood = Flood(2)
    flood.maps()
    for number in range(count // 5):
        flood.says("parent", "makes", at="lock", name=f"lock {number + 1}", value=1)
    flood.forks()
    for number, role in islice(enumerate(cycle(flood.children)), count // 5):
        flood.says(role, "acquires", at="lock", name=f"lock {number + 1}")
        flood.touches(role, "reads")
        flood.touches(role, "writes")
        flood.says(role, "releases", at="lock", name=f"lock {number + 1}")
    flood.ends()
    return flood.run()


def one_lock_of_two_hundred(count):
    flood = Flood(200)
    flood.maps()
    flood.says("parent", "makes", at="lock", name="lock 1", value=1)
    flood.forks()
    for role in islice(cycle(flood.children), count // 4):
        flood.says(role, "acquires", at="lock", name="lock 1")
        flood.touches(role, "reads")
        flood.touches(role, "writes")
        flood.says(role, "releases", at="lock", name="lock 1")
    flood.ends()
    return flood.run()


def file_locks(count):
    flood = Flood(200)
    flood.forks()
    for role in islice(cycle(flood.children), count):
        flood.says(role, "acquires", at="file lock", name="lock on data")
    flood.ends()
    return flood.run()


def races(count):
    flood = Flood(200)
    flood.maps()
    flood.forks()
    for role in islice(cycle(flood.children), count // 2):
        flood.touches(role, "reads")
        flood.touches(role, "writes")
    flood.ends()
    return flood.run()


def races_behind_sleeps(count):
    flood = Flood(200)
    flood.maps()
    flood.forks()
    for role in islice(cycle(flood.children), count // 3):
        flood.says(role, "sleeps", seconds=0.1)
        flood.touches(role, "reads")
        flood.touches(role, "writes")
    flood.ends()
    return flood.run()


def races_on_many_lines(count):
    flood = Flood(4)
    flood.maps()
    flood.forks()
    for number, role in islice(enumerate(cycle(flood.children)), count // 2):
        flood.touches(role, "reads", line=number + 1)
        flood.touches(role, "writes", line=number + 1)
    flood.ends()
    return flood.run()


def values(count):
    flood = Flood(2)
    for number in range(count // 3):
        flood.maps(f"value {number + 1}", memory="value", size=4)
    flood.forks()
    for number, role in islice(enumerate(cycle(flood.children)), count // 3):
        flood.touches(role, "reads", f"value {number + 1}", contents=(4, 0, 4, 0), value="0")
        flood.touches(role, "writes", f"value {number + 1}", contents=(4, 0, 4, 1), value="1")
    flood.ends()
    return flood.run()


def prints(count):
    flood = Flood(200)
    flood.forks(pending="half a line")
    for number, role in islice(enumerate(cycle(["parent", *flood.children])), count):
        flood.says(role, "prints", text=f"{number}\n", stream="stdout")
    flood.ends()
    return flood.run()


def views(count):
    flood = Flood(2)
    flood.maps()
    flood.forks()
    for role in islice(cycle(flood.children), count // 2):
        flood.says(role, "views", block="block 1")
        flood.touches(role, "writes", line=None, via="view")
    flood.ends()
    return flood.run()


def signals(count):
    flood = Flood(200)
    flood.forks()
    for child in islice(cycle(flood.children), count):
        flood.says("parent", "signals", pid=flood.pid(child), signal=15)
    for child in flood.children:
        flood.says("parent", "reaps", pid=flood.pid(child), ended=-15)
    return flood.run()


def sleeps(count):
    flood = Flood(200)
    flood.forks()
    for role in islice(cycle(flood.children), count):
        flood.says(role, "sleeps", seconds=1)
    flood.ends()
    return flood.run()


def a_chain_of_forks(count):
    flood = Flood(200, chain=True)
    flood.maps(size=count)
    flood.forks()
    for number, role in islice(enumerate(cycle(flood.children)), count):
        flood.touches(role, "writes", offset=number)
    flood.ends()
    return flood.run()


def alternately(count):
    flood = Flood(2)
    flood.maps()
    flood.forks()
    for number, role in islice(enumerate(cycle(flood.children)), count):
        flood.touches(role, "reads" if number % 3 else "writes", offset=number % 7)
    flood.ends()
    return flood.run()


def much_in_each(count):
    """Reads and writes of bytes that all differ, each of another place."""
    flood = Flood(2)
    flood.maps(size=256 * count)
    flood.forks()
    full = [256, 0, *(number for byte in range(256) for number in (1, byte))]
    for number, role in islice(enumerate(cycle(flood.children)), count // 4):
        flood.touches(role, "writes" if number % 2 else "reads", offset=256 * number, contents=full)
    flood.ends()
    return flood.run()


def one_behind_the_other(count):
    """Writes of one process, side by side."""
    flood = Flood(1)
    flood.maps(size=count)
    flood.forks()
    for number in range(count):
        flood.touches("child 1", "writes", offset=number, contents=[1, 0, 1, number % 256])
    flood.ends()
    return flood.run()


def changes(count):
    flood = Flood(200)
    flood.forks()
    for child in flood.children:
        flood.says(child, "changes", names=["total", *(f"name_{number}" for number in range(count // 200))])
    flood.ends()
    return flood.run()


def all_wait(count):
    """Children that have done much, and wait for ever, each at a pipe of its own."""
    flood = Flood(200)
    for child in flood.children:
        flood.says("parent", "makes", at="pipe", name=f"pipe of {child}")
    flood.forks()
    for role in islice(cycle(flood.children), count):
        flood.says(role, "sleeps", seconds=1)
    for child in flood.children:
        flood.says(child, "waits", at="pipe", name=f"pipe of {child}")
    flood.says("parent", "waits", at="child", name="any child")
    return flood.run(stopped=True)


def events_and_barriers(count):
    flood = Flood(200)
    flood.says("parent", "makes", at="event", name="event 1")
    flood.says("parent", "makes", at="barrier", name="barrier 1", value=200)
    flood.forks()
    for role in islice(cycle(flood.children), count // 4):
        for at in ("event", "barrier"):
            flood.says(role, "releases", at=at, name=f"{at} 1")
            flood.says(role, "acquires", at=at, name=f"{at} 1")
    flood.ends()
    return flood.run()


FLOODS = [value for value in list(globals().values()) if callable(value) and value.__module__ == __name__]
FLOODS = [flood for flood in FLOODS if flood is not Flood]
