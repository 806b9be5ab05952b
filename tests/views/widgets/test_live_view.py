"""LiveBlock without a browser: presses and texts become writes, and its words only say what both processes reported."""

import ipywidgets
import pytest
import traitlets

import shmlesson.views
from shmlesson.errors import ProcessLost, ServerLost
from shmlesson.memory.block import look
from shmlesson.views.html.colour import colour
from shmlesson.views.text.written import written
from shmlesson.views.widgets.live import LiveBlock
from shmlesson.views.widgets.static_face import RUN_FOR_CONTROLS

VIEW = "application/vnd.jupyter.widget-view+json"
BEGUN = (
    "The parent has mapped a shared block of 4 bytes and forked a child: both have the same one, and both see 4 x 00."
)


def contents_of(data):
    """What a process sees that finds these bytes."""
    return look(bytearray(data))


class Pair:
    """Stands in for two processes: writes where it is told to, unless it has lost one."""

    def __init__(self, size, memory):
        self.blocks = {"parent": bytearray(size), "child": bytearray(size)}
        if memory == "shared":
            self.blocks["child"] = self.blocks["parent"]
        self.ended, self.lost, self.told = "", "", None

    @property
    def parent(self):
        return contents_of(self.blocks["parent"])

    @property
    def child(self):
        return contents_of(self.blocks["child"])

    def write(self, who, offset, data):
        if self.lost or self.ended:
            self.ended = self.ended or self.lost
            raise ProcessLost(self.ended)
        self.blocks[who][offset : offset + len(data)] = data

    def watch(self, told):
        self.told = told

    def end(self):
        self.ended = self.ended or "The pair has ended"


class Pairs:
    """Makes them, and remembers them; makes none while it has an error."""

    def __init__(self):
        self.made, self.error = [], None

    def __call__(self, size, memory):
        if self.error:
            raise self.error
        self.made.append(Pair(size, memory))
        return self.made[-1]


@pytest.fixture
def pairs():
    return Pairs()


@pytest.fixture
def live(pairs):
    """A ``LiveBlock`` of four bytes, with pairs that nobody forked."""
    with_pairs = LiveBlock(pairs, 4)
    yield with_pairs
    with_pairs.close()


def press(live, who, offset, **more):
    """What the browser sends when a byte is pressed, or typed on."""
    live._panes._handle_custom_msg({"who": who, "offset": offset, **more}, [])


def names(widget):
    """The labels of all controls in it."""
    inner = [name for child in getattr(widget, "children", ()) for name in names(child)]
    return [widget.description, *inner] if getattr(widget, "description", "") else inner


def test_at_first_it_says_what_there_is_and_that_both_see_zeros(live):
    assert live.said == BEGUN
    assert (live.parent, live.child, live.alive) == (contents_of(bytes(4)), contents_of(bytes(4)), True)


def test_a_byte_that_is_pressed_is_written_there_by_that_process(live):
    press(live, "child", 3)

    assert live.said == "The child wrote 'a' at offset 3; the parent sees it."
    assert (live._panes.parent, live._panes.child) == (b"\0\0\0a", b"\0\0\0a")
    assert live._panes.changed == {"parent": [3], "child": [3]}


def test_what_a_press_writes_is_the_byte_of_the_control(live):
    live._byte.hex.value = "07"
    press(live, "parent", 0)

    assert live.said == "The parent wrote 07 at offset 0; the child sees it."
    assert live._panes.hint.startswith("Press a byte, and that process writes 07 there.")


def test_a_character_that_is_typed_on_a_byte_is_written_there(live):
    press(live, "parent", 1, typed="z")

    assert live.said == "The parent wrote 'z' at offset 1; the child sees it."


def test_in_a_private_block_the_panes_drift_apart_and_it_says_so(live):
    live.memory = "private"
    press(live, "child", 3)

    assert live.said == "The child wrote 'a' at offset 3; the parent still sees 00 there."
    assert live._panes.changed == {"parent": [], "child": [3]}
    assert (live.parent, live.child) == (contents_of(bytes(4)), contents_of(b"\0\0\0a"))


