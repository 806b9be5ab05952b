"""What happens in the middle of a run: something done by another thread, or an interrupt."""

import contextlib
import os
import signal
import threading


@contextlib.contextmanager
def meanwhile(act, delays):
    """Do ``act`` in another thread after each of these delays in seconds, until the ``with`` is over."""
    over = threading.Event()
    thread = threading.Thread(target=_act_later, args=(act, delays, over))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _act_later(act, delays, over):
    for delay in delays:
        if over.wait(delay):
            return
        act()


def interrupted(act, delays):
    """What came of ``act``, or of the interrupt of the notebook after one of these delays in seconds.

    Only our own lines are interrupted: an interrupt anywhere else would end the stress run.
    """
    before = signal.signal(signal.SIGINT, _interrupt)
    try:
        with meanwhile(lambda: os.kill(os.getpid(), signal.SIGINT), delays):
            return act()
    except KeyboardInterrupt:
        return "KeyboardInterrupt"
    finally:
        signal.signal(signal.SIGINT, before)


def _interrupt(number, frame):
    while frame:
        if frame.f_globals.get("__name__", "").startswith("shmlesson."):
            raise KeyboardInterrupt
        frame = frame.f_back
