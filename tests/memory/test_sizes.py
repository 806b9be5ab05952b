"""Sizes and fill bytes: what counts as one, how it is read, how it is said."""

import contextlib
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shmlesson.memory.sizes import check_fill, check_size, parse_fill, parse_size, say_exactly, say_size

FILL = "fill must be one ASCII character or an int from 0 to 255"


@pytest.mark.parametrize("size", [1, 100, 1 << 40, np.int64(100)])
def test_a_whole_number_from_1_on_is_a_size(size):
    assert check_size(size) == size
    assert type(check_size(size)) is int


@pytest.mark.parametrize(
    ("size", "error", "message"),
    [
        (0, ValueError, "size must be at least 1 byte, got 0"),
        (-5, ValueError, "size must be at least 1 byte, got -5"),
        (True, TypeError, "size must be a whole number of bytes (an int), got True"),
        (1.5, TypeError, "size must be a whole number of bytes (an int), got 1.5"),
        (100.0, TypeError, "size must be a whole number of bytes (an int), got 100.0"),
        ("100", TypeError, "size must be a whole number of bytes (an int), got '100'"),
        (None, TypeError, "size must be a whole number of bytes (an int), got None"),
    ],
)
def test_anything_else_is_no_size(size, error, message):
    with pytest.raises(error) as caught:
        check_size(size)

    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("fill", "byte"), [("a", 97), ("\0", 0), ("\x7f", 127), (" ", 32), (0, 0), (255, 255), (np.uint8(7), 7)]
)
def test_one_ascii_character_or_a_byte_is_a_fill(fill, byte):
    assert check_fill(fill) == byte


@pytest.mark.parametrize(
    ("fill", "error", "given"),
    [
        ("", ValueError, "''"),
        ("ab", ValueError, "'ab'"),
        ("é", ValueError, "'é'"),
        ("\x80", ValueError, "'\\x80'"),
        (256, ValueError, "256"),
        (-1, ValueError, "-1"),
        (True, TypeError, "True"),
        (None, TypeError, "None"),
        (b"", TypeError, "b''"),
        (b"a", TypeError, "b'a'"),
        (97.0, TypeError, "97.0"),
    ],
)
def test_anything_else_is_no_fill(fill, error, given):
    with pytest.raises(error) as caught:
        check_fill(fill)

    assert str(caught.value) == f"{FILL}, got {given}"


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("100", 100),
        (" 100 ", 100),
        ("100 B", 100),
        ("1_000", 1000),
        ("4 KiB", 4096),
        ("4KiB", 4096),
        ("4 kib", 4096),
        ("64 MiB", 64 << 20),
        ("1 GiB", 1 << 30),
        ("1e3", 1000),
        ("2.5E+3", 2500),
        ("1.5 KiB", 1536),
        ("0.5MiB", 512 << 10),
        ("1,000,000", 1_000_000),
        ("4 kB", 4000),
        ("100 MB", 100_000_000),
        ("1.5 GB", 1_500_000_000),
        ("1e3 KiB", 1000 << 10),
    ],
)
def test_a_size_is_read_as_one_would_type_it(text, size):
    assert parse_size(text) == size


NO_SIZES = "KiB|-4|+4|4 4|1__0|1_|٣|four|0x10|1.|.5 KiB|1e|1e-3|1e100|1,5|1,00|4 KBit|1.5.2|nan|inf|1/2|"


@pytest.mark.parametrize("text", NO_SIZES.split("|"))
def test_what_cannot_be_read_as_a_size_is_repeated_with_an_example(text):
    with pytest.raises(
        ValueError, match=r"^size must be a number of bytes, .* as in '4 KiB', got " + re.escape(repr(text)) + "$"
    ):
        parse_size(text)


@pytest.mark.parametrize(
    ("text", "bytes_"), [("0.3 KiB", "307.2"), ("1.5", "1.5"), ("1.0001e3", "1000.1"), ("0.1", "0.1")]
)
def test_a_part_of_a_byte_is_refused_with_the_number_that_it_is(text, bytes_):
    with pytest.raises(ValueError, match=rf"^size must come out as whole bytes, got '{text}', {bytes_} bytes$"):
        parse_size(text)


