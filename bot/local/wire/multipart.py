"""A multipart body: a large one read part by part as it comes, never held as a whole."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import AsyncIterator, Iterator
from functools import lru_cache
from urllib.parse import unquote

from aiohttp import StreamReader

CHUNK = 2**16
HEAD_BYTES = 2**14
_PARAMETER = re.compile(r""";\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))""")


class MultipartError(ValueError):
    """A body that is not a multipart body of its boundary."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class PartHead:
    """What a part says about itself; `filename` is None for a plain field."""

    name: str
    filename: str | None
    mime: str


class Multipart:
    """Reads a stream: `head` goes to the next part, `chunks` gives its content. Both raise MultipartError."""

    def __init__(self, stream: StreamReader, boundary: str) -> None:
        self._stream = stream
        self._mark = b"\r\n--" + boundary.encode()
        self._buffer = bytearray(b"\r\n")  # so that the first boundary looks like all the others

    async def head(self) -> PartHead | None:
        """Return the head of the next part, None after the last one."""
        async for _ in self.chunks():
            pass
        del self._buffer[: len(self._mark)]
        await self._fill(2)
        if self._buffer.startswith(b"--"):
            return None
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            if len(self._buffer) > HEAD_BYTES:
                raise MultipartError("a part's head is too long")
            await self._fill(len(self._buffer) + 1)
        found = _head(bytes(self._buffer[:end]))
        del self._buffer[: end + 4]
        return found

    async def chunks(self) -> AsyncIterator[bytes]:
        """Give the content of the part, or what is left of it, in pieces."""
        while (end := self._buffer.find(self._mark)) < 0:
            sure = len(self._buffer) - len(self._mark) + 1
            if sure >= CHUNK:
                yield bytes(self._buffer[:sure])
                del self._buffer[:sure]
            await self._fill(len(self._buffer) + 1)
        if end:
            yield bytes(self._buffer[:end])
            del self._buffer[:end]

    async def _fill(self, least: int) -> None:
        while len(self._buffer) < least:
            more = await self._stream.readany()
            if not more:
                raise MultipartError("the body ends in the middle of a part")
            self._buffer += more


def parts(body: bytes, boundary: str) -> Iterator[tuple[PartHead, bytes]]:
    """Give heads and contents of a body that is here as a whole: for many small fields in half the time. Raises MultipartError."""
    mark = f"\r\n--{boundary}".encode()
    end = -2 if body.startswith(mark[2:]) else body.find(mark)  # as if a line had ended before
    if end == -1:
        raise MultipartError("a multipart body without its boundary")
    while not body.startswith(b"--", at := end + len(mark)):
        middle = body.find(b"\r\n\r\n", at, at + HEAD_BYTES)
        end = body.find(mark, middle + 4)
        if middle < 0 or end < 0:
            raise MultipartError("the body ends in the middle of a part, or a part's head is too long")
        yield _head(body[at:middle]), body[middle + 4 : end]


def boundary(content_type: str) -> str:
    """Return the boundary that a Content-Type names. Raises MultipartError where it names none."""
    found = re.search(r'(?i);\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))', content_type)
    if not found:
        raise MultipartError("a multipart body without a boundary")
    return found[1] or found[2]


@lru_cache(1024)  # a program writes the same heads again and again
def _head(lines: bytes) -> PartHead:
    fields: dict[str, str] = {}
    for line in lines.decode("utf-8", "replace").strip().split("\r\n"):
        field, _, value = line.partition(":")
        fields[field.strip().lower()] = value.strip()
    parameters = {
        key.lower(): quoted or bare for key, quoted, bare in _PARAMETER.findall(fields.get("content-disposition", ""))
    }
    filename = parameters.get("filename")
    if "filename*" in parameters:  # RFC 5987: charset'language'percent-encoded
        filename = parameters["filename*"].rpartition("'")[2]
    name = unquote(parameters.get("name", ""))
    mime = fields.get("content-type", "").partition(";")[0].strip().lower()
    return PartHead(name=name, filename=None if filename is None else unquote(filename), mime=mime)
