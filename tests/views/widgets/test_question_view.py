"""The widget of a question shows what was picked, and nothing else; keys and screen readers get as much as the eye."""

import pytest

from shmlesson.course.words import WORDS
from shmlesson.views.widgets.question import NO_IDEA, Question

OPTIONS = {"parent": "(a) the `parent`", "child": "(b) the child"}


@pytest.fixture
def picks():
    return []


@pytest.fixture
def question(picks):
    return Question("Who gets `0`?", OPTIONS, WORDS, lambda *pick: picks.append(pick))


def texts(question):
    return [button.description for button in question._buttons.values()]


def test_at_first_nothing_is_picked(question, picks):
    assert texts(question) == ["(a) the parent", "(b) the child", "no idea"]
    assert question._said.value == '<div role="status" aria-live="polite">Nothing picked yet.</div>'
    assert picks == []


def test_a_press_picks_with_a_tick_and_a_word_for_screen_readers(question, picks):
    question._buttons["child"].click()

    assert texts(question) == ["(a) the parent", "✓ (b) the child", "no idea"]
    assert "Picked: (b) the child.<" in question._said.value
    assert picks == [("child", None)]


def test_another_press_picks_another(question, picks):
    question.pick("child")
    question.pick("parent")

    assert texts(question) == ["✓ (a) the parent", "(b) the child", "no idea"]
    assert picks == [("child", None), ("parent", None)]


@pytest.mark.parametrize(("sure", "said"), [(True, "You are sure."), (False, "A guess.")])
def test_one_can_say_how_sure_one_is(question, picks, sure, said):
    question.pick("child")
    question._sureness[sure].click()

    assert question._said.value.endswith(f"Picked: (b) the child. {said}</div>")
    assert picks[-1] == ("child", sure)


def test_of_nothing_and_of_no_idea_one_cannot_be_sure(question, picks):
    question.say_sure(True)
    question.pick("child")
    question.say_sure(True)
    question.pick(NO_IDEA)
    question.say_sure(True)

    assert picks == [("child", None), ("child", True), ("", None)]
    assert all(button.disabled for button in question._sureness.values())


def test_its_face_is_the_same_whatever_was_picked(question):
    before = question.face_text(), question.face_html()
    question.pick("parent")

    assert (question.face_text(), question.face_html()) == before
    assert question.face_text() == "Who gets `0`?\n  (a) the `parent`\n  (b) the child"


def test_text_is_escaped_and_code_is_code():
    face = Question("Is `a < b` & so on?", {"x": "<b>", "y": "no"}, WORDS, print).face_html()

    assert "<code>a &lt; b</code> &amp; so on?" in face
    assert "&lt;b&gt;</li>" in face


def test_an_option_that_is_not_there_is_a_lookup_error(question):
    with pytest.raises(LookupError, match=r"^no option 'nobody'; there are 'parent', 'child', ''$"):
        question.pick("nobody")