@pytest.mark.parametrize("text", ["0", "0 KiB", "0.0", "0e9 GB"])
def test_a_size_of_nothing_is_refused_when_typed_too(text):
    with pytest.raises(ValueError, match=r"^size must be at least 1 byte, got 0$"):
        parse_size(text)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (1, "1 byte"),
        (100, "100 bytes"),
        (1023, "1023 bytes"),
        (1024, "1 KiB"),
        (4096, "4 KiB"),
        (1536, "1.5 KiB"),
        (64 << 20, "64 MiB"),
        (3 << 29, "1.5 GiB"),
        (1 << 30, "1 GiB"),
    ],
)
def test_a_size_in_words(size, words):
    assert say_size(size) == words


@given(st.integers(1, 1023), st.sampled_from([1, 1 << 10, 1 << 20, 1 << 30]))
def test_what_is_said_of_a_whole_size_can_be_typed_again(number, unit):
    words = re.sub(r" bytes?$", "", say_size(number * unit))

    assert parse_size(words) == number * unit


UNITS = {"": 1, "B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


@given(st.integers(1, 10**18), st.integers(0, 9), st.sampled_from([*UNITS]))
def test_a_size_is_exact_whatever_its_fraction_and_its_unit(number, places, unit):
    written = f"{number // 10**places}.{number % 10**places:0{places}}" if places else str(number)
    size, rest = divmod(number * UNITS[unit], 10**places)

    if rest:
        with pytest.raises(ValueError, match=r"^size must come out as whole bytes, got "):
            parse_size(f"{written} {unit}")
    elif size:
        assert parse_size(f"{written} {unit}") == size


@given(st.integers(1, 10**15))
def test_a_size_with_grouped_digits_is_read_as_it_is_written(size):
    assert parse_size(f"{size:,}") == parse_size(f"{size:_}") == size


@given(st.text(max_size=12))
def test_whatever_is_typed_is_a_size_or_a_sentence(text):
    with contextlib.suppress(ValueError):
        assert parse_size(text) >= 1


@pytest.mark.parametrize(
    ("text", "byte"), [("61", 97), ("0x61", 97), ("0X6F", 111), ("f", 15), (" 00 ", 0), ("fF", 255)]
)
def test_hex_is_one_or_two_digits(text, byte):
    assert parse_fill(text) == byte


@pytest.mark.parametrize("text", ["", "0x", "g", "100", "0x100", "-1", "6 1", "é"])
def test_what_is_no_hex_is_repeated_with_an_example(text):
    with pytest.raises(
        ValueError, match=r"^hex must be one or two hexadecimal digits, as in 61 or 0x61, got "
    ) as caught:
        parse_fill(text)

    assert str(caught.value).endswith(repr(text))


class Broken:
    def __repr__(self):
        raise RuntimeError


@pytest.mark.parametrize("value", ["x" * 10_000, 10**5000, [[1] * 40] * 40, "two\nlines", Broken()], ids=type)
@pytest.mark.parametrize("check", [check_size, check_fill], ids=["size", "fill"])
def test_a_message_shows_a_strange_value_on_one_short_line(check, value):
    with pytest.raises((TypeError, ValueError)) as caught:
        check(value if check is check_fill or not isinstance(value, int) else -value)

    assert len(str(caught.value)) < 200
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", [np.ones(2), np.ones(2, int), np.ones((1, 1), int)], ids=str)
def test_an_array_is_no_whole_number(value):
    with pytest.raises(TypeError, match=r"^size must be a whole number of bytes"):
        check_size(value)


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (1, "1 byte"),
        (100, "100 bytes"),
        (1000, "1,000 bytes"),
        (1536, "1.5 KiB"),
        (4096, "4 KiB"),
        (4097, "4,097 bytes"),
        (300_000, "300,000 bytes"),
        (64 << 20, "64 MiB"),
        ((64 << 20) + 1, "67,108,865 bytes"),
    ],
)
def test_a_size_is_said_exactly_in_the_unit_that_people_would_take(size, said):
    assert say_exactly(size) == said
