"""The judge: wrong programs have their verdicts, right ones have none, and neither takes long."""

import signal

import pytest

from calls import calls_of
from shmlesson.analysis.run import Run
from shmlesson.analysis.verdicts.judge import judge
from shmlesson.analysis.verdicts.verdict import KINDS, Verdict
from shmlesson.memory.contents import Contents
from shmlesson.trace.event import Event
from shmlesson.trace.process import Process

CHILD, SECOND = "child 1", "child 2"
BRANCH = "import os\n" * 7 + "x = [0]\npid = os.fork()\nif pid == 0:\n    x[0] = 1\n    os._exit(0)\n"


class Story:
    """A run in the making: each call is one event, on the line that is given."""

    def __init__(self, source="pass\n"):
        self.events, self.source, self.ended = [], source, {"parent": 0}
        self.does("parent", "born", ppid=1, returned=None)

    def does(self, role, kind, line=None, **detail):
        if kind in ("reads", "writes"):
            detail = {
                "block": "block 1",
                "offset": 0,
                "contents": Contents.uniform(detail.pop("length", 1), 1),
                **detail,
            }
        self.events.append(Event(role, kind, len(self.events), detail | ({} if line is None else {"line": line})))
        return self

    def maps(self, role="parent", line=1, memory="shared", block="block 1", size=10):
        return self.does(role, "maps", line, size=size, memory=memory, block=block)

    def makes(self, at, name, value=None):
        return self.does("parent", "makes", 2, at=at, name=name, **({} if value is None else {"value": value}))

    def forks(self, child=CHILD, line=3, by="parent", **detail):
        self.ended[child] = 0
        self.does(by, "forks", line, child=child, returned=7, **detail)
        return self.does(child, "born", line, ppid=1, returned=0)

    def access(self, role, kind, line, lock=None, **detail):
        """A read or a write, within a section of its own if there is a lock."""
        if lock:
            self.acquires(role, lock, line, at="lock")
        self.does(role, kind, line, **detail)
        return self.releases(role, lock, line, at="lock") if lock else self

    def releases(self, role, name, line=None, at="pipe", **detail):
        return self.does(
            role,
            "sends" if at == "pipe" else "releases",
            line,
            at=at,
            name=name,
            **({"count": 1} if at == "pipe" else {}) | detail,
        )

    def acquires(self, role, name, line=None, at="pipe", **detail):
        return self.does(
            role,
            "receives" if at == "pipe" else "acquires",
            line,
            at=at,
            name=name,
            **({"count": 1} if at == "pipe" else {}) | detail,
        )

    def waits(self, role, name, line, at="pipe"):
        return self.does(role, "waits", line, at=at, name=name)

    def leaves(self, *roles, how="_exit", line=None, reaped=True, **facts):
        for role in roles:
            self.does(role, "ends", line, code=0, how=how, **facts)
            if reaped:
                self.does("parent", "reaps", 90, pid=7, ended=0, child=role)
        return self

    def killed(self, role, number):
        self.ended[role] = -number
        return self.does("parent", "reaps", 90, pid=7, ended=-number, child=role)

    def run(self, stopped=(), **facts):
        processes = [
            Process(
                role,
                number,
                1,
                exit_code=None if role in stopped or code < 0 else code,
                signal=signal.Signals(-code) if code < 0 else None,
                stopped=role in stopped,
            )
            for number, (role, code) in enumerate(self.ended.items(), 100)
        ]
        return Run("program.py", tuple(processes), tuple(self.events), source=self.source, **facts)

    def judged(self, stopped=(), **facts):
        return [(verdict.kind, *verdict.lines) for verdict in judge(self.run(stopped, **facts))]


def shared(*children):
    """A block and its children, forked on line 3."""
    story = Story().maps().makes("pipe", "pipe 1").makes("lock", "lock 1", 1).makes("lock", "lock 2", 1)
    for child in children or [CHILD]:
        story.forks(child)
    return story


def test_a_verdict_is_shown_as_its_text():
    assert str(Verdict("race", "Who is first?", ("parent",), (1,))) == "Who is first?"


