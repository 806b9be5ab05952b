# title: The handler sets the event that it has interrupted the wait for
# misconception: M11
# verdicts: waits for ever 18 24 32
# timeout: 2
# needs: linux

import multiprocessing
import os
import signal
import time

fork = multiprocessing.get_context("fork")
done = fork.Event()
ready = fork.Event()


def stop(number, frame):
    done.set()


def work():
    signal.signal(signal.SIGTERM, stop)
    ready.set()
    done.wait()


worker = fork.Process(target=work)
worker.start()
ready.wait()
time.sleep(0.3)
os.kill(worker.pid, signal.SIGTERM)
worker.join()
