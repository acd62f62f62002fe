"""A spot on drawn skin with something round beside it, seen at a slant: coins, and what is no coin."""

from __future__ import annotations

import io
import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SKIN = (206, 160, 138)
SPOT = (96, 62, 50)
METALS = {"silver": (178, 180, 184), "gold": (196, 168, 96), "copper": (168, 104, 70)}
WIDE, HIGH = 1200, 900
MM = 20.0  # pixels of a millimetre, where the skin is seen from straight above
RADIUS = 11.6 * MM  # of the coin
SPOT_AT, COIN_AT = (420, 430), (850, 470)
SPOT_RADII = (4.0 * MM, 3.0 * MM)  # a spot of 8 mm by 6 mm
Draw = Callable[[Image.Image, np.random.Generator], None]
Box = tuple[float, float, float, float]  # left, top, right, bottom


def scene(
    thing: Draw | None, *, slant: float = 0, turned: float = 0, light: float = 1.0, grown: float = 1.0, seed: int = 1
) -> Image.Image:
    """Return a photo of 1200×900 pixels; `slant` is the camera's angle in degrees, `turned` its direction."""
    chance = np.random.default_rng(seed)
    picture = _skin(chance)
    radii = (SPOT_RADII[0] * grown, SPOT_RADII[1] * grown)
    _blob(picture, SPOT_AT, radii, SPOT)
    if thing:
        thing(picture, chance)
    return _seen(picture, slant, turned, light, chance)


def through_a_dermatoscope(*, seed: int = 1) -> bytes:
    """Return a photo (JPEG) of the spot in a round field that is seven times as wide as it."""
    skin = np.asarray(scene(None, seed=seed)).copy()
    down, across = np.mgrid[0:HIGH, 0:WIDE]
    skin[np.hypot(across - WIDE / 2, down - HIGH / 2) > 28 * MM] = 5
    written = io.BytesIO()
    Image.fromarray(skin).save(written, "JPEG", quality=92)
    return written.getvalue()


def spot_mask(*, slant: float = 0, turned: float = 0, grown: float = 1.0) -> np.ndarray:
    """Return the spot's area, bool (900, 1200)."""
    mask = Image.new("L", (WIDE, HIGH))
    (x, y), (across, down) = SPOT_AT, SPOT_RADII
    box = (x - across * grown, y - down * grown, x + across * grown, y + down * grown)
    ImageDraw.Draw(mask).ellipse(box, fill=255)
    return np.asarray(_transformed(mask, slant, turned)) > 127


def coin(metal: str = "silver", *, ring: str | None = None) -> Draw:
    """Return what draws a coin with a rim, lettering and a head; `ring` is the metal around the middle of a bimetal one."""

    def draw(picture: Image.Image, chance: np.random.Generator) -> None:
        _shadow(picture, RADIUS)
        face = _disc(RADIUS, METALS[ring or metal])
        if ring:
            face.paste(_disc(0.68 * RADIUS, METALS[metal]), (round(0.32 * RADIUS),) * 2, _round(0.68 * RADIUS))
        _engrave(face, RADIUS, chance)
        picture.paste(face, _corner(RADIUS), _round(RADIUS))

    return draw


def button(colour: tuple[int, int, int] = (190, 190, 188), holes: int = 4) -> Draw:
    """Return what draws a button: a raised rim, and holes through which it is dark."""

    def draw(picture: Image.Image, chance: np.random.Generator) -> None:
        _shadow(picture, RADIUS)
        face = _disc(RADIUS, colour)
        pen, side = ImageDraw.Draw(face), 2 * RADIUS
        for share in (0.95, 0.7):
            pen.ellipse(_box(RADIUS, RADIUS * share), outline=_shade(colour, 0.75), width=7)
        for at in range(holes):
            angle = math.tau * at / holes + 0.5
            x, y = side / 2 + 0.22 * RADIUS * math.cos(angle), side / 2 + 0.22 * RADIUS * math.sin(angle)
            pen.ellipse((x - 20, y - 20, x + 20, y + 20), fill=(36, 30, 28))
        picture.paste(face, _corner(RADIUS), _round(RADIUS))

    return draw


