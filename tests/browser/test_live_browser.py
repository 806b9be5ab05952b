"""LiveBlock in a real Chromium, through JupyterLab: by mouse, by keyboard alone, seen, heard, nobody left behind."""

import os
import re
import signal
from functools import partial

import pytest
import test_browser
from playwright.sync_api import expect

import contrast
from lab_page import NUMBERED, notebook_of, shown
from left_behind import still_alive

pytestmark = pytest.mark.browser

SIZE = 64
LIVE = """
from ipywidgets import Widget
from shmlesson.views import LiveBlock

Widget.close_all()
live = LiveBlock()
print("pids", live._pair._server.pid, live._pair.run.parent.pid, live._pair.run.child.pid)
live
"""
ANOTHER = LIVE.replace("Widget.close_all()\n", "")  # whose earlier ones are not closed first
SHARED, PRIVATE = "shared mapping", "private mapping"
COUNT_ANNOUNCEMENTS = """
announcer => {
  window.announced = 0;
  new MutationObserver(() => window.announced++).observe(announcer, { childList: true });
}
"""
BROKEN_LINKS = """
[...document.querySelectorAll(".jupyter-widgets-disconnected")]
  .filter(widget => getComputedStyle(widget, "::before").content !== "none").length
"""
PAINT = "(output, colour) => { output.style.background = colour; }"


@pytest.fixture(scope="module")
def page_with_live(browser, lab):
    with shown(notebook_of(LIVE), browser, lab) as page:
        yield page


@pytest.fixture
def page(page_with_live):
    """A notebook with a new LiveBlock in it, above which the learner stands."""
    page = page_with_live.run_anew()
    for control in (test_browser.field(page, "hex"), button(page, "End")):
        expect(control).to_be_visible()  # else the panes are still pushed down, under a finger that is on a byte
    return page


@pytest.fixture
def page_of_its_own(run):
    """The same for a test that leaves page or kernel in another state."""
    return run(LIVE)


def grid(page, who, number=0):
    """What this process sees, in the LiveBlock with this number."""
    return page.notebook.get_by_role("grid", name=re.compile(f"^The {who} s")).nth(number)


def byte(page, who, offset, number=0):
    return grid(page, who, number).get_by_role("gridcell").nth(offset)


def expect_byte(page, who, offset, shown):
    """The pane shows this byte at this offset, in words too: ``61, a``."""
    name = re.compile(rf"^offset {offset}: {re.escape(shown)}(, changed)?$")
    expect(byte(page, who, offset)).to_have_attribute("aria-label", name)


def expect_said(page, sentence):
    """It is shown, and a screen reader is told."""
    expect(page.notebook.locator(".shmlesson-said").last).to_have_text(sentence)
    expect(page.notebook.get_by_role("status").last).to_have_text(sentence)


def button(page, name):
    return page.notebook.get_by_role("button", name=name, exact=True)


def pids_in(page):
    """The process IDs that the cell printed: the server's, the parent's, the child's."""
    printed = page.notebook.get_by_text(re.compile(r"^pids \d+ \d+ \d+")).inner_text()
    return [int(pid) for pid in printed.split()[1:4]]


def press_keys(page, *keys):
    for key in keys:
        page.tab.keyboard.press(key)


def test_a_byte_that_is_clicked_is_seen_by_the_other_process(page):
    byte(page, "child", 3).click()

    expect_said(page, "The child wrote 'a' at offset 3; the parent sees it.")
    expect_byte(page, "parent", 3, "61, a")
    expect_byte(page, "child", 3, "61, a")
    assert (page.errors, page.outside) == ([], [])


def test_with_a_private_mapping_the_panes_drift_apart(page):
    page.notebook.get_by_role("radio", name=PRIVATE).click()
    expect_said(page, re.compile("a private block of 64 bytes"))
    byte(page, "child", 3).click()

    expect_said(page, "The child wrote 'a' at offset 3; the parent still sees 00 there.")
    expect_byte(page, "parent", 3, "00")
    expect_byte(page, "child", 3, "61, a")


