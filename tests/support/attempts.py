"""Attempts at the exercises of the course: right ones, wrong ones with what is said of them, and what is none."""

import mmap
import textwrap

from shmlesson import program, share

BEGIN = """
import mmap
import multiprocessing
import os
import sys
import time

fork = multiprocessing.get_context("fork")
"""


def a_program(text, **limits):
    """A run of these lines, with all that they may need imported above them."""
    return lambda: program(BEGIN + textwrap.dedent(text), **limits)


def a_lesson(*settings, **more):
    """A run of the lesson."""
    return lambda: share(*settings, **more)


def a_block(size=100, **texts):
    """A block with these texts in it, at the offsets that their names say."""

    def make():
        block = mmap.mmap(-1, size)
        for at, text in texts.items():
            block.seek(int(at[3:]))
            block.write(text)
        return block

    return make


PIPE = """
    block = mmap.mmap(-1, 100)
    r, w = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.read(r, 1)
        print("I am the child", block[:3])
        os._exit(0)
    block[:] = b"a" * 100
    os.write(w, b".")
    os.waitpid(pid, 0)
"""
REAPED_FIRST = """
    block = mmap.mmap(-1, 100)
    pid = os.fork()
    if pid == 0:
        block[:] = b"a" * 100
        os._exit(0)
    os.waitpid(pid, 0)
    print("I am the parent", block[:3])
"""
SEMAPHORE = """
    block = mmap.mmap(-1, 100)
    written = fork.Semaphore(0)
    pid = os.fork()
    if pid == 0:
        written.acquire()
        print(block[:3])
        os._exit(0)
    print(block[:3])
    block[:] = b"b" * 100
    written.release()
    os.waitpid(pid, 0)
"""
EVENT = """
    block = mmap.mmap(-1, 100)
    written = fork.Event()


    def read():
        written.wait()
        print(block[:3])


    process = fork.Process(target=read)
    process.start()
    block[0:5] = b"hello"
    written.set()
    process.join()
"""
NAMED = """
    from multiprocessing.shared_memory import SharedMemory

    memory = SharedMemory(create=True, size=5)
    pid = os.fork()
    if pid == 0:
        mine = SharedMemory(memory.name)
        mine.buf[:5] = b"hello"
        mine.close()
        os._exit(0)
    os.waitpid(pid, 0)
    print(bytes(memory.buf[:5]))
    memory.close()
    memory.unlink()
"""
LOCKS = """
    left, right = fork.Lock(), fork.Lock()
    pid = os.fork()
    if pid == 0:
        with left, right:
            print("the child has both")
        os._exit(0)
    with left, right:
        print("the parent has both")
    os.waitpid(pid, 0)
"""
ADDS = """
    numbers = fork.Array("i", 1)
    pid = os.fork()
    with numbers.get_lock():
        numbers[0] += 1
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    print("the number is", numbers[0])
"""
WHO = """
    pid = os.fork()
    if pid == 0:
        print("I am the child")
        os._exit(0)
    else:
        os.waitpid(pid, 0)
        print("I am the parent")
"""
STAYS = """
    pid = os.fork()
    if pid == 0:
        print("the child's part")
        os._exit(0)
    else:
        os.waitpid(pid, 0)
    print("the parent counts its money")
"""
COLLECTS = """
    codes = []
    for number in (1, 2, 3):
        pid = os.fork()
        if pid == 0:
            os._exit(number)
    for _ in range(3):
        _, status = os.wait()
        codes.append(os.waitstatus_to_exitcode(status))
    print("codes:", codes)
"""
COLLECTS_EACH = """
    pids = []
    for number in (1, 2, 3):
        pids.append(os.fork())
        if pids[-1] == 0:
            os._exit(number)
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in reversed(pids)]
    print("codes:", codes)
"""
COLLECTS_AT_ONCE = """
    codes = []
    for number in (1, 2, 3):
        pid = os.fork()
        if pid == 0:
            os._exit(number)
        codes.append(os.WEXITSTATUS(os.waitpid(pid, 0)[1]))
    print("codes:", codes)
"""
UNSEEN = """
    block = mmap.mmap(-1, 5, flags=mmap.MAP_PRIVATE)
    pid = os.fork()
    if pid == 0:
        block[:] = b"hello"
        print("the child reads", block[:])
        os._exit(0)
    os.waitpid(pid, 0)
    print("the parent reads", block[:])
"""


def changed(text, *pairs):
    """The program with these changes, each of which must change it."""
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


