"""What a measurement was made on: processor, cores, versions; and what this process has spent."""

import os
import platform
import resource
from importlib.metadata import version
from pathlib import Path

import scheduler


def processor() -> str:
    """Model and number of cores that this process may use."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{model}, {cores} cores"


def versions() -> str:
    """Versions of everything that decides a plan."""
    return f"slotwright {scheduler.__version__}, ortools {version('ortools')}, Python {platform.python_version()}"


def peak_megabytes() -> int:
    """The most memory this process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if platform.system() == "Darwin" else 1024))
