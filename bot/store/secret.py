"""The secret key that turns a Telegram user id into a keyed hash, and the file that it is in."""

import contextlib
import hmac
import os
import secrets
from pathlib import Path

from bot.regular_file import read_regular

_LENGTH = 32


class Secret:
    """A key that does not print."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        """Keep the key: at least 32 bytes, or ValueError."""
        if len(key) < _LENGTH:
            raise ValueError(f"it holds {len(key)} bytes, a secret has at least {_LENGTH}")
        self._key = key

    def __repr__(self) -> str:
        """Hide the key."""
        return "Secret(hidden)"

    def person(self, user_id: int) -> str:
        """Return the person's keyed hash, 64 hex digits (HMAC-SHA256)."""
        return self._digest(f"person:{user_id}")

    def of(self, *parts: object) -> str:
        """Return a keyed hash of what these parts name together, 64 hex digits."""
        return self._digest(repr(parts))

    def mark(self) -> str:
        """Return 64 hex digits by which a database recognises its secret; they reveal nothing of the key."""
        return self._digest("mark")

    def _digest(self, message: str) -> str:
        return hmac.digest(self._key, message.encode(), "sha256").hex()


def read(path: Path) -> Secret | None:
    """Return the secret in the file, None where there is no file. Raises OSError, ValueError for a short one."""
    try:
        return Secret(read_regular(path))
    except FileNotFoundError:
        return None


def make(path: Path) -> Secret:
    """Write a new secret, readable by the owner alone, and return it; another process's where that came first.

    The file appears under its name only when it is whole and on the disk: a half-written one would be taken for it.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_LENGTH))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    _sync_folder(path.parent)
    return Secret(read_regular(path))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
