"""What a running program is seen doing with its blocks: each way to read and to write, views, and their names."""

import importlib.util
from textwrap import indent

import pytest

from shmlesson import program

BLOCK = "import mmap, struct, os\nb = mmap.mmap(-1, 16)\n"

with_numpy = pytest.mark.skipif(importlib.util.find_spec("numpy") is None, reason="numpy is not installed")


def accesses(run, *kinds):
    """Each read and write: kind, offset, contents in words, line, and how often."""
    return [
        (e.kind, e.detail["offset"], str(e.detail["contents"]), e.detail.get("line"), e.detail.get("times", 1))
        for e in run.events
        if e.kind in (kinds or ("reads", "writes"))
    ]


def one(kind, offset, contents):
    return [(kind, offset, contents, 3, 1)]


@pytest.mark.parametrize(
    ("act", "offset", "contents"),
    [
        ("b[3]", 3, "1 x 00"),
        ("b[-1]", 15, "1 x 00"),
        ("b[2:6]", 2, "4 x 00"),
        ("b[6:2:-1]", 3, "4 x 00"),
        ("b[:]", 0, "16 x 00"),
        ("b.read()", 0, "16 x 00"),
        ("b.read(3)", 0, "3 x 00"),
        ("b.read(99)", 0, "16 x 00"),
        ("b.read_byte()", 0, "1 x 00"),
        ("b.readline()", 0, "16 x 00"),
        ("b.find(b'x')", 0, "16 x 00"),
        ("b.find(b'x', 4, 9)", 4, "5 x 00"),
        ("b.rfind(b'x', -4)", 12, "4 x 00"),
        ("bytes(b)", 0, "16 x 00"),
        ("b'x' in b", 0, "16 x 00"),
        ("list(b)", 0, "16 x 00"),
        ("for byte in b: pass", 0, "16 x 00"),
        ("struct.unpack_from('<I', b, 4)", 4, "4 x 00"),
        ("struct.unpack_from('<I', buffer=b, offset=-4)", 12, "4 x 00"),
        ("b.seek(5); b.read(2)", 5, "2 x 00"),
        ("b.seek(-3, os.SEEK_END); b.read()", 13, "3 x 00"),
    ],
)
def test_each_way_to_read_is_recorded_with_which_bytes_and_what_they_held(act, offset, contents):
    assert accesses(program(BLOCK + act)) == one("reads", offset, contents)


@pytest.mark.parametrize(
    ("act", "offset", "contents"),
    [
        ("b[3] = 97", 3, "1 x 61 'a'"),
        ("b[-1] = 97", 15, "1 x 61 'a'"),
        ("b[2:6] = b'aaaa'", 2, "4 x 61 'a'"),
        ("b.write(b'aa')", 0, "2 x 61 'a'"),
        ("b.write(memoryview(b'aa'))", 0, "2 x 61 'a'"),
        ("b.write_byte(97)", 0, "1 x 61 'a'"),
        ("b.seek(4); b.write(b'aa')", 4, "2 x 61 'a'"),
        ("struct.pack_into('<H', b, 4, 0x6161)", 4, "2 x 61 'a'"),
        ("struct.pack_into('<H', b, -2, 0x6161)", 14, "2 x 61 'a'"),
        ("for i in range(16): b[i] = 97", 0, "16 x 61 'a'"),
        ("for _ in range(16): b.write_byte(97)", 0, "16 x 61 'a'"),
    ],
)
def test_each_way_to_write_is_recorded_with_which_bytes_and_what_they_hold_now(act, offset, contents):
    assert accesses(program(BLOCK + act)) == one("writes", offset, contents)


@pytest.mark.parametrize(
    "act",
    ["b[99]", "b[5:5]", "b.read(0)", "b.find(1)", "b.write('a')", "b.write(b'a' * 17)", "b[0] = 256", "b['a'] = 1"],
)
def test_what_touches_nothing_or_fails_is_not_recorded(act):
    run = program(f"{BLOCK}try: {act}\nexcept (TypeError, ValueError, IndexError): pass")

    assert run.parent.exit_code == 0
    assert accesses(run) == []


