"""Lanes to step through, in a real Chromium: by button, slider, key and pointer, from Python, and without a kernel."""

import re

import pytest
from playwright.sync_api import expect

import axe
from lab_page import NUMBERED, LabPage, notebook_of, shown
from notebook_page import NotebookPage
from stories import SLEEPING

pytestmark = pytest.mark.browser

SOURCE = SLEEPING.replace("time.sleep(0.1)", 'print("up")').replace("block[3] = 97", "block[3] = 97; print(1)")
# Beside it what tells of the step in Python and sets it, and a button that sets another run.
CELL = f"""
import ipywidgets
from IPython.display import display
from shmlesson import program, share
from shmlesson.views import Lanes

live = Lanes(program({SOURCE!r}, order=1))
steps, another = ipywidgets.IntText(description="in Python"), ipywidgets.Button(description="another run")
ipywidgets.link((live, "step"), (steps, "value"))
another.on_click(lambda button: live.set_trait("run", share(7, "b")))
display(steps, another, live)
"""
TAKEN_AWAY = f"""{CELL}
nothing = ipywidgets.Button(description="no run")
nothing.on_click(lambda button: live.set_trait("run", None))
display(nothing)
"""
LONG = """
from shmlesson import program
from shmlesson.views import Lanes

Lanes(program("import os\\nif os.fork() == 0:\\n    for number in range(40):\\n        print(number)\\n"))
"""
ORDERS = f"""
%load_ext shmlesson
from shmlesson import explore
from shmlesson.views import Orders

Orders(explore({SOURCE!r}, orders=20))
"""
COUNT_ANNOUNCEMENTS = """
announcer => {
  window.announced = 0;
  new MutationObserver(() => window.announced++).observe(announcer, { childList: true });
}
"""
# Whether all of a node can be seen in the box that it is scrolled in.
IN_SIGHT = """
node => {
  const box = node.closest(".shmlesson-lanes, .shmlesson-program").getBoundingClientRect();
  const { top, bottom } = node.getBoundingClientRect();
  return top >= box.top && bottom <= box.bottom;
}
"""
SCROLLED = "stepper => stepper.closest('.jp-WindowedPanel-outer').scrollTop"


@pytest.fixture(scope="module")
def page_with_lanes(browser, lab):
    with shown(notebook_of(CELL), browser, lab) as page:
        page.run_all()
        yield page


@pytest.fixture
def page(page_with_lanes):
    """A notebook with the lanes of a program, at its first step."""
    expect(stepper(page_with_lanes)).to_be_visible()
    slider(page_with_lanes).fill("1")
    slider(page_with_lanes).blur()
    page_with_lanes.tab.mouse.move(0, 0)
    return page_with_lanes


def stepper(page):
    return page.notebook.locator(".shmlesson-stepper").last


def button(page, name):
    return stepper(page).get_by_role("button", name=name, exact=True)


def slider(page):
    return stepper(page).get_by_role("slider", name="step")


def in_python(page):
    return page.notebook.get_by_label("in Python")


def row(page, step):
    return stepper(page).locator(f"tr[data-step='{step}']")


def line(page, number):
    return stepper(page).get_by_role("option").nth(number - 1)


def tags(page, number):
    return line(page, number).locator(".shmlesson-tag").all_inner_texts()


def state(page, name):
    """The cells beside this name, in the tables of how everything was."""
    named = stepper(page).locator(".shmlesson-states tr", has=page.tab.get_by_role("rowheader", name=name, exact=True))
    return named.locator("td")


def expect_step(page, step):
    """It is marked in the lanes, and nothing else is; said, and known to Python."""
    expect(stepper(page).locator("tr.shmlesson-now")).to_have_count(1)
    expect(row(page, step)).to_have_class(re.compile("shmlesson-now"))
    expect(stepper(page).locator(".shmlesson-said")).to_have_text(re.compile(f"^Step {step} of "))
    expect(slider(page)).to_have_value(str(step))


def press(page, *keys):
    for key in keys:
        page.tab.keyboard.press(key)


@pytest.mark.parametrize(
    ("names", "step"),
    [(["Forward"], 2), (["Last"], 11), (["Last", "Back"], 10), (["Last", "Forward"], 11), (["Last", "First"], 1)],
)
def test_buttons_lead_through_the_steps_and_python_knows(page, names, step):
    for name in names:
        button(page, name).click(force=True)  # which leads nowhere can be pressed all the same

    expect_step(page, step)
    expect(in_python(page)).to_have_value(str(step))


