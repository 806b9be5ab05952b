"""Votes arrive, count once, outlast the service, name nobody, and come from people of the class only."""

import contextlib
import re
import sqlite3

import pytest

from shmlesson.course.question import questions
from votes_room import LEARNERS, TEACHER, Room

OPTIONS = [*(option.name for option in questions()["who-gets-0"].options), ""]  # of the page; the last one: no idea


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """The service, started once for all tests."""
    with Room(tmp_path_factory.mktemp("votes") / "votes.sqlite") as room:
        yield room


@pytest.fixture
def opened(room):
    """The same, with a question that has just been opened."""
    room.teach("open", question="who-gets-0")
    return room


@pytest.fixture
def own(tmp_path):
    """A service of the test's own, with a question that has just been opened."""
    with Room(tmp_path / "votes.sqlite") as room:
        room.teach("open", question="who-gets-0")
        yield room


def shown(room, round=1):
    """How many have voted for what."""
    votes = room.teach("show")["votes"][round - 1]
    return {option: count for option, (count, _, _) in zip(OPTIONS, votes, strict=True) if count}


def test_thirty_votes_at_once_arrive(opened):
    codes = opened.vote_at_once({name: OPTIONS[number % 4] for number, name in enumerate(LEARNERS)})

    assert codes == [200] * 30
    assert opened.ask(TEACHER, "state")[1]["voted"] == 30
    assert shown(opened) == dict(zip(OPTIONS, [8, 8, 7, 7], strict=True))


def test_a_vote_twice_counts_once_and_the_last_one_counts(opened):
    opened.vote("learner-1", "parent", True)
    opened.vote("learner-1", "parent", True)
    opened.vote("learner-1", "child", False)

    state = opened.teach("show")

    assert state["voted"] == 1
    assert state["votes"] == [[[1, 0, 1] if option == "child" else [0, 0, 0] for option in OPTIONS]]


def test_the_end_of_the_service_loses_no_vote_and_counts_none_twice(own):
    own.vote_at_once(dict.fromkeys(LEARNERS, "child"))
    own.kill()

    with Room(own.file) as again:
        assert again.ask(TEACHER, "state")[1]["voted"] == 30
        again.vote("learner-1", "first")
        assert shown(again) == {"child": 29, "first": 1}


def test_the_second_vote_stands_beside_the_first(opened):
    opened.vote_at_once(dict.fromkeys(LEARNERS[:3], "parent"))
    opened.teach("show")

    hidden = opened.teach("second")
    opened.vote_at_once(dict.fromkeys(LEARNERS[:2], "child"))

    assert (hidden["round"], hidden["shown"], hidden["voted"]) == (2, False, 0)
    assert (shown(opened, 1), shown(opened, 2)) == ({"parent": 3}, {"child": 2})


def test_who_has_voted_for_what_is_not_sent_to_the_page_before_it_is_shown(opened):
    opened.vote("learner-1", "parent")

    assert opened.ask(TEACHER, "state")[1]["votes"] == []
    assert opened.teach("show")["votes"] != []
    assert opened.teach("hide")["votes"] == []


def test_a_question_that_is_opened_again_begins_without_votes(opened):
    opened.vote("learner-1", "parent")
    opened.teach("open", question="new-block")

    assert opened.teach("open", question="who-gets-0")["voted"] == 0


PATHS = ["vote", "open", "show", "hide", "second", "close"]


@pytest.mark.parametrize("token", [None, "", "learner-99", "Teacher"])
@pytest.mark.parametrize("path", PATHS)
def test_whoever_is_not_of_the_class_is_refused(opened, token, path):
    code, said = opened.ask(token, path, {"question": "who-gets-0", "option": "child", "sure": None})

    assert (code, said["error"][:33]) == (403, "Only people of this class vote: l")
    state = opened.ask(TEACHER, "state")[1]
    assert (state["round"], state["shown"], state["voted"]) == (1, False, 0)


@pytest.mark.parametrize("path", PATHS[1:])
def test_a_learner_opens_shows_and_closes_nothing(opened, path):
    code, said = opened.ask("learner-1", path, {"question": "new-block"})

    assert (code, said) == (403, {"error": "Only a teacher opens, shows and closes a question."})
    state = opened.ask(TEACHER, "state")[1]
    assert (state["question"].count("os.fork()"), state["round"], state["shown"]) == (1, 1, False)


def test_a_learner_does_not_see_what_is_not_shown(opened):
    assert opened.ask("learner-1", "state")[0] == 403


NO_VOTES = {
    "There is no question 'who-gets-1'.": {"question": "who-gets-1", "option": "child"},
    "The question 'who-gets-0' has no option 'dice'.": {"question": "who-gets-0", "option": "dice"},
    "A vote is JSON with a question, an option, and sure (true, false or null).": {"question": "who-gets-0"},
}
SHAPELESS = [b"", b"{", b"[]", b"7", b"\xff", {"question": 7}, {"question": "who-gets-0", "option": 7}]


@pytest.mark.parametrize(("sentence", "vote"), NO_VOTES.items())
def test_what_is_no_vote_is_refused_with_a_sentence(opened, sentence, vote):
    assert opened.ask("learner-1", "vote", vote) == (400, {"error": sentence})


@pytest.mark.parametrize("body", [*SHAPELESS, {"question": "who-gets-0", "option": "child", "sure": 1}])
def test_what_has_not_the_form_of_a_vote_is_refused(opened, body):
    code, said = opened.ask("learner-1", "vote", body)

    assert (code, said["error"][:15]) == (400, "A vote is JSON ")


def test_a_vote_on_what_is_not_open_is_not_counted(opened):
    said = opened.vote("learner-1", "zeros", question="new-block")
    opened.teach("close")

    assert said == (409, {"error": "The teacher has not opened this question."})
    assert opened.vote("learner-1", "child")[0] == 409


def test_a_teacher_may_try_and_is_not_counted(opened):
    assert opened.vote(TEACHER, "child")[0] == 409
    assert opened.ask(TEACHER, "state")[1]["voted"] == 0


@pytest.mark.parametrize("act", ["show", "hide", "second", "close"])
def test_what_is_not_open_cannot_be_shown_or_closed(opened, act):
    opened.teach("close")

    assert opened.ask(TEACHER, act, {}) == (409, {"error": "No question is open."})


def test_there_is_no_third_vote(opened):
    opened.teach("second")

    assert opened.ask(TEACHER, "second", {}) == (409, {"error": "There is no third vote."})


def asked(room, question):
    """What the database answers."""
    with contextlib.closing(sqlite3.connect(room.file)) as file:
        return file.execute(question).fetchall()


def in_the_files(room):
    """All bytes of the database, and of what SQLite keeps beside it."""
    return b"".join(path.read_bytes() for path in room.file.parent.glob("votes.sqlite*"))


def test_no_name_is_kept_and_after_the_end_no_key_to_find_one(own):
    own.vote_at_once(dict.fromkeys(LEARNERS, "child"))
    ((key,),) = asked(own, "SELECT key FROM poll")
    assert key in in_the_files(own)

    own.teach("close")

    kept = in_the_files(own)
    assert key not in kept
    assert re.findall(rb"learner-|teacher", kept) == []


def test_the_voters_of_two_questions_cannot_be_compared(own):
    own.vote("learner-1", "child")
    own.teach("open", question="new-block")
    own.vote("learner-1", "zeros", question="new-block")

    assert len(asked(own, "SELECT DISTINCT voter FROM vote")) == 2
