"""Two nodes of Ray on this machine, ``here`` and ``there``: started, asked, one of them killed, and surely ended."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from typing import Any

from ..client.survivors import end_survivors
from ..memory.available import room_for
from ..memory.sizes import say_size
from ..wire.belongings import MARK
from .got import Got, inode_of
from .keeper import ADDRESSES
from .reader import Reader, noting
from .stores import Held, Mapper, Store, Stores, mapped_stores, spilled_files

STORE = 640 << 20  # bytes of each node's store
_PATIENCE = 300  # seconds for the nodes to start
_ANSWER = 60  # seconds for anything else
_END = 40  # seconds until the keeper has ended all


class Nodes:
    """Two nodes of Ray, each with a store of its own. ``with`` ends them; so does ``close``, or ``seconds``, or the
    end of this process."""

    def __init__(self, seconds: float) -> None:
        self._folder = tempfile.mkdtemp(prefix="nodes-", dir="/tmp")  # short: sockets lie in it
        self._mark = f"{os.getpid()}-{os.path.basename(self._folder)}"
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self._readers: dict[str, Any] = {}
        self._raylets: dict[str, int] = {}
        self._connected = False
        self._lock = threading.RLock()
        self._keeper = subprocess.Popen(
            [sys.executable, "-m", "shmlesson.cluster.keeper", self._folder, str(seconds), str(STORE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, MARK: self._mark},
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def __enter__(self) -> Nodes:
        self.connect()
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def connect(self) -> Nodes:
        """Wait until both nodes are there, and become a process of ``here``."""
        if self._connected:
            return self
        try:
            ready = self._answer("ready", _PATIENCE)
            self._join(ready["address"])
            self._connected = True
        except BaseException:  # an interrupt, too: nothing stays that nobody holds
            self.close()
            raise
        self._places = {node["id"]: place for place, node in ready["nodes"].items()}
        self._raylets = {place: node["raylet"] for place, node in ready["nodes"].items()}
        return self

    def _join(self, address: str) -> None:
        """Have this process become one of ``here``, and keep Ray from printing what it thinks of a node's death."""
        import ray
        from ray._private import worker

        worker.print_to_stdstream = lambda *printed, **settings: None
        ray.init(address=address, _node_ip_address=ADDRESSES["here"], log_to_driver=False, logging_level=logging.ERROR)

    def get(self, reference: Any, place: str) -> Got:
        """Have a process of this node call ``ray.get(reference)``, and tell what it got."""
        import ray

        source = inode_of(ray.get(reference))
        told = ray.get(self._reader(place).get.remote([reference]), timeout=_ANSWER)
        told.pop("pid")
        return Got(process=f"a process of {place}", way=f"Ray, node {place}", source=source, **told)

    def stores(self, *references: Any) -> Stores:
        """Which of these objects are in which store, and which processes map it."""
        inodes = {place: mapped_stores(pid)[0][0] for place, pid in self._raylets.items()}
        stores = (Store(place, inode, STORE, self._held(place, references)) for place, inode in inodes.items())
        return Stores(tuple(stores), tuple(self._mappers()), spilled_files(self._folder))

    def _held(self, place: str, references: tuple[Any, ...]) -> tuple[Held, ...]:
        from ray.experimental import get_object_locations

        on_disk = bool(spilled_files(self._folder, next(id for id, name in self._places.items() if name == place)))
        held = []
        for number, reference in enumerate(references, 1):
            location = get_object_locations([reference])[reference]
            if place in [self._places.get(node) for node in location["node_ids"]]:
                held.append(Held(number, location["object_size"], on_disk and location["did_spill"]))
        return tuple(held)

    def _mappers(self) -> list[Mapper]:
        """All processes that map a store, the notebook's kernel first."""
        processes = {process["pid"]: process for process in self._ask("processes")}
        mappers = [Mapper("notebook kernel", "here", *one) for one in mapped_stores("self")]
        for pid, process in processes.items():
            place = self._place_of(pid, processes)
            mappers += [Mapper(_name(process["name"]), place, *one) for one in mapped_stores(pid) if place]
        return mappers

    def _place_of(self, pid: int, processes: dict[int, dict[str, Any]]) -> str:
        """The node whose raylet is this process, or one above it; empty for none."""
        while pid in processes:
            for place, raylet in self._raylets.items():
                if pid == raylet:
                    return place
            pid = processes[pid]["parent"]
        return ""

    def _reader(self, place: str) -> Any:
        import ray

        if place not in self._raylets:
            raise ValueError(f"place must be {' or '.join(map(repr, self._raylets))}, got {place!r}")
        if place not in self._readers:
            self._readers[place] = ray.remote(Reader).options(num_cpus=0, resources={place: 1}).remote()
        return self._readers[place]

    def remote(self, function: Callable[[], Any]) -> Any:
        """Call ``function()`` on ``there``, or on ``here`` if ``there`` is gone; a reference to what it will return.

        It has returned when this does; what it returned is at its node, and nowhere else.
        """
        import ray
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        ids = {place: id for id, place in self._places.items()}
        if os.path.exists(self._notes):
            os.unlink(self._notes)
        noted = ray.remote(noting(function, self._notes, self._places))
        strategy = NodeAffinitySchedulingStrategy(ids["there"], soft=True)
        reference = noted.options(scheduling_strategy=strategy, max_retries=3).remote()
        ray.wait([reference], timeout=_ANSWER, fetch_local=False)
        return reference

    @property
    def _notes(self) -> str:
        return os.path.join(self._folder, "calls")

    @property
    def calls(self) -> list[str]:
        """On which node the function that was given to ``remote`` was called, each time."""
        with open(self._notes) as notes:
            return notes.read().split()

    def kill(self, place: str) -> None:
        """Kill all processes of this node, as if its machine had lost its power; only ``there`` can be killed."""
        if place != "there":
            raise ValueError(f"place must be 'there', for the notebook's kernel is a process of 'here', got {place!r}")
        self._send({"kill": place})
        self._answer("killed")
        self._raylets.pop(place, None)
        self._readers.pop(place, None)

    @property
    def processes(self) -> int:
        """How many processes of Ray there are."""
        return len(self._ask("processes")) if self._keeper.poll() is None else 0

    def close(self) -> None:
        """End both nodes, and wait until all their processes are gone."""
        with self._lock:
            self._let_go()
            with contextlib.suppress(OSError):
                self._keeper.stdin.close()  # type: ignore[union-attr]
            if self._keeper.poll() is None:
                try:
                    self._keeper.wait(_END)
                except subprocess.TimeoutExpired:
                    self._keeper.kill()
                    self._keeper.wait(_END)
            if threading.current_thread() is not self._listener:
                self._listener.join(5)
            end_survivors(self._mark, 5)
            shutil.rmtree(self._folder, ignore_errors=True)

    def _let_go(self) -> None:
        """Be no process of a node any more: if its node ended first, this process would end, too."""
        if self._connected:
            self._connected = False
            import ray

            ray.shutdown()

    def _listen(self) -> None:
        """Pass on what the keeper says; if it ends the nodes by itself, let go of them before it does."""
        for line in self._keeper.stdout:  # type: ignore[union-attr]
            said = json.loads(line)
            self._answers.put(said)
            if said.keys() & {"ending", "failed"}:
                self._let_go()
                with contextlib.suppress(OSError):
                    self._keeper.stdin.close()  # type: ignore[union-attr]
        self._keeper.stdout.close()  # type: ignore[union-attr]
        self._answers.put({"ended": None})

    def _ask(self, what: str) -> Any:
        self._send({what: None})
        return self._answer(what)

    def _send(self, command: dict[str, Any]) -> None:
        try:
            self._keeper.stdin.write(json.dumps(command).encode() + b"\n")  # type: ignore[union-attr]
            self._keeper.stdin.flush()  # type: ignore[union-attr]
        except (OSError, ValueError):
            raise RuntimeError("the nodes have ended: start two new ones") from None

    def _answer(self, what: str, seconds: float = _ANSWER) -> Any:
        deadline = time.monotonic() + seconds
        while True:
            try:
                said = self._answers.get(timeout=max(0, deadline - time.monotonic()))
            except queue.Empty:
                raise TimeoutError(f"the nodes have not answered after {seconds:g} seconds") from None
            if what in said:
                return said[what]
            if said.keys() & {"ending", "failed", "ended"}:
                self._answers.put(said)
                raise RuntimeError(f"the nodes have ended: {next(iter(said.values())) or 'start two new ones'}")

    def __repr__(self) -> str:
        if not self._connected:
            return "two nodes: being started, or ended"
        return (
            f"two nodes, here and there, each with a store of {say_size(STORE)}; this notebook's kernel belongs to here"
        )


def _name(name: str) -> str:
    """What a process is called in a picture."""
    names = {"raylet": "raylet", "ray::Reader": "reader", "ray::IDLE": "idle process"}
    for part, said in (("Spill", "spiller"), ("Restore", "restorer")):  # those that write to disk and read from it
        if part in name:
            return said
    return names.get(name.split(".")[0], "other process")


def two_nodes(seconds: float = 1800) -> Nodes:
    """Begin to start two nodes of Ray on this machine, ``here`` and ``there``; ``connect`` waits for them.

    They are ended by ``close``, at the end of a ``with``, when this process ends, and after so many ``seconds``.
    ``ValueError`` if there is not enough memory for them.
    """
    room_for(STORE, copies=4)
    return Nodes(seconds)
