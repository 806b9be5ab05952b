"""The handout has two pages on paper, and what it must; where nothing can print it, the page is left."""

import re

import pytest
from playwright.sync_api import sync_playwright

import chromium
import handout
from shmlesson.analysis.verdicts.verdict import KINDS

A4 = (595, 842)  # in points


@pytest.fixture(scope="module")
def page():
    """The handout as HTML."""
    return handout.handout()


@pytest.fixture
def written(page, tmp_path, monkeypatch):
    """The page where ``print_to`` looks for it, and not in the build folder."""
    path = tmp_path / "handout.html"
    path.write_text(page, encoding="utf-8")
    monkeypatch.setattr(handout, "PAGE", path)
    return path


def test_on_paper_it_is_exactly_two_pages_of_a4(written):
    with sync_playwright() as playwright:
        chromium.launch(playwright).close()  # or the test is skipped

    paper = written.with_suffix(".pdf")
    assert handout.print_to(paper) == ""
    content = paper.read_bytes()
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", content)
    assert len(re.findall(rb"/Type /Page\b", content)) == 2
    assert {tuple(round(float(side)) for side in box) for box in boxes} == {A4}


def test_where_no_browser_starts_the_page_is_left_and_it_says_so(written, monkeypatch):
    monkeypatch.setattr(chromium, "found", lambda: "/nowhere/chromium")

    paper = written.with_suffix(".pdf")
    assert handout.print_to(paper).startswith("no Chromium was found, or it does not start (")
    assert written.exists()
    assert not paper.exists()


def test_it_has_five_rules_and_a_picture_with_the_text_of_its_program(page):
    assert len(re.findall(r"<li><b>", page)) == 5
    assert page.count("shmlesson-run") > 0
    assert " 4  block = mmap.mmap(-1, 100)" in page


def test_it_has_each_verdict_in_one_sentence_in_the_order_of_their_weight(page):
    kinds = re.findall(r'<th scope="row">([\w. ]+)</th><td>([^\n]+?)</td></tr>', page)[: len(KINDS)]

    assert tuple(kind for kind, _ in kinds) == tuple(KINDS)
    assert [kind for kind, meaning in kinds if not re.fullmatch(r"[^.]+(\.\w[^.]+)*\.", meaning)] == []


def test_it_has_the_five_errata_with_what_is_true_and_none_of_the_links(page):
    found = handout.errata()

    assert [name for name, *_ in found] == ["E1", "E2", "E3", "E4", "E5"]
    assert all(truth in page and says in page for _, says, truth in found)
    assert "the child gets 0, and the parent gets the child's process ID." in found[0][2].replace("’", "'")
    assert [truth for *_, truth in found if "Here " in truth or "<a" in truth] == []


def test_it_needs_nothing_from_elsewhere(page):
    assert re.findall(r'(?:src|href)="(?!look_up_a_verdict)[^"#]+"|url\(|@import', page) == []
