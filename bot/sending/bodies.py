"""The body of a call: its parameters as JSON, or with files as a form (multipart/form-data, RFC 7578)."""

import io
import json
import secrets
from collections.abc import Iterator
from typing import NamedTuple

from telegram.request import RequestData

_LARGE = 2**20  # bytes: from here on a body is sent piece by piece, so that it does not hold up the loop


class Body(NamedTuple):
    """What is sent, and its Content-Type."""

    content: bytes | io.BytesIO
    kind: str


def body_of(data: RequestData | None) -> Body | None:
    """Return the body of a call, None where it has no parameters."""
    if data is None:
        return None
    if not data.contains_files:
        return Body(json.dumps(data.parameters).encode(), "application/json")
    boundary = secrets.token_hex(16)
    content = b"".join(_form(data, boundary))
    return Body(io.BytesIO(content) if len(content) > _LARGE else content, f"multipart/form-data; boundary={boundary}")


def _form(data: RequestData, boundary: str) -> Iterator[bytes]:
    begin = f'--{boundary}\r\nContent-Disposition: form-data; name="'
    for name, value in data.json_parameters.items():
        yield f'{begin}{name}"\r\n\r\n{value}\r\n'.encode()
    for name, (filename, content, kind) in data.multipart_data.items():
        yield f'{begin}{name}"; filename="{_quoted(filename)}"\r\nContent-Type: {kind}\r\n\r\n'.encode()
        yield content if isinstance(content, bytes) else content.read()
        yield b"\r\n"
    yield f"--{boundary}--\r\n".encode()


def _quoted(filename: str) -> str:
    """Return a file's name as it stands between quotes, as browsers write it."""
    return filename.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
