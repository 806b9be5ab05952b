"""A server of JupyterLab and Notebook 7 for tests: a home, settings, token and port of its own; kernels end with it."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import psutil

import left_behind

START = 60  # seconds that the server may take until it answers
END = 15  # seconds that it may take to end its kernels and itself
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "apputils-extension/themes": {"theme": "JupyterLab Light"},
    # Else only the cells in sight are in the page.
    "notebook-extension/tracker": {"windowingMode": "none"},
}
# Else each page that is loaded has the server ask Node whether JupyterLab should be built anew: seconds of a processor.
PAGE = {"buildAvailable": False, "buildCheck": False}


class Lab:
    """JupyterLab and Notebook 7 on the notebooks in ``folder``, with all that they keep in ``home``; for a ``with``."""

    def __init__(self, folder, home):
        self.folder, self.home = folder, home
        self.token = secrets.token_hex(16)
        self.port = _free_port()
        self.log = home / "server.log"
        self.tabs = []  # loaded, with no notebook open, for whoever opens the next one

    def __enter__(self):
        self._write_settings()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self._command(), env=self._environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_):
        self.end()

    def address_of(self, notebook):
        """The address under which a browser opens the notebook, in a workspace as good as new."""
        return f"{self._root}/lab/tree/{notebook}?token={self.token}&reset"

    def address_in_notebook_7_of(self, notebook):
        """The address under which a browser opens the notebook in Notebook 7, which the same server has."""
        return f"{self._root}/notebooks/{notebook}?token={self.token}"

    def end_kernels_of(self, notebook):
        """End the notebook's kernel, if it has one; the server answers only when it has gone.

        While it restarts a kernel the server cannot end it: it answers with code 500, and has to be asked again.
        """
        deadline = time.monotonic() + START
        while sessions := self.sessions_of(notebook):
            try:
                self._ask(f"api/sessions/{sessions[0]['id']}", "DELETE")
            except urllib.error.HTTPError as error:
                error.close()
                if error.code != 500 or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def restart_kernels_of(self, notebook):
        """Restart the notebook's kernel; the server answers only when the new one is there."""
        for session in self.sessions_of(notebook):
            self._ask(f"api/kernels/{session['kernel']['id']}/restart", "POST")

    def sessions_of(self, notebook):
        """What the server says of the notebook's kernel: a list of one, or of none."""
        return [session for session in self._ask("api/sessions") if session["path"] == notebook]

    def forked(self):
        """The IDs of the fork servers of its kernels, and of all that these have forked, wherever they are by now."""
        home = str(self.home)
        running = [process for process in psutil.process_iter(["environ", "cmdline"]) if process.info["cmdline"]]
        ours = [process for process in running if (process.info["environ"] or {}).get("HOME") == home]
        return {process.pid for process in ours if "forkserver" in " ".join(process.info["cmdline"])}

    def end(self):
        """End the server; kill what of it has not ended after ``END`` seconds."""
        family = psutil.Process(self.process.pid).children(recursive=True) if self.process.poll() is None else []
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(END)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        _, alive = psutil.wait_procs(family, timeout=END)
        for process in alive:
            process.kill()

    @property
    def _root(self):
        return f"http://127.0.0.1:{self.port}"

    def _ask(self, path, method="GET"):
        request = urllib.request.Request(
            f"{self._root}/{path}", method=method, headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or "null")

    def _wait_until_it_answers(self):
        deadline = time.monotonic() + START
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                self._ask("api/status")
                return
            except OSError:
                time.sleep(0.1)
        how = "ended" if self.process.poll() is not None else f"did not answer within {START} s"
        raise RuntimeError(f"JupyterLab {how}; its log:\n{self.log.read_text()[-3000:]}")

    def _write_settings(self):
        files = {f"settings/@jupyterlab/{name}.jupyterlab-settings": values for name, values in SETTINGS.items()}
        for name, values in (files | {"config/labconfig/page_config.json": PAGE}).items():
            path = self.home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values))

    def _environment(self):
        """This process's own, but for everything that would lead to the user's home, or tell who started it."""
        theirs = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON"))}
        theirs.pop(left_behind.MARK, None)  # it lives longer than one test
        folders = {
            "HOME": "",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTER_CONFIG_DIR": "config",
        }
        return theirs | {name: str(self.home / folder) for name, folder in folders.items()}

    def _command(self):
        return [
            *(sys.executable, "-m", "jupyterlab", "--no-browser"),
            *(["--allow-root"] if os.geteuid() == 0 else []),
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.folder}",
            f"--IdentityProvider.token={self.token}",
            "--expose-app-in-browser",
            "--JupyterNotebookApp.expose_app_in_browser=True",
            "--LabApp.news_url=",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            "--LabApp.extension_manager=readonly",
        ]


def _free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
