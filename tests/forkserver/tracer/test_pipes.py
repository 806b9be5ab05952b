"""What a running program is seen sending through its pipes."""

import os

import pytest

from shmlesson import program
from shmlesson.views.text.sentences import account

PIPE = "import os, multiprocessing as mp\nr, w = os.pipe()\n"


def traffic(run, *kinds):
    """What happens at pipes: kind, name, bytes, line."""
    return [
        (e.kind, e.detail["name"], e.detail.get("count"), e.detail["line"])
        for e in run.events
        if e.kind in (kinds or ("makes", "waits", "sends", "receives"))
        and e.detail["at"] == "pipe"
        and "FIFO" not in e.detail["name"]  # by which a test says when to go on
    ]


@pytest.mark.parametrize(
    ("write", "read", "count"),
    [
        ("os.write(w, b'abc')", "os.read(r, 9)", 3),
        ("os.write(w, bytearray(5))", "os.read(r, 5)", 5),
        ("with open(w, 'w') as f: f.write('abc')", "open(r).read()", 3),
        ("with os.fdopen(w, 'wb') as f: f.write(b'abc')", "os.fdopen(r, 'rb').read()", 3),
        ("f = open(w, 'wb', 0); f.write(b'abc')", "open(r, 'rb', 0).read(3)", 3),
        ("f = open(w, 'wb', 0); f.write(b'abc')", "open(r, 'rb', 0).readinto(bytearray(8))", 3),
        ("print('ab', file=open(w, 'w'), flush=True)", "open(r).readline()", 3),
        pytest.param(
            *("os.write(w, b'abc')", "os.readinto(r, bytearray(8))", 3),
            marks=pytest.mark.skipif(not hasattr(os, "readinto"), reason="only from Python 3.14 on"),
        ),
    ],
)
def test_each_way_through_a_pipe_is_recorded_before_the_write_and_behind_the_read(write, read, count):
    run = program(f"{PIPE}{write}\n{read}")

    assert traffic(run)[:3] == [
        ("makes", "pipe 1", None, 2),
        ("sends", "pipe 1", count, 3),
        ("receives", "pipe 1", count, 4),
    ]


def test_the_end_of_a_pipe_is_received_as_nothing():
    run = program(PIPE + "os.close(w)\nos.read(r, 1)")

    assert traffic(run, "receives") == [("receives", "pipe 1", 0, 4)]


@pytest.mark.parametrize(
    "act", ["os.read(r, 0)", "os.write(w, b'')", "os.set_blocking(r, False); open(r, 'rb', 0).read(1)"]
)
def test_what_moves_no_byte_is_no_end_of_a_pipe(act):
    run = program(PIPE + act)

    assert run.parent.exit_code == 0
    assert traffic(run, "sends", "receives", "waits") == []


def test_a_read_waits_only_where_there_is_nothing_to_read(go):
    run = program(
        PIPE + "if os.fork() == 0:\n    os.read(r, 1)\n    os._exit(0)\nopen(os.environ['GO']).readline()\n"
        "os.write(w, b'xy')\nos.wait()\nos.read(r, 1)",
        watch=go,
    )

    assert traffic(run, "waits") == [("waits", "pipe 1", None, 4)]


def test_a_write_into_a_pipe_that_nobody_reads_is_recorded_and_fails_as_alone():
    run = program(PIPE + "os.close(r)\nos.write(w, b'x')")

    assert traffic(run, "sends") == [("sends", "pipe 1", 1, 4)]
    assert run.parent.printed.endswith("BrokenPipeError: [Errno 32] Broken pipe\n")


def test_pipes_are_numbered_and_a_childs_are_its_own():
    run = program(PIPE + "os.pipe()\nif os.fork() == 0:\n    os.pipe(); os._exit(0)\nos.wait()\nos.pipe()")

    assert {name for _, name, _, _ in traffic(run, "makes")} == {"pipe 1", "pipe 2", "pipe 3", "child 1’s pipe 1"}


def test_a_copy_of_a_descriptor_is_the_same_pipe():
    run = program(PIPE + "os.write(os.dup(w), b'x')\nos.dup2(r, 50); os.read(50, 1)")

    assert [name for _, name, _, _ in traffic(run, "sends", "receives")] == ["pipe 1", "pipe 1"]


def test_pipes_that_libraries_make_for_themselves_do_not_count():
    source = (
        "import subprocess\nsubprocess.run(['true'], capture_output=True)\n"
        "p = mp.get_context('fork').Process(target=int)\np.start(); p.join()\nos.pipe()"
    )

    run = program(PIPE + source)

    made = [(name, line) for _, name, _, line in traffic(run, "makes") if "of a program" not in name]
    assert made == [("pipe 1", 2), ("pipe 2", 7)]


@pytest.mark.parametrize("duplex", [True, False])
def test_a_message_between_connections_is_one_write_and_one_read(duplex):
    run = program(f"import multiprocessing as mp\na, b = mp.Pipe({duplex})\nb.send('x' * 99)\na.recv()")

    moved = traffic(run, "sends", "receives")
    assert [(kind, line) for kind, _, _, line in moved] == [("sends", 3), ("receives", 4)]
    assert moved[0][1:3] == moved[1][1:3]


SOCKETS = "import os, socket\na, b = socket.socketpair()\nif os.fork() == 0:\n"


@pytest.mark.parametrize(
    ("send", "receive"),
    [
        ("a.send(b'abc')", "b.recv(9)"),
        ("a.sendall(bytearray(3))", "b.recv_into(bytearray(9))"),
        ("f = a.makefile('w'); f.write('abc'); f.flush()", "b.makefile().read(3)"),
        ("socket.send_fds(a, [b'a', b'bc'], [0])", "socket.recv_fds(b, 9, 1)"),
        ("os.write(a.fileno(), b'abc')", "b.recv(9, socket.MSG_PEEK) + b.recv(9)"),
    ],
)
def test_each_way_through_a_pair_of_sockets_is_recorded_at_both_ends(send, receive):
    run = program(f"{SOCKETS}    {send}\n    os._exit(0)\n{receive}\nos.wait()")

    assert traffic(run, "sends", "receives") == [("sends", "socket pair 1", 3, 4), ("receives", "socket pair 1", 3, 6)]
    assert "child 1  writes 3 bytes into the socket pair\n" in account(run)


def test_the_other_way_through_a_pair_of_sockets_is_another_pipe():
    run = program(f"{SOCKETS}    b.send(b'a'); b.recv(1)\n    os._exit(0)\na.recv(1); a.send(b'b')\nos.wait()")

    assert "child 1  writes 1 byte into the way back of the socket pair\n" in account(run)
    assert "child 1  reads 1 byte from the socket pair\n" in account(run)


def test_a_pair_of_sockets_that_is_full_is_no_pipe_of_so_many_bytes():
    run = program(f"{SOCKETS}    a.sendall(bytes(10 ** 6))\n    os._exit(0)\nos.wait()", timeout=1)

    ((kind, text),) = [(verdict.kind, verdict.text) for verdict in run.verdicts]
    assert kind == "full pipe"
    assert text.endswith("waits for room in it: it holds only so much.")


def test_a_screen_that_is_led_into_a_pipe_is_that_pipe():
    run = program(PIPE + "os.dup2(w, 1)\nos.write(1, b'x')\nos.read(r, 1)")

    assert [name for _, name, _, _ in traffic(run, "sends", "receives")] == ["pipe 1", "pipe 1"]
    assert run.parent.printed == ""
