"""What a learner's program, the system, and the notebook can do to a run; after each of it the next run works."""

import asyncio
import contextlib
import os
import random
import resource
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kernels import answer
from left_behind import open_descriptors, still_alive
from misdeeds import DAEMON, FULL_PIPE, GROWN, HUNDRED, READ_NOTHING, TOUCH_A_TRUNCATED_FILE, in_role, limited
from shmlesson import explore, program, share
from shmlesson.client import server
from shmlesson.errors import ProcessLost, ServerLost
from shmlesson.views.text import sentences

DEADLINE = 20  # seconds that a thread or a process of these tests may take
LATE = 2  # seconds in which a program is at its endless part, on a busy machine too

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has subreapers and these limits")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture(autouse=True)
def the_next_run_works(nothing_is_left_behind):
    """After each test, and before the fork server is ended."""
    yield
    assert str(share().child.saw) == "100 x 61 'a'"


def alive(run):
    """The IDs of the run's processes that are still there."""
    return still_alive([process.pid for process in run.processes])


# The program: how its processes end


@pytest.mark.parametrize("role", ["parent", "child 1"])
@pytest.mark.parametrize(
    ("act", "ended_by"), [(READ_NOTHING, signal.SIGSEGV), (TOUCH_A_TRUNCATED_FILE, signal.SIGBUS)], ids=["nil", "file"]
)
def test_a_process_that_touches_memory_it_does_not_have_is_named_with_its_signal(role, act, ended_by):
    run = program(in_role(role, act))

    assert (run[role].signal, run[role].exit_code) == (ended_by, None)
    assert f"ended by {ended_by.name}" in sentences.story(run)


def test_a_block_that_a_program_grows_is_lost_or_refused_and_either_is_said():
    run = program(GROWN)

    refused = run.parent.printed.splitlines()[-1:]
    assert run.parent.signal == signal.SIGBUS or refused[0].startswith(("ValueError: ", "SystemError: "))


@pytest.mark.parametrize("role", ["parent", "child 1"])
@pytest.mark.parametrize(
    "act",
    [
        "os.kill(os.getpid(), signal.SIGSTOP)",
        "[signal.signal(number, signal.SIG_IGN) for number in (2, 15)]\n    while True: signal.pause()",
        "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n    while True: pass",
        "os.execvp('sleep', ['sleep', '60'])",
    ],
    ids=["stops itself", "ignores signals", "blocks signals", "becomes another program"],
)
def test_a_process_that_nothing_moves_is_ended_at_the_deadline(role, act):
    run = program(in_role(role, act), timeout=LATE)

    assert (run.stopped_after, run[role].stopped) == (LATE, True)
    assert alive(run) == []


def test_a_child_that_becomes_another_program_prints_and_ends_as_that_one():
    run = program(in_role("child 1", "os.execvp('sh', ['sh', '-c', 'echo other; exit 5'])"))

    assert (run.stray, run.child.exit_code, run.parent.exit_code) == ("other\n", 5, 0)


@on_linux
@pytest.mark.parametrize("loop", ["while True: time.sleep(60)", "while True: pass"], ids=["sleeping", "busy"])
def test_a_daemon_that_keeps_every_descriptor_is_ended_at_the_deadline(loop):
    run = program(DAEMON.replace("while True: time.sleep(60)", loop), timeout=LATE)

    assert (run.parent.exit_code, run.child.exit_code) == (0, 0)
    assert (run["child 1.1"].printed, run["child 1.1"].stopped) == ("daemon\n", True)
    assert alive(run) == []


@pytest.mark.parametrize("role", ["parent", "child 1"])
def test_a_process_that_closes_every_descriptor_goes_on_and_ends_as_alone(role):
    run = program(in_role(role, "os.closerange(0, 4096); os._exit(7)"))

    assert run[role].exit_code == 7


