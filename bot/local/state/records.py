"""What a chat is made of: people, files and messages."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path
from typing import Any

from bot.local.wire.entities import Entity


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file that came with a request: its content where it is small, else it lies in a temporary place until somebody wants it."""

    path: Path
    name: str
    mime: str
    size: int
    content: bytes | None = None

    @property
    def source(self) -> Path | io.BytesIO:
        """Where it is read from."""
        return self.path if self.content is None else io.BytesIO(self.content)

    def read(self) -> bytes:
        """Return the whole of it."""
        return self.path.read_bytes() if self.content is None else self.content


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class StoredFile:
    """One downloadable file. Width and height are pixels, 0 where it has none.

    A photo's sizes are made when they are first asked for: until then `path` does not exist and `size` (bytes) is an
    estimate. getFile tells the true size.
    """

    file_id: str
    unique_id: str
    path: Path
    public_path: str
    name: str
    mime: str
    size: int
    width: int = 0
    height: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Media:
    """What hangs on a message. `kind` is photo, document, sticker, video or voice. A photo has sizes, small first."""

    kind: str
    files: tuple[StoredFile, ...]
    source: Path

    @property
    def main(self) -> StoredFile:
        """The largest size of a photo, the file itself of everything else."""
        return self.files[-1]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody with a phone."""

    id: int
    first_name: str = "Robin"
    language: str = "en"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One message as it stands now. `person` is None where the bot wrote it; `text` is the caption of media."""

    message_id: int
    chat_id: int
    person: Person | None
    date: int
    edit_date: int | None = None
    text: str = ""
    entities: tuple[Entity, ...] = ()
    media: Media | None = None
    media_group_id: str | None = None
    spoiler: bool = False
    reply_to: int | None = None
    topic: int = 0  # the thread of a group that it stands in, as the bot names it
    markup: dict[str, Any] | None = None
    link_preview: dict[str, Any] | None = None

    @property
    def key(self) -> tuple[int, int]:
        """Chat and message number together name a message."""
        return self.chat_id, self.message_id