@pytest.mark.parametrize("where", [slider, lambda page: button(page, "Forward"), lambda page: line(page, 1)])
@pytest.mark.parametrize(
    ("keys", "step"),
    [
        (["ArrowRight", "ArrowRight"], 3),
        (["End"], 11),
        (["End", "ArrowLeft"], 10),
        (["End", "ArrowRight"], 11),
        (["End", "Home"], 1),
    ],
)
def test_keys_lead_through_the_steps_wherever_the_focus_is(page, where, keys, step):
    where(page).focus()
    press(page, *keys)

    expect_step(page, step)
    expect(where(page)).to_be_focused()


def test_before_the_first_step_nothing_is_marked(page):
    slider(page).focus()
    press(page, "ArrowLeft")

    expect(stepper(page).locator(".shmlesson-said")).to_have_text("Before the first of 11 steps.")
    expect(stepper(page).locator(".shmlesson-now, .shmlesson-here, .shmlesson-tag")).to_have_count(0)
    expect(state(page, "child 1").first).to_have_text("not forked yet")


def test_the_slider_is_a_native_one_that_says_where_it_is(page):
    slider(page).fill("6")

    expect_step(page, 6)
    expect(slider(page)).to_have_attribute("aria-valuetext", "6 of 11")


def test_the_line_of_each_process_is_marked_with_its_name_and_the_step_s_own_stands_out(page):
    slider(page).fill("4")

    assert (tags(page, 6), tags(page, 7)) == (["parent"], ["child 1"])
    expect(stepper(page).locator(".shmlesson-here")).to_have_count(1)
    expect(line(page, 7)).to_have_class("shmlesson-here")
    expect(line(page, 6).locator(".shmlesson-tag")).to_have_css("border-style", "solid")
    expect(line(page, 7).locator(".shmlesson-tag")).to_have_css("border-style", "dashed")


def test_blocks_output_and_processes_are_as_they_were_at_that_step(page):
    shown = {}
    for step in ("4", "11"):
        slider(page).fill(step)
        shown[step] = [state(page, name).all_inner_texts() for name in ("parent", "child 1", "block")]

    assert shown["4"] == [["is running, line 6", ""], ["is running, line 7", "up\n"], ["100 x 00"]]
    assert shown["11"][1:] == [["exited with 0", "up\n0\n"], ["3 x 00, 1 x 61 'a', 96 x 00"]]
    assert shown["11"][0] == ["exited with 0", "1\n"]


@pytest.mark.parametrize("point", ["hover", "focus"])
def test_pointing_at_a_line_marks_its_steps(page, point):
    getattr(line(page, 8), point)()

    pointed = stepper(page).locator("tr.shmlesson-pointed")
    expect(pointed).to_have_count(2)
    assert {row.get_attribute("data-line") for row in pointed.all()} == {"8"}


def test_pointing_at_a_step_marks_its_line_and_a_click_goes_there(page):
    row(page, 5).hover()
    expect(stepper(page).locator("li.shmlesson-pointed")).to_have_count(1)
    expect(line(page, 8)).to_have_class("shmlesson-pointed")
    row(page, 5).click()

    expect_step(page, 5)
    page.tab.mouse.move(0, 0)
    expect(stepper(page).locator(".shmlesson-pointed")).to_have_count(0)


def test_by_keyboard_the_lines_are_gone_through_and_enter_leads_to_the_steps_of_one(page):
    page.stand_above()
    page.tab_to(line(page, 1), most=40)
    press(page, *["ArrowDown"] * 7)
    expect(line(page, 8)).to_be_focused()
    expect(stepper(page).locator("tr.shmlesson-pointed")).to_have_count(2)
    steps = [int(row.get_attribute("data-step")) for row in stepper(page).locator("tr.shmlesson-pointed").all()]

    for step in (*steps, steps[0]):
        press(page, "Enter")
        expect_step(page, step)


def test_letters_are_no_commands_of_jupyterlab_there(page):
    for where in (slider(page), line(page, 1), button(page, "Last")):
        where.focus()
        press(page, *"xddabm")

    expect(page.prompts).to_have_count(1)
    expect_step(page, 1)


def test_in_notebook_7_keys_stay_there_too(browser, lab):
    with shown(notebook_of(CELL), browser, lab, NotebookPage) as page:
        page.run_all()
        for where in (slider(page), line(page, 1), button(page, "Last")):
            where.focus()
            press(page, *"xddabm", "End", "ArrowLeft")
            expect_step(page, 10)
            expect(where).to_be_focused()

        expect(page.prompts).to_have_count(1)
        expect(page.notebook.locator(".jp-MarkdownCell")).to_have_count(0)
        assert page.errors == []


