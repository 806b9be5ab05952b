# title: The child that has made the named memory is killed before it unlinks it
# misconception: M25
# verdicts: left behind 16
# verdicts: signal 26
# needs: linux

import multiprocessing
import os
import signal
from multiprocessing import shared_memory

fork = multiprocessing.get_context("fork")


def make(ready):
    memory = shared_memory.SharedMemory(create=True, size=10)
    ready.set()
    signal.pause()
    memory.unlink()


ready = fork.Event()
child = fork.Process(target=make, args=(ready,))
child.start()
ready.wait()
os.kill(child.pid, signal.SIGKILL)
child.join()
