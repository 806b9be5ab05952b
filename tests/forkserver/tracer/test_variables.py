"""What a process has changed of its plain variables is known, and nobody is asked for it, or kept alive by it."""

import weakref
from collections import Counter, deque

import pytest

from shmlesson import program
from shmlesson.forkserver.tracer.variables import Variables


class Odd:
    """An object of the program's own that takes no questions."""

    __module__ = "__main__"

    def __init__(self):
        self.number = 1

    def __eq__(self, other):
        raise AssertionError("it was compared")

    def __getattribute__(self, name):
        raise AssertionError("it was asked")

    __hash__ = __repr__ = __len__ = __iter__ = __eq__


def append(names):
    names["x"].append(1)


def set_item(names):
    names["x"]["a"]["b"] = 2


@pytest.mark.parametrize(
    ("before", "change"),
    [
        (0, lambda names: names.update(x=1)),
        (1, lambda names: names.update(x=True)),
        (None, lambda names: names.update(x=[1])),
        ([], append),
        (deque(), append),
        ([[0]], lambda names: names["x"][0].append(1)),
        ({"a": {"b": 1}}, set_item),
        (Counter("aa"), lambda names: names["x"].update("b")),
        ({1, 2}, lambda names: names["x"].remove(1)),
        (bytearray(3), lambda names: names["x"].__setitem__(0, 1)),
        ([Odd()], append),
    ],
)
def test_a_change_is_found_wherever_it_was_made(before, change):
    names = {"x": before, "y": 1}
    variables = Variables(names)
    unchanged = variables.changed()

    change(names)

    assert (unchanged, variables.changed()) == ({}, {"names": ["x"]})


def test_the_attributes_of_an_object_are_looked_at_and_the_object_is_asked_nothing():
    odd = Odd()
    variables = Variables({"x": [odd], "y": Odd})

    object.__setattr__(odd, "number", 2)

    assert variables.changed() == {"attributes": ["number x"]}


@pytest.mark.parametrize("value", [object(), iter([1]), open, [0] * 10_001])
def test_what_is_not_plain_or_too_much_is_not_looked_at(value):
    names = {"x": value}
    variables = Variables(names)

    names["x"] = 1

    assert variables.changed() == {}


def test_nothing_is_kept_alive():
    odd = Odd()
    names = {"x": [odd], "y": odd}
    variables = Variables(names)
    gone = weakref.ref(odd)

    del odd, names["y"], names["x"][0]

    assert gone() is None
    assert variables.changed() == {"names": ["x"]}


FUNCTION = """
import os
class Noisy:
    def __del__(self):
        print("gone")
def main():
    words, noisy = [], Noisy()
    {more}
    if os.fork() == 0:
        noisy = None
        words.append("child")
        print("after it")
        os._exit(0)
    os.wait()
    noisy = None
    print(words)
main()
"""


@pytest.mark.parametrize(("more", "found"), [("pass", ["plain variable"]), ("before = locals()", [])])
def test_the_variables_of_functions_are_looked_at_unless_the_function_does_it_itself(more, found):
    run = program(FUNCTION.format(more=more))

    assert [verdict.kind for verdict in run.verdicts] == found
    assert (run.child.printed == "gone\nafter it\n") == (more == "pass")