def test_a_lesson_is_not_judged():
    run = shared().access(CHILD, "writes", 5).access("parent", "reads", 6).leaves(CHILD).run()

    assert judge(Run(run.call, run.processes, run.events)) == ()


def test_a_write_and_a_read_without_an_order_race():
    (verdict,) = judge(shared().access(CHILD, "writes", 5, length=100).access("parent", "reads", 6).leaves(CHILD).run())

    assert (verdict.kind, verdict.lines, verdict.processes) == ("race", (5, 6), ("parent", "child 1"))
    assert verdict.text == (
        "Line 5 (child 1) writes bytes 0 to 99 of the block, line 6 (parent) reads byte 0,"
        " and nothing puts one before the other."
    )


@pytest.mark.parametrize("first", [CHILD, "parent"])
def test_a_sleep_is_no_order_whoever_came_first(first):
    story = shared().does("parent", "sleeps", 5, seconds=0.1)
    acts = {CHILD: (CHILD, "writes", 4), "parent": ("parent", "reads", 6)}
    for role in sorted(acts, key=lambda role: role != first):
        story.access(*acts[role])

    (verdict,) = judge(story.leaves(CHILD).run())

    assert (verdict.kind, verdict.lines) == ("sleep", (4, 6, 5))
    assert verdict.text == (
        "Line 4 (child 1) writes byte 0 of the block, line 6 (parent) reads it, and nothing but the sleep on line 5"
        " puts one before the other: on a busy machine it can be the other way round."
    )


def test_a_sleep_before_the_fork_stands_between_nothing():
    story = Story().maps().does("parent", "sleeps", 2, seconds=1).forks()

    assert story.access(CHILD, "writes", 5).access("parent", "reads", 6).leaves(CHILD).judged() == [("race", 5, 6)]


def test_the_sleep_of_a_parent_stands_between_its_children():
    story = shared().access(CHILD, "writes", 5).does("parent", "sleeps", 6, seconds=1).forks(SECOND, 7)

    assert story.access(SECOND, "reads", 8).leaves(CHILD, SECOND).judged() == [("sleep", 5, 8, 6)]


@pytest.mark.parametrize("word", ["reap", "pipe", "end of file", "semaphore", "event", "barrier", "lock as a signal"])
def test_a_word_that_was_waited_for_is_an_order(word):
    story = shared().makes("semaphore", "semaphore 1", 0).makes("event", "event 1").makes("barrier", "barrier 1", 2)
    story.acquires("parent", "lock 1", 4, at="lock") if word == "lock as a signal" else None
    story.access(CHILD, "writes", 5)
    match word:
        case "pipe":
            story.releases(CHILD, "pipe 1").acquires("parent", "pipe 1")
        case "end of file":
            story.acquires("parent", "pipe 1", count=0)
        case "semaphore" | "event":
            story.releases(CHILD, f"{word} 1", at=word).acquires("parent", f"{word} 1", at=word)
        case "barrier":
            story.releases("parent", "barrier 1", at=word).releases(CHILD, "barrier 1", at=word)
            story.acquires("parent", "barrier 1", at=word)
        case "lock as a signal":
            story.releases(CHILD, "lock 1", at="lock").acquires("parent", "lock 1", at="lock")
        case "reap":
            story.leaves(CHILD)
    story.access("parent", "reads", 8)

    assert (story if word == "reap" else story.leaves(CHILD)).judged() == []


def test_a_message_that_was_sent_before_the_write_orders_nothing():
    story = shared().releases(CHILD, "pipe 1").access(CHILD, "writes", 5).acquires("parent", "pipe 1")

    assert story.access("parent", "reads", 6).leaves(CHILD).judged() == [("race", 5, 6)]


def test_one_word_of_two_puts_one_write_of_two_in_order():
    story = shared(CHILD, SECOND).access(CHILD, "writes", 5).releases(CHILD, "pipe 1")
    story.access(SECOND, "writes", 7, offset=1).releases(SECOND, "pipe 1").acquires("parent", "pipe 1")

    assert story.access("parent", "reads", 9, length=2).leaves(CHILD, SECOND).judged() == [("race", 7, 9)]


