"""What a line does again and again between two synchronizations: told of once, and judged to the end."""

import re

import pytest

from shmlesson import program
from shmlesson.forkserver.tracer.epochs import Epochs, Site

MANY = 20_000
BLOCK = f"import mmap, os\nblock = mmap.mmap(-1, {MANY})\n"
TWO = """\
import mmap, os, time
block = mmap.mmap(-1, 20_000)
pid = os.fork()
if pid == 0:
    for turn in range(20_000):
        block[turn * 7 % 20_000] = turn % 251
    os._exit(0)
{}
os.waitpid(pid, 0)
"""


def touched(run, kind, line):
    """The bytes that a line is told to have touched."""
    spans = (span for e in run.events if e.kind == kind and e.detail.get("line") == line for span in e.ranges)
    return {place for start, stop in spans for place in range(start, stop)}


@pytest.mark.parametrize(
    ("loop", "read", "written"),
    [
        (f"for i in range({MANY}): block[i * 7 % {MANY}] = i % 251", 0, MANY),
        (f"for i in range({MANY}): block[-1 - i * 7 % {MANY}]", MANY, 0),
        (f"for i in range({MANY}): block[i * 7 % {MANY}] += i % 2", MANY, MANY),
        ("for i in range(5000): block[i * 14 % 10_000] = 1", 0, 5000),
        ("for i in range(500): block[i * 31:i * 31 + 3] = b'abc'", 0, 1500),
        ("for i in range(300): block[i % 2 * 5000:i % 2 * 5000 + 9000] = bytes([i % 200]) * 9000", 0, 14_000),
    ],
)
def test_every_byte_that_a_loop_touches_is_told_of_in_few_events(loop, read, written):
    run = program(BLOCK + loop)

    assert len(touched(run, "reads", 3)) == read
    assert len(touched(run, "writes", 3)) == written
    assert len(run.events) < 500
    assert run.truncated == 0


def test_what_a_line_touches_is_told_exactly():
    run = program(BLOCK + "for i in range(4000): block[i * 3] = i % 200")

    assert touched(run, "writes", 3) == set(range(0, 12_000, 3))
    assert len(run.story) < 500


@pytest.mark.parametrize("number", [6, 10_007, 19_999])
def test_a_race_is_found_wherever_in_a_long_loop_its_byte_comes(number):
    verdicts = program(TWO.format(f"print(block[{number}])")).verdicts

    assert [(verdict.kind, verdict.lines) for verdict in verdicts] == [("race", (6, 8))]


def test_bytes_that_the_loop_does_not_touch_are_in_no_race():
    source = TWO.format("print(block[3])").replace("turn * 7 % 20_000", "turn * 7 % 19_999 // 4 * 4")

    assert program(source).verdicts == ()


def test_what_is_done_before_a_fork_or_a_message_is_before_what_follows_it():
    loop = "for i in range(1000):\n    block[i * 7 % 1000] = i % 200\n"
    source = f"{BLOCK}{loop}r, w = os.pipe()\nif os.fork() == 0:\n    block[5]\n    os.read(r, 1)\n    block[9_900]\n"
    source += f"    os._exit(0)\n{loop.replace('[', '[9000 + ')}os.write(w, b'x')\nos.wait()\n"
    run = program(source)

    assert run.verdicts == ()
    assert len(touched(run, "writes", 12)) == 1000


def test_the_loops_of_two_sections_are_both_told_of():
    loop = "    for i in range(1000): block[i * 7 % 1000] += 1\n"
    run = program(f"{BLOCK}from multiprocessing import Lock\nlock = Lock()\nfor _ in range(2):\n  with lock:\n{loop}")
    letters = {"acquires": "<", "releases": ">"}
    told = "".join(letters.get(e.kind, e.kind[0]) for e in run.events if e.kind in letters or "ranges" in e.detail)

    assert re.fullmatch("(<(?=r*w)(?=w*r)[rw]+>){2}", told)


def test_the_same_line_in_two_functions_and_a_handler_keeps_its_own_bytes():
    source = (
        BLOCK + "a, b = (lambda i: block[i]), (lambda i: block[i + 500])\nfor i in range(900): a(i % 400), b(i % 400)\n"
    )

    assert touched(program(source), "reads", 3) == {*range(400), *range(500, 900)}


@pytest.mark.parametrize(
    ("key", "error"),
    [("20_000", "IndexError: mmap index out of range"), ("'x'", "TypeError: mmap indices must be integers")],
)
def test_an_error_behind_many_right_turns_is_pythons_own(key, error):
    run = program(f"{BLOCK}for i in [*range(900), {key}]: block[i if i == {key} else i * 7]")

    assert run.parent.printed.endswith(f"{error}\n")


def test_with_threads_every_access_is_noted():
    source = f"{BLOCK}import threading\ndef work(first):\n    for i in range(3000): block[first + i * 7 % 3000] = 1\n"
    source += "ts = [threading.Thread(target=work, args=(n * 3000,)) for n in range(3)]\n"
    source += "[t.start() for t in ts]; [t.join() for t in ts]\n"

    assert touched(program(source), "writes", 5) == set(range(9000))


def test_of_a_process_that_is_killed_more_is_known_than_its_first_turns():
    source = TWO.format("time.sleep(0.6)\nos.kill(pid, 9)").replace("    os._exit(0)\n", "    while True: pass\n")
    source = source.replace("range(20_000)", "range(10**9)")

    assert len(touched(program(source), "writes", 6)) > 1000


def test_ranges_are_merged_and_given_once():
    told = []
    epochs = Epochs(lambda kind, block, site, ranges: told.append((kind, block, site.line, ranges)))
    site = epochs.site("writes", "block 1", 7, False)
    for start, stop in [(5, 6), (9, 12), (6, 7), (9, 10), (0, 5000), (0, 5000)]:
        epochs.note("writes", "block 1", site, start, stop, None)
    epochs.end()
    epochs.end()

    assert told == [("writes", "block 1", 7, [0, 5000]), ("writes", "block 1", 7, [5, 7, 9, 12])]
    assert isinstance(site, Site)
