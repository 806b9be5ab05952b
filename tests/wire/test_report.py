"""A report says what a process of a run can say, or it is refused: nothing else reaches a picture or a sentence."""

import contextlib
import copy
import json
import os

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shmlesson import explore, maps, program, share, trials
from shmlesson.client.log import Log
from shmlesson.client.server import SERVER
from shmlesson.errors import BadMessage, ServerLost
from shmlesson.memory.contents import MOST_RUNS
from shmlesson.views.html import lanes
from shmlesson.views.text.sentences import story
from shmlesson.wire.kinds import KINDS
from shmlesson.wire.report import HEAVIEST, check_answer, check_report, forms_of, weight
from stories import lesson_reports, report
from told import EVERYTHING, STUCK, reports_of

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
    must = dict.fromkeys(forms_of(KINDS[kind])[-1][0], plausible | anything | st.lists(st.integers(0, 300), max_size=6))
    may = dict.fromkeys(
        {"line", "block", "name", "offset", "count", "times", "value", "how", "via", "inner"} - must.keys()
    )
    return st.fixed_dictionaries(must, optional=dict.fromkeys(may, plausible | anything))


nearly_reports = st.sampled_from(sorted(KINDS)).flatmap(
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
@example([report("parent", "reads", contents=[5, 0, 5, 300])])
@example([report("parent", "forks", child="child \N{SUPERSCRIPT TWO}", returned=1)])
@example(
    [report("parent", "makes", at="semaphore", name="s", value="x"), report("parent", "receives", at="pipe", name="s")]
)
def test_whatever_is_reported_is_refused_or_can_be_described_and_drawn(reports):
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
def test_a_program_that_writes_reports_of_its_own_gets_an_error_that_says_so_and_the_next_run_works(lie, watch):
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
        ("receives", {"at": "pipe", "name": "pipe 1", "count": "many"}),
        ("writes", {"contents": [], "line": "7"}),
        ("reads", {"contents": [4, 0, 0, 4, 300]}),
        ("signals", {"pid": 5, "signal": "SIGKILL"}),
        ("changes", {"names": "x"}),
        ("forks", {"child": "child x", "returned": 5}),
        ("forks", {"child": "child 1.1", "returned": 5}),
        ("forks", {"child": "parent", "returned": 5}),
        ("waits", {"at": "pipe", "inner": 1}),
        ("waits", {"at": "somewhere", "name": "pipe 1"}),
        ("sends", {"at": "semaphore", "name": "semaphore 1"}),
        ("receives", {"at": "lock", "name": "lock 1"}),
        ("releases", {"at": "pipe", "name": "pipe 1"}),
        ("acquires", {"at": "pipe", "name": "pipe 1"}),
        ("reads", {"contents": [1, 0, 1, 0], "block": "block 1"}),
        ("reads", {"contents": [1, 0, 1, 0], "block": "block 1", "offset": -1}),
        ("reads", {"contents": [2, 0, 2, 0], "block": "block 1", "offset": (1 << 63) - 2}),
        ("prints", {"text": "x", "stream": "stdout", "more": 1}),
        ("ends", {"code": True}),
        ("ends", {"code": 256}),
        ("sleeps", {"seconds": float("nan")}),
        ("sleeps", {"seconds": 1e300}),
        ("born", {"ppid": 1 << 31, "returned": 0}),
        ("trials", {"seen": [0, 3]}),
        ("looks up", {"step": "now", "line": "", "numbers": {}}),
        ("explored", {**EXPLORED, "orders": 1 << 40}),
        ("changes", {"names": ["x"] * 100_001}),
        ("makes", {"at": "pipe", "name": "x" * 30_000}),
    ],
)
def test_a_step_that_says_what_none_can_is_refused(kind, detail):
    with pytest.raises(BadMessage, match=r"^a report "):
        check_report(report("parent", kind, **detail))


FULL = [256, 0, *[1, 7] * MOST_RUNS]


