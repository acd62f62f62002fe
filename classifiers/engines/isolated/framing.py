"""Messages between the bot and an engine's process: a few words as JSON, and arrays as their bytes. Nothing is unpickled."""

import json
import math
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

_LENGTHS = struct.Struct(">IQ")  # of the words and of all arrays, in bytes
_MOST_WORDS, _MOST_BYTES = 2**20, 2**28
_TYPES = ("float32", "uint8")


class BrokenMessage(Exception):
    """What came is no message: the other side has gone, or writes what it should not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`words` are anything JSON can hold; `arrays` are float32 or uint8."""

    words: Mapping[str, Any] = field(default_factory=dict)
    arrays: Sequence[np.ndarray] = ()


def send(connection: socket.socket, message: Message, *, until: float | None = None) -> None:
    """Send a message by the moment `until` of the monotonic clock. Raises TimeoutError, OSError where nobody is there."""
    about = [{"type": str(array.dtype), "shape": array.shape} for array in message.arrays]
    words = json.dumps({"words": message.words, "arrays": about}).encode()
    body = b"".join(np.ascontiguousarray(array).tobytes() for array in message.arrays)
    connection.settimeout(_left(until))
    connection.sendall(_LENGTHS.pack(len(words), len(body)) + words + body)


def receive(connection: socket.socket, *, until: float | None = None) -> Message:
    """Return the next message, there by the moment `until`. Raises TimeoutError, BrokenMessage, OSError."""
    words_length, body_length = _LENGTHS.unpack(_exactly(connection, _LENGTHS.size, until))
    if words_length > _MOST_WORDS or body_length > _MOST_BYTES:
        raise BrokenMessage("too long")
    words, body = _exactly(connection, words_length, until), _exactly(connection, body_length, until)
    try:
        head = json.loads(words)
        return Message(words=dict(head["words"]), arrays=_arrays(head["arrays"], body))
    except (ValueError, TypeError, KeyError) as error:
        raise BrokenMessage("not understood") from error


def _arrays(about: list[dict[str, Any]], body: bytes) -> list[np.ndarray]:
    arrays, start = [], 0
    for one in about:
        if one["type"] not in _TYPES:
            raise ValueError(one["type"])
        shape, kind = [int(side) for side in one["shape"]], np.dtype(one["type"])
        count = math.prod(shape)
        arrays.append(np.frombuffer(body, dtype=kind, count=count, offset=start).reshape(shape))
        start += count * kind.itemsize
    return arrays


def _exactly(connection: socket.socket, length: int, until: float | None) -> bytes:
    read = bytearray()
    while len(read) < length:
        connection.settimeout(_left(until))
        some = connection.recv(min(length - len(read), 2**20))
        if not some:
            raise BrokenMessage("it has gone")
        read += some
    return bytes(read)


def _left(until: float | None) -> float | None:
    """Return the seconds left, never 0, which would mean not to wait at all."""
    return None if until is None else max(1e-3, until - time.monotonic())
