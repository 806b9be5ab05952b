"""What a running program is seen finding ready, meeting and starting."""

import pytest

from shmlesson import program

PIPE = "import mmap, os, select, selectors, socket, subprocess, tempfile\nr, w = os.pipe()\n"


def told(run, *kinds):
    """What happens: kind, thing, bytes, line."""
    events = [event for event in run.events if event.kind in kinds]
    return [(e.kind, e.detail.get("name"), e.detail.get("count"), e.detail["line"]) for e in events]


@pytest.mark.parametrize(
    "look",
    [
        "select.select([r], [], [])",
        "select.select([r], [], [], 5)",
        "p = select.poll(); p.register(r); p.poll()",
        "s = selectors.DefaultSelector(); s.register(r, 1); s.select()",
        "s = selectors.SelectSelector(); s.register(r, 1); s.select()",
        "s = selectors.PollSelector(); s.register(r, 1); s.select()",
    ],
)
def test_whatever_finds_something_to_read_has_noticed_it(look):
    run = program(f"{PIPE}os.write(w, b'x')\n{look}")

    assert told(run, "notices", "waits") == [("notices", "pipe 1", None, 4)]


@pytest.mark.parametrize("look", ["select.select([r], [], [], 0.01)", "p = select.poll(); p.register(r); p.poll(1)"])
def test_a_time_that_is_over_shows_nothing(look):
    assert told(program(PIPE + look), "notices", "waits") == []


def test_an_end_is_noticed_as_nothing():
    run = program(PIPE + "os.close(w)\nselect.select([r], [], [])")

    assert told(run, "notices") == [("notices", "pipe 1", 0, 4)]


@pytest.mark.parametrize(
    ("wait", "name"),
    [
        ("select.select([r], [], [])", "pipe 1"),
        ("p = select.poll(); p.register(r); p.poll()", "pipe 1"),
        ("os.readv(r, [bytearray(1)])", "pipe 1"),
        ("a, b = socket.socketpair(); b.recv(1)", "socket pair 1"),
        ("s = socket.create_server(('127.0.0.1', 0)); s.accept()", "socket 1"),
        ("n = tempfile.mktemp(); os.mkfifo(n); open(n)", "FIFO 1’s writer"),
        ("n = tempfile.mktemp(); os.mkfifo(n); os.open(n, os.O_WRONLY)", "FIFO 1’s reader"),
    ],
)
def test_a_wait_without_an_end_is_reported_before_it_begins(wait, name):
    run = program(PIPE + wait, timeout=1)

    assert told(run, "waits") == [("waits", name, None, 3)]


def test_both_ends_of_a_connection_have_one_name():
    source = (
        "s = socket.create_server(('127.0.0.1', 0))\nif os.fork() == 0:\n"
        "    c = socket.create_connection(s.getsockname())\n    c.sendall(b'abc'); c.recv(9)\n    os._exit(0)\n"
        "c, _ = s.accept()\nc.recv(9)\nc.sendall(b'de')\nos.wait()"
    )

    sent = told(program(PIPE + source), "sends", "receives")

    there, back = "connection 1", "the way back of connection 1"
    assert sent == [("sends", there, 3, 6), ("receives", there, 3, 9), ("sends", back, 2, 10), ("receives", back, 2, 6)]


def test_a_pipe_that_came_over_a_socket_has_its_makers_name():
    source = (
        "a, b = socket.socketpair()\nif os.fork() == 0:\n    own, end = os.pipe()\n"
        "    socket.send_fds(b, [b'x'], [own])\n    os.write(end, b'abc')\n    os._exit(0)\n"
        "_, [own], _, _ = socket.recv_fds(a, 1, 1)\nos.read(own, 9)\nos.wait()"
    )

    assert ("receives", "child 1’s pipe 1", 3, 10) in told(program(PIPE + source), "receives")


@pytest.mark.parametrize(
    ("start", "given"),
    [
        ("subprocess.run(['true'], pass_fds=[w])", ["pipe 1"]),
        ("subprocess.run(['true'], stdout=w)", ["pipe 1"]),
        ("subprocess.run(['true'])", []),
        ("os.system('true')", []),
        ("os.set_inheritable(r, True); os.system('true')", ["pipe 1"]),
    ],
)
def test_a_start_tells_which_pipes_the_program_gets(start, given):
    run = program(PIPE + start)

    assert [(e.detail["names"], e.detail["line"]) for e in run.events if e.kind == "starts"] == [(given, 3)]


def test_what_is_printed_into_a_pipe_and_read_as_standard_input_is_seen():
    source = (
        "if os.fork() == 0:\n    os.dup2(w, 1)\n    print('abc')\n    os._exit(0)\nos.dup2(r, 0)\ninput()\nos.wait()"
    )

    assert told(program(PIPE + source), "sends", "receives") == [
        ("sends", "pipe 1", 4, 5),
        ("receives", "pipe 1", 4, 8),
    ]
