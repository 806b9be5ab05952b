"""The parent is blue and solid, a child orange and dashed, wherever one is drawn."""

from pathlib import Path

import pytest

from shmlesson.memory.contents import Contents
from shmlesson.views.html import roles
from shmlesson.views.html.block import strip

PANES = Path(roles.__file__).parents[1] / "widgets" / "panes.css"


@pytest.mark.parametrize(
    ("role", "colour", "line"),
    [("parent", roles.PARENT, "solid"), ("child 1", roles.CHILD, "dashed"), ("child 1.2", roles.CHILD, "dashed")],
)
def test_a_role_has_its_name_its_colour_and_its_line(role, colour, line):
    title = roles.named(role)

    assert f">{role}</span>" in title
    assert f"color:{colour};border-bottom:3px {line}" in title


@pytest.mark.parametrize("role", ["parent", "child 1"])
def test_the_strip_of_what_a_process_saw_is_framed_with_its_line(role):
    drawn = strip(Contents.uniform(9, 97), role=role)

    assert f"border:2px {roles.line_of(role)} {roles.colour_of(role)};" in drawn


@pytest.mark.parametrize("colour", [roles.PARENT, roles.CHILD])
def test_the_style_sheet_of_the_panes_has_the_same_colours(colour):
    mixed, _, _ = colour.replace(",", ", ").partition("var(")

    assert mixed in PANES.read_text(encoding="utf-8")
