"""The colours of bytes can be told apart, by those who see no green as far as that goes, and black is read on them."""

from itertools import combinations, pairwise
from math import dist

import pytest

from shmlesson.memory.contents import Contents
from shmlesson.views.html.colour import MIXED, colour, paint

PRINTABLE, SMALL = range(0x20, 0x7F), range(ord("a"), ord("z") + 1)
_WITHOUT_GREEN = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881))
_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_OPPONENTS = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def linear(code):
    parts = [int(code[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def seen(code):
    """Where the colour is in OKLab."""
    return times(_OPPONENTS, [cone ** (1 / 3) for cone in times(_CONES, linear(code))])


def seen_without_green(code):
    light = [min(1, max(0, part)) for part in times(_WITHOUT_GREEN, linear(code))]
    return times(_OPPONENTS, [cone ** (1 / 3) for cone in times(_CONES, light)])


def luminance(code):
    return sum(a * b for a, b in zip((0.2126, 0.7152, 0.0722), linear(code), strict=True))


def apart(pairs, look=seen):
    """How far apart the colours of these bytes are, at least."""
    return min(dist(look(colour(one)), look(colour(other))) for one, other in pairs)


@pytest.mark.parametrize(("look", "least"), [(seen, 0.24), (seen_without_green, 0.23)])
def test_a_and_x_look_different(look, least):
    assert apart([(ord("a"), ord("x"))], look) >= least


@pytest.mark.parametrize(("look", "least"), [(seen, 0.09), (seen_without_green, 0.09)])
def test_bytes_that_follow_one_another_look_different(look, least):
    assert apart(pairwise(range(1, 256)), look) >= least


@pytest.mark.parametrize(("look", "least"), [(seen, 0.04), (seen_without_green, 0.014)])
def test_any_two_small_letters_look_different(look, least):
    assert apart(combinations(SMALL, 2), look) >= least


def test_any_two_printable_characters_look_different():
    assert apart(combinations(PRINTABLE, 2)) >= 0.024


def test_no_character_looks_like_a_zero_or_like_a_block_of_several_bytes():
    greys = [seen(colour(0)), seen(MIXED)]

    assert all(dist(seen(colour(byte)), grey) >= 0.03 for byte in PRINTABLE for grey in greys)


def test_black_can_be_read_on_each():
    assert all((luminance(colour(byte)) + 0.05) / (luminance("#111111") + 0.05) >= 7 for byte in range(256))


def test_a_block_has_the_colour_of_its_byte_or_is_grey():
    assert paint(Contents.uniform(9, 97)) == colour(97)
    assert paint(Contents(2, [(0, 1, 97), (1, 1, 98)])) == MIXED
