"""A PostgreSQL server of our own: its data in a temporary folder, on a free port that only this machine can reach."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import install

# Waits until its input ends, as it does when the tests have ended or were killed, and takes the server away.
_TAKE_AWAY = 'read -r _; "$0" stop --mode=immediate --pgdata="$1/data" >/dev/null; rm -rf "$1"'


@contextlib.contextmanager
def postgres_server() -> Iterator[str]:
    """Run a server and give its URL, without a database's name. Raises install.Missing."""
    with restartable_postgres() as (url, _):
        yield url


@contextlib.contextmanager
def restartable_postgres() -> Iterator[tuple[str, Callable[[], None]]]:
    """Run a server and give its URL and what restarts it, as after a crash. Raises install.Missing.

    It waits for no disk, since its data need not outlive it, and asks nobody for a password.
    """
    programs, runs_as = install.postgres(), _ordinary_user()
    folder = Path(tempfile.mkdtemp(prefix="checkup-postgres-"))
    if runs_as:
        shutil.chown(folder, runs_as["user"], runs_as["group"])

    def run(program: str, *arguments: str) -> None:
        command = [programs / program, f"--pgdata={folder / 'data'}", *arguments]
        subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True, **runs_as)

    take_away = ["sh", "-c", _TAKE_AWAY, programs / "pg_ctl", folder]
    with subprocess.Popen(take_away, cwd="/", stdin=subprocess.PIPE, start_new_session=True, **runs_as):
        port = _free_port()
        options = f"-F -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        run("initdb", "--username=checkup", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        run("pg_ctl", "start", "--wait", f"--log={folder / 'log'}", f"--options={options}")
        log = f"--log={folder / 'log'}"
        yield (
            f"postgresql://checkup@127.0.0.1:{port}",
            lambda: run("pg_ctl", "restart", "--wait", "--mode=immediate", log),
        )


def _ordinary_user() -> dict[str, Any]:
    """Return as whom to run the server, which refuses to run as root; nothing where we are somebody else."""
    if os.geteuid() != 0:
        return {}
    users = {user.pw_name: user for user in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
