"""The drawn pictures of the skin card's guide: how not to take a photo, and how to. Nobody's photo is in them.

python -m training.drawings         # writes classifiers/skin/guide, the same each time; 2 s
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from training.command import run_recipe
from training.options import bare_parser

FOLDER = Path(__file__).parents[1] / "classifiers" / "skin" / "guide"
SIDE = 480  # pixels; reduced at the end, which smooths all edges
_SAVED = 320
_SKIN = np.array([224, 174, 146], dtype=np.float32)
_WALL, _FLOOR = (206, 214, 220), (188, 180, 170)
_RIM, _MIDDLE = np.array([150, 98, 66], dtype=np.float32), np.array([92, 55, 38], dtype=np.float32)
_QUALITY = 82


def main() -> None:
    """Write all pictures."""
    FOLDER.mkdir(exist_ok=True)
    right = _close_up()
    drawn = {"too_far": _arm(), "blurred": right.filter(ImageFilter.GaussianBlur(SIDE / 34)), "right": right}
    for name, picture in drawn.items():
        picture.resize((_SAVED, _SAVED), Image.Resampling.LANCZOS).save(FOLDER / f"{name}.jpg", quality=_QUALITY)


def _close_up() -> Image.Image:
    """Return skin from near with a mole that fills a third of the picture, in even light."""
    rng = np.random.default_rng(7)
    skin = _SKIN + 7 * _clouds(rng, 9)[..., None] + 5 * _clouds(rng, 90)[..., None] + rng.normal(0, 3, (SIDE, SIDE, 1))
    down, across = np.mgrid[:SIDE, :SIDE].astype(np.float32) - SIDE / 2
    angle, distance = np.arctan2(down, across), np.hypot(down * 1.12, across)
    edge = SIDE / 5.4 * (1 + 0.05 * np.sin(3 * angle + 1) + 0.03 * np.sin(5 * angle) + 0.01 * np.sin(11 * angle))
    inside = np.clip((edge - distance) / 5 + 0.5, 0, 1)[..., None]
    depth = np.clip(1 - distance / edge, 0, 1)[..., None]
    mole = (
        _RIM + (_MIDDLE - _RIM) * np.sqrt(depth) + 12 * _clouds(rng, 40)[..., None] + rng.normal(0, 3, (SIDE, SIDE, 1))
    )
    return Image.fromarray((skin * (1 - inside) + mole * inside).clip(0, 255).astype(np.uint8))


def _arm() -> Image.Image:
    """Return a forearm seen from a few steps away: its mole is a dot."""
    picture = Image.new("RGB", (SIDE, SIDE), _WALL)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, SIDE * 0.72, SIDE, SIDE), fill=_FLOOR)
    skin, shade = tuple(int(part) for part in _SKIN), tuple(int(part * 0.86) for part in _SKIN)
    for shift, colour in ((10, shade), (0, skin)):
        _limb(draw, shift, colour)
    middle = SIDE * 0.44, SIDE * 0.5
    draw.ellipse((middle[0] - 5, middle[1] - 4, middle[0] + 5, middle[1] + 4), fill=(112, 70, 48))
    return picture.filter(ImageFilter.GaussianBlur(1))


def _limb(draw: ImageDraw.ImageDraw, shift: int, colour: tuple[int, ...]) -> None:
    """Draw an arm that reaches in from the left, and its hand with fingers."""
    elbow, wrist = (-20, SIDE * 0.66 + shift), (SIDE * 0.7, SIDE * 0.4 + shift)
    normal = np.array([wrist[1] - elbow[1], elbow[0] - wrist[0]]) / np.hypot(wrist[0] - elbow[0], wrist[1] - elbow[1])
    corners = [np.array(elbow) + 52 * normal, np.array(wrist) + 30 * normal]
    corners += [np.array(wrist) - 30 * normal, np.array(elbow) - 52 * normal]
    draw.polygon([tuple(corner) for corner in corners], fill=colour)
    draw.ellipse((wrist[0] - 34, wrist[1] - 44, wrist[0] + 66, wrist[1] + 40), fill=colour)
    for finger in range(4):
        start = (wrist[0] + 40, wrist[1] - 26 + 15 * finger)
        end = (wrist[0] + 112 - 8 * abs(finger - 1), wrist[1] - 52 + 22 * finger)
        draw.line((*start, *end), fill=colour, width=15)
        draw.ellipse((end[0] - 8, end[1] - 8, end[0] + 8, end[1] + 8), fill=colour)


def _clouds(rng: np.random.Generator, cells: int) -> np.ndarray:
    """Return smooth noise of this many cells across, float32 (SIDE, SIDE), about -1 to 1."""
    coarse = Image.fromarray(rng.normal(0, 0.6, (cells, cells)).astype(np.float32))
    return np.asarray(coarse.resize((SIDE, SIDE), Image.Resampling.BICUBIC))


if __name__ == "__main__":
    bare_parser(__doc__).parse_args()
    run_recipe(main)
