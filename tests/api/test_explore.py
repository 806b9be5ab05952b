"""A program under many orders of its steps: what is found, again and again the same, and nothing left behind."""

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kernels import answer, running
from left_behind import open_descriptors, server_pids, still_alive
from shmlesson import explore, program, share
from shmlesson.client import server
from shmlesson.client.server import SERVER
from shmlesson.errors import RunError
from shmlesson.forkserver.explorer.member import TracedProcess
from shmlesson.forkserver.explorer.outcomes import Outcomes
from shmlesson.forkserver.explorer.scheduler import Execution
from shmlesson.trace.process import how_it_ended
from stories import RACE

PROGRAMS = Path(__file__).parents[1] / "programs"
REPLAYED = [
    "block_made_before_the_fork",
    "both_write_the_same_byte",
    "end_of_file_never_comes",
    "event_says_when",
    "locks_crosswise",
    "lock_that_is_tried",
    "one_word_for_two_children",
    "nobody_reaps",
    "killed_by_its_parent",
    "condition_with_a_flag",
    "barrier_between",
    "connection_that_carries_a_word",
    "shared_flag_polled",
]
MANY = """\
import mmap, os
b = mmap.mmap(-1, 1)
for _ in range(3):
    if os.fork() == 0:
        for _ in range(4): b[0] = b[0] + 1
        os._exit(0)
for _ in range(3): os.wait()
"""


def text_of(name):
    return (PROGRAMS / f"{name}.py").read_text(encoding="utf-8")


def outcome_of(run):
    """What a replayed order led to, as an outcome tells it."""
    return {process.name: without_ids(process.printed, run) for process in run.processes}


def without_ids(text, run):
    for process in run.processes:
        text = text.replace(str(process.pid), f"<ID of {process.name}>")
    return text


def ended(process):
    if process.stopped:
        return "waits for ever"
    if process.signal is not None:
        return f"was ended by {process.signal.name}"
    return f"exited with {process.exit_code}"


@pytest.mark.parametrize("name", [name for name in REPLAYED if (PROGRAMS / f"{name}.py").exists()])
def test_each_order_is_replayed_exactly_three_times_over(name):
    orders = explore(text_of(name), orders=100)

    for outcome in orders.outcomes:
        for _ in range(3):
            run = program(text_of(name), order=outcome.order)
            assert outcome_of(run) == outcome.printed
            assert all(outcome.ended[process.name].startswith(ended(process)) for process in run.processes)


WRITES_ON = """
import mmap
import os

slot = mmap.mmap(-1, 1)
pid = os.fork()
if pid == 0:
    for _ in range(3):
        print(slot[:])
    os._exit(0)
for letter in b"abc":
    slot[0] = letter
os.waitpid(pid, 0)
"""


def test_in_a_replayed_order_no_read_stands_before_the_write_that_it_saw():
    for order in range(12):
        held = b"\0"
        for event in program(WRITES_ON, order=order).story:
            if event.kind == "writes":
                held = bytes([event.detail["contents"].runs[0][2]])
            elif event.kind == "reads":
                assert bytes([event.detail["contents"].runs[0][2]]) == held, order


@pytest.mark.parametrize("name", ["one_word_for_two_children", "locks_crosswise", "both_write_the_same_byte"])
def test_the_same_orders_are_found_every_time(name):
    found = [explore(text_of(name), orders=100) for _ in range(3)]

    assert len({(str(orders), orders.count, orders.complete) for orders in found}) == 1


def test_both_outcomes_of_a_race_are_found_and_that_there_are_no_others():
    orders = explore(RACE)

    assert {outcome.printed["parent"] for outcome in orders.outcomes} == {"0\n", "97\n"}
    assert (orders.complete, orders.stopped, orders.late, orders.unseen, orders.stuck) == (True, *[False] * 4)


def test_without_reduction_there_are_more_orders_and_the_same_outcomes():
    few, many = explore(RACE), explore(RACE, reduction=False)

    assert few.count < many.count
    assert {str(o.printed) for o in few.outcomes} == {str(o.printed) for o in many.outcomes}


def test_a_bound_is_kept_and_said():
    orders = explore(MANY, orders=7)

    assert (orders.count, orders.complete) == (7, False)
    assert "7 orders, stopped at the bound" in str(orders)