def test_by_keyboard_alone_a_byte_is_reached_and_written(page):
    page.stand_above()
    page.tab_to(byte(page, "parent", 0))
    press_keys(page, "ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft", "Enter")
    expect_said(page, "The parent wrote 'a' at offset 17; the child sees it.")
    page.tab_to(byte(page, "child", 0))
    press_keys(page, "End", "Space")

    expect_said(page, "The child wrote 'a' at offset 15; the parent sees it.")


def test_what_is_typed_on_a_byte_is_written_there_and_goes_on_with_the_next(page):
    byte(page, "parent", 16).click()
    for key in "xdd abc":
        page.tab.keyboard.press(key)

    expect_said(page, "The parent wrote 'c' at offset 21; the child sees it.")
    for offset, character in zip(range(16, 22), "xddabc", strict=True):
        expect(byte(page, "child", offset)).to_have_attribute("aria-label", re.compile(f", {character}(, changed)?$"))
    expect(page.prompts).to_have_count(1)  # to JupyterLab these are commands: cut, delete, a cell above, below


def test_arrows_choose_the_mapping_and_do_not_leave_it(page):
    page.notebook.get_by_role("radio", name=SHARED).focus()
    press_keys(page, "ArrowDown")

    expect_said(page, re.compile("^The parent has mapped a private block"))
    expect(page.notebook.get_by_role("radio", name=PRIVATE)).to_be_focused()


def test_what_is_held_down_with_control_is_still_for_jupyterlab(page):
    byte(page, "parent", 0).focus()
    page.tab.keyboard.press("Control+b")
    expect(page.tab.locator(".jp-FileBrowser")).not_to_be_visible()
    page.tab.keyboard.press("Control+b")

    expect(page.tab.locator(".jp-FileBrowser")).to_be_visible()


@pytest.mark.parametrize(
    ("keys", "offset"),
    [
        (["ArrowUp"], 0),
        (["ArrowLeft"], 0),
        (["End"], 15),
        (["Control+End"], 63),
        (["Control+End", "ArrowRight"], 63),
        (["Control+End", "ArrowDown"], 63),
        (["Control+End", "Home"], 48),
        (["Control+End", "Control+Home"], 0),
    ],
)
def test_keys_lead_through_the_bytes_and_not_out_of_them(page_of_keys, keys, offset):
    byte(page_of_keys, "parent", 0).focus()
    press_keys(page_of_keys, *keys)

    expect(byte(page_of_keys, "parent", offset)).to_be_focused()
    expect(grid(page_of_keys, "parent").locator("[tabindex='0']")).to_have_count(1)
    press_keys(page_of_keys, "Control+Home")


@pytest.fixture(scope="module")
def page_of_keys(browser, lab):
    """One notebook for tests that write nothing."""
    with shown(notebook_of(LIVE), browser, lab) as page:
        page.run_all()
        yield page


def test_every_control_is_reached_by_tab(page):
    field = partial(test_browser.field, page)
    page.stand_above()

    for control in [
        page.notebook.get_by_role("radio", name=SHARED),
        *(field(label) for label in ("byte", "number", "hex")),
        *(byte(page, who, 0) for who in ("parent", "child")),
        *(field(label) for label in ("text", "at offset", "written by")),
        *(button(page, name) for name in ("Write", "Restart", "End")),
    ]:
        page.tab_to(control)


def test_the_focus_is_seen(page_of_keys):
    page_of_keys.stand_above()
    page_of_keys.tab_to(byte(page_of_keys, "parent", 0))

    expect(byte(page_of_keys, "parent", 0)).to_have_css("outline-style", "solid")
    expect(byte(page_of_keys, "parent", 0)).to_have_css("outline-width", "3px")


def test_a_text_is_written_at_an_offset_by_keyboard(page):
    test_browser.field(page, "text").fill("shared")
    test_browser.enter(test_browser.field(page, "at offset"), "58")
    test_browser.field(page, "written by").select_option("child")
    page.tab_to(button(page, "Write"))
    press_keys(page, "Enter")

    expect_said(page, "The child wrote 'shared' at offset 58 to 63; the parent sees it.")
    expect_byte(page, "parent", 63, "64, d")


