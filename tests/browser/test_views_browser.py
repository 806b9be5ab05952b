"""Every view in a real Chromium, through JupyterLab: by keyboard, dark, enlarged, restarted, reloaded, on paper."""

import re
import time

import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import expect

import axe
import contrast
from every_view import CELLS
from lab_page import NO_WIDGET, notebook_of, shown
from left_behind import still_alive

pytestmark = pytest.mark.browser

BAD = '<div id="bad"><p style="color:#999">too pale</p><img src="data:,"><input><svg><text>no halo</text></svg></div>'
THEMES = ("Light", "Dark")
CONTROLS = "a[href], input, select, button:not([tabindex='-1']), summary, [tabindex='0']"
# Where Tab has led to: which of all controls it is, and the line around it.
STOP = """
controls => {
  const here = document.activeElement;
  const all = [...document.querySelectorAll(".jp-OutputArea-output")].flatMap(output =>
    [...output.querySelectorAll(controls)].filter(control => control.checkVisibility() && !control.disabled));
  const { outlineStyle, outlineWidth } = getComputedStyle(here);
  return [all.indexOf(here), all.length, outlineStyle === "none" ? 0 : parseFloat(outlineWidth), here.outerHTML];
}
"""
# What reaches over the edge of its output, and is not in a box of ours that can be scrolled.
CUT_OFF = """
() => [...document.querySelectorAll(".jp-OutputArea-output")].flatMap(output => {
  const edge = output.getBoundingClientRect().right + 1;
  const scrolled = node => node.parentElement.closest("[style*='overflow'], .shmlesson-pane");
  const beyond = node => node.checkVisibility() && node.getBoundingClientRect().right > edge;
  return [...output.querySelectorAll("*")].filter(node => beyond(node) && !scrolled(node)).map(node => node.outerHTML);
})
"""
EDGES = "buttons => buttons.map(button => getComputedStyle(button).borderTopStyle)"
COLOUR = "node => getComputedStyle(node).backgroundColor"
# A program that goes on until a file is there, and leaves word of its processes in another one.
PROGRAM = """
%%program run --timeout 30
import os
import time
from pathlib import Path

child = os.fork()
if child:
    Path("{folder}/begun").write_text(f"{{os.getpid()}} {{child}}")
    os.wait()
while not Path("{folder}/end").exists():
    time.sleep(0.01)
"""
TRIALS = "from shmlesson.views import Trials\n\nrepeated = Trials(5000, [0.01])\nrepeated.start()\nrepeated"
PLAYGROUND = "from shmlesson.views import Playground\n\nPlayground()"

ON_PAPER = {
    "run": "maps 100 bytes, shared",
    "long run": "starts as a copy; fork returned 0 here",
    "contents": "100 bytes: 100 x 61 'a'",
    "large contents": "8 KiB (8,192 bytes) in 2 pages of 4 KiB: 8,192 x 61 'a'",
    "explained": "nothing but the sleep on line",
    "explored": "what came of it",
    "trials": "what the reader saw in 10 trials",
    "maps": "one block of 8 KiB in /proc/PID/maps of two processes",
    "Playground": "the child saw",
    "Lanes": "starts as a copy; fork returned 0 here",
    "Lanes of a program": "nothing but the sleep on line",
    "Orders": "what came of it",
    "Block": "8,192 bytes changed",
    "Maps": "before any write:",
    "Trials": "what the reader saw in 10 trials",
    "LiveBlock": "The parent has mapped a shared block of 64 bytes and forked a child",
    "TrySizes": "101 is one more",
    "WidgetCheck": "Run this cell first",
    "chart": "size of the block",
    "question": "(c) the child",
    "settled": "You had not picked an answer. The child is handed 0",
    "answers": "(c) the child. The child is handed 0",
    "practice": "In which of these programs",
    "Arrange": "Some of the lines are not needed",
    "FillIn": "Two pieces of the program are missing",
    "what was shown": "settled by a run of yours",
    "progress": "Progress (step): 3 of 3, done",
}
# What paper would cut off: nothing can be scrolled there. (A few pixels are what a border or a rounding takes.)
HIDDEN_ON_PAPER = """
() => [...document.querySelectorAll(".jp-OutputArea-output, .jp-OutputArea-output *")].filter(node => {
  const { overflowX, overflowY } = getComputedStyle(node);
  const beyond = [node.scrollWidth - node.clientWidth, node.scrollHeight - node.clientHeight];
  return (overflowX !== "visible" && beyond[0] > 4) || (overflowY === "auto" && beyond[1] > 4);
}).map(node => node.outerHTML.slice(0, 300))
"""

in_each_theme = pytest.mark.parametrize("theme", THEMES)


@pytest.fixture(scope="module")
def page_of_views(browser, lab):
    """A notebook in which every view is shown; its tests leave each as it was, as far as others care."""
    with shown(notebook_of(*CELLS.values()), browser, lab) as page:
        page.run_all()
        yield page


