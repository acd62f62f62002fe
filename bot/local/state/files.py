"""The files of all chats: found by their ids, the oldest dropped when there is no more room."""

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
from bot.local.state.small_files import IN_MEMORY, SmallFiles

ROOM = 400 * 2**20
Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")
Size = tuple[str, int, int]  # the digest of a photo, width and height
FOLDERS = {"photo": "photos", "document": "documents", "sticker": "stickers", "video": "videos", "voice": "voice"}


class FileStore:
    """Files in `folder` or, where they are small, in memory; at most about `room` bytes, which only their owner can read.

    The folder, in one that exists, is emptied at the start and at the end.

    Photos are known by their header's dimensions at once; the sizes are made by threads when first asked for, so that
    a size nobody downloads costs nothing.
    """

    def __init__(self, folder: Path, *, room: int = ROOM, in_memory: int = IN_MEMORY) -> None:
        self._folder = folder
        self._room = room
        self._used = 0
        self._number = 0
        self._kept: collections.OrderedDict[Path, Media] = collections.OrderedDict()
        self._bytes: dict[Path, int] = {}
        self._by_id: dict[str, tuple[Media, StoredFile]] = {}
        self._twins: dict[Size, Path] = {}
        self._made_as: dict[Path, Size] = {}
        self._making: dict[str, asyncio.Future[int]] = {}
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="local-photos")
        self._small = SmallFiles(self._run, room=in_memory)
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
        seen = await self._dimensions(upload)
        if seen is None or not photo_sizes.is_photo(*seen):
            return None
        source, key = self._adopt(upload), secrets.token_urlsafe(33)
        sizes = [
            self._file("photo", f"{source.name}_{max(pixels)}.jpg", "image/jpeg", _estimate(*pixels), pixels, key=key)
            for pixels in photo_sizes.sizes(*seen)
        ]
        return self._keep(Media(kind="photo", files=tuple(sizes), source=source), upload.size)

    async def add_file(self, upload: Upload, kind: str) -> Media:
        """Keep an upload as it is."""
        seen = await self._dimensions(upload) if kind != "voice" else None
        source = self._adopt(upload)
        mime = upload.mime or mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
        suffix = re.sub(r"[^a-z0-9.]", "", Path(upload.name).suffix.lower())[:8]
        file = self._file(kind, source.name + suffix, mime, upload.size, seen, path=source, called=upload.name)
        return self._keep(Media(kind=kind, files=(file,), source=source), upload.size)

    def find(self, any_id: str) -> tuple[Media, StoredFile] | None:
        """Return a file by its file_id, its file_unique_id or its file_path, None where it is not (any more) here."""
        return self._by_id.get(any_id)

    async def ready(self, media: Media, file: StoredFile) -> tuple[Path, int]:
        """Return where the file's bytes lie and how many they are, making them first where need be.

        Raises FileNotFoundError where the file has been dropped.
        """
        if media.source not in self._kept:
            raise FileNotFoundError(file.public_path)
        if file.path not in self._bytes:
            return file.path, await self._made_size(media, file)
        size = self._bytes[file.path]
        await self._small.on_disk(file.path)
        return file.path, size

    async def _made_size(self, media: Media, file: StoredFile) -> int:
        """Return the bytes of a photo's size, made once however many ask for it."""
        source = self._small.content(media.source) or media.source
        wanted = await self._digest(source), file.width, file.height
        if file.path in self._bytes:
            return self._bytes[file.path]
        if file.file_id not in self._making and (twin := self._twins.get(wanted)):
            size = self._bytes[twin]  # the same bytes were sent before, so this size has been made before
            file.path.hardlink_to(twin)
            self._count(file.path, size)
            return size
        if file.file_id not in self._making:
            making = self._run(photo_sizes.resample, source, file.path, file.width, file.height)
            self._making[file.file_id] = making
            making.add_done_callback(lambda made: self._made(media, file, wanted, made))
        return await asyncio.shield(self._making[file.file_id])

    async def _digest(self, source: Path | bytes) -> str:
        small = isinstance(source, bytes)  # quicker than a thread is woken
        return photo_sizes.digest(source) if small else await self._run(photo_sizes.digest, source)

    async def _dimensions(self, upload: Upload) -> tuple[int, int] | None:
        if upload.content is not None:  # quicker than a thread is woken
            return photo_sizes.dimensions(upload.source)
        return await self._run(photo_sizes.dimensions, upload.source)

    def _made(self, media: Media, file: StoredFile, wanted: Size, made: asyncio.Future[int]) -> None:
        del self._making[file.file_id]
        if made.cancelled() or made.exception():
            return
        if media.source in self._kept:
            self._count(file.path, made.result())
            self._twins[wanted], self._made_as[file.path] = file.path, wanted
        else:
            file.path.unlink(missing_ok=True)

    def _run(self, function: Callable[[*Arguments], Result], *arguments: *Arguments) -> asyncio.Future[Result]:
        return asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)

    def _adopt(self, upload: Upload) -> Path:
        place = self.new_place()
        if upload.content is None:
            upload.path.rename(place)
        else:
            self._small.add(place, upload.content)
        return place

    def _file(
        self,
        kind: str,
        name: str,
        mime: str,
        size: int,
        pixels: tuple[int, int] | None,
        *,
        path: Path | None = None,
        called: str = "",
        key: str = "",
    ) -> StoredFile:
        key = key or secrets.token_urlsafe(33)
        width, height = pixels or (0, 0)
        longest = max(width, height)  # tells sizes of a photo from each other, which a strip's other side may not
        return StoredFile(
            file_id=f"AgACAgIAAxkD{key}{longest:05x}",
            unique_id=f"AQAD{key[:12]}{longest:05x}",
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
            self._small.drop(path)
            path.unlink(missing_ok=True)
        for file in media.files:
            made_as = self._made_as.pop(file.path, None)
            if made_as and self._twins.get(made_as) == file.path:
                del self._twins[made_as]
            for name in (file.file_id, file.unique_id, file.public_path):
                del self._by_id[name]


def _estimate(width: int, height: int) -> int:
    """Return about how many bytes a JPEG of this size will have."""
    return 2_000 + width * height // 7
