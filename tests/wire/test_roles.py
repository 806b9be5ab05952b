"""Roles: names that say who forked whom."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shmlesson.wire.roles import child_of, child_towards, descends, is_role, parent_of, rank

roles = st.lists(st.integers(1, 10**9 - 1), max_size=4).map(
    lambda numbers: f"child {'.'.join(map(str, numbers))}" if numbers else "parent"
)


@given(roles, st.integers(1, 10**9 - 1))
def test_a_child_is_its_parents_and_comes_behind_it(role, number):
    child = child_of(role, number)

    assert parent_of(child) == role
    assert rank(role) < rank(child)
    assert descends(child, role)
    assert not descends(role, child)
    assert child_towards(role, child) == child_towards(role, child_of(child, 7)) == child


def test_the_parent_has_none_in_the_run():
    assert parent_of("parent") == ""


def test_the_tenth_child_comes_behind_the_ninth_and_its_children():
    assert sorted(["child 10", "child 9.2", "parent", "child 9"], key=rank) == [
        *("parent", "child 9", "child 9.2", "child 10")
    ]


@given(roles)
def test_what_a_process_can_be_called_is_a_role(role):
    assert is_role(role)


@pytest.mark.parametrize(
    "name",
    [
        *("", "child", "child ", "child 0", "child 01", "child x", "child ²", "child 1.", "child 1..2", "child .1"),
        *(
            "child 1.0",
            "child 1234567890",
            "child 1 ",
            "child 1\n",
            "child -1",
            "parent ",
            "Child 1",
            "child \N{ARABIC-INDIC DIGIT ONE}",
        ),
    ],
)
def test_nothing_else_is(name):
    assert not is_role(name)


@given(st.text("child 0129.²parent\n", max_size=12))
def test_a_role_is_what_the_pattern_says(name):
    pattern = r"parent|child [1-9][0-9]{0,8}(\.[1-9][0-9]{0,8})*"

    assert is_role(name) == (re.fullmatch(pattern, name) is not None)