@pytest.fixture
def page(page_of_views):
    """The same, with the learner above the first cell."""
    return page_of_views.stand_above()


def output(page, view):
    """What is shown of the view."""
    return page.output([*CELLS].index(view))


def stand_above(page, view):
    """Put the learner above the view: that Tab leads to it from the first one, past all others, is another test."""
    return page.stand_above([*CELLS].index(view))


@pytest.fixture(scope="module")
def paper(page_of_views, browser, lab):
    """What nbconvert makes of the notebook that JupyterLab has saved, without scripts, as wide as a sheet of paper."""
    page_of_views.save()
    html, _ = HTMLExporter().from_filename(str(lab.folder / page_of_views.name))
    (lab.folder / "paper.html").write_text(html, encoding="utf-8")
    with browser.browser.new_context(java_script_enabled=False, viewport={"width": 718, "height": 1000}) as context:
        sheet = context.new_page()
        sheet.goto((lab.folder / "paper.html").as_uri())
        sheet.emulate_media(media="print")
        yield sheet


@in_each_theme
def test_axe_finds_nothing_serious(page, theme):
    with page.theme(theme):
        assert axe.faults(page) == []


def test_what_is_bad_would_be_found(page):
    output(page, "progress").first.evaluate("(output, bad) => output.insertAdjacentHTML('beforeend', bad)", BAD)

    try:
        found = {rule for rule, *_ in axe.faults(page, within="#bad")}
        with page.theme("Dark"):
            lowest, *_ = sorted(contrast.texts(page, within="#bad"))
    finally:
        page.tab.locator("#bad").evaluate("bad => bad.remove()")

    assert found == {"color-contrast", "image-alt", "label"}
    assert lowest[0] < contrast.LEAST
    assert lowest[1]  # black letters of a drawing that knows of no theme


@in_each_theme
def test_every_text_has_a_contrast_of_four_and_a_half(page, theme):
    with page.theme(theme):
        texts = contrast.texts(page)

    assert [text for text in texts if text[0] < contrast.LEAST] == []
    assert len(texts) > 500
    assert len([text for text in texts if text[1]]) > 10  # in drawings


def test_tab_leads_to_every_control_in_order_and_one_sees_where_one_is(page):
    count = page.tab.evaluate(STOP, CONTROLS)[1]

    stops = [stop_after_tab(page) for _ in range(count + 2)]  # at first the cell's own buttons, at times

    ours = [stop for stop in stops if stop[0] >= 0]
    assert [number for number, *_ in ours] == list(range(count))
    assert [html for _, _, outline, html in ours if not outline] == []


def stop_after_tab(page):
    page.tab.keyboard.press("Tab")
    return page.tab.evaluate(STOP, CONTROLS)


@pytest.mark.parametrize(
    ("view", "role", "name", "keys", "shown"),
    [
        ("contents", None, "as a hex dump", ["Enter"], "00000060  61 61 61 61"),
        ("Lanes", None, "the steps with their times", ["Space"], "ms since the start"),
        ("Block", "checkbox", "as a hex dump", ["Space"], "00000000  62 62 62 62"),
        ("Block", "textbox", "offset", ["Control+a", "4", "0", "9", "6", "Enter"], "Below: offset 4,096 to 4,351"),
        ("Block", "slider", None, ["End"], "Below: offset 7,936 to 8,191"),
        ("Maps", "combobox", "step", ["End"], "Now, after the child wrote: parent has 8 KiB"),
        ("Maps", "checkbox", "all steps", ["Space"], "before any write:"),
        ("Trials", "button", "Stop", ["Enter"], "Nothing is running."),
        ("LiveBlock", "radio", "private mapping", ["Space"], "each has a copy of its own"),
        ("TrySizes", "slider", None, ["ArrowRight"], "1001 is one more"),
        ("question", "button", "(c) the child", ["Space"], "Picked: (c) the child."),
        ("WidgetCheck", "button", "Press me", ["Space"], "Widgets work here, both ways."),
    ],
)
def test_a_view_is_worked_by_keyboard(page, view, role, name, keys, shown):
    inside = output(page, view)
    control = inside.get_by_role(role, name=name, exact=True) if role else inside.get_by_text(name)
    stand_above(page, view).tab_to(control.first)

    for key in keys:
        page.tab.keyboard.press(key)

    expect(inside.get_by_text(shown).locator("visible=true").first).to_be_visible()