@pytest.mark.parametrize(("orders", "said"), [(500, ["2 orders, all there are"]), (1, [])])
def test_progress_is_told_when_there_are_no_more_orders(orders, said):
    sent = []

    def progress(steps, label):
        for step in steps:
            word = yield step
            sent.extend([word] if word else [])

    explore(RACE, orders=orders, progress=progress)

    assert sent == said


def test_a_hundred_orders_leave_nothing_behind():
    explore(RACE)
    before = open_descriptors(), descriptors_of_the_server()

    orders = explore(MANY, orders=100)

    assert orders.count == 100
    assert (open_descriptors(), descriptors_of_the_server()) == before


def descriptors_of_the_server():
    """How many it has at rest: with those of the process that it has forked for the next run."""
    server_pids()
    folder = Path(f"/proc/{SERVER.pid}/fd")
    return len(os.listdir(folder)) if folder.exists() else 0


# What orders come to


@pytest.mark.parametrize(
    ("end", "how"),
    [
        ("os._exit(3)", "exited with 3"),
        ("os._exit(-1)", "exited with 255"),
        ("raise SystemExit(4)", "exited with 4"),
        ("1 / 0", "exited with 1"),
        ("raise KeyboardInterrupt", "was ended by SIGINT"),
        ("os.kill(os.getpid(), 9)", "was ended by SIGKILL"),
        ("os.abort()", "was ended by SIGABRT"),
        ("import ctypes; ctypes.string_at(0)", "was ended by SIGSEGV"),
    ],
)
def test_an_outcome_says_how_each_process_ended(end, how):
    orders = explore(f"import os\nif os.fork() == 0:\n    {end}\nos.wait()\nos._exit(7)")

    assert [dict(outcome.ended) for outcome in orders.outcomes] == [{"parent": "exited with 7", "child 1": how}]
    assert orders.complete


def test_a_deadlock_names_what_each_waits_for():
    orders = explore(text_of("locks_crosswise"))

    stuck = [outcome for outcome in orders.outcomes if outcome.stuck]
    assert stuck
    assert any("waits for ever at lock" in ended for ended in stuck[0].ended.values())
    assert stuck[0].run.parent.stopped or stuck[0].run.child.stopped


def test_a_childs_error_is_printed_with_the_learners_line_alone():
    orders = explore("import mmap, os\nb = mmap.mmap(-1, 1)\nif os.fork() == 0:\n    b[5]\nos.wait()")

    (outcome,) = orders.outcomes
    assert 'File "program.py", line 4' in outcome.printed["child 1"]
    assert "forkserver" not in outcome.printed["child 1"]


def test_sleeps_take_no_time_and_order_nothing():
    orders = explore(RACE.replace("print", "import time; time.sleep(3600)\nprint"), orders=50)

    assert (len(orders), orders.complete, orders.late) == (2, True, False)


def test_process_ids_are_replaced_by_roles():
    orders = explore("import os\npid = os.fork()\nif pid == 0: os._exit(0)\nprint(pid, os.getpid())\nos.wait()")

    assert [outcome.printed["parent"] for outcome in orders.outcomes] == ["<ID of child 1> <ID of parent>\n"]


def test_a_second_fork_needs_nothing_else_of_the_outside():
    """It once lost the child's channel: the first act outside of the process waited for its turn in the middle."""
    orders = explore("import os\nfor _ in range(3):\n    if os.fork() == 0: os._exit(0)\nfor _ in range(3): os.wait()")

    assert [set(outcome.ended.values()) for outcome in orders.outcomes] == [{"exited with 0"}]
    assert orders.complete


# What is not seen

