"""A class of thirty on one machine: one password, one server for each learner, a few starting at a time.

``make class`` starts it on this machine, for this machine; docs/classroom.md says how it is done for a room, and on a
rented machine. What may differ from class to class comes from the environment:

CLASS_PASSWORD    what the room types, 8 characters or more; made anew for each start, and printed, unless it is set
TEACHER_PASSWORD  what the teacher types, 32 characters or more; the same
CLASS_ADDRESS     where it listens; http://127.0.0.1:8000 unless it is set
CLASS_FOLDER      where the hub keeps what it knows; the learners' folders, too, where they have no users of their own
"""

# ruff: noqa: F821 (the hub gives this file its c)
from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from jupyterhub.services.service import Service  # noqa: E402
from jupyterhub.utils import random_port  # noqa: E402

from accounts import not_apart  # noqa: E402
from address import ports, shown  # noqa: E402
from login import ClassAuthenticator  # noqa: E402
from projector import page  # noqa: E402
from shmlesson.command.working_copy import FIRST  # noqa: E402
from spawner import ClassSpawner, command  # noqa: E402

IDLE = 3600  # seconds after which a server that nobody uses is ended
LARGEST_BLOCK = "64MiB"
WORDS = ("page", "fork", "block", "child", "parent", "pipe", "lock", "reap", "mmap", "byte", "zero", "shared")


def password() -> str:
    """Three words and a number, which can be read from the projector and typed."""
    return "-".join(secrets.choice(WORDS) for _ in range(3)) + f"-{secrets.randbelow(9000) + 1000}"


FOLDER = Path(os.environ.get("CLASS_FOLDER", "class")).resolve()
FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
os.environ["CLASS_HOMES"] = str(FOLDER / "learners")

FOR_THE_ROOM = os.environ.get("CLASS_PASSWORD") or password()
FOR_THE_TEACHER = os.environ.get("TEACHER_PASSWORD") or secrets.token_urlsafe(24)
LISTENS = os.environ.get("CLASS_ADDRESS", "http://127.0.0.1:8000")
ADDRESS = shown(LISTENS)
PROXY_PORT, HUB_PORT = ports(LISTENS)
VOTES = f"http://127.0.0.1:{random_port()}"

c.JupyterHub.bind_url = LISTENS
c.JupyterHub.hub_port = HUB_PORT
c.JupyterHub.cookie_secret_file = str(FOLDER / "cookie_secret")
c.JupyterHub.db_url = f"sqlite:///{FOLDER / 'hub.sqlite'}"
c.JupyterHub.cleanup_servers = True
c.JupyterHub.log_level = "WARN"
c.JupyterHub.template_vars = {"announcement_login": "Any name will do. The password is on the projector."}
c.ConfigurableHTTPProxy.pid_file = str(FOLDER / "proxy.pid")
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{PROXY_PORT}"
c.ConfigurableHTTPProxy.command = [sys.executable, str(HERE / "proxy.py")]

# One password for the room, and any name: nobody needs an account, and no name need be true.
c.JupyterHub.authenticator_class = ClassAuthenticator
c.ClassAuthenticator.address = ADDRESS
c.ClassAuthenticator.user_password = FOR_THE_ROOM
c.ClassAuthenticator.admin_password = FOR_THE_TEACHER
c.Authenticator.admin_users = {"teacher"}
c.Authenticator.allow_all = True

# The spawner has a queue of its own, so the hub need not turn anybody away; its limits are those of the whole wait,
# and everybody who waits is sent to the page that says their place at once.
c.JupyterHub.spawner_class = ClassSpawner
c.JupyterHub.concurrent_spawn_limit = 0
c.JupyterHub.active_server_limit = 0
c.JupyterHub.tornado_settings = {"slow_spawn_timeout": 0, "slow_stop_timeout": 60}
c.Spawner.cmd = command()
c.Spawner.default_url = f"/lab/tree/{FIRST}"  # the hub passes this on; an option of JupyterLab's it would override
c.Spawner.args = ["--log-level=ERROR"]
c.Spawner.start_timeout = 900
c.Spawner.http_timeout = 120
c.Spawner.consecutive_failure_limit = 0
c.Spawner.environment = {"SHMLESSON_LARGEST_BLOCK": LARGEST_BLOCK, "SHMLESSON_VOTES": f"{VOTES}/services/votes/"}
# What a learner's notebooks may do at the hub: say that somebody is there, and vote.
c.Spawner.server_token_scopes = ["users:activity!user", "access:servers!server", "access:services!service=votes"]
c.LocalProcessSpawner.interrupt_timeout = 10
c.LocalProcessSpawner.term_timeout = 5

c.JupyterHub.load_groups = {"teachers": {"users": ["teacher"]}}
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    },
    {"name": "user", "scopes": ["self", "access:services!service=votes"]},
    {"name": "votes", "scopes": ["list:users", "read:users:groups"], "services": ["votes"]},  # how many are there
]
c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={IDLE}", "--cull-every=60"],
    },
    {
        "name": "votes",
        "url": VOTES,
        "command": [sys.executable, "-m", "votes"],
        "cwd": str(HERE),
        "environment": {"VOTES_FILE": str(FOLDER / "votes.sqlite")},
        "oauth_no_confirm": True,
        # Seconds for its start, without which the hub would end; JupyterHub 5 cannot be told.
        **({"timeout": 120} if hasattr(Service, "timeout") else {}),
    },
]

PROJECTOR = FOLDER / "projector.html"
PROJECTOR.write_text(page(ADDRESS, FOR_THE_ROOM), encoding="utf-8")

print(f"The class is at {ADDRESS}", flush=True)
print(f"For the room: any name, and the password  {FOR_THE_ROOM}", flush=True)
print(f"For you: the name  teacher, and the password  {FOR_THE_TEACHER}", flush=True)
print(f"For the projector: {ADDRESS}/hub/projector, or the file {PROJECTOR}", flush=True)
print(f"For votes: {ADDRESS}/services/votes/", flush=True)
if not_apart():
    print(f"Note: {not_apart()}", flush=True)
