"""The process that starts the two nodes and ends them, whatever becomes of the one that has asked for them.

It is a child of the notebook's kernel, and all processes of Ray are below it: as a *subreaper* it inherits those whose
parent has ended (see PR_SET_CHILD_SUBREAPER in prctl(2)). It ends them when its standard input ends, for then nobody
needs them any more, or the kernel is gone; and when its time is over: SIGKILL, until nobody is left.

Each line that it gets is a command, as JSON: ``{"kill": "there"}`` or ``{"processes": null}``. So is each line that it
writes: ``{"ready": ...}``, ``{"killed": ...}``, ``{"processes": ...}``, ``{"failed": ...}``, and ``{"ending": ...}``
before it ends everything by itself.
"""

from __future__ import annotations

import ctypes
import json
import os
import queue
import select
import shutil
import signal
import socket
import sys
import threading
import time
from typing import Any, NoReturn

# Each node has an address of its own, as machines have, but one that is reached from this machine only.
ADDRESSES = {"here": "127.0.0.2", "there": "127.0.0.3"}
_PR_SET_CHILD_SUBREAPER = 36  # from <linux/prctl.h>
_PORTS = ("metrics_agent_port", "metrics_export_port", "dashboard_agent_listen_port", "runtime_env_agent_port")
_TRIES = 8  # a node gives up if one of its processes takes more than 15 seconds to start, as on a busy machine
_GRACE = 5  # seconds for the kernel to let go of the nodes, once it is told that they end
_END = 20  # seconds to end all processes


class Keeper:
    """Two nodes, and who is to hear of them."""

    def __init__(self, folder: str, seconds: float, store: int) -> None:
        self.folder, self.deadline, self.store = folder, time.monotonic() + seconds, store
        self.commands: queue.Queue[dict[str, Any]] = queue.Queue()
        self.answers = os.fdopen(os.dup(1), "w")
        log = os.open(os.path.join(folder, "keeper.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for descriptor in (1, 2):  # Ray's own messages
            os.dup2(log, descriptor)

    def keep(self) -> NoReturn:
        """Start the nodes, and do what is asked for; a thread ends everything, whatever this one waits for."""
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        threading.Thread(target=self._watch, daemon=True).start()
        try:
            self._start()
            while True:
                self._do(self.commands.get())
        except BaseException as error:  # whatever it is: what was started must end
            self._say("failed", f"{type(error).__name__}: {error}")
        finally:
            self._end()

    def _watch(self) -> None:
        """Pass on what is asked for, until that ends or the time is over; then end everything."""
        begun = b""
        while (left := self.deadline - time.monotonic()) > 0:
            if not select.select([0], [], [], left)[0]:
                continue
            data = os.read(0, 1 << 16)
            if not data:
                self._end()
            *lines, begun = (begun + data).split(b"\n")
            for line in lines:
                self.commands.put(json.loads(line))
        self._say("ending", "their time is over")
        select.select([0], [], [], _GRACE)
        self._end()

    def _start(self) -> None:
        os.environ |= {"RAY_TMPDIR": self.folder, "RAY_USAGE_STATS_ENABLED": "0", "RAY_DEDUP_LOGS": "0"}
        from ray.cluster_utils import Cluster

        for left in reversed(range(_TRIES)):
            try:
                self.cluster = Cluster()
                self.nodes = {place: self.cluster.add_node(**self._settings(place)) for place in ADDRESSES}
                break
            except Exception:
                if not left:
                    raise
                _end_all(time.monotonic() + _END)
        nodes = {place: {"id": node.node_id, "raylet": _raylet(node)} for place, node in self.nodes.items()}
        self._say("ready", {"address": self.cluster.address, "nodes": nodes})

    def _settings(self, place: str) -> dict[str, Any]:
        """Of a node: reached from this machine only, with a resource of the name of the place."""
        return {
            "num_cpus": 1,
            "object_store_memory": self.store,
            "resources": {place: 100},
            "node_ip_address": ADDRESSES[place],
            "include_dashboard": False,
            "include_log_monitor": False,
            "no_monitor": True,
            **dict(zip(_PORTS, _free_ports(ADDRESSES[place], len(_PORTS)), strict=True)),
        }

    def _do(self, command: dict[str, Any]) -> None:
        if "kill" in command:
            node = self.nodes.pop(command["kill"])
            _kill_at_once(_raylet(node))
            self.cluster.remove_node(node, allow_graceful=False)
            self._say("killed", command["kill"])
        elif "processes" in command:
            self._say("processes", _below())

    def _say(self, what: str, value: object) -> None:
        try:
            print(json.dumps({what: value}), file=self.answers, flush=True)
        except OSError:
            pass  # nobody is there to hear it

    def _end(self) -> NoReturn:
        try:
            _end_all(time.monotonic() + _END)
            shutil.rmtree(self.folder, ignore_errors=True)
        finally:
            os._exit(0)  # not sys.exit(): Ray's own exit functions would wait for what is gone


def _raylet(node: Any) -> int:
    """The process that is the node's own, and has its store."""
    pid: int = node.all_processes["raylet"][0].process.pid
    return pid


def _free_ports(address: str, count: int) -> list[int]:
    """Ports that nobody listens at now. Without them, a node waits until its agents have found some."""
    sockets = [socket.create_server((address, 0)) for _ in range(count)]
    ports: list[int] = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _below() -> list[dict[str, Any]]:
    """All processes below this one: ID, parent's ID, name."""
    import psutil

    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            name = " ".join(process.cmdline()).split(" ")[0]
            found.append({"pid": process.pid, "parent": process.ppid(), "name": os.path.basename(name)})
        except psutil.Error:
            continue  # ended by now
    return found


def _kill_at_once(pid: int) -> None:
    """Kill a process and all below it, those first: they would report that it has ended."""
    import psutil

    raylet = psutil.Process(pid)
    for process in (*raylet.children(recursive=True), raylet):
        try:
            process.kill()
        except psutil.Error:
            pass


def _end_all(deadline: float) -> None:
    """Kill all processes below this one, and reap them."""
    import psutil

    while (left := psutil.Process().children(recursive=True)) and time.monotonic() < deadline:
        for process in left:
            try:
                process.kill()
            except psutil.Error:
                pass
        psutil.wait_procs(left, timeout=1)
        _reap()


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass  # nobody is left


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the cell that waits, and not for the nodes
    Keeper(sys.argv[1], float(sys.argv[2]), int(sys.argv[3])).keep()
