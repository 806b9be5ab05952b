"""A table has a header with a scope for every row and column, and no text in it is taken for markup."""

import pytest

from elements import Elements, check_picture
from shmlesson.views.html.table import Html, cell, header, row, scrolling, table

HOSTILE = "<script>alert('&')</script>"


def test_a_table_has_its_caption_its_titles_and_a_body_for_each_group():
    drawn = table(("step", "who"), [row(header("1"), cell("parent"))], [row(header("2"), cell())], caption="a run")

    assert drawn == (
        '<table><caption style="text-align:left">a run</caption>'
        '<thead><tr><th scope="col">step</th><th scope="col">who</th></tr></thead>'
        '<tbody><tr><th scope="row">1</th><td>parent</td></tr></tbody>'
        '<tbody><tr><th scope="row">2</th><td></td></tr></tbody></table>'
    )
    check_picture(scrolling(drawn))


@pytest.mark.parametrize(
    "drawn",
    [
        table([HOSTILE], [], caption=HOSTILE),
        row(header(HOSTILE), cell(HOSTILE)),
        header(HOSTILE, scope="rowgroup", columns=2),
    ],
    ids=["caption and title", "cells", "header of rows"],
)
def test_text_is_escaped(drawn):
    assert "script" not in {tag for tag, _ in Elements(drawn).seen}
    assert "&lt;script&gt;" in drawn
    assert "&amp;lt;" not in drawn


def test_markup_stands_in_a_cell_as_it_is():
    assert cell(Html("<b>1</b>"), "color:#111") == '<td style="color:#111"><b>1</b></td>'
