"""The website: made from what is saved, in full, with links that lead somewhere, and for everybody."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import axe
from kernels import ROOT

pytestmark = pytest.mark.browser

PAGES = ("docs/index.html", "notebooks/05_write_and_read.html", "notebooks/03_fork_a_child.html", "docs/guide.html")
THEMES = ("light", "dark")
BY_ITSELF = "scrollable-region-focusable"  # browsers let Tab lead to what can be scrolled; axe does not know that


class Links(HTMLParser):
    """What a page links to, and the places in it that others can link to."""

    def __init__(self, text):
        super().__init__()
        self.targets, self.places = set(), set()
        self.feed(text)

    def handle_starttag(self, _, attributes):
        for name, value in attributes:
            if name in ("href", "src") and value:
                self.targets.add(value)
            if name in ("id", "name") and value:
                self.places.add(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder with the site, made as ``make site`` makes it: a warning is an error."""
    folder = tmp_path_factory.mktemp("site")
    strict = ("--quiet", "--fail-on-warning", "--keep-going", "-d", str(folder / "trees"))
    command = [sys.executable, "-m", "sphinx", *strict, "-c", "docs", ".", str(folder / "site")]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert made.returncode == 0, made.stderr
    return folder / "site"


@pytest.fixture
def opened(browser, site):
    """Opens a page of the site in a theme; what it fetches, or stumbles over, is kept in ``page.wrong``."""
    pages = []

    def open_page(path, theme="light"):
        page = browser.browser.new_page(color_scheme=theme, viewport={"width": 1280, "height": 900})
        page.wrong = []
        page.on("request", lambda request: request.url.startswith("http") and page.wrong.append(request.url))
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.goto((site / path).as_uri(), wait_until="networkidle")
        page.wait_for_function("document.documentElement.dataset.theme")  # it sets its colours by itself
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.close()


def test_every_notebook_and_every_page_is_there(site):
    sources = [*(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "docs").glob("*.md"), ROOT / "ARCHITECTURE.md"]

    assert [path for path in sources if not (site / path.relative_to(ROOT)).with_suffix(".html").exists()] == []


def test_every_link_within_the_site_leads_somewhere(site):
    pages = {
        path: Links(path.read_text(encoding="utf-8"))
        for path in sorted({*site.rglob("*.html")} - {*site.glob("_static/*")})
    }

    assert len(pages) > 10
    assert [(path.name, target) for path, links in pages.items() for target in links.targets
            if not leads_somewhere(path, target, pages)] == []  # fmt: skip


def leads_somewhere(path, target, pages):
    """Does a link on the page at ``path`` lead to a file that is there, and to a place in it?"""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return True
    there = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if there not in pages or not parts.fragment:
        return there.exists()
    return unquote(parts.fragment) in pages[there].places


def test_a_link_that_leads_nowhere_would_be_found(site):
    page = site / "docs/index.html"
    pages = {page: Links('<a id="here">')}

    leads = [leads_somewhere(page, target, pages) for target in ("#here", "#there", "nothing.html", "guide.html")]
    assert leads == [True, False, False, True]


def test_the_outputs_are_those_that_were_saved(site):
    shown = (site / "notebooks/05_write_and_read.html").read_text(encoding="utf-8")

    assert shown.count('<table class="shmlesson-run') > 2
    assert "I am the child" in shown


def test_each_notebook_can_be_opened_in_binder(site):
    pages = sorted((site / "notebooks").glob("*.html"))
    links = [re.findall(r'href="(https://mybinder\.org/[^"]+)"', page.read_text(encoding="utf-8")) for page in pages]

    assert all(page.with_suffix(".ipynb").name in links[0] for page, links in zip(pages, links, strict=True))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious_and_nothing_is_fetched(opened, path, theme):
    page = opened(path, theme)

    assert [fault for fault in axe.faults_of(page) if fault[0] != BY_ITSELF] == []
    assert page.wrong == []


def test_a_word_that_is_looked_for_is_found(opened):
    page = opened("docs/index.html")

    page.goto(page.url.replace("docs/index.html", "search.html?q=deadlock"))
    found = page.locator("#search-results li a").first
    found.wait_for(timeout=20_000)
    assert "notebooks/" in found.get_attribute("href")


@pytest.mark.parametrize("width", [1280, 400])
def test_no_page_must_be_scrolled_sideways(opened, width):
    for path in PAGES:
        page = opened(path)
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth"), Path(path).name