def test_a_program_without_descriptors_still_forks_and_reaps():
    source = "import os\nos.closerange(0, 4096)\npid = os.fork() or os._exit(8)\nos._exit(os.wait()[1] >> 8)"

    assert program(source).parent.exit_code == 8


def test_a_hundred_children_at_once_are_all_ended_at_the_limit():
    # Whoever is refused a fork waits, too: else the parent's own error may end it before the server does.
    waits = HUNDRED.replace("100", "101").replace("    if", "    try:\n        if")
    waits = waits.replace("break\n", "break\n    except BlockingIOError: break\n")

    run = program(waits, processes=101, timeout=60, watch=lambda event: None)

    assert len(run.children) == 100
    assert all(process.stopped for process in run.processes)
    assert alive(run) == []


@pytest.mark.parametrize("daemon", [True, False])
def test_a_program_waits_for_its_threads_up_to_the_deadline_but_for_no_daemon_thread(daemon):
    source = f"import threading as t\nt.Thread(target=t.Event().wait, daemon={daemon}).start()\nprint('last line')"

    run = program(source, timeout=DEADLINE if daemon else LATE)

    assert (run.parent.printed, run.stopped_after) == ("last line\n", None if daemon else LATE)
    assert alive(run) == []


@pytest.mark.parametrize(
    "printing",
    ["print('x' * 999_999)", "os.write(2, b'x' * 1_000_000)", "os.write(out, b'x' * 1_000_000)"],
    ids=["printed", "written", "written past the report"],
)
def test_twenty_megabytes_printed_are_counted_and_hold_nothing_up(printing):
    source = f"import os\nout = os.dup(1)\nfor _ in range(20):\n    {printing}"

    run = program(source, timeout=DEADLINE)

    assert (run.parent.exit_code, run.stopped_after) == (0, None)
    assert len(run.parent.printed + run.stray) <= 4 << 20
    assert len(run.parent.printed + run.stray) + run.dropped == 20_000_000


@pytest.mark.parametrize(("size", "waiting"), [(1 << 16, []), ((1 << 16) + 1, ["parent", "child 1"])])
def test_a_parent_that_waits_before_it_reads_waits_for_ever_once_the_pipe_is_full(size, waiting):
    run = program(FULL_PIPE.replace("65_537", str(size)), timeout=LATE if waiting else DEADLINE)

    assert [process.name for process in run.processes if process.stopped] == waiting


# The system: what it has too little of

RUNS_OUT = {
    "memory": (limited("AS", 1 << 28, "bytearray(1 << 30)"), "MemoryError"),
    "descriptors": (limited("NOFILE", 30, "while True: os.dup(0)"), "OSError: [Errno 24] Too many open files"),
    "processes": (limited("NPROC", 0, "os.setuid(65534); os.fork()"), "BlockingIOError: [Errno 11] "),
}


@on_linux
@pytest.mark.parametrize("of", [*list(RUNS_OUT)[:2], pytest.param("processes", marks=as_root)])
def test_a_program_that_runs_out_says_of_what_and_on_which_line(of):
    source, error = RUNS_OUT[of]

    run = program(source)

    first, where, *_, last = run.parent.printed.splitlines()
    assert (first, where) == ("Traceback (most recent call last):", '  File "program.py", line 3, in <module>')
    assert last.startswith(error)
    assert (run.parent.printed.count("File "), run.parent.exit_code) == (1, 1)


@on_linux
@as_root
def test_a_program_that_becomes_another_user_is_ended_at_the_deadline():
    run = program(in_role("child 1", "os.setuid(65534); signal.pause()"), timeout=LATE)

    assert run.child.stopped
    assert alive(run) == []


@on_linux
def test_a_block_beyond_the_systems_limit_of_memory_is_an_error_that_says_so():
    said = answer("""
import resource
from shmlesson import share
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
try:
    share(1 << 30)
except Exception as error:
    print(type(error).__name__, error)
print(share().child.saw)
""")

    lost = "ProcessLost share(1073741824, 'a') lost a process: parent exited with 1 (OSError: [Errno 12]"
    assert said.startswith(lost)
    assert said.endswith("\n100 x 61 'a'\n")


