"""A pair that stays alive: both see what either writes, or drift apart; it says what ended it, and nobody is left."""

import asyncio
import gc
import os
import signal
import time
from textwrap import indent

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import shmlesson.api.live_pair
from kernels import answer, next_line, running
from left_behind import still_alive
from shmlesson import share
from shmlesson.api.live_pair import LivePair
from shmlesson.client.server import SERVER
from shmlesson.errors import ProcessLost, RunTimeout, ServerLost

DEADLINE = 20  # seconds that a process or a loop of these tests may take
OTHER = {"parent": "child", "child": "parent"}
ANNOUNCE = """
from shmlesson.api.live_pair import LivePair
pair = LivePair()
pair.write("child", 0, "x")
print(pair._server.pid, pair.run.parent.pid, pair.run.child.pid, flush=True)
"""

each_role = pytest.mark.parametrize("who", ["parent", "child"])


def bytes_of(contents):
    """The bytes that these contents tell of."""
    assert not contents.capped
    return b"".join(bytes([byte]) * length for _, length, byte in contents.runs)


def pids_of(pair):
    return {"parent": pair.run.parent.pid, "child": pair.run.child.pid, "server": pair._server.pid}


def kill(pid):
    os.kill(pid, signal.SIGKILL)


@each_role
def test_in_a_shared_block_both_see_what_either_writes(who):
    with LivePair(8) as pair:
        pair.write(who, 3, "hey")

        assert bytes_of(pair.parent) == bytes_of(pair.child) == b"\0\0\0hey\0\0"


@each_role
def test_in_a_private_block_only_the_writer_sees_it(who):
    with LivePair(8, "private") as pair:
        pair.write(who, 3, b"hey")

        assert bytes_of(getattr(pair, who)) == b"\0\0\0hey\0\0"
        assert getattr(pair, OTHER[who]).is_zero


def test_before_anything_is_written_both_see_zeros():
    with LivePair() as pair:
        assert pair.parent == pair.child
        assert str(pair.parent) == "64 x 00"


def test_every_byte_of_the_largest_block_is_reported():
    every = bytes(range(256))

    with LivePair(256) as pair:
        pair.write("parent", 0, every)

        assert bytes_of(pair.child) == every


@settings(max_examples=15)
@given(
    memory=st.sampled_from(["shared", "private"]),
    size=st.integers(1, 256),
    writes=st.lists(st.tuples(st.sampled_from(["parent", "child"]), st.floats(0, 1), st.binary(min_size=1))),
)
def test_whatever_is_written_each_sees_what_a_bytearray_would_hold(memory, size, writes):
    first = bytearray(size)
    expected = {"parent": first, "child": first if memory == "shared" else bytearray(size)}

    with LivePair(size, memory) as pair:
        for who, place, data in writes:
            offset = int(place * (size - 1))
            data = data[: size - offset]
            expected[who][offset : offset + len(data)] = data
            pair.write(who, offset, data)

            assert (bytes_of(pair.parent), bytes_of(pair.child)) == (expected["parent"], expected["child"])


def test_the_two_are_a_parent_and_its_child_and_not_this_process():
    with LivePair() as pair:
        child = psutil.Process(pair.run.child.pid)

        assert child.ppid() == pair.run.parent.pid != os.getpid()


def test_each_keeps_one_look_however_many_there_were():
    with LivePair() as pair:
        before = len(pair.run.events)
        for _ in range(100):
            pair.look()

        assert len(pair.run.events) == before


def test_at_the_end_both_exit_with_0_and_the_child_is_reaped():
    pair = LivePair()
    pids = pids_of(pair)

    pair.end()

    assert (pair.run.parent.exit_code, pair.run.child.exit_code) == (0, 0)
    assert "reaps" in [event.kind for event in pair.run.events]
    assert still_alive(pids.values(), 0) == []


def test_what_was_seen_last_is_still_there_after_the_end():
    with LivePair(4) as pair:
        pair.write("child", 0, "ab")

    assert str(pair.parent) == "1 x 61 'a', 1 x 62 'b', 2 x 00"


@pytest.mark.parametrize("act", [LivePair.look, lambda pair: pair.write("child", 0, "a")])
def test_after_the_end_every_request_is_refused_in_one_sentence(act):
    pair = LivePair(4, "private")
    pair.end()
    pair.end()

    with pytest.raises(ProcessLost, match=r"^LivePair\(4, memory='private'\) has ended, as it was told to$"):
        act(pair)
    assert not pair.alive


