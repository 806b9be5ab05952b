"""A class's results are counted from its files, and nobody is named."""

import json
import re
from pathlib import Path

import nbformat
import pytest

from shmlesson.course import results
from shmlesson.course.learning_gain import Gain
from shmlesson.course.question import questions
from shmlesson.course.record_file import NAME
from shmlesson.course.words import table

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
IDS = table("before_and_after")
RIGHT, WRONG, UNKNOWING = ("picked", "child"), ("picked", "parent"), ("picked", "")
ASKED, SETTLED = ("asked", ""), ("settled", "child")
NONE = ("picked", "none")  # what is right at the end: no zeros


def hand_in(path, before=(), after=()):
    """Somebody's file, with such records of the first question about what fork returns, and of the last."""
    pairs = [*(("who-gets-0", *record) for record in before), *(("three-returns", *record) for record in after)]
    records = [
        {"what": what, "id": id, "value": value, "sure": None, "at": float(hash(path) % 1000 + number)}
        for number, (id, what, value) in enumerate(pairs)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"version": 1, "records": records}), encoding="utf-8")


def about_fork(found):
    return next(gain for gain in found.gains if gain.name == "M01")


def asked_in(name):
    """The questions that a notebook asks and (all, or a part) does not settle, in order."""
    sources = [cell.source for cell in nbformat.read(NOTEBOOKS / name, as_version=4).cells]
    settled = {id for source in sources for id in re.findall(r'^settle\("([\w-]+)"', source, re.MULTILINE)}
    return [id for source in sources for id in re.findall(r'^ask\("([\w-]+)"', source, re.MULTILINE)], settled


def test_the_questions_are_those_of_the_first_notebook_and_of_the_last():
    first, settled = asked_in("00_start_here.ipynb")
    last, _ = asked_in("12_show_it.ipynb")

    assert [ids["before"] for ids in IDS.values()] == [id for id in first if id not in settled]
    assert [ids["after"] for ids in IDS.values()] == last
    assert [questions()[id].misconception for ids in IDS.values() for id in ids.values()] == sorted(
        [*IDS, *IDS], key=[*IDS].index
    )


def test_a_class_is_counted_from_the_folders_of_its_learners(tmp_path):
    hand_in(tmp_path / "anna" / "work" / NAME, [WRONG], [NONE])
    hand_in(tmp_path / "ben" / "work" / NAME, [RIGHT], [NONE])
    hand_in(tmp_path / "cleo" / "work" / NAME, [UNKNOWING])

    found = results(tmp_path)

    assert found.learners == 3
    assert (about_fork(found).before, about_fork(found).after) == ((1, 3), (2, 2))
    assert about_fork(found).gain == 1.0


def test_a_folder_of_files_with_names_counts_too_and_no_name_is_in_the_result(tmp_path):
    hand_in(tmp_path / f"anna-{NAME}", [WRONG], [NONE])
    hand_in(tmp_path / f"ben_4711_{NAME}", [RIGHT])
    (tmp_path / "marks.json").write_text("{}", encoding="utf-8")

    found = results(str(tmp_path))

    assert found.learners == 2
    assert found.skipped == ()
    assert "anna" not in str(found) + found._repr_html_()


def test_one_file_or_several_can_be_given(tmp_path):
    paths = [tmp_path / "a.json", tmp_path / "b" / NAME]
    for path in paths:
        hand_in(path, [RIGHT])

    assert results(paths[0]).learners == 1
    assert results(paths).learners == 2


COUNTED = {
    "the last of two picks": ([ASKED, WRONG, RIGHT], True),
    "not what is picked when it is asked again": ([ASKED, WRONG, ASKED, RIGHT], False),
    "what is picked when it is asked again, if nothing was before": ([ASKED, ASKED, RIGHT], True),
    "not what is picked after a run has settled it": ([ASKED, WRONG, SETTLED, RIGHT], False),
    "nothing, if it was settled first": ([ASKED, SETTLED, RIGHT], None),
    "no idea, as an answer that is not right": ([ASKED, UNKNOWING], False),
    "nothing, if nothing was picked": ([ASKED], None),
}


