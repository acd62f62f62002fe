"""The picture that comes back: the photo, with a heat map of where the model saw what it names. Pure."""

import io
import math

import numpy as np
from PIL import Image

from classifiers.card import Card
from classifiers.plugin import Examination

LONGEST = 800  # pixels
LEAST = 100  # pixels of the shorter side, and a tenth of the longer one: Telegram takes no photo longer than 20 to 1
_QUALITY = 85
_PLAIN = (236, 236, 236)
_WARM = (255, 96, 0)
_LIGHT, _DARK = (255, 255, 255), (24, 24, 24)
_LINE = 3  # levels of heat that each of the two lines at half the heat is wide


def _cover(level: int) -> int:
    """Return how much of the skin a level of heat covers, 0–255: the hottest a third, the lines all but their edges."""
    within = _LINE - abs(level - 128)
    return max(int(84 * (level / 255) ** 1.5), min(255, max(0, 128 * within)))


_COVER = [_cover(level) for level in range(256)]
_COLOURS = [
    part
    for level in range(256)
    for part in (_DARK if -_LINE <= level - 128 < 0 else _LIGHT if 0 <= level - 128 <= _LINE else _WARM)
]


def explain(card: Card, examination: Examination) -> bytes:
    """Return a JPEG without metadata, at most 800 px, never enlarged, padded where Telegram would refuse its shape."""
    picture = _reduced(examination.photo.image)
    heat = _heat(card, examination, picture.size)
    if heat is not None:
        _paint(picture, heat)
    return _jpeg(_padded(picture))


def _reduced(image: Image.Image) -> Image.Image:
    """Return a new image: what was opened is somebody else's, and drawing must not change it."""
    scale = LONGEST / max(image.size)
    if scale >= 1:
        return image.copy()
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)


def _heat(card: Card, examination: Examination, size: tuple[int, int]) -> Image.Image | None:
    """Return the named label's map over the whole picture as grey, its hottest point 255; None for nothing to show."""
    finding, attention = examination.finding, examination.scores.attention
    if attention is None or finding.outcome in {"retake", "not_this"}:
        return None
    seen = np.maximum(attention[..., card.codes.index(finding.label)].astype(np.float32), 0)
    hottest = float(seen.max(initial=0))
    if not math.isfinite(hottest) or hottest <= 0:
        return None
    small = Image.fromarray(np.round(seen * (255 / hottest)).astype(np.uint8))
    return _spread(small, card, examination.photo.image.size, size)


def _spread(small: Image.Image, card: Card, photo: tuple[int, int], size: tuple[int, int]) -> Image.Image:
    """Enlarge the map to the picture, undoing what `resize.to_input` did to the photo."""
    how, (height, width) = card.model.input.resize, card.model.input.size
    if how == "stretch":
        return small.resize(size, Image.Resampling.BICUBIC)
    scale = (min if how == "fit" else max)(width / photo[0], height / photo[1])
    inner = (photo[0] * scale / width, photo[1] * scale / height)  # the photo's size, in shares of the model's input
    if how == "fit":
        left, top = max(0.0, small.width * (1 - inner[0]) / 2), max(0.0, small.height * (1 - inner[1]) / 2)
        box = (left, top, small.width - left, small.height - top)
        return small.resize(size, Image.Resampling.BICUBIC, box=box)
    cut = (max(1, round(size[0] / inner[0])), max(1, round(size[1] / inner[1])))
    whole = Image.new("L", size)
    corner = ((size[0] - cut[0]) // 2, (size[1] - cut[1]) // 2)
    whole.paste(small.resize(cut, Image.Resampling.BICUBIC), corner)
    return whole


def _paint(picture: Image.Image, heat: Image.Image) -> None:
    """Lay warm colour over the picture and, at half the heat, a light line beside a dark one: one shows on any skin.

    Colour and cover are looked up per level of heat, which costs a third of drawing lines.
    """
    sheet = heat.copy()
    sheet.putpalette(_COLOURS)
    picture.paste(sheet.convert("RGB"), mask=heat.point(_COVER))


def _padded(picture: Image.Image) -> Image.Image:
    least = max(LEAST, math.ceil(max(picture.size) / 10))
    size = (max(picture.width, least), max(picture.height, least))
    if size == picture.size:
        return picture
    canvas = Image.new("RGB", size, _PLAIN)
    canvas.paste(picture, ((size[0] - picture.width) // 2, (size[1] - picture.height) // 2))
    return canvas


def _jpeg(picture: Image.Image) -> bytes:
    picture.info.clear()  # Pillow writes a JPEG's comment into its copies
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()
