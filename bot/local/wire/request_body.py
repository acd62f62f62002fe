"""An HTTP request becomes fields and files; large files go to disk as they come."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path, PurePath
from typing import Any, BinaryIO

import aiohttp
from aiohttp import web

from bot.local.state.files import FileStore
from bot.local.state.records import Upload
from bot.local.state.small_files import SMALL
from bot.local.wire.multipart import CHUNK, Multipart, PartHead, boundary, parts

FIELD_BYTES = 2**20
_UNREADABLE = (
    *(ValueError, LookupError, ConnectionResetError),  # LookupError: a charset that there is not
    *(aiohttp.ClientError, web.RequestPayloadError, web.HTTPRequestEntityTooLarge),
)


class TooLargeError(Exception):
    """A request with more bytes than the server takes."""


class UnreadableError(Exception):
    """A body that is not what its content type says."""


@dataclasses.dataclass(slots=True)
class Received:
    """What came: query and body in one, and the files in their order."""

    fields: dict[str, Any] = dataclasses.field(default_factory=dict)
    files: list[tuple[str, Upload]] = dataclasses.field(default_factory=list)


@contextlib.asynccontextmanager
async def received(request: web.Request, store: FileStore, limit: int) -> AsyncIterator[Received]:
    """Read a request of at most `limit` bytes. Files nobody kept are removed at the end.

    Raises TooLargeError, UnreadableError.
    """
    found = Received(fields=dict(request.query))
    try:
        await _read_body(request, store, limit, found)
        yield found
    finally:
        for _, upload in found.files:
            if upload.content is None:
                _remove(upload.path)


async def _read_body(request: web.Request, store: FileStore, limit: int, found: Received) -> None:
    # Not request.content_type, whose thorough parser costs more than all the rest: each upload has its own boundary.
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    try:
        if (request.content_length or 0) > limit:
            await _read_away(request, limit)
            raise TooLargeError
        if kind == "application/json":
            body = json.loads(await request.read() or b"{}")
            if not isinstance(body, dict):
                raise UnreadableError("the body must be a JSON object")
            found.fields.update(body)
        elif kind == "application/x-www-form-urlencoded":
            found.fields.update(await request.post())
        elif kind == "multipart/form-data":
            await _read_parts(request, store, limit, found)
    except RecursionError:
        raise UnreadableError("it is nested too deep") from None
    except _UNREADABLE as error:
        raise UnreadableError(str(error)) from None


async def _read_away(request: web.Request, limit: int) -> None:
    """Take a body that is too large without keeping it, for a client in the middle of sending hears no answer."""
    seen = 0
    async for chunk in request.content.iter_chunked(CHUNK):
        seen += len(chunk)
        if seen > 4 * limit:
            return


async def _read_parts(request: web.Request, store: FileStore, limit: int, found: Received) -> None:
    mark = boundary(request.headers["Content-Type"])
    if request.content_length is not None and request.content_length <= SMALL:
        for part, content in parts(await request.read(), mark):
            if part.filename is None:
                found.fields[part.name] = content.decode("utf-8", "replace")
            else:
                found.files.append((part.name, _upload(part, store.new_place(), len(content), content)))
        return
    body, left = Multipart(request.content, mark), limit
    while head := await body.head():
        if head.filename is None:
            found.fields[head.name] = await _read_field(body)
        else:
            upload = await _read_file(body, head, store.new_place(), left)
            found.files.append((head.name, upload))
            left -= upload.size


async def _read_field(body: Multipart) -> str:
    value = bytearray()
    async for chunk in body.chunks():
        value += chunk
        if len(value) > FIELD_BYTES:
            raise TooLargeError
    return value.decode("utf-8", "replace")


async def _read_file(body: Multipart, head: PartHead, place: Path, limit: int) -> Upload:
    size, small = 0, bytearray()
    with contextlib.ExitStack() as stack:
        large: BinaryIO | None = None
        async for chunk in body.chunks():
            size += len(chunk)
            if size > limit:
                raise TooLargeError
            if large is None and size > SMALL:
                large = stack.enter_context(_opened(place))
                large.write(small)
            (large.write if large else small.extend)(chunk)
    return _upload(head, place, size, None if large else bytes(small))


def _upload(head: PartHead, place: Path, size: int, content: bytes | None) -> Upload:
    name = PurePath(head.filename or "").name or "file"
    mime = "" if head.mime == "application/octet-stream" else head.mime
    return Upload(path=place, name=name, mime=mime, size=size, content=content)


@contextlib.contextmanager
def _opened(place: Path) -> Iterator[BinaryIO]:
    """Open a file that is gone where the block does not end well: half of what somebody sent is nobody's."""
    try:
        with open(place, "wb", opener=partial(os.open, mode=0o600)) as handle:
            yield handle
    except BaseException:  # most often the client goes in the middle, which cancels
        _remove(place)
        raise


def _remove(place: Path) -> None:
    place.unlink(missing_ok=True)
