"""The worst faults at random: acts that a seed decides, and after each of them everything must be as it was.

usage: python tests/stress.py [--seconds 120] [--seed N] [--first ACT]      (ACT: begin with this one, to repeat it)
"""

import argparse
import collections
import contextlib
import itertools
import math
import os
import random
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import psutil

import left_behind
from kernels import answer, next_line, running
from misdeeds import ENDLESS, MISDEEDS
from shmlesson import program, share
from shmlesson.errors import ShmlessonError
from shmlesson.server import SERVER
from shmlesson.views import words

LATE = 0.5  # seconds beyond its deadline that an act may take on an idle machine
TOO_LATE = 5.0  # seconds beyond its deadline that no load excuses
LONG = 20  # seconds, more than any act needs that comes to its own end
LONGEST_SENTENCE = 500  # characters
EVERY = 5  # seconds between two lines of progress


class Act(NamedTuple):
    """Something that is done to a run; ``do`` says what came of it, and may take so many ``seconds``."""

    name: str
    seconds: float
    do: Callable[[], str]


def main(arguments=None):
    """Do acts until the time is over; 0 if all was well after each, else 1."""
    options = _options(arguments)
    print(f"seed {options.seed}", flush=True)
    os.environ[left_behind.MARK] = left_behind.ME
    table = Table()
    with tempfile.TemporaryDirectory() as folder, _temporary_files_in(folder):
        try:
            return _do_acts(options, State(folder), table)
        finally:
            _end_everything()
            print(table, flush=True)


def _options(arguments):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=120, help="how long to go on (120)")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000), help="what decides on the acts")
    parser.add_argument("--first", type=int, default=0, help="the number of the act to begin with (0)")
    return parser.parse_args(arguments)


def _do_acts(options, state, table):
    end, progress = time.monotonic() + options.seconds, time.monotonic() + EVERY
    for number in itertools.count(options.first):
        if time.monotonic() > end:
            return 0
        kind, act = nth_act(options.seed, number)
        try:
            table.add(kind, act, *_timed(act))
            state.check()
        except Exception as error:
            print(f"seed {options.seed}, act {number}, {kind}: {act.name}\n{_said_of(error)}", flush=True)
            return 1
        if time.monotonic() > progress:
            progress = time.monotonic() + EVERY
            print(table.progress(), flush=True)


def _said_of(error):
    """What was wrong; for an error that nobody expected, on which line."""
    return f"wrong: {error}" if isinstance(error, AssertionError) else "".join(traceback.format_exception(error))


def nth_act(seed, number):
    """The kind and the act that the seed decides on: the same one whatever has happened before."""
    chance = random.Random(f"{seed} {number}")
    kind = chance.choice(list(KINDS))
    return kind, KINDS[kind](chance)


def _timed(act):
    """What came of the act, and how many seconds beyond its deadline that took."""
    start = time.monotonic()
    came = act.do()
    beyond = time.monotonic() - start - act.seconds
    assert beyond <= TOO_LATE, f"it took {beyond:.1f} s more than its {act.seconds:.2f} s"
    return came, beyond


@contextlib.contextmanager
def _temporary_files_in(folder):
    """Have this process put its temporary files there, so that those left behind can be told from others'."""
    before, tempfile.tempdir = tempfile.tempdir, folder
    try:
        yield
    finally:
        tempfile.tempdir = before


def _end_everything():
    """Leave nothing behind, even after a failure."""
    SERVER.stop()
    for process in filter(left_behind._is_marked, psutil.process_iter()):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


# What must be as it was


