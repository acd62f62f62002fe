"""Whether the shipped model says the same of the same lesion: on darker skin, at other sizes, compressed again."""

import io
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from PIL import Image

from classifiers.evaluation.figures import share_of
from classifiers.plugin import PhotoPlugin, examine
from classifiers.verdict import Finding
from training.data import LabelledPhoto
from training.gates.cameras import darker

SIDES = (320, 512, 800)  # pixels of the longer side
QUALITIES = (60, 75, 95)  # of JPEG
LIGHTS = (0.7, 0.5, 0.35)  # the share of red light that the darker skin still reflects
SAME_GATE, SAME_ANSWER = "gate outcome on darker skin", "label and outcome at {sides} px and JPEG {qualities}"
Variants = Callable[[Image.Image], Iterator[bytes]]
Same = Callable[[Finding, Finding], bool]


def measure_robustness(plugin: PhotoPlugin, photos: Sequence[LabelledPhoto], *, few: int) -> dict[str, Any]:
    """Return {what stays the same, of which camera: {value, interval, n}} over `few` photos of each camera and its variants."""
    answer = SAME_ANSWER.format(sides=", ".join(map(str, SIDES)), qualities=f"{QUALITIES[0]}–{QUALITIES[-1]}")
    found = {}
    for camera in ("dermatoscope", "close-up", "phone"):
        of_camera = [photo for photo in photos if photo.camera == camera]
        some = of_camera[:: max(1, len(of_camera) // few)][:few]
        for name, variants, same in ((SAME_GATE, _on_darker_skin, _same_gate), (answer, sent_again, _same_answer)):
            found[f"{name}, {camera}"] = _kept(plugin, some, variants, same)
    return found


def _kept(plugin: PhotoPlugin, photos: Sequence[LabelledPhoto], variants: Variants, same: Same) -> dict[str, Any]:
    def of_photo(photo: LabelledPhoto) -> list[bool]:
        data = photo.path.read_bytes()
        first = examine(plugin, data).finding
        with Image.open(io.BytesIO(data)) as image:
            made = list(variants(image.convert("RGB")))
        return [same(first, examine(plugin, one).finding) for one in made]

    with ThreadPoolExecutor(2) as pool:
        kept = np.array(list(pool.map(of_photo, photos)))
    groups = np.unique([f"{photo.source}/{photo.group}" for photo in photos], return_inverse=True)[1]
    return share_of(kept.ravel(), np.repeat(groups, kept.shape[1]))


def _on_darker_skin(image: Image.Image) -> Iterator[bytes]:
    values = np.asarray(image, dtype=np.float32) / 255
    for light in LIGHTS:
        dark = darker(values, light)
        # a camera exposes for what it sees: nearly as bright as before, and nothing too bright
        exposed = dark * min(values.mean() / dark.mean(), 1 / np.quantile(dark, 0.99)) ** 0.8
        yield _encoded(Image.fromarray((255 * exposed).clip(0, 255).astype(np.uint8)), "PNG", compress_level=1)


def sent_again(image: Image.Image) -> Iterator[bytes]:
    """Yield the photo at each of SIDES and QUALITIES, as files."""
    for side in SIDES:
        scale = side / max(image.size)
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        resized = image.resize(size, Image.Resampling.BICUBIC)
        for quality in QUALITIES:
            yield _encoded(resized, "JPEG", quality=quality)


def _encoded(image: Image.Image, form: str, **how: int) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **how)
    return file.getvalue()


def _same_gate(first: Finding, other: Finding) -> bool:
    return _gate(first) == _gate(other)


def _gate(finding: Finding) -> str:
    return "judged" if finding.is_judged else finding.outcome


def _same_answer(first: Finding, other: Finding) -> bool:
    return (first.outcome, first.label) == (other.outcome, other.label)