@pytest.fixture
def no_descriptors():
    """A kernel that cannot open one descriptor more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(open_descriptors()) + 1, hard))
    taken = []
    try:
        while True:
            taken.append(os.dup(0))
    except OSError:
        yield
    finally:
        for descriptor in taken:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("act", [share, lambda: program("pass")], ids=["share", "program"])
def test_a_kernel_out_of_descriptors_gets_an_error_that_says_so(request, act):
    request.getfixturevalue("no_descriptors")

    with pytest.raises(ServerLost, match=r"the fork server could not be started \(.*Too many open files"):
        act()


@pytest.mark.parametrize("act", [share, lambda: program("pass")], ids=["share", "program"])
def test_a_server_that_is_up_needs_no_descriptor_of_the_kernels(request, act):
    share()
    request.getfixturevalue("no_descriptors")

    assert act().parent.exit_code == 0


NO_SECOND_FORK = """\
import os
fork, server = os.fork, os.getpid()
def half_way():
    if os.getpid() == server:
        return fork()
    raise BlockingIOError(11, "Resource temporarily unavailable")
os.fork = half_way
"""


def test_a_fork_that_fails_half_way_is_an_error_that_says_so(monkeypatch):
    monkeypatch.setattr(server, "_START", server._START.replace("main()", f"exec({NO_SECOND_FORK!r}); main()"))

    with pytest.raises(ProcessLost, match=r"parent exited with 1 \(BlockingIOError: .* temporarily unavailable\)$"):
        share()

    monkeypatch.undo()
    server.SERVER.stop()


@pytest.mark.parametrize("role", ["parent", "child 1"])
def test_a_process_that_reads_the_terminal_has_none_and_nothing_hangs(role):
    run = program(in_role(role, "open('/dev/tty')"))

    assert run[role].printed.splitlines()[-1].startswith("OSError: ")
    assert run[role].exit_code == 1


@on_linux
def test_without_proc_a_run_comes_back_and_one_without_end_is_ended(monkeypatch):
    patch = "import os; os.listdir = lambda folder: os.stat(f'/nowhere/{folder}'); "  # FileNotFoundError, as for /proc
    monkeypatch.setattr(server, "_START", server._START.replace("main()", patch + "main()"))

    run = program(in_role("child 1", "signal.pause()"), timeout=LATE)

    assert [process.stopped for process in run.processes] == [True, True]
    assert alive(run) == []


LEAVES_THE_SESSION = "os.setsid(); print(1, flush=True); signal.pause()"


@on_linux
def test_without_proc_a_process_that_has_left_the_session_is_ended_all_the_same(monkeypatch):
    patch = "import os; os.listdir = lambda folder: os.stat(f'/nowhere/{folder}'); "
    monkeypatch.setattr(server, "_START", server._START.replace("main()", patch + "main()"))

    run = program(in_role("child 1", LEAVES_THE_SESSION), timeout=LATE)

    assert (run.child.printed, run.child.stopped) == ("1\n", True)
    assert alive(run) == []


def test_without_a_subreaper_a_daemon_is_ended_all_the_same(monkeypatch):
    patch = "from shmlesson.forkserver import tree; tree._call_prctl = None; "
    monkeypatch.setattr(server, "_START", server._START.replace("main()", patch + "main()"))

    run = program(DAEMON, timeout=LATE)

    assert run["child 1.1"].printed == "daemon\n"
    assert alive(run) == []


@pytest.fixture
def deleted_folder(tmp_path, monkeypatch):
    """A working directory that is no longer there."""
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()


@on_linux
@pytest.mark.usefixtures("deleted_folder")
def test_in_a_folder_that_was_deleted_a_program_starts_in_the_root():
    with pytest.raises(FileNotFoundError):
        os.getcwd()

    assert program("import os\nprint(os.getcwd())").parent.printed == "/\n"
    assert share().child.exit_code == 0


@pytest.mark.parametrize(
    "name", ["PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONWARNINGS", "PYTHONMALLOC", "LANG"]
)
def test_a_variable_that_would_break_pythons_start_reaches_the_program_and_not_the_server(monkeypatch, name):
    monkeypatch.setenv(name, "/nowhere")

    run = program(f"import os\nprint(os.environ[{name!r}])")

    assert (run.parent.printed, run.parent.exit_code) == ("/nowhere\n", 0)


@pytest.mark.parametrize("name", ["json.py", "mmap.py", "traceback.py", "shmlesson.py", "os.py"])
def test_a_file_beside_the_notebook_with_a_modules_name_breaks_neither_server_nor_program(tmp_path, monkeypatch, name):
    (tmp_path / name).write_text("raise ImportError('the wrong file')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", ".", *sys.path])

    assert program("import os\npid = os.fork() or os._exit(0)\nos.wait()").parent.exit_code == 0
    assert share().child.exit_code == 0


@pytest.mark.parametrize("entry", ["lib", "/nowhere", "\udcff", Path("/nowhere"), b"/nowhere", None], ids=repr)
def test_an_entry_of_the_path_that_leads_nowhere_is_none_of_a_programs_concern(monkeypatch, entry):
    monkeypatch.setattr(sys, "path", [entry, *sys.path])

    run = program("import sys\nprint(ascii(sys.path[0]))")

    first = entry if isinstance(entry, str) else sys.path[1]
    assert run.parent.printed == f"{first!a}\n"


# The notebook: where it calls from, when it interrupts, how long it goes on


async def in_a_cell(act):
    """As a cell with ``await`` in it does: while an event loop is running."""
    return act()


WAYS = {
    "async cell": lambda act: asyncio.run(in_a_cell(act)),
    "thread of a cell": lambda act: asyncio.run(asyncio.to_thread(act)),
    "thread": lambda act: ThreadPoolExecutor(1).submit(act).result(DEADLINE),
}


@pytest.mark.parametrize("way", WAYS)
def test_it_does_not_matter_where_a_call_comes_from(way):
    assert str(WAYS[way](share).child.saw) == "100 x 61 'a'"
    assert WAYS[way](lambda: program("pass")).parent.exit_code == 0


INTERRUPTED = """
import os, random, signal, threading
import psutil
from shmlesson import program, share
from shmlesson.client.server import SERVER

