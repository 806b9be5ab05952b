"""The votes as a class has them: two learners in notebooks, and the teacher's page for the projector."""

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor

import pytest

import axe
from kernels import ROOT
from votes_room import LEARNERS, TEACHER, Room

pytestmark = pytest.mark.browser

SENT = "Your vote is with the teacher."
THEMES = ("light", "dark")
# A kernel of somebody in the class: what the hub would have put into its environment.
AS_A_LEARNER = """
import os
os.environ.update(SHMLESSON_VOTES={url!r}, JUPYTERHUB_API_TOKEN={name!r})
from shmlesson.course import ask
ask("who-gets-0")
"""


@pytest.fixture
def room(tmp_path):
    with Room(tmp_path / "votes.sqlite") as room:
        yield room


@pytest.fixture
def projector(browser, room):
    """Opens the teacher's page in a theme; what it stumbles over is kept in ``page.wrong``."""
    with contextlib.ExitStack() as contexts:

        def opened(theme="light", width=1280):
            looks = {"color_scheme": theme, "viewport": {"width": width, "height": 720}}
            token = {"Authorization": f"token {TEACHER}"}
            context = contexts.enter_context(browser.browser.new_context(**looks, extra_http_headers=token))
            page = context.new_page()
            page.wrong = []
            page.on("pageerror", lambda error: page.wrong.append(str(error)))
            page.on("console", lambda message: message.type == "error" and page.wrong.append(message.text))
            page.goto(room.url)
            page.get_by_role("button", name="Open").wait_for()
            return page

        yield opened


def open_question(page, name="who-gets-0"):
    page.get_by_label("Which question?").select_option(name)
    page.get_by_role("button", name="Open").click()
    page.locator("#question").get_by_text("A program calls").wait_for()


def numbers(page):
    """What stands beside the bars of each option for which somebody has voted."""
    items = [(item.inner_text().splitlines()[0], item) for item in page.locator("#options li").all()]
    found = {text.partition(") ")[2]: item.locator(".number").all_inner_texts() for text, item in items}
    return {text: numbers for text, numbers in found.items() if {*numbers} != {"nobody"}}


def test_two_learners_vote_in_their_notebooks_and_the_teacher_shows_both_votes(projector, room, run):
    page = projector()
    open_question(page)
    page.get_by_text("0 of 30 have voted").wait_for()
    learners = [run(AS_A_LEARNER.format(url=room.url, name=name)) for name in LEARNERS[:2]]

    for learner, option in zip(learners, ("the parent", "the child"), strict=True):
        learner.tab.get_by_role("button", name=option).click()
        learner.tab.get_by_text(SENT).wait_for()
    page.get_by_text("2 of 30 have voted").wait_for()
    page.get_by_role("button", name="Second vote").click()
    page.get_by_text("0 of 30 have voted").wait_for()
    for learner in learners:
        learner.tab.get_by_role("button", name="the child").click()
        learner.tab.get_by_role("button", name="sure", exact=True).click()
    page.get_by_text("2 of 30 have voted").wait_for()
    page.get_by_role("button", name="Show").click()
    page.get_by_role("button", name="Hide").wait_for()
    page.get_by_text("2, 100 %; 2 sure, 0 guessed").wait_for()

    one, both, nobody = "1, 50 %", "2, 100 %; 2 sure, 0 guessed", "nobody"
    assert numbers(page) == {"the parent": [one, nobody], "the child": [one, both]}
    assert page.wrong == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [1280, 400])
def test_axe_finds_nothing_at_any_moment(projector, room, theme, width):
    page = projector(theme, width)
    found = axe.faults_of(page)
    open_question(page)
    found += axe.faults_of(page)
    room.vote_at_once(dict.fromkeys(LEARNERS[:5], "parent"))
    page.get_by_text("5 of 30 have voted").wait_for()
    page.get_by_role("button", name="Second vote").click()
    page.get_by_text("0 of 30 have voted").wait_for()
    room.vote_at_once(dict.fromkeys(LEARNERS, "child"))
    page.get_by_text("30 of 30 have voted").wait_for()
    page.get_by_role("button", name="Show").click()
    page.get_by_role("button", name="Hide").wait_for()
    found += axe.faults_of(page)
    folder = ROOT / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"votes-{theme}-{width}.png", full_page=True)

    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.wrong == []


def test_it_can_be_used_with_keys_alone(projector, room):
    page = projector()
    page.keyboard.press("Tab")
    page.keyboard.type("who-gets-0")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#question").get_by_text("A program calls").wait_for()

    for focused, keys in (("Show", []), ("Hide", ["Tab"]), ("Show", ["Tab"])):  # Show, Second vote, Close
        page.locator("button:focus").get_by_text(focused, exact=True).wait_for()
        for key in (*keys, "Enter"):
            page.keyboard.press(key)

    page.locator("#questions:focus").wait_for()
    assert room.ask(TEACHER, "state") == (200, {"poll": None})


def test_the_page_goes_on_after_the_service_was_away(projector, room):
    page = projector()
    open_question(page)
    room.vote("learner-1", "child")
    port = room.port
    room.kill()
    page.get_by_role("alert").get_by_text("no connection just now").wait_for()

    with Room(room.file, port):
        page.get_by_text("1 of 30 have voted").wait_for()
        page.locator("#trouble").wait_for(state="hidden")


ASK = """
from shmlesson.course import ask
asked = ask("who-gets-0")
asked.pick({option!r})
asked.say_sure(False)
"""


def test_on_a_hub_two_learners_vote_and_only_the_teacher_has_the_page(browser, monkeypatch):
    pytest.importorskip("jupyterhub", reason="JupyterHub is not installed: make class installs it")
    from class_load.room import PASSWORD, room
    from class_load.visitor import Visitor

    names = {"test-votes-a": "parent", "test-votes-b": "child"}
    monkeypatch.setenv("TEACHER_PASSWORD", "of the teacher, and long enough for it")

    def log_in(page, address, name, password):
        page.goto(f"{address}/hub/login?next=/services/votes/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()

    async def vote(address, name, option):
        visitor = Visitor(address, name, PASSWORD)
        try:
            await visitor.log_in()
            await visitor.wait_for_notebooks()
            kernel = await visitor.open("00_start_here.ipynb")
            await kernel.run(ASK.format(option=option))
            await kernel.until(lambda: SENT in str(kernel.widgets), 60)
        finally:
            await visitor.close()

    async def vote_both(address):
        await asyncio.gather(*(vote(address, name, option) for name, option in names.items()))

    with room([*names]) as hub, ThreadPoolExecutor(1) as learners, browser.browser.new_context() as teachers:
        page = teachers.new_page()
        page.set_default_timeout(120_000)
        log_in(page, hub.address, TEACHER, "of the teacher, and long enough for it")
        open_question(page)
        # In a thread: Playwright has this one's event loop.
        learners.submit(asyncio.run, vote_both(hub.address)).result(400)
        page.get_by_text("2 of 2 have voted").wait_for()
        page.get_by_role("button", name="Show").click()
        page.get_by_role("button", name="Hide").wait_for()
        one = "1, 50 %; 0 sure, 1 guessed"
        assert numbers(page) == {"the parent": [one], "the child": [one]}

        with browser.browser.new_context() as somebody:
            page = somebody.new_page()
            page.set_default_timeout(120_000)
            log_in(page, hub.address, "test-votes-a", PASSWORD)
            page.get_by_text("Only a teacher opens, shows and closes a question.").wait_for()
