"""What a running program is seen doing with the objects of a manager, and with signals that it waits for."""

import signal

import pytest

from shmlesson import program

MAKE = "import multiprocessing\nm = multiprocessing.get_context('fork').Manager()\n"


def steps(source):
    """What the parent does with the objects: kind and name."""
    events = [e for e in program(MAKE + source).events if e.process == "parent" and not e.detail.get("inner")]
    return [(e.kind, e.detail["name"]) for e in events if "manager" in e.detail.get("name", "")]


@pytest.mark.parametrize(
    ("make", "act", "name", "kinds"),
    [
        ("Lock()", "x.acquire(); x.release()", "lock", "makes waits acquires releases"),
        ("RLock()", "x.acquire(); x.acquire(); x.release(); x.release()", "lock", "makes waits acquires releases"),
        ("Semaphore(2)", "x.acquire()", "semaphore", "makes waits acquires"),
        ("Event()", "x.is_set(); x.set(); x.wait()", "event", "makes notices releases waits acquires"),
        ("Queue()", "x.put(1); x.get()", "queue", "makes sends waits receives"),
        ("Barrier(1)", "x.wait()", "barrier", "makes releases waits acquires"),
        ("dict()", "x['a'] = 1; x['a']; x['a']", "dict", "makes releases notices"),
        ("Namespace()", "x.a = 1; x.a", "namespace", "makes releases notices"),
    ],
)
def test_a_call_is_what_it_does_to_the_object(make, act, name, kinds):
    assert steps(f"x = m.{make}\n{act}") == [(kind, f"manager’s {name} 1") for kind in kinds.split()]


def test_the_managers_own_process_is_seen_with_no_message():
    run = program(MAKE + "x = m.list()\nx.append(1)")

    assert not [e for e in run.events if e.process == "child 1" and e.kind in ("receives", "acquires", "releases")]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (MAKE + "q = m.Queue()\nq.get()", "Line 4 (parent) waits at the queue for more, and nobody puts any there."),
        (
            "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [10])\nsignal.sigwait([10])",
            f"Line 3 (parent) waits for {signal.Signals(10).name}, which nobody sends.",
        ),
    ],
)
def test_a_wait_that_never_ends_is_told_with_what_does_not_come(source, said):
    assert [verdict.text for verdict in program(source, timeout=1).verdicts] == [said]
