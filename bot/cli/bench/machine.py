"""What a measurement ran on, and how much memory a process holds."""

import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

SHOWN = ("ai-edge-litert", "numpy", "pillow", "python-telegram-bot", "keras")


def machine() -> str:
    """Return one line: processor, cores, system, Python and the versions that matter."""
    versions = ", ".join(f"{name} {_version(name)}" for name in SHOWN)
    return (
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}; {versions}"
    )


def resident(process: int) -> float:
    """Return the memory a process holds now, in MB (of a million bytes)."""
    statm = Path(f"/proc/{process}/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    done = subprocess.run(["ps", "-o", "rss=", "-p", str(process)], capture_output=True, text=True, check=True)  # noqa: S603, S607
    return int(done.stdout) * 1024 / 1e6


def cpu_seconds(process: int) -> float:
    """Return the CPU time that a process has taken since it started, all its threads together, its children without."""
    stat = Path(f"/proc/{process}/stat")
    if stat.exists():
        fields = stat.read_text().rpartition(")")[2].split()  # the name before it may hold spaces
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    done = subprocess.run(["ps", "-o", "time=", "-p", str(process)], capture_output=True, text=True, check=True)  # noqa: S603, S607
    return sum((float(part) * 60.0**at for at, part in enumerate(reversed(done.stdout.strip().split(":")))), 0.0)


def home() -> Path:
    """Return the folder that `python -m bot` is found from."""
    return Path(__file__).parents[3]


def clean_environment(**settings: str) -> dict[str, str]:
    """Return this process's environment for a child, with these CHECKUP_ settings and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHECKUP_")}
    return kept | {"PYTHONPATH": str(home())} | {f"CHECKUP_{name.upper()}": value for name, value in settings.items()}


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        if names:
            return names[0]
    if sys.platform == "darwin":
        done = subprocess.run(
            ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True, check=False
        )
        return done.stdout.strip()
    return platform.processor() or platform.machine()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