@each_role
def test_who_was_killed_from_outside_is_named_by_the_next_call(who):
    pair = LivePair()
    kill(pids_of(pair)[who])

    with pytest.raises(ProcessLost, match=rf"^LivePair\(64\) has ended: the {who} was ended by SIGKILL$"):
        pair.write("parent", 0, "a")


@each_role
def test_a_pair_of_which_one_was_killed_is_not_alive_and_says_why(who):
    pair = LivePair()
    pids = pids_of(pair)
    before = pair.alive, pair.ended
    kill(pids[who])

    assert before == (True, "")
    assert (pair.alive, pair.ended) == (False, f"LivePair(64) has ended: the {who} was ended by SIGKILL")
    assert still_alive(pids.values(), 0) == []


def test_both_are_named_when_both_were_killed():
    pair = LivePair()
    pids = pids_of(pair)
    for role in ("parent", "child"):
        os.kill(pids[role], signal.SIGSTOP)
    for role in ("child", "parent"):
        kill(pids[role])

    assert not pair.alive
    assert pair.ended.endswith("the parent was ended by SIGKILL and the child was ended by SIGKILL")


def test_a_server_that_was_killed_takes_both_along():
    pair = LivePair()
    pids = pids_of(pair)
    kill(pids["server"])

    with pytest.raises(ServerLost, match=r"^LivePair\(64\) got no answer: the fork server was ended by SIGKILL$"):
        pair.look()
    assert still_alive(pids.values()) == []


@each_role
def test_one_that_does_not_answer_is_ended_with_the_other_one(who, monkeypatch):
    monkeypatch.setattr(shmlesson.api.live_pair, "_ANSWER", 0.3)
    pair = LivePair()
    pids = pids_of(pair)
    os.kill(pids[who], signal.SIGSTOP)

    with pytest.raises(RunTimeout, match=r"was ended: no answer within 0\.3 s from the "):
        pair.look()
    assert still_alive(pids.values(), 0) == []


def test_one_that_does_not_end_on_request_is_killed(monkeypatch):
    monkeypatch.setattr(shmlesson.api.live_pair, "_ANSWER", 0.3)
    pair = LivePair()
    pids = pids_of(pair)
    os.kill(pids["child"], signal.SIGSTOP)

    pair.end()

    assert still_alive(pids.values(), 0) == []


def test_at_its_deadline_a_pair_is_ended_and_the_next_call_says_so():
    pair = LivePair(timeout=0.2)
    both = [psutil.Process(pid) for pid in (pair.run.parent.pid, pair.run.child.pid)]
    psutil.wait_procs(both, DEADLINE)

    with pytest.raises(RunTimeout, match=r"^LivePair\(64\) was ended after 0\.2 s \(timeout= allows more\)$"):
        pair.look()


def test_a_pair_that_nobody_has_any_more_is_ended():
    pair = LivePair()
    pids = pids_of(pair)

    del pair
    gc.collect()

    assert still_alive(pids.values()) == []


def test_an_error_within_the_with_ends_the_pair():
    pair = LivePair()
    pids = pids_of(pair)

    with pytest.raises(ZeroDivisionError), pair:
        raise ZeroDivisionError
    assert still_alive(pids.values(), 0) == []


def test_a_kernel_that_ends_takes_its_pairs_along():
    pids = answer(ANNOUNCE).split()

    assert len(pids) == 3
    assert still_alive(map(int, pids)) == []


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_kernel_that_is_killed_leaves_nobody_behind(how):
    with running(ANNOUNCE + "import time\nwhile True: time.sleep(60)") as kernel:
        pids = [int(pid) for pid in next_line(kernel).split()]
        os.kill(kernel.pid, how)

        assert len(pids) == 3
        assert still_alive(pids, DEADLINE) == []


def test_an_interrupt_of_the_notebook_does_not_reach_a_pair():
    waits = indent(f"import time\n{ANNOUNCE}time.sleep(60)", "    ")  # an interrupt in an import may get lost
    script = f"try:\n{waits}\nexcept KeyboardInterrupt:\n    print(pair.alive)"

    with running(script) as kernel:
        next_line(kernel)
        os.killpg(kernel.pid, signal.SIGINT)

        assert next_line(kernel) == "True"


