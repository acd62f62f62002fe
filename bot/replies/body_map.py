"""A drawn body, front and back, on which people say where a spot is: parts or regions numbered, or one coloured. Pure."""

import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from bot.replies.places import REGIONS, SIDES, ZONE_CODES, ZONES, Side, split

Points = tuple[tuple[float, float], ...]

_UNIT = 3  # pixels for one unit of the drawing below
_FINE = 2  # times as large it is drawn, and then made small, so that edges are smooth
_SCALE = _UNIT * _FINE
_WIDTH = 300  # units of a picture, so that buttons stand in two columns below it
_HEIGHT = 212  # units of a picture of whole bodies: two, or one in the middle
_ZONE_HEIGHT = 160  # units of a picture of one part of the body
_PAPER, _SKIN, _LINE, _INK, _MARK = "#f6f4f1", "#d9c9bb", "#f6f4f1", "#3a3532", "#d9480f"
_TRUNK, _PALE = "#cbb7a6", "#ece5df"  # the trunk among the other parts; what is beside a part
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
    """Return a JPEG of the body.

    It shows both sides; one, its parts numbered (`front`); one part from near, its regions numbered (`front.trunk`); or
    one side with a region coloured (`front.chest`).
    """
    return _drawn(place)


@cache  # the pictures are few
def _drawn(place: str) -> bytes:
    side, name = split(place)
    if place in ZONE_CODES:
        picture = _zone_picture(side, name)
    else:
        sides = [one for one in SIDES if not place or one == side]
        picture = _paper(_HEIGHT)
        for at, one in enumerate(sides):
            view = _View(draw=ImageDraw.Draw(picture), left=-(at + 0.5) * _WIDTH / len(sides), top=-5, scale=_SCALE)
            _draw_body(view, one, dict.fromkeys(ZONES[one]["trunk"], _TRUNK) | {name: _MARK})
            if place and not name:
                _number(view, {zone: _middle_of(one, regions) for zone, regions in ZONES[one].items()}, size=15)
    return _jpeg(picture)


def _zone_picture(side: Side, zone: str) -> Image.Image:
    """Return a part of the body from so near that it fills the picture, with its regions numbered and the rest pale."""
    regions = ZONES[side][zone]
    shown = [point for name, outline in _outlines(side) if name in regions for point in outline]
    (left, right), (top, bottom) = ((min(axis) - 5, max(axis) + 5) for axis in zip(*shown, strict=True))
    nearer = min(_WIDTH / (right - left), _ZONE_HEIGHT / (bottom - top))
    picture, middle = _paper(_ZONE_HEIGHT), ((left + right) / 2, (top + bottom) / 2)
    view = _View(
        draw=ImageDraw.Draw(picture),
        left=middle[0] - _WIDTH / nearer / 2,
        top=middle[1] - _ZONE_HEIGHT / nearer / 2,
        scale=_SCALE * nearer,
    )
    _draw_body(view, side, {name: _PALE for name in REGIONS[side] if name not in regions})
    _number(view, {name: _centre(outline) for name, outline in _outlines(side) if name in regions}, size=20)
    return picture


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """Where the body lies in a picture: its unit (`left`, `top`) in the corner, each unit `scale` pixels."""

    draw: ImageDraw.ImageDraw
    left: float
    top: float
    scale: float

    def pixels(self, points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
        return [((x - self.left) * self.scale, (y - self.top) * self.scale) for x, y in points]


def _paper(height: int) -> Image.Image:
    return Image.new("RGB", (_WIDTH * _SCALE, height * _SCALE), _PAPER)


def _jpeg(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    small = picture.resize((picture.width // _FINE, picture.height // _FINE), Image.Resampling.LANCZOS)
    small.save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()


def _draw_body(view: _View, side: Side, fills: Mapping[str, str]) -> None:
    for region, outline in _outlines(side):
        points = view.pixels(outline)
        view.draw.polygon(points, fill=fills.get(region, _SKIN))
        view.draw.line([*points, *points[:2]], fill=_LINE, width=_SCALE, joint="curve")
        if region == "face":
            for x in (-4.5, 4.5):  # what tells front from back at a glance
                view.draw.ellipse(sum(view.pixels([(x - 1, 12), (x + 1, 14)]), ()), fill=_LINE)


def _number(view: _View, middles: Mapping[str, tuple[float, float]], *, size: int) -> None:
    """Write numbers from 1 on, `size` units of the picture high, so that they are read on a phone."""
    font = ImageFont.load_default(size=size * _SCALE)
    for number, middle in enumerate(view.pixels(middles.values()), start=1):
        view.draw.text(middle, str(number), fill=_INK, font=font, anchor="mm")


def _middle_of(side: Side, regions: Sequence[str]) -> tuple[float, float]:
    """Return the middle of the region in the middle of a part of the body: that of a bent arm may lie beside it."""
    outlines = dict(_outlines(side))
    return _centre(outlines[regions[len(regions) // 2 if len(regions) > 2 else 0]])


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


def _centre(points: Points) -> tuple[float, float]:
    across, down = zip(*points, strict=True)
    return sum(across) / len(across), sum(down) / len(down)
