"""Frames between two processes: facts as JSON, and arrays as their bytes. Nothing is unpickled."""

import json
import math
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

_LENGTHS = struct.Struct(">IQ")  # of the head and of all arrays, in bytes
_MOST_HEAD, _MOST_BYTES = 2**20, 2**28
_TYPES = ("float32", "uint8")


class BrokenFrame(Exception):
    """What came is no frame: the other side has gone, or writes what it should not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """`facts` are anything that JSON can hold; `arrays` are float32 or uint8."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    arrays: Sequence[np.ndarray] = ()


def send(connection: socket.socket, frame: Frame, *, until: float | None = None) -> None:
    """Send a frame by the moment `until` of the monotonic clock. Raises TimeoutError, OSError where nobody is there."""
    connection.settimeout(_left(until))
    connection.sendall(packed(frame))


def receive(connection: socket.socket, *, until: float | None = None) -> Frame:
    """Return the next frame, received by the moment `until`. Raises TimeoutError, BrokenFrame, OSError."""
    head_length, body_length = _lengths(_exactly(connection, _LENGTHS.size, until))
    return _frame(_exactly(connection, head_length, until), _exactly(connection, body_length, until))


def packed(frame: Frame) -> bytes:
    """Return a frame as it is sent: two lengths, the head in JSON, the arrays' bytes one after another."""
    about = [{"type": str(array.dtype), "shape": array.shape} for array in frame.arrays]
    head = json.dumps({"facts": frame.facts, "arrays": about}).encode()
    body = b"".join(np.ascontiguousarray(array).tobytes() for array in frame.arrays)
    return _LENGTHS.pack(len(head), len(body)) + head + body


def unpacked(data: bytes) -> Frame:
    """Return the frame that these bytes are, neither more nor less. Raises BrokenFrame."""
    if len(data) < _LENGTHS.size:
        raise BrokenFrame("too short")
    head_length, body_length = _lengths(data[: _LENGTHS.size])
    if len(data) != _LENGTHS.size + head_length + body_length:
        raise BrokenFrame("of another length than it says")
    head_end = _LENGTHS.size + head_length
    return _frame(data[_LENGTHS.size : head_end], data[head_end:])


def _lengths(data: bytes) -> tuple[int, int]:
    head, body = _LENGTHS.unpack(data)
    if head > _MOST_HEAD or body > _MOST_BYTES:
        raise BrokenFrame("too long")
    return head, body


def _frame(head: bytes, body: bytes) -> Frame:
    try:
        content = json.loads(head)
        return Frame(facts=dict(content["facts"]), arrays=_arrays(content["arrays"], body))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise BrokenFrame("not understood") from error


def _arrays(about: list[dict[str, Any]], body: bytes) -> list[np.ndarray]:
    arrays, start = [], 0
    for one in about:
        if one["type"] not in _TYPES:
            raise ValueError(one["type"])
        shape, kind = [int(side) for side in one["shape"]], np.dtype(one["type"])
        if min(shape, default=0) < 0:
            raise ValueError(shape)
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
            raise BrokenFrame("it has gone")
        read += some
    return bytes(read)


def _left(until: float | None) -> float | None:
    """Return the seconds left, never 0, which would mean not to wait at all."""
    return None if until is None else max(1e-3, until - time.monotonic())
