"""A request comes back from the wire as it was, or is refused with the field that is wrong; and so is a command."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shmlesson.client.experiment import run_experiment
from shmlesson.errors import BadMessage, ServerLost
from shmlesson.wire.request import Command, Request

whole = st.integers(0, 1 << 62)
plain = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers())
requests = st.builds(
    Request,
    st.text(),
    st.dictionaries(st.text().filter(lambda name: name not in ("file", "processes")), plain),
    st.floats(0, 1e6, exclude_min=True),
    whole,
    st.booleans(),
    st.booleans(),
    whole,
)
commands = st.builds(Command, whole, st.sampled_from(["", "parent", "child 1"]), whole, st.binary(), st.booleans())
REQUEST = Request("share", {"size": 1}, 10.0, 100).to_wire()
COMMAND = Command(1, "parent", 2, b"a").to_wire()


def over_the_wire(value):
    return type(value).from_wire(json.loads(json.dumps(value.to_wire())))


@given(requests | commands)
def test_what_is_asked_comes_back_from_the_wire_as_it_was(asked):
    assert over_the_wire(asked) == asked


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("experiment", 1), ("settings", []), ("timeout", 10), ("timeout", 0.0), ("timeout", float("nan"))),
        *(("output", "1"), ("output", -1), ("output", True), ("live", 1), ("commands", None), ("number", 1.0)),
        *(("settings", {"file": 1}), ("settings", {"processes": "2"})),
    ],
    ids=str,
)
def test_a_request_with_a_wrong_field_is_refused_by_its_name(field, value):
    named = next(iter(value)) if isinstance(value, dict) else field

    with pytest.raises(BadMessage, match=rf"^a request cannot have this {named}: "):
        Request.from_wire({**REQUEST, field: value})


@pytest.mark.parametrize("field", REQUEST)
def test_a_request_without_one_of_its_fields_is_refused_by_its_name(field):
    with pytest.raises(BadMessage, match=rf"^a request cannot have this {field}: None$"):
        Request.from_wire({name: value for name, value in REQUEST.items() if name != field})


@pytest.mark.parametrize(
    ("field", "value"),
    [("number", "1"), ("who", None), ("offset", -1), ("data", "zz"), ("data", 7), ("end", 0)],
    ids=str,
)
def test_a_command_with_a_wrong_field_is_refused_by_its_name(field, value):
    with pytest.raises(BadMessage, match=rf"^a command cannot have this {field}: "):
        Command.from_wire({**COMMAND, field: value})


@pytest.mark.parametrize(("kind", "message"), [(Request, REQUEST), (Command, COMMAND)])
def test_what_has_a_field_too_many_is_refused(kind, message):
    with pytest.raises(BadMessage, match=r"^a (request|command) has no field more$"):
        kind.from_wire({**message, "more": 1})


@pytest.mark.parametrize("name", Request._fields)
def test_a_request_cannot_be_changed(name):
    with pytest.raises(AttributeError):
        setattr(Request.from_wire(REQUEST), name, 1)


def test_the_server_says_what_is_wrong_with_a_request():
    with pytest.raises(ServerLost, match=r"^share\(\) could not start: a request cannot have this output: -1$"):
        run_experiment("share()", "share", {}, 10, output=-1)
