"""A class of thirty on one machine: one password, one server for each learner, a few starting at a time.

``make class`` starts it on this machine, for this machine; docs/classroom.md says how it is done on a rented one. What
may differ from class to class comes from the environment:

CLASS_PASSWORD    what the room types; made anew for each start, and printed, unless it is set
TEACHER_PASSWORD  what the teacher types, 32 characters or more; the same
CLASS_ADDRESS     where it listens; http://127.0.0.1:8000 unless it is set
CLASS_FOLDER      where the hub keeps what it knows, and, unless it runs as root, the learners' folders
"""

# ruff: noqa: F821 (the hub gives this file its c)
from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from spawner import ClassSpawner, command, make_user, may_make_users  # noqa: E402

IDLE = 3600  # seconds after which a server that nobody uses is ended
LARGEST_BLOCK = "64MiB"
WORDS = ("page", "fork", "block", "child", "parent", "pipe", "lock", "reap", "mmap", "byte", "zero", "shared")


def password() -> str:
    """Four words that can be read from the projector and typed."""
    return "-".join(secrets.choice(WORDS) for _ in range(3)) + f"-{secrets.randbelow(90) + 10}"


FOLDER = Path(os.environ.get("CLASS_FOLDER", "class")).resolve()
FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
os.environ["SHMLESSON_CLASS"] = str(FOLDER / "learners")

FOR_THE_ROOM = os.environ.get("CLASS_PASSWORD") or password()
FOR_THE_TEACHER = os.environ.get("TEACHER_PASSWORD") or secrets.token_urlsafe(24)
ADDRESS = os.environ.get("CLASS_ADDRESS", "http://127.0.0.1:8000")

c.JupyterHub.bind_url = ADDRESS
c.JupyterHub.cookie_secret_file = str(FOLDER / "cookie_secret")
c.JupyterHub.db_url = f"sqlite:///{FOLDER / 'hub.sqlite'}"
c.JupyterHub.cleanup_servers = True
c.ConfigurableHTTPProxy.pid_file = str(FOLDER / "proxy.pid")
c.ConfigurableHTTPProxy.command = [str(Path(sys.executable).with_name("configurable-http-proxy"))]

# One password for the room, and any name: nobody needs an account, and no name need be true.
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = FOR_THE_ROOM
c.SharedPasswordAuthenticator.admin_password = FOR_THE_TEACHER
c.Authenticator.admin_users = {"teacher"}
c.Authenticator.allow_all = True
c.Authenticator.username_pattern = r"[a-z][a-z0-9-]{0,15}"

# The spawner has a queue of its own, so the hub need not turn anybody away; its limits are those of the whole wait.
c.JupyterHub.spawner_class = ClassSpawner
c.JupyterHub.concurrent_spawn_limit = 0
c.JupyterHub.active_server_limit = 0
c.Spawner.cmd = command()
c.Spawner.start_timeout = 900
c.Spawner.http_timeout = 120
c.Spawner.consecutive_failure_limit = 0
c.Spawner.environment = {"SHMLESSON_LARGEST_BLOCK": LARGEST_BLOCK}

if may_make_users():
    c.Spawner.pre_spawn_hook = lambda spawner: make_user(spawner.user.name)

c.JupyterHub.load_groups = {"teachers": {"users": ["teacher"]}}
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    }
]
c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={IDLE}", "--cull-every=60"],
    }
]

print(f"The class is at {ADDRESS}. For the room: any name, and the password  {FOR_THE_ROOM}", flush=True)
print(f"For you: the name  teacher, and the password  {FOR_THE_TEACHER}", flush=True)
