"""Which release an acquire is paired with, where several could be meant."""

from shmlesson.analysis.order.synchronization import Pipe

ONE, OTHER = (1, 0), (0, 1)


def test_of_two_that_send_at_once_the_bytes_tell_which_was_received():
    pipe = Pipe()
    pipe.release("child 1", {"count": 1, "sum": 11}, ONE)
    pipe.release("child 2", {"count": 1, "sum": 22}, OTHER)

    assert pipe.acquire("parent", {"count": 1, "sum": 22}) == OTHER
    assert pipe.acquire("parent", {"count": 1, "sum": 11}) == ONE


def test_what_one_process_sends_is_received_in_its_order():
    pipe = Pipe()
    pipe.release("child 1", {"count": 1, "sum": 11}, ONE)
    pipe.release("child 1", {"count": 1, "sum": 22}, OTHER)

    assert pipe.acquire("parent", {"count": 1, "sum": 22}) == ONE


def test_a_look_takes_nothing_out():
    pipe = Pipe()
    pipe.release("child 1", {"count": 1}, ONE)

    assert pipe.notice("parent", {}) == pipe.notice("parent", {}) == pipe.acquire("parent", {"count": 1}) == ONE


def test_bytes_that_nobody_has_sent_are_missing():
    pipe = Pipe(2)

    assert pipe.acquire("parent", {"count": 2}) is None
    assert not pipe.missing
    assert pipe.acquire("parent", {"count": 1}) is None
    assert pipe.missing