BY_HAND = """
    left, right = fork.Lock(), fork.Lock()
    pid = os.fork()
    left.acquire()
    right.acquire()
    print("both")
    left.release()
    right.release()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
"""
A_LOCK_OF_ITS_OWN = """
    block = mmap.mmap(-1, 4)
    lock = fork.Lock()
    pid = os.fork()
    with lock:
        block[:] = (int.from_bytes(block[:], "little") + 1).to_bytes(4, "little")
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    print(int.from_bytes(block[:], "little"))
"""
A_VALUE = """
    number = fork.Value("i", 0)


    def add():
        with number.get_lock():
            number.value += 1


    process = fork.Process(target=add)
    process.start()
    add()
    process.join()
    print(number.value)
"""
MAIL_BY_SEMAPHORES = """
    slot = mmap.mmap(-1, 1)
    empty, full = fork.Semaphore(1), fork.Semaphore(0)
    pid = os.fork()
    if pid == 0:
        for _ in range(3):
            full.acquire()
            print("took", chr(slot[0]))
            empty.release()
        os._exit(0)
    for letter in b"abc":
        empty.acquire()
        slot[0] = letter
        full.release()
    os.waitpid(pid, 0)
"""
MAIL_BY_PIPES = """
    slot = mmap.mmap(-1, 1)
    full_r, full_w = os.pipe()
    empty_r, empty_w = os.pipe()
    pid = os.fork()
    if pid == 0:
        for _ in range(3):
            os.read(full_r, 1)
            print("took", chr(slot[0]))
            os.write(empty_w, b".")
        os._exit(0)
    for letter in b"abc":
        slot[0] = letter
        os.write(full_w, b".")
        os.read(empty_r, 1)
    os.waitpid(pid, 0)
"""
MAIL_BY_A_CONDITION = """
    slot = mmap.mmap(-1, 1)
    change = fork.Condition()
    pid = os.fork()
    if pid == 0:
        for _ in range(3):
            with change:
                change.wait_for(lambda: slot[0])
                print(slot[:])
                slot[0] = 0
                change.notify()
        os._exit(0)
    for letter in b"abc":
        with change:
            change.wait_for(lambda: not slot[0])
            slot[0] = letter
            change.notify()
    os.waitpid(pid, 0)
"""
MAIL_BY_EVENTS = """
    slot = mmap.mmap(-1, 1)
    full, empty = fork.Event(), fork.Event()


    def take():
        for _ in range(3):
            full.wait()
            full.clear()
            print("I have taken the letter", chr(slot[0]), ".")
            empty.set()


    process = fork.Process(target=take)
    process.start()
    for letter in b"abc":
        slot[:] = bytes([letter])
        full.set()
        empty.wait()
        empty.clear()
    process.join()
"""
ONE_AFTER_THE_OTHER = changed(
    ADDS,
    ("    with", "    if pid:\n        os.waitpid(pid, 0)\n    with"),
    ("    os.waitpid(pid, 0)\n    print", "    print"),
)

RECORD = """
    import struct

    block = mmap.mmap(-1, 100)
    r, w = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.read(r, 1)
        number, price, name = struct.unpack_from("<id10s", block)
        print(number, price, name.rstrip(b"\\0").decode())
        os._exit(0)
    struct.pack_into("<id10s", block, 0, 7, 21.5, b"Ada")
    os.write(w, b".")
    os.waitpid(pid, 0)
"""
CHILD_WRITES = """
    import struct

    block = mmap.mmap(-1, 100)
    pid = os.fork()
    if pid == 0:
        struct.pack_into("<id10s", block, 0, 7, 21.5, b"Ada")
        os._exit(0)
    os.waitpid(pid, 0)
    print(*struct.unpack_from("<id10s", block))
"""
IN_PIECES = """
    import struct

    block = mmap.mmap(-1, 32)
    written = fork.Semaphore(0)
    pid = os.fork()
    if pid == 0:
        written.acquire()
        print(*struct.unpack_from(">q", block), *struct.unpack_from(">f", block, 8), block[12:15].decode())
        os._exit(0)
    struct.pack_into(">q", block, 0, 7)
    struct.pack_into(">f", block, 8, 21.5)
    block[12:15] = b"Ada"
    written.release()
    os.waitpid(pid, 0)
"""
AS_A_STRUCTURE = """
    import ctypes


    class Record(ctypes.Structure):
        _fields_ = [("number", ctypes.c_int), ("price", ctypes.c_double), ("name", ctypes.c_char * 10)]


    record = Record.from_buffer(mmap.mmap(-1, 100))
    written = fork.Event()


    def read():
        written.wait()
        print(record.number, record.price, record.name.decode())


    process = fork.Process(target=read)
    process.start()
    record.number, record.price, record.name = 7, 21.5, b"Ada"
    written.set()
    process.join()
"""
SPAWNED = """
    def write(block):
        block[:] = b"hello"


    if __name__ == "__main__":
        context = multiprocessing.get_context("spawn")
        block = context.RawArray("c", 5)
        process = context.Process(target=write, args=(block,))
        process.start()
        process.join()
        print("the parent reads", block[:])
"""
BY_ITS_NAME = """
    from multiprocessing.shared_memory import SharedMemory


    def write(name):
        memory = SharedMemory(name)
        memory.buf[:5] = b"hello"
        memory.close()


    if __name__ == "__main__":
        memory = SharedMemory(create=True, size=5)
        context = multiprocessing.get_context("spawn")
        process = context.Process(target=write, args=(memory.name,))
        process.start()
        process.join()
        print("the parent reads", bytes(memory.buf[:5]))
        memory.close()
        memory.unlink()
"""
BY_A_FILE = """
    import tempfile


    def write(name):
        with open(name, "r+b") as file, mmap.mmap(file.fileno(), 5) as block:
            block[:] = b"hello"


    if __name__ == "__main__":
        with tempfile.NamedTemporaryFile() as file:
            file.truncate(5)
            process = multiprocessing.get_context("spawn").Process(target=write, args=(file.name,))
            process.start()
            process.join()
            with mmap.mmap(file.fileno(), 5) as block:
                print("the parent reads", block[:])
"""