@pytest.mark.parametrize("numbers", [[0, 0], [5, 0, 5, 97], [5, 0, 2, 0, 3, 255], FULL, [257, 1, *FULL[2:]]], ids=len)
def test_contents_whose_runs_make_up_their_size_can_be_reported(numbers):
    check_report(report("parent", "reads", contents=numbers))


@pytest.mark.parametrize(
    "numbers",
    [
        *([], [5], [5, 0], [5, 0, 5], [5, 0, 4, 97], [5, 0, 6, 97], [5, 0, 0, 1, 5, 97], [5, 0, -1, 1, 6, 97]),
        *([5, 0, 1 << 31, 97], [5, 0, 5, -1], [5, 0, 5, 256], [5, 1, 4, 97], [5, 2, 5, 97], [5, False, 5, 97]),
        *([True, 0, 1, 97], [1 << 63, 0, 1 << 63, 0], [256, 1, *FULL[2:]], [257, 0, *FULL[2:], 1, 8], "5055"),
    ],
    ids=str,
)
def test_contents_whose_runs_do_not_are_refused(numbers):
    with pytest.raises(BadMessage, match=r"^a report "):
        check_report(report("parent", "reads", contents=numbers))


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("sleeps", {"seconds": True, "line": 3}),
        ("signals", {"pid": -(10**30), "signal": 10**30, "line": 3}),
        ("makes", {"at": "barrier", "name": "barrier 1", "value": 10**30}),
        ("makes", {"at": "semaphore", "name": "semaphore 1", "value": True}),
        ("acquires", {"at": "file lock", "name": "lock on caf\udce9"}),
        ("reaps", {"pid": 5, "ended": -64}),
    ],
)
def test_what_a_program_can_do_though_it_makes_no_sense_can_be_reported(kind, detail):
    check_report(report("parent", kind, **detail))


