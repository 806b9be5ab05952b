"""Contents say exactly what a block holds, in few words, and cannot be changed."""

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shmlesson.memory.contents import MOST_RUNS, Contents, byte_in_words, in_words

bytes_of_a_block = st.integers(0, 255)
lengths_and_bytes = st.lists(st.tuples(st.integers(1, 1 << 40), bytes_of_a_block), min_size=1)


def contents_of(pairs, capped=False):
    """Contents with these lengths and bytes, one behind the other."""
    offsets = [sum(length for length, _ in pairs[:place]) for place in range(len(pairs))]
    runs = [(offset, *pair) for offset, pair in zip(offsets, pairs, strict=True)]
    return Contents(sum(length for length, _ in pairs), runs, capped)


@pytest.mark.parametrize(
    ("pairs", "text"),
    [
        ([(100, 97)], "100 x 61 'a'"),
        ([(100, 0)], "100 x 00"),
        ([(1, 255)], "1 x ff"),
        ([(2, 0), (3, 98), (1, 10)], "2 x 00, 3 x 62 'b', 1 x 0a"),
        ([(1 << 30, 97)], "1,073,741,824 x 61 'a'"),
    ],
)
def test_the_text_is_length_and_byte_of_each_run(pairs, text):
    contents = contents_of(pairs)

    assert str(contents) == text
    assert repr(contents) == f"<Contents: {text}>"


@pytest.mark.parametrize(
    ("byte", "words"),
    [(0, "00"), (31, "1f"), (32, "20 ' '"), (39, '27 "\'"'), (126, "7e '~'"), (127, "7f"), (233, "e9")],
)
def test_a_byte_has_a_character_where_ascii_has_one_to_show(byte, words):
    assert byte_in_words(byte) == words


@pytest.mark.parametrize(
    ("count", "capped", "end"),
    [
        (16, False, "1 x 62 'b'"),
        (20, False, "and 4 more runs"),
        (256, True, "and so on: more than 256 runs in 256 bytes"),
    ],
)
def test_many_runs_are_counted_not_listed(count, capped, end):
    contents = contents_of([(1, 97 + place % 2) for place in range(count)], capped)

    assert str(contents).endswith(", " + end)
    assert str(contents).count(" x ") == 16


@pytest.mark.parametrize(
    ("contents", "is_zero"),
    [
        (contents_of([(100, 0)]), True),
        (contents_of([(1, 0)]), True),
        (contents_of([(99, 0), (1, 1)]), False),
        (contents_of([(100, 97)]), False),
        (Contents(300, [(0, 200, 0)], capped=True), False),
    ],
)
def test_is_zero_means_every_byte(contents, is_zero):
    assert contents.is_zero is is_zero


def test_len_is_the_size_even_when_the_runs_are_capped():
    contents = Contents(1 << 20, [(place, 1, place % 2) for place in range(MOST_RUNS)], capped=True)

    assert len(contents) == 1 << 20


def test_uniform_is_one_run_of_the_whole_size():
    assert Contents.uniform(100, 97) == contents_of([(100, 97)])
    assert Contents.uniform(100, 97).runs == ((0, 100, 97),)


@given(lengths_and_bytes, st.booleans())
def test_a_trip_over_the_wire_changes_nothing(pairs, capped):
    contents = contents_of(pairs, capped)

    arrived = Contents.from_wire(contents.to_wire())

    assert (arrived, arrived.runs, arrived.capped, len(arrived)) == (contents, contents.runs, capped, len(contents))


def test_what_goes_over_the_wire_is_small_and_plain():
    assert Contents.uniform(1 << 30, 97).to_wire() == [1 << 30, 0, 1 << 30, 97]


def test_a_length_without_its_byte_is_refused():
    with pytest.raises(ValueError, match="a length without its byte"):
        Contents.from_wire([100, 0, 100])


@given(lengths_and_bytes, lengths_and_bytes)
def test_contents_are_equal_when_their_bytes_are(some, others):
    assert (contents_of(some) == contents_of(others)) is (some == others)
    assert hash(contents_of(some)) == hash(contents_of(some))


@pytest.mark.parametrize(
    "other", [contents_of([(100, 97)], capped=True), contents_of([(100, 98)]), "100 x 61 'a'", None]
)
def test_contents_differ_from_what_only_looks_alike(other):
    assert contents_of([(100, 97)]) != other


@pytest.mark.parametrize("name", ["runs", "capped", "_size", "anything"])
def test_contents_are_frozen(name):
    contents = Contents.uniform(100, 97)

    with pytest.raises(AttributeError, match=f"Contents are frozen: cannot set {name}"):
        setattr(contents, name, ())
    with pytest.raises(AttributeError, match=f"Contents are frozen: cannot delete {name}"):
        delattr(contents, name)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_a_copy_is_equal(duplicate):
    contents = contents_of([(2, 0), (3, 98)])

    assert duplicate(contents) == contents


def bytes_as_contents(data):
    return Contents(len(data), [(offset, 1, byte) for offset, byte in enumerate(data)])


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        (bytes_as_contents(b"hello"), "b'hello'"),
        (bytes_as_contents(b"it's\n"), 'b"it\'s\\n"'),
        (Contents(100, [(0, 1, 104), (1, 1, 105), (2, 98, 0)]), "b'hi', 98 x 00"),
        (Contents(100, [(0, 1, 104), (1, 99, 0)]), "1 x 68 'h', 99 x 00"),
        (Contents.uniform(5, 97), "5 x 61 'a'"),
        (bytes_as_contents(b"\x01\x02"), "1 x 01, 1 x 02"),
        (bytes_as_contents(b"ab" * 21), str(bytes_as_contents(b"ab" * 21))),
        (Contents(0, []), ""),
    ],
)
def test_a_short_text_is_told_as_python_writes_it(contents, words):
    assert in_words(contents) == words
