"""Arrange and FillIn in a real Chromium: by keys, by mouse, in JupyterLab and in Notebook 7."""

import pytest
from playwright.sync_api import expect

import axe
from lab_page import LabPage, notebook_of, shown
from notebook_page import NotebookPage

pytestmark = pytest.mark.browser

CELLS = (
    "from shmlesson.course import Arrange, FillIn\n\narranged = Arrange('right')\narranged",
    "filled = FillIn('right')\nfilled",
)
SHORTEST = (
    "block = mmap.mmap(-1, 4)",
    "pid = os.fork()",
    "if pid == 0:",
    '    block[:] = b"aaaa"',
    "    os._exit(0)",
    "os.waitpid(pid, 0)",
    "print(block[:])",
)


@pytest.fixture(scope="module", params=[LabPage, NotebookPage])
def opened(browser, lab, request):
    with shown(notebook_of(*CELLS), browser, lab, request.param) as page:
        page.run_all()
        yield page


@pytest.fixture
def page(opened):
    """Both of them, with nothing in the program, and no command of the notebook's carried out at the end."""
    program, _ = lists(opened)
    while program.locator("button").count():
        program.locator("button").first.click()
    yield opened
    expect(opened.prompts).to_have_count(len(CELLS))
    assert (opened.errors, opened.outside) == ([], [])


def lists(page):
    return (page.output(0).get_by_role("list", name=name, exact=True) for name in ("Your program", "Lines left out"))


def said(page, text):
    expect(page.output(0).locator(".shmlesson-said")).to_have_text(text)


def texts(page):
    program, _ = lists(page)
    return program.locator("code").all_text_contents()


def take(page, *wanted):
    _, tray = lists(page)
    for line in wanted:
        places = tray.locator("code").all_text_contents()
        tray.locator("button").nth(places.index(line)).click()


def test_with_the_keyboard_alone_a_program_is_put_together_and_put_right(page):
    take(page, "pid = os.fork()", "block = mmap.mmap(-1, 4)", "if pid == 0:")
    program, tray = lists(page)
    program.locator("button").nth(1).focus()

    page.tab.keyboard.press("Alt+ArrowUp")
    assert texts(page) == ["block = mmap.mmap(-1, 4)", "pid = os.fork()", "if pid == 0:"]
    expect(program.locator("button").first).to_be_focused()
    page.tab.keyboard.press("ArrowDown")
    page.tab.keyboard.press("Control+ArrowDown")
    assert texts(page) == ["block = mmap.mmap(-1, 4)", "if pid == 0:", "pid = os.fork()"]
    page.tab.keyboard.press("Alt+ArrowDown")
    assert texts(page) == ["block = mmap.mmap(-1, 4)", "if pid == 0:"]
    page.tab.keyboard.press("Alt+ArrowUp")
    page.tab.keyboard.press("Home")
    page.tab.keyboard.press("Enter")

    assert texts(page) == ["if pid == 0:", "pid = os.fork()"]
    page.tab.keyboard.press("End")
    expect(tray.locator("button").last).to_be_focused()


def test_of_the_keys_that_move_a_line_nobody_else_is_told(page):
    take(page, "pid = os.fork()", "if pid == 0:")
    program, _ = lists(page)
    program.locator("button").first.focus()
    page.tab.evaluate("() => { window.told = []; addEventListener('keydown', event => told.push(event.key)); }")

    for key in ("Alt+ArrowDown", "Control+ArrowUp", "ArrowDown", "Home", "End", "q"):
        page.tab.keyboard.press(key)

    assert [key for key in page.tab.evaluate("told") if key not in ("Alt", "Control")] == ["q"]


def test_what_was_done_is_said(page):
    take(page, "pid = os.fork()", "if pid == 0:")
    program, _ = lists(page)
    letters = program.locator(".shmlesson-letter").all_text_contents()

    program.locator("button").first.focus()
    page.tab.keyboard.press("Alt+ArrowDown")
    said(page, f"Line {letters[0]} is now line 2 of 2 in your program.")
    page.tab.keyboard.press("Space")
    said(page, f"Line {letters[0]} is now left out.")


def test_a_line_is_dragged_into_the_program_and_out_of_it(page):
    take(page, "pid = os.fork()", "if pid == 0:")
    program, tray = lists(page)

    tray.locator("button", has_text="os.waitpid").drag_to(
        program.locator("button").first, target_position={"x": 60, "y": 3}
    )
    expect(program.locator("code").first).to_have_text("os.waitpid(pid, 0)")
    assert texts(page) == ["os.waitpid(pid, 0)", "pid = os.fork()", "if pid == 0:"]
    program.locator("button").nth(1).drag_to(tray.locator("button").last)
    expect(program.locator("button")).to_have_count(2)

    assert texts(page) == ["os.waitpid(pid, 0)", "if pid == 0:"]


def test_the_very_order_is_run_and_judged(page):
    take(page, *SHORTEST)

    page.output(0).get_by_role("button", name="Run").click()
    expect(page.output(0)).to_contain_text("Done. One block, mapped before the fork")

    page.tab.keyboard.press("Escape")


def test_what_is_typed_into_a_blank_is_run_and_no_command(page):
    first, second = page.output(1).get_by_role("textbox").all()
    first.fill("")
    first.press_sequentially("mmap.mmap(-1, 4)")
    second.fill("")
    second.press_sequentially("os.wait()")
    page.output(1).get_by_role("button", name="Run").click()

    expect(page.output(1)).to_contain_text("Done. ")


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing(page, theme):
    if not isinstance(page, LabPage) or isinstance(page, NotebookPage):
        pytest.skip("themes are changed in JupyterLab")
    take(page, "pid = os.fork()")

    with page.theme(theme):
        assert axe.faults(page) == []
