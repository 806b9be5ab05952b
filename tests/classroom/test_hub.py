"""A hub with the class's configuration, and two who come: what each gets, what is limited, and what is kept apart."""

import asyncio
import contextlib
import os
from dataclasses import dataclass, field

import pytest

import left_behind
from accounts import may_make_users, not_apart

pytest.importorskip("jupyterhub", reason="JupyterHub is not installed: make class installs it")

from class_load.lesson import TOO_MUCH
from class_load.room import PASSWORD, lying_about, of_class, processes_of, room
from class_load.visitor import Refused, Visitor

ADA, BOB, TEACHER = "test-ada", "test-bob", "teacher"
FOR_THE_TEACHER = "a password of more than thirty-two characters"
LIMITS = """
import os, resource
from pathlib import Path
print([resource.getrlimit(which) for which in (resource.RLIMIT_DATA, resource.RLIMIT_AS, resource.RLIMIT_CORE)])
print(resource.getrlimit(resource.RLIMIT_NPROC)[0], os.umask(0o077), os.environ["SHMLESSON_LARGEST_BLOCK"])
"""
FORKS = """
import os, signal
pids = []
try:
    while len(pids) < 2000:
        pid = os.fork()
        if pid == 0:
            signal.pause()
        pids.append(pid)
except OSError as error:
    print(type(error).__name__, len(pids) < 300)
finally:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
"""
TRIED = """
import os, signal
from pathlib import Path
for number, act in enumerate([
    lambda: os.kill({pid}, signal.SIGTERM),
    lambda: Path("/proc/{pid}/environ").read_bytes(),
    lambda: os.listdir("/proc/{pid}/fd"),
    lambda: os.sched_setaffinity({pid}, [0]),
    lambda: os.setpriority(os.PRIO_PROCESS, {pid}, 19),
    lambda: os.listdir({home!r}),
    lambda: os.listdir({temporary!r}),
    lambda: os.setpriority(os.PRIO_PROCESS, 0, -1),
    lambda: os.setuid({uid}),
]):
    try:
        act()
        print(number, "was allowed")
    except PermissionError:
        print(number, "refused")
"""


@dataclass
class Seen:
    """What came of it."""

    files: list = field(default_factory=list)
    limits: str = ""
    errors: list = field(default_factory=list)
    forks: str = ""
    tried: str = ""
    projector: str = ""
    refused: list = field(default_factory=list)
    left: list = field(default_factory=list)
    lying_about: set = field(default_factory=set)
    kept: bool = False


@pytest.fixture(scope="module")
def seen():
    """All of it is done once, and over when the first test begins."""
    found, before = Seen(), lying_about()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(left_behind.MARK)  # the hub ends what it has started, so nobody need look for it
        patch.setenv("TEACHER_PASSWORD", FOR_THE_TEACHER)
        with room([ADA, BOB, TEACHER]) as hub:
            asyncio.run(come(hub.address, found))
            found.left = [process for name in (ADA, BOB) for process in processes_of(name)]
            found.lying_about = of_class(lying_about() - before - {str(hub.folder)}, [ADA, BOB])
    return found


@contextlib.asynccontextmanager
async def inside(address, name):
    """A learner with a server, which is stopped at the end."""
    visitor = Visitor(address, name, PASSWORD)
    try:
        await visitor.log_in()
        await visitor.wait_for_notebooks()
        yield visitor
        await visitor.stop_server()
    finally:
        await visitor.close()


async def come(address, found):
    async with inside(address, ADA) as ada:
        kernel = await ada.open("00_start_here.ipynb")
        await kernel.run("%load_ext shmlesson\nfrom shmlesson import share\nfrom pathlib import Path")
        found.limits = (await kernel.run(LIMITS)).text
        found.files = sorted((await kernel.run("print(*sorted(p.name for p in Path().glob('*.ipynb')))")).text.split())
        found.errors = [(await kernel.run(code)).error for code, _ in TOO_MUCH]
        await kernel.run("Path('mine.txt').write_text('kept')")
        await look_at_the_projector(address, ada, found)
        if may_make_users():
            found.forks = (await kernel.run(f"import subprocess, sys\nprint({SUBPROCESS})")).text
            async with inside(address, BOB):
                found.tried = (await kernel.run(tried())).text
    async with inside(address, ADA) as ada:
        kernel = await ada.open("00_start_here.ipynb")
        found.kept = "kept" in (await kernel.run("print(open('mine.txt').read())")).text


SUBPROCESS = f"subprocess.run([sys.executable, '-c', {FORKS!r}], capture_output=True, text=True).stdout"


def tried():
    """A cell that tries at one learner's what only that learner may."""
    server = min(processes_of(BOB), key=lambda process: process.pid)
    uid = server.uids().real
    temporary = next(path for path in of_class(lying_about(), [BOB]) if f"class.{BOB}." in path)
    return TRIED.format(pid=server.pid, home=os.path.expanduser(f"~{server.username()}"), temporary=temporary, uid=uid)


async def look_at_the_projector(address, learner, found):
    """The teacher does, and then a learner tries to; and somebody with a wrong password."""
    with contextlib.suppress(Refused):
        await learner.get("/hub/projector")
        found.refused.append("a learner saw the projector's page")
    teacher = Visitor(address, TEACHER, FOR_THE_TEACHER)
    wrong = Visitor(address, "test-eve", "not the password")
    try:
        await teacher.log_in(then="/hub/projector")
        async with teacher.http.get(f"{address}/hub/projector") as answer:
            found.projector = await answer.text()
        with contextlib.suppress(Refused):
            await wrong.log_in()
            found.refused.append("a wrong password was taken")
    finally:
        await teacher.close()
        await wrong.close()


def test_a_learner_gets_the_notebooks(seen):
    assert seen.files[0] == "00_start_here.ipynb"
    assert len(seen.files) > 10


def test_a_server_and_all_that_it_starts_have_limits(seen):
    mib = 1 << 20
    lines = seen.limits.splitlines()

    assert lines[0] == str([(768 * mib, 768 * mib), (3072 * mib, 3072 * mib), (0, 0)])
    assert lines[1].endswith("63 64MiB")


def test_too_much_memory_is_an_error_in_the_cell_and_no_more(seen):
    for error, (_, expected) in zip(seen.errors, TOO_MUCH, strict=True):
        assert expected in error


def test_the_teacher_has_a_page_for_the_projector_and_nobody_else(seen):
    assert PASSWORD in seen.projector
    assert seen.refused == []


def test_what_a_learner_has_written_is_there_in_the_next_lesson(seen):
    assert seen.kept


def test_nothing_is_left_of_a_server_that_was_stopped(seen):
    assert (seen.left, seen.lying_about) == ([], set())


apart = pytest.mark.skipif(not may_make_users(), reason=not_apart())


@apart
def test_a_learner_cannot_read_signal_or_slow_what_another_has(seen):
    assert seen.tried.splitlines() == [f"{number} refused" for number in range(9)]


@apart
def test_a_fork_bomb_ends_at_the_learners_own_limit(seen):
    assert seen.forks.split() == ["BlockingIOError", "True"]