@pytest.mark.parametrize("front_end", [LabPage, NotebookPage])
def test_shift_and_enter_run_the_cell_from_wherever_the_focus_is(browser, lab, front_end):
    with shown(notebook_of(CELL, "pass"), browser, lab, front_end) as page:
        page.run_all()
        for where in (slider(page), line(page, 8), button(page, "Last")):
            number = page.prompts.first.inner_text()
            where.focus()
            press(page, "Shift+Enter")

            expect(page.prompts.first).not_to_have_text(number)
            expect(page.prompts.first).to_have_text(NUMBERED)
            expect_step(page, 1)


def test_a_step_that_python_sets_is_shown(page):
    in_python(page).fill("7")
    in_python(page).press("Enter")

    expect_step(page, 7)


def test_a_screen_reader_gets_some_steps_and_the_last(page):
    announcer = stepper(page).get_by_role("status")
    announcer.evaluate(COUNT_ANNOUNCEMENTS)
    slider(page).focus()
    press(page, *["ArrowRight", "ArrowLeft"] * 8, "ArrowRight")

    expect(announcer).to_have_text(re.compile("^Step 2 of 11: parent forks.*line 6.$"))
    assert page.tab.evaluate("announced") < 17 / 2


def test_the_times_are_in_a_table_that_is_folded_away(page):
    page.notebook.get_by_text("the steps with their times").focus()
    press(page, "Enter")

    expect(stepper(page).locator("details tbody tr")).to_have_count(11)
    expect(stepper(page).locator("details td").nth(1)).to_have_text(re.compile(r"^\d+\.\d{3}$"))
    press(page, "Enter")


@pytest.mark.parametrize(("width", "beside"), [(1280, True), (1024, True), (880, False), (400, False)])
def test_on_a_narrow_page_the_program_stands_above_the_lanes(page, width, beside):
    with page.without_files(), page.size(width, 900):
        program, lanes = (
            stepper(page).locator(part).bounding_box() for part in (".shmlesson-program", "table.shmlesson-run")
        )

        assert (lanes["x"] > program["x"] + program["width"]) is beside
        assert (lanes["y"] > program["y"] + program["height"]) is not beside


def test_on_a_narrow_page_no_word_of_an_outcome_is_broken(run):
    page = run(ORDERS)
    with page.without_files(), page.size(400, 900):
        words = page.notebook.locator("td", has_text="child 1 printed").first
        height = words.bounding_box()["height"]
        words.evaluate("cell => cell.style.overflowWrap = 'normal'")

        assert words.bounding_box()["height"] == height


def test_another_run_begins_with_its_first_step_and_has_no_program(run):
    page = run(CELL)
    button(page, "Last").click()
    page.notebook.get_by_role("button", name="another run").click()

    expect(stepper(page).locator("caption").first).to_have_text("share(7, 'b')")
    expect_step(page, 1)
    expect(stepper(page).get_by_role("option")).to_have_count(0)
    press_to(page, "End")
    expect(state(page, "block")).to_have_text("7 x 62 'b'")


def press_to(page, *keys):
    slider(page).focus()
    press(page, *keys)


def test_where_the_run_is_taken_away_nothing_is_left_to_bring_into_sight(run):
    page = run(TAKEN_AWAY)
    expect_step(page, 1)

    page.notebook.get_by_role("button", name="no run").click()

    expect(page.notebook.locator(".shmlesson-stepper")).to_be_hidden()
    assert page.errors == []


def test_without_a_kernel_one_steps_on(run, lab):
    page = run(CELL)
    lab.end_kernels_of(page.name)

    press_to(page, "End", "ArrowLeft")

    expect_step(page, 10)
    assert page.errors == []


def test_the_row_of_the_step_is_in_sight_and_the_page_stands_still(run):
    page = run(LONG)
    before = stepper(page).evaluate(SCROLLED)

    for key in ("End", "Home"):
        press_to(page, key)
        assert stepper(page).locator("tr.shmlesson-now").evaluate(IN_SIGHT)

    assert stepper(page).evaluate(SCROLLED) == before


def test_an_outcome_opens_by_keyboard_and_the_focus_goes_there(run):
    page = run(ORDERS)
    last = page.notebook.get_by_role("button", name=re.compile("^Step through order ")).last
    page.stand_above()
    page.tab_to(last)
    press(page, "Enter")

    expect(slider(page)).to_be_focused()
    expect(last).to_have_attribute("aria-pressed", "true")
    expect(stepper(page).locator("caption").first).to_have_text(re.compile(r"^order \d+: child 1 printed"))
    press(page, "ArrowRight")
    expect_step(page, 2)
    assert (axe.faults(page), page.errors) == ([], [])
