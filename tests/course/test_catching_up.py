"""Who is behind sees what the notebooks before have shown, a line each, from runs of now."""

from pathlib import Path

import pytest

from shmlesson.course import catch_up
from shmlesson.course.catching_up import printed
from shmlesson.course.words import table

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
EARLIER = table("earlier")
SHOWN = {number: shows for number, shows in EARLIER.items() if shows}


def test_every_numbered_notebook_can_be_caught_up_with():
    assert list(EARLIER) == [path.name[:2] for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))]


@pytest.mark.parametrize("number", SHOWN)
def test_each_program_prints_what_its_sentence_says(number):
    assert [line for _, line in printed(SHOWN[number])] == SHOWN[number]["prints"]


def test_it_shows_a_line_for_each_notebook_before_and_what_a_run_printed():
    said = str(catch_up("05")).splitlines()

    assert [line[:2] for line in said[1:]] == ["01", "02", "03", "04"]
    assert said[-1].endswith("Here the parent printed “my child's exit code: 3”.")


def test_where_the_order_is_left_open_it_shows_what_all_orders_print():
    assert "over all orders, the parent printed “without a lock: 1” or “without a lock: 2”." in str(catch_up("09"))


def test_it_is_ten_lines_at_most():
    assert len(SHOWN) == 10
    assert all("\n" not in shows["says"] for shows in SHOWN.values())


@pytest.mark.parametrize("number", ["00", "01"])
def test_the_first_notebooks_need_nothing(number):
    assert str(catch_up(number)) == f"Nothing needs to be known before {number}."


def test_the_table_in_a_notebook_has_the_same_as_the_text():
    shown = catch_up("03")._repr_html_()

    assert shown.count("<tr>") == 3
    assert "<code>bytearray</code>" in shown
    assert "“a million zeros: True”" in shown


def test_another_number_gets_the_close_ones():
    with pytest.raises(LookupError, match=r"^there is no notebook '5'; did you mean '05'\?$"):
        catch_up("5")
