"""What was asked, answered and checked is kept from one session to the next, and says what was shown."""

import fcntl
import json
import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

import shmlesson.course.keeping as keeping
import shmlesson.course.record_file as record_file
from shmlesson.command import working_copy
from shmlesson.course import forget, progress
from shmlesson.course.exercise import exercises
from shmlesson.course.ladder import all_exercises
from shmlesson.course.question import questions
from shmlesson.course.record_file import MARK, NAME, RecordFile, file_for
from shmlesson.course.store import Record, Store

WHO = questions()["who-gets-0"]


class Session:
    """A notebook's kernel in that folder: its store, and its file."""

    def __init__(self, folder):
        self.store = Store(clock=iter(range(100)).__next__)
        self.file = RecordFile(folder / NAME, self.store)
        self.file.open()


@pytest.fixture
def session(tmp_path, monkeypatch):
    """Starts a session, which ``progress`` and ``forget`` are about then."""

    def start():
        session = Session(tmp_path)
        monkeypatch.setattr(keeping, "STORE", session.store)
        monkeypatch.setattr(keeping, "FILE", session.file)
        return session

    return start


def test_another_session_knows_what_was_done_in_this_one(session):
    first = session()
    first.store.add("picked", "who-gets-0", "parent", True)
    first.store.add("settled", "who-gets-0", "child")

    second = session()

    assert second.store.records == first.store.records
    assert f"  - {WHO.shows} You had said “the parent”." in str(progress())


def test_two_notebooks_at_the_same_time_lose_nothing_of_each_other(session):
    one, two = session(), session()
    one.store.add("asked", "who-gets-0")
    two.store.add("asked", "new-block")
    one.store.add("asked", "adding")

    assert [record.id for record in one.file.records()] == ["who-gets-0", "new-block", "adding"]
    assert "3 of" in str(progress())


def test_kernels_that_write_at_once_lose_nothing_of_each_other(session):
    names = [[f"{kernel}-{number}" for number in range(20)] for kernel in range(3)]

    with ThreadPoolExecutor() as kernels:
        list(kernels.map(lambda own: [*map(partial(session().store.add, "asked"), own)], names))

    assert sorted(session().store.asked()) == sorted(name for own in names for name in own)


PREDICTIONS = {
    "You had said so.": [("picked", "parent"), ("picked", "child"), ("settled", "child")],
    "You had said “the parent”.": [
        ("picked", "parent"),
        ("settled", "child"),
        ("picked", "child"),
        ("settled", "child"),
    ],
    "You had said that you had no idea.": [("picked", ""), ("settled", "child")],
    "": [("settled", "child"), ("picked", "child")],
}


@pytest.mark.parametrize(("said", "records"), PREDICTIONS.items(), ids=PREDICTIONS)
def test_what_counts_is_what_was_said_before_the_first_run_that_settled_it(session, said, records):
    store = session().store
    for what, value in records:
        store.add(what, "who-gets-0", value)

    assert f"  - {WHO.shows} {said}".rstrip() + "\n" in str(progress())


def test_what_was_shown_comes_in_the_order_in_which_it_was_asked(session):
    store = session().store
    for name in ("who-gets-0", "adding"):
        store.add("asked", name)
    for name in ("adding", "who-gets-0"):
        store.add("settled", name, questions()[name].right)

    said = str(progress())

    assert said.index(WHO.shows) < said.index(questions()["adding"].shows)


def test_the_last_page_is_held_against_the_first(session):
    store = session().store
    for name, picked in {"who-gets-0": "parent", "adding": "both", "three-returns": "none"}.items():
        assert "on the first page" not in str(progress())
        store.add("picked", name, picked)

    assert "right in 1 of 2 questions on the first page, and in 1 of 1 on the last." in str(progress())


def test_what_was_done_and_what_was_not_are_counted(session):
    store = session().store
    records = [
        *(("asked", "who-gets-0", ""), ("picked", "who-gets-0", "child"), ("settled", "who-gets-0", "parent")),
        *(("asked", "gone", ""), ("checked", "fixed", "done"), ("checked", "strayed", "not yet")),
        *(("picked", "practise-1-1", "b"), ("settled", "practise-1-1", "b"), ("settled", "practise-1-2", "a")),
    ]
    for record in records:
        store.add(*record)

    lines = str(progress()).splitlines()

    assert lines[:3] == [
        f"Questions: 1 of {len(questions())} asked, 1 answered, 0 settled by a run of yours.",
        f"Exercises: 1 of {len(all_exercises())} done, 1 tried and not yet done.",
        "Practice: 2 settled by a run of yours, 1 of them as you had predicted.",
    ]
    assert f"  - `fixed`: {exercises()['fixed'].done}" in lines
    assert f"<li><code>fixed</code>: {exercises()['fixed'].done}</li>" in progress()._repr_html_()