@pytest.mark.parametrize(
    ("act", "kind", "places"),
    [
        ("b[0:9:4]", "reads", [0, 4, 8]),
        ("b[::-8]", "reads", [7, 15]),
        ("b[1::6] = b'aaa'", "writes", [1, 7, 13]),
        ("memoryview(b)[::5] = b'abcd'", "writes", [0, 5, 10, 15]),
        ("memoryview(b).cast('B', (4, 4))[1, 2] = 4", "writes", [6]),
    ],
)
def test_what_a_slice_leaves_out_is_not_touched(act, kind, places):
    run = program(BLOCK + act)

    assert [(k, offset, contents[:3]) for k, offset, contents, _, _ in accesses(run)] == [
        (kind, place, "1 x") for place in places
    ]


@pytest.mark.parametrize(
    ("act", "told"),
    [
        ("ctypes.memset(a, 97, 4)", [("writes", 0, "4 x 61 'a'")]),
        ("ctypes.memset((ctypes.c_char * 4).from_buffer(b, 4), 97, 1)", [("writes", 4, "1 x 61 'a'")]),
        ("ctypes.string_at(a + 2, 3)", [("reads", 2, "3 x 00")]),
        ("ctypes.memmove(a + 8, a, 2)", [("reads", 0, "2 x 00"), ("writes", 8, "2 x 00")]),
        ("ctypes.memmove(a + 8, b'aa', 2)", [("writes", 8, "2 x 61 'a'")]),
        ("ctypes.memmove(1, 2)", []),
    ],
)
def test_what_ctypes_does_by_an_address_is_seen(act, told):
    setup = "import ctypes; c = ctypes.c_char.from_buffer(b); a = ctypes.addressof(c)\n"

    run = program(f"{BLOCK}{setup}try: {act}\nexcept TypeError: pass")

    assert [each[:3] for each in accesses(run)] == told


def test_a_move_reads_and_writes():
    run = program(BLOCK + "b.move(8, 0, 4)")

    assert accesses(run) == one("reads", 0, "4 x 00") + one("writes", 8, "4 x 00")


def test_the_same_access_again_and_again_is_one_with_its_number():
    run = program(BLOCK + "for _ in range(50): b[0] = 97")

    assert accesses(run) == [("writes", 0, "1 x 61 'a'", 3, 50)]


@pytest.mark.parametrize(
    ("loop", "differ"),
    [
        ("for i in range(5): b[0] = 4", False),
        ("for i in range(5): b[0] = i", True),
        ("for i in (4, 5): b[0] = i", True),
        ("for i in (4, 4, 5, 5): b[0] = i", True),
        ("for i in (5, 4, 4, 4): b[0] = i", True),
        ("for i in range(5): b[0:2] = b'ab'", False),
        ("for i in range(3): b[0:2] = bytes([i, i])", True),
        ("for i in range(5): b[0] = 4; b[0]", False),
        ("v = memoryview(b)\nfor i in range(5): v[0] = 5", False),
        ("v = memoryview(b)\nfor i in range(5): v[0] = i", True),
    ],
)
def test_what_was_not_the_same_each_time_is_said_to_be_the_last(loop, differ):
    run = program(BLOCK + loop)

    assert {e.detail.get("last", False) for e in run.events if e.kind == "writes"} == {differ}


def test_reads_and_writes_in_turns_keep_both():
    run = program(BLOCK + "for _ in range(50): b[0] = b[0] + 1")

    assert sorted(accesses(run)) == [("reads", 0, "1 x 31 '1'", 3, 50), ("writes", 0, "1 x 32 '2'", 3, 50)]


def test_accesses_on_two_lines_stay_apart_and_in_order():
    run = program(BLOCK + "b[0] = 1\nb[1] = 2\nb[0]")

    assert [(kind, offset, line) for kind, offset, _, line, _ in accesses(run)] == [
        ("writes", 0, 3),
        ("writes", 1, 4),
        ("reads", 0, 5),
    ]