UNSEEN = {
    "socket": (
        "import socket\na, b = socket.socketpair()\nif os.fork() == 0: a.send(b'x'); os._exit(0)\nb.recv(1); os.wait()"
    ),
    "file": "if os.fork() == 0: open(os.environ['TO'], 'w').write('x'); os._exit(0)\nos.wait()",
    "thread": "import threading\nt = threading.Thread(target=print); t.start(); t.join()",
    "threads and forks": (
        "import threading, mmap\nb = mmap.mmap(-1, 9)\ndef f(): b[0] = 1; b[0]\n"
        "if os.fork() == 0: b[1] = 1; os._exit(0)\nts = [threading.Thread(target=f) for _ in range(4)]\n"
        "for t in ts: t.start()\nb[2] = 1\nfor t in ts: t.join()\nos.wait()"
    ),
    "thread that forks": (
        "import threading\ndef f(): os.waitpid(os.fork() or os._exit(0), 0)\n"
        "t = threading.Thread(target=f); t.start(); t.join()"
    ),
    "queue": (
        "import multiprocessing as mp\nmp.set_start_method('fork')\nq = mp.Queue()\n"
        "p = mp.Process(target=q.put, args=(1,)); p.start(); q.get(); p.join()"
    ),
    "pool": "import multiprocessing as mp\nwith mp.get_context('fork').Pool(1) as p: p.map(abs, [1])",
    "pause": "import signal\nif os.fork() == 0: signal.pause()\nos.wait()",
    "alarm": "import signal\nsignal.signal(14, print)\nsignal.alarm(1)\nos.read(os.pipe()[0], 1)",
    "other program": "if os.fork() == 0: os.execvp('sleep', ['sleep', '30'])\nos.wait()",
    "started program": "import subprocess\nsubprocess.run(['true'])",
    "closed channel": "if os.fork() == 0: os.closerange(3, 4096); os._exit(0)\nos.wait()",
    "view": (
        "import mmap\nb = mmap.mmap(-1, 1)\nv = memoryview(b)\n"
        "if os.fork() == 0: exec('v[0] = 1'); os._exit(0)\nos.wait()"
    ),
    "handler": (
        "import signal\nr, w = os.pipe()\nsignal.signal(10, lambda *_: os.write(w, b'x'))\npid = os.fork()\n"
        "if pid == 0: os.read(r, 1); os._exit(0)\nos.kill(pid, 10); os.wait()"
    ),
    "handler that raises": (
        "import signal\ndef f(*_): raise TimeoutError\nsignal.signal(10, f)\npid = os.fork()\nif pid == 0:\n"
        "    try: os.read(os.pipe()[0], 1)\n    except TimeoutError: print('late')\n    os._exit(0)\n"
        "os.kill(pid, 10); os.wait()"
    ),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_what_takes_no_turns_ends_soon_and_is_neither_complete_nor_called_stuck(name, tmp_path, monkeypatch):
    monkeypatch.setenv("TO", str(tmp_path / "file"))

    orders = explore("import os\n" + UNSEEN[name], orders=50, timeout=60)

    assert (orders.complete, orders.unseen, orders.stuck, orders.late) == (False, True, False, False)
    assert "no turns" in orders.how_many
    assert re.search(r"because (of line \d+: )?it ", orders.how_many)
    assert [outcome.run.stopped_after for outcome in orders.outcomes] == [None] * len(orders)


BARRED = {
    "thread": ("starts a thread", "exited with 0"),
    "pool": ("makes a pool", "exited with 0"),
    "pause": ("waits for something", "was still running"),
    "alarm": ("sets a timer", "was still running"),
    "other program": ("becomes another program", "was still running"),
    "started program": ("starts another program", "exited with 0"),
}


@pytest.mark.parametrize("name", BARRED)
def test_what_cannot_be_put_in_order_is_named_with_its_line_and_one_ordinary_run_is_shown(name):
    what, end = BARRED[name]

    orders = explore("import os\n" + UNSEEN[name], orders=50, timeout=5)

    assert (orders.count, orders.outcomes) == (0, ())
    assert re.fullmatch(rf"cannot be explored, because of line \d+: it {what}.* no turns", orders.how_many)
    assert {how_it_ended(process).startswith(end) for process in orders.ordinary.processes} & {True}
    assert "One ordinary run" in str(orders)


def test_no_verdict_says_that_somebody_sent_a_signal_where_the_search_has_ended_what_it_could_not_go_on_with():
    orders = explore("import os\n" + UNSEEN["pause"], timeout=5)

    assert "signal" not in {verdict.kind for verdict in orders.verdicts}


def test_a_program_that_cannot_be_explored_cannot_be_run_in_an_order():
    with pytest.raises(RunError, match="because of line 3: it starts a thread"):
        program("import os\n" + UNSEEN["thread"], order=0)


def test_a_step_that_takes_long_is_waited_for():
    busy = (
        "    end = time.monotonic() + 2.5\n    while time.monotonic() < end: pass\n    print('done')\n    os._exit(0)\n"
    )

    orders = explore(f"import os, time\nif os.fork() == 0:\n{busy}os.wait()")

    assert ([outcome.printed["child 1"] for outcome in orders.outcomes], orders.complete) == (["done\n"], True)


def test_a_step_that_never_ends_is_waited_for_until_the_deadline():
    orders = explore("import os\nif os.fork() == 0:\n    while True: pass\nos.wait()", timeout=1)

    assert (orders.count, orders.late, orders.stuck) == (0, True, False)


HANDLED = "import mmap, os, signal\nr, w = os.pipe()\nb = mmap.mmap(-1, 4)\n"
HANDLERS = {
    "waits to read": UNSEEN["handler"],
    # It takes turns of its own while its process waits for the turn to fork, with which the child's channel comes.
    "waits to fork": HANDLED
    + (
        "def f(*_): b[0] = 1; b[1] = b[0]\nsignal.signal(10, f)\npid = os.fork()\nif pid == 0:\n"
        "    os.write(w, b'x')\n    if os.fork() == 0: os._exit(0)\n    os.wait(); os._exit(0)\n"
        "os.read(r, 1); os.kill(pid, 10); os.wait()"
    ),
    "waits to write": HANDLED
    + (
        "def f(*_): b[0] = b[1]\nsignal.signal(10, f)\npid = os.fork()\nif pid == 0:\n"
        "    for i in range(6): b[2] = i\n    os._exit(0)\nos.kill(pid, 10); os.wait()"
    ),
    "is interrupted in its handler": HANDLED
    + (
        "def f(*_): b[0] = b[1]\ndef g(*_): b[2] = b[3]\nsignal.signal(10, f); signal.signal(12, g)\npid = os.fork()\n"
        "if pid == 0:\n    os.read(r, 1); os._exit(0)\nos.kill(pid, 10); os.kill(pid, 12); os.write(w, b'x'); os.wait()"
    ),
}


@pytest.mark.parametrize("name", HANDLERS)
def test_a_handler_that_runs_while_its_process_waits_for_a_turn_does_what_it_does_alone(name):
    orders = explore("import os\n" + HANDLERS[name], orders=30)

    assert {how for outcome in orders.outcomes for how in outcome.ended.values()} == {"exited with 0"}
    assert {text for outcome in orders.outcomes for text in outcome.printed.values()} == {""}


NAMED = """\
from multiprocessing import get_context
from multiprocessing.shared_memory import SharedMemory

fork = get_context("fork")
block = SharedMemory("shmlesson-of-a-test", create=True, size=1)
one, other = fork.Lock(), fork.Lock()


def work(first, second):
    with first:
        with second:
            block.buf[0] += 1


children = [fork.Process(target=work, args=locks) for locks in ((one, other), (other, one))]
for child in children:
    child.start()
for child in children:
    child.join()
print(block.buf[0])
block.close()
block.unlink()
"""


def test_no_order_finds_the_named_memory_of_another_one_that_got_stuck():
    orders = explore(NAMED, orders=50)

    assert {outcome.printed["parent"] for outcome in orders.outcomes} == {"2\n", ""}
    assert {"deadlock"} == {verdict.kind for verdict in orders.verdicts}
    assert not os.path.exists("/dev/shm/shmlesson-of-a-test")


THREE = """\
from multiprocessing import get_context

fork = get_context("fork")
count = fork.Value("i", 0)


def work():
    count.value += 1


workers = [fork.Process(target=work) for _ in range(3)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
print(count.value)
"""


def test_three_processes_in_a_row_are_explored_in_full():
    """Which of them had ended when the next was started was once a matter of chance."""
    orders = explore(THREE)

    assert (orders.count, orders.complete) == (90, True)
    assert {outcome.printed["parent"] for outcome in orders.outcomes} == {"1\n", "2\n", "3\n"}


def test_what_depends_on_the_order_is_said_for_certain_where_no_verdict_says_so():
    source = (
        "import os\nr, w = os.pipe()\nfor word in b'a', b'b':\n    if os.fork() == 0: os.write(w, word); os._exit(0)\n"
        "print(os.read(r, 1))\nos.wait(); os.wait()"
    )

    orders = explore(source)

    assert orders.certain == ("For certain, the result depends on the order: what parent prints.",)
    assert orders.certain[0] in str(orders)


QUEUE = """\
from multiprocessing import get_context

fork = get_context("fork")
queue = fork.Queue()
children = [fork.Process(target=queue.put, args=(number,)) for number in range(2)]
for child in children:
    child.start()
print([queue.get() for _ in children])
for child in children:
    child.join()
"""


def test_what_is_put_into_a_queue_is_explored_and_may_be_not_all():
    orders = explore(QUEUE, orders=200)

    assert {outcome.printed["parent"] for outcome in orders.outcomes} == {"[0, 1]\n", "[1, 0]\n"}
    assert (orders.complete, orders.ordinary) == (False, None)
    assert "it puts something into a queue" in orders.how_many


def test_a_queue_whose_pipe_is_full_is_where_nothing_can_be_put_in_order_any_more():
    orders = explore(QUEUE.replace("(number,)", "(bytes(1 << 20),)"))

    assert orders.how_many.startswith("cannot be explored, because of line 7: it puts more into a queue")
    assert orders.ordinary.parent.exit_code == 0


def test_a_program_that_does_not_do_the_same_again_is_not_called_stopped_at_a_bound():
    source = (
        "import mmap, os, time\nb = mmap.mmap(-1, 2)\nif os.fork() == 0: b[0] = 1; b[0]; os._exit(0)\n"
        "b[time.monotonic_ns() % 2]\nb[0]\nos.wait()"
    )

    said = {explore(source, orders=40).how_many for _ in range(3)}

    assert any("it does not do the same when it is run again" in how_many for how_many in said)
    assert not any("bound" in how_many for how_many in said)


# Process IDs


def test_a_process_that_gives_itself_the_id_of_a_stranger_has_no_stranger_killed(monkeypatch):
    with subprocess.Popen(["sleep", "60"]) as stranger:
        monkeypatch.setenv("STRANGER", str(stranger.pid))
        lie = "import os\nos.getpid = lambda: int(os.environ['STRANGER'])\nr, w = os.pipe()\n"

        orders = explore(lie + "if os.fork() == 0: os.read(r, 1)\nos.wait()", orders=5)

        assert stranger.poll() is None
        stranger.kill()
    assert orders.stuck


def test_an_id_that_a_process_has_not_got_stays_a_number():
    """It prints all numbers up to its own ID and a little on, and gets neither that nor its child's."""
    source = (
        "import os\nwith open('/proc/self/stat') as stat: mine = int(stat.read().split()[0])\nnumbers = ''\n"
        "def child():\n    if os.fork() == 0: os._exit(0)\nchild()\nos.wait()\nprint(mine)"
    )

    orders = explore(source)

    assert "ID of" not in str(orders)


def test_a_number_that_is_somebodys_id_in_one_order_only_is_a_number_in_all():
    found = Outcomes(None)

    keys = [
        found._key_of({"printed": {"parent": with_roles}}, {"parent": text})
        for with_roles, text in [
            ("<ID of child 1>", "57"),
            ("57", "57"),
            ("<ID of child 1>", "58"),
        ]
    ]

    assert keys[0][0] == keys[1][0]
    assert [ids for _, ids in keys] == [True, False, True]


def test_an_id_that_the_system_uses_again_is_that_of_the_process_that_has_it_now():
    first, second = TracedProcess("child 1", 0), TracedProcess("child 2", 0)
    execution = Execution(first, 9, None)
    execution.members.append(second)
    first.pid = second.pid = 4000

    execution._is_reaped(4000, 5)
    execution._is_reaped(4000, 3)

    assert execution.ended == {"child 2": 5, "child 1": 3}


# What is written where only the tracer writes


@pytest.mark.parametrize(
    "junk", ["x", "[1]", "5", "{}", '{"op": 5}', '{"ask": "x"}', '{"reaped": [7]}', '{"born": [1]}']
)
def test_junk_on_the_channel_is_one_sentence_that_says_who_wrote_it(junk):
    source = (
        f"import os\npid = os.fork()\nif pid == 0: os.write(203, {junk!r}.encode() + b'\\n'); os._exit(0)\nos.wait()"
    )

    try:
        said = str(explore(source, orders=5, timeout=20))
    except RunError as error:
        said = str(error)

    assert "Error" not in said
    assert "object is not" not in said
    assert junk == "{}" or "child 1 has written into a descriptor that is not its own" in said


# What is killed from outside


def test_a_search_whose_zygote_is_killed_goes_on():
    killed = []

    def watch(orders):
        if not killed:
            import psutil

            leader = next(child for child in psutil.Process(SERVER.pid).children() if child.children())
            killed.append(min(leader.children(), key=lambda child: child.create_time()).pid)
            os.kill(killed[0], signal.SIGKILL)

    orders = explore(MANY, orders=60, watch=watch)

    assert killed
    assert orders.count == 60


def test_the_mark_of_a_thread_is_no_matter_of_the_next_search():
    explore("import os\n" + UNSEEN["thread"])

    assert explore(RACE).complete


# Limits


def test_an_interrupt_keeps_what_was_found():
    told = []

    def watch(orders):
        told.append(orders.count)
        if len(told) == 2:
            signal.raise_signal(signal.SIGINT)

    orders = explore(MANY, orders=100_000, watch=watch)

    assert (orders.stopped, orders.complete, orders.late) == (True, False, False)
    assert orders.count >= told[0] > 0
    assert orders.outcomes
    assert str(share().child.saw) == "100 x 61 'a'"


def test_an_interrupt_from_outside_keeps_what_was_found():
    timer = threading.Timer(0.1, os.kill, [os.getpid(), signal.SIGINT])

    def watch(orders):
        if orders.outcomes and not timer.ident:
            timer.start()

    orders = explore(MANY, orders=100_000, watch=watch)
    timer.join()

    assert orders.stopped
    assert orders.outcomes
    assert orders.outcomes[0].run is not None


def test_an_interrupt_while_outcomes_are_drawn_keeps_what_was_found(monkeypatch):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("shmlesson.api.explore.program", interrupted)

    orders = explore(RACE)

    assert (orders.stopped, len(orders), orders.outcomes[0].run) == (True, 2, None)


def test_at_its_deadline_what_was_found_comes_back():
    orders = explore(MANY, orders=100_000, timeout=1)

    assert (orders.late, orders.complete, orders.stopped) == (True, False, False)
    assert orders.outcomes
    assert "stopped at the deadline" in orders.how_many


def test_too_many_processes_are_one_sentence_at_once():
    with pytest.raises(RunError, match=r"more than 5 processes \(processes= allows more\)"):
        explore("import os\nwhile True: os.fork()", processes=5, timeout=60)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to a limit on memory")
@pytest.mark.parametrize("memory", [1 << 12, 1 << 18, 1 << 20])
@pytest.mark.parametrize("source", ["import mmap\nmmap.mmap(-1, 1 << 30)", "held = []\nwhile 1: held += [bytes(999)]"])
def test_a_limit_of_memory_is_for_the_program_and_is_named(source, memory):
    (outcome,) = explore(source, memory=memory).outcomes

    assert "memory= allows more" in outcome.printed["parent"]


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"orders": 0}, ValueError, "orders"),
        ({"orders": 1.5}, TypeError, "orders"),
        ({"orders": 10**9}, ValueError, "orders"),
        ({"timeout": -1}, ValueError, "timeout"),
        ({"timeout": "soon"}, TypeError, "timeout"),
        ({"processes": 0}, ValueError, "processes"),
        ({"memory": -5}, ValueError, "memory"),
    ],
)
def test_wrong_options_are_one_sentence_before_anything_starts(options, error, words):
    with pytest.raises(error, match=words):
        explore(RACE, **options)

    assert SERVER.pid is None


