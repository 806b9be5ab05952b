"""Orders: the table of outcomes, each with a button that opens its run, to be stepped through."""

from dataclasses import replace

import pytest

from elements import rows
from shmlesson.api.exploration import Exploration, Outcome
from shmlesson.views import Orders
from shmlesson.views.html import exploration
from stories import program_run


def outcome(printed, order=0, run=None):
    return Outcome(1, order, {"child 1": printed}, {}, {"parent": "exited with 0", "child 1": "exited with 0"}, run)


FOUND = Exploration(
    "%%program --orders 9",
    (outcome("97", run=program_run()), outcome("0", 5, program_run("private")), outcome("lost", 7)),
    3,
    complete=True,
)
UNSEEN = Exploration("%%program --orders 9", (), 0, complete=False, unseen=True, why="line 3", ordinary=program_run())


def press(orders, place):
    """What the browser sends when the button in this row is pressed."""
    orders._outcomes._handle_custom_msg({"open": place}, [])


def test_each_outcome_that_was_kept_has_a_button_that_says_which_order_it_opens():
    table = Orders(FOUND)._outcomes.table

    assert table.count("<button") == 2
    assert 'data-outcome="1" aria-label="Step through order 5">Step through</button>' in table
    assert [row.partition("--")[2] for row in rows(table)[1:4]] == [
        *("order 0 Step through", "order 5 Step through"),
        "order 7",
    ]


def test_at_first_none_is_open_and_what_is_pressed_is_opened_below():
    orders = Orders(FOUND)
    assert (orders.opened, orders._lanes.run) == (None, None)

    press(orders, 1)

    assert (orders.opened, orders._outcomes.opened) == (1, 1)
    assert orders._lanes.run == replace(FOUND.outcomes[1].run, call='order 5: child 1 printed "0"')
    assert orders._lanes.step == 1


def test_a_press_leads_the_learner_to_the_slider(monkeypatch):
    orders, sent = Orders(FOUND), []
    monkeypatch.setattr(orders._lanes, "send", sent.append)

    orders.opened = 0
    assert sent == []
    press(orders, 0)

    assert sent == [{"focus": True}]


@pytest.mark.parametrize("asked", [2, 3, -1])
def test_what_was_not_kept_cannot_be_opened(asked):
    orders = Orders(FOUND, opened=0)

    orders.opened = asked

    assert (orders.opened, orders._lanes.run) == (None, None)


@pytest.mark.parametrize("content", ["open", {"open": "1"}, {}, None])
def test_what_no_button_sends_opens_nothing(content):
    orders = Orders(FOUND)

    orders._outcomes._handle_custom_msg(content, [])

    assert orders.opened is None


def test_another_exploration_closes_what_was_open():
    orders = Orders(FOUND, opened=1)

    orders.exploration = replace(FOUND, call="another")

    assert (orders.opened, orders._lanes.run) == (None, None)
    assert "another: 3 orders" in orders._outcomes.table


def test_where_nothing_can_be_explored_the_ordinary_run_is_open():
    assert Orders(UNSEEN)._lanes.run == UNSEEN.ordinary


def test_its_faces_are_those_of_the_exploration():
    bundle = Orders(FOUND)._repr_mimebundle_()

    assert (bundle["text/html"], bundle["text/plain"]) == (exploration.picture(FOUND), str(FOUND))
    assert (Orders().face_html(), Orders().face_text()) == ("", "No orders yet.")