class State:
    """What this process has when all is well: its descriptors, its threads, and the fork server as its only child."""

    def __init__(self, folder):
        self.folder = folder
        share()
        self.before = self._now()

    def _now(self):
        return {
            "descriptors": len(left_behind.open_descriptors()),
            "threads": threading.active_count(),
            "children": len(psutil.Process().children()),
            "temporary files": os.listdir(self.folder),
        }

    def check(self):
        """Raise unless the next run works, and nothing is left of those before."""
        saw = str(share(timeout=LONG).child.saw)
        assert saw == "100 x 61 'a'", f"the next share saw {saw}"
        now = self._now()
        assert now == self.before, f"there were {self.before} before, and are {now}"
        self._check_processes()

    def _check_processes(self):
        """The server, the one that it has forked ahead, and no other, whoever's child it may be by now."""
        ours = [process.pid for process in psutil.Process().children(recursive=True)]
        assert len(ours) <= 2, f"below the server there are {_described(ours)}"
        marked = [process.pid for process in psutil.process_iter() if left_behind._is_marked(process)]
        left = left_behind.still_alive(set(marked) - {SERVER.pid, *_below(SERVER.pid)}, seconds=5)
        assert not left, f"processes are left: {_described(left)}"


def _below(pid):
    return [process.pid for process in psutil.Process(pid).children()]


def _described(pids):
    """What these processes are doing, for somebody who must find out whose they are."""
    said = []
    for pid in pids:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            said.append(f"{pid} ({process.status()}, of {process.ppid()}, {' '.join(process.cmdline())[:60]})")
    return ", ".join(said)


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
        lines = [f"{'kind':<36} {'acts':>5} {'beyond':>8}  {'the slowest':<44} what came of them"]
        for kind in sorted(self.came):
            came, (beyond, name) = self.came[kind], self.slowest[kind]
            said = ", ".join(f"{count} {outcome}" for outcome, count in came.most_common())
            lines.append(f"{kind:<36} {came.total():>5} {beyond:>+6.2f} s  {name[:44]:<44} {said}")
        return "\n".join([*lines, *self._warnings()])

    def _warnings(self):
        late = [(name, beyond) for beyond, name in self.slowest.values() if beyond > LATE]
        return [f"warning: {name} took {beyond:.2f} s more than its deadline" for name, beyond in late]


# What a learner gets


def outcome(call, *allowed):
    """What came of a call: a run that can be told, or an error of one sentence; anything else is raised."""
    try:
        run = call()
        words.story(run)
        return "Run"
    except (ShmlessonError, *allowed) as error:
        _check_sentence(str(error))
        return type(error).__name__


def _check_sentence(text):
    assert text, "an error that says nothing"
    assert "\n" not in text, f"an error of several lines: {text[:200]!r}"
    assert len(text) <= LONGEST_SENTENCE, f"an error of {len(text)} characters: {text[:200]!r}"


@contextlib.contextmanager
def meanwhile(act, delays):
    """Do ``act`` in another thread after each of these delays in seconds, until the ``with`` is over."""
    over = threading.Event()

    def act_later():
        for delay in delays:
            if over.wait(delay):
                return
            act()

    thread = threading.Thread(target=act_later)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def kill_server():
    if started := SERVER._started:
        _kill(started.process.pid)


def _kill(pid):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@contextlib.contextmanager
def interrupted(delays):
    """Interrupt the notebook after each of these delays; the lines of these tests themselves are spared."""
    before = signal.signal(signal.SIGINT, _interrupt)
    try:
        with meanwhile(lambda: os.kill(os.getpid(), signal.SIGINT), delays):
            yield
    finally:
        signal.signal(signal.SIGINT, before)


def _interrupt(number, frame):
    while frame:
        if frame.f_globals.get("__name__", "").startswith("shmlesson."):
            raise KeyboardInterrupt
        frame = frame.f_back


# Kinds of acts


def a_misdeed(chance):
    name = chance.choice(list(MISDEEDS))
    seconds = chance.uniform(0.2, 0.6) if name in ENDLESS else chance.choice([LONG, LONG, chance.uniform(0.001, 0.1)])
    settings = {
        "timeout": seconds,
        "processes": chance.choice([3, 30, 200]),
        "watch": chance.choice([None, lambda event: None]),
    }
    return Act(f"{name} ({seconds:.3f} s)", seconds, lambda: outcome(lambda: program(MISDEEDS[name], **settings)))


def a_share(chance):
    settings = some_settings(chance)
    return Act(f"share(**{settings})", LONG, lambda: outcome(lambda: right_share(settings)))


