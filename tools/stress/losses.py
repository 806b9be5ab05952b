"""Acts in which a run is interrupted, meets another one, or loses a process that it needs."""

import contextlib
import os
import signal
from concurrent.futures import ThreadPoolExecutor

import psutil

from shmlesson import share
from shmlesson.client.server import SERVER
from stress.act import LONG, Act
from stress.meanwhile import interrupted, meanwhile
from stress.outcome import all_came, outcome
from stress.runs import either


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
    return _with_a_loss(either(chance), _kill_server, _moments(chance))


def a_lost_process(chance):
    """Any process below the kernel: the server, the one that it has forked ahead, one of the run."""
    which = chance.randrange(10)

    def kill_one():
        if below := psutil.Process().children(recursive=True):
            _kill(below[which % len(below)].pid)

    return _with_a_loss(either(chance), kill_one, _moments(chance))


def a_server_lost_between_runs(chance):
    act = either(chance)

    def do():
        _kill_server()
        SERVER._started.process.wait(LONG)
        return act.do()

    return act._replace(do=do)


def two_at_once(chance):
    acts, delays = [either(chance), either(chance)], chance.choice([[], _moments(chance)])

    def do():
        with ThreadPoolExecutor(2) as threads:
            return all_came(threads.map(lambda act: act.do(), acts))

    names, seconds = " beside ".join(act.name for act in acts), sum(act.seconds for act in acts)
    return _with_a_loss(Act(names, seconds, do), _kill_server, delays)


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


def _kill_server():
    if started := SERVER._started:
        _kill(started.process.pid)


def _kill(pid):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