@pytest.mark.parametrize(
    ("loop", "told"),
    [
        ("for i in (0, 0, 1, 2): b[i]", [("reads", 0, "1 x 00", 3, 2), ("reads", 1, "2 x 00", 3, 1)]),
        ("for i in (0, 1, 1, 2): b[i]", [("reads", 0, "2 x 00", 3, 1), ("reads", 1, "2 x 00", 3, 1)]),
        ("for i in (0, True, 2): b[i]", [("reads", 0, "3 x 00", 3, 1)]),
        ("for i in (14, 15, 16):\n    try: b[i]\n    except IndexError: pass", [("reads", 14, "2 x 00", 4, 1)]),
        ("for v in (1, 2, 'a', 3):\n    try: b[0] = v\n    except TypeError: pass", [("writes", 0, "1 x 03", 4, 3)]),
        ("for i in range(3): b[0]; b[0]", [("reads", 0, "1 x 00", 3, 6)]),
        ("for i in range(2):\n    b[0]\n    b[0]", [("reads", 0, "1 x 00", line, 1) for line in (4, 5, 4, 5)]),
        ("def f(): return b[0]\nf(); f()\nf()", [("reads", 0, "1 x 00", 3, 3)]),
        ("def f(): b[0]\ndef g(): b[0]\nf(); f(); g()", [("reads", 0, "1 x 00", 3, 2), ("reads", 0, "1 x 00", 4, 1)]),
        ("for i in range(3): b[0]; print(i)", [("reads", 0, "1 x 00", 3, 1)] * 3),
        ("for i in (1, 2, 3): b[0] = i\nv = memoryview(b)\nprint()", [("writes", 0, "1 x 03", 3, 3)]),
        ("def f(): b[0]\ndef g(): b[0]\nfor _ in '12': f(); g()", [("reads", 0, "1 x 00", n, 1) for n in (3, 4, 3, 4)]),
        (
            "for i in range(3): b[0] = i; len(b[0:2])",
            [("writes", 0, "1 x 02", 3, 3), ("reads", 0, "1 x 02, 1 x 00", 3, 3)],
        ),
        (
            "for i in range(3): b[0] = 9; v = memoryview(b); b[0] = 8",
            [("writes", 0, "1 x 09", 3, 1), ("writes", 0, "1 x 08", 3, 5)],
        ),
        ("for i in range(3): b[0] = 9; b.resize(8); b[0] = 8", [("writes", 0, "1 x 08", 3, 6)]),
    ],
)
def test_what_a_loop_does_is_recorded_as_one_where_it_goes_on(loop, told):
    assert accesses(program(BLOCK + loop)) == told


def test_what_was_held_back_is_reported_before_a_fork():
    run = program(BLOCK + "for i in range(9): b[i] = 1\nif os.fork() == 0: os._exit(0)\nos.wait()")

    kinds = [e.kind for e in run.events if e.process == "parent" and e.kind in ("writes", "forks")]
    assert kinds == ["writes", "forks"]
    assert accesses(run, "writes") == one("writes", 0, "9 x 01")


@pytest.mark.parametrize(
    ("arguments", "memory"),
    [
        ("-1, 4", "shared"),
        ("fileno=-1, length=4", "shared"),
        ("-1, 4, mmap.MAP_SHARED", "shared"),
        ("-1, 4, mmap.MAP_PRIVATE", "private"),
        ("-1, 4, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS", "private"),
        ("-1, 4, access=mmap.ACCESS_COPY", "private"),
        ("-1, 4, access=mmap.ACCESS_WRITE", "shared"),
    ],
)
def test_a_block_is_recorded_with_size_and_mapping(arguments, memory):
    run = program(f"import mmap\nb = mmap.mmap({arguments})")

    details = [dict(e.detail) for e in run.events if e.kind == "maps"]
    assert details == [{"size": 4, "memory": memory, "block": "block 1", "line": 2}]


@pytest.mark.parametrize(
    ("arguments", "memory"),
    [("0", "file"), ("9, access=mmap.ACCESS_COPY", "private"), ("9, mmap.MAP_PRIVATE", "private"), ("4", "file")],
)
def test_a_file_that_is_mapped_is_a_block(arguments, memory):
    run = program(
        f"import mmap, tempfile\nf = tempfile.TemporaryFile(); f.truncate(9)\nm = mmap.mmap(f.fileno(), {arguments})"
        "; m[0] = 1"
    )

    assert [(e.detail["block"], e.detail.get("memory")) for e in run.events if "block" in e.detail] == [
        ("mapped file 1", memory),
        ("mapped file 1", None),
    ]


FILE = "import mmap, os, tempfile\npath = tempfile.mkstemp()[1]\nos.truncate(path, 8192)\n"


