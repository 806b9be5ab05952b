"""What a learner meets: the notebooks and the widgets in a real Chromium, through JupyterLab."""

import re
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from lab_page import NO_WIDGET, notebook_of, shown
from shmlesson.views.widgets.controls import STEPS

pytestmark = pytest.mark.browser

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
SIZE, FILL = "typed size", "fill"  # labels
PLAYGROUND = "from shmlesson.views import Playground\n\nPlayground()"
SWITCHES = ("who writes", "other waits", "memory", "block made")
# What cuts off a part of the ring around a control: three pixels wide, two away.
RING_IS_CUT = """
control => {
  const ring = control.getBoundingClientRect();
  for (let box = control.parentElement; box && !box.matches(".jp-WindowedPanel-outer"); box = box.parentElement) {
    const edge = box.getBoundingClientRect();
    const sides = [edge.left - ring.left, edge.top - ring.top, ring.right - edge.right, ring.bottom - edge.bottom];
    if (getComputedStyle(box).overflowX !== "visible" && Math.max(...sides) > -4.5) return box.outerHTML.slice(0, 200);
  }
  return "";
}
"""
# Lists that are too narrow for their longest words, as a browser measures them.
TOO_NARROW = """
lists => lists.flatMap(list => {
  const look = getComputedStyle(list), pen = document.createElement("canvas").getContext("2d");
  pen.font = look.font;
  const room = list.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight);
  return [...list.options].map(option => option.text).filter(text => pen.measureText(text).width > room);
})
"""
# The colour and the stripes of each part of a strip.
FILLS = "parts => parts.map(part => getComputedStyle(part)).map(look => look.backgroundColor + look.backgroundImage)"
# A playground whose runs each take as long as the test wants, and what is known of them in the end.
DRAGGED = """
import threading
import time
from pathlib import Path
import ipywidgets
from shmlesson import share
from shmlesson.views.widgets import playground

one_at_a_time, runs, twice = threading.Lock(), [], []

def counted(**settings):
    alone = one_at_a_time.acquire(blocking=False)
    twice.extend([] if alone else [settings])
    deadline = time.monotonic() + 60
    while Path("dragged").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    try:
        run = share(**settings)
    finally:
        if alone:
            one_at_a_time.release()
    runs.append(run.call)
    said.value = f"<b title='runs'>{len(runs)}</b><b title='at once'>{len(twice)}</b>"
    return run

said = ipywidgets.HTML()
dragged = playground.Playground(counted, None, wait="sleep", seconds=0.1)
ipywidgets.VBox([dragged, said])
"""
# A playground that counts its runs, and a button that keeps the kernel busy as long as the test wants it.
HELD = """
import time
from pathlib import Path
import ipywidgets
from shmlesson.views import Playground

playground, runs, button = Playground(), [], ipywidgets.Button(description="hold")
counted = ipywidgets.HTML()

def count(change):
    runs.append(change["new"])
    counted.value = f"<b title='runs'>{len(runs)}</b>"

def hold(button):
    deadline = time.monotonic() + 20
    while Path("held").exists() and time.monotonic() < deadline:
        time.sleep(0.01)

playground.observe(count, "run")
button.on_click(hold)
ipywidgets.VBox([playground, button, counted])
"""


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def saved(request, browser, lab):
    """A notebook as it was saved, and the page that shows it: opened once for all that is asked of it."""
    notebook = nbformat.read(request.param, as_version=4)
    with shown(notebook, browser, lab) as page:
        yield notebook, page


@pytest.fixture(scope="module")
def page_with_playground(browser, lab):
    with shown(notebook_of(PLAYGROUND), browser, lab) as page:
        yield page


@pytest.fixture
def playground(page_with_playground):
    """A notebook with a new ``Playground`` in it, above which the learner stands."""
    return page_with_playground.run_anew()


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def saved_html(notebook):
    """Each saved output that is shown as HTML."""
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    return [output.data["text/html"] for output in outputs if "text/html" in output.get("data", {})]


