"""The files of all chats: on disk, found by their ids, the oldest dropped when there is no more room."""

from __future__ import annotations

import asyncio
import collections
import mimetypes
import re
import secrets
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar, TypeVarTuple

from bot.local.state import photo_sizes
from bot.local.state.records import Media, StoredFile, Upload

ROOM = 400 * 2**20
SMALL = 2**20  # bytes
Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")
FOLDERS = {"photo": "photos", "document": "documents", "sticker": "stickers", "video": "videos", "voice": "voice"}


class FileStore:
    """Files in `folder`, at most about `room` bytes of them, which only their owner can read.

    The folder, in one that exists, is emptied at the start and at the end.

    Photos are known by their header's dimensions at once; the sizes are made by threads when first asked for, so that
    a size nobody downloads costs nothing.
    """

    def __init__(self, folder: Path, *, room: int = ROOM) -> None:
        self._folder = folder
        self._room = room
        self._used = 0
        self._number = 0
        self._kept: collections.OrderedDict[Path, Media] = collections.OrderedDict()
        self._bytes: dict[Path, int] = {}
        self._by_id: dict[str, tuple[Media, StoredFile]] = {}
        self._twins: dict[tuple[str, int, int], Path] = {}
        self._making: dict[str, asyncio.Future[int]] = {}
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="local-photos")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)

    def close(self) -> None:
        """Stop the threads and remove every file."""
        self._pool.shutdown(cancel_futures=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def new_place(self) -> Path:
        """Return a path where nothing is yet."""
        self._number += 1
        return self._folder / f"{self._number:08d}"

    async def add_photo(self, upload: Upload) -> Media | None:
        """Keep an upload as a photo in Telegram's sizes. None where Pillow cannot open it or it is too long a strip."""
        small = upload.size <= SMALL  # quicker than a thread is woken
        seen = photo_sizes.looked_at(upload.path) if small else await self._run(photo_sizes.looked_at, upload.path)
        if seen is None or not photo_sizes.is_photo(*seen[1:]):
            return None
        source = self._adopt(upload)
        sizes = [
            self._file("photo", f"{source.name}_{width}.jpg", "image/jpeg", _estimate(width, height), width, height)
            for width, height in photo_sizes.sizes(*seen[1:])
        ]
        return self._keep(Media(kind="photo", files=tuple(sizes), source=source, digest=seen[0]), upload.size)

    async def add_file(self, upload: Upload, kind: str) -> Media:
        """Keep an upload as it is."""
        seen = await self._run(photo_sizes.dimensions, upload.path) if kind != "voice" else None
        width, height = seen or (0, 0)
        source = self._adopt(upload)
        mime = upload.mime or mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
        suffix = re.sub(r"[^a-z0-9.]", "", Path(upload.name).suffix.lower())[:8]
        file = self._file(kind, source.name + suffix, mime, upload.size, width, height, path=source, called=upload.name)
        return self._keep(Media(kind=kind, files=(file,), source=source), upload.size)

    def find(self, any_id: str) -> tuple[Media, StoredFile] | None:
        """Return a file by its file_id, its file_unique_id or its file_path, None where it is not (any more) here."""
        return self._by_id.get(any_id)

    async def ready(self, media: Media, file: StoredFile) -> tuple[Path, int]:
        """Return where the file's bytes lie and how many they are, making them first where need be.

        Raises FileNotFoundError where the file has been dropped.
        """
        if file.path in self._bytes:
            return file.path, self._bytes[file.path]
        if media.source not in self._kept:
            raise FileNotFoundError(file.public_path)
        twin = self._twins.get((media.digest, file.width, file.height))
        if twin:  # the same bytes were sent before, so this size has been made before
            size = self._bytes[twin]
            file.path.hardlink_to(twin)
            self._count(file.path, size)
            return file.path, size
        making = self._making.get(file.file_id)
        if making is None:
            making = self._run(photo_sizes.resample, media.source, file.path, file.width, file.height)
            self._making[file.file_id] = making
            making.add_done_callback(lambda made: self._made(media, file, made))
        size = await asyncio.shield(making)
        return file.path, size

    def _made(self, media: Media, file: StoredFile, made: asyncio.Future[int]) -> None:
        del self._making[file.file_id]
        if made.cancelled() or made.exception():
            return
        if media.source in self._kept:
            self._count(file.path, made.result())
            self._twins[media.digest, file.width, file.height] = file.path
        else:
            file.path.unlink(missing_ok=True)

    def _run(self, function: Callable[[*Arguments], Result], *arguments: *Arguments) -> asyncio.Future[Result]:
        return asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)

    def _adopt(self, upload: Upload) -> Path:
        place = self.new_place()
        upload.path.rename(place)
        return place

    def _file(
        self,
        kind: str,
        name: str,
        mime: str,
        size: int,
        width: int,
        height: int,
        *,
        path: Path | None = None,
        called: str = "",
    ) -> StoredFile:
        return StoredFile(
            file_id=f"AgACAgIAAxkD{secrets.token_urlsafe(36)}",
            unique_id=f"AQAD{secrets.token_urlsafe(9)}",
            path=path or self._folder / name,
            public_path=f"{FOLDERS[kind]}/file_{name}",
            name=called,
            mime=mime,
            size=size,
            width=width,
            height=height,
        )

    def _keep(self, media: Media, size: int) -> Media:
        self._kept[media.source] = media
        for file in media.files:
            for name in (file.file_id, file.unique_id, file.public_path):
                self._by_id[name] = (media, file)
        self._count(media.source, size)
        return media

    def _count(self, path: Path, size: int) -> None:
        self._bytes[path] = size
        self._used += size
        while self._used > self._room and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._drop(oldest)

    def _drop(self, media: Media) -> None:
        for path in {media.source, *(file.path for file in media.files)}:
            self._used -= self._bytes.pop(path, 0)
            path.unlink(missing_ok=True)
        for file in media.files:
            if self._twins.get((media.digest, file.width, file.height)) == file.path:
                del self._twins[media.digest, file.width, file.height]
            for name in (file.file_id, file.unique_id, file.public_path):
                del self._by_id[name]


def _estimate(width: int, height: int) -> int:
    """Return about how many bytes a JPEG of this size will have."""
    return 2_000 + width * height // 7
