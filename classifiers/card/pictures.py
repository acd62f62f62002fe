"""A card's pictures, small files beside it, each with its words: how to take a photo and how not, and what labels look like."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TypeVar

from PIL import Image
from pydantic import Field

from classifiers.card.checks import Fault
from classifiers.card.common import Code, Strict, Text

Picture = TypeVar("Picture", "GuidePicture", "ExamplePicture")
_LARGEST = 2**20  # bytes of a file


class GuidePicture(Strict):
    """One picture, and whether it is how a photo should be."""

    code: Code
    file: Path  # JPEG, PNG or WebP
    good: bool
    words: Text  # a short line: what is wrong with it, or right


class ExamplePicture(Strict):
    """A drawing of what a label, whose code it has, tends to look like."""

    code: Code
    file: Path  # JPEG, PNG or WebP
    words: Text  # a few words: what is to be seen


Guide = Annotated[tuple[GuidePicture, ...], Field(max_length=4)]
Examples = Annotated[tuple[ExamplePicture, ...], Field(max_length=12)]


def picture_faults(content: Any, folder: Path) -> Iterator[Fault]:
    """Yield which pictures of a card in `folder` are not there, too large or no pictures."""
    for kind in ("guide", "examples"):
        pictures = content.get(kind) if isinstance(content, dict) else None
        for at, part in enumerate(pictures if isinstance(pictures, list) else ()):
            file = part.get("file") if isinstance(part, dict) else None
            if isinstance(file, str) and (why := _why_not(folder / file)):
                yield f"{kind}[{at}].file", f"{file} {why}"


def example_faults(examples: Any, codes: list[str]) -> Iterator[Fault]:
    """Yield which examples show no label of the card's, or one that another shows."""
    shown = [one.code for one in examples or ()] if codes else []
    for at, code in enumerate(shown):
        if code is not None and code not in codes:
            yield f"examples[{at}].code", f"no label {code}"
        elif code is not None and code in shown[:at]:
            yield f"examples[{at}].code", f"{code} stands twice"


def with_absolute_paths(pictures: tuple[Picture, ...], folder: Path) -> tuple[Picture, ...]:
    """Return the pictures with their files in `folder`."""
    return tuple(one.model_copy(update={"file": (folder / one.file).resolve()}) for one in pictures)


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
