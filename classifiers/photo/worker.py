"""The process in which costly files are decoded: reads a file's bytes, sends its pixels or why it is refused."""

import contextlib
import socket
from typing import Any

import numpy as np

from classifiers.errors import DamagedImage, Refusal
from classifiers.isolated.framing import BrokenFrame, Frame, receive, send
from classifiers.isolated.limits import limit_memory, limit_time, own_connection
from classifiers.photo.decode import decode
from classifiers.photo.header import read_header


def main() -> None:
    """Serve until the parent has gone."""
    connection = own_connection()
    limit_memory(int(receive(connection).facts["memory"]))
    send(connection, Frame())
    with contextlib.suppress(BrokenFrame, OSError):  # the parent has gone
        _serve(connection)


def _serve(connection: socket.socket) -> None:
    while True:
        case = receive(connection)
        limit_time(float(case.facts["seconds"]))
        send(connection, _decoded(case.arrays[0].tobytes(), int(case.facts["least"])))


def _decoded(data: bytes, least: int) -> Frame:
    header = read_header(data)
    try:
        if header is None:
            raise DamagedImage
        photo = decode(data, header, least=least)
    except Refusal as error:
        facts: dict[str, Any] = dict(error.facts)
        return Frame(facts={"refused": type(error).__name__, "facts": facts})
    return Frame(facts={"width": photo.width, "height": photo.height}, arrays=[np.asarray(photo.image)])


if __name__ == "__main__":
    main()