def test_a_child_whose_report_comes_before_that_of_its_fork_was_forked_all_the_same():
    story = Story().maps().access("parent", "writes", 2).does(CHILD, "born", ppid=1, returned=0)
    story.ended[CHILD] = 0
    story.access(CHILD, "reads", 4).does("parent", "forks", 3, child=CHILD, returned=7)

    assert story.leaves(CHILD).judged() == []


@pytest.mark.parametrize(
    ("lock", "other", "found"),
    [("lock 1", "lock 1", []), ("lock 1", "lock 2", [("race", 5, 6)]), ("lock 1", None, [("race", 5, 6)])],
)
def test_a_lock_helps_where_both_hold_the_same(lock, other, found):
    story = shared().access(CHILD, "writes", 5, lock).access("parent", "reads", 6, other).leaves(CHILD)

    assert story.judged() == found


def test_a_lock_that_both_hold_for_something_else_is_no_order():
    story = shared().access(CHILD, "writes", 5).access(CHILD, "writes", 6, "lock 1", offset=5)

    assert story.access("parent", "reads", 8, "lock 1", offset=9).access("parent", "reads", 9).leaves(
        CHILD
    ).judged() == [("race", 5, 9)]


def test_a_flag_under_a_lock_is_an_order():
    story = shared().access(CHILD, "writes", 5, offset=5).access(CHILD, "writes", 6, "lock 1")

    assert (
        story.access("parent", "reads", 8, "lock 1").access("parent", "reads", 9, offset=5).leaves(CHILD).judged() == []
    )


def test_sections_of_one_lock_cannot_overlap():
    story = shared().acquires(CHILD, "lock 1", 4, at="lock").releases(CHILD, "pipe 1").access(CHILD, "writes", 5)
    story.releases(CHILD, "lock 1", at="lock").acquires("parent", "pipe 1").acquires("parent", "lock 1", at="lock")

    assert story.releases("parent", "lock 1", at="lock").access("parent", "reads", 9).leaves(CHILD).judged() == []


def test_different_bytes_do_not_race():
    story = shared().access(CHILD, "writes", 5, length=5).access("parent", "writes", 6, offset=5, length=5)

    assert story.leaves(CHILD).judged() == []


def test_the_same_byte_written_through_views_is_written_twice():
    story = shared().access(CHILD, "writes", 5, via="view").access("parent", "writes", 6, via="view")

    assert story.leaves(CHILD).judged() == [("race", 5, 6)]


def test_two_reads_do_not_race():
    story = shared().access(CHILD, "reads", 5).access("parent", "reads", 6)

    assert story.leaves(CHILD).judged() == []


def test_an_update_of_two_processes_can_be_lost():
    story = shared(CHILD, SECOND)
    for role in (CHILD, SECOND):
        story.access(role, "reads", 5).access(role, "writes", 5)

    (verdict,) = judge(story.leaves(CHILD, SECOND).run())

    assert (verdict.kind, verdict.lines) == ("race", (5,))
    assert verdict.text == (
        "Line 5 (child 1 and child 2) reads and writes byte 0 of the block,"
        " and nothing puts one before the other: an update can be lost."
    )


@pytest.mark.parametrize(("whole", "found"), [(False, [("lost update", 5)]), (True, [])])
def test_a_lock_for_each_access_is_none_for_the_update(whole, found):
    story = shared(CHILD, SECOND)
    for role in (CHILD, SECOND):
        story.acquires(role, "lock 1", 5, at="lock").does(role, "reads", 5)
        if not whole:
            story.releases(role, "lock 1", 5, at="lock").acquires(role, "lock 1", 5, at="lock")
        story.does(role, "writes", 5).releases(role, "lock 1", 5, at="lock")

    assert story.leaves(CHILD, SECOND).judged() == found


def test_a_lock_around_the_whole_update_helps_whatever_locks_each_access():
    story = shared(CHILD, SECOND)
    for role in (CHILD, SECOND):
        story.acquires(role, "lock 2", 4, at="lock").access(role, "reads", 5, "lock 1").access(
            role, "writes", 5, "lock 1"
        )
        story.releases(role, "lock 2", 5, at="lock")

    assert story.leaves(CHILD, SECOND).judged() == []


