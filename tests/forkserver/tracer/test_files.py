"""What a running program is seen doing with plain files."""

import pytest

from shmlesson import program

FORK = "import os, tempfile\nname = os.path.join(tempfile.mkdtemp(), 'f')\nif os.fork() == 0: os._exit(0)\nos.wait()\n"


def told(source):
    """What the parent reports of files: kind, and whether they are there, but for what is nobody's line."""
    events = [e for e in program(FORK + source).events if e.detail.get("at") == "file" and not e.detail.get("inner")]
    assert all(event.process == "parent" for event in events)
    return [(event.kind, event.detail.get("count", 1)) for event in events]


def test_nothing_is_reported_as_long_as_there_is_nobody_to_read_it():
    run = program("import tempfile\nwith tempfile.NamedTemporaryFile('w') as file: file.write('x')")

    assert not [event for event in run.events if event.detail.get("at") == "file"]


@pytest.mark.parametrize("write", ["open(name, 'w').close()", "os.close(os.open(name, os.O_CREAT))", "os.mkdir(name)"])
def test_a_file_that_is_made_is_reported_before_it_is_there(write):
    assert told(write) == [("releases", 1)]


@pytest.mark.parametrize("look", ["os.path.exists(name)", "os.access(name, os.F_OK)", "open(name).close()"])
def test_what_is_seen_again_and_has_not_changed_is_reported_once(look):
    assert told(f"open(name, 'w').close()\nfor _ in range(9): {look}") == [("releases", 1), ("notices", 1)]


def test_what_is_written_again_with_nothing_in_between_is_reported_once():
    source = "with open(name, 'w') as file:\n    for _ in range(9): print('x', file=file, flush=True)"

    assert told(source) == [("releases", 1)]


def test_what_is_written_again_after_something_else_is_reported_again():
    source = (
        "import mmap\nblock = mmap.mmap(-1, 1)\n"
        "with open(name, 'w') as file:\n    for _ in range(2): block[0] += 1; print('x', file=file, flush=True)"
    )

    assert told(source) == [("releases", 1)] * 3


def test_that_a_file_is_not_there_and_that_it_is_removed_has_a_count_of_0():
    assert told("os.path.exists(name)\nopen(name, 'w').close()\nos.unlink(name)") == [
        *(("notices", 0), ("releases", 1), ("releases", 0)),
    ]


def test_files_of_python_and_of_the_system_are_left_alone():
    assert told("import csv, email\nopen(os.__file__).read()\nos.path.exists('/etc/passwd')\nos.listdir('/dev')") == []


def test_python_s_own_look_for_modules_when_an_error_is_printed_is_not_the_program_s():
    run = program("import os\nif os.fork() == 0: os._exit(0)\nos.wait()\n1 / 0")

    assert run.parent.exit_code == 1
    assert [event.detail for event in run.events if event.kind == "notices"] == []