ANSWERED = """
    import socket

    listener = socket.create_server(("localhost", 0))
    pid = os.fork()
    block = mmap.mmap(-1, 5)
    if pid == 0:
        with socket.create_connection(listener.getsockname()) as there:
            block[:] = there.recv(5, socket.MSG_WAITALL)
            block[:] = block[:].upper()
            there.sendall(block)
        os._exit(0)
    block[:] = b"hello"
    here, _ = listener.accept()
    here.sendall(block)
    block[:] = here.recv(5, socket.MSG_WAITALL)
    os.waitpid(pid, 0)
    print("the sender has", block[:])
"""
BY_A_PAIR = """
    import socket

    here, there = socket.socketpair()
    pid = os.fork()
    block = mmap.mmap(-1, 5)
    if pid == 0:
        there.recv_into(block, 5)
        there.sendall(block[:].upper())
        os._exit(0)
    block[:] = b"hello"
    here.sendall(block)
    here.recv_into(block, 5)
    print("the sender has", block[:])
    os.waitpid(pid, 0)
"""
BY_A_CONNECTION = """
    here, there = fork.Pipe()


    def shout():
        there.send_bytes(there.recv_bytes().upper())


    process = fork.Process(target=shout)
    process.start()
    block = mmap.mmap(-1, 5)
    block[:] = b"hello"
    here.send_bytes(block[:])
    block[:] = here.recv_bytes()
    process.join()
    print("the sender has", block[:])
"""

RIGHT = {
    "answered": {
        "over TCP": a_program(ANSWERED),
        "by a pair of sockets": a_program(BY_A_PAIR),
        "by a connection of multiprocessing": a_program(BY_A_CONNECTION),
    },
    "record": {
        "as one record": a_program(RECORD),
        "piece by piece, the other way round": a_program(IN_PIECES),
        "a structure of ctypes, and a Process": a_program(AS_A_STRUCTURE),
    },
    "reached": {
        "an array": a_program(SPAWNED),
        "an array with a lock": a_program(changed(SPAWNED, ("RawArray", "Array"))),
        "memory with a name": a_program(BY_ITS_NAME),
        "a mapped file": a_program(BY_A_FILE),
    },
    "fixed": {
        "a pipe": a_program(PIPE),
        "memory with a name": a_program(NAMED),
        "an answer comes back": a_program(
            changed(PIPE, ("        os._exit(0)", '        block[:] = b"b" * 100\n        os._exit(0)'))
        ),
        "the child writes, and the parent waits": a_program(REAPED_FIRST),
        "a semaphore": a_program(SEMAPHORE),
        "an event, and a Process": a_program(EVENT),
    },
    "crosswise": {
        "both left first": a_program(LOCKS),
        "both right first": a_program(changed(LOCKS, ("left, right:", "right, left:"))),
        "by hand": a_program(BY_HAND),
    },
    "every-addition": {
        "an Array with its lock": a_program(ADDS),
        "a block and a lock": a_program(A_LOCK_OF_ITS_OWN),
        "a Value, and a Process": a_program(A_VALUE),
        "one after the other": a_program(ONE_AFTER_THE_OTHER),
    },
    "mailbox": {
        "two semaphores": a_program(MAIL_BY_SEMAPHORES),
        "two pipes": a_program(MAIL_BY_PIPES),
        "a condition": a_program(MAIL_BY_A_CONDITION),
        "two events, and a Process": a_program(MAIL_BY_EVENTS),
        "two locks, as signals": a_program(
            changed(
                MAIL_BY_SEMAPHORES,
                ("fork.Semaphore(1), fork.Semaphore(0)", "fork.Lock(), fork.Lock()\n    full.acquire()"),
            )
        ),
    },
    "believed": {
        "swapped": a_program(WHO),
        "without an else": a_program(changed(WHO, ("    else:\n        os.wait", "    if pid:\n        os.wait"))),
        "with more to say": a_program(changed(WHO, ("I am the child", "Hello, I am the child of somebody"))),
    },
    "strayed": {
        "os._exit": a_program(STAYS),
        "sys.exit, with nothing to unwind": a_program(changed(STAYS, ("os._exit(0)", "sys.exit(0)"))),
        "with another code": a_program(changed(STAYS, ("_exit(0)", "_exit(7)"))),
        "in a branch of its own": a_program(
            changed(STAYS, ('    print("the parent', '    if pid:\n        print("the parent'), ("else:", "if pid:"))
        ),
    },
    "codes": {
        "whoever ends next": a_program(COLLECTS),
        "each by its process ID": a_program(COLLECTS_EACH),
        "one after the other": a_program(COLLECTS_AT_ONCE),
        "sys.exit, with nothing to unwind": a_program(changed(COLLECTS, ("os._exit", "sys.exit"))),
        "without brackets": a_program(changed(COLLECTS, ('"codes:", codes', "*codes"))),
        "each on its own line": a_program(changed(COLLECTS, ('"codes:", codes', '*codes, sep="\\n"'))),
        "with their process IDs": a_program(
            changed(COLLECTS_AT_ONCE, ("codes.append(", "codes.append((pid, "), ("[1]))", "[1])))"))
        ),
    },
    "unseen": {
        "MAP_PRIVATE": a_program(UNSEEN),
        "MAP_PRIVATE, and MAP_ANONYMOUS": a_program(changed(UNSEEN, ("PRIVATE", "PRIVATE | mmap.MAP_ANONYMOUS"))),
        "ACCESS_COPY": a_program(changed(UNSEEN, ("flags=mmap.MAP_PRIVATE", "access=mmap.ACCESS_COPY"))),
        "by their places": a_program(changed(UNSEEN, ("flags=", ""))),
    },
    "described": {
        "one byte": a_block(at_12=b"!"),
        "zeros, too": a_block(at_0=bytes(12) + b"!" + bytes(87)),
        "put right afterwards": a_block(at_11=b"!!!", at_10=b"..!", at_9=b"\0\0\0!\0"),
    },
    "your-name": {
        "a slice": a_block(at_50=b"Ada"),
        "a long one": a_block(at_50=b"Anna-Maria"),
        "letter by letter": a_block(at_50=b"B", at_51=b"o", at_52=b"b"),
    },
    "initial": {
        "a small letter": a_lesson(16, "m"),
        "a capital": a_lesson(16, "Z"),
        "a number that is one": a_lesson(16, 0x62),
    },
}