@pytest.mark.parametrize(("records", "right"), COUNTED.values(), ids=COUNTED)
def test_what_counts_before_is(tmp_path, records, right):
    hand_in(tmp_path / NAME, records)

    assert about_fork(results(tmp_path)).before == ((0, 0) if right is None else (int(right), 1))


@pytest.mark.parametrize(
    ("pairs", "gain"),
    [
        ([(False, True), (False, False), (True, True), (True, True)], 0.5),
        ([(False, False)], 0.0),
        ([(True, False), (False, False), (False, False)], -0.5),
        ([(True, True)], None),
        ([], None),
    ],
)
def test_the_gain_is_what_was_gained_of_what_could_be(pairs, gain):
    assert Gain("M01", "", (0, 0), (0, 0), tuple(pairs)).gain == gain


def test_who_answered_only_once_is_counted_there_and_not_in_the_gain(tmp_path):
    hand_in(tmp_path / "a" / NAME, [RIGHT])
    hand_in(tmp_path / "b" / NAME, [], [NONE])

    found = about_fork(results(tmp_path))

    assert (found.before, found.after, found.gain) == ((1, 1), (1, 1), None)


def test_an_older_copy_of_the_same_file_does_not_count_twice(tmp_path):
    path, old = tmp_path / "work" / NAME, tmp_path / "work-2026-01-01-1" / NAME
    hand_in(path, [WRONG, ASKED, SETTLED], [NONE])
    old.parent.mkdir()
    content = json.loads(path.read_text(encoding="utf-8"))
    old.write_text(json.dumps({**content, "records": content["records"][:1]}), encoding="utf-8")

    assert results(tmp_path).learners == 1


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"version": 2, "records": []}', b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_is_none_is_named_and_left_out_and_stays_as_it_is(tmp_path, content):
    hand_in(tmp_path / "a" / NAME, [RIGHT])
    bad = tmp_path / "b" / NAME
    bad.parent.mkdir()
    bad.write_bytes(content)

    found = results(tmp_path)

    assert found.learners == 1
    assert f"Left out: {bad} (not a file of progress)." in str(found)
    assert bad.read_bytes() == content


def test_a_file_that_is_not_there_is_named(tmp_path):
    assert results(tmp_path / "gone.json").skipped == (f"{tmp_path / 'gone.json'} (No such file or directory)",)


def test_a_folder_without_any_is_an_error_in_one_sentence(tmp_path):
    with pytest.raises(FileNotFoundError, match=rf"^there is no shmlesson-progress\.json in {tmp_path}$"):
        results(tmp_path)


def test_the_table_has_a_row_for_each_belief_and_one_for_all(tmp_path):
    hand_in(tmp_path / "a" / NAME, [WRONG], [NONE])
    hand_in(tmp_path / "b" / NAME, [RIGHT], [NONE])

    lines = str(results(tmp_path)).splitlines()

    assert lines[0] == "Before and after: 2 learners"
    assert re.split(r"  +", lines[2]) == ["wrong belief", "before", "after", "gain"]
    assert re.split(r"  +", lines[3]) == ["`os.fork` returns 0 to the parent.", "1 of 2", "2 of 2", "1.00"]
    assert re.split(r"  +", lines[4])[1:] == ["–", "–", "–"]
    assert re.split(r"  +", lines[11]) == ["all eight together", "1 of 2", "2 of 2", "1.00"]


def test_in_a_notebook_it_is_a_table_with_headers(tmp_path):
    hand_in(tmp_path / NAME, [WRONG], [NONE])

    shown = results(tmp_path)._repr_html_()

    assert shown.count('scope="row"') == 9
    assert "<code>os.fork</code> returns 0 to the parent." in shown
    assert "Before and after: one learner" in shown