def many_shares(chance):
    shares = [a_share(chance) for _ in range(chance.randint(5, 30))]
    return Act(f"{len(shares)} shares", LONG, lambda: _all_came([act.do() for act in shares]))


def _all_came(outcomes):
    return " + ".join(sorted(set(outcomes)))


def either(chance):
    return chance.choice([a_misdeed, a_share])(chance)


def an_interrupt(chance):
    act, delays = either(chance), _moments(chance)

    def do():
        with interrupted(delays):
            try:
                return act.do()
            except KeyboardInterrupt:
                return "KeyboardInterrupt"

    return act._replace(do=do)


def a_lost_server(chance):
    return _with_a_loss(either(chance), kill_server, _moments(chance))


def a_lost_process(chance):
    """Any process below the kernel: the server, the one that it has forked ahead, one of the run."""
    which = chance.randrange(10)

    def kill_one():
        if below := psutil.Process().children(recursive=True):
            _kill(below[which % len(below)].pid)

    return _with_a_loss(either(chance), kill_one, _moments(chance))


def _with_a_loss(act, kill, delays):
    def do():
        with meanwhile(kill, delays):
            came = act.do()
        outcome(share)  # a process that was killed this moment may still look alive, and take one more run along
        return came

    return act._replace(do=do)


def _moments(chance):
    """When something happens: sometimes at the start of a run, sometimes late, and perhaps again soon after."""
    first = chance.uniform(0, chance.choice([0.005, 0.05, 0.5]))
    return [first, *(chance.uniform(0, 0.01) for _ in range(chance.randrange(3)))]


def a_server_lost_between_runs(chance):
    act = either(chance)

    def do():
        kill_server()
        SERVER._started.process.wait(LONG)
        return act.do()

    return act._replace(do=do)


def two_at_once(chance):
    acts, delays = [either(chance), either(chance)], chance.choice([[], _moments(chance)])

    def do():
        with ThreadPoolExecutor(2) as threads:
            return _all_came(threads.map(lambda act: act.do(), acts))

    names, seconds = " beside ".join(act.name for act in acts), sum(act.seconds for act in acts)
    return _with_a_loss(Act(names, seconds, do), kill_server, delays)


KERNEL = """
from misdeeds import MISDEEDS
from shmlesson import program
from stress import outcome
print("ready")
while True:
    outcome(lambda: program(MISDEEDS[{name!r}], timeout={timeout}))
"""


def a_lost_kernel(chance):
    """The notebook itself is killed; what it ran must end all the same."""
    name, delay = chance.choice(list(MISDEEDS)), chance.uniform(0, 0.5)
    script = _with_tests_on_its_path(KERNEL.format(name=name, timeout=chance.uniform(0.1, 10)))

    def do():
        with running(script) as kernel:
            next_line(kernel)
            threading.Event().wait(delay)
            kernel.kill()
        return "lost"

    return Act(name, LONG, do)


def _with_tests_on_its_path(script):
    return f"import sys\nsys.path.insert(0, {os.path.dirname(__file__)!r})\n{script}"


POOR_KERNEL = """
import resource, traceback
from misdeeds import MISDEEDS
from shmlesson import program, share
from shmlesson.server import SERVER
from stress import outcome, right_share
{first}
before = resource.getrlimit(resource.RLIMIT_{what})
resource.setrlimit(resource.RLIMIT_{what}, ({limit}, before[1]))
try:
    try:
        came = outcome(lambda: {act}, OSError, MemoryError, ValueError)
    finally:
        resource.setrlimit(resource.RLIMIT_{what}, before)
    print(came, share().child.saw)
except BaseException:
    traceback.print_exc(file=sys.stdout)
SERVER.stop()
"""


