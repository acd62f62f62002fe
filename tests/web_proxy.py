"""A reverse proxy as an operator has one, nginx with TLS, and a certificate that only who is given it trusts."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import install
from processes import until

_CONFIGURATION = """
daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    upstream bots {{ {bots} }}
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {certificate};
        ssl_certificate_key {key};
        location = /telegram {{ proxy_pass http://bots; proxy_read_timeout 5s; }}
    }}
}}
"""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Return a certificate of this machine and its key, both PEM files."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = [install.openssl(), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


@contextlib.asynccontextmanager
async def nginx(folder: Path, *behind: int, certificate: Path, key: Path) -> AsyncIterator[int]:
    """Run nginx before what listens on the ports `behind`, and give the port on which it speaks TLS."""
    port = free_port()
    file = folder / "nginx.conf"
    bots = " ".join(f"server 127.0.0.1:{one} fail_timeout=1s;" for one in behind)
    file.write_text(_CONFIGURATION.format(folder=folder, port=port, bots=bots, certificate=certificate, key=key))
    process = await asyncio.create_subprocess_exec(
        install.nginx(), "-c", str(file), "-e", str(folder / "nginx.log"), "-p", str(folder)
    )
    try:
        await until(lambda: listens(port), "for nginx")
        yield port
    finally:
        process.terminate()
        await process.wait()


def listens(port: int) -> bool:
    """Return whether somebody listens on a port of this machine."""
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0