@pytest.mark.parametrize(
    "source",
    [
        "with open(path, 'r+b') as f: m = mmap.mmap(f.fileno(), 0)\n"
        "if os.fork() == 0: m[0] = 1; os._exit(0)\nos.wait()\n"
        "with open(path, 'r+b') as f: print(mmap.mmap(f.fileno(), 4)[0])",
        "for _ in '12':\n    if os.fork() == 0:\n"
        "        mmap.mmap(os.open(path, os.O_RDWR), 8)[0] = 1\n        os._exit(0)\n"
        "os.wait(); os.wait()",
        "os.link(path, path + '2')\nfor n in ('', '2'):\n    mmap.mmap(os.open(path + n, os.O_RDWR), 8)[0] = 1",
    ],
    ids=["before and after the fork", "in two children", "by two names"],
)
def test_the_same_file_is_the_same_block_whoever_maps_it(source):
    run = program(FILE + source)

    assert run.parent.exit_code == 0
    assert len([e for e in run.events if e.kind == "maps"]) == 2
    assert len({e.detail["block"] for e in run.events if "block" in e.detail}) == 1


def test_two_files_are_two_blocks_and_two_places_of_one_are_not():
    source = (
        "with tempfile.TemporaryFile() as f:\n    f.truncate(9)\n    a = mmap.mmap(f.fileno(), 0)\n"
        "fd = os.open(path, os.O_RDWR)\nb = mmap.mmap(fd, 4096)\nc = mmap.mmap(fd, 4096, offset=4096)\n"
        "b[1] = 1\nc[1] = 2\nmemoryview(c)[2] = 3\n"
    )

    run = program(FILE + source)

    assert [e.detail["block"] for e in run.events if e.kind == "maps"] == [f"mapped file {n}" for n in (1, 2, 2)]
    assert [e[1:3] for e in accesses(run)] == [(1, "1 x 01"), (4097, "1 x 02"), (4098, "1 x 03")]


def test_zeros_that_are_mapped_are_a_block_of_their_own_each_time():
    run = program("import mmap, os\nfd = os.open('/dev/zero', os.O_RDWR)\na, b = mmap.mmap(fd, 4), mmap.mmap(fd, 4)")

    assert [e.detail["block"] for e in run.events if e.kind == "maps"] == ["block 1", "block 2"]


def test_a_block_that_a_child_makes_is_its_own():
    run = program(
        BLOCK + "if os.fork() == 0:\n    c = mmap.mmap(-1, 1); c[0] = 1; b[0] = 1\n    os._exit(0)\nos.wait()"
    )

    assert [e.detail["block"] for e in run.events if e.kind in ("maps", "writes")] == [
        "block 1",
        "child 1’s block 1",
        "child 1’s block 1",
        "block 1",
    ]


@pytest.mark.parametrize(
    "view",
    [
        "v = memoryview(b)",
        "v = memoryview(b)[4:8]",
        "import ctypes; v = (ctypes.c_char * 16).from_buffer(b)",
        pytest.param("import numpy; v = numpy.frombuffer(b, dtype='u1')", marks=with_numpy),
    ],
)
def test_a_view_is_recorded_and_what_is_written_through_it_is_found(view):
    run = program(f"{BLOCK}{view}\nv[0] = {'b' + repr('a') if 'ctypes' in view else 97}\nprint(1)")

    assert [e.detail["block"] for e in run.events if e.kind == "views"] == ["block 1"]
    ((_, offset, contents, line, _),) = accesses(run, "writes")
    assert (offset, contents, line) == (4 if "4:8" in view else 0, "1 x 61 'a'", 4)
    assert [e.detail["via"] for e in run.events if e.kind == "writes"] == ["view"]


def test_what_is_written_through_a_view_is_reported_by_the_process_that_wrote_it():
    child = "if os.fork() == 0:\n    time.sleep(0.05); v[5] = 97\n    os._exit(0)\n"

    run = program(f"{BLOCK}import time\nv = memoryview(b)\n{child}os.wait()\nprint(b[5])")

    assert [(e.process, e.detail["offset"]) for e in run.events if e.kind == "writes"] == [("child 1", 5)]


def test_what_the_other_writes_through_a_view_during_a_wait_is_not_mine():
    source = (
        "import time\nv = memoryview(b)\nr, w = os.pipe()\nif os.fork() == 0:\n"
        "    time.sleep(0.05); v[:] = b'a' * 16\n    os.write(w, b'x')\n"
        "    os._exit(0)\nos.read(r, 1)\nos.wait()\nprint(b[5])"
    )
    runs = [program(BLOCK + source) for _ in range(10)]

    assert {e.process for run in runs for e in run.events if e.kind == "writes"} == {"child 1"}