def test_at_first_nothing_has_been_shown(session):
    session()

    assert "Nothing has been shown yet: `settle` a question, or `check` an exercise." in str(progress())
    assert "<code>settle</code> a question" in progress()._repr_html_()


def test_what_was_forgotten_does_not_come_back(session):
    first, other = session(), session()
    first.store.add("checked", "fixed", "done")

    assert str(forget()) == "Forgotten. You start afresh."
    other.store.add("asked", "adding")

    assert [record.id for record in session().store.records] == ["adding"]


GOOD = Record("asked", "adding", at=1.0).to_json()
DAMAGED = {
    "half of it": '{"version": 1, "rec',
    "nothing": "",
    "no table": "[]",
    "no records": '{"version": 1}',
    "of a later version": '{"version": 2, "records": []}',
    "a record that is none": json.dumps({"version": 1, "records": [GOOD, 7]}),
    "a record with less": json.dumps({"version": 1, "records": [{"what": "asked"}]}),
    "a record of another sort": json.dumps({"version": 1, "records": [{**GOOD, "what": "guessed"}]}),
    "a record with a number for a name": json.dumps({"version": 1, "records": [{**GOOD, "id": 3}]}),
    "too deep": "[" * 100_000,
    "no text": b"\xff\xfe\x00",
}


@pytest.mark.parametrize("damaged", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_kept_beside_and_a_new_one_begun(session, tmp_path, capsys, damaged):
    content = damaged if isinstance(damaged, bytes) else damaged.encode()
    for _ in range(2):
        (tmp_path / NAME).write_bytes(content)
        session().store.add("asked", "adding")

    kept = [tmp_path / f"shmlesson-progress-damaged{number}.json" for number in ("", "-2")]
    assert [path.read_bytes() for path in kept] == [content] * 2
    assert [record.id for record in session().store.records] == ["adding"]
    assert capsys.readouterr().err.splitlines()[0] == (
        f"{NAME} could not be read, so you start afresh; what was in it is in {kept[0].name} now."
    )


def test_a_file_that_cannot_be_written_is_said_and_stays_as_it_is(session, tmp_path, monkeypatch):
    store = session().store
    store.add("asked", "adding")
    before = (tmp_path / NAME).read_bytes()

    with monkeypatch.context() as patch:
        patch.setattr(record_file.Path, "replace", fails)
        store.add("asked", "new-block")
        told = str(progress())
    unchanged = (tmp_path / NAME).read_bytes()
    store.add("asked", "who-gets-0")

    assert "Your progress could not be saved just now: No space left on device." in told
    assert "2 of" in told
    assert unchanged == before
    assert "could not be saved" not in str(progress())
    assert len(session().store.records) == 3
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def fails(*given):
    raise OSError(28, "No space left on device")


def test_a_file_that_cannot_be_read_just_now_is_not_overwritten(session, tmp_path, monkeypatch):
    first = session().store
    first.add("asked", "adding")

    with monkeypatch.context() as patch:
        patch.setattr(record_file.Path, "read_bytes", fails)
        first.add("asked", "new-block")

    assert [record.id for record in session().store.records] == ["adding"]


def test_another_kernel_that_never_gives_the_lock_back_is_not_waited_for(session, tmp_path, monkeypatch):
    monkeypatch.setattr(record_file, "_PATIENCE", 0.02)
    store = session().store
    descriptor = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)

    store.add("asked", "adding")
    os.close(descriptor)

    assert len(session().store.records) == 1


def test_it_is_kept_in_a_working_copy_and_nowhere_else(tmp_path):
    assert MARK == working_copy._NOTE
    assert file_for(tmp_path, Store()) is None

    (tmp_path / MARK).touch()

    assert file_for(tmp_path, Store()).path == tmp_path / NAME


def test_elsewhere_it_is_of_this_session_and_says_so(monkeypatch):
    store = Store()
    monkeypatch.setattr(keeping, "STORE", store)
    monkeypatch.setattr(keeping, "FILE", None)
    store.add("checked", "fixed", "done")

    assert "1 of" in str(progress())
    assert str(progress()).endswith("working copy of the notebooks, which `shmlesson lab` makes.")
    assert str(forget()) == "Forgotten. You start afresh."
    assert store.records == ()