@pytest.mark.parametrize(
    ("data", "before", "now", "sentence"),
    [
        (b"a", b"\0\0", b"\0a", "The child wrote 'a' at offset 1; the parent sees it."),
        (b"a", b"\0\0", b"\0\0", "The child wrote 'a' at offset 1; the parent still sees 00 there."),
        (b"a", b"\0a", b"\0a", "The child wrote 'a' at offset 1; the parent sees the same there, as before."),
        (b"a", b"\0b", b"\0c", "The child wrote 'a' at offset 1; the parent sees 63 'c' there."),
        (b"ab", b"\0\0\0", b"\0ab", "The child wrote 'ab' at offset 1 to 2; the parent sees it."),
        (b"ab", b"\0\0\0", b"\0\0\0", "The child wrote 'ab' at offset 1 to 2; the parent still sees 2 x 00 there."),
        (b"ab", b"\0xy", b"\0xy", "The child wrote 'ab' at offset 1 to 2; the parent still sees 'xy' there."),
        (
            b"\x01\x02",
            b"\0a\x03",
            b"\0a\x03",
            "The child wrote 01 02 at offset 1 to 2; the parent still sees 61 03 there.",
        ),
    ],
)
def test_the_sentence_is_made_of_what_the_other_process_reported(data, before, now, sentence):
    own = contents_of((b"\0" + data).ljust(len(now), b"\0"))
    looks = [{"parent": contents_of(seen), "child": own} for seen in (before, now)]

    assert written("child", 1, data, *looks) == sentence


def test_a_writer_that_does_not_see_what_it_was_to_write_is_not_said_to_have_written_it():
    looks = {"parent": contents_of(b"\0"), "child": contents_of(b"\0")}

    said = written("child", 0, b"a", looks, looks)

    assert said == "The child was to write 'a' at offset 0, and sees 00 there."


def test_a_text_is_written_at_its_offset_by_the_process_that_is_chosen(live):
    row = live._writer
    row.text.value, row.offset.value, row.who.value = "abc", 1, "child"
    row.button.click()

    assert live.said == "The child wrote 'abc' at offset 1 to 3; the parent sees it."


@pytest.mark.parametrize(
    ("who", "offset", "typed", "reason"),
    [
        ("child", 4, "a", "offset must be from 0 to 3 in this block, got 4."),
        ("child", "0", "a", "offset must be a whole number of bytes (an int), got '0'."),
        ("nobody", 0, "a", "who must be one of 'parent', 'child', got 'nobody'."),
        ("child", 0, "é", "data must be ASCII, a byte for each character, got 'é'."),
        ("child", 3, "ab", "data must be at most 1 byte from offset 3 on, got 2."),
    ],
)
def test_what_cannot_be_written_is_one_sentence_in_the_widget_and_nothing_is_written(live, who, offset, typed, reason):
    press(live, who, offset, typed=typed)

    assert live.said == f"Not written: {reason}"
    assert live._panes.child == bytes(4)


def test_while_no_byte_is_chosen_a_press_writes_nothing(live):
    live._byte.character.value = "é"
    press(live, "child", 0)

    assert live.said.startswith("Not written: fill must be one ASCII character")
    assert live._panes.child == bytes(4)


@pytest.mark.parametrize("content", [None, [], {}, {"who": "child"}, {"offset": 0}, "press"])
def test_a_message_that_is_no_press_is_nothing(live, content):
    live._panes._handle_custom_msg(content, [])

    assert live.said == BEGUN


def test_code_gets_the_errors_that_the_widget_says(live, pairs):
    with pytest.raises(ValueError, match=r"^offset must be from 0 to 3"):
        live.write("child", 4, "a")
    pairs.made[-1].lost = "The child was ended by SIGKILL"
    with pytest.raises(ProcessLost):
        live.write("child", 0, "a")

    assert (live.said, live.alive) == ("The child was ended by SIGKILL. Restart makes another pair.", False)


@pytest.mark.parametrize("change", [{"memory": "private"}, {"size": 8}])
def test_another_mapping_or_size_ends_the_pair_and_makes_another(live, pairs, change):
    press(live, "child", 0)
    live.set_trait(*next(iter(change.items())))

    assert [pair.ended for pair in pairs.made] == ["The pair has ended", ""]
    assert set(live._panes.child) == {0}
    assert live.said.startswith(f"The parent has mapped a {live.memory} block of {live.size} bytes and forked a child")


def test_the_switch_and_the_trait_are_one(live):
    live._memory.value = "private"

    assert live.memory == live._panes.memory == "private"


@pytest.mark.parametrize(("name", "value"), [("size", 0), ("size", 257), ("memory", "bytearray")])
def test_a_size_or_mapping_that_cannot_be_is_an_error_and_changes_nothing(live, pairs, name, value):
    with pytest.raises(ValueError, match=f"^{name} must be"):
        live.set_trait(name, value)

    assert (live.size, live.memory, len(pairs.made)) == (4, "shared", 1)


