"""A real kernel, as heavy as one likes, that runs what it is given and answers in JSON."""

import contextlib
import json
import os
import tempfile

from jupyter_client.manager import KernelManager
from scripts import FOLDER

TIMEOUT = 600  # seconds for one piece of code
BALLAST = """
import sys, psutil
sys.path.insert(0, {here!r})
ballast = bytearray(max(0, {target} - psutil.Process().memory_info().rss))
ballast[::4096] = b"x" * len(range(0, len(ballast), 4096))  # memory counts once it has been touched
"""


class Kernel:
    """A running kernel; ``ask`` it for the value of an expression."""

    def __init__(self, client):
        self._client = client

    def run(self, source):
        """Run ``source``; what it printed. Raises ``RuntimeError`` if it failed."""
        printed = []
        reply = self._client.execute_interactive(
            source, store_history=False, timeout=TIMEOUT, output_hook=lambda message: printed.append(_text(message))
        )
        if reply["content"]["status"] != "ok":
            raise RuntimeError("\n".join(reply["content"]["traceback"]))
        return "".join(printed)

    def ask(self, expression, module):
        """The value of ``expression``, in which ``module`` is imported."""
        return json.loads(self.run(f"import json, {module}\nprint(json.dumps({expression}))"))


def _text(message):
    return message["content"].get("text", "")


@contextlib.contextmanager
def kernel_of(target=0):
    """A new kernel, brought to ``target`` bytes of memory if it needs less by itself."""
    with tempfile.TemporaryDirectory() as home:
        manager = KernelManager(kernel_name="python3", connection_file=os.path.join(home, "kernel.json"))
        manager.start_kernel(extra_arguments=["--log-level=ERROR"], env={**os.environ, "IPYTHONDIR": home})
        client = manager.client()
        client.start_channels()
        try:
            client.wait_for_ready(TIMEOUT)
            kernel = Kernel(client)
            kernel.run(BALLAST.format(here=str(FOLDER), target=target))
            yield kernel
        finally:
            client.stop_channels()
            manager.shutdown_kernel()
