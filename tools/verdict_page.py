"""Make the reference page of all verdicts: for each kind the smallest program of the corpus that earns it.

usage: python tools/verdict_page.py      (then tools/refresh.py runs it; make verdicts does both)
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests" / "support"))
from corpus import HEADS, TEXTS, expected
from refresh import KERNELSPEC, LANGUAGE_INFO
from shmlesson.analysis.verdicts.verdict import KINDS

PAGE = Path(__file__).resolve().parent.parent / "notebooks" / "look_up_a_verdict.ipynb"
WIDTH = 140
UNSTEADY = {"one_of_two_is_reaped"}  # which of its children is reaped differs from run to run

# The first sentence of each says what it means, and is what the handout has.
MEANINGS = {
    "deadlock": "Each of these processes waits for something that only another of them could give, so none of them"
    " ever moves. Have all of them take their locks in the same order; and of two that wait for a message from each"
    " other, let one send before it waits. (08, *Two locks for both*)",
    "full pipe": "Whoever wants to write more than a pipe holds waits until somebody reads, and here the reader first"
    " waits for the writer to end. A pipe holds 65,536 bytes on Linux, unless `F_SETPIPE_SZ` has changed that. Read to"
    " the end of the file, then reap. The same holds for a `Queue`: empty"
    " it, then `join`. (07, *A byte to wait for*, has pipes.)",
    "waits for ever": "What a process waits for can no longer come: nobody is left who could give it. Look for the"
    " line that should have sent it, and for a process that ended before that line. If it is the end of what a pipe"
    " holds: that comes only when *all* its write ends are closed, so let each process close the end that it does"
    " not use."
    " (07, *When no byte comes*)",
    "lock held": "A process has ended while it held a lock, or asks again for one that it already has. Whoever"
    " waits for that lock waits for ever, unless another process releases it; a `Lock` allows that, but then the work"
    " that it guarded may be half done. `with lock:` gives it back whatever happens. (08, *One lock*;"
    " 08, *Threads and a fork*, has a lock whose holder is not there at all.)",
    "signal": "A signal has ended the process: no exit code, no `finally`, nothing flushed. The verdict names the line"
    " that sent it, if that was seen, or else what usually causes it. Fix the cause; if you sent it on purpose, all"
    " is well. (04, *Ended from outside*)",
    "race": "Two processes touch the same bytes, at least one of them writes, and nothing in the program says which"
    " is first. If it came out well, that was luck. If one must come first, have the other wait for it: at a pipe, a"
    " semaphore, an event, or for its end. If any order will do, have both hold the same lock. (07, *What the"
    " sleep is worth*; 08, *Two processes that add 1*)",
    "sleep": "Two processes touch the same bytes, and nothing but a sleep keeps them in order. It makes the wrong"
    " order rare, and leaves it possible. Wait for something that only the other process can give. (07, *What the"
    " sleep is worth*)",
    "lost update": "The lock of a `Value` or an `Array` is held for the read, and once more for the write; in between"
    " another process can write, and that is overwritten. Hold it for both: `with count.get_lock():` around the line."
    " (08, *One lock*)",
    "made after": "Each process has made a block of its own. A child has only the blocks that were there before the"
    " fork: make the block first. (05, *One line is moved*)",
    "private": "Whoever writes into a private block gets a copy of the page, and no other process sees what was"
    " written. Map it as shared, which is what `mmap` does unless told otherwise. (06, *Another kind of block*)",
    "plain variable": "Numbers, lists and all other objects of Python are copied by the fork; from then on each"
    " process changes its own. Only what lies in shared memory is seen by both: put it into a block, or send it. (03,"
    " *One list, two processes*)",
    "copied buffer": "What was printed but not yet written out is copied by the fork, too, and both processes write"
    " it. Flush before you fork. (04, *Half a line*)",
    "sys.exit": "`sys.exit` raises an exception, so the child runs each `finally` and each exit handler that its"
    " parent has prepared for itself. `os._exit` ends the process at once. (04, *`sys.exit` or `os._exit`?*)",
    "fell off": "Nothing stops the child at the end of its part, so it goes on with the parent's. End that part with"
    " `os._exit(0)`. If something can go wrong before: `except BaseException: traceback.print_exc(); os._exit(1)`; a"
    " bare `finally: os._exit(0)` would hide the error. (04, *A child with something to do*)",
    "not reaped": "The parent does not ask how its child ended. Until the parent ends, the child stays a zombie,"
    " and an error in it goes unnoticed. `os.waitpid`, `os.wait` or `join` reap it. (04, *A number for the parent*)",
    "left behind": "Named memory outlives the processes that use it. Whoever has made it calls `unlink`, once, when"
    " nobody needs it any more; `close` gives back only one's own view of it. (10, *Give the memory a handle*)",
}

BEGINNING = """\
# Look up a verdict