@pytest.mark.parametrize("arguments", [(0,), (257,), (4, "bytearray")])
def test_a_block_that_cannot_be_is_refused_before_anything_is_made(pairs, arguments):
    with pytest.raises(ValueError, match=r"^(size|memory) must be"):
        LiveBlock(pairs, *arguments)

    assert pairs.made == []


def test_the_buttons_end_the_pair_and_make_another(live, pairs):
    restart, end = live.children[-1].children
    end.click()
    ended = live.alive, live.said, pairs.made[0].ended
    restart.click()

    assert ended == (False, "The pair has ended. Restart makes another pair.", "The pair has ended")
    assert (live.alive, live.said, len(pairs.made)) == (True, BEGUN, 2)


def controls(live):
    """Every control in it by its name, and whether it is on."""
    byte, writer = live._byte, live._writer
    restart, end = live.children[-1].children
    each = [live._memory, byte.character, byte.number, byte.hex, *writer.children, restart, end]
    return {control.description or "mapping": not control.disabled for control in each}


def test_after_an_end_all_is_off_but_restart(live):
    live.end()
    ended = controls(live)
    live.restart()

    assert [name for name, on in ended.items() if on] == ["Restart"]
    assert all(controls(live).values())


@pytest.mark.parametrize("how", ["was run again", "was deleted"])
def test_when_its_cell_is_gone_both_end_and_it_says_why(live, pairs, how):
    live.cell_gone(how)

    assert (pairs.made[0].ended, live.alive) == ("The pair has ended", False)
    assert live.said == f"Both have ended: the cell that made them {how}. Restart makes another pair."


def test_an_end_that_came_earlier_stays_the_reason(live):
    live.end()
    live.cell_gone("was run again")

    assert live.said == "The pair has ended. Restart makes another pair."


def test_a_loss_is_said_as_soon_as_it_is_noticed_without_a_request(live, pairs):
    pairs.made[0].ended = "The child was ended by SIGKILL"
    pairs.made[0].told()

    assert (live.said, live.alive) == ("The child was ended by SIGKILL. Restart makes another pair.", False)


def test_where_no_pair_can_be_made_it_says_why_and_can_be_tried_again(pairs):
    pairs.error = ServerLost("the fork server could not be started")
    live = LiveBlock(pairs, 4)
    first = live.said, live.alive
    press(live, "child", 0)
    pairs.error = None
    live.restart()

    assert first == ("the fork server could not be started. Restart makes another pair.", False)
    assert (live.said, live.alive) == (BEGUN, True)


def test_closing_the_widget_ends_the_pair(pairs):
    LiveBlock(pairs, 4).close()

    assert pairs.made[0].ended


def test_what_it_holds_can_be_linked_and_observed(live):
    label, seen = ipywidgets.Label(), []
    traitlets.dlink((live, "said"), (label, "value"))
    live.observe(lambda change: seen.append(str(change["new"])), "child")

    live.write("parent", 0, "x")

    assert label.value == "The parent wrote 'x' at offset 0; the child sees it."
    assert seen == ["1 x 78 'x', 3 x 00"]


def test_every_control_has_a_name(live):
    assert set(names(live)) == {
        *("byte", "number", "hex", "text", "at offset", "written by", "Write", "Restart", "End"),
    }
    assert [label for label, _ in live._memory.options] == ["shared mapping", "private mapping"]


def test_where_no_widget_is_drawn_its_last_state_is_shown_the_same_each_time(live, pairs):
    live.write("child", 3, "a")
    other = LiveBlock(pairs, 4)
    other.write("child", 3, "a")

    bundle = live._repr_mimebundle_()

    assert VIEW in bundle
    assert RUN_FOR_CONTROLS in bundle["text/html"]
    assert bundle["text/html"].count("<table") == 2
    assert bundle["text/plain"].splitlines()[0] == "The child wrote 'a' at offset 3; the parent sees it."
    assert (live.face_html(), live.face_text()) == (other.face_html(), other.face_text())


def test_the_panes_need_nothing_from_outside(live):
    sent = live._panes.get_state()

    assert "export default" in sent["_esm"]
    assert ".shmlesson-panes" in sent["_css"]
    assert not any("//" in line and "http" in line for line in (sent["_esm"] + sent["_css"]).splitlines())


def test_with_real_processes_it_shows_what_they_see():
    live = shmlesson.views.LiveBlock(4, "private")
    press(live, "child", 1)
    said = live.said
    live.close()

    assert said == "The child wrote 'a' at offset 1; the parent still sees 00 there."


def test_a_byte_has_the_colour_that_it_has_in_every_picture(live):
    sent = live._panes.get_state("colours")["colours"]

    assert sent == [colour(byte) for byte in range(256)]