def test_a_copy_of_the_kernel_leaves_the_pair_to_the_original():
    said = answer(f"""{ANNOUNCE}
import os
pid = os.fork()
if pid == 0:
    print(pair.ended, flush=True)
    pair.end()
    os._exit(0)
os.waitpid(pid, 0)
print(pair.alive)
""").splitlines()

    assert said[1:] == ["LivePair(64) belongs to the process that this one is a copy of", "True"]


def test_two_pairs_and_a_run_at_once_keep_out_of_each_others_way():
    with LivePair(4) as one, LivePair(4, "private") as two:
        one.write("child", 0, "x")
        run = share(100, "a")
        two.write("child", 1, "y")

        assert str(run.child.saw) == "100 x 61 'a'"
        assert (bytes_of(one.parent), bytes_of(two.parent), bytes_of(two.child)) == (b"x\0\0\0", bytes(4), b"\0y\0\0")


def test_a_command_that_comes_when_its_run_has_ended_is_taken_for_nothing():
    share()

    SERVER._started.send({"number": 1}, time.monotonic() + 5)

    assert share().parent.ppid == SERVER.pid


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        (("nobody", 0, "a"), ValueError, "who must be one of 'parent', 'child', got 'nobody'"),
        ((1, 0, "a"), TypeError, "who must be one of 'parent', 'child', got 1"),
        (("child", 4, "a"), ValueError, "offset must be from 0 to 3 in this block, got 4"),
        (("child", -1, "a"), ValueError, "offset must be from 0 to 3 in this block, got -1"),
        (("child", True, "a"), TypeError, "offset must be a whole number of bytes (an int), got True"),
        (("child", 1.0, "a"), TypeError, "offset must be a whole number of bytes (an int), got 1.0"),
        (("child", 2, "abc"), ValueError, "data must be at most 2 bytes from offset 2 on, got 3"),
        (("child", 0, ""), ValueError, "data must be at least 1 byte, got ''"),
        (("child", 0, b""), ValueError, "data must be at least 1 byte, got b''"),
        (("child", 0, "é"), ValueError, "data must be ASCII, a byte for each character, got 'é'"),
        (("child", 0, 97), TypeError, "data must be bytes or a text (a str), got 97"),
    ],
)
def test_a_write_that_cannot_be_is_refused_in_one_sentence_and_nothing_is_written(arguments, error, sentence):
    with LivePair(4) as pair:
        with pytest.raises(error) as caught:
            pair.write(*arguments)

        assert str(caught.value) == sentence
        assert pair.alive
        assert pair.child.is_zero


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ({"size": 0}, ValueError, "size must be at least 1 byte, got 0"),
        ({"size": 257}, ValueError, "size must be at most 256 bytes here, so that each can be shown, got 257"),
        ({"size": True}, TypeError, "size must be a whole number of bytes (an int), got True"),
        ({"memory": "bytearray"}, ValueError, "memory must be one of 'shared', 'private', got 'bytearray'"),
        ({"memory": None}, TypeError, "memory must be one of 'shared', 'private', got None"),
        ({"timeout": 0}, ValueError, "timeout must be a number of seconds greater than 0 and at most 1000000, got 0"),
    ],
)
def test_a_pair_that_cannot_be_is_refused_in_one_sentence(arguments, error, sentence):
    with pytest.raises(error) as caught:
        LivePair(**arguments)

    assert str(caught.value) == sentence


@each_role
def test_where_an_event_loop_runs_the_end_of_one_is_noticed_while_nobody_asks(who):
    async def notice():
        pair, told = LivePair(), asyncio.Event()
        pair.watch(told.set)
        kill(pids_of(pair)[who])
        await asyncio.wait_for(told.wait(), DEADLINE)
        return pair.ended

    assert asyncio.run(notice()) == f"LivePair(64) has ended: the {who} was ended by SIGKILL"


def test_a_watched_pair_that_ends_on_request_says_nothing_and_the_next_one_is_watched_as_well():
    async def notice():
        told = [asyncio.Event(), asyncio.Event()]
        for event in told:  # the second has the descriptors that the first had
            pair = LivePair()
            pair.watch(event.set)
            await asyncio.sleep(0)
            if event is told[0]:
                pair.end()
        kill(pids_of(pair)["child"])
        await asyncio.wait_for(told[1].wait(), DEADLINE)
        return told[0].is_set()

    assert not asyncio.run(notice())
