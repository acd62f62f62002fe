"""Pictures that show how to take a photo for a disease, and how not: small files beside the card, each with its words."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from PIL import Image
from pydantic import Field

from classifiers.card.checks import Fault
from classifiers.card.common import Code, Strict, Text

_LARGEST = 2**20  # bytes of a file


class GuidePicture(Strict):
    """One picture, and whether it is how a photo should be."""

    code: Code
    file: Path  # JPEG, PNG or WebP
    good: bool
    words: Text  # a short line: what is wrong with it, or right


Guide = Annotated[tuple[GuidePicture, ...], Field(max_length=4)]


def guide_faults(content: Any, folder: Path) -> Iterator[Fault]:
    """Yield which pictures of a card in `folder` are not there, too large or no pictures."""
    guide = content.get("guide") if isinstance(content, dict) else None
    for at, part in enumerate(guide if isinstance(guide, list) else ()):
        file = part.get("file") if isinstance(part, dict) else None
        if isinstance(file, str) and (why := _why_not(folder / file)):
            yield f"guide[{at}].file", f"{file} {why}"


def _why_not(file: Path) -> str | None:
    try:
        if file.stat().st_size > _LARGEST:
            return "is larger than 1 MB"
        with Image.open(file, formats=("JPEG", "PNG", "WEBP")) as picture:
            picture.verify()
    except FileNotFoundError:
        return "is not there"
    except Exception:  # whatever Pillow says of a file that is none of these
        return "is no JPEG, PNG or WebP"
    return None
