"""A drawn body, front and back, on which people say where a spot is: its regions numbered, or one of them coloured. Pure."""

import io
import math
from collections.abc import Iterator
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from bot.replies.places import REGIONS, SIDES, Side, split

Points = tuple[tuple[float, float], ...]

_UNIT = 3  # pixels for one unit of the drawing below
_FINE = 2  # times as large it is drawn, and then made small, so that edges are smooth
_WIDTH, _HEIGHT = (
    260,
    212,
)  # units of the picture: two bodies, or one in the middle, so that buttons stand in two columns
_PAPER, _SKIN, _LINE, _INK, _MARK = "#f6f4f1", "#d9c9bb", "#f6f4f1", "#3a3532", "#d9480f"
_QUALITY = 88
# Outlines in units, the middle of the body at 0, the top of the head at 0; those of limbs are of the picture's right half.
_MIDDLE: dict[str, Points] = {
    "neck": ((-6, 27), (6, 27), (8, 34), (-8, 34)),
    "chest": ((-8, 34), (8, 34), (23, 39), (21, 54), (19, 68), (-19, 68), (-21, 54), (-23, 39)),
    "belly": ((-19, 68), (19, 68), (18, 80), (21, 92), (-21, 92), (-18, 80)),
    "groin": ((-21, 92), (21, 92), (22, 99), (4, 110), (-4, 110), (-22, 99)),
    "buttocks": ((-21, 92), (21, 92), (23, 106), (21, 112), (-21, 112), (-23, 106)),
}
_SAME_AS = {"upper_back": "chest", "lower_back": "belly"}
_LIMBS: dict[str, Points] = {
    "upper_arm": ((23, 39), (30, 44), (34, 67), (26, 69), (21, 54)),
    "forearm": ((26, 69), (34, 67), (40, 95), (34, 97)),
    "hand": ((34, 97), (40, 95), (44, 104), (43, 114), (38, 116), (34, 106)),
    "thigh": ((22, 99), (4, 110), (3, 114), (5, 148), (19, 148), (23, 126), (24, 110)),
    "lower_leg": ((5, 148), (19, 148), (19, 164), (15, 188), (8, 188), (5, 166)),
    "foot": ((8, 188), (15, 188), (20, 199), (18, 203), (8, 203)),
}
_HEAD = (12, 14.5)  # half its width and height


def body_map(place: str = "") -> bytes:
    """Return a JPEG of the body: both sides; one, its regions numbered (`front`); or one with a place coloured (`front.chest`)."""
    side, region = split(place)
    return _drawn(place and side, region)


@cache  # the pictures are few
def _drawn(side: Side | str, region: str) -> bytes:
    sides = [one for one in SIDES if side in ("", one)]
    scale = _UNIT * _FINE
    picture = Image.new("RGB", (_WIDTH * scale, _HEIGHT * scale), _PAPER)
    for at, one in enumerate(sides):
        middle = (at + 0.5) * _WIDTH / len(sides)
        _draw_body(ImageDraw.Draw(picture), one, middle, chosen=region, numbered=bool(side and not region))
    written = io.BytesIO()
    small = picture.resize((picture.width // _FINE, picture.height // _FINE), Image.Resampling.LANCZOS)
    small.save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()


def _draw_body(draw: ImageDraw.ImageDraw, side: Side, middle: float, *, chosen: str, numbered: bool) -> None:
    scale = _UNIT * _FINE
    font = ImageFont.load_default(size=6 * scale)
    for number, (region, outline) in enumerate(_outlines(side), start=1):
        points = [((middle + x) * scale, (5 + y) * scale) for x, y in outline]
        fill = _MARK if region == chosen else _SKIN
        draw.polygon(points, fill=fill)
        draw.line([*points, *points[:2]], fill=_LINE, width=scale, joint="curve")
        if region == "face":
            _draw_eyes(draw, middle * scale, scale)
        if numbered:
            draw.text(_centre(points), str(number), fill=_INK, font=font, anchor="mm")


def _draw_eyes(draw: ImageDraw.ImageDraw, middle: float, scale: int) -> None:
    """Draw what tells front from back at a glance."""
    for x in (-4.5, 4.5):
        draw.ellipse([middle + (x - 1) * scale, 17 * scale, middle + (x + 1) * scale, 19 * scale], fill=_LINE)


def _outlines(side: Side) -> Iterator[tuple[str, Points]]:
    """Yield the regions of one side with their outlines, in the order of their numbers."""
    for region in REGIONS[side]:
        hand, _, limb = region.partition("_")
        if limb in _LIMBS:
            is_right_half = (hand == "left") == (side == "front")
            yield region, tuple((x if is_right_half else -x, y) for x, y in _LIMBS[limb])
        elif region in ("face", "head"):
            yield region, _head()
        else:
            yield region, _MIDDLE[_SAME_AS.get(region, region)]


def _head() -> Points:
    turns = [2 * math.pi * step / 48 for step in range(48)]
    return tuple((_HEAD[0] * math.cos(turn), _HEAD[1] * (1 + math.sin(turn))) for turn in turns)


def _centre(points: list[tuple[float, float]]) -> tuple[float, float]:
    across, down = zip(*points, strict=True)
    return sum(across) / len(across), sum(down) / len(down)