def interrupted(number, frame):
    while frame:  # the test's own lines are not what is tested
        if "shmlesson" in frame.f_globals.get("__name__", ""):
            raise KeyboardInterrupt
        frame = frame.f_back

def interrupt(delays):
    for delay in delays:
        threading.Event().wait(delay)
        os.kill(os.getpid(), signal.SIGINT)

def act(turn):
    if turn % 3 == 2:
        SERVER.stop()  # so that the start of a server is interrupted, too
    share() if turn % 3 else program("import os\\nif os.fork(): os.wait()")

chance = random.Random({seed})
signal.signal(signal.SIGINT, interrupted)
count = 0
for turn in range(60):
    delays = [chance.uniform(0, 0.05), *(chance.uniform(0, 0.002) for _ in range({times} - 1))]
    thread = threading.Thread(target=interrupt, args=(delays,))
    thread.start()
    while thread.is_alive():
        try:
            act(turn)
        except KeyboardInterrupt:
            count += 1
    thread.join()
    assert str(share().child.saw) == "100 x 61 'a'", turn
    assert [child.pid for child in psutil.Process().children()] == [SERVER.pid], turn
SERVER.stop()
print(count > 30, psutil.Process().children(), len(os.listdir("/dev/fd")))
"""


@pytest.mark.parametrize("times", [1, 3])
def test_an_interrupt_at_any_moment_leaves_nothing_behind_and_the_next_run_works(times):
    seed = random.randrange(1_000_000)
    print("seed", seed)  # pytest shows it if this fails

    assert answer(INTERRUPTED.format(seed=seed, times=times)) == "True [] 4\n"


def test_a_second_interrupt_while_the_run_is_being_ended_keeps_no_later_run_waiting(monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    share()
    with monkeypatch.context() as patch:
        patch.setattr(server.ForkServer, "_end", interrupt)
        with pytest.raises(KeyboardInterrupt):
            program("import signal\nprint(1, flush=True)\nsignal.pause()", watch=interrupt)

    assert str(share(200, timeout=DEADLINE).child.saw) == "200 x 61 'a'"


def test_five_hundred_runs_leave_kernel_and_server_as_they_were():
    said = answer("""