@pytest.mark.parametrize(("source", "error"), [("1 +", SyntaxError), (5, TypeError), (b"pass", TypeError)])
def test_what_is_no_program_is_an_error_before_anything_starts(source, error):
    with pytest.raises(error):
        explore(source)

    assert SERVER.pid is None


@pytest.mark.parametrize(("order", "error"), [(-1, ValueError), (1.5, TypeError), ("0", TypeError)])
def test_a_wrong_number_of_an_order_is_refused(order, error):
    with pytest.raises(error, match="order"):
        program(RACE, order=order)


def test_a_number_of_an_order_that_there_is_not_runs_to_an_end():
    run = program(RACE, order=10**40)

    assert run.parent.exit_code == 0


# What can be lost


def test_a_server_that_is_killed_in_the_middle_leaves_nothing_but_what_was_found():
    def kill_the_server(orders):
        os.kill(SERVER.pid, signal.SIGKILL)

    orders = explore(MANY, orders=100_000, watch=kill_the_server)

    assert "the fork server was ended by SIGKILL" in orders.lost
    assert (orders.complete, orders.outcomes != ()) == (False, True)
    assert str(share().child.saw) == "100 x 61 'a'"


def test_a_kernel_that_ends_in_the_middle_leaves_nothing():
    script = (
        f"import os, psutil\nfrom shmlesson import explore\n"
        f"def watch(orders):\n"
        f"    print(*[child.pid for child in psutil.Process().children(recursive=True)], flush=True)\n"
        f"    os._exit(0)\n"
        f"explore({MANY!r}, orders=100_000, watch=watch)"
    )

    pids = [int(pid) for pid in answer(script).split()]

    assert len(pids) > 2
    assert still_alive(pids) == []