def slider(page):
    return page.notebook.get_by_role("slider")


def field(page, label):
    """The input with this label."""
    return page.notebook.get_by_label(label, exact=True)


def run_button(page):
    return page.notebook.get_by_role("button", name="Run", exact=True)


def live_box(page):
    return page.notebook.get_by_role("checkbox", name="run at every change")


def call_shown(page):
    """What was run, as the picture's caption says."""
    return page.notebook.locator("caption").first


def what_was_seen(page):
    """What stands above the counts of trials."""
    return page.notebook.locator("caption", has_text="What the reader saw")


def enter(locator, text):
    """Type ``text`` in place of what is there, and press Enter."""
    locator.fill(text)
    locator.press("Enter")


def test_a_saved_notebook_shows_its_pictures_before_it_is_run(saved):
    notebook, page = saved
    html = "".join(saved_html(notebook))
    tables = re.sub("<details.*?</details>", "", html, flags=re.DOTALL).count("<table")

    expect(page.notebook.locator(".jp-OutputArea-output table:visible")).to_have_count(tables)
    expect(page.notebook.locator(".jp-OutputArea-output details")).to_have_count(html.count("<details"))
    assert not NO_WIDGET.search(page.notebook.inner_text())
    assert page.errors == []


def test_a_notebook_runs_from_top_to_bottom(saved):
    notebook, page = saved
    announced = [cell for cell in code_cells(notebook) if "raises-exception" in cell.metadata.get("tags", [])]

    page.clear()
    if code_cells(notebook):
        page.run_all()

    expect(page.error_outputs).to_have_count(len(announced))
    assert page.prompts.all_inner_texts() == [f"[{number}]:" for number in range(1, len(code_cells(notebook)) + 1)]
    assert not NO_WIDGET.search(page.notebook.inner_text())
    assert page.errors == []
    assert page.outside == []


def test_the_slider_held_down_ends_with_a_run_of_the_size_it_shows(playground):
    playground.tab_to(slider(playground))
    for _ in range(6):
        playground.tab.keyboard.press("ArrowRight")

    expect(call_shown(playground)).to_have_text(f"share({STEPS[STEPS.index(100) + 6]}, 'a')")
    expect(playground.notebook).to_contain_text("64 KiB")
    expect(field(playground, SIZE)).to_have_value("65536")


def test_sizes_that_the_slider_passes_while_the_kernel_is_busy_are_not_run(run, lab):
    page = run(HELD)
    held = lab.folder / "held"
    held.touch()

    page.notebook.get_by_role("button", name="hold").click()
    for _ in range(6):
        slider(page).press("ArrowRight")
    held.unlink()

    expect(call_shown(page)).to_have_text("share(65536, 'a')")
    assert int(page.notebook.get_by_title("runs").inner_text()) in (1, 2)  # the last, and perhaps the first


def test_a_size_typed_moves_the_slider_and_runs(playground):
    enter(field(playground, SIZE), "4 KiB")

    expect(call_shown(playground)).to_have_text("share(4096, 'a')")
    expect(slider(playground)).to_have_attribute("aria-valuetext", str(STEPS.index(4096)))
    expect(playground.notebook).to_contain_text("4 KiB")


def test_a_fill_character_is_written_and_shown_as_number_and_hex(playground):
    field(playground, FILL).fill("z")

    expect(playground.notebook.get_by_role("status")).to_contain_text("the child saw 100 x 7a 'z'")
    expect(field(playground, "number")).to_have_value("122")
    expect(field(playground, "hex")).to_have_value("7a")