def test_trials_are_chosen_and_run_by_keyboard(page):
    stand_above(page, "Trials").tab_to(output(page, "Trials").get_by_label("trials", exact=True))
    page.tab.keyboard.type("3")
    page.tab_to(output(page, "Trials").get_by_role("button", name="Run"))
    page.tab.keyboard.press("Enter")

    expect(output(page, "Trials").get_by_role("status")).to_have_text("Done: 6 of 6 trials.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_forced_colours_one_sees_every_button_and_how_far_a_bar_is(page, scheme):
    page.tab.emulate_media(forced_colors="active", color_scheme=scheme)
    try:
        edges = page.notebook.locator(".shmlesson-controls button:visible").evaluate_all(EDGES)
        track, done = (
            output(page, "progress").locator(part).evaluate(COLOUR) for part in (".progress", ".progress-bar")
        )
    finally:
        page.tab.emulate_media(forced_colors="none", color_scheme="light")

    assert set(edges) == {"solid"}
    assert track != done


def test_a_chart_has_the_colours_of_the_theme(page):
    letters = {}
    for theme in THEMES:
        with page.theme(theme):
            svg = output(page, "chart").locator("svg[role='img']")
            letters[theme] = svg.evaluate("svg => getComputedStyle(svg).fill")

    assert len(set(letters.values())) == 2


def test_lanes_that_do_not_fit_a_screen_are_scrolled_by_keyboard(page):
    lanes = output(page, "long run").get_by_role("region", name="lanes, to be scrolled")
    page.tab_to(lanes)

    page.tab.keyboard.press("PageDown")

    page.tab.wait_for_function("lanes => lanes.scrollTop > 0", arg=lanes.element_handle())


def test_beside_other_widgets_the_call_of_a_playground_is_in_sight_once(page):
    caption = output(page, "Playground").locator(".shmlesson-run caption")

    assert caption.bounding_box()["width"] == 1


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (640, 500)], ids=["a projector", "200 % zoom"])
def test_on_a_small_page_nothing_is_cut_off(page, width, height):
    with page.without_files(), page.size(width, height):
        assert page.tab.evaluate(CUT_OFF) == []


def test_on_a_small_page_tab_leads_to_what_can_be_scrolled(page):
    """Chromium and Firefox see to that themselves; axe, which does not know, would have us add stops to every page."""
    bars = output(page, "Trials").locator("[style*='overflow-x']")

    with page.size(640, 500):
        stand_above(page, "Trials").tab_to(bars)
        expect(bars).to_be_focused()


def test_trials_that_run_end_with_their_kernel(run, lab):
    before = lab.forked()
    page = run(TRIALS)
    expect(page.notebook.get_by_text(re.compile(r"^\d+ of 5,000 trials"))).to_be_visible()
    running = lab.forked() - before

    lab.restart_kernels_of(page.name)

    assert running
    assert still_alive(running) == []
    assert lab.forked() <= before


def test_two_notebooks_keep_out_of_each_others_way(run, lab):
    first, second = run(PLAYGROUND), run(PLAYGROUND)

    for page, size in ((first, "7"), (second, "8"), (first, "9")):
        page.notebook.get_by_label("typed size").fill(size)
        page.notebook.get_by_label("typed size").press("Enter")
    expect(first.notebook.locator("caption").first).to_have_text("share(9, 'a')")
    expect(second.notebook.locator("caption").first).to_have_text("share(8, 'a')")
    lab.end_kernels_of(first.name)
    second.notebook.get_by_role("button", name="Run").click()

    expect(second.notebook.get_by_role("status")).to_contain_text("Run 3")


def test_a_reload_while_a_program_runs_leaves_the_notebook_usable(show, lab):
    program = PROGRAM.format(folder=lab.folder)
    page = show(notebook_of("%load_ext shmlesson", program, "print('code', run.parent.exit_code)"))
    page.begin_all()
    pids = processes_of_program(lab.folder / "begun")

    page.reload()
    (lab.folder / "end").touch()
    page.wait_until_idle()
    page.prompts.last.click()
    page.tab.keyboard.press("Shift+Enter")

    expect(page.notebook.get_by_text("code 0")).to_be_visible()
    assert still_alive(pids) == []


def processes_of_program(begun, seconds=20):
    """The process IDs that the program has left there, as soon as it has."""
    deadline = time.monotonic() + seconds
    while not (begun.exists() and begun.read_text()):
        assert time.monotonic() < deadline, "the program has not begun"
        time.sleep(0.01)
    return [int(pid) for pid in begun.read_text().split()]


def test_trials_go_on_under_a_reload_and_can_be_stopped_after_it(run):
    page = run(TRIALS)
    page.save()

    page.reload()
    page.notebook.get_by_role("button", name="Stop").click()

    expect(page.notebook.get_by_role("status")).to_have_text(re.compile(r"^Stopped: \d+ of 5,000 trials\.$"))


@pytest.mark.parametrize("view", CELLS)
def test_a_view_is_shown_on_paper(paper, view):
    shown = paper.locator(".jp-Cell").nth([*CELLS].index(view)).locator(".jp-OutputArea-output")

    expect(shown.get_by_text(ON_PAPER[view]).locator("visible=true").first).to_be_visible()
    expect(shown.get_by_text(NO_WIDGET)).to_have_count(0)


def test_nothing_is_cut_off_on_paper(paper):
    assert paper.evaluate(HIDDEN_ON_PAPER) == []
    assert paper.pdf().startswith(b"%PDF")
