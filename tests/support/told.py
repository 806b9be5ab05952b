"""What real runs report, word for word: caught on its way into the log."""

from shmlesson.client import experiment as runs
from shmlesson.client.log import Log

EVERYTHING = """\
import fcntl, mmap, multiprocessing as mp, os, signal, socket, tempfile, time
mp = mp.get_context("fork")
block, own = mmap.mmap(-1, 100), mmap.mmap(-1, 50, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
r, w = os.pipe()
a, b = socket.socketpair()
lock, word, event, barrier = mp.Lock(), mp.Semaphore(0), mp.Event(), mp.Barrier(2)
value, array = mp.Value("i", 0), mp.Array("i", 4)
total = 0
print("begun, ", end="")
for _ in range(2):
    if os.fork() == 0:
        total = total + 1
        with lock:
            block[0] = block[0] + 1
        own[3] = 7
        block[40:60] = bytes(range(20))
        view = memoryview(block)
        view[70] = 5
        value.value += 1
        array[1] = 5
        os.write(w, b"abc")
        word.release()
        event.set()
        with tempfile.TemporaryFile() as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            fcntl.flock(file, fcntl.LOCK_UN)
        if os.fork() == 0:
            os._exit(3)
        os.wait()
        b.send(b"x")
        os._exit(0)
word.acquire()
event.wait()
os.read(r, 10)
a.recv(1)
time.sleep(0.001)
print(block[0], own[3], value.value, list(array), total)
os.wait()
os.wait()
pid = os.fork()
if pid == 0:
    barrier.wait()
    signal.pause()
barrier.wait()
os.kill(pid, signal.SIGTERM)
os.waitpid(pid, 0)
os.close(w)
os.read(r, 99)
os.read(r, 99)
"""

STUCK = """\
import multiprocessing as mp, os
one, other = mp.Lock(), mp.Lock()
r, w = os.pipe()
if os.fork() == 0:
    with other:
        os.read(r, 1)
        with one:
            pass
    os._exit(0)
with one:
    os.write(w, b"x")
    with other:
        pass
os.wait()
"""


def reports_of(act, monkeypatch):
    """What the processes of the run that ``act`` makes report, and the text of its program."""
    logs = []

    class Caught(Log):
        def __init__(self, *arguments, **facts):
            super().__init__(*arguments, **facts)
            self.caught = []
            logs.append(self)

        def add(self, report):
            super().add(report)
            self.caught.append(report)

    with monkeypatch.context() as patch:
        patch.setattr(runs, "Log", Caught)
        act()
    return logs[0].caught, logs[0].source
