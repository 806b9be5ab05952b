"""The processes of one execution: each announces its next step, and one at a time gets its turn.

Every process stops at its gate before each step that others can notice, and says what it is about to do. The invariant:
when the search chooses, the execution is quiescent. Every process has announced its next step, or is gone; none of them
runs. One that waits for something that is not seen here ends the execution, which then has no outcome. So a choice is
made with all next steps known, and the same choices lead to the same states. One process moves: it gets its turn, takes
the step, and runs on to its next announcement, or to its end. This is how stateless model checkers drive a program
(VeriSoft: Godefroid, POPL 1997; CHESS: Musuvathi et al., OSDI 2008).

A step that may wait must not be let through while it would: the process would never come back to its gate. Whether it
would, only the process can find out, with its own descriptors and locks: a *probe* asks it to look once more. That is
done only when something has happened since it looked last: a step that has changed the same thing, or an end; and not
at a lock whose holder is known. A process that has said its last still has its descriptors for a moment, so whoever
looks at a pipe waits for it first.

Two bounds keep an execution finite. A process that does the same on the same line again and again while nothing changes
is polling: after ``_SPINS`` times others move first, and after ``_MOST_SPINS`` it does not move at all. And after
``_MOST_STEPS`` steps the execution is given up, and with it the exploration, which says why.

What happens by itself is waited for until it has: the end of a process that has announced it, and what a signal does to
its receiver, be it its end or a handler. So how busy the machine is makes no difference.

A replay (``replayed``) differs in one thing: a child waits for one word more, so that its parent's report of the fork
always comes first.
"""

from __future__ import annotations

from os import close  # by name: a traced program replaces some of them

from ...wire.descriptors import SocketOf, send_descriptors
from ...wire.kinds import steps_with
from ...wire.roles import parent_of, rank
from ..tracer.gate import GO, GO_ON, PROBE, SHOW, word
from ..tracer.step import Op
from .member import MOST_LOOKS, TracedProcess, pair

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from .zygote import Zygote

_PATIENCE = 5.0  # seconds for an answer, or for the end of a process that has announced it
_FEW_LOOKS = 2  # at which a process sleeps, where it does not matter if it only computes
_MOST_STEPS = 10_000  # of one execution
_SPINS = 5  # times that a process does the same on the same line, and nothing changes, before others are to move
_MOST_SPINS = 50  # and where nobody else can
_MEETS_ENDS, _SPINS_AT, _MAY_WAIT = steps_with("meets_ends"), steps_with("spins"), steps_with("waits")
_HOLDS = steps_with("holds")


