"""Messages arrive whole, from however many writers; a line that is cut short or no JSON is an error that says so."""

import json
import os
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shmlesson.errors import BadMessage
from shmlesson.wire import messages as wire
from shmlesson.wire.messages import Inbox, Outbox, line_of, send, send_all

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
messages = st.dictionaries(st.text().filter(lambda key: key != "part"), values, max_size=4)
LONG = {"kind": "prints", "text": 'é"\\' * 5000}


def arriving(data):
    """What an inbox makes of these bytes, written by somebody who then closes the wire."""
    read_end, write_end = os.pipe()
    try:
        received, inbox = [], Inbox(read_end)
        while data:
            data = data[os.write(write_end, data[: 1 << 12]) :]
            received += inbox.receive()
        os.close(write_end)
        write_end = None
        while not inbox.closed:
            received += inbox.receive()
        return received
    finally:
        for end in filter(None, (read_end, write_end)):
            os.close(end)


def sent(*chosen, by=send):
    """The bytes that these messages travel as."""
    written = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wire, "write", lambda fd, data: written.append(bytes(data)) or len(data))
        by(-1, chosen) if by is send_all else [by(-1, message) for message in chosen]
    return b"".join(written)


@given(st.lists(messages))
@pytest.mark.parametrize("by", [send, send_all])
def test_what_is_sent_arrives_in_order_and_whole(by, chosen):
    assert arriving(sent(*chosen, by=by)) == chosen


@given(messages, messages, st.data())
def test_a_cut_at_any_byte_gives_the_earlier_messages_or_an_error_that_says_so(first, second, data):
    whole = sent(first, second)
    cut = data.draw(st.integers(0, len(whole)))

    ends = {0: [], len(sent(first)): [first], len(whole): [first, second]}
    if cut in ends:
        assert arriving(whole[:cut]) == ends[cut]
    else:
        with pytest.raises(BadMessage, match=r"^a message was cut short after \d+ bytes: '\{"):
            arriving(whole[:cut])


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b"hello\n", "'hello'"),
        (b"\n", "''"),
        (b"[1, 2]\n", "'[1, 2]'"),
        (b"17\n", "'17'"),
        (b'{"a": 1\n', "'{\"a\": 1'"),
        (b"\xff\xfe\n", r"'\\xff\\xfe'"),
        (b"x" * 100 + b"\n", repr("x" * 40)),
    ],
)
def test_a_line_that_is_no_json_object_is_an_error_that_shows_its_start(line, shown):
    with pytest.raises(BadMessage) as caught:
        arriving(line)

    assert str(caught.value) == f"a message is no JSON object: {shown}"


def test_a_short_message_is_one_line_of_json():
    assert sent({"a": [1, "é"]}) == b'{"a":[1,"\\u00e9"]}\n'


def test_a_long_message_goes_as_lines_that_other_writers_cannot_land_in():
    lines = sent(LONG).splitlines(keepends=True)

    assert len(lines) > 1
    assert max(map(len, lines)) <= wire._ATOMIC


@given(st.randoms())
def test_two_senders_whose_lines_land_between_each_other_are_told_apart(random):
    other = {"kind": "prints", "text": "b" * 20000}
    lines = {1: sent(LONG).splitlines(keepends=True), 2: _sent_by_another(other).splitlines(keepends=True)}
    order = [1] * len(lines[1]) + [2] * len(lines[2])

    random.shuffle(order)

    received = arriving(b"".join(lines[sender].pop(0) for sender in order))
    assert sorted(received, key=json.dumps) == sorted([LONG, other], key=json.dumps)


def _sent_by_another(message):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wire, "getpid", lambda: 987654)
        return sent(message)


def test_a_message_that_is_not_whole_yet_is_kept_until_it_is():
    read_end, write_end = os.pipe()
    inbox = Inbox(read_end)

    os.write(write_end, b'{"a":1}\n{"b"')
    first = inbox.receive()
    os.write(write_end, b":2}\n")
    second = inbox.receive()

    os.close(write_end)
    assert (first, second, inbox.receive(), inbox.closed) == ([{"a": 1}], [{"b": 2}], [], True)
    os.close(read_end)


def test_an_empty_pipe_that_does_not_block_is_neither_closed_nor_an_error():
    read_end, write_end = os.pipe()
    os.set_blocking(read_end, False)
    inbox = Inbox(read_end)

    received = inbox.receive()

    assert (received, inbox.closed) == ([], False)
    os.close(write_end)
    os.close(read_end)


def test_what_a_reader_has_no_room_for_waits_and_arrives_whole_and_in_order():
    read_end, write_end = os.pipe()
    inbox, outbox, received = Inbox(read_end), Outbox(write_end), []

    sent_at_once = [outbox.put(line_of({"number": number, "text": "x" * 50_000})) for number in range(5)]
    while not outbox.flush() or len(received) < 5:
        received += inbox.receive()

    assert sent_at_once == [True, False, False, False, False]
    assert [message["number"] for message in received] == [0, 1, 2, 3, 4]
    outbox.close()
    os.close(read_end)


def test_a_pipe_that_nobody_reads_holds_its_writer_up_until_the_deadline_only():
    read_end, write_end = os.pipe()
    outbox = Outbox(write_end)

    with pytest.raises(TimeoutError):
        outbox.send(bytes(1 << 20), time.monotonic() + 0.05)

    assert outbox.waiting
    outbox.close()
    os.close(read_end)


def test_messages_of_many_senders_that_never_end_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(wire, "_ALL_PARTS", 1000)
    parts = [{"part": "x" * 100, "of": number, "last": False} for number in range(20)]

    with pytest.raises(BadMessage, match=r"^a message has no end within "):
        arriving(b"".join(map(line_of, parts)))