def test_what_changed_is_marked_by_more_than_colour(page):
    byte(page, "child", 3).click()

    for who in ("parent", "child"):
        expect_byte(page, who, 3, "61, a")
        expect(byte(page, who, 3)).to_have_css("font-weight", "700")
        expect(byte(page, who, 3).locator(".shmlesson-hex")).to_have_css("text-decoration-line", "underline")
        expect(byte(page, who, 4)).to_have_css("font-weight", "400")


def test_while_somebody_types_fast_a_screen_reader_gets_some_changes_and_the_last(page):
    page.notebook.get_by_role("status").last.evaluate(COUNT_ANNOUNCEMENTS)
    byte(page, "parent", 0).focus()
    for key in "twenty keys in a row".replace(" ", ""):
        page.tab.keyboard.press(key)

    expect_said(page, "The parent wrote 'w' at offset 15; the child sees it.")
    assert page.tab.evaluate("announced") < 16 / 2


def test_end_and_restart_are_said(page):
    button(page, "End").click()
    expect_said(page, "LivePair(64) has ended, as it was told to. Restart makes another pair.")
    assert still_alive(pids_in(page)) == []
    expect(grid(page, "parent")).to_have_attribute("aria-disabled", "true")
    button(page, "Restart").click()
    expect_said(page, re.compile("^The parent has mapped a shared block of 64 bytes and forked a child"))
    byte(page, "child", 0).click()

    expect_byte(page, "parent", 0, "61, a")


def test_a_child_that_is_killed_from_outside_is_said_at_once(page):
    os.kill(pids_in(page)[2], signal.SIGKILL)

    expect_said(page, "LivePair(64) has ended: the child was ended by SIGKILL. Restart makes another pair.")


def test_two_of_them_at_once_keep_out_of_each_others_way(run):
    page = run("from IPython.display import display\n" + LIVE + "\ndisplay(live, LiveBlock(64, 'private'))\n0")

    byte(page, "child", 1, number=0).click()
    byte(page, "parent", 2, number=1).click()

    expect_said(page, "The parent wrote 'a' at offset 2; the child still sees 00 there.")
    expect(byte(page, "parent", 1, number=0)).to_have_attribute("aria-label", re.compile("^offset 1: 61"))
    expect(byte(page, "parent", 1, number=1)).to_have_attribute("aria-label", "offset 1: 00")


def test_a_cell_that_is_run_five_times_leaves_one_pair(run):
    page = run(ANOTHER)
    earlier = []
    for _ in range(4):
        earlier += pids_in(page)
        page.run_all()
    byte(page, "child", 3).click()

    expect_said(page, "The child wrote 'a' at offset 3; the parent sees it.")
    assert still_alive(earlier) == []
    assert not {*earlier} & {*pids_in(page)}


def test_a_cell_that_only_shows_it_again_ends_nothing(show):
    page = show(notebook_of(ANOTHER, "live"))
    page.run_all()
    run_cell(page, 1)
    byte(page, "child", 3, number=1).click()

    expect_said(page, "The child wrote 'a' at offset 3; the parent sees it.")
    run_cell(page, 0)
    expect_said(page, "Both have ended: the cell that made them was run again. Restart makes another pair.")


def test_a_cell_that_is_deleted_takes_the_pair_with_it_when_the_next_one_runs(show):
    page = show(notebook_of(ANOTHER, "0"))
    page.run_all()
    pids = pids_in(page)
    page.prompts.first.click()
    press_keys(page, "d", "d")
    expect(page.prompts).to_have_count(1)
    run_cell(page, 0)

    assert still_alive(pids) == []


def test_a_reload_of_the_page_keeps_the_pair(page_of_its_own):
    page, pids = page_of_its_own, pids_in(page_of_its_own)
    byte(page, "child", 3).click()
    page.save()
    page.reload()
    page.wait_until_idle()
    byte(page, "parent", 4).click()

    expect_said(page, "The parent wrote 'a' at offset 4; the child sees it.")
    expect_byte(page, "child", 3, "61, a")
    assert pids_in(page) == pids


def run_cell(page, number):
    """Run the code cell with this number (from 0) alone."""
    prompt = page.prompts.nth(number)
    before = prompt.inner_text()
    prompt.click()
    press_keys(page, "Control+Enter")
    expect(prompt.filter(has_text=NUMBERED, has_not_text=before)).to_be_visible()


