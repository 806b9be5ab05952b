"""The machine that all of this is measured on."""

import os
import platform
from pathlib import Path

import psutil


def machine():
    """What it is, in one line."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {release()}, "
        f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    )


def release():
    """The system's version without what its builder has added."""
    return platform.release().partition("-")[0]


def processor():
    """The processor's name: Linux has it in a file, other systems tell Python."""
    file = Path("/proc/cpuinfo")
    lines = file.read_text().splitlines() if file.exists() else []
    names = (line.partition(": ")[2] for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