import time
import psutil
from shmlesson import share
from shmlesson.client.server import SERVER

def runs(count):
    for _ in range(count):
        run = share()
    while SERVER._started.leader == run.parent.pid:  # until the server is ready for the next run
        SERVER._started.receive(time.monotonic() + 30)
    both = psutil.Process(), psutil.Process(SERVER.pid)
    return [(process.num_fds(), process.memory_info().rss) for process in both]

first, later = runs(100), runs(400)
print([after[0] - before[0] for before, after in zip(first, later)])
print([after[1] - before[1] <= 1 << 19 for before, after in zip(first, later)])
print([child.pid for child in psutil.Process().children()] == [SERVER.pid])
""")

    assert said == "[0, 0]\n[True, True]\nTrue\n"


RESTARTED = """
import os
from jupyter_client.manager import start_new_kernel

def printed():
    while True:
        message = client.get_iopub_msg(timeout=30)
        if message["msg_type"] == "stream":
            return [line.split("|")[1] for line in message["content"]["text"].splitlines()]

manager, client = start_new_kernel(kernel_name="python3", stderr=-3)
client.execute("%load_ext shmlesson")
client.execute({cell!r})
pids = []
while len(pids) < 2:
    pids += printed()
manager.shutdown_wait_time = 1  # seconds that it gives the kernel before it kills it
manager.restart_kernel(now={now})
print(*pids, flush=True)
manager.shutdown_kernel(now=True)
os._exit(0)  # nothing of the client's is of interest
"""
ENDLESS_CELL = """\
%%program --timeout 600
import os, signal
pid = os.fork()
print(os.getpid(), flush=True)
while True: signal.pause()
"""


@pytest.mark.parametrize("now", [True, False], ids=["killed", "asked"])
def test_a_kernel_that_is_restarted_during_a_run_leaves_none_of_its_processes(tmp_path, monkeypatch, now):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))

    pids = answer(RESTARTED.format(cell=ENDLESS_CELL, now=now)).split()

    assert len(pids) == 2
    assert still_alive([int(pid) for pid in pids]) == []


IN_A_SUBSHELL = """
from jupyter_client.manager import start_new_kernel

def ask(channel, kind, content, **header):
    message = client.session.msg(kind, content)
    message["header"] |= header
    channel.send(message)
    while True:
        reply = channel.get_msg(timeout=30)
        if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
            return reply["content"]