def test_after_an_end_by_keyboard_restart_has_the_focus_and_all_else_is_off(page):
    button(page, "End").press("Enter")

    expect(button(page, "Restart")).to_be_focused()
    for control in (button(page, "End"), button(page, "Write"), test_browser.field(page, "text")):
        expect(control).to_be_disabled()
    expect(page.notebook.locator(".shmlesson-pane").first).not_to_have_css("opacity", "1")
    press_keys(page, "Enter")
    expect(button(page, "End")).to_be_enabled()


def test_after_a_restart_of_the_kernel_it_says_what_to_do_and_nothing_answers(page_of_its_own):
    page, complaints = page_of_its_own, []
    page.tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)

    restart_by_menu(page)

    expect_said(page, "The kernel was restarted: run this cell again.")
    assert (
        page.notebook.locator(".shmlesson-live").locator("button, input, select").locator(":scope:enabled").count() == 0
    )
    assert page.tab.evaluate(BROKEN_LINKS) == 0
    byte(page, "parent", 0).click(force=True)
    press_keys(page, "x")
    expect(page.prompts).to_have_count(1)
    assert (page.errors, complaints) == ([], [])
    page.clear()
    page.run_all()
    expect_said(page, re.compile("^The parent has mapped a shared block"))


def restart_by_menu(page):
    page.tab.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.tab.get_by_role("menuitem", name=re.compile("^Restart Kernel…")).click()
    page.tab.locator(".jp-Dialog .jp-mod-accept").click()


def test_with_forced_colours_a_change_the_focus_and_an_end_are_seen(page):
    page.tab.emulate_media(forced_colors="active")
    try:
        byte(page, "child", 3).click()
        expect_byte(page, "child", 3, "61, a")

        expect(byte(page, "child", 3)).to_have_css("border-top-width", "3px")
        expect(byte(page, "child", 4)).to_have_css("border-top-width", "1px")
        expect(byte(page, "child", 3)).to_have_css("outline-width", "3px")
        alive = byte(page, "child", 4).evaluate("cell => getComputedStyle(cell).color")
        button(page, "End").click()
        expect(byte(page, "child", 4)).not_to_have_css("color", alive)
    finally:
        page.tab.emulate_media(forced_colors="none")


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_on_a_ground_that_is_not_the_themes_every_text_can_be_read(page, theme):
    with page.theme(theme):
        for ground in ("white", "black"):
            page.notebook.locator(".jp-OutputArea-output").last.evaluate(PAINT, ground)
            texts = contrast.texts(page, within=".shmlesson-panes")

            assert [text for text in texts if text[0] < contrast.LEAST] == []
            assert len(texts) > 2 * SIZE


@pytest.mark.parametrize("act", ["restart", "shutdown"])
def test_the_kernels_restart_or_end_leaves_nobody_behind(page_of_its_own, lab, act):
    pids = pids_in(page_of_its_own)

    if act == "restart":
        lab.restart_kernels_of(page_of_its_own.name)
    else:
        lab.end_kernels_of(page_of_its_own.name)

    assert still_alive(pids) == []


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_every_text_has_a_contrast_of_four_and_a_half(page, theme):
    test_browser.field(page, "text").fill("Hello, shared memory!")
    button(page, "Write").click()
    expect_said(page, re.compile("the child sees it"))

    with page.theme(theme):
        texts = contrast.texts(page, within=".shmlesson-panes")

    assert len(texts) > 2 * SIZE
    assert [text for text in texts if text[0] < contrast.LEAST] == []


@pytest.mark.parametrize(("width", "height", "columns"), [(1024, 768, 16), (512, 384, 8)])
def test_on_a_projector_and_at_twice_the_size_nothing_is_cut_off(page_of_its_own, width, height, columns):
    page = page_of_its_own

    with page.without_files(), page.size(width, height):  # 512: 1024 at 200 %
        expect(grid(page, "parent").locator("thead th")).to_have_count(columns + 1)
        for pane in page.notebook.locator(".shmlesson-pane").all():
            assert pane.evaluate("pane => pane.scrollWidth - pane.clientWidth") == 0