class Execution:
    """All processes of one execution, from the first one's start to the last one's end.

    ``unseen``: something happened that took no turns, so outcomes may be missing: what the learner's line did, and the
    line. ``barred``: after that nothing more can be put in order, and the execution came to no end. ``held`` is what
    the blocks held at the end, by their names.
    """

    def __init__(self, first: TracedProcess, most: int, zygote: Zygote, replayed: bool = False) -> None:
        self.members = [first]
        self.most, self.zygote, self.replayed = most, zygote, replayed
        self.held: dict[str, Any] = {}
        self.ended: dict[str, int] = {}  # how those ended that their parents have reaped, by role
        self.unseen: tuple[str, int | None] | None = None
        self.barred = False
        self._looks = MOST_LOOKS
        self._mover = first  # the one that has moved last
        self._moves: dict[str, int] = {}  # how often each thing was changed
        self._holders: dict[str, TracedProcess] = {}  # who has acquired each lock, and not released it
        self._ends = self._changes = 0
        self._last: TracedProcess | None = None  # alone, and on its way to its end
        self._leaving: list[TracedProcess] = []  # they have announced their ends, and will be gone in a moment

    @property
    def incomplete(self) -> bool:
        """Whether outcomes may be missing."""
        return self.unseen is not None

    def mark(self, what: str, line: int | None, barred: bool = False) -> None:
        """Note that this took no turns; the first that did, or what nothing can be put in order after."""
        if self.unseen is None or (barred and not self.barred):
            self.unseen = what, line
        self.barred = self.barred or barred

    @property
    def waiting(self) -> dict[int, Op]:
        """The next steps of those who are left."""
        return {number: member.op for number, member in enumerate(self.members) if member.op}

    def follow(self, choose: Callable[[Mapping[int, Op], Sequence[int]], int], given_up: Callable[[], bool]) -> None:
        """Let one process after the other move, as ``choose`` decides, until none is left, or none can move."""
        self._await_next(self.members[0])
        for _ in range(_MOST_STEPS):
            ready = self._ready() or self._ready(anew=True)
            if not ready or given_up() or self.barred:
                break
            self._move(self.members[choose(self.waiting, ready)])
        else:
            self.mark(f"is one of more than {_MOST_STEPS:,} steps", self._mover.line, barred=True)
        self._mark_stuck()

    def _ready(self, anew: bool = False) -> list[int]:
        """Who can move; of those who poll in vain only where nobody else can, and not for ever.

        Where nobody can, all are asked ``anew``: what they wait for may have come from something that is not seen.
        """
        if anew:
            for member in self.members:
                member.checked = None
        ready = [number for number in self.waiting if self._is_ready(self.members[number])]
        if anew and ready:
            member = self.members[ready[0]]
            self.mark("gets what comes from something that takes no turns", member.line)
        spins = {number: self._spins(self.members[number]) for number in ready}
        return [number for number in ready if spins[number] < _SPINS] or [
            number for number in ready if spins[number] < _MOST_SPINS
        ]

    def _await_next(self, member: TracedProcess) -> None:
        """Wait until it has announced its next step, or is gone."""
        while not (member.gone or member.away) and (member.op is None or (member.unread and not member.free)):
            if not member.unread:
                messages = member.hear(self._looks)
                if messages is None:
                    does = "computes until something comes" if member.computes else "waits for something"
                    self.mark(f"{does} that takes no turns", member.where(), barred=True)
                    member.away = True
                    return
                member.unread = messages
            if member.unread:
                self._note(member, member.unread.pop(0))
            if member.code is not None:
                member.gone = True
                self._leaving.append(member)
        if member.gone:
            self._ends += 1

    def _await_exits(self) -> None:
        """Wait until those who have announced their ends are gone, and with them their ends of pipes."""
        leaving, self._leaving = self._leaving, []
        for member in leaving:
            member.wait_for_end(_PATIENCE)

    def _note(self, member: TracedProcess, message: dict[str, Any]) -> None:
        """Note a message. What it asks for now replaces what it has asked for before."""
        asked = message.get("ask", member.ask)
        late, member.ask = asked < member.ask, max(asked, member.ask)
        if "op" in message:
            member.op, member.line, member.free = Op(*message["op"]), message.get("line"), message.get("free", False)
        if "born" in message:
            member.is_process(message["born"])
        if "printed" in message:
            member.printed.append(message["printed"])
        member.ids.update(message.get("ids", ()))
        self.held.update(message.get("held", {}))
        member.away = member.away or message.get("away", False)
        member.handles = member.handles or message.get("handles", False)
        if "unseen" in message:
            self.mark(message["unseen"], message.get("where"), message.get("away", False))
        member.code = message.get("ended", member.code)
        member.ready = member.ready if late else message.get("ready", member.ready)
        member.checked = self._moment(member.op) if member.op else None
        for pid, ended in message.get("reaped", ()):
            self._is_reaped(pid, ended)

    def _is_reaped(self, pid: int, ended: int) -> None:
        """Note how the process that has this ID now has ended: an earlier one may have had it, too."""
        for member in reversed(self.members):
            if member.pid == pid and member.role not in self.ended:
                self.ended[member.role] = ended
                return

    def _moment(self, op: Op) -> object:
        """Between two moments that are equal, nothing has happened that this step could depend on."""
        return self._moves.get(op.thing, 0), self._ends if op.kind in _MEETS_ENDS else 0

    def _is_ready(self, member: TracedProcess) -> bool:
        op = member.op
        assert op
        if op.kind == "reaps" and self._has_ended_child(member, op.thing):
            return True
        if op.kind in _MAY_WAIT and member.checked != self._moment(op):
            if op.kind in _MEETS_ENDS:
                self._await_exits()
            self._query(member, PROBE)
        return member.ready

    def _query(self, member: TracedProcess, kind: bytes) -> None:
        """Ask it something about its next step, and wait for the answer; or for another ask, which replaces it."""
        asked, answered = member.ask, False
        member.send(kind)
        while not answered and (messages := member.receive(_PATIENCE)):
            for message in messages:
                self._note(member, message)
                answered = answered or message.get("ask", asked) != asked or bool({"ready", "held"} & message.keys())

    def _has_ended_child(self, member: TracedProcess, whom: str) -> bool:
        """Whether there is a child to be reaped, or none that could ever be."""
        children = [other for other in self.members if other.pid and parent_of(other.role) == member.role]
        left = [other for other in children if other.role not in self.ended]
        if whom != "any child":
            left = [other for other in left if other.role == whom]
        return not left or any(other.gone for other in left)

    def _spins(self, member: TracedProcess) -> int:
        """How often it has taken this next step on the same line while nobody changed anything."""
        assert member.op
        return member.spins.get((member.op, member.line, self._changes), 0)

    def _move(self, member: TracedProcess) -> None:
        self._mover, op, member.op = member, member.op, None
        assert op
        if op.kind in _MEETS_ENDS:
            self._await_exits()
        if op.kind in _SPINS_AT:
            key = op, member.line, self._changes
            member.spins = {act: times for act, times in member.spins.items() if act[2] == self._changes}
            member.spins[key] = member.spins.get(key, 0) + 1
        else:
            self._changes += 1
        if op.kind == "forks":
            self._fork(member)
        elif not member.free:
            member.send(GO_ON if self._is_alone(member) else GO)
        if op.changes:
            self._moves[op.thing] = self._moves.get(op.thing, 0) + 1
        if op.kind in _HOLDS:
            self._hand_over(member, op)
        if op.kind == "ends" and self._is_alone(member):
            self._last = member
            return
        self._await_next(member)
        if op.kind == "signals":
            self._see_who_is_gone([one for one in self.members if one is not member])
        elif op.kind == "ends":
            self._see_who_is_gone([one for one in self.members if one.handles and parent_of(member.role) == one.role])

    def _hand_over(self, member: TracedProcess, op: Op) -> None:
        """Whoever waits for a lock need not be asked, where its holder is known to have it, or to give it back."""
        free = op.kind == "releases"
        if free and self._holders.pop(op.thing, None) is not member:
            return
        if op.kind == "acquires":
            self._holders[op.thing] = member
        elif not free:
            return  # nobody knows what a try comes to
        for other in self.members:
            if other.op and other.op.kind == "acquires" and other.op.thing == op.thing:
                other.ready, other.checked = free, self._moment(other.op)

    def settle(self) -> None:
        """Wait for the last message of the last process."""
        if self._last:
            self._await_next(self._last)

    def _fork(self, member: TracedProcess) -> None:
        """Both go on to their next step, each with a channel of its own."""
        ours = member.spare if member.free else self._send_channel(member)
        member.spare = -1
        if len(self.members) == self.most:
            raise ChildProcessError(f"an order has had more than {self.most} processes (processes= allows more)")
        child = TracedProcess(f"{member.role}+", ours)
        child.ids |= member.ids
        self.members.append(child)
        if self.replayed:
            self._await_report(member)
            child.send(GO)
        self._await_next(member)
        self._await_next(child)

    def _await_report(self, member: TracedProcess) -> None:
        """Wait until it has reported its fork, and all up to its next step, or to a wait that is not seen here."""
        while not any("op" in message for message in member.unread):
            messages = member.hear(_FEW_LOOKS)
            if not messages:
                return
            member.unread += messages

    def _send_channel(self, member: TracedProcess) -> int:
        """Send the channel of the child along with its turn; our end of it."""
        ours, theirs = pair()
        with SocketOf(member.fd) as channel:
            send_descriptors(channel, word(GO, member.ask), theirs)
        close(theirs)
        return ours

    def _is_alone(self, member: TracedProcess) -> bool:
        return all(other.gone for other in self.members if other is not member)

    def _see_who_is_gone(self, receivers: list[TracedProcess]) -> None:
        """A signal takes a moment to end its receiver, or to have it run its handler, which takes turns of its own."""
        if any(one.handles for one in receivers):
            self._await_exits()
        for member in receivers:
            while not member.gone and not member.away and member.settle():
                for message in member.receive(0) or ():
                    self._note(member, message)
                self._ends += member.gone

    def _mark_stuck(self) -> None:
        """Those who cannot move are stuck; one of them is asked what the blocks hold.

        But where something takes no turns, it may be what those wait for who look again and again.
        """
        left = [member for member in self.members if member.op and not self.barred]
        polls = next((member for member in left if self.incomplete and member.ready and self._spins(member)), None)
        if polls:
            self.mark("looks again and again for something that takes no turns", polls.line, barred=True)
            return
        for member in left:
            member.stuck = True
        for member in left[:1]:
            self._query(member, SHOW)

    def in_order(self) -> list[TracedProcess]:
        """The members that were ever there, the parent first."""
        return sorted((m for m in self.members if m.pid), key=lambda member: rank(member.role))

    def how(self, member: TracedProcess) -> str | int | None:
        """How it ended: an exit code, a signal as a negative number, None if nobody knows; words, if it has not."""
        if member.stuck:
            return f"waits for ever{_at(member.op)}"
        ended = member.code if member.code is not None else self._collected(member)
        if ended is None or (ended >= 0 and member.code is None):
            self.mark("closes a descriptor that is not its own, and takes no turns any more", member.line)
        return ended

    def _collected(self, member: TracedProcess) -> int | None:
        if not member.wait_for_end(_PATIENCE):
            member.kill()
            return None
        if member.role not in self.ended:
            self.zygote.ask_to_reap([member.pid])
        return self.ended.get(member.role, self.zygote.statuses().get(member.pid))

    def leave(self) -> None:
        """End it, with nothing done but what needs no turn."""
        first, self._looks = self.members[0], 1
        self._await_next(first)
        while first.op and first.free:
            self._move(first)
        self.end()

    def end(self) -> None:
        """End whatever is left, and have it reaped: parents first, then the children that they leave behind."""
        left = [member for member in self.in_order() if member.role not in self.ended]
        for member in left:
            if member.code is None:
                member.kill()
        for member in left:
            member.wait_for_end(_PATIENCE)
        self.zygote.ask_to_reap(member.pid for member in left)
        for member in self.members:
            member.close()


def _at(op: Op | None) -> str:
    if op is None:
        return ""
    return f" for {op.thing}" if op.kind == "reaps" else f" at {op.thing}"
