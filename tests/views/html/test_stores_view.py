"""The nodes of a cluster as a picture: boxes, bars and tables say what the text says."""

import re

import pytest

from elements import check_picture, rows
from made_up_nodes import HERE, SIZE, STORE, THERE, got, stores
from shmlesson.cluster import Copies
from shmlesson.cluster.stores import Held, Store, Stores
from shmlesson.views.html import copies  # fmt: skip
from shmlesson.views.html import stores as view


def test_the_picture_is_sound():
    check_picture(view.picture(stores(spilled=(100, 200))))


def test_each_process_stands_in_the_box_of_its_node_with_the_store_that_it_maps():
    here, there = view.picture(stores()).split("node there</div>")

    assert rows(here)[1:] == [
        f"{name} maps the store of here, rw-s, inode {HERE}" for name in ("notebook kernel", "raylet")
    ]
    assert rows(there)[1:] == [f"{name} maps the store of there, rw-s, inode {THERE}" for name in ("raylet", "reader")]


def test_a_bar_is_as_long_as_its_object_is_large():
    widths = re.findall(r'<rect x="[\d.]+" y="3" width="([\d.]+)"', view.picture(stores()))

    assert widths == [f"{260 * 256 / 640:g}"] * 3


def test_what_was_written_to_disk_is_named_and_not_drawn_in_the_store():
    store = Store("here", HERE, STORE, (Held(1, SIZE, spilled=True), Held(2, SIZE)))
    html = view.picture(Stores((store,), ()))

    assert "with object 2 (256 MiB); written to disk: object 1 (256 MiB)" in html
    assert html.count('y="3"') == 1


def test_the_text_says_the_same():
    text = str(stores(spilled=(1 << 20, 1 << 20)))

    assert text.splitlines()[0] == (
        f"node here: a store of 640 MiB, inode {HERE}, with object 1 (256 MiB), object 2 (256 MiB)"
    )
    assert f"  reader          maps the store of there, rw-s, inode {THERE}" in text
    assert text.endswith("On disk: 2 files, with 2 MiB in all.")


@pytest.mark.parametrize(("inode", "apart"), [(THERE, True), (HERE, False)])
def test_stores_are_apart_unless_a_process_maps_that_of_another_node(inode, apart):
    assert stores(there=inode).apart is apart


def test_a_table_of_copies_says_what_was_copied():
    table = Copies((got(), got("there", THERE, 0.3), got("nowhere", 0, 1.2)))

    assert rows(copies.picture(table))[1:] == [
        "Ray, node here 0.4 the store it was in no",
        "Ray, node there 300 another store yes",
        "Ray, node nowhere 1,200 memory of its own yes",
    ]
    assert str(table).splitlines()[1].split("  ")[0] == "Ray, node here"
