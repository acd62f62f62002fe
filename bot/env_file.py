"""The `.env` file: the settings in it, and whether they are its owner's alone."""

import io
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from bot.settings import PREFIX, WrongSettings

_ENV = Path(".env")


def environment(variables: Mapping[str, str], *, file: Path = _ENV) -> dict[str, str | None]:
    """Return the file's settings with the environment's over them. Raises WrongSettings for what in it cannot be read."""
    try:
        kept = file.read_text(encoding="utf-8-sig") if file.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSettings(f"{file}: cannot be read: {getattr(error, 'strerror', 'is not UTF-8 text')}") from None
    bindings = list(parse_stream(io.StringIO(kept)))
    if wrong := [f"{file}, line {line}: is not NAME=value" for line in _unreadable(bindings)]:
        raise WrongSettings("\n".join(wrong))
    return {binding.key: binding.value for binding in bindings if binding.key} | dict(variables)


def _unreadable(bindings: list[Binding]) -> Iterator[int]:
    """Yield the numbers of lines that are no settings, as one with a colon is none; the lines themselves may hold secrets."""
    for binding in bindings:
        if binding.error or (binding.value is None and (binding.key or "").startswith(PREFIX)):
            text = binding.original.string
            yield binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")


def exposed(file: Path = _ENV) -> str | None:
    """Return what is wrong with the `.env` file's permissions, None where it is its owner's alone or not there."""
    try:
        mode = file.stat().st_mode
    except OSError:
        return None
    if not mode & (stat.S_IRWXG | stat.S_IRWXO):
        return None
    return f"{file} holds secrets and other users of this machine can read or change it: chmod 600 {file}"