manager, client = start_new_kernel(kernel_name="python3", stderr=-3)
subshell = ask(client.control_channel, "create_subshell_request", {})["subshell_id"]
code = {"code": "from shmlesson import share", "user_expressions": {"saw": "str(share().child.saw)"}}
both = [ask(client.shell_channel, "execute_request", code, subshell_id=where) for where in (subshell, None)]
print(*[reply["user_expressions"]["saw"]["data"]["text/plain"] for reply in both], sep="\\n", flush=True)
client.stop_channels()
manager.shutdown_kernel(now=True)
os._exit(0)
"""


def test_a_call_from_a_subshell_works_like_any_other(tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))

    said = answer(f"import os\n{IN_A_SUBSHELL}")

    assert said == "\"100 x 61 'a'\"\n" * 2


# What a program keeps outside of its processes


KEEPS = """\
import os, tempfile, time
from multiprocessing import get_context
from multiprocessing.shared_memory import SharedMemory
memory = SharedMemory(create=True, size=100)
lock = get_context("spawn").Lock()
os.mkdir(os.path.join(tempfile.gettempdir(), "folder"))
open(os.path.join(tempfile.gettempdir(), "folder", "file"), "w").close()
os.symlink("/dev/shm", os.path.join(tempfile.gettempdir(), "folder", "link"))
kept = tempfile.gettempdir(), f"/dev/shm/{memory.name}", f"/dev/shm/sem.{lock._semlock.name[1:]}"
print(*kept, all(map(os.path.exists, kept)), flush=True)
"""


ONE_TOO_MANY = "import os\nos.fork()\n"  # where a run may have one process: there it is ended


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Watches a program that says what it keeps, and whether that is there; looks what is still there."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    class Kept:
        def __init__(self):
            self.names, self.act = [], lambda: None

        def __call__(self, event):
            if event.kind == "prints" and not self.names:
                *self.names, self.were_there = event.detail["text"].split()
                self.act()

        def there(self):
            return [os.path.lexists(name) for name in self.names]

    yield Kept()
    assert list(tmp_path.iterdir()) == []


def kill_server():
    os.kill(server.SERVER.pid, signal.SIGKILL)


def interrupt():
    raise KeyboardInterrupt


@on_linux
@pytest.mark.parametrize(
    ("act", "error"),
    [(lambda: None, None), (interrupt, KeyboardInterrupt), (kill_server, ServerLost)],
    ids=["at its limit", "by an interrupt", "with its server"],
)
def test_what_a_program_keeps_goes_with_a_run_that_is_ended(kept, act, error):
    kept.act = act

    with pytest.raises(error) if error else contextlib.nullcontext():
        program(KEEPS + ("time.sleep(60)" if error else ONE_TOO_MANY), timeout=60, processes=1, watch=kept)

    assert kept.were_there == "True"
    assert kept.there() == [False, False, False]


@on_linux
def test_what_a_program_keeps_goes_with_its_first_process_when_that_is_killed(kept):
    source = KEEPS + "from multiprocessing import resource_tracker\nos.kill(resource_tracker._resource_tracker._pid, 9)"

    program(source + "\nos.kill(os.getpid(), 9)", watch=kept)

    assert kept.there() == [False, False, False]


FORGETS = "from multiprocessing import resource_tracker\nresource_tracker.unregister(memory._name, 'shared_memory')\n"


@on_linux
def test_memory_that_a_program_leaves_by_itself_stays_as_it_would_alone_and_its_temporary_files_do_not(kept):
    program(KEEPS + FORGETS, watch=kept)

    assert kept.there() == [False, True, False]
    os.unlink(kept.names[1])


@on_linux
@pytest.mark.parametrize("create", ["create=True", "create=False"])
def test_memory_that_was_there_before_a_run_is_there_after_it(create):
    memory = Path("/dev/shm/psm_lesson")
    memory.write_bytes(bytes(100))
    source = f"""\
from multiprocessing.shared_memory import SharedMemory
try:
    SharedMemory("psm_lesson", {create}, size=1)
except FileExistsError:
    pass
{ONE_TOO_MANY}
"""

    run = program(source, timeout=60, processes=1, watch=lambda event: None)

    assert run.stopped_at == 1
    assert memory.exists()
    memory.unlink()


@on_linux
def test_memory_of_each_order_that_is_explored_goes_with_it():
    before = set(os.listdir("/dev/shm"))
    source = """\
