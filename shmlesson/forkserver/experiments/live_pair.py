"""A pair that stays alive: a parent and a child that write at a command; after each one both look and report."""

from __future__ import annotations

import os
import select
from collections.abc import Iterator

from ...memory.block import Block, look
from ...wire.messages import Inbox, close, send_all
from ...wire.request import Command
from ..reporter import REQUEST, Reporter

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from typing import NoReturn

_FIRST = Command(0)  # nobody has to ask for the first look


def live(reporter: Reporter, *, size: int, memory: str) -> None:
    """Map, fork, and carry out commands: until the last one, until nobody can send any, or until the other ends."""
    block = reporter.maps(size, memory)
    (commands, to_child), (done, to_parent) = os.pipe(), os.pipe()
    pid = reporter.forks()
    if pid == 0:
        close(REQUEST, to_child, done)  # else no end of file would come when the parent is killed
        _be_the_child(reporter, block, commands, to_parent)
    close(commands, to_parent)
    _be_the_parent(reporter, block, to_child, done)
    os.close(to_child)  # at this end of file the child ends
    reporter.reaps(pid)


def _be_the_parent(reporter: Reporter, block: Block, to_child: int, done: int) -> None:
    """Carry out each command, have the child do so, too, and look once it has: so both have seen what was written."""
    for command in _commands(done):
        _write(reporter, block, command)
        try:
            send_all(to_child, [command.to_wire()])
        except BrokenPipeError:
            return
        if not os.read(done, 1):
            return  # end of file: the child was killed
        _look(reporter, block, command)


def _commands(done: int) -> Iterator[Command]:
    """Each command as it comes; none after the one to end, nor once the child has ended without it."""
    yield _FIRST
    commands = Inbox(REQUEST)
    poller = select.poll()
    for fd in (REQUEST, done):
        poller.register(fd, select.POLLIN)
    while not commands.closed:
        if done in dict(poller.poll()):
            return
        for command in map(Command.from_wire, commands.receive()):
            if command.end:
                return
            yield command


def _be_the_child(reporter: Reporter, block: Block, commands: int, to_parent: int) -> NoReturn:
    """Obey each command, report what is there then, and let the parent know that it can look."""
    inbox = Inbox(commands)
    while not inbox.closed:
        for command in map(Command.from_wire, inbox.receive()):
            _write(reporter, block, command)
            _look(reporter, block, command)
            try:
                os.write(to_parent, b".")
            except BrokenPipeError:
                pass  # the parent was killed this moment: end of file comes next
    reporter.ends(0)


def _write(reporter: Reporter, block: Block, command: Command) -> None:
    if command.who == reporter.name:
        block[command.offset : command.offset + len(command.data)] = command.data


def _look(reporter: Reporter, block: Block, command: Command) -> None:
    """Report the whole block: of up to 256 bytes the report gives each exactly."""
    reporter.emit("reads", contents=look(block).to_wire(), command=command.number)
