"""The questions on two nodes: each is settled by what these told, made up, and by real ones where Ray is installed."""

import re
import subprocess
import sys

import pytest

from made_up_nodes import SIZE, THERE, got, stores
from shmlesson.cluster.needed import LeftOut, missing
from shmlesson.course.question import questions
from shmlesson.course.rules import CannotSettle

QUESTIONS = [question for question in questions().values() if question.only == "ray"]
IN_ORDER = ("ray-put", "ray-get-here", "ray-write", "ray-get-there", "ray-full", "ray-killed")
EACH = pytest.mark.parametrize("id", IN_ORDER)
MADE_UP = {
    "ray-put": "a",
    "ray-get-here": got(),
    "ray-write": ValueError("assignment destination is read-only"),
    "ray-get-there": got("there", THERE, 0.3),
    "ray-full": stores(spilled=(SIZE, SIZE)),
    "ray-killed": ["there", "here"],
}
needs_ray = pytest.mark.skipif(bool(missing("ray")), reason=missing("ray"))


def test_these_are_all_of_them():
    assert sorted(question.id for question in QUESTIONS) == sorted(IN_ORDER)


@EACH
def test_everybody_gets_an_answer_of_their_own_and_the_right_option_is_found(id):
    question = questions()[id]

    found = question.found(MADE_UP[id])
    answers = {option.answer.format(**found.facts) for option in question.options}

    assert found.option == question.right
    assert len(answers) == len(question.options)
    assert not [answer for answer in answers if re.search(r"[{}]|None", answer)]


@EACH
@pytest.mark.parametrize("strange", [None, True, 3.5, "", "nonsense", [], {}, LeftOut("it was not run")], ids=repr)
def test_what_is_of_another_sort_cannot_settle_it(id, strange):
    with pytest.raises(CannotSettle):
        questions()[id].found(strange)


@pytest.mark.parametrize(
    ("id", "evidence"),
    [("ray-get-here", got("there", THERE)), ("ray-get-there", got()), ("ray-full", stores())],
)
def test_what_settles_one_does_not_settle_another(id, evidence):
    with pytest.raises(CannotSettle):
        questions()[id].found(evidence)


REAL = f"""
import ast
import sys

import numpy as np
import ray

from shmlesson.cluster import two_nodes
from shmlesson.course.question import questions

with two_nodes(300) as nodes:
    names = {{"np": np, "ray": ray, "nodes": nodes, "size": {SIZE}}}
    for id in {IN_ORDER}:
        *before, last = ast.parse(questions()[id].evidence).body
        exec(compile(ast.Module(before, []), "cell", "exec"), names)
        evidence = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
        print("found", id, questions()[id].found(evidence).option)
"""


@needs_ray
def test_real_nodes_settle_all_of_them_in_order():
    run = subprocess.run([sys.executable, "-c", REAL], capture_output=True, text=True, timeout=300)
    found = [line.split()[1:] for line in run.stdout.splitlines() if line.startswith("found")]

    assert found == [[id, questions()[id].right] for id in IN_ORDER], run.stderr
