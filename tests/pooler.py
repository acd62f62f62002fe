"""PgBouncer before a PostgreSQL server of the tests."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import install
from processes import until
from web_proxy import free_port, listens

_CONFIGURATION = """
[databases]
* = host=127.0.0.1 port={server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {folder}/users.txt
pool_mode = {mode}
ignore_startup_parameters = extra_float_digits
"""


@contextlib.asynccontextmanager
async def pooled(url: str, folder: Path, *, mode: str) -> AsyncIterator[str]:
    """Run PgBouncer before the server with this URL, and give the URL by which it is asked. Raises install.Missing."""
    there, port = urlsplit(url), free_port()
    (folder / "users.txt").write_text(f'"{there.username}" ""\n')
    file = folder / "pgbouncer.ini"
    file.write_text(_CONFIGURATION.format(folder=folder, server=there.port, port=port, mode=mode))
    as_ordinary_user = ("-u", "nobody") if os.geteuid() == 0 else ()
    process = await asyncio.create_subprocess_exec(
        install.pgbouncer(), "-q", *as_ordinary_user, str(file), env=install.libraries()
    )
    try:
        await until(lambda: listens(port), "for PgBouncer")
        yield there._replace(netloc=f"{there.username}@127.0.0.1:{port}").geturl()
    finally:
        process.terminate()
        await process.wait()
