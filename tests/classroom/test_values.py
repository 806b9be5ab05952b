"""values.yaml asks Kubernetes for the pod that a learner needs: loaded into the classes that make it."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from kernels import ROOT

pytest.importorskip("kubespawner", reason="jupyterhub-kubespawner is not installed: it is for this test alone")

import kubespawner.spawner
from kubespawner import KubeSpawner
from traitlets.config import Config

MIB = 1 << 20
# What the chart's own configuration does with the values that stand in ours: path in values.yaml, trait of KubeSpawner.
TRAITS = {
    ("cmd",): "cmd",
    ("defaultUrl",): "default_url",
    ("startTimeout",): "start_timeout",
    ("memory", "guarantee"): "mem_guarantee",
    ("memory", "limit"): "mem_limit",
    ("cpu", "guarantee"): "cpu_guarantee",
    ("cpu", "limit"): "cpu_limit",
    ("extraEnv",): "environment",
    ("storage", "capacity"): "storage_capacity",
    ("storage", "extraVolumes"): "volumes",
    ("storage", "extraVolumeMounts"): "volume_mounts",
}


@pytest.fixture(scope="module")
def values():
    """The file, read."""
    return yaml.safe_load((ROOT / "classroom" / "values.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pod(values):
    """The pod that a learner's server would be."""
    asked = values["singleuser"]
    config = Config()
    config.KubeSpawner.image = f"{asked['image']['name']}:{asked['image']['tag']}"
    for path, trait in TRAITS.items():
        value = asked
        for key in path:
            value = value[key]
        config.KubeSpawner[trait] = value
    with pytest.MonkeyPatch.context() as patch:
        for name in ("load_config", "shared_client"):  # there is no cluster, and none is asked
            patch.setattr(kubespawner.spawner, name, lambda *_, **__: None)
        spawner = KubeSpawner(config=config, _mock=True)
        return asyncio.run(spawner.get_pod_manifest()).to_dict()


def test_every_value_for_a_learner_is_one_that_is_tried_here(values):
    def paths(value, above=()):
        for key, inner in value.items():
            path = (*above, key)
            if path in TRAITS or not isinstance(inner, dict):
                yield path
            else:
                yield from paths(inner, path)

    assert {*paths(values["singleuser"])} == {*TRAITS, ("image", "name"), ("image", "tag")}


def test_a_learners_pod_has_the_limits_and_the_room_it_needs(pod):
    (container,) = pod["spec"]["containers"]

    assert container["image"] == "quay.io/you/shmlesson:1"
    assert container["resources"]["requests"] == {"cpu": 0.05, "memory": 320 * MIB}
    assert container["resources"]["limits"] == {"cpu": 1, "memory": 1024 * MIB}
    assert [(mount["name"], mount["mount_path"]) for mount in container["volume_mounts"]] == [("shm", "/dev/shm")]
    (in_memory,) = (volume["empty_dir"] for volume in pod["spec"]["volumes"])
    assert in_memory == {"medium": "Memory", "sizeLimit": "256Mi"}


def test_a_learners_server_knows_the_classs_limits(pod):
    environment = {each["name"]: each.get("value") for each in pod["spec"]["containers"][0]["env"]}

    assert environment["SHMLESSON_LARGEST_BLOCK"] == "64MiB"


def test_a_learners_server_begins_with_a_working_copy(pod, tmp_path):
    """The very command of the pod, in front of a server that only says its arguments."""
    server = tmp_path / "jupyterhub-singleuser"
    server.write_text('#!/bin/sh\necho "$@"\n')
    server.chmod(0o755)
    command = [*pod["spec"]["containers"][0]["args"], "--port=8888"]

    environment = {"PATH": f"{tmp_path}:{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(tmp_path)}
    said = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60)

    assert (said.stdout, said.stderr) == ("--port=8888\n", "")
    assert (tmp_path / "shmlesson-notebooks" / "00_start_here.ipynb").exists()
