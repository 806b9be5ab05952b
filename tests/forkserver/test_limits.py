"""What a program may take can be set, and where it takes more it is told, on its own line and in one sentence."""

import sys

import pytest

from kernels import answer
from shmlesson import program
from shmlesson.views.text.sentences import story

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to a limit on memory")
MIB = 1 << 20
TOO_MUCH = {"MemoryError": "bytearray(64 << 20)", "OSError": "import mmap; mmap.mmap(-1, 64 << 20)"}


@on_linux
@pytest.mark.parametrize("error", TOO_MUCH)
@pytest.mark.parametrize("role", ["parent", "child 1"])
def test_a_process_that_takes_more_memory_than_it_may_gets_an_error_with_the_limit(error, role):
    source = (
        f"import os\npid = os.fork()\nif (pid == 0) == {role != 'parent'}:\n    {TOO_MUCH[error]}\npid and os.wait()"
    )

    run = program(source, memory=32 * MIB)

    *_, said, limit = run[role].printed.splitlines()
    assert said.startswith(error)
    assert limit == "Each process of this run may take 33554432 bytes beyond Python's own (memory= allows more)."


@on_linux
@pytest.mark.parametrize("memory", [1 << 12, 8 * MIB])
@pytest.mark.parametrize("end", ["MemoryError", "1 / 0"])
def test_an_error_is_shown_whole_when_no_memory_is_left(memory, end):
    source = f"""\
held = []
try:
    while True: held.append(bytearray(1000))
except MemoryError:
    {"raise" if end == "MemoryError" else end}
"""

    printed = program(source, memory=memory).parent.printed

    assert "    while True: held.append(bytearray(1000))\n" in printed
    assert end != "1 / 0" or "\nZeroDivisionError: " in printed
    assert f"\nMemoryError\nEach process of this run may take {memory} bytes" in printed


@on_linux
@pytest.mark.parametrize("source", TOO_MUCH.values())
def test_with_more_memory_the_same_program_works(source):
    assert program(source, memory=128 * MIB).parent.exit_code == 0


@on_linux
def test_a_program_cannot_raise_its_limit_if_it_is_not_root():
    source = """\
import os, resource
if os.getuid() == 0: os.setuid(65534)
try: resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)
except ValueError as error: print(error)
"""

    assert program(source, memory=64 * MIB).parent.printed == "not allowed to raise maximum limit\n"


@on_linux
def test_an_error_that_has_nothing_to_do_with_memory_is_left_as_it_is():
    assert "memory=" not in program("open('/nowhere')", memory=64 * MIB).parent.printed


@on_linux
def test_unless_said_otherwise_a_process_may_take_what_the_machine_has(monkeypatch):
    monkeypatch.setattr("shmlesson.api.program.available_memory", lambda: 48 * MIB)

    assert program("bytearray(16 << 20)").parent.exit_code == 0
    assert "48" not in program("bytearray(16 << 20)").parent.printed
    assert "may take 50331648 bytes" in program("bytearray(64 << 20)").parent.printed


@pytest.mark.parametrize("watch", [None, lambda event: None], ids=["at the end", "as it comes"])
@pytest.mark.parametrize("output", [1, 100, 1000, 1001, 2000])
def test_of_what_is_printed_so_many_characters_are_kept(output, watch):
    run = program("print('x' * 1000)", output=output, watch=watch)

    assert len(run.parent.printed) == min(output, 1001)
    assert len(run.parent.printed) + run.dropped == 1001


@pytest.mark.parametrize("limit", ["memory", "output", "processes"])
@pytest.mark.parametrize("value", [0, -1, True, 1.5, "1 GiB"])
def test_a_limit_that_is_no_positive_whole_number_is_refused_in_one_sentence(limit, value):
    with pytest.raises((TypeError, ValueError), match=f"^{limit} must be .*, got {value!r}$"):
        program("pass", **{limit: value})


@on_linux
def test_where_memory_runs_out_the_system_ends_a_run_before_the_kernel():
    run = program("print(open('/proc/self/oom_score_adj').read(), end='')")

    assert run.parent.printed == "1000\n"


@pytest.mark.parametrize("watch", [None, lambda event: None], ids=["at the end", "as it comes"])
def test_of_what_is_done_very_often_the_first_is_kept_and_the_rest_is_counted(watch):
    run = program("import mmap\nfor _ in range(30_000): mmap.mmap(-1, 1).close()", watch=watch, timeout=60)

    assert len([event for event in run.events if event.kind == "maps"]) + run.truncated == 30_000
    assert 0 < run.truncated < 30_000
    assert f"It did {run.truncated:,} more things than are kept." in story(run)


@on_linux
def test_a_kernel_that_may_open_few_descriptors_can_share_all_the_same():
    said = answer("""
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (60, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
from shmlesson import share
print(share().child.saw)
""")

    assert said == "100 x 61 'a'\n"
