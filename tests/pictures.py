"""Pictures for tests, painted when they are needed."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image


def painted(width: int = 640, height: int = 480, form: str = "JPEG", **options: Any) -> bytes:
    """Return a picture with something on it, as the bytes of a file."""
    mode = options.pop("mode", "RGB")
    picture = Image.linear_gradient("L").resize((width, height)).convert(mode)
    saved = io.BytesIO()
    picture.save(saved, form, **options)
    return saved.getvalue()


def size_of(picture: bytes) -> tuple[int, int]:
    """Return width and height of a file's bytes."""
    with Image.open(io.BytesIO(picture)) as opened:
        return opened.size
