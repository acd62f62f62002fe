"""A followed spot's photos beside one another, the newest on the left, their dates below them. Pure."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont, ImageOps

IN_ROW, ROWS = 4, 2
TILES = IN_ROW * ROWS  # photos of one picture
SIDE = 320  # pixels of a photo in it
_BELOW, _GAP = 40, 8  # pixels of a date, and between photos
_PAPER, _INK, _GONE = "#f6f4f1", "#3a3532", "#cfc8c1"
_QUALITY = 85


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One photo: its date as digits (2026-11-28), and a square of it; None where it is no longer to be had."""

    date: str
    photo: Image.Image | None


def tile_of(photo: Image.Image, *, zoom: float = 1.0, middle: tuple[float, float] = (0.5, 0.5)) -> Image.Image:
    """Return a square of a photo, SIDE pixels wide: its largest, or `zoom` times closer around `middle` (0–1, across, down)."""
    side = max(1, round(min(photo.size) / max(zoom, 1.0)))
    centre = middle if zoom > 1 else (0.5, 0.5)
    left, top = (
        min(max(0, round(share * length - side / 2)), length - side)
        for share, length in zip(centre, photo.size, strict=True)
    )
    return photo.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR, (left, top, left + side, top + side))


def strip(tiles: Sequence[Tile]) -> bytes:
    """Return a JPEG of at most TILES photos, in rows of IN_ROW."""
    across, rows = min(IN_ROW, max(2, len(tiles))), -(-len(tiles) // IN_ROW)
    size = (_GAP + across * (SIDE + _GAP), _GAP + rows * (SIDE + _BELOW + _GAP))
    picture = Image.new("RGB", size, _PAPER)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(size=26)
    for at, tile in enumerate(tiles):
        x = _GAP + (at % IN_ROW) * (SIDE + _GAP)
        y = _GAP + (at // IN_ROW) * (SIDE + _BELOW + _GAP)
        picture.paste(_missing() if tile.photo is None else tile.photo, (x, y))
        draw.text((x + SIDE / 2, y + SIDE + _BELOW / 2), tile.date, fill=_INK, font=font, anchor="mm")
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()


def _missing() -> Image.Image:
    """Return what stands in place of a photo that is gone: a frame, crossed out; the words are in the caption."""
    empty = ImageOps.expand(Image.new("RGB", (SIDE - 8, SIDE - 8), _PAPER), border=4, fill=_GONE)
    ImageDraw.Draw(empty).line([(4, 4), (SIDE - 4, SIDE - 4)], fill=_GONE, width=4)
    return empty
