"""The machine: what may be done to the kernel and its fork server, and what must be true after each step."""

import contextlib
import os
import signal
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

import left_behind
from shmlesson import share
from shmlesson.client.server import SERVER
from stress import calls, other_kernels
from stress.calls import LONG, Call, runs, seconds
from stress.meanwhile import interrupted, meanwhile
from stress.oracle import all_came, outcome
from stress.table import TABLE

TOO_LATE = 5.0  # seconds beyond its deadline that no load excuses
NAMED = Path("/dev/shm")  # where Linux has memory with a name
# When something happens: sometimes at the start of a run, sometimes late, and perhaps again soon after.
moments = st.builds(
    lambda first, more: [first, *more],
    st.one_of(seconds(0, 0.005), seconds(0, 0.05), seconds(0, 0.5)),
    st.lists(seconds(0, 0.01), max_size=2),
)
limits = st.tuples(st.just("AS"), st.integers(1 << 27, 1 << 29)) | st.tuples(st.just("NOFILE"), st.integers(3, 250))


class WentWrong(BaseException):
    """With the last step, and the error as its cause. No ``Exception``: hypothesis does what has raised one once more.

    It may well go right then, and the error of the first time would be lost.
    """


class Stress(RuleBasedStateMachine):
    """Calls and faults in any order. After each of them all is as it was before the first."""

    def __init__(self):
        super().__init__()
        share()
        self.before = left_behind.Before()
        self.threads, self.files = threading.active_count(), os.listdir(tempfile.gettempdir())
        self.steps = ["step 0, nothing"]

    def teardown(self):
        error = sys.exc_info()[1]
        if isinstance(error, Exception) and not isinstance(error, HypothesisException):
            raise WentWrong(self.steps[-1]) from error

    def do(self, call):
        """Do it, in time."""
        self.steps.append(f"step {len(self.steps)}, {call.kind}: {call.name}")
        start = time.monotonic()
        came = call.do()
        beyond = time.monotonic() - start - call.seconds
        TABLE.add(call, came, beyond)
        assert beyond <= TOO_LATE, f"it took {beyond:.1f} s more than its {call.seconds:.2f} s"

    @rule(call=calls.calls)
    def call(self, call):
        self.do(call)

    @rule(call=runs, delays=moments)
    def interrupt(self, call, delays):
        self.do(call._replace(kind="interrupt", do=lambda: interrupted(call.do, delays)))

    @rule(call=runs, delays=moments)
    def server_is_killed(self, call, delays):
        self.do(with_a_loss(call._replace(kind="server is killed"), kill_server, delays))

    @rule(call=runs)
    def server_is_killed_between_runs(self, call):
        self.do(call._replace(kind="server is killed between runs", do=lambda: kill_server_before(call)))

    @rule(call=runs, which=st.integers(0, 9), delays=moments)
    def process_is_killed(self, call, which, delays):
        """Any one below the kernel: the server, the one that it has forked ahead, one of the run."""
        self.do(with_a_loss(call._replace(kind="process is killed"), lambda: kill_nth(which), delays))

    @rule(one=runs, other=runs, delays=st.one_of(st.just([]), moments))
    def two_threads(self, one, other, delays):
        name, most = f"{one.name} beside {other.name}", one.seconds + other.seconds
        self.do(with_a_loss(Call("two threads", name, most, lambda: at_once(one, other)), kill_server, delays))

    @rule(name=calls.names, timeout=seconds(0.1, 10), delay=seconds(0, 0.5))
    def kernel_is_killed(self, name, timeout, delay):
        self.do(Call("kernel is killed", name, LONG, lambda: other_kernels.killed(name, timeout, delay)))

    @rule(limit=limits, settings=calls.settings_of_share(), misdeed=st.none() | calls.names, first=st.booleans())
    def kernel_has_too_little(self, limit, settings, misdeed, first):
        """Too little of something, before its fork server has started or after (``first``)."""
        act = f"program(MISDEEDS[{misdeed!r}], timeout=0.5)" if misdeed else f"right_share({settings})"
        name = f"{'share() first, ' * first}{limit}: {act}"
        self.do(Call("kernel has too little", name, LONG, lambda: other_kernels.poor(*limit, act, first)))

    @invariant()
    def a_share_is_right(self):
        """The first in the alphabet, which is the order of invariants: the others need a server that is alive."""
        saw = str(share(timeout=LONG).child.saw)
        assert saw == "100 x 61 'a'", f"the next share saw {saw}"

    @invariant()
    def no_descriptor_is_new_or_missing(self):
        self.check_same(
            "descriptors", self.before.descriptors, left_behind.open_descriptors() - left_behind.server_pipes()
        )

    @invariant()
    def no_memory_with_a_name_is_left(self):
        self.check_same("pieces of memory with a name", [], list(NAMED.glob(f"{calls.PREFIX}*")))

    @invariant()
    def no_process_is_left(self):
        """But for the server and the one that it has forked ahead, whoever's children they may be by now."""
        self.check_same("new children", [], self.before.children_since())
        self.check_same("orphans", [], [psutil.Process(pid) for pid in self.before.orphans_since()])

    @invariant()
    def no_temporary_file_is_left(self):
        self.check_same("temporary files", self.files, os.listdir(tempfile.gettempdir()))

    @invariant()
    def no_thread_is_left(self):
        self.check_same("threads", self.threads, threading.active_count())

    @staticmethod
    def check_same(what, before, now):
        assert now == before, f"{what}: there were {before} before, and are {now}"


def with_a_loss(call, kill, delays):
    """The call, with ``kill`` in the midst of it."""

    def do():
        with meanwhile(kill, delays):
            came = call.do()
        outcome(share)  # a process that was killed this moment may still look alive, and take one more run along
        return came

    return call._replace(do=do)


def at_once(*both):
    with ThreadPoolExecutor(2) as threads:
        return all_came(threads.map(lambda call: call.do(), both))


def kill_server():
    if started := SERVER._started:
        kill(started.process.pid)


def kill_server_before(call):
    kill_server()
    SERVER._started.process.wait(LONG)
    return call.do()


def kill_nth(number):
    """Kill one of the processes below the kernel, if there is any."""
    if below := psutil.Process().children(recursive=True):
        kill(below[number % len(below)].pid)


def kill(pid):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
