"""The hub's configuration is loaded by the hub's own loader, and says what the class needs; that for TLJH, too."""

import os
import re
import sys

import pytest

from kernels import ROOT

pytest.importorskip("jupyterhub", reason="JupyterHub is not installed: make class installs it")

from jupyterhub.app import JupyterHub
from traitlets.config import Config

from login import ClassAuthenticator
from spawner import ClassSpawner

CONFIG = ROOT / "classroom" / "jupyterhub_config.py"


@pytest.fixture
def load(tmp_path, monkeypatch, capsys):
    """Loads the configuration for a class with these variables; gives the hub, not started, and what was printed."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setenv("CLASS_HOMES", "")
    monkeypatch.setenv("CLASS_FOLDER", str(tmp_path / "class"))

    def load(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        hub = JupyterHub()
        hub.load_config_file(str(CONFIG))
        return hub, capsys.readouterr().out

    return load


def test_it_names_the_classs_own_login_and_queue(load):
    hub, _ = load()

    assert (hub.authenticator_class, hub.spawner_class) == (ClassAuthenticator, ClassSpawner)


def test_the_hub_turns_nobody_away(load):
    hub, _ = load()

    assert (hub.concurrent_spawn_limit, hub.active_server_limit) == (0, 0)
    assert hub.config.Spawner.consecutive_failure_limit == 0


def test_the_passwords_are_long_enough_and_printed(load):
    hub, printed = load()
    login = ClassAuthenticator(config=hub.config)

    assert login.user_password in printed
    assert login.admin_password in printed
    assert (login.admin_users, login.allow_all) == ({"teacher"}, True)


def test_passwords_are_new_at_each_start(load):
    passwords = {load()[0].config.ClassAuthenticator.user_password for _ in range(5)}

    assert len(passwords) == 5


def test_a_password_of_ones_own_is_taken_and_stands_on_the_projectors_page(load, tmp_path):
    hub, _ = load(CLASS_PASSWORD="one-of-my-own")

    assert hub.config.ClassAuthenticator.user_password == "one-of-my-own"
    assert "one-of-my-own" in (tmp_path / "class" / "projector.html").read_text()


def test_what_the_hub_knows_is_for_nobody_else(load, tmp_path):
    load()

    assert os.stat(tmp_path / "class").st_mode & 0o077 == 0


def test_every_server_is_told_the_largest_block(load):
    hub, _ = load()

    assert hub.config.Spawner.environment == {"SHMLESSON_LARGEST_BLOCK": "64MiB"}


def test_a_server_that_nobody_uses_is_ended(load):
    hub, _ = load()
    (culler,) = (service for service in hub.services if service["name"] == "idle-culler")

    assert "--timeout=3600" in culler["command"]
    assert "delete:servers" in hub.load_roles[0]["scopes"]


def test_the_address_gives_three_ports_in_a_row(load):
    hub, _ = load(CLASS_ADDRESS="http://127.0.0.1:9000")

    assert (hub.bind_url, hub.hub_port) == ("http://127.0.0.1:9000", 9002)
    assert hub.config.ConfigurableHTTPProxy.api_url == "http://127.0.0.1:9001"


def test_the_configuration_for_a_rented_server_can_be_loaded():
    page = (ROOT / "docs" / "classroom.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"shmlesson\.py <<'EOF'\n(.*?)EOF\n", page, re.DOTALL)
    config = Config()

    exec(text, {"c": config})

    assert config.Spawner.environment["SHMLESSON_LARGEST_BLOCK"] == "64MiB"
    assert ClassSpawner(config=config).start_timeout == 600
