"""Whether addresses can be used, seen at once: Ray takes half a minute to find that they cannot."""

import re
import socket

_PATIENCE = 5.0  # seconds that a machine has to answer


def check_free(host: str, port: int) -> None:
    """Raise OSError where nothing could listen at this address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    socket.create_server((host, port), family=family).close()


def check_answers(address: str) -> None:
    """Raise ConnectionError where nothing answers at HOST:PORT; other kinds of addresses are not looked at."""
    if found := re.fullmatch(r"([^/:\s]+):(\d{1,5})", address):
        try:
            socket.create_connection((found[1], int(found[2])), timeout=_PATIENCE).close()
        except OSError as error:
            raise ConnectionError(str(error)) from error