@pytest.mark.parametrize(
    ("label", "nonsense", "allowed"),
    [
        (SIZE, "many", "a number of bytes, or of KiB, MiB or GiB"),
        (SIZE, "1 GiB", "at most 64 MiB"),
        (FILL, "é", "one ASCII character"),
        ("hex", "xyz", "hexadecimal digits"),
    ],
)
def test_nonsense_gets_one_sentence_that_says_what_is_allowed(playground, label, nonsense, allowed):
    enter(field(playground, label), nonsense)

    expect(playground.notebook.get_by_role("alert")).to_contain_text(allowed)
    expect(playground.notebook.get_by_role("alert")).to_contain_text(f"got {nonsense!r}.")
    expect(playground.notebook).not_to_contain_text("Traceback")


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_live_update_and_the_run_button_work_by_keyboard(playground, key):
    playground.tab_to(live_box(playground))
    playground.tab.keyboard.press("Space")
    enter(field(playground, SIZE), "7")
    expect(field(playground, SIZE)).to_have_value("7")
    expect(call_shown(playground)).to_have_text("share(100, 'a')")

    playground.tab_to(run_button(playground))
    playground.tab.keyboard.press(key)

    expect(call_shown(playground)).to_have_text("share(7, 'a')")


def test_every_control_of_the_playground_is_reached_by_tab_and_one_sees_where_one_is(playground):
    labels = (SIZE, FILL, "number", "hex", *SWITCHES, "trials", "in Python")
    controls = [slider(playground), *(field(playground, label) for label in labels)]

    for control in [*controls, run_button(playground), live_box(playground)]:
        playground.tab_to(control)
        expect(control).to_have_css("outline-style", "solid")
        expect(control).to_have_css("outline-width", "3px")
        assert control.evaluate(RING_IS_CUT) == ""


@pytest.mark.parametrize(
    ("label", "keys", "call"),
    [
        ("who writes", ["Space", "ArrowDown", "Enter"], "share(100, 'a', writer='child')"),
        ("other waits", ["Alt+ArrowDown", "ArrowDown", "Enter"], "share(100, 'a', wait='semaphore')"),
        ("other waits", ["Home"], "share(100, 'a', wait='none')"),
        ("memory", ["PageDown"], "share(100, 'a', memory='bytearray')"),
        ("block made", ["Space", "ArrowDown", "Enter"], "share(100, 'a', made='after')"),
    ],
)
def test_a_switch_is_turned_by_keyboard_and_what_is_drawn_is_what_was_asked_for(playground, label, keys, call):
    playground.tab_to(field(playground, label))
    for key in keys:
        playground.tab.keyboard.press(key)

    expect(field(playground, "in Python")).to_have_value(call)
    expect(call_shown(playground)).to_contain_text(call)


def test_a_number_of_trials_is_chosen_by_keyboard_and_the_call_is_said_once(playground):
    playground.tab_to(field(playground, "trials"))
    for key in ["ArrowUp"] * 4 + ["Enter"]:
        playground.tab.keyboard.press(key)

    expect(field(playground, "in Python")).to_have_value("trials(5, 100, 'a', wait='pipe')")
    expect(what_was_seen(playground)).to_have_text("What the reader saw in 5 trials")


def test_a_switch_is_turned_by_mouse(playground):
    field(playground, "who writes").select_option("the child")

    expect(call_shown(playground)).to_have_text("share(100, 'a', writer='child')")
    expect(playground.notebook.get_by_role("status")).to_contain_text("the child wrote 100 x 61 'a'")


def test_the_length_of_a_sleep_is_asked_for_only_where_somebody_sleeps(playground):
    expect(field(playground, "seconds")).to_be_hidden()

    field(playground, "other waits").select_option("for a sleep")
    enter(field(playground, "seconds"), "0.05")

    expect(call_shown(playground)).to_have_text("share(100, 'a', wait='sleep', seconds=0.05)")