def test_two_updates_in_the_order_of_a_pipe_lose_nothing():
    story = shared(CHILD, SECOND)
    for role in (CHILD, SECOND):
        story.acquires(role, "pipe 1") if role == SECOND else None
        story.access(role, "reads", 5, "lock 1").access(role, "writes", 5, "lock 1").releases(role, "pipe 1")

    assert story.leaves(CHILD, SECOND).judged() == []


def test_a_child_that_happened_to_have_ended_at_the_next_start_is_no_order_for_the_next():
    story = shared().access(CHILD, "writes", 5).does(CHILD, "ends", code=0, how="process")
    story.does("parent", "reaps", 6, pid=7, ended=0, child=CHILD, inner=True).forks(SECOND, 6)

    assert story.access(SECOND, "reads", 7).leaves(SECOND).judged() == [("race", 5, 7)]


def test_what_comes_after_quiet_is_not_judged():
    story = shared().does(CHILD, "truncated").access(CHILD, "writes", 5).access("parent", "reads", 6)

    assert story.leaves(CHILD).judged() == []


def test_at_most_three_races_are_reported():
    story = shared()
    for line in range(5, 15):
        story.access(CHILD, "writes", line).access("parent", "reads", line + 20)

    assert len(story.leaves(CHILD).judged()) == 3


def test_a_block_made_by_each_is_not_shared():
    story = Story().forks(line=2).maps(line=3, block="block 1").maps(CHILD, 3, block="child 1’s block 1")
    story.access(CHILD, "writes", 5, block="child 1’s block 1").leaves(CHILD).access("parent", "reads", 7)

    assert story.judged() == [("made after", 3, 2, 5, 7)]


def test_a_block_of_each_for_itself_is_right():
    story = Story().forks(line=2).maps(line=3, block="block 1").maps(CHILD, 3, block="child 1’s block 1")
    story.access(CHILD, "writes", 5, block="child 1’s block 1").access("parent", "writes", 6)

    assert story.access("parent", "reads", 7).leaves(CHILD).judged() == []


@pytest.mark.parametrize(("own", "found"), [(False, [("private", 1, 5, 7)]), (True, [])])
def test_a_private_block_keeps_what_is_written_to_itself(own, found):
    story = Story().maps(memory="private").forks().access(CHILD, "writes", 5).leaves(CHILD)
    story.access("parent", "writes", 6) if own else None

    assert story.access("parent", "reads", 7).judged() == found


@pytest.mark.parametrize(
    ("rest", "found"),
    [
        ("os.wait()\nprint(x)\n", [("plain variable", 14)]),
        ("os.wait()\n", []),
        ("x = [2]\nprint(x)\n", []),
        ("if x:\n    x = 3\n", [("plain variable", 13)]),
        ("if os.wait():\n    x = 3\nprint(x)\n", [("plain variable", 15)]),
    ],
)
def test_a_plain_variable_is_each_process_s_own(rest, found):
    story = Story(BRANCH + rest).forks(line=9).does(CHILD, "changes", names=["pid", "x"]).leaves(CHILD)

    assert story.judged() == found


@pytest.mark.parametrize(("slept", "found"), [(True, [("plain variable", 5)]), (False, [])])
def test_a_plain_variable_that_the_parent_changes_is_not_changed_for_a_child_that_waits_for_it(slept, found):
    source = "import os\nx = [0]\npid = os.fork()\nif pid == 0:\n    print(x)\n    os._exit(0)\nx[0] = 1\nos.wait()\n"
    story = Story(source).forks(line=3)
    if slept:
        story.does(CHILD, "sleeps", 5, seconds=1)
    story.leaves(CHILD).does("parent", "changes", names=["x"])

    assert story.judged() == found


TWO = "import os\npid = 0\npid = os.fork()\nif pid == 0:\n    print(1)\nprint(2)\n"
WITH = "import os\nwith lock:\n    if os.fork() == 0:\n        exit()\n"