def test_a_kernel_that_is_killed_in_the_middle_leaves_nothing():
    script = (
        f"import psutil\nfrom shmlesson import explore\n"
        f"def watch(orders): print(*[child.pid for child in psutil.Process().children(recursive=True)])\n"
        f"explore({MANY!r}, orders=100_000, watch=watch)"
    )

    with running(script) as kernel:
        pids = [int(pid) for pid in kernel.stdout.readline().split()]
        kernel.kill()

    assert len(pids) > 2
    assert still_alive(pids) == []


@pytest.mark.parametrize(
    "patch",
    [
        "from shmlesson.forkserver import tree; tree._call_prctl = None; ",
        "import os; vars(os).pop('pidfd_open', None); ",
        "import os; vars(os).pop('pidfd_open', None); from shmlesson.forkserver import tree; tree._call_prctl = None; ",
    ],
    ids=["no subreaper", "no pidfd", "neither"],
)
@pytest.mark.parametrize("source", [RACE, RACE.replace("os.wait()", "pass"), text_of("locks_crosswise")])
def test_where_the_system_has_less_the_same_is_found(monkeypatch, patch, source):
    expected = explore(source)
    SERVER.stop()

    monkeypatch.setattr(server, "_START", server._START.replace("main()", patch + "main()"))

    assert str(explore(source)) == str(expected)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_every_process_of_a_search_has_the_mark_by_which_survivors_are_found():
    seen = []

    def watch(orders):
        import psutil

        for process in psutil.Process(SERVER.pid).children(recursive=True):
            try:
                if environment := process.environ():  # of one that is ending, it is empty
                    seen.append("SHMLESSON_SERVER" in environment)
            except psutil.Error:
                pass

    explore(MANY, orders=60, watch=watch)

    assert seen
    assert all(seen)


