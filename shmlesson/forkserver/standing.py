"""Where each process of a run stands at its deadline: in which line, and whether it waits, with no end to the wait.

Linux says of each thread what system call it is in (``/proc/PID/task/TID/syscall``, see proc(5)), so a wait without an
end can be told from one that has a limit, from a sleep and from work. The line is in Python's own memory: the process
must say it, although it may be deep in a wait. ``faulthandler`` can: it is C, and answers a signal no program uses.
First all processes are halted, parents before their children, so that none sees another one end, and none gets one
bytecode further. Then each gets that signal and is let go: before anything else it writes down where it is, into the
report pipe, and dies of the signal, for that is what happens behind what ``faulthandler`` does. Whoever blocks the
signal, has closed the pipe or become another program says nothing; the run ends on time all the same.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time

from ..wire.messages import Inbox
from .tree import parents

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

STANDS = signal.SIGRTMAX - 7 if sys.platform == "linux" else 0  # far from those that programs begin to count at
WAITS, PARTLY, GOES_ON = "waits", "partly", "goes on"  # all its threads wait without an end; some do; none does
_A_LOOK = 0.02  # seconds between two looks: who has not moved at all in that time waits
_LONGEST = 0.15  # seconds for all that the processes have to say
_ROUND = 2  # milliseconds

# The calls that wait, by machine and number: the place of the argument that is a time limit. None: they have no limit.
_NO_LIMIT = -1
_CALLS = {
    "x86_64": {
        **dict.fromkeys((0, 1, 2, 19, 20, 34, 43, 44, 45, 46, 47, 61, 65, 70, 72, 73, 130, 247, 257, 288), _NO_LIMIT),
        **{7: 2, 23: 4, 128: 2, 202: 3, 220: 3, 232: 3, 243: 4, 270: 4, 271: 2, 281: 3, 441: 3},
    },
    "aarch64": {
        **dict.fromkeys((25, 32, 56, 63, 64, 65, 66, 95, 133, 188, 193, 202, 206, 207, 211, 212, 242, 260), _NO_LIMIT),
        **{22: 3, 72: 4, 73: 2, 98: 3, 137: 2, 183: 4, 192: 3, 441: 3},
    },
}
_MILLISECONDS = {"x86_64": {7, 232, 281}, "aarch64": {22}}  # a negative number is no limit; else it is a null pointer


def say_where_you_stand(report: int) -> None:
    """Have this process, and all that it forks, answer the signal; see above."""
    if STANDS:
        import faulthandler  # here: the server itself need not

        faulthandler.register(STANDS, report, all_threads=True, chain=True)


def standing(roles: Mapping[int, str], inbox: Inbox, places: Callable[[str], Any]) -> Iterator[dict[str, Any]]:
    """Stop all processes of the run, and give what is to be reported of each of those that have a role.

    ``places`` makes of what ``faulthandler`` writes what is to be reported of it.
    """
    if not STANDS or not os.path.exists("/proc/self/task"):
        return
    deadline = time.monotonic() + _LONGEST
    tree = _tree()
    before = {pid: _look(pid) for pid in tree}
    time.sleep(_A_LOOK)
    states = {pid: _state(before[pid], _look(pid)) for pid in tree}
    tree = {**tree, **{pid: parent for pid, parent in _tree().items() if pid not in tree}}
    for pid in tree:
        _kill(pid, signal.SIGSTOP)
    _join(states, tree, roles)
    inbox.fetch()
    inbox.take()  # half a line at most: who was writing it will not go on
    for pid in reversed(tree):  # children first: the system ends a halted group that its parents have left alone
        if pid in roles and states.get(pid):
            answers = _answers(pid)
            said = places(_ask(pid, inbox, deadline)) if answers else {}
            away = {"away": True} if answers is None else {}
            yield {"process": roles[pid], "pid": pid, "detail": {"state": states[pid], **said, **away}}


def _tree() -> dict[int, int]:
    """The parent of each process of the run, by ID; parents come first."""
    everyone = parents()
    found: dict[int, int] = {}
    ahead = [os.getpid()]
    for above in ahead:
        more = [pid for pid, parent in everyone.items() if parent == above]
        found.update(dict.fromkeys(more, above))
        ahead += more
    return found


def _look(pid: int) -> dict[str, Any]:
    """For each of its threads what it has done so far, and whether it waits without a limit; none if it has ended."""
    if _is_gone(pid):
        return {}
    try:
        return {thread: _look_at(f"/proc/{pid}/task/{thread}") for thread in os.listdir(f"/proc/{pid}/task")}
    except OSError:
        return {}


def _look_at(thread: str) -> tuple[object, bool]:
    with open(f"{thread}/stat") as stat, open(f"{thread}/status") as status:
        state, *numbers = stat.read().rpartition(")")[2].split()
        switches = [line for line in status if "ctxt_switches" in line]
    return (state, numbers[10:12], switches), state in "SD" and _has_no_end(thread)


def _has_no_end(thread: str) -> bool:
    """Whether it is in a system call that waits without a limit; where the system does not say, it may well be."""
    machine = os.uname().machine
    try:
        with open(f"{thread}/syscall") as file:
            number, *arguments = file.read().split()
    except OSError:
        return True
    if machine not in _CALLS or not number.isdigit():
        return machine not in _CALLS
    place = _CALLS[machine].get(int(number))
    if place is None or place == _NO_LIMIT:
        return place is not None
    limit = int(arguments[place], 16)
    return bool(limit & 1 << 31) if int(number) in _MILLISECONDS[machine] else limit == 0


def _state(before: dict[str, Any], after: dict[str, Any]) -> str:
    """What a process does, from two looks at its threads; empty if it has ended."""
    if not before or not after:
        return ""
    wait = [now[1] and before.get(thread) == now for thread, now in after.items()]
    return WAITS if all(wait) else PARTLY if any(wait) else GOES_ON


def _join(states: dict[int, str], tree: Mapping[int, int], roles: Mapping[int, str]) -> None:
    """Of one that waits for a program that it has started, and that is not watched, not all waits if that goes on."""
    for pid, parent in reversed(list(tree.items())):
        if pid not in roles and states.get(pid, "") in (PARTLY, GOES_ON) and states.get(parent) == WAITS:
            states[parent] = PARTLY


def _ask(pid: int, inbox: Inbox, deadline: float) -> str:
    """What a process that has been halted says when it is let go: where it is. It dies of it."""
    _kill(pid, STANDS)
    _kill(pid, signal.SIGCONT)
    poller = select.poll()
    poller.register(inbox.fd, select.POLLIN)
    while not _is_gone(pid) and time.monotonic() < deadline:
        if poller.poll(_ROUND):
            inbox.fetch()
    while poller.poll(0) and not inbox.closed:
        inbox.fetch()
    return inbox.take()


def _answers(pid: int) -> bool | None:
    """Whether the signal would come through; None where it has no handler: the process is another program by now."""
    try:
        with open(f"/proc/{pid}/status") as status:
            masks = {name: rest.strip() for name, _, rest in (line.partition(":") for line in status)}
        bit = 1 << (STANDS - 1)
        return not int(masks["SigBlk"], 16) & bit if int(masks["SigCgt"], 16) & bit else None
    except (OSError, KeyError, ValueError):
        return False


def _is_gone(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] in "ZX"
    except (OSError, IndexError):
        return True


def _kill(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        pass