@pytest.mark.parametrize(
    ("source", "how", "facts", "found"),
    [
        (TWO, "end", {}, [("fell off", 3)]),
        (TWO.replace("print(2)", ""), "end", {}, []),
        (TWO.replace("if pid == 0", "while pid"), "end", {}, []),
        (TWO.replace("if pid == 0", "while pid"), "end", {"copied": True}, [("fell off", 3)]),
        (TWO, "sys.exit", {}, []),
        (TWO, "sys.exit", {"copied": True}, [("sys.exit", 8)]),
        (WITH, "sys.exit", {}, [("sys.exit", 8, 2)]),
        (WITH.replace("lock", "copy:\n  pass\nif 1"), "sys.exit", {}, []),
        (TWO, "process", {}, []),
    ],
)
def test_a_child_is_told_how_to_leave_if_it_did_what_was_meant_for_its_parent(source, how, facts, found):
    story = Story(source).forks(line=source[: source.index("fork")].count("\n") + 1)
    for line, text in enumerate(source.splitlines(), 1):
        if "print" in text:
            story.does(CHILD, "prints", line, text="x", stream="stdout")

    assert story.leaves(CHILD, how=how, line=8 if how == "sys.exit" else None, **facts).judged() == found


def test_children_that_do_the_same_are_named_together():
    story = Story(TWO).forks(SECOND).forks(CHILD)
    for child in (SECOND, CHILD):
        story.does(child, "prints", 6, text="x", stream="stdout").leaves(child, how="end")
    (verdict,) = judge(story.run())

    assert verdict.text.startswith("Child 1 and child 2, forked on line 3, do not leave where their part ends")


@pytest.mark.parametrize(
    ("source", "inner", "parent", "found"),
    [
        ("pass", False, {}, [("not reaped", 3)]),
        ("# SIGCHLD", False, {}, [("not reaped", 3)]),
        ("pass", True, {}, []),
        ("pass", False, None, []),  # it has become another program, or was killed
        ("pass", False, {"children": "ignored"}, []),
        ("pass", False, {"children": "handled"}, [("not reaped", 3)]),
        ("os.waitpid(-1, 0)", False, {"children": "handled"}, []),
    ],
)
def test_a_child_that_the_program_forked_itself_is_reaped(source, inner, parent, found):
    story = Story(source).forks(inner=inner).leaves(CHILD, reaped=False)
    if parent is not None:
        story.leaves("parent", how="end", reaped=False, **parent)

    assert story.judged() == found


@pytest.mark.parametrize(("how", "found"), [("_exit", []), ("end", [("not reaped", 4)])])
def test_who_ends_right_behind_a_fork_leaves_its_child_to_the_system(how, found):
    story = Story().forks().forks("child 1.1", 4, by=CHILD).leaves(CHILD, how=how).leaves("child 1.1", reaped=False)

    assert story.judged() == found


def test_a_text_that_lay_in_the_buffer_at_the_fork_comes_twice():
    story = Story().forks(pending="one, ").does(CHILD, "prints", 5, text="one, two", stream="stdout").leaves(CHILD)

    assert story.does("parent", "prints", 9, text="one, ", stream="stdout").judged() == [("copied buffer", 3)]


def test_a_copied_buffer_that_only_one_writes_out_is_right():
    story = Story().forks(pending="one, ").leaves(CHILD).does("parent", "prints", text="one, ", stream="stdout")

    assert story.judged() == []


@pytest.mark.parametrize(("sent", "found"), [(True, [("signal", 8)]), (False, [("signal",)])])
def test_a_signal_is_named_with_who_sent_it(sent, found):
    story = Story().forks()
    story.does("parent", "signals", 8, pid=7, signal=9, to=CHILD) if sent else None

    assert story.killed(CHILD, 9).judged() == found


def test_a_lock_that_its_holder_took_along_is_held_for_ever():
    story = shared().acquires(CHILD, "lock 1", 5, at="lock").leaves(CHILD)

    assert story.judged() == [("lock held", 5)]
    assert story.waits("parent", "lock 1", 9, "lock").judged(["parent"]) == [("lock held", 9, 5)]