def test_what_cannot_be_is_not_offered_and_a_choice_that_becomes_impossible_moves_to_the_nearest_one(playground):
    ways, who = field(playground, "other waits"), field(playground, "who writes")
    expect(ways.locator("option", has_text="for the child")).to_have_count(0)
    expect(playground.notebook.get_by_text("only a parent can wait for its child")).to_be_visible()

    who.select_option("the child")
    ways.select_option("for the child")
    expect(call_shown(playground)).to_have_text("share(100, 'a', wait='wait', writer='child')")
    who.select_option("the parent")

    expect(call_shown(playground)).to_have_text("share(100, 'a')")
    expect(ways.locator("option:checked")).to_have_text("at a pipe")
    expect(playground.notebook.get_by_text("so now the child waits at a pipe.")).to_be_visible()


@pytest.mark.parametrize(
    ("label", "value", "sentence"),
    [
        (SIZE, "0.3 KiB", "Not run: size must come out as whole bytes, got '0.3 KiB', 307.2 bytes."),
        (FILL, "é", "Not run: fill must be one ASCII character, got 'é'."),
        ("trials", "0", "Not run: trials must be from 1 to 100,000, got 0."),
    ],
)
@pytest.mark.parametrize("width", [1280, 1024])
def test_a_mistake_is_said_below_its_field_and_nothing_moves(playground, label, value, sentence, width):
    with playground.size(width, 900), playground.without_files():
        before = places(playground)
        enter(field(playground, label), value)
        alert = playground.notebook.get_by_role("alert")

        expect(alert).to_have_text(sentence)
        below = alert.bounding_box()["y"] - field(playground, label).bounding_box()["y"]
        assert 0 < below < 60
        assert places(playground) == before


def places(page):
    """Where each control stands, in whole pixels."""
    controls = [slider(page), run_button(page), *(field(page, label) for label in (SIZE, FILL, *SWITCHES, "trials"))]
    return [round(control.bounding_box()[axis]) for control in controls for axis in "xy"]


@pytest.mark.parametrize(("width", "beside"), [(1280, True), (1100, True), (640, False)])
def test_the_result_is_beside_the_controls_where_there_is_room_and_begins_with_its_conclusion(
    playground, width, beside
):
    conclusion = playground.notebook.locator("b", has_text="The child saw what the parent wrote: it waited at a pipe")

    with playground.size(width, 900), playground.without_files():
        said, call = conclusion.bounding_box(), field(playground, "in Python").bounding_box()
        assert (said["x"] > call["x"] + call["width"]) == beside
        assert (said["y"] < call["y"]) == beside


def test_the_files_beside_the_notebook_take_their_room_from_the_columns(playground):
    conclusion = playground.notebook.locator("b", has_text="The child saw what the parent wrote: it waited at a pipe")

    with playground.size(1100, 900):
        assert conclusion.bounding_box()["y"] > field(playground, "in Python").bounding_box()["y"]


def test_no_choice_is_cut_off(playground):
    for width in (1280, 1024, 640):
        with playground.size(width, 900), playground.without_files():
            cut = playground.notebook.locator("select").evaluate_all(TOO_NARROW)
        assert cut == [], width


def test_trials_run_beside_the_kernel_with_a_bar_and_are_stopped(playground):
    field(playground, "other waits").select_option("for a sleep")
    enter(field(playground, "trials"), "200")

    expect(playground.notebook.get_by_text(re.compile(r"^\d+ of 200 trials$"))).to_be_visible()
    playground.wait_until_idle()
    playground.notebook.get_by_role("button", name="Stop", exact=True).click()

    expect(what_was_seen(playground)).to_have_text(
        re.compile(r"^What the reader saw in \d+ trials?, when it was stopped$")
    )
    expect(playground.notebook.get_by_text(re.compile(r"of 200 trials"))).to_be_hidden()