@pytest.mark.parametrize(("method", "complete"), [("fork", True), ("spawn", False), ("forkserver", False)])
def test_where_processes_are_started_without_a_fork_there_may_be_other_outcomes(method, complete):
    start = f"child = mp.get_context('{method}').Process(target=print)\n    child.start()\n    child.join()"

    orders = explore(f"import multiprocessing as mp\nif __name__ == '__main__':\n    {start}", timeout=60)

    assert (len(orders.outcomes), orders.complete, orders.ordinary is None) == (int(complete), complete, complete)


BOTH_PRINT = """\
import os
if os.fork() == 0:
    for number in range(3): print("child", number)
    os._exit(0)
for number in range(3): print("parent", number)
os.wait()
"""


def test_an_order_that_is_drawn_prints_in_the_same_order_each_time():
    runs = [program(BOTH_PRINT, order=0) for _ in range(15)]

    printed = {tuple(event.detail["text"] for event in run.events if event.kind == "prints") for run in runs}
    assert printed == {tuple(f"{role} {number}\n" for role in ("parent", "child") for number in range(3))}


def test_what_a_value_held_at_the_end_is_part_of_an_outcome():
    found = explore((PROGRAMS / "value_once_each.py").read_text(encoding="utf-8"))

    assert {outcome.held["value 1"].runs[0][2] for outcome in found.outcomes} == {1, 2}
    assert "value held 1" in str(found)


AT_THE_END = {
    "a name": "value = Late()",
    "a module of its own": "import sys, types\nmodule = types.ModuleType('own')\nmodule.__file__ = 'own.py'\n"
    "module.value, sys.modules['own'] = Late(), module",
    "a builtin": "import builtins\nbuiltins.value = Late()",
    "one module less": "import sys\nvalue = Late()\ndel sys.modules['json.encoder']",
}


@pytest.mark.parametrize("held_by", AT_THE_END)
def test_what_runs_after_the_last_line_can_import_nothing_in_an_explored_program_either(held_by):
    late = "class Late:\n    def __del__(self):\n        import string\n\n\n"
    source = late + AT_THE_END[held_by]

    found = explore(source)

    alone = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=60)
    assert "sys.meta_path is None" in alone.stderr
    assert "sys.meta_path is None" in found.outcomes[0].printed["parent"]