def test_reports_that_together_are_too_long_to_be_kept_are_refused():
    log, one = Log("program.py"), report("parent", "fails", error="x" * (1 << 23))

    for _ in range(HEAVIEST // weight(one)):
        log.add(one)

    with pytest.raises(BadMessage, match=r"^the reports of this run are too many, or too long: more than 256 MiB$"):
        log.add(one)


def test_what_is_not_kept_does_not_count():
    log, one = Log("program.py"), report("parent", "fails", error="x" * (1 << 23))

    for _ in range(HEAVIEST // weight(one) + 1):
        log.add(one)
        del log.reports[:]


def test_ends_that_others_collected_count_too():
    log = Log("program.py")
    log.ended = dict.fromkeys(range(HEAVIEST // 1000), 0)
    log._weight = HEAVIEST

    with pytest.raises(BadMessage, match=r"too many, or too long"):
        log.add(report("parent", "collects", pid=5, ended=0))


def test_of_what_was_found_in_orders_the_latest_is_kept_and_it_never_grows_less():
    log = Log("program.py")
    for orders in (1, 3):
        log.add(report("parent", "explored", **{**EXPLORED, "orders": orders}))

    with pytest.raises(BadMessage, match=r"^a report of fewer orders than there have been"):
        log.add(report("parent", "explored", **{**EXPLORED, "orders": 2}))

    assert [one["detail"]["orders"] for one in log.reports] == [3]


ANSWERS = [
    *({"ready": 5}, {"leader": 5}, {"event": {}}, {"reports": ""}, {"ended": [5, -9]}, {"output": "x"}),
    *({"stopping": None}, {"stopping": 200}, {"done": {"failed": "x"}}),
    {"done": {"dropped": 0, "truncated": 7, "bad": None}, "number": 4},
]


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_what_the_server_says_is_an_answer(answer):
    check_answer(answer)


@pytest.mark.parametrize(
    "answer",
    [
        *({}, {"number": 4}, {"ready": "5"}, {"leader": 0}, {"leader": True}, {"leader": 1 << 31}, {"event": []}),
        *(
            {"reports": None},
            {"ended": 5},
            {"ended": [5]},
            {"ended": [5, 0, 0]},
            {"ended": [-1, 0]},
            {"ended": ["5", 0]},
        ),
        *({"output": 5}, {"stopping": "x"}, {"stopping": -1}, {"done": None}, {"done": {"dropped": "x"}}),
        *({"done": {"truncated": -1}}, {"done": {"bad": 5}}, {"done": {"more": 1}}, {"output": "x", "leader": 5}),
    ],
    ids=str,
)
def test_what_the_server_does_not_say_is_none(answer):
    with pytest.raises(BadMessage, match=r"^the fork server does not say so: "):
        check_answer(answer)


@pytest.fixture(scope="module")
def real():
    """What processes of real runs reported, and the texts of their programs."""
    acts = [
        share,
        lambda: share(300, "b", writer="child", wait="semaphore", made="after"),
        lambda: program(EVERYTHING),
        lambda: program(STUCK, order=0),
        lambda: trials(3),
        lambda: explore("import os\nos.fork()", orders=2),
        *([maps] if os.path.exists("/proc/self/smaps") else []),
    ]
    with pytest.MonkeyPatch.context() as patch:
        runs = [reports_of(act, patch) for act in acts]
    SERVER.stop()
    return runs


numbers = st.sampled_from([0, 1, -1, 2, 255, 256, 1 << 31, (1 << 63) - 1, 1 << 63, -(1 << 63), 10**4200, 0.5, 1e300])
words = st.sampled_from(
    [
        *("", "x", "parent", "child 1", "child 2", "child 1.1", "child 99", "child ²", "any child", "the ", "block 1"),
        *("lock 1", "pipe 1", "’s ", "\ud800", "pipe", "lock", "event", "barrier", "view", "stdout", "private", "end"),
    ]
)
blocks = st.sampled_from([[], [1], [5, 0, 1 << 31, 97], [5, 0, 5, 97], FULL, [(1 << 63) - 1, 0, (1 << 63) - 1, 3]])
odd = st.none() | st.booleans() | numbers | words | blocks | anything


def places(value):
    """All places in a report that something else can be put into: what has them, and the key."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, inner in items for place in ((value, key), *places(inner))]


@st.composite
def changes(draw):
    """A few changes to a list of reports, each a function."""
    return draw(
        st.lists(st.tuples(st.integers(0, 9), st.integers(0, 1 << 20), st.integers(0, 1 << 20), odd), min_size=1)
    )


def change(reports, what, where, other, value):
    """Do something to the reports that a process of a run does not do."""
    one, another = reports[where % len(reports)], reports[other % len(reports)]
    inside = places(one)
    if what <= 4:
        thing, key = inside[other % len(inside)]
        thing[key] = copy.deepcopy(value)
    elif what == 5:
        one["detail"], another["detail"] = copy.deepcopy(another.get("detail")), copy.deepcopy(one.get("detail"))
    elif what == 6:
        one["process"] = another.get("process")
    elif what == 7:
        reports.insert(other % len(reports), copy.deepcopy(one))
    elif what == 8:
        reports.append(reports.pop(where % len(reports)))
    else:
        one.pop(list(one)[other % len(one)], None) if one else None


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_real_reports_with_a_few_lies_among_them_are_refused_or_described_and_drawn(real, data):
    reports, source = copy.deepcopy(data.draw(st.sampled_from(real)))
    for one in data.draw(changes()):
        change(reports, *one)
    log = Log("program.py", source=source, stopped_after=data.draw(st.sampled_from([None, 1.0])))
    for one in reports:
        with contextlib.suppress(BadMessage):
            log.add(one)
    log.stopped = {one["pid"] for one in log.reports[:: data.draw(st.integers(1, 5))]}

    run = log.run()

    assert story(run).startswith("program.py")
    assert lanes.picture(run)
    assert repr(run).startswith("<Run of program.py: ")
    assert {id(event) for event in run.story} <= {id(event) for event in run.events}