def a_poor_kernel(chance):
    """A notebook that has too little of something, before its fork server has started or after."""
    what, limit = chance.choice([("AS", chance.randrange(1 << 27, 1 << 29)), ("NOFILE", chance.randrange(3, 250))])
    settings, name = some_settings(chance), chance.choice(list(MISDEEDS))
    act = chance.choice([f"right_share({settings})", f"program(MISDEEDS[{name!r}], timeout=0.5)"])
    first = chance.choice(["share()", ""])
    script = _with_tests_on_its_path(POOR_KERNEL.format(first=first, what=what, limit=limit, act=act))

    def do():
        said = answer(script)
        assert said.endswith(" 100 x 61 'a'\n"), f"the kernel said {said}"
        return said.partition(" ")[0]

    return Act(f"{what} {limit} {first} {act}", LONG, do)


# What share should give


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


def right_share(settings):
    """The run, once what its processes saw and wrote is what plain ``bytes`` say it should be."""
    run = share(**settings)
    writer, reader = (run.parent, run.child) if settings["writer"] == "parent" else (run.child, run.parent)
    zeros, written = bytes(settings["size"]), _byte(settings["fill"]) * settings["size"]
    assert _bytes(writer.wrote) == written, f"it wrote {writer.wrote}"
    assert _bytes(reader.saw) in _may_see(settings, zeros, written) or _is_mixed(settings, reader.saw), reader.saw
    return run


def _byte(fill):
    return fill.encode() if isinstance(fill, str) else bytes([fill])


def _bytes(contents):
    return b"".join(bytes([byte]) * length for _, length, byte in contents.runs)


def _may_see(settings, zeros, written):
    shared = settings["memory"] == "shared" and settings["made"] == "before"
    return [written] if shared and not _races(settings) else [zeros]


def _races(settings):
    return settings["wait"] in ("none", "sleep")


def _is_mixed(settings, saw):
    """Whether a reader that did not wait has seen a block that was being written."""
    shared = settings["memory"] == "shared" and settings["made"] == "before"
    return shared and _races(settings) and {byte for *_, byte in saw.runs} <= {0, _byte(settings["fill"])[0]}


# What share and program should refuse


class Rude:
    """A value that says of itself more than fits in a line."""

    def __repr__(self):
        return "one\ntwo"


NOTHING_GOOD = [None, True, 0, -1, 0.5, math.nan, math.inf, "", "x" * 10_000, "ä", b"a", [], 10**5000, Rude(), object()]
GOOD = {
    "size": lambda value: False,
    "fill": lambda value: type(value) is int and 0 <= value <= 255,
    "wait": lambda value: False,
    "seconds": lambda value: value is None,
    "memory": lambda value: False,
    "made": lambda value: False,
    "writer": lambda value: False,
    "timeout": lambda value: value == 0.5,
}


def a_bad_value(chance):
    name = chance.choice(list(GOOD))
    value = chance.choice([value for value in NOTHING_GOOD if not GOOD[name](value)])
    return Act(f"{name}={_said(value)}", 0, lambda: _refused(lambda: share(**{name: value})))


def a_bad_program(chance):
    name = chance.choice(["source", "timeout", "processes"])
    value = chance.choice([None, True, 0, -1, b"pass", "if", "\0", "\udcff", math.nan, [], Rude(), 10**5000])
    return Act(f"{name}={_said(value)}", 0, lambda: _refused(lambda: program(**{"source": "pass", name: value})))


def _said(value):
    return f"{type(value).__name__} {value!r}"[:40] if not isinstance(value, int) else hex(value)[:40]


def _refused(call):
    came = outcome(call, ValueError, TypeError, SyntaxError)
    assert came != "Run", "it was not refused"
    return came


KINDS = {
    "a misdeed": a_misdeed,
    "an interrupt": an_interrupt,
    "the server is killed": a_lost_server,
    "the server is killed between runs": a_server_lost_between_runs,
    "a process is killed": a_lost_process,
    "two threads": two_at_once,
    "the kernel is killed": a_lost_kernel,
    "the kernel has too little": a_poor_kernel,
    "a share": a_share,
    "many shares": many_shares,
    "a bad value": a_bad_value,
    "a bad program": a_bad_program,
}

if __name__ == "__main__":
    sys.exit(main())
