"""What a running program is seen doing with locks, semaphores, events, barriers and conditions."""

import multiprocessing.synchronize

import pytest

from shmlesson import explore, program

can_be_asked = pytest.mark.skipif(
    not hasattr(multiprocessing.synchronize.Lock, "locked"), reason="only from Python 3.14 on"
)
MAKE = "import multiprocessing as mp, os, time\nmp.set_start_method('fork')\n"


def steps(run, inner=False):
    """What happens: kind, name, line."""
    return [
        (e.kind, e.detail["name"], e.detail.get("line"))
        for e in run.events
        if e.kind in ("makes", "waits", "releases", "acquires", "sends", "receives")
        and bool(e.detail.get("inner")) == inner
    ]


@pytest.mark.parametrize(
    ("make", "at", "name", "value"),
    [
        ("mp.Lock()", "lock", "lock 1", 1),
        ("mp.RLock()", "rlock", "lock 1", 1),
        ("mp.Semaphore(2)", "semaphore", "semaphore 1", 2),
        ("mp.BoundedSemaphore(3)", "semaphore", "semaphore 1", 3),
        ("mp.Event()", "event", "event 1", None),
        ("mp.Barrier(2)", "barrier", "barrier 1", 2),
    ],
)
def test_each_is_recorded_with_its_name_and_value(make, at, name, value):
    run = program(f"{MAKE}x = {make}")

    (made,) = [e.detail for e in run.events if e.kind == "makes" and not e.detail.get("inner")]
    assert (made["at"], made["name"], made.get("value"), made["line"]) == (at, name, value, 3)


@pytest.mark.parametrize("make", ["mp.Lock()", "mp.RLock()", "mp.Semaphore(1)"])
@pytest.mark.parametrize("use", ["with x:\n    pass", "x.acquire()\nx.release()", "x.acquire(timeout=5)\nx.release()"])
def test_an_acquire_and_a_release_are_recorded(make, use):
    run = program(f"{MAKE}x = {make}\n{use}")

    name = "semaphore 1" if "Sem" in make else "lock 1"
    assert [step[:2] for step in steps(run)] == [("makes", name), ("acquires", name), ("releases", name)]


def test_an_rlock_that_is_taken_again_is_recorded_once():
    run = program(MAKE + "x = mp.RLock()\nwith x:\n    with x:\n        pass")

    assert [kind for kind, _, _ in steps(run)] == ["makes", "acquires", "releases"]


def test_an_acquire_waits_only_where_another_has_the_lock(go):
    child = "if os.fork() == 0:\n    x.acquire(); os._exit(0)\n"
    until_it_waits = "open(os.environ['GO']).readline()"

    run = program(f"{MAKE}x = mp.Lock()\nx.acquire()\n{child}{until_it_waits}\nx.release()\nos.wait()", watch=go)

    waits = [
        (e.process, e.detail["at"], e.detail["line"])
        for e in run.events
        if e.kind == "waits" and e.detail["at"] == "lock"
    ]
    assert waits[0] == ("child 1", "lock", 6)
    assert [step for step in steps(run) if step[0] == "acquires" and "lock" in step[1]] == [
        ("acquires", "lock 1", 4),
        ("acquires", "lock 1", 6),
    ]


def test_an_acquire_in_vain_is_not_recorded():
    run = program(MAKE + "x = mp.Lock()\nx.acquire()\nx.acquire(False)\nx.acquire(timeout=0.01)")

    assert [step for step in steps(run) if step[0] == "acquires" and "lock" in step[1]] == [("acquires", "lock 1", 4)]


def test_an_event_is_recorded_when_set_and_by_whoever_finds_it_set():
    run = program(MAKE + "x = mp.Event()\nx.is_set()\nx.set()\nx.is_set()\nx.wait()")

    assert steps(run) == [
        ("makes", "event 1", 3),
        ("releases", "event 1", 5),
        ("acquires", "event 1", 6),
        ("acquires", "event 1", 7),
    ]


def test_an_event_that_does_not_come_in_time_is_recorded_as_a_wait_alone():
    run = program(MAKE + "x = mp.Event()\nx.wait(0.01)")

    assert [kind for kind, _, _ in steps(run)] == ["makes", "waits"]


