"""What tests need beside Python: Chromium, PostgreSQL, PgBouncer, nginx and other programs; found or installed.

`python tests/install.py`, which `make test` runs, installs what is missing: Chromium by Playwright's own download where
that works, and else from Debian's packages, as root or with sudo. The packages of nginx, PgBouncer and Prometheus are only
unpacked, so that no server is started.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

CHROMIUM = (
    "chromium",
    "fonts-dejavu-core",
    "fonts-noto-color-emoji",
    "libatomic1",
)  # Debian's; the last for Playwright
POSTGRES = ("postgresql",)
UNPACKED = Path(sys.prefix) / "unpacked"  # where the packages are that are not installed
NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/checkup.conf")  # read when Debian's package is installed


class Missing(Exception):
    """What is missing, and how to install it, in a line."""


def chromium() -> str:
    """Return the path of a Chromium that starts: the one that CHROMIUM names, one on the PATH, Playwright's. Raises Missing."""
    named = os.environ.get("CHROMIUM")
    for path in [named] if named else _chromiums():
        if _version(path):
            return path
    raise Missing(
        f"Chromium: `sudo apt-get install {' '.join(CHROMIUM)}`, or set CHROMIUM to the path of one that starts"
    )


def postgres() -> Path:
    """Return the folder of a PostgreSQL server's programs, all of one version. Raises Missing."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True
    )
    for folder in folders:
        versions = {_version(folder / program) for program in ("initdb", "postgres", "pg_ctl")}
        if len(versions) == 1 and "" not in versions:
            return folder
    raise Missing(
        f"PostgreSQL's server: `sudo apt-get install {' '.join(POSTGRES)}`, or put initdb's folder on the PATH"
    )


def nginx() -> Path:
    """Return the path of nginx, a web server. Raises Missing."""
    on_path = shutil.which("nginx")
    for path in (*([Path(on_path)] if on_path else []), Path("/usr/sbin/nginx"), UNPACKED / "usr" / "sbin" / "nginx"):
        if _version(path, "-v"):
            return path
    raise Missing("nginx: `sudo apt-get install nginx`, or put one on the PATH")


def pgbouncer() -> Path:
    """Return the path of PgBouncer, which needs `libraries()`. Raises Missing."""
    on_path = shutil.which("pgbouncer")
    unpacked = UNPACKED / "usr" / "sbin" / "pgbouncer"
    for path in (*([Path(on_path)] if on_path else []), Path("/usr/sbin/pgbouncer"), unpacked):
        if _version(path):
            return path
    raise Missing("PgBouncer: `sudo apt-get install pgbouncer`, or put one on the PATH")


def libraries() -> dict[str, str]:
    """Return the environment in which programs find the libraries that are only unpacked."""
    folders = ":".join(str(folder) for folder in sorted((UNPACKED / "usr" / "lib").glob("*-linux-gnu")))
    return {**os.environ, "LD_LIBRARY_PATH": folders}


def promtool() -> Path:
    """Return the path of promtool, which evaluates alert rules of Prometheus. Raises Missing."""
    on_path = shutil.which("promtool")
    for path in (*([Path(on_path)] if on_path else []), UNPACKED / "usr" / "bin" / "promtool"):
        if _version(path):
            return path
    raise Missing("promtool: `sudo apt-get install prometheus`, or put it on the PATH")


def openssl() -> str:
    """Return the path of openssl, which makes certificates. Raises Missing."""
    if found := shutil.which("openssl"):
        return found
    raise Missing("openssl: `sudo apt-get install openssl`, or put one on the PATH")


def systemd_analyze() -> str:
    """Return the path of the program that checks units of systemd. Raises Missing."""
    if found := shutil.which("systemd-analyze"):
        return found
    raise Missing("systemd-analyze: `sudo apt-get install systemd`, or put one on the PATH")


def unshare() -> str:
    """Return the path of unshare, which makes namespaces; nsenter comes with it. Raises Missing."""
    found = shutil.which("unshare")
    if found and shutil.which("nsenter"):
        return found
    raise Missing("unshare and nsenter: `sudo apt-get install util-linux`, or put them on the PATH")


def main() -> None:
    """Install what is missing; end with a line for each thing that could not be."""
    missing = []
    wanted = (
        (chromium, _install_chromium),
        (postgres, _install_postgres),
        (nginx, partial(_unpack, "nginx", "the webhook")),
        (pgbouncer, partial(_unpack, "pgbouncer", "the database", needs="libc-ares2")),
        (promtool, partial(_unpack, "prometheus", "the alert rules")),
        (openssl, partial(_apt_install, "openssl")),
        (systemd_analyze, partial(_apt_install, "systemd")),
        (unshare, partial(_apt_install, "util-linux")),
    )
    for find, install in wanted:
        with contextlib.suppress(Missing):
            find()
            continue
        install()
        try:
            find()
        except Missing as error:
            missing.append(f"Tests need {error}")
    sys.exit("\n".join(missing) or None)


def _chromiums() -> Iterator[str]:
    for name in ("chromium", "google-chrome", "chromium-browser"):
        if found := shutil.which(name):
            yield found
    ask = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    yield subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False).stdout.strip()


def _install_chromium() -> None:
    _say("Installing Chromium for the tests of the chat page")
    _run(sys.executable, "-m", "playwright", "install", "chromium")
    try:
        chromium()
    except Missing:  # it could not be downloaded, or lacks the system's libraries
        _apt_install(*CHROMIUM)


def _install_postgres() -> None:
    _say("Installing PostgreSQL for the tests of the database")
    # Debian's package would make a database cluster of its own, and start it.
    _run(*_sudo(), "mkdir", "-p", str(NO_CLUSTER.parent))
    _run(*_sudo(), "tee", str(NO_CLUSTER), given="create_main_cluster = false\n")
    _apt_install(*POSTGRES)
    _run(*_sudo(), "rm", str(NO_CLUSTER))


def _unpack(package: str, tested: str, *, needs: str = "") -> None:
    _say(f"Unpacking {package} for the tests of {tested}")
    sys.stderr.write(_run(*_APT_GET, "update"))
    with tempfile.TemporaryDirectory() as folder:
        sys.stderr.write(_run("apt-get", "-qq", "download", package, *needs.split(), folder=folder))
        for file in Path(folder).glob("*.deb"):
            sys.stderr.write(_run("dpkg-deb", "--extract", str(file), str(UNPACKED)))


def _apt_install(*packages: str) -> None:
    for command in (("update",), ("install", "--yes", "--no-install-recommends", *packages)):
        sys.stderr.write(_run(*_APT_GET, *command))


def _sudo() -> tuple[str, ...]:
    return () if os.geteuid() == 0 else ("sudo", "--non-interactive")


_APT_GET = (*_sudo(), "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq")


def _run(*command: str, given: str | None = None, folder: str | None = None) -> str:
    """Run a command and return what it says of its failure; nothing where it succeeds, or there is no such command."""
    try:
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=False, cwd=folder)
    except FileNotFoundError:
        return ""
    return done.stderr if done.returncode else ""


def _version(program: str | Path, option: str = "--version") -> str:
    """Return what a program says of its version, its name left out; empty where it cannot be run."""
    try:
        done = subprocess.run([program, option], capture_output=True, text=True, check=False, env=libraries())
    except OSError:
        return ""
    return (done.stdout or done.stderr).partition(" ")[2].strip() if done.returncode == 0 else ""


def _say(line: str) -> None:
    print(f"{line} …", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