**You will** find each verdict with the smallest program that earns it, and what to do instead.
**You will learn** what every one of them means, and what no verdict can tell you.
**You need** notebook 03, and one minute for each verdict.

---

Below the picture of a program stands *What went wrong, or could have*. This page is for looking up what you read
there. The most serious come first: {links}.

Each heading is what `.kind` of the verdict says. Run the cells from the top, or any one of them after the first. A
program that never ends is stopped after a second. Where chance decides what happens, the program runs with
`--orders 500`, and you see all that can come of it."""

SET_UP = """\
%load_ext shmlesson


def kinds(run):
    return [verdict.kind for verdict in run.verdicts]"""

END = """\
## What no verdict can tell you

No verdict means that nothing was found. It is no proof. These verdicts come from what the processes reported, and some
things leave no trace:

- **What a library keeps.** What your program does through a `memoryview`, numpy, `ctypes` or the `buf` of a
  `SharedMemory` is seen, with its line. What a library does later with a view that it was given is not.
- **Messages that travel unwatched.** Through a terminal, a System V queue, a semaphore that is called by `ctypes`. If
  your program waits for such a thing, a sentence below the picture says so, and which lines it can say nothing about
  for that reason.
- **Half a write.** `--orders` takes each read and each write as one step. On a real machine a read can come in the
  middle of a long write, and see some of both.
- **Threads.** All threads of a process count as one, and what two of them do to each other is not judged.
- **Processes that are not forked.** A spawned one is a new Python, and does not report what it does.
- **What did not run.** It judges the one run that it saw. A branch that was not taken, a loop that was not entered,
  is not judged. `--orders` tries other orders of the steps, up to the number you give, but with the same input.
- **What you meant.** A verdict knows what can happen, not what was wanted. If it is fine that the last of two writers
  wins, a race between them is not a mistake.

**What just happened.** Every program above ran a moment ago, and the `assert` below it checked that it earned its
verdict."""

BACK = "**Back to the start:** [Start here](00_start_here.ipynb)."


def main() -> None:
    """Write the page, without outputs."""
    page = new_notebook(cells=list(cells()), metadata={"kernelspec": KERNELSPEC, "language_info": LANGUAGE_INFO})
    nbformat.validate(page)
    PAGE.write_text(nbformat.writes(page).rstrip("\n") + "\n", encoding="utf-8")


def cells() -> list[NotebookNode]:
    """All cells of the page, in order, each with an ID that stays."""
    links = " · ".join(f"[{kind}](#{kind.replace(' ', '-')})" for kind in KINDS)
    made = [_text("beginning", BEGINNING.format(links=links)), _code("set-up", SET_UP)]
    for kind in KINDS:
        made += _entry(kind, smallest(kind))
    return [*made, _text("end", END), _text("back", BACK)]


def smallest(kind: str) -> str:
    """The name of the smallest program that earns this verdict and no other, and is the same on every machine."""
    return min((name for name in TEXTS if _shows(name, kind)), key=_size)


def body(name: str) -> str:
    """The text of a program without its head."""
    return TEXTS[name].partition("\n\n")[2].strip("\n")


def _size(name: str) -> tuple[int, int]:
    """Lines first, then characters."""
    return body(name).count("\n"), len(body(name))


def _shows(name: str, kind: str) -> bool:
    """Whether a learner can see it here; of a program that chance decides all orders must be known."""
    head, kinds = HEADS[name], [kind for kind, _ in expected(name)]
    steady = "prints" not in head or "complete" in head
    return kinds == [kind] and steady and not {"limit", "needs"} & head.keys() and name not in UNSTEADY


def _entry(kind: str, name: str) -> list[NotebookNode]:
    """A heading with what it means, the program, and the claim that it earns the verdict."""
    slug = kind.replace(" ", "-").replace(".", "-")
    meaning = textwrap.fill(MEANINGS[kind], WIDTH, break_on_hyphens=False)
    title = HEADS[name]["title"][0]
    return [
        _text(slug, f"## {kind}\n\n{meaning}\n\n*{title}:*"),
        _code(f"{slug}-program", f"{_magic(name)}\n{body(name)}"),
        _code(f"{slug}-verdict", f'assert "{kind}" in kinds(run)'),
    ]


def _magic(name: str) -> str:
    if "prints" in HEADS[name]:
        return "%%program run --orders 500"
    return "%%program run" + " --timeout 1" * ("timeout" in HEADS[name])


def _text(name: str, source: str) -> NotebookNode:
    return new_markdown_cell(source, id=name)


def _code(name: str, source: str) -> NotebookNode:
    return new_code_cell(source, id=name)


if __name__ == "__main__":
    main()
