"""A report says what a process of a run can say, or it is refused: nothing else reaches a picture or a sentence."""

import contextlib
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shmlesson import program, share
from shmlesson.errors import BadMessage, ServerLost
from shmlesson.records import Log
from shmlesson.report import _KINDS, check_answer, check_report
from shmlesson.views import lanes
from shmlesson.views.words import story
from stories import lesson_reports, report

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)


plausible = st.integers(-2, 9) | st.sampled_from(
    ["pipe", "lock", "child", "barrier", "pipe 1", "block 1", "shared", "end"]
)


def a_detail(kind):
    """What a kind must say, and some of what it may, nearly right."""
    must = dict.fromkeys(_KINDS[kind][-1][0], plausible | anything | st.lists(st.integers(0, 300), max_size=6))
    may = dict.fromkeys(
        {"line", "block", "name", "offset", "count", "times", "value", "how", "via", "inner"} - must.keys()
    )
    return st.fixed_dictionaries(must, optional=dict.fromkeys(may, plausible | anything))


nearly_reports = st.sampled_from(sorted(_KINDS)).flatmap(
    lambda kind: st.fixed_dictionaries(
        {
            "process": st.sampled_from(["parent", "child 1", "child 1.2", "child ²", "nobody"]) | anything,
            "pid": st.integers() | anything,
            "kind": st.just(kind) | anything,
            "time": st.integers() | anything,
            "detail": a_detail(kind) | anything,
        }
    )
)


@given(st.lists(nearly_reports | st.dictionaries(st.text(max_size=5), anything), max_size=6))
@example([report("parent", "sees", contents=[5, 0, 5, 300])])
@example([report("parent", "forks", child="child \N{SUPERSCRIPT TWO}", returned=1)])
@example(
    [report("parent", "makes", at="semaphore", name="s", value="x"), report("parent", "hears", at="pipe", name="s")]
)
def test_whatever_is_reported_is_refused_or_can_be_told_and_drawn(reports):
    log = Log("program.py", source="import os\nos.fork()\n")
    for one in reports:
        with contextlib.suppress(BadMessage):
            log.add(one)

    run = log.run()

    assert story(run).startswith("program.py")
    assert lanes.picture(run)
    assert all(verdict.text for verdict in run.verdicts)


@pytest.mark.parametrize("one", lesson_reports(), ids=lambda one: f"{one['process']} {one['kind']}")
def test_what_the_lesson_reports_is_a_report(one):
    check_report(one)


@pytest.mark.parametrize("missing", ["process", "pid", "kind", "time", "detail"])
def test_a_report_without_one_of_its_parts_is_refused(missing):
    one = report("parent", "prints", text="x", stream="stdout")
    del one[missing]

    with pytest.raises(BadMessage, match=r"^a report "):
        check_report(one)


LIES = [
    {},
    {"detail": None},
    {"kind": "prints", "detail": {}},
    {"kind": "prints", "detail": {"text": 7, "stream": []}},
    {"kind": "born", "pid": -1, "detail": {"ppid": 1, "returned": "x"}},
    {"kind": "reaps", "detail": {"pid": [], "ended": 0}},
    {"kind": "limit", "detail": {"processes": "many"}},
    {"part": 1, "of": [], "last": True},
]


@pytest.mark.parametrize("watch", [None, lambda event: None], ids=["at the end", "as it comes"])
@pytest.mark.parametrize("lie", LIES, ids=str)
def test_a_program_that_writes_reports_of_its_own_is_told_so_and_the_next_run_works(lie, watch):
    line = json.dumps({"process": "parent", "pid": 5, "time": 1, **lie}) + "\n"
    act = f"import os\nos.write(200, {line.encode()!r})"

    with pytest.raises(ServerLost, match=r"^program\.py had a broken report: "):
        program(act, watch=watch)

    assert str(share().child.saw) == "100 x 61 'a'"


EXPLORED = {"outcomes": [], "orders": 1, "complete": False, "unseen": True}


def test_what_was_found_in_orders_is_a_report():
    check_report(report("parent", "explored", **EXPLORED))


@pytest.mark.parametrize("field", EXPLORED)
def test_what_was_found_in_orders_must_say_all_of_it(field):
    some = {name: value for name, value in EXPLORED.items() if name != field}

    with pytest.raises(BadMessage, match=r"^a report that does not say what it must"):
        check_report(report("parent", "explored", **some))


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("views", {"block": 1}),
        ("makes", {"at": "pipe"}),
        ("hears", {"at": "pipe", "name": "pipe 1", "count": "many"}),
        ("writes", {"contents": [], "line": "7"}),
        ("sees", {"contents": [4, 0, 0, 4, 300]}),
        ("signals", {"pid": 5, "signal": "SIGKILL"}),
        ("changes", {"names": "x"}),
        ("forks", {"child": "child x", "returned": 5}),
        ("waits", {"at": "pipe", "inner": 1}),
    ],
)
def test_a_step_that_says_what_none_can_is_refused(kind, detail):
    with pytest.raises(BadMessage, match=r"^a report "):
        check_report(report("parent", kind, **detail))
