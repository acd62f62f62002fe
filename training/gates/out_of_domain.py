"""Pictures that are no photo of a spot, by the thousand and from a seed: what the not-this gate learns to turn away."""

from collections.abc import Sequence

import numpy as np

from classifiers.resize import to_input
from training.augment import compress
from training.gates import altered, drawn, scenes, textures
from training.gates.textures import Rng

DRAWN = {
    "plain": drawn.plain,
    "page": drawn.page,
    "chat": drawn.chat,
    "interface": drawn.interface,
    "chart": drawn.chart,
    "drawing": drawn.drawing,
    "face": scenes.face,
    "things": scenes.things,
    "noise": textures.noise,
    "spectrum": textures.spectrum,
    "leaves": textures.leaves,
    "network": textures.network,
    "fractal": textures.fractal,
}
ALTERED = {"recoloured": altered.recoloured, "shuffled": altered.shuffled, "covered": altered.covered}
KINDS = (*DRAWN, *ALTERED, "collage")


def draw(kind: str, rng: Rng, *, size: int, photos: Sequence[np.ndarray]) -> np.ndarray:
    """Return one picture of a kind, uint8 (size, size, 3), as it would come out of a messenger.

    `photos` uint8 (height, width, 3) are real ones, for the kinds that are made of them.
    """
    if kind in DRAWN:
        image = DRAWN[kind](rng, size)
    elif kind in ALTERED:
        image = ALTERED[kind](photos[int(rng.integers(len(photos)))], rng)
    else:
        image = altered.collage([photos[at] for at in rng.integers(len(photos), size=6)], rng)
    if rng.random() < 0.5:
        image = compress(image, quality=int(rng.integers(40, 95)))
    return to_input(image.convert("RGB"), (size, size), "stretch")