import os
from multiprocessing.shared_memory import SharedMemory
memory = SharedMemory(create=True, size=1)
r, w = os.pipe()
os.read(r, 1)
"""

    orders = explore(source, orders=3)

    assert orders.count == 1
    assert {name for name in set(os.listdir("/dev/shm")) - before if name.startswith("psm_")} == set()


@on_linux
@pytest.mark.parametrize(
    "line", ["junk", '[true, "semaphore", 1, 5]', '[true, "shared memory", 1, "a\\\\u0000b"]', "[[]]"]
)
def test_a_list_of_named_memory_that_a_program_has_written_itself_breaks_nothing(line):
    source = f"import os, signal\nopen(os.environ['TMPDIR'] + '.named', 'w').write({line!r})\n"

    assert program(source + "os.kill(os.getpid(), signal.SIGKILL)").parent.signal == signal.SIGKILL
    assert program(source + ONE_TOO_MANY, processes=1, watch=lambda event: None).stopped_at == 1


# More than anybody could read


def reports(count, kind, detail):
    """A program that makes so many reports of its own, past all limits of the tracer."""
    line = f'{{"process":"parent","pid":%d,"kind":"{kind}","time":1,"detail":{detail}}}\n'
    return f"import os\nline = {line!r} % os.getpid()\nfor _ in range({count}):\n    data = line.encode()\n" + (
        "    while data: data = data[os.write(200, data):]"
    )


@pytest.mark.parametrize(
    ("count", "kind", "detail", "most"),
    [
        (20_000, "born", '{"ppid":1,"returned":0}', 11_100),
        (40, "fails", '{"error":"' + "x" * 1_000_000 + '"}', 34),
    ],
    ids=["too many", "too much"],
)
def test_reports_beyond_what_a_run_can_have_to_report_are_counted_and_not_kept(count, kind, detail, most):
    run = program(reports(count, kind, detail), timeout=60, output=1)

    kept = sum(event.kind == kind for event in run.events)
    assert (run.parent.exit_code, run.stopped_after) == (0, None)
    assert kept <= most
    assert count <= kept + run.truncated <= count + 2


# Orders that are not found out


def test_a_program_of_which_no_order_ends_in_time_has_none_and_says_so():
    orders = explore("while True: pass", timeout=0.5)

    assert (orders.outcomes, orders.count, orders.complete, orders.late) == ((), 0, False, True)
    assert str(orders) == "program.py: 0 orders, none came to its end before the deadline (timeout= allows more)"


MANY_ORDERS = """\
import mmap, os
block = mmap.mmap(-1, 1)
for _ in range(3):
    if os.fork() == 0:
        for _ in range(5): block[0] += 1
        os._exit(0)
for _ in range(3): os.wait()
print(block[0])
"""


@pytest.mark.parametrize(
    ("whom", "why"),
    [
        (lambda: server.SERVER._started.leader, "the process that explores was ended by SIGKILL"),
        (lambda: server.SERVER.pid, "program.py got no answer: the fork server was ended by SIGKILL"),
    ],
    ids=["explorer", "server"],
)
def test_what_was_found_is_kept_when_who_explores_is_killed(whom, why):
    killed = []

    def kill(found):
        if not killed:
            killed.append(found.count)
            os.kill(whom(), signal.SIGKILL)

    orders = explore(MANY_ORDERS, orders=100_000, watch=kill)

    assert orders.count >= killed[0] > 0
    assert orders.lost.startswith(why)
    assert (orders.complete, f"not all that there are: {why}" in str(orders)) == (False, True)
    assert orders.outcomes[0].run is not None


def test_who_explores_and_is_killed_at_once_is_named_with_what_ended_it(monkeypatch):
    patch = "import os\nfrom shmlesson.forkserver.experiments import registry as experiments\n"
    patch += "experiments._EXPERIMENTS['explore'] = lambda: lambda *_, **__: os.kill(os.getpid(), 9)\n"
    monkeypatch.setattr(server, "_START", server._START.replace("main()", f"exec({patch!r}); main()"))

    with pytest.raises(ProcessLost, match=r"before that could report anything: it was ended by SIGKILL$"):
        explore("pass")
