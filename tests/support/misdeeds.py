"""Programs that misbehave, by name: what a first fork may do, and what every run must survive."""


def in_role(role, act):
    """A program that forks one child; the process in this role does ``act``, and the parent reaps."""
    test = f"(pid == 0) == {role != 'parent'}"
    return f"import os, signal, sys\npid = os.fork()\nif {test}:\n    {act}\npid and os.wait()"


def limited(name, limit, act):
    """A program that gives itself a limit, as the system may have one, and runs into it."""
    return f"import os, resource\nresource.setrlimit(resource.RLIMIT_{name}, ({limit}, {limit}))\n{act}"


def in_both_roles(acts):
    return {f"{role} {name}": in_role(role, act) for name, act in acts.items() for role in ("parent", "child 1")}


def reporting(line):
    """An act that writes ``line`` where processes report to the fork server."""
    return f"os.write(200, {line.encode()} + bytes([10]))"


def reporting_as_parent(kind, detail, pid=1):
    return reporting(f'{{"process": "parent", "pid": {pid}, "kind": "{kind}", "time": 1, "detail": {detail}}}')


# What one process does, and ends

READ_NOTHING = "import ctypes; ctypes.string_at(0)"
TOUCH_A_TRUNCATED_FILE = (
    "import mmap, tempfile; file = tempfile.TemporaryFile(); file.truncate(1); block = mmap.mmap(file.fileno(), 1); "
    "file.truncate(0); block[0]"
)
ENDS = {
    "leaves at once": "os._exit(3)",
    "raises an error": "1 / 0",
    "exits": "sys.exit('a reason')",
    "falls off the end": "pass",
    "kills itself": "os.kill(os.getpid(), signal.SIGKILL)",
    "kills its parent": "os.kill(os.getppid(), signal.SIGKILL)",  # the parent's own is the fork server
    "kills its group": "os.killpg(0, signal.SIGKILL)",
    "reads memory it does not have": READ_NOTHING,
    "reads a file that is gone": TOUCH_A_TRUNCATED_FILE,
    "aborts": "os.abort()",
    "closes every descriptor": "os.closerange(0, 4096); os._exit(7)",
    "closes its streams": "sys.stdout.close(); sys.stderr.close()",
    "is another program": "os.execvp('sh', ['sh', '-c', 'echo other; exit 5'])",
    "reads the terminal": "open('/dev/tty')",
    "asks for input": "input()",
    "prints 100 MB": "for _ in range(100): print('x' * 999_999)",
    "prints what is no text": "os.write(2, b'\\xc3'); sys.stdout.buffer.write(bytes(range(256)) * 99)",
    "cuts a report short": "os.write(200, b'{'); os.kill(os.getpid(), signal.SIGKILL)",
    "reports no JSON": reporting("junk"),
    "reports a list": reporting("[1]"),
    "reports too little": reporting('{"kind": "prints"}'),
    "reports what has the wrong types": reporting('{"process": 1, "pid": "", "kind": [], "time": {}, "detail": 5}'),
    "reports a part and no rest": reporting('{"part": "{", "of": 1, "last": false}'),
    "reports a nest": "os.write(200, b'[' * 100_000 + b']' * 100_000); os.write(200, bytes([10]))",
    "reports contents that are none": reporting_as_parent("reads", '{"contents": [1]}'),
    "reports the birth of nobody": reporting_as_parent("born", '{"ppid": 1, "returned": null}', pid=1 << 70),
    "reports a reaping that is none": reporting_as_parent("reaps", '{"pid": [], "ended": 0}'),
    "reports a limit that is none": reporting_as_parent("limit", '{"processes": "many"}'),
}

# What one process does until it is ended

GOES_ON = {
    "loops": "while True: pass",
    "stops itself": "os.kill(os.getpid(), signal.SIGSTOP)",
    "stops its group": "os.killpg(0, signal.SIGSTOP)",
    "ignores signals": "[signal.signal(number, signal.SIG_IGN) for number in (2, 15)]\n    while True: signal.pause()",
    "blocks signals": "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n    while True: pass",
    "becomes another program": "os.execvp('sleep', ['sleep', '60'])",
    "closes every descriptor and loops": "os.closerange(0, 4096)\n    while True: pass",
    "waits for a thread": "import threading; threading.Thread(target=threading.Event().wait).start()",
    "prints without end": "while True: print('x')",
    "maps without end": "import mmap\n    while True: mmap.mmap(-1, 1).close()",
    "reports without end": "while True: os.write(200, b'x' * 4096)",
}

# Whole programs

BOMB = "import os\nwhile True:\n    os.fork()"
STUBBORN = "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass"
GROWN = "import mmap\nblock = mmap.mmap(-1, 4096)\nblock.resize(8192)\nblock[8191] = 1"
LATE = "import os\nr, w = os.pipe()\nif os.fork() == 0:\n    os.close(w)\n    os.read(r, 1)\n    print('late')"
THREADS_THAT_FORK = """\
import os, threading
def act():
    os.waitpid(os.fork() or os._exit(0), 0)
for thread in [threading.Thread(target=act) for _ in range(10)]:
    thread.start()
"""
DAEMON = """\
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
    print("daemon", flush=True)
    while True: time.sleep(60)
os.wait()
"""
RUNAWAY = """\
import os
os.closerange(3, 4096)
for _ in range(10_000):
    if os.fork():
        os._exit(0)
    os.setsid()
while True: pass
"""
HUNDRED = "import os, signal\nfor _ in range(100):\n    if os.fork() == 0: break\nwhile True: signal.pause()"
FULL_PIPE = "import os\nr, w = os.pipe()\npid = os.fork() or os._exit(os.write(w, bytes(65_537)) == 0)\nos.wait()"

ENDING = in_both_roles(ENDS) | {
    "a parent that dies before its child": LATE,
    "a parent that never waits": "import os\nos.fork() or os._exit(0)",
    "a hundred children that end": "import os\nfor _ in range(100):\n    os.fork() or os._exit(_)",
    "threads that fork": THREADS_THAT_FORK,
    "a fork loop": BOMB,
    "a stubborn fork loop": STUBBORN,
    "a block that is grown": GROWN,
    "no memory": limited("AS", 1 << 28, "bytearray(1 << 30)"),
    "no memory to the last byte": limited("AS", 1 << 28, "hoard = []\nwhile True: hoard.append(bytes(100))"),
    "no memory for a child": limited("AS", 1 << 28, "os.fork()\nbytearray(1 << 30)"),
    "no descriptors": limited("NOFILE", 30, "while True: os.dup(0)"),
}
ENDLESS = in_both_roles(GOES_ON) | {
    "a parent that dies before its endless child": "import os, time\nif os.fork():\n    os._exit(0)\ntime.sleep(60)",
    "a parent that waits before it reads": FULL_PIPE,
    "a hundred children": HUNDRED,
    "a daemon": DAEMON,
    "a busy daemon": DAEMON.replace("time.sleep(60)", "pass"),
    "a daemon that runs away": RUNAWAY,
}
MISDEEDS = ENDING | ENDLESS