def test_a_barrier_is_recorded_at_the_arrival_and_behind_it():
    source = "x = mp.Barrier(2)\nif os.fork() == 0:\n    x.wait(); os._exit(0)\nx.wait()\nos.wait()"

    run = program(MAKE + source)

    for role in ("parent", "child 1"):
        kinds = [e.kind for e in run.events if e.process == role and e.detail.get("name") == "barrier 1"]
        assert kinds[-3:] == ["releases", "waits", "acquires"]


def test_what_a_value_does_with_its_own_lock_is_inner():
    run = program(MAKE + "v = mp.Value('i', 0)\nv.value += 1\nwith v.get_lock():\n    v.value += 1")

    assert [(kind, line) for kind, _, line in steps(run) if kind != "makes"] == [("acquires", 5), ("releases", 5)]
    assert [kind for kind, _, _ in steps(run, inner=True) if kind != "makes"] == ["acquires", "releases"] * 2


def test_locks_and_semaphores_that_a_library_makes_for_itself_do_not_count():
    run = program(MAKE + "q = mp.Queue()\nc = mp.Condition(mp.Lock())\nx = mp.Lock(); y = mp.Semaphore()")

    assert steps(run) == [("makes", "lock 1", 4), ("makes", "lock 2", 5), ("makes", "semaphore 1", 5)]


@pytest.mark.parametrize(
    ("make", "ask", "answers"),
    [
        ("mp.Semaphore(2)", "get_value", ["1", "2"]),
        pytest.param(*("mp.Lock()", "locked", ["False", "True"]), marks=can_be_asked),
        pytest.param(*("mp.RLock()", "locked", ["False", "True"]), marks=can_be_asked),
    ],
)
def test_every_question_to_a_lock_is_a_step(make, ask, answers):
    source = f"x = {make}\ndef use():\n    with x: pass\nchild = mp.Process(target=use)\nchild.start()\n"

    orders = explore(f"{MAKE}{source}print(x.{ask}())\nchild.join()")

    assert orders.complete
    assert sorted(outcome.printed["parent"].strip() for outcome in orders.outcomes) == answers


def test_a_lock_that_is_given_back_by_nobody_who_has_it_fails_as_alone():
    run = program(MAKE + "mp.Lock().release()")

    assert run.parent.printed.endswith("ValueError: semaphore or lock released too many times\n")


@pytest.mark.parametrize(
    ("lock", "told"),
    [
        *(("flock", "acquires releases"), ("lockf", "acquires releases")),
        ("flock(file, fcntl.LOCK_UN); fcntl.flock", "releases acquires releases"),
    ],
)
def test_a_lock_on_a_file_is_recorded_by_the_files_name(lock, told, tmp_path):
    file = tmp_path / "data"
    file.touch()

    run = program(f"import fcntl\nwith open({str(file)!r}, 'r+') as file:\n    fcntl.{lock}(file, fcntl.LOCK_EX)")

    assert [(kind, name) for kind, name, _ in steps(run)] == [(kind, f"lock on {file}") for kind in told.split()]


def test_a_lock_on_a_file_that_somebody_else_has_is_not_recorded(tmp_path):
    source = (
        f"import fcntl\nf, g = [open({str(tmp_path / 'data')!r}, 'w') for _ in '12']\nfcntl.flock(f, fcntl.LOCK_EX)"
    )

    run = program(f"{source}\ntry: fcntl.flock(g, fcntl.LOCK_EX | fcntl.LOCK_NB)\nexcept BlockingIOError: print('no')")

    acquired = [line for kind, _, line in steps(run) if kind == "acquires"]
    assert (run.parent.printed, acquired) == ("no\n", [3])


def test_what_is_done_under_a_lock_on_a_file_is_reported_at_once():
    """Nobody sees when such a lock goes: what was held back until then would seem to come after it."""
    source = "import fcntl, mmap, os, tempfile\nb = mmap.mmap(-1, 1)\nf = tempfile.TemporaryFile()\nfcntl.flock(f, 2)\n"

    run = program(f"{source}for i in range(4): b[0] = i\nimport signal; signal.raise_signal(9)")

    assert [e.detail.get("times") for e in run.events if e.kind == "writes"] == [4]