WRONG = {
    "answered": {
        "no answer": (
            a_program(
                changed(
                    ANSWERED,
                    ("            there.sendall(block)\n", ""),
                    ("    block[:] = here.recv(5, socket.MSG_WAITALL)\n", ""),
                )
            ),
            r"The sender has not received anything\.",
        ),
        "one block for both": (
            a_program(
                changed(
                    ANSWERED,
                    ("    block = mmap.mmap(-1, 5)\n", ""),
                    ("    pid = os", "    block = mmap.mmap(-1, 5)\n    pid = os"),
                )
            ),
            r"Both processes have used block 1\.",
        ),
        "the sender does it itself": (
            a_program(
                changed(
                    ANSWERED,
                    ("            there.sendall(block)\n", ""),
                    ("here.recv(5, socket.MSG_WAITALL)\n    os", "block[:].upper()\n    os"),
                )
            ),
            r"The sender has not received anything\.",
        ),
        "sent back too early": (
            a_program(
                changed(
                    ANSWERED,
                    ("            there.sendall(block)\n", ""),
                    ("            block[:] = block", "            there.sendall(block)\n            block[:] = block"),
                )
            ),
            r"there is no `HELLO` in its block\.",
        ),
        "thrown away": (
            a_program(changed(ANSWERED, ("    block[:] = here.recv", "    here.recv"))),
            r"there is no `HELLO` in its block\.",
        ),
        "closed without an answer": (
            a_program(changed(ANSWERED, ("            there.sendall(block)\n", ""))),
            r"A `recv` that returns nothing means that the other end was closed",
        ),
        "nobody sends": (
            a_program(
                changed(ANSWERED, ("            there.sendall(block)\n", "            there.recv(1)\n")), timeout=1
            ),
            r"Does somebody wait for bytes that nobody sends\?",
        ),
        "no fork": (a_program("print('HELLO')"), r"Ran: 1 process\."),
        "nobody reaps": (
            a_program(changed(ANSWERED, ("    os.waitpid(pid, 0)\n", ""))),
            r"The answer arrives\. One thing is left: Nobody reaps",
        ),
    },
    "record": {
        "the two do not agree": (
            a_program(changed(RECORD, ('unpack_from("<', 'unpack_from(">'))),
            r"should print the record on one line.* do both sides use the same format\?",
        ),
        "in words": (
            a_program(
                changed(
                    RECORD,
                    ('struct.pack_into("<id10s", block, 0, 7, 21.5, b"Ada")', 'block[:10] = b"7 21.5 Ada"'),
                    ('        number, price, name = struct.unpack_from("<id10s", block)\n', ""),
                    ('number, price, name.rstrip(b"\\0").decode()', "block[:10].decode()"),
                )
            ),
            r"there is no `7`, neither as a number",
        ),
        "made up": (
            a_program(changed(RECORD, ("21.5, b", "0.0, b"), ("number, price, name.", "number, 21.5, name."))),
            r"there is no `21\.5`",
        ),
        "with its zeros": (a_program(changed(RECORD, ('.rstrip(b"\\0")', ""))), r"The name still needs work"),
        "as bytes": (a_program(changed(RECORD, ('.rstrip(b"\\0").decode()', ""))), r"The name still needs work"),
        "the child writes": (a_program(CHILD_WRITES), r"The child should print the record .* It printed nothing"),
        "nobody waits": (
            a_program(changed(RECORD, ("        os.read(r, 1)\n", ""))),
            r"it can look before the record is there",
        ),
        "sent before it is there": (
            a_program(
                changed(
                    RECORD,
                    ('    os.write(w, b".")\n', ""),
                    ("    struct.pack", '    os.write(w, b".")\n    struct.pack'),
                )
            ),
            r"it can look before the record is there",
        ),
        "a name that is text": (
            a_program(changed(RECORD, ('b"Ada")', '"Ada")')), timeout=2),
            r"the name has to be bytes, too, `b\"Ada\"`",
        ),
        "a name that is too long for the slice": (
            a_program(changed(IN_PIECES, ("[12:15] =", "[12:16] ="))),
            r"An error ended the parent: `IndexError",
        ),
        "no fork": (a_program("print(7, 21.5, 'Ada')"), r"Ran: 1 process\."),
        "nobody reaps": (
            a_program(changed(RECORD, ("    os.waitpid(pid, 0)\n", ""))),
            r"The record arrives\. One thing is left: Nobody reaps",
        ),
    },
    "reached": {
        "it was forked": (
            a_program(changed(SPAWNED, ('"spawn"', '"fork"'))),
            r"The child should be spawned\. In this run it was forked\.",
        ),
        "nobody is started": (a_program('print("hello")'), r"In this run no process was started\."),
        "the block as an argument": (
            a_program(changed(SPAWNED, ('context.RawArray("c", 5)', "mmap.mmap(-1, 5)"))),
            r"An error ended the parent: `TypeError: cannot pickle",
        ),
        "a list": (
            a_program(changed(SPAWNED, ('context.RawArray("c", 5)', "[0, 0, 0, 0, 0]"))),
            r"The parent has no shared memory at all\.",
        ),
        "a global block": (
            a_program(
                changed(
                    SPAWNED,
                    ("    def write(block)", "    block = mmap.mmap(-1, 5)\n\n\n    def write()"),
                    ('        block = context.RawArray("c", 5)\n', ""),
                    (", args=(block,)", ""),
                )
            ),
            r"The parent has found no `hello` in its memory\.",
        ),
        "the parent looks too early": (
            a_program(
                changed(
                    SPAWNED,
                    ("        process.join()\n", ""),
                    ("block[:])", "block[:])\n        process.join()"),
                )
            ),
            r"had it written when the parent looked\?",
        ),
        "the parent writes": (
            a_program(changed(SPAWNED, ("process.join()", 'process.join()\n        block[:] = b"hello"'))),
            r"The parent has written into the memory itself\.",
        ),
        "the name stays": (
            a_program(changed(BY_ITS_NAME, ("        memory.unlink()\n", ""))),
            r"has to be removed by its name: Nobody unlinks",
        ),
    },
    "fixed": {
        "the byte is sent before the write": (
            a_program(
                changed(
                    PIPE, ('    os.write(w, b".")\n', ""), ("    block[:] =", '    os.write(w, b".")\n    block[:] =')
                )
            ),
            r"(It worked this time\. In order \d+ the reader sees zeros|The reader looked too early)",
        ),
        "no fork": (a_program("print(1)"), r"Wanted: one parent and one child\. Ran: 1 process\."),
        "no block": (
            a_program(changed(PIPE, ("mmap.mmap(-1, 100)", "bytearray(100)"))),
            r"No block was mapped\.",
        ),
        "two forks": (a_program("os.fork()\nos.fork()"), r"Wanted: one parent and one child\. Ran: 4 processes\."),
        "made after the fork": (
            a_program(
                changed(
                    PIPE,
                    ("    block = mmap.mmap(-1, 100)\n", ""),
                    ("    if pid", "    block = mmap.mmap(-1, 100)\n    if pid"),
                )
            ),
            r"Two blocks were made; there should be one, before the fork\.",
        ),
        "private": (
            a_program(changed(PIPE, ("-1, 100", "-1, 100, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS"))),
            r"The block made on line \d+ is private\. A write makes a copy\.",
        ),
        "the sleep is left in": (
            a_program(changed(PIPE, ("os.read(r, 1)", "time.sleep(0.1)"))),
            r"What could the reader wait for instead\?",
        ),
        "no wait at all": (
            a_program(changed(PIPE, ("    os.read(r, 1)\n    ", ""))),
            r"(It worked this time\. In order|The reader looked too early)",
        ),
        "nobody reaps": (
            a_program(changed(PIPE, ("    os.waitpid(pid, 0)\n", ""))),
            r"What does a parent owe its child\?",
        ),
        "a process ID of 0": (
            a_program(changed(PIPE, ("I am the child", "I am the child, process ID 0"))),
            r"The child says “process ID 0”\. In the child `pid` is 0",
        ),
        "it looks until something is there": (
            a_program(changed(PIPE, ("os.read(r, 1)", "while not block[0]: pass"))),
            r"But no wait puts the look behind the write: ",
        ),
        "nobody writes": (a_program(changed(PIPE, ('    block[:] = b"a" * 100\n', ""))), r"Nobody has written"),
        "nobody reads": (a_program(changed(PIPE, (", block[:3]", ""))), r"Nobody but the writer has looked"),
        "the roles as they were": (
            a_program(changed(PIPE, ("I am the child", "I am the parent"))),
            r"The child says “I am the parent”\. Whoever gets 0 is the child\.",
        ),
        "an error": (a_program(changed(PIPE, ("block[:3])", "blok)"))), r"An error ended child 1: `NameError: "),
        "it never ends": (
            a_program(changed(PIPE, ('    os.write(w, b".")\n', "")), timeout=1),
            r"It was still going after 1 seconds",
        ),
        "it goes on": (
            a_program(
                changed(
                    PIPE,
                    ("        os._exit(0)\n", "        os.write(w, b'.')\n"),
                    ("    block[:] =", "    if pid:\n        block[:] ="),
                    ("    os.waitpid(pid, 0)", "    if pid:\n        os.waitpid(pid, 0)"),
                )
            ),
            r"look at how the child ends: ",
        ),
    },
    "crosswise": {
        "crosswise in other words": (
            a_program(
                changed(
                    LOCKS,
                    (
                        'with left, right:\n        print("the parent',
                        'with right, left:\n        print("the parent has',
                    ),
                ),
                timeout=2,
            ),
            r"(In order \d+ somebody waits for ever|was stopped\. Somebody waits for a lock)",
        ),
        "no fork": (a_program("print(1)"), r"Wanted: one parent and one child\. Ran: 1 process\."),
        "no locks": (
            a_program(changed(LOCKS, ("with left, right:", "if True:"))),
            r"needs both locks, and has taken 0",
        ),
        "one lock": (a_program(changed(LOCKS, ("left, right:", "left:"))), r"needs both locks, and has taken 1"),
        "one after the other": (
            a_program(
                changed(LOCKS, ("with left, right:", "with left:\n            pass\n        with right:")).replace(
                    '        with right:\n        print("the parent', '    with right:\n        print("the parent'
                )
            ),
            r"never holds both locks at the same time",
        ),
        "nobody reaps": (
            a_program(changed(LOCKS, ("    os.waitpid(pid, 0)\n", ""))),
            r"No deadlock any more\. One thing is left: Nobody reaps",
        ),
        "an error": (
            a_program(changed(LOCKS, ('the parent has both"', 'the parent", both'))),
            r"An error ended the parent: `NameError",
        ),
    },
    "every-addition": {
        "two locks": (
            a_program(
                changed(
                    A_LOCK_OF_ITS_OWN,
                    ("lock = fork.Lock()", "locks = fork.Lock(), fork.Lock()"),
                    ("with lock:", "with locks[pid == 0]:"),
                )
            ),
            r"Whatever it printed this time, an addition can be lost\.",
        ),
        "no lock": (a_program(changed(ADDS, ("with numbers.get_lock():", "if True:"))), r"an addition can be lost\."),
        "the lock for the read alone": (
            a_program(changed(ADDS, ("        numbers[0] += 1", "        old = numbers[0]\n    numbers[0] = old + 1"))),
            r"an addition can be lost\.",
        ),
        "no fork": (a_program("print(2)"), r"Wanted: one parent and one child\. Ran: 1 process\."),
        "only one adds": (
            a_program(changed(ADDS, ("        numbers[0] += 1", "        if pid:\n            numbers[0] += 2"))),
            r"Only the parent has written",
        ),
        "plain variables": (
            a_program(changed(ADDS, ('fork.Array("i", 1)', "[0]"), ("with numbers.get_lock():", "if True:"))),
            r"Only nobody has written|Nobody has written",
        ),
        "too many": (
            a_program(changed(ADDS, ("numbers[0] += 1", "numbers[0] += 2"))),
            r"The parent should find 2 in the end\. It found 4\.",
        ),
        "each under the lock, but not both": (
            a_program(
                changed(
                    ADDS,
                    (
                        "        numbers[0] += 1",
                        "        old = numbers[0]\n    with numbers.get_lock():\n        numbers[0] = old + 1",
                    ),
                )
            ),
            r"an addition can be lost\. .* not from the one to the other",
        ),
        "the number is made up": (
            a_program(changed(A_VALUE, ("    print(number.value)", "    print(2)"))),
            r"The parent should find 2 in the end\. It found \w+\.",
        ),
        "nobody reaps": (
            a_program(changed(ADDS, ("    os.waitpid(pid, 0)\n", ""))),
            r"(The parent should find 2|an addition can be lost|One thing is left: )",
        ),
    },
    "unseen": {
        "another size": (
            a_program(changed(UNSEEN, ("5, flags=mmap.MAP_PRIVATE", "50"), ("block[:] =", "block[:5] ="))),
            r"The child should still read its own `hello`\. It printed “the child reads b'hello",
        ),
        "shared, by name": (
            a_program(changed(UNSEEN, ("PRIVATE", "SHARED"))),
            r"The block made on line \d+ is shared, so whatever the child leaves there",
        ),
        "only to be read": (
            a_program(changed(UNSEEN, ("flags=mmap.MAP_PRIVATE", "access=mmap.ACCESS_READ"))),
            r"An error ended child 1: `TypeError",
        ),
        "made after the fork": (
            a_program(
                changed(
                    UNSEEN,
                    ("    block = mmap.mmap(-1, 5, flags=mmap.MAP_PRIVATE)\n", ""),
                    ("    if pid", "    block = mmap.mmap(-1, 5)\n    if pid"),
                )
            ),
            r"Two blocks were made, one in each process\.",
        ),
        "wiped": (
            a_program(
                changed(
                    UNSEEN,
                    (", flags=mmap.MAP_PRIVATE", ""),
                    ("        os._exit", "        block[:] = bytes(5)\n        os._exit"),
                )
            ),
            r"The block made on line \d+ is shared",
        ),
        "looked before the write": (
            a_program(
                changed(
                    UNSEEN,
                    (", flags=mmap.MAP_PRIVATE", ""),
                    ('    print("the parent reads", block[:])\n', ""),
                    ("    pid =", '    print("the parent reads", block[:])\n    pid ='),
                )
            ),
            r"The block made on line \d+ is shared",
        ),
        "no block": (
            a_program(changed(UNSEEN, ("mmap.mmap(-1, 5, flags=mmap.MAP_PRIVATE)", "bytearray(5)"))),
            r"No block was mapped\.",
        ),
        "no write": (
            a_program(changed(UNSEEN, ('        block[:] = b"hello"\n', ""))),
            r"Nobody has written into the block\.",
        ),
        "it goes on": (
            a_program(
                changed(UNSEEN, ("        os._exit(0)\n", ""), ("    os.waitpid", "    if pid:\n        os.waitpid"))
            ),
            r"The child goes on into its parent's line",
        ),
        "nobody looks": (
            a_program(changed(UNSEEN, ('    print("the parent reads", block[:])\n', ""))),
            r"The parent should read zeros.* It printed nothing\.",
        ),
        "nobody reaps": (
            a_program(changed(UNSEEN, ("    os.waitpid(pid, 0)\n", ""))),
            r"The write is hidden\. But nobody waits for the child",
        ),
        "no fork": (a_program("print(1)"), r"Wanted: one parent and one child\. Ran: 1 process\."),
        "no -1": (
            a_program(changed(UNSEEN, ("-1, 5, flags=mmap.MAP_PRIVATE", "0, 5"))),
            r"the system takes the first argument for the number of an open file",
        ),
        "anonymous, and no more": (
            a_program(changed(UNSEEN, ("PRIVATE", "ANONYMOUS"))),
            r"`flags` has to say one of two things, shared or private",
        ),
    },
    "mailbox": {
        "only the child waits": (
            a_program(changed(MAIL_BY_SEMAPHORES, ("        empty.acquire()\n", ""))),
            r"(In order \d+ the child takes|It took) .*[abc] and [bc]",
        ),
        "only the parent waits": (
            a_program(changed(MAIL_BY_PIPES, ("            os.read(full_r, 1)\n", ""))),
            r"(In order \d+ the child takes|It took) ",
        ),
        "the word comes before the letter": (
            a_program(
                changed(
                    MAIL_BY_PIPES,
                    ('        os.write(full_w, b".")\n', ""),
                    ("        slot[0] = letter", '        os.write(full_w, b".")\n        slot[0] = letter'),
                )
            ),
            r"(It worked this time\. In order \d+ the child takes|It took) ",
        ),
        "nobody is let in": (
            a_program(changed(MAIL_BY_SEMAPHORES, ("Semaphore(1)", "Semaphore(0)")), timeout=1),
            r"It was still going after 1 seconds",
        ),
        "both are let in": (
            a_program(changed(MAIL_BY_SEMAPHORES, ("Semaphore(1)", "Semaphore(2)"))),
            r"(In order \d+ the child takes|It took) .*[abc] and [bc]",
        ),
        "a sleep on each side": (
            a_program(
                changed(
                    MAIL_BY_SEMAPHORES,
                    ("full.acquire()", "time.sleep(0.05)"),
                    ("empty.acquire()", "time.sleep(0.04)"),
                )
            ),
            r"There is a sleep in it|It took",
        ),
        "a place for each letter": (
            a_program(
                changed(
                    MAIL_BY_SEMAPHORES,
                    ("-1, 1", "-1, 3"),
                    ("for _ in range(3):", "for at in range(3):"),
                    ("chr(slot[0])", "chr(slot[at])"),
                    ('for letter in b"abc":', 'for at, letter in enumerate(b"abc"):'),
                    ("slot[0] = letter", "slot[at] = letter"),
                )
            ),
            r"Letters were put into 3 places",
        ),
        "the pipe carries the letters": (
            a_program(
                changed(
                    MAIL_BY_PIPES,
                    ("            os.read(full_r, 1)\n", ""),
                    ("chr(slot[0])", "os.read(full_r, 1)"),
                    ('os.write(full_w, b".")', "os.write(full_w, bytes([letter]))"),
                )
            ),
            r"Nobody but the parent has looked into the block",
        ),
        "private": (
            a_program(changed(MAIL_BY_PIPES, ("-1, 1)", "-1, 1, access=mmap.ACCESS_COPY)"))),
            r"The block made on line \d+ is private",
        ),
        "it asks and asks": (
            a_program(
                changed(
                    MAIL_BY_SEMAPHORES,
                    ("full.acquire()", "while not slot[0]: pass"),
                    ("empty.release()", "slot[0] = 0"),
                    ("empty.acquire()", "while slot[0]: pass"),
                    ("        full.release()\n", ""),
                )
            ),
            r"The letters arrive\. One thing is left: |It took",
        ),
        "nobody reaps": (
            a_program(changed(MAIL_BY_PIPES, ("    os.waitpid(pid, 0)\n", ""))),
            r"No letter is lost, in any order that was tried\. But nobody waits",
        ),
    },
    "believed": {
        "only the words changed": (
            a_program(changed(WHO, ("I am the child", "I am the parent, really"))),
            r"The child says “I am the parent, really”\.",
        ),
        "both are children": (
            a_program(changed(WHO, ("I am the parent", "I am the child"))),
            r"The parent says “I am the child”\.",
        ),
        "the child says nothing": (
            a_program(changed(WHO, ('print("I am the child")', "pass"))),
            r"It printed nothing\.",
        ),
        "the parent says something else": (
            a_program(changed(WHO, ("I am the parent", "Hello"))),
            r"The parent should say .* It printed “Hello”\.",
        ),
        "no fork": (a_program('print("I am the parent")'), r"Ran: 1 process\."),
        "nobody reaps": (
            a_program(changed(WHO, ("        os.waitpid(pid, 0)\n", ""))),
            r"But the parent no longer waits for its child\.",
        ),
        "the child has an error": (
            a_program(changed(WHO, ("os._exit(0)", "os._exit(nothing)"))),
            r"An error ended child 1: `NameError",
        ),
        "it never ends": (
            a_program(changed(WHO, ("os._exit(0)", "os.read(os.pipe()[0], 1)")), timeout=1),
            r"was stopped\. Who waits there, and for what\?",
        ),
        "it goes round and round": (
            a_program(changed(WHO, ("os._exit(0)", "while True: pass")), timeout=1),
            r"was stopped\. Child 1 waits for nobody, and has still not come to its end",
        ),
    },
    "strayed": {
        "the child says nothing": (
            a_program(changed(STAYS, ('print("the child\'s part")', "pass"))),
            r"The child should still do its part",
        ),
        "nobody waits": (a_program(changed(STAYS, ("os.waitpid(pid, 0)", "pass"))), r"nobody waits for it"),
        "the parent leaves, too": (
            a_program(changed(STAYS, ("os.waitpid(pid, 0)", "os.waitpid(pid, 0)\n        os._exit(0)"))),
            r"The parent should still count",
        ),
        "no fork": (a_program('print("the parent counts its money")'), r"Ran: 1 process\."),
        "an error in place of an end": (
            a_program(changed(STAYS, ("os._exit(0)", "raise ValueError"))),
            r"An error ended child 1: `ValueError",
        ),
        "it still goes on": (
            a_program(
                changed(
                    STAYS, ("os._exit(0)", "pass"), ("the parent counts its money", "the parent counts its money today")
                )
            ),
            r"The child still goes on",
        ),
    },
    "codes": {
        "only the last one": (
            a_program(changed(COLLECTS_AT_ONCE, ("        codes.append", "    codes.append"))),
            r"Not every child is reaped: Nobody reaps 2 of child 1, child 2 and child 3",
        ),
        "made up": (
            a_program(changed(COLLECTS, ("os.wait()", "pid, number << 8"))),
            r"Not every child is reaped: ",
        ),
        "the status as it is": (
            a_program(changed(COLLECTS_AT_ONCE, ("os.WEXITSTATUS(os.waitpid(pid, 0)[1])", "os.waitpid(pid, 0)[1]"))),
            r"It printed “codes: \[256, 512, 768\]”",
        ),
        "the children go on": (
            a_program(changed(COLLECTS, ("os._exit(number)", "pass"))),
            r"three children of its own\. Ran: the parent, .*child 1\.1",
        ),
        "one too few": (a_program(changed(COLLECTS, ("(1, 2, 3)", "(1, 2)"))), r"Ran: the parent, child 1 and child 2"),
        "one wait too many": (
            a_program(changed(COLLECTS, ("range(3)", "range(4)"))),
            r"An error ended the parent: `ChildProcessError",
        ),
        "all with 0": (
            a_program(changed(COLLECTS, ("os._exit(number)", "os._exit(0)"))),
            r"They left with 0, 0 and 0\.",
        ),
        "ended by a signal": (
            a_program(changed(COLLECTS, ("os._exit(number)", "os.kill(os.getpid(), 9)"))),
            r"They left with none\.",
        ),
        "a constant": (
            a_program(changed(COLLECTS, ('"codes:", codes', '"codes:", [1, 2, 3]'))),
            r"would print 1, 2 and 3 whatever its children left with: in a second run they left with 11, 12 and 13,",
        ),
        "the numbers of the loop": (
            a_program(
                changed(
                    COLLECTS,
                    ("range(3)", "(1, 2, 3)"),
                    ("_ in", "code in"),
                    ("os.waitstatus_to_exitcode(status)", "code"),
                )
            ),
            r"would print 1, 2 and 3 whatever its children left with",
        ),
        "not printed": (
            a_program(changed(COLLECTS, ('print("codes:", codes)', "pass"))),
            r"It printed nothing\.",
        ),
        "it never ends": (
            a_program(changed(COLLECTS, ("os._exit(number)", "os.read(os.pipe()[0], 1)")), timeout=1),
            r"was stopped",
        ),
    },
    "described": {
        "too small": (a_block(99, at_12=b"!"), r"are 100\. This block has 99\."),
        "a page": (a_block(4096, at_12=b"!"), r"This block has 4096\."),
        "all zeros": (a_block(), r"Nothing is in it yet but zeros\."),
        "one too late": (a_block(at_13=b"!"), r"describes it as `13 x 00, 1 x 21 '!', 86 x 00`\."),
        "21, not in hexadecimal": (a_block(at_12=b"\x15"), r"describes it as `12 x 00, 1 x 15, 87 x 00`\."),
        "two of them": (a_block(at_12=b"!!"), r"describes it as `12 x 00, 2 x 21 '!', 86 x 00`\."),
    },
    "your-name": {
        "at the front": (a_block(at_0=b"Ada"), r"is at offset 0\. It should be 50"),
        "one too early": (a_block(at_49=b"Ada"), r"is at offset 49\."),
        "one too late": (a_block(at_51=b"Ada"), r"is at offset 51\."),
        "a small block": (a_block(53, at_50=b"Ada"), r"should have 100 bytes\. This one has 53\."),
        "all zeros": (a_block(), r"There is nothing in it yet"),
        "a number": (a_block(at_50=b"123"), r"What it holds is '123', and that is not a name\."),
    },
    "initial": {
        "a hundred bytes": (a_lesson(100, "m"), r"should have 16 bytes\. This one has 100\."),
        "the letter a": (a_lesson(16, "a"), r"The reader saw 16 x 61 'a'\. It should be your own initial"),
        "a digit": (a_lesson(16, "1"), r"The reader saw 16 x 31 '1'\."),
        "private": (a_lesson(16, "m", memory="private"), r"The reader saw 16 x 00, and not what was written\."),
        "made after the fork": (a_lesson(16, "m", made="after"), r"The reader saw 16 x 00, and not what was written\."),
        "the child writes": (a_lesson(16, "m", writer="child"), r"and nothing else: leave out `writer`\."),
    },
}

STRANGE = (True, 17, [], object(), b"Ada", bytearray(100), {})