def test_a_change_while_trials_run_begins_anew(playground):
    field(playground, "other waits").select_option("for a sleep")
    enter(field(playground, "trials"), "300")
    expect(playground.notebook.get_by_text(re.compile(r"^\d+ of 300 trials$"))).to_be_visible()

    enter(field(playground, "trials"), "3")

    expect(what_was_seen(playground)).to_have_text("What the reader saw in 3 trials")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_forced_colours_one_sees_every_control_and_which_bytes_are_zeros(playground, scheme):
    playground.tab.emulate_media(forced_colors="active", color_scheme=scheme)
    try:
        for button in (run_button(playground), playground.notebook.get_by_role("button", name="Stop", exact=True)):
            expect(button).to_have_css("border-style", "solid")
        expect(playground.notebook.locator(".noUi-target")).to_have_css("border-style", "solid")
        fills = playground.notebook.locator("[title^='the '] > div:first-child > div").evaluate_all(FILLS)
    finally:
        playground.tab.emulate_media(forced_colors="none", color_scheme="light")

    assert len(fills) == 3
    assert len(set(fills)) == 2


def test_the_call_is_copied_by_keyboard_alone(playground, browser):
    browser.grant_permissions(["clipboard-read", "clipboard-write"])

    playground.tab_to(field(playground, "in Python"))
    playground.tab.keyboard.press("Control+c")

    assert playground.tab.evaluate("() => navigator.clipboard.readText()") == "share(100, 'a')"
    browser.clear_permissions()


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (640, 500)], ids=["a projector", "200 % zoom"])
def test_no_control_is_cut_off_on_a_small_page(playground, width, height):
    labels = (SIZE, FILL, "number", "hex", *SWITCHES, "trials", "in Python")

    with playground.size(width, height), playground.without_files():
        for control in [slider(playground), run_button(playground), *(field(playground, label) for label in labels)]:
            control.scroll_into_view_if_needed()
            expect(control).to_be_in_viewport(ratio=0.99)


def test_nothing_moves_for_who_asked_for_that(playground):
    handle = playground.notebook.locator(".noUi-origin")
    moves = handle.evaluate("element => { element.parentElement.parentElement.classList.add('noUi-state-tap') }")

    playground.tab.emulate_media(reduced_motion="reduce")

    expect(handle).to_have_css("transition-duration", "0s")
    playground.tab.emulate_media(reduced_motion="no-preference")
    assert moves is None


def test_a_drag_across_the_whole_range_runs_few_of_its_steps_one_at_a_time_and_the_last(run, lab):
    page = run(DRAGGED)
    dragged = lab.folder / "dragged"
    dragged.touch()

    drag_to_the_end(page)
    dragged.unlink()

    expect(call_shown(page)).to_have_text(f"share({STEPS[-1]}, 'a', wait='sleep', seconds=0.1)")
    expect(field(page, SIZE)).to_have_value(str(STEPS[-1]))
    assert int(page.notebook.get_by_title("runs").inner_text()) <= len(STEPS) // 3
    assert page.notebook.get_by_title("at once").inner_text() == "0"


def drag_to_the_end(page):
    """Drag the slider to its left end, and from there to its right one, over every step."""
    track, handle = page.notebook.locator(".noUi-target").bounding_box(), slider(page).bounding_box()
    y = handle["y"] + handle["height"] / 2
    page.tab.mouse.move(handle["x"] + handle["width"] / 2, y)
    page.tab.mouse.down()
    page.tab.mouse.move(track["x"] - 5, y)
    page.tab.mouse.move(track["x"] + track["width"] + 5, y, steps=3 * len(STEPS))
    page.tab.mouse.up()


def test_the_widget_check_answers_to_its_button(run):
    page = run("from shmlesson.views import WidgetCheck\n\nWidgetCheck()")

    page.notebook.get_by_role("button", name="Press me").click()

    expect(page.notebook.get_by_role("status")).to_have_text("Widgets work here, both ways.")


def test_try_sizes_answers_to_the_slider(run):
    page = run("from shmlesson.views import TrySizes\n\nTrySizes(lambda size: f'{size + 1} is one more')")

    slider(page).press("ArrowRight")

    expect(page.notebook.get_by_role("status")).to_have_text("1001 is one more")
