"""The same photo at other sizes and compressed again, as messengers do: does the model still say the same?"""

import io
from collections.abc import Iterator

import numpy as np
from PIL import Image

from classifiers.photo.open import open_photo
from classifiers.plugin import PhotoPlugin, examine

SIDES = (320, 800, 1280)  # pixels, the longer side: what Telegram makes of a photo
QUALITIES = (60, 75, 85, 95)  # of JPEG


def variants(image: Image.Image) -> Iterator[bytes]:
    """Yield the photo as JPEG in every size and quality."""
    for side in SIDES:
        scale = side / max(image.size)
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        resized = image.resize(size, Image.Resampling.BICUBIC)
        for quality in QUALITIES:
            file = io.BytesIO()
            resized.save(file, "JPEG", quality=quality)
            yield file.getvalue()


def keeps_its_label(plugin: PhotoPlugin, data: bytes) -> np.ndarray:
    """Return bool (variants,): which variants of the photo get the label that the photo itself gets. Raises Refusal."""
    label = examine(plugin, data).finding.label
    image = open_photo(data, least=max(SIDES)).image
    return np.array([examine(plugin, variant).finding.label == label for variant in variants(image)])