def bottle_cap(colour: tuple[int, int, int] = (176, 178, 182)) -> Draw:
    """Return what draws a crown cap: 21 crimps, and something printed on it."""

    def draw(picture: Image.Image, chance: np.random.Generator) -> None:
        angles = np.linspace(0, math.tau, 720, endpoint=False)
        edge = RADIUS * (1 + 0.04 * np.sin(21 * angles))
        points = [
            (COIN_AT[0] + r * math.cos(a), COIN_AT[1] + r * math.sin(a)) for a, r in zip(angles, edge, strict=True)
        ]
        _shadow(picture, RADIUS)
        face = _disc(RADIUS * 1.05, colour)
        _engrave(face, RADIUS * 1.05, chance)
        mask = Image.new("L", picture.size)
        ImageDraw.Draw(mask).polygon(points, fill=255)
        whole = Image.new("RGB", picture.size, colour)
        whole.paste(face, _corner(RADIUS * 1.05))
        picture.paste(whole, mask=mask)

    return draw


def ring() -> Draw:
    """Return what draws a ring through which the skin is seen."""

    def draw(picture: Image.Image, chance: np.random.Generator) -> None:
        pen = ImageDraw.Draw(picture)
        for share, colour in ((1.0, (90, 90, 92)), (0.97, METALS["gold"]), (0.84, (120, 100, 60))):
            pen.ellipse(_around(RADIUS * share), outline=colour, width=round(0.1 * RADIUS))

    return draw


def plain_disc(colour: tuple[int, int, int] = (60, 90, 190)) -> Draw:
    """Return what draws a counter of a game: one colour, nothing on it."""

    def draw(picture: Image.Image, chance: np.random.Generator) -> None:
        _shadow(picture, RADIUS)
        picture.paste(_disc(RADIUS, colour), _corner(RADIUS), _round(RADIUS))

    return draw


def mole() -> Draw:
    """Return what draws a second, large, round spot."""
    return lambda picture, chance: _blob(picture, COIN_AT, (RADIUS * 0.8, RADIUS * 0.78), (120, 80, 62))


def square() -> Draw:
    """Return what draws a card of paper with rounded corners."""

    paper, edge = (225, 224, 220), (120, 120, 120)
    return lambda picture, _: ImageDraw.Draw(picture).rounded_rectangle(_around(RADIUS), 60, fill=paper, outline=edge)