def test_what_a_child_wrote_through_a_view_is_its_own_even_if_it_ends_right_then():
    child = "if os.fork() == 0:\n    time.sleep(0.05); v[5] = 97; os.abort()\n"

    run = program(f"{BLOCK}import time\nv = memoryview(b)\n{child}os.wait()\nprint(b[5])")

    assert {e.process for e in run.events if e.kind == "writes"} == {"child 1"}
    assert run.parent.printed == "97\n"


UNASKED = """\
v = memoryview(b)
if os.fork() == 0:
    v[0] = 97
    while v[1] == 0:
        pass
    os._exit(0)
while v[0] == 0:
    pass
print(b[0])
{and_then}v[1] = 98
os.wait()
"""


NESTED = f"def work():\n{indent(UNASKED, '    ')}work()\n"
CALLED = f"def put():\n    v[0] = 97\n{UNASKED.replace('v[0] = 97', 'put()')}"


@pytest.mark.parametrize("source", [UNASKED, NESTED, CALLED], ids=["bare", "nested", "called"])
def test_who_looks_first_has_not_written_what_another_wrote_through_a_view(source):
    run = program(BLOCK + source.format(and_then=""))

    found = [(e.process, e.detail["offset"]) for e in run.events if e.kind == "writes"]
    assert sorted(found) == [("child 1", 0), ("parent", 1)]


@pytest.mark.parametrize(
    "write",
    [
        "v[0] = 97",
        "v[0:2] = b'ab'",
        "exec('v[0] = 97')",
        "r, w = os.pipe(); os.write(w, b'a'); os.readv(r, [v])",
        "open(os.devnull).close(); open('/dev/zero', 'rb').readinto(v)",
        "import ctypes; number = ctypes.c_char.from_buffer(b); number.value = b'a'",
    ],
)
def test_whatever_can_write_through_a_view_is_found_with_its_process(write):
    run = program(f"{BLOCK}b[:] = b'.' * 16\nv = memoryview(b)\nprint()\n{write}\nprint()")

    ((process, offset),) = [(e.process, e.detail["offset"]) for e in run.events if e.detail.get("via") == "view"]
    assert (process, offset) == ("parent", 0)


def test_who_has_a_tracer_of_its_own_keeps_it():
    tracer = "import sys; trace = lambda *about: None; sys.settrace(trace)\n"

    run = program(f"{BLOCK}{UNASKED.format(and_then=tracer)}assert sys.gettrace() is trace\n")

    assert run.parent.exit_code == 0


def test_a_block_that_is_written_to_a_pipe_is_read_and_not_viewed():
    run = program(BLOCK + "r, w = os.pipe(); os.write(w, b); os.read(r, 99)")

    assert [e.kind for e in run.events if e.kind in ("views", "reads")] == ["reads"]


@pytest.mark.parametrize(
    ("act", "kind", "offset", "value"),
    [
        ("v.value", "reads", 0, "3"),
        ("v.value = 5", "writes", 0, "5"),
        ("a[1]", "reads", 4, "2"),
        ("a[1] = 7", "writes", 4, "7"),
        ("a[:]", "reads", 0, "[1, 2, 3]"),
        ("a[1:]", "reads", 4, "[2, 3]"),
    ],
)
def test_a_value_records_what_is_read_and_written(act, kind, offset, value):
    make = "import multiprocessing as mp\nv = mp.Value('i', 3); a = mp.Array('i', [1, 2, 3])\n"

    run = program(make + act)

    said = [
        (e.kind, e.detail["offset"], e.detail["value"], e.detail["line"]) for e in run.events if "offset" in e.detail
    ]
    assert said == [(kind, offset, value, 3)]
    assert [(e.detail["block"], e.detail["memory"]) for e in run.events if e.kind == "maps"] == [
        ("value 1", "value"),
        ("value 2", "value"),
    ]


def test_both_ends_of_a_named_block_have_one_name():
    source = (
        "from multiprocessing import shared_memory as s, resource_tracker\nimport os\n"
        "m = s.SharedMemory(create=True, size=8)\nm.buf[0] = 1\nn = s.SharedMemory(m.name)\nprint(n.buf[0])\n"
        "n.close(); m.close(); m.unlink()"
    )

    run = program(source)

    assert run.parent.printed == "1\n"
    assert {(e.detail["block"], e.detail["memory"]) for e in run.events if e.kind == "maps"} == {("block 1", "named")}