def test_who_wants_its_own_lock_once_more_waits_for_ever():
    story = Story().makes("lock", "lock 1", 1).acquires("parent", "lock 1", 5, at="lock")

    assert story.waits("parent", "lock 1", 6, "lock").judged(["parent"]) == [("lock held", 6, 5)]


def crosswise():
    story = shared().acquires(CHILD, "lock 1", 5, at="lock").acquires("parent", "lock 2", 8, at="lock")
    return story.waits(CHILD, "lock 2", 6, "lock").waits("parent", "lock 1", 9, "lock")


def test_locks_taken_crosswise_are_a_deadlock():
    (verdict,) = judge(crosswise().run(["parent", CHILD]))

    assert (verdict.kind, verdict.lines) == ("deadlock", (5, 6, 8, 9))


def test_a_process_that_only_had_no_time_left_is_in_no_deadlock():
    story = crosswise().acquires(CHILD, "lock 2", 6, at="lock").does(CHILD, "sleeps", 7, seconds=60)

    assert story.judged(["parent", CHILD]) == []


def test_a_full_pipe_is_waited_for_on_both_sides():
    story = shared().waits("parent", CHILD, 9, "child").releases(CHILD, "pipe 1", 5, count=65_537)

    assert story.judged(["parent", CHILD]) == [("full pipe", 9, 5)]


@pytest.mark.parametrize(
    ("rest", "found"), [("os.write(w, b'x')\n", [("deadlock", 7, 9)]), ("pass\n", [("waits for ever", 7, 9)])]
)
def test_a_wait_for_a_word_depends_on_whether_there_is_one_to_come(rest, found):
    source = "import os\n\n\n\n\nif os.fork() == 0:\n    os.read(r, 1)\n    os._exit(0)\nos.wait()\n" + rest
    story = Story(source).makes("pipe", "pipe 1").forks(line=6).waits(CHILD, "pipe 1", 7)

    assert story.waits("parent", "any child", 9, "child").judged(["parent", CHILD]) == found


@pytest.mark.parametrize("at", ["pipe", "semaphore", "event"])
def test_what_nobody_can_release_any_more_is_waited_for_for_ever(at):
    story = Story().makes(at, f"{at} 1", 0).forks().leaves(CHILD).waits("parent", f"{at} 1", 9, at)

    assert story.judged(["parent"]) == [("waits for ever", 9)]


def test_the_most_serious_verdict_comes_first():
    story = shared(CHILD, SECOND).access(CHILD, "writes", 5).access("parent", "reads", 6)
    story.leaves(CHILD, how="end", reaped=False, copied=True).killed(SECOND, 11).leaves("parent", reaped=False)

    kinds = [kind for kind, *_ in story.judged()]

    assert kinds == sorted(kinds, key=KINDS.index) == ["signal", "race", "fell off", "not reaped"]


def turn(role, lock):
    """One locked or unlocked update."""
    section = [Event(role, kind, 0, {"at": "lock", "name": "lock 1", "line": 5}) for kind in ("acquires", "releases")]
    detail = {"block": "block 1", "offset": 0, "contents": Contents.uniform(1, 1), "line": 5}
    update = [Event(role, kind, 0, detail) for kind in ("reads", "writes")]
    return [section[0], *update, section[1]] if lock else update


@pytest.mark.parametrize(("children", "lock", "found"), [(2, True, []), (200, False, [("race", 5)]), (200, True, [])])
def test_ten_thousand_events_cost_less_than_two_hundred_calls_each(children, lock, found):
    roles = [f"child {number + 1}" for number in range(children)]
    story = shared(*roles)
    turns = 9_500 // children // (4 if lock else 2)
    story.events += [event for _ in range(turns) for role in roles for event in turn(role, lock)]
    run = story.leaves(*roles).run()

    calls, verdicts = calls_of(judge, run)

    assert [(verdict.kind, *verdict.lines) for verdict in verdicts] == found
    assert calls < 10_000 * 200