def _skin(chance: np.random.Generator) -> Image.Image:
    coarse = chance.normal(0, 1, (HIGH // 30, WIDE // 30))
    fine = chance.normal(0, 1, (HIGH, WIDE))
    waves = np.asarray(Image.fromarray(coarse.astype(np.float32)).resize((WIDE, HIGH), Image.Resampling.BICUBIC))
    values = np.array(SKIN) + 5 * waves[..., np.newaxis] + 4 * fine[..., np.newaxis]
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


def _blob(picture: Image.Image, at: tuple[int, int], radii: tuple[float, float], colour: tuple[int, int, int]) -> None:
    box = (at[0] - radii[0], at[1] - radii[1], at[0] + radii[0], at[1] + radii[1])
    _paste_soft(picture, box, colour, share=235, blur=5)


def _shadow(picture: Image.Image, radius: float) -> None:
    x, y = COIN_AT[0] + 0.08 * radius, COIN_AT[1] + 0.06 * radius
    _paste_soft(picture, (x - radius, y - radius, x + radius, y + radius), (90, 62, 52), share=150, blur=9)


def _paste_soft(picture: Image.Image, box: Box, colour: tuple[int, int, int], *, share: int, blur: int) -> None:
    """Paste an ellipse with a soft edge, `share` of 255 of its colour; only what is near is blurred."""
    left, top = max(0, int(box[0]) - 4 * blur), max(0, int(box[1]) - 4 * blur)
    near = (left, top, min(picture.width, int(box[2]) + 4 * blur), min(picture.height, int(box[3]) + 4 * blur))
    mask = Image.new("L", (near[2] - left, near[3] - top))
    ImageDraw.Draw(mask).ellipse((box[0] - left, box[1] - top, box[2] - left, box[3] - top), fill=share)
    picture.paste(colour, near, mask.filter(ImageFilter.GaussianBlur(blur)))


def _disc(radius: float, colour: tuple[int, int, int]) -> Image.Image:
    """Return a square of metal that is brighter towards one side."""
    side = round(2 * radius)
    down, across = np.mgrid[0:side, 0:side] / side - 0.5
    shine = 1 + 0.25 * (-across - down) + 0.2 * np.exp(-((across + 0.2) ** 2 + (down + 0.2) ** 2) / 0.02)
    return Image.fromarray((np.array(colour) * shine[..., np.newaxis]).clip(0, 255).astype(np.uint8))


def _engrave(face: Image.Image, radius: float, chance: np.random.Generator) -> None:
    """Put a rim, a number and a head in relief onto a face: light from one side, shade at the other."""
    side = face.width
    marks = Image.new("L", face.size)
    pen = ImageDraw.Draw(marks)
    pen.ellipse(_box(radius, radius * 0.95), outline=255, width=6)
    for at in range(26):
        angle = math.tau * at / 26
        x, y = side / 2 + 0.8 * radius * math.cos(angle), side / 2 + 0.8 * radius * math.sin(angle)
        size = 10 + float(chance.uniform(0, 8))
        pen.rectangle((x - size, y - size / 3, x + size, y + size / 3), fill=255)
        pen.line((x, y - size, x, y + size), fill=255, width=5)
    for _ in range(14):
        x, y = side / 2 + chance.normal(0, 0.25 * radius, 2)
        size = chance.uniform(0.06, 0.2) * radius
        pen.ellipse((x - size, y - size, x + size, y + size), outline=255, width=6)
    relief = np.asarray(marks.filter(ImageFilter.GaussianBlur(2))).astype(np.float32)
    slope = relief - np.roll(relief, (4, 4), (0, 1))
    values = np.asarray(face).astype(np.float32) + 0.35 * slope[..., np.newaxis]
    face.paste(Image.fromarray(values.clip(0, 255).astype(np.uint8)))


def _seen(picture: Image.Image, slant: float, turned: float, light: float, chance: np.random.Generator) -> Image.Image:
    """Return what a camera at a slant sees of it, in some light, with a sensor's noise."""
    soft = _transformed(picture, slant, turned).filter(ImageFilter.GaussianBlur(0.8))
    values = np.asarray(soft).astype(np.float32) * light + chance.normal(0, 2.5, (HIGH, WIDE, 3))
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


def _transformed(picture: Image.Image, slant: float, turned: float) -> Image.Image:
    """Return the plane as a camera two widths away sees it; from straight above, as it is."""
    if slant == 0:
        return picture
    coefficients = tuple(map(float, _homography(slant, turned).ravel()[:8]))
    fill = 0 if picture.mode == "L" else SKIN
    return picture.transform(
        picture.size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC, fillcolor=fill
    )


def _homography(slant: float, turned: float) -> np.ndarray:
    """Return (3, 3) from where something is seen to where it is on the plane, the last number 1."""
    cos, sin = math.cos(math.radians(turned)), math.sin(math.radians(turned))
    around, back = (
        np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]]),
        np.array([[1, 0, -WIDE / 2], [0, 1, -HIGH / 2], [0, 0, 1]]),
    )
    lean, far = math.radians(slant), 2.0 * WIDE
    seen = np.array([[1, 0, 0], [0, math.cos(lean), 0], [0, math.sin(lean) / far, 1]])
    whole = np.linalg.inv(back) @ around.T @ seen @ around @ back
    plane = np.linalg.inv(whole)
    return np.asarray(plane / plane[2, 2])


def _round(radius: float) -> Image.Image:
    mask = Image.new("L", (round(2 * radius) * 4, round(2 * radius) * 4))
    ImageDraw.Draw(mask).ellipse((0, 0, *mask.size), fill=255)
    return mask.resize((mask.width // 4, mask.height // 4), Image.Resampling.BOX)


def _corner(radius: float) -> tuple[int, int]:
    return round(COIN_AT[0] - radius), round(COIN_AT[1] - radius)


def _box(outer: float, inner: float) -> Box:
    return outer - inner, outer - inner, outer + inner, outer + inner


def _around(radius: float) -> Box:
    return COIN_AT[0] - radius, COIN_AT[1] - radius, COIN_AT[0] + radius, COIN_AT[1] + radius


def _shade(colour: tuple[int, int, int], by: float) -> tuple[int, int, int]:
    return round(by * colour[0]), round(by * colour[1]), round(by * colour[2])
