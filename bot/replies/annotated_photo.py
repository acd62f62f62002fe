"""The picture that comes back: the photo with the lesion outlined, else with warm colour where the model saw its label. Pure."""

import io
import math

import numpy as np
from PIL import Image, ImageFilter

from classifiers.card import PhotoCard
from classifiers.lesion.segment import EDGE
from classifiers.outline import outline_over
from classifiers.plugin import Examination
from classifiers.resize import over_photo

LONGEST = 800  # pixels
LEAST = 100  # pixels of the shorter side, and a tenth of the longer one: Telegram takes no photo longer than 20 to 1
_QUALITY = 85
_PLAIN = (236, 236, 236)
_WARM = (255, 96, 0)
_LIGHT, _DARK = (255, 255, 255), (24, 24, 24)
_SOFT = 2  # pixels to each side over which an edge is softened, to draw smooth lines along it
_WASH = [int(84 * (level / 255) ** 1.5) for level in range(256)]  # how much heat covers of the photo: at most a third
_HALF = [255 * (level >= EDGE) for level in range(256)]
_COVER = [min(255, 5 * (114 - abs(level - EDGE))) if abs(level - EDGE) < 114 else 0 for level in range(256)]
_LINES = [part for level in range(256) for part in (_LIGHT if level >= EDGE else _DARK)]


def explain(card: PhotoCard, examination: Examination) -> bytes:
    """Return a JPEG without metadata, at most 800 px, never enlarged, padded where Telegram would refuse its shape."""
    picture = _reduced(examination.photo.image)
    lesion = _lesion(card, examination, picture.size)
    # An outlined lesion keeps its colours, which a doctor who is shown the picture looks at.
    if lesion is None and (heat := _heat(card, examination, picture.size)):
        picture.paste(_WARM, mask=heat.point(_WASH))
        lesion = heat.point(_HALF)
    if lesion is not None:
        draw_around(picture, lesion)
    return _jpeg(_padded(picture))


def _reduced(image: Image.Image) -> Image.Image:
    """Return a new image: what was opened is somebody else's, and drawing must not change it."""
    scale = LONGEST / max(image.size)
    if scale >= 1:
        return image.copy()
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)


def _heat(card: PhotoCard, examination: Examination, size: tuple[int, int]) -> Image.Image | None:
    """Return the named label's map over the whole picture as grey, its hottest point 255; None for nothing to show."""
    finding, class_maps = examination.finding, examination.scores.class_maps
    if class_maps is None or not finding.is_judged or finding.outcome == "nothing_found":
        return None
    seen = np.maximum(class_maps[..., card.codes.index(finding.label)].astype(np.float32), 0)
    hottest = float(seen.max(initial=0))
    if not math.isfinite(hottest) or hottest <= 0:
        return None
    small = Image.fromarray(np.round(seen * (255 / hottest)).astype(np.uint8))
    spec = card.model.input
    return over_photo(small, how=spec.resize, size=spec.size, photo=examination.photo.image.size, to=size)


def _lesion(card: PhotoCard, examination: Examination, size: tuple[int, int]) -> Image.Image | None:
    """Return the outlined lesion over the whole picture, white on black; None where there is none worth a description."""
    if not examination.finding.is_judged or (card.lesion_features and examination.features is None):
        return None
    spread = outline_over(card, examination, size)
    return None if spread is None else spread.point(_HALF)


def draw_around(picture: Image.Image, shape: Image.Image) -> None:
    """Draw a light line just within the edge of what is white, and a dark one just without: one shows on any photo.

    Colour and cover are looked up per level of the softened edge, which costs a third of drawing lines.
    """
    left, top, right, bottom = shape.getbbox() or (0, 0, 0, 0)
    around = (max(0, left - 2 * _SOFT), max(0, top - 2 * _SOFT), right + 2 * _SOFT, bottom + 2 * _SOFT)
    soft = shape.crop(around).filter(ImageFilter.BoxBlur(_SOFT))
    cover = soft.point(_COVER)
    soft.putpalette(_LINES)
    picture.paste(soft.convert("RGB"), around[:2], mask=cover)


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
